"""`python -m shared.policies check FILE`: whether a YAML file is a policy, and what is wrong with it if not.

`python -m shared.policies fields` prints the tables of docs/programmes.md. Exit code 0 for a policy, 1 for
none.
"""

import argparse
import sys
from pathlib import Path

from .describing import as_tables
from .reading import PolicyFaulty, policy_from_yaml


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m shared.policies", description="Looks at policies.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fields", help="print every field with its meaning, in Markdown")
    check = commands.add_parser("check", help="say whether a file is a policy")
    check.add_argument("file", type=Path, help="a policy as YAML")
    given = parser.parse_args(arguments)
    if given.command == "fields":
        print(as_tables())
        return 0
    return _check(given.file)


def _check(file: Path) -> int:
    try:
        policy_from_yaml(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        print(f"{file} cannot be read: {error}", file=sys.stderr)
        return 1
    except PolicyFaulty as faulty:
        print("\n".join(one.sentence for one in faulty.faults), file=sys.stderr)
        return 1
    print(f"{file} is a policy.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
