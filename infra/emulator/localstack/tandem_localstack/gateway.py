"""The port: LocalStack binds it on every interface, whatever GATEWAY_LISTEN says; here it keeps to the address."""

import functools

from localstack.runtime.runtime import LocalstackRuntime
from rolo.serving.twisted import TwistedGateway
from twisted.internet import reactor
from twisted.web import http

CONTENT_TYPES_MAX = 64


def _init_gateway_server(runtime: LocalstackRuntime) -> None:
    """Serve plain HTTP on each address, without making a certificate that nobody asks for.

    A port in use fails the start at once (CannotListenError), where LocalStack would wait for an answer.
    """
    site = TwistedGateway(runtime.components.gateway)
    # Twisted writes a line about each request for a log that nobody keeps, and reads each Content-Type as it would a mail.
    site.log = lambda _request: None  # type: ignore[method-assign]
    http._parseContentType = functools.lru_cache(CONTENT_TYPES_MAX)(http._parseContentType)
    for address in runtime.config.GATEWAY_LISTEN:
        reactor.listenTCP(address.port, site, interface=address.host)  # type: ignore[attr-defined]


def listen_on_the_given_address() -> None:
    """Replace the binding: nothing here is authenticated, so other computers may not reach it unasked."""
    LocalstackRuntime._init_gateway_server = _init_gateway_server  # type: ignore[method-assign]
