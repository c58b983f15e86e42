"""The application: every page under one roof, and the one place where a refusal becomes a status."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp
from starlette_compress import CompressMiddleware

from events.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, Stale
from events.log import Log, create_engine, open_log
from web import failures, pages
from web.auth import Passwords
from web.deps import SignedOut, chrome
from web.middleware import Guard
from web.render import STATIC

STATUS: dict[type[Refused], int] = {NotAllowed: 403, NotFound: 404, Conflict: 409, Stale: 409, Invalid: 422}
OPEN = frozenset({"sign_in", "live"})
"""Pages for people who are not signed in; every other page has an actor and a frame."""


class Settings(Protocol):
    """What the pages need to know of an installation."""

    @property
    def public_url(self) -> str:
        """The address people type, without a slash at its end."""

    @property
    def database_url(self) -> str | None:
        """Where the log is, unless one is handed in."""

    @property
    def key_file(self) -> Path:
        """The master key of the log's texts."""


def create_app(settings: Settings, log: Log | None = None) -> FastAPI:
    """The application over a log; without one it opens its own, of `settings.database_url`, and closes it at the end."""
    own = log is None
    if log is None:
        assert settings.database_url is not None, "web needs a log or the address of one"
        log = open_log(create_engine(settings.database_url), settings.key_file)
    opened = log

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await opened.close()
        if own:
            await opened.engine.dispose()

    app = FastAPI(title="Camket", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.log = opened
    app.state.settings = settings
    app.state.passwords = Passwords()
    for name, router in found_routers():
        app.include_router(router, include_in_schema=False, dependencies=[] if name in OPEN else [Depends(chrome)])
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")

    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(SignedOut, _signed_out)
    app.add_exception_handler(HTTPException, failures.http_error)
    app.add_exception_handler(RequestValidationError, failures.form_error)
    app.add_exception_handler(Exception, failures.broken)
    app.add_middleware(CompressMiddleware)
    _outermost(
        app,
        lambda inner: Guard(inner, public_url=settings.public_url, refuse=failures.cross_site, broken=failures.broken),
    )
    return app


def found_routers() -> list[tuple[str, APIRouter]]:
    """The `router` of every module in `web.pages`, by name; a new screen is there as soon as its file is."""
    names = sorted(module.name for module in pkgutil.iter_modules(pages.__path__))
    modules = [(name, importlib.import_module(f"web.pages.{name}")) for name in names]
    return [(name, module.router) for name, module in modules if hasattr(module, "router")]


def status_of(refusal: Refused) -> int:
    """The status of a refusal, by the nearest kind."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return await failures.refused(request, error, status_of(error))


async def _signed_out(request: Request, _: Exception) -> Response:
    return failures.signed_out(request)


def _outermost(app: FastAPI, wrap: Callable[[ASGIApp], ASGIApp]) -> None:
    """Put a middleware outside Starlette's own catch-all, so that its answers have the headers too and errors come through."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: wrap(build())  # type: ignore[method-assign]  # Starlette offers no place before its own
