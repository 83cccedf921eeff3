"""How items are written."""

import pytest

from shared.people.items import Session, session_key
from shared.platform.tables import Lost, conditional, transaction
from tests.builders.clock import MONDAY

pytestmark = pytest.mark.usefixtures("tables")
KEY = session_key("amina", "f" * 64)


def a_session() -> Session:
    made = Session(*KEY, person_id="amina", epoch=0, created_at=MONDAY, seen_at=MONDAY)
    made.save()
    return made


@pytest.mark.parametrize("in_transaction", [False, True])
def test_an_update_of_what_was_not_loaded_is_noticed_by_whoever_loaded_it_before(
    in_transaction: bool,
) -> None:
    loaded = a_session()

    said, fresh = [Session.epoch.set(1)], Session(*KEY)
    if in_transaction:
        with transaction() as write:
            write.update(fresh, said, add_version_condition=False)
    else:
        fresh.update(said, add_version_condition=False)

    assert Session.get(*KEY).version == 2
    loaded.seen_at = MONDAY
    with pytest.raises(Lost), conditional():
        loaded.save()
