"""Bringing a mentor and a mentee together."""

from datetime import date, timedelta

import pytest

from shared.conversations.items import ConversationsItem, Couple, Pair, pair_key, pairs_listing
from shared.conversations.lists import my_pairs
from shared.conversations.never_again import Named, keep_apart, kept_apart, kept_from, may_meet_again
from shared.conversations.pairing import pair_up
from shared.people.items import Membership, membership_key
from shared.people.wishes import Known, Wishes, stored_wishes
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid, NotFound, Refused
from shared.platform.tables import transaction
from shared.policies import Policy
from shared.programmes.actions import RunningProgramme, create_cohort
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_cohort, a_programme
from tests.racing import just_before_it_writes

pytestmark = pytest.mark.usefixtures("tables")


class Three:
    """A coordinator, a mentor and a mentee of one programme."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.programme: RunningProgramme = a_programme(policy=policy)
        self.coordinator = a_person("coordinator", self.programme)
        self.mentor = a_person("mentor", self.programme)
        self.mentee = a_person("mentee", self.programme)

    def pair_up(
        self,
        *,
        by: Someone | None = None,
        mentor_id: str | None = None,
        mentee_id: str | None = None,
        cohort_id: str = "",
        key: str = "form-1",
    ) -> str:
        return pair_up(
            (by or self.coordinator).viewer,
            self.programme.programme_id,
            mentor_id=self.mentor.person_id if mentor_id is None else mentor_id,
            mentee_id=self.mentee.person_id if mentee_id is None else mentee_id,
            cohort_id=cohort_id,
            key=key,
            now=MONDAY,
        )


def a_cohort_that_ended_on(last_day: date, programme: RunningProgramme) -> str:
    return create_cohort(
        programme.programme_id, "Summer", starts_on=date(2026, 6, 1), ends_on=last_day, now=MONDAY
    )


def pairs(three: Three) -> list[Pair]:
    rows = ConversationsItem.by_listing.query(pairs_listing(three.programme.programme_id))
    return [row for row in rows if isinstance(row, Pair)]


def test_both_find_the_conversation_among_their_own() -> None:
    three = Three()
    cohort_id = a_cohort(three.programme)

    pair_id = three.pair_up(cohort_id=cohort_id)

    for someone, other in ((three.mentor, "Amina"), (three.mentee, "Callum")):
        assert [(one.pair_id, one.other_name) for one in my_pairs(someone.viewer, now=MONDAY)] == [
            (pair_id, other)
        ]
    pair = Pair.get(*pair_key(pair_id))
    assert (pair.programme_name, pair.cohort_id, pair.status) == ("Career Ladders", cohort_id, "active")
    assert (pair.mentee_surname, pair.mentor_address) == ("Yusuf", "callum.reid@example.org")


def test_nobody_is_brought_together_in_a_cohort_that_is_over() -> None:
    three = Three()
    ended = a_cohort_that_ended_on(date(2026, 11, 22), three.programme)

    with pytest.raises(Refused, match="Summer is over: its last day of writing was 22 November 2026"):
        three.pair_up(cohort_id=ended)
    assert pairs(three) == []

    assert three.pair_up(cohort_id=a_cohort_that_ended_on(date(2026, 11, 23), three.programme))


def test_a_second_click_pairs_them_once() -> None:
    three = Three()

    assert three.pair_up() == three.pair_up()

    assert len(pairs(three)) == 1


def test_two_people_have_one_conversation_at_a_time() -> None:
    three = Three()
    three.pair_up()

    with pytest.raises(Conflict, match="Amina Yusuf and Callum Reid have a conversation already"):
        three.pair_up(key="form-2")

    assert len(pairs(three)) == 1


def test_of_two_coordinators_who_pair_the_same_two_at_once_one_wins() -> None:
    three = Three()
    other = a_person("coordinator", three.programme, first_name="Elin", surname="Frost")

    with pytest.raises(Conflict), just_before_it_writes(lambda: three.pair_up(by=other)):
        three.pair_up()

    assert len(pairs(three)) == 1


def test_a_form_used_for_other_people_pairs_nobody() -> None:
    three = Three()
    three.pair_up()
    isla = a_person("mentee", three.programme, first_name="Isla", surname="Munro")

    with pytest.raises(Conflict, match="open it again"):
        three.pair_up(mentee_id=isla.person_id)

    assert len(pairs(three)) == 1
    assert my_pairs(isla.viewer, now=MONDAY) == ()


def test_a_mentor_can_write_to_several_mentees() -> None:
    three = Three()
    isla = a_person("mentee", three.programme, first_name="Isla", surname="Munro")

    three.pair_up()
    three.pair_up(mentee_id=isla.person_id, key="form-2")

    assert len(my_pairs(three.mentor.viewer, now=MONDAY)) == 2


def test_an_administrator_can_pair() -> None:
    three = Three()

    assert three.pair_up(by=a_person("administrator", three.programme))


def test_nobody_else_can_pair() -> None:
    three = Three()
    elsewhere = a_programme("Another Programme")
    others = [
        three.mentor,
        three.mentee,
        a_person("safeguarding_lead", three.programme),
        a_person("coordinator", elsewhere, first_name="Elin", surname="Frost"),
    ]

    for someone in others:
        with pytest.raises(NotFound):
            three.pair_up(by=someone)
    assert pairs(three) == []


def test_only_people_of_the_programme_in_their_own_role_are_paired() -> None:
    three = Three()
    elsewhere = a_programme("Another Programme")
    rhys = a_person("mentor", elsewhere, first_name="Rhys", surname="Bevan")

    for mentor_id in ("", "nobody", rhys.person_id, three.mentee.person_id, three.coordinator.person_id):
        with pytest.raises(Invalid) as refusal:
            three.pair_up(mentor_id=mentor_id)
        assert refusal.value.field == "mentor_id"
    with pytest.raises(Invalid) as refusal:
        three.pair_up(mentee_id=three.mentor.person_id)
    assert refusal.value.field == "mentee_id"
    with pytest.raises(Invalid) as refusal:
        three.pair_up(cohort_id="no-such-cohort")
    assert refusal.value.field == "cohort_id"


def test_somebody_suspended_is_not_paired() -> None:
    three = Three()
    isla = a_person("mentee", three.programme, first_name="Isla", surname="Munro", status="suspended")

    with pytest.raises(Invalid, match="Isla is suspended"):
        three.pair_up(mentee_id=isla.person_id)


def test_somebody_suspended_in_that_moment_is_not_paired() -> None:
    three = Three()

    def suspend() -> None:
        member = Membership.get(
            *membership_key(three.mentor.person_id, three.programme.programme_id, "mentor")
        )
        member.status = "suspended"
        member.save()

    with pytest.raises(Invalid, match="suspended"), just_before_it_writes(suspend):
        three.pair_up()

    assert pairs(three) == []
    assert list(Couple.scan(Couple.sk == "COUPLE")) == []


def said(someone: Someone, wishes: Wishes) -> None:
    member = Membership.get(*membership_key(someone.person_id, someone.programme_id, someone.role))
    member.update([Membership.wishes.set(stored_wishes(wishes))])


def test_a_mentor_has_no_more_mentees_than_the_policy_lets_them() -> None:
    three = Three()
    three.programme = a_programme("Two each", policy=a_policy(matching={"mentees_per_mentor": 2}))
    three.coordinator = a_person("coordinator", three.programme, first_name="Ruth")
    three.mentor = a_person("mentor", three.programme, first_name="Hannah")
    mentees = [a_person("mentee", three.programme, first_name=name) for name in ("Rosa", "Jamie", "Isla")]

    for at, mentee in enumerate(mentees[:2]):
        three.pair_up(mentee_id=mentee.person_id, key=f"form-{at}")

    with pytest.raises(Refused, match="Hannah has 2 mentees, which is as many as the policy lets") as refused:
        three.pair_up(mentee_id=mentees[2].person_id, key="form-3")
    assert (refused.value.code, refused.value.field) == ("no_room", "mentor_id")
    assert three.pair_up(mentee_id=mentees[1].person_id, key="form-1"), "the same form again is harmless"


def test_a_mentor_has_no_more_mentees_than_they_said() -> None:
    three = Three()
    said(three.mentor, Wishes(most=0))

    with pytest.raises(Refused, match="Callum said that they can take on no mentee just now"):
        three.pair_up()
    said(three.mentor, Wishes(most=1))
    three.pair_up()
    with pytest.raises(Refused, match="Callum said that one mentee at most would suit them, and has as many"):
        three.pair_up(mentee_id=a_person("mentee", three.programme, first_name="Rosa").person_id, key="2")


def test_a_conversation_that_is_over_leaves_room_for_another() -> None:
    three = Three()
    said(three.mentor, Wishes(most=1))
    cohort_id = create_cohort(
        three.programme.programme_id,
        "Until Sunday",
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 11, 29),
        now=MONDAY,
    )
    three.pair_up(cohort_id=cohort_id)
    other = a_person("mentee", three.programme, first_name="Rosa")

    pair_up(
        three.coordinator.viewer,
        three.programme.programme_id,
        mentor_id=three.mentor.person_id,
        mentee_id=other.person_id,
        cohort_id="",
        key="a week later",
        now=MONDAY + timedelta(days=7),
    )

    assert len(pairs(three)) == 2


@pytest.mark.parametrize(("role", "name"), [("mentee", "Mr Reid"), ("mentor", "Amina Yusuf")])
def test_people_who_know_each_other_are_not_brought_together(role: str, name: str) -> None:
    three = Three()
    someone = three.mentee if role == "mentee" else three.mentor
    said(someone, Wishes(knows=(Known(name, "family", by="Priya Nair", at=order(MONDAY)),)))

    with pytest.raises(Refused, match="Amina and Callum may know each other") as refused:
        three.pair_up()
    assert refused.value.code == "know_each_other"
    assert pairs(three) == []


def keeps_apart(three: Three) -> None:
    with transaction() as write:
        keep_apart(
            write,
            three.programme.programme_id,
            mentor=Named(three.mentor.person_id, three.mentor.name),
            mentee=Named(three.mentee.person_id, three.mentee.name),
            reason="It did not go well last year.",
            by=three.coordinator.viewer,
            now=MONDAY,
        )


def test_two_who_are_kept_apart_are_not_brought_together_until_that_is_taken_back() -> None:
    three = Three()
    keeps_apart(three)

    with pytest.raises(Refused, match="never to be brought together") as refused:
        three.pair_up()
    assert refused.value.code == "never_again"
    for someone, is_mentor in ((three.mentor, True), (three.mentee, False)):
        (one,) = kept_from(three.programme.programme_id, someone.person_id, is_mentor=is_mentor)
        assert (one.mentee_name, one.reason) == ("Amina Yusuf", "It did not go well last year.")

    with transaction() as write:
        may_meet_again(write, one, by=three.coordinator.viewer, now=MONDAY + timedelta(days=1))
    assert list(kept_apart(three.programme.programme_id)) == []
    assert three.pair_up()


def test_two_who_are_kept_apart_at_the_same_moment_are_not_brought_together() -> None:
    three = Three()

    with just_before_it_writes(lambda: keeps_apart(three)), pytest.raises(Refused, match="never to be"):
        three.pair_up()
    assert pairs(three) == []


@pytest.mark.parametrize("is_apart", [True, False])
def test_two_of_one_school_are_paired_only_where_the_policy_lets_them(is_apart: bool) -> None:
    three = Three(a_policy(matching={"same_school_apart": is_apart}))
    for someone, school in ((three.mentor, "St. Brigid’s Academy"), (three.mentee, "St Brigid’s  academy")):
        key = membership_key(someone.person_id, someone.programme_id, someone.role)
        Membership.get(*key).update([Membership.school.set(school)])

    if is_apart:
        with pytest.raises(Refused, match="Amina and Callum are at the same school") as refused:
            three.pair_up()
        assert (refused.value.code, refused.value.field) == ("same_school", "mentor_id")
    else:
        assert three.pair_up()
    assert len(pairs(three)) == (0 if is_apart else 1)
