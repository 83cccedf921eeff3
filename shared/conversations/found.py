"""The concern that follows from what the filter found in a message."""

from shared.safeguarding.rules import NewConcern, concern_id_of, message_cause

from .acquaintances import kept_from
from .items import Message, Pair
from .rules import spans_of


def concern_found(pair: Pair, message: Message, *, category: str) -> NewConcern:
    """About the writer of the message, with what was found marked in it. One Query and one BatchGetItem: of
    those from whom it is kept."""
    return NewConcern(
        cause=_cause(message),
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        about_id=message.sender_id,
        about_name=pair.name_of(message.sender_id),
        raised_by="filter",
        raised_by_name="The filter",
        category=category,
        severity=message.severity,
        words=message.text,
        spans=spans_of(message.findings or ()),
        pair_id=pair.pair_id,
        message_id=message.message_id,
        kept_from=kept_from(pair),
    )


def own_concern(message: Message) -> str:
    """The id of the concern that was raised for what is in the message, or would be for its present wording:
    whoever reads the message decides in view of that."""
    return message.concern_id or concern_id_of(_cause(message))


def _cause(message: Message) -> tuple[str, ...]:
    return message_cause(message.pair_id, message.message_id, int(message.round))
