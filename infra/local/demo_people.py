"""How people come into the demonstration: invited, and by the link in the e-mail they were sent."""

from __future__ import annotations

import json
import os
import re
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from infra.trouble import Trouble
from shared.people.actions import accept_invitation, invite, join_with_account, viewer_of
from shared.people.cognito import CognitoAccounts
from shared.people.permissions import Viewer
from shared.platform.clock import now
from shared.policies.presets import load_preset

PASSWORD = "harbour-lantern-42"  # noqa: S105 - the demonstration's, printed for whoever looks round
MAIL_WITHIN = 90.0
"""Seconds for an invitation to go through the stack, the first functions' cold start included."""


@dataclass(frozen=True)
class Person:
    """Somebody in the demonstration."""

    first_name: str
    surname: str
    role: str

    @property
    def username(self) -> str:
        return self.first_name.lower()

    @property
    def address(self) -> str:
        return f"{self.username}@example.org"

    @property
    def who(self) -> str:
        return f"{self.first_name} {self.surname}, {self.role.replace('_', ' ')}"


def invite_to(
    programme_id: str, owen: Viewer, person: Person, cohort_id: str, answers: Mapping[str, Mapping[str, str]]
) -> None:
    """Invites somebody; whoever is asked something by role in `answers`, to the cohort."""
    invite(
        owen,
        programme_id,
        role=person.role,
        first_name=person.first_name,
        surname=person.surname,
        address=person.address,
        cohort_id=cohort_id if person.role in answers else "",
        answers=answers.get(person.role),
        now=now(),
    )


def join(person: Person, preset: str, programme_name: str) -> tuple[str, Viewer]:
    """An account for somebody who was invited to a programme that began with this preset; and their
    session."""
    session = accept_invitation(
        link_sent_to(person.address, programme_name),
        username=person.username,
        password=PASSWORD,
        agreed_version=load_preset(preset).ground_rules.version,
        accounts=CognitoAccounts(),
        now=now(),
    )
    return session, viewer_in(session)


def join_too(session: str, person: Person, preset: str, programme_name: str) -> Viewer:
    """Somebody with an account joins another programme."""
    join_with_account(
        viewer_in(session),
        link_sent_to(person.address, programme_name),
        agreed_version=load_preset(preset).ground_rules.version,
        now=now(),
    )
    return viewer_in(session)


def viewer_in(session: str) -> Viewer:
    """Who is asking, with every role they have by now."""
    viewer = viewer_of(session, now=now())
    assert viewer is not None
    return viewer


def link_sent_to(address: str, programme_name: str, *, kind: str = "join") -> str:
    """The token in the invitation to this programme that arrived for `address`; or in another letter, by the
    `kind` of its link."""
    deadline = time.monotonic() + MAIL_WITHIN
    while time.monotonic() < deadline:
        for mail in _mails():
            said = json.dumps(mail)
            found = re.search(rf"/{kind}/([\w.-]+)", said)
            if found and address in said and programme_name in said:
                return found.group(1)
        time.sleep(0.25)
    raise Trouble(f"No letter with a link to {kind} arrived for {address} within {MAIL_WITHIN:.0f} seconds.")


def _mails() -> list[object]:
    """Every e-mail the emulator took for sending, whatever account it files them under."""
    with urllib.request.urlopen(
        os.environ["AWS_ENDPOINT_URL"] + "/_ministack/ses/messages", timeout=10
    ) as answer:
        filed = json.load(answer)
    return [mail for mails in filed.get("messages", filed).values() for mail in mails]
