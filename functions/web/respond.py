"""One answer, two representations: a page for a browser, JSON for a program."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from chalice.app import Response
from pydantic import TypeAdapter

from shared.platform.errors import (
    Conflict,
    Invalid,
    NotFound,
    NotYetAgreed,
    Refused,
    SignedOut,
    SignpostError,
    TooLarge,
    TooMany,
    UnsupportedType,
)
from shared.platform.settings import settings

from .access import cookie, form_token, session_cookie, visitor_cookie
from .request import Request
from .templating import render, url

STATUS: dict[type[SignpostError], int] = {
    Invalid: 422,
    SignedOut: 401,
    Refused: 403,
    NotFound: 404,
    Conflict: 409,
    TooMany: 429,
    TooLarge: 413,
    UnsupportedType: 415,
}


def status_of(error: SignpostError) -> int:
    """The status of an error's kind, or of the kind it is a special case of."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def page_policy(*, posts_to: str = "") -> str:
    """What a browser may load, and where forms may lead: to this site, and to `posts_to` where a page says
    so."""
    forms = f"'self' {posts_to}".strip()
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )


SECURITY_HEADERS = {
    "Content-Security-Policy": page_policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Done:
    """Something was changed: a browser goes on to the page `to`, a program is given `value`.

    `created` makes the program's answer a 201 with `to` as its place. `set_session` signs the browser in,
    `clear_session` signs it out.
    """

    to: str
    value: Any = None
    created: bool = False
    set_session: str = ""
    clear_session: bool = False


@dataclass(frozen=True)
class Again:
    """Nothing was changed: a browser is shown the form's page once more, with everything that was typed and
    `value` as `answer`; a program is given `value`."""

    value: Any


@dataclass(frozen=True)
class Elsewhere:
    """A browser goes on to `address`, which is not of this site and works for a short time only; a program is
    given `value`."""

    address: str
    value: Any


@dataclass(frozen=True)
class Text:
    """A body that is neither page nor JSON: a static file, a download. `kept` may be stored for a year."""

    body: str
    content_type: str
    kept: bool = False
    download_as: str = ""


def done(request: Request, answer: Done) -> Response:
    cookies = []
    if answer.set_session and not request.wants_json:
        cookies = [cookie(session_cookie(), answer.set_session), cookie(visitor_cookie(), "")]
    if answer.clear_session:
        cookies = [cookie(session_cookie(), "")]
    if not request.wants_json:
        return _response("", 303, {"Location": url(answer.to), **_set(cookies)})
    headers = {"Content-Type": "application/json", **_set(cookies)}
    if answer.created:
        headers["Location"] = url(answer.to)
    return _response(_json(answer.value), 201 if answer.created else 200, headers)


def elsewhere(request: Request, answer: Elsewhere) -> Response:
    if request.wants_json:
        return _response(_json(answer.value), 200, {"Content-Type": "application/json"})
    return _response("", 303, {"Location": answer.address, "Referrer-Policy": "no-referrer"})


def text(answer: Text) -> Response:
    headers = {"Content-Type": f"{answer.content_type}; charset=utf-8"}
    if answer.kept:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if answer.download_as:
        headers["Content-Disposition"] = f'attachment; filename="{answer.download_as}"'
    return _response(answer.body, 200, headers)


def view(request: Request, template: str, value: Any, *, status: int = 200) -> Response:
    """A view's value as a page or as JSON."""
    if request.wants_json or not template:
        return _response(_json(value), status, {"Content-Type": "application/json"})
    posts_to = getattr(value, "posts_to", "")
    headers = {"Content-Security-Policy": page_policy(posts_to=posts_to)} if posts_to else None
    return page(request, template, status=status, headers=headers, view=value)


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response:
    """A page, with what every template can use."""
    token = form_token(request)
    body = render(
        template,
        me=request.signed_in,
        csrf=token,
        errors=request.errors,
        typed=request.typed,
        answer=request.answer,
        heard=request.heard,
        now=request.now,
        request_path=request.path,
        **{"help": [], **context},
    )
    cookies = []
    if request.signed_in is None and request.visitor != request.cookies.get(visitor_cookie(), ""):
        cookies = [cookie(visitor_cookie(), request.visitor)]
    return _response(
        body, status, {"Content-Type": "text/html; charset=utf-8", **(headers or {}), **_set(cookies)}
    )


PAGES: dict[type[SignpostError], str] = {
    SignedOut: "errors/signed_out.html",
    NotYetAgreed: "errors/not_yet_agreed.html",
}


def refusal(request: Request, error: SignpostError) -> Response:
    """An error with its sentence, when there is no page to show it on."""
    status = status_of(error)
    headers = {"Retry-After": str(error.after)} if isinstance(error, TooMany) else {}
    if request.wants_json:
        body = json.dumps({"error": problem(error, heard=bool(request.heard))}, ensure_ascii=False)
        return _response(body, status, {"Content-Type": "application/json", **headers})
    if isinstance(error, SignedOut) and request.method == "GET":
        return _response("", 303, {"Location": url(f"/sign-in?next={_quoted(request)}")})
    if isinstance(error, NotYetAgreed) and request.method == "GET":
        return _response("", 303, {"Location": url(f"/ground-rules?next={_quoted(request)}")})
    template = PAGES.get(type(error), "errors/refusal.html")
    return page(request, template, status=status, headers=headers, view=error, status_code=status)


def fault(request: Request, form: dict[str, Any]) -> Response:
    """Something of ours broke. Says so without saying what. A browser can send once more what it sent: `form`
    holds those fields, the form's key among them, so that what was stored all the same is stored once."""
    sentence = "Something went wrong on our side. Please try again in a minute."
    if request.wants_json:
        body = json.dumps({"error": {"code": "fault", "message": sentence, "fields": []}})
        return _response(body, 500, {"Content-Type": "application/json"})
    return page(request, "errors/fault.html", status=500, view=sentence, form=form)


HEARD = "A person who looks after people’s safety will read what you wrote, and knows that it came from you."


def problem(error: SignpostError, *, heard: bool = False) -> dict[str, Any]:
    """An error as programs are told of it. `heard`: a mentee wrote of a worry in what was refused."""
    found = error.all if isinstance(error, Invalid) else (error,)
    fields = [{"field": one.field, "code": one.code, "message": one.sentence} for one in found if one.field]
    message = f"{error.sentence} {HEARD}" if heard else error.sentence
    return {"code": error.code, "message": message, "fields": fields}


def _quoted(request: Request) -> str:
    query = urlencode(request.query)
    return quote(request.path + (f"?{query}" if query else ""), safe="/")


def _response(body: str, status: int, headers: dict[str, Any]) -> Response:
    every = {**SECURITY_HEADERS, **headers}
    if settings().is_secure:
        every["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return Response(body=body, status_code=status, headers=every)


def _set(cookies: list[str]) -> dict[str, Any]:
    return {"Set-Cookie": cookies} if cookies else {}


def _json(value: Any) -> str:
    return _adapter(value.__class__).dump_json(value).decode()


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
