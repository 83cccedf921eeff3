"""The house's own rules: who imports whom, and what the code may not know."""

import re
import subprocess
import sys
from pathlib import Path

from shared.policies.presets import preset_names

ROOT = Path(__file__).parents[2]


def test_nobody_imports_whom_they_may_not() -> None:
    """The contracts stand in pyproject.toml."""
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stdout


def test_no_code_names_a_preset() -> None:
    """What differs between programmes is a field of the policy, never a question of which programme it is."""
    names = re.compile("|".join(re.escape(name) for name in preset_names()))
    code = [path for folder in ("functions", "shared") for path in (ROOT / folder).rglob("*.py")]

    assert [str(path) for path in code if names.search(path.read_text())] == []


def test_the_package_ships_the_domain_and_the_functions() -> None:
    """Chalice packages what vendor/ links to."""
    for name in ("functions", "shared"):
        assert (ROOT / "vendor" / name).resolve() == ROOT / name
