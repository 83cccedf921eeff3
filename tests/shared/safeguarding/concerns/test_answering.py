"""Dealing with a concern."""

from datetime import timedelta

import pytest

from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.climbing import escalate
from shared.safeguarding.concerns.answering import acknowledge, add_note
from shared.safeguarding.concerns.lists import open_concerns
from shared.safeguarding.items import CONCERNS_DUE, Concern, concerns_listing
from shared.safeguarding.views import concern_page
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.racing import just_before_it_writes
from tests.roles import who_is_also
from tests.shared.safeguarding.builders import a_new_concern, chronology, raised_in, the_concern

pytestmark = pytest.mark.usefixtures("tables")

SOON = MONDAY + timedelta(minutes=4)
LATER = MONDAY + timedelta(minutes=7)


def test_whoever_acknowledges_a_concern_is_the_one_dealing_with_it(
    programme: RunningProgramme, lead: Someone
) -> None:
    concern_id = raised_in(programme)

    acknowledge(lead.viewer, concern_id, now=SOON)

    concern = the_concern(concern_id)
    assert (concern.state, concern.acknowledged_by, concern.acknowledged_at) == (
        "acknowledged",
        lead.person_id,
        SOON,
    )
    assert chronology(concern_id)[-1].by_name == lead.name
    assert list(Concern.by_due.query(CONCERNS_DUE)) == []


def test_of_two_who_acknowledge_one_wins_and_the_other_is_told_who_and_when(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)
    acknowledge(lead.viewer, concern_id, now=SOON)

    with pytest.raises(Conflict, match=r"Morag Sinclair is already dealing with this\. .* at 09:04"):
        acknowledge(coordinator.viewer, concern_id, now=LATER)
    assert the_concern(concern_id).acknowledged_by == lead.person_id


def test_of_two_at_the_same_moment_one_wins_as_well(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)

    with (
        pytest.raises(Conflict, match="Morag Sinclair"),
        just_before_it_writes(lambda: acknowledge(lead.viewer, concern_id, now=SOON)),
    ):
        acknowledge(coordinator.viewer, concern_id, now=SOON)
    assert [entry.by_name for entry in chronology(concern_id) if entry.what == "acknowledged"] == [lead.name]


def test_somebody_who_answers_just_as_it_is_passed_on_is_heard(
    programme: RunningProgramme, lead: Someone
) -> None:
    concern_id = raised_in(programme)
    due = MONDAY + timedelta(minutes=10)

    with just_before_it_writes(lambda: escalate(concern_id, now=due)):
        acknowledge(lead.viewer, concern_id, now=due)
    assert the_concern(concern_id).state == "acknowledged"


def test_acknowledging_twice_changes_nothing(programme: RunningProgramme, lead: Someone) -> None:
    concern_id = raised_in(programme)

    acknowledge(lead.viewer, concern_id, now=SOON)
    acknowledge(lead.viewer, concern_id, now=LATER)

    assert [entry.what for entry in chronology(concern_id)] == ["raised", "told", "acknowledged"]


def test_an_acknowledged_concern_is_listed_after_those_nobody_has_answered(
    programme: RunningProgramme, lead: Someone
) -> None:
    programme_id = programme.programme_id
    worst = raised_in(programme, a_new_concern("immediate", cause=("one",), programme_id=programme_id))
    other = raised_in(programme, a_new_concern("medium", cause=("two",), programme_id=programme_id))

    acknowledge(lead.viewer, worst, now=SOON)

    listed = Concern.by_listing.query(concerns_listing(programme_id, "open"))
    assert [item.concern_id for item in listed] == [other, worst]


def test_a_note_says_what_was_done_and_is_kept_once_however_often_it_is_sent(
    programme: RunningProgramme, lead: Someone
) -> None:
    concern_id = raised_in(programme)
    words = "I rang the school at ten past four and spoke to the head of year."

    add_note(lead.viewer, concern_id, words=words, key="form-1", now=SOON)
    add_note(lead.viewer, concern_id, words=words, key="form-1", now=LATER)

    assert [entry.note for entry in chronology(concern_id) if entry.what == "note"] == [words]


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 5_001, "Rang the school\x00", "Rang \ud83d"])
def test_a_note_that_cannot_be_kept_is_refused(
    programme: RunningProgramme, lead: Someone, words: str
) -> None:
    concern_id = raised_in(programme)

    with pytest.raises(Invalid):
        add_note(lead.viewer, concern_id, words=words, key="form-1", now=SOON)


class TestWhoMaySee:
    @pytest.mark.parametrize("role", ["mentee", "mentor", "administrator"])
    def test_nobody_but_those_who_read_conversations(self, programme: RunningProgramme, role: str) -> None:
        concern_id = raised_in(programme)
        viewer = a_person(role, programme).viewer

        with pytest.raises(NotFound):
            concern_page(viewer, concern_id, now=SOON)
        with pytest.raises(NotFound):
            acknowledge(viewer, concern_id, now=SOON)
        with pytest.raises(NotFound):
            add_note(viewer, concern_id, words="I rang the school.", key="form-1", now=SOON)
        with pytest.raises(NotFound):
            open_concerns(viewer, programme.programme_id)

    def test_nobody_of_another_programme(self, programme: RunningProgramme) -> None:
        concern_id = raised_in(programme)
        stranger = a_person("safeguarding_lead", a_programme("Night Owls")).viewer

        with pytest.raises(NotFound):
            concern_page(stranger, concern_id, now=SOON)
        with pytest.raises(NotFound):
            open_concerns(stranger, programme.programme_id)

    def test_no_member_of_staff_whom_it_is_about(self, programme: RunningProgramme, lead: Someone) -> None:
        new = a_new_concern(about_id=lead.person_id, programme_id=programme.programme_id)
        concern_id = raised_in(programme, new)

        with pytest.raises(NotFound):
            concern_page(lead.viewer, concern_id, now=SOON)
        with pytest.raises(NotFound):
            acknowledge(lead.viewer, concern_id, now=SOON)
        assert open_concerns(lead.viewer, programme.programme_id).concerns == ()

    def test_no_coordinator_who_is_the_mentor_of_the_pair(
        self, programme: RunningProgramme, coordinator: Someone
    ) -> None:
        mentor = a_person("mentor", programme)
        new = a_new_concern(kept_from=(mentor.person_id,), programme_id=programme.programme_id)
        concern_id = raised_in(programme, new)

        assert concern_page(coordinator.viewer, concern_id, now=SOON).concern_id == concern_id
        with pytest.raises(NotFound):
            concern_page(who_is_also(mentor, "coordinator"), concern_id, now=SOON)

    def test_an_id_of_nothing_is_not_found(self, lead: Someone) -> None:
        with pytest.raises(NotFound):
            concern_page(lead.viewer, "0" * 32, now=SOON)


class TestThePage:
    def test_it_shows_what_was_written_with_what_was_found_marked(
        self, programme: RunningProgramme, lead: Someone
    ) -> None:
        page = concern_page(lead.viewer, raised_in(programme), now=SOON)

        marked = [(piece.text, piece.mark) for piece in page.words if piece.mark]
        assert marked == [("want to die", "suicide")]
        assert page.about_name == "Amina Yusuf"
        assert page.is_mine is False

    def test_looking_is_recorded_once_in_ten_minutes(
        self, programme: RunningProgramme, lead: Someone
    ) -> None:
        concern_id = raised_in(programme)

        for minutes in (0, 4, 9, 10, 12):
            concern_page(lead.viewer, concern_id, now=MONDAY + timedelta(minutes=minutes))

        assert [entry.at.minute for entry in chronology(concern_id) if entry.what == "seen"] == [0, 10]

    def test_each_who_looks_is_recorded(
        self, programme: RunningProgramme, lead: Someone, coordinator: Someone
    ) -> None:
        concern_id = raised_in(programme)

        concern_page(lead.viewer, concern_id, now=SOON)
        page = concern_page(coordinator.viewer, concern_id, now=SOON)

        seen = [line.who for line in page.chronology if line.what == "Looked at this"]
        assert sorted(seen) == [lead.name, coordinator.name]

    def test_the_chronology_is_told_in_the_order_in_which_it_happened(
        self, programme: RunningProgramme, lead: Someone
    ) -> None:
        concern_id = raised_in(programme)
        acknowledge(lead.viewer, concern_id, now=SOON)
        add_note(lead.viewer, concern_id, words="I rang the school.", key="form-1", now=LATER)

        page = concern_page(lead.viewer, concern_id, now=LATER + timedelta(minutes=1))

        assert [line.what for line in page.chronology] == [
            "Raised",
            "Told by e-mail",
            "Is dealing with this",
            "Noted",
            "Looked at this",
        ]
        assert page.is_mine is True
