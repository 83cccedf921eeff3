"""Recording what mentors have shown: kept once, never written over, and counted at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.conversations.pairing import pair_up
from shared.people.actions import correct_vetting, record_vetting, withdraw_vetting
from shared.people.actions.vetting import records_of
from shared.people.items import Membership, membership_key
from shared.people.participation import print_of
from shared.people.vetting import Given
from shared.people.vetting_day import Looked, look_after_vetting
from shared.people.vetting_views import VettingPanel, panel_of
from shared.platform.errors import Conflict, Invalid, NotFound, Refused
from shared.platform.tables import transaction
from shared.programmes.actions import load_programme
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, add_policy
from shared.programmes.rules import day_of
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person, also_in
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme, with_a_broken_policy
from tests.outbox import notices
from tests.racing import just_before_it_writes
from tests.roles import who_is_also
from tests.shared.audit.builders import waiting

pytestmark = pytest.mark.usefixtures("tables")
VETTING = {
    "checks": [{"id": "dbs", "name": "Enhanced DBS"}],
    "training": [{"id": "training", "name": "Mentor training", "minutes": 45}],
    "remind_days_before": [30, 7],
}
DBS = Given("dbs", "2026-11-02", ends_on="2027-03-03", number="001234567890", seen_by="Priya Nair")
TRAINING = Given("training", "2026-11-02", minutes="60")
A_DAY = timedelta(days=1)


class Ours:
    """A programme that asks for a check and a training, its coordinator, and a mentor who begins."""

    def __init__(self) -> None:
        self.programme = a_programme(policy=a_policy(vetting=VETTING))
        self.programme_id = self.programme.programme_id
        self.priya = a_person("coordinator", self.programme)
        self.callum = a_person("mentor", self.programme, vetted_until="", vetted_for=None)

    def record(self, given: Given = DBS, *, by: Someone | None = None, key: str = "form-1") -> str:
        who = (by or self.priya).viewer
        at = MONDAY + timedelta(seconds=int(key[-1]))
        return record_vetting(who, self.programme_id, self.callum.person_id, given, key=key, now=at)

    def correct(self, record_id: str, given: Given = DBS, reason: str = "A slip of the keyboard.") -> str:
        return correct_vetting(
            self.priya.viewer,
            self.programme_id,
            self.callum.person_id,
            record_id,
            given,
            reason=reason,
            now=MONDAY + timedelta(minutes=5),
        )

    def withdraw(self, record_id: str, reason: str = "Revoked.", *, minutes: int = 10) -> str:
        return withdraw_vetting(
            self.priya.viewer,
            self.programme_id,
            self.callum.person_id,
            record_id,
            reason=reason,
            now=MONDAY + timedelta(minutes=minutes),
        )

    def pair_with(self, mentee: Someone) -> str:
        return pair_up(
            self.priya.viewer,
            self.programme_id,
            mentor_id=self.callum.person_id,
            mentee_id=mentee.person_id,
            cohort_id="",
            key="form-3",
            now=MONDAY,
        )

    @property
    def until(self) -> str | None:
        key = membership_key(self.callum.person_id, self.programme_id, "mentor")
        return Membership.get(*key).vetted_until

    @property
    def panel(self) -> VettingPanel:
        records = records_of(self.programme_id, self.callum.person_id)
        return panel_of(records, self.programme.policy.vetting, day_of(MONDAY))

    def asks(self, **vetting: object) -> None:
        """From now on the policy asks for something else."""
        programme = Programme.get(*programme_key(self.programme_id))
        policy = a_policy(vetting=VETTING | vetting)
        with transaction() as write:
            author = Author(self.priya.person_id, self.priya.name)
            add_policy(write, programme, policy, by=author, reason="More is asked now.", now=MONDAY)


def test_a_mentor_is_cleared_once_everything_is_recorded() -> None:
    ours = Ours()
    ours.record(DBS)
    assert ours.until is None

    ours.record(TRAINING, key="form-2")

    assert ours.until == "2027-03-03"
    assert ours.panel.state == "cleared"
    assert [one.name for one in ours.panel.history] == ["Mentor training", "Enhanced DBS"]


def test_a_form_sent_twice_records_once_and_its_key_serves_nothing_else() -> None:
    ours = Ours()

    assert ours.record() == ours.record()
    with pytest.raises(Conflict):
        ours.record(replace(DBS, number="009999999999"))

    assert len(ours.panel.history) == 1


def test_who_recorded_what_and_when_stands_in_the_audit_record() -> None:
    ours = Ours()
    record_id = ours.record()
    ours.correct(record_id)

    made = [(one.on, one.why) for one in waiting() if one.what == "changed_vetting"]
    assert sorted(made) == [
        (f"person:{ours.callum.person_id}", "Enhanced DBS put right: A slip of the keyboard."),
        (f"person:{ours.callum.person_id}", "Enhanced DBS recorded"),
    ]


def test_a_record_put_right_stays_to_be_seen() -> None:
    ours = Ours()
    ours.record(TRAINING, key="form-2")
    record_id = ours.record(DBS)

    ours.correct(record_id, replace(DBS, ends_on="2027-05-05"))

    assert ours.until == "2027-05-05"
    assert {one.became: one.ends_on for one in ours.panel.history if one.what == "dbs"} == {
        "counts": "2027-05-05",
        "put right": "2027-03-03",
    }


def test_a_record_is_put_right_or_withdrawn_once() -> None:
    ours = Ours()
    record_id = ours.record()

    assert ours.withdraw(record_id) == ours.withdraw(record_id)
    with pytest.raises(Conflict, match="Somebody else has put this record right or withdrawn it"):
        ours.correct(record_id)
    with pytest.raises(Conflict):
        ours.withdraw(record_id, reason="For another reason.")

    assert len(ours.panel.history) == 2


def test_withdrawing_needs_a_reason() -> None:
    ours = Ours()
    record_id = ours.record()

    for reason in ("", "  \n", "x" * 501):
        with pytest.raises(Invalid) as refused:
            ours.withdraw(record_id, reason=reason)
        assert refused.value.field == "reason"


def test_the_coordinators_are_told_when_a_mentor_is_not_cleared_any_more_and_not_before() -> None:
    ours = Ours()
    first = ours.record(DBS)
    second = ours.record(replace(DBS, number="002345678901"), key="form-3")
    ours.record(TRAINING, key="form-2")

    ours.withdraw(first)
    assert (ours.until, notices("mentor_paused")) == ("2027-03-03", [])

    ours.withdraw(second, minutes=20)
    assert ours.until is None
    [mail] = notices("mentor_paused")
    assert (mail.address, mail.first_name) == (ours.priya.address, "Priya")
    assert mail.path == f"/programmes/{ours.programme_id}/people/{ours.callum.person_id}"


def test_two_who_record_at_once_do_not_reckon_without_each_other() -> None:
    ours = Ours()
    owen = a_person("administrator", ours.programme)

    with just_before_it_writes(lambda: ours.record(TRAINING, by=owen, key="form-2")):
        ours.record(DBS)

    assert ours.until == "2027-03-03"


def test_nobody_records_for_themselves() -> None:
    ours = Ours()
    also_in(ours.programme, ours.callum, role="coordinator")

    with pytest.raises(Refused, match="a colleague must record"):
        record_vetting(
            who_is_also(ours.callum, "coordinator"),
            ours.programme_id,
            ours.callum.person_id,
            DBS,
            key="form-1",
            now=MONDAY,
        )


@pytest.mark.parametrize("role", ["mentee", "mentor", "safeguarding_lead", "deputy", "regional_manager"])
def test_to_those_who_may_not_there_is_nothing_to_record(role: str) -> None:
    ours = Ours()
    other = a_person(role, ours.programme, first_name="Rosa", surname="Lindqvist")

    with pytest.raises(NotFound):
        ours.record(by=other)


def test_of_a_mentee_or_of_a_stranger_nothing_is_recorded() -> None:
    ours = Ours()
    mentee = a_person("mentee", ours.programme)

    for person_id in (mentee.person_id, "nobody"):
        with pytest.raises(NotFound):
            record_vetting(ours.priya.viewer, ours.programme_id, person_id, DBS, key="form-1", now=MONDAY)
    with pytest.raises(NotFound):
        ours.withdraw("no-such-record")


def test_without_a_policy_that_can_be_read_nothing_is_recorded() -> None:
    ours = Ours()
    with_a_broken_policy(ours.programme)

    with pytest.raises(Conflict, match="can’t be read"):
        ours.record()


# Each morning


def test_each_end_is_told_of_once_for_each_reminder() -> None:
    ours = Ours()
    ours.record(DBS)
    ours.record(TRAINING, key="form-2")
    ends = MONDAY + 100 * A_DAY  # the 3rd of March

    told = {
        days: look_after_vetting(ours.programme_id, now=ends - days * A_DAY).told
        for days in range(31, -9, -1)
    }

    assert [days for days, how_many in told.items() if how_many] == [30, 7, -1]
    assert [one.address for one in notices("own_vetting")] == [ours.callum.address] * 3


def test_a_morning_that_was_missed_is_made_up_for() -> None:
    ours = Ours()
    ours.record(DBS)
    ours.record(TRAINING, key="form-2")

    assert look_after_vetting(ours.programme_id, now=MONDAY + 113 * A_DAY) == Looked(told=1, reckoned=0)


def test_when_something_more_is_asked_mentors_are_reckoned_anew() -> None:
    ours = Ours()
    ours.record(DBS)
    ours.record(TRAINING, key="form-2")
    ours.asks(steps=[{"id": "selection", "name": "Selection interview"}])

    assert look_after_vetting(ours.programme_id, now=MONDAY) == Looked(told=1, reckoned=1)
    assert look_after_vetting(ours.programme_id, now=MONDAY) == Looked(told=0, reckoned=0)

    assert ours.until is None
    member = Membership.get(*membership_key(ours.callum.person_id, ours.programme_id, "mentor"))
    assert member.vetted_for == print_of(load_programme(ours.programme_id).policy.vetting)


def test_more_that_is_asked_counts_from_the_change_on() -> None:
    ours = Ours()
    ours.record(DBS)
    ours.record(TRAINING, key="form-2")
    amina = a_person("mentee", ours.programme)
    ours.asks(steps=[{"id": "selection", "name": "Selection interview"}])

    with pytest.raises(Refused, match="What is asked of mentors has changed since Callum was cleared"):
        ours.pair_with(amina)


def test_a_mentor_who_has_shown_what_is_newly_asked_is_paired_without_waiting_for_the_morning() -> None:
    ours = Ours()
    ours.record(DBS)
    ours.record(TRAINING, key="form-2")
    ours.asks(training=[{"id": "training", "name": "Mentor training", "minutes": 60}])

    assert ours.pair_with(a_person("mentee", ours.programme))


def test_who_is_suspended_is_reckoned_anew_too_and_not_written_to() -> None:
    ours = Ours()
    ours.record(DBS)
    ours.record(TRAINING, key="form-2")
    ours.asks(steps=[{"id": "selection", "name": "Selection interview"}])
    member = Membership.get(*membership_key(ours.callum.person_id, ours.programme_id, "mentor"))
    member.update(actions=[Membership.status.set("suspended")])

    assert look_after_vetting(ours.programme_id, now=MONDAY) == Looked(told=0, reckoned=1)

    assert ours.until is None
    assert notices("own_vetting") == []


def test_who_was_never_cleared_is_nobody_to_be_told_of() -> None:
    ours = Ours()

    assert look_after_vetting(ours.programme_id, now=MONDAY) == Looked(told=0, reckoned=1)
    assert notices("own_vetting") == notices("vetting_to_look_at") == []


def test_a_programme_that_asks_nothing_is_left_alone() -> None:
    programme = a_programme()
    a_person("mentor", programme)

    assert look_after_vetting(programme.programme_id, now=MONDAY) == Looked(0, 0)
