"""The first administrator of a new deployment."""

import pytest

from infra.administrator import invite_first
from infra.trouble import Trouble
from shared.notices.items import Notice, lane_due
from shared.platform.tables import DirectoryItem
from shared.programmes.actions import load_programme

ANSWERS = {
    "organisation": "Northfield Learning Trust",
    "programme": "Routes into Engineering",
    "preset": "national-stem",
    "first_name": "Owen",
    "surname": "Hughes",
    "address": "owen.hughes@example.org",
}


@pytest.mark.usefixtures("tables")
def test_the_administrator_of_a_new_programme_is_sent_an_invitation() -> None:
    programme = load_programme(invite_first(ANSWERS))

    [mail] = [item for item in Notice.by_due.query(lane_due("bulk")) if isinstance(item, Notice)]
    assert programme.name == "Routes into Engineering"
    assert (mail.template, mail.address) == ("invitation", "owen.hughes@example.org")


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"preset": "weekly-chess"}, "national-stem"),
        ({"address": "owen at example"}, "e-mail"),
        ({"surname": ""}, "surname"),
    ],
)
def test_an_answer_that_cannot_be_taken_makes_nothing(answer: dict[str, str], sentence: str) -> None:
    with pytest.raises(Trouble, match=sentence):
        invite_first(ANSWERS | answer)

    assert list(DirectoryItem.scan()) == []
