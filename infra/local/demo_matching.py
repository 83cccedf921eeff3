"""What the demonstration's people say would suit them, a search for matches to look at, and pairs."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from infra.local.demo_people import MAIL_WITHIN
from infra.trouble import Trouble
from shared.consents.answering import Said as Agreed
from shared.consents.answering import answer_for_oneself
from shared.consents.rules import Answer
from shared.conversations.pairing import pair_up
from shared.matching.actions import start_run
from shared.matching.declaring import Said, say_whom_one_knows, say_wishes
from shared.matching.runs import latest_run
from shared.people.permissions import Viewer
from shared.programmes.actions import load_programme
from shared.relationship.agreeing import agree

HOW_OFTEN = "Once a week"
"""What two agree on: every preset offers it."""


def say_what_would_suit(mentor: Viewer, mentee: Viewer, programme_id: str, *, now: datetime) -> None:
    """Of every question the first two answers for the mentor, and the second and third for the mentee: there
    is always something that both chose. The mentee has somebody to be kept away from."""
    asked = load_programme(programme_id).policy.matching.preferences
    say_wishes(mentor, programme_id, Said({one.id: one.choices[:2] for one in asked}, is_shown=True), now=now)
    say_wishes(mentee, programme_id, Said({one.id: one.choices[1:3] for one in asked}), now=now)
    say_whom_one_knows(mentee, programme_id, name="Mrs Pritchett", how="school", now=now)


def agree_to_take_part(viewer: Viewer, programme_id: str, *, now: datetime) -> None:
    """Says yes to whatever must be agreed to before anybody is matched."""
    purposes = load_programme(programme_id).policy.consents.purposes
    yes: dict[str, Answer] = {one.id: "yes" for one in purposes if one.needed_for == "pairing"}
    birthday = (now - timedelta(days=18 * 366)).date()
    answer_for_oneself(viewer, programme_id, Agreed(yes, born_on=birthday), now=now)


def find_matches(coordinator: Viewer, programme_id: str, cohort_id: str, *, now: datetime) -> None:
    """Has matches looked for, and waits until they are there."""
    start_run(coordinator, programme_id, cohort_id, key="demonstration", now=now)
    deadline = time.monotonic() + MAIL_WITHIN
    while (run := latest_run(programme_id, cohort_id)) is None or run.state in ("waiting", "running"):
        if time.monotonic() > deadline:
            raise Trouble(f"No matches were found within {MAIL_WITHIN:.0f} seconds.")
        time.sleep(0.25)


def bring_together(
    coordinator: Viewer,
    programme_id: str,
    cohort_id: str,
    mentor: Viewer,
    mentee: Viewer,
    *,
    key: str = "demonstration",
    now: datetime,
) -> str:
    """Two who agree at once how they will go about it; the pair_id."""
    pair_id = pair_up(
        coordinator,
        programme_id,
        mentor_id=mentor.person_id,
        mentee_id=mentee.person_id,
        cohort_id=cohort_id,
        key=key,
        now=now,
    )
    for viewer in (mentor, mentee):
        agree(viewer, pair_id, version=1, how_often=HOW_OFTEN, when=(), now=now)
    return pair_id
