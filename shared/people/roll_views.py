"""The people of a programme, as its staff see them: searched and chosen from, a page at a time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any, Literal

from pynamodb.expressions.condition import Condition

from shared.platform.errors import NotFound
from shared.platform.ids import fingerprint
from shared.platform.tables import find
from shared.policies.people import Vetting
from shared.programmes.actions import cohorts_of, policy_of
from shared.programmes.rules import day_of

from .invitation_views import may_invite
from .items import Address, Membership, address_key, membership_key, roll
from .participation import asks_something, cleared_until
from .permissions import (
    PARTICIPANTS,
    STAFF,
    Role,
    Viewer,
    may_manage_people,
    may_manage_staff,
    may_see_people,
    programme_name,
    require,
)
from .rules import tidy_address, tidy_name
from .vetting import State, state_of
from .vetting_day import LOOKED_BACK

PAGE = 50
"""People on one page."""
LOOKED_AT = 1_000
"""People looked at in one Query that leaves some out."""
MOST_QUERIES = 5
"""Queries for one page, or for each of its two parts. Where they do not fill it, whoever reads decides
whether to look further."""

LAST = "\U0010ffff"
"""Behind every place in the list."""
ELSEWHERE = "~"
"""Before the `next` of a page that goes on with those whose surname does not begin so."""
FROM_THE_FIRST = "-"

Show = Literal["mentee", "mentor", "educator", "staff"]
VettingFilter = Literal["", "cleared", "ends_soon", "ended", "not_cleared", "due"]


@dataclass(frozen=True)
class PersonRow:
    """Somebody in a programme, as its staff see them."""

    person_id: str
    first_name: str
    surname: str
    role: str
    address: str
    status: str
    """`active` or `suspended`."""
    joined_at: datetime
    may_change: bool
    """Whether the viewer may suspend or reinstate this person."""
    cohort_name: str = ""
    vetting: State | Literal[""] = ""
    """Of a mentor, where the policy asks for something."""


@dataclass(frozen=True)
class Choice:
    value: str
    words: str


@dataclass(frozen=True)
class Wanted:
    """Which people are looked for; empty for everybody."""

    find: str = ""
    """The beginning of a surname or first name, both, or a whole e-mail address."""
    cohort_id: str = ""
    status: Literal["", "active", "suspended"] = ""
    vetting: VettingFilter = ""
    """`due`: cleared, but not for long, or no more since lately."""

    @property
    def is_everybody(self) -> bool:
        return not (self.find or self.cohort_id or self.status or self.vetting)


@dataclass(frozen=True)
class PeopleView:
    """One page of a programme's mentees, mentors or staff, by surname."""

    programme_id: str
    programme_name: str
    show: Show
    wanted: Wanted
    people: tuple[PersonRow, ...]
    next: str
    """For the page after this one; empty when there is none."""
    is_cut_short: bool
    """Whether there may be more among those who were not looked at yet."""
    cohorts: tuple[Choice, ...]
    asks_vetting: bool
    may_invite: tuple[str, ...]


def people_of(
    viewer: Viewer,
    programme_id: str,
    show: Show,
    *,
    wanted: Wanted | None = None,
    after: str = "",
    now: datetime,
) -> PeopleView:
    """By surname; `after` is the `next` of the page before.

    One Query for the page, or up to MOST_QUERIES where people are chosen, and one more where a surname is
    searched for; one for the cohorts to choose from, and of mentors a GetItem for what they are asked. An
    e-mail address costs a GetItem and a BatchGetItem.
    Raises NotFound for those who may not see it, and when `after` is somebody who is not there.
    """
    require(may_see_people(viewer, programme_id))
    wanted = wanted or Wanted()
    policy = policy_of(programme_id) if show == "mentor" else None
    vetting = policy.vetting if policy and asks_something(policy.vetting) else None
    cohorts = {one.cohort_id: one.name for one in cohorts_of(programme_id)} if show in PARTICIPANTS else {}
    role = Role.COORDINATOR if show == "staff" else Role(show)
    if "@" in wanted.find:
        found = _Found(_by_address(programme_id, show, wanted.find))
    else:
        found = _look(programme_id, role, wanted, vetting, after, day_of(now))
    return PeopleView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        show=show,
        wanted=wanted,
        people=tuple(_person_row(viewer, one, cohorts, vetting, day_of(now)) for one in found.people),
        next=found.next,
        is_cut_short=found.is_cut_short,
        cohorts=tuple(Choice(cohort_id, name) for cohort_id, name in cohorts.items()),
        asks_vetting=vetting is not None,
        may_invite=may_invite(viewer, programme_id),
    )


@dataclass
class _Found:
    people: list[Membership]
    next: str = ""
    is_cut_short: bool = False


def _look(
    programme_id: str, role: Role, wanted: Wanted, vetting: Vetting | None, after: str, today: date
) -> _Found:
    """One page. Of those who are searched for, first whoever's surname begins so, which is one stretch of the
    list; then whoever else is called so, for whom all of it is gone through."""
    by_first_name = bool(wanted.find) and after.startswith(ELSEWHERE)
    after = after.removeprefix(ELSEWHERE) if by_first_name else after
    listing, filters = roll(programme_id, role), _filters(wanted, vetting, today)
    place = _place_of(after, programme_id)
    if not wanted.find:
        return _scan(listing, (place, LAST), filters, PAGE)
    beginning = tidy_name(wanted.find).casefold()
    found = _Found([])
    if not by_first_name:
        found = _scan(listing, (max(place, beginning), beginning + LAST), filters, PAGE)
        if found.next:
            return found
        place = " "
    others = [*filters, _named(wanted.find)]
    more = _scan(listing, (place, LAST), others, PAGE - len(found.people), without=beginning)
    return _Found(
        found.people + more.people, ELSEWHERE + more.next if more.next else "", is_cut_short=more.is_cut_short
    )


def _scan(
    listing: str, between: tuple[str, str], filters: list[Condition], room: int, *, without: str = ""
) -> _Found:
    """So many people from one stretch of the list, in at most MOST_QUERIES Queries. Those in the stretch that
    begins with `without` are left out."""
    found, (place, end) = _Found([]), between
    if place > end:
        return found
    for _ in range(MOST_QUERIES):
        pages = Membership.by_listing.query(
            listing,
            Membership.listing_order.between(place, end),
            filter_condition=reduce(and_, filters) if filters else None,
            page_size=LOOKED_AT if filters else room + 1,
        ).page_iter
        members = [Membership.from_raw_data(raw) for raw in next(pages)["Items"]]
        found.people += [
            one for one in members if not (without and (one.listing_order or "").startswith(without))
        ]
        last = pages.last_evaluated_key
        if len(found.people) > room:
            found.people = found.people[:room]
            found.next = _name_of(found.people[-1].pk, found.people[-1].sk) if room else FROM_THE_FIRST
            return found
        if last is None:
            found.next = ""
            return found
        found.next, place = _name_of(last["pk"]["S"], last["sk"]["S"]), _after(last["listing_order"]["S"])
    found.is_cut_short = True
    return found


def _filters(wanted: Wanted, vetting: Vetting | None, today: date) -> list[Condition]:
    conditions: list[Condition] = []
    if wanted.cohort_id:
        conditions.append(Membership.cohort_id == wanted.cohort_id)
    if wanted.status:
        conditions.append(Membership.status == wanted.status)
    if wanted.vetting and vetting is not None:
        conditions.append(_vetted(wanted.vetting, vetting, today))
    return conditions


def _named(text: str) -> Condition:
    """Whose first name or surname begins so; of two words also those who have both."""
    name = tidy_name(text)
    either = [_begins(Membership.first_name, name), _begins(Membership.surname, name)]
    words = name.split(" ")
    for cut in range(1, len(words)):
        one, other = " ".join(words[:cut]), " ".join(words[cut:])
        either.append(_begins(Membership.first_name, one) & _begins(Membership.surname, other))
    return reduce(or_, either)


def _begins(attribute: Any, text: str) -> Condition:
    """Names are stored as they are written, and searched for as they come to hand."""
    spellings = dict.fromkeys((text, text.lower(), text.capitalize(), text.title(), text.upper()))
    conditions: list[Condition] = [attribute.startswith(one) for one in spellings]
    return reduce(or_, conditions)


def _vetted(state: VettingFilter, vetting: Vetting, today: date) -> Condition:
    until = Membership.vetted_until
    soon = (today + timedelta(days=max(vetting.remind_days_before, default=0))).isoformat()
    match state:
        case "not_cleared":
            return until.does_not_exist()
        case "ended":
            return until < today.isoformat()
        case "ends_soon":
            return until.between(today.isoformat(), soon)
        case "due":
            return until.between((today - LOOKED_BACK).isoformat(), soon)
        case _:
            return until >= today.isoformat()


def _by_address(programme_id: str, show: Show, text: str) -> list[Membership]:
    """Whoever has this e-mail address, if they stand in this list."""
    holder = find(Address, *address_key(fingerprint(tidy_address(text))), consistent=False)
    if holder is None:
        return []
    roles = STAFF if show == "staff" else {Role(show)}
    keys = [membership_key(holder.person_id, programme_id, role) for role in sorted(roles)]
    return [one for one in Membership.batch_get(keys) if isinstance(one, Membership)]


def _name_of(pk: str, sk: str) -> str:
    """A place in the list as a link names it. The place itself holds a surname, and links are kept in
    histories and logs."""
    return f"{sk.rpartition('#')[2]}.{pk.partition('#')[2]}"


def _place_of(after: str, programme_id: str) -> str:
    """Where in the list somebody stands."""
    if not after or after == FROM_THE_FIRST:
        return " "
    role, _, person_id = after.partition(".")
    require(role in tuple(Role))
    item = find(Membership, *membership_key(person_id, programme_id, role), consistent=False)
    if item is None:
        raise NotFound
    return _after(item.listing_order or " ")


def _after(place: str) -> str:
    """The first place behind somebody's, which ends with an id of fixed length."""
    return f"{place}!"


def _person_row(
    viewer: Viewer, item: Membership, cohorts: dict[str, str], vetting: Vetting | None, today: date
) -> PersonRow:
    return PersonRow(
        person_id=item.person_id,
        first_name=item.first_name,
        surname=item.surname,
        role=item.role,
        address=item.address,
        status=item.status,
        joined_at=item.joined_at,
        may_change=_may_change(viewer, item),
        cohort_name=cohorts.get(item.cohort_id or "", ""),
        vetting=state_of(cleared_until(item.facts, vetting), vetting, today) if vetting else "",
    )


def _may_change(viewer: Viewer, item: Membership) -> bool:
    allowed = may_manage_staff if Role(item.role) in STAFF else may_manage_people
    return allowed(viewer, item.programme_id) and item.person_id != viewer.person_id


@dataclass(frozen=True)
class PersonView:
    """Somebody in a programme, with every role they have in it."""

    programme_id: str
    programme_name: str
    person_id: str
    first_name: str
    surname: str
    address: str
    roles: tuple[str, ...]
    show: Show
    """The list they stand in."""
    status: str
    may_change: bool


def person_of(viewer: Viewer, programme_id: str, person_id: str) -> PersonView:
    """One Query. Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    pk, prefix = membership_key(person_id, programme_id, "")
    rows = [
        item
        for item in Membership.query(pk, Membership.sk.startswith(prefix), consistent_read=True)
        if isinstance(item, Membership)
    ]
    require(bool(rows))
    roles = tuple(row.role for row in rows)
    staff = any(Role(role) in STAFF for role in roles)
    return PersonView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        person_id=person_id,
        first_name=rows[0].first_name,
        surname=rows[0].surname,
        address=rows[0].address,
        roles=roles,
        show="staff" if staff else _list_of(roles),
        status="suspended" if all(row.status == "suspended" for row in rows) else "active",
        may_change=all(_may_change(viewer, row) for row in rows),
    )


def _list_of(roles: tuple[str, ...]) -> Show:
    if Role.MENTOR in roles:
        return "mentor"
    return "mentee" if Role.MENTEE in roles else "educator"
