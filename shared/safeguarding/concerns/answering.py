"""What staff do with a concern: say that they are dealing with it, judge it anew, hand it over, and note what
they did. Acts and next steps are in `acting.py`, closing in `closing.py`."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import queue
from shared.notices.rules import NewNotice, Template
from shared.people.permissions import CONVERSATION_READERS, Viewer
from shared.people.staff import active_staff, staff_roll
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid
from shared.platform.ids import derived_id
from shared.programmes.actions import policy_of

from ..chain.climbing import Adds, begin_anew, hand_to, stop
from ..chain.rules import chain_of
from ..chain.staffing import whole_staff
from ..items import Concern
from ..marking import category_words
from ..rules import CATEGORIES, SEVERITIES, read_words, said, severity_rank
from .changing import Doing, add_line, change
from .reading import load_visible, name_of

NOBODY_YET = "Nobody is dealing with this yet. Please say first that you are, then go on."
IS_NAMED = "Your name stands in what was written, so a colleague answers this. They have been told of it."
IS_CLOSED = "This concern is closed. To go on with it, open it again, and say why."


def acknowledge(viewer: Viewer, concern_id: str, *, now: datetime) -> None:
    """The viewer is dealing with it, and it is passed on no further. One that was handed over and not taken
    up anybody takes, whoever had it before too. Raises Conflict, saying who and since when, if somebody else
    already is. Raises NotFound for those who may not see it."""

    def decide(concern: Concern) -> Doing | None:
        if concern.state == "closed":
            raise Conflict(IS_CLOSED, code="closed")
        if concern.state == "open" or concern.handed_to:
            _must_not_be_named(viewer, concern)
            answer(concern, viewer.person_id, name_of(viewer), now=now)
            return Doing("acknowledged", "acknowledged_concern")
        if concern.acknowledged_by == viewer.person_id:
            return None
        since = f" They said so {said(concern.acknowledged_at, now=now)}." if concern.acknowledged_at else ""
        sentence = f"{concern.acknowledged_by_name} is already dealing with this.{since}"
        raise Conflict(sentence, code="already_acknowledged")

    change(viewer, concern_id, decide, "acknowledged", viewer.person_id, order(now), now=now)


def _must_not_be_named(viewer: Viewer, concern: Concern) -> None:
    """Raises Conflict when the viewer is named in what was written, and somebody else could answer it."""
    named = set(concern.named or ())
    if viewer.person_id in named and any(
        one.role in CONVERSATION_READERS and one.person_id not in named | concern.hidden_from
        for one in whole_staff(concern.programme_id)
    ):
        raise Conflict(IS_NAMED, code="named")


def answer(concern: Concern, person_id: str, name: str, *, now: datetime) -> None:
    """Somebody is dealing with it from now on: in memory only."""
    if concern.state != "closing":
        concern.state = "acknowledged"
    concern.acknowledged_by = person_id
    concern.acknowledged_by_name = name
    concern.acknowledged_at = now
    stop(concern)


def add_note(viewer: Viewer, concern_id: str, *, words: str, key: str, now: datetime) -> None:
    """Adds what was done to the chronology. The same form sent again adds it once."""
    concern = load_visible(viewer, concern_id)
    note = read_words(words, field="words")
    cause = derived_id(viewer.person_id, key)
    add_line(viewer, concern, Doing("note", "recorded_action", note), "note", cause, now=now)


# ── Judging it anew ────────────────────────────────────────────────────────


def judge(
    viewer: Viewer, concern_id: str, *, severity: str, category: str, reason: str, key: str, now: datetime
) -> None:
    """Changes how urgent it is, or what it is about, with the reason. While nobody has answered, a concern
    that becomes more urgent is passed on sooner, and never later; one that becomes immediate, at once. If
    somebody had answered, that was to something less: its first step is told anew, and it climbs until
    somebody answers. Raises Invalid, NotFound, and Conflict when it is closed."""
    load_visible(viewer, concern_id)
    note = read_words(reason, field="reason")
    _must_be_known(severity, category)

    def decide(concern: Concern) -> Doing | None:
        if concern.state == "closed":
            raise Conflict(IS_CLOSED, code="closed")
        details = _differences(concern, severity, category)
        if not details:
            raise Invalid("That is how it is judged now. Please choose what to change.", field="severity")
        is_more = severity_rank(severity) > severity_rank(concern.severity)
        was = concern.severity
        worst = max((severity, concern.severity, concern.worst_severity or "none"), key=severity_rank)
        concern.worst_severity, concern.severity, concern.category = worst, severity, category
        adds = _more_urgent(concern, was, now=now) if is_more else ()
        return Doing("changed", "changed_concern", note, details, "; ".join(details.values()), adds)

    change(viewer, concern_id, decide, "changed", derived_id(viewer.person_id, key), now=now)


def _more_urgent(concern: Concern, was: str, *, now: datetime) -> tuple[Adds, ...]:
    """Who is told, and by when, of what is more urgent than those who know of it were told. Where such a
    concern has other steps, the first of these is told at once."""
    chain = chain_of(policy_of(concern.programme_id))
    if concern.state != "open" or chain.steps_for(concern.severity) != chain.steps_for(was):
        return (begin_anew(concern, now=now),)
    at_once = concern.severity == "immediate"
    sooner = now if at_once else chain.answer_by(concern.severity, now=now)
    concern.due_at = order(min(concern.answer_by or sooner, sooner))
    return ()


def _must_be_known(severity: str, category: str) -> None:
    if severity not in SEVERITIES[1:]:
        raise Invalid("Please choose how urgent it is.", field="severity", code="missing")
    if category not in CATEGORIES:
        raise Invalid("Please choose what it is about.", field="category", code="missing")


def _differences(concern: Concern, severity: str, category: str) -> dict[str, str]:
    found = {}
    if severity != concern.severity:
        found["severity"] = f"{severity}, was {concern.severity}"
    if category != concern.category:
        found["category"] = f"{category_words(category)}, was {category_words(concern.category)}"
    return found


# ── Handing it over ────────────────────────────────────────────────────────


def colleagues(viewer: Viewer, concern: Concern) -> list[StaffMember]:
    """To whom the viewer may hand it over: everybody on the staff who may see it and does not deal with it,
    and so perhaps themselves. One Query."""
    able = _who_may_see(viewer, concern, active_staff(staff_roll(concern.programme_id)))
    return [one for one in able if one.person_id != concern.acknowledged_by]


def _who_may_see(viewer: Viewer, concern: Concern, staff: Sequence[StaffMember]) -> list[StaffMember]:
    deals = concern.acknowledged_by == viewer.person_id
    kept_from = concern.hidden_from | ({viewer.person_id} if deals else set())
    able = [one for one in staff if one.role in CONVERSATION_READERS and one.person_id not in kept_from]
    return list({one.person_id: one for one in reversed(able)}.values())[::-1]


def hand_over(viewer: Viewer, concern_id: str, *, to: str, note: str, key: str, now: datetime) -> None:
    """A colleague is told by e-mail, and deals with it once they have said so; until then whoever deals with
    it does, and it climbs. The viewer themselves takes it over at once. Raises Invalid for anybody who may
    not see it, NotFound, and Conflict when nobody is dealing with it yet, the colleague is, or it is
    closed."""
    load_visible(viewer, concern_id)
    words = read_words(note, field="words")

    def decide(concern: Concern) -> Doing | None:
        """Whom it may go to is asked of the concern as it is now: it may just have been kept from them."""
        able = _who_may_see(viewer, concern, whole_staff(concern.programme_id))
        colleague = next((one for one in able if one.person_id == to), None)
        if colleague is None:
            raise Invalid("Please choose a colleague from the list.", field="to", code="missing")
        if concern.state in ("open", "closed"):
            raise Conflict(NOBODY_YET if concern.state == "open" else IS_CLOSED)
        if concern.acknowledged_by == colleague.person_id:
            raise Conflict(f"{colleague.name} is already dealing with this.", code="already_acknowledged")
        if colleague.person_id == viewer.person_id:
            return _take_over(viewer, concern, able, words, key, now=now)
        tell = hand_to(concern, colleague, now=now)
        return Doing("handed_over", "handed_over", words, {"to": colleague.name}, colleague.name, (tell,))

    cause = ("handed_over", derived_id(viewer.person_id, key))
    change(viewer, concern_id, decide, *cause, now=now)


def _take_over(
    viewer: Viewer, concern: Concern, staff: Sequence[StaffMember], words: str, key: str, *, now: datetime
) -> Doing:
    """The viewer deals with it instead of whoever did, who is told."""
    former = [one for one in staff if one.person_id == concern.acknowledged_by]
    was = concern.acknowledged_by_name or ""
    answer(concern, viewer.person_id, name_of(viewer), now=now)

    def tell(write: TransactWrite) -> None:
        for one in former:
            queue(write, letter("concern_taken_over", concern, one, "taken_over", key), now=now)

    return Doing("taken_over", "handed_over", words, {"from": was}, f"Taken over from {was}", (tell,))


def letter(template: Template, concern: Concern, to: StaffMember, *cause: str) -> NewNotice:
    """An e-mail about a concern to one of those who may see it."""
    return NewNotice.to(
        to,
        template,
        cause=("concern", concern.concern_id, *cause),
        path=f"/concerns/{concern.concern_id}",
        programme_id=concern.programme_id,
        programme_name=concern.programme_name,
        reference=concern.reference,
    )
