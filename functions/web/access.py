"""Who may use a route, and whether a request truly comes from the person's own page.

A route names who it is for; which conversation or programme they may use there is decided by the action
(`shared.people.permissions`). A request that changes something must come from a page of ours: same origin,
and with the token that only such a page holds. Programs send their session as a bearer and need neither,
because no browser adds a bearer by itself.
"""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.people.actions import to_agree, viewer_of
from shared.people.permissions import PARTICIPANTS, STAFF, Role
from shared.platform.errors import Invalid, NotFound, NotYetAgreed, Refused, SignedOut
from shared.platform.ids import new_secret
from shared.platform.settings import settings

from .request import JSON, Request, fits_in_address

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
AGREE_FIRST = "The ground rules have changed. Please read and agree to them before you go on."
STALE = "This page was open for a long time, so it was not sent. Nothing is lost: please send it once more."
LEADS_AWAY = "This link leads away from Signpost, so we did not follow it. You can sign in on the home page."
ELSEWHERE = "This was sent from another site, so we did not take it. Please open the page on Signpost."


@dataclass(frozen=True)
class Who:
    """Who may use a route."""

    name: str
    reads_session: bool = True
    must_be_signed_in: bool = True
    roles: frozenset[Role] = frozenset()
    """Having one of these in any programme is needed to get in; when empty, none is."""
    agrees_first: bool = True
    """Whether a mentee or mentor must have agreed to the ground rules as they are now."""


PUBLIC = Who("public", reads_session=False, must_be_signed_in=False)
"""Anybody, and it makes no difference who: static files, the API's description."""
ANYONE = Who("anyone", must_be_signed_in=False)
"""Anybody; a signed-in person is recognised."""
SIGNED_IN = Who("signed_in")
"""Anybody with a role in some programme: who has none counts as signed out."""
SIGNED_IN_ALWAYS = Who("signed_in", agrees_first=False)
"""The same, whether they have agreed to the ground rules or not: an account, taking back leave."""
PARTICIPANT = Who("participant", roles=PARTICIPANTS)
"""A mentee or mentor of some programme."""
PARTICIPANT_ALWAYS = Who("participant", roles=PARTICIPANTS, agrees_first=False)
"""The same, whether they have agreed to the ground rules or not: reporting a worry."""
EDUCATOR_ONLY = Who("educator", roles=frozenset({Role.EDUCATOR}), agrees_first=False)
"""An educator of some programme."""
STAFF_ONLY = Who("staff", roles=STAFF, agrees_first=False)
"""Staff of some programme."""


def recognise(request: Request, who: Who) -> None:
    """Finds out who is asking, if the route wants to know."""
    if not request.is_bearer:
        request.token = request.cookies.get(session_cookie(), "")
        request.visitor = request.cookies.get(visitor_cookie(), "")
    if request.token and who.reads_session:
        request.signed_in = viewer_of(request.token, now=request.now)


def let_in(request: Request, who: Who) -> None:
    """Raises SignedOut, NotFound or NotYetAgreed when the route is not for whoever was recognised, or not
    yet."""
    if not who.must_be_signed_in:
        return
    if request.signed_in is None:
        raise SignedOut("Please sign in first.")
    if who.roles and not request.signed_in.roles & who.roles:
        raise NotFound
    if who.agrees_first and to_agree(request.signed_in, now=request.now):
        raise NotYetAgreed(AGREE_FIRST)


def check_origin(request: Request) -> None:
    """Raises Refused when another site sent this. Before the body is read, so that no page of ours ever holds
    what another site has filled in."""
    if request.method in SAFE_METHODS or request.is_bearer:
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refused(ELSEWHERE, code="wrong_origin")
    said = request.headers.get("origin") or request.headers.get("referer", "")
    if said and _origin(said) != settings().origin:
        raise Refused(ELSEWHERE, code="wrong_origin")


def check_form(request: Request, token: object) -> None:
    """Raises Refused unless `token` is the one that this person's pages carry."""
    if request.is_bearer or (request.content_type == JSON and not request.token):
        return  # a program: no cookie speaks for anybody here
    if not isinstance(token, str) or not hmac.compare_digest(token.encode(), form_token(request).encode()):
        raise Refused(STALE, code="stale_form")


def form_token(request: Request) -> str:
    """The token of this person's forms: tied to their session or, signed out, to their browser."""
    if request.signed_in is not None and request.token:
        secret = request.token
    else:
        request.visitor = request.visitor or new_secret()
        secret = request.visitor
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def session_cookie() -> str:
    return "__Host-session" if settings().is_secure else "session"


def visitor_cookie() -> str:
    return "__Host-visitor" if settings().is_secure else "visitor"


def cookie(name: str, value: str) -> str:
    """A Set-Cookie header that only this host's own pages can use; an empty value removes the cookie."""
    parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if settings().is_secure:
        parts.append("Secure")
    if not value:
        parts.append("Max-Age=0")
    return "; ".join(parts)


def local_path(wanted: str) -> str:
    """`wanted`, which is a path on this site or empty. Raises Invalid for anything else: nobody is sent
    elsewhere by a link of ours."""
    if wanted and not is_local(wanted):
        raise Invalid(LEADS_AWAY, code="leads_away")
    return wanted


def is_local(wanted: str) -> bool:
    """Whether this is a path on this site, to whatever browser reads it."""
    begins_well = wanted.startswith("/") and not wanted.startswith("//")
    return begins_well and "\\" not in wanted and " " not in wanted and fits_in_address(wanted)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
