"""What coordinators do with a programme's library: write a piece, word one anew, take one out, put it back.

Every wording is kept. A common piece that is worded anew here, or taken out, is so in this programme alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.people.permissions import Viewer, may_edit_library, require
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, is_new, transaction
from shared.policies import Policy
from shared.programmes.actions import load_programme
from shared.programmes.rules import day_of
from shared.safeguarding.fields import Wrong, read_line
from shared.safeguarding.rules import read_words

from .common import common_library, helplines
from .items import Resource, ResourceVersion, resource_key, resource_version_key
from .rendering import links_of
from .rules import MOST_PIECES, About, about_of, as_stored, may_lead_to
from .shelf import own_resources

LONGEST_TITLE = 100
LONGEST_SUMMARY = 240
LONGEST_TEXT = 12_000
NOT_A_DAY = "Please give the day as in 2026-11-30."
TO_COME = "This day is still to come. Please give the day on which somebody checked it."
NO_TOPIC = "Please choose at least one topic, or nobody finds it by browsing."
LEADS_AWAY = (
    "This leads to {where}, which is not among the websites of your programme’s policy. Please take the link "
    "out, or ask an administrator to add that website: {allowed}."
)
CHANGED = "Somebody has changed this piece since you opened the page. What you typed is still here."
ENOUGH = f"There are {MOST_PIECES} pieces of your own already. Please word one of them anew."


@dataclass(frozen=True)
class Written:
    """A piece as it was filled in."""

    title: str
    summary: str
    text: str
    audience: str
    checked_on: str
    tags: Sequence[str] = ()
    strands: Sequence[str] = ()
    helplines: Sequence[str] = ()


def new_resource_id(viewer: Viewer, programme_id: str, key: str) -> str:
    """What the piece is called that this form stores. Raises Invalid without a key."""
    if not key:
        raise Invalid("Please send this form once more.", field="key")
    return derived_id("resource", programme_id, viewer.person_id, key)


def add_piece(viewer: Viewer, programme_id: str, written: Written, *, key: str, now: datetime) -> str:
    """Puts a new piece into the library and returns its id. Sent again, it is there once. Raises NotFound for
    who may not, Invalid for what needs another look, and Conflict where there are enough."""
    require(may_edit_library(viewer, programme_id))
    resource_id = new_resource_id(viewer, programme_id, key)
    about, text = read_piece(resource_id, written, load_programme(programme_id).policy, now=now)
    if find(Resource, *resource_key(programme_id, resource_id)) is None:
        if len(own_resources(programme_id)) >= MOST_PIECES:
            raise Conflict(ENOUGH, code="too_many")
        _save(viewer, programme_id, about, text, None, now)
    return resource_id


def change_piece(
    viewer: Viewer, programme_id: str, resource_id: str, written: Written, *, wording: int, now: datetime
) -> None:
    """Words a piece anew: one of the programme's, or a common one for this programme. `wording` is how many
    there were when the page was opened. Raises as `add_piece`, and Conflict when there is another since."""
    require(may_edit_library(viewer, programme_id))
    stored = find(Resource, *resource_key(programme_id, resource_id))
    if stored is None and resource_id not in common_library():
        raise NotFound
    about, text = read_piece(resource_id, written, load_programme(programme_id).policy, now=now)
    if int(stored.wordings if stored else 0) != wording:
        raise Conflict(CHANGED, field="text", code="stale")
    _save(viewer, programme_id, about, text, stored, now)


def show_or_take_out(
    viewer: Viewer, programme_id: str, resource_id: str, *, is_shown: bool, now: datetime
) -> None:
    """Takes a piece out, so that only staff see it, or puts it back. Again, it changes nothing. Raises
    NotFound, and Conflict when somebody else changes it at this moment."""
    require(may_edit_library(viewer, programme_id))
    stored = find(Resource, *resource_key(programme_id, resource_id))
    if stored is None and resource_id not in common_library():
        raise NotFound
    if (stored is None or stored.state == "shown") == is_shown:
        return
    try:
        with transaction() as write:
            _set_state(write, viewer, programme_id, resource_id, stored, is_shown, now)
            _note(write, viewer, programme_id, resource_id, now, why="Put back" if is_shown else "Taken out")
    except Lost:
        raise Conflict(CHANGED, code="stale") from None


def _set_state(
    write: TransactWrite,
    viewer: Viewer,
    programme_id: str,
    resource_id: str,
    stored: Resource | None,
    is_shown: bool,
    now: datetime,
) -> None:
    if stored is None:
        made = Resource(
            *resource_key(programme_id, resource_id),
            programme_id=programme_id,
            resource_id=resource_id,
            state="taken_out",
            changed_at=now,
            changed_by_name=viewer.name,
        )
        write.save(made, condition=is_new(Resource))
    elif is_shown and not stored.wordings:
        write.delete(stored)  # it stands as the common library has it
    else:
        stored.state = "shown" if is_shown else "taken_out"
        stored.changed_at, stored.changed_by_name = now, viewer.name
        write.save(stored)


def _save(
    viewer: Viewer, programme_id: str, about: About, text: str, stored: Resource | None, now: datetime
) -> None:
    resource_id = about.resource_id
    head = stored or Resource(
        *resource_key(programme_id, resource_id), programme_id=programme_id, resource_id=resource_id
    )
    number = int(head.wordings) + 1
    head.wordings, head.state, head.about = number, "shown", as_stored(about)
    head.changed_at, head.changed_by_name = now, viewer.name
    version = ResourceVersion(
        *resource_version_key(programme_id, resource_id, number),
        number=number,
        about=as_stored(about),
        text=text,
        author_id=viewer.person_id,
        author_name=viewer.name,
        at=now,
    )
    try:
        with transaction() as write:
            write.save(head, condition=is_new(Resource) if stored is None else None)
            write.save(version, condition=is_new(ResourceVersion))
            _note(write, viewer, programme_id, resource_id, now, why=about.title)
    except Lost:
        raise Conflict(CHANGED, field="text", code="stale") from None


def _note(
    write: TransactWrite, viewer: Viewer, programme_id: str, resource_id: str, now: datetime, *, why: str
) -> None:
    record(
        write,
        programme_id,
        "changed_library",
        f"resource:{resource_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        why=why,
    )


# ── What was filled in ─────────────────────────────────────────────────────


def read_piece(resource_id: str, written: Written, policy: Policy, *, now: datetime) -> tuple[About, str]:
    """The piece and its text. Raises Invalid with everything that needs another look."""
    wrong = Wrong()
    title = wrong.read(_line, written.title, field="title", most=LONGEST_TITLE)
    summary = wrong.read(_line, written.summary, field="summary", most=LONGEST_SUMMARY)
    text = wrong.read(_text, written.text, policy.library.link_hosts)
    checked_on = wrong.read(_checked_on, written.checked_on, now)
    audience = next((one for one in ("mentee", "mentor", "both") if one == written.audience), None)
    if audience is None:
        wrong.add("Please say who it is for.", "audience")
    tags = [one for one in policy.library.tags if one in written.tags]
    if policy.library.tags and not tags:
        wrong.add(NO_TOPIC, "tags")
    wrong.none()
    if not (title and summary and text and checked_on and audience):
        raise Invalid("Please fill in everything.")
    made = about_of(
        resource_id,
        text,
        title=title,
        summary=summary,
        tags=tags,
        audience=audience,
        checked_on=checked_on,
        strands=[one.id for one in policy.eligibility.strands if one.id in written.strands],
        helplines=[one for one in helplines() if one in written.helplines],
    )
    return made, text


def _line(text: str, *, field: str, most: int) -> str:
    return read_line(read_words(text, field=field, most=most), field=field)


def _text(text: str, link_hosts: Sequence[str]) -> str:
    text = read_words(text, field="text", most=LONGEST_TEXT)
    for address in links_of(text):
        if not may_lead_to(address, link_hosts):
            allowed = ", ".join(link_hosts) or "any, by https"
            raise Invalid(
                LEADS_AWAY.format(where=address[:80], allowed=allowed), field="text", code="leads_away"
            )
    return text


def _checked_on(text: str, now: datetime) -> date:
    if not text.strip():
        return day_of(now)
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(NOT_A_DAY, field="checked_on") from None
    if day > day_of(now):
        raise Invalid(TO_COME, field="checked_on")
    return day
