"""LocalStack binds its port on every interface, whatever GATEWAY_LISTEN says; here it keeps to the address."""

from typing import Any

from localstack.runtime.server.twisted import TwistedRuntimeServer
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor


def _register(
    _server: TwistedRuntimeServer, gateway: Any, listen: list[Any], _ssl_creds: Any = None
) -> None:
    """Serve plain HTTP on each address; a port in use fails the start at once instead of never answering."""
    site = TwistedGateway(gateway)
    for address in listen:
        reactor.listenTCP(address.port, site, interface=address.host)  # type: ignore[attr-defined]


def listen_on_the_given_address() -> None:
    """Replace the binding: nothing here is authenticated, so other computers may not reach it unasked."""
    TwistedRuntimeServer.register = _register  # type: ignore[method-assign]
