"""What the link of a meeting looks like with those who offer meetings online: nobody's words fit into it.
What these shapes rest on is in docs/decisions.md."""

import re
from base64 import b64decode
from urllib.parse import SplitResult, unquote

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OPAQUE = r"(?!.*\d{7})(?!(.*[-_]){3})[A-Za-z0-9_-]{3,40}(\.\d)?"
"""What a password looks like in a link: no telephone number, and no words one after another."""
SHORT = rf"/meet/(?P<number>[1-9]\d{{8,15}})(\?p={OPAQUE})?"
TEAMS = re.compile(
    r"/l/meetup-join/19:meeting_(?P<id>[A-Za-z0-9]{48})@thread\.(v2|skype)(/0)?"
    rf'(\?context=\{{"Tid":"{UUID}","Oid":"{UUID}"\}})?|{SHORT}'
)
TEAMS_AT_HOME = re.compile(SHORT)
MEET = re.compile(r"/[a-z]{3}-[a-z]{4}-[a-z]{3}(\?authuser=\d)?")
ZOOM = re.compile(rf"/j/(?P<number>[1-9]\d{{8,10}})(\?pwd=({OPAQUE}|\d{{4,8}}))?")
SHAPES: dict[str, tuple[str, re.Pattern[str]]] = {
    "teams.microsoft.com": ("Teams", TEAMS),
    "teams.cloud.microsoft": ("Teams", TEAMS),
    "teams.microsoft.us": ("Teams", TEAMS),
    "teams.live.com": ("Teams", TEAMS_AT_HOME),
    "meet.google.com": ("Google Meet", MEET),
    "zoom.us": ("Zoom", ZOOM),
    "zoom.com": ("Zoom", ZOOM),
    "zoomgov.com": ("Zoom", ZOOM),
}
"""By host: what it is called, and the path and query of its meetings with their percent signs read."""
NOBODYS_NAME = re.compile(r"us\d\d(web)?\.zoom\.us|eu\d\dweb\.zoom\.us|(gov|dod)\.teams\.microsoft\.us")
"""Hosts below one of SHAPES whose names are given by who runs them: any other a customer has chosen."""
TELEPHONE = re.compile(r"7\d{9}|\d*(07|447)\d{9}\d*")
"""A number of a meeting that could be one of a mobile telephone in the United Kingdom."""


def problem_with_shape(parts: SplitResult, *, is_listed: bool, by_staff: bool) -> str:
    """Why a link of an allowed host is not taken; empty when it is. A host whose links may hold anything, one
    below a listed host (`is_listed` false), and a number that could be a telephone's, could say something to
    the mentee: those are the staff's."""
    host = parts.hostname or ""
    known = next((one for one in SHAPES if host == one or host.endswith(f".{one}")), None)
    if not by_staff and (known is None or not (is_listed or NOBODYS_NAME.fullmatch(host))):
        return f"Links of {host} are given by a coordinator only. Please ask yours to give the link."
    if known is None:
        return ""
    name, shape = SHAPES[known]
    found = shape.fullmatch(unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else ""))
    said = found.groupdict() if found else {}
    if found is None or not _is_made_by_machine(said.get("id")):
        return f"This is not the link of a meeting in {name}. Please copy it from the invitation once more."
    if not by_staff and TELEPHONE.fullmatch(said.get("number") or ""):
        return (
            "The number in this link could be taken for a telephone number, so a coordinator gives it. "
            "Please ask yours to, or make another meeting."
        )
    return ""


def _is_made_by_machine(meeting: str | None) -> bool:
    """Whether what Teams calls a meeting is what it makes itself: a UUID in Base64, and no words."""
    return meeting is None or re.fullmatch(UUID, b64decode(meeting).decode("latin-1")) is not None
