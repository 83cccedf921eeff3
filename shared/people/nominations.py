"""Those whom educators have put forward, and whether they are invited: a coordinator decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.tables import Lost, find, transaction
from shared.policies.people import Question
from shared.programmes.actions import RunningProgramme, cohorts_of, load_programme
from shared.programmes.cohorts import asked_for, cohort_of
from shared.programmes.desk import end_nominee
from shared.programmes.items import Cohort
from shared.programmes.rules import is_over

from .actions.invitations import invite_one, questions_about, read_person
from .educators import on_desk
from .invitation_items import Nominee, nominee_key, nominees_listing
from .permissions import Role, Viewer, may_manage_people, may_see_people, programme_name, require
from .rules import Row

MOST_SHOWN = 50
MEANWHILE = "Somebody else decided on this at the same moment. Please look again."
COHORT_OVER = "{name} is over. Please say no, and invite {first_name} to another cohort yourself."
ASKED_ANEW = "What is asked has changed since {first_name} was put forward. {problem} Please ask {educator}."


@dataclass(frozen=True)
class Answer:
    """What was answered about somebody."""

    question: str
    answer: str


@dataclass(frozen=True)
class NominationRow:
    """Somebody who was put forward."""

    educator_id: str
    educator_name: str
    invitation_id: str
    name: str
    address: str
    school: str
    cohort_name: str
    answers: tuple[Answer, ...]
    nominated_at: datetime


@dataclass(frozen=True)
class NominationsView:
    """Those on whom nobody has decided, the longest waiting first."""

    programme_id: str
    programme_name: str
    waiting: tuple[NominationRow, ...]
    has_more: bool
    """Others follow, once these are decided on."""
    may_decide: bool


def nominations(viewer: Viewer, programme_id: str) -> NominationsView:
    """Two Queries and a GetItem. Raises NotFound for who is not on the staff."""
    require(may_see_people(viewer, programme_id))
    found = [
        one
        for one in Nominee.by_listing.query(nominees_listing(programme_id), limit=MOST_SHOWN + 1)
        if isinstance(one, Nominee)
    ]
    programme = load_programme(programme_id)
    cohorts = {one.cohort_id: one for one in cohorts_of(programme_id)} if found else {}
    return NominationsView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        waiting=tuple(_row(one, programme, cohorts) for one in found[:MOST_SHOWN]),
        has_more=len(found) > MOST_SHOWN,
        may_decide=may_manage_people(viewer, programme_id),
    )


def _row(one: Nominee, programme: RunningProgramme, cohorts: Mapping[str, Cohort]) -> NominationRow:
    cohort = cohorts.get(one.cohort_id or "")
    words = {question.id: question.words for question in asked_for(programme.policy, cohort)}
    return NominationRow(
        educator_id=one.educator_id,
        educator_name=one.educator_name,
        invitation_id=one.invitation_id,
        name=f"{one.first_name} {one.surname}",
        address=one.address,
        school=one.school or "",
        cohort_name=cohort.name if cohort else "",
        answers=tuple(Answer(words.get(name, name), str(said)) for name, said in (one.answers or {}).items()),
        nominated_at=one.nominated_at,
    )


def decide_on_nominee(
    viewer: Viewer, programme_id: str, educator_id: str, invitation_id: str, *, decision: str, now: datetime
) -> None:
    """`invite` or `decline`. Raises as these two do, and Invalid for anything else."""
    _load(viewer, programme_id, educator_id, invitation_id)
    actions = {"invite": invite_nominee, "decline": decline_nominee}
    if decision not in actions:
        raise Invalid("Please choose one of the answers offered.", field="decision")
    actions[decision](viewer, programme_id, educator_id, invitation_id, now=now)


def invite_nominee(
    viewer: Viewer, programme_id: str, educator_id: str, invitation_id: str, *, now: datetime
) -> None:
    """Invites somebody who was put forward. Sent again, it is done once. Raises NotFound, and Conflict where
    they cannot be invited as things are now: they are here already, or the cohort is full or over."""
    nominee = _load(viewer, programme_id, educator_id, invitation_id)
    if nominee.state == "invited":
        return
    _require_waiting(nominee)
    programme = load_programme(programme_id)
    cohort = cohort_of(programme_id, nominee.cohort_id or "")
    if cohort is not None and is_over(cohort.ends_on, now):
        over = COHORT_OVER.format(name=cohort.name, first_name=nominee.first_name)
        raise Conflict(over, code="cohort_over")
    person = _read(nominee, questions_about(programme, Role.MENTEE, cohort))
    _decide(nominee, "invited", viewer, now)

    def also(write: TransactWrite) -> None:
        write.save(nominee)
        end_nominee(write, programme_id, on_desk(nominee), now=now)

    invite_one(
        programme,
        Role.MENTEE,
        person,
        by=viewer.person_id,
        cohort=cohort,
        nominated_by=educator_id,
        also=also,
        now=now,
    )


def decline_nominee(
    viewer: Viewer, programme_id: str, educator_id: str, invitation_id: str, *, now: datetime
) -> None:
    """Decides that somebody is not invited; their educator sees it. Sent again, it is done once. Raises
    NotFound, and Conflict when somebody else decided otherwise."""
    nominee = _load(viewer, programme_id, educator_id, invitation_id)
    if nominee.state == "declined":
        return
    _require_waiting(nominee)
    _decide(nominee, "declined", viewer, now)
    try:
        with transaction() as write:
            write.save(nominee)
            end_nominee(write, programme_id, on_desk(nominee), now=now)
    except Lost:
        raise Conflict(MEANWHILE, code="changed_meanwhile") from None


def _load(viewer: Viewer, programme_id: str, educator_id: str, invitation_id: str) -> Nominee:
    require(may_manage_people(viewer, programme_id))
    found = find(Nominee, *nominee_key(programme_id, educator_id, invitation_id)) if invitation_id else None
    if found is None:
        raise NotFound
    return found


def _require_waiting(nominee: Nominee) -> None:
    if nominee.state != "waiting":
        raise Conflict(MEANWHILE, code="changed_meanwhile")


def _read(nominee: Nominee, questions: tuple[Question, ...]) -> Row:
    """Held against what is asked now. Raises Conflict: on this page there is no field to put right."""
    try:
        return read_person(
            nominee.first_name,
            nominee.surname,
            nominee.address,
            school=nominee.school or "",
            questions=questions,
            answers=nominee.answers or {},
        )
    except Invalid as invalid:
        sentence = ASKED_ANEW.format(
            first_name=nominee.first_name, problem=invalid.sentence, educator=nominee.educator_name
        )
        raise Conflict(sentence, code="asked_anew") from invalid


def _decide(nominee: Nominee, state: str, viewer: Viewer, now: datetime) -> None:
    nominee.state, nominee.decided_by, nominee.decided_at = state, viewer.person_id, now
    nominee.listing = nominee.listing_order = None
