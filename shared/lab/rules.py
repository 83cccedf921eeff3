"""What a draft would change: verdict beside verdict, summed up; and two sets of changes beside each other."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from shared.filtering import RULES_VERSION, Verdict
from shared.policies import FilterChanges, OwnRule
from shared.safeguarding.marking import category_words

Heading = Literal[
    "concerns_missed",
    "contradicted",
    "newly_held",
    "no_longer_held",
    "more_serious",
    "less_serious",
]
HEADINGS: tuple[Heading, ...] = (
    "concerns_missed",
    "contradicted",
    "newly_held",
    "no_longer_held",
    "more_serious",
    "less_serious",
)
"""In the order in which they matter."""
MOST_SAMPLES = 30
"""Messages remembered under one heading."""
STEP = 250
"""Messages judged between one writing down and the next."""
CHOICES = (500, 2_000, 10_000)
"""How many past messages a draft can be tried on."""


# ── One message ────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Known:
    """What is known of a past message beside its words."""

    pair_id: str
    message_id: str
    checked_at: datetime
    state: str
    was_held: bool
    is_concern: bool
    """Whether a concern was opened for a worry that the filter found in this wording."""


def headings_of(known: Known, in_force: Verdict, draft: Verdict) -> tuple[Heading, ...]:
    """What the draft would change about one message; a message can stand under several headings.

    A known concern counts as missed whenever the draft sees no worry in it, whatever the rules in force see.
    """
    return tuple(heading for heading, applies in _tests(known, in_force, draft) if applies)


def _tests(known: Known, in_force: Verdict, draft: Verdict) -> Iterator[tuple[Heading, bool]]:
    newly, no_longer = draft.hold and not in_force.hold, in_force.hold and not draft.hold
    delivered = known.was_held and known.state in ("delivered", "scheduled")
    refused = known.state in ("returned", "declined")
    both = in_force.hold and draft.hold
    yield "concerns_missed", known.is_concern and draft.lane != "safeguarding"
    yield "contradicted", (newly and delivered) or (no_longer and refused)
    yield "newly_held", newly
    yield "no_longer_held", no_longer
    yield "more_serious", both and _gravity(draft) > _gravity(in_force)
    yield "less_serious", both and _gravity(draft) < _gravity(in_force)


def _gravity(verdict: Verdict) -> tuple[bool, int]:
    """A worry weighs more than anything else, and then the severity counts."""
    return verdict.lane == "safeguarding", verdict.severity.rank


# ── All of them ────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sums:
    """What a trial has found so far."""

    read: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    samples: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By heading: pair and message of the first that were found."""
    earliest: str = ""
    """When the first and the last of the messages were checked, as ISO 8601; empty before any was read."""
    latest: str = ""
    apart: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By pair, what of `counts` comes from it: of pairs in which a member of staff takes part."""

    def count(self, heading: Heading) -> int:
        return self.counts.get(heading, 0)


def added(sums: Sums, known: Known, headings: Sequence[Heading], *, is_apart: bool = False) -> Sums:
    """The sums with one message more; `is_apart`: of a pair whose messages are counted apart as well."""
    counts, samples = dict(sums.counts), dict(sums.samples)
    for heading in headings:
        counts[heading] = counts.get(heading, 0) + 1
        remembered = samples.get(heading, ())
        if len(remembered) < MOST_SAMPLES:
            samples[heading] = (*remembered, (known.pair_id, known.message_id))
    apart = dict(sums.apart)
    if is_apart and headings:
        of_pair = apart.get(known.pair_id, {})
        apart[known.pair_id] = {**of_pair, **{one: of_pair.get(one, 0) + 1 for one in headings}}
    at = known.checked_at.isoformat()
    return replace(
        sums,
        apart=apart,
        read=sums.read + 1,
        counts=counts,
        samples=samples,
        earliest=min(sums.earliest or at, at),
        latest=max(sums.latest, at),
    )


def without(sums: Sums, pairs: Collection[str]) -> Sums:
    """The sums as though nothing had been found in these pairs, if they were counted apart."""
    hidden = [counts for pair, counts in sums.apart.items() if pair in pairs]
    return replace(
        sums,
        counts={
            heading: count - sum(counts.get(heading, 0) for counts in hidden)
            for heading, count in sums.counts.items()
        },
        samples={
            heading: tuple(one for one in found if one[0] not in pairs)
            for heading, found in sums.samples.items()
        },
    )


def stored_sums(sums: Sums) -> dict[str, Any]:
    return asdict(sums)


def read_sums(stored: Mapping[str, Any]) -> Sums:
    samples = {
        heading: tuple((str(pair), str(message)) for pair, message in found)
        for heading, found in stored["samples"].items()
    }
    return Sums(**{**stored, "samples": samples})


def days_covered(sums: Sums) -> float:
    """Over how many days the messages were written; one at the least."""
    if not sums.read:
        return 1.0
    span = datetime.fromisoformat(sums.latest) - datetime.fromisoformat(sums.earliest)
    return max(span / timedelta(days=1), 1.0)


def extra_minutes_a_day(sums: Sums, reading_minutes: int) -> float:
    """How much longer than now moderators would read each day; less than nothing when it is less."""
    more = sums.count("newly_held") - sums.count("no_longer_held")
    return more / days_covered(sums) * reading_minutes


# ── How far a trial has read ───────────────────────────────────────────────


@dataclass(frozen=True)
class Place:
    """Where the next message to be read is: first those that are held, then those checked before."""

    part: Literal["held", "checked", "end"] = "held"
    after: str = ""
    """The place in the listing behind which to go on."""
    read: int = 0
    """How many of the part have been read."""


def written_place(place: Place) -> str:
    return f"{place.part}|{place.read}|{place.after}"


def read_place(written: str) -> Place:
    if not written:
        return Place()
    part, read, after = written.split("|", 2)
    parts: dict[str, Literal["held", "checked", "end"]] = {"held": "held", "checked": "checked"}
    return Place(parts.get(part, "end"), after, int(read))


# ── Two sets of changes ────────────────────────────────────────────────────


def wording_of(in_force: FilterChanges, draft: FilterChanges, *, filter_version: str = RULES_VERSION) -> str:
    """A short name of exactly this draft beside exactly these rules, of the programme and of the filter:
    whatever differs, the name does too."""
    return hashlib.sha256(f"{filter_version} {_plain(in_force)} {_plain(draft)}".encode()).hexdigest()[:16]


def size_of(changes: FilterChanges) -> int:
    """Bytes that the changes take where they are stored, at the most."""
    return len(_plain(changes))


def _plain(changes: FilterChanges) -> str:
    return json.dumps(changes.model_dump(mode="json"), sort_keys=True)


@dataclass(frozen=True)
class Difference:
    """One thing that differs between two sets of changes."""

    what: Literal["added", "changed", "removed", "switched_off", "switched_on", "severity"]
    rule: str
    """Its id, as findings name it."""
    severity: str = ""
    """From now on; empty for the rule's usual one."""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    """Of an own rule: the lines by which it differs."""


def differences(old: FilterChanges, new: FilterChanges) -> tuple[Difference, ...]:
    """What the new changes say otherwise than the old, rule by rule."""
    return (*_own_rules(old, new), *_switched(old, new), *_severities(old, new))


def _own_rules(old: FilterChanges, new: FilterChanges) -> Iterator[Difference]:
    before = {rule.id: rule for rule in old.own_rules}
    after = {rule.id: rule for rule in new.own_rules}
    for rule_id, rule in after.items():
        if rule_id not in before:
            yield Difference("added", _named(rule_id), after=_lines(rule))
        elif rule != before[rule_id]:
            was, is_now = _lines(before[rule_id]), _lines(rule)
            yield Difference(
                "changed",
                _named(rule_id),
                before=tuple(line for line in was if line not in is_now),
                after=tuple(line for line in is_now if line not in was),
            )
    for rule_id in before:
        if rule_id not in after:
            yield Difference("removed", _named(rule_id), before=_lines(before[rule_id]))


def _named(rule_id: str) -> str:
    return f"programme.{rule_id}"


def _lines(rule: OwnRule) -> tuple[str, ...]:
    """A rule in plain lines, each of which says what it is."""
    lists = (
        ("Looks for", rule.phrases),
        ("Unless", rule.unless),
        ("Must find", rule.examples),
        ("Must leave alone", rule.not_examples),
    )
    return (
        f"About: {category_words(rule.category)}",
        f"How urgent: {rule.severity}",
        *(f"{what}: {text}" for what, texts in lists for text in texts),
        f"The writer reads: {rule.sentence}",
        *([f"The moderator reads: {rule.note}"] if rule.note else []),
    )


def _switched(old: FilterChanges, new: FilterChanges) -> Iterator[Difference]:
    for rule in sorted(set(new.switched_off) - set(old.switched_off)):
        yield Difference("switched_off", rule)
    for rule in sorted(set(old.switched_off) - set(new.switched_off)):
        yield Difference("switched_on", rule)


def _severities(old: FilterChanges, new: FilterChanges) -> Iterator[Difference]:
    for rule in sorted(old.severities.keys() | new.severities.keys()):
        if old.severities.get(rule) != new.severities.get(rule):
            yield Difference("severity", rule, new.severities.get(rule, ""))
