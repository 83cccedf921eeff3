"""What is raised for a picture that is not as its kind should be."""


class Unreadable(ValueError):
    """It cannot be read to its end, so nobody knows what is in it."""


def require(holds: bool, what: str) -> None:
    """Raises Unreadable unless it holds."""
    if not holds:
        raise Unreadable(what)
