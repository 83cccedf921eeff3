"""Asking all phrases at once rules out none that a sentence holds."""

from collections.abc import Iterable, Sequence
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.filtering import Rule, load_rules
from shared.filtering.folding import fold
from shared.filtering.phrase_reader import PhraseReader
from shared.filtering.phrases import Phrase, alternatives
from shared.filtering.possible import Possible
from shared.filtering.sentences import Sentence

RULES = load_rules()
PIECES = [
    "my",
    "dad",
    "step",
    "mum",
    "hit",
    "me",
    "again",
    "not",
    "one",
    "or",
    "the",
    "other",
    "hard",
    "time",
]
WRITTEN = [
    "my dad hit me",
    "(hard time|not (one|the other)|me ... again|hit) ..2",
    "[not] (my step dad|my mum) [again]",
    "(step dad|mum) ..2 (hit me|hit the other)",
    "{parent} & hit & again",
    "time",
]
PHRASES = [
    PhraseReader({"parent": ["mum", "dad", "step (mum|dad)"]}, lambda word: (word,)).read(written)
    for written in WRITTEN
]


def sentence_of(words: Sequence[str]) -> Sentence:
    (sentence,) = RULES.vocabulary.sentences(fold(" ".join(words)))
    return sentence


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12))
@settings(max_examples=300, deadline=None)
def test_a_phrase_that_a_sentence_holds_is_possible_in_it(words: list[str]) -> None:
    sentence = sentence_of(words)

    possible = Possible(PHRASES).in_words(sentence.present)

    assert possible == sorted(possible)
    assert {at for at, phrase in enumerate(PHRASES) if phrase.is_in(sentence)} <= set(possible)


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.written)
@given(words=st.lists(st.sampled_from(PIECES), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_the_alternatives_of_a_phrase_match_where_it_does(phrase: Phrase, words: list[str]) -> None:
    sentence = sentence_of(words)
    among = chain.from_iterable(one.matches(sentence) for one in alternatives(phrase))

    assert shortest(among) == shortest(phrase.matches(sentence))


def shortest(places: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Where the shortest place that begins at each start ends."""
    return dict(sorted(places, reverse=True))


def test_a_group_that_stands_alone_comes_apart() -> None:
    (group,) = (phrase for phrase in PHRASES if phrase.written.startswith("(hard time"))

    assert len(alternatives(group)) == 4


@given(st.sampled_from([rule for rule in RULES.rules if rule.examples]), st.data())
@settings(max_examples=100, deadline=None)
def test_every_phrase_in_a_rules_example_is_asked_for(rule: Rule, data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(rule.examples))
    for sentence in RULES.vocabulary.sentences(fold(example)):
        possible = set(RULES.possible.in_words(sentence.present))
        holds = {at for at, (_, phrase) in enumerate(RULES.phrases) if phrase.is_in(sentence)}

        assert holds <= possible
