"""Bringing people together: asking for suggestions, and deciding on them."""

from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field

from shared.matching import actions
from shared.matching.board import (
    EVERYBODY,
    BoardView,
    SuggestionView,
    board,
    place_of,
    suggestion_page,
)

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

Line = Annotated[str, Field(max_length=300)]
BOARD = "/programmes/{programme_id}/cohorts/{cohort_id}/matching"
"""`everybody` for the cohort stands for all of the programme who are unpaired."""
ONE = BOARD + "/suggestions/{suggestion_id}"
SHOWN = {"show": "suggested or left.", "after": "The `next` of the page before."}


class NewRun(Given):
    """That matches are to be looked for."""

    key: str = Field(min_length=1, max_length=100, description="The same key never asks twice.")


class AllOfThem(Given):
    """That everybody who is suggested is to be introduced."""

    run_id: Line = Field(min_length=1, description="The run whose suggestions were looked at.")


class OnBoard(Given):
    """A decision made on the board itself."""

    after: Line = Field("", description="The page of the board to come back to.")


class NeverAgain(Given):
    """That two are never to be brought together."""

    reason: str = Field("", max_length=2_000, description="Why. For staff only.")


class AnotherMentor(Given):
    """Another mentor for a mentee."""

    mentor_id: Line = Field(min_length=1, description="Their person_id.")


@area.get(BOARD, who=STAFF_ONLY, page="matching/board.html", gives=BoardView, asks=SHOWN)
def show(request: Request, programme_id: str, cohort_id: str) -> BoardView:
    """What is suggested in a cohort, and for whom nobody was found."""
    wanted = {name: request.query.get(name, "") for name in SHOWN}
    after = wanted["after"] or str(request.typed.get("after", ""))
    return board(request.me, programme_id, _cohort(cohort_id), show=wanted["show"], after=after)


@area.post(BOARD, who=STAFF_ONLY, takes=NewRun, gives=BoardView, again=show)
def look(request: Request, given: NewRun, programme_id: str, cohort_id: str) -> Done:
    """Has matches looked for."""
    actions.start_run(request.me, programme_id, _cohort(cohort_id), key=given.key, now=request.now)
    return _board(request, programme_id, cohort_id)


@area.post(BOARD + "/accept", who=STAFF_ONLY, takes=AllOfThem, gives=BoardView, again=show)
def accept_all(request: Request, given: AllOfThem, programme_id: str, cohort_id: str) -> Done:
    """Has all introduced who are suggested, in the background."""
    actions.accept_all(request.me, programme_id, _cohort(cohort_id), given.run_id, now=request.now)
    return _board(request, programme_id, cohort_id)


@area.get(
    ONE,
    who=STAFF_ONLY,
    page="matching/suggestion.html",
    gives=SuggestionView,
    asks={"find": "The beginning of a mentor’s name, or an e-mail address."},
)
def show_one(request: Request, programme_id: str, cohort_id: str, suggestion_id: str) -> SuggestionView:
    """A suggestion, and which other mentors there are for its mentee."""
    looked_for = request.query.get("find", "")
    return suggestion_page(
        request.me,
        programme_id,
        _cohort(cohort_id),
        suggestion_id,
        looked_for=looked_for,
        now=request.now,
    )


@area.post(ONE + "/accept", who=STAFF_ONLY, takes=OnBoard, gives=BoardView, again=show)
def accept(request: Request, given: OnBoard, programme_id: str, cohort_id: str, suggestion_id: str) -> Done:
    """Introduces the two of a suggestion to each other."""
    actions.accept(request.me, programme_id, _cohort(cohort_id), suggestion_id, now=request.now)
    return _board(request, programme_id, cohort_id, given.after, suggestion_id)


@area.post(ONE + "/lock", who=STAFF_ONLY, takes=OnBoard, gives=BoardView, again=show)
def lock(request: Request, given: OnBoard, programme_id: str, cohort_id: str, suggestion_id: str) -> Done:
    """Keeps a suggestion when matches are looked for anew."""
    actions.lock(request.me, programme_id, _cohort(cohort_id), suggestion_id, now=request.now)
    return _board(request, programme_id, cohort_id, given.after, suggestion_id)


@area.post(ONE + "/unlock", who=STAFF_ONLY, takes=OnBoard, gives=BoardView, again=show)
def unlock(request: Request, given: OnBoard, programme_id: str, cohort_id: str, suggestion_id: str) -> Done:
    """Lets a suggestion be replaced when matches are looked for anew."""
    actions.unlock(request.me, programme_id, _cohort(cohort_id), suggestion_id, now=request.now)
    return _board(request, programme_id, cohort_id, given.after, suggestion_id)


@area.post(ONE + "/decline", who=STAFF_ONLY, gives=BoardView, again=show)
def decline(request: Request, programme_id: str, cohort_id: str, suggestion_id: str) -> Done:
    """Does away with a suggestion. Its two are not suggested again in this cohort."""
    actions.decline(request.me, programme_id, _cohort(cohort_id), suggestion_id, now=request.now)
    return _board(request, programme_id, cohort_id, "", suggestion_id)


@area.post(ONE + "/never-again", who=STAFF_ONLY, takes=NeverAgain, gives=BoardView, again=show_one)
def never_again(
    request: Request, given: NeverAgain, programme_id: str, cohort_id: str, suggestion_id: str
) -> Done:
    """Does away with a suggestion, and keeps its two apart in the whole programme."""
    actions.never_again(
        request.me, programme_id, _cohort(cohort_id), suggestion_id, reason=given.reason, now=request.now
    )
    return _board(request, programme_id, cohort_id, "", suggestion_id)


@area.post(ONE + "/mentor", who=STAFF_ONLY, takes=AnotherMentor, gives=SuggestionView, again=show_one)
def change_mentor(
    request: Request, given: AnotherMentor, programme_id: str, cohort_id: str, suggestion_id: str
) -> Done:
    """Gives a mentee another mentor, and keeps that suggestion."""
    actions.change_mentor(
        request.me,
        programme_id,
        _cohort(cohort_id),
        suggestion_id,
        mentor_id=given.mentor_id,
        now=request.now,
    )
    view = suggestion_page(request.me, programme_id, _cohort(cohort_id), suggestion_id, now=request.now)
    return Done(f"{view.place}/suggestions/{suggestion_id}", view)


def _cohort(part: str) -> str:
    return "" if part == EVERYBODY else part


def _board(
    request: Request, programme_id: str, cohort_id: str, after: str = "", suggestion_id: str = ""
) -> Done:
    """Back to where on the board it was decided."""
    view = board(request.me, programme_id, _cohort(cohort_id), after=after)
    query = f"?{urlencode({'after': after})}" if after else ""
    place = f"#s-{suggestion_id}" if suggestion_id else ""
    return Done(f"{place_of(programme_id, _cohort(cohort_id))}{query}{place}", view)
