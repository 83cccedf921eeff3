"""The pair's page: the conversation, with what the two have beside it; and the page of all their goals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from shared.conversations.agreement import agreement_of
from shared.conversations.ending_items import Ending, ending_key
from shared.conversations.items import Pair, Shared
from shared.conversations.last_message import NothingMore, last_day_of, nothing_more
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.prompting import keeps
from shared.conversations.rules import Checker
from shared.conversations.sharing import all_shared, is_visible, writer_of
from shared.conversations.steps import load_pair
from shared.conversations.views import (
    ConversationView,
    Opened,
    conversation_view,
    open_conversation,
    part_or_staff,
    record_conversation_read,
)
from shared.evaluation.standing import standing_of
from shared.filtering import check
from shared.meetings.lines import MeetingsCard, meetings_card
from shared.people.permissions import Viewer, may_moderate
from shared.platform.tables import find
from shared.policies import Policy
from shared.policies.relationship import Practice, Stage, SupportPlace
from shared.programmes.rules import day_of, spoken

from .goals import GOAL, OPEN, REFLECTION, STANDS, STEP, TASK, is_theirs
from .interactions import InTouch, in_touch
from .reminding import Awaited, asked_after, may_ask_after, write_after
from .rules import back_from, is_time_to_move, next_stage, offers, stage_of
from .supporting import Supporter, supporter_of

PRACTICES: tuple[Practice, ...] = ("goals", "tasks", "skills", "feedback")


@dataclass(frozen=True)
class Piece:
    """A goal, a step or a task as its viewer sees it."""

    id: str
    text: str
    state: str
    """`open`, `proposed`, `done`, `given_up` or `refused`."""
    by: str
    """First name of who made it; “you” for its viewer."""
    day: str
    """The day it is for, as it is spoken; empty where there is none."""
    on_day: str
    """The same as an ISO date."""
    is_late: bool
    is_checked: bool
    """Whether the other can see it."""
    change: str
    """Where its writer can word it anew, as a person has asked; empty where nobody has."""
    settled_at: datetime | None
    may_settle: bool
    may_change: bool = False
    """Whether the viewer may give it up, take it up again or word it anew."""
    new_words: str = ""
    """Other words that its viewer has written for it, or for staff anybody, and that are being checked."""
    steps: tuple["Piece", ...] = ()
    given_up: tuple["Piece", ...] = ()
    """Of a goal: steps that were given up."""
    reflections: tuple["Piece", ...] = ()


@dataclass(frozen=True)
class StageView:
    """Where the two are."""

    id: str
    name: str
    number: int
    of: int
    words: str
    """What it is about, to the viewer."""
    prompts: tuple[str, ...]
    next_name: str
    """Of the stage after it; in the last, of the one in which they go on who do not end yet."""
    is_last: bool
    asked_by: str
    """`me`, `other` or empty: who has proposed to move on."""
    asked_name: str
    is_time: bool
    """Whether the stage has lasted as long as the programme thinks."""


@dataclass(frozen=True)
class Together:
    """What the two have beside their messages."""

    must_agree: bool
    """Whether the viewer is asked to agree before they write."""
    waits_for: str
    """First name of the other, where they have not agreed yet; of both for staff."""
    has_agreement: bool
    diary: str
    """What the viewer keeps for themselves: `diary`, `logbook` or empty. For staff `both`, `diary` or
    `logbook`: what there is to read."""
    write_after: str
    """What the viewer might now write about in it: a new `stage`, a `meeting`, the `end`; empty where there
    is nothing."""
    asked_after_at: datetime | None
    """Since when the coordinator asks after the answer that the viewer waits for; None where they do not."""
    may_ask_after: tuple[Awaited, ...]
    """For staff: after whom they can ask; whoever is waited for alone, or both."""
    stage: StageView | None
    first_prompts: tuple[str, ...]
    offers: tuple[str, ...]
    """What the stage offers besides writing: `goals`, `tasks`, `skills`, `feedback`."""
    goals: tuple[Piece, ...]
    tasks: tuple[Piece, ...]
    questions: tuple[str, ...]
    """The titles of the evaluation's forms that wait for the viewer's answers."""
    supporter: Supporter | None
    """For a mentor: who of the staff is there for them; None where nobody was named."""
    support: str
    """For a mentor: how they are supported, in the programme's words."""
    specialist_support: tuple[SupportPlace, ...]
    """For a mentee: help at their own school or college."""
    meetings: MeetingsCard
    last_day: str
    """The last day of the two as it is spoken, once it is near or has passed, or is proposed; else empty."""
    end_is: str
    """`proposed` (by the other), `asked` (by the viewer), `near`, `over`, or empty."""
    in_touch: InTouch | None
    """How often they have been in touch; None where the programme asks nothing of it."""
    nothing_more: NothingMore | None
    """For staff, after the end: who said that nothing more is to pass; None where nobody did."""
    may_forbid: bool
    """Whether the viewer can say so."""


@dataclass(frozen=True)
class PairPage(ConversationView):
    """The pair's page."""

    together: Together


@dataclass(frozen=True)
class GoalsPage:
    """All goals and tasks of a pair, with what became of them."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    title: str
    may_write: bool
    offers: tuple[str, ...]
    goals: tuple[Piece, ...]
    over: tuple[Piece, ...]
    tasks: tuple[Piece, ...]
    tasks_over: tuple[Piece, ...]


def pair_page(
    viewer: Viewer, pair_id: str, *, before: str | None = None, checker: Checker = check, now: datetime
) -> PairPage:
    """A page of the conversation and, on the newest, what stands beside it. Requests and errors as
    `open_conversation`; for staff one GetItem more after the end, for a mentor one Query more where one of
    the staff was named for them."""
    opened = open_conversation(viewer, pair_id, before=before, now=now)
    view = conversation_view(viewer, opened, checker)
    given = {one.name: getattr(view, one.name) for one in fields(view)}
    together = _together(viewer, opened, now)
    can_write = view.may_write and not (together.must_agree or together.waits_for)
    return PairPage(**{**given, "may_write": can_write}, together=together)


def _together(viewer: Viewer, opened: Opened, now: datetime) -> Together:
    pair, part = opened.pair, opened.part
    policy = opened.together.programme.policy if opened.together.programme else None
    state = agreement_of(pair, policy)
    stages: Sequence[Stage] = policy.relationship.stages if policy else ()
    stage = stage_of(stages, pair.stage)
    goes_on = part != "staff" and not opened.has_ended
    reader = _Reader(viewer, pair, part, now, may_settle=goes_on)
    goals, tasks = reader.goals(opened.shared), reader.pieces(opened.shared, TASK)
    end_is, day = _ending(viewer, opened, policy, now)
    newest = opened.is_newest
    may_forbid = (
        newest
        and opened.has_ended
        and pair.removed_at is None
        and part == "staff"
        and may_moderate(viewer, pair.programme_id)
    )
    return Together(
        must_agree=part != "staff" and not state.is_current(part),
        waits_for="" if state.stands else _who_has_not(pair, part, bool(state.mentor), bool(state.mentee)),
        has_agreement=state.is_asked,
        diary=_diary(policy, part),
        write_after=write_after(opened, policy, now),
        asked_after_at=asked_after(viewer, pair),
        may_ask_after=may_ask_after(opened),
        stage=_stage_view(stages, stage, pair, part, viewer, now),
        first_prompts=tuple(policy.relationship.first_prompts) if policy and not opened.messages else (),
        offers=_offers(policy, stage),
        goals=goals,
        tasks=tasks,
        questions=tuple(one.title for one in standing_of(opened.together, pair, part, now).waiting),
        supporter=supporter_of(pair, opened.together, now=now) if part == "mentor" and newest else None,
        support=policy.relationship.support_for_mentors if policy and part == "mentor" else "",
        specialist_support=tuple(policy.relationship.specialist_support)
        if policy and part == "mentee"
        else (),
        meetings=meetings_card(opened.shared, pair, part, policy, now),
        last_day=spoken(date.fromisoformat(day)) if day else "",
        end_is=end_is,
        in_touch=in_touch(viewer, pair, part, policy, opened.shared, may_answer=goes_on),
        nothing_more=nothing_more(find(Ending, *ending_key(pair.pair_id))) if may_forbid else None,
        may_forbid=may_forbid,
    )


def _ending(viewer: Viewer, opened: Opened, policy: Policy | None, now: datetime) -> tuple[str, str]:
    """Where the two are with their end, and the day in question."""
    pair, day = opened.pair, last_day_of(opened.pair, opened.together)
    if opened.has_ended:
        return "over", day
    if pair.end_asked_by and pair.end_asked_for:
        return "asked" if pair.end_asked_by == viewer.person_id else "proposed", pair.end_asked_for
    if (
        day
        and policy
        and day_of(now) >= date.fromisoformat(day) - timedelta(days=policy.endings.offered_days)
    ):
        return "near", day
    return ("near", day) if pair.last_day else ("", "")


def _diary(policy: Policy | None, part: str) -> str:
    if part != "staff":
        return keeps(policy, part)
    kept = [one for side in ("mentee", "mentor") if (one := keeps(policy, side))]
    return "both" if len(kept) > 1 else "".join(kept)


def _offers(policy: Policy | None, stage: Stage | None) -> tuple[str, ...]:
    if policy is None:
        return ()
    has = {"skills": bool(policy.relationship.skills)}
    return tuple(one for one in PRACTICES if offers(stage, one) and has.get(one, True))


def _who_has_not(pair: Pair, part: str, mentor: bool, mentee: bool) -> str:
    names = {"mentor": pair.mentor_first_name, "mentee": pair.mentee_first_name}
    has = {"mentor": mentor, "mentee": mentee}
    return " and ".join(names[one] for one in ("mentee", "mentor") if not has[one] and one != part)


def _stage_view(
    stages: Sequence[Stage], stage: Stage | None, pair: Pair, part: str, viewer: Viewer, now: datetime
) -> StageView | None:
    if stage is None:
        return None
    back = back_from(stages, stage)
    following = next_stage(stages, stage) or back
    asked = pair.stage_asked_by or ""
    names = {pair.mentor_id: pair.mentor_first_name, pair.mentee_id: pair.mentee_first_name}
    return StageView(
        id=stage.id,
        name=stage.name,
        number=stages.index(stage) + 1,
        of=len(stages),
        words=stage.mentee_words if part == "mentee" else stage.mentor_words,
        prompts=tuple(stage.prompts),
        next_name=following.name if following else "",
        is_last=back is not None,
        asked_by="" if not asked else "me" if asked == viewer.person_id else "other",
        asked_name=names.get(asked, ""),
        is_time=is_time_to_move(stage, pair.stage_since or pair.created_at, now),
    )


@dataclass(frozen=True)
class _Reader:
    """Shows shared items to one viewer."""

    viewer: Viewer
    pair: Pair
    part: str
    now: datetime
    may_settle: bool

    def goals(self, items: Iterable[Shared], *, over: bool = False) -> tuple[Piece, ...]:
        found = self._seen(items)
        return tuple(
            self._piece(one, found) for one in found if one.what == GOAL and (one.state in OPEN) != over
        )

    def pieces(self, items: Iterable[Shared], what: str, *, over: bool = False) -> tuple[Piece, ...]:
        return tuple(
            self._piece(one, ())
            for one in self._seen(items)
            if one.what == what and (one.state in OPEN) != over
        )

    def _seen(self, items: Iterable[Shared]) -> list[Shared]:
        may = [
            one
            for one in items
            if one.state != "dropped" and (self.part == "staff" or is_visible(one, self.viewer.person_id))
        ]
        return sorted(may, key=lambda one: one.made_at)

    def _to_change(self, item: Shared) -> str:
        """Where the viewer words it anew, as a person has asked them to; empty where nobody has."""
        at = f"/pairs/{item.pair_id}/messages/"
        if item.is_new_returned and item.new_by_id == self.viewer.person_id:
            return f"{at}{item.new_message_id}"
        return (
            f"{at}{item.message_id}" if item.is_returned and writer_of(item) == self.viewer.person_id else ""
        )

    def _piece(self, item: Shared, found: Sequence[Shared]) -> Piece:
        sees_new = self.part == "staff" or item.new_by_id == self.viewer.person_id
        names = {
            self.pair.mentor_id: self.pair.mentor_first_name,
            self.pair.mentee_id: self.pair.mentee_first_name,
        }
        day = date.fromisoformat(item.on_day) if item.on_day else None
        parts = [one for one in found if one.part_of == item.item_id]
        steps = [one for one in parts if one.what == STEP]
        return Piece(
            id=item.item_id,
            text=item.text or "",
            state=item.state,
            by="you" if item.by_id == self.viewer.person_id else names.get(item.by_id, ""),
            day=spoken(day) if day else "",
            on_day=item.on_day or "",
            is_late=day is not None and item.state == "open" and day < day_of(self.now),
            is_checked=item.shown_at is not None,
            change=self._to_change(item),
            settled_at=item.settled_at,
            may_settle=self.may_settle and (item.what != GOAL or self.part == "mentee"),
            may_change=self.may_settle
            and item.what in (STEP, TASK)
            and is_theirs(item, self.part, self.viewer),
            new_words=(item.new_text or "") if sees_new else "",
            steps=tuple(self._piece(one, ()) for one in steps if one.state in STANDS),
            given_up=tuple(self._piece(one, ()) for one in steps if one.state == "given_up"),
            reflections=tuple(self._piece(one, ()) for one in parts if one.what == REFLECTION),
        )


def goals_page(viewer: Viewer, pair_id: str, *, now: datetime) -> GoalsPage:
    """All goals and tasks: two GetItems and one Query, whatever the length of the conversation. Staff's
    reading is recorded. Raises NotFound."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    if part == "staff":
        record_conversation_read(viewer, pair, now=now)
    programme = programme_or_none(pair.programme_id)
    policy = programme.policy if programme else None
    stage = stage_of(policy.relationship.stages if policy else (), pair.stage)
    goes_on = part != "staff" and pair.status == "active"
    reader = _Reader(viewer, pair, part, now, may_settle=goes_on)
    items = all_shared(pair_id)
    return GoalsPage(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        title="Goals" if part != "staff" else f"Goals of {pair.mentee_name}",
        may_write=goes_on,
        offers=_offers(policy, stage),
        goals=reader.goals(items),
        over=reader.goals(items, over=True),
        tasks=reader.pieces(items, TASK),
        tasks_over=reader.pieces(items, TASK, over=True),
    )
