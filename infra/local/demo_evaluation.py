"""What the demonstration's people are asked of how it goes.

Those of today are asked, and one has answered. A cohort of the spring is over, and its people have left: only
what they answered is there, counted and published as it was when they did. The last two came too late to be
shown.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.cohorts.support import name_supporter
from shared.evaluation.answering import answer_form
from shared.evaluation.asking import ask
from shared.evaluation.counting import Place, count_answers
from shared.evaluation.items import Words, words_key, words_listing
from shared.evaluation.publishing import publish
from shared.evaluation.rules import repeated, version_of
from shared.evaluation.views import form_page
from shared.people.permissions import Viewer
from shared.platform.ids import derived_id, drawn_id
from shared.platform.tables import transaction
from shared.policies import Policy
from shared.policies.evaluation import EvaluationForm
from shared.programmes.actions import create_cohort, load_programme
from shared.programmes.rules import last_day

START = "4232 3343 2424 5332 3323 4423 2332 3422 4343 3232 2313 3433 4232 3324 5433 2332 3243 2431 4322"
END = "4545 4454 3535 5544 4434 5545 3443 4534 5454 4343 3424 4544 5343 4435 5544 3454"
"""How the spring's mentees answered what is asked at both times, a figure for each question. There are
ROUNDS of each, and the last three of them had no time at the end."""
HEARD = "5454554543454555"
RECOMMEND = "Yes Yes Yes Perhaps Yes Yes No Yes Yes Yes Yes Perhaps Yes Yes Yes Yes"
ROUNDS = 2
TOO_LATE = 2
"""So many answered after the morning on which the others' answers came in: too few to come in themselves."""
HELPED = (
    "That somebody who does the job answered every question I had, even the silly ones.",
    "Hearing how my mentor got it wrong at first and carried on.",
    "The list of apprenticeships. I had not known that there were any near us.",
    "Being asked what I like, and not only what marks I get.",
    "I could write when I had time, and there was always an answer at the weekend.",
    "Seeing that people like me do this.",
    "She read my application and said what was good about it before anything else.",
)
CHANGE = (
    "Ten weeks went by quickly. A bit longer would be better.",
    "Tell us at the beginning what one can ask about.",
    "Nothing, it was good.",
    "I would have liked to hear from somebody who is at university now as well.",
    "A reminder at the weekend would help me to write.",
)


def ask_how_it_goes(
    coordinator: Viewer, programme_id: str, cohort_id: str, *, answers: tuple[Viewer, str], at: datetime
) -> None:
    """`answers`: one mentee who has answered, on the page of their conversation."""
    name_supporter(coordinator, programme_id, coordinator.person_id, cohort_id=cohort_id, now=at)
    ask(programme_id, now=at)
    mentee, pair_id = answers
    form = form_page(mentee, pair_id, "beginning", now=at)
    said = {one.id: "3" if one.options else "What engineers do on an ordinary day." for one in form.questions}
    answer_form(mentee, pair_id, form.form_id, given=said, version=form.version, key="demo-form", now=at)
    _spring(programme_id, at=at)


def _spring(programme_id: str, *, at: datetime) -> None:
    begun = at - timedelta(weeks=26)
    cohort_id = create_cohort(
        programme_id,
        "Spring",
        starts_on=begun.date(),
        ends_on=last_day(begun.date(), weeks=10),
        now=begun,
    )
    place, policy = Place(programme_id, cohort_id), load_programme(programme_id).policy
    start, end = (_form(policy, form_id) for form_id in ("beginning", "finish"))
    ((_, same),) = repeated(end, policy.evaluation)
    first = [dict(zip(same, one, strict=True)) | {"wish": ""} for one in START.split() * ROUNDS]
    last = [_at_the_end(number, same) for number in range(len(END.split()) * ROUNDS)]
    for form, answers, weeks in (
        (start, first, 0),
        (end, last[:-TOO_LATE], 9),
        (end, last[-TOO_LATE:], 10),
    ):
        for number, said in enumerate(answers):
            _answer(place, policy, form, said, number=number, at=begun + timedelta(weeks=weeks))
        publish(programme_id, now=begun + timedelta(weeks=weeks, days=1))


def _answer(
    place: Place, policy: Policy, form: EvaluationForm, said: dict[str, str], *, number: int, at: datetime
) -> None:
    fewest = policy.evaluation.fewest_shown
    with transaction() as write:
        count_answers(write, place, form, said, is_asked=True, fewest=fewest, now=at)
    _write(place, form, number, said)


def _form(policy: Policy, form_id: str) -> EvaluationForm:
    return next(one for one in policy.evaluation.forms if one.id == form_id)


def _at_the_end(number: int, same: list[str]) -> dict[str, str]:
    words = {"helped": HELPED, "change": CHANGE}
    which = number % len(END.split())
    return {
        **dict(zip(same, END.split()[which], strict=True)),
        "heard": HEARD[which],
        "safe": "4" if which % 5 == 1 else "5",
        "recommend": RECOMMEND.split()[which],
        **{name: texts[number] if number < len(texts) else "" for name, texts in words.items()},
    }


def _write(place: Place, form: EvaluationForm, number: int, said: dict[str, str]) -> None:
    for question in form.questions:
        if question.kind == "text" and said[question.id]:
            pair_id = derived_id("a pair of the spring", place.cohort_id, str(number))
            words_id = drawn_id()
            listing = words_listing(*place, form.id, version_of(form), question.id)
            Words(
                *words_key(pair_id, words_id),
                mentor_id="left",
                mentee_id="left",
                text=said[question.id],
                listing=listing,
                listing_order=words_id,
            ).save()
