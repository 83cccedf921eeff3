"""Sending a test to everybody who could be told of a concern, and what became of each e-mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.audit.actions import record
from shared.notices.actions import enqueue, id_of, queue
from shared.notices.items import Notice, notice_key
from shared.notices.rules import NewNotice
from shared.people.permissions import Viewer, may_change_chain, may_see_chain, programme_name, require
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.errors import Conflict, NotFound
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, is_new, transaction
from shared.programmes.actions import policy_of

from .items import ChainTest, chain_test_key, chain_tests_listing
from .rules import Chain, chain_of, is_named, serving
from .staffing import staffing
from .telling import MOST_AT_ONCE

NOBODY = "Nobody on the staff is in the chain, so there is nobody to send a test to."


def send_test(viewer: Viewer, programme_id: str, *, key: str, now: datetime) -> str:
    """Sends a test to everybody in the chain, at whatever hour they would be told and away or not, and gives
    its id. The same form sent again is one test. Raises NotFound, and Conflict when nobody is in the chain.
    """
    require(may_change_chain(viewer, programme_id))
    test_id = derived_id("chain_test", programme_id, viewer.person_id, key)
    test = find(ChainTest, *chain_test_key(test_id))
    if test is None:
        people = everybody_in(chain_of(policy_of(programme_id)), staffing(programme_id).able, now=now)
        if not people:
            raise Conflict(NOBODY, code="nobody")
        _send(viewer, programme_id, test_id, people, now)
    return test_id


def everybody_in(chain: Chain, staff: Sequence[StaffMember], *, now: datetime) -> list[StaffMember]:
    """Whoever a step names, at any hour, and who stands in for them at this moment; each once."""
    ranks = chain.every_rank
    named = [one for rank in ranks for one in staff if is_named(one, rank)]
    there = [one for rank in ranks for one in serving(staff, rank, now=now)]
    return list({one.address: one for one in reversed([*named, *there])}.values())[::-1]


def _send(
    viewer: Viewer, programme_id: str, test_id: str, people: Sequence[StaffMember], now: datetime
) -> None:
    name = f"{viewer.first_name} {viewer.surname}"
    notices = [_notice(viewer, programme_id, test_id, one) for one in people]
    test = ChainTest(
        *chain_test_key(test_id),
        test_id=test_id,
        programme_id=programme_id,
        at=now,
        by_name=name,
        people=[
            {"person_id": one.person_id, "name": one.name, "notice_id": id_of(notice)}
            for one, notice in zip(people, notices, strict=True)
        ],
        listing=chain_tests_listing(programme_id),
        listing_order=f"{order(now)}#{test_id}",
    )
    try:
        with transaction() as write:
            write.save(test, condition=is_new(ChainTest))
            record(
                write,
                programme_id,
                "tested_chain",
                f"chain_test:{test_id}",
                by_id=viewer.person_id,
                by_name=name,
                now=now,
            )
            for notice in notices[:MOST_AT_ONCE]:
                queue(write, notice, now=now)
    except Lost:
        return  # the same form came twice, and the other is at it
    for notice in notices[MOST_AT_ONCE:]:
        enqueue(notice, now=now)


def _notice(viewer: Viewer, programme_id: str, test_id: str, member: StaffMember) -> NewNotice:
    return NewNotice.to(
        member,
        "chain_test",
        cause=("chain_test", test_id),
        path=f"/programmes/{programme_id}/chain",
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
    )


# ── What became of it ──────────────────────────────────────────────────────

Became = Literal["queued", "accepted", "delivered", "bounced", "unknown"]
_BECAME: Mapping[str, Became] = {
    "queued": "queued",
    "sending": "queued",
    "accepted": "accepted",
    "delivered": "delivered",
    "bounced": "bounced",
    "complained": "bounced",
    "failed": "bounced",
}


@dataclass(frozen=True)
class Tested:
    """What became of the e-mail to one person."""

    name: str
    became: Became
    """`bounced` also for an e-mail that was refused or called unwanted; `unknown` when it is no longer kept.
    """


@dataclass(frozen=True)
class ChainTestView:
    """The latest test of a programme's chain, or one that was just sent."""

    programme_id: str
    programme_name: str
    may_test: bool
    test_id: str
    """Empty when there has been none."""
    at: datetime | None
    by_name: str
    people: tuple[Tested, ...]


def chain_test_page(viewer: Viewer, programme_id: str, test_id: str = "") -> ChainTestView:
    """The latest test, or the one with this id: a Query or a GetItem, and a BatchGet. Raises NotFound."""
    require(may_see_chain(viewer, programme_id))
    test = _test(programme_id, test_id)
    return ChainTestView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        may_test=may_change_chain(viewer, programme_id),
        test_id=test.test_id if test else "",
        at=test.at if test else None,
        by_name=test.by_name if test else "",
        people=_became(test) if test else (),
    )


def _test(programme_id: str, test_id: str) -> ChainTest | None:
    if test_id:
        test = find(ChainTest, *chain_test_key(test_id))
        if test is None or test.programme_id != programme_id:
            raise NotFound
        return test
    listed = ChainTest.by_listing.query(chain_tests_listing(programme_id), scan_index_forward=False, limit=1)
    return next((one for one in listed if isinstance(one, ChainTest)), None)


def _became(test: ChainTest) -> tuple[Tested, ...]:
    kept = {
        one.notice_id: one.state
        for one in Notice.batch_get([notice_key(one["notice_id"]) for one in test.people])
    }
    return tuple(
        Tested(one["name"], _BECAME.get(kept.get(one["notice_id"], ""), "unknown")) for one in test.people
    )
