"""Several invitations at once."""

from datetime import datetime
from typing import Any

import pytest

from shared.notices.items import Notice, lane_due
from shared.people.actions import Asked, import_people, run_import
from shared.people.actions.imports import load_list
from shared.people.import_items import IMPORTS_DUE, Import
from shared.people.import_views import ImportView, import_of
from shared.people.invitation_views import invitations_of
from shared.people.permissions import Viewer
from shared.platform.errors import Invalid, NotFound, TooLarge
from tests.faults import Crash, crash
from tests.racing import just_before_it_writes

from .builders import MONDAY, invited, join, later
from .fake_files import FakeFiles
from .fakes import FakeAccounts

THREE = "Isla,Mackay,isla@example.org\nRory,Boyd,rory@example.org\nSiân,Price,sian@example.org"


def ask(viewer: Viewer, programme: str, text: str = THREE, **other: Any) -> Asked:
    given: dict[str, Any] = {"role": "mentee", "key": "k1", "now": MONDAY}
    return import_people(viewer, programme, text=text, **(given | other))


def run(import_id: str, *, now: datetime = MONDAY) -> None:
    run_import(import_id, files=FakeFiles(), clock=lambda: now)


def shown(viewer: Viewer, programme: str, import_id: str) -> ImportView:
    return import_of(viewer, load_list(viewer, programme, import_id))


def due() -> list[str]:
    return [one.import_id for one in Import.by_due.query(IMPORTS_DUE) if isinstance(one, Import)]


def e_mails() -> list[str]:
    mails = [item for item in Notice.by_due.query(lane_due("bulk")) if isinstance(item, Notice)]
    return sorted(mail.address for mail in mails if not mail.address.startswith("agnes"))


def test_everybody_on_the_list_is_invited_once(administrator: Viewer, programme: str) -> None:
    asked = ask(administrator, programme)
    assert (asked.people, e_mails()) == (3, [])

    run(asked.import_id, now=MONDAY)
    run(asked.import_id, now=MONDAY)

    assert e_mails() == ["isla@example.org", "rory@example.org", "sian@example.org"]
    view = shown(administrator, programme, asked.import_id)
    assert (view.state, view.invited) == ("done", 3)


def test_the_same_form_sent_twice_is_one_import(administrator: Viewer, programme: str) -> None:
    assert ask(administrator, programme) == ask(administrator, programme, now=later(seconds=1))
    assert len(due()) == 1


def test_bad_lines_are_all_listed_and_nothing_is_stored(administrator: Viewer, programme: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(administrator, programme, THREE + "\nEwan,Shaw\nEwan,Shaw,ewan@example\n")

    assert [error.sentence for error in refused.value.all] == [
        "Line 4: Write a first name, a surname and an e-mail address, with commas between them.",
        "Line 5: Enter an e-mail address like name@example.org.",
    ]
    assert due() == []


def test_the_good_lines_may_be_taken_alone(administrator: Viewer, programme: str) -> None:
    asked = ask(administrator, programme, "Ewan,Shaw\nIsla,Mackay,isla@example.org", good_only=True)

    assert asked.people == 1


@pytest.mark.parametrize("text", ["", "\n\n", "First name,Surname,E-mail"])
def test_an_empty_list_is_refused(text: str, administrator: Viewer, programme: str) -> None:
    with pytest.raises(Invalid, match="at least one person"):
        ask(administrator, programme, text, good_only=True)


def test_too_long_a_list_is_refused(administrator: Viewer, programme: str) -> None:
    many = "\n".join(f"Isla,Mackay,isla{number}@example.org" for number in range(301))
    with pytest.raises(Invalid, match="up to 300"):
        ask(administrator, programme, many)
    with pytest.raises(TooLarge):
        ask(administrator, programme, many * 10)


def test_only_those_who_may_invite_to_the_role_import(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    coordinator = join(
        invited(administrator, programme, role="coordinator", first_name="Callum"),
        "callum",
        accounts=accounts,
    )
    lead = join(
        invited(administrator, programme, role="safeguarding_lead", first_name="Morag"),
        "morag",
        accounts=accounts,
    )

    assert ask(coordinator, programme).people == 3
    with pytest.raises(NotFound):
        ask(coordinator, programme, role="administrator")
    with pytest.raises(NotFound):
        ask(lead, programme)
    asked = ask(administrator, programme)
    with pytest.raises(NotFound):
        shown(lead, programme, asked.import_id)


def test_somebody_invited_before_is_left_out_and_named(administrator: Viewer, programme: str) -> None:
    invited(administrator, programme, address="rory@example.org")
    asked = ask(administrator, programme)

    run(asked.import_id, now=MONDAY)

    view = shown(administrator, programme, asked.import_id)
    assert (view.invited, view.left) == (2, 1)
    (row,) = view.left_rows
    assert (row.line, row.name) == (2, "Rory Boyd")
    assert "invited already" in row.problems[0].reason
    assert e_mails().count("rory@example.org") == 1


def test_stopped_and_run_again_everybody_is_invited_once(administrator: Viewer, programme: str) -> None:
    asked = ask(administrator, programme)
    with pytest.raises(Crash), crash(after=4):
        run(asked.import_id)
    assert due() == [asked.import_id]

    run(asked.import_id, now=later(minutes=1))

    assert e_mails() == ["isla@example.org", "rory@example.org", "sian@example.org"]
    assert shown(administrator, programme, asked.import_id).invited == 3
    assert due() == []


def test_two_runs_at_once_invite_everybody_once(administrator: Viewer, programme: str) -> None:
    asked = ask(administrator, programme)

    with just_before_it_writes(lambda: run(asked.import_id, now=MONDAY)):
        run(asked.import_id, now=MONDAY)

    assert e_mails() == ["isla@example.org", "rory@example.org", "sian@example.org"]
    assert shown(administrator, programme, asked.import_id).invited == 3


def test_those_invited_stand_in_the_list_of_invitations(administrator: Viewer, programme: str) -> None:
    run(ask(administrator, programme).import_id, now=later(hours=1))

    view = invitations_of(administrator, programme, now=later(hours=2))
    assert {(row.first_name, row.state, row.mail) for row in view.invitations[:3]} == {
        ("Isla", "open", "on its way"),
        ("Rory", "open", "on its way"),
        ("Siân", "open", "on its way"),
    }


def test_a_list_too_large_to_be_stored_is_refused_in_words(administrator: Viewer, programme: str) -> None:
    name = "𐐀" * 80
    people = "\n".join(f"{name},{name},person.{number}@example.org" for number in range(300))

    with pytest.raises(TooLarge, match="two parts"):
        import_people(administrator, programme, role="mentee", text=people, key="large", now=MONDAY)
