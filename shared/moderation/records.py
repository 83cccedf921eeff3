"""How the filter's rules do: what became of the messages in which each had found something."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.filtering import WORRY_CATEGORIES


@dataclass(frozen=True)
class Outcome:
    """What became of one held message, for the rules that had found something in it."""

    decision: str
    """`delivered`, `returned`, `declined` or `withdrawn`."""
    rules: Mapping[str, str]
    """Each rule with its category."""
    has_concern: bool

    def became(self, rule: str) -> str:
        """What it counts as for one of its rules: `concerns` where the rule is about worries and there was
        one, else what was decided."""
        is_concern = self.has_concern and self.rules[rule] in WORRY_CATEGORIES
        return "concerns" if is_concern else self.decision


@dataclass(frozen=True)
class Record:
    """What became of the messages in which one rule had found something, each counted once."""

    rule: str
    category: str
    delivered: int = 0
    """Passed on as they were."""
    returned: int = 0
    declined: int = 0
    withdrawn: int = 0
    concerns: int = 0

    @property
    def hits(self) -> int:
        return self.delivered + self.useful + self.withdrawn

    @property
    def useful(self) -> int:
        """How often a person found that it was right to look."""
        return self.returned + self.declined + self.concerns


def records_of(outcomes: Iterable[Outcome]) -> tuple[Record, ...]:
    """One for each rule that had found something in any of them, by its id."""
    counts: dict[str, Counter[str]] = {}
    categories: dict[str, str] = {}
    for one in outcomes:
        for rule, category in one.rules.items():
            counts.setdefault(rule, Counter())[one.became(rule)] += 1
            categories.setdefault(rule, category)
    return tuple(Record(rule, categories[rule], **counts[rule]) for rule in sorted(counts))


def noisiest(records: Iterable[Record]) -> list[Record]:
    """Those whose messages were most often delivered as they were; of two, the one that was less often
    right."""
    return sorted(
        (one for one in records if one.delivered), key=lambda one: (-one.delivered, one.useful, one.rule)
    )


def most_useful(records: Iterable[Record]) -> list[Record]:
    """Those that were most often right; of two, the one that was less often wrong."""
    return sorted(
        (one for one in records if one.useful), key=lambda one: (-one.useful, one.delivered, one.rule)
    )
