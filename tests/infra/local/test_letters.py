"""What whoever looks round the demonstration reads first: letters that arrive, and the two that are held."""

import pytest
import yaml

from infra.local.demo_data import LETTERS
from shared.filtering import check

WRITTEN = [letter for pair in yaml.safe_load(LETTERS.read_text()) for letter in pair["letters"]]


@pytest.mark.parametrize("letter", WRITTEN, ids=lambda one: f"{one['from']}-{one['days_ago']}")
def test_the_filter_holds_the_letters_that_are_to_show_it_and_no_other(letter: dict[str, str]) -> None:
    assert check(letter["text"], sender=letter["from"]).hold is bool(letter.get("held"))
