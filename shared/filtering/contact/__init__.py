"""Contact details: found by their shape. Each kind has its own small module."""

from .details import Detail, details_in
from .pieces import pieces_across

__all__ = ["Detail", "details_in", "pieces_across"]
