"""Whoever keeps every copy there ever was learns nothing that is not shown, however they reckon."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.evaluation.batches import come_in, fewest_of, who_would_know, words_that_come_in

ANSWERS = ("1", "2", "3", "4", "5")
NOT_SAID = ""
Said = Sequence[str]
"""What each of a batch of people answered."""

batches = st.lists(st.lists(st.sampled_from((*ANSWERS, NOT_SAID)), max_size=14), max_size=8)
one_sided = st.lists(st.lists(st.sampled_from(("1", "2", "2", "2", "3")), max_size=14), max_size=12)


def copies(history: Sequence[Said], fewest: int) -> list[dict[str, int]]:
    """What is shown after each batch that is large enough; smaller ones wait for the next."""
    shown: dict[str, int] = {}
    given: dict[str, int] = {}
    waiting, made = 0, []
    for said in history:
        waiting += len(said)
        for answer in said:
            if answer:
                given[answer] = given.get(answer, 0) + 1
        if waiting >= fewest:
            shown = come_in(shown, given, batch=waiting, fewest=fewest)
            waiting = 0
        made.append(shown)
    return made


def as_if_all_others_had_said_nothing(
    history: Sequence[Said], made: Sequence[dict[str, int]]
) -> list[list[str]]:
    """As many people on the same days, of whom those who are shown answered since the copy before the one in
    which they came in, and nobody else gave an answer."""
    found: list[list[str]] = []
    for day, (before, after) in enumerate(pairwise([{}, *made])):
        told = [answer for answer in after for _ in range(after[answer] - before.get(answer, 0))]
        found.append([])
        for earlier in range(day, -1, -1):
            room = len(history[earlier]) - len(found[earlier])
            found[earlier] += told[:room]
            told = told[room:]
        assert not told, "more are shown than have answered"
    return [
        [*said, *[NOT_SAID] * (len(theirs) - len(said))] for said, theirs in zip(found, history, strict=True)
    ]


@settings(max_examples=400, deadline=None)
@given(batches | one_sided, st.sampled_from((3, 5)))
def test_between_two_looks_each_number_differs_by_nought_or_by_enough_people(
    history: list[list[str]], fewest: int
) -> None:
    made = [{}, *copies(history, fewest)]

    for place, before in enumerate(made):
        for after in made[place:]:
            for answer in ANSWERS:
                more = after.get(answer, 0) - before.get(answer, 0)
                assert more == 0 or more >= fewest


@settings(max_examples=400, deadline=None)
@given(batches | one_sided, st.sampled_from((3, 5)))
def test_whatever_is_not_shown_may_be_that_all_the_others_would_rather_not_say(
    history: list[list[str]], fewest: int
) -> None:
    """As many people answer on the same days; then all that anybody ever sees is the same to the last number.
    So no number that is not shown, and none between two copies, can be told from nought."""
    made = copies(history, fewest)

    assert copies(as_if_all_others_had_said_nothing(history, made), fewest) == made


def test_those_who_wait_come_in_with_others_and_no_more_than_have_answered_since() -> None:
    shown = come_in({"1": 5}, {"1": 7, "2": 4}, batch=5, fewest=5)
    assert shown == {"1": 5}  # two and four wait

    assert come_in(shown, {"1": 8, "2": 8}, batch=7, fewest=5) == {"1": 5, "2": 7}
    assert come_in({}, {"1": 6, "2": 6}, batch=12, fewest=5) == {"1": 6, "2": 6}
    assert come_in({}, {"1": 6, "2": 6}, batch=10, fewest=5) == {"1": 6}


def test_of_texts_enough_come_in_or_none() -> None:
    assert [words_that_come_in(waiting, batch=6, fewest=5) for waiting in (4, 5, 6, 9)] == [0, 5, 6, 6]


def test_what_was_promised_to_one_who_answered_is_kept_to() -> None:
    assert fewest_of(5, []) == 5
    assert fewest_of(5, [8, 5]) == 8  # lowered later
    assert fewest_of(10, [8]) == 10  # raised later


def test_whoever_has_written_with_most_of_a_batch_is_not_shown_the_few_others() -> None:
    with_ruth = [("ruth", f"mentee-{number}") for number in range(3)]
    with_callum = [("callum", f"mentee-{number}") for number in range(3, 8)]

    assert who_would_know([*with_ruth, *with_callum], fewest=5) == {"callum"}
    assert who_would_know([*with_ruth, *with_callum], fewest=3) == set()
    assert who_would_know([*with_ruth[:1], *with_callum[:4]], fewest=5) >= {"ruth", "mentee-0", "callum"}
