"""Pictures without what their maker did not mean to send."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.conversations.pictures import Unreadable, bare

PICTURES = Path(__file__).parents[2] / "data" / "pictures"
"""A garden, with EXIF (place, day, camera, name, turned to the side), XMP, comments and a colour profile."""
SAMPLES = {
    kind: (PICTURES / name).read_bytes()
    for kind, name in (
        ("jpeg", "garden.jpg"),
        ("png", "garden.png"),
        ("heic", "garden.heic"),
    )
}
TOLD = (b"Dundee", b"Amina", b"Fairphone", b"2026:11:14", b"GPS", b"xmpmeta")
EACH = pytest.mark.parametrize("kind", SAMPLES)


def tells(content: bytes) -> list[bytes]:
    return [words for words in TOLD if words in content]


@EACH
def test_nothing_that_only_describes_a_picture_stays_in_it(kind: str) -> None:
    assert tells(SAMPLES[kind])

    made = bare(kind, SAMPLES[kind])

    assert tells(made) == []
    assert bare(kind, made) == made


def test_what_is_seen_of_a_jpeg_is_copied_byte_for_byte() -> None:
    sent, made = SAMPLES["jpeg"], bare("jpeg", SAMPLES["jpeg"])

    first_frame = sent.index(b"\xff\xc2")
    end = sent.index(b"\xff\xd9", first_frame) + 2
    assert made.endswith(sent[first_frame:end])
    assert b"ICC_PROFILE" in made


def test_a_jpeg_stays_the_right_way_up() -> None:
    made = bare("jpeg", SAMPLES["jpeg"])

    exif = made[made.index(b"Exif\x00\x00") :]
    up = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06"
    assert exif[6:32] == b"MM\x00*\x00\x00\x00\x08\x00\x01" + up + bytes(6)
    assert made.count(b"Exif\x00\x00") == 1


def test_what_is_seen_of_a_png_is_copied_chunk_for_chunk() -> None:
    sent, made = SAMPLES["png"], bare("png", SAMPLES["png"])

    begins = sent.index(b"IDAT") - 4
    size = int.from_bytes(sent[begins : begins + 4], "big") + 12
    assert sent[begins : begins + size] in made
    assert made.endswith(b"IEND\xaeB`\x82")


def test_a_heic_keeps_every_byte_of_its_picture_where_it_was() -> None:
    sent, made = SAMPLES["heic"], bare("heic", SAMPLES["heic"])

    changed = [at for at, (before, after) in enumerate(zip(sent, made, strict=True)) if before != after]
    hidden = sent.index(b"Fairphone") - 20
    assert changed
    assert all(made[at] == 0 or at < sent.index(b"mdat") for at in changed)
    assert made[hidden : hidden + 20] == bytes(20)


@EACH
def test_a_picture_that_stops_in_the_middle_is_not_taken(kind: str) -> None:
    whole = SAMPLES[kind] if kind != "jpeg" else bare(kind, SAMPLES[kind])
    for length in range(0, len(whole) - 1, 7):
        with pytest.raises(Unreadable):
            bare(kind, whole[:length])


@given(kind=st.sampled_from(sorted(SAMPLES)), at=st.integers(0, 2_000), byte=st.integers(0, 255))
@settings(deadline=None)
def test_a_damaged_picture_is_refused_or_bare_and_never_a_fault(kind: str, at: int, byte: int) -> None:
    damaged = bytearray(SAMPLES[kind])
    damaged[at % len(damaged)] = byte
    try:
        made = bare(kind, bytes(damaged))
    except Unreadable:
        return
    assert len(made) <= len(damaged)


@given(st.binary(max_size=300))
def test_what_is_no_picture_at_all_is_refused(content: bytes) -> None:
    for kind, begins in (
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("jpeg", b"\xff\xd8\xff"),
        ("heic", b"\0\0\0\x18ftypheic"),
    ):
        with pytest.raises(Unreadable):
            bare(kind, begins + content)


def test_other_files_are_kept_as_they_are() -> None:
    assert bare("txt", b"My essay about Dundee.") == b"My essay about Dundee."


def test_pieces_that_take_no_room_are_refused_before_anybody_counts_them() -> None:
    """A few bytes could ask for millions of them."""
    hostile = bytearray(SAMPLES["heic"])
    sizes = hostile.index(b"iloc") + 8
    hostile[sizes : sizes + 2] = bytes(2)

    with pytest.raises(Unreadable, match="another way"):
        bare("heic", bytes(hostile))


def test_a_picture_in_more_pieces_than_any_has_is_refused() -> None:
    with pytest.raises(Unreadable, match="too many parts"):
        bare("heic", SAMPLES["heic"] + b"\0\0\0\x08mdat" * 16)
