"""Drafting: what the filter could not use is never stored, and two who draft at once lose nothing."""

from datetime import timedelta
from typing import Any

import pytest

from shared.filtering import check
from shared.lab.drafting import (
    LARGEST,
    drafted,
    drop_draft,
    look_again,
    remove_rule,
    save_rule,
    weigh_rule,
)
from shared.lab.views import draft_page
from shared.people.permissions import Role, Viewer
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.policies import FilterChanges
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy, an_own_rule
from tests.builders.programmes import a_programme, with_a_broken_policy
from tests.racing import just_before_it_writes

from .builders import TREEHOUSE, a_written_rule, adopts, drafts_a_rule, the_draft

pytestmark = pytest.mark.usefixtures("tables")
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def priya(tables: None) -> Someone:
    return a_person("coordinator", a_programme())


def in_draft(priya: Someone) -> FilterChanges:
    draft = the_draft(priya.programme_id)
    assert draft is not None
    return FilterChanges.model_validate(draft.changes)


def refused(priya: Someone, **changes: Any) -> list[tuple[str, str]]:
    """The fields and sentences with which a rule is refused, and that nothing was stored."""
    with pytest.raises(Invalid) as raised:
        drafts_a_rule(priya, **changes)
    assert the_draft(priya.programme_id) is None
    return [(one.field, one.sentence) for one in raised.value.all]


# ── Rules of one's own ─────────────────────────────────────────────────────


def test_a_rule_is_kept_with_who_wrote_it_and_changes_nothing_yet(priya: Someone) -> None:
    drafts_a_rule(priya)

    draft = the_draft(priya.programme_id)
    assert draft is not None
    assert in_draft(priya).own_rules[0].model_dump() == an_own_rule()
    assert (draft.changed_by_name, draft.changed_at, int(draft.based_on)) == (priya.name, MONDAY, 1)
    assert drafted(priya.programme_id).in_force.are_none


@pytest.mark.parametrize(
    ("name", "rule_id"),
    [("Tree house", "tree-house"), ("  THE--Tree’s house! ", "the-tree-s-house"), ("2nd forum", "2nd-forum")],
)
def test_a_name_becomes_an_id(priya: Someone, name: str, rule_id: str) -> None:
    assert save_rule(priya.viewer, priya.programme_id, a_written_rule(name=name), now=MONDAY) == rule_id


def test_lists_may_be_lines_of_one_text(priya: Someone) -> None:
    drafts_a_rule(
        priya, phrases=["the treehouse\r\n\n in the fort \n"], examples=[f"{TREEHOUSE}\nIn the fort"]
    )

    (rule,) = in_draft(priya).own_rules
    assert rule.phrases == ["the treehouse", "in the fort"]
    assert rule.examples == [TREEHOUSE, "In the fort"]


def test_an_example_that_the_rule_misses_is_named(priya: Someone) -> None:
    ((field, sentence),) = refused(priya, examples=["Shall we carry on in the library?"])

    assert field == "examples"
    assert "“treehouse” does not find its example “Shall we carry on in the library?”" in sentence


def test_a_message_that_the_rule_should_leave_alone_is_named(priya: Someone) -> None:
    ((field, sentence),) = refused(priya, not_examples=["The treehouse in chapter two."])

    assert field == "not_examples"
    assert "finds “The treehouse in chapter two.”, which it must leave alone" in sentence


def test_every_field_that_cannot_be_used_is_named(priya: Someone) -> None:
    found = refused(
        priya, name="!", category="gardening", severity="dire", phrases=[" "], sentence="", examples=[]
    )

    assert [field for field, _ in found] == [
        "name",
        "phrases",
        "category",
        "severity",
        "sentence",
        "examples",
    ]
    assert len({sentence for _, sentence in found}) == len(found)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"phrases": ["(the treehouse"]}, "phrases", "does not close a bracket"),
        ({"phrases": ["(a+)+$"]}, "phrases", "Patterns as programmers write them are not used here"),
        ({"phrases": ["x ..9 (x ..9 (x ..9 (x ..9 x)))"]}, "phrases", "leaves too much open"),
        ({"name": "t" * 41}, "name", "40 characters"),
        ({"note": "n" * 501}, "note", "501 characters"),
        ({"sentence": "Please\x00 stop."}, "sentence", "signs in it that we cannot keep"),
        ({"examples": [TREEHOUSE, "\ud83d"]}, "examples", "signs in it that we cannot keep"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_field(
    priya: Someone, changes: dict[str, Any], field: str, says: str
) -> None:
    ((at, sentence),) = refused(priya, **changes)

    assert at == field
    assert says in sentence


def test_a_second_rule_of_the_same_name_is_refused(priya: Someone) -> None:
    drafts_a_rule(priya)

    with pytest.raises(Invalid, match="named “treehouse” already"):
        drafts_a_rule(priya, name="TREEHOUSE")


def test_a_rule_is_changed_in_its_place(priya: Someone) -> None:
    for name in ("First", "Second", "Third"):
        drafts_a_rule(priya, name=name)

    changed = a_written_rule(name="Middle", severity="high")
    save_rule(priya.viewer, priya.programme_id, changed, replaces="second", now=LATER)

    assert [rule.id for rule in in_draft(priya).own_rules] == ["first", "middle", "third"]
    with pytest.raises(NotFound):
        save_rule(priya.viewer, priya.programme_id, changed, replaces="second", now=LATER)
    with pytest.raises(Invalid, match="named “third” already"):
        save_rule(
            priya.viewer, priya.programme_id, a_written_rule(name="Third"), replaces="middle", now=LATER
        )


def test_a_rule_is_removed(priya: Someone) -> None:
    drafts_a_rule(priya)

    remove_rule(priya.viewer, priya.programme_id, "treehouse", now=LATER)

    assert in_draft(priya).are_none
    with pytest.raises(NotFound):
        remove_rule(priya.viewer, priya.programme_id, "treehouse", now=LATER)


def test_what_has_grown_too_long_to_be_kept_is_refused(priya: Someone) -> None:
    long = ["see the treehouse " + "é" * 400] * 19
    for number in range(2):
        drafts_a_rule(priya, name=f"long {number}", examples=long)
    kept = in_draft(priya)

    with pytest.raises(Invalid, match="too long to be kept"):
        drafts_a_rule(priya, name="one more", examples=long)
    assert in_draft(priya) == kept
    assert len(kept.model_dump_json()) < LARGEST


# ── The filter's own rules ─────────────────────────────────────────────────


def test_a_rule_of_the_filter_counts_for_one_thing_at_a_time(priya: Someone) -> None:
    def weighs(weight: Any) -> tuple[list[str], dict[str, str]]:
        weigh_rule(priya.viewer, priya.programme_id, "contact.link", weight, now=MONDAY)
        found = in_draft(priya)
        return found.switched_off, dict(found.severities)

    assert weighs("high") == ([], {"contact.link": "high"})
    assert weighs("off") == (["contact.link"], {})
    assert weighs("low") == ([], {"contact.link": "low"})
    assert weighs("usual") == ([], {})


def test_a_rule_that_is_not_there_is_not_found(priya: Someone) -> None:
    for rule in ("no.such.rule", "programme.treehouse", ""):
        with pytest.raises(NotFound):
            weigh_rule(priya.viewer, priya.programme_id, rule, "off", now=MONDAY)


def test_what_is_so_already_begins_no_draft(priya: Someone) -> None:
    weigh_rule(priya.viewer, priya.programme_id, "contact.link", "usual", now=MONDAY)

    assert the_draft(priya.programme_id) is None


# ── What a new version of the filter has broken ────────────────────────────


def test_what_is_said_of_a_rule_that_is_no_more_goes_with_the_next_change() -> None:
    gone = {"switched_off": ["gone.rule"], "severities": {"gone.too": "low", "contact.phone": "low"}}
    priya = a_person("coordinator", a_programme(policy=a_policy(filter=gone)))
    assert "gone.rule" in draft_page(priya.viewer, priya.programme_id).problem

    weigh_rule(priya.viewer, priya.programme_id, "contact.link", "off", now=MONDAY)

    found = in_draft(priya)
    assert (found.switched_off, dict(found.severities)) == (["contact.link"], {"contact.phone": "low"})
    assert draft_page(priya.viewer, priya.programme_id).problem == ""


def test_rules_that_have_come_to_contradict_their_examples_can_be_removed_one_by_one() -> None:
    broken = [an_own_rule(id=name, examples=["See you in the library"]) for name in ("one", "two")]
    priya = a_person("coordinator", a_programme(policy=a_policy(filter={"own_rules": broken})))

    for name in ("one", "two"):
        remove_rule(priya.viewer, priya.programme_id, name, now=MONDAY)

    assert in_draft(priya).are_none


# ── Two at once, and what is out of date ───────────────────────────────────


def test_a_draft_begins_with_what_is_in_force(priya: Someone) -> None:
    drafts_a_rule(priya)
    adopts(priya)

    weigh_rule(priya.viewer, priya.programme_id, "contact.link", "off", now=LATER)

    assert [rule.id for rule in in_draft(priya).own_rules] == ["treehouse"]


def test_a_draft_out_of_date_is_gone_on_with_by_whoever_has_seen_the_rules_as_they_are(
    priya: Someone,
) -> None:
    drafts_a_rule(priya)
    draft = the_draft(priya.programme_id)
    assert draft is not None
    draft.based_on = 0
    draft.save()

    assert draft_page(priya.viewer, priya.programme_id).is_outdated
    with pytest.raises(Conflict):
        look_again(priya.viewer, priya.programme_id, version=0, now=LATER)
    look_again(priya.viewer, priya.programme_id, version=1, now=LATER)
    assert not draft_page(priya.viewer, priya.programme_id).is_outdated


def test_a_draft_is_dropped_and_the_rules_in_force_stay(priya: Someone) -> None:
    drafts_a_rule(priya)
    adopts(priya)
    weigh_rule(priya.viewer, priya.programme_id, "contact.link", "off", now=LATER)

    drop_draft(priya.viewer, priya.programme_id)
    drop_draft(priya.viewer, priya.programme_id)

    page = draft_page(priya.viewer, priya.programme_id)
    assert not page.is_there
    assert [rule.id for rule in page.changes.own_rules] == ["treehouse"]


def test_one_who_drops_a_draft_that_somebody_else_has_just_changed_is_told(priya: Someone) -> None:
    drafts_a_rule(priya)

    with (
        just_before_it_writes(lambda: drafts_a_rule(priya, name="Second")),
        pytest.raises(Conflict, match="Somebody else"),
    ):
        drop_draft(priya.viewer, priya.programme_id)
    assert len(in_draft(priya).own_rules) == 2


def test_of_a_policy_that_cannot_be_read_nothing_is_drafted(tables: None) -> None:
    programme = a_programme()
    priya = a_person("coordinator", programme)
    with_a_broken_policy(programme)

    with pytest.raises(Conflict, match="cannot be read"):
        drafts_a_rule(priya)


def test_it_is_for_the_staff_of_the_programme() -> None:
    ours, theirs = a_programme(), a_programme("Chess by Post")
    people = [a_person(role, ours) for role in Role]
    outsider = a_person("administrator", theirs, first_name="Elin", surname="Frost")

    assert [one.role for one in people if _may(one.viewer, ours.programme_id)] == [
        Role.COORDINATOR,
        Role.SAFEGUARDING_LEAD,
        Role.DEPUTY,
        Role.REGIONAL_MANAGER,
        Role.ADMINISTRATOR,
    ]
    assert not _may(outsider.viewer, ours.programme_id)


def _may(viewer: Viewer, programme_id: str) -> bool:
    doings: list[Any] = [
        lambda: weigh_rule(viewer, programme_id, "contact.link", "off", now=MONDAY),
        lambda: save_rule(viewer, programme_id, a_written_rule(name=viewer.first_name), now=MONDAY),
        lambda: remove_rule(viewer, programme_id, viewer.first_name.lower(), now=MONDAY),
        lambda: look_again(viewer, programme_id, version=1, now=MONDAY),
        lambda: draft_page(viewer, programme_id),
        lambda: drop_draft(viewer, programme_id),
    ]
    answers = set()
    for do in doings:
        try:
            do()
            answers.add(True)
        except NotFound:
            answers.add(False)
    assert len(answers) == 1
    return answers.pop()


def test_what_is_drafted_judges_nobody_s_messages(priya: Someone) -> None:
    drafts_a_rule(priya)

    assert not check(TREEHOUSE, sender="mentee").hold
    assert drafted(priya.programme_id).programme.policy.filter.are_none
