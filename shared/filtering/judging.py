"""Judging: one message and one set of rules in, one verdict out. Deterministic, linear in the length of the
text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from .contact import details_in, pieces_across
from .folding import Folded, fold
from .phrases import Phrase
from .reading import Heard, Reading, group_of
from .ruleset import READS_LIKE, Rule, RuleSet
from .sentences import Sentence
from .verdict import (
    CONTACT_CATEGORIES,
    REACH_CATEGORIES,
    WORRY_CATEGORIES,
    Finding,
    RecentMessage,
    Sender,
    Severity,
    Verdict,
    verdict_on,
)


def judge(text: str, sender: Sender, recent: Sequence[RecentMessage], rules: RuleSet) -> Verdict:
    """What the rules see in a message; `recent` as in `check`."""
    folded = fold(text)
    sentences = rules.vocabulary.sentences(folded)
    said = list(_phrases(text, folded, sentences, sender, rules))
    hinted = [finding for finding, is_hint in said if is_hint]
    found = [
        *(finding for finding, is_hint in said if not is_hint),
        *_contact(text, folded, sentences, sender, rules),
    ]
    findings = [finding for finding in found if finding.rule not in rules.off] if rules.off else found
    if recent:
        findings.extend(_pieces(text, folded, sender, recent, rules, findings))
    if rules.model is not None:
        unminded = [finding for finding in (*found, *hinted) if finding.rule in rules.off]
        heard = rules.model.heard(text, folded, sentences)
        hinted = [hint for hint in hinted if hint.rule not in rules.off and hint not in findings]
        findings.extend(hint for hint in hinted if rules.model.bears_out(heard, hint.category, hint.severity))
        findings.extend(_readings(text, folded, sentences, sender, rules, heard, findings, unminded))
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
        severity = rule.severity_for(sender) if rule and not rule.is_off else Severity.none
        if rule and severity is not Severity.none and rule.category not in seen:
            yield _finding(rule, severity, text, folded, detail.start, detail.end, ids)


def _readings(
    text: str,
    folded: Folded,
    sentences: Sequence[Sentence],
    sender: Sender,
    rules: RuleSet,
    heard: Heard,
    already: Sequence[Finding],
    unminded: Sequence[Finding],
) -> Iterator[Finding]:
    """What the message reads like. `unminded`: what was seen by rules that the programme has switched off."""
    seen: dict[str, Severity] = {}
    for finding in already:
        before = seen.get(finding.category, Severity.none)
        seen[finding.category] = max(before, finding.severity, key=lambda s: s.rank)
    for reading in _minded(text, folded, sentences, rules, heard, seen, unminded):
        is_severe = reading.severity is not None and _may_read_severe(reading, sender)
        if reading.severity and not is_severe and not group_of(reading.category).isdisjoint(seen):
            continue  # it was to raise what a rule has seen
        rule = rules.by_detector.get(READS_LIKE + reading.category)
        severity = rule.severity_for(sender) if rule and not rule.is_off else Severity.none
        if rule and severity is not Severity.none and not _is_excused(reading, rule, sentences, rules):
            if is_severe and reading.severity and not rule.has_set_severity:
                severity = max(severity, reading.severity, key=lambda s: s.rank)
            finding = _finding(rule, severity, text, folded, reading.start, reading.end)
            nearest = "; ".join(f"“{example}”" for example in reading.like)
            yield replace(finding, note=f"{rule.note} Nearest: {nearest}." if nearest else rule.note)


def _may_read_severe(reading: Reading, sender: Sender) -> bool:
    """Whether words may raise it: of contact and meetings, what a mentor writes weighs more, not how."""
    return sender == "mentor" or reading.category not in CONTACT_CATEGORIES | REACH_CATEGORIES


def _is_excused(reading: Reading, rule: Rule, sentences: Sequence[Sentence], rules: RuleSet) -> bool:
    """Whether what was read is one sentence, and most of it is what the rule lets pass. Anything more is
    held."""
    if rule.unless:
        excuses = rules.excuses(rules.rules.index(rule))
        for part in sentences:
            if (part.spans[0][0], part.spans[-1][1]) == (reading.start, reading.end):
                return 2 * _excused(excuses, part).bit_count() > len(part.words)
    return False


def _minded(
    text: str,
    folded: Folded,
    sentences: Sequence[Sentence],
    rules: RuleSet,
    heard: Heard,
    seen: Mapping[str, Severity],
    unminded: Sequence[Finding],
) -> Iterator[Reading]:
    """A sentence in which a switched-off rule sees something is not held for reading so after all. What else
    the message says is read without it; and a worry of another category, with it."""
    if rules.model is None:
        return
    let_pass = {
        category
        for one in unminded
        for category in ({one.category} if one.category in WORRY_CATEGORIES else group_of(one.category))
    }
    for reading in rules.model.readings(heard, folded, seen):
        if reading.category not in let_pass:
            yield reading
    if let_pass:
        others = [part for part in sentences if not _touches(part, folded, unminded)]
        for reading in rules.model.readings(rules.model.heard(text, folded, others), folded, seen):
            if reading.category in let_pass:
                yield reading


def _touches(part: Sentence, folded: Folded, findings: Sequence[Finding]) -> bool:
    start, end = folded.original_span(part.spans[0][0], part.spans[-1][1])
    return any(one.start < end and start < one.end for one in findings)


def _phrases(
    text: str,
    folded: Folded,
    sentences: Sequence[Sentence],
    sender: Sender,
    rules: RuleSet,
) -> Iterator[tuple[Finding, bool]]:
    """What phrases see, and whether it is only a hint: that is not found yet."""
    seen: set[tuple[str, int, int, bool]] = set()
    for sentence in sentences:
        for number, (phrases, hints) in _phrases_to_try(sentence, rules).items():
            rule = rules.rules[number]
            severity = rule.severity_for(sender)
            if severity is Severity.none:
                continue
            place = _first_match(phrases, number, rules, sentence)
            is_hint = place is None
            place = place or _first_match(hints, number, rules, sentence)
            if place is None:
                continue
            start, end = sentence.spans[place[0]][0], sentence.spans[place[1] - 1][1]
            if (rule.id, start, end, is_hint) not in seen:
                seen.add((rule.id, start, end, is_hint))
                changed = _changed(rule, severity, sentence, sentences)
                yield _finding(rule, changed, text, folded, start, end), is_hint


def _phrases_to_try(sentence: Sentence, rules: RuleSet) -> dict[int, tuple[list[Phrase], list[Phrase]]]:
    """By rule, in their order: the phrases that the sentence could hold, and the hints."""
    tried: dict[int, tuple[list[Phrase], list[Phrase]]] = {}
    for at in rules.possible.in_words(sentence.places):
        number, phrase = rules.phrases[at]
        if number not in tried:
            tried[number] = ([], [])
        tried[number][at in rules.hinting].append(phrase)
    return tried


def _first_match(
    phrases: Iterable[Phrase], number: int, rules: RuleSet, sentence: Sentence
) -> tuple[int, int] | None:
    first: tuple[int, int] | None = None
    excused: int | None = None
    for phrase in phrases:
        if not phrase.is_in(sentence):
            continue
        for place in phrase.matches(sentence, but=excused or 0):
            if excused is None:
                excused = _excused(rules.excuses(number), sentence)
            if not excused & _bits(place):
                first = place if first is None else min(first, place)
                break
    return first


def _excused(unless: Mapping[str, Sequence[Phrase]], sentence: Sentence) -> int:
    """The positions, a bit for each, at which the sentence says what makes a match ordinary: however often it
    does, a match is compared with all of them at once."""
    present = sentence.present
    possible = (phrase for word in present if word in unless for phrase in unless[word])
    excused = 0
    for phrase in possible:
        if phrase.may_match(present) and phrase.is_in(sentence):
            for place in phrase.widest(sentence):
                excused |= _bits(place)
    return excused


def _bits(place: tuple[int, int]) -> int:
    """The positions from the first word of a place to its last."""
    start, end = place
    return (1 << end) - (1 << start)


def _changed(rule: Rule, severity: Severity, sentence: Sentence, sentences: Sequence[Sentence]) -> Severity:
    """A lower severity needs its reason in the same sentence; a higher one may have it anywhere."""
    raised = [
        change.severity
        for change in rule.becomes
        if change.severity.rank > severity.rank and any(_says(s, change.phrases) for s in sentences)
    ]
    if raised:
        return max(raised, key=lambda s: s.rank)
    lowered = [
        change.severity
        for change in rule.becomes
        if change.severity.rank < severity.rank and _says(sentence, change.phrases)
    ]
    return min(lowered, key=lambda s: s.rank, default=severity)


def _says(sentence: Sentence, phrases: Iterable[Phrase]) -> bool:
    return any(
        phrase.may_match(sentence.present)
        and phrase.is_in(sentence)
        and next(phrase.matches(sentence), None) is not None
        for phrase in phrases
    )


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
