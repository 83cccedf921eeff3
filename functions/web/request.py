"""What came in, as handlers see it: API Gateway's event with its traps removed."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from shared.people.permissions import Viewer
from shared.platform.errors import Invalid, NotFound, SignedOut, SignpostError, TooLarge, UnsupportedType
from shared.safeguarding.help import Helper

from .multipart import MULTIPART, SentFile, read_multipart

LARGEST_BODY = 1_000_000
"""Bytes. Far above any form of ours, far below what API Gateway passes."""
LARGEST_WITH_FILE = 4_400_000
"""Bytes, where a file may come along: what a function can be handed."""
MOST_FIELDS = 1_000
LONGEST_PART = 300
"""Characters in one part of a path."""
LONGEST_QUERY = 1_000
"""Characters in one value after the question mark."""
SOUGHT = "find"
"""What somebody looks for stands after the question mark in their own words: “Zoë”, “I’m”."""
LONGEST_SOUGHT = 100
"""Characters. They become part of keys, which have a thousand bytes."""
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
FILE_TOO_LARGE = "This file is larger than 4 MB, so nothing was sent. Please choose a smaller one."
UNREADABLE = "Some characters in this could not be read. Please type them again and send once more."


@dataclass
class Request:
    """One request. `me`, `errors`, `typed` and `answer` are filled in on the way to the page."""

    method: str
    path: str
    params: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    """By lower-case name."""
    cookies: dict[str, str]
    body: bytes
    caller_address: str
    """The caller's IP address as API Gateway saw it."""
    now: datetime
    token: str = ""
    """The session token this request came with, by cookie or as a bearer; may be worthless."""
    is_bearer: bool = False
    signed_in: Viewer | None = None
    errors: list[SignpostError] = field(default_factory=list)
    typed: dict[str, Any] = field(default_factory=dict)
    """What the person filled in, to be shown again when it could not be taken."""
    files: dict[str, SentFile] = field(default_factory=dict)
    """Files that were sent, by the name of their field."""
    answer: Any = None
    """What a form asked for, for the page that it is shown on again."""
    heard: tuple[Helper, ...] = ()
    """Where help is, for a mentee who wrote of a worry in a form that was refused."""
    visitor: str = ""
    """Random value that ties a signed-out person's forms to their browser."""

    @property
    def me(self) -> Viewer:
        """Who is asking. Raises SignedOut when nobody is signed in."""
        if self.signed_in is None:
            raise SignedOut("Please sign in to see this page.")
        return self.signed_in

    @property
    def wants_json(self) -> bool:
        """Whether a program is asking. A browser always accepts text/html."""
        accept = self.headers.get("accept", "")
        if "text/html" in accept:
            return False
        return JSON in accept or self.is_bearer or self.content_type == JSON

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def read_request(raw: Any, *, now: datetime) -> Request:
    """A Chalice request as ours. Never raises; `decode_params` is what refuses a path no link of ours has."""
    context = raw.context or {}
    headers = {name.lower(): value for name, value in (raw.headers or {}).items()}
    request = Request(
        method=raw.method,
        path=_path(raw),
        params={name.rstrip("+"): value for name, value in (raw.uri_params or {}).items()},
        query=dict(raw.query_params or {}),
        headers=headers,
        cookies=_cookies(headers.get("cookie", "")),
        body=raw.raw_body or b"",
        caller_address=str(context.get("identity", {}).get("sourceIp", "")),
        now=now,
    )
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        request.token = bearer.strip()
        request.is_bearer = True
    return request


def decode_params(request: Request) -> None:
    """Decodes the path's parameters, which API Gateway hands over as they came. Raises NotFound or
    Invalid for an address that no link of ours has: what is in one becomes part of keys, which have their
    limits."""
    request.params = {name: _path_part(value) for name, value in request.params.items()}
    sought = request.query.get(SOUGHT, "")
    if len(sought) > LONGEST_SOUGHT or not sought.isprintable():
        raise Invalid("Please look for something shorter, in plain words.", field=SOUGHT, code="bad_search")
    links = (value for name, value in request.query.items() if name != SOUGHT)
    if any(len(value) > LONGEST_QUERY or not fits_in_address(value) for value in links):
        raise Invalid("This link is not complete. Please open the page again.", code="bad_link")


def fits_in_address(text: str) -> bool:
    """Whether this can stand in an address of ours: they hold visible ASCII only."""
    return text.isascii() and text.isprintable()


def read_fields(request: Request, *, takes_file: bool = False) -> dict[str, Any]:
    """The fields of the body, from a form or from JSON. Keeps them in `request.typed`, and files, where a
    route takes them, in `request.files`.

    Raises TooLarge, UnsupportedType or Invalid, each with a sentence.
    """
    has_file = takes_file and request.content_type == MULTIPART
    if len(request.body) > LARGEST_BODY and not has_file:
        raise TooLarge("That is more than can be sent at once. Please send less.")
    fields: dict[str, Any]
    if has_file:
        fields, request.files = read_multipart(request.body, request.headers.get("content-type", ""))
        if len(request.body) > LARGEST_WITH_FILE:
            request.files, request.typed = {}, _to_show(fields)
            raise TooLarge(FILE_TOO_LARGE, field="file")
    elif request.content_type == FORM:
        fields = _form_fields(request)
    elif request.content_type == JSON:
        fields = _json_fields(request.body)
    elif not request.body:
        fields = {}
    else:
        raise UnsupportedType(f"Please send this as a form ({FORM}) or as JSON ({JSON}).")
    request.typed = _to_show(fields)
    return fields


def _to_show(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "csrf"}


def _form_fields(request: Request) -> dict[str, Any]:
    try:
        return _parse_form(request.body, errors="strict")
    except UnicodeDecodeError as error:
        with suppress(ValueError):
            request.typed = _to_show(_parse_form(request.body, errors="replace"))
        raise Invalid(UNREADABLE) from error
    except ValueError as error:
        raise Invalid(UNREADABLE) from error


def _parse_form(body: bytes, *, errors: str) -> dict[str, Any]:
    pairs = parse_qsl(
        body.decode("ascii", errors=errors),
        keep_blank_values=True,
        errors=errors,
        max_num_fields=MOST_FIELDS,
    )
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            earlier = fields[name]
            fields[name] = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
        else:
            fields[name] = value
    return fields


def _json_fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Invalid("The body is not valid JSON.", code="malformed_json") from error
    if not isinstance(fields, dict):
        raise Invalid("The body must be one JSON object.", code="malformed_json")
    return fields


def _path(raw: Any) -> str:
    """The path as it was asked for. Chalice's own is the route's, with the parameters' names in it."""
    path = str(raw.path)
    for name, value in (raw.uri_params or {}).items():
        path = path.replace(f"{{{name}}}", value).replace(f"{{{name.rstrip('+')}+}}", value)
    return path


def _path_part(value: str) -> str:
    try:
        part = unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise NotFound from error
    if len(part) > LONGEST_PART or not fits_in_address(part):
        raise NotFound
    return part


def _cookies(header: str) -> dict[str, str]:
    """By name. Read by hand, because SimpleCookie gives up on all of them when one, which may be of a
    neighbouring site, is not as it likes."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs if name}
