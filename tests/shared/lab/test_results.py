"""What came of a trial, as its page shows it: the worst first, and only what the viewer may read."""

from dataclasses import replace

import pytest

from shared.filtering import check
from shared.lab.backtesting import start_backtest
from shared.lab.drafting import weigh_rule
from shared.lab.results import MOST_SHOWN, BacktestPage, backtest_page
from shared.lab.views import draft_page
from shared.people.items import Membership, membership_key, roll
from shared.people.permissions import Member, Role, Viewer
from shared.platform.errors import NotFound
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.roles import who_is_also
from tests.shared.people.counting import requests_made

from .builders import TREEHOUSE, checked, drafts_a_rule, tried

pytestmark = pytest.mark.usefixtures("tables")


def shown(viewer: Someone, backtest_id: str, *, show: str = "") -> BacktestPage:
    return backtest_page(
        viewer.viewer, viewer.programme_id, backtest_id, show=show, checker=check, now=MONDAY
    )


def test_a_message_is_shown_with_what_the_draft_finds_and_what_becomes_of_it(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    checked(pair, CLEAN, TREEHOUSE)
    drafts_a_rule(priya, severity="high")

    page = shown(priya, tried(priya).backtest_id)

    (one,) = page.samples
    assert (page.heading, one.writer_name, one.writer_role) == ("newly_held", pair.mentee.name, "mentee")
    assert (one.in_force_lane, one.draft_lane, one.draft_severity) == ("deliver", "moderation", "high")
    assert [(piece.text, piece.mark) for piece in one.text if piece.mark] == [
        ("the treehouse", "talking elsewhere")
    ]
    assert one.rules == ("programme.treehouse",)
    assert page.is_current


def test_missed_concerns_come_first_with_what_is_found_in_them_now(pair: TwoWhoWrite, priya: Someone) -> None:
    worried, _ = checked(pair, WORRIED, TREEHOUSE)
    drafts_a_rule(priya)
    for rule in {one["rule"] for one in worried.findings}:
        weigh_rule(priya.viewer, priya.programme_id, rule, "off", now=MONDAY)
    backtest_id = tried(priya).backtest_id

    page = shown(priya, backtest_id)

    (one,) = page.samples
    assert (page.heading, one.concern_id) == ("concerns_missed", worried.concern_id)
    assert any(piece.is_worry for piece in one.text)
    assert shown(priya, backtest_id, show="newly_held").heading == "newly_held"
    assert shown(priya, backtest_id, show="contradicted").heading == "concerns_missed"
    assert shown(priya, backtest_id, show="<script>").heading == "concerns_missed"


def test_only_so_many_are_shown_and_all_are_counted(pair: TwoWhoWrite, priya: Someone) -> None:
    for _ in range(MOST_SHOWN + 5):
        a_message(pair, TREEHOUSE, state="delivered")
    drafts_a_rule(priya)
    backtest_id = tried(priya).backtest_id

    with requests_made() as requests:
        page = shown(priya, backtest_id)

    assert (len(page.samples), page.counts["newly_held"]) == (MOST_SHOWN, MOST_SHOWN + 5)
    assert requests == ["GetItem", "BatchGetItem", "PutItem", "BatchGetItem"]


def test_a_coordinator_who_is_also_the_mentor_is_shown_nothing_of_their_own_conversation(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    checked(pair, TREEHOUSE)
    drafts_a_rule(priya)
    backtest_id = tried(priya).backtest_id
    membership = Member(pair.programme_id, pair.programme.name, Role.COORDINATOR)
    mentor = pair.mentor.viewer
    both = replace(mentor, memberships=(*mentor.memberships, membership))

    assert backtest_page(both, pair.programme_id, backtest_id, checker=check, now=MONDAY).samples == ()
    assert len(shown(priya, backtest_id).samples) == 1


def test_no_sum_tells_staff_who_mentor_of_what_is_found_in_their_own_conversation(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    both = is_coordinator_too(pair.mentor)
    checked(pair, TREEHOUSE)
    others = [
        a_person(role, pair.programme, first_name=name, surname="Okafor")
        for role, name in (("mentor", "Alan"), ("mentee", "Zuri"))
    ]
    checked(a_pair(pair.programme, mentor=others[0], mentee=others[1]), TREEHOUSE, TREEHOUSE)
    drafts_a_rule(priya)
    backtest_id = tried(priya).backtest_id

    page = backtest_page(both, pair.programme_id, backtest_id, checker=check, now=MONDAY)

    assert (page.counts["newly_held"], len(page.samples)) == (2, 2)
    latest = draft_page(both, pair.programme_id).backtest
    assert latest is not None
    assert latest.counts["newly_held"] == 2
    assert shown(priya, backtest_id).counts["newly_held"] == 3


def is_coordinator_too(mentor: Someone) -> Viewer:
    Membership(
        *membership_key(mentor.person_id, mentor.programme_id, Role.COORDINATOR),
        person_id=mentor.person_id,
        programme_id=mentor.programme_id,
        programme_name=mentor.programme_name,
        role=Role.COORDINATOR,
        first_name=mentor.first_name,
        surname=mentor.surname,
        address=mentor.address,
        agreed_version=1,
        agreed_at=MONDAY,
        listing=roll(mentor.programme_id, Role.COORDINATOR),
        listing_order=mentor.surname,
    ).save()
    return who_is_also(mentor, "coordinator")


def test_rules_that_the_filter_cannot_use_any_more_take_no_page_away(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    checked(pair, TREEHOUSE)
    drafts_a_rule(priya)
    found = tried(priya)
    found.changes = {**found.changes, "switched_off": ["contact.no_such_rule"]}
    found.save()

    page = shown(priya, found.backtest_id)

    assert (page.counts["newly_held"], page.samples) == (1, ())


def test_while_it_is_under_way_there_is_only_how_far_it_is(pair: TwoWhoWrite, priya: Someone) -> None:
    checked(pair, TREEHOUSE)
    drafts_a_rule(priya)
    backtest_id = start_backtest(priya.viewer, priya.programme_id, messages=500, key="form-1", now=MONDAY)

    page = shown(priya, backtest_id)

    assert (page.is_under_way, page.read, page.total, page.samples) == (True, 0, 0, ())


def test_of_a_draft_that_has_changed_since_it_says_so(pair: TwoWhoWrite, priya: Someone) -> None:
    drafts_a_rule(priya)
    backtest_id = tried(priya).backtest_id
    weigh_rule(priya.viewer, priya.programme_id, "contact.link", "off", now=MONDAY)

    assert not shown(priya, backtest_id).is_current


def test_for_people_of_another_programme_there_is_no_such_trial(pair: TwoWhoWrite, priya: Someone) -> None:
    drafts_a_rule(priya)
    backtest_id = tried(priya).backtest_id
    outsider = a_person("coordinator", a_programme("Chess by Post"), first_name="Elin", surname="Frost")

    for programme_id in (priya.programme_id, outsider.programme_id):
        with pytest.raises(NotFound):
            backtest_page(outsider.viewer, programme_id, backtest_id, checker=check, now=MONDAY)
