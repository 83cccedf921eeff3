"""Reports and what is paid for them, through the routes."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.conversations.items import Pair
from shared.conversations.pairing import pair_up
from shared.conversations.steps import load_pair
from shared.endings.days import look_after_endings
from shared.endings.payments import add_payment
from shared.endings.staff_views import reports_due
from shared.platform.clock import now
from shared.platform.tables import transaction
from shared.programmes.actions import create_cohort
from shared.programmes.rules import day_of
from tests.builders.conversations import TwoWhoWrite, a_pair, both_agree
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.shared.audit.builders import waiting

from .at_a_pair import COLLEGE, Api, a_pair_of, page, post
from .browser import Answer
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

DONE = "We worked on one application and two open days. The essay is left."
DAY = timedelta(days=1)


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair_of(COLLEGE, stage="working")


@pytest.fixture
def over(pair: TwoWhoWrite, priya: Someone) -> TwoWhoWrite:
    """Their conversation has ended."""
    assert Api(pair, priya).post("/end", why="They have come to the end.").status == 200
    return pair


def hands_in(pair: TwoWhoWrite, someone: Someone, **answers: str) -> Answer:
    return Api(pair, someone).post("/report", answers=answers or {"1": DONE})


def payments(pair: TwoWhoWrite, someone: Someone, show: str = "open") -> Answer:
    return program_of(someone).get(f"/programmes/{pair.programme_id}/payments?show={show}")


def notes(pair: TwoWhoWrite, someone: Someone, payment_id: str, **fields: str) -> Answer:
    return program_of(someone).post(f"/programmes/{pair.programme_id}/payments/{payment_id}", fields)


def endings(pair: TwoWhoWrite, someone: Someone) -> Any:
    return program_of(someone).get(f"/programmes/{pair.programme_id}/endings").json["rows"]


def test_cm_11_both_write_a_report_by_a_day_and_staff_see_what_is_missing(
    over: TwoWhoWrite, priya: Someone
) -> None:
    due = day_of(now()) + timedelta(days=14)
    assert Api(over, over.mentee).get("/report")["due_on"] == due.isoformat()

    answer = post(browser_of(over.mentee), over, "/report", answer_1=DONE, answer_2="The essay.")

    assert answer.status == 303
    [row] = endings(over, priya)
    said = {(one["what"], one["part"]): one["state"] for one in row["papers"]}
    assert said["report", "mentee"] == "in"
    assert said["report", "mentor"] == "missing"
    [waiting] = reports_due(over.programme_id, now=now())
    assert (waiting.part, waiting.address, waiting.due_on) == ("mentor", over.mentor.address, due)
    assert DONE not in page(browser_of(over.mentor), over, "/ending").words


def test_cm_11_who_has_not_handed_in_a_report_is_reminded_until_long_after_it_was_due(
    over: TwoWhoWrite,
) -> None:
    def due_in(days: int) -> list[str]:
        return sorted(one.part for one in reports_due(over.programme_id, now=now() + days * DAY))

    assert due_in(0) == due_in(20) == ["mentee", "mentor"]
    assert due_in(200) == []
    hands_in(over, over.mentor)
    assert due_in(20) == ["mentee"]


def test_cm_11_an_honorarium_becomes_payable_with_the_mentors_report_and_is_noted_as_paid_once(
    over: TwoWhoWrite, priya: Someone
) -> None:
    hands_in(over, over.mentee)
    assert payments(over, priya).json["payments"] == []
    for _ in range(2):
        assert hands_in(over, over.mentor).status == 201
    [payable] = payments(over, priya).json["payments"]
    assert (payable["mentor_name"], payable["pounds"]) == (over.mentor.name, 100)
    owen = a_person("administrator", over.programme)
    today, payment_id = day_of(now()), payable["payment_id"]

    assert notes(over, priya, payment_id, paid_on=(today + DAY).isoformat()).status == 422
    assert notes(over, priya, payment_id, paid_on=(today - DAY).isoformat()).status == 422
    assert notes(over, priya, payment_id, paid_on=today.isoformat()).status == 200
    again = notes(over, owen, payment_id, paid_on=today.isoformat())

    assert again.status == 200  # the same day, the same deed
    assert payments(over, owen).json["payments"] == []
    [paid] = payments(over, owen, "paid").json["payments"]
    assert (paid["paid_on"], paid["noted_by"]) == (today.isoformat(), priya.name)
    assert hands_in(over, over.mentor).status == 201
    assert payments(over, priya).json["payments"] == []


def test_cm_11_the_list_of_payments_is_no_trap_for_a_spreadsheet() -> None:
    programme = a_programme("Another", policy=COLLEGE)
    mentor = a_person("mentor", programme, first_name="=HYPERLINK(1)", surname="Reid")
    pair = a_pair(programme, mentor=mentor)
    staff = a_person("coordinator", programme, first_name="Nadia")
    Api(pair, staff).post("/end", why="They have come to the end.")
    hands_in(pair, mentor)

    sheet = program_of(staff).get(f"/programmes/{programme.programme_id}/payments/list")

    assert "'=HYPERLINK(1) Reid,100," in sheet.text
    assert sheet.headers["content-disposition"] == 'attachment; filename="payments.csv"'
    assert pair.mentee.surname not in sheet.text
    assert "exported_payments" in [one.what for one in waiting()]


def test_cm_11_an_honorarium_is_payable_once_for_a_cohort_whatever_came_of_the_pairs(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    in_cohort(pair, ends_on=day_of(now()) + 30 * DAY)
    Api(pair, priya).post("/end", why="It was not working for them.")
    hands_in(pair, pair.mentor)
    other = a_pair(pair.programme, mentor=pair.mentor, mentee=another_mentee(pair))
    load_pair(other.pair_id).update([Pair.cohort_id.set(load_pair(pair.pair_id).cohort_id)])
    Api(other, priya).post("/end", why="They have come to the end.")

    hands_in(other, other.mentor)

    assert len(payments(pair, priya).json["payments"]) == 1
    assert Api(pair, priya).get("/ending")["papers"] != Api(other, priya).get("/ending")["papers"]


def test_a_rematch_keeps_what_was_written_at_the_end_apart(over: TwoWhoWrite, priya: Someone) -> None:
    hands_in(over, over.mentee)
    renewed = pair_up(
        priya.viewer,
        over.programme_id,
        mentor_id=over.mentor.person_id,
        mentee_id=over.mentee.person_id,
        cohort_id="",
        key="again",
        now=now(),
    )
    both_agree(renewed)
    again = TwoWhoWrite(renewed, over.programme, over.mentor, over.mentee)

    assert Api(again, over.mentee).get("/report")["handed_in_at"] is None
    assert Api(over, over.mentee).get("/report")["handed_in_at"] is not None


def test_a_cohort_whose_last_day_is_near_brings_its_pairs_into_the_list_and_a_moved_day_moves_them(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    ends_on = day_of(now()) + 30 * DAY
    in_cohort(pair, ends_on=ends_on)

    look_after_endings(pair.programme_id, now=now())
    assert endings(pair, priya) == []
    for _ in range(2):
        look_after_endings(pair.programme_id, now=now() + 20 * DAY)
    [row] = endings(pair, priya)
    assert (row["last_day"], row["is_over"]) == (ends_on.isoformat(), False)
    in_cohort(pair, ends_on=ends_on + 60 * DAY)
    look_after_endings(pair.programme_id, now=now() + 21 * DAY)
    [row] = endings(pair, priya)
    assert row["last_day"] == (ends_on + 60 * DAY).isoformat()


def test_the_end_of_a_cohort_lets_both_look_back_and_send_a_last_message(pair: TwoWhoWrite) -> None:
    in_cohort(pair, ends_on=day_of(now()) - DAY)

    view = Api(pair, pair.mentee).get("/ending")

    assert (view["is_over"], view["last_message"], view["has_certificate"]) == (True, "open", True)
    assert Api(pair, pair.mentee).post("/last-message", text=DONE, key="1").status == 201
    assert hands_in(pair, pair.mentee).status == 201


def test_money_is_for_coordinators_and_administrators_and_nobody_notes_their_own(
    over: TwoWhoWrite, priya: Someone
) -> None:
    also_in(over.programme, over.mentor, role="coordinator")
    hands_in(over, over.mentor)
    [payable] = payments(over, over.mentor).json["payments"]
    lead = a_person("safeguarding_lead", over.programme)
    elsewhere = a_person("coordinator", a_programme("Elsewhere"), first_name="Nadia")
    today = day_of(now()).isoformat()

    own = notes(over, over.mentor, payable["payment_id"], paid_on=today)

    assert payable["is_own"]
    assert own.json["error"]["code"] == "own"
    for someone in (lead, elsewhere):
        assert payments(over, someone).status == 404
        assert notes(over, someone, payable["payment_id"], paid_on=today).status == 404
    assert program_of(lead).get(f"/programmes/{over.programme_id}/endings").status == 200
    assert endings(over, over.mentor) == []


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("30 November", "Please give the day as in 2026-11-30."),
        ("", "Please give the day as in 2026-11-30."),
        ("2199-01-01", "This day is still to come."),
        ("2020-01-01", "It became payable on"),
    ],
)
def test_a_day_that_cannot_be_is_said_beside_its_field_alone_and_stays_there(
    over: TwoWhoWrite, priya: Someone, typed: str, says: str
) -> None:
    hands_in(over, over.mentor)
    other = a_pair(
        over.programme,
        mentor=a_person("mentor", over.programme, first_name="Ewan"),
        mentee=a_person("mentee", over.programme, first_name="Skye"),
    )
    with transaction() as write:
        add_payment(write, load_pair(other.pair_id), 100, now=now())
    first, second = payments(over, priya).json["payments"]
    browser, at = browser_of(priya), f"/programmes/{over.programme_id}/payments"
    browser.get(at)

    answer = browser.post(f"{at}/{second['payment_id']}", paid_on=typed)

    assert answer.status == 422
    of_first, _, of_second = answer.text.partition(second["mentor_name"])
    assert first["mentor_name"] in of_first
    beside = of_second.partition("</form>")[0]
    assert 'id="f-paid_on-error"' in beside
    assert says in beside
    assert f'value="{typed}" ' in beside
    assert 'aria-invalid="true"' in beside
    assert answer.text.count('id="f-paid_on-error"') == 1
    assert f'id="{first["payment_id"]}"' in answer.text
    assert payments(over, priya).json["payments"] == [first, second]


def test_what_was_noted_in_error_is_taken_back_and_both_are_on_record(
    over: TwoWhoWrite, priya: Someone
) -> None:
    hands_in(over, over.mentor)
    [payable] = payments(over, priya).json["payments"]
    browser, at = browser_of(priya), f"/programmes/{over.programme_id}/payments"
    browser.get(at)
    browser.post(f"{at}/{payable['payment_id']}", paid_on=day_of(now()).isoformat())
    browser.get(f"{at}?show=paid")
    browser.post(f"{at}/{payable['payment_id']}", paid="no")

    assert len(payments(over, priya).json["payments"]) == 1
    assert [one.why for one in waiting() if one.what == "noted_payment"] == [
        f"Paid on {now().day} {now():%B %Y}: £100",
        "Not paid after all: £100",
    ]


def in_cohort(pair: TwoWhoWrite, *, ends_on: date) -> None:
    """They are in a cohort with this last day."""
    cohort_id = create_cohort(
        pair.programme_id, "Autumn", starts_on=date(2026, 9, 1), ends_on=ends_on, now=now()
    )
    load_pair(pair.pair_id).update([Pair.cohort_id.set(cohort_id)])


def another_mentee(pair: TwoWhoWrite) -> Someone:
    return a_person("mentee", pair.programme, first_name="Jamie", surname="Kerr")
