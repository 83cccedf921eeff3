"""What audit records are about, as far as their reader may know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.conversations.items import Pair, pair_key
from shared.people.invitation_items import Invitation, invitation_key
from shared.people.items import Person, person_key
from shared.people.permissions import Viewer, may_moderate, may_see_concerns
from shared.platform.tables import DirectoryItem
from shared.safeguarding.concerns.reading import may_see
from shared.safeguarding.items import Concern, concern_key

PAGES: Mapping[str, str] = {
    "person": "/programmes/{programme_id}/people",
    "invitation": "/programmes/{programme_id}/people/invitations",
    "policy": "/programmes/{programme_id}/filter/changes",
    "concerns": "/programmes/{programme_id}/concerns",
    "trial": "/programmes/{programme_id}/filter/backtests/{id}",
    "outcomes": "/programmes/{programme_id}/filter/rules",
    "cohort": "/programmes/{programme_id}/cohorts/{id}",
    "resource": "/programmes/{programme_id}/library/{id}",
    "import": "/programmes/{programme_id}/people/invitations",
    "payments": "/programmes/{programme_id}/payments",
    "chain_test": "/programmes/{programme_id}/chain",
}
OF_SOMEBODY_AT_RISK = frozenset(
    {
        "read_concern",
        "read_file",
        "raised_concern",
        "acknowledged_concern",
        "changed_concern",
        "closed_concern",
        "second_read_concern",
        "reopened_concern",
        "recorded_action",
        "followed_up",
    }
)
"""Deeds that, of whomever they are told, tell that there is a worry about them."""


@dataclass(frozen=True)
class Thing:
    """What a record is about. `name` and `page` are empty where the reader may not know, or nobody does."""

    name: str = ""
    page: str = ""
    says_why: bool = True
    """The reader may know the reason that was given."""
    is_hidden: bool = False
    """The reader may not even know that there is something."""


class Names:
    """Looks up at once what several records are about: one BatchGetItem for each table concerned."""

    def __init__(self, viewer: Viewer, programme_id: str, on: Iterable[str]) -> None:
        self._viewer = viewer
        self._programme_id = programme_id
        self._reads = may_moderate(viewer, programme_id)
        self._sees_concerns = may_see_concerns(viewer, programme_id)
        parts = {_parts(one) for one in on}
        self._concerns = _concerns({of for kind, of in parts if kind == "concern"})
        self._pairs = _pairs({_pair_id(kind, of) for kind, of in parts} - {""})
        keys = [person_key(of) for kind, of in parts if kind == "person"]
        keys += [invitation_key(of) for kind, of in parts if kind == "invitation"]
        self._found = list(DirectoryItem.batch_get(sorted(set(keys)), consistent_read=True)) if keys else []

    def thing(self, what: str, on: str) -> Thing:
        """What a record is about, to this reader."""
        kind, of = _parts(on)
        if kind == "concern":
            return self._concern(of)
        if what in OF_SOMEBODY_AT_RISK:
            return self._somebody_at_risk(kind, of)
        if kind in ("pair", "message"):
            return self._writing(kind, of)
        is_open = kind != "concerns" or self._sees_concerns
        page = PAGES.get(kind, "").format(programme_id=self._programme_id, id=of) if is_open else ""
        return Thing(self._person(kind, of), page)

    def _concern(self, concern_id: str) -> Thing:
        concern = self._concerns.get(concern_id)
        if concern is not None and self._viewer.person_id in concern.hidden_from:
            return Thing(is_hidden=True)
        if concern is None or not self._sees_concerns or not may_see(self._viewer, concern):
            return Thing(says_why=False)
        return Thing(concern.reference, f"/concerns/{concern_id}")

    def _somebody_at_risk(self, kind: str, of: str) -> Thing:
        """A record of what is kept about somebody, such as their contact at school."""
        if kind == "person" and of == self._viewer.person_id:
            return Thing(is_hidden=True)
        return Thing(self._person(kind, of)) if self._sees_concerns else Thing(says_why=False)

    def _writing(self, kind: str, of: str) -> Thing:
        """Who writes to whom is known to all of the staff; what they wrote, and what was found, is not."""
        pair = self._pairs.get(_pair_id(kind, of))
        if pair is not None and self._viewer.person_id in pair.ids:
            return Thing(is_hidden=True)
        if kind == "message" and not self._reads:
            return Thing(says_why=False)
        if pair is None or pair.programme_id != self._programme_id:
            return Thing(says_why=self._reads)
        name = f"{pair.mentee_name} and {pair.mentor_name}"
        page = f"/pairs/{pair.pair_id}" if kind == "pair" else f"/moderation/{of}"
        return Thing(name, page if self._reads else "")

    def _person(self, kind: str, of: str) -> str:
        for one in self._found:
            if isinstance(one, Person) and kind == "person" and one.person_id == of:
                return f"{one.first_name} {one.surname}"
            if isinstance(one, Invitation) and kind == "invitation" and one.invitation_id == of:
                return f"{one.first_name} {one.surname}"
        return ""


def _parts(on: str) -> tuple[str, str]:
    kind, _, of = on.partition(":")
    return kind, of


def _pair_id(kind: str, of: str) -> str:
    """The pair that a record is about, where it says so."""
    if kind == "pair":
        return of
    pair_id, slash, _ = of.partition("/")
    return pair_id if kind == "message" and slash else ""


def _concerns(ids: set[str]) -> dict[str, Concern]:
    keys = [concern_key(one) for one in sorted(ids)]
    return {one.concern_id: one for one in Concern.batch_get(keys)} if keys else {}


def _pairs(ids: set[str]) -> dict[str, Pair]:
    keys = [pair_key(one) for one in sorted(ids)]
    return {one.pair_id: one for one in Pair.batch_get(keys)} if keys else {}
