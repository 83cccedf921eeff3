"""What the link of a meeting looks like with those who offer meetings online: nobody's words fit into it."""

import re
from base64 import b64decode
from urllib.parse import SplitResult, unquote

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OPAQUE = r"(?!.*\d{7})(?!(.*[-_]){3})[A-Za-z0-9_-]{3,40}(\.\d)?"
"""What a password looks like in a link: no telephone number, and no words one after another."""
TEAMS = re.compile(
    r"/l/meetup-join/19:meeting_(?P<id>[A-Za-z0-9]{48})@thread\.(v2|skype)(/0)?"
    rf'(\?context=\{{"Tid":"{UUID}","Oid":"{UUID}"\}})?'
    rf"|/meet/[1-9]\d{{8,15}}(\?p={OPAQUE})?"
)
SHAPES: dict[str, tuple[str, re.Pattern[str]]] = {
    "teams.microsoft.com": ("Teams", TEAMS),
    "teams.live.com": ("Teams", TEAMS),
    "meet.google.com": ("Google Meet", re.compile("/[a-z]{3}-[a-z]{4}-[a-z]{3}")),
    "zoom.us": ("Zoom", re.compile(rf"/j/[1-9]\d{{8,10}}(\?pwd=({OPAQUE}|\d{{4,10}}))?")),
}
"""By host: what it is called, and the path and query of its meetings with their percent signs read."""
OF_A_REGION = re.compile(r"us\d\d(web)?\.zoom\.us")


def problem_with_shape(parts: SplitResult, *, is_listed: bool, by_staff: bool) -> str:
    """Why a link of an allowed host is not taken; empty when it is. A host whose links may hold anything, and
    one below a listed host (`is_listed` false), could say something to the mentee: those are the staff's."""
    host = parts.hostname or ""
    known = next((one for one in SHAPES if host == one or host.endswith(f".{one}")), None)
    if not by_staff and (known is None or not (is_listed or OF_A_REGION.fullmatch(host))):
        return f"Links of {host} are given by a coordinator only. Please ask yours to give the link."
    if known is None:
        return ""
    name, shape = SHAPES[known]
    found = shape.fullmatch(unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else ""))
    if found is None or not _is_made_by_machine(found.groupdict().get("id")):
        return f"This is not the link of a meeting in {name}. Please copy it from the invitation once more."
    return ""


def _is_made_by_machine(meeting: str | None) -> bool:
    """Whether what Teams calls a meeting is what it makes itself: a UUID in Base64, and no words."""
    return meeting is None or re.fullmatch(UUID, b64decode(meeting).decode("latin-1")) is not None
