"""Rules as values: what one rule looks for, and a set of them ready to use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from .phrase_reader import PhraseReader
from .phrases import Phrase, alternatives, words_in
from .possible import Possible
from .reading import Model
from .verdict import CATEGORIES, Severity
from .wordlists import words_of
from .words import Vocabulary

READS_LIKE: Final = "reads_like_"
DETECTORS: Final = words_of(
    """
    link chat_link email phone phone_in_pieces handle at_name postcode street email_in_pieces
    postcode_in_pieces handle_in_pieces file_name
    """
) | {READS_LIKE + category for category in CATEGORIES}


class RulesBroken(Exception):
    """The rules cannot be used. `file`, `rule` and `example` say where, as far as it is known."""

    def __init__(self, reason: str, *, file: str = "", rule: str = "", example: str = "") -> None:
        self.reason, self.file, self.rule, self.example = reason, file, rule, example
        place = ", ".join(part for part in (file, rule, f"example “{example}”" if example else "") if part)
        super().__init__(f"{place}: {reason}" if place else reason)


@dataclass(frozen=True, slots=True)
class Change:
    """The rule's severity becomes `severity` where one of the phrases stands in the same sentence; a rise,
    in the message."""

    severity: Severity
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to look for: phrases, or a detector by name."""

    id: str
    category: str
    severity: Severity
    sentence: str
    note: str = ""
    from_mentor: Severity | None = None
    """The severity when a mentor writes it; `none` means that the rule does not apply to mentors."""
    from_mentee: Severity | None = None
    phrases: tuple[Phrase, ...] = ()
    hints: tuple[Phrase, ...] = ()
    """Phrases that are said in ordinary talk too: they count where the rest of the message bears them out."""
    unless: Sequence[Phrase] = ()
    """A match that one of these overlaps does not count."""
    becomes: tuple[Change, ...] = ()
    detector: str = ""
    is_off: bool = False
    """A programme has switched it off: what it sees holds nothing, and is not held for how it reads
    either."""
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()
    file: str = ""
    has_set_severity: bool = False
    """Whether a programme has set its severity: then nothing raises or lowers it."""

    def severity_for(self, sender: str) -> Severity:
        return (self.from_mentor if sender == "mentor" else self.from_mentee) or self.severity


@dataclass(frozen=True)
class RuleSet:
    """Rules ready to use, with the words they share and a version that changes when any of it does."""

    rules: tuple[Rule, ...]
    vocabulary: Vocabulary
    version: str
    reader: PhraseReader = field(repr=False)
    platforms: frozenset[str] = frozenset()
    """Names of the apps on which people have accounts."""
    model: Model | None = field(default=None, repr=False)
    """What messages read like; None while one is being trained."""

    def __post_init__(self) -> None:
        phrases: list[tuple[int, Phrase]] = []
        hinting: set[int] = set()
        for number, rule in enumerate(self.rules):
            phrases += ((number, one) for phrase in rule.phrases for one in alternatives(phrase))
            hints = [(number, one) for phrase in rule.hints for one in alternatives(phrase)]
            hinting.update(range(len(phrases), len(phrases) + len(hints)))
            phrases += hints
        object.__setattr__(self, "phrases", phrases)
        object.__setattr__(self, "hinting", frozenset(hinting))
        object.__setattr__(self, "possible", Possible([phrase for _, phrase in phrases]))
        object.__setattr__(self, "_excuses", {})
        object.__setattr__(self, "off", frozenset(rule.id for rule in self.rules if rule.is_off))
        object.__setattr__(self, "by_detector", {r.detector: r for r in self.rules if r.detector})

    phrases: Sequence[tuple[int, Phrase]] = field(init=False, repr=False)
    """Every phrase, with its rule's place in `rules`."""
    hinting: frozenset[int] = field(init=False, repr=False)
    """Which of them are hints, by their places in `phrases`."""
    possible: Possible = field(init=False, repr=False)
    """Which of `phrases` a sentence could hold."""
    off: frozenset[str] = field(init=False, repr=False)
    """The rules that a programme has switched off."""
    _excuses: dict[int, Mapping[str, Sequence[Phrase]]] = field(init=False, repr=False)
    by_detector: Mapping[str, Rule] = field(init=False, repr=False)

    def excuses(self, number: int) -> Mapping[str, Sequence[Phrase]]:
        """What makes a match of the rule at this place in `rules` ordinary, by words that it cannot do
        without."""
        found = self._excuses.get(number)
        if found is None:
            by_word: dict[str, list[Phrase]] = {}
            for phrase in self.rules[number].unless:
                for word in phrase.needed[0]:
                    by_word.setdefault(word, []).append(phrase)
            found = self._excuses[number] = by_word
        return found

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def adjusted(
        self,
        *,
        switched_off: Iterable[str] = (),
        severities: Mapping[str, Severity] | None = None,
        own_rules: Sequence[Mapping[str, Any]] = (),
    ) -> RuleSet:
        """These rules as a programme's policy changes them.

        `switched_off` and the keys of `severities` are rule ids. A changed severity holds for both senders; a
        rule that does not apply to one of them still does not. `own_rules` are the programme's own, each with
        the fields of a rule in a rule file; `programme.` comes before its id. Raises RulesBroken for an id
        that is not there, and for an own rule that cannot be read or contradicts one of its examples.
        """
        # These modules need a RuleSet themselves.
        from .own_rules import read_own_rules
        from .trying import contradictions

        off, changed = frozenset(switched_off), dict(severities or {})
        unknown = (off | changed.keys()) - {rule.id for rule in self.rules}
        if unknown:
            raise RulesBroken(f"the policy names rules that are not there: {', '.join(sorted(unknown))}")
        kept = [
            replace(
                _with_severity(rule, changed[rule.id]) if rule.id in changed else rule, is_off=rule.id in off
            )
            for rule in self.rules
        ]
        # A word of an own rule means what it means in a message: in both, a misspelling is what was meant.
        own = read_own_rules(own_rules, self.reader.with_words_as(self.vocabulary.canonical))
        recipe = [self.version, sorted(off), sorted(changed.items()), [dict(rule) for rule in own_rules]]
        version = short_hash(json.dumps(recipe, sort_keys=True).encode())
        vocabulary = knowing(self.vocabulary, own)
        rules = replace(self, rules=(*kept, *own), vocabulary=vocabulary, version=version)
        for contradiction in contradictions(rules, own):
            raise contradiction
        return rules


def _with_severity(rule: Rule, severity: Severity) -> Rule:
    """The rule with one severity whoever writes and whatever else is said."""

    def unless_none(special: Severity | None) -> Severity | None:
        return special if special is Severity.none else None

    return replace(
        rule,
        severity=severity,
        from_mentor=unless_none(rule.from_mentor),
        from_mentee=unless_none(rule.from_mentee),
        becomes=(),
        has_set_severity=True,
    )


def knowing(vocabulary: Vocabulary, rules: Iterable[Rule]) -> Vocabulary:
    """The vocabulary with every word of a programme's rules."""
    words = {word for rule in rules for phrase in rule.phrases for word in words_in(phrase)}
    return replace(vocabulary, own=frozenset(words) - vocabulary.known)


def short_hash(*contents: bytes) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    return digest.hexdigest()[:12]
