"""Changing a programme's policy: looking at what would differ, and then putting it in force, now or later."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.lab.drafting import require_usable
from shared.people.permissions import Viewer, may_change_policy, require
from shared.platform.clock import LONDON
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.ids import fingerprint
from shared.platform.tables import Lost, find, transaction
from shared.policies import Policy
from shared.policies.changing import asking_anew
from shared.policies.reading import PolicyFaulty, policy_from_yaml
from shared.policies.telling import Difference, differences
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, add_policy, plan_policy, take_back_planned
from shared.safeguarding.chain.checking import faults_in, keep_check
from shared.safeguarding.chain.staffing import staffing
from shared.safeguarding.rules import read_words

from .form import WrittenForm, read_form

LONGEST_REASON = 1_000
FURTHEST = timedelta(days=366)
CHANGED = (
    "The policy has changed since you opened this page, so nothing was saved. What you typed is still here: "
    "please look at the policy as it is now, and change it again."
)
NO_DIFFERENCE = "This says what the policy says already, so there is nothing to save."
UNREADABLE = "The policy in force cannot be read. Put it right in the text of the whole policy."
NOTHING_PLANNED = "No change is planned. It may be in force already, or somebody took it back."


@dataclass(frozen=True)
class Preview:
    """What a change would mean, before it is saved."""

    seen: str
    """Names the change that was looked at; sent along when it is saved."""
    differences: tuple[Difference, ...]
    warnings: tuple[str, ...]
    asks_anew: bool
    """Mentees and mentors are asked to agree to the ground rules again."""
    is_unreadable: bool
    """What is in force cannot be read, so nothing can be compared."""


@dataclass(frozen=True)
class Wanted:
    """How a change is to be put in force."""

    version: int
    """The version of the policy that was looked at."""
    reason: str
    starts: str
    """As in `2026-11-27T23:00`, by the clock of the United Kingdom; empty for now."""
    seen: str
    """The `seen` of the preview; empty to be shown one, unless the caller has none to show."""


@dataclass(frozen=True)
class Changed:
    """A change that was put in force or planned."""

    policy_version: int
    """The version in force."""
    starts: datetime | None
    """From when the change is in force; nothing where it is so already."""


# ── The two ways of writing it ─────────────────────────────────────────────


def change_by_form(
    viewer: Viewer, programme_id: str, written: WrittenForm, wanted: Wanted, *, adopt: bool, now: datetime
) -> Preview | Changed:
    """Changes the fields of the form. Raises NotFound, Invalid, and Conflict when the policy was changed
    meanwhile."""
    programme = _load(viewer, programme_id)
    before = _readable(programme)
    if before is None:
        raise Conflict(UNREADABLE, code="unreadable")
    _require_current(programme, wanted.version)
    return _go_on(viewer, programme, read_form(before, written), wanted, adopt=adopt, field="", now=now)


def change_by_text(
    viewer: Viewer, programme_id: str, text: str, wanted: Wanted, *, adopt: bool, now: datetime
) -> Preview | Changed:
    """Changes the whole policy to what a YAML text says. Raises as `change_by_form` does; Invalid names each
    field by its path."""
    programme = _load(viewer, programme_id)
    try:
        policy = policy_from_yaml(text)
    except PolicyFaulty as faulty:
        raise faulty.for_field("text") from None
    _require_current(programme, wanted.version)
    return _go_on(viewer, programme, policy, wanted, adopt=adopt, field="text", now=now)


def take_back(viewer: Viewer, programme_id: str, *, reason: str, now: datetime) -> Changed:
    """Takes back the change that is planned. Raises NotFound, Invalid without a reason, and Conflict when
    none is planned (any longer)."""
    programme = _load(viewer, programme_id)
    reason = _reason(reason)
    if programme.planned is None:
        raise Conflict(NOTHING_PLANNED, code="nothing_planned")
    try:
        with transaction() as write:
            take_back_planned(write, programme, by=_author(viewer), reason=reason, now=now)
    except Lost:
        raise Conflict(NOTHING_PLANNED, code="nothing_planned") from None
    return Changed(int(programme.policy_version), None)


# ── Looking, and saving ────────────────────────────────────────────────────


def _load(viewer: Viewer, programme_id: str) -> Programme:
    require(may_change_policy(viewer, programme_id))
    programme = find(Programme, *programme_key(programme_id))
    if programme is None:
        raise NotFound
    return programme


def _readable(programme: Programme) -> Policy | None:
    try:
        return Policy.model_validate(programme.policy)
    except (ValueError, TypeError):
        return None


def _require_current(programme: Programme, version: int) -> None:
    if version != int(programme.policy_version):
        raise Conflict(CHANGED, code="policy_changed")


def _go_on(
    viewer: Viewer,
    programme: Programme,
    policy: Policy,
    wanted: Wanted,
    *,
    adopt: bool,
    field: str,
    now: datetime,
) -> Preview | Changed:
    before = _readable(programme)
    if before is not None:
        policy = asking_anew(before, policy)
    if policy == before:
        raise Invalid(NO_DIFFERENCE, field=field, code="no_difference")
    if before is None or policy.filter != before.filter:
        require_usable(policy.filter)
    seen = fingerprint(f"{wanted.version}:{policy.model_dump_json()}")
    if not adopt or wanted.seen not in ("", seen):
        return _preview(programme, before, policy, seen, now)
    reason = _reason(wanted.reason)
    starts = read_start(wanted.starts, now=now)
    _save(viewer, programme, policy, reason, starts, now)
    if starts is None:
        staff = staffing(programme.programme_id)
        keep_check(programme.programme_id, faults_in(policy, staff, now=now), now=now)
    return Changed(int(programme.policy_version), starts)


def _preview(
    programme: Programme, before: Policy | None, policy: Policy, seen: str, now: datetime
) -> Preview:
    staff = staffing(programme.programme_id)
    names = {one.person_id: one.name for one in staff.able}
    return Preview(
        seen=seen,
        differences=differences(before, policy, names) if before else (),
        warnings=tuple(faults_in(policy, staff, now=now)),
        asks_anew=before is None or before.ground_rules.version != policy.ground_rules.version,
        is_unreadable=before is None,
    )


def _save(
    viewer: Viewer, programme: Programme, policy: Policy, reason: str, starts: datetime | None, now: datetime
) -> None:
    by = _author(viewer)
    try:
        with transaction() as write:
            if starts is None:
                add_policy(write, programme, policy, by=by, reason=reason, now=now)
            else:
                plan_policy(write, programme, policy, by=by, reason=reason, starts=starts, now=now)
    except Lost:
        raise Conflict(CHANGED, code="policy_changed") from None


def _author(viewer: Viewer) -> Author:
    return Author(viewer.person_id, viewer.name)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("Please say why this is changed.", field="reason", code="empty")
    return read_words(reason, field="reason", most=LONGEST_REASON)


def read_start(text: str, *, now: datetime) -> datetime | None:
    """From when a change is to be in force; None for now. Raises Invalid."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        sentence = "Please give a day and a time, for example 2026-11-27 23:00, or leave this empty."
        raise Invalid(sentence, field="starts", code="not_a_moment") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=LONDON)
    if moment <= now:
        sentence = "This is over. Leave it empty to put the change in force now."
        raise Invalid(sentence, field="starts", code="in_the_past")
    if moment > now + FURTHEST:
        raise Invalid("Please give a day within a year.", field="starts", code="far_off")
    return moment.astimezone(UTC)
