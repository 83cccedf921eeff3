"""What the library's pages show to staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.people.permissions import Viewer, may_edit_library, may_see_library, require
from shared.platform.errors import NotFound
from shared.platform.tables import find
from shared.policies import Policy
from shared.policies.people import Strand
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.rules import day_of

from .common import Helpline, common_library, helplines
from .editing import Written, read_piece
from .items import VERSION_PREFIX, Resource, ResourceVersion, resource_key, resource_version_key
from .rendering import to_html
from .rules import About, from_stored, in_order, topics_of, wants_another_look
from .shelf import about_in, common_beside, own_resources
from .views import helplines_of

MOST_VERSIONS = 50
"""Versions that a piece's page lists, newest first."""
BLANK = Written("", "", "", "both", "")


@dataclass(frozen=True)
class Row:
    """A piece in staff's list."""

    resource_id: str
    title: str
    topics: tuple[str, ...]
    audience: str
    minutes: int
    checked_on: date
    is_old: bool
    """Nobody has checked it for a year."""
    is_shown: bool
    whose: str
    """`common`, `changed` for a common one in the programme's own words, or `own`."""


@dataclass(frozen=True)
class StaffLibrary:
    """A programme's whole library."""

    programme_id: str
    programme_name: str
    rows: tuple[Row, ...]
    hosts: tuple[str, ...]
    """Where pieces may lead; anywhere by https where empty."""
    may_edit: bool


@dataclass(frozen=True)
class Version:
    """One wording of a piece."""

    number: int
    title: str
    by_name: str
    at: datetime


@dataclass(frozen=True)
class StaffPiece:
    """A piece as it is shown, with its versions."""

    programme_id: str
    programme_name: str
    row: Row
    summary: str
    text: str
    html: str
    """Safe to be shown."""
    helplines: tuple[Helpline, ...]
    strands: tuple[str, ...]
    """Names of the strands it is for; everybody where empty."""
    versions: tuple[Version, ...]
    shown_version: int
    """The wording that is shown here; 0 for the common library's."""
    may_edit: bool


@dataclass(frozen=True)
class Choice:
    """One of those that can be ticked."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class PieceForm:
    """Where a piece is written."""

    programme_id: str
    programme_name: str
    resource_id: str
    """Empty for a new one."""
    wording: int
    whose: str
    written: Written
    tags: tuple[Choice, ...]
    strands: tuple[Choice, ...]
    helplines: tuple[Choice, ...]
    hosts: tuple[str, ...]
    today: date


@dataclass(frozen=True)
class PiecePreview:
    """How a piece would look. Nothing is stored."""

    title: str
    summary: str
    minutes: int
    html: str
    helplines: tuple[Helpline, ...]


def staff_library(viewer: Viewer, programme_id: str, *, now: datetime) -> StaffLibrary:
    """What is in the programme's own words first: a GetItem and a Query. Raises NotFound for who is not on
    the staff."""
    require(may_see_library(viewer, programme_id))
    programme = load_programme(programme_id)
    library = programme.policy.library
    own = {one.resource_id: one for one in own_resources(programme_id)}
    pieces = [_about(one) for one in own.values()] + common_beside(list(own.values()), library)
    rows = [
        _row(one, own.get(one.resource_id), programme.policy, now) for one in in_order(pieces, "", library)
    ]
    return StaffLibrary(
        programme_id=programme_id,
        programme_name=programme.name,
        rows=tuple(sorted(rows, key=lambda row: row.whose == "common")),
        hosts=tuple(library.link_hosts),
        may_edit=may_edit_library(viewer, programme_id),
    )


def _about(stored: Resource) -> About:
    """What it is about, here; of a common piece that was taken out as it is, there."""
    return about_in(stored) if stored.about else common_library()[stored.resource_id].about


def _row(about: About, stored: Resource | None, policy: Policy, now: datetime) -> Row:
    is_common = about.resource_id in common_library()
    return Row(
        resource_id=about.resource_id,
        title=about.title,
        topics=topics_of(about, policy.library),
        audience=about.audience,
        minutes=about.minutes,
        checked_on=about.checked_on,
        is_old=wants_another_look(about, day_of(now)),
        is_shown=stored is None or stored.state == "shown",
        whose="own" if not is_common else "changed" if stored and stored.wordings else "common",
    )


def staff_piece(
    viewer: Viewer, programme_id: str, resource_id: str, *, version: int | None = None, now: datetime
) -> StaffPiece:
    """Two GetItems and a Query. `version` shows an earlier wording. Raises NotFound."""
    require(may_see_library(viewer, programme_id))
    programme = load_programme(programme_id)
    stored, versions = _stored(programme, resource_id)
    chosen = _chosen(versions, version)
    about = from_stored(resource_id, chosen.about) if chosen else common_library()[resource_id].about
    text = chosen.text if chosen else common_library()[resource_id].text
    strands: Sequence[Strand] = programme.policy.eligibility.strands
    return StaffPiece(
        programme_id=programme_id,
        programme_name=programme.name,
        row=_row(about, stored, programme.policy, now),
        summary=about.summary,
        text=text,
        html=to_html(text, link_hosts=programme.policy.library.link_hosts),
        helplines=helplines_of(about.helplines),
        strands=tuple(one.name for one in strands if one.id in about.strands),
        versions=tuple(
            Version(int(one.number), str(one.about["title"]), one.author_name, one.at) for one in versions
        ),
        shown_version=int(chosen.number) if chosen else 0,
        may_edit=may_edit_library(viewer, programme_id),
    )


def _stored(
    programme: RunningProgramme, resource_id: str
) -> tuple[Resource | None, Sequence[ResourceVersion]]:
    """What the programme has of a piece, its versions newest first. Raises NotFound for one that is
    nowhere."""
    programme_id = programme.programme_id
    stored = find(Resource, *resource_key(programme_id, resource_id))
    if stored is None and not (programme.policy.library.common and resource_id in common_library()):
        raise NotFound
    if stored is None or not stored.wordings:
        return stored, ()
    pk, _ = resource_version_key(programme_id, resource_id, 0)
    found = ResourceVersion.query(
        pk, ResourceVersion.sk.startswith(VERSION_PREFIX), scan_index_forward=False, limit=MOST_VERSIONS
    )
    return stored, list(found)


def _chosen(versions: Sequence[ResourceVersion], number: int | None) -> ResourceVersion | None:
    if number is None:
        return versions[0] if versions else None
    chosen = next((one for one in versions if int(one.number) == number), None)
    if chosen is None:
        raise NotFound
    return chosen


def new_form(viewer: Viewer, programme_id: str, *, now: datetime) -> PieceForm:
    """One GetItem. Raises NotFound for who may not write."""
    require(may_edit_library(viewer, programme_id))
    return _form(load_programme(programme_id), "", BLANK, wording=0, whose="own", now=now)


def change_form(viewer: Viewer, programme_id: str, resource_id: str, *, now: datetime) -> PieceForm:
    """As `staff_piece`. Raises NotFound for who may not write."""
    require(may_edit_library(viewer, programme_id))
    programme = load_programme(programme_id)
    stored, versions = _stored(programme, resource_id)
    latest = versions[0] if versions else None
    about = from_stored(resource_id, latest.about) if latest else common_library()[resource_id].about
    text = latest.text if latest else common_library()[resource_id].text
    written = Written(
        title=about.title,
        summary=about.summary,
        text=text,
        audience=about.audience,
        checked_on=about.checked_on.isoformat(),
        tags=about.tags,
        strands=about.strands,
        helplines=about.helplines,
    )
    wording = int(stored.wordings) if stored else 0
    whose = _row(about, stored, programme.policy, now).whose
    return _form(programme, resource_id, written, wording=wording, whose=whose, now=now)


def _form(
    programme: RunningProgramme,
    resource_id: str,
    written: Written,
    *,
    wording: int,
    whose: str,
    now: datetime,
) -> PieceForm:
    policy = programme.policy
    return PieceForm(
        programme_id=programme.programme_id,
        programme_name=programme.name,
        resource_id=resource_id,
        wording=wording,
        whose=whose,
        written=written,
        tags=tuple(Choice(one, one, one in written.tags) for one in policy.library.tags),
        strands=tuple(
            Choice(one.id, one.name, one.id in written.strands) for one in policy.eligibility.strands
        ),
        helplines=tuple(
            Choice(name, one.name, name in written.helplines) for name, one in helplines().items()
        ),
        hosts=tuple(policy.library.link_hosts),
        today=day_of(now),
    )


def preview(
    viewer: Viewer, programme_id: str, written: Written, *, resource_id: str = "", now: datetime
) -> PiecePreview:
    """How it would look, be it a new piece or one in other words. Raises NotFound for who may not write, and
    Invalid as when it is saved."""
    require(may_edit_library(viewer, programme_id))
    programme = load_programme(programme_id)
    if resource_id:
        _stored(programme, resource_id)
    policy = programme.policy
    about, text = read_piece("preview", written, policy, now=now)
    return PiecePreview(
        title=about.title,
        summary=about.summary,
        minutes=about.minutes,
        html=to_html(text, link_hosts=policy.library.link_hosts),
        helplines=helplines_of(about.helplines),
    )
