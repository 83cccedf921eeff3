"""Two of the demonstration who came to the end: what the mentor handed in, and what the mentee has left."""

from __future__ import annotations

from datetime import datetime, timedelta

from infra.local.demo_matching import agree_to_take_part, bring_together
from shared.conversations.actions import check_message, write_message
from shared.conversations.ending import end_pair
from shared.conversations.items import Message, Pair
from shared.conversations.steps import load_pair
from shared.endings.introductions import offer_introduction
from shared.endings.looking_back import hand_in
from shared.filtering import check
from shared.people.permissions import Viewer
from shared.relationship.skills import rate_skills

LETTERS = (
    ("mentor", "Hello Sharon. I came back to study after eight years, so I remember the first weeks well."),
    (
        "mentee",
        "Hello Tomasz. That is good to hear. My first essay is due soon, and I do not know how to begin.",
    ),
    ("mentor", "Begin with the question itself, in your own words. Then three things you would like to say."),
    ("mentee", "I did that, and I passed. Thank you for your patience with me."),
)
BEFORE, AFTER = "231324", "354435"
"""How the mentee rated themselves, a figure for each statement."""
OFFER = "A friend of mine is in the second year of nursing, and could tell you what the placements are like."
REVIEW = {
    1: "She wanted to find out whether study is for her, and it is.",
    2: "I asked what had worked before, and we used that again.",
    4: "I learned to wait for an answer.",
}
REPORT = {
    1: "Getting back into writing essays, and choosing between two courses.",
    2: "The first essay is passed and the application is sent. The interview is left.",
}


def come_to_the_end(
    coordinator: Viewer, programme_id: str, cohort_id: str, mentor: Viewer, mentee: Viewer, *, now: datetime
) -> None:
    """They were brought together ten days before `now`, and their conversation has just been ended."""
    start = now - timedelta(days=10)
    for viewer in (mentor, mentee):
        agree_to_take_part(viewer, programme_id, now=start)
    pair_id = bring_together(coordinator, programme_id, cohort_id, mentor, mentee, now=start)
    writers = {"mentor": mentor, "mentee": mentee}
    for number, (part, text) in enumerate(LETTERS):
        moment = start + timedelta(days=2 * number + 1)
        _check(write_message(writers[part], pair_id, text=text, key=f"demo-{number}", now=moment), moment)
    for ratings, days in ((BEFORE, 1), (AFTER, 8)):
        rate_skills(mentee, pair_id, dict(enumerate(ratings, 1)), now=start + timedelta(days=days))
    load_pair(pair_id).update([Pair.stage.set("ending"), Pair.stage_since.set(now - timedelta(days=2))])
    yesterday = now - timedelta(days=1)
    _check(offer_introduction(mentor, pair_id, text=OFFER, key="demo", now=yesterday), yesterday)
    end_pair(coordinator, pair_id, why="Both have come to what they wanted.", now=now)
    hand_in(mentor, pair_id, "review", REVIEW, now=now)
    hand_in(mentor, pair_id, "report", REPORT, now=now)


def _check(message: Message, moment: datetime) -> None:
    check_message(message.pair_id, message.message_id, checker=check, now=moment + timedelta(seconds=2))
