"""Builders of concerns and of those who look after them."""

from datetime import UTC, datetime

from shared.people.permissions import Role
from shared.people.views import StaffMember
from shared.platform.tables import transaction
from shared.policies import Policy
from shared.policies.schema import Escalation, GroundRules, HelpPlace, Moderation
from shared.safeguarding.actions import raise_concern
from shared.safeguarding.rules import NewConcern

MONDAY = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)
WORDS = "I can't sleep and I don't want to be here any more."


def a_policy(ranks: list[list[str]] | None = None) -> Policy:
    return Policy(
        ground_rules=GroundRules(
            mentee=["Tell us when something worries you."],
            mentor=["Pass on every worry the same day."],
            staff=["Answer alerts."],
        ),
        help=[
            HelpPlace(
                name="Emergency services",
                about="When somebody is in danger now.",
                phone="999",
                emergency=True,
            ),
            HelpPlace(name="Childline", about="Somebody to talk to, day and night.", phone="0800 1111"),
        ],
        moderation=Moderation(),
        escalation=Escalation.model_validate(
            {
                "ranks": ranks or [["safeguarding_lead"], ["coordinator"]],
                "acknowledge_within_minutes": {"low": 480, "medium": 120, "high": 30, "immediate": 10},
            }
        ),
        reply_promise="usually within one working day",
    )


def a_staff_member(
    name: str = "Morag Laing", role: Role = Role.SAFEGUARDING_LEAD, person_id: str = ""
) -> StaffMember:
    first_name = name.split()[0]
    return StaffMember(
        person_id=person_id or first_name.lower(),
        first_name=first_name,
        name=name,
        address=f"{first_name.lower()}@example.org",
        role=role,
    )


MORAG = a_staff_member("Morag Laing", Role.SAFEGUARDING_LEAD)
EWAN = a_staff_member("Ewan Reid", Role.COORDINATOR)


def a_new_concern(
    severity: str = "immediate",
    *,
    cause: tuple[str, ...] = ("message", "pair-1", "message-1", "1"),
    about_id: str = "priya",
    kept_from: tuple[str, ...] = (),
    programme_id: str = "programme-1",
    words: str = WORDS,
) -> NewConcern:
    return NewConcern(
        cause=cause,
        programme_id=programme_id,
        programme_name="Tayside Futures",
        about_id=about_id,
        about_name="Priya Nair",
        raised_by="filter",
        raised_by_name="Signpost",
        category="suicide",
        severity=severity,
        words=words,
        spans=[{"start": 22, "end": 50, "category": "suicide"}],
        pair_id="pair-1",
        message_id="message-1",
        kept_from=kept_from,
    )


def a_raised_concern(
    new: NewConcern | None = None,
    *,
    staff: tuple[StaffMember, ...] = (MORAG, EWAN),
    policy: Policy | None = None,
    now: datetime = MONDAY,
) -> str:
    with transaction() as write:
        return raise_concern(write, new or a_new_concern(), staff=staff, policy=policy or a_policy(), now=now)
