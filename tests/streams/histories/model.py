"""Who there is, what is remembered of what people were told, and what can go wrong on the way.

What is remembered is the plain model that the tables are held against: a promise is written down only when
whoever got it was answered, and is never taken out again.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from pynamodb.exceptions import PynamoDBException

from functions.schedules import sweep
from functions.streams import escalate_concerns, filter_messages, link_audit, send_notices
from shared.filtering import RuleSet, Severity, Verdict
from shared.people.permissions import Viewer
from shared.platform.errors import SignpostError
from shared.platform.tables import Lost
from tests import faults
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone
from tests.driver import Context, StreamDriver, at_once, read_sources
from tests.fake_mailer import FakeMailer
from tests.fake_tables import FakeTables, Kept
from tests.faults import Crash, answering, crash, losing_answers
from tests.racing import just_before_it_writes
from tests.shared.conversations.builders import TheFilter, a_finding, a_verdict

SLIGHT = "damned"
KINDS = {
    "clean": "I went to the open day, and liked it.",
    "slight": f"The {SLIGHT} bus was late, and so was I.",
    "number": "Ring me on 07700 900123 after school.",
    "worry": "Some nights I want to die.",
}
"""Of the four, the filter passes the first; only the second may be delivered together with others."""
STAFF = ("coordinator", "safeguarding_lead", "deputy", "regional_manager")
SOURCES = read_sources()

Stored = dict[str, Any]

picks = st.integers(0, 1_000_000)
"""What a step leaves open is decided by one number: that is cheaper than many choices, and shrinks too."""
kinds = st.sampled_from(["clean", "slight", "slight", "number", "worry"])
staff = st.sampled_from(STAFF)
everybody = st.sampled_from(["mentee", "mentor", *STAFF])


@dataclass(frozen=True)
class Stage:
    """What every history begins with."""

    tables: FakeTables
    kept: Kept
    people: dict[str, Someone]
    pair: TwoWhoWrite
    done: Counter[str] = field(default_factory=Counter)
    """How often somebody was told that something is done, over all histories: a proof that leaves a deed out
    proves nothing of it."""


class Watching(TheFilter):
    """The filter, which remembers what it let pass, and knows a word that is no more than slight."""

    def __init__(self) -> None:
        super().__init__()
        self.passed: set[str] = set()

    def __call__(self, text: str, *, sender: str, recent: Any = (), rules: RuleSet | None = None) -> Verdict:
        verdict = super().__call__(text, sender=sender, recent=recent, rules=rules)
        self.seen.clear()
        self.judged_by.clear()
        if SLIGHT in text:
            verdict = a_verdict(
                a_finding("profanity", Severity.low, start=text.index(SLIGHT), matched=SLIGHT)
            )
        if not verdict.hold:
            self.passed.add(text)
        return verdict


class Files:
    """The bucket. Faults reach it as they reach the tables."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def keep(self, key: str, content: bytes) -> None:
        faults.reached("PutObject", {"Key": key}, lambda _: self.kept.update({key: content}))

    def link(self, key: str, *, name: str) -> str:
        assert name
        return key


class Model(RuleBasedStateMachine):
    """One programme, two who write, four who look after them."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        stage.tables.bring_back(stage.kept)
        self.tables, self.people, self.pair = stage.tables, stage.people, stage.pair
        self.done = stage.done
        self.programme_id = stage.pair.programme_id
        self.now = MONDAY
        self.filter = Watching()
        self.mailer = FakeMailer()
        self.files = Files()
        functions: dict[str, Any] = {
            "FilterMessages": partial(filter_messages.work_off, checker=self.filter, clock=self.clock),
            "EscalateConcerns": partial(escalate_concerns.work_off, clock=self.clock),
            "SendAlerts": partial(send_notices.work_off_alerts, mailer=self.mailer, clock=self.clock),
            "SendNotices": partial(
                send_notices.work_off, mailer=self.mailer, clock=self.clock, pause=at_once
            ),
            "LinkAudit": link_audit.work_off,
        }
        self.driver = StreamDriver(functions, repeats=0.2, sources=SOURCES, stream_of=stage.tables.stream)
        self.forms = self.drawn = 0
        self.suspended: set[str] = set()
        self.takes_no_mail: set[str] = set()
        self.good_policy: dict[str, Any] | None = None
        """The policy that is to come back, while nobody can read the one in force."""
        self.kept: list[tuple[str, str]] = []
        """Message and wording of which a writer was told that they are kept."""
        self.approved: set[str] = set()
        """Texts that a person, having read them, let pass."""
        self.taken_back: set[str] = set()
        """Messages of which a writer was told that nobody will get them."""
        self.opened: list[Stored] = []
        """Held messages as moderators had them before them: on a page that is still open."""
        self.worries: list[tuple[str, str]] = []
        """Reference and words of which whoever reported them was told that somebody will read them."""
        self.decided: list[tuple[str, str, str]] = []
        """Who did what to what, where they were told that it is done."""
        self.handed: list[tuple[str, str]] = []
        """Message and person to whom a moderator was told that it was handed."""
        self.undone: list[tuple[str, int]] = []
        """Message and wording of which a moderator was told that it is held again, and no longer returned."""
        self.added: list[tuple[str, str]] = []
        """Concern and words of the files and next steps of which staff were told that they are kept."""

    # How things are done

    def clock(self) -> datetime:
        return self.now

    def moment(self) -> datetime:
        """No two people do something at the very same moment."""
        self.now += timedelta(seconds=1)
        return self.now

    def luck(self, pick: int) -> Random:
        """What decides all that a step leaves open. It hangs on every pick so far: Hypothesis likes to try a
        history again with a step or two changed, and everything after them is to be another then."""
        self.drawn = hash((self.drawn, pick))
        return Random(self.drawn)

    def form(self) -> str:
        self.forms += 1
        return f"form-{self.forms}"

    def is_done(self, do: Callable[[], object], luck: Random | None = None) -> bool:
        """Whether who did it was told so. Where the process died or AWS failed, it may be done or not.
        Without `luck`, nothing fails."""
        unwell = (SignpostError, Lost, PynamoDBException, ClientError, BotoCoreError, Crash)
        with suppress(*unwell), a_fault(luck) if luck else nullcontext():
            do()
            return True
        return False

    def tries(self, do: Callable[[], object], luck: Random) -> None:
        """Somebody does something; seeing an error, they may send the same form again."""
        if not self.is_done(do, luck) and luck.random() < 0.6:
            self.is_done(do)

    def meanwhile(
        self, does: Callable[[], object], luck: Random, *, chance: float = 0.4
    ) -> AbstractContextManager[None]:
        """Perhaps something else happens while somebody is about to write."""
        if luck.random() >= chance:
            return nullcontext()
        return just_before_it_writes(partial(self.is_done, does), surely=False)

    def sweep(self) -> None:
        with suppress(sweep.NotWhole):
            sweep.run(Context(), mailer=self.mailer, checker=self.filter, clock=self.clock, pause=at_once)

    def deliver_some(self, luck: Random) -> None:
        self.driver.rng = luck
        for _ in range(luck.randint(1, 4)):
            self.now += timedelta(seconds=luck.choice([0, 0, 1, 40]))
            self.driver.deliver_one(dying=a_fault(luck))

    # Who there is, and what is stored

    def viewer(self, who: str) -> Viewer:
        return self.people[who].viewer

    def messages(self, *states: str) -> list[Stored]:
        found = self.tables.stored("conversations", "message")
        return [one for one in found if not states or text(one, "state") in states]

    def concerns(self, *states: str) -> list[Stored]:
        found = self.tables.stored("safeguarding", "concern")
        return [one for one in found if not states or text(one, "state") in states]

    def steps(self) -> list[Stored]:
        """What happened to messages, for each of them in its order."""
        found = self.tables.stored("conversations", "step")
        return sorted(found, key=lambda one: (text(one, "pk"), text(one, "sk")))

    def lines(self, concern: Stored) -> list[Stored]:
        entries = self.tables.stored("safeguarding", "entry")
        return [one for one in entries if one["pk"] == concern["pk"]]

    def notices(self, *templates: str) -> list[Stored]:
        found = self.tables.stored("outbox", "notice")
        return [one for one in found if not templates or text(one, "template") in templates]


def text(stored: Stored, name: str) -> str:
    return str(stored.get(name, {}).get("S", ""))


def number(stored: Stored, name: str) -> int:
    return int(stored[name]["N"])


def hidden_from(concern: Stored) -> set[str]:
    """Whom a concern is kept from: whom it is about, first of all."""
    kept = json.loads(text(concern, "kept_from") or "[]")
    return {text(concern, "about_id"), *kept} - {""}


def sample(found: Sequence[Any], luck: Random) -> list[Any]:
    """One of them, if there is any."""
    return [luck.choice(found)] if found else []


def a_fault(luck: Random) -> AbstractContextManager[None]:
    """All goes well, the process dies at one of its calls, or AWS refuses, or is not heard."""
    chance, call = luck.random(), luck.randint(1, 9)
    if chance < 0.6:
        return nullcontext()
    if chance < 0.72:
        return crash(before=call)
    if chance < 0.84:
        return crash(after=call)
    operation = luck.choice(["TransactWriteItems", "TransactWriteItems", "PutItem", "UpdateItem", "Query"])
    if chance < 0.92:
        return losing_answers(operation, times=1)
    return answering(operation, "ProvisionedThroughputExceededException", times=1)
