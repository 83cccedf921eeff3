"""Stopping one's reminders, signed in or by the link of an e-mail; asking after somebody; what staff see."""

from datetime import timedelta

import pytest

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.nudges.stopping import choose_reminders
from shared.nudges.waiting import LINKS_KEPT
from shared.people.actions import suspend
from shared.platform.clock import LONDON, now
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.functions.web.browser import Browser, Program
from tests.functions.web.signed_in import browser_of, program_of
from tests.shared.nudges.builders import a_day_passes, a_stop_link, e_mails, is_waited_for


def wants(someone: Someone) -> bool:
    return bool(program_of(someone).get("/reminders").json["wanted"])


def asks_after(staff: Someone, pair: TwoWhoWrite, side: str = "mentee") -> int:
    return program_of(staff).post(f"/pairs/{pair.pair_id}/ask-after", {"side": side}).status


def test_somebody_stops_their_reminders_and_begins_them_again(pair: TwoWhoWrite) -> None:
    browser = browser_of(pair.mentee)
    assert "Stop my reminders" in browser.get("/reminders").text

    browser.post("/reminders", wanted="no")
    assert "You get no reminders" in browser.get("/reminders").text
    browser.post("/reminders", wanted="yes")

    assert wants(pair.mentee)


def test_the_link_of_an_e_mail_stops_them_without_signing_in_and_opening_it_changes_nothing(
    pair: TwoWhoWrite,
) -> None:
    link, browser = a_stop_link(pair.mentee), Browser()

    assert "no more reminders?" in browser.get(link).text
    assert wants(pair.mentee)
    assert browser.post(link).status == 200

    assert "You get no more reminders" in browser.get(link).text
    assert not wants(pair.mentee)
    assert wants(pair.mentor)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=part",
            b'--part\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
            b"One-Click\r\n--part--\r\n",
        ),
    ],
)
def test_a_mail_program_stops_them_with_one_press(pair: TwoWhoWrite, kind: str, body: bytes) -> None:
    """As RFC 8058 has it: a form, no cookie, no page before it, and no redirect after it."""
    answer = Browser().post_raw(a_stop_link(pair.mentee), body, content_type=kind)

    assert answer.status == 200
    assert not wants(pair.mentee)


def test_a_link_that_is_not_ours_stops_nothing(pair: TwoWhoWrite) -> None:
    own, other = a_stop_link(pair.mentee), a_stop_link(pair.mentor)
    mixed = f"{own.partition('.')[0]}.{other.partition('.')[2]}"

    for link in (mixed, "/reminders/nobody", f"{own}x"):
        assert Program().get(link).status == 404
        assert Program().post(link, {}).status == 404

    assert wants(pair.mentee)
    assert wants(pair.mentor)


def test_the_links_of_the_last_e_mails_work_and_older_ones_do_not(pair: TwoWhoWrite) -> None:
    links = [a_stop_link(pair.mentee) for _ in range(LINKS_KEPT + 1)]

    assert Program().get(links[0]).status == 404
    assert Program().get(links[1]).status == 200


def test_a_coordinator_asks_after_somebody_who_has_stopped_and_is_told_so(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    choose_reminders(pair.mentee.viewer, wanted=False, now=now())

    answer = program_of(priya).post(f"/pairs/{pair.pair_id}/ask-after", {"side": "mentee"})

    assert answer.status == 409
    assert answer.json["error"]["code"] == "stopped"
    assert e_mails("asked_after") == []


def test_nobody_is_asked_after_while_it_rests_or_once_it_has_ended(pair: TwoWhoWrite, priya: Someone) -> None:
    suspend(priya.viewer, pair.programme_id, pair.mentor.person_id, now=now())
    assert asks_after(priya, pair) == 409

    load_pair(pair.pair_id).update([Pair.status.set("ended")])
    assert asks_after(priya, pair) == 409

    assert e_mails("asked_after") == []


def test_only_the_staff_ask_and_nobody_after_whom_they_write_with(pair: TwoWhoWrite) -> None:
    assert asks_after(pair.mentor, pair) == 404

    also_in(pair.programme, pair.mentor, role="coordinator")
    assert asks_after(pair.mentor, pair) == 404
    assert program_of(pair.mentor).get(f"/programmes/{pair.programme_id}/nudges").json["nudged"] == []


def test_where_the_policy_does_not_say_so_the_other_is_not_told(pair: TwoWhoWrite, priya: Someone) -> None:
    is_waited_for(pair, by="mentor", now=now() - timedelta(days=1))

    assert asks_after(priya, pair) == 200
    a_day_passes()

    assert [one.address for one in e_mails("asked_after")] == [pair.mentee.address]
    assert e_mails("they_are_asked") == []


def test_in_quiet_hours_the_page_says_when_it_goes_out_and_afterwards_why_it_did_not(tables: None) -> None:
    hour = now().astimezone(LONDON).hour
    quiet = {"quiet_from_hour": hour, "quiet_until_hour": (hour + 2) % 24}
    pair = a_pair(a_programme(policy=a_policy(nudges=quiet)))
    browser = browser_of(a_person("coordinator", pair.programme))
    page = f"/programmes/{pair.programme_id}/nudges"

    browser.get(f"/pairs/{pair.pair_id}")
    assert browser.post(f"/pairs/{pair.pair_id}/ask-after", side="mentee").status == 303
    assert e_mails("asked_after") == []
    assert "unless they write first" in browser.get(page).text

    choose_reminders(pair.mentee.viewer, wanted=False, now=now())
    a_day_passes()
    assert "Not sent: they want no reminders any more" in browser.get(page).text


def test_the_staff_see_who_was_reminded_and_their_own_pairs_are_left_out(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    asks_after(priya, pair)
    also_in(pair.programme, pair.mentee, role="coordinator")
    page = f"/programmes/{pair.programme_id}/nudges"

    [row] = program_of(priya).get(page).json["nudged"]
    assert (row["name"], row["by_name"]) == (pair.mentee.name, priya.name)
    assert pair.mentee.name in browser_of(priya).get(page).text
    assert program_of(pair.mentee).get(page).json["nudged"] == []
