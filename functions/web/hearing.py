"""The words of a mentee or mentor in a form that is refused: before the refusal is answered, they are looked
through for a worry. One place for every form; which of them are private their routes say."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, get_origin

from annotated_types import MaxLen
from pydantic.fields import FieldInfo

from shared.conversations.refused import RefusedForm, hear_refused
from shared.people.permissions import PARTICIPANTS

from .forms import Given
from .request import Request

if TYPE_CHECKING:
    from .routing import Route

OF_PARTICIPANTS = ("participant", "signed_in")
"""Names of those for whom a route is, with participants among them."""


def hear(route: "Route", request: Request) -> None:
    """Looks through what was typed, and keeps in `request.heard` where help is, for a mentee who wrote of a
    worry. Raises Busy, and whatever else keeps a concern from being stored: then the form is to be sent
    once more, so that nothing counts as heard that was not."""
    viewer = request.signed_in
    if viewer is None or route.who.name not in OF_PARTICIPANTS or not viewer.roles & PARTICIPANTS:
        return
    texts = tuple(words_in(route.takes, request.typed))
    if not texts:
        return
    if route.hears is not None:
        request.heard = route.hears(request, texts)
        return
    form = RefusedForm(
        texts,
        pair_id=request.params.get("pair_id", ""),
        programme_id=request.params.get("programme_id", ""),
        is_private=route.is_private,
    )
    request.heard = hear_refused(viewer, form, now=request.now)


def words_in(model: type[Given] | None, typed: dict[str, Any]) -> Iterator[str]:
    """Every text that was typed, whatever its field is called, but what is no words: numbers, and the one
    word of a field that takes a choice, an id or a day."""
    known = model.model_fields if model else {}
    for name, value in typed.items():
        is_bounded = name in known and _is_bounded(known[name])
        for text in _texts(value):
            if any(one.isalpha() for one in text) and not (is_bounded and len(text.split()) == 1):
                yield text


def _is_bounded(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is Literal or any(isinstance(one, MaxLen) for one in field.metadata)


def _texts(value: Any) -> Iterator[str]:
    """The texts in what a program may send, in their order, however deep they lie."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += reversed(one.values())
        elif isinstance(one, list):
            waiting += reversed(one)
