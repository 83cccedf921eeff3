"""What people say would suit them before they are matched: on their own page, or by staff for them."""

from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from shared.matching import declaring
from shared.matching.declared import OwnWishes, TheirWishes, own_wishes, wishes_of
from shared.people.permissions import Role

from .access import PARTICIPANT_ALWAYS, STAFF_ONLY
from .forms import Given, gather_answers
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

Line = Annotated[str, Field(max_length=300)]
OWN = "/taking-part/{programme_id}/matching"
THEIRS = "/programmes/{programme_id}/people/{person_id}/wishes"
AS_MENTOR = {"as": "`mentor` for what somebody said as a mentor; else as a mentee."}


class WishesGiven(Given):
    """What would suit somebody, in the place of what they said before: what is left out is not chosen. A form
    sends what was chosen of each question as `answer_<id>`."""

    answers: dict[Line, list[Line]] = Field(default={}, description="Question -> what was chosen.")
    mentors: list[Line] = Field(default=[], description="Of a mentee: the person_ids of those asked for.")
    most: Line = Field("", description="Of a mentor: how many mentees at most; empty for any number.")
    is_shown: Line = Field("", description="Of a mentor: `yes` to be shown to mentees of the cohort.")

    _gathered = model_validator(mode="before")(gather_answers)

    @field_validator("answers", mode="before")
    @classmethod
    def _one_is_a_list(cls, answers: Any) -> Any:
        if not isinstance(answers, dict):
            return answers
        return {name: [chosen] if isinstance(chosen, str) else chosen for name, chosen in answers.items()}

    @property
    def said(self) -> declaring.Said:
        """The same as the domain takes it."""
        return declaring.Said(self.answers, self.mentors, self.most, self.is_shown == "yes")


class NameGiven(Given):
    """Somebody with whom one must not be matched."""

    name: Line = Field("", description="As you would say it: Catriona Murray, Miss Murray.")
    how: Line = Field("", description="family, school, known or other.")


class WishesEntered(WishesGiven):
    """The same, entered for somebody."""

    role: Line = Field("mentee", description="As what: mentee or mentor.")


class NameEntered(NameGiven):
    """The same, entered for somebody."""

    role: Line = Field("mentee", description="As what: mentee or mentor.")


class NameTaken(Given):
    """A name that is taken away."""

    taken: Line = Field(min_length=1, description="The name as it was written.")
    role: Line = Field("mentee", description="As what: mentee or mentor.")


class NotApart(Given):
    """Somebody with whom a person may be brought together after all."""

    other_id: Line = Field(min_length=1, description="Their person_id.")
    role: Line = Field("mentee", description="What the person is: mentee or mentor.")


# ── One's own ──────────────────────────────────────────────────────────────


@area.get(OWN, who=PARTICIPANT_ALWAYS, page="matching/own_wishes.html", gives=OwnWishes)
def show_own(request: Request, programme_id: str) -> OwnWishes:
    """What one would like in being matched."""
    is_kept = request.query.get("kept") == "yes"
    return own_wishes(request.me, programme_id, is_kept=is_kept, now=request.now)


@area.post(OWN, who=PARTICIPANT_ALWAYS, takes=WishesGiven, gives=OwnWishes, again=show_own)
def say(request: Request, given: WishesGiven, programme_id: str) -> Done:
    """Keeps what one would like in being matched."""
    declaring.say_wishes(request.me, programme_id, given.said, now=request.now)
    return _own(request, programme_id)


@area.post(OWN + "/names", who=PARTICIPANT_ALWAYS, takes=NameGiven, gives=OwnWishes, again=show_own)
def name_somebody(request: Request, given: NameGiven, programme_id: str) -> Done:
    """Notes somebody with whom one must not be matched."""
    declaring.say_whom_one_knows(request.me, programme_id, name=given.name, how=given.how, now=request.now)
    return _own(request, programme_id)


def _own(request: Request, programme_id: str) -> Done:
    view = own_wishes(request.me, programme_id, is_kept=True, now=request.now)
    return Done(f"/taking-part/{programme_id}/matching?kept=yes", view)


# ── Staff ──────────────────────────────────────────────────────────────────


@area.get(THEIRS, who=STAFF_ONLY, page="matching/their_wishes.html", gives=TheirWishes, asks=AS_MENTOR)
def show_theirs(request: Request, programme_id: str, person_id: str) -> TheirWishes:
    """What somebody would like in being matched, and whom they are kept apart from."""
    role = _role(str(request.typed.get("role") or request.query.get("as", "")))
    return wishes_of(request.me, programme_id, person_id, role, now=request.now)


@area.post(THEIRS, who=STAFF_ONLY, takes=WishesEntered, gives=TheirWishes, again=show_theirs)
def enter(request: Request, given: WishesEntered, programme_id: str, person_id: str) -> Done:
    """Enters for somebody what they would like in being matched."""
    role = _role(given.role)
    declaring.enter_wishes(request.me, programme_id, person_id, role, given.said, now=request.now)
    return _theirs(request, programme_id, person_id, role)


@area.post(THEIRS + "/names", who=STAFF_ONLY, takes=NameEntered, gives=TheirWishes, again=show_theirs)
def enter_name(request: Request, given: NameEntered, programme_id: str, person_id: str) -> Done:
    """Notes for somebody with whom they must not be matched."""
    role = _role(given.role)
    declaring.enter_whom_they_know(
        request.me, programme_id, person_id, role, name=given.name, how=given.how, now=request.now
    )
    return _theirs(request, programme_id, person_id, role)


@area.post(THEIRS + "/names/take-away", who=STAFF_ONLY, takes=NameTaken, gives=TheirWishes, again=show_theirs)
def take_name_away(request: Request, given: NameTaken, programme_id: str, person_id: str) -> Done:
    """Takes a name away with whom somebody was not to be matched."""
    role = _role(given.role)
    declaring.forget_whom_they_know(
        request.me, programme_id, person_id, role, name=given.taken, now=request.now
    )
    return _theirs(request, programme_id, person_id, role)


@area.post(THEIRS + "/apart/end", who=STAFF_ONLY, takes=NotApart, gives=TheirWishes, again=show_theirs)
def end_apart(request: Request, given: NotApart, programme_id: str, person_id: str) -> Done:
    """Lets two be brought together again who were kept apart."""
    role = _role(given.role)
    is_mentor = role == Role.MENTOR
    declaring.let_meet_again(
        request.me,
        programme_id,
        mentor_id=person_id if is_mentor else given.other_id,
        mentee_id=given.other_id if is_mentor else person_id,
        now=request.now,
    )
    return _theirs(request, programme_id, person_id, role)


def _role(said: str) -> Role:
    return Role.MENTOR if said == "mentor" else Role.MENTEE


def _theirs(request: Request, programme_id: str, person_id: str, role: Role) -> Done:
    view = wishes_of(request.me, programme_id, person_id, role, now=request.now)
    return Done(f"/programmes/{programme_id}/people/{person_id}/wishes?as={role}", view)
