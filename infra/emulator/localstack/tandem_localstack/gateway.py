"""The port: LocalStack binds it on every interface, whatever GATEWAY_LISTEN says; here it keeps to the address."""

from localstack.runtime.runtime import LocalstackRuntime
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor


def _init_gateway_server(runtime: LocalstackRuntime) -> None:
    """Serve plain HTTP on each address, without making a certificate that nobody asks for.

    A port in use fails the start at once (CannotListenError), where LocalStack would wait for an answer.
    """
    site = TwistedGateway(runtime.components.gateway)
    for address in runtime.config.GATEWAY_LISTEN:
        reactor.listenTCP(address.port, site, interface=address.host)  # type: ignore[attr-defined]


def listen_on_the_given_address() -> None:
    """Replace the binding: nothing here is authenticated, so other computers may not reach it unasked."""
    LocalstackRuntime._init_gateway_server = _init_gateway_server  # type: ignore[method-assign]
