"""Routes: each file of pages is an Area; each route names who may use it, what it takes and what it shows."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chalice.app import Blueprint, Response

from functions.reporting import log_fault
from shared.platform.clock import now
from shared.platform.errors import (
    Busy,
    Conflict,
    Invalid,
    NotYetAgreed,
    Refused,
    SignedOut,
    SignpostError,
    TooLarge,
    TooMany,
    UnsupportedType,
)
from shared.safeguarding.help import Helper

from . import respond
from .access import Who, check_form, check_origin, let_in, recognise
from .forms import Given, take, without_secrets
from .hearing import hear
from .request import FORM, Request, decode_params, read_fields, read_request

Handler = TypeVar("Handler", bound=Callable[..., Any])
SHOWN_AGAIN = (Invalid, Conflict, Refused, TooLarge, TooMany, UnsupportedType)
"""Errors after which a form is shown again with what was typed."""


@dataclass(frozen=True)
class Route:
    """One method at one path."""

    method: str
    path: str
    who: Who
    handler: Callable[..., Any]
    takes: type[Given] | None = None
    gives: Any = None
    media: str = "application/json"
    """What `gives` is sent as."""
    asks: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    again: Callable[..., Any] | None = None
    is_private: bool = False
    """Whether what is written in it is for its writer and the staff, and never for the other of a pair."""
    hears: Callable[[Request, Sequence[str]], tuple[Helper, ...]] | None = None
    """Looks through the words of a refused form where that goes another way than all others; gives where help
    is."""
    checks_form: bool = True
    """Whether the form's token is asked for. Not where it must work from the oldest page: signing out."""
    takes_file: bool = False
    """Whether a file may come along, in a form of several parts."""

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring, for the API's description."""
        return (inspect.getdoc(self.handler) or "").partition("\n")[0]


@dataclass
class Area:
    """The routes of one file. `blueprint` is what app.py registers."""

    name: str
    routes: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.blueprint = Blueprint(self.name)

    def get(
        self,
        path: str,
        *,
        who: Who,
        page: str = "",
        gives: Any = None,
        media: str = "application/json",
        asks: Mapping[str, str] | None = None,
    ) -> Callable[[Handler], Handler]:
        """A page, or the JSON of its view. The handler returns the view's value.

        `asks`: what may follow the question mark, and what each means. `media`: what a program gets, where it
        is not JSON.
        """
        return self._route("GET", path, who=who, page=page, gives=gives, media=media, asks=asks or {})

    def post(
        self,
        path: str,
        *,
        who: Who,
        takes: type[Given] | None = None,
        gives: Any = None,
        page: str = "",
        again: Callable[..., Any] | None = None,
        is_private: bool = False,
        hears: Callable[[Request, Sequence[str]], tuple[Helper, ...]] | None = None,
        checks_form: bool = True,
        takes_file: bool = False,
    ) -> Callable[[Handler], Handler]:
        """A change. The handler is given the filled-in `takes` and returns Done, or a view shown on `page`.

        When what was sent cannot be taken, the page of the GET handler `again` is shown with it; likewise
        when the handler returns Again.
        """
        options = {"takes": takes, "gives": gives, "page": page, "again": again, "checks_form": checks_form}
        hearing = {"is_private": is_private, "hears": hears}
        return self._route("POST", path, who=who, takes_file=takes_file, **options, **hearing)

    def _route(self, method: str, path: str, **options: Any) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            route = Route(method, path, handler=handler, **options)
            self.routes.append(route)
            BY_HANDLER[handler] = route

            def entry(**_: str) -> Response:
                return serve(route, self.blueprint.current_request)

            entry.__name__ = f"{handler.__name__}_{method.lower()}"
            # Content types are checked by read_fields, which answers with a sentence.
            kinds = {} if method == "GET" else {"content_types": ["*/*"]}
            self.blueprint.route(path, methods=[method], name=entry.__name__, **kinds)(entry)
            return handler

        return register


BY_HANDLER: dict[Callable[..., Any], Route] = {}
"""The route of each handler, for showing a form again."""


def serve(route: Route, raw: Any) -> Response:
    """Answers one request. Never raises."""
    request = read_request(raw, now=now())
    try:
        return _answer(route, request)
    except SignpostError as error:
        return respond.refusal(request, error)
    except Exception as error:
        log_fault("a route failed", error, route=f"{route.method} {route.path}")
        return respond.fault(request, _to_send_again(route, request))


def _answer(route: Route, request: Request) -> Response:
    recognise(request, route.who)
    decode_params(request)
    check_origin(request)
    try:
        answer = _attempt(route, request)
    except SignpostError as error:
        return _refused(route, request, error)
    if isinstance(answer, respond.Again) and not request.wants_json and route.again is not None:
        request.answer = answer.value
        return _again(route.again, request, 200)
    if isinstance(answer, respond.Again):
        return respond.view(request, route.page, answer.value)
    if isinstance(answer, respond.Done):
        return respond.done(request, answer)
    if isinstance(answer, respond.Elsewhere):
        return respond.elsewhere(request, answer)
    if isinstance(answer, respond.Text):
        return respond.text(answer)
    return respond.view(request, route.page, answer)


def _attempt(route: Route, request: Request) -> Any:
    """What the handler returns. Raises what the request is refused with."""
    try:
        let_in(request, route.who)
    except (SignedOut, NotYetAgreed):
        with suppress(SignpostError):
            _read(route, request)  # so that what was written can be shown
        raise
    return _call(route, request, _read(route, request))


def _refused(route: Route, request: Request, error: SignpostError) -> Response:
    """The form's page once more where there is one. Raises the error where there is none."""
    try:
        hear(route, request)
    except Busy as busy:  # what was written is to be sent again, or it may not be heard
        error = busy
    is_shown_again = isinstance(error, SHOWN_AGAIN) and not isinstance(error, NotYetAgreed)
    if not is_shown_again or request.wants_json or route.again is None:
        raise error
    request.errors = list(error.all) if isinstance(error, Invalid) else [error]
    if error.code == "key_reused":
        request.typed.pop("key", None)  # or the form would be refused for ever
    return _again(route.again, request, respond.status_of(error))


def _read(route: Route, request: Request) -> dict[str, Any]:
    """The fields that were sent. Keeps those to be shown again in `request.typed`: never a password."""
    if route.method == "GET":
        return {}
    try:
        return read_fields(request, takes_file=route.takes_file)
    finally:
        request.typed = without_secrets(route.takes, request.typed)


def _to_send_again(route: Route, request: Request) -> dict[str, Any]:
    """The fields of a form that one press can send again; none where there was a password, or a file."""
    if route.method == "GET" or request.content_type != FORM:
        return {}
    try:
        fields = read_fields(request)
    except SignpostError:
        return {}
    return fields if without_secrets(route.takes, fields) == fields else {}


def _call(route: Route, request: Request, fields: dict[str, Any]) -> Any:
    if route.method != "GET" and route.checks_form:
        check_form(request, fields.get("csrf"))
    if route.takes is None:
        return route.handler(request, **request.params)
    return route.handler(request, take(route.takes, fields), **request.params)


def _again(handler: Callable[..., Any], request: Request, status: int) -> Response:
    """The form's page once more, with everything the person typed, and the sentences of errors or the answer
    to what they asked."""
    route = BY_HANDLER[handler]
    wanted = {name: value for name, value in request.params.items() if f"{{{name}}}" in route.path}
    value = handler(request, **wanted)
    return respond.view(request, route.page, value, status=status)
