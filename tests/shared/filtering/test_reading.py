"""What messages read like: the trained tables, and how they are judged by."""

import json
import zlib
from array import array
from dataclasses import replace
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.filtering import RulesBroken, check, load_rules
from shared.filtering.folding import fold
from shared.filtering.loading import load_model, load_rules_alone
from shared.filtering.reading import (
    DETAILS,
    GROUPS,
    MODEL_FILE,
    Model,
    Reading,
    most_telling,
    units_by_capitals,
    units_of,
)
from shared.filtering.verdict import Severity
from shared.filtering.weights import COARSER, LANES, NOTHING, PLACES, Table, parts_of, places_of
from training.messages import fingerprint, messages

VOCABULARY = load_rules().vocabulary
WORRY = 3


def table_of_many_weights(coarser: int) -> tuple[list[int], Table]:
    """A table in which one place in three is empty, and the weights of one question."""
    weights = [at * 7919 % 251 + 1 if at % 3 else 0 for at in range(PLACES >> coarser)]
    lanes = array("Q", [sum(weight << 16 * lane for lane in range(LANES)) for weight in weights])
    return weights, Table(lanes.tobytes(), coarser=coarser)


TABLES = {coarser: table_of_many_weights(coarser) for coarser in (0, COARSER)}


def test_the_tables_were_trained_on_the_labelled_messages_that_are_here() -> None:
    about = json.loads(MODEL_FILE.read_bytes().partition(b"\n")[0])

    assert about["trained_on"] == fingerprint(), "run `make train-filter`"


def test_reading_only_ever_adds_to_what_the_rules_see() -> None:
    alone = load_rules_alone()

    for row in list(messages())[::40]:
        by_rules = {
            (f.rule, f.start, f.end) for f in check(row["text"], sender="mentee", rules=alone).findings
        }
        with_reading = {(f.rule, f.start, f.end) for f in check(row["text"], sender="mentee").findings}

        assert by_rules <= with_reading


def test_a_word_that_tells_of_a_worry_holds_a_message_that_has_it() -> None:
    model = made({"drookit": {WORRY: 90}}, bar=38)

    assert [r.category for r in read(model, "i am drookit")] == [sorted(GROUPS[WORRY])[0]]
    assert not read(model, "i am at the library")


def test_words_can_speak_against_it() -> None:
    model = made({"drookit": {WORRY: 90}, "umbrella": {WORRY: -120}}, bar=38)

    assert not read(model, "drookit without my umbrella")


def test_what_is_ordinary_before_or_after_speaks_against_nothing() -> None:
    model = made({"drookit": {WORRY: 90}, "umbrella": {WORRY: -120}}, bar=38)

    for text in (
        "I have an umbrella. drookit",
        "drookit. I have an umbrella!",
        "so drookit My umbrella is blue",
    ):
        assert read(model, text), text


def test_the_reading_spans_the_telling_sentence() -> None:
    model = made({"drookit": {WORRY: 90}}, bar=38)
    text = "How was your week? I was drookit. See you soon."

    (reading,) = read(model, text)

    assert text[reading.start : reading.end] == "I was drookit"


def test_a_worry_that_a_rule_has_seen_is_told_again_only_where_it_reads_more_severe() -> None:
    seen = {"wellbeing": Severity.low}
    calm = made({"drookit": {WORRY: 90}}, bar=38)
    severe = made({"drookit": {WORRY: 90}}, bar=38, details={"drookit": {"high": 100, "suicide": 50}})

    assert not read(calm, "drookit", seen)
    assert [(r.category, r.severity) for r in read(severe, "drookit", seen)] == [("suicide", Severity.high)]


@pytest.mark.parametrize("severity", [Severity.low, Severity.high])
def test_a_severity_that_a_programme_has_set_is_not_raised_by_what_reads_severe(severity: Severity) -> None:
    says = {"drookit": {WORRY: 90}}
    severe = made(says, bar=38, details={"drookit": {"high": 90, "immediate": 90}})
    usual = replace(load_rules(), model=severe)
    category = sorted(GROUPS[WORRY])[0]
    rules = usual.adjusted(severities={f"reads_like.{category}": severity})

    assert check("i am drookit", sender="mentee", rules=usual).severity is Severity.immediate
    assert check("i am drookit", sender="mentee", rules=rules).severity is severity


def test_what_a_programme_has_switched_off_is_not_read_either() -> None:
    usual = replace(load_rules(), model=made({"drookit": {WORRY: 90}}, bar=38))
    rules = usual.adjusted(switched_off=[f"reads_like.{sorted(GROUPS[WORRY])[0]}"])

    assert check("i am drookit", sender="mentee", rules=usual).hold
    assert not check("i am drookit", sender="mentee", rules=rules).hold


def test_the_nearest_labelled_messages_are_named() -> None:
    model = made(
        {"drookit": {WORRY: 90}},
        bar=38,
        details={"drookit": {"neglect": 50}},
        examples="neglect\tmy coat is always drookit\nneglect\tno heating again\nbullying\tso drookit\n",
    )

    assert read(model, "i am drookit")[0].like == ("my coat is always drookit",)


def test_what_a_switched_off_rule_sees_is_not_held_for_how_it_reads_but_another_sentence_is() -> None:
    model = made({"drookit": {WORRY: 90}}, bar=38, details={"drookit": {"wellbeing": 90}})
    rules = replace(load_rules(), model=model).adjusted(
        own_rules=[
            {"id": "soaked", "category": "wellbeing", "phrases": ["soaked"], "examples": ["i am soaked"]}
        ]
    )
    off = rules.adjusted(switched_off=["programme.soaked"])

    assert not check("i am drookit and soaked", sender="mentee", rules=off).hold
    assert check("i am soaked. i am drookit", sender="mentee", rules=off).hold
    assert check("i am drookit", sender="mentee", rules=off).hold


def test_the_most_telling_run_says_most_for_its_length() -> None:
    """Each is weighed as though it had two words more."""
    assert most_telling([8], [2]) == (4, 0, 1)
    assert most_telling([-5, 6, 9, -9, 2], [1, 1, 2, 1, 1]) == (15 / sqrt(5), 1, 3)
    assert most_telling([-5, -2, -7], [2, 2, 2]) == (-1, 1, 2)


@given(st.lists(st.tuples(st.integers(-500, 500), st.integers(1, 60)), min_size=2, max_size=9), st.data())
def test_a_sentence_more_makes_no_run_of_three_less_telling(
    units: list[tuple[int, int]], data: st.DataObject
) -> None:
    length = data.draw(st.integers(1, min(3, len(units) - 1)))
    first = data.draw(st.integers(0, len(units) - length))
    part = units[first : first + length]

    def telling(of: list[tuple[int, int]]) -> float:
        return most_telling([value for value, _ in of], [size for _, size in of])[0]

    assert telling(units) >= telling(part)


@given(st.lists(st.sampled_from(["my", "dad", "shouts", "at", "me", "we", "7", "can't", "здр"]), max_size=80))
def test_what_is_reckoned_for_all_words_at_once_is_the_sum_of_their_places(words: list[str]) -> None:
    for unit in units_of(VOCABULARY.sentences(fold(" ".join(words)))):
        for coarser, (weights, table) in TABLES.items():
            said = [weights[place >> coarser] for place in places_of(unit)]
            expected = sum(weight - NOTHING for weight in said if weight)

            assert list(table.sums(unit)) == [expected] * LANES


def test_a_capital_after_small_letters_begins_something_new() -> None:
    text = "i miss him See you on Monday Jo"
    sentences = VOCABULARY.sentences(fold(text))

    assert len(units_of(sentences)) == 1
    assert [text[u.start : u.end] for u in units_by_capitals(sentences, fold(text), text)] == [
        "i miss him",
        "See you on",
        "Monday Jo",
    ]


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"version": "1"}\nxx', b"not json\n", None])
def test_tables_that_cannot_be_read_are_broken_rules(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "reading.bin"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(RulesBroken, match=r"reading\.bin"):
        load_model(file)


def read(model: Model, text: str, seen: dict[str, Severity] | None = None) -> list[Reading]:
    folded = fold(text)
    heard = model.heard(text, folded, VOCABULARY.sentences(folded))
    return list(model.readings(heard, folded, seen or {}))


def made(
    words: dict[str, dict[int, int]],
    *,
    bar: int,
    hinted: int = 0,
    severely_hinted: int = 0,
    details: dict[str, dict[str, int]] | None = None,
    examples: str = "",
) -> Model:
    """A model in which only the stems of these words weigh anything."""
    groups = packed(words, places=PLACES, coarser=0)
    tables = [
        packed(
            {
                word: {DETAILS.index(name) - at: weight for name, weight in said.items()}
                for word, said in (details or {}).items()
            },
            places=PLACES >> COARSER,
            coarser=COARSER,
        )
        for at in range(0, len(DETAILS), LANES)
    ]
    first = zlib.compress(groups)
    about = {
        "version": "made",
        "trained_on": "nothing",
        "bars": [bar] * len(GROUPS),
        "hinted": [[hinted, severely_hinted]] * len(GROUPS),
        "begin": [-50, -50, *[0] * (len(DETAILS) - 2)],
        "size": len(first),
    }
    content = json.dumps(about).encode() + b"\n" + first + zlib.compress(b"".join(tables))
    return Model(content, examples)


def packed(words: dict[str, dict[int, int]], *, places: int, coarser: int) -> bytes:
    table = array("Q", [0]) * places
    for word, said in words.items():
        weights = [said.get(lane, 0) for lane in range(LANES)]
        if any(weights):
            place = parts_of(word)[0] >> coarser
            table[place] = sum((weight + NOTHING) << 16 * lane for lane, weight in enumerate(weights))
    return table.tobytes()


def test_a_sentence_that_is_mostly_excused_is_not_held_for_how_it_reads() -> None:
    assert not check("Thanks, that was useful. We can talk here.", sender="mentee").hold


def test_an_excuse_excuses_nothing_that_is_said_beside_it() -> None:
    for text in ("we cant talk here, it gets read", "we can talk here or add me on insta, its zz.ola_sketch"):
        assert check(text, sender="mentee").hold, text
