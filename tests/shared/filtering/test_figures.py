"""The figures the filter must reach on labelled messages, and on those kept apart from rule writing."""

import json
from pathlib import Path

import pytest

from tests.bench.bench_filter import figures_on

DATA = Path(__file__).parents[2] / "data" / "filter"


@pytest.mark.parametrize("file", ["dev.jsonl", "labelled.jsonl", "kept-back.jsonl"])
def test_the_filter_reaches_its_figures(file: str) -> None:
    figures = figures_on([json.loads(line) for line in (DATA / file).read_text().splitlines()])

    assert figures["contact"] >= 0.93
    assert figures["reach"] >= 0.90
    assert figures["abuse"] >= 0.93
    assert figures["worry"] >= 0.92
    assert figures["worry as worry"] >= 0.90
    assert figures["high seen"] >= 0.90
    assert figures["held for nothing"] <= 0.03
