"""The house's own rules: who imports whom, and what the code may not know."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from shared.policies.presets import preset_names
from shared.policies.schema import Moderation

ROOT = Path(__file__).parents[2]


def test_nobody_imports_whom_they_may_not() -> None:
    """The contracts stand in pyproject.toml."""
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stdout


CODE = tuple(path for folder in ("functions", "shared") for path in sorted((ROOT / folder).rglob("*.py")))
PAGES = tuple(sorted((ROOT / "functions/web/templates").rglob("*.html")))
VALUES_OF_THE_POLICY = frozenset(get_args(Moderation.model_fields["mode"].annotation))
"""Words of the policy itself, though a preset may be called the same."""


def test_no_code_names_a_preset() -> None:
    """What differs between programmes is a field of the policy, never a question of which programme it is."""
    names = re.compile(
        "|".join(re.escape(name) for name in preset_names() if name not in VALUES_OF_THE_POLICY)
    )

    assert [str(path) for path in (*CODE, *PAGES) if names.search(path.read_text())] == []


def test_what_is_called_like_a_preset_is_the_policys_own_word() -> None:
    """`brokered` is a preset, and a way of moderating that any policy may ask for: code may ask for that."""
    named = [
        f"{path}:{node.lineno}"
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare | ast.Call) and _asks_for_a_preset(node)
    ]

    assert named == []


def parsed() -> Iterator[tuple[Path, ast.Module]]:
    for path in CODE:
        yield path.relative_to(ROOT), ast.parse(path.read_text())


def _asks_for_a_preset(node: ast.Compare | ast.Call) -> bool:
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") == "load_preset" and any(map(_is_preset, node.args))
    asks_for_the_mode = isinstance(node.left, ast.Attribute) and node.left.attr == "mode"
    compared = [one for side in (node.left, *node.comparators) for one in ast.walk(side)]
    return not asks_for_the_mode and any(map(_is_preset, compared))


def _is_preset(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in preset_names()


def test_no_code_asks_which_programme_or_organisation_it_is() -> None:
    """Neither by its id nor by its name, nor from which preset it began."""
    asked = [
        f"{path}:{node.lineno}"
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(_is_whose(one) for one in (node.left, *node.comparators))
        and any(isinstance(one, ast.Constant) and one.value for one in (node.left, *node.comparators))
    ]

    assert asked == []


def _is_whose(node: ast.AST) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    whose = {
        "programme_id",
        "programme_name",
        "organisation_id",
        "organisation_name",
        "preset",
        "preset_name",
    }
    return name in whose


def test_the_package_ships_the_domain_and_the_functions() -> None:
    """Chalice packages what vendor/ links to."""
    for name in ("functions", "shared"):
        assert (ROOT / "vendor" / name).resolve() == ROOT / name
