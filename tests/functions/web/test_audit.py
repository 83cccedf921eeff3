"""The audit record as those who look over the staff's shoulder see it."""

from datetime import datetime, timedelta
from typing import get_args

import boto3
import pytest

from shared.audit.actions import record_reading
from shared.audit.items import Link
from shared.audit.linking import link_waiting
from shared.audit.rules import What
from shared.audit.verifying import link_key
from shared.conversations.items import Message
from shared.conversations.views import conversation
from shared.moderation.actions import decline
from shared.oversight.views import PAGE, VERBS
from shared.people.actions import suspend
from shared.platform.tables import REGION
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.builders.safeguarding import a_concern
from tests.shared.moderation.builders import TAKE_OUT_THE_NUMBER, a_held_message

from .signed_in import browser_of, program_of


@pytest.fixture
def owen(pair: TwoWhoWrite) -> Someone:
    return a_person("administrator", pair.programme)


def page_of(pair: TwoWhoWrite) -> str:
    return f"/programmes/{pair.programme_id}/audit"


def read(
    someone: Someone, on: str, *, what: What = "read_concern", at: datetime = MONDAY, **more: object
) -> None:
    record_reading(
        someone.programme_id, what, on, by_id=someone.person_id, by_name=someone.name, now=at, **more
    )


def declines(someone: Someone, held: Message) -> None:
    decline(someone.viewer, held.pair_id, held.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=MONDAY)


def several_read(someone: Someone, count: int) -> None:
    for minutes in range(count):
        read(someone, f"trial:{minutes}", what="read_trial", at=MONDAY + timedelta(minutes=10 * minutes))
    link_waiting(someone.programme_id)


def test_it_says_who_did_what_when_and_why(pair: TwoWhoWrite, owen: Someone, morag: Someone) -> None:
    conversation(morag.viewer, pair.pair_id, now=MONDAY)
    declines(morag, a_held_message(pair))
    suspend(owen.viewer, pair.programme_id, pair.mentor.person_id, now=MONDAY + timedelta(hours=1))
    link_waiting(pair.programme_id)

    words = browser_of(morag).get(page_of(pair)).words

    assert "Suspended or reinstated somebody: Callum Reid Suspended Owen Hughes" in words
    assert "Read a conversation: Amina Yusuf and Callum Reid Morag Sinclair" in words
    assert f"Decided on a held message: Amina Yusuf and Callum Reid Declined: {TAKE_OUT_THE_NUMBER}" in words


def test_an_administrator_learns_nothing_of_what_was_written_or_feared(
    pair: TwoWhoWrite, owen: Someone, morag: Someone
) -> None:
    concern = a_concern(pair)
    declines(morag, a_held_message(pair))
    read(morag, f"concern:{concern.concern_id}", why="Followed the alert")
    link_waiting(pair.programme_id)

    page = browser_of(owen).get(page_of(pair))

    assert "Read a concern" in page.words
    assert "Decided on a held message" in page.words
    for secret in (concern.reference, concern.concern_id, "Followed", TAKE_OUT_THE_NUMBER, "/moderation/"):
        assert secret not in page.text


def test_an_administrator_does_not_learn_about_whom_there_is_a_worry(
    pair: TwoWhoWrite, owen: Someone, morag: Someone
) -> None:
    for what in ("read_concern", "recorded_action", "followed_up"):
        read(morag, f"person:{pair.mentee.person_id}", what=what, why="Contact at school")
    link_waiting(pair.programme_id)

    for one in program_of(owen).get(page_of(pair)).json["records"]:
        assert (one["about"], one["page"], one["why"]) == ("", "", "")
    assert {one["about"] for one in program_of(morag).get(page_of(pair)).json["records"]} == {
        pair.mentee.name
    }


def test_whom_a_concern_is_about_does_not_learn_that_there_is_one(
    pair: TwoWhoWrite, owen: Someone, morag: Someone
) -> None:
    known, since = a_concern(pair), a_concern(pair)
    read(morag, f"concern:{known.concern_id}", hidden_from=(owen.person_id,))
    read(morag, f"concern:{since.concern_id}")
    since.kept_from = [owen.person_id]
    since.save()
    link_waiting(pair.programme_id)

    assert program_of(owen).get(page_of(pair)).json["records"] == []
    assert len(program_of(morag).get(page_of(pair)).json["records"]) == 2


def test_who_mentors_too_does_not_see_who_read_their_own_conversation(
    pair: TwoWhoWrite, owen: Someone, morag: Someone
) -> None:
    also_in(pair.programme, owen, role="mentor")
    own = a_pair(pair.programme, mentor=owen, mentee=pair.mentee)
    conversation(morag.viewer, own.pair_id, now=MONDAY)
    link_waiting(pair.programme_id)

    assert program_of(owen).get(page_of(pair)).json["records"] == []
    assert len(program_of(morag).get(page_of(pair)).json["records"]) == 1


def test_nothing_on_the_page_says_how_many_records_there_are(pair: TwoWhoWrite, morag: Someone) -> None:
    several_read(morag, 3)
    program_of(morag).post(f"{page_of(pair)}/check", {})

    page = program_of(morag).get(page_of(pair)).json

    assert {"seq", "total", "count"}.isdisjoint({*page, *page["check"], *page["records"][0]})


@pytest.mark.parametrize("role", ["coordinator", "deputy", "mentor", "mentee"])
def test_it_does_not_exist_to_others(pair: TwoWhoWrite, role: str) -> None:
    isla = a_person(role, pair.programme, first_name="Isla", surname="Grant")

    assert browser_of(isla).get(page_of(pair)).status == 404
    assert program_of(isla).post(f"{page_of(pair)}/check", {}).status == 404
    assert "Audit record" not in browser_of(isla).get(f"/programmes/{pair.programme_id}/people").text


def test_it_is_reached_from_the_people(pair: TwoWhoWrite, owen: Someone) -> None:
    assert page_of(pair) in browser_of(owen).get(f"/programmes/{pair.programme_id}/people").text


def test_older_records_follow_page_by_page(pair: TwoWhoWrite, morag: Someone) -> None:
    several_read(morag, PAGE + 3)
    program = program_of(morag)

    newest = program.get(page_of(pair)).json
    older = program.get(f"{page_of(pair)}?before={newest['older']}").json

    seen = [one["at"] for one in (*newest["records"], *older["records"])]
    assert len(seen) == PAGE + 3
    assert seen == sorted(seen, reverse=True)
    assert older["older"] == ""
    assert "Older records" in browser_of(morag).get(page_of(pair)).words


def test_what_one_person_did_can_be_looked_up(pair: TwoWhoWrite, owen: Someone, morag: Someone) -> None:
    several_read(morag, PAGE + 2)
    suspend(owen.viewer, pair.programme_id, pair.mentor.person_id, now=MONDAY)
    link_waiting(pair.programme_id)
    program = program_of(morag)

    found = program.get(f"{page_of(pair)}?person={morag.person_id}").json
    older = program.get(f"{page_of(pair)}?person={morag.person_id}&before={found['older']}").json

    assert {one["by_name"] for one in (*found["records"], *older["records"])} == {morag.name}
    assert (len(found["records"]), len(older["records"])) == (PAGE, 2)
    assert "What Owen Hughes did" in browser_of(morag).get(f"{page_of(pair)}?person={owen.person_id}").words


@pytest.mark.parametrize(
    "query", ["before=1", "before=%00", f"before={'0' * 32}", "person=%3Cb%3E", f"person={'a' * 999}"]
)
def test_a_link_that_is_none_of_ours_is_refused(pair: TwoWhoWrite, owen: Someone, query: str) -> None:
    answer = program_of(owen).get(f"{page_of(pair)}?{query}")

    assert answer.status == 422
    assert answer.json["error"]["code"] == "bad_link"


class TestTheCheck:
    def test_says_that_the_record_is_whole(self, pair: TwoWhoWrite, owen: Someone, morag: Someone) -> None:
        several_read(morag, 3)
        browser = browser_of(owen)
        assert "Is the record whole?" in browser.get(page_of(pair)).words

        browser.post(f"{page_of(pair)}/check")

        assert browser.last is not None
        assert browser.last.location == f"{page_of(pair)}#check"
        words = browser.get(page_of(pair)).words
        assert "The record is whole" in words
        assert "None was changed, taken out or reordered." in words

    def test_names_the_first_broken_record(self, pair: TwoWhoWrite, owen: Someone, morag: Someone) -> None:
        several_read(morag, 3)
        altered = Link.get(*link_key(pair.programme_id, 2))
        altered.by_name = "Somebody Else"
        altered.save()
        browser = browser_of(owen)
        browser.get(page_of(pair))

        browser.post(f"{page_of(pair)}/check")

        words = browser.get(page_of(pair)).words
        assert "The record is broken" in words
        assert "Record 2 is the first that is wrong: it is not what was written." in words

    def test_a_record_that_cannot_be_read_any_more_leaves_a_page_that_says_so(
        self, pair: TwoWhoWrite, owen: Someone, morag: Someone
    ) -> None:
        several_read(morag, 2)
        pk, sk = link_key(pair.programme_id, 2)
        boto3.client("dynamodb", region_name=REGION).update_item(
            TableName="safeguarding",
            Key={"pk": {"S": pk}, "sk": {"S": sk}},
            UpdateExpression="SET #at = :at",
            ExpressionAttributeNames={"#at": "at"},
            ExpressionAttributeValues={":at": {"S": "last Tuesday"}},
        )

        page = browser_of(owen).get(page_of(pair))

        assert page.status == 200
        assert "cannot be read. Please check the record." in page.words


def test_every_deed_has_words() -> None:
    assert set(VERBS) == set(get_args(What))
