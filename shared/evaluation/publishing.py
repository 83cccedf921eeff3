"""Publishing what was answered: for the daily function.

What anybody sees of the results is a copy that is stored as it is shown. It is never made anew from what is
stored of people, so that an answer that goes shows in it as little as one that comes: only enough of them
together do. `batches` decides what comes in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from shared.people.asked import EVERYBODY
from shared.platform.tables import ConversationsItem, Lost, find, is_new, transaction
from shared.policies.evaluation import EvaluationForm, FormQuestion
from shared.programmes.actions import cohorts_of, load_programme
from shared.programmes.items import Cohort
from shared.programmes.rules import day_of, kept_until, removal_of

from .batches import come_in, fewest_of, who_would_know, words_that_come_in
from .counting import Place
from .items import (
    Cell,
    Copy,
    FormVersion,
    PublishedWords,
    Words,
    cells_pk,
    cells_prefix,
    copy_key,
    counts_pk,
    published_words_pk,
    published_words_prefix,
    words_listing,
)
from .rules import ASKED_AFTER_THE_END, WRITTEN

AT_ONCE = 98
"""Texts in one transaction beside the copy; no policy wants more people than this before any are shown."""
KEYS = ["pk", "sk", "kind"]
TRIES = 8
LOOKED_AFTER = 2 * ASKED_AFTER_THE_END
"""So long after its last day a cohort is looked at: nobody is asked there any more, and days on which the
daily function failed are made up for."""


@dataclass(frozen=True)
class Published:
    """What a morning came to."""

    copies: int
    words_removed: int


def publish(programme_id: str, *, now: datetime) -> Published:
    """Lets in what is due of a programme's answers, and removes what was written in the cohorts whose
    conversations are removed. Harmless to repeat, and at the same time: what has come in is due no more. One
    Query for each cohort that is or was lately asked, and for each whose words are to go; more only where
    there is something to do. Raises NotFound or ValueError without a policy."""
    policy = load_programme(programme_id).policy
    today = day_of(now)
    places, removed = [Place(programme_id, EVERYBODY)], 0
    for cohort in cohorts_of(programme_id):
        place = Place(programme_id, cohort.cohort_id)
        if _is_removed(cohort, policy.retention_months, today):
            removed += _remove_words(place)
        elif cohort.ends_on is None or today <= date.fromisoformat(cohort.ends_on) + LOOKED_AFTER:
            places.append(place)
    copies = sum(_publish_place(one, policy.evaluation.fewest_shown, now) for one in places)
    return Published(copies, removed)


def _is_removed(cohort: Cohort, months: int, today: date) -> bool:
    """Whether the cohort's conversations are removed, as `conversations.retention` decides it."""
    if cohort.ends_on is None or cohort.removal_on is None:
        return False
    kept = kept_until(date.fromisoformat(cohort.ends_on), months)
    return removal_of(kept, date.fromisoformat(cohort.removal_on), today).step == "remove"


def _remove_words(place: Place) -> int:
    """All of a cohort's, so that none tells by its going whose it was."""
    found = list(PublishedWords.query(published_words_pk(*place), attributes_to_get=KEYS))
    left = iter(found)
    while some := list(islice(left, AT_ONCE)):
        with transaction() as write:
            for one in some:
                write.delete(PublishedWords(one.pk, one.sk), add_version_condition=False)
    return len(found)


# ── One cohort ─────────────────────────────────────────────────────────────


def _publish_place(place: Place, fewest_now: int, now: datetime) -> int:
    versions: list[FormVersion] = []
    copies: dict[tuple[str, str], Copy] = {}
    for item in ConversationsItem.query(counts_pk(*place), consistent_read=True):
        if isinstance(item, FormVersion):
            versions.append(item)
        elif isinstance(item, Copy):
            copies[item.form_id, item.form_version] = item
    made = 0
    for version in versions:
        one = _Publishing(place, version, fewest_of(fewest_now, map(int, version.promised)), now)
        copy = copies.get((version.form_id, version.form_version))
        if one.is_due(copy):
            made += one.publish()
    return made


@dataclass(frozen=True)
class _Publishing:
    """One version of a form, as of the moment at which it was looked at."""

    place: Place
    version: FormVersion
    fewest: int
    now: datetime

    @property
    def key(self) -> tuple[str, str]:
        return copy_key(*self.place, *self.of)

    @property
    def of(self) -> tuple[str, str]:
        return self.version.form_id, self.version.form_version

    @property
    def questions(self) -> Sequence[FormQuestion]:
        return EvaluationForm.model_validate(self.version.form).questions

    def is_due(self, copy: Copy | None) -> bool:
        return bool(copy and copy.left) or self._batch(copy) >= self.fewest

    def _batch(self, copy: Copy | None) -> int:
        """How many have answered since the last copy, whatever they said."""
        return int(self.version.answered) - (int(copy.people) if copy else 0)

    def publish(self) -> int:
        """As many copies as it takes. What somebody else publishes at the same moment is left out."""
        made = lost = 0
        while lost < TRIES:
            copy = find(Copy, *self.key)
            if not self.is_due(copy):
                break
            try:
                self._next(copy)
                made += 1
            except Lost:
                lost += 1
        return made

    def _next(self, copy: Copy | None) -> None:
        """Writes the copy and the words that come in with it, all or nothing."""
        after = copy or Copy(*self.key, form_id=self.of[0], form_version=self.of[1], people=0)
        before, may, batch = dict(after.counts), dict(after.left), self._batch(copy)
        if batch >= self.fewest:
            may = {one: may.get(one, 0) + batch for one in self._asked_for_words()}
            after.counts = {**before, **self._counted(before, batch)}
            after.people = int(self.version.answered)
            after.published_at = self.now
        coming, after.left = self._coming(may)
        for question_id, texts in coming.items():
            written = before.get(question_id, {}).get(WRITTEN, 0) + len(texts)
            after.counts = {**after.counts, question_id: {WRITTEN: written}}
        with transaction() as write:
            # Of one that was loaded the version is still the one that was decided from.
            write.save(after, condition=None if copy else is_new(Copy))
            for question_id, texts in coming.items():
                for one in self._published(question_id, texts):
                    write.save(one, condition=is_new(PublishedWords))

    # ── Numbers ──

    def _counted(self, before: Mapping[str, Mapping[str, int]], batch: int) -> dict[str, dict[str, int]]:
        """Somebody who answers at this moment may be among them before they are in the batch: no count grows
        by less for that, and none by more."""
        given: dict[str, dict[str, int]] = {}
        prefix = cells_prefix(*self.of)
        for cell in Cell.query(cells_pk(*self.place), Cell.sk.startswith(prefix), consistent_read=True):
            question_id, answer = cell.of
            given.setdefault(question_id, {})[answer] = int(cell.people)
        return {
            one.id: come_in(
                before.get(one.id, {}),
                given.get(one.id, {}),
                batch=batch,
                fewest=self.fewest,
            )
            for one in self.questions
            if one.kind != "text"
        }

    # ── Words ──

    def _asked_for_words(self) -> Iterator[str]:
        return (one.id for one in self.questions if one.kind == "text")

    def _coming(self, may: Mapping[str, int]) -> tuple[dict[str, list[Words]], dict[str, int]]:
        """By question, the texts that come in now, in an order that was drawn; and how many may come in
        still, where they are more than one transaction holds."""
        coming: dict[str, list[Words]] = {}
        left: dict[str, int] = {}
        room = AT_ONCE
        for question_id, batch in may.items():
            waiting = self._waiting(question_id)
            some = words_that_come_in(len(waiting), batch=min(batch, room), fewest=self.fewest)
            if some:
                coming[question_id] = waiting[:some]
                room -= some
            if words_that_come_in(len(waiting) - some, batch=batch - some, fewest=self.fewest):
                left[question_id] = batch - some
        return coming, left

    def _waiting(self, question_id: str) -> list[Words]:
        place = published_words_prefix(*self.of, question_id)
        published = {
            one.words_id
            for one in PublishedWords.query(
                published_words_pk(*self.place),
                PublishedWords.sk.startswith(place),
                consistent_read=True,
                attributes_to_get=KEYS,
            )
        }
        found = Words.by_listing.query(words_listing(*self.place, *self.of, question_id))
        return [one for one in found if isinstance(one, Words) and one.listing_order not in published]

    def _published(self, question_id: str, texts: Sequence[Words]) -> Iterator[PublishedWords]:
        prefix = published_words_prefix(*self.of, question_id)
        would_know = who_would_know([(one.mentor_id, one.mentee_id) for one in texts], self.fewest)
        for one in texts:
            yield PublishedWords(
                published_words_pk(*self.place),
                f"{prefix}{one.listing_order}",
                not_for={one.mentor_id, one.mentee_id} | would_know,
                text=one.text,
            )
