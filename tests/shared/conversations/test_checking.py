"""Checking a message: delivered or held, with all that follows from it, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pynamodb.exceptions import PynamoDBException

from shared.conversations.actions import change_message, check_due, check_message, withdraw_message
from shared.conversations.checking import MOST_TOLD, Checked
from shared.conversations.items import Message, Pair, held_listing, pair_key
from shared.conversations.programme_rules import rules_in_force
from shared.conversations.rules import CHECK_AFTER, MOST_ATTEMPTS, wait_after
from shared.conversations.steps import steps_of
from shared.filtering import RecentMessage, RuleSet, Verdict, load_rules
from shared.filtering import check as the_filter
from shared.platform.clock import order
from shared.platform.errors import NotFound
from shared.platform.tables import ConversationsItem
from shared.safeguarding.items import Concern, concern_key
from tests.builders import (
    CLEAN,
    MONDAY,
    WITH_A_NUMBER,
    WORRIED,
    TwoWhoWrite,
    a_message,
    a_pair,
    a_person,
    a_policy,
    a_programme,
    also_in,
    an_own_rule,
    is_away,
    with_a_broken_policy,
)
from tests.faults import answering
from tests.racing import just_before_it_writes

from .builders import TheFilter, a_finding, a_verdict, history, notices, stored

pytestmark = pytest.mark.usefixtures("tables")
SOON = MONDAY + timedelta(seconds=2)


def check(message: Message, checker: Any = None, *, now: datetime = SOON) -> Checked:
    return check_message(message.pair_id, message.message_id, checker=checker or TheFilter(), now=now)


def held_in(pair: TwoWhoWrite) -> list[str]:
    rows = ConversationsItem.by_listing.query(held_listing(pair.programme_id))
    return [row.message_id for row in rows if isinstance(row, Message)]


def everything_of(pair: TwoWhoWrite) -> list[dict[str, Any]]:
    return [item.to_simple_dict() for item in ConversationsItem.query(pair_key(pair.pair_id)[0])]


# Delivered


def test_a_clean_message_is_delivered_and_its_reader_told() -> None:
    pair = a_pair()
    message = a_message(pair, by="mentee")

    checked = check(message)

    assert (checked.state, checked.decided, checked.waited) == ("delivered", True, timedelta(seconds=2))
    after = stored(pair, message)
    assert (after.state, after.delivered_at, after.thread_at) == ("delivered", SOON, order(SOON))
    assert after.due is None
    assert history(message) == [("delivered", None)]
    [notice] = notices()
    assert (notice.template, notice.address) == ("new_message", pair.mentor.address)
    assert notice.path == f"/pairs/{pair.pair_id}#latest"


def test_the_pair_knows_who_wrote_last() -> None:
    pair = a_pair()

    check(a_message(pair, by="mentor"))

    after = Pair.get(*pair_key(pair.pair_id))
    assert (after.last_sender_id, after.last_delivered_at) == (pair.mentor.person_id, SOON)


def test_checked_twice_it_is_delivered_once() -> None:
    pair = a_pair()
    message = a_message(pair)
    check(message)
    before = everything_of(pair)

    again = check(message, now=SOON + timedelta(minutes=1))

    assert (again.state, again.decided) == ("delivered", False)
    assert everything_of(pair) == before
    assert len(notices()) == 1


def test_the_filter_is_given_the_senders_own_latest_messages_oldest_first() -> None:
    pair = a_pair()
    a_message(pair, "Too long ago to count.", state="delivered", now=MONDAY - timedelta(days=15))
    a_message(pair, "From the other.", by="mentor", state="delivered", now=MONDAY - timedelta(days=2))
    a_message(pair, "Taken back.", state="withdrawn", now=MONDAY - timedelta(hours=3))
    first = a_message(pair, "It begins with 07700", state="delivered", now=MONDAY - timedelta(days=1))
    second = a_message(pair, "then comes 900", state="held", now=MONDAY - timedelta(hours=1))
    checker = TheFilter()

    check(a_message(pair, "and ends with 123"), checker)

    [(_, sender, recent)] = checker.seen
    assert sender == "mentee"
    assert recent == (
        RecentMessage(first.message_id, first.text),
        RecentMessage(second.message_id, second.text),
    )


def test_of_a_long_conversation_the_latest_twelve_are_given() -> None:
    pair = a_pair()
    for day in range(13, 0, -1):
        a_message(
            pair, f"{day} days ago I went to the lab.", state="delivered", now=MONDAY - timedelta(days=day)
        )
    checker = TheFilter()

    check(a_message(pair), checker)

    recent = checker.seen[0][2]
    assert len(recent) == 12
    assert [recent[0].text[:2], recent[-1].text[:2]] == ["12", "1 "]


# Held


def test_a_message_with_a_phone_number_waits_for_a_person() -> None:
    pair = a_pair()
    coordinator = a_person("coordinator", pair.programme)
    a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WITH_A_NUMBER)

    checked = check(message)

    assert (checked.state, checked.told) == ("held", 1)
    after = stored(pair, message)
    assert (after.severity, after.lane, after.delivered_at) == ("medium", "moderation", None)
    assert [found["category"] for found in after.findings] == ["phone"]
    assert held_in(pair) == [message.message_id]
    [notice] = notices()
    assert (notice.template, notice.address) == ("held_for_you", coordinator.address)


def test_what_is_most_severe_stands_first_in_the_queue_and_then_what_is_oldest() -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    numbers = [a_message(pair, WITH_A_NUMBER, now=MONDAY + timedelta(minutes=n)) for n in range(2)]
    worry = a_message(pair, WORRIED)
    for place, message in enumerate([*numbers, worry]):
        check(message, now=MONDAY + timedelta(hours=1, minutes=place))

    assert held_in(pair) == [worry.message_id, *(one.message_id for one in numbers)]


def test_held_twice_it_is_held_once() -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WORRIED)
    check(message)
    before, told = everything_of(pair), len(notices())

    assert check(message).decided is False

    assert everything_of(pair) == before
    assert len(notices()) == told


def test_a_worry_raises_a_concern_and_an_alert_with_the_hold() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    a_person("coordinator", pair.programme)
    message = a_message(pair, WORRIED)

    check(message)

    after = stored(pair, message)
    assert (after.state, after.severity, after.lane) == ("held", "immediate", "safeguarding")
    concern = Concern.get(*concern_key(after.concern_id))
    assert (concern.category, concern.severity, concern.words) == ("suicide", "immediate", WORRIED)
    assert (concern.about_id, concern.about_name) == (pair.mentee.person_id, "Amina Yusuf")
    start = WORRIED.index("want to die")
    assert concern.spans == [{"start": start, "end": start + 11, "category": "suicide"}]
    assert [one.address for one in notices("concern_alert")] == [lead.address]


def test_somebody_who_is_administrator_and_safeguarding_lead_is_alerted_as_the_lead() -> None:
    from tests.builders import also_in

    pair = a_pair()
    both = a_person("administrator", pair.programme)
    also_in(pair.programme, both, role="safeguarding_lead")

    check(a_message(pair, WORRIED))

    [alert] = notices("concern_alert")
    assert alert.address == both.address
    assert alert.path is not None
    assert alert.path.startswith("/concerns/")


def test_a_mentor_who_is_also_a_coordinator_is_not_told_of_what_they_wrote() -> None:
    from tests.builders import also_in

    pair = a_pair()
    also_in(pair.programme, pair.mentor, role="coordinator")
    lead = a_person("safeguarding_lead", pair.programme)

    check(a_message(pair, WITH_A_NUMBER, by="mentor"))

    assert [one.address for one in notices("held_for_you")] == [lead.address]


@pytest.mark.parametrize("roles", [("safeguarding_lead",), ("deputy", "regional_manager")])
def test_without_a_coordinator_everybody_who_may_read_it_is_told(roles: tuple[str, ...]) -> None:
    pair = a_pair()
    people = [a_person(role, pair.programme) for role in roles]
    a_person("administrator", pair.programme)

    check(a_message(pair, WITH_A_NUMBER))

    assert {one.address for one in notices()} == {one.address for one in people}


def test_a_worry_is_kept_from_the_mentee_s_other_mentor_though_they_are_on_the_staff() -> None:
    pair = a_pair()
    other = a_person("mentor", pair.programme, first_name="Fergus", surname="Bell")
    a_pair(pair.programme, mentor=other, mentee=pair.mentee)
    also_in(pair.programme, other, role="safeguarding_lead")
    lead = a_person("safeguarding_lead", pair.programme)

    check(a_message(pair, WORRIED))

    assert [one.address for one in notices("concern_alert")] == [lead.address]


def test_who_stands_in_for_a_coordinator_is_told_of_what_is_held() -> None:
    pair = a_pair()
    coordinator = a_person("coordinator", pair.programme)
    deputy = a_person("deputy", pair.programme)
    is_away(coordinator, stand_in=deputy.person_id)

    check(a_message(pair, WITH_A_NUMBER))

    assert [one.address for one in notices("held_for_you")] == [deputy.address]


def test_with_everybody_away_the_coordinators_are_told_all_the_same() -> None:
    pair = a_pair()
    coordinator = a_person("coordinator", pair.programme)
    is_away(coordinator)

    check(a_message(pair, WITH_A_NUMBER))

    assert [one.address for one in notices("held_for_you")] == [coordinator.address]


def test_with_no_staff_at_all_it_is_held_and_the_caller_learns_that_nobody_was_told() -> None:
    pair = a_pair()
    message = a_message(pair, WITH_A_NUMBER)

    checked = check(message)

    assert (checked.state, checked.told) == ("held", 0)
    assert held_in(pair) == [message.message_id]


def test_a_programme_with_a_hundred_staff_fits_into_one_transaction() -> None:
    pair = a_pair()
    for number in range(MOST_TOLD + 10):
        for role in ("coordinator", "safeguarding_lead"):
            handle = f"{role}-{number}"
            someone = replace(pair.mentor, person_id=handle, address=f"{handle}@example.org")
            also_in(pair.programme, someone, role=role)

    checked = check(a_message(pair, WORRIED))

    assert (checked.state, checked.told) == ("held", MOST_TOLD)


def test_where_everything_is_read_a_clean_message_waits_too() -> None:
    policy = a_policy(moderation={"mode": "brokered"})
    pair = a_pair(a_programme(policy=policy))
    message = a_message(pair)

    assert check(message).state == "held"
    assert notices("new_message") == []


def test_what_was_written_before_a_conversation_ended_is_not_delivered_after() -> None:
    pair = a_pair(status="ended")
    message = a_message(pair)

    assert check(message).state == "held"
    assert [found["category"] for found in stored(pair, message).findings] == ["pair_ended"]


def test_a_text_of_nothing_but_findings_can_be_held() -> None:
    pair = a_pair()
    message = a_message(pair, "a.uk " * 1_000)
    found = [a_finding("link", start=place * 5, matched="a.uk" * 1_000) for place in range(1_000)]

    assert check(message, lambda *_, **__: a_verdict(*found)).state == "held"


# Fail closed


@pytest.mark.parametrize("fault", [RuntimeError("regex"), MemoryError(), KeyError("lane"), RecursionError()])
def test_whatever_is_wrong_with_the_rules_the_message_is_held(fault: Exception) -> None:
    def broken(text: str, *, sender: str, recent: Sequence[RecentMessage], rules: RuleSet | None) -> Verdict:
        raise fault

    pair = a_pair()
    a_person("coordinator", pair.programme)
    message = a_message(pair)

    checked = check(message, broken)

    assert (checked.state, checked.problem) == ("held", type(fault).__name__)
    assert (stored(pair, message).severity, stored(pair, message).lane) == ("medium", "moderation")
    assert len(notices("held_for_you")) == 1


def test_a_verdict_that_is_none_holds() -> None:
    pair = a_pair()

    assert check(a_message(pair), lambda *_, **__: None).problem == "AttributeError"


def test_a_policy_that_cannot_be_read_holds() -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    with_a_broken_policy(pair.programme)

    checked = check(a_message(pair))

    assert (checked.state, checked.problem, checked.told) == ("held", "PolicyBroken", 1)


def test_a_worry_raises_its_concern_where_the_policy_cannot_be_read() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    with_a_broken_policy(pair.programme)
    message = a_message(pair, WORRIED)

    checked = check(message)

    after = stored(pair, message)
    assert (checked.state, checked.problem, after.lane) == ("held", "PolicyBroken", "safeguarding")
    concern = Concern.get(*concern_key(after.concern_id))
    assert (concern.category, concern.severity) == ("suicide", "immediate")
    assert [one.address for one in notices("concern_alert")] == [lead.address]


# Somebody who is suspended, or has left


def test_while_people_cannot_be_looked_up_a_message_stays_as_it_is() -> None:
    pair = a_pair()
    message = a_message(pair)

    with answering("BatchGetItem", "InternalServerError"), pytest.raises(PynamoDBException):
        check(message)

    assert stored(pair, message).state == "pending"


@pytest.mark.parametrize("by", ["mentor", "mentee"])
def test_what_somebody_wrote_before_they_were_suspended_waits_for_a_person(by: str) -> None:
    programme = a_programme()
    mentor = a_person("mentor", programme, status="suspended")
    pair = a_pair(programme, mentor=mentor)
    a_person("coordinator", programme)
    message = a_message(pair, by=by)

    assert check(message).state == "held"
    assert [found["category"] for found in stored(pair, message).findings] == ["suspended"]
    assert notices("new_message") == []


def test_what_was_written_to_somebody_who_left_the_programme_waits_for_a_person() -> None:
    programme = a_programme()
    elsewhere = a_person("mentee", a_programme("Another programme"))
    pair = a_pair(programme, mentee=elsewhere)

    assert check(a_message(pair, by="mentor")).state == "held"


def test_a_conversation_that_ends_while_a_message_is_checked_keeps_it() -> None:
    pair = a_pair()
    message = a_message(pair)

    def end_it() -> None:
        Pair(*pair_key(pair.pair_id)).update([Pair.status.set("ended")], add_version_condition=False)

    with just_before_it_writes(end_it):
        assert check(message).state == "held"
    assert [found["category"] for found in stored(pair, message).findings] == ["pair_ended"]


# The programme's own rules


def a_pair_whose_programme(**changes: Any) -> TwoWhoWrite:
    pair = a_pair(a_programme(policy=a_policy(filter=changes)))
    a_person("coordinator", pair.programme)
    a_person("safeguarding_lead", pair.programme)
    return pair


def test_the_programmes_own_rules_hold_with_their_sentence() -> None:
    pair = a_pair_whose_programme(own_rules=[an_own_rule()])
    message = a_message(pair, "Shall we carry on in the treehouse after half term?")

    assert check(message, the_filter).state == "held"
    found = stored(pair, message)
    assert found.lane == "moderation"
    assert [(one["rule"], one["matched"]) for one in found.findings] == [
        ("programme.treehouse", "the treehouse")
    ]


@pytest.mark.parametrize(("rule", "state"), [("contact.phone", "delivered"), ("contact.email", "held")])
def test_a_rule_that_is_switched_off_holds_nothing(rule: str, state: str) -> None:
    pair = a_pair_whose_programme(switched_off=[rule])

    assert check(a_message(pair, "Ola is on 07700 900123 after four."), the_filter).state == state


def test_a_severity_that_the_programme_changed_is_the_findings() -> None:
    pair = a_pair_whose_programme(severities={"contact.phone": "high"})
    message = a_message(pair, WITH_A_NUMBER)

    check(message, the_filter)

    assert stored(pair, message).severity == "high"


def test_each_message_says_which_rules_judged_it() -> None:
    pair = a_pair_whose_programme(own_rules=[an_own_rule()])
    message = a_message(pair)

    check(message, the_filter)

    rules, _ = rules_in_force(pair.programme)
    assert rules is not None
    assert stored(pair, message).rules_version == rules.version != load_rules().version


BROKEN_CHANGES = pytest.mark.parametrize(
    "changes",
    [
        {"switched_off": ["contact.no_such_rule"]},
        {"severities": {"contact.no_such_rule": "low"}},
        {"own_rules": [an_own_rule(category="no_such_category")]},
        {"own_rules": [an_own_rule(phrases=["(the treehouse"])]},
        {"own_rules": [an_own_rule(examples=["See you in the library"])]},
    ],
    ids=[
        "no such rule",
        "no such rule to weigh",
        "no such category",
        "words that cannot be read",
        "a rule that misses its example",
    ],
)


@BROKEN_CHANGES
def test_changes_that_cannot_be_used_hold_every_message_and_raise_the_alarm(changes: dict[str, Any]) -> None:
    pair = a_pair_whose_programme(**changes)
    message = a_message(pair, CLEAN)

    checked = check(message, the_filter)

    assert (checked.state, checked.problem, checked.told) == ("held", "RulesBroken", 1)
    assert [one["category"] for one in stored(pair, message).findings] == ["unchecked"]
    assert notices("new_message") == []


@BROKEN_CHANGES
def test_a_worry_reaches_safeguarding_though_the_changes_cannot_be_used(changes: dict[str, Any]) -> None:
    pair = a_pair_whose_programme(**changes)
    message = a_message(pair, WORRIED)

    checked = check(message, the_filter)

    assert (checked.state, checked.problem) == ("held", "RulesBroken")
    assert stored(pair, message).concern_id
    assert len(notices("concern_alert")) == 1


def test_a_policy_without_changes_costs_no_rules_of_its_own() -> None:
    assert rules_in_force(a_programme()) == (None, "")


def test_programmes_that_say_the_same_share_their_rules() -> None:
    says = {"own_rules": [an_own_rule()]}
    one, other = (
        a_programme(name, policy=a_policy(filter=says)) for name in ("Career Ladders", "Chess by Post")
    )

    assert rules_in_force(one)[0] is rules_in_force(other)[0]


def test_a_message_that_is_not_there_is_said_not_to_be() -> None:
    with pytest.raises(NotFound):
        check_message("no-such-pair", "no-such-message", checker=TheFilter(), now=SOON)


# When something else happens at the same time


def test_a_message_taken_back_while_it_is_being_checked_is_not_delivered() -> None:
    pair = a_pair()
    message = a_message(pair)

    def slow(text: str, *, sender: str, recent: Sequence[RecentMessage], rules: RuleSet | None) -> Verdict:
        withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)
        return a_verdict()

    check(message, slow)

    assert stored(pair, message).state == "withdrawn"
    assert notices() == []


def test_two_messages_of_a_pair_checked_at_once_are_both_delivered() -> None:
    pair = a_pair()
    first, second = a_message(pair), a_message(pair, by="mentor")

    def slow(text: str, *, sender: str, recent: Sequence[RecentMessage], rules: RuleSet | None) -> Verdict:
        if sender == "mentee":
            check(second)
        return a_verdict()

    check(first, slow)

    assert [stored(pair, one).state for one in (first, second)] == ["delivered", "delivered"]


def test_a_changed_message_is_delivered_and_its_reader_told_of_the_new_wording() -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    message = a_message(pair, WITH_A_NUMBER)
    check(message)
    held = stored(pair, message)
    held.state = "returned"
    held.save()
    change_message(
        pair.mentee.viewer, pair.pair_id, message.message_id, text=CLEAN, expected_round=1, now=SOON
    )

    assert check(message).state == "delivered"
    after = stored(pair, message)
    assert (after.findings, after.severity) == ([], "none")
    assert held_in(pair) == []
    assert [what for what, _ in history(message)] == ["held", "changed", "delivered"]


# Taken back


@pytest.mark.parametrize("state", ["pending", "held", "returned"])
def test_a_message_can_be_taken_back_before_it_is_delivered(state: str) -> None:
    pair = a_pair()
    message = a_message(pair, state=state)

    withdrawn = withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    assert withdrawn.state == "withdrawn"
    assert held_in(pair) == []
    assert [what for what, _ in history(message)] == ["withdrawn"]


def test_taken_back_twice_it_is_taken_back_once() -> None:
    pair = a_pair()
    message = a_message(pair, state="held")

    for _ in range(2):
        withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    assert len(steps_of(message.pair_id, message.message_id)) == 1


def test_a_worry_taken_back_by_its_writer_stays_a_concern() -> None:
    pair = a_pair()
    a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WORRIED)
    check(message)
    concern_id = stored(pair, message).concern_id

    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    assert stored(pair, message).concern_id == concern_id
    assert Concern.get(*concern_key(concern_id)).state == "open"


def test_a_worry_taken_back_before_its_check_still_raises_a_concern_and_is_delivered_to_nobody() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WORRIED)
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    for _ in range(2):
        check(message)

    after = stored(pair, message)
    assert (after.state, after.due) == ("withdrawn", None)
    assert after.concern_id is not None
    assert [one.address for one in notices()] == [lead.address]
    assert [what for what, _ in history(message)] == ["withdrawn", "checked"]


def test_a_clean_message_taken_back_before_its_check_comes_to_nothing() -> None:
    pair = a_pair()
    message = a_message(pair)
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    assert check(message).state == "withdrawn"
    assert notices() == []
    assert stored(pair, message).delivered_at is None


def test_a_worry_that_no_rules_had_judged_is_found_after_its_writer_took_it_back() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WORRIED)
    check(message, TheFilter(is_broken=True))
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    check_due(TheFilter(), SOON)

    after = stored(pair, message)
    assert (after.state, after.due) == ("withdrawn", None)
    assert held_in(pair) == []
    assert after.concern_id is not None
    assert [one.address for one in notices("concern_alert")] == [lead.address]


def test_what_was_taken_back_and_can_never_be_judged_is_read_by_a_person() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WORRIED)
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)
    now = MONDAY + CHECK_AFTER
    for _ in range(MOST_ATTEMPTS + 1):
        check_due(TheFilter(is_broken=True), now)
        now += timedelta(hours=1)

    after = stored(pair, message)
    assert (after.state, after.due) == ("withdrawn", None)
    assert Concern.get(*concern_key(after.concern_id)).category == "unchecked"
    assert [one.address for one in notices("concern_alert")] == [lead.address]
    assert notices("new_message") == []


def test_a_worry_without_a_policy_that_was_taken_back_is_raised_once() -> None:
    pair = a_pair()
    a_person("safeguarding_lead", pair.programme)
    with_a_broken_policy(pair.programme)
    message = a_message(pair, WORRIED)
    check(message)
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    check_due(TheFilter(), SOON)

    assert stored(pair, message).due is None
    assert len(notices("concern_alert")) == 1


# The sweep


def test_what_there_is_no_time_for_is_left_to_the_next_run() -> None:
    pair = a_pair()
    message = a_message(pair)

    assert check_due(TheFilter(), MONDAY + CHECK_AFTER, enough=lambda: True) == []
    assert stored(pair, message).check_attempts == 0


def test_after_a_long_outage_a_message_waits_minutes_and_not_days() -> None:
    assert wait_after(1) == CHECK_AFTER
    assert wait_after(40) == wait_after(400) == timedelta(minutes=10)


def test_a_transaction_at_the_same_message_is_no_fault() -> None:
    pair = a_pair()
    message = a_message(pair)

    with answering("PutItem", "TransactionConflictException", times=1):
        [checked] = check_due(TheFilter(), MONDAY + CHECK_AFTER)

    assert (checked.decided, checked.problem) == (False, "")
    assert stored(pair, message).state == "pending"


def test_the_sweep_checks_what_no_stream_has_brought() -> None:
    pair = a_pair()
    message = a_message(pair)
    not_yet = a_message(pair, now=MONDAY + timedelta(hours=1))

    [checked] = check_due(TheFilter(), MONDAY + CHECK_AFTER)

    assert (checked.state, checked.decided) == ("delivered", True)
    assert stored(pair, message).state == "delivered"
    assert stored(pair, not_yet).state == "pending"


def test_one_messages_fault_stops_no_other() -> None:
    pair = a_pair()
    orphan = a_message(pair, message_id="a" * 32)
    orphan.update(actions=[Message.pair_id.set("no-such-pair")])
    sound = a_message(pair, now=MONDAY + timedelta(seconds=1))

    results = check_due(TheFilter(), MONDAY + CHECK_AFTER)

    assert [one.problem for one in results] == ["NotFound", ""]
    assert stored(pair, sound).state == "delivered"


def test_where_the_stream_is_quicker_the_sweep_steps_back_without_an_alarm() -> None:
    pair = a_pair()
    message = a_message(pair)

    with answering("PutItem", "ConditionalCheckFailedException", times=1):
        [checked] = check_due(TheFilter(), MONDAY + CHECK_AFTER)

    assert (checked.decided, checked.problem) == (False, "")
    assert stored(pair, message).state == "pending"


class Killed(BaseException):
    """The process ends: nothing can catch it."""


def test_a_message_that_ends_the_process_is_handed_to_a_person_after_a_few_attempts() -> None:
    def deadly(text: str, *, sender: str, recent: Sequence[RecentMessage], rules: RuleSet | None) -> Verdict:
        raise Killed

    pair = a_pair()
    a_person("coordinator", pair.programme)
    message = a_message(pair)
    now = MONDAY + CHECK_AFTER
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            check_due(deadly, now)
        assert check_due(deadly, now) == []
        now += timedelta(hours=1)

    [checked] = check_due(deadly, now)

    assert (checked.state, checked.problem) == ("held", "TooManyAttempts")
    assert [found["category"] for found in stored(pair, message).findings] == ["unchecked"]
    assert len(notices("held_for_you")) == 1


def test_the_sweep_takes_the_longest_waiting_first_and_no_more_than_it_is_told() -> None:
    pair = a_pair()
    late = a_message(pair, now=MONDAY + timedelta(seconds=20))
    early = a_message(pair)

    assert len(check_due(TheFilter(), MONDAY + CHECK_AFTER, limit=1)) == 1

    assert stored(pair, early).state == "delivered"
    assert stored(pair, late).state == "pending"
