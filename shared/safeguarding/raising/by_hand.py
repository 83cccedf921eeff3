"""Raising a concern by hand: somebody telephoned, or came by."""

from dataclasses import dataclass
from datetime import datetime

from shared.people.items import Membership, membership_key, roll
from shared.people.permissions import STAFF, Role, Viewer, may_see_concerns, programme_name, require
from shared.platform.clock import LONDON, order
from shared.platform.errors import Invalid

from ..actions import raise_once
from ..concerns.choices import CHOICES, Choices
from ..concerns.lines import HOW
from ..concerns.reading import name_of
from ..fields import Wrong, read_line, read_moment
from ..rules import CATEGORIES, SEVERITIES, Companions, NewConcern, read_words

MOST_LOOKED_AT = 2_000
"""People of one kind who are looked through for a name."""
MOST_FOUND = 20


@dataclass(frozen=True)
class FoundPerson:
    """Somebody of the programme whom a concern may be about."""

    person_id: str
    name: str
    role: str


@dataclass(frozen=True)
class ByHandForm:
    """What is asked when a concern is raised by hand."""

    programme_id: str
    programme_name: str
    find: str
    people: tuple[FoundPerson, ...]
    """Who of the programme has the name that was looked for."""
    moment: str
    """This moment in the United Kingdom, as a field for a moment holds it."""
    choices: Choices = CHOICES


@dataclass(frozen=True)
class ByHand:
    """What was filled in. `about_id` is somebody of the programme; `about_name` somebody outside it."""

    words: str
    severity: str
    category: str
    how: str
    about_id: str = ""
    about_name: str = ""
    told_by: str = ""
    happened: str = ""


@dataclass(frozen=True)
class Raised:
    """The concern that was raised. `page` is where its raiser goes on."""

    concern_id: str
    reference: str
    page: str


def by_hand_form(
    viewer: Viewer, programme_id: str, *, find: str = "", about_id: str = "", now: datetime
) -> ByHandForm:
    """Who of the programme has this name, or is meant: three Queries where a name is looked for. Raises
    NotFound for those who see no concerns."""
    require(may_see_concerns(viewer, programme_id))
    if about_id:
        people = [one for one in (_member(programme_id, about_id),) if one]
    else:
        people = _named(programme_id, find) if find.strip() else []
    return ByHandForm(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        find=find,
        people=tuple(one for one in people if one.person_id != viewer.person_id),
        moment=f"{now.astimezone(LONDON):%Y-%m-%dT%H:%M}",
    )


def _named(programme_id: str, find: str) -> list[FoundPerson]:
    wanted = find.casefold().split()
    found: dict[str, FoundPerson] = {}
    for role in (Role.MENTEE, Role.MENTOR, Role.COORDINATOR):
        for item in Membership.by_listing.query(roll(programme_id, role), limit=MOST_LOOKED_AT):
            if not isinstance(item, Membership):
                continue
            name = f"{item.first_name} {item.surname}"
            if all(part in name.casefold() for part in wanted):
                found.setdefault(item.person_id, FoundPerson(item.person_id, name, item.role))
    return list(found.values())[:MOST_FOUND]


def _member(programme_id: str, person_id: str) -> FoundPerson | None:
    pk, prefix = membership_key(person_id, programme_id, "")
    for item in Membership.query(pk, Membership.sk.startswith(prefix)):
        if isinstance(item, Membership):
            return FoundPerson(person_id, f"{item.first_name} {item.surname}", item.role)
    return None


def raise_by_hand(
    viewer: Viewer, programme_id: str, given: ByHand, *, companions: Companions, key: str, now: datetime
) -> Raised:
    """Raises a concern with its alerts. The same form sent again is the same concern. Raises Invalid naming
    every field that needs another look, and NotFound."""
    require(may_see_concerns(viewer, programme_id))
    new = _read(viewer, programme_id, given, companions, key, now)
    raise_once(new, now=now)
    return raised(viewer, new)


def raised(viewer: Viewer, new: NewConcern) -> Raised:
    """Whoever is in a pair with somebody may raise a concern about them, and not see what becomes of it."""
    hidden = viewer.person_id in new.kept_from
    page = f"/programmes/{new.programme_id}/concerns" if hidden else f"/concerns/{new.concern_id}"
    return Raised(new.concern_id, new.reference, page)


def _read(
    viewer: Viewer, programme_id: str, given: ByHand, companions: Companions, key: str, now: datetime
) -> NewConcern:
    wrong = Wrong()
    words = wrong.read(read_words, given.words, field="words")
    happened = wrong.read(read_moment, given.happened, field="happened", now=now)
    told_by = wrong.read(read_line, given.told_by, field="told_by")
    about = wrong.read(_about, viewer, programme_id, given)
    for name, choices, sentence in (
        ("how", HOW, "Please say how it came to you."),
        ("category", CATEGORIES, "Please choose what it is about."),
        ("severity", SEVERITIES[1:], "Please choose how urgent it is."),
    ):
        if getattr(given, name) not in choices:
            wrong.add(sentence, name)
    wrong.none()
    about_id, about_name, role = about or ("", "", "")
    details = {"how": given.how, "told_by": told_by or "", "when": order(happened or now)}
    return NewConcern(
        cause=("by_hand", viewer.person_id, key),
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        about_id=about_id,
        about_name=about_name,
        raised_by=viewer.person_id,
        by_staff=True,
        raised_by_name=name_of(viewer),
        category=given.category,
        severity=given.severity,
        words=words or "",
        kept_from=tuple(sorted(companions(programme_id, about_id))) if about_id else (),
        about_staff=role in STAFF,
        details={name: value for name, value in details.items() if value},
    )


def _role_on_staff(programme_id: str, member: FoundPerson) -> str:
    """Their role on the staff, should they have one besides."""
    pk, prefix = membership_key(member.person_id, programme_id, "")
    found = Membership.query(pk, Membership.sk.startswith(prefix))
    roles = [one.role for one in found if isinstance(one, Membership)]
    return next((role for role in roles if role in STAFF), member.role)


def _about(viewer: Viewer, programme_id: str, given: ByHand) -> tuple[str, str, str]:
    """The person's id, empty for somebody outside the programme, their name, and what they are here."""
    if given.about_id:
        member = _member(programme_id, given.about_id)
        if member is None or given.about_id == viewer.person_id:
            raise Invalid("Please choose somebody from the list.", field="about_id", code="unknown")
        return member.person_id, member.name, _role_on_staff(programme_id, member)
    name = read_line(given.about_name, field="about_name")
    if not name:
        sentence = "Please look for the person it is about, or write their name."
        raise Invalid(sentence, field="about_name", code="missing")
    if any(one.name.casefold() == name.casefold() for one in _named(programme_id, name)):
        sentence = "Somebody of this programme is called that. Please look for them and choose them, or add "
        sentence += "what tells the one you mean apart."
        raise Invalid(sentence, field="about_name", code="of_the_programme")
    return "", name, ""
