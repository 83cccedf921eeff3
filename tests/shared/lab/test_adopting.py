"""Adopting a draft: only what was seen and tried, once, with a reason; and then it holds."""

from datetime import timedelta

import pytest

from shared.lab.adopting import adopt_draft
from shared.lab.backtesting import start_backtest
from shared.lab.drafting import weigh_rule
from shared.lab.views import draft_page, rule_changes
from shared.people.permissions import Role
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import load_programme
from shared.programmes.policies import policy_versions
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WORRIED, TwoWhoWrite
from tests.builders.people import Someone, a_person
from tests.racing import just_before_it_writes
from tests.shared.people.counting import requests_made

from .builders import REASON, TREEHOUSE, adopts, checked, drafts_a_rule, the_draft, tried

pytestmark = pytest.mark.usefixtures("tables")
LATER = MONDAY + timedelta(hours=1)


def test_the_next_message_is_held_by_it_with_its_sentence(pair: TwoWhoWrite, priya: Someone) -> None:
    drafts_a_rule(priya)
    (before,) = checked(pair, TREEHOUSE)

    assert adopts(priya) == 2

    (after,) = checked(pair, TREEHOUSE, now=LATER)
    assert (before.state, after.state) == ("delivered", "held")
    (found,) = after.findings
    assert (found["rule"], found["sentence"]) == (
        "programme.treehouse",
        "Please stay here rather than in the treehouse.",
    )
    assert int(after.policy_version) == 2
    assert the_draft(priya.programme_id) is None


def test_who_when_why_and_the_policy_are_kept_version_by_version(priya: Someone) -> None:
    drafts_a_rule(priya)
    adopts(priya)
    weigh_rule(priya.viewer, priya.programme_id, "contact.link", "off", now=LATER)
    adopts(priya, reason="Our own library is on the web.", now=LATER)

    third, second, first = policy_versions(priya.programme_id, limit=9)
    assert (int(first.policy_version), first.author_name, first.reason) == (
        1,
        None,
        "As the programme was set up.",
    )
    assert (second.author_id, second.author_name, second.reason) == (priya.person_id, priya.name, REASON)
    assert third.policy["filter"]["switched_off"] == ["contact.link"]
    assert second.policy["filter"]["switched_off"] == []
    running = load_programme(priya.programme_id)
    assert (running.policy_version, running.policy.model_dump(mode="json")) == (3, third.policy)


def test_the_changes_are_listed_with_what_differs(priya: Someone) -> None:
    drafts_a_rule(priya)
    adopts(priya)
    weigh_rule(priya.viewer, priya.programme_id, "contact.link", "off", now=LATER)
    adopts(priya, now=LATER)

    with requests_made() as requests:
        found = rule_changes(priya.viewer, priya.programme_id)

    assert requests == ["Query"]
    assert [[(one.what, one.rule) for one in change.differences] for change in found.changes] == [
        [("switched_off", "contact.link")],
        [("added", "programme.treehouse")],
        [],
    ]
    assert [change.is_first for change in found.changes] == [False, False, True]


def test_a_long_list_of_changes_comes_in_pages(priya: Someone) -> None:
    for number in range(22):
        at = MONDAY + timedelta(minutes=number)
        weight = "off" if number % 2 == 0 else "usual"
        weigh_rule(priya.viewer, priya.programme_id, "contact.link", weight, now=at)
        adopts(priya, now=at)

    first = rule_changes(priya.viewer, priya.programme_id)
    rest = rule_changes(priya.viewer, priya.programme_id, before=first.next)

    assert [one.policy_version for one in (*first.changes, *rest.changes)] == list(range(23, 0, -1))
    assert all(len(one.differences) == 1 for one in (*first.changes, *rest.changes[:-1]))
    assert rest.next is None
    assert [one.policy_version for one in (*first.changes, *rest.changes) if one.is_in_force] == [23]


# ── What must be so before ─────────────────────────────────────────────────


def test_a_draft_that_was_not_tried_needs_a_tick(priya: Someone) -> None:
    drafts_a_rule(priya)

    with pytest.raises(Invalid) as refused:
        adopts(priya, untried=False)

    assert refused.value.field == "untried"
    assert the_draft(priya.programme_id) is not None


def test_a_tried_draft_needs_none(pair: TwoWhoWrite, priya: Someone) -> None:
    checked(pair, CLEAN, TREEHOUSE)
    drafts_a_rule(priya)
    tried(priya)

    assert adopts(priya, untried=False) == 2


def test_a_trial_of_another_wording_or_one_that_has_not_ended_does_not_count(priya: Someone) -> None:
    drafts_a_rule(priya)
    tried(priya)
    weigh_rule(priya.viewer, priya.programme_id, "contact.link", "off", now=MONDAY)
    with pytest.raises(Invalid, match="not been tried"):
        adopts(priya, untried=False)

    start_backtest(priya.viewer, priya.programme_id, messages=500, key="form-2", now=MONDAY)
    with pytest.raises(Invalid, match="not been tried"):
        adopts(priya, untried=False)


def test_known_concerns_that_would_be_missed_need_a_tick(pair: TwoWhoWrite, priya: Someone) -> None:
    (message,) = checked(pair, WORRIED)
    for rule in {one["rule"] for one in message.findings}:
        weigh_rule(priya.viewer, priya.programme_id, rule, "off", now=MONDAY)
    tried(priya)

    with pytest.raises(Invalid) as refused:
        adopts(priya)
    assert refused.value.field == "despite_missed"
    assert adopts(priya, despite_missed=True) == 2


@pytest.mark.parametrize("reason", ["", " \n", "r" * 1_001, "Because\x00"])
def test_a_reason_is_needed(priya: Someone, reason: str) -> None:
    drafts_a_rule(priya)

    with pytest.raises(Invalid) as refused:
        adopts(priya, reason=reason)
    assert refused.value.field == "reason"


def test_a_draft_that_changed_since_it_was_seen_is_not_adopted(priya: Someone) -> None:
    drafts_a_rule(priya)
    seen = draft_page(priya.viewer, priya.programme_id).wording
    drafts_a_rule(priya, name="Second")

    with pytest.raises(Conflict, match="draft has changed"):
        adopts(priya, wording=seen)


def test_a_draft_that_changes_nothing_is_not_adopted(priya: Someone) -> None:
    for weight in ("off", "usual"):
        weigh_rule(priya.viewer, priya.programme_id, "contact.link", weight, now=MONDAY)

    with pytest.raises(Conflict, match="nothing to adopt"):
        adopts(priya)


def test_adopted_twice_it_is_adopted_once(priya: Someone) -> None:
    drafts_a_rule(priya)
    seen = draft_page(priya.viewer, priya.programme_id).wording
    adopts(priya, wording=seen)

    with pytest.raises(Conflict, match="no draft"):
        adopts(priya, wording=seen)
    assert len(policy_versions(priya.programme_id, limit=9)) == 2


def test_two_who_adopt_at_once_make_one_version_and_the_other_is_told(priya: Someone) -> None:
    drafts_a_rule(priya)

    with just_before_it_writes(lambda: adopts(priya)), pytest.raises(Conflict, match="rules have changed"):
        adopts(priya)

    assert len(policy_versions(priya.programme_id, limit=9)) == 2


def test_a_draft_made_from_older_rules_stays_and_is_not_adopted(priya: Someone) -> None:
    drafts_a_rule(priya)
    draft = the_draft(priya.programme_id)
    assert draft is not None
    draft.based_on = 0
    draft.save()

    with pytest.raises(Conflict, match="look again"):
        adopts(priya)
    assert the_draft(priya.programme_id) is not None


def test_one_that_is_changed_while_it_is_adopted_stays(priya: Someone) -> None:
    drafts_a_rule(priya)

    with (
        just_before_it_writes(lambda: drafts_a_rule(priya, name="Second")),
        pytest.raises(Conflict),
    ):
        adopts(priya)

    assert load_programme(priya.programme_id).policy_version == 1
    assert the_draft(priya.programme_id) is not None


def test_it_is_for_the_staff_of_the_programme(pair: TwoWhoWrite, priya: Someone) -> None:
    drafts_a_rule(priya)
    seen = draft_page(priya.viewer, priya.programme_id).wording

    for someone in (pair.mentee, pair.mentor):
        with pytest.raises(NotFound):
            adopt_draft(
                someone.viewer, priya.programme_id, wording=seen, reason=REASON, untried=True, now=MONDAY
            )
    owen = a_person(Role.ADMINISTRATOR, pair.programme)
    assert adopt_draft(owen.viewer, priya.programme_id, wording=seen, reason=REASON, untried=True, now=MONDAY)
