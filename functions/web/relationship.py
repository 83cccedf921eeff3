"""What mentor and mentee do together besides writing: agreeing, stages, goals and tasks."""

from typing import Any, Literal

from pydantic import Field, model_validator

from shared.conversations.views import Letter, own_letter
from shared.relationship import agreeing, feedback, goals, skills, stages
from shared.relationship.agreeing import AgreementView
from shared.relationship.feedback import Feedback, FeedbackForm
from shared.relationship.goals import Words
from shared.relationship.piece_pages import AddPage, PiecePage, add_page, piece_page
from shared.relationship.rewording import reword
from shared.relationship.skills import SkillsView
from shared.relationship.views import GoalsPage, PairPage, goals_page, pair_page

from .access import PARTICIPANT, SIGNED_IN, STAFF_ONLY
from .forms import Given, gather
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

PAIR = "/pairs/{pair_id}"
AGREEMENT = PAIR + "/agreement"
GOALS = PAIR + "/goals"
PIECE = PAIR + "/shared/{what}/{item_id}"


class Agreed(Given):
    """What somebody agrees to between the two."""

    version: int = Field(ge=1, description="The version of the words that were read.")
    how_often: str = Field("", max_length=500, description="One of those offered, where it is asked.")
    when: list[str] = Field(default=[], max_length=20, description="Those that suit, of those offered.")


class Move(Given):
    """Moving on to the next stage."""

    stage: str = Field(max_length=40, description="The id of the stage that is to be left.")
    answer: Literal["propose", "agree", "not_yet"]


class NewWords(Given):
    """A goal, a step, a task, or how it is going. `key` is the form's: sent again, it is stored once."""

    text: str
    on_day: str = Field("", max_length=20, description="The day it is for, as in 2026-11-30; may be empty.")
    key: str = Field(min_length=1, max_length=100)

    @property
    def words(self) -> Words:
        return Words(self.text, self.on_day)


class Settled(Given):
    """What becomes of a goal, a step or a task."""

    becomes: Literal["accepted", "refused", "done", "open", "given_up"]


class Ratings(Given):
    """How a mentee rates themselves. A form sends each as `rating_<number of the statement>`."""

    ratings: dict[str, str] = Field(
        default={}, description="Number of the statement, from 1 on -> `1` to `5`."
    )

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, fields: Any) -> Any:
        return gather(fields, "rating_", into="ratings")

    @property
    def by_number(self) -> dict[int, str]:
        return {int(number): said for number, said in self.ratings.items() if number.isdecimal()}


class NewFeedback(Given):
    """Feedback of a mentor, part by part. `key` is the form's: sent again, it is sent once."""

    praise: str = ""
    act_on: str = ""
    progress: str = ""
    key: str = Field(min_length=1, max_length=100)


@area.get(AGREEMENT, who=SIGNED_IN, page="relationship/agreement.html", gives=AgreementView)
def show_agreement(request: Request, pair_id: str) -> AgreementView:
    """What the two agree to, and where each stands."""
    return agreeing.agreement(request.me, pair_id)


@area.post(AGREEMENT, who=PARTICIPANT, takes=Agreed, gives=AgreementView, again=show_agreement)
def agree(request: Request, given: Agreed, pair_id: str) -> Done:
    """Agrees, for oneself."""
    agreeing.agree(request.me, pair_id, **given.model_dump(), now=request.now)
    return Done(f"/pairs/{pair_id}", agreeing.agreement(request.me, pair_id))


@area.post(AGREEMENT + "/on-behalf", who=STAFF_ONLY, takes=Agreed, gives=AgreementView, again=show_agreement)
def agree_on_behalf(request: Request, given: Agreed, pair_id: str) -> Done:
    """Enters that a mentee agreed by telephone or in person."""
    agreeing.agree_for_mentee(request.me, pair_id, **given.model_dump(), now=request.now)
    return Done(f"/pairs/{pair_id}/agreement", agreeing.agreement(request.me, pair_id))


def _pair_again(request: Request, pair_id: str) -> PairPage:
    return pair_page(request.me, pair_id, now=request.now)


@area.get(GOALS, who=SIGNED_IN, page="relationship/goals.html", gives=GoalsPage)
def show_goals(request: Request, pair_id: str) -> GoalsPage:
    """All goals and tasks of the two, and what became of them."""
    return goals_page(request.me, pair_id, now=request.now)


@area.get(GOALS + "/{goal_id}", who=SIGNED_IN, page="relationship/add.html", gives=AddPage)
def show_goal(request: Request, pair_id: str, goal_id: str) -> AddPage:
    """A goal, and where a step or a word on how it is going is written."""
    return add_page(request.me, pair_id, goal_id, now=request.now)


@area.get(PAIR + "/tasks", who=SIGNED_IN, page="relationship/add.html", gives=AddPage)
def show_tasks(request: Request, pair_id: str) -> AddPage:
    """Where a task for next time is written."""
    return add_page(request.me, pair_id, "", now=request.now)


@area.post(PAIR + "/stage", who=PARTICIPANT, takes=Move, gives=PairPage, again=show_goals)
def move_on(request: Request, given: Move, pair_id: str) -> Done:
    """Proposes to move on to the next stage, agrees, or says not yet."""
    stages.move_on(request.me, pair_id, answer=given.answer, stage=given.stage, now=request.now)
    return Done(f"/pairs/{pair_id}", _pair_again(request, pair_id))


@area.post(GOALS, who=PARTICIPANT, takes=NewWords, gives=Letter, again=show_goals)
def add_goal(request: Request, given: NewWords, pair_id: str) -> Done:
    """Sets a goal, or proposes one to the mentee. Its words are checked like any message."""
    made = goals.add_goal(request.me, pair_id, given.words, key=given.key, now=request.now)
    return Done(f"/pairs/{pair_id}/goals", own_letter(request.me, made), created=True)


@area.post(GOALS + "/{goal_id}/steps", who=PARTICIPANT, takes=NewWords, gives=Letter, again=show_goal)
def add_step(request: Request, given: NewWords, pair_id: str, goal_id: str) -> Done:
    """Adds a step to a goal."""
    made = goals.add_step(request.me, pair_id, goal_id, given.words, key=given.key, now=request.now)
    return Done(f"/pairs/{pair_id}/goals", own_letter(request.me, made), created=True)


@area.post(GOALS + "/{goal_id}/reflections", who=PARTICIPANT, takes=NewWords, gives=Letter, again=show_goal)
def look_back(request: Request, given: NewWords, pair_id: str, goal_id: str) -> Done:
    """Writes how it is going with a goal."""
    made = goals.look_back(request.me, pair_id, goal_id, given.words, key=given.key, now=request.now)
    return Done(f"/pairs/{pair_id}/goals", own_letter(request.me, made), created=True)


@area.post(PAIR + "/tasks", who=PARTICIPANT, takes=NewWords, gives=Letter, again=show_tasks)
def add_task(request: Request, given: NewWords, pair_id: str) -> Done:
    """Sets a task for next time."""
    made = goals.add_task(request.me, pair_id, given.words, key=given.key, now=request.now)
    return Done(f"/pairs/{pair_id}/goals", own_letter(request.me, made), created=True)


@area.get(PAIR + "/skills", who=SIGNED_IN, page="relationship/skills.html", gives=SkillsView)
def show_skills(request: Request, pair_id: str) -> SkillsView:
    """How the mentee rated themselves at the start, and again later."""
    return skills.skills(request.me, pair_id, now=request.now)


@area.post(PAIR + "/skills", who=PARTICIPANT, takes=Ratings, gives=SkillsView, again=show_skills)
def rate_skills(request: Request, given: Ratings, pair_id: str) -> Done:
    """Rates oneself in every statement."""
    skills.rate_skills(request.me, pair_id, given.by_number, now=request.now)
    return Done(f"/pairs/{pair_id}/skills", skills.skills(request.me, pair_id, now=request.now))


@area.get(PAIR + "/feedback", who=PARTICIPANT, page="relationship/feedback.html", gives=FeedbackForm)
def show_feedback(request: Request, pair_id: str) -> FeedbackForm:
    """Where a mentor gives feedback, part by part."""
    return feedback.feedback_form(request.me, pair_id)


@area.post(PAIR + "/feedback", who=PARTICIPANT, takes=NewFeedback, gives=Letter, again=show_feedback)
def give_feedback(request: Request, given: NewFeedback, pair_id: str) -> Done:
    """Sends feedback to the mentee, as one message."""
    parts = Feedback(given.praise, given.act_on, given.progress)
    made = feedback.give_feedback(request.me, pair_id, parts, key=given.key, now=request.now)
    return Done(f"/pairs/{pair_id}#latest", own_letter(request.me, made), created=True)


@area.get(PIECE, who=SIGNED_IN, page="relationship/piece.html", gives=PiecePage)
def show_piece(request: Request, pair_id: str, what: str, item_id: str) -> PiecePage:
    """A step or a task, where it is worded anew or given up."""
    return piece_page(request.me, pair_id, what, item_id, now=request.now)


@area.post(PIECE + "/words", who=PARTICIPANT, takes=NewWords, gives=PiecePage, again=show_piece)
def word_anew(request: Request, given: NewWords, pair_id: str, what: str, item_id: str) -> Done:
    """Words a step or a task anew.

    They are checked like any message before they take the place of the earlier ones.
    """
    reword(request.me, pair_id, what, item_id, given.words, key=given.key, now=request.now)
    view = piece_page(request.me, pair_id, what, item_id, now=request.now)
    return Done(f"/pairs/{pair_id}/goals", view)


@area.post(PIECE, who=PARTICIPANT, takes=Settled, gives=GoalsPage, again=show_goals)
def settle(request: Request, given: Settled, pair_id: str, what: str, item_id: str) -> Done:
    """Ticks off a goal, a step or a task, accepts a proposed goal, or gives one up."""
    goals.require_kind(what)
    goals.settle(request.me, pair_id, what, item_id, becomes=given.becomes, now=request.now)
    return Done(f"/pairs/{pair_id}/goals", goals_page(request.me, pair_id, now=request.now))
