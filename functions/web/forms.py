"""From the fields that came to the model a handler takes, with sentences instead of error types."""

from typing import Annotated, Any, Literal, TypeVar, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.platform.errors import Invalid, all_of

from .request import UNREADABLE


class Given(BaseModel):
    """What a handler takes. Fields it does not know are refused, so that a program notices a misspelt one."""

    model_config = ConfigDict(frozen=True, extra="forbid")


G = TypeVar("G", bound=Given)

MISSING = "Please fill this in."
SENTENCES = {
    "missing": MISSING,
    "string_too_short": MISSING,
    "string_unicode": UNREADABLE,
    "string_type": "Please send this as text.",
    "literal_error": "Please choose one of the answers offered.",
    "enum": "Please choose one of the answers offered.",
    "int_parsing": "Please send a whole number.",
    "int_type": "Please send a whole number.",
    "bool_parsing": "Please answer yes or no.",
    "date_from_datetime_parsing": "Please give a date, for example 2026-11-30.",
    "date_parsing": "Please give a date, for example 2026-11-30.",
    "extra_forbidden": "There is no field of this name here.",
}


SECRET = {"format": "password"}
"""Marks a field, for the API's description too, that is never shown again."""


NotAName = Annotated[
    Literal["", "yes"],
    Field(description="`yes` where what looks like the mentee’s name in a mentor’s words is none."),
]
"""A field of what a mentor writes for themselves and the staff."""


ANSWER = "answer_"


def gather_answers(fields: Any) -> Any:
    """For a model whose `answers` a form sends one by one, each as `answer_<question id>`."""
    return gather(fields, ANSWER, into="answers")


def gather(fields: Any, prefix: str, *, into: str) -> Any:
    """The fields, those that begin with `prefix` gathered into one mapping by the rest of their names."""
    if not isinstance(fields, dict):
        return fields
    sent = {name.removeprefix(prefix): value for name, value in fields.items() if name.startswith(prefix)}
    if not sent:
        return fields
    return {name: value for name, value in fields.items() if not name.startswith(prefix)} | {into: sent}


def without_secrets(model: type[Given] | None, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that may be shown again."""
    known = model.model_fields if model else {}
    secret = {name for name, info in known.items() if info.json_schema_extra == SECRET}
    return {name: value for name, value in fields.items() if name not in secret}


def take(model: type[G], fields: dict[str, Any]) -> G:
    """The model filled in from `fields`. Raises Invalid with a sentence for every field that needs another
    look."""
    known = {name: _fit(model, name, value) for name, value in fields.items() if name != "csrf"}
    try:
        return model.model_validate(known)
    except ValidationError as error:
        raise all_of(_invalid(one) for one in error.errors(include_url=False)) from None


def _fit(model: type[Given], name: str, value: Any) -> Any:
    """A form sends a list of one as the one."""
    info = model.model_fields.get(name)
    wants_list = info is not None and get_origin(info.annotation) in (list, tuple)
    return [value] if wants_list and isinstance(value, str) else value


def _invalid(error: Any) -> Invalid:
    kind = error["type"]
    field = ".".join(str(part) for part in error["loc"])
    if kind == "string_too_long":
        most = error["ctx"]["max_length"]
        sentence = f"Please keep this to {most:,} characters. It has {len(error['input']):,} now."
    elif kind == "value_error":
        sentence = str(error["ctx"]["error"])
    else:
        sentence = SENTENCES.get(kind, "Please check this and send it again.")
    return Invalid(sentence, field=field, code=kind)
