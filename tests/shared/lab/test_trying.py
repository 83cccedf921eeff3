"""The filter lab: what each rule sees in a text."""

import pytest

from shared.filtering import check
from shared.lab.trying import Tried, filter_lab, try_text
from shared.people.permissions import Role
from shared.platform.errors import Invalid, NotFound
from shared.platform.tables import TABLES
from shared.policies import Policy
from shared.programmes.actions import RunningProgramme
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy, an_own_rule
from tests.builders.programmes import a_programme
from tests.shared.moderation.builders import a_filter
from tests.shared.people.counting import requests_made

from .builders import drafts_a_rule

pytestmark = pytest.mark.usefixtures("tables")
NUMBER = "Ola is on 07700 900123 after four."


def a_moderator(policy: Policy | None = None) -> Someone:
    return a_person("coordinator", a_programme(policy=policy))


def tried(text: str, *, by: Someone | None = None, sender: str = "mentee", earlier: str = "") -> Tried:
    by = by or a_moderator()
    return try_text(by.viewer, by.programme_id, text=text, sender=sender, earlier=earlier, checker=check)


def test_it_says_of_each_rule_what_it_saw_and_what_the_writer_would_read() -> None:
    found = tried(NUMBER)

    (seen,) = found.seen
    assert (found.lane, found.severity) == ("moderation", "medium")
    assert (seen.number, seen.rule, seen.what) == (1, "contact.phone", "phone number")
    assert NUMBER[seen.start : seen.end] == seen.found == "07700 900123"
    assert "take out the telephone number" in seen.sentence


def test_the_text_is_marked_with_the_number_of_what_was_seen() -> None:
    found = tried(NUMBER)

    assert "".join(piece.text for piece in found.text) == NUMBER
    assert [(piece.text, piece.mark) for piece in found.text if piece.mark] == [("07700 900123", "1")]


def test_a_worry_is_shown_here_with_its_lane() -> None:
    found = tried(WORRIED)

    assert found.lane == "safeguarding"
    assert any(piece.is_worry for piece in found.text)


def test_in_a_clean_text_nothing_is_seen() -> None:
    found = tried(CLEAN)

    assert (found.lane, found.severity, found.seen) == ("deliver", "none", ())


def test_who_wrote_it_makes_a_difference() -> None:
    asked, moderator = "What’s your address? I have a book for you.", a_moderator()

    assert tried(asked, by=moderator, sender="mentee").severity == "medium"
    assert tried(asked, by=moderator, sender="mentor").severity == "high"


def test_the_programmes_own_rules_are_seen() -> None:
    found = tried(
        "Shall we carry on in the treehouse?",
        by=a_moderator(a_policy(filter={"own_rules": [an_own_rule()]})),
    )

    assert [one.rule for one in found.seen] == ["programme.treehouse"]
    assert found.is_changed


def test_changes_that_cannot_be_used_are_named_beside_what_the_usual_rules_see() -> None:
    broken = a_policy(filter={"switched_off": ["contact.no_such_rule"]})

    found = tried(NUMBER, by=a_moderator(broken))

    assert "contact.no_such_rule" in found.problem
    assert [one.rule for one in found.seen] == ["contact.phone"]


def test_it_says_when_the_programme_reads_everything() -> None:
    assert tried(CLEAN, by=a_moderator(a_policy(moderation={"mode": "brokered"}))).reads_everything


def test_of_a_great_many_findings_the_most_severe_are_shown_and_the_rest_counted() -> None:
    found = tried("Look at www.example.org today. " * 60)

    assert len(found.seen) == 40
    assert found.more >= 20


def test_it_reads_the_programme_and_writes_nothing() -> None:
    moderator = a_moderator()
    before = [item.to_simple_dict() for table in TABLES for item in table.scan()]

    with requests_made() as requests:
        filter_lab(moderator.viewer, moderator.programme_id)
        tried(WITH_A_NUMBER, by=moderator)

    assert requests == ["BatchGetItem"]
    assert [item.to_simple_dict() for table in TABLES for item in table.scan()] == before


@pytest.mark.parametrize("text", ["", " \r\n", "e" * 5_001])
def test_no_text_and_one_too_long_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid, match=r"text first|most that fits"):
        tried(text)


@pytest.mark.parametrize("text", ["\u202egnp.exe", "🙂" * 5_000, "a" * 5_000, "ﬀ\u200d\u0301" * 900])
def test_whatever_is_pasted_is_shown_as_it_was_pasted(text: str) -> None:
    assert "".join(piece.text for piece in tried(text).text) == text


def test_it_is_for_those_who_moderate_the_programme() -> None:
    programme, elsewhere = a_programme(), a_programme("Chess by Post")
    allowed = [role for role in Role if _may(role, programme)]

    assert allowed == [
        Role.COORDINATOR,
        Role.SAFEGUARDING_LEAD,
        Role.DEPUTY,
        Role.REGIONAL_MANAGER,
    ]
    outsider = a_person("coordinator", elsewhere, first_name="Elin", surname="Frost")
    with pytest.raises(NotFound):
        try_text(outsider.viewer, programme.programme_id, text=CLEAN, sender="mentee", checker=a_filter)


def _may(role: Role, programme: RunningProgramme) -> bool:
    viewer = a_person(role, programme).viewer
    try:
        filter_lab(viewer, programme.programme_id)
        try_text(viewer, programme.programme_id, text=CLEAN, sender="mentee", checker=a_filter)
    except NotFound:
        return False
    return True


class TestAfterEarlierMessages:
    def test_the_last_piece_of_a_number_is_seen_with_where_the_others_are(self) -> None:
        found = tried("and 123 is the end", earlier="first bit is 07700\nlol ok\n\nthen 900\n")

        (seen,) = found.seen
        assert (seen.what, seen.earlier) == ("phone number", (1, 3))

    def test_alone_the_piece_is_nothing(self) -> None:
        assert tried("and 123 is the end").seen == ()

    def test_the_draft_sees_them_too(self) -> None:
        by = a_moderator()
        drafts_a_rule(by)

        said = tried("and 123 is the end", by=by, earlier="first bit is 07700\nthen 900").draft

        assert said is not None
        assert [one.earlier for one in said.seen] == [(1, 2)]

    def test_more_than_the_filter_looks_back_on_are_refused(self) -> None:
        with pytest.raises(Invalid, match="12 messages at the most, and here are 13") as refused:
            tried(CLEAN, earlier="Hello there.\n" * 13)
        assert refused.value.field == "earlier"

    @pytest.mark.parametrize("line", ["x" * 5_001, "Hello\x00 there"])
    def test_one_that_could_not_be_sent_is_refused_by_its_number(self, line: str) -> None:
        with pytest.raises(Invalid, match="Message 2 of these: "):
            tried(CLEAN, earlier=f"Hello there.\n{line}")
