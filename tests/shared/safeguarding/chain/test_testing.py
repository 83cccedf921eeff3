"""A test to everybody who could be told of a concern."""

from datetime import timedelta

import pytest

from shared.audit.items import Waiting
from shared.notices.items import Notice
from shared.notices.sending import record_receipt, send
from shared.people.actions import set_days_away
from shared.platform.errors import Conflict, NotFound
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.testing import chain_test_page, send_test
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.fake_mailer import FakeMailer
from tests.outbox import written
from tests.racing import just_before_it_writes

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    clocks = {severity: {"minutes": 60} for severity in ("low", "medium", "high", "immediate")}
    chain = {
        "ranks": [{"roles": ["safeguarding_lead"]}, {"roles": ["coordinator"]}],
        "out_of_hours_ranks": [{"roles": ["deputy"]}],
        "about_staff": [{"roles": ["regional_manager"]}],
        "acknowledge_within": clocks,
    }
    return a_programme(policy=a_policy(escalation=chain))


def queued() -> list[Notice]:
    found = written("chain_test")
    return sorted(found, key=lambda one: one.address)


def test_it_goes_to_everybody_in_the_chain_at_whatever_hour_and_away_or_not(
    programme: RunningProgramme, morag: Someone
) -> None:
    priya, isla = a_person("coordinator", programme), a_person("deputy", programme)
    ruth = a_person("regional_manager", programme)
    a_person("administrator", programme)
    set_days_away(
        priya.viewer,
        programme.programme_id,
        priya.person_id,
        first_day="2026-11-23",
        last_day="2026-11-23",
        stand_in=ruth.person_id,
        now=MONDAY,
    )

    send_test(morag.viewer, programme.programme_id, key="form-1", now=MONDAY)

    assert [one.address for one in queued()] == sorted(one.address for one in (morag, priya, isla, ruth))
    assert {one.lane for one in queued()} == {"alert"}
    [record] = [one for one in Waiting.scan() if isinstance(one, Waiting) and one.what == "tested_chain"]
    assert record.by_id == morag.person_id


def test_the_same_form_again_is_one_test(programme: RunningProgramme, morag: Someone) -> None:
    def once() -> str:
        return send_test(morag.viewer, programme.programme_id, key="form-1", now=MONDAY)

    with just_before_it_writes(once):
        first = once()

    assert once() == first
    assert len(queued()) == 1


def test_the_page_shows_what_became_of_each_e_mail(programme: RunningProgramme, morag: Someone) -> None:
    people = [a_person("coordinator", programme, first_name=name) for name in ("Ada", "Bilal", "Cara")]
    send_test(morag.viewer, programme.programme_id, key="form-1", now=MONDAY)
    by_address = {one.address: one.notice_id for one in queued()}
    send(by_address[people[0].address], mailer=FakeMailer(), now=MONDAY)
    record_receipt(by_address[people[1].address], "delivered", MONDAY)
    record_receipt(by_address[people[2].address], "bounced", MONDAY)

    view = chain_test_page(people[0].viewer, programme.programme_id)

    assert {one.name: one.became for one in view.people} == {
        morag.name: "queued",
        people[0].name: "accepted",
        people[1].name: "delivered",
        people[2].name: "bounced",
    }
    assert (view.by_name, view.at, view.may_test) == (morag.name, MONDAY, False)


def test_the_latest_test_is_shown_unless_another_is_asked_for(
    programme: RunningProgramme, morag: Someone
) -> None:
    programme_id = programme.programme_id
    assert chain_test_page(morag.viewer, programme_id).test_id == ""
    first = send_test(morag.viewer, programme_id, key="form-1", now=MONDAY)
    second = send_test(morag.viewer, programme_id, key="form-2", now=MONDAY + timedelta(hours=1))

    assert chain_test_page(morag.viewer, programme_id).test_id == second
    assert chain_test_page(morag.viewer, programme_id, first).test_id == first


def test_more_people_than_a_transaction_holds_are_all_written_to(
    programme: RunningProgramme, morag: Someone
) -> None:
    for number in range(60):
        a_person("coordinator", programme, first_name=f"Priya{number}")

    send_test(morag.viewer, programme.programme_id, key="form-1", now=MONDAY)

    assert len(queued()) == 61


def test_a_chain_with_nobody_in_it_is_said_so(programme: RunningProgramme) -> None:
    owen = a_person("administrator", programme)

    with pytest.raises(Conflict, match="nobody to send a test to"):
        send_test(owen.viewer, programme.programme_id, key="form-1", now=MONDAY)


def test_nobody_else_tests_it_or_sees_it(programme: RunningProgramme, morag: Someone) -> None:
    elsewhere = a_person("safeguarding_lead", a_programme("Chess by Post"), first_name="Agnes")
    test_id = send_test(morag.viewer, programme.programme_id, key="form-1", now=MONDAY)

    for viewer in (a_person("coordinator", programme).viewer, elsewhere.viewer):
        with pytest.raises(NotFound):
            send_test(viewer, programme.programme_id, key="form-1", now=MONDAY)
    with pytest.raises(NotFound):
        chain_test_page(elsewhere.viewer, programme.programme_id)
    with pytest.raises(NotFound):
        chain_test_page(elsewhere.viewer, elsewhere.programme_id, test_id)
