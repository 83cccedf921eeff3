"""Where somebody can turn to now."""

from dataclasses import dataclass

from shared.people.permissions import Viewer
from shared.policies import Policy
from shared.programmes.actions import policy_of


@dataclass(frozen=True)
class Helper:
    """A place to turn to. What there is none of is empty."""

    name: str
    about: str
    phone: str = ""
    text_line: str = ""
    url: str = ""
    emergency: bool = False


@dataclass(frozen=True)
class HelpPage:
    """Places to turn to, those for an emergency first."""

    help: tuple[Helper, ...]


HELP_FOR_ANYONE = (
    Helper("Emergency services", "When somebody is in danger now.", phone="999", emergency=True),
    Helper(
        "Childline",
        "Somebody to talk to for anyone under 19 in the United Kingdom, day and night. The call is free.",
        phone="0800 1111",
        url="https://www.childline.org.uk",
    ),
    Helper(
        "Shout",
        "Support by text message, day and night. It is free.",
        text_line="Text SHOUT to 85258",
        url="https://giveusashout.org",
    ),
    Helper(
        "Samaritans",
        "Somebody to talk to at any age, day and night. The call is free.",
        phone="116 123",
        url="https://www.samaritans.org",
    ),
    Helper(
        "NHS 111",
        "When you need help with your health soon and it is not an emergency.",
        phone="111",
        url="https://111.nhs.uk",
    ),
)
"""For visitors whose programme we do not know. The numbers are those that the services publish."""


def help_of(policy: Policy | None) -> tuple[Helper, ...]:
    """The places that a programme names, those for an emergency first; without a policy, what is there for
    anybody."""
    if policy is None:
        return HELP_FOR_ANYONE
    places = sorted(policy.help, key=lambda place: not place.emergency)
    return tuple(
        Helper(one.name, one.about, one.phone, one.text_line, one.url, one.emergency) for one in places
    )


def help_page(viewer: Viewer | None) -> HelpPage:
    """What the viewer's first programme names, or what is there for anybody."""
    if viewer is None or not viewer.memberships:
        return HelpPage(HELP_FOR_ANYONE)
    return HelpPage(help_of(policy_of(viewer.memberships[0].programme_id)))
