"""A programme's own rules: read as the package's are, tried on their examples, and kept small."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.filtering import RulesBroken, RuleSet, Severity, check, load_rules
from shared.filtering.own_rules import MOST_EXAMPLES, MOST_PHRASES, MOST_RULES, read_own_rules
from tests.builders.policies import an_own_rule


def with_rules(*written: dict[str, Any]) -> RuleSet:
    return load_rules().adjusted(own_rules=written)


def refused(*written: dict[str, Any]) -> RulesBroken:
    with pytest.raises(RulesBroken) as raised:
        with_rules(*written)
    return raised.value


def test_an_own_rule_finds_with_its_own_sentence_and_note() -> None:
    rules = with_rules(an_own_rule(severity="high"))

    (found,) = check("shall we carry on in the Treehouse", sender="mentee", rules=rules).findings

    assert (found.rule, found.category, found.severity) == (
        "programme.treehouse",
        "offplatform",
        Severity.high,
    )
    assert found.sentence == "Please stay here rather than in the treehouse."
    assert found.note == "Our old forum, which nobody looks after any more."


def test_it_is_written_in_the_language_of_the_rule_files() -> None:
    rules = with_rules(
        an_own_rule(
            phrases=["(meet~|see) ..2 you ... (chippy|arcade) & after [the] bell"],
            unless=["see you on the news"],
            examples=["I could meet you by the arcade after bell"],
            not_examples=["I'd see you on the news at the arcade after the bell"],
        )
    )

    assert check("we're meeting you at the chippy, after the bell", sender="mentor", rules=rules).hold


def test_letters_of_other_alphabets_and_capitals_are_read_as_the_filter_reads_a_message() -> None:
    rules = with_rules(
        an_own_rule(phrases=["Świetlica’s Łódź"], examples=["see you at świetlicas łódź tomorrow"])
    )

    assert check("do you know Świetlica's LODZ", sender="mentee", rules=rules).hold


def test_the_version_says_which_rules_there_are_and_is_the_same_each_time() -> None:
    one, again = (with_rules(an_own_rule()) for _ in range(2))

    assert one.version == again.version
    assert with_rules(an_own_rule(phrases=["in the treehouse"])).version != one.version


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"examples": ["See you in the library"]}, "the rule does not see its example"),
        ({"not_examples": ["The treehouse in chapter two"]}, "the rule takes what it should not"),
    ],
)
def test_a_rule_that_contradicts_an_example_is_refused_and_both_are_named(
    change: dict[str, Any], reason: str
) -> None:
    broken = refused(an_own_rule(), an_own_rule(id="other", **change))

    ((example,),) = change.values()
    assert (broken.rule, broken.example, broken.reason) == ("programme.other", example, reason)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"category": "gardening"}, "there is no category “gardening”"),
        ({"severity": "dire"}, "there is no severity “dire”"),
        ({"phrases": []}, "has neither phrases nor a detector"),
        ({"examples": []}, "has no example"),
        ({"phrases": ["(the treehouse"]}, "does not close a bracket"),
        ({"phrases": ["{vegetables}"]}, "names a list that is not there"),
        ({"phrases": ["[treehouse]"]}, "asks for no word"),
        ({"phrases": ["(a+)+$"]}, "Patterns as programmers write them are not used here"),
        ({"phrases": [r"tree\s*house"]}, "Patterns as programmers write them are not used here"),
        ({"phrases": ["tree.house"]}, "has ., which no phrase can have"),
        ({"phrases": ["the {tree house}"]}, "has { }, which no phrase can have there. Curly"),
        ({"phrases": ["the ~ treehouse"]}, "has ~, which no phrase can have there. It stands"),
        ({"phrases": ["meet me 🌳"]}, "which no phrase can have"),
        ({"unless": ["tree-house"]}, "has -, which no phrase can have. Write words with spaces between"),
        ({"phrases": ["the treehouse " * 20]}, "160 is the most for a phrase"),
        ({"phrases": ["the treehouse"] * (MOST_PHRASES + 1)}, "41 phrases, and 40 is the most"),
        ({"not_examples": ["No."] * MOST_EXAMPLES}, "21 examples, and 20 is the most"),
        ({"detector": "link", "regex": ".*"}, "does not know regex"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_with_what_to_do(change: dict[str, Any], reason: str) -> None:
    broken = refused(an_own_rule(**change))

    assert reason in broken.reason
    assert broken.rule == "programme.treehouse"


def test_two_rules_of_one_name_are_refused() -> None:
    assert str(refused(an_own_rule(), an_own_rule())) == "programme.treehouse: is there twice"


def test_an_own_rule_hides_none_of_the_packages() -> None:
    rules = with_rules(an_own_rule(id="contact.phone"))

    assert check("ring 07700 900123", sender="mentee", rules=rules).hold


@pytest.mark.parametrize("misspelt", ["suicidel", "killin", "fuckk", "selfharn", "su1cidal"])
def test_a_misspelling_in_an_own_rule_hides_no_word_from_the_packages(misspelt: str) -> None:
    text = f"i am feeling {misspelt} today, thinking of {misspelt} myself"
    rules = with_rules(an_own_rule(phrases=[f"feeling {misspelt}"], examples=[text]))

    usual = {(one.rule, one.start) for one in check(text, sender="mentee").findings}
    found = {(one.rule, one.start) for one in check(text, sender="mentee", rules=rules).findings}

    assert usual < found


def test_a_word_that_only_an_own_rule_knows_is_found_when_it_is_drawn_out_or_disguised() -> None:
    rules = with_rules(an_own_rule())

    for written in ("treeeehouse", "tr33h0use"):
        assert check(f"see you in the {written}", sender="mentee", rules=rules).hold


def test_there_are_only_so_many() -> None:
    many = [an_own_rule(id=f"treehouse-{number}") for number in range(MOST_RULES + 1)]

    assert with_rules(*many[:-1]).rule("programme.treehouse-49")
    assert "51 rules, and 50 is the most" in refused(*many).reason


# However a phrase is written, it cannot slow the filter.

NESTED = "x ..9 (x ..9 (x ..9 (x ..9 (x ..9 (x ..9 x)))))"
ALTERNATIVES = "(x [x] [x]|x x [x]|x x x x) " * 5
LONG_GAPS = "x ..9 x ..9 x ..9 x ..9 x"
WORST_ALLOWED = "x ..9 (x ..9 x) ..9 z"


@pytest.mark.parametrize("phrase", [NESTED, ALTERNATIVES])
def test_a_phrase_that_leaves_too_much_open_is_refused(phrase: str) -> None:
    broken = refused(an_own_rule(phrases=[phrase.strip()], examples=["x x x x x x x x x x x"]))

    assert "leaves too much open, and would slow the filter" in broken.reason


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="xyz  ()[]|~.5&{}*", max_size=160) | st.text(max_size=160))
@example("(" * 160)
@example("y~")
@example("[x " * 50 + "]" * 50)
@example("\ud800 \u202e \x00")
def test_whatever_is_typed_is_read_or_refused_in_words(phrase: str) -> None:
    written = an_own_rule(phrases=[phrase], examples=["x"])
    with suppress(RulesBroken):
        (rule,) = read_own_rules([written], load_rules().reader)
        assert rule.phrases


def test_phrases_that_leave_too_much_open_between_them_are_refused() -> None:
    broken = refused(
        *(
            an_own_rule(id=f"gaps-{number}", phrases=[LONG_GAPS] * 40, examples=["x x x x x"])
            for number in range(2)
        )
    )

    assert "leave too much open between them" in broken.reason


def test_the_most_that_is_allowed_is_still_fast_on_the_worst_text() -> None:
    rules = with_rules(an_own_rule(phrases=[WORST_ALLOWED] * 11, examples=["x x x z"]))
    worst = ("z" + " x" * 69 + " ") * 36

    began = time.process_time()
    check(worst, sender="mentee", rules=rules)

    assert time.process_time() - began < 2


def test_matches_and_what_excuses_them_are_fast_however_often_a_text_says_both() -> None:
    excused = an_own_rule(phrases=["zebra", *["the"] * 36], unless=["the"], examples=["one zebra"])
    rules = with_rules(*(excused | {"id": f"excused-{number}"} for number in range(MOST_RULES)))

    began = time.process_time()
    verdict = check("the " * 1250, sender="mentee", rules=rules)

    assert time.process_time() - began < 2
    assert not any(found.rule.startswith("programme.") for found in verdict.findings)
