"""How times and texts are said to people."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.web.access import local_path
from functions.web.templating import day, paragraphs, static, static_file, when
from shared.platform.errors import Invalid

FRIDAY = datetime(2026, 11, 20, 17, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 20, 9, 5, tzinfo=UTC), "today at 09:05"),
        (datetime(2026, 11, 19, 23, 59, tzinfo=UTC), "yesterday at 23:59"),
        (datetime(2026, 11, 16, 12, 0, tzinfo=UTC), "Monday at 12:00"),
        (datetime(2026, 11, 13, 12, 0, tzinfo=UTC), "13 November at 12:00"),
        (datetime(2025, 12, 24, 12, 0, tzinfo=UTC), "24 December 2025 at 12:00"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "Monday at 09:00"),
    ],
)
def test_a_moment_is_said_as_a_person_says_it(moment: datetime, said: str) -> None:
    assert when(moment, FRIDAY) == said


def test_summer_time_is_londons() -> None:
    assert (
        when(datetime(2026, 7, 1, 8, 30, tzinfo=UTC), datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
        == "today at 09:30"
    )
    assert day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), FRIDAY) == "2 July"


def test_a_text_keeps_its_paragraphs_and_loses_its_markup() -> None:
    assert paragraphs("Dear Sam,\nhello <b>there</b>\n\n\nPriya") == (
        "<p>Dear Sam,<br>hello &lt;b&gt;there&lt;/b&gt;</p><p>Priya</p>"
    )


@given(st.text())
def test_no_text_becomes_markup(text: str) -> None:
    left = paragraphs(text).replace("<p>", "").replace("</p>", "").replace("<br>", "")

    assert "<" not in left
    assert ">" not in left


def test_a_static_file_is_found_under_its_marked_name_only() -> None:
    marked = static("signpost.css").rpartition("/")[2]

    found = static_file(marked)
    assert found is not None
    assert found[0] == "text/css"
    assert static_file("signpost.css") is None
    assert static_file("signpost.0000000000.css") is None
    assert static_file("../templating.0.py") is None


@pytest.mark.parametrize("path", ["/", "/pairs/abc", "/pairs/abc?before=x#latest"])
def test_a_path_of_this_site_is_gone_on_to(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example.org",
        "//evil.example.org",
        "/\\evil.example.org",
        "\\\\evil.example.org",
        "javascript:alert(1)",
        "/\t/evil.example.org",
        "/pairs\r\nSet-Cookie: a=b",
        "pairs",
    ],
)
def test_nobody_is_sent_elsewhere(elsewhere: str) -> None:
    with pytest.raises(Invalid):
        local_path(elsewhere)


def test_no_path_is_none() -> None:
    assert local_path("") == ""
