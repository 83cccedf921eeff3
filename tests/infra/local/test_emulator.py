from __future__ import annotations

from pathlib import Path

from infra.local.emulator import scratch_for


def test_functions_are_unpacked_beside_the_state_where_memory_cannot_be_used(tmp_path: Path) -> None:
    assert scratch_for(tmp_path, memory=tmp_path / "no such place") == tmp_path / "tmp"


def test_two_stacks_never_share_where_functions_are_unpacked(tmp_path: Path) -> None:
    assert scratch_for(tmp_path / "one") != scratch_for(tmp_path / "two")


def test_a_stack_finds_again_what_a_crash_left_behind(tmp_path: Path) -> None:
    assert scratch_for(tmp_path / "one") == scratch_for(tmp_path / "two" / ".." / "one")
