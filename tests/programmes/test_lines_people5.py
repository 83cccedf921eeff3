"""What is promised of mentors before and while they write, and of who sees what, through the routes."""

import re
from datetime import timedelta

import pytest

import app  # noqa: F401 - registers every route
from functions.web.routing import BY_HANDLER
from shared.conversations.actions import check_message
from shared.conversations.items import Message, pair_key
from shared.conversations.lists import every_pair
from shared.filtering import check
from shared.moderation.actions import decide
from shared.notices.sending import send_due
from shared.people.actions import invite_first_administrator
from shared.people.items import Membership, membership_key
from shared.people.vetting_day import look_after_vetting
from shared.platform.clock import now
from shared.platform.settings import settings
from shared.policies.presets import load_preset
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.rules import day_of
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, both_agree
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.fake_mailer import FakeMailer
from tests.functions.web.browser import Answer, Browser, Program
from tests.functions.web.signed_in import browser_of, program_of
from tests.functions.web.with_accounts import a_pool, mailed, signed_in
from tests.outbox import notices
from tests.shared.people.builders import GOOD_PASSWORD, OTHER_PASSWORD

pytestmark = pytest.mark.usefixtures("tables")
A_DAY = timedelta(days=1)


def ago(days: int) -> str:
    return (day_of(now()) - days * A_DAY).isoformat()


def ahead(days: int) -> str:
    return ago(-days)


class Vetted:
    """A programme of a preset with a coordinator at her desk, and a mentor of whom nothing is recorded."""

    def __init__(self, preset: str) -> None:
        self.programme: RunningProgramme = a_programme(policy=load_preset(preset))
        priya = a_person("coordinator", self.programme)
        self.priya, self.program = browser_of(priya), program_of(priya)
        self.callum = a_person("mentor", self.programme, vetted_until="", vetted_for=None)
        self.amina = a_person("mentee", self.programme)
        self.people = f"/programmes/{self.programme.programme_id}/people"
        self.page = f"{self.people}/{self.callum.person_id}"

    def record(self, what: str, **fields: str) -> Answer:
        self.priya.get(f"{self.page}/vetting?what={what}")
        return self.priya.post(f"{self.page}/vetting", what=what, key=self.priya.key(), **fields)

    def pair(self) -> Answer:
        pairs = f"/programmes/{self.programme.programme_id}/pairs"
        self.priya.get(f"{pairs}/new")
        answer = self.priya.post(
            pairs, mentor_id=self.callum.person_id, mentee_id=self.amina.person_id, key=self.priya.key()
        )
        for one in every_pair(self.programme.programme_id):
            both_agree(one.pair_id)
        return answer


def test_nu_2_a_mentor_is_matched_only_after_recruitment_selection_and_training_are_recorded() -> None:
    ours = Vetted("university-outreach")

    for what, fields in (
        ("recruitment", {"on": ago(40)}),
        ("selection", {"on": ago(30)}),
        ("mentor_training", {"on": ago(20), "minutes": "120"}),
    ):
        refused = ours.pair()
        assert refused.status == 403
        assert "Callum has not been cleared as a mentor" in refused.words
        assert ours.record(what, **fields).status == 303

    assert "Callum is cleared as a mentor" in ours.priya.get(ours.page).words
    assert ours.pair().status == 303


def test_cm_2_a_training_session_of_45_minutes_is_recorded_before_matching() -> None:
    ours = Vetted("college-pilot")
    assert ours.pair().status == 403

    short = ours.record("mentor_training", on=ago(1), minutes="40")
    assert short.status == 422
    assert "lasts 45 minutes at least, and this was 40" in short.words
    assert 'value="40"' in short.text
    assert ours.pair().status == 403

    assert ours.record("mentor_training", on=ago(1), minutes="45").status == 303
    assert "45 minutes" in ours.priya.get(ours.page).words
    assert ours.pair().status == 303


def trained_and_checked(ours: Vetted, *, ends_on: str) -> None:
    ours.record("mentor_training", on=ago(100), minutes="90")
    answer = ours.record(
        "enhanced_dbs", on=ago(200), ends_on=ends_on, number="001234567890", seen_by="Priya Nair"
    )
    assert answer.status == 303, answer.words


def a_letter(browser: Browser, pair_id: str) -> str:
    """What becomes of a letter that one of the two sends."""
    browser.get(f"/pairs/{pair_id}")
    sent = browser.post(f"/pairs/{pair_id}/messages", text=CLEAN, key=browser.key())
    assert sent.status == 303, sent.words
    letters = Message.query(pair_key(pair_id)[0], Message.sk.startswith("MESSAGE#"))
    [pending] = [one for one in letters if one.state == "pending"]
    return check_message(pair_id, pending.message_id, checker=check, now=now()).state


def test_st_10_a_mentor_needs_a_valid_check_and_training() -> None:
    ours = Vetted("national-stem")

    ours.record("mentor_training", on=ago(100), minutes="90")
    assert ours.pair().status == 403
    ours.record("pvg", on=ago(10), number="2026 1234 5678", seen_by="Priya Nair")

    assert ours.pair().status == 303


def test_st_10_an_expired_check_pauses_the_conversation_from_the_next_day_on() -> None:
    ours = Vetted("national-stem")
    trained_and_checked(ours, ends_on=ahead(0))
    assert ours.pair().status == 303
    amina = browser_of(ours.amina)
    pair_id = pair_of(ours.programme)
    assert a_letter(amina, pair_id) == "delivered"

    member = Membership.get(*membership_key(ours.callum.person_id, ours.programme.programme_id, "mentor"))
    member.vetted_until = ago(1)  # as it will be tomorrow
    member.save()

    for browser in (amina, browser_of(ours.callum)):
        page = browser.get(f"/pairs/{pair_id}")
        assert "This conversation is resting. Your coordinator knows." in page.words
        assert "DBS" not in page.words
        assert a_letter(browser, pair_id) == "held"


def test_st_10_a_withdrawn_check_pauses_at_once_and_staff_learn_whom_it_concerns() -> None:
    ours = Vetted("national-stem")
    trained_and_checked(ours, ends_on=ahead(300))
    ours.pair()
    pair_id = pair_of(ours.programme)
    recorded = ours.program.get(ours.page).json["vetting"]["history"]
    record_id = next(one["record_id"] for one in recorded if one["what"] == "enhanced_dbs")
    check_record = f"{ours.page}/vetting/{record_id}"

    ours.priya.get(f"{check_record}/withdraw")
    done = ours.priya.post(f"{check_record}/withdraw", reason="Revoked by the issuing body.")

    assert done.status == 303, done.words
    page = ours.priya.get(ours.page)
    assert "The conversations of Callum are resting" in page.words
    assert "Amina Yusuf" in page.words
    assert "Withdrawn: Revoked by the issuing body." in page.words
    assert a_letter(browser_of(ours.amina), pair_id) == "held"
    [mail] = notices("mentor_paused")
    assert mail.path == ours.page


def test_st_10_mentor_and_coordinators_are_reminded_before_a_check_ends_and_when_it_has() -> None:
    ours = Vetted("national-stem")
    trained_and_checked(ours, ends_on=ahead(7))
    programme_id = ours.programme.programme_id
    told = [look_after_vetting(programme_id, now=now() + days * A_DAY).told for days in (0, 0, 1, 8, 9)]

    assert told == [1, 0, 0, 1, 0]
    assert [one.address for one in notices("own_vetting")] == [ours.callum.address] * 2
    mails = notices("vetting_to_look_at")
    assert [one.how_many for one in mails] == [1, 1]
    assert {one.path for one in mails} == {f"{ours.people}?show=mentor&vetting=due"}


def pair_of(programme: RunningProgramme) -> str:
    [pair] = every_pair(programme.programme_id)
    return pair.pair_id


# ST-11: nobody but staff sees an address, a surname or a school

NAMED = re.compile(r"\{(\w+)\+?\}")
THEIRS = {
    "mentor": {
        "surname": "Quillfeather",
        "address": "callum.private@example.org",
        "school": "Calder Works",
    },
    "mentee": {"surname": "Zephyrine", "address": "amina.private@example.org", "school": "Thistledown"},
}


class TwoAndTheirMail:
    """A mentor and a mentee who are paired, write, are held and asked to change, and are sent e-mails."""

    def __init__(self) -> None:
        policy = load_preset("national-stem")
        programme = a_programme(policy=policy)
        self.mentor = a_person("mentor", programme, username="callum", **THEIRS["mentor"])
        self.mentee = a_person("mentee", programme, username="amina", **THEIRS["mentee"])
        coordinator = a_person("coordinator", programme)
        priya = program_of(coordinator)
        paired = priya.post(
            f"/programmes/{programme.programme_id}/pairs",
            {"mentor_id": self.mentor.person_id, "mentee_id": self.mentee.person_id, "key": "form-1"},
        )
        self.pair_id: str = paired.json["pair_id"]
        both_agree(self.pair_id)
        self.programme_id = programme.programme_id
        self.answers: dict[str, list[str]] = {"mentor": [], "mentee": []}
        for role, someone in (("mentor", self.mentor), ("mentee", self.mentee)):
            self._writes(role, program_of(someone), coordinator)

    def _writes(self, role: str, program: Program, coordinator: Someone) -> None:
        """One letter that arrives, one returned, one declined, one taken back, a worry, a few words."""
        messages = f"/pairs/{self.pair_id}/messages"
        told = self.answers[role]
        for number, text in enumerate((CLEAN, WITH_A_NUMBER, WITH_A_NUMBER + " Please.", CLEAN + " Bye.")):
            sent = program.post(messages, {"text": text, "key": f"{role}-{number}"})
            told.append(sent.text)
            message_id = sent.json["id"]
            if number == 3:
                told.append(program.post(f"{messages}/{message_id}/withdraw").text)
                continue
            check_message(self.pair_id, message_id, checker=check, now=now())
            if number:
                decide(
                    coordinator.viewer,
                    self.pair_id,
                    message_id,
                    decision="ask_to_change" if number == 1 else "decline",
                    reason="Please take out the number.",
                    wording=1,
                    now=now(),
                )
        told.append(program.post(f"/pairs/{self.pair_id}/check", {"text": WITH_A_NUMBER}).text)
        about = program.post("/account/about-me", {"about_me": "I build bridges for a living."})
        told.append(about.text)

    def ids(self, someone: Someone) -> dict[str, str]:
        own = [one for one in self._messages() if one.sender_id == someone.person_id]
        other = self.mentee if someone is self.mentor else self.mentor
        return {
            "programme_id": self.programme_id,
            "pair_id": self.pair_id,
            "message_id": next(one.message_id for one in own if one.state == "returned"),
            "person_id": other.person_id,
        }

    def _messages(self) -> list[Message]:
        found = Message.query(pair_key(self.pair_id)[0], Message.sk.startswith("MESSAGE#"))
        return [one for one in found if isinstance(one, Message)]


def everything_shown(two: TwoAndTheirMail, role: str) -> dict[str, str]:
    """Each page, JSON answer and e-mail that the mentor or the mentee can get."""
    someone = two.mentor if role == "mentor" else two.mentee
    browser, program, ids = browser_of(someone), program_of(someone), two.ids(someone)
    shown = {f"answer {number}": text for number, text in enumerate(two.answers[role])}
    for route in BY_HANDLER.values():
        if route.method == "GET" and route.handler.__module__.startswith("functions.web"):
            path = NAMED.sub(lambda name: ids.get(name.group(1), "nowhere"), route.path)
            shown[f"page {path}"] = browser.get(path).text
            shown[f"JSON {path}"] = program.get(path).text
    mailer = FakeMailer()
    list(send_due(mailer=mailer, clock=lambda: now() + A_DAY))
    for number, mail in enumerate(one for one in mailer.sent if one.address == someone.address):
        shown[f"mail {number}"] = f"{mail.written.subject}\n{mail.written.text}\n{mail.written.html}"
    return shown


@pytest.mark.parametrize(("role", "other"), [("mentee", "mentor"), ("mentor", "mentee")])
def test_st_11_neither_sees_the_others_address_surname_or_school_anywhere(role: str, other: str) -> None:
    shown = everything_shown(TwoAndTheirMail(), role)

    first_name = {"mentee": "Amina", "mentor": "Callum"}[other]
    assert sum(first_name in text for text in shown.values()) >= 4, "the conversation is among what is shown"
    assert sum(name.startswith("mail") for name in shown) >= 4
    leaks = [
        (name, what)
        for name, text in shown.items()
        for what, secret in THEIRS[other].items()
        if secret.casefold() in text.casefold()
    ]
    assert leaks == []


def test_st_11_staff_see_all_three() -> None:
    two = TwoAndTheirMail()
    lead = a_person("safeguarding_lead", load_programme(two.programme_id))

    page = browser_of(lead).get(f"/programmes/{two.programme_id}/people/{two.mentee.person_id}")

    assert all(secret in page.words for secret in THEIRS["mentee"].values())


# NU-3: everyone registers and signs in with a username of their own and a password, over TLS only


def test_nu_3_everyone_registers_and_signs_in_with_a_unique_username_and_a_password() -> None:
    with a_pool():
        policy = load_preset("university-outreach")
        programme = a_programme(policy=policy)
        invite_first_administrator(
            programme.programme_id, first_name="Agnes", surname="Sinclair", address="a@example.org", now=now()
        )
        invite_first_administrator(
            programme.programme_id, first_name="Owen", surname="Hughes", address="o@example.org", now=now()
        )
        agnes, owen = Browser(), Browser()

        link = mailed("invitation", "a@example.org")
        agreed = str(policy.ground_rules.version)
        agnes.get(link)
        assert agnes.post(link, username="agnes.s", password="123", agreed=agreed).status == 422
        assert agnes.post(link, username="agnes.s", password=GOOD_PASSWORD, agreed=agreed).status == 303

        link = mailed("invitation", "o@example.org")
        owen.get(link)
        taken = owen.post(link, username="Agnes.S", password=GOOD_PASSWORD, agreed=agreed)
        assert taken.status == 422
        joined = owen.post(link, username="owen.h", password=GOOD_PASSWORD, agreed=agreed)
        assert joined.status == 303
        over_tls_only(joined)

        assert signed_in("owen.h").get("/account").status == 200
        stranger = Browser()
        stranger.get("/sign-in")
        assert stranger.post("/sign-in", username="owen.h", password=OTHER_PASSWORD, next="").status == 422
        assert stranger.get("/account").status == 303


def over_tls_only(answer: Answer) -> None:
    """The site's address is API Gateway's, which speaks TLS only. Browsers are told to try nothing else, and
    the session travels in no other way."""
    assert settings().site_url.startswith("https://")
    assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
    cookies = answer.headers["set-cookie"]
    for line in [cookies] if isinstance(cookies, str) else cookies:
        assert line.startswith("__Host-")
        assert "Secure" in line.split("; ")
