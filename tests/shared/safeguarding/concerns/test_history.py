"""One person's concerns as one history, the contact at school, and raising by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.audit.items import Waiting
from shared.conversations.acquaintances import companions_of
from shared.platform.errors import Invalid, NotFound
from shared.safeguarding.concerns.answering import acknowledge
from shared.safeguarding.concerns.closing import Closing, close
from shared.safeguarding.concerns.history import SchoolFields, person_history, save_school, school_form
from shared.safeguarding.concerns.lists import open_concerns
from shared.safeguarding.items import Concern
from shared.safeguarding.raising.by_hand import ByHand, by_hand_form, raise_by_hand
from shared.safeguarding.views import concern_page
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.roles import who_is_also
from tests.shared.safeguarding.builders import a_new_concern, alerted, chronology, raised_in, the_concern

pytestmark = pytest.mark.usefixtures("tables")

LATER = MONDAY + timedelta(hours=2)
CALL = ByHand(
    words="Her mother rang: she does not eat.",
    severity="high",
    category="eating_disorder",
    how="telephone",
    told_by="Mrs Yusuf, her mother",
)


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


def test_where_no_contact_at_school_is_kept_the_educator_who_put_them_forward_is_offered(
    tables: None,
) -> None:
    programme = a_programme()
    greer = a_person("educator", programme, first_name="Greer", surname="Mackie")
    facts = {"nominated_by": greer.person_id, "school": "Northfield Academy"}
    pair = a_pair(programme, mentee=a_person("mentee", programme, **facts))
    lead = a_person("safeguarding_lead", programme)
    where = (lead.viewer, pair.programme_id, pair.mentee.person_id)

    offered = school_form(*where, companions=companions_of).offered
    assert offered is not None
    assert (offered.name, offered.school, offered.address) == (
        "Greer Mackie",
        "Northfield Academy",
        greer.address,
    )

    kept = SchoolFields("Ms Adeyemi", "Northfield Academy", telephone="0141 496 0200")
    save_school(*where, kept, companions=companions_of, now=LATER)
    assert school_form(*where, companions=companions_of).offered is None


@pytest.fixture
def lead(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


def nobody(programme_id: str, person_id: str) -> tuple[str, ...]:
    """Whoever it is about is in no pair."""
    return ()


def about_the_mentee(pair: TwoWhoWrite, severity: str = "low", cause: str = "1", **more: str) -> str:
    new = a_new_concern(
        severity,
        cause=("test", cause),
        about_id=pair.mentee.person_id,
        programme_id=pair.programme_id,
        kept_from=tuple(more.values()),
    )
    return raised_in(pair.programme, new)


def test_open_and_closed_concerns_about_one_person_are_one_history(pair: TwoWhoWrite, lead: Someone) -> None:
    first, second = about_the_mentee(pair, cause="1"), about_the_mentee(pair, cause="2")
    acknowledge(lead.viewer, first, now=MONDAY)
    filled_in = Closing("She was tired.", "We spoke.", "None.", "not_founded", "She is well.")
    close(lead.viewer, first, filled_in, key="form-1", now=LATER)

    history = person_history(
        lead.viewer, pair.programme_id, pair.mentee.person_id, companions=companions_of, by="time", now=LATER
    )

    assert {(one.concern_id, one.state, one.outcome) for one in history.concerns} == {
        (first, "closed", "Not founded"),
        (second, "open", ""),
    }
    times = [one.line.at for one in history.merged]
    assert times == sorted(times)
    assert {one.concern_id for one in history.merged} == {first, second}
    assert concern_page(lead.viewer, second, now=LATER).others == 1


def test_that_the_history_was_looked_at_stands_in_each_concern_once(pair: TwoWhoWrite, lead: Someone) -> None:
    both = [about_the_mentee(pair, cause=cause) for cause in ("1", "2")]
    concern_page(lead.viewer, both[0], now=LATER)

    for _ in range(2):
        person_history(
            lead.viewer, pair.programme_id, pair.mentee.person_id, companions=companions_of, now=LATER
        )

    assert [[one.what for one in chronology(each)].count("seen") for each in both] == [1, 1]


def test_a_concern_that_is_kept_from_somebody_is_not_in_the_history_they_see(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    coordinator = a_person("coordinator", pair.programme)
    hidden = about_the_mentee(pair, cause="1", one=coordinator.person_id)
    shown = about_the_mentee(pair, cause="2")

    history = person_history(
        coordinator.viewer, pair.programme_id, pair.mentee.person_id, companions=companions_of, now=LATER
    )

    assert [one.concern_id for one in history.concerns] == [shown]
    assert concern_page(coordinator.viewer, shown, now=LATER).others == 0
    assert hidden not in [
        one.concern_id for one in open_concerns(coordinator.viewer, pair.programme_id).concerns
    ]


def test_nobody_sees_a_history_of_themselves(pair: TwoWhoWrite, lead: Someone) -> None:
    with pytest.raises(NotFound):
        person_history(lead.viewer, pair.programme_id, lead.person_id, companions=companions_of, now=LATER)


def test_the_contact_at_school_is_kept_once_and_shown_with_every_concern(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    concern_id = about_the_mentee(pair)
    for now, telephone in ((MONDAY, "0141 496 0100"), (LATER, "0141 496 0200")):
        fields = SchoolFields("Ms Adeyemi", "Northfield Academy", telephone=telephone)
        save_school(
            lead.viewer, pair.programme_id, pair.mentee.person_id, fields, companions=companions_of, now=now
        )

    school = concern_page(lead.viewer, concern_id, now=LATER).school
    assert school is not None
    assert (school.name, school.telephone) == ("Ms Adeyemi", "0141 496 0200")


def test_a_contact_whom_nobody_can_reach_is_refused(pair: TwoWhoWrite, lead: Someone) -> None:
    with pytest.raises(Invalid) as refused:
        save_school(
            lead.viewer,
            pair.programme_id,
            pair.mentee.person_id,
            SchoolFields("", ""),
            companions=companions_of,
            now=LATER,
        )

    assert [one.field for one in refused.value.all] == ["name", "school", "telephone"]


def test_what_came_by_telephone_becomes_a_concern_with_its_alerts(pair: TwoWhoWrite, lead: Someone) -> None:
    given = ByHand(**{**vars(CALL), "about_id": pair.mentee.person_id})

    for _ in range(2):
        made = raise_by_hand(
            lead.viewer,
            pair.programme_id,
            given,
            companions=lambda *_: (pair.mentor.person_id,),
            key="form-1",
            now=LATER,
        )

    concern = the_concern(made.concern_id)
    assert (concern.about_name, concern.severity, concern.raised_by_name) == (
        pair.mentee.name,
        "high",
        lead.name,
    )
    assert pair.mentor.person_id in concern.hidden_from
    assert alerted() == [lead.address]
    assert len(list(Concern.scan())) == 1


def test_somebody_outside_the_programme_is_named(pair: TwoWhoWrite, lead: Someone) -> None:
    given = ByHand(**{**vars(CALL), "about_name": "Bilal Yusuf, her brother"})

    made = raise_by_hand(lead.viewer, pair.programme_id, given, companions=nobody, key="form-1", now=LATER)

    concern = the_concern(made.concern_id)
    assert (concern.about_id, concern.about_name) == ("", "Bilal Yusuf, her brother")


def test_everything_that_is_missing_is_said_at_once(pair: TwoWhoWrite, lead: Someone) -> None:
    with pytest.raises(Invalid) as refused:
        raise_by_hand(
            lead.viewer,
            pair.programme_id,
            ByHand(words="", severity="", category="", how=""),
            companions=nobody,
            key="form-1",
            now=LATER,
        )

    assert {one.field for one in refused.value.all} == {"words", "about_name", "how", "category", "severity"}


def test_people_are_found_by_a_part_of_their_name_but_never_oneself(pair: TwoWhoWrite, lead: Someone) -> None:
    also_in(pair.programme, lead, role="mentor")

    found = by_hand_form(lead.viewer, pair.programme_id, find="yus", now=LATER)
    oneself = by_hand_form(lead.viewer, pair.programme_id, find=lead.surname, now=LATER)

    assert [one.person_id for one in found.people] == [pair.mentee.person_id]
    assert oneself.people == ()


@pytest.mark.parametrize("name", ["Morag Sinclair", "  morag   SINCLAIR "])
def test_by_hand_nobody_of_the_programme_is_written_down_as_somebody_outside_it(
    name: str, pair: TwoWhoWrite, lead: Someone
) -> None:
    """They would be told of what is said about them."""
    coordinator = a_person("coordinator", pair.programme)

    with pytest.raises(Invalid, match="look for them and choose them"):
        raise_by_hand(
            coordinator.viewer,
            pair.programme_id,
            replace(CALL, about_name=name),
            companions=nobody,
            key="form-1",
            now=LATER,
        )


class TestAStaffMemberWhoWritesWithThem:
    def test_sees_no_history_of_them(self, pair: TwoWhoWrite) -> None:
        also_in(pair.programme, pair.mentor, role="coordinator")
        about_the_mentee(pair, cause="1", one=pair.mentor.person_id)

        with pytest.raises(NotFound):
            person_history(
                who_is_also(pair.mentor, "coordinator"),
                pair.programme_id,
                pair.mentee.person_id,
                companions=companions_of,
                now=LATER,
            )

    def test_does_not_learn_from_the_audit_record_that_the_school_was_noted(
        self, pair: TwoWhoWrite, lead: Someone
    ) -> None:
        fields = SchoolFields("Ms Adeyemi", "Northfield Academy", telephone="0141 496 0100")

        save_school(
            lead.viewer,
            pair.programme_id,
            pair.mentee.person_id,
            fields,
            companions=companions_of,
            now=MONDAY,
        )

        (waiting,) = [one for one in Waiting.scan() if isinstance(one, Waiting)]
        assert waiting.what == "changed_school_contact"
        assert set(waiting.hidden_from) == {pair.mentee.person_id, pair.mentor.person_id}
