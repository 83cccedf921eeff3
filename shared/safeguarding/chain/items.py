"""What is stored of looking after the chain, in the Safeguarding table."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from shared.platform.tables import MomentAttribute, SafeguardingItem


class ChainCheck(SafeguardingItem, discriminator="chain_check"):
    """What the last look at a programme's chain found: pk `CHAIN#<programme_id>`, sk `CHECK`."""

    programme_id = UnicodeAttribute()
    at = MomentAttribute()
    faults = JSONAttribute()
    """A sentence for each; none when all is well."""


def chain_check_key(programme_id: str) -> tuple[str, str]:
    return f"CHAIN#{programme_id}", "CHECK"


class ChainTest(SafeguardingItem, discriminator="chain_test"):
    """A test of who is told: pk `CHAIN_TEST#<test_id>`, sk `CHAIN_TEST`. In `listing` as
    `CHAIN_TESTS#<programme_id>`, by when it was sent. What became of each e-mail stands with the e-mail."""

    test_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    at = MomentAttribute()
    by_name = UnicodeAttribute()
    people = JSONAttribute()
    """Whom it was sent to: list of mappings with person_id, name, notice_id."""


def chain_test_key(test_id: str) -> tuple[str, str]:
    return f"CHAIN_TEST#{test_id}", "CHAIN_TEST"


def chain_tests_listing(programme_id: str) -> str:
    return f"CHAIN_TESTS#{programme_id}"
