"""The command line: JSON Lines in, one answer a line out, in order."""

import io
import json
import subprocess
import sys

import pytest

from shared.filtering import load_rules
from shared.filtering.__main__ import judge_lines


def answers(*lines: str, explain: bool = False) -> str:
    out = io.StringIO()
    judge_lines(lines, out, load_rules(), explain=explain)
    return out.getvalue()


def answer(line: str) -> dict[str, object]:
    return json.loads(answers(line))


def test_each_line_is_answered_in_order() -> None:
    out = answers(
        '{"id": 1, "text": "hello", "sender": "mentee"}', '{"id": 2, "text": "kys", "sender": "mentor"}'
    )

    assert [(a["id"], a["hold"]) for a in map(json.loads, out.splitlines())] == [(1, False), (2, True)]


def test_a_finding_says_where_and_what() -> None:
    found = answer('{"id": "a", "text": "its 07700 900527", "sender": "mentee"}')["findings"]

    assert found == [
        {
            "rule": "contact.phone",
            "category": "phone",
            "severity": "medium",
            "start": 4,
            "end": 16,
            "matched": "07700 900527",
        }
    ]


def test_recent_messages_may_be_texts_or_objects() -> None:
    line = {"id": 1, "text": "123", "sender": "mentee", "recent": ["07700", {"id": "b", "text": "900"}]}

    assert answer(json.dumps(line))["findings"][0]["recent_ids"] == ["0", "b"]  # type: ignore[index]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        '{"id": 7}',
        '{"text": 5}',
        '{"text": "a", "sender": "teacher"}',
        '{"text": "a", "recent": 1}',
    ],
)
def test_a_malformed_line_is_answered_with_its_error_and_the_rest_go_on(line: str) -> None:
    first, second = map(
        json.loads, answers(line, '{"id": 2, "text": "hello", "sender": "mentee"}').splitlines()
    )

    assert "error" in first
    assert (second["id"], second["hold"]) == (2, False)


def test_an_explanation_shows_the_text_and_what_each_rule_saw() -> None:
    out = answers('{"text": "add me on snapchat", "sender": "mentee"}', explain=True)

    assert "add me on snapchat" in out
    assert "contact.handle.offered" in out


def test_the_command_streams_and_keeps_lone_surrogates() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "shared.filtering"],
        input='{"id": 1, "text": "\\ud800 kys", "sender": "mentee"}\n',
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(ran.stdout)["hold"] is True


def test_broken_rules_are_said_and_nothing_is_judged(tmp_path: object) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "shared.filtering", "--rules", f"{tmp_path}/none.yaml"],
        input='{"id": 1, "text": "hello", "sender": "mentee"}\n',
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "none.yaml" in ran.stderr
