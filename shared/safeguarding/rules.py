"""Decisions about concerns: what one is called, how severe it is, what may be written in it. Who is told of
it is in `chain/rules.py`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from shared.platform.clock import LONDON
from shared.platform.errors import Invalid
from shared.platform.ids import derived_id

SEVERITIES = ("none", "low", "medium", "high", "immediate")
"""From least to most severe; the place in it is the rank that lists are ordered by."""

TRIES = 3
"""How often something is done anew when somebody else wrote at the same moment."""

Companions = Callable[[str, str], Collection[str]]
"""The person_ids of those who are in a pair with somebody: asked with programme and person."""

CATEGORIES = (
    "wellbeing",
    "self_harm",
    "suicide",
    "abuse_disclosure",
    "grooming",
    "neglect",
    "eating_disorder",
    "bullying",
    "substance",
    "violence",
    "reported",
)
"""What a concern can be about, as it is offered for choosing: the filter's worry categories, and a worry that
is none of them."""


@dataclass(frozen=True)
class NewConcern:
    """A worry about somebody that is to become a concern.

    `cause` is what it follows from: the same cause is the same concern. `words` are what was written, and
    `spans` what the filter marked in them. `kept_from` names people who may not see it besides the one it is
    about: the two of a pair, should they be on the staff as well. `reason` and `details` (names that
    `concerns/lines.py` has words for) are what whoever raised it said of it. `about_staff`: about somebody on
    the staff, one of `kept_from` where that `is_known`. `by_first_name`: who wrote it may know staff by their
    first names alone. `by_staff`: one of the staff raised it as such, which the audit record says even where
    they are not on the staff any more as it is written.
    """

    cause: tuple[str, ...]
    programme_id: str
    programme_name: str
    about_id: str
    about_name: str
    raised_by: str
    raised_by_name: str
    category: str
    severity: str
    words: str
    spans: Sequence[Mapping[str, Any]] = ()
    pair_id: str = ""
    message_id: str = ""
    kept_from: tuple[str, ...] = ()
    reason: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    about_staff: bool = False
    is_known: bool = True
    by_first_name: bool = False
    by_staff: bool = False

    @property
    def concern_id(self) -> str:
        return concern_id_of(self.cause)

    @property
    def reference(self) -> str:
        return reference_of(self.concern_id)


def concern_id_of(cause: tuple[str, ...]) -> str:
    """The id of the concern that follows from it, whether it was raised or not."""
    return derived_id("concern", *cause)


def message_cause(pair_id: str, message_id: str, wording: int) -> tuple[str, ...]:
    """What a concern about one wording of a message follows from."""
    return ("message", pair_id, message_id, str(wording))


def severity_rank(severity: str) -> int:
    """0 for none, 4 for immediate. What is not known counts as the worst."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES) - 1


_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""Nothing that is misheard on the telephone or misread, and no vowels, so that it spells no word."""


def reference_of(concern_id: str) -> str:
    """What staff call a concern, such as `C-7K3M9Q`: says nothing of who or why."""
    number = int(concern_id, 16)
    letters = ""
    for _ in range(6):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return f"C-{letters}"


def is_due(answer_by: datetime | None, *, now: datetime) -> bool:
    """Whether the next person is to be told."""
    return answer_by is not None and answer_by <= now


SEEN_AGAIN_AFTER = timedelta(minutes=10)


def seen_window(now: datetime) -> str:
    """The ten minutes in which looking twice is recorded once."""
    return str(int(now.timestamp() // SEEN_AGAIN_AFTER.total_seconds()))


Urgency = Literal["now", "soon", "later"]
"""How soon somebody must act, as the person who reports a worry sees it."""

_SEVERITY_OF: Mapping[str, str] = {"now": "immediate", "soon": "high", "later": "medium"}


def severity_of(urgency: str) -> str:
    return _SEVERITY_OF.get(urgency, "medium")


MOST_CHARACTERS = 5_000


def read_words(text: str, *, field: str, most: int = MOST_CHARACTERS) -> str:
    """What somebody wrote, as it is kept. Raises Invalid when it is empty, has more than `most` characters,
    or holds what is not text."""
    words = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not words:
        raise Invalid("Please write a few words.", field=field, code="empty")
    if len(words) > most:
        raise Invalid(
            f"That is {len(words):,} characters. Please keep it to {most:,}.",
            field=field,
            code="too_long",
        )
    if not all(_is_text(letter) for letter in words):
        raise Invalid(
            "There are signs in it that we cannot keep. Please take them out, or type it again.",
            field=field,
            code="not_text",
        )
    return words


def _is_text(letter: str) -> bool:
    """Neither a control character nor half of a surrogate pair."""
    return letter in "\n\t" or (
        letter >= " " and not "\x7f" <= letter <= "\x9f" and not _is_surrogate(letter)
    )


def _is_surrogate(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff"


def clock_time(moment: datetime) -> str:
    """The time of day in the United Kingdom, as in `17:01`."""
    return f"{moment.astimezone(LONDON):%H:%M}"


def said(moment: datetime, *, now: datetime) -> str:
    """A moment as a person says it: `at 17:01`, or `on Friday 20 November at 17:01`."""
    here, today = moment.astimezone(LONDON), now.astimezone(LONDON)
    at = f"at {clock_time(moment)}"
    return at if here.date() == today.date() else f"on {here:%A} {here.day} {here:%B} {at}"
