"""Looking back: the review and the report of each side, for their author and the staff alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pynamodb.transactions import TransactWrite

from shared.conversations.ending_items import Ending, belongs_to, ending_key
from shared.conversations.items import Pair
from shared.conversations.naming import problem_with_names
from shared.conversations.private_words import PrivateWords, add_concern, look_through, worry_of
from shared.conversations.rules import Checker, as_typed
from shared.filtering import check
from shared.people.permissions import Viewer, require
from shared.platform.errors import Busy, Conflict, Invalid, NotFound, require_none
from shared.platform.tables import Lost, find, is_new, transaction
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.help import Helper, help_of

from .items import LookingBack, looking_back_key
from .opening import Opened, open_pair
from .payments import add_payment, pays
from .rules import What, longest_answer, problems_with, questions_of

TRIES = 4
TITLES: dict[What, str] = {"review": "Looking back", "report": "Your report"}
IN_ALREADY = (
    "You have handed this in already, so what you typed now was not added. Your words are still here."
)
NOT_YET = "This is not asked yet. It comes towards the end."
REMOVED = "What was written here is not kept any more, so nothing can be added."


@dataclass(frozen=True)
class Answered:
    """One question, with what was answered; empty where nothing was."""

    number: int
    question: str
    answer: str


@dataclass(frozen=True)
class LookingBackPage:
    """One's own review or report: to be written, or as it was handed in."""

    pair_id: str
    programme_name: str
    part: str
    what: str
    title: str
    questions: tuple[Answered, ...]
    most: int
    """Characters of one answer."""
    is_open: bool
    handed_in_at: datetime | None
    due_on: date | None
    """Of a report: by when it is due."""
    pounds: int
    """What becomes payable with a mentor's report, in pounds; 0 where nothing does."""
    help_now: tuple[Helper, ...]
    """Where help is to be had at once, after somebody wrote of a worry of their own."""


def looking_back(
    viewer: Viewer, pair_id: str, what: What, *, worried: bool = False, now: datetime
) -> LookingBackPage:
    """Two GetItems and one BatchGetItem. Raises NotFound for who is not in the pair, and where it is not
    asked of them."""
    opened = open_pair(viewer, pair_id, now=now)
    require(opened.part != "staff")
    part, policy = opened.part, opened.together.programme.policy if opened.together.programme else None
    stored = find(LookingBack, *looking_back_key(pair_id, what, part))
    asked = questions_of(what, opened.endings, part)
    if stored is None and not asked:
        raise NotFound
    report = opened.endings.report_of(part) if what == "report" else None
    return LookingBackPage(
        pair_id=pair_id,
        programme_name=opened.pair.programme_name,
        part=part,
        what=what,
        title=TITLES[what],
        questions=answered(stored) if stored else tuple(Answered(n, one, "") for n, one in _numbered(asked)),
        most=longest_answer(asked),
        is_open=stored is None and _is_open(opened, what),
        handed_in_at=stored.written_at if stored else None,
        due_on=opened.standing.due_on(report) if report else None,
        pounds=report.honorarium_pounds if report else 0,
        help_now=help_of(policy) if policy and worried and part == "mentee" else (),
    )


def _numbered(asked: list[str]) -> list[tuple[int, str]]:
    return list(enumerate(asked, 1))


def _is_open(opened: Opened, what: What) -> bool:
    return opened.pair.removed_at is None and opened.standing.is_asked(what, opened.endings, opened.part)


def answered(stored: LookingBack) -> tuple[Answered, ...]:
    """As it was asked and answered then."""
    return tuple(
        Answered(number, str(one["question"]), str(one["answer"]))
        for number, one in enumerate(stored.answers, 1)
    )


def hand_in(
    viewer: Viewer,
    pair_id: str,
    what: What,
    answers: Mapping[int, str],
    *,
    not_a_name: bool = False,
    checker: Checker = check,
    now: datetime,
) -> bool:
    """Keeps one's review or report, once. A worry in it becomes a concern with it, in one transaction; with a
    mentor's report their honorarium becomes payable. Returns whether its writer is shown where help is.

    Sent again with the same answers, nothing changes. Raises NotFound for who is not in the pair or is not
    asked, Invalid for answers that cannot be kept, or name the mentee in a mentor's account unless
    `not_a_name`, Conflict where it is not asked yet or is in already.
    """
    opened = open_pair(viewer, pair_id, now=now)
    require(opened.part != "staff")
    asked = questions_of(what, opened.endings, opened.part)
    typed = {number: as_typed(answers.get(number, "")) for number, _ in _numbered(asked)}
    key = looking_back_key(pair_id, what, opened.part)
    earlier = find(LookingBack, *key)
    if earlier is not None and not asked:
        raise Conflict(IN_ALREADY, code="in_already")
    require(bool(asked))
    programme = opened.together.programme
    words = _read(typed, asked, opened.part, programme, checker)
    if earlier is None:
        _require_open(opened, what)
        if opened.part == "mentor" and not (
            not_a_name or words
        ):  # a worry is never kept waiting for its wording
            _require_unnamed(typed, opened.pair)
    kept = [{"question": one, "answer": typed[number]} for number, one in _numbered(asked)]
    for _ in range(TRIES):
        if earlier is not None:
            if [one["answer"] for one in earlier.answers] != [one["answer"] for one in kept]:
                raise Conflict(IN_ALREADY, code="in_already")
            return words is not None and words.shows_help(opened.part)
        try:
            _keep(viewer, opened, what, kept, words, programme, now)
            return words is not None and words.shows_help(opened.part)
        except Lost:
            earlier = find(LookingBack, *key)
    raise Busy


def _read(
    typed: Mapping[int, str],
    asked: list[str],
    part: str,
    programme: RunningProgramme | None,
    checker: Checker,
) -> PrivateWords | None:
    """The worries in the answers as one, if there are any."""
    wrong = problems_with(typed, asked)
    require_none(Invalid(sentence, field=f"answer_{number}") for number, sentence in wrong.items())
    return worry_of(
        look_through(one, part=part, programme=programme, checker=checker, field=f"answer_{number}")
        for number, one in typed.items()
        if one
    )


def _require_unnamed(typed: Mapping[int, str], pair: Pair) -> None:
    named = (problem_with_names(one, pair, field=f"answer_{number}") for number, one in typed.items())
    require_none(problem for found in named for problem in found)


def _require_open(opened: Opened, what: What) -> None:
    if opened.pair.removed_at is not None:
        raise Conflict(REMOVED, code="removed")
    if not opened.standing.is_asked(what, opened.endings, opened.part):
        raise Conflict(NOT_YET, code="not_yet")


def _keep(
    viewer: Viewer,
    opened: Opened,
    what: What,
    kept: list[dict[str, str]],
    words: PrivateWords | None,
    programme: RunningProgramme | None,
    now: datetime,
) -> None:
    pair, part = opened.pair, opened.part
    paper = LookingBack(
        *looking_back_key(pair.pair_id, what, part),
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        what=what,
        author_id=viewer.person_id,
        author_role=part,
        answers=kept,
        written_at=now,
    )
    pounds = pays(opened) if what == "report" else 0
    with transaction() as write:
        if words is not None:
            cause = (what, pair.pair_id, viewer.person_id)
            made = add_concern(write, words, pair=pair, part=part, cause=cause, programme=programme, now=now)
            paper.concern_id = made or None
        write.save(paper, condition=is_new(LookingBack))
        _note_in(write, pair, what, part, now)
        if pounds:
            add_payment(write, pair, pounds, now=now)


def _note_in(write: TransactWrite, pair: Pair, what: What, part: str, now: datetime) -> None:
    fields = {
        ("review", "mentor"): Ending.mentor_review_at,
        ("review", "mentee"): Ending.mentee_review_at,
        ("report", "mentor"): Ending.mentor_report_at,
        ("report", "mentee"): Ending.mentee_report_at,
    }
    said = [*belongs_to(pair), fields[what, part].set(now)]
    write.update(Ending(*ending_key(pair.pair_id)), said, add_version_condition=False)
