"""Decisions about held messages: who may decide, what can be decided, and what was decided already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from shared.filtering import CONTACT_CATEGORIES, REACH_CATEGORIES, WORRY_CATEGORIES, Severity
from shared.policies import Policy
from shared.policies.working_time import runs_out

What = Literal["delivered", "returned", "declined"]
"""What a moderator can make of a held message, as its history calls it."""

TOLD_AGAIN_AFTER = timedelta(days=1)
"""How long after the safeguarding leads were told of a message nobody has read they are told again."""

TOLD_TOGETHER_EVERY = timedelta(hours=1)
"""How often the coordinators are told, at the most, that messages are late."""

LEADS_TOLD_AFTER = timedelta(hours=2)
"""How long after a message is late the safeguarding leads are told, where the policy cannot be read."""

UNDO_WITHIN = timedelta(minutes=1)
"""How long asking for a change can be taken back: the e-mail to the writer waits so long."""

MOST_TOGETHER = 20
"""How many messages can be delivered at once."""

DECIDED = frozenset({"delivered", "returned", "declined", "withdrawn"})
"""The steps by which a message leaves the queue."""

NO_RETURN_OF_WORRY = (
    "Somebody who writes of a worry is not asked to take it out. Please deliver this message or decline it; "
    "the concern stays open either way."
)
NO_RETURN_AFTER_END = (
    "This conversation has ended, so its writer can change nothing more. Please deliver this message or "
    "decline it."
)


CONVERSATION_ENDED = "This conversation has ended."
LAST_OF_ALL = "This conversation has ended, and this is the one message that its writer may still send."
NOTHING_MORE = (
    "Nothing more may pass between these two, so this message can’t be delivered. Please decline it; a "
    "safeguarding lead can say more."
)
NOTHING_WHILE_IT_RESTS = (
    "So the conversation rests and nothing is passed on in it. The message stays here until you can decide."
)
NOT_TOGETHER = (
    "This one is not for delivering together with others. Please open it and decide on it by itself."
)


@dataclass(frozen=True)
class Circumstances:
    """What stands around a held message today, whatever it says. It may have come about since it was held."""

    because: str = ""
    """Why one of the two does not take part at present, in sentences for staff."""
    rests: bool = False
    """Nothing may be passed on, whoever decides."""
    has_ended: bool = False
    is_last_message: bool = False
    """It is the last message of one side after the end."""
    nothing_more: bool = False
    """After the end: something speaks against anything more passing between the two."""

    @property
    def is_after_end(self) -> bool:
        return self.has_ended or self.is_last_message

    @property
    def sentence(self) -> str:
        """For the moderator; empty where there is nothing to know."""
        ended = CONVERSATION_ENDED if self.has_ended else ""
        ended = LAST_OF_ALL if ended and self.is_last_message else ended
        more = NOTHING_MORE if self.nothing_more else ""
        return " ".join(one for one in (ended, self.because, self.why_it_rests, more) if one)

    @property
    def why_it_rests(self) -> str:
        return NOTHING_WHILE_IT_RESTS if self.rests else ""


@dataclass(frozen=True)
class Claim:
    """That somebody is reading a message, until when. Free when it is nobody's."""

    by_id: str = ""
    by_name: str = ""
    until: datetime | None = None
    since: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return bool(self.by_id) and self.until is not None and now < self.until

    def is_of(self, person_id: str, *, now: datetime) -> bool:
        return self.by_id == person_id and self.holds(now)

    def stands_against(self, person_id: str, *, now: datetime) -> bool:
        """Whether somebody else is reading it, so that this person must wait."""
        return self.by_id != person_id and self.holds(now)


def claimed(person_id: str, name: str, minutes: int, *, now: datetime) -> Claim:
    """A claim that begins now, or begins anew for who had it."""
    return Claim(person_id, name, now + timedelta(minutes=minutes), now)


@dataclass(frozen=True)
class Happening:
    """One step of a message's history."""

    message_id: str
    what: str
    at: datetime
    by_id: str = ""
    by_name: str = ""
    reason: str = ""
    text: str = ""
    to_id: str = ""
    to_name: str = ""
    """Whom it was handed to."""
    categories: tuple[str, ...] = ()
    """What the filter had found at the time."""


@dataclass(frozen=True)
class When:
    """Since when a held message is late, and when the safeguarding leads are told of it."""

    late_since: datetime
    leads_at: datetime

    def is_told_together(self, told_at: datetime | None, *, now: datetime) -> bool:
        """Whether the coordinators are to be told now: they have not been since it is late, nor in the last
        hour."""
        if told_at is None:
            return True
        return told_at < self.late_since and told_at + TOLD_TOGETHER_EVERY <= now


def leads_told_at(late_since: datetime, policy: Policy | None) -> datetime:
    """When the safeguarding leads are told of a message that nobody decided on in time."""
    if policy is None:
        return late_since + LEADS_TOLD_AFTER
    return runs_out(policy.moderation.leads_told_after, late_since, policy.working_time)


def next_telling(when: When, told_at: datetime | None) -> datetime:
    """When a late message is looked at again: by the leads' time where the coordinators know of it, before
    that as soon as they may be told."""
    if told_at is None or told_at >= when.late_since:
        return when.leads_at
    return min(told_at + TOLD_TOGETHER_EVERY, when.leads_at)


def is_worry(lane: str, findings: Iterable[Mapping[str, Any]]) -> bool:
    """Whether anything in the message is a worry, whatever else was found in it."""
    return lane == "safeguarding" or any(one["category"] in WORRY_CATEGORIES for one in findings)


def is_low_risk(severity: str, lane: str, findings: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a held message may be delivered together with others, by somebody who has read them on one
    page: nothing was found, or nothing that is more than slight. Never a worry or hurtful words, never what
    could not be judged, what a person wants looked at again, or what is of somebody who is suspended or
    whose conversation had ended."""
    slight = CONTACT_CATEGORIES | REACH_CATEGORIES | {"profanity"}
    is_slight = all(
        one["category"] in slight and one["severity"] == "low" and one.get("rule") for one in findings
    )
    return severity in ("none", "low") and lane == "moderation" and is_slight


def worst_worry(findings: Iterable[Mapping[str, Any]]) -> str:
    """The category of the most severe worry; `wellbeing` when none is named."""
    worries = [one for one in findings if one["category"] in WORRY_CATEGORIES]
    worst = max(worries, key=lambda one: Severity(one["severity"]).rank, default=None)
    return str(worst["category"]) if worst else "wellbeing"


def why_not(what: What, circumstances: Circumstances, *, worry: bool) -> str:
    """Why this cannot be decided, in a sentence for the moderator; empty when it can."""
    if what == "delivered" and circumstances.rests:
        return f"{circumstances.because} {NOTHING_WHILE_IT_RESTS}"
    if what == "delivered" and circumstances.nothing_more:
        return NOTHING_MORE
    if what != "returned":
        return ""
    if worry:
        return NO_RETURN_OF_WORRY
    return NO_RETURN_AFTER_END if circumstances.has_ended else ""


def why_not_together(
    circumstances: Circumstances, severity: str, lane: str, findings: Iterable[Mapping[str, Any]]
) -> str:
    """Why a held message cannot be delivered together with others; empty when it can. Somebody may have been
    suspended, or the conversation have ended, since it was found slight."""
    if circumstances.sentence or not is_low_risk(severity, lane, findings):
        return f"{circumstances.sentence} {NOT_TOGETHER}".strip()
    return ""


def decided(history: Sequence[Happening], wording: int) -> Happening | None:
    """What became of one wording of a message: the step by which it left the queue, or None.

    `history` is oldest first; each `changed` begins the next wording, and `undone` takes a decision back.
    What waits for the programme's hours was decided on before it is delivered.
    """
    current, found = 1, None
    for step in history:
        if step.what == "changed":
            current += 1
        elif current != wording:
            continue
        elif step.what in ("held", "undone"):
            found = None
        elif step.what == "scheduled":
            found = replace(step, what="delivered")
        elif step.what in DECIDED and not (found and step.what == "delivered"):
            found = step
    return found


def why_no_undo(step: Happening, person_id: str, *, is_changed: bool, writer: str, now: datetime) -> str:
    """Why a decision cannot be taken back, in a sentence for the moderator; empty when it can."""
    if step.by_id != person_id:
        return f"{step.by_name or 'Somebody else'} decided that, so only they can take it back."
    if step.what != "returned":
        return "Only asking for a change can be taken back. This has reached those whom it concerns."
    if is_changed:
        return f"{writer} has already changed this message, so asking for it can’t be taken back."
    if now >= step.at + UNDO_WITHIN:
        return (
            f"The minute is over and the e-mail to {writer} is on its way, so this can’t be taken back. "
            f"If {writer} changes the message and something is found in it, you read it again."
        )
    return ""


def offered_reasons(findings: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """What the filter would say to the writer, each sentence once, in the order of the text."""
    return tuple(dict.fromkeys(str(one["sentence"]) for one in findings if one.get("sentence")))


def found_in(findings: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The categories of what was found, each once, worries first."""
    categories = dict.fromkeys(str(one["category"]) for one in findings)
    return tuple(sorted(categories, key=lambda category: category not in WORRY_CATEGORIES))


@dataclass(frozen=True)
class PastHold:
    """That a message of a writer was held, and what became of it; `became` is empty while it is held."""

    at: datetime
    categories: tuple[str, ...]
    became: str


def past_holds(writer_id: str, steps: Sequence[Happening], *, without: str) -> tuple[PastHold, ...]:
    """The holds of one writer's messages among the steps of a conversation, the latest first.

    `steps` are in order within each message. The message `without`, which is being looked at, is left out.
    """
    written = {step.message_id for step in steps if step.what == "written" and step.by_id == writer_id}
    found: list[PastHold] = []
    for message_id in written - {without}:
        own = [step for step in steps if step.message_id == message_id]
        for place, step in enumerate(own):
            if step.what == "held":
                found.append(PastHold(step.at, step.categories, _became(own[place + 1 :])))
    return tuple(sorted(found, key=lambda hold: hold.at, reverse=True))


def _became(later: Sequence[Happening]) -> str:
    """What was made of a hold in the end, by the steps after it; empty while it is held."""
    became = ""
    for step in later:
        if step.what == "held":
            break
        if step.what in DECIDED or step.what == "scheduled":
            became = step.what
        elif step.what == "undone":
            became = ""
    return became
