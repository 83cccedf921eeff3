"""The sweep: what a stream missed is found within a minute, and one fault stops nothing else."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.schedules.sweep import NotWhole, run, sweep
from shared.conversations.items import Message
from shared.filtering import check
from shared.lab.backtesting import MOST_STANDSTILLS, STANDS_STILL_AFTER, start_backtest
from shared.matching.actions import start_run
from shared.notices.items import Notice, lane_due
from shared.notices.sending import PAUSE
from shared.notices.views import LATE_AFTER
from shared.platform.clock import order
from shared.platform.tables import find, transaction
from shared.programmes.actions import load_programme
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, plan_policy
from shared.safeguarding.items import Concern
from tests.builders.clock import MONDAY
from tests.builders.conversations import WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.notices import a_notice
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern
from tests.driver import Context, at_once
from tests.emulator import empty_tables
from tests.fake_mailer import UNWELL, FakeMailer
from tests.faults import Crash, answering, calls, crash
from tests.shared.lab.builders import drafts_a_rule, the_backtest
from tests.shared.matching.builders import people as people_to_match

pytestmark = pytest.mark.usefixtures("tables")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair(a_programme())


@pytest.fixture
def lead(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


def run_at(moment: datetime, mailer: FakeMailer | None = None, *, milliseconds: int = 60_000) -> FakeMailer:
    mailer = mailer or FakeMailer()
    context = Context(milliseconds=milliseconds)
    run(context, mailer=mailer, checker=check, clock=lambda: moment, pause=at_once)
    return mailer


def state_of(message: Message) -> str:
    message.refresh(consistent_read=True)
    return str(message.state)


def addressees(mailer: FakeMailer) -> list[tuple[str, str]]:
    return [(sent.address, sent.written.subject) for sent in mailer.sent]


def metrics_in(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """The highest value of each metric."""
    found: dict[str, float] = {}
    for line in capsys.readouterr().out.splitlines():
        told = json.loads(line) if line.startswith('{"_aws') else {"_aws": {"CloudWatchMetrics": []}}
        for said in told["_aws"]["CloudWatchMetrics"]:
            for metric in said["Metrics"]:
                name = metric["Name"]
                found[name] = max([found.get(name, 0.0), *told[name]])
    return found


def test_a_message_that_no_stream_brought_to_the_filter_is_checked(
    pair: TwoWhoWrite,
) -> None:
    message = a_message(pair, by="mentee")

    mailer = run_at(MONDAY + MINUTE)

    assert state_of(message) == "delivered"
    assert addressees(mailer) == [(pair.mentor.address, "You have a new message")]


def test_a_worry_that_no_stream_brought_to_the_filter_alerts_the_safeguarding_lead_in_the_same_run(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    message = a_message(pair, WORRIED)

    mailer = run_at(MONDAY + MINUTE)

    assert state_of(message) == "held"
    [concern] = [item for item in Concern.scan() if isinstance(item, Concern)]
    assert (lead.address, f"Please look: concern {concern.reference}") in addressees(mailer)


def test_a_concern_that_nobody_answered_is_passed_on_and_the_alert_goes_out_in_the_same_run(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    concern = a_concern(pair, answer_within=timedelta(minutes=30))

    mailer = run_at(MONDAY + 30 * MINUTE)

    assert (lead.address, f"Please look: concern {concern.reference}") in addressees(mailer)


def test_a_held_message_that_nobody_read_is_brought_to_the_safeguarding_lead(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    a_message(pair, state="held")

    mailer = run_at(MONDAY + 24 * HOUR)

    assert [address for address, _ in addressees(mailer)] == [lead.address]


def test_alerts_are_sent_before_anything_else_is_done(pair: TwoWhoWrite) -> None:
    a_notice("invitation", notice_id="invitation", now=MONDAY - HOUR)
    a_notice("concern_alert", notice_id="alert")
    a_message(pair)

    mailer = run_at(MONDAY + MINUTE)

    assert mailer.asked[0] == "alert"
    assert mailer.asked[-1] != "alert"


def test_an_e_mail_whose_sender_died_is_sent_when_its_lease_is_over() -> None:
    a_notice(
        "concern_alert",
        notice_id="alert",
        state="sending",
        attempts=1,
        due=lane_due("alert"),
        due_at=order(MONDAY + timedelta(seconds=30)),
    )

    assert run_at(MONDAY + MINUTE).asked == ["alert"]


@pytest.mark.parametrize("table", ["safeguarding", "conversations"])
def test_a_table_that_fails_stops_no_other_step_and_the_run_fails_in_the_end(
    pair: TwoWhoWrite, table: str
) -> None:
    message = a_message(pair)
    a_notice("concern_alert", notice_id="alert")
    a_notice("invitation", notice_id="invitation")
    mailer = FakeMailer()

    with answering("Query", "InternalServerError", table=table), pytest.raises(NotWhole) as failed:
        run_at(MONDAY + MINUTE, mailer)

    assert {"alert", "invitation"} <= set(mailer.asked)
    assert state_of(message) == ("pending" if table == "conversations" else "delivered")
    expected = {
        "conversations": "messages, deliveries, holds, matches, pairs, after whom was asked, meetings ahead, "
        "weekly e-mails"
    }.get(table, "concerns, audit record")
    assert str(failed.value) == expected


def test_when_e_mails_cannot_be_read_messages_are_still_checked(pair: TwoWhoWrite) -> None:
    message = a_message(pair)

    with (
        answering("Query", "ProvisionedThroughputExceededException", table="outbox"),
        pytest.raises(NotWhole, match="alerts"),
    ):
        run_at(MONDAY + MINUTE)

    assert state_of(message) == "delivered"


def test_what_a_run_has_no_time_for_is_still_due_in_the_next(pair: TwoWhoWrite) -> None:
    a_notice("concern_alert", notice_id="alert")

    assert run_at(MONDAY, milliseconds=10_000).asked == []
    assert run_at(MONDAY + MINUTE).asked == ["alert"]


def test_a_mail_service_that_does_not_answer_keeps_no_concern_or_message_waiting(pair: TwoWhoWrite) -> None:
    """Each try takes the mail service's longest, until there is no time left for another."""
    context = Context()

    def twenty_seconds_pass() -> None:
        context.milliseconds -= 20_000

    for number in range(3):
        a_notice("concern_alert", notice_id=f"alert-{number}")
    message = a_message(pair)
    mailer = FakeMailer(*[UNWELL] * 9, meanwhile=twenty_seconds_pass)

    run(context, mailer=mailer, checker=check, clock=lambda: MONDAY + MINUTE, pause=at_once)

    assert state_of(message) == "delivered"
    assert len(mailer.asked) == 2
    assert context.milliseconds >= 0


def test_e_mails_that_can_wait_leave_room_for_alerts_in_the_sweep_too() -> None:
    for template in ("concern_alert", "new_message", "introduced"):
        a_notice(template)
    pauses: list[float] = []

    run(Context(), mailer=FakeMailer(), checker=check, clock=lambda: MONDAY + MINUTE, pause=pauses.append)

    assert pauses == [PAUSE, PAUSE]


def test_a_second_run_finds_nothing_left_to_do(pair: TwoWhoWrite, lead: Someone) -> None:
    a_message(pair)
    a_message(pair, WORRIED)
    run_at(MONDAY + MINUTE)

    assert run_at(MONDAY + 2 * MINUTE).asked == []


WRITES = frozenset({"PutItem", "UpdateItem", "TransactWriteItems"})


def test_a_run_that_dies_before_any_of_its_writes_is_made_good_by_the_next_ones() -> None:
    """To die at a reading is to die before the next writing: what was read is forgotten."""
    with empty_tables():
        _a_worry_and_its_lead()
        with calls() as made:
            run_at(MONDAY + MINUTE)
    writes = [call.number for call in made if call.operation in WRITES]
    assert len(writes) >= 4

    for number in writes:
        with empty_tables():
            message, lead = _a_worry_and_its_lead()
            mailer = FakeMailer()

            with pytest.raises(Crash), crash(before=number):
                run_at(MONDAY + MINUTE, mailer)
            for minutes in (3, 5):
                run_at(MONDAY + minutes * MINUTE, mailer)

            assert state_of(message) == "held"
            [concern] = [item for item in Concern.scan() if isinstance(item, Concern)]
            assert (lead.address, f"Please look: concern {concern.reference}") in addressees(mailer)


def _a_worry_and_its_lead() -> tuple[Message, Someone]:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    return a_message(pair, WORRIED), lead


def test_an_alert_that_does_not_get_out_raises_the_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    a_notice("concern_alert")

    run_at(MONDAY + MINUTE, FakeMailer(UNWELL))
    before = metrics_in(capsys)
    run_at(MONDAY + LATE_AFTER, FakeMailer(UNWELL))

    assert before["OverdueAlerts"] == 0
    assert metrics_in(capsys)["OverdueAlerts"] == 1


def test_a_concern_that_nobody_answered_raises_the_alarm(
    pair: TwoWhoWrite, lead: Someone, capsys: pytest.CaptureFixture[str]
) -> None:
    a_concern(pair, answer_within=10 * MINUTE)

    run_at(MONDAY + 10 * MINUTE)

    assert metrics_in(capsys)["OverdueAlerts"] == 1


def test_the_function_itself_runs_with_what_is_deployed(pair: TwoWhoWrite) -> None:
    message = a_message(pair, now=datetime.now(MONDAY.tzinfo) - MINUTE)

    sweep({}, Context())

    assert state_of(message) == "delivered"
    assert {notice.state for notice in Notice.scan()} <= {"queued", "failed", "accepted"}


def test_the_log_quotes_nobody(pair: TwoWhoWrite, caplog: pytest.LogCaptureFixture) -> None:
    a_message(pair, WORRIED)

    def talkative(text: str, **_: Any) -> Any:
        raise ValueError(f"cannot judge {text!r}")

    run(Context(), mailer=FakeMailer(), checker=talkative, clock=lambda: MONDAY + MINUTE, pause=at_once)

    said = str([vars(record) for record in caplog.records])
    assert "want to die" not in said
    assert "amina" not in said.casefold()


def test_a_policy_that_was_planned_is_put_in_force_at_its_time(
    pair: TwoWhoWrite, capsys: pytest.CaptureFixture[str]
) -> None:
    programme = find(Programme, *programme_key(pair.programme_id))
    assert programme is not None
    longer, owen = a_policy(retention_months=24), Author("person-1", "Owen Hughes")
    with transaction() as write:
        plan_policy(
            write, programme, longer, by=owen, reason="Audit.", starts=MONDAY + 2 * MINUTE, now=MONDAY
        )

    run_at(MONDAY + MINUTE)
    assert load_programme(pair.programme_id).policy_version == 1
    run_at(MONDAY + 2 * MINUTE)

    assert load_programme(pair.programme_id).policy == longer
    assert metrics_in(capsys)["PoliciesPutInForce"] == 1


def test_a_planned_policy_that_is_none_any_longer_fails_the_run_and_changes_nothing(
    pair: TwoWhoWrite,
) -> None:
    programme = find(Programme, *programme_key(pair.programme_id))
    assert programme is not None
    with transaction() as write:
        owen = Author("person-1", "Owen Hughes")
        plan_policy(write, programme, a_policy(), by=owen, reason="Audit.", starts=MONDAY, now=MONDAY)
    programme = find(Programme, *programme_key(pair.programme_id))
    assert programme is not None
    programme.planned["moderation"] = "whatever"
    programme.save()

    with pytest.raises(NotWhole, match="planned policies"):
        run_at(MONDAY + MINUTE)

    assert load_programme(pair.programme_id).policy_version == 1


def test_a_trial_of_rules_that_stands_still_is_woken_and_in_the_end_given_up(
    pair: TwoWhoWrite, lead: Someone, capsys: pytest.CaptureFixture[str]
) -> None:
    drafts_a_rule(lead)
    backtest_id = start_backtest(lead.viewer, lead.programme_id, messages=500, key="form-1", now=MONDAY)
    moment = MONDAY
    for woken in range(1, MOST_STANDSTILLS + 1):
        moment += STANDS_STILL_AFTER
        run_at(moment)
        assert int(the_backtest(lead.programme_id, backtest_id).standstills) == woken

    run_at(moment + STANDS_STILL_AFTER)

    assert the_backtest(lead.programme_id, backtest_id).state == "failed"
    assert metrics_in(capsys)["BacktestsFailed"] == 1


def test_a_search_for_matches_that_stands_still_is_given_up() -> None:
    cohort = people_to_match(1, 1)
    start_run(cohort.coordinator.viewer, *cohort.at, key="form-1", now=MONDAY)

    run_at(MONDAY + 19 * MINUTE)
    assert cohort.latest().state == "waiting"

    run_at(MONDAY + 21 * MINUTE)
    assert cohort.latest().state == "failed"
