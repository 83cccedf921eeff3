"""Pairs as reminders find them."""

from datetime import datetime, timedelta

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.conversations.watching import Watch, watch
from shared.notices.items import Notice
from shared.notices.rules import Template
from shared.nudges.asking import send_asking
from shared.nudges.digests import Sent, send_digests
from shared.nudges.looking import Looked, look_at_pairs
from shared.nudges.waiting import new_stop_link, reminders_of
from shared.platform.clock import now
from shared.platform.tables import OutboxItem, transaction
from shared.safeguarding.concerns.changing import save
from shared.safeguarding.items import Concern
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_message
from tests.builders.people import Someone


def is_watched(pair: TwoWhoWrite, *, now: datetime = MONDAY) -> None:
    """As two are who were brought together by a coordinator."""
    with transaction() as write:
        watch(write, load_pair(pair.pair_id), at=now)


def is_waited_for(pair: TwoWhoWrite, *, by: str = "mentor", now: datetime = MONDAY) -> None:
    """One of the two has written, and it was delivered."""
    a_message(pair, by=by, state="delivered", now=now)
    writer = pair.mentor if by == "mentor" else pair.mentee
    load_pair(pair.pair_id).update(
        [Pair.last_delivered_at.set(now), Pair.last_sender_id.set(writer.person_id)]
    )


def is_closed(concern: Concern, *, now: datetime = MONDAY) -> None:
    """Whoever looks after it is done with the concern."""
    concern.state, concern.closed_at = "closed", now
    with transaction() as write:
        save(write, concern)


def the_week(now: datetime) -> tuple[Looked, Sent]:
    """What one run of the sweep does at this moment."""
    return look_at_pairs(lambda: now), send_digests(lambda: now)


def a_day_passes() -> None:
    """Whatever hour it is now, what waits for the end of the quiet hours has gone out."""
    for hours in range(24):
        moment = now() + timedelta(hours=hours)
        send_asking(lambda moment=moment: moment)


def e_mails(template: Template, someone: Someone | None = None) -> list[Notice]:
    return [
        one
        for one in OutboxItem.scan()
        if isinstance(one, Notice)
        and one.template == template
        and (someone is None or one.address == someone.address)
    ]


def watch_of(pair: TwoWhoWrite) -> Watch:
    (found,) = [one for one in Watch.scan() if isinstance(one, Watch) and one.pair_id == pair.pair_id]
    return found


def a_stop_link(someone: Someone) -> str:
    """The path of the link in a reminder that they got."""
    reminders = reminders_of(someone.person_id)
    link = new_stop_link(reminders)
    reminders.links = link.links
    reminders.save()
    return link.path
