"""Why a conversation rests, by what stands on two memberships."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.people.leave import Leave
from shared.people.participation import Facts, open_methods, print_of, why_paused
from shared.people.vetting import FOR_EVER, Shown
from shared.policies import Policy
from tests.builders.policies import a_policy

MARCH_3 = date(2027, 3, 3)
DBS = {"checks": [{"id": "dbs", "name": "Enhanced DBS"}]}
CALLUM = Facts("Callum", "active")
AMINA = Facts("Amina", "active")


def asking(**purpose: Any) -> Policy:
    """A policy with one purpose."""
    words = {"id": "taking_part", "title": "Taking part", "words": "May you take part?"}
    return a_policy(consents={"purposes": [words | purpose]})


def pauses(mentor: Facts | None, mentee: Facts | None, policy: Policy) -> list[tuple[str, str]]:
    return [(one.side, one.what) for one in why_paused(mentor, mentee, policy, MARCH_3)]


def test_a_policy_that_asks_nothing_pauses_nobody() -> None:
    assert pauses(CALLUM, AMINA, a_policy()) == []


@pytest.mark.parametrize(
    ("vetted_until", "found"),
    [
        ("", [("mentor", "vetting")]),
        ("2027-03-02", [("mentor", "vetting")]),
        ("2027-03-03", []),
        (FOR_EVER, []),
    ],
)
def test_a_mentor_takes_part_up_to_the_last_day_on_which_all_counts(
    vetted_until: str, found: list[tuple[str, str]]
) -> None:
    policy = a_policy(vetting=DBS)
    mentor = Facts("Callum", "active", vetted_until, print_of(policy.vetting))

    assert pauses(mentor, AMINA, policy) == found


def test_when_more_is_asked_what_was_shown_is_held_against_it_at_once() -> None:
    policy = a_policy(vetting=DBS)
    more = a_policy(vetting=DBS | {"steps": [{"id": "selection", "name": "Selection interview"}]})
    check = Shown("1", "dbs", "check", date(2026, 11, 2), date(2027, 11, 2))
    interview = Shown("2", "selection", "step", date(2026, 10, 1))
    mentor = Facts("Callum", "active", "2027-11-02", print_of(policy.vetting), shown=(check,))

    assert pauses(mentor, AMINA, policy) == []
    [pause] = why_paused(mentor, AMINA, more, MARCH_3)
    assert pause.what == "vetting"
    assert pause.sentence.startswith("What is asked of mentors has changed since Callum was cleared")
    assert pauses(replace(mentor, shown=(check, interview)), AMINA, more) == []


def test_staff_read_since_when() -> None:
    policy = a_policy(vetting=DBS)
    mentor = Facts("Callum", "active", "2027-03-02", print_of(policy.vetting))

    [pause] = why_paused(mentor, AMINA, policy, MARCH_3)

    assert pause.sentence == "Callum was cleared as a mentor until 2 March 2027, and not since."


def test_whoever_is_suspended_or_has_left_takes_no_part() -> None:
    suspended = Facts("Callum", "suspended")

    assert pauses(suspended, None, a_policy()) == [("mentor", "standing"), ("mentee", "standing")]


@pytest.mark.parametrize(
    ("own", "parents", "needed_for", "found"),
    [
        ("", "", "pairing", [("mentee", "leave")]),
        ("yes", "", "pairing", [("mentee", "leave")]),
        ("yes", "no", "pairing", [("mentee", "leave")]),
        ("yes", "yes", "pairing", []),
        ("", "", "nothing", []),
        ("yes", "", "nothing", []),
        ("no", "", "nothing", [("mentee", "leave")]),
    ],
)
def test_what_is_needed_waits_for_a_yes_and_a_no_always_counts(
    own: str, parents: str, needed_for: str, found: list[tuple[str, str]]
) -> None:
    mentee = Facts("Amina", "active", leave=Leave({"taking_part": own}, {"taking_part": parents}))
    policy = asking(asked_of=["mentee"], needed_for=needed_for, parent="always", parent_words="May they?")

    assert pauses(CALLUM, mentee, policy) == found


def test_a_no_to_something_else_pauses_nothing() -> None:
    mentee = Facts("Amina", "active", leave=Leave({"marketing": "no"}))

    assert pauses(CALLUM, mentee, asking(id="marketing", asked_of=["mentee"])) == []


def chose(*methods: str, video: str = "") -> Facts:
    return Facts("Callum", "active", leave=Leave({"video": video}), methods=frozenset(methods))


def test_a_way_of_being_in_touch_is_open_where_both_chose_it() -> None:
    policy = a_policy(delivery={"methods": ["message", "telephone", "video"]})

    assert open_methods(policy, chose("message", "video"), chose("telephone", "video"), MARCH_3) == ("video",)
    assert open_methods(policy, chose(), chose("message", "telephone"), MARCH_3) == ("message",)
    assert open_methods(policy, chose("message"), chose("telephone"), MARCH_3) == ()


def test_video_is_open_only_while_both_agree_to_it_where_the_policy_asks() -> None:
    asked = {"id": "video", "title": "Meeting online", "words": "Are you comfortable meeting online?"}
    policy = a_policy(delivery={"methods": ["message", "video"]}, consents={"purposes": [asked]})
    comfortable, not_any_more = chose("message", "video", video="yes"), chose("message", "video", video="no")

    assert open_methods(policy, comfortable, comfortable, MARCH_3) == ("message", "video")
    assert open_methods(policy, comfortable, not_any_more, MARCH_3) == ("message",)
    assert open_methods(policy, comfortable, chose("message", "video"), MARCH_3) == ("message",)
