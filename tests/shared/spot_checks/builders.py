"""Conversations with something to read, and what was drawn of them."""

from datetime import datetime, timedelta

from shared.conversations.items import Pair, pair_key
from shared.programmes.actions import RunningProgramme
from shared.spot_checks.drawing import draw_week
from shared.spot_checks.items import SpotCheck, spot_checks_listing
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, TwoWhoWrite, a_message, a_pair
from tests.builders.people import a_person

NEXT_WEEK = MONDAY + timedelta(days=7)


def a_conversation(
    programme: RunningProgramme, number: int = 1, *, text: str = CLEAN, now: datetime = MONDAY
) -> TwoWhoWrite:
    """Two who write, of whom the mentee has written something that was delivered."""
    mentor = a_person("mentor", programme, first_name="Hannah", surname=f"Okafor {number}")
    mentee = a_person("mentee", programme, first_name="Jamie", surname=f"Walsh {number}")
    pair = a_pair(programme, mentor=mentor, mentee=mentee)
    delivers(pair, text, now=now)
    return pair


def delivers(pair: TwoWhoWrite, text: str = CLEAN, *, now: datetime = MONDAY) -> str:
    """The mentee's message, delivered as the application does it."""
    message = a_message(pair, text, state="delivered", now=now)
    stored = Pair.get(*pair_key(pair.pair_id))
    stored.last_delivered_at, stored.last_sender_id = now, pair.mentee.person_id
    stored.save()
    return message.message_id


def open_checks(programme_id: str) -> list[SpotCheck]:
    found = SpotCheck.by_listing.query(spot_checks_listing(programme_id, "open"))
    return [one for one in found if isinstance(one, SpotCheck)]


def the_check_of(programme_id: str, *, now: datetime = MONDAY) -> SpotCheck:
    """The one check that this week's draw comes to."""
    draw_week(programme_id, now=now)
    (check,) = open_checks(programme_id)
    return check
