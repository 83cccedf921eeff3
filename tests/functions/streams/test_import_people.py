"""The stream function that sends the invitations of imports."""

from datetime import datetime
from typing import Any

import pytest

from functions.streams.import_people import work_off
from shared.notices.items import Notice, lane_due
from shared.people.actions import import_people
from shared.people.import_items import Import, import_key
from shared.people.permissions import Viewer
from tests.driver import Context
from tests.shared.people.builders import MONDAY, a_programme, an_administrator
from tests.shared.people.fake_files import FakeFiles
from tests.shared.people.fakes import FakeAccounts


@pytest.fixture
def administrator(tables: None) -> Viewer:
    return an_administrator(a_programme(), accounts=FakeAccounts())


def asked(viewer: Viewer, people: str, key: str) -> dict[str, Any]:
    """An import, as the stream tells of it."""
    programme = viewer.memberships[0].programme_id
    found = import_people(viewer, programme, role="mentee", text=people, key=key, now=MONDAY)
    return record(*import_key(found.import_id), number=key)


def record(pk: str, sk: str, *, number: str) -> dict[str, Any]:
    keys = {"pk": {"S": pk}, "sk": {"S": sk}}
    return {
        "eventID": number,
        "eventName": "INSERT",
        "dynamodb": {"Keys": keys, "NewImage": keys, "SequenceNumber": number},
    }


def run(*records: dict[str, Any]) -> list[str]:
    """The records that the function names as failed."""

    def clock() -> datetime:
        return MONDAY

    answer = work_off({"Records": list(records)}, Context(), files=FakeFiles(), clock=clock)
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def invited() -> list[str]:
    mails = [item for item in Notice.by_due.query(lane_due("bulk")) if isinstance(item, Notice)]
    return sorted(mail.address for mail in mails if not mail.address.startswith("agnes"))


def test_everybody_on_the_list_is_invited_once_however_often_it_is_told(administrator: Viewer) -> None:
    told = asked(administrator, "Isla,Mackay,isla@example.org\nRory,Boyd,rory@example.org", "1")

    assert run(told) == []
    assert run(told, told) == []

    assert invited() == ["isla@example.org", "rory@example.org"]


def test_one_that_fails_is_named_and_its_neighbours_go_on(administrator: Viewer) -> None:
    first = asked(administrator, "Isla,Mackay,isla@example.org", "1")
    broken = asked(administrator, "Rory,Boyd,rory@example.org", "2")
    third = asked(administrator, "Siân,Price,sian@example.org", "3")
    Import(broken["dynamodb"]["Keys"]["pk"]["S"], "IMPORT").update(
        [Import.programme_id.set("gone")], add_version_condition=False
    )

    assert run(first, broken, third) == ["2"]
    assert invited() == ["isla@example.org", "sian@example.org"]


def test_what_is_no_import_is_left_alone(administrator: Viewer) -> None:
    assert run(record("PERSON#1", "ACCOUNT", number="1"), record("IMPORT#gone", "IMPORT", number="2")) == []
