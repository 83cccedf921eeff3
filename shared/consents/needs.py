"""How people want to be in touch, and what mentees lack to take part."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.meetings.calling_off import stop_meetings, stop_the_rest
from shared.people.items import Membership, membership_key
from shared.people.permissions import (
    Role,
    Viewer,
    may_manage_people,
    may_see_people,
    own_role,
    programme_name,
    require,
)
from shared.platform.errors import Busy, Invalid, NotFound
from shared.platform.tables import Lost, conditional, find, is_new, transaction
from shared.policies.people import Needs
from shared.programmes.actions import load_programme
from shared.programmes.desk import add_need, end_need
from shared.programmes.rules import day_of
from shared.safeguarding.rules import read_words

from .items import Need, need_key, needs_listing
from .rules import NEED_WORDS
from .standing import TRIES
from .telling import active_pairs_of, tell_of_ways

LONGEST_NOTE = 500
MOST_SHOWN = 200


def choose_methods(viewer: Viewer, programme_id: str, methods: Collection[str], *, now: datetime) -> None:
    """Stores how the viewer wants to be in touch; it counts at once, and meetings in a way given up end.
    Where the policy says so, those whom they are in touch with are told of a way that is no longer open.
    Raises NotFound, and Invalid for what is not offered, or nothing at all."""
    role = own_role(viewer, programme_id)
    policy = load_programme(programme_id).policy
    offered = policy.delivery.methods
    if not methods:
        raise Invalid("Choose at least one way of being in touch.", field="methods")
    if not set(methods) <= set(offered):
        raise Invalid("Please choose among the ways offered.", field="methods")
    for _ in range(TRIES):
        member = find(Membership, *membership_key(viewer.person_id, programme_id, role))
        if member is None:
            raise NotFound
        given_up = set(member.methods or {"message"}) - set(methods)
        pairs = active_pairs_of(member) if given_up else []
        with suppress(Lost):
            with transaction() as write:
                if given_up and policy.nudges.tell_other_side:
                    tell_of_ways(write, member, given_up, now)
                write.update(member, [Membership.methods.set(set(methods))])
                stop_meetings(write, pairs, role.value, kinds=given_up, now=now)
            stop_the_rest(pairs, role.value, kinds=given_up, now=now)
            return
    raise Busy


def say_needs(viewer: Viewer, programme_id: str, needs: Collection[str], *, now: datetime) -> None:
    """Stores what the viewer lacks to take part; what they no longer name is met. Said again, nothing
    changes. Raises NotFound for who is no mentee there, Invalid for what is not asked about, Conflict."""
    require(own_role(viewer, programme_id) == Role.MENTEE)
    policy = load_programme(programme_id).policy.needs
    if not set(needs) <= set(policy.kinds):
        raise Invalid("Please choose among the things named here.", field="needs")
    for _ in range(TRIES):
        with suppress(Lost):
            _say(viewer, programme_id, needs, policy, now)
            return
    raise Busy


def _say(viewer: Viewer, programme_id: str, needs: Collection[str], policy: Needs, now: datetime) -> None:
    before = {one.need: one for one in needs_of(viewer.person_id, programme_id)}
    follow_up_on = (day_of(now) + timedelta(days=policy.follow_up_days)).isoformat()
    with transaction() as write:
        for need in policy.kinds:
            known = before.get(need)
            is_open = known is not None and known.met_at is None
            if need in needs and not is_open:
                item = known or Need(*need_key(viewer.person_id, programme_id, need))
                _open(item, viewer, programme_id, need, follow_up_on, now)
                write.save(item, condition=None if known else is_new(Need))
                add_need(
                    write,
                    programme_id,
                    _on_desk(item),
                    name=f"{viewer.first_name} {viewer.surname}",
                    person_id=viewer.person_id,
                    now=now,
                )
            elif known is not None and is_open and need not in needs:
                _close(known, by=viewer.first_name, done="The mentee no longer needs it.", now=now)
                write.save(known)
                end_need(write, programme_id, _on_desk(known), now=now)


def needs_of(person_id: str, programme_id: str) -> list[Need]:
    """What somebody lacks, or lacked: one Query."""
    pk, first = need_key(person_id, programme_id, "")
    return [
        one
        for one in Need.query(pk, Need.sk.startswith(first), consistent_read=True)
        if isinstance(one, Need)
    ]


def meet_need(
    viewer: Viewer, programme_id: str, person_id: str, need: str, *, done: str, now: datetime
) -> None:
    """Notes what was done about a need, which leaves the list. Noted twice, the first stands. Raises
    NotFound, Invalid without a word of what was done."""
    require(may_manage_people(viewer, programme_id))
    item = find(Need, *need_key(person_id, programme_id, need)) if need in NEED_WORDS else None
    if item is None:
        raise NotFound
    if item.met_at is not None:
        return
    _close(item, by=viewer.name, done=read_words(done, field="note", most=LONGEST_NOTE), now=now)
    try:
        with transaction() as write:
            write.save(item)
            end_need(write, programme_id, _on_desk(item), now=now)
    except Lost as lost:
        raise Busy from lost


def put_off(viewer: Viewer, programme_id: str, person_id: str, need: str, *, now: datetime) -> None:
    """Brings a need back after the policy's days once more. Raises NotFound, Conflict."""
    require(may_manage_people(viewer, programme_id))
    item = find(Need, *need_key(person_id, programme_id, need)) if need in NEED_WORDS else None
    if item is None or item.met_at is not None:
        raise NotFound
    days = load_programme(programme_id).policy.needs.follow_up_days
    item.follow_up_on = (day_of(now) + timedelta(days=days)).isoformat()
    item.listing_order = _order(item)
    try:
        with conditional():
            item.save()
    except Lost:
        raise Busy from None


@dataclass(frozen=True)
class NeedRow:
    """Something that a mentee lacks, as staff see it."""

    programme_id: str
    person_id: str
    name: str
    need: str
    words: str
    said_at: datetime
    follow_up_on: str
    """ISO date."""
    is_due: bool


@dataclass(frozen=True)
class NeedsView:
    """What mentees of a programme lack, the longest due first."""

    programme_id: str
    programme_name: str
    needs: tuple[NeedRow, ...]
    may_change: bool


def open_need(viewer: Viewer, programme_id: str, person_id: str, need: str, *, now: datetime) -> NeedRow:
    """One need that is not met: one GetItem. Raises NotFound."""
    require(may_manage_people(viewer, programme_id))
    item = find(Need, *need_key(person_id, programme_id, need)) if need in NEED_WORDS else None
    if item is None or item.met_at is not None:
        raise NotFound
    return _row(item, day_of(now).isoformat())


def open_needs(viewer: Viewer, programme_id: str, *, now: datetime) -> NeedsView:
    """One Query. Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    return NeedsView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        needs=tuple(_rows(programme_id, now)),
        may_change=may_manage_people(viewer, programme_id),
    )


def _rows(programme_id: str, now: datetime) -> Iterator[NeedRow]:
    today = day_of(now).isoformat()
    for one in Need.by_listing.query(needs_listing(programme_id), limit=MOST_SHOWN):
        if isinstance(one, Need):
            yield _row(one, today)


def _row(one: Need, today: str) -> NeedRow:
    return NeedRow(
        programme_id=one.programme_id,
        person_id=one.person_id,
        name=f"{one.first_name} {one.surname}",
        need=one.need,
        words=NEED_WORDS[one.need],
        said_at=one.said_at,
        follow_up_on=one.follow_up_on,
        is_due=one.follow_up_on <= today,
    )


def _open(item: Need, viewer: Viewer, programme_id: str, need: str, follow_up_on: str, now: datetime) -> None:
    item.person_id, item.programme_id, item.need = viewer.person_id, programme_id, need
    item.first_name, item.surname = viewer.first_name, viewer.surname
    item.said_at, item.follow_up_on = now, follow_up_on
    item.met_at = item.met_by = item.what_was_done = None
    item.listing, item.listing_order = needs_listing(programme_id), _order(item)


def _close(item: Need, *, by: str, done: str, now: datetime) -> None:
    item.met_at, item.met_by, item.what_was_done = now, by, done
    item.listing = item.listing_order = None


def _on_desk(item: Need) -> str:
    """What it is called among what waits for the staff."""
    return f"{item.person_id}#{item.need}"


def _order(item: Need) -> str:
    return f"{item.follow_up_on}#{item.person_id}#{item.need}"
