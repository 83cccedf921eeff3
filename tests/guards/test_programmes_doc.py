"""docs/programmes.md says what the schema says, and names tests that there are."""

import ast
import re
from pathlib import Path

import pytest

from shared.policies.describing import as_tables, fields_of
from shared.policies.presets import preset_names
from shared.policies.schema import Policy

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs/programmes.md").read_text()
ROW = re.compile(r"^\| ((?:NU|ST|CM|MM|BT|ALL)-\d+) \| (.+?) \| (.+) \|$", re.MULTILINE)
LINES = {line: (behaviour, tests) for line, behaviour, tests in ROW.findall(DOC)}
NOT_YET = "not yet"
PROVED_BY = re.compile(r"`(test_\w+\.py)`: `(test_\w+)`")
WANTED = (
    *(f"NU-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 9, 10)),
    *(f"ST-{number}" for number in (1, 2, 3, 4, 5, 7, 10, 11, 12, 13)),
    *("CM-1", "CM-2", *(f"MM-{number}" for number in range(1, 8))),
    *(f"BT-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 10, 11)),
    *(f"ALL-{number}" for number in (1, 2, 3, 4, 5)),
)


def names_in(file: str) -> set[str]:
    (path,) = [*(ROOT / "tests").rglob(file)]
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_tables_say_what_the_schema_says() -> None:
    """If not: `python -m shared.policies fields`."""
    between = DOC.partition("<!-- fields -->\n")[2].partition("<!-- /fields -->")[0]

    assert between.strip() == as_tables().strip()


@pytest.mark.parametrize("part", Policy.model_fields)
def test_every_field_of_the_policy_says_what_it_means(part: str) -> None:
    assert [one.path for one in fields_of(part) if not one.means.endswith(".")] == []


def test_every_length_of_time_names_its_unit() -> None:
    fields = [one for part in Policy.model_fields for one in fields_of(part) if "number" in one.takes]
    timed = [one for one in fields if re.search(r"minutes|days|weeks|months", one.path.rpartition(".")[2])]

    assert len(timed) > 10
    assert [one.path for one in timed if ", in " not in one.takes] == []


def test_every_preset_is_explained() -> None:
    assert [name for name in preset_names() if f"| `{name}` |" not in DOC] == []


def test_every_line_is_there_and_says_what_it_means() -> None:
    assert set(WANTED) <= set(LINES)
    assert [line for line, (behaviour, _) in LINES.items() if not behaviour.endswith(".")] == []


@pytest.mark.parametrize("line", LINES)
def test_the_test_that_proves_a_line_exists_and_is_named_after_it(line: str) -> None:
    _, tests = LINES[line]
    if tests == NOT_YET:
        return
    found = PROVED_BY.findall(tests)
    assert found
    for file, name in found:
        assert name in names_in(file)
        assert f"_{line.lower().replace('-', '_')}_" in name
