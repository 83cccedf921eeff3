"""From what is stored of a message to the values that decisions are made on."""

from collections.abc import Iterable, Sequence

from shared.conversations.found import own_concern
from shared.conversations.items import Message, Pair, Step
from shared.conversations.last_message import speaks_against
from shared.conversations.resting import TakingPart
from shared.conversations.rules import LAST_MESSAGE

from .rules import Circumstances, Claim, Happening, found_in


def claim_of(message: Message) -> Claim:
    """Who is reading a held message, if anybody."""
    return Claim(
        message.claimed_by or "", message.claimed_by_name or "", message.claimed_until, message.claimed_at
    )


def circumstances_of(pair: Pair, together: TakingPart, message: Message) -> Circumstances:
    """What stands around a message of the conversation today. After the end it is asked whether anything may
    pass at all: three requests more."""
    is_last = message.about == LAST_MESSAGE
    has_ended = together.status_of(pair) != "active"
    rests = is_last and bool(together.pauses)
    return Circumstances(
        because=together.because,
        rests=together.rests,
        has_ended=has_ended,
        is_last_message=is_last,
        nothing_more=rests or ((has_ended or is_last) and speaks_against(pair, but=own_concern(message))),
    )


def names_of(message: Message, pair: Pair) -> tuple[str, str]:
    """The writer and the reader."""
    mentor, mentee = pair.mentor_name, pair.mentee_name
    return (mentor, mentee) if message.sender_id == pair.mentor_id else (mentee, mentor)


def history(steps: Iterable[Step]) -> Sequence[Happening]:
    """Stored steps as values, in the order given."""
    return [
        Happening(
            message_id=step.message_id,
            what=step.what,
            at=step.at,
            by_id=step.by_id or "",
            by_name=step.by_name or "",
            reason=step.reason or "",
            text=step.text or "",
            to_id=step.to_id or "",
            to_name=step.to_name or "",
            categories=found_in(step.findings or ()),
        )
        for step in steps
    ]
