"""Whether one side may send a last message after the end: only where nothing whatever speaks against it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from pynamodb.transactions import TransactWrite

from shared.platform.tables import find
from shared.programmes.rules import day_of
from shared.safeguarding.against import is_anything_against, require_nothing_against

from .ending_items import Ending, ending_key, nothing_forbidden
from .items import Pair
from .never_again import NeverAgain, are_kept_apart, never_again_key, not_apart
from .resting import TakingPart
from .rules import last_day


@dataclass(frozen=True)
class LastMessage:
    """Where one side is with it."""

    state: Literal["", "open", "sent", "closed"]
    """Empty where there is none: it goes on, or the programme does not have it."""
    until: date | None = None
    """The last day on which it can be sent, while it is open."""


@dataclass(frozen=True)
class NothingMore:
    """That staff said that nothing more is to pass. For staff alone."""

    by_name: str
    at: datetime | None


def nothing_more(ending: Ending | None) -> NothingMore | None:
    """None where nobody said so."""
    if ending is None or not ending.no_last_message:
        return None
    return NothingMore(ending.forbidden_by_name or "", ending.forbidden_at)


def last_day_of(pair: Pair, together: TakingPart) -> str:
    """ISO date, past or to come; empty where nothing says when they end."""
    ended_on = day_of(pair.ended_at).isoformat() if pair.ended_at else ""
    return last_day(ended_on, pair.last_day or "", together.ends_on)


def last_message(
    pair: Pair, together: TakingPart, ending: Ending | None, *, was_sent: bool, now: datetime
) -> LastMessage:
    """As far as the pair itself says. `was_sent`: whether this side has sent one. `speaks_against` has the
    last word."""
    policy = together.programme.policy if together.programme else None
    days = policy.endings.last_message_days if policy else 0
    ended = pair.status != "active" or together.is_over
    on = last_day_of(pair, together)
    if not (days and ended and on):
        return LastMessage("")
    if was_sent:
        return LastMessage("sent")
    until = date.fromisoformat(on) + timedelta(days=days)
    is_forbidden = ending is not None and bool(ending.no_last_message)
    if is_forbidden or together.pauses or pair.removed_at is not None or day_of(now) > until:
        return LastMessage("closed")
    return LastMessage("open", until)


def speaks_against(pair: Pair, *, but: str = "") -> bool:
    """Whether nothing more may pass between the two: staff said so of the end, somebody said never again, or
    there is a concern from their conversation or about one of them that was not found to be groundless.
    `but`: the id of the concern that the message itself has raised; whether that keeps it back, whoever reads
    it decides.

    Two GetItems and one BatchGetItem, however many concerns there are. A fault of any of them is raised:
    nothing passes meanwhile.
    """
    ending = find(Ending, *ending_key(pair.pair_id))
    if ending is not None and ending.no_last_message:
        return True
    if are_kept_apart(pair.programme_id, pair.mentor_id, pair.mentee_id):
        return True
    return is_anything_against(pair.programme_id, _concerned(pair), but=but)


def require_still_nothing(write: TransactWrite, pair: Pair, *, but: str = "") -> None:
    """Adds that at the moment of writing nothing speaks against it that `speaks_against` asks for: the
    transaction is Lost where somebody said so, or a concern was raised, since then."""
    write.condition_check(Ending, *ending_key(pair.pair_id), condition=nothing_forbidden())
    apart = never_again_key(pair.programme_id, pair.mentor_id, pair.mentee_id)
    write.condition_check(NeverAgain, *apart, condition=not_apart())
    require_nothing_against(write, pair.programme_id, _concerned(pair), but=but)


def _concerned(pair: Pair) -> tuple[str, ...]:
    return pair.pair_id, pair.mentor_id, pair.mentee_id
