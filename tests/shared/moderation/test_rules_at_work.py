"""Rules at work: what moderators made of what each rule held, and the outcomes as data."""

import json
from datetime import timedelta
from typing import Any

import pytest

from shared.conversations.actions import withdraw_message
from shared.conversations.items import Outcome as StoredOutcome
from shared.conversations.items import outcome_key
from shared.moderation.actions import ask_to_change, decline, deliver
from shared.moderation.records import Outcome, most_useful, noisiest, records_of
from shared.moderation.rules_at_work import MOST_LISTED, RuleAtWork, outcomes_as_lines, rules_at_work
from shared.people.permissions import Role
from shared.platform.clock import order
from shared.platform.errors import Invalid, NotFound
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.faults import calls
from tests.roles import who_is_also

from .builders import TAKE_OUT_THE_NUMBER, a_held_message, a_worry

LATER = MONDAY + timedelta(minutes=3)
PHONE = {"contact.phone": "phone"}
WORRY = {"suicide.plain": "suicide"}


class TestCounting:
    def test_a_rule_is_counted_once_for_each_message_it_held(self) -> None:
        decisions = ["delivered", "delivered", "returned", "declined", "withdrawn"]

        [record] = records_of(Outcome(one, PHONE, False) for one in decisions)

        assert (record.rule, record.category, record.hits) == ("contact.phone", "phone", 5)
        assert (record.delivered, record.returned, record.declined, record.withdrawn) == (2, 1, 1, 1)

    def test_a_worry_that_became_a_concern_was_not_held_for_nothing(self) -> None:
        [record] = records_of([Outcome("delivered", WORRY, True)])

        assert (record.delivered, record.concerns, record.useful) == (0, 1, 1)

    def test_a_contact_rule_takes_no_credit_for_a_worry_in_the_same_message(self) -> None:
        phone, worry = records_of([Outcome("delivered", PHONE | WORRY, True)])

        assert (phone.delivered, phone.concerns) == (1, 0)
        assert (worry.delivered, worry.concerns) == (0, 1)

    def test_the_noisiest_is_the_one_most_often_delivered_as_it_was(self) -> None:
        records = records_of(
            [
                *[Outcome("delivered", {"abuse.insult": "abuse"}, False)] * 3,
                *[Outcome("delivered", PHONE, False)] * 3,
                Outcome("returned", PHONE, False),
                Outcome("delivered", {"reach.meet": "meet_in_person"}, False),
                Outcome("declined", {"contact.link": "link"}, False),
            ]
        )

        assert [one.rule for one in noisiest(records)] == ["abuse.insult", "contact.phone", "reach.meet"]

    def test_the_most_useful_is_the_one_most_often_right(self) -> None:
        records = records_of(
            [
                Outcome("returned", PHONE, False),
                Outcome("declined", PHONE, False),
                Outcome("returned", {"contact.link": "link"}, False),
                Outcome("withdrawn", {"reach.meet": "meet_in_person"}, False),
            ]
        )

        assert [one.rule for one in most_useful(records)] == ["contact.phone", "contact.link"]


def an_outcome(pair: TwoWhoWrite, number: int, decision: str = "delivered", **more: Any) -> None:
    """Something decided so many minutes after MONDAY's beginning."""
    at = MONDAY + timedelta(minutes=number)
    message_id = f"message-{number:04}"
    values = {"rules": PHONE, "categories": ["phone"], "has_concern": False, "lane": "moderation"} | more
    StoredOutcome(
        *outcome_key(pair.programme_id, order(at), message_id, 1),
        programme_id=pair.programme_id,
        pair_id=pair.pair_id,
        message_id=message_id,
        round=1,
        decided_at=at,
        decision=decision,
        sender_role="mentee",
        severity="medium",
        **values,
    ).save()


def only(rows: tuple[RuleAtWork, ...]) -> RuleAtWork:
    [row] = rows
    return row


class TestThePage:
    def test_what_moderators_decide_shows_up_at_once(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)
        deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)
        again = a_held_message(pair, "Or ring my mum on 07700 900123.")
        ask_to_change(
            priya.viewer, pair.pair_id, again.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=LATER
        )

        view = rules_at_work(priya.viewer, pair.programme_id)

        row = only(view.noisiest)
        assert (view.decisions, view.since) == (2, LATER)
        assert (row.rule, row.hits, row.delivered, row.returned) == ("phone.1", 2, 1, 1)
        assert row.delivered_page == f"/moderation/{pair.pair_id}/{held.message_id}"
        assert view.most_useful == (row,)

    def test_a_rule_says_what_it_looks_for_in_plain_words(self, pair: TwoWhoWrite, priya: Someone) -> None:
        an_outcome(pair, 1, rules={"contact.link": "link"})
        an_outcome(pair, 2, rules={"abuse.insult": "abuse"})
        an_outcome(pair, 3, rules={"gone.since": "phone"})

        rows = {one.rule: one for one in rules_at_work(priya.viewer, pair.programme_id).noisiest}

        assert rows["contact.link"].looks_for == "A web address, in any spelling."
        assert rows["abuse.insult"].looks_for.startswith("Hurtful language, such as “")
        assert (rows["gone.since"].looks_for, rows["gone.since"].severity) == ("Phone number.", "")

    @pytest.mark.usefixtures("tables")
    def test_a_rule_that_the_programme_has_switched_off_is_not_in_force(self) -> None:
        programme = a_programme(policy=a_policy(filter={"switched_off": ["contact.phone"]}))
        pair = a_pair(programme)
        an_outcome(pair, 1)
        viewer = a_person("coordinator", programme).viewer

        assert only(rules_at_work(viewer, pair.programme_id).noisiest).severity == ""

    def test_what_was_held_by_no_rule_is_counted_apart(self, pair: TwoWhoWrite, priya: Someone) -> None:
        an_outcome(pair, 1, rules={}, categories=["unchecked"])

        view = rules_at_work(priya.viewer, pair.programme_id)

        assert (view.decisions, view.without_rule, view.noisiest) == (1, 1, ())

    def test_the_last_that_was_delivered_for_nothing_can_be_looked_at(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        an_outcome(pair, 1)
        an_outcome(pair, 2)
        an_outcome(pair, 3, "returned")

        row = only(rules_at_work(priya.viewer, pair.programme_id).noisiest)

        assert row.delivered_page == f"/moderation/{pair.pair_id}/message-0002"

    def test_only_so_many_rules_are_listed(self, pair: TwoWhoWrite, priya: Someone) -> None:
        an_outcome(pair, 1, rules={f"rule.{n:02}": "abuse" for n in range(MOST_LISTED + 5)})

        assert len(rules_at_work(priya.viewer, pair.programme_id).noisiest) == MOST_LISTED

    def test_it_costs_two_queries_and_the_programme(self, pair: TwoWhoWrite, priya: Someone) -> None:
        for number in range(3):
            an_outcome(pair, number)

        with calls() as made:
            rules_at_work(priya.viewer, pair.programme_id)

        assert sorted(call.operation for call in made) == ["GetItem", "Query", "Query"]


class TestWhoMayLook:
    @pytest.mark.usefixtures("tables")
    @pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MENTOR, Role.MENTEE])
    def test_only_those_who_moderate(self, role: Role) -> None:
        programme = a_programme()
        viewer = a_person(role, programme).viewer

        with pytest.raises(NotFound):
            rules_at_work(viewer, programme.programme_id)
        with pytest.raises(NotFound):
            outcomes_as_lines(viewer, programme.programme_id, now=MONDAY)

    def test_nobody_of_another_programme(self, pair: TwoWhoWrite) -> None:
        stranger = a_person("coordinator", a_programme("Night Owls")).viewer

        with pytest.raises(NotFound):
            rules_at_work(stranger, pair.programme_id)

    def test_a_coordinator_who_is_a_mentor_too_learns_nothing_of_their_own_pair(
        self, pair: TwoWhoWrite, priya: Someone
    ) -> None:
        a_person("safeguarding_lead", pair.programme)
        worry = a_worry(pair)
        deliver(priya.viewer, pair.pair_id, worry.message_id, wording=1, now=LATER)
        viewer = who_is_also(pair.mentor, "coordinator")

        assert rules_at_work(viewer, pair.programme_id).most_useful == ()
        assert outcomes_as_lines(viewer, pair.programme_id, now=MONDAY) == ""


class TestAsData:
    def test_each_outcome_is_a_line_without_names_or_words(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)
        decline(priya.viewer, pair.pair_id, held.message_id, reason="Not here, please.", wording=1, now=LATER)

        [line] = outcomes_as_lines(priya.viewer, pair.programme_id, now=MONDAY).splitlines()

        assert json.loads(line) == {
            "place": f"{order(LATER)}#{held.message_id}#1",
            "pair_id": pair.pair_id,
            "message_id": held.message_id,
            "wording": 1,
            "decided_at": order(LATER),
            "sender": "mentee",
            "lane": "moderation",
            "severity": "medium",
            "rules": ["phone.1"],
            "categories": ["phone"],
            "decision": "declined",
            "concern": False,
            "rules_version": "rules-7",
            "policy_version": pair.programme.policy_version,
        }

    def test_the_place_of_a_line_leads_to_those_before_it(self, pair: TwoWhoWrite, priya: Someone) -> None:
        for number in range(3):
            an_outcome(pair, number)
        newest, *older = outcomes_as_lines(priya.viewer, pair.programme_id, now=MONDAY).splitlines()

        before = outcomes_as_lines(
            priya.viewer, pair.programme_id, now=MONDAY, before=json.loads(newest)["place"]
        )

        assert before.splitlines() == older

    def test_what_can_be_no_place_is_refused_in_a_sentence(self, pair: TwoWhoWrite, priya: Someone) -> None:
        with pytest.raises(Invalid, match="not complete"):
            outcomes_as_lines(priya.viewer, pair.programme_id, now=MONDAY, before="9" * 1_025)

    def test_without_any_there_is_nothing(self, pair: TwoWhoWrite, priya: Someone) -> None:
        held = a_held_message(pair)
        assert outcomes_as_lines(priya.viewer, pair.programme_id, now=MONDAY) == ""
        withdraw_message(pair.mentee.viewer, pair.pair_id, held.message_id, now=LATER)
        assert outcomes_as_lines(priya.viewer, pair.programme_id, now=MONDAY) != ""
