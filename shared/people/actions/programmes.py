"""Making further programmes in an organisation."""

from datetime import datetime

from shared.audit.actions import record
from shared.platform.errors import Invalid, NotFound, require_none
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, is_new, transaction
from shared.policies.presets import load_preset, preset_names
from shared.programmes.actions import add_programme
from shared.programmes.items import Programme, programme_key

from ..items import Membership, Person, membership_key, person_key, roll, roll_order
from ..permissions import Role, Viewer, may_make_programmes, require
from ..rules import problem_with_name, tidy_name

NOT_AGREED = 0
"""The version of the ground rules of somebody who has agreed to none: the form shows none."""


def make_programme(viewer: Viewer, beside_id: str, *, preset: str, name: str, key: str, now: datetime) -> str:
    """Makes another programme in the organisation of the programme `beside_id`, beginning with the policy of
    a preset, and the viewer its administrator, in one transaction. Gives its id.

    `key` is the form's: sent again, the same programme is answered. Raises NotFound for who is not an
    administrator there, and Invalid with every field that needs another look.
    """
    require(may_make_programmes(viewer, beside_id))
    name = tidy_name(name)
    _require_sound(name, preset)
    beside, person = find(Programme, *programme_key(beside_id)), find(Person, *person_key(viewer.person_id))
    if beside is None or person is None:
        raise NotFound
    programme_id = f"p{derived_id('programme', beside.organisation_id, viewer.person_id, key)}"
    try:
        with transaction() as write:
            add_programme(
                write,
                programme_id,
                name,
                organisation_id=beside.organisation_id,
                organisation_name=beside.organisation_name,
                policy=load_preset(preset),
                now=now,
            )
            write.save(_administrator(person, programme_id, name, now), condition=is_new(Membership))
            record(
                write,
                programme_id,
                "made_programme",
                f"person:{person.person_id}",
                by_id=person.person_id,
                by_name=viewer.name,
                now=now,
                why=f"Made {name}, and is its administrator",
            )
    except Lost:
        if find(Programme, *programme_key(programme_id)) is None:
            raise
    return programme_id


def _require_sound(name: str, preset: str) -> None:
    problems = []
    if preset not in preset_names():
        problems.append(Invalid("Please choose one of the programmes offered.", field="preset"))
    if problem := problem_with_name(name, "name"):
        problems.append(Invalid(problem, field="name"))
    require_none(problems)


def _administrator(person: Person, programme_id: str, name: str, now: datetime) -> Membership:
    role = Role.ADMINISTRATOR
    return Membership(
        *membership_key(person.person_id, programme_id, role),
        person_id=person.person_id,
        programme_id=programme_id,
        programme_name=name,
        role=role,
        first_name=person.first_name,
        surname=person.surname,
        address=person.address,
        agreed_version=NOT_AGREED,
        agreed_at=now,
        listing=roll(programme_id, role),
        listing_order=roll_order(person.surname, person.first_name, role, person.person_id),
    )
