"""What can go wrong in a way that the person (or program) asking should hear about.

Each says a plain sentence, a machine code and, where there is one, the field. functions/web turns them
into a page or JSON with the right status; nothing else knows about HTTP.
"""

from collections.abc import Iterable


class SignpostError(Exception):
    """A refusal with a sentence that says what to do."""

    code = "refused"

    def __init__(self, sentence: str, *, field: str = "", code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.code = code or self.code


class Invalid(SignpostError):
    """What was sent cannot be taken as it is."""

    code = "invalid"

    def __init__(
        self, sentence: str, *, field: str = "", code: str = "", more: tuple["Invalid", ...] = ()
    ) -> None:
        super().__init__(sentence, field=field, code=code)
        self.all: tuple[Invalid, ...] = (self, *more)
        """This error and those of other fields found in the same reading."""


def all_of(problems: Iterable[Invalid]) -> Invalid:
    """Several errors, of which there must be one, as one."""
    first, *more = problems
    return Invalid(first.sentence, field=first.field, code=first.code, more=tuple(more))


class BrokenLink(Invalid):
    """What follows the question mark is not what our own pages put there."""

    def __init__(self, *, field: str = "") -> None:
        sentence = "This link is not complete. Please open the page again."
        super().__init__(sentence, field=field, code="bad_link")


def require_none(problems: Iterable[Invalid]) -> None:
    """Raises everything that was found wrong, if anything was, as one error."""
    found = tuple(problems)
    if found:
        raise all_of(found)


class SignedOut(SignpostError):
    """Nobody is signed in, or not any longer."""

    code = "signed_out"


class Refused(SignpostError):
    """Understood, and not allowed: a stale form, a wrong origin."""

    code = "refused"


class NotYetAgreed(Refused):
    """Something has to be agreed to first."""

    code = "not_yet_agreed"


NOT_FOUND = "We could not find that page."


class NotFound(SignpostError):
    """There is no such thing, or none that this person may see. The two are told apart by nothing."""

    code = "not_found"

    def __init__(self, sentence: str = NOT_FOUND, *, field: str = "", code: str = "") -> None:
        super().__init__(sentence, field=field, code=code)


class Conflict(SignpostError):
    """Somebody or something else was first. The sentence says who or what."""

    code = "conflict"


class Busy(Conflict):
    """Others wrote at the same moment, and went on doing so. The form comes back as it was filled in."""

    code = "busy"

    def __init__(self) -> None:
        super().__init__("Somebody else changed something here just now. Please look, and send it once more.")


class TooMany(SignpostError):
    """Too many tries. `after` is the number of seconds to wait."""

    code = "too_many"

    def __init__(self, sentence: str, *, after: int) -> None:
        super().__init__(sentence)
        self.after = after


class TooLarge(SignpostError):
    """More than can be taken at once."""

    code = "too_large"


class UnsupportedType(SignpostError):
    """The body is of a kind that is not read here."""

    code = "unsupported_type"
