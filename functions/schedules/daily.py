"""Early each morning: what is looked after once a day, programme by programme.

Add a step to STEPS. Each is given a programme's id and the moment, and must be harmless to repeat on the same
day: a run that was not whole fails in the end, so that the alarm rings, and is tried again. One step that
fails stops no other, of the same programme or of another.

What was done is noted. A run begins with the programme whose turn was longest ago, stops while there is time
to stop, and leaves the rest to the next run: of however many programmes, none is always the last."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from chalice.app import Blueprint

from functions.reporting import count, counted, log_fault, logger
from shared.audit.anchoring import anchor_chain
from shared.audit.checking import check_step
from shared.conversations.retention import look_after_retention
from shared.endings.days import look_after_endings
from shared.evaluation.asking import ask
from shared.evaluation.publishing import publish
from shared.moderation.daily_summary import tell_what_waits
from shared.nudges.mornings import remind_of_forms, remind_of_reports
from shared.people.vetting_day import look_after_vetting
from shared.platform.clock import now
from shared.programmes.actions import every_programme
from shared.programmes.days_work import begin, left_today, note_done
from shared.progress.seldom import look_for_seldom
from shared.safeguarding.chain.checking import check_chain
from shared.safeguarding.concerns.looking_after import look_after_answered
from shared.safeguarding.papers.files import BucketOfFiles
from shared.silence.actions import look_for_silence
from shared.spot_checks.drawing import draw_week

functions = Blueprint(__name__)

FILES = BucketOfFiles()

Step = Callable[[str, datetime], None]
"""What is done for one programme (its id) on one day."""

LEFT_IN_THE_END = 20_000
"""Milliseconds that must be left to begin with another programme."""


BY_ITSELF = "Signpost"
RECORDS_A_DAY = 50_000
"""Audit records of a programme that are checked in one run: some seconds."""


class NotWhole(Exception):
    """Something could not be done in this run. Says which steps, and for how many programmes."""


def _check_chain(programme_id: str, moment: datetime) -> None:
    count("ChainsBroken", int(bool(check_chain(programme_id, now=moment))))


def _tell_what_waits(programme_id: str, moment: datetime) -> None:
    count("ToldWhatWaits", tell_what_waits(programme_id, now=moment))


def _look_after_answered(programme_id: str, moment: datetime) -> None:
    count("ConcernsGivenBack", look_after_answered(programme_id, now=moment).given_back)


def _draw_spot_checks(programme_id: str, moment: datetime) -> None:
    count("SpotChecksDrawn", len(draw_week(programme_id, now=moment)))


def _look_for_silence(programme_id: str, moment: datetime) -> None:
    count("MenteesGoneQuiet", look_for_silence(programme_id, now=moment).silent)


def _remind_of_reports(programme_id: str, moment: datetime) -> None:
    count("RemindedOfReports", remind_of_reports(programme_id, now=moment))


def _remind_of_forms(programme_id: str, moment: datetime) -> None:
    count("RemindedOfForms", remind_of_forms(programme_id, now=moment))


def _look_after_vetting(programme_id: str, moment: datetime) -> None:
    looked = look_after_vetting(programme_id, now=moment)
    count("MentorsReminded", looked.told)
    count("MentorsReckonedAnew", looked.reckoned)


def _look_after_endings(programme_id: str, moment: datetime) -> None:
    looked = look_after_endings(programme_id, now=moment)
    count("ConversationsEnded", looked.ended)
    count("EndingsListed", looked.listed)


def _ask_how_it_goes(programme_id: str, moment: datetime) -> None:
    count("PeopleAskedHowItGoes", ask(programme_id, now=moment))


def _publish_what_came_of_it(programme_id: str, moment: datetime) -> None:
    published = publish(programme_id, now=moment)
    count("EvaluationsPublished", published.copies)
    count("EvaluationWordsRemoved", published.words_removed)


def _look_after_retention(programme_id: str, moment: datetime) -> None:
    looked = look_after_retention(programme_id, store=FILES, now=moment)
    count("RemovalsAnnounced", looked.announced)
    count("ConversationsRemoved", looked.removed)


def _check_audit(programme_id: str, moment: datetime) -> None:
    """So many records a day; a longer chain is gone on with the next."""
    check = check_step(
        programme_id,
        by_name=BY_ITSELF,
        now=moment,
        enough=lambda walked: walked >= RECORDS_A_DAY,
        daily=True,
    )
    count("AuditRecordsBroken", int(check.state == "broken"))
    count("AuditRecordsLate", int(check.late))


def _anchor_audit(programme_id: str, moment: datetime) -> None:
    place = anchor_chain(programme_id, now=moment)
    if place:  # the log is a third place, which no function can change
        logger.info(
            "audit record", extra={"programme_id": programme_id, "known": f"{place.seq}:{place.hash}"}
        )


def _look_for_seldom(programme_id: str, moment: datetime) -> None:
    count("PairsTooSeldomInTouch", look_for_seldom(programme_id, now=moment))


STEPS: tuple[tuple[str, Step], ...] = (
    ("who is told of concerns", _check_chain),
    ("concerns that were answered", _look_after_answered),
    ("what waits to be read", _tell_what_waits),
    ("spot checks", _draw_spot_checks),
    ("mentees who have gone quiet", _look_for_silence),
    ("what mentors have shown", _look_after_vetting),
    ("conversations that end", _look_after_endings),
    ("how it goes", _ask_how_it_goes),
    ("what came of it", _publish_what_came_of_it),
    ("pairs that are too seldom in touch", _look_for_seldom),
    ("forms that wait", _remind_of_forms),
    ("reports that are due", _remind_of_reports),
    ("conversations whose time is over", _look_after_retention),
    ("audit check", _check_audit),
    ("audit anchor", _anchor_audit),
)


@functions.lambda_function(name="daily")
def daily(_event: dict[str, Any], context: Any) -> None:
    run(context, clock=now)


def run(context: Any, *, clock: Callable[[], datetime], steps: Sequence[tuple[str, Step]] = STEPS) -> None:
    """What is left of the day's work, for every programme. Raises NotWhole in the end when a step failed or
    the time was over."""
    failed: Counter[str] = Counter()
    for left in left_today(every_programme(), [name for name, _ in steps], now=clock()):
        if context.get_remaining_time_in_millis() < LEFT_IN_THE_END:
            failed["no time for every programme"] += 1
            break
        open_steps = [(name, step) for name, step in steps if name in left.steps]
        failed.update(_take_turn(left.programme_id, open_steps, clock))
    if failed:
        raise NotWhole(", ".join(f"{name} ({times})" for name, times in failed.items()))


def _take_turn(
    programme_id: str, steps: Sequence[tuple[str, Step]], clock: Callable[[], datetime]
) -> list[str]:
    """One programme's turn: the names of the steps that failed."""

    def note_begin(_programme_id: str, moment: datetime) -> None:
        begin(programme_id, now=moment)

    def note_end(_programme_id: str, moment: datetime) -> None:
        note_done(programme_id, well, now=moment)

    # What cannot be noted is done all the same: only its order, or a second time, hangs on that.
    noted = [_went_well("noting what is done", note_begin, programme_id, clock())]
    well = [name for name, step in steps if _went_well(name, step, programme_id, clock())]
    noted.append(_went_well("noting what is done", note_end, programme_id, clock()))
    failed = [name for name, _ in steps if name not in well]
    return failed if all(noted) else [*failed, "noting what is done"]


def _went_well(name: str, step: Step, programme_id: str, moment: datetime) -> bool:
    """Does one step for one programme, and hands in its metrics."""
    try:
        with counted():
            step(programme_id, moment)
    except Exception as error:
        log_fault("a step of the day failed", error, step=name, programme_id=programme_id)
        return False
    return True
