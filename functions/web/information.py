"""What anybody may read: static files, the API's description, and a page for what is not there."""

from typing import Any

from shared.platform.errors import NotFound
from shared.platform.settings import settings

from .access import ANYONE, PUBLIC
from .openapi import describe
from .request import Request
from .respond import Text
from .routing import BY_HANDLER, Area
from .templating import static_file

area = Area(__name__)


@area.get("/static/{name}", who=PUBLIC)
def static(request: Request, name: str) -> Text:
    """A stylesheet, script or picture, under a name that changes with its content."""
    found = static_file(name)
    if found is None:
        raise NotFound
    content_type, body = found
    return Text(body, content_type, kept=True)


@area.get("/openapi.json", who=PUBLIC)
def openapi(request: Request) -> dict[str, Any]:
    """The description of the API."""
    return describe(BY_HANDLER.values(), site_url=settings().site_url)


@area.get("/{proxy+}", who=ANYONE)
def nothing_here(request: Request, proxy: str) -> None:
    """Every address that nothing else answers."""
    raise NotFound


@area.post("/{proxy+}", who=ANYONE)
def nothing_to_send_to(request: Request, proxy: str) -> None:
    """Every address that takes nothing."""
    raise NotFound
