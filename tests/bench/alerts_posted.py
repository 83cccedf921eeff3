"""Posts worries among other messages, one after another at an even pace, and reads when their alerts were
accepted by the mail service.

Runs in a process of its own with the functions' environment, as infra/local/fill.py does, and prints JSON:
for each worry the seconds from posting it to the first of its alerts that was accepted.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Final

from infra.local.demo_data import AMINA, JAMIE, ROSA
from infra.local.demo_people import PASSWORD
from shared.conversations.acquaintances import pairs_of
from shared.conversations.actions import write_message
from shared.notices.actions import cancel, enqueue
from shared.notices.items import Notice
from shared.notices.rules import NewNotice
from shared.people.actions import sign_in, viewer_of
from shared.people.cognito import CognitoAccounts
from shared.people.permissions import Viewer
from shared.platform.clock import now
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, transaction
from shared.safeguarding.items import Concern, concern_key
from shared.safeguarding.rules import message_cause

EVERY: Final = 0.5
"""Seconds from one message to the next: slow enough for the emulator, or a queue of messages is measured."""
ORDINARY_FOR_EACH: Final = 4
WORRY: Final = "I don't see the point in being here any more"
ORDINARY: Final = (
    "The second bridge was the better one, because it carried the bag of sugar for a whole minute."
)
PATIENCE: Final = 300.0
"""Seconds for all alerts to be accepted."""


def main(bulk: int, worries: int) -> None:
    """Queues `bulk` e-mails of the bulk lane, posts `worries` among the others, waits, prints."""
    run = uuid.uuid4().hex
    writers = [_signed_in(person.username) for person in (AMINA, JAMIE, ROSA)]
    pairs = [next(iter(pairs_of(writer.person_id))) for writer in writers]
    with ThreadPoolExecutor(8) as pool:
        queued = list(pool.map(lambda number: _queue(run, number), range(bulk)))
    posted: dict[str, datetime] = {}
    begun = time.monotonic()
    for number in range(worries * (ORDINARY_FOR_EACH + 1)):
        time.sleep(max(0.0, begun + number * EVERY - time.monotonic()))
        place = number % len(writers)
        is_worry = number % (ORDINARY_FOR_EACH + 1) == ORDINARY_FOR_EACH
        started = now()
        text = WORRY if is_worry else ORDINARY
        message = write_message(writers[place], pairs[place], text=text, key=f"{run}-{number}", now=started)
        if is_worry:
            cause = message_cause(pairs[place], message.message_id, int(message.round))
            posted[derived_id("concern", *cause)] = started
    seconds = _seconds(posted)
    for notice_id in queued:
        _cancel(notice_id)
    sys.stdout.write(json.dumps(seconds) + "\n")


def _signed_in(username: str) -> Viewer:
    viewer = viewer_of(sign_in(username, PASSWORD, accounts=CognitoAccounts(), now=now()), now=now())
    assert viewer is not None
    return viewer


def _queue(run: str, number: int) -> str:
    letter = NewNotice(
        template="introduced",
        cause=(run, str(number)),
        address=f"reader-{number}@example.org",
        first_name="Reader",
        path="/",
        programme_name="Routes into Engineering",
    )
    return enqueue(letter, now=now())


def _cancel(notice_id: str) -> None:
    """What is still queued would go on into the next round."""
    with suppress(Lost), transaction() as write:
        cancel(write, notice_id)


def _seconds(posted: dict[str, datetime]) -> list[float]:
    """From posting each concern's message to its first alert accepted."""
    deadline = time.monotonic() + PATIENCE
    while True:
        accepted: dict[str, datetime] = {}
        for one in Notice.scan():
            if isinstance(one, Notice) and one.template == "concern_alert" and one.accepted_at and one.about:
                concern_id = one.about.partition(":")[2]
                accepted[concern_id] = min(accepted.get(concern_id, one.accepted_at), one.accepted_at)
        if posted.keys() <= accepted.keys():
            return [(accepted[one] - when).total_seconds() for one, when in posted.items()]
        if time.monotonic() > deadline:
            missing = [one for one in posted if one not in accepted]
            concerns = sum(find(Concern, *concern_key(one)) is not None for one in missing)
            sys.exit(
                f"{len(missing)} of {len(posted)} had no alert accepted; {concerns} of them are concerns."
            )
        time.sleep(1.0)


if __name__ == "__main__":
    main(bulk=int(sys.argv[1]), worries=int(sys.argv[2]))
