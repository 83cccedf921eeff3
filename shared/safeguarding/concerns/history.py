"""One young person's concerns as one history, and whom to turn to at their school."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.audit.actions import record
from shared.people.items import Membership, membership_key
from shared.people.permissions import Role, Viewer, may_see_concerns, programme_name, require
from shared.platform.errors import Busy, Invalid, NotFound
from shared.platform.tables import Lost, SafeguardingItem, find, is_new, transaction

from ..fields import Wrong, read_line
from ..items import Concern, OfPerson, SchoolContact, about_key, school_contact_key
from ..marking import category_words
from ..rules import TRIES, Companions
from .lines import OUTCOMES, Line, lines_of
from .reading import Opened, collected, name_of, note_seen

MOST_TOLD = 20
"""So many of a person's latest concerns are shown with their lines; the others are listed."""


@dataclass(frozen=True)
class SchoolView:
    """Whom to turn to at a young person's school."""

    name: str
    role: str
    school: str
    telephone: str
    address: str
    changed_by_name: str
    changed_at: datetime


@dataclass(frozen=True)
class PersonPart:
    """What a concern's page says of the person besides: how many other concerns, and the school."""

    others: int
    school: SchoolView | None


@dataclass(frozen=True)
class PersonConcern:
    """One of a person's concerns. Its chronology is there for the latest ones."""

    concern_id: str
    reference: str
    category: str
    severity: str
    state: str
    raised_at: datetime
    outcome: str
    closed_at: datetime | None
    words: str
    chronology: tuple[Line, ...]


@dataclass(frozen=True)
class HistoryLine:
    """A line, and of which concern it is."""

    concern_id: str
    reference: str
    line: Line


@dataclass(frozen=True)
class PersonHistory:
    """Every concern about somebody that the viewer may see, the latest first."""

    programme_id: str
    programme_name: str
    person_id: str
    name: str
    by: str
    """`concern`, or `time` when the lines of all stand together."""
    concerns: tuple[PersonConcern, ...]
    merged: tuple[HistoryLine, ...]
    """All lines, oldest first, when they are shown by time."""
    school: SchoolView | None
    is_mentee: bool


@dataclass(frozen=True)
class SchoolOffer:
    """Whoever put a mentee forward, to begin with where no contact is kept yet."""

    name: str
    school: str
    address: str
    role: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class SchoolForm:
    """Whom to turn to at somebody's school, to be filled in."""

    programme_id: str
    programme_name: str
    person_id: str
    name: str
    school: SchoolView | None
    offered: SchoolOffer | None = None


def person_part(viewer: Viewer, concern: Concern) -> PersonPart:
    """One Query, where it is about somebody of the programme."""
    if not concern.about_id:
        return PersonPart(0, None)
    listed, school = _about(viewer, concern.programme_id, concern.about_id)
    return PersonPart(sum(one.concern_id != concern.concern_id for one in listed), school)


def _about(viewer: Viewer, programme_id: str, person_id: str) -> tuple[list[OfPerson], SchoolView | None]:
    items = list(SafeguardingItem.query(about_key(programme_id, person_id), consistent_read=True))
    listed = [one for one in items if isinstance(one, OfPerson) and viewer.person_id not in one.hidden_from]
    school = next((_school(one) for one in items if isinstance(one, SchoolContact)), None)
    return sorted(listed, key=lambda one: one.raised_at, reverse=True), school


def _school(stored: SchoolContact) -> SchoolView:
    return SchoolView(
        name=stored.name,
        role=stored.role or "",
        school=stored.school,
        telephone=stored.telephone or "",
        address=stored.address or "",
        changed_by_name=stored.changed_by_name,
        changed_at=stored.changed_at,
    )


def person_history(
    viewer: Viewer,
    programme_id: str,
    person_id: str,
    *,
    companions: Companions,
    by: str = "",
    now: datetime,
) -> PersonHistory:
    """One Query for which concerns there are, one for the lines of each of the latest, and one write that
    records in each that the viewer looked. Raises NotFound when the person is not of the programme, is the
    viewer or writes with them, or there is no concern about them that the viewer may see and they take no
    part in it."""
    require_no_part(viewer, programme_id, person_id, companions)
    listed, school = _about(viewer, programme_id, person_id)
    member = _member(programme_id, person_id)
    if not listed and member is None:
        raise NotFound
    opened = [collected(viewer, one.concern_id) for one in listed[:MOST_TOLD]]
    note_seen(viewer, opened, now=now)
    told = {one.concern.concern_id: one for one in opened}
    concerns = tuple(_concern(one, told.get(one.concern_id)) for one in listed)
    return PersonHistory(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        person_id=person_id,
        name=listed[0].about_name if listed else _name(member),
        by="time" if by == "time" else "concern",
        concerns=concerns,
        merged=_merged(concerns) if by == "time" else (),
        school=school,
        is_mentee=member is not None and member.role == "mentee",
    )


def _member(programme_id: str, person_id: str) -> Membership | None:
    pk, prefix = membership_key(person_id, programme_id, "")
    found = [
        one for one in Membership.query(pk, Membership.sk.startswith(prefix)) if isinstance(one, Membership)
    ]
    return next((one for one in found if one.role == "mentee"), found[0] if found else None)


def _name(member: Membership | None) -> str:
    return f"{member.first_name} {member.surname}" if member else ""


def _concern(listed: OfPerson, opened: Opened | None) -> PersonConcern:
    return PersonConcern(
        concern_id=listed.concern_id,
        reference=listed.reference,
        category=category_words(listed.category),
        severity=listed.severity,
        state=listed.state,
        raised_at=listed.raised_at,
        outcome=OUTCOMES.get(listed.outcome or "", ""),
        closed_at=listed.closed_at,
        words=opened.concern.words if opened else "",
        chronology=lines_of(opened.entries, concern_id=listed.concern_id) if opened else (),
    )


def _merged(concerns: Sequence[PersonConcern]) -> tuple[HistoryLine, ...]:
    lines = [HistoryLine(one.concern_id, one.reference, line) for one in concerns for line in one.chronology]
    return tuple(sorted(lines, key=lambda one: one.line.at))


# ── The contact at school ──────────────────────────────────────────────────


@dataclass(frozen=True)
class SchoolFields:
    """What was filled in."""

    name: str
    school: str
    role: str = ""
    telephone: str = ""
    address: str = ""


def school_form(viewer: Viewer, programme_id: str, person_id: str, *, companions: Companions) -> SchoolForm:
    """Where no contact is kept yet, the educator who put the mentee forward is offered. Raises NotFound for
    anybody who is not a mentee of the programme, or writes with the viewer."""
    require_no_part(viewer, programme_id, person_id, companions)
    member = mentee_of(programme_id, person_id)
    _, school = _about(viewer, programme_id, person_id)
    return SchoolForm(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        person_id=person_id,
        name=_name(member),
        school=school,
        offered=None if school else _educator_of(member),
    )


def _educator_of(mentee: Membership) -> SchoolOffer | None:
    """The educator who put a mentee forward, while they are one: one GetItem, where there is one."""
    key = membership_key(mentee.nominated_by or "", mentee.programme_id, Role.EDUCATOR)
    educator = find(Membership, *key) if mentee.nominated_by else None
    if educator is None or educator.status != "active":
        return None
    return SchoolOffer(_name(educator), mentee.school or "", educator.address)


def require_no_part(
    viewer: Viewer, programme_id: str, person_id: str, companions: Companions
) -> Collection[str]:
    """Raises NotFound for those from whom it is kept what staff know of a person: themselves, and whoever
    writes with them. Gives these."""
    require(may_see_concerns(viewer, programme_id))
    kept_from = {person_id, *companions(programme_id, person_id)}
    require(viewer.person_id not in kept_from)
    return kept_from


def mentee_of(programme_id: str, person_id: str) -> Membership:
    """Raises NotFound for anybody who is not a mentee of the programme."""
    member = find(Membership, *membership_key(person_id, programme_id, "mentee"))
    if member is None:
        raise NotFound
    return member


def save_school(
    viewer: Viewer,
    programme_id: str,
    person_id: str,
    given: SchoolFields,
    *,
    companions: Companions,
    now: datetime,
) -> None:
    """Keeps whom to turn to at a mentee's school, instead of whoever it was. Raises Invalid, NotFound."""
    kept_from = require_no_part(viewer, programme_id, person_id, companions)
    mentee_of(programme_id, person_id)
    fields = _read(given)
    for _ in range(TRIES):
        key = school_contact_key(programme_id, person_id)
        contact = find(SchoolContact, *key)
        condition = is_new(SchoolContact) if contact is None else None
        contact = contact or SchoolContact(*key)
        contact.name, contact.school = fields["name"], fields["school"]
        contact.role, contact.telephone = fields["role"] or None, fields["telephone"] or None
        contact.address = fields["address"] or None
        contact.changed_by_name, contact.changed_at = name_of(viewer), now
        try:
            with transaction() as write:
                write.save(contact, condition=condition)
                record(
                    write,
                    programme_id,
                    "changed_school_contact",
                    f"person:{person_id}",
                    by_id=viewer.person_id,
                    by_name=name_of(viewer),
                    now=now,
                    hidden_from=kept_from,
                )
        except Lost:
            continue
        return
    raise Busy


def _read(given: SchoolFields) -> dict[str, str]:
    wrong = Wrong()
    names = ("name", "school", "role", "telephone", "address")
    fields = {name: wrong.read(read_line, getattr(given, name), field=name) or "" for name in names}
    for name, sentence in (("name", "Please say who it is."), ("school", "Please say at which school.")):
        if not getattr(given, name).strip():
            wrong.add(sentence, name)
    if not (given.telephone.strip() or given.address.strip()):
        wrong.add("Please give a telephone number or an e-mail address.", "telephone")
    if fields["address"] and "@" not in fields["address"]:
        wrong.found.append(Invalid("This is not an e-mail address.", field="address", code="not_an_address"))
    wrong.none()
    return fields
