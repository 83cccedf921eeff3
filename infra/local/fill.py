"""Runs demo_data.fill as a function of the stack would run: in its own process, with their environment.

Tables' names are read once, at import; a process of its own keeps them out of whoever starts a stack, as the
tests do.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from infra.local import demo_data


def main() -> int:
    """Print who can sign in, as JSON, on the last line."""
    people = demo_data.fill()
    print(json.dumps([asdict(person) for person in people]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
