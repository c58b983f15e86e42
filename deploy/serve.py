"""The web process: uvicorn around the application, on a socket the supervisor hands over or on one of its own."""

import os
import socket

import uvicorn

from deploy.connect import connected
from deploy.log_config import configure
from deploy.settings import Settings

SOCKET_VARIABLE = "CAMKET_SOCKET"  # number of an inherited listening socket; it outlives a web process that died


def serve(settings: Settings) -> None:
    """Answer requests until SIGINT or SIGTERM."""
    configure("web")
    from web.app import create_app

    with connected(settings) as found:
        config = uvicorn.Config(
            create_app(found),
            host=settings.host,
            port=settings.port,
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        inherited = os.environ.get(SOCKET_VARIABLE)
        sockets = [socket.socket(fileno=int(inherited))] if inherited else None
        uvicorn.Server(config).run(sockets=sockets)
