"""What people do in a conversation: write, change, take back; and bringing two people together."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.notices.actions import cancel_unsent, queue
from shared.notices.rules import NewNotice
from shared.people.items import Membership, membership_key
from shared.people.participation import why_paused
from shared.people.permissions import Role, Viewer, may_manage_people, part_in_pair, require
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid, NotFound, Refused
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, is_new, transaction
from shared.programmes.actions import running
from shared.programmes.cohorts import cohort_is_over
from shared.programmes.desk import end_unpaired
from shared.programmes.items import Cohort, Programme, cohort_key, programme_key
from shared.programmes.rules import day_of

from .checking import Checked, check_due, check_message
from .items import (
    PENDING_DUE,
    Couple,
    Message,
    Pair,
    PairOfPerson,
    Step,
    couple_key,
    message_key,
    pair_key,
    pair_of_person_key,
    pairs_listing,
    pairs_order,
    step_key,
)
from .outcomes import add_outcome
from .rules import CHECK_AFTER, WITHDRAWABLE, as_typed, is_unjudged, may_withdraw, problem_with
from .steps import leave_queues, load_message, load_pair, save_with_step

__all__ = [
    "Checked",
    "change_message",
    "check_due",
    "check_message",
    "pair_up",
    "withdraw_message",
    "write_message",
]

TRIES = 4
NO_POLICY = (
    "The settings of this programme can’t be read, so nobody can be paired. "
    "Please tell those who run the site."
)
ENDED = "This conversation has ended, so nothing more can be sent in it."
REUSED = (
    "This form has sent another message already, so this one was not sent. Your words are still here: please "
    "send them once more."
)
CHANGED_ALREADY = (
    "This message has been changed since you opened the page, so what you typed here was not sent. "
    "Please look at it again."
)
LOOKED_AT_AGAIN = (
    "This message had been delivered, and a person is looking at it again, so it can’t be taken back."
)
NOT_RETURNED = "This message can’t be changed now. Please look at the conversation to see what became of it."


def write_message(viewer: Viewer, pair_id: str, *, text: str, key: str, now: datetime) -> Message:
    """Stores a message that nobody but its writer and staff can read until it has been checked.

    `key` is the form's: sent again with the same text, the same message is answered and nothing stored.
    Raises NotFound when the viewer takes no part in the pair, Invalid for a text that cannot be taken, and
    Conflict when the conversation has ended or the key was used for another text.
    """
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    require_going_on(pair, now)
    text = text_to_send(text)
    message = new_message(
        pair, part, message_id_of(pair_id, viewer, key), text, first_name=viewer.first_name, now=now
    )
    return store_once(message, by=viewer, now=now)


def message_id_of(pair_id: str, viewer: Viewer, key: str) -> str:
    """What the message is called that this form of the viewer's stores. Raises Invalid without a key."""
    if not key:
        raise Invalid("Please send this form once more.", field="key")
    return derived_id("message", pair_id, viewer.person_id, key)


def store_once(
    message: Message,
    *,
    by: Viewer,
    now: datetime,
    also: Callable[[TransactWrite], None] = lambda _: None,
) -> Message:
    """Stores a new message, and with it what `also` adds, unless its form has stored it before. Raises
    Conflict as `write_message`."""
    for _ in range(TRIES):
        try:
            with transaction() as write:
                write.condition_check(Pair, *pair_key(message.pair_id), condition=Pair.status == "active")
                save_with_step(write, message, "written", now=now, by=by, text=message.text)
                also(write)
            return message
        except Lost:
            stored = find(Message, *message_key(message.pair_id, message.message_id))
            if stored is not None:
                return _same(stored, message.text)
            if load_pair(message.pair_id).status != "active":
                raise Conflict(ENDED, code="ended") from None
    raise Lost


def new_message(
    pair: Pair, part: str, message_id: str, text: str, *, first_name: str, now: datetime
) -> Message:
    """A message of the mentor or the mentee that waits for its check."""
    return Message(
        *message_key(pair.pair_id, message_id),
        message_id=message_id,
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        sender_id=pair.mentor_id if part == "mentor" else pair.mentee_id,
        sender_role=part,
        sender_first_name=first_name,
        text=text,
        written_at=now,
        thread_at=order(now),
        due=PENDING_DUE,
        due_at=order(now + CHECK_AFTER),
    )


def _same(stored: Message, text: str) -> Message:
    """The message that this form has stored before. Its text may have been changed since; the first wording
    is in its history."""
    first = find(Step, *step_key(stored.pair_id, stored.message_id, 1))
    if text not in (stored.text, first.text if first else None):
        raise Conflict(REUSED, field="text", code="key_reused")
    return stored


def change_message(
    viewer: Viewer, pair_id: str, message_id: str, *, text: str, expected_round: int, now: datetime
) -> Message:
    """Words a returned message anew; it is then checked as though it were new. Both wordings stay in its
    history.

    `expected_round` is the wording that the writer had before them. Sent again with the same text, it is
    changed once. Raises NotFound when it is not the viewer's, Invalid for a text that cannot be taken, and
    Conflict when it is not theirs to change any more.
    """
    pair = load_pair(pair_id)
    part_in(viewer, pair)
    require_going_on(pair, now)
    text = text_to_send(text)
    for _ in range(TRIES):
        message = own_message(viewer, pair_id, message_id)
        if int(message.round) == expected_round + 1 and message.text == text:
            return message
        require_changeable(message, pair, expected_round)
        asked_by = message.notice_id
        _word_anew(message, text, now)
        try:
            with transaction() as write:
                write.condition_check(Pair, *pair_key(pair_id), condition=Pair.status == "active")
                save_with_step(write, message, "changed", now=now, by=viewer, text=text)
                if asked_by:
                    cancel_unsent(write, asked_by)
            return message
        except Lost:
            pair = load_pair(pair_id)
    raise Lost


def require_going_on(pair: Pair, now: datetime) -> None:
    """Raises Conflict when the conversation has closed by itself, with the last day of its cohort."""
    if cohort_is_over(pair.programme_id, pair.cohort_id, now=now):
        raise Conflict(ENDED, code="ended")


def require_changeable(message: Message, pair: Pair, expected_round: int) -> None:
    """Raises Conflict when this wording of it is not its writer's to change any more."""
    if int(message.round) != expected_round:
        raise Conflict(CHANGED_ALREADY, field="text", code="stale")
    if message.state != "returned":
        raise Conflict(NOT_RETURNED, field="text", code="not_returned")
    if pair.status != "active":
        raise Conflict(ENDED, code="ended")


def _word_anew(message: Message, text: str, now: datetime) -> None:
    message.checked_at = message.held_at = message.delivered_at = None
    leave_queues(message)
    message.text = text
    message.round = int(message.round) + 1
    message.state = "pending"
    message.changed_at = now
    message.thread_at = order(now)
    message.due = PENDING_DUE
    message.due_at = order(now + CHECK_AFTER)
    message.check_attempts = 0
    message.severity = "none"
    message.lane = "deliver"
    message.findings = message.rules_version = message.policy_version = None
    message.concern_id = message.reason = message.notice_id = None


def withdraw_message(viewer: Viewer, pair_id: str, message_id: str, *, now: datetime) -> Message:
    """Takes a message back that has never been delivered. A concern it has raised stands.

    Its reader never learns of it; staff can still read it. Taken back again, nothing changes. Raises NotFound
    when it is not the viewer's, and Conflict when it is too late.
    """
    part_in(viewer, load_pair(pair_id))
    for _ in range(TRIES):
        message = own_message(viewer, pair_id, message_id)
        if message.state == "withdrawn":
            return message
        _require_withdrawable(message)
        due, due_at = message.due, message.due_at
        was_held = message.state == "held"
        leave_queues(message)
        # Not judged yet: a worry in it must not be lost because it was taken back before that.
        if message.state == "pending":
            message.due, message.due_at = due, due_at
        elif message.state == "held" and is_unjudged(message.findings or ()):
            message.due, message.due_at = PENDING_DUE, order(now)
            message.check_attempts = 0
        message.state = "withdrawn"
        try:
            with transaction() as write:
                save_with_step(write, message, "withdrawn", now=now, by=viewer)
                if was_held:
                    add_outcome(write, message, "withdrawn", now=now)
                if message.notice_id:
                    cancel_unsent(write, message.notice_id)
            return message
        except Lost:
            continue
    raise Lost


def _require_withdrawable(message: Message) -> None:
    """Raises Conflict when its writer cannot take it back."""
    if message.state == "delivered":
        raise Conflict("This message has been delivered, so it can’t be taken back.", code="delivered")
    if message.state not in WITHDRAWABLE:
        raise Conflict("This message was not sent, so there is nothing to take back.", code="not_sent")
    if not may_withdraw(message.state, was_delivered=message.delivered_at is not None):
        raise Conflict(LOOKED_AT_AGAIN, code="delivered")


def part_in(viewer: Viewer, pair: Pair) -> str:
    """`mentor` or `mentee`. Raises NotFound for everybody else, staff too."""
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    require(part in ("mentor", "mentee"))
    return part


def own_message(viewer: Viewer, pair_id: str, message_id: str) -> Message:
    """A message that the viewer wrote. Raises NotFound for any other."""
    message = load_message(pair_id, message_id)
    require(message.sender_id == viewer.person_id)
    return message


def text_to_send(text: str) -> str:
    """The text as it is kept. Raises Invalid for one that cannot be sent."""
    text = as_typed(text)
    problem = problem_with(text)
    if problem:
        raise Invalid(problem, field="text")
    return text


# Pairing


def pair_up(
    viewer: Viewer,
    programme_id: str,
    *,
    mentor_id: str,
    mentee_id: str,
    cohort_id: str,
    key: str,
    now: datetime,
) -> str:
    """Begins a conversation between a mentor and a mentee of the programme, and returns the pair's id.

    `cohort_id` may be empty. `key` is the form's: sent again, the same pair is answered. Raises NotFound when
    the viewer may not pair, Invalid for people who are not active there, Refused with the reason while the
    policy keeps them apart, Conflict when the two have a conversation already.
    """
    require(may_manage_people(viewer, programme_id))
    programme = find(Programme, *programme_key(programme_id))
    if programme is None:
        raise NotFound
    _require_cohort(programme_id, cohort_id)
    pair_id = derived_id("pair", programme_id, viewer.person_id, key)
    for _ in range(TRIES):
        mentor = _member(programme_id, mentor_id, Role.MENTOR)
        mentee = _member(programme_id, mentee_id, Role.MENTEE)
        if mentor_id == mentee_id:
            raise Invalid("Please choose two different people.", field="mentor_id")
        if _has_begun(programme_id, mentor, mentee, pair_id):
            return pair_id
        _require_taking_part(programme, mentor, mentee, now)
        with suppress(Lost):
            _begin(viewer, programme, mentor, mentee, cohort_id, pair_id, now)
            return pair_id
    raise Lost


def _require_cohort(programme_id: str, cohort_id: str) -> None:
    if cohort_id and find(Cohort, *cohort_key(programme_id, cohort_id)) is None:
        raise Invalid("Please choose one of the cohorts offered.", field="cohort_id")


def _require_taking_part(programme: Programme, mentor: Membership, mentee: Membership, now: datetime) -> None:
    """Raises Refused with every reason for which their conversation would rest from its first day."""
    try:
        policy = running(programme).policy
    except (ValueError, TypeError):
        raise Refused(NO_POLICY, code="no_policy") from None
    pauses = why_paused(mentor.facts, mentee.facts, policy, day_of(now))
    if pauses:
        sentences = " ".join(pause.sentence for pause in pauses)
        raise Refused(sentences, field=f"{pauses[0].side}_id", code="not_ready")


def _member(programme_id: str, person_id: str, role: Role) -> Membership:
    field = f"{role}_id"
    member = find(Membership, *membership_key(person_id, programme_id, role)) if person_id else None
    if member is None:
        raise Invalid(f"Please choose a {role} of this programme.", field=field)
    if member.status != "active":
        raise Invalid(
            f"{member.first_name} is suspended at the moment. Please choose another {role}.", field=field
        )
    return member


def _begin(
    viewer: Viewer,
    programme: Programme,
    mentor: Membership,
    mentee: Membership,
    cohort_id: str,
    pair_id: str,
    now: datetime,
) -> None:
    programme_id = programme.programme_id
    pk, sk = pair_key(pair_id)
    pair = Pair(
        pk,
        sk,
        pair_id=pair_id,
        programme_id=programme_id,
        programme_name=programme.name,
        cohort_id=cohort_id or None,
        mentor_id=mentor.person_id,
        mentor_first_name=mentor.first_name,
        mentor_surname=mentor.surname,
        mentor_address=mentor.address,
        mentee_id=mentee.person_id,
        mentee_first_name=mentee.first_name,
        mentee_surname=mentee.surname,
        mentee_address=mentee.address,
        created_at=now,
        listing=pairs_listing(programme_id),
        listing_order=pairs_order(mentee.surname, mentee.first_name, pair_id),
    )
    guard = Couple(*couple_key(programme_id, mentor.person_id, mentee.person_id), pair_id=pair_id)
    with transaction() as write:
        for member in (mentor, mentee):
            # what was found of them a moment ago still stands: a check withdrawn meanwhile counts
            write.update(member, [Membership.paired_at.set(now)])
            ours = PairOfPerson(
                *pair_of_person_key(member.person_id, pair_id), pair_id=pair_id, programme_id=programme_id
            )
            write.save(ours, condition=is_new(PairOfPerson))
            queue(write, _introduced(member, pair), now=now)
        write.save(pair, condition=is_new(Pair))
        write.save(guard, condition=is_new(Couple))
        end_unpaired(write, programme_id, mentee.person_id, now=now)
        record(
            write,
            programme_id,
            "paired",
            f"pair:{pair_id}",
            by_id=viewer.person_id,
            by_name=viewer.name,
            now=now,
        )


def _introduced(member: Membership, pair: Pair) -> NewNotice:
    return NewNotice(
        "introduced",
        cause=(pair.pair_id,),
        address=member.address,
        first_name=member.first_name,
        path=f"/pairs/{pair.pair_id}",
        person_id=member.person_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
    )


def _has_begun(programme_id: str, mentor: Membership, mentee: Membership, pair_id: str) -> bool:
    """Whether this form has paired these two before. Raises Conflict when something else is in the way."""
    earlier = find(Pair, *pair_key(pair_id))
    if earlier is not None:
        if (earlier.mentor_id, earlier.mentee_id) == (mentor.person_id, mentee.person_id):
            return True
        raise Conflict(
            "This form has paired two other people already. Please open it again.", code="key_reused"
        )
    if find(Couple, *couple_key(programme_id, mentor.person_id, mentee.person_id)) is not None:
        names = f"{mentee.first_name} {mentee.surname} and {mentor.first_name} {mentor.surname}"
        raise Conflict(f"{names} have a conversation already.", code="paired_already")
    return False
