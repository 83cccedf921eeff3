"""The verdict: lanes, severities, places in the text, and disguises."""

import pytest

from shared.filtering import Severity, check


@pytest.mark.parametrize(
    ("text", "lane"),
    [
        ("I finished my essay on Macbeth", "deliver"),
        ("my email is rhona@example.org", "moderation"),
        ("i feel anxious before every exam", "safeguarding"),
        ("i feel anxious, ring me on 07700 900123", "safeguarding"),
    ],
)
def test_a_worry_goes_to_safeguarding_and_other_findings_to_moderation(text: str, lane: str) -> None:
    verdict = check(text, sender="mentee")

    assert verdict.lane == lane
    assert verdict.hold == (lane != "deliver")


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("i'm a bit worried about the interview", Severity.low),
        ("im not stressed at all this year which is new", Severity.low),
        ("is Ophelia's death meant to be suicide", Severity.low),
        ("i feel so alone", Severity.medium),
        ("I stopped self harming two years ago", Severity.medium),
        ("i cut my legs last night", Severity.high),
        ("i want to die", Severity.high),
        ("i know how im going to do it and when", Severity.immediate),
        ("ive got a knife in my bag for him", Severity.immediate),
    ],
)
def test_severity_rises_with_plan_means_and_time_and_falls_with_the_past(
    text: str, severity: Severity
) -> None:
    assert check(text, sender="mentee").severity is severity


def test_a_mentor_who_asks_for_an_account_weighs_more_than_a_mentee() -> None:
    assert check("do you have snapchat", sender="mentee").severity is Severity.medium
    assert check("do you have snapchat", sender="mentor").severity is Severity.high


def test_a_worry_within_ordinary_talk_is_seen_and_marked_in_the_text_as_written() -> None:
    text = "The open day was great. I’ve been cutting my arms again. How was your week?"

    finding = next(f for f in check(text, sender="mentee").findings if f.category == "self_harm")

    assert text[finding.start : finding.end] == finding.matched
    assert "cutting my arms" in finding.matched


@pytest.mark.parametrize(
    "text",
    [
        "fuuuuck",
        "f**k",
        "f u c k",
        "ｆｕｃｋ",
        "fսck",
        "f\u200buck",
        "FUCK",
        "fu¢k".replace("¢", "c"),
        "sh1t",
        "$hit",
    ],
)
def test_swearing_is_seen_through_its_disguises(text: str) -> None:
    assert [finding.category for finding in check(text, sender="mentee").findings] == ["profanity"]


@pytest.mark.parametrize(
    "text",
    [
        "Ah dinnae want tae be here anymair",
        "I don't want to be here anymore",
        "i dont wanna be here any more",
    ],
)
def test_scots_text_speak_and_plain_english_are_one(text: str) -> None:
    assert any(finding.category == "suicide" for finding in check(text, sender="mentee").findings)


@pytest.mark.parametrize(
    "text",
    ["my cousins stay in Scunthorpe", "great tits and blue tits", "Essex and Sussex", "we analyse the data"],
)
def test_a_word_within_a_word_is_not_swearing(text: str) -> None:
    assert not check(text, sender="mentee").hold


def test_the_same_text_is_always_judged_the_same() -> None:
    text = "my dad hit me and i want to die, add me on snap ola_07"

    assert check(text, sender="mentee") == check(text, sender="mentee")
