"""A programme's policy, version by version."""

from datetime import timedelta

import pytest

from shared.platform.tables import Lost, find, transaction
from shared.programmes.actions import every_programme, load_programme
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, add_policy, policy_versions
from tests.builders.clock import MONDAY
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.shared.people.counting import requests_made

pytestmark = pytest.mark.usefixtures("tables")
MORAG = Author("person-1", "Morag Sinclair")


def loaded(programme_id: str) -> Programme:
    found = find(Programme, *programme_key(programme_id))
    assert found is not None
    return found


def test_a_programme_begins_with_its_first_version() -> None:
    programme = a_programme()

    (first,) = policy_versions(programme.programme_id, limit=5)

    assert (int(first.policy_version), first.author_id) == (1, None)
    assert first.policy == load_programme(programme.programme_id).policy.model_dump(mode="json")


def test_the_new_policy_and_its_version_are_written_together() -> None:
    programme = a_programme()
    slower = a_policy(invitations={"usable_days": 30})

    with transaction() as write:
        version = add_policy(
            write, loaded(programme.programme_id), slower, by=MORAG, reason="Half term.", now=MONDAY
        )

    second, _ = policy_versions(programme.programme_id, limit=5)
    assert version == int(second.policy_version) == 2
    assert (second.author_name, second.reason, second.at) == ("Morag Sinclair", "Half term.", MONDAY)
    assert load_programme(programme.programme_id).policy.invitations.usable_days == 30


def test_of_two_at_once_one_is_lost_and_leaves_no_version() -> None:
    programme = a_programme()
    one, other = loaded(programme.programme_id), loaded(programme.programme_id)
    with transaction() as write:
        add_policy(
            write, one, a_policy(invitations={"usable_days": 30}), by=MORAG, reason="Half term.", now=MONDAY
        )

    later = MONDAY + timedelta(minutes=1)
    with pytest.raises(Lost), transaction() as write:
        add_policy(
            write, other, a_policy(invitations={"usable_days": 7}), by=MORAG, reason="Hurry.", now=later
        )

    assert len(policy_versions(programme.programme_id, limit=5)) == 2
    assert load_programme(programme.programme_id).policy.invitations.usable_days == 30


def test_versions_come_newest_first_and_from_a_place_on() -> None:
    programme = a_programme()
    for days in (2, 3, 4):
        with transaction() as write:
            policy = a_policy(invitations={"usable_days": days})
            add_policy(write, loaded(programme.programme_id), policy, by=MORAG, reason="Why not.", now=MONDAY)

    def numbers(**where: int) -> list[int]:
        found = policy_versions(programme.programme_id, **{"limit": 9, **where})
        return [int(one.policy_version) for one in found]

    assert numbers() == [4, 3, 2, 1]
    assert numbers(limit=2) == [4, 3]
    assert numbers(before=3) == [2, 1]
    with requests_made() as requests:
        assert numbers(before=1) == []
    assert not requests, "DynamoDB refuses a range that ends before it begins"


def test_a_programme_from_before_there_was_a_list_of_them_is_listed_with_its_next_policy() -> None:
    programme_id = a_programme().programme_id
    item = loaded(programme_id)
    item.update([Programme.listing.remove(), Programme.listing_order.remove()])
    assert list(every_programme()) == []

    with transaction() as write:
        add_policy(write, loaded(programme_id), a_policy(), by=MORAG, reason="Half term.", now=MONDAY)

    assert list(every_programme()) == [programme_id]
