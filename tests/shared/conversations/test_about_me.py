"""What a mentor tells their mentees of themselves."""

import pytest

from shared.conversations.about_me import LONGEST, take_down_about_me, write_about_me
from shared.conversations.views import conversation
from shared.people.items import Membership, membership_key
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import RunningProgramme
from shared.programmes.items import Programme, programme_key
from tests.builders.clock import MONDAY
from tests.builders.conversations import WORRIED, TwoWhoWrite, a_pair
from tests.builders.people import a_person
from tests.builders.policies import a_policy, an_own_rule
from tests.builders.programmes import a_programme, with_a_broken_policy

pytestmark = pytest.mark.usefixtures("tables")
TEXT = "I build bridges for a living, and I bake bread at the weekend."


def kept(pair: TwoWhoWrite) -> str | None:
    return Membership.get(*membership_key(pair.mentor.person_id, pair.programme_id, "mentor")).about_me


def test_mentees_read_it_and_nobody_else_in_the_conversation_does() -> None:
    pair = a_pair()

    write_about_me(pair.mentor.viewer, text=f"  {TEXT}\r\n")

    assert conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY).about_other == TEXT
    assert conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY).about_other == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Ring me on 07700 900123 in the evening.", "can’t be shown this. "),
        ("I am @callum_builds on the usual places.", "can’t be shown this. "),
        (WORRIED, "can’t be shown this."),
        ("a" * (LONGEST + 1), "500 characters. It has 501"),
        ("Bridges\x00", "hidden character"),
    ],
)
def test_what_the_filter_would_hold_is_not_kept(text: str, says: str) -> None:
    pair = a_pair()

    with pytest.raises(Invalid, match=says) as refused:
        write_about_me(pair.mentor.viewer, text=text)

    assert (refused.value.field, kept(pair)) == ("about_me", None)


def test_the_programmes_own_rules_count() -> None:
    pair = a_pair(a_programme(policy=a_policy(filter={"own_rules": [an_own_rule()]})))

    with pytest.raises(Invalid, match="Please stay here rather than in the treehouse"):
        write_about_me(pair.mentor.viewer, text="I am often in the treehouse.")


def test_where_it_cannot_be_checked_it_is_not_kept() -> None:
    pair = a_pair()
    with_a_broken_policy(pair.programme)

    with pytest.raises(Conflict, match="can’t be checked"):
        write_about_me(pair.mentor.viewer, text=TEXT)

    assert kept(pair) is None


def test_where_a_person_reads_every_message_first_there_is_nothing_to_write() -> None:
    brokered = a_policy().moderation.model_copy(update={"mode": "brokered"})
    pair = a_pair(a_programme(policy=a_policy(moderation=brokered)))

    with pytest.raises(Conflict, match="the coordinator introduces you"):
        write_about_me(pair.mentor.viewer, text=TEXT)


def test_it_can_be_taken_back_and_staff_can_take_it_down() -> None:
    pair = a_pair()
    priya = a_person("coordinator", pair.programme)
    write_about_me(pair.mentor.viewer, text=TEXT)
    write_about_me(pair.mentor.viewer, text=" ")
    assert kept(pair) is None

    write_about_me(pair.mentor.viewer, text=TEXT)
    take_down_about_me(priya.viewer, pair.programme_id, pair.mentor.person_id, now=MONDAY)

    assert kept(pair) is None


def test_mentees_have_none_and_only_who_looks_after_people_takes_one_down() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)

    with pytest.raises(NotFound):
        write_about_me(pair.mentee.viewer, text=TEXT)
    with pytest.raises(NotFound):
        take_down_about_me(lead.viewer, pair.programme_id, pair.mentor.person_id, now=MONDAY)


def becomes(programme: RunningProgramme, mode: str) -> None:
    item = Programme.get(*programme_key(programme.programme_id))
    item.policy = {**item.policy, "moderation": {**item.policy["moderation"], "mode": mode}}
    item.save()


@pytest.mark.parametrize("mode", ["filtered", "brokered"])
def test_what_was_written_before_a_person_had_to_read_everything_is_not_shown(mode: str) -> None:
    pair = a_pair()
    write_about_me(pair.mentor.viewer, text=TEXT)
    becomes(pair.programme, mode)

    shown = conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY).about_other

    assert shown == (TEXT if mode == "filtered" else "")
