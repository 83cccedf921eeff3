"""What a mentor tells of themselves, which their mentees read. It passes the filter before it is kept."""

from dataclasses import dataclass
from datetime import datetime

from shared.audit.actions import record
from shared.filtering import RulesBroken, check
from shared.people.items import Membership, membership_key
from shared.people.permissions import Role, Viewer, may_manage_people, require
from shared.platform.errors import Busy, Conflict, Invalid, NotFound
from shared.platform.tables import Lost, conditional, find, transaction

from .programme_rules import programme_or_none, rules_in_force
from .rules import Checker, as_typed, problem_with, shows_what_nobody_read

LONGEST = 500
FIELD = "about_me"
CANNOT = "What you wrote can’t be checked just now, so it is not shown. Please try again later."
BROKERED = "In your programme the coordinator introduces you, so there is nothing to write here."
REFUSED = "Your mentees can’t be shown this."
CHANGED = "Somebody else changed this just now. Please look again."


@dataclass(frozen=True)
class AboutMe:
    """What a mentor's mentees read of them."""

    text: str


def write_about_me(viewer: Viewer, *, text: str, checker: Checker = check) -> AboutMe:
    """Keeps what a mentor tells of themselves, for all their programmes; empty to tell nothing.

    Nothing is kept that any of the programmes' filters would hold: then Invalid says what to change. Raises
    NotFound for who is no mentor, Conflict where it cannot be checked, or every message is read by a person
    first.
    """
    programmes = [one.programme_id for one in viewer.memberships if one.role == Role.MENTOR]
    require(bool(programmes))
    text = as_typed(text)
    if text:
        _require_fit(text)
    places = [one for one in programmes if not text or _may_be_shown(one, text, checker)]
    if not places:
        raise Conflict(BROKERED, field=FIELD, code="brokered")
    for programme_id in places:
        _keep(programme_id, viewer.person_id, text)
    return AboutMe(text)


def _require_fit(text: str) -> None:
    if problem := problem_with(text):
        raise Invalid(problem, field=FIELD)
    if len(text) > LONGEST:
        raise Invalid(f"Please keep this to {LONGEST} characters. It has {len(text)} now.", field=FIELD)


def _may_be_shown(programme_id: str, text: str, checker: Checker) -> bool:
    """Whether the programme lets mentees read what no person has read. Raises Invalid for what its filter
    would hold."""
    programme = programme_or_none(programme_id)
    rules, broken = rules_in_force(programme)
    if programme is None or broken:
        raise Conflict(CANNOT, field=FIELD, code="unchecked")
    if not shows_what_nobody_read(programme.policy):
        return False
    try:
        verdict = checker(text, sender="mentor", recent=(), rules=rules)
    except RulesBroken:
        raise Conflict(CANNOT, field=FIELD, code="unchecked") from None
    if verdict.hold or verdict.findings or verdict.lane != "deliver":
        sentences = dict.fromkeys(one.sentence for one in verdict.findings if one.sentence)
        raise Invalid(" ".join([REFUSED, *sentences]), field=FIELD, code="held")
    return True


def _keep(programme_id: str, person_id: str, text: str) -> None:
    member = find(Membership, *membership_key(person_id, programme_id, Role.MENTOR))
    if member is None:
        raise NotFound
    try:
        with conditional():
            member.update([Membership.about_me.set(text) if text else Membership.about_me.remove()])
    except Lost:
        raise Conflict(CHANGED, field=FIELD) from None


def take_down_about_me(viewer: Viewer, programme_id: str, person_id: str, *, now: datetime) -> None:
    """Takes away what a mentor tells of themselves in a programme. They may write it anew. Raises
    NotFound."""
    require(may_manage_people(viewer, programme_id))
    member = find(Membership, *membership_key(person_id, programme_id, Role.MENTOR))
    if member is None:
        raise NotFound
    if not member.about_me:
        return
    try:
        with transaction() as write:
            write.update(member, [Membership.about_me.remove()])
            record(
                write,
                programme_id,
                "took_down",
                f"person:{person_id}",
                by_id=viewer.person_id,
                by_name=viewer.name,
                now=now,
            )
    except Lost:
        raise Busy from None
