"""Judging: one message and one set of rules in, one verdict out. Deterministic, linear in the length of the
text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from .contact import details_in, pieces_across
from .folding import Folded, fold
from .phrases import Phrase
from .ruleset import Rule, RuleSet
from .verdict import Finding, RecentMessage, Sender, Severity, Verdict, verdict_on
from .words import Sentence


def judge(text: str, sender: Sender, recent: Sequence[RecentMessage], rules: RuleSet) -> Verdict:
    """What the rules see in a message; `recent` as in `check`."""
    folded = fold(text)
    sentences = rules.vocabulary.sentences(folded)
    findings = [
        *_phrases(text, folded, sentences, sender, rules),
        *_contact(text, folded, sentences, sender, rules),
    ]
    if recent:
        findings.extend(_pieces(text, folded, sender, recent, rules, findings))
    return verdict_on(findings, rules.version)


def _contact(
    text: str, folded: Folded, sentences: Sequence[Sentence], sender: Sender, rules: RuleSet
) -> Iterator[Finding]:
    for detail in details_in(text, folded, sentences, rules.platforms):
        rule = rules.by_detector.get(detail.detector)
        severity = rule.severity_for(sender) if rule else Severity.none
        if rule and severity is not Severity.none:
            yield _finding(rule, severity, text, folded, detail.start, detail.end)


def _pieces(
    text: str,
    folded: Folded,
    sender: Sender,
    recent: Sequence[RecentMessage],
    rules: RuleSet,
    already: Sequence[Finding],
) -> Iterator[Finding]:
    seen = {finding.category for finding in already}
    for detail, ids in pieces_across(text, recent, rules.vocabulary, rules.platforms):
        rule = rules.by_detector.get(detail.detector)
        if rule and rule.category not in seen:
            yield _finding(rule, rule.severity_for(sender), text, folded, detail.start, detail.end, ids)


def _phrases(
    text: str, folded: Folded, sentences: Sequence[Sentence], sender: Sender, rules: RuleSet
) -> Iterator[Finding]:
    seen: set[tuple[str, int, int]] = set()
    for sentence in sentences:
        present = set(sentence.words)
        tried = _phrases_to_try(present, rules)
        for number in sorted(tried):
            rule = rules.rules[number]
            severity = rule.severity_for(sender)
            place = (
                _first_match(rule, tried[number].values(), sentence.words, present)
                if severity is not Severity.none
                else None
            )
            if place is not None:
                start, end = sentence.spans[place[0]][0], sentence.spans[place[1] - 1][1]
                if (rule.id, start, end) in seen:
                    continue
                seen.add((rule.id, start, end))
                severity = _changed(rule, severity, sentence.words, sentences)
                yield _finding(rule, severity, text, folded, start, end)


def _phrases_to_try(present: Set[str], rules: RuleSet) -> dict[int, dict[str, Phrase]]:
    """By rule: the phrases of which every word that they cannot do without is in the sentence."""
    tried: dict[int, dict[str, Phrase]] = {}
    anchored = rules.anchored
    for word in present:
        for number, phrase in anchored.get(word, ()):
            if phrase.may_match(present):
                tried.setdefault(number, {})[phrase.written] = phrase
    return tried


def _first_match(
    rule: Rule, phrases: Iterable[Phrase], words: Sequence[str], present: Set[str]
) -> tuple[int, int] | None:
    excuses = [place for phrase in rule.unless if phrase.may_match(present) for place in phrase.widest(words)]
    first = None
    for phrase in phrases:
        for place in phrase.matches(words):
            if not any(place[0] < excuse[1] and excuse[0] < place[1] for excuse in excuses):
                first = place if first is None else min(first, place)
                break
    return first


def _changed(rule: Rule, severity: Severity, words: Sequence[str], sentences: Sequence[Sentence]) -> Severity:
    """A lower severity needs its reason in the same sentence; a higher one may have it anywhere in the
    message."""
    raised = [
        s.severity
        for s in rule.becomes
        if s.severity.rank > severity.rank and _anywhere(s.phrases, sentences)
    ]
    if raised:
        return max(raised, key=lambda s: s.rank)
    lowered = [
        change.severity
        for change in rule.becomes
        if change.severity.rank < severity.rank and any(_is_in(phrase, words) for phrase in change.phrases)
    ]
    return min(lowered, key=lambda s: s.rank, default=severity)


def _anywhere(phrases: Sequence[Phrase], sentences: Sequence[Sentence]) -> bool:
    return any(_is_in(phrase, sentence.words) for sentence in sentences for phrase in phrases)


def _is_in(phrase: Phrase, words: Sequence[str]) -> bool:
    return next(phrase.matches(words), None) is not None


def _finding(
    rule: Rule,
    severity: Severity,
    text: str,
    folded: Folded,
    start: int,
    end: int,
    recent_ids: tuple[str, ...] = (),
) -> Finding:
    first, last = folded.original_span(start, end)
    return Finding(
        rule.id, rule.category, severity, first, last, text[first:last], rule.sentence, recent_ids, rule.note
    )
