"""Two of the demonstration who meet online: one session that is over, one that is arranged, one proposed."""

from __future__ import annotations

from datetime import datetime, timedelta

from infra.local.demo_matching import bring_together
from infra.trouble import Trouble
from shared.consents.answering import Said, answer_for_oneself
from shared.consents.needs import choose_methods
from shared.consents.rules import Answer
from shared.conversations.arranged import MEETING
from shared.conversations.sharing import load_shared
from shared.meetings.answering import answer
from shared.meetings.link import give_link
from shared.meetings.plan import plan_of
from shared.meetings.proposing import Proposal, propose
from shared.meetings.rules import Typed, read_time
from shared.people.permissions import Viewer
from shared.policies.meetings import Meetings
from shared.programmes.actions import load_programme
from shared.programmes.rules import day_of

LINK = "https://teams.microsoft.com/meet/3654821094377?p=Hk3vLq9ZbTfWm2Xc"
KIND, MINUTES = "video", 45


def meet_online(
    coordinator: Viewer, programme_id: str, cohort_id: str, mentor: Viewer, mentee: Viewer, *, now: datetime
) -> None:
    """They are brought together ten days before `now`, and met three days later."""
    start = now - timedelta(days=10)
    policy = load_programme(programme_id).policy
    for viewer in (mentor, mentee):
        yes: dict[str, Answer] = {one.id: "yes" for one in policy.consents.purposes}
        answer_for_oneself(viewer, programme_id, Said(yes), now=start)
        choose_methods(viewer, programme_id, policy.delivery.methods, now=start)
    pair_id = bring_together(coordinator, programme_id, cohort_id, mentor, mentee, now=start)
    for moment, clock in ((start, "11:00"), (now, "14:00")):
        proposal = Proposal(KIND, str(MINUTES), [_first(policy.meetings, clock, after=moment)])
        made = propose(mentor, pair_id, proposal, key=clock, now=moment)
        chosen = plan_of(load_shared(pair_id, MEETING, made.item_id)).slots[0]
        later = moment + timedelta(seconds=1)
        answer(mentee, pair_id, made.item_id, chosen=chosen, now=later)
        give_link(
            mentor,
            pair_id,
            made.item_id,
            url=LINK,
            password="aB3dE9",  # noqa: S106 - the demonstration's
            has_waiting_room=True,
            now=later,
        )
    others = [_first(policy.meetings, clock, after=now + timedelta(days=7)) for clock in ("10:00", "15:30")]
    propose(mentee, pair_id, Proposal(KIND, str(MINUTES), others), key="next", now=now)


def _first(meetings: Meetings, clock: str, *, after: datetime) -> Typed:
    """The first day from the third after on which a meeting can be at this time."""
    for days in range(3, 20):
        typed = Typed((day_of(after) + timedelta(days=days)).isoformat(), clock)
        read = read_time(typed, MINUTES, meetings, now=after)
        if read.starts_at and not read.is_outside:
            return typed
    raise Trouble("There is no day in three weeks on which they could meet.")
