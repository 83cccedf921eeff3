"""Everything behind the site, with a clock and a mail service that the test turns."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from functions.schedules import sweep
from functions.streams import escalate_concerns, filter_messages, link_audit, send_notices
from shared.conversations.actions import write_message
from shared.conversations.items import Message, Step
from shared.conversations.rules import Checker
from shared.filtering import check
from shared.notices.items import Notice
from shared.platform.tables import ConversationsItem, OutboxItem, SafeguardingItem
from shared.policies import Policy
from shared.safeguarding.items import Concern
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.driver import Context, StreamDriver, at_once
from tests.fake_mailer import FakeMailer
from tests.faults import Crash

MINUTE = timedelta(minutes=1)


class World:
    """A programme with a coordinator, a safeguarding lead and two who write; the stream functions and the
    sweep, as they are deployed but for the clock, the filter and the mail service."""

    def __init__(
        self,
        *,
        checker: Checker = check,
        mailer: FakeMailer | None = None,
        rng: Random | None = None,
        crashes: float = 0.0,
        repeats: float = 0.0,
        policy: Policy | None = None,
    ) -> None:
        self.now: datetime = MONDAY
        self.checker = checker
        self.mailer = mailer or FakeMailer()
        self.crashes, self.repeats = crashes, repeats
        programme = a_programme(policy=policy)
        self.pair: TwoWhoWrite = a_pair(programme)
        self.coordinator = a_person("coordinator", programme)
        self.lead = a_person("safeguarding_lead", programme)
        self.driver = self.a_driver(rng)
        self.keys_used = 0

    def a_driver(self, rng: Random | None = None) -> StreamDriver:
        """A driver that delivers every stream from its beginning."""
        functions: dict[str, Callable[[dict[str, Any], Any], Any]] = {
            "FilterMessages": partial(filter_messages.work_off, checker=self.checker, clock=self.clock),
            "EscalateConcerns": partial(escalate_concerns.work_off, clock=self.clock),
            "SendAlerts": partial(send_notices.work_off_alerts, mailer=self.mailer, clock=self.clock),
            "SendNotices": partial(
                send_notices.work_off, mailer=self.mailer, clock=self.clock, pause=at_once
            ),
            "LinkAudit": link_audit.work_off,
        }
        return StreamDriver(functions, rng=rng, crashes=self.crashes, repeats=self.repeats)

    def clock(self) -> datetime:
        return self.now

    def moment(self) -> datetime:
        """A moment later than any before."""
        self.now += timedelta(seconds=1)
        return self.now

    def write(self, text: str, *, by: str = "mentee") -> str:
        """A message that its writer was told is kept; its id."""
        self.keys_used += 1
        writer = self.pair.mentor if by == "mentor" else self.pair.mentee
        key = f"form-{self.keys_used}"
        written = write_message(writer.viewer, self.pair.pair_id, text=text, key=key, now=self.now)
        return str(written.message_id)

    def sweep(self) -> bool:
        """A minute later, the sweep runs. False when it died."""
        self.now += MINUTE
        try:
            sweep.run(Context(), mailer=self.mailer, checker=self.checker, clock=self.clock, pause=at_once)
        except Crash:
            return False
        return True

    def message(self, message_id: str) -> Message:
        [found] = [one for one in self.messages() if one.message_id == message_id]
        return found

    def messages(self) -> list[Message]:
        return [one for one in ConversationsItem.scan() if isinstance(one, Message)]

    def steps(self, message_id: str) -> list[str]:
        """What happened to a message, in order."""
        found = [one for one in ConversationsItem.scan() if isinstance(one, Step)]
        ordered = sorted(found, key=lambda step: str(step.sk))
        return [str(step.what) for step in ordered if step.message_id == message_id]

    def concerns(self) -> list[Concern]:
        return [one for one in SafeguardingItem.scan() if isinstance(one, Concern)]

    def notices(self, template: str) -> list[Notice]:
        found = [one for one in OutboxItem.scan() if isinstance(one, Notice)]
        return [one for one in found if one.template == template]

    def sent_to(self, address: str) -> list[str]:
        """The subjects of the e-mails that the mail service took for somebody."""
        return [sent.written.subject for sent in self.mailer.sent if sent.address == address]

    def everything(self) -> list[dict[str, Any]]:
        """All that is stored, to be compared with itself later."""
        tables: Sequence[Any] = (ConversationsItem, SafeguardingItem, OutboxItem)
        stored = [item.to_dynamodb_dict() for table in tables for item in table.scan()]
        return sorted(stored, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
