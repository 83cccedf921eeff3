"""Whose address can be given as a parent's: nobody's who would answer in the parent's place."""

import pytest

from shared.consents.answering import Said, answer_for_oneself
from shared.consents.parents import send_parents_link
from shared.platform.errors import Invalid
from shared.policies.presets import load_preset
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.outbox import notices


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    programme = a_programme(policy=load_preset("brokered"))
    return a_pair(programme, mentee=a_person("mentee", programme, leave={}))


@pytest.fixture
def coordinator(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def names_as_parent(pair: TwoWhoWrite, address: str) -> None:
    said = Said({"taking_part": "yes"}, parent_name="Samira Yusuf", parent_address=address)
    answer_for_oneself(pair.mentee.viewer, pair.programme_id, said, now=MONDAY)


@pytest.mark.parametrize("role", ["mentor", "coordinator", "administrator"])
def test_a_mentee_cannot_name_a_mentor_or_one_of_the_staff(pair: TwoWhoWrite, role: str) -> None:
    other = a_person(role, pair.programme, first_name="Rosa", surname="Lind")

    with pytest.raises(Invalid, match="takes part in the programme or works for it") as refused:
        names_as_parent(pair, f" {other.address.upper()} ")

    assert refused.value.field == "parent_address"
    assert notices("parent_asked") == []


def test_nor_can_staff_send_a_mentor_the_link(pair: TwoWhoWrite, coordinator: Someone) -> None:
    answer_for_oneself(pair.mentee.viewer, pair.programme_id, Said({"taking_part": "yes"}), now=MONDAY)

    for address in (pair.mentor.address, coordinator.address, pair.mentee.address):
        with pytest.raises(Invalid) as refused:
            send_parents_link(
                coordinator.viewer,
                pair.programme_id,
                pair.mentee.person_id,
                name="Samira Yusuf",
                address=address,
                now=MONDAY,
            )
        assert refused.value.field == "address"


def test_a_parent_who_has_an_account_elsewhere_is_asked(pair: TwoWhoWrite) -> None:
    samira = a_person("mentor", a_programme("Night Owls"), first_name="Samira")

    names_as_parent(pair, samira.address)

    assert [one.address for one in notices("parent_asked")] == [samira.address]
