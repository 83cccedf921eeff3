"""How the pairs of a cohort are getting on, through the routes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from shared.audit.items import Waiting
from shared.conversations.ending_items import Ending, belongs_to, ending_key
from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.evaluation.items import FormCount, count_key
from shared.platform.clock import now
from shared.platform.tables import SafeguardingItem
from shared.programmes.actions import RunningProgramme
from shared.progress.seldom import look_for_seldom
from tests.builders.conversations import a_pair, put_in_cohort
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_cohort, a_programme
from tests.shared.meetings.builders import arranged, begins, two_who_meet

from .at_a_pair import COLLEGE
from .browser import Answer
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

NAMES = ("Bell", "Drummond", "Fraser", "Malik", "Nowak", "Pritchard", "Quinn")


@dataclass(frozen=True)
class World:
    """A cohort of a college, and its coordinator."""

    ours: RunningProgramme
    cohort_id: str
    priya: Someone
    mentor: Someone

    @property
    def page(self) -> str:
        return f"/programmes/{self.ours.programme_id}/cohorts/{self.cohort_id}/progress"

    def pairs(self, *surnames: str, **changes: Any) -> None:
        """Their mentees; `changes` is what is stored of each pair."""
        for surname in surnames:
            mentee = a_person("mentee", self.ours, first_name="Isla", surname=surname)
            pair = a_pair(self.ours, mentor=self.mentor, mentee=mentee, cohort_id=self.cohort_id)
            if changes:
                said = [getattr(Pair, name).set(value) for name, value in changes.items()]
                load_pair(pair.pair_id).update(said)

    def get(self, path: str = "") -> Any:
        answer = program_of(self.priya).get(self.page + path)
        assert answer.status == 200, answer.text
        return answer.json

    def names(self, path: str = "") -> list[str]:
        return [one["mentee_name"].split()[1] for one in self.get(path)["rows"]]

    def shown(self, path: str = "") -> Answer:
        return browser_of(self.priya).get(self.page + path)


@pytest.fixture
def world() -> World:
    ours = a_programme("Back to College", policy=COLLEGE)
    return World(ours, a_cohort(ours), a_person("coordinator", ours), a_person("mentor", ours))


def test_a_cohort_shows_where_each_pair_is_and_when_each_side_wrote(world: World) -> None:
    written = now() - timedelta(days=3)
    world.pairs(
        "Bell",
        stage="working",
        mentee_wrote_at=written,
        last_sender_id=world.mentor.person_id,
        mentor_replies=2,
        mentor_reply_minutes=600,
        mentee_replies=1,
        confirmed_interactions=3,
    )

    seen = world.get()

    [row] = seen["rows"]
    stage = COLLEGE.relationship.stages[1]
    assert (row["stage"], row["stage_number"], row["awaited"]) == (stage.name, 2, "mentee")
    assert row["mentee_at"].startswith(written.date().isoformat())
    assert (row["mentor_at"], row["heard"], row["mentor_answers_in"]) == (None, "week", 300)
    assert (row["times"], row["is_enough"], seen["least"], seen["enough"]) == (5, True, 4, 1)
    assert [bar["count"] for bar in seen["stages"]] == [0, 1, 0]


def test_cm_7_the_coordinator_sees_who_is_below_the_least(world: World) -> None:
    world.pairs("Bell", "Drummond", confirmed_interactions=4)
    world.pairs("Fraser", confirmed_interactions=1)

    assert world.names("?show=below") == ["Fraser"]
    [below] = [one for one in world.get()["shows"] if one["id"] == "below"]
    assert below["count"] == 1
    page = world.shown("?show=below").words
    assert "2 of 3" in page
    assert "Isla Fraser" in page
    assert "Isla Bell" not in page


def test_pairs_are_chosen_and_put_in_order_by_links_alone(world: World) -> None:
    world.pairs("Bell", stage="working", mentee_wrote_at=now() - timedelta(days=40))
    world.pairs("Drummond", mentee_wrote_at=now())
    world.pairs("Fraser", agreed={})
    world.pairs("Malik", status="ended")

    assert world.names() == ["Bell", "Drummond", "Fraser"]
    assert world.names("?sort=-mentee") == ["Fraser", "Drummond", "Bell"]
    assert world.names("?sort=mentee_at") == ["Fraser", "Bell", "Drummond"]
    assert world.names("?stage=working") == ["Bell"]
    assert world.names("?heard=longer") == ["Bell"]
    assert world.names("?show=not_agreed") == ["Fraser"]
    assert world.names("?show=over") == ["Malik"]
    assert world.names("?show=nonsense&stage=none&sort=age&page=-3") == ["Bell", "Drummond", "Fraser"]
    browser = browser_of(world.priya)
    assert "sort=-mentee" in browser.get(world.page).text


def test_pairs_without_a_cohort_have_a_page_of_their_own(world: World) -> None:
    world.pairs("Bell")
    outside = a_pair(world.ours, mentor=world.mentor, mentee=a_person("mentee", world.ours))
    everybody = f"/programmes/{world.ours.programme_id}/cohorts/everybody/progress"

    [row] = program_of(world.priya).get(everybody).json["rows"]

    assert row["pair_id"] == outside.pair_id
    assert "Without a cohort" in browser_of(world.priya).get(everybody).words


def test_more_pairs_than_fit_on_a_page_go_on_to_the_next(world: World) -> None:
    for number in range(51):
        world.pairs(f"Bell{number:02}")

    first = world.get()
    assert (len(first["rows"]), first["found"], first["next_page"]) == (50, 51, 2)
    second = world.get("?page=2")
    assert ([one["mentee_name"] for one in second["rows"]], second["next_page"]) == (["Isla Bell50"], 0)


def test_only_staff_of_the_programme_see_it(world: World) -> None:
    world.pairs("Bell")
    stranger = a_person("coordinator", a_programme("Somewhere else"), first_name="Ruth", surname="Bell")

    for path in ("", "/report", "/file"):
        for someone in (stranger, world.mentor):
            assert program_of(someone).get(world.page + path).status == 404
        no_cohort = world.page.replace(world.cohort_id, "no-such-cohort")
        assert program_of(world.priya).get(no_cohort + path).status == 404


def test_the_report_names_nobody_and_tells_no_small_number(world: World) -> None:
    world.pairs(*NAMES[:6], confirmed_interactions=4)
    world.pairs(NAMES[6], stage="working")

    told = world.get("/report")
    shown = world.shown("/report").words

    assert told["pairs"] == 7
    assert [one["count"] for one in told["in_touch"]] == [None, None]
    assert [one["count"] for one in told["stages"]] == [None, None, None]
    assert [one["count"] for one in told["standing"]] == [7, 0]
    assert "too few to say" in shown
    assert not any(name in shown for name in (*NAMES, "Isla", "Callum"))


def test_where_it_is_hidden_how_many_go_on_nothing_adds_up_to_it(world: World) -> None:
    world.pairs(*NAMES[:6])
    world.pairs(NAMES[6], "Reid", status="ended")

    told = world.get("/report")

    assert told["pairs"] == 8
    assert [one["count"] for one in told["standing"]] == [None, None]
    assert (told["heard"], told["stages"]) == ([], [])


def test_a_report_of_a_handful_of_pairs_has_no_numbers(world: World) -> None:
    world.pairs(*NAMES[:4], confirmed_interactions=4)

    told = world.get("/report")

    assert (told["is_told"], told["pairs"], told["stages"], told["times"]) == (False, 0, [], None)
    assert "too few pairs" in world.shown("/report").words


def test_the_file_is_safe_for_spreadsheets_and_on_record(world: World) -> None:
    world.pairs("=HYPERLINK(1)", "Bell", confirmed_interactions=4)
    load_pair(program_of(world.priya).get(world.page).json["rows"][0]["pair_id"]).update(
        [Pair.mentee_first_name.set("=1+1")]
    )

    file = world.shown("/file")

    lines = file.text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("Mentee,Mentor,Goes on,Stage")
    assert lines[1].startswith("'=1+1 =HYPERLINK(1),Callum Reid,yes,")
    assert lines[2].endswith(",4,yes")
    made = [one.what for one in SafeguardingItem.scan() if isinstance(one, Waiting)]
    assert made == ["exported_progress"]


def test_cm_7_pairs_that_are_too_seldom_in_touch_come_to_the_coordinators_first_page(world: World) -> None:
    begun = now() - timedelta(weeks=13)
    world.pairs("Bell", "Drummond", created_at=begun, confirmed_interactions=1)
    world.pairs("Fraser", created_at=begun, confirmed_interactions=4)
    world.pairs("Malik", created_at=now(), confirmed_interactions=1)

    def on_first_page() -> list[Any]:
        lines = program_of(world.priya).get(f"/programmes/{world.ours.programme_id}").json["lines"]
        return [(one["count"], one["first"]) for one in lines if one["what"] == "seldom"]

    for _ in range(2):
        assert look_for_seldom(world.ours.programme_id, now=now()) == 2
    [(count, [named])] = on_first_page()
    assert (count, named["name"], named["page"]) == (2, "Autumn 2026: 2", f"{world.page}?show=seldom")
    assert world.names("?show=seldom") == ["Bell", "Drummond"]
    assert world.names("?show=below") == ["Bell", "Drummond", "Malik"]

    for row in world.get("?show=seldom")["rows"]:
        load_pair(row["pair_id"]).update([Pair.confirmed_interactions.set(4)])
    assert look_for_seldom(world.ours.programme_id, now=now()) == 0
    assert on_first_page() == []


def test_meetings_ahead_forms_and_reports_stand_with_each_pair() -> None:
    pair = two_who_meet("college-pilot")
    cohort_id = a_cohort(pair.programme)
    put_in_cohort(pair, cohort_id)
    here = f"/programmes/{pair.programme_id}/cohorts/{cohort_id}/progress"
    priya = a_person("coordinator", pair.programme)
    begins(pair, arranged(pair), now() + timedelta(days=2))
    form = COLLEGE.evaluation.forms[0]
    FormCount(*count_key(pair.programme_id, cohort_id, form.id), form_id=form.id, asked=8, answered=3).save()
    handed_in = [*belongs_to(load_pair(pair.pair_id)), Ending.mentor_report_at.set(now())]
    Ending(*ending_key(pair.pair_id)).update(handed_in)

    seen = program_of(priya).get(here).json

    [row] = seen["rows"]
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    assert (row["meeting_at"][:10], seen["meetings_ahead"]) == (tomorrow, 1)
    assert [(one["of"], one["at"] is not None) for one in row["reports"]] == [
        ("mentee", False),
        ("mentor", True),
    ]
    assert (seen["forms"][0]["asked"], seen["forms"][0]["answered"]) == (8, 3)
    shown = browser_of(priya).get(here).words
    assert "1 pair has a meeting ahead" in shown
    assert "Mentee: not in, Mentor: in" in shown
    assert "3 of 8" in shown
