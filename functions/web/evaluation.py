"""Evaluation: what mentees and mentors are asked of how it goes, and what came of it."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field, model_validator

from shared.evaluation.answering import answer_form
from shared.evaluation.results import ResultsView, results, sheet
from shared.evaluation.views import FormPage, FormsPage, form_page, forms_page
from shared.evaluation.words import WordsView, words

from .access import PARTICIPANT, STAFF_ONLY
from .forms import Given, gather_answers
from .request import Request
from .respond import Done, Text
from .routing import Area

area = Area(__name__)

FORMS = "/pairs/{pair_id}/forms"
RESULTS = "/programmes/{programme_id}/cohorts/{cohort_id}/evaluation"
CSV = "text/csv"


class FormAnswers(Given):
    """What somebody answers to a form. A form sends each answer as `answer_<question id>`. `key` is the
    form's: sent again, it is kept once."""

    answers: dict[str, str] = Field(
        default={},
        description="Question id -> `1` to `5`, one of the choices, words, or `not_said` for who would "
        "rather not say.",
    )
    version: str = Field(max_length=40, description="The `version` of the questions that were read.")
    key: str = Field(min_length=1, max_length=100)

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, fields: Any) -> Any:
        return gather_answers(fields)


@dataclass(frozen=True)
class FormKept:
    """A form that was answered."""

    form_id: str


@area.get(
    FORMS,
    who=PARTICIPANT,
    page="evaluation/forms.html",
    gives=FormsPage,
    asks={"worried": "`yes` right after writing of a worry.", "kept": "`yes` right after answering."},
)
def show_forms(request: Request, pair_id: str) -> FormsPage:
    """What the viewer is asked of how it goes, and what they have answered."""
    return forms_page(request.me, pair_id, worried=request.query.get("worried") == "yes", now=request.now)


@area.get(FORMS + "/{form_id}", who=PARTICIPANT, page="evaluation/form.html", gives=FormPage)
def show_form(request: Request, pair_id: str, form_id: str) -> FormPage:
    """A form to be answered, or as it was answered."""
    return form_page(request.me, pair_id, form_id, now=request.now)


@area.post(
    FORMS + "/{form_id}", who=PARTICIPANT, takes=FormAnswers, gives=FormKept, again=show_form, is_private=True
)
def answer(request: Request, given: FormAnswers, pair_id: str, form_id: str) -> Done:
    """Answers a form, once."""
    shows_help = answer_form(
        request.me,
        pair_id,
        form_id,
        given=given.answers,
        version=given.version,
        key=given.key,
        now=request.now,
    )
    to = f"/pairs/{pair_id}/forms?kept=yes" + ("&worried=yes" if shows_help else "")
    return Done(to, FormKept(form_id), created=True)


@area.get(RESULTS, who=STAFF_ONLY, page="evaluation/results.html", gives=ResultsView)
def show_results(request: Request, programme_id: str, cohort_id: str) -> ResultsView:
    """What came of the evaluation in a cohort, counted; `everybody` stands for those in none."""
    return results(request.me, programme_id, cohort_id, now=request.now)


@area.get(RESULTS + "/sheet", who=STAFF_ONLY, gives=str, media=CSV)
def download(request: Request, programme_id: str, cohort_id: str) -> Text:
    """The same numbers as a CSV file; what is not shown on the page is not in it."""
    return Text(
        sheet(request.me, programme_id, cohort_id, now=request.now), CSV, download_as="evaluation.csv"
    )


@area.get(
    RESULTS + "/words",
    who=STAFF_ONLY,
    page="evaluation/words.html",
    gives=WordsView,
    asks={
        "form": "The id of the form.",
        "version": "The version of its questions.",
        "question": "The id of the question.",
        "after": "The `next` of the page before.",
    },
)
def show_words(request: Request, programme_id: str, cohort_id: str) -> WordsView:
    """What people wrote to one question, without their names."""
    of = (request.query.get(name, "") for name in ("form", "version", "question"))
    after = request.query.get("after", "")
    return words(request.me, programme_id, cohort_id, *of, after=after, now=request.now)
