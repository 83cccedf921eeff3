"""Messages that were written and held as the application does it."""

from collections.abc import Sequence
from datetime import datetime

from shared.conversations.actions import change_message, check_message, write_message
from shared.conversations.items import Message
from shared.conversations.steps import load_message
from shared.filtering import WORRY_CATEGORIES, Finding, RecentMessage, RuleSet, Severity, Verdict
from tests.builders.clock import MONDAY
from tests.builders.conversations import WITH_A_NUMBER, WORRIED, TwoWhoWrite

TAKE_OUT_THE_NUMBER = "This looks like a phone number. Here people talk on Signpost, so please take it out."
HELP_IS_THERE = "Thank you for telling us. A person will read this soon."

HELD_WORDS = {
    "07700 900123": Finding("phone.1", "phone", Severity.medium, 0, 0, "", TAKE_OUT_THE_NUMBER),
    "want to die": Finding("suicide.1", "suicide", Severity.immediate, 0, 0, "", HELP_IS_THERE),
    "rubbish": Finding("profanity.1", "profanity", Severity.low, 0, 0, "", "Please say it more kindly."),
}


def a_filter(
    text: str, *, sender: str, recent: Sequence[RecentMessage] = (), rules: RuleSet | None = None
) -> Verdict:
    """Holds what contains one of HELD_WORDS."""
    found = []
    for words, like in HELD_WORDS.items():
        if words in text:
            start = text.index(words)
            found.append(
                Finding(
                    like.rule, like.category, like.severity, start, start + len(words), words, like.sentence
                )
            )
    worry = any(one.category in WORRY_CATEGORIES for one in found)
    return Verdict(
        hold=bool(found),
        severity=max((one.severity for one in found), key=lambda one: one.rank, default=Severity.none),
        lane="safeguarding" if worry else "moderation" if found else "deliver",
        findings=tuple(found),
        rules_version="rules-7",
    )


def a_held_message(
    pair: TwoWhoWrite, text: str = WITH_A_NUMBER, *, by: str = "mentee", now: datetime = MONDAY
) -> Message:
    """A message that was written, checked, and held by the filter."""
    message = a_checked_message(pair, text, by=by, now=now)
    assert message.state == "held"
    return message


def a_checked_message(pair: TwoWhoWrite, text: str, *, by: str = "mentee", now: datetime = MONDAY) -> Message:
    """A message that was written and checked, delivered or held as the filter says."""
    writer = pair.mentor if by == "mentor" else pair.mentee
    key = f"form at {now.isoformat()}: {text}"
    message = write_message(writer.viewer, pair.pair_id, text=text, key=key, now=now)
    check_message(pair.pair_id, message.message_id, checker=a_filter, now=now)
    return load_message(pair.pair_id, message.message_id)


def worded_anew(pair: TwoWhoWrite, message: Message, text: str, *, now: datetime) -> Message:
    """The mentee's returned message, changed and checked again."""
    change_message(
        pair.mentee.viewer,
        pair.pair_id,
        message.message_id,
        text=text,
        expected_round=int(message.round),
        now=now,
    )
    check_message(pair.pair_id, message.message_id, checker=a_filter, now=now)
    return load_message(pair.pair_id, message.message_id)


def a_worry(pair: TwoWhoWrite, *, now: datetime = MONDAY) -> Message:
    return a_held_message(pair, WORRIED, now=now)


def now_is(message: Message) -> Message:
    """The message as it is stored now."""
    return load_message(message.pair_id, message.message_id)
