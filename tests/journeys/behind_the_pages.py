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
from infra.local.demo_programmes import answers_asked
from infra.local.demo_vetting import show_what_is_asked
from infra.local.stack import LocalStack
from shared.consents.answering import Said as Agreed
from shared.consents.answering import answer_for_oneself
from shared.consents.needs import choose_methods
from shared.consents.parents import answer_for_child
from shared.conversations.actions import write_message
from shared.conversations.items import Shared, shared_key
from shared.conversations.pairing import pair_up
from shared.conversations.scheduled import deliver_due
from shared.conversations.steps import load_pair
from shared.endings.days import look_after_endings
from shared.matching.declaring import Said, say_wishes
from shared.moderation.actions import deliver
from shared.people.actions import accept_invitation, invite
from shared.people.cognito import CognitoAccounts
from shared.people.permissions import Viewer
from shared.platform.clock import now, order
from shared.programmes.actions import load_programme


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


def introduce(coordinator: str, programme: str, stamp: str) -> dict[str, str]:
    """A mentor and a mentee of nineteen are invited to the demonstration's programme of that name, join, say
    yes to everything, the mentee's parent with them, and are brought together by its coordinator. Gives the
    pair's id, the username of each, and the password of both."""
    staff = viewer_in(coordinator)
    [programme_id] = {one.programme_id for one in staff.memberships if one.programme_name == programme}
    policy = load_programme(programme_id).policy
    everything = {one.id: "yes" for one in policy.consents.purposes}
    an_hour_ago, found = now() - timedelta(hours=1), {"password": PASSWORD}
    for role, first_name in (("mentor", "Rhian"), ("mentee", "Calum")):
        address = f"{first_name}{stamp}@example.org".lower()
        who = {"role": role, "first_name": first_name, "surname": f"Innes{stamp}", "address": address}
        invite(staff, programme_id, **who, answers=answers_asked(programme)[role], now=now())
        session = accept_invitation(
            link_sent_to(address, programme),
            username=f"{first_name}{stamp}".lower(),
            password=PASSWORD,
            agreed_version=policy.ground_rules.version,
            accounts=CognitoAccounts(),
            now=now(),
        )
        viewer = viewer_in(session)
        _say_yes(viewer, programme_id, programme, everything, is_mentee=role == "mentee")
        if role == "mentor":
            show_what_is_asked(staff, programme_id, viewer, now=an_hour_ago)
        found[role] = f"{first_name}{stamp}".lower()
        found[f"{role}_id"] = viewer.person_id
    ids = {name: found[name] for name in ("mentor_id", "mentee_id")}
    found["pair_id"] = pair_up(staff, programme_id, **ids, cohort_id="", key=stamp, now=an_hour_ago)
    return found


def _say_yes(
    viewer: Viewer, programme_id: str, programme: str, everything: dict[str, Any], *, is_mentee: bool
) -> None:
    """To everything that is asked and every way of being in touch; and where a parent is asked too, they do
    so by their link."""
    policy = load_programme(programme_id).policy
    parent = f"parent.of.{viewer.first_name}.{viewer.person_id}@example.org".lower()
    said = Agreed(everything)
    if is_mentee:
        birthday = (now() - timedelta(days=19 * 366)).date()
        said = Agreed(everything, born_on=birthday, parent_name="Moira", parent_address=parent)
    answer_for_oneself(viewer, programme_id, said, now=now())
    choose_methods(viewer, programme_id, policy.delivery.methods, now=now())
    if is_mentee and any(one.parent == "always" for one in policy.consents.purposes):
        token = link_sent_to(parent, programme, kind="consent")
        answer_for_child(token, answers=everything, name="Moira", now=now())


def write(writer: str, pair_id: str, text: str, at: str) -> str:
    """Somebody writes at that time; the message's id."""
    moment = datetime.fromisoformat(at)
    return write_message(viewer_in(writer), pair_id, text=text, key=at, now=moment).message_id


def pass_on(coordinator: str, pair_id: str, message_id: str, at: str) -> None:
    """The coordinator has read a message at that time, and has it delivered."""
    moment = datetime.fromisoformat(at)
    deliver(viewer_in(coordinator), pair_id, message_id, wording=1, now=moment)


def end_the_day(pair_id: str, at: str) -> None:
    """What is looked after on the next morning, at that time, with the endings of a pair's programme."""
    look_after_endings(load_pair(pair_id).programme_id, now=datetime.fromisoformat(at))


def sweep(at: str) -> None:
    """What the sweep does each minute with what waits for the programmes' hours, at that time."""
    moment = datetime.fromisoformat(at)
    assert deliver_due(lambda: moment).failed == 0


def begins_soon(pair_id: str, meeting_id: str) -> None:
    """The days until a meeting have gone by: it begins in ten minutes."""
    item = Shared.get(*shared_key(pair_id, "meeting", meeting_id))
    item.details = {**item.details, "starts_at": order(now() + timedelta(minutes=10))}
    item.save()


DEEDS = {deed.__name__: deed for deed in (introduce, join, write, pass_on, end_the_day, sweep, begins_soon)}


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
