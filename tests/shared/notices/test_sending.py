"""Sending e-mails under a lease, trying again, and believing receipts."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from shared.notices.items import UNDELIVERED, Notice, lane_due, notice_key
from shared.notices.mailer import Mailer
from shared.notices.rules import LEASE, TRIES
from shared.notices.sending import BULK_AT_ONCE, Outcome, record_receipt, send, send_due
from shared.notices.views import LATE_AFTER, late_alerts
from shared.platform.clock import order
from shared.platform.tables import find
from tests.builders.clock import MONDAY
from tests.builders.notices import a_notice
from tests.fake_mailer import LOST_REPLY, REFUSED, TOO_MANY, UNWELL, FakeMailer
from tests.faults import Crash

pytestmark = pytest.mark.usefixtures("tables")

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def stored(notice: Notice) -> Notice:
    found = find(Notice, *notice_key(notice.notice_id))
    assert found is not None
    return found


def due_in(lane: str) -> list[str]:
    return [notice.notice_id for notice in Notice.by_due.query(lane_due(lane))]


def run(mailer: Mailer, now: datetime = MONDAY) -> list[Outcome]:
    return list(send_due(mailer=mailer, clock=lambda: now))


class TestOneEMail:
    def test_goes_out_and_leaves_the_queue(self) -> None:
        notice, mailer = a_notice("new_message", path="/pairs/01jd3y"), FakeMailer()

        outcome = send(notice.notice_id, mailer=mailer, now=MONDAY)

        assert outcome.did == "accepted"
        assert mailer.sent[0].address == "amina.yusuf@example.org"
        assert "https://signpost.example.org/pairs/01jd3y" in mailer.sent[0].written.text
        kept = stored(notice)
        assert (kept.state, kept.accepted_at) == ("accepted", MONDAY)
        assert kept.ses_message_id
        assert due_in("bulk") == []

    def test_carries_the_link_that_stops_it_which_is_kept_no_longer_than_that(self) -> None:
        secret = "/reminders/01jd3y.a-secret-of-their-own"
        notice, mailer = a_notice("weekly_digest", things={"unanswered": 1}, stop_path=secret), FakeMailer()

        send(notice.notice_id, mailer=mailer, now=MONDAY)

        written = mailer.sent[0].written
        assert written.stop_link == f"https://signpost.example.org{secret}"
        assert written.stop_link in written.text
        assert stored(notice).stop_path is None

    def test_asked_for_twice_goes_out_once(self) -> None:
        notice, mailer = a_notice(), FakeMailer()

        send(notice.notice_id, mailer=mailer, now=MONDAY)
        again = send(notice.notice_id, mailer=mailer, now=MONDAY + MINUTE)

        assert again.did == "left"
        assert len(mailer.sent) == 1

    def test_that_nobody_queued_is_left(self) -> None:
        assert send("0f" * 16, mailer=FakeMailer(), now=MONDAY).did == "left"

    def test_just_queued_is_sent_although_its_queuer_s_clock_is_ahead(self) -> None:
        notice = a_notice(now=MONDAY + SECOND)

        assert send(notice.notice_id, mailer=FakeMailer(), now=MONDAY).did == "accepted"

    def test_keeps_a_secret_link_no_longer_than_it_must(self) -> None:
        notice = a_notice("invitation", path="/invitations/a-secret-that-opens-an-account")

        send(notice.notice_id, mailer=FakeMailer(), now=MONDAY)

        assert stored(notice).path is None

    def test_keeps_a_link_that_is_no_secret(self) -> None:
        notice = a_notice("new_message")

        send(notice.notice_id, mailer=FakeMailer(), now=MONDAY)

        assert stored(notice).path == "/pairs/01jd3y"


def die() -> None:
    raise Crash


class TestALease:
    def test_keeps_another_sender_off(self) -> None:
        notice, other = a_notice("concern_alert"), FakeMailer()
        with pytest.raises(Crash):
            send(notice.notice_id, mailer=FakeMailer(meanwhile=die), now=MONDAY)

        assert send(notice.notice_id, mailer=other, now=MONDAY + LEASE - SECOND).did == "left"
        assert other.asked == []

    def test_that_is_over_lets_another_sender_try(self) -> None:
        notice, other = a_notice("concern_alert"), FakeMailer()
        with pytest.raises(Crash):
            send(notice.notice_id, mailer=FakeMailer(meanwhile=die), now=MONDAY)

        assert [one.did for one in run(other, MONDAY + LEASE)] == ["accepted"]

    def test_taken_by_two_at_once_is_had_by_one(self) -> None:
        notice, other = a_notice(), FakeMailer()
        mailer = FakeMailer(meanwhile=lambda: send(notice.notice_id, mailer=other, now=MONDAY))

        assert send(notice.notice_id, mailer=mailer, now=MONDAY).did == "accepted"
        assert other.asked == []

    def test_that_ran_out_while_its_holder_still_sent_does_not_undo_what_the_next_one_did(self) -> None:
        notice, other = a_notice(), FakeMailer()
        mailer = FakeMailer(
            UNWELL, meanwhile=lambda: send(notice.notice_id, mailer=other, now=MONDAY + LEASE)
        )

        assert send(notice.notice_id, mailer=mailer, now=MONDAY).did == "left"
        assert stored(notice).state == "accepted"


class TestAVainTry:
    def test_is_made_again_after_a_wait_that_grows(self) -> None:
        notice, mailer = a_notice(), FakeMailer(UNWELL, TOO_MANY)

        assert send(notice.notice_id, mailer=mailer, now=MONDAY).did == "waits"
        assert stored(notice).state == "queued"
        assert stored(notice).problem == "Try again in a while"
        assert send(notice.notice_id, mailer=mailer, now=MONDAY + MINUTE - SECOND).did == "left"
        assert send(notice.notice_id, mailer=mailer, now=MONDAY + MINUTE).did == "waits"
        assert stored(notice).due_at == order(MONDAY + 3 * MINUTE)
        assert send(notice.notice_id, mailer=mailer, now=MONDAY + 3 * MINUTE).did == "accepted"
        assert stored(notice).problem is None

    def test_whose_answer_was_lost_is_repeated(self) -> None:
        notice, mailer = a_notice("concern_alert"), FakeMailer(LOST_REPLY)

        send(notice.notice_id, mailer=mailer, now=MONDAY)
        send(notice.notice_id, mailer=mailer, now=MONDAY + MINUTE)

        assert [one.notice_id for one in mailer.sent] == [notice.notice_id, notice.notice_id]
        assert stored(notice).state == "accepted"

    def test_whose_answer_was_lost_is_not_repeated_once_its_receipt_has_come(self) -> None:
        notice, mailer = a_notice("invitation"), FakeMailer(LOST_REPLY)
        send(notice.notice_id, mailer=mailer, now=MONDAY)

        record_receipt(notice.notice_id, "delivered", MONDAY + SECOND)

        assert run(mailer, MONDAY + MINUTE) == []
        assert len(mailer.sent) == 1
        assert stored(notice).path is None

    def test_is_the_last_one_when_the_service_refuses_this_very_e_mail(self) -> None:
        notice, mailer = a_notice("invitation"), FakeMailer(REFUSED)

        outcome = send(notice.notice_id, mailer=mailer, now=MONDAY)

        assert (outcome.did, outcome.code, outcome.stands_out) == ("failed", "MessageRejected", False)
        assert (stored(notice).state, stored(notice).path) == ("failed", None)
        assert due_in("bulk") == []

    def test_of_an_ordinary_e_mail_is_the_last_one_after_enough_of_them(self) -> None:
        notice = a_notice(attempts=TRIES - 1)

        outcome = send(notice.notice_id, mailer=FakeMailer(UNWELL), now=MONDAY)

        assert outcome.did == "failed"
        assert stored(notice).state == "failed"

    def test_that_never_came_back_counts_too(self) -> None:
        notice, mailer = (
            a_notice(state="sending", attempts=TRIES, due=lane_due("bulk"), due_at=order(MONDAY)),
            FakeMailer(),
        )

        assert send(notice.notice_id, mailer=mailer, now=MONDAY).did == "failed"
        assert mailer.asked == []

    def test_of_an_alert_is_never_the_last_one(self) -> None:
        notice = a_notice("concern_alert", attempts=5000)

        assert send(notice.notice_id, mailer=FakeMailer(UNWELL), now=MONDAY).did == "waits"
        assert stored(notice).due_at == order(MONDAY + MINUTE)

    def test_through_our_own_fault_in_writing_it_is_made_again(self) -> None:
        notice, mailer = a_notice("concern_alert", path="no-slash"), FakeMailer()

        outcome = send(notice.notice_id, mailer=mailer, now=MONDAY)

        assert (outcome.did, outcome.code) == ("waits", "CannotBeWritten.ValueError")
        assert stored(notice).state == "queued"


class TestWhatIsDue:
    def test_is_sent_alerts_first(self) -> None:
        invitation = a_notice("invitation", now=MONDAY - MINUTE)
        alert = a_notice("concern_alert")
        mailer = FakeMailer()

        run(mailer)

        assert mailer.asked == [alert.notice_id, invitation.notice_id]

    def test_is_all_the_alerts_but_only_so_many_of_the_others(self) -> None:
        for n in range(BULK_AT_ONCE + 3):
            a_notice("new_message", notice_id=f"message-{n}")
            a_notice("concern_alert", notice_id=f"alert-{n}")
        mailer = FakeMailer()

        run(mailer)

        assert len([one for one in mailer.asked if one.startswith("alert")]) == BULK_AT_ONCE + 3
        assert len([one for one in mailer.asked if one.startswith("message")]) == BULK_AT_ONCE

    def test_is_not_what_waits_for_a_later_moment(self) -> None:
        a_notice("concern_alert", attempts=1, due_at=order(MONDAY + SECOND))

        assert run(FakeMailer()) == []

    def test_stops_at_the_bulk_lane_when_the_service_asks_for_less(self) -> None:
        for n in range(3):
            a_notice("new_message", notice_id=f"message-{n}")
        mailer = FakeMailer(TOO_MANY)

        assert [one.did for one in run(mailer)] == ["waits"]

    def test_goes_on_with_the_other_alerts_when_the_service_asks_for_less(self) -> None:
        for n in range(3):
            a_notice("concern_alert", notice_id=f"alert-{n}")

        assert [one.did for one in run(FakeMailer(TOO_MANY))] == ["waits", "accepted", "accepted"]

    def test_goes_on_past_one_that_cannot_be_worked_off(self) -> None:
        a_notice("concern_alert", notice_id="1", now=MONDAY - MINUTE)
        a_notice("concern_alert", notice_id="2")
        mailer = FakeMailer(RuntimeError())

        assert [one.did for one in run(mailer)] == ["broken", "accepted"]

    def test_stops_when_the_time_is_over(self) -> None:
        for n in range(3):
            a_notice("new_message", notice_id=f"message-{n}")
        mailer = FakeMailer()

        sent: Iterator[Outcome] = send_due(
            mailer=mailer, clock=lambda: MONDAY, enough=lambda: len(mailer.asked) == 2
        )

        assert len(list(sent)) == 2

    def test_takes_each_lease_from_the_moment_it_is_taken(self) -> None:
        """A run that takes a minute must not hand out leases that are over already."""
        for n in range(2):
            a_notice("new_message", notice_id=f"message-{n}")
        moments = iter([MONDAY, MONDAY, MONDAY + 10 * SECOND, MONDAY + 20 * SECOND])

        list(send_due(mailer=FakeMailer(), clock=lambda: next(moments)))

        accepted = [stored(a).accepted_at for a in Notice.scan()]
        assert sorted(accepted) == [MONDAY + 10 * SECOND, MONDAY + 20 * SECOND]


class TestAReceipt:
    def test_says_that_an_e_mail_was_delivered(self) -> None:
        notice = a_notice(state="accepted")

        record_receipt(notice.notice_id, "delivered", MONDAY)

        assert (stored(notice).state, stored(notice).receipt_at) == ("delivered", MONDAY)

    def test_that_comes_twice_changes_nothing(self) -> None:
        notice = a_notice(state="accepted")
        record_receipt(notice.notice_id, "bounced", MONDAY)
        version = stored(notice).version

        assert record_receipt(notice.notice_id, "bounced", MONDAY + MINUTE).did == "left"
        assert stored(notice).version == version

    def test_about_an_e_mail_we_know_nothing_of_changes_nothing(self) -> None:
        assert record_receipt("0f" * 16, "delivered", MONDAY).did == "left"
        assert list(Notice.scan()) == []

    def test_that_comes_while_we_still_note_the_acceptance_is_the_last_word(self) -> None:
        notice = a_notice("concern_alert")

        mailer = FakeMailer(meanwhile=lambda: record_receipt(notice.notice_id, "bounced", MONDAY))

        send(notice.notice_id, mailer=mailer, now=MONDAY)

        assert stored(notice).state == "bounced"
        assert due_in("alert") == []

    def test_that_an_alert_bounced_stands_out(self) -> None:
        notice = a_notice("concern_alert", state="accepted", reference="C-7K3M9Q")

        outcome = record_receipt(notice.notice_id, "bounced", MONDAY)

        assert outcome.stands_out
        assert [one.notice_id for one in Notice.by_listing.query(UNDELIVERED)] == [notice.notice_id]
        assert [one.reference for one in late_alerts(MONDAY)] == ["C-7K3M9Q"]

    def test_that_an_invitation_bounced_does_not(self) -> None:
        notice = a_notice("invitation", state="accepted")

        assert not record_receipt(notice.notice_id, "bounced", MONDAY).stands_out
        assert late_alerts(MONDAY) == []


class TestLateAlerts:
    def test_are_those_that_wait_too_long_to_be_sent(self) -> None:
        a_notice("concern_alert", reference="C-7K3M9Q")

        assert late_alerts(MONDAY + LATE_AFTER - SECOND) == []
        assert [one.reference for one in late_alerts(MONDAY + LATE_AFTER)] == ["C-7K3M9Q"]

    def test_are_those_that_the_mail_service_refused(self) -> None:
        notice = a_notice("concern_alert")
        send(notice.notice_id, mailer=FakeMailer(REFUSED), now=MONDAY)

        assert [one.state for one in late_alerts(MONDAY + MINUTE)] == ["failed"]

    def test_do_not_keep_the_alarm_ringing_for_ever(self) -> None:
        notice = a_notice("concern_alert")
        send(notice.notice_id, mailer=FakeMailer(REFUSED), now=MONDAY)

        assert late_alerts(MONDAY + timedelta(days=1, seconds=1)) == []

    def test_are_not_password_links(self) -> None:
        a_notice("password_link")

        assert late_alerts(MONDAY + timedelta(hours=1)) == []
