"""E-mails about a pair: what they all say of it."""

from shared.notices.rules import Addressee, NewNotice, Template

from .items import Pair


def letter_about(
    pair: Pair, to: Addressee, template: Template, *, cause: tuple[str, ...], path: str = ""
) -> NewNotice:
    """An e-mail to one of the two, or to one of the staff. It leads to `path`, or else to their page."""
    return NewNotice.to(
        to,
        template,
        cause=cause,
        path=path or f"/pairs/{pair.pair_id}",
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
    )
