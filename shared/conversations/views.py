"""What the pages and API answers about conversations show, and to whom.

A view holds nothing its viewer may not know: of the other's messages a participant is given those delivered
and of these only name, text and time; findings, severity and who has claimed a message are in no view here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.audit.actions import record_reading
from shared.filtering import check
from shared.people.permissions import (
    Viewer,
    part_in_pair,
    require,
)
from shared.platform.tables import ConversationsItem
from shared.policies import Policy
from shared.safeguarding.help import Helper, help_of

from .attachments import file_words
from .cards import LibraryCard, card_with
from .cursors import cursor_of, read_cursor
from .help_at_once import has_worry, waits_of
from .items import Message, Pair, Shared, message_key, pair_key
from .on_behalf import arrived, ways_in
from .resting import TakingPart, taking_part
from .rules import LAST_MESSAGE, Checker, may_withdraw
from .sharing import MOST_BESIDE
from .steps import load_message, load_pair

PAGE = 30
"""Messages on a page."""
READ_AT_ONCE = 45
"""Messages read for a page, of which some may not be the viewer's to see."""
ABOUT_WORDS = {
    "goal": "A goal",
    "step": "A step towards a goal",
    "task": "A task for next time",
    "reflection": "Looking back at a goal",
    "feedback": "Feedback",
    "introduction": "An introduction",
    LAST_MESSAGE: "A last message",
}
"""What a message is called whose words are those of something that the two share."""
NOTICEABLY_LATER = timedelta(minutes=5)
"""A message delivered so long after it was written says to its writer when they wrote it."""

STATUS_WORDS = {
    "pending": ("Being checked", "checking"),
    "delivered": ("Sent", "sent"),
    "held": ("A person will read this first", "person"),
    "scheduled": ("Will be passed on", "scheduled"),
    "returned": ("Please change one thing", "change"),
    "declined": ("Not sent", "withdrawn"),
    "withdrawn": ("Taken back", "withdrawn"),
}
STAFF_STATUS_WORDS = {
    "pending": ("Being checked", "checking"),
    "delivered": ("Delivered", "sent"),
    "held": ("Held", "person"),
    "scheduled": ("Waits for the programme’s hours", "scheduled"),
    "returned": ("Returned to be changed", "change"),
    "declined": ("Declined", "withdrawn"),
    "withdrawn": ("Taken back by the writer", "withdrawn"),
}
"""What is said of a message's state, and the shape it is said with."""
HELD_AGAIN = "A person is looking at this again"


@dataclass(frozen=True)
class Letter:
    """One message as its viewer sees it. `status` is empty where there is nothing to say."""

    id: str
    name: str
    sender_role: str
    own: bool
    text: str
    at: datetime
    state: str = "delivered"
    status: str = ""
    status_kind: str = ""
    note: str = ""
    written_at: datetime | None = None
    """For its writer and staff, when it was written noticeably before it was delivered."""
    file: str = ""
    """Name and size of the file that came with it."""
    via: str = ""
    """How it reached the staff, where they entered it for the mentee; empty where it was written here."""
    deliver_at: datetime | None = None
    """For its writer and staff, when it will be passed on, where it waits for the programme's hours."""
    round: int = 0
    """Which wording this is, for its writer and staff."""
    about: str = ""
    """What its words are, where they are more than a message, such as “A goal”."""
    card: LibraryCard | None = None
    """What goes along with it from the library."""
    may_change: bool = False
    may_withdraw: bool = False


@dataclass(frozen=True)
class ConversationView:
    """A page of a conversation, the oldest message first."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    """`mentor`, `mentee` or `staff`: as what the viewer sees it."""
    title: str
    other_name: str
    """Whom a participant writes to; empty for staff."""
    letters: tuple[Letter, ...]
    older: str
    """The `before` of the page of older messages; empty on the last."""
    is_newest: bool
    may_write: bool
    may_attach: bool
    """Whether a file can be sent along."""
    may_enter: bool
    """Whether the viewer can enter a message that the mentee gave them."""
    has_ended: bool
    was_removed: bool
    """Whether what was written was removed, because its time was over."""
    about_other: str
    """What a mentee is told of their mentor, in the mentor's words."""
    rests: bool
    """Whether nothing is passed on at present. Why, a participant does not learn."""
    methods: tuple[str, ...]
    """The ways of being in touch that both chose: `message`, `telephone` …"""
    rests_because: str
    """For staff."""
    strand: str
    """What the mentee is there for, such as “Career insight”; empty where nothing says."""
    topics: tuple[str, ...]
    """What the two might talk about, by what the mentee is there for."""
    help_now: tuple[Helper, ...]
    """Where help is to be had at once, when there is a worry in what the viewer wrote."""
    reply_promise: str
    """When a person usually reads what is held, where there is `help_now`."""


@dataclass(frozen=True)
class ReturnedView:
    """One's own message that may be worded anew."""

    pair_id: str
    message_id: str
    other_name: str
    reason: str
    text: str
    round: int
    may_change: bool
    status: str


@dataclass(frozen=True)
class Opened:
    """A page of a conversation as it was read, with what stands beside its messages."""

    pair: Pair
    part: str
    """`mentor`, `mentee` or `staff`."""
    together: TakingPart
    has_ended: bool
    messages: tuple[Message, ...]
    """Newest first."""
    older: Message | None
    """The last of them, when older ones follow."""
    is_newest: bool
    shared: tuple[Shared, ...]
    """What the two share and the viewer may see; nothing on pages of older messages."""


def open_conversation(viewer: Viewer, pair_id: str, *, before: str | None = None, now: datetime) -> Opened:
    """One GetItem, one Query and one BatchGetItem. That staff read it is recorded first, by one write. Raises
    NotFound, and Invalid for a `before` that is not one of ours."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    start = read_cursor(pair_id, before) if before else None
    if part == "staff":
        record_conversation_read(viewer, pair, now=now)
    found, shared = _page_of(viewer, pair, part, start)
    page = found[:PAGE]
    together = taking_part(pair, now=now)
    return Opened(
        pair=pair,
        part=part,
        together=together,
        has_ended=pair.status != "active" or together.is_over,
        messages=tuple(page),
        older=page[-1] if len(found) > PAGE else None,
        is_newest=start is None,
        shared=tuple(shared),
    )


def conversation(
    viewer: Viewer, pair_id: str, *, before: str | None = None, checker: Checker = check, now: datetime
) -> ConversationView:
    """A page of the conversation; requests and errors as `open_conversation`."""
    return conversation_view(viewer, open_conversation(viewer, pair_id, before=before, now=now), checker)


def conversation_view(viewer: Viewer, opened: Opened, checker: Checker = check) -> ConversationView:
    """What the page shows of the messages."""
    pair, part, together, has_ended = opened.pair, opened.part, opened.together, opened.has_ended
    pair_id, found, older = pair.pair_id, opened.messages, opened.older
    waits = waits_of(viewer, found)
    programme = together.programme
    policy = programme.policy if programme else None
    is_worried = any(has_worry(one, programme, checker) for one in waits)
    names = _names(pair, part)
    return ConversationView(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        title=_title(pair, part),
        other_name=other_name(pair, part),
        letters=tuple(_letter(message, viewer, part, names, policy) for message in reversed(found)),
        older=cursor_of(pair_id, older.thread_at or "", older.message_id) if older else "",
        is_newest=opened.is_newest,
        may_write=part != "staff" and not has_ended,
        may_attach=policy is not None and policy.delivery.attachments,
        may_enter=part == "staff" and not has_ended and bool(ways_in(policy)),
        has_ended=has_ended,
        was_removed=pair.removed_at is not None,
        about_other=together.about_mentor if part == "mentee" else "",
        rests=bool(together.pauses) and not has_ended,
        methods=together.methods,
        rests_because=together.because if part == "staff" else "",
        strand=together.strand.name if together.strand else "",
        topics=tuple(together.strand.topics) if together.strand else (),
        help_now=help_of(policy) if is_worried else (),
        reply_promise=policy.reply_promise if policy and is_worried else "",
    )


def record_conversation_read(viewer: Viewer, pair: Pair, *, now: datetime) -> None:
    """Records that one of the staff is about to read it; without that, nothing may be shown."""
    record_reading(
        pair.programme_id,
        "read_conversation",
        f"pair:{pair.pair_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        hidden_from=pair.ids,
    )


def _page_of(
    viewer: Viewer, pair: Pair, part: str, start: tuple[str, str] | None
) -> tuple[list[Message], list[Shared]]:
    """A page's messages and one more, newest first, and what stands beside them.

    What the viewer may not see is left out by the query, so that neither the number of messages on a page nor
    the link to the next one tells of it.
    """
    allowed = key = None
    if part != "staff":
        theirs = (Message.state == "delivered") | (Message.sender_id == viewer.person_id)
        allowed = (Message.kind == Message) & theirs
        allowed |= (Shared.kind == Shared) & (Shared.shown_at.exists() | (Shared.by_id == viewer.person_id))
    if start:
        thread_at, message_id = start
        pk, sk = message_key(pair.pair_id, message_id)
        key = {"pk": {"S": pk}, "sk": {"S": sk}, "thread_at": {"S": thread_at}}
    messages: list[Message] = []
    shared: list[Shared] = []
    for item in ConversationsItem.thread.query(
        pair_key(pair.pair_id)[0],
        filter_condition=allowed,
        consistent_read=True,
        scan_index_forward=False,
        page_size=READ_AT_ONCE if start else READ_AT_ONCE + MOST_BESIDE,
        last_evaluated_key=key,
    ):
        if isinstance(item, Shared):
            shared.append(item)
        elif isinstance(item, Message):
            messages.append(item)
            if len(messages) > PAGE:
                break
    return messages, shared


def part_or_staff(viewer: Viewer, pair: Pair) -> str:
    """As what the viewer sees the pair. Raises NotFound for who may not."""
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    require(bool(part))
    return part


def own_letter(viewer: Viewer, message: Message) -> Letter:
    """The viewer's own message, as an answer to having sent it."""
    return _letter(message, viewer, message.sender_role, {}, None)


def _names(pair: Pair, part: str) -> dict[str, str]:
    """By person. Participants are never given a surname."""
    if part == "staff":
        return {
            pair.mentor_id: pair.mentor_name,
            pair.mentee_id: pair.mentee_name,
        }
    return {pair.mentor_id: pair.mentor_first_name, pair.mentee_id: pair.mentee_first_name}


def other_name(pair: Pair, part: str) -> str:
    return {"mentor": pair.mentee_first_name, "mentee": pair.mentor_first_name}.get(part, "")


def _title(pair: Pair, part: str) -> str:
    if part == "staff":
        names = _names(pair, part)
        return f"{names[pair.mentee_id]} and {names[pair.mentor_id]}"
    return f"You and {other_name(pair, part)}"


def _letter(
    message: Message, viewer: Viewer, part: str, names: dict[str, str], policy: Policy | None
) -> Letter:
    name = names.get(message.sender_id, message.sender_first_name)
    own = message.sender_id == viewer.person_id
    if not own and part != "staff":
        at = message.delivered_at or message.written_at
        return Letter(
            message.message_id,
            name,
            message.sender_role,
            own=False,
            text=message.text,
            at=at,
            via=arrived(message),
            file=file_words(message),
            about=ABOUT_WORDS.get(message.about or "", ""),
            card=card_with(message),
        )
    worded_at = message.changed_at or message.written_at
    at = message.delivered_at or worded_at
    status, kind = (STAFF_STATUS_WORDS if part == "staff" else STATUS_WORDS)[message.state]
    if message.state == "held" and message.delivered_at is not None:
        status = HELD_AGAIN
    return Letter(
        id=message.message_id,
        name=name,
        sender_role=message.sender_role,
        own=own,
        text=message.text,
        at=at,
        state=message.state,
        status=status,
        status_kind=kind,
        note=_note(message, part, policy),
        written_at=worded_at if at - worded_at > NOTICEABLY_LATER else None,
        via=arrived(message),
        file=file_words(message),
        deliver_at=message.deliver_at if message.state == "scheduled" else None,
        round=int(message.round),
        about=ABOUT_WORDS.get(message.about or "", ""),
        card=card_with(message),
        may_change=own and message.state == "returned",
        may_withdraw=own and may_withdraw(message.state, was_delivered=message.delivered_at is not None),
    )


def _note(message: Message, part: str, policy: Policy | None) -> str:
    if message.state in ("returned", "declined"):
        return message.reason or ""
    if message.state == "held" and part != "staff" and policy is not None:
        return policy.reply_promise
    return ""


def returned_message(viewer: Viewer, pair_id: str, message_id: str) -> ReturnedView:
    """One's own message with what the moderator asked: two GetItems. Raises NotFound when it is not the
    viewer's."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    message = load_message(pair_id, message_id)
    require(message.sender_id == viewer.person_id and part != "staff")
    may_change = message.state == "returned" and pair.status == "active"
    return ReturnedView(
        pair_id=pair_id,
        message_id=message_id,
        other_name=other_name(pair, part),
        reason=(message.reason or "") if may_change else "",
        text=message.text,
        round=int(message.round),
        may_change=may_change,
        status=STATUS_WORDS[message.state][0],
    )
