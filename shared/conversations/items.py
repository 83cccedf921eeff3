"""What is stored of pairs and messages, in the Conversations table. A pair is one item collection."""

from typing import NamedTuple

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

from shared.platform.tables import ConversationsItem, MomentAttribute

MESSAGE_PREFIX = "MESSAGE#"


class Pair(ConversationsItem, discriminator="pair"):
    """A mentor and a mentee: pk `PAIR#<pair_id>`, sk `PAIR`. In `listing` as `PAIRS#<programme_id>`, by the
    mentee's surname; in `group` as `PAIRS#<programme_id>#<cohort_id>`, without the id where it is in none."""

    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    programme_name = UnicodeAttribute()
    cohort_id = UnicodeAttribute(null=True)
    mentor_id = UnicodeAttribute()
    mentor_first_name = UnicodeAttribute()
    mentor_surname = UnicodeAttribute()
    mentor_address = UnicodeAttribute()
    mentee_id = UnicodeAttribute()
    mentee_first_name = UnicodeAttribute()
    mentee_surname = UnicodeAttribute()
    mentee_address = UnicodeAttribute()
    status = UnicodeAttribute(default="active")
    """`active`, or `ended`: nothing more can be written."""
    ended_at = MomentAttribute(null=True)
    created_at = MomentAttribute()
    last_delivered_at = MomentAttribute(null=True)
    last_sender_id = UnicodeAttribute(null=True)
    """Who wrote the last delivered message; the other is the one who may be waited for."""
    removed_at = MomentAttribute(null=True)
    """When what was written in it was removed."""
    mentor_wrote_at = MomentAttribute(null=True)
    """When the mentor's last delivered message was; so for the mentee."""
    mentee_wrote_at = MomentAttribute(null=True)
    mentor_messages = NumberAttribute(default=0)
    """Delivered messages."""
    mentee_messages = NumberAttribute(default=0)
    mentor_replies = NumberAttribute(default=0)
    """How many of the mentor's messages answered one of the mentee's; and how long these answers took."""
    mentor_reply_minutes = NumberAttribute(default=0)
    mentee_replies = NumberAttribute(default=0)
    mentee_reply_minutes = NumberAttribute(default=0)
    asked_after_at = MomentAttribute(null=True)
    """When whoever waited for an answer was last told that the coordinator asks after it."""
    met_at = MomentAttribute(null=True)
    """When the two last met, or spoke, other than in writing."""
    mentor_reflected_at = MomentAttribute(null=True)
    """When the mentor last wrote in their logbook; so for the mentee's diary."""
    mentee_reflected_at = MomentAttribute(null=True)
    held_meetings = NumberAttribute(default=0)
    """How many meetings took place, as one of them or the staff noted."""
    confirmed_interactions = NumberAttribute(default=0)
    """How often they were in touch off the platform, as one wrote down and the other confirmed."""
    rested_days = NumberAttribute(default=0)
    """On how many days their conversation rested while they had been in touch less often than hoped; the last
    of them is `rested_on`, such as `2026-11-30`."""
    rested_on = UnicodeAttribute(null=True)
    agreed = JSONAttribute(null=True)
    """What each has agreed to between the two: `mentor` and `mentee` to `version`, `at`, `how_often`, `when`;
    and `by` whom it was entered for a mentee who agreed elsewhere."""
    stage = UnicodeAttribute(null=True)
    """The id of the stage they are in; the policy's first where it is empty."""
    stage_since = MomentAttribute(null=True)
    stage_asked_by = UnicodeAttribute(null=True)
    """Who of the two has proposed to move on, while the other has not agreed."""
    meetings_at = MomentAttribute(null=True)
    """When a meeting of theirs was last proposed or accepted: two at one time see one another by it."""
    last_day = UnicodeAttribute(null=True)
    """ISO date: their last day, as both have agreed."""
    end_asked_by = UnicodeAttribute(null=True)
    """Who of the two has proposed a last day, while the other has not agreed; and which."""
    end_asked_for = UnicodeAttribute(null=True)

    @property
    def mentor_name(self) -> str:
        """In full, for staff only; so is the mentee's."""
        return f"{self.mentor_first_name} {self.mentor_surname}"

    @property
    def mentee_name(self) -> str:
        return f"{self.mentee_first_name} {self.mentee_surname}"

    def name_of(self, person_id: str) -> str:
        """Of one of the two, in full."""
        return self.mentor_name if person_id == self.mentor_id else self.mentee_name

    @property
    def ids(self) -> tuple[str, str]:
        """The mentor's and the mentee's."""
        return self.mentor_id, self.mentee_id

    @property
    def mentor(self) -> "OneOfTwo":
        return OneOfTwo(self.mentor_id, self.mentor_first_name, self.mentor_address)

    @property
    def mentee(self) -> "OneOfTwo":
        return OneOfTwo(self.mentee_id, self.mentee_first_name, self.mentee_address)

    def other_than(self, person_id: str) -> "OneOfTwo":
        """The other one: whom something goes to that `person_id` did."""
        return self.mentee if person_id == self.mentor_id else self.mentor


class OneOfTwo(NamedTuple):
    """One of a pair, as an e-mail is addressed to them."""

    person_id: str
    first_name: str
    address: str


class PairOfPerson(ConversationsItem, discriminator="pair_of_person"):
    """That a person is in a pair: pk `PERSON#<person_id>`, sk `PAIR#<pair_id>`. Finds one's own pairs."""

    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    held = UnicodeSetAttribute(null=True)
    """Ids of the person's own messages that wait for somebody to read them."""
    returned = UnicodeSetAttribute(null=True)
    """Ids of those that wait to be changed."""


class Couple(ConversationsItem, discriminator="couple"):
    """That these two are in an active pair: pk `COUPLE#<programme_id>#<mentor_id>#<mentee_id>`, sk `COUPLE`.

    Keeps one mentor and one mentee from having two conversations at once. Whoever ends a pair marks it in
    the same transaction, and then the two may be brought together again.
    """

    pair_id = UnicodeAttribute()
    ended_at = MomentAttribute(null=True)


class Message(ConversationsItem, discriminator="message"):
    """pk `PAIR#<pair_id>`, sk `MESSAGE#<message_id>`; the id is derived from the writer and their form's key.

    `thread_at` orders it in the conversation: when written, and from delivery on when delivered, so that what
    was held appears to its reader as the newest. In `due` as `MESSAGES` while pending, by when the sweep must
    look; as `HELD` while held; as `SCHEDULED` until it is passed on. In `listing` as `HELD#<programme_id>`
    while held: most severe first, then oldest; and as `CHECKED#<programme_id>`, by when it was checked, once
    this wording was checked and is not held any more.
    """

    message_id = UnicodeAttribute()
    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    sender_id = UnicodeAttribute()
    sender_role = UnicodeAttribute()
    """`mentor` or `mentee`."""
    sender_first_name = UnicodeAttribute()
    text = UnicodeAttribute()
    entered_by = UnicodeAttribute(null=True)
    """Who of the staff entered it, where a mentee gave it to them instead of writing here."""
    entered_by_name = UnicodeAttribute(null=True)
    file_name = UnicodeAttribute(null=True)
    """The name of the file that came with it, made safe."""
    file_size = NumberAttribute(null=True)
    """In bytes."""
    file_print = UnicodeAttribute(null=True)
    """The SHA-256 of its content, which is part of where it lies."""
    arrived_by = UnicodeAttribute(null=True)
    """How they gave it: `telephone`, `text` or `email`."""
    state = UnicodeAttribute(default="pending")
    """`pending` → `delivered` | `held` | `scheduled`; `held` → `delivered` | `scheduled` | `returned` |
    `declined`; `scheduled` → `delivered` | `held`; `returned` → `pending`; `withdrawn` by the writer before
    delivery; `delivered` → `held` when a person finds in a spot check what the filter missed."""
    round = NumberAttribute(default=1)
    """Which wording this is: 1 as first written, one more at each change."""
    written_at = MomentAttribute()
    changed_at = MomentAttribute(null=True)
    """When it was last worded anew."""
    checked_at = MomentAttribute(null=True)
    held_at = MomentAttribute(null=True)
    review_by = MomentAttribute(null=True)
    """By when somebody should have decided on what is held, by the policy of the time."""
    deliver_at = MomentAttribute(null=True)
    """When what is `scheduled` is for delivery: the beginning of the programme's next hours."""
    delivered_at = MomentAttribute(null=True)
    severity = UnicodeAttribute(default="none")
    lane = UnicodeAttribute(default="deliver")
    findings = JSONAttribute(null=True)
    """What the filter found: a list of mappings with the fields of `shared.filtering.Finding`, the most
    severe ones when there are very many. A category may also be `unchecked`, `pair_ended`, `suspended`
    or `paused`: see `rules`."""
    about = UnicodeAttribute(null=True)
    """What its words are, where they are more than a message: what of `Shared`, such as `goal`."""
    about_id = UnicodeAttribute(null=True)
    """The id of that item."""
    card = JSONAttribute(null=True)
    """What goes along with it from the library: `resource_id`, `title`, `minutes`. These words are the
    library's and not the writer's: nothing looks through them."""
    rules_version = UnicodeAttribute(null=True)
    policy_version = NumberAttribute(null=True)
    check_attempts = NumberAttribute(default=0)
    concern_id = UnicodeAttribute(null=True)
    """The concern opened for what the filter found in this wording."""
    reason = UnicodeAttribute(null=True)
    """What the moderator asked the writer to change, or why it was declined, in words for the writer."""
    notice_id = UnicodeAttribute(null=True)
    """The e-mail by which its writer learns of that."""
    claimed_by = UnicodeAttribute(null=True)
    claimed_by_name = UnicodeAttribute(null=True)
    claimed_at = MomentAttribute(null=True)
    claimed_until = MomentAttribute(null=True)


class Shared(ConversationsItem, discriminator="shared"):
    """Something that the two have beside their messages, such as a goal, a step of one, a task: pk
    `PAIR#<pair_id>`, sk `SHARED#<what>#<item_id>`.

    Its words go as a message (`message_id`), which is checked like any other. The other sees nothing of it
    before that was delivered (`shown_at`), and no more of it when that was declined or taken back (`state` is
    `dropped` then). What has no words is shown from the beginning. In `thread` before every message while it
    stands on the pair's page; what is only history any more has no `thread_at`.
    """

    what = UnicodeAttribute()
    item_id = UnicodeAttribute()
    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    by_id = UnicodeAttribute()
    by_role = UnicodeAttribute()
    """`mentor`, `mentee`, or `staff`."""
    text = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    is_returned = BooleanAttribute(null=True)
    """Whether its message waits to be worded anew by its writer."""
    worded_by = UnicodeAttribute(null=True)
    """The person_id of whoever its words are now, where that is not who made it."""
    new_message_id = UnicodeAttribute(null=True)
    """The message with other words for it, until that is delivered: they stand in their place from then
    on."""
    new_text = UnicodeAttribute(null=True)
    new_by_id = UnicodeAttribute(null=True)
    """Who wrote them."""
    new_day = UnicodeAttribute(null=True)
    """The day that comes with them."""
    is_new_returned = BooleanAttribute(null=True)
    """Whether they wait to be worded anew by their writer."""
    part_of = UnicodeAttribute(null=True)
    """The item_id of what it belongs to: of a step its goal."""
    state = UnicodeAttribute()
    """What it may be says the area that knows `what`; `dropped` when its words never reached the other."""
    on_day = UnicodeAttribute(null=True)
    """The day it is for, such as `2026-11-30`."""
    details = JSONAttribute(null=True)
    made_at = MomentAttribute()
    shown_at = MomentAttribute(null=True)
    settled_at = MomentAttribute(null=True)
    """When it was done, refused or given up."""
    # In `listing` while it is something ahead that the staff look out for. It ends with the conversation.


class Step(ConversationsItem, discriminator="step"):
    """One thing that happened to a message: pk `PAIR#<pair_id>`, sk `STEP#<message_id>#<version:06>`.

    Written in the transaction that changed the message; never changed. Both wordings and every decision stay
    here.
    """

    message_id = UnicodeAttribute()
    what = UnicodeAttribute()
    """`written`, `delivered`, `held`, `scheduled`, `returned`, `changed`, `declined`, `withdrawn` or
    `checked`; `undone` when what was decided is held again; `handed_over` when one moderator left it to
    another."""
    by_id = UnicodeAttribute(null=True)
    """Nobody's when the filter did it."""
    by_name = UnicodeAttribute(null=True)
    at = MomentAttribute()
    text = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    to_id = UnicodeAttribute(null=True)
    to_name = UnicodeAttribute(null=True)
    """Whom it was handed to."""
    findings = JSONAttribute(null=True)
    rules_version = UnicodeAttribute(null=True)


class Outcome(ConversationsItem, discriminator="outcome"):
    """What became of one held wording of a message, and what it was held for: pk `OUTCOMES#<programme_id>`,
    sk `<decided_at>#<message_id>#<round>`.

    Written in the transaction that decided; changed only where that decision is taken back. Says nothing of
    who wrote, who decided, or what.
    """

    programme_id = UnicodeAttribute()
    pair_id = UnicodeAttribute()
    message_id = UnicodeAttribute()
    round = NumberAttribute()
    decided_at = MomentAttribute()
    decision = UnicodeAttribute()
    """`delivered`, `returned` or `declined` by a person; `withdrawn` by its writer; `missed` when a person
    found that the filter should have held what it let pass; `undone` where the decision was taken back, and
    then it counts for nothing."""
    sender_role = UnicodeAttribute()
    lane = UnicodeAttribute()
    severity = UnicodeAttribute()
    rules = JSONAttribute()
    """The rules that had found something, each with its category."""
    categories = JSONAttribute()
    """Every category found, among them those that stand for no rule, such as `unchecked`: see `rules`."""
    has_concern = BooleanAttribute()
    rules_version = UnicodeAttribute(null=True)
    policy_version = NumberAttribute(null=True)


def pair_key(pair_id: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", "PAIR"


def pair_of_person_key(person_id: str, pair_id: str) -> tuple[str, str]:
    return f"PERSON#{person_id}", f"PAIR#{pair_id}"


def couple_key(programme_id: str, mentor_id: str, mentee_id: str) -> tuple[str, str]:
    return f"COUPLE#{programme_id}#{mentor_id}#{mentee_id}", "COUPLE"


def message_key(pair_id: str, message_id: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", f"{MESSAGE_PREFIX}{message_id}"


def message_of_key(pk: str, sk: str) -> tuple[str, str] | None:
    """The pair's and the message's id, when this is the key of a message."""
    _, is_pair, pair_id = pk.partition("PAIR#")
    _, is_message, message_id = sk.partition(MESSAGE_PREFIX)
    return (pair_id, message_id) if is_pair and is_message else None


SHARED_PREFIX = "SHARED#"


def shared_key(pair_id: str, what: str, item_id: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", f"{SHARED_PREFIX}{what}#{item_id}"


AFTER_MESSAGES = "~"
"""What comes after the time of any message in `thread`; `Shared` items do."""


def shared_place(what: str, made_at: str) -> str:
    """Where it stands in `thread`: a page that is read backwards has it before any message."""
    return f"{AFTER_MESSAGES}{what}#{made_at}"


def step_prefix(message_id: str) -> str:
    return f"STEP#{message_id}#"


def step_key(pair_id: str, message_id: str, version: int) -> tuple[str, str]:
    """`version` is the message's version after the change, so a step can be written once only."""
    return f"PAIR#{pair_id}", f"{step_prefix(message_id)}{version:06}"


def outcome_key(programme_id: str, decided_at: str, message_id: str, wording: int) -> tuple[str, str]:
    return f"OUTCOMES#{programme_id}", f"{decided_at}#{message_id}#{wording}"


def pairs_listing(programme_id: str) -> str:
    return f"PAIRS#{programme_id}"


def pairs_of_cohort(programme_id: str, cohort_id: str) -> str:
    """The `group` of a cohort's pairs; of those in none where `cohort_id` is empty."""
    return f"PAIRS#{programme_id}#{cohort_id}"


def pairs_order(mentee_surname: str, mentee_first_name: str, pair_id: str) -> str:
    return f"{mentee_surname.casefold()}#{mentee_first_name.casefold()}#{pair_id}"


PENDING_DUE = "MESSAGES"
"""The `due` queue of messages that wait to be checked."""


STEP_PREFIX = "STEP#"
"""What the sort keys of every step of a pair begin with."""

SCHEDULED_DUE = "SCHEDULED"
"""The `due` queue of messages that wait for the programme's hours."""

HELD_DUE = "HELD"
"""The `due` queue of held messages: by when somebody is told that nobody has decided on it."""


def held_listing(programme_id: str) -> str:
    return f"HELD#{programme_id}"


def held_order(severity_rank: int, held_at: str, message_id: str) -> str:
    """Most severe first, then oldest. `severity_rank` runs from 0 (none) to 4 (immediate)."""
    return f"{9 - severity_rank}#{held_at}#{message_id}"


def checked_listing(programme_id: str) -> str:
    return f"CHECKED#{programme_id}"


def checked_order(checked_at: str, message_id: str) -> str:
    return f"{checked_at}#{message_id}"
