"""Which words have raised which concern, so that the same ones raise no second while the first is new and
somebody has it before them: where a form with them is refused, and where they are sent again after that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.transactions import TransactWrite

from shared.platform.ids import derived_id
from shared.platform.tables import find, is_new

from ..items import Concern, HeardWords, concern_key, heard_key
from ..rules import severity_rank

STANDS_FOR = timedelta(days=1)
"""After that, who writes the same again says something new by it: that it is still so."""


@dataclass(frozen=True)
class Saying:
    """Words of somebody's. `where`: the pair_id or, outside of one, the programme_id."""

    where: str
    who: str
    text: str

    @property
    def words_id(self) -> str:
        return derived_id("heard", self.where, self.who, self.text)


def heard_before(said: Sequence[Saying], *, severity: str, now: datetime, when_refused: bool = False) -> str:
    """The id of the concern in which these words stand already, judged no less severe; empty where one of
    them is new. `when_refused`: only where that was raised by a refused form, for what is kept twice is twice
    there to be read. One or two GetItems each."""
    found = [_concern_of(one, severity, now, when_refused) for one in said]
    return found[0] if found and all(found) else ""


def _concern_of(said: Saying, severity: str, now: datetime, when_refused: bool) -> str:
    heard = find(HeardWords, *heard_key(said.words_id))
    if heard is None or now - heard.at > STANDS_FOR or (when_refused and not heard.was_refused):
        return ""
    concern = find(Concern, *concern_key(heard.concern_id))
    if concern is None or concern.state == "closed":
        return ""
    return str(heard.concern_id) if severity_rank(heard.severity) >= severity_rank(severity) else ""


def note_heard(
    write: TransactWrite,
    said: Sequence[Saying],
    *,
    concern_id: str,
    severity: str,
    was_refused: bool = False,
    now: datetime,
) -> None:
    """Adds that these words stand in this concern. The transaction is Lost when somebody noted the same
    meanwhile."""
    for one in dict.fromkeys(said):
        known = find(HeardWords, *heard_key(one.words_id))
        heard = known or HeardWords(*heard_key(one.words_id))
        heard.concern_id, heard.severity, heard.at = concern_id, severity, now
        heard.was_refused = was_refused or None
        write.save(heard, condition=None if known else is_new(HeardWords))
