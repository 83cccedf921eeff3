"""A coordinator invites a whole year from a file: seven rows are wrong, are corrected, and sent again."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

from tests.journeys.conftest import Inbox, Someone


def test_two_hundred_are_checked_seven_put_right_and_nobody_is_invited_twice(
    someone: Callable[..., Someone], inbox: Inbox, tmp_path: Path
) -> None:
    priya = someone(wide=True)
    priya.sign_in("priya")
    page = priya.page
    page.get_by_role("link", name="People", exact=True).first.click()
    page.get_by_role("link", name="Invite from a file").click()
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download a sample").click()
    (headings, example, *_) = read(downloaded.value.path())
    people = [
        [f"Amina{n}", "Yusuf", f"amina{n}@example.org" if n % 30 else f"amina{n}@example", *example[3:]]
        for n in range(200)
    ]

    send(priya, written(tmp_path / "nominees.csv", [headings, *people]))
    priya.sees("193")
    priya.sees("to be put right")
    assert page.get_by_text("Enter an e-mail address like name@example.org.").count() == 7
    page.get_by_role("button", name="Invite the 193 people").click()
    priya.sees("The invitations are on their way")
    assert inbox.letter_to("amina1@example.org")

    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download the rows to correct").click()
    wrong = read(downloaded.value.path())
    assert len(wrong) == 8
    corrected = [[cell.replace("@example", "@example.org") for cell in row] for row in wrong]
    page.get_by_role("link", name="Send a corrected list").click()
    send(priya, written(tmp_path / "corrected.csv", corrected))
    priya.sees("can be invited")
    page.get_by_role("button", name="Invite the 7 people").click()

    assert inbox.letter_to("amina30@example.org")
    assert [problem for problem in priya.problems if "404" not in problem] == []


def send(person: Someone, path: Path) -> None:
    """Goes on from the page of a new list, and sends the file."""
    person.page.get_by_role("button", name="Go on to the file").click()
    person.page.get_by_label("Your list of mentees").set_input_files(path)
    person.page.get_by_role("button", name="Send and check it").click()
    person.sees("Your list is checked")


def read(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))


def written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path
