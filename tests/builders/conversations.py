"""Pairs and what they write to each other, as their area stores it.

A test that says `a_pair()` gets a programme, a mentor and a mentee with it; one that cares who they are
builds them first and hands them in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.conversations.items import (
    HELD_DUE,
    PENDING_DUE,
    Message,
    Pair,
    PairOfPerson,
    checked_listing,
    checked_order,
    held_listing,
    held_order,
    message_key,
    pair_key,
    pair_of_person_key,
    pairs_listing,
    pairs_of_cohort,
)
from shared.conversations.steps import load_pair
from shared.platform.clock import order
from shared.platform.ids import new_id
from shared.programmes.actions import RunningProgramme, load_programme
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.builders.storing import store_new

A_DAY = timedelta(days=1)
"""How soon what is held is to be read where a test does not say."""

SEVERITY_RANKS = {"none": 0, "low": 1, "medium": 2, "high": 3, "immediate": 4}

CLEAN = "Thank you for your letter. I liked hearing how you chose physics, and I have two questions about it."

WITH_A_NUMBER = "It would be easier to talk, so do give me a ring on 07700 900123 after school."

WORRIED = "I have not told anybody, but some nights I want to die and I do not know who to talk to."


@dataclass(frozen=True)
class TwoWhoWrite:
    """A mentor, a mentee and their conversation."""

    pair_id: str
    programme: RunningProgramme
    mentor: Someone
    mentee: Someone

    @property
    def programme_id(self) -> str:
        return self.programme.programme_id


def a_pair(
    programme: RunningProgramme | None = None,
    *,
    mentor: Someone | None = None,
    mentee: Someone | None = None,
    status: str = "active",
    agreed: bool = True,
    cohort_id: str = "",
    now: datetime = MONDAY,
) -> TwoWhoWrite:
    """A mentor and a mentee who can write to each other. `agreed`: to what their programme lets them agree
    to first."""
    programme = programme or a_programme(now=now)
    mentor = mentor or a_person("mentor", programme, now=now)
    mentee = mentee or a_person("mentee", programme, now=now)
    pair_id = new_id(now)
    store_new(
        Pair(
            *pair_key(pair_id),
            pair_id=pair_id,
            programme_id=programme.programme_id,
            programme_name=programme.name,
            mentor_id=mentor.person_id,
            mentor_first_name=mentor.first_name,
            mentor_surname=mentor.surname,
            mentor_address=mentor.address,
            mentee_id=mentee.person_id,
            mentee_first_name=mentee.first_name,
            mentee_surname=mentee.surname,
            mentee_address=mentee.address,
            status=status,
            agreed=_both_agreed(programme, now) if agreed else None,
            created_at=now,
            listing=pairs_listing(programme.programme_id),
            listing_order=f"{order(now)}#{pair_id}",
            cohort_id=cohort_id or None,
            group=pairs_of_cohort(programme.programme_id, cohort_id),
            group_order=f"{order(now)}#{pair_id}",
        ),
        *(
            PairOfPerson(
                *pair_of_person_key(someone.person_id, pair_id),
                pair_id=pair_id,
                programme_id=programme.programme_id,
            )
            for someone in (mentor, mentee)
        ),
    )
    return TwoWhoWrite(pair_id, programme, mentor, mentee)


def put_in_cohort(pair: TwoWhoWrite, cohort_id: str) -> None:
    """The pair is one of the cohort from now on."""
    group = pairs_of_cohort(pair.programme_id, cohort_id)
    load_pair(pair.pair_id).update([Pair.cohort_id.set(cohort_id), Pair.group.set(group)])


def both_agree(pair_id: str, *, now: datetime = MONDAY) -> None:
    """The two agree how they will go about it, so that they may write."""
    pair = load_pair(pair_id)
    agreed = _both_agreed(load_programme(pair.programme_id), now)
    if agreed:
        pair.update([Pair.agreed.set(agreed)])


def _both_agreed(programme: RunningProgramme, now: datetime) -> dict[str, Any]:
    asked = programme.policy.relationship.agreement
    said = {"version": asked.version, "at": order(now), "how_often": "", "when": [], "by": ""}
    return {"mentor": said, "mentee": said} if asked.is_asked else {}


def a_message(
    pair: TwoWhoWrite,
    text: str = CLEAN,
    *,
    by: str = "mentee",
    state: str = "pending",
    severity: str = "none",
    message_id: str = "",
    now: datetime = MONDAY,
    **more: Any,
) -> Message:
    """A message of the pair in any state, in the indexes that belong to the state. `more` sets other
    attributes."""
    message_id = message_id or new_id(now)
    writer = pair.mentor if by == "mentor" else pair.mentee
    places: dict[str, Any] = {}
    if state == "pending":
        places = {"due": PENDING_DUE, "due_at": order(now)}
    elif state == "held":
        places = {
            "held_at": now,
            "due": HELD_DUE,
            "due_at": order(now + A_DAY),
            "review_by": now + A_DAY,
            "listing": held_listing(pair.programme_id),
            "listing_order": held_order(SEVERITY_RANKS[severity], order(now), message_id),
        }
    elif state in ("delivered", "returned", "declined"):
        places = {
            "checked_at": now,
            "listing": checked_listing(pair.programme_id),
            "listing_order": checked_order(order(now), message_id),
        }
    if state == "delivered":
        places["delivered_at"] = now
    message = Message(
        *message_key(pair.pair_id, message_id),
        message_id=message_id,
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        sender_id=writer.person_id,
        sender_role=by,
        sender_first_name=writer.first_name,
        text=text,
        state=state,
        severity=severity,
        written_at=now,
        thread_at=order(now),
        **(places | more),
    )
    store_new(message)
    return message
