"""A programme's own rules: written by its staff, read as the package's are, and kept from slowing the filter.

They are written in the phrase language alone. There is no other pattern, so none that goes back and forth
over a text; what a phrase leaves open is counted before it is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from .folding import fold
from .loading import read_rule
from .phrase_reader import PhraseReader
from .phrases import Phrase, Steps
from .ruleset import Rule, RulesBroken

PREFIX: Final = "programme."
"""What the ids of a programme's rules begin with, so that none hides one of the package's."""
MOST_RULES: Final = 50
MOST_PHRASES: Final = 40
"""In one rule, those of `unless` counted with them."""
MOST_EXAMPLES: Final = 20
"""In one rule, of either kind: all are tried whenever the rules are made ready."""
LONGEST_PHRASE: Final = 160
"""Characters."""
MOST_WORK: Final = 200
"""What one phrase may leave open, in steps tried at one place of a text."""
MOST_WORK_IN_ALL: Final = 2_000
"""What a programme's phrases may leave open together: some 50 rules of ten plain phrases each."""

_LANGUAGE: Final = re.compile(r"[\w\s'()\[\]|]|(?<=\w)~|\{\w+\}|\.\.\.|\.\.\d|(?<=\s)&(?=\s)")
_PROGRAMMERS: Final = re.compile(r"[*+^$\\]")


def read_own_rules(written: Sequence[Mapping[str, Any]], reader: PhraseReader) -> tuple[Rule, ...]:
    """The rules, each with `programme.` before its id. Raises RulesBroken, which names rule and reason."""
    if len(written) > MOST_RULES:
        raise RulesBroken(
            f"there are {len(written)} rules, and {MOST_RULES} is the most a programme can have"
        )
    rules = [_read(entry, reader) for entry in written]
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RulesBroken("is there twice", rule=rule.id)
        seen.add(rule.id)
    if sum(_work_of(phrase) for rule in rules for phrase in _phrases_of(rule)) > MOST_WORK_IN_ALL:
        raise RulesBroken(
            "the programme’s rules leave too much open between them, and would slow the filter. Use fewer "
            "phrases, fewer alternatives in brackets or shorter gaps"
        )
    return tuple(rules)


def _read(entry: Mapping[str, Any], reader: PhraseReader) -> Rule:
    rule_id = PREFIX + str(entry.get("id") or "")
    if "hints" in entry:
        raise RulesBroken("has hints, which only the package's rules can have", rule=rule_id)
    plain = {**entry, "id": rule_id}
    for key in ("phrases", "unless"):
        plain[key] = [_checked(phrase, rule_id) for phrase in entry.get(key) or ()]
    written = len(plain["phrases"]) + len(plain["unless"])
    if written > MOST_PHRASES:
        raise RulesBroken(f"has {written} phrases, and {MOST_PHRASES} is the most for one rule", rule=rule_id)
    examples = [*(entry.get("examples") or ()), *(entry.get("not_examples") or ())]
    if len(examples) > MOST_EXAMPLES:
        raise RulesBroken(
            f"has {len(examples)} examples, and {MOST_EXAMPLES} is the most for one rule", rule=rule_id
        )
    if not entry.get("examples"):
        raise RulesBroken("has no example of what it must find", rule=rule_id)
    rule = read_rule(plain, {}, "", reader)
    for phrase in _phrases_of(rule):
        if _work_of(phrase) > MOST_WORK:
            raise RulesBroken(
                f"“{phrase.written}” leaves too much open, and would slow the filter. Use fewer alternatives "
                "in brackets, fewer gaps, or two phrases",
                rule=rule_id,
            )
    return rule


def _checked(phrase: object, rule_id: str) -> str:
    """The phrase with its letters as the filter sees those of a text, if it is one of the language."""
    written = str(phrase)
    if len(written) > LONGEST_PHRASE:
        raise RulesBroken(
            f"“{written[:40]}…” has {len(written)} characters, and {LONGEST_PHRASE} is the most for a phrase",
            rule=rule_id,
        )
    folded = fold(written).text
    strange = "".join(dict.fromkeys(_LANGUAGE.sub("", folded)))
    if strange:
        raise RulesBroken(
            f"“{written}” has {' '.join(strange.strip() or '?')}, which no phrase can have{_hint(strange)}",
            rule=rule_id,
        )
    return folded


def _hint(strange: str) -> str:
    """What to write instead; of what has a meaning elsewhere in a phrase, where that is."""
    if _PROGRAMMERS.search(strange):
        return (
            ". Patterns as programmers write them are not used here: write … for “some words between” as "
            "three dots, and (this|that) for “one of these”"
        )
    if "~" in strange:
        return " there. It stands right behind a verb, as in hit~ for every form of it"
    if "{" in strange or "}" in strange:
        return " there. Curly brackets hold the name of one of the filter’s lists, as in {family}"
    return ". Write words with spaces between them, and leave out full stops and other signs"


def _phrases_of(rule: Rule) -> Iterator[Phrase]:
    yield from rule.phrases
    yield from rule.unless


def _work_of(phrase: Phrase) -> int:
    """The most steps that are tried at one place of a text: what brackets within brackets and gaps after one
    another multiply to."""
    return sum(_work(steps)[0] for steps in phrase.parts)


def _work(steps: Steps) -> tuple[int, int, int]:
    """Steps tried, and the fewest and the most words that they can take."""
    tried = fewest = most = 0
    for step in steps:
        alternatives = [_work(inner) for inner in step.phrases]
        places = most - fewest + 1
        tried += places * (1 + sum(work for work, _, _ in alternatives))
        lengths = [(1, 1)] if step.words else []
        lengths += [(shortest, longest) for _, shortest, longest in alternatives]
        fewest += 0 if step.optional or step.gap else min((low for low, _ in lengths), default=0)
        most += step.gap or max((high for _, high in lengths), default=0)
    return tried, fewest, most
