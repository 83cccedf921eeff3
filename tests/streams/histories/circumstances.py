"""Who is there, what is in force, what the machinery does, and what fails."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from functions.streams import record_receipts
from shared.notices.mailer import NotSent
from shared.people.actions.absence import end_days_away, set_days_away
from shared.people.actions.standing import reinstate, suspend
from shared.platform.tables import transaction
from shared.policies.working_time import DAYS
from shared.programmes.actions import running
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, add_policy
from shared.safeguarding.chain.changing import change_chain
from shared.safeguarding.chain.form import WrittenChain
from tests.builders.programmes import with_a_broken_policy
from tests.fake_mailer import LOST_REPLY, TOO_MANY, UNWELL

from .looking_after import LookingAfter
from .model import KINDS, STAFF, number, picks, sample, staff

CHAIN = WrittenChain(
    steps=[["role:safeguarding_lead"], ["role:deputy", "role:coordinator"], ["role:regional_manager"]],
    nights=[[], [], []],
    minutes={"immediate": "10", "high": "30", "medium": "120", "low": "240"},
    counts=dict.fromkeys(("immediate", "high", "medium", "low"), "always"),
    hours=dict.fromkeys(DAYS[:5], ("09:00", "17:00")),
    bank_holidays="scotland",
    closed_on="",
)


class Circumstances(LookingAfter):
    @initialize(pick=picks)
    def a_day_begins(self, pick: int) -> None:
        """Something has been written, and some of it has been checked and told of."""
        luck = self.luck(pick)
        for _ in range(luck.randint(1, 4)):
            kind = luck.choice([*KINDS, "slight"])
            self.writes(luck.choice(["mentee", "mentor"]), kind, luck.randint(0, 9_999))
        for _ in range(luck.randint(0, 2)):
            self.deliver_some(luck)
        if luck.random() < 0.5:
            self.driver.settle()
        if luck.random() < 0.3:
            by, about = luck.sample(STAFF, 2)
            self.somebody_has_asked_to_close_a_concern(by, about)

    # Who is there

    @rule(who=st.sampled_from(["mentee", "mentor", *STAFF]), pick=picks)
    def is_suspended_or_let_in_again(self, who: str, pick: int) -> None:
        someone, admin = self.people[who], self.viewer("administrator")
        do = reinstate if who in self.suspended else suspend
        if self.is_done(
            lambda: do(admin, self.programme_id, someone.person_id, now=self.moment()), self.luck(pick)
        ):
            self.suspended ^= {who}
            self.decided.append((admin.person_id, "changed_standing", f"person:{someone.person_id}"))

    @rule(who=staff, pick=picks)
    def is_away_or_back(self, who: str, pick: int) -> None:
        luck, someone, admin = self.luck(pick), self.people[who], self.viewer("administrator")
        if luck.random() < 0.3:
            self.is_done(
                lambda: end_days_away(admin, self.programme_id, someone.person_id, now=self.moment()), luck
            )
            return
        first = self.now.date()
        stand_in = self.people[luck.choice(STAFF)].person_id if luck.random() < 0.5 else ""

        def set_away() -> None:
            set_days_away(
                admin,
                self.programme_id,
                someone.person_id,
                first_day=first.isoformat(),
                last_day=(first + timedelta(days=luck.randint(0, 3))).isoformat(),
                stand_in=stand_in,
                now=self.moment(),
            )
            self.decided.append((admin.person_id, "changed_absence", f"person:{someone.person_id}"))

        self.is_done(set_away, luck)

    # What is in force

    @rule(pick=picks)
    def the_policy_changes(self, pick: int) -> None:
        """Who is told, or whether every message is read first; or it becomes one that nobody can read."""
        luck = self.luck(pick)
        if self.good_policy is not None:
            self.mend_the_policy()
        elif luck.random() < 0.2:
            self.break_the_policy()
        elif luck.random() < 0.5:
            self.is_done(lambda: self.change_the_chain(luck), luck)
        else:
            self.is_done(self.read_everything_or_not, luck)

    def change_the_chain(self, luck: Random) -> None:
        by = luck.choice(["safeguarding_lead", "administrator"])
        named = self.people[luck.choice(STAFF)].person_id
        first = luck.choice([["role:coordinator"], [f"person:{named}"], ["role:deputy", f"person:{named}"]])
        nights = luck.choice([[], ["role:regional_manager"]])
        changed = replace(CHAIN, steps=[first, *CHAIN.steps[1:]], nights=[nights, [], []])
        [programme] = self.tables.stored("directory", "programme")
        version = change_chain(
            self.viewer(by),
            self.programme_id,
            changed,
            version=number(programme, "policy_version"),
            reason="Isla is back with us.",
            now=self.moment(),
        )
        self.decided.append((self.viewer(by).person_id, "changed_policy", f"policy:{version}"))
        self.done["change the chain"] += 1

    def read_everything_or_not(self) -> None:
        owen = self.people["administrator"]
        programme = Programme.get(*programme_key(self.programme_id))
        policy = running(programme).policy
        mode = "brokered" if policy.moderation.mode == "filtered" else "filtered"
        moderation = policy.moderation.model_copy(update={"mode": mode})
        with transaction() as write:
            version = add_policy(
                write,
                programme,
                policy.model_copy(update={"moderation": moderation}),
                by=Author(owen.person_id, owen.name),
                reason="We agreed on it at the meeting.",
                now=self.moment(),
            )
        self.decided.append((owen.person_id, "changed_policy", f"policy:{version}"))
        self.done["read everything or not"] += 1

    def break_the_policy(self) -> None:
        self.good_policy = Programme.get(*programme_key(self.programme_id)).policy
        with_a_broken_policy(self.pair.programme)

    def mend_the_policy(self) -> None:
        programme = Programme.get(*programme_key(self.programme_id))
        programme.policy, self.good_policy = self.good_policy, None
        programme.save()

    # What the machinery does

    @rule(pick=picks)
    def a_stream_delivers(self, pick: int) -> None:
        self.deliver_some(self.luck(pick))

    @rule(pick=picks)
    def a_stream_delivers_more(self, pick: int) -> None:
        self.deliver_some(self.luck(pick))

    @rule(pick=picks)
    def a_record_is_lost(self, pick: int) -> None:
        self.driver.rng = self.luck(pick)
        self.driver.lose_one()

    @rule(pick=picks)
    def the_sweep_runs(self, pick: int) -> None:
        self.now += timedelta(minutes=1)
        self.is_done(self.sweep, self.luck(pick))

    @rule(minutes=st.sampled_from([2, 11, 31, 125, 960, 3000]))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_filter_breaks_or_is_mended(self) -> None:
        self.filter.is_broken = not self.filter.is_broken

    @rule(answers=st.lists(st.sampled_from([TOO_MANY, UNWELL, LOST_REPLY]), min_size=1, max_size=4))
    def the_mail_service_is_unwell(self, answers: list[NotSent]) -> None:
        self.mailer.answers += answers

    @rule(who=staff)
    def an_address_takes_no_mail_or_does_again(self, who: str) -> None:
        self.takes_no_mail ^= {self.people[who].address}

    @precondition(lambda self: self.mailer.sent)
    @rule(pick=picks)
    def the_mail_service_tells_what_became_of_an_e_mail(self, pick: int) -> None:
        luck = self.luck(pick)
        for sent in sample(self.mailer.sent, luck):
            usual = ["Delivery"] * 7 + ["Complaint", "Reject", "Transient"]
            kind = "Permanent" if sent.address in self.takes_no_mail else luck.choice(usual)
            self._tell(sent.notice_id, kind, luck)
            if luck.random() < 0.3:
                self._tell(sent.notice_id, kind, luck)

    def _tell(self, notice_id: str, kind: str, luck: Random) -> None:
        name = "Bounce" if kind in ("Permanent", "Transient") else kind
        event: dict[str, Any] = {
            "eventType": name,
            "mail": {"timestamp": self.now.isoformat(), "tags": {"notice_id": [notice_id]}},
            name.lower(): {"timestamp": self.now.isoformat(), "bounceType": kind},
        }
        self.is_done(lambda: record_receipts.work_off({"detail": event}, clock=self.clock), luck)
