"""What a journey does behind the pages: people join without a browser each, and the clock stands elsewhere.

Runs in a process of its own with the functions' environment, as the demonstration is filled in, and calls
what the functions call. Who acts is told by the session of their browser.

    python -m tests.journeys.behind_the_pages DEED JSON    what DEED takes, by its names; answers with JSON
"""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.demo_people import PASSWORD, link_sent_to, viewer_in
from infra.local.demo_vetting import show_what_is_asked
from infra.local.stack import LocalStack
from shared.consents.answering import Said as Agreed
from shared.consents.answering import answer_for_oneself
from shared.consents.needs import choose_methods
from shared.conversations.actions import write_message
from shared.conversations.items import Shared, shared_key
from shared.conversations.pairing import pair_up
from shared.conversations.scheduled import deliver_due
from shared.matching.declaring import Said, say_wishes
from shared.moderation.actions import deliver
from shared.people.actions import accept_invitation, invite
from shared.people.cognito import CognitoAccounts
from shared.people.items import Membership, membership_key
from shared.people.leave import Leave
from shared.platform.clock import now, order
from shared.programmes.actions import load_programme
from shared.relationship.agreeing import agree


def join(programme_id: str, coordinator: str, people: list[dict[str, Any]]) -> None:
    """Each joins by the link in their inbox, agrees to what is needed for being matched, and says what would
    suit them. The mentors among them are cleared by the coordinator."""
    programme = load_programme(programme_id)
    needed = [one.id for one in programme.policy.consents.purposes if one.needed_for == "pairing"]
    for one in people:
        session = accept_invitation(
            link_sent_to(one["address"], programme.name),
            username=one["username"],
            password=PASSWORD,
            agreed_version=programme.policy.ground_rules.version,
            accounts=CognitoAccounts(),
            now=now(),
        )
        viewer, parent = viewer_in(session), one.get("parent", "")
        agreed = Agreed(dict.fromkeys(needed, "yes"), parent_name=parent and "Moira", parent_address=parent)
        answer_for_oneself(viewer, programme_id, agreed, now=now())
        say_wishes(viewer, programme_id, Said(one["wishes"]), now=now())
        if not parent:
            an_hour_ago = now() - timedelta(hours=1)
            show_what_is_asked(viewer_in(coordinator), programme_id, viewer, now=an_hour_ago)


def write(writer: str, pair_id: str, text: str, at: str) -> str:
    """Somebody writes at that time; the message's id."""
    moment = datetime.fromisoformat(at)
    return write_message(viewer_in(writer), pair_id, text=text, key=at, now=moment).message_id


def pass_on(coordinator: str, pair_id: str, message_id: str, at: str) -> None:
    """The coordinator has read a message at that time, and has it delivered."""
    moment = datetime.fromisoformat(at)
    deliver(viewer_in(coordinator), pair_id, message_id, wording=1, now=moment)


def sweep(at: str) -> None:
    """What the sweep does each minute with what waits for the programmes' hours, at that time."""
    moment = datetime.fromisoformat(at)
    assert deliver_due(lambda: moment).failed == 0


def two_who_meet(coordinator: str, programme_id: str, stamp: str) -> dict[str, str]:
    """A mentor and a pupil of a programme by way of schools come, are brought together, and have agreed to
    everything, and a parent too; the pair's id. Their names end with the stamp, and so do their usernames."""
    programme, fiona = load_programme(programme_id), viewer_in(coordinator)
    people = {}
    for role, first_name, answers in (
        ("mentor", "Ewan", {"adult": "yes"}),
        ("mentee", "Isla", {"year_group": "S4"}),
    ):
        address = f"{first_name}{stamp}@example.org".lower()
        surname = f"Ross{stamp}"
        invite(
            fiona,
            programme_id,
            role=role,
            first_name=first_name,
            surname=surname,
            address=address,
            answers=answers,
            now=now(),
        )
        session = accept_invitation(
            link_sent_to(address, programme.name),
            username=f"{first_name}{stamp}".lower(),
            password=PASSWORD,
            agreed_version=programme.policy.ground_rules.version,
            accounts=CognitoAccounts(),
            now=now(),
        )
        people[role] = viewer_in(session)
        yes = {one.id: "yes" for one in programme.policy.consents.purposes}
        member = Membership.get(*membership_key(people[role].person_id, programme_id, role))
        member.update([Membership.leave.set(Leave(yes, yes).as_stored())])
        choose_methods(people[role], programme_id, programme.policy.delivery.methods, now=now())
    show_what_is_asked(fiona, programme_id, people["mentor"], now=now() - timedelta(hours=1))
    mentor, mentee = people["mentor"], people["mentee"]
    pair_id = pair_up(
        fiona,
        programme_id,
        mentor_id=mentor.person_id,
        mentee_id=mentee.person_id,
        cohort_id="",
        key=stamp,
        now=now(),
    )
    for viewer in (mentor, mentee):
        agree(viewer, pair_id, version=1, how_often="Once a month", when=(), now=now())
    return {"pair_id": pair_id}


def begins_soon(pair_id: str, meeting_id: str) -> None:
    """The days until a meeting have gone by: it begins in ten minutes."""
    item = Shared.get(*shared_key(pair_id, "meeting", meeting_id))
    item.details = {**item.details, "starts_at": order(now() + timedelta(minutes=10))}
    item.save()


DEEDS = {deed.__name__: deed for deed in (join, write, pass_on, sweep, two_who_meet, begins_soon)}


def do(stack: LocalStack, deed: str, **words: Any) -> Any:
    """Has one of the deeds done on the stack, and gives its answer."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.journeys.behind_the_pages", deed, json.dumps(words)],
        env=os.environ | stack.function_environment(),
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.strip().splitlines()[-1])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(DEEDS[sys.argv[1]](**json.loads(sys.argv[2]))))
