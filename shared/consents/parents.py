"""Asking a parent or carer, and what they answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.people.permissions import Role, Viewer, may_manage_people, require
from shared.people.rules import problem_with_address, problem_with_name, tidy_address, tidy_name
from shared.platform.errors import Busy, Conflict, Invalid, require_none
from shared.platform.tables import Lost, transaction

from .apart import require_apart
from .links import NOT_A_PARENTS, add_link, is_somebody_elses, is_void, known_link, why_no_yes
from .rules import Answer, changes
from .standing import (
    TRIES,
    end_what_is_left,
    record_about,
    save_consent,
    standing_of,
    store,
    with_answers,
)

SEND_AGAIN_AFTER = timedelta(minutes=1)


def answer_for_child(token: str, *, answers: Mapping[str, Answer], name: str, now: datetime) -> None:
    """Stores the answers of a parent or carer, who holds the link `token`.

    Taking back is possible by every link at any time. Saying yes is possible once, by the newest link, while
    it is usable. Sent again, nothing changes. Raises NotFound for a link that is not ours, Invalid without a
    name, Conflict when the link can no longer be used to say yes.
    """
    for _ in range(TRIES):
        link = known_link(token)
        standing = standing_of(link.person_id, link.programme_id, Role.MENTEE)
        asked = standing.for_parents(now)
        changed = changes(asked, standing.consent.parents or {}, answers)
        if not changed:
            return
        if any(one.answer == "yes" for one in changed) and (problem := why_no_yes(link, standing, now)):
            raise Conflict(problem, code="link_used")
        by_name = _name(name)
        standing.consent.parents = with_answers(standing.consent.parents, changed, now)
        if is_void(link, standing):
            link.took_back = True
        else:
            link.used = True
        try:
            with transaction() as write:
                write.save(link)
                store(write, standing, changed, by="parent", by_name=by_name, now=now)
            end_what_is_left(standing, changed, now)
            return
        except Lost:
            continue
    raise Busy


def send_parents_link(
    viewer: Viewer, programme_id: str, person_id: str, *, name: str, address: str, now: datetime
) -> None:
    """Sends a mentee's parent or carer a new link; those before it are void for saying yes.

    Raises NotFound for those who do not look after people there, Invalid, and Conflict when there is nothing
    to ask a parent yet, or the last link has only just been sent.
    """
    require(may_manage_people(viewer, programme_id))
    require_apart(viewer, programme_id, person_id)
    name, address = _parent(name, address)
    for _ in range(TRIES):
        standing = standing_of(person_id, programme_id, Role.MENTEE)
        if not standing.for_parents(now):
            first_name = standing.member.first_name
            raise Conflict(f"There is nothing to ask a parent or carer yet: {first_name} answers first.")
        sent_at = standing.consent.link_sent_at
        if sent_at and now < sent_at + SEND_AGAIN_AFTER:
            raise Conflict("A link was sent less than a minute ago. Please give it time to arrive.")
        if is_somebody_elses(standing.member, address):
            raise Invalid(NOT_A_PARENTS, field="address")
        standing.consent.parent_name, standing.consent.parent_address = name, address
        try:
            with transaction() as write:
                add_link(write, standing, now)
                save_consent(write, standing)
                record_about(write, viewer, standing, "asked_parent", now)
            return
        except Lost:
            continue
    raise Busy


def _parent(name: str, address: str) -> tuple[str, str]:
    name, address = tidy_name(name), tidy_address(address)
    problems = [
        Invalid(problem, field=field)
        for field, problem in (
            ("name", problem_with_name(name, "name")),
            ("address", problem_with_address(address)),
        )
        if problem
    ]
    require_none(problems)
    return name, address


def _name(name: str) -> str:
    name = tidy_name(name)
    if problem := problem_with_name(name, "name"):
        raise Invalid(problem, field="name")
    return name
