"""What a draft would change, message by message and in all."""

from datetime import timedelta
from typing import Any

import pytest

from shared.filtering import Finding, Severity, Verdict
from shared.lab.rules import (
    HEADINGS,
    MOST_SAMPLES,
    Known,
    Place,
    Sums,
    added,
    days_covered,
    differences,
    extra_minutes_a_day,
    headings_of,
    read_place,
    read_sums,
    stored_sums,
    without,
    wording_of,
    written_place,
)
from shared.policies import FilterChanges
from tests.builders.clock import MONDAY
from tests.builders.policies import an_own_rule

DELIVERED = Verdict(False, Severity.none, "deliver", (), "rules-7")


def held(severity: str = "medium", lane: Any = "moderation") -> Verdict:
    found = Finding("a.rule", "offplatform", Severity(severity), 0, 3, "the", "")
    return Verdict(True, Severity(severity), lane, (found,), "rules-7")


def a_worry(severity: str = "medium") -> Verdict:
    return held(severity, "safeguarding")


def known(**changes: Any) -> Known:
    usual = {
        "pair_id": "pair",
        "message_id": "message",
        "checked_at": MONDAY,
        "state": "delivered",
        "was_held": False,
        "is_concern": False,
    }
    return Known(**(usual | changes))


@pytest.mark.parametrize(
    ("in_force", "draft", "headings"),
    [
        (DELIVERED, DELIVERED, ()),
        (DELIVERED, held(), ("newly_held",)),
        (held(), DELIVERED, ("no_longer_held",)),
        (held(), held(), ()),
        (held("low"), held("high"), ("more_serious",)),
        (held("high"), held("low"), ("less_serious",)),
        (held("high"), a_worry("low"), ("more_serious",)),
        (a_worry("low"), held("immediate"), ("less_serious",)),
        (DELIVERED, a_worry(), ("newly_held",)),
    ],
)
def test_a_message_stands_under_what_the_draft_changes_about_it(
    in_force: Verdict, draft: Verdict, headings: tuple[str, ...]
) -> None:
    assert headings_of(known(), in_force, draft) == headings


@pytest.mark.parametrize(
    ("state", "was_held", "in_force", "draft", "contradicts"),
    [
        ("delivered", True, DELIVERED, held(), True),
        ("delivered", False, DELIVERED, held(), False),  # nobody has decided on it
        ("delivered", True, held(), held(), False),  # the rules in force contradict it as well
        ("returned", True, held(), DELIVERED, True),
        ("declined", True, held(), DELIVERED, True),
        ("declined", True, DELIVERED, DELIVERED, False),
        ("held", True, held(), DELIVERED, False),
        ("withdrawn", True, held(), DELIVERED, False),
    ],
)
def test_a_decision_is_contradicted_by_what_the_draft_changes_against_it(
    state: str, was_held: bool, in_force: Verdict, draft: Verdict, contradicts: bool
) -> None:
    found = headings_of(known(state=state, was_held=was_held), in_force, draft)

    assert ("contradicted" in found) is contradicts


@pytest.mark.parametrize(
    ("in_force", "draft", "missed"),
    [
        (a_worry(), DELIVERED, True),
        (a_worry(), held(), True),
        (a_worry("high"), a_worry("low"), False),
        (DELIVERED, DELIVERED, True),  # missed now, and by the draft too
    ],
)
def test_a_known_concern_is_missed_where_the_draft_sees_no_worry(
    in_force: Verdict, draft: Verdict, missed: bool
) -> None:
    found = headings_of(known(is_concern=True), in_force, draft)

    assert ("concerns_missed" in found) is missed
    assert "concerns_missed" not in headings_of(known(), in_force, draft)


def test_sums_count_everything_and_remember_only_so_many() -> None:
    sums = Sums()
    for number in range(MOST_SAMPLES + 5):
        at = MONDAY - timedelta(days=number)
        sums = added(sums, known(message_id=f"m{number}", checked_at=at), ("newly_held",))
    sums = added(sums, known(checked_at=MONDAY - timedelta(days=99)), ())

    assert (sums.read, sums.count("newly_held"), sums.count("no_longer_held")) == (36, 35, 0)
    assert sums.samples["newly_held"][0] == ("pair", "m0")
    assert len(sums.samples["newly_held"]) == MOST_SAMPLES
    assert days_covered(sums) == 99
    assert read_sums(stored_sums(sums)) == sums


def test_extra_reading_is_what_is_newly_held_less_what_no_longer_is_per_day() -> None:
    sums = Sums()
    for day in range(11):
        sums = added(sums, known(checked_at=MONDAY + timedelta(days=day)), ("newly_held",))
    sums = added(sums, known(), ("no_longer_held",))

    assert extra_minutes_a_day(sums, 3) == pytest.approx(3)


def test_of_one_afternoon_or_of_nothing_a_day_is_the_least() -> None:
    assert days_covered(Sums()) == 1
    assert extra_minutes_a_day(Sums(), 2) == 0
    assert days_covered(added(Sums(), known(), HEADINGS)) == 1


def test_what_is_counted_apart_can_be_left_out_again() -> None:
    own, other = (known(pair_id=pair_id) for pair_id in ("own", "other"))
    sums = added(Sums(), own, ["newly_held", "contradicted"], is_apart=True)
    sums = added(added(sums, other, ["newly_held"], is_apart=True), other, [])

    left = without(read_sums(stored_sums(sums)), {"own"})

    assert (left.count("newly_held"), left.count("contradicted")) == (1, 0)
    assert left.samples["newly_held"] == (("other", "message"),)
    assert without(sums, set()) == sums


@pytest.mark.parametrize("place", [Place(), Place("held", "7#2026#a|b", 250), Place("checked"), Place("end")])
def test_a_place_is_found_again(place: Place) -> None:
    assert read_place(written_place(place)) == place


def changes(**said: Any) -> FilterChanges:
    return FilterChanges.model_validate(said)


def test_a_wording_differs_with_whatever_differs() -> None:
    nothing, one = changes(), changes(own_rules=[an_own_rule()])
    other = changes(own_rules=[an_own_rule(sentence="Please write here.")])
    several = [(nothing, one), (nothing, other), (one, one), (other, one), (nothing, nothing)]

    assert len({wording_of(in_force, draft) for in_force, draft in several}) == len(several)
    assert wording_of(nothing, one) == wording_of(changes(), changes(own_rules=[an_own_rule()]))


def test_what_was_tried_by_another_version_of_the_filter_was_tried_in_another_wording() -> None:
    before, after = (
        wording_of(changes(), changes(own_rules=[an_own_rule()]), filter_version=version)
        for version in ("2d5d85e2f913", "7a24df26fa2c")
    )

    assert before != after


def test_differences_are_named_rule_by_rule() -> None:
    before = changes(
        own_rules=[an_own_rule(), an_own_rule(id="old-forum")],
        switched_off=["contact.link"],
        severities={"contact.phone": "high", "wellbeing.low": "high"},
    )
    after = changes(
        own_rules=[
            an_own_rule(severity="high", phrases=["the treehouse", "tree fort"]),
            an_own_rule(id="new"),
        ],
        switched_off=["contact.email"],
        severities={"contact.phone": "low"},
    )

    found = differences(before, after)

    assert [(one.what, one.rule, one.severity) for one in found] == [
        ("changed", "programme.treehouse", ""),
        ("added", "programme.new", ""),
        ("removed", "programme.old-forum", ""),
        ("switched_off", "contact.email", ""),
        ("switched_on", "contact.link", ""),
        ("severity", "contact.phone", "low"),
        ("severity", "wellbeing.low", ""),
    ]
    assert found[0].before == ("How urgent: medium",)
    assert found[0].after == ("How urgent: high", "Looks for: tree fort")
    assert "About: talking elsewhere" in found[1].after
    assert differences(after, after) == ()
