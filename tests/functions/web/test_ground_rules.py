"""Ground rules that were worded anew are agreed to before anything else, and nobody in need has to wait."""

from collections.abc import Callable

import pytest

from shared.people.items import Agreement, Membership, agreement_key, membership_key
from shared.platform.clock import now
from shared.platform.tables import find, transaction
from shared.programmes.actions import load_programme
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, add_policy
from shared.safeguarding.items import Concern
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme, with_a_broken_policy

from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")
NEW_RULE = "Write to each other on Signpost and nowhere else."


def reword(pair: TwoWhoWrite, *, role: str = "mentee", text: str = NEW_RULE) -> None:
    """The programme's ground rules change, as an administrator would change them."""
    programme = find(Programme, *programme_key(pair.programme_id))
    assert programme is not None
    policy = load_programme(pair.programme_id).policy
    rules = policy.ground_rules.model_copy(update={role: [text]})
    with transaction() as write:
        changed = policy.model_copy(update={"ground_rules": rules})
        add_policy(
            write, programme, changed, by=Author("p-1", "Owen Hughes"), reason="A new year.", now=now()
        )


def membership(pair: TwoWhoWrite, someone: Someone) -> Membership:
    found = find(Membership, *membership_key(someone.person_id, pair.programme_id, someone.role))
    assert found is not None
    return found


@pytest.mark.parametrize("who", ["mentee", "mentor"])
@pytest.mark.parametrize("path", ["/", "/pairs/{pair_id}"])
def test_whoever_has_yet_to_agree_is_taken_to_the_rules_first(pair: TwoWhoWrite, who: str, path: str) -> None:
    reword(pair)
    browser = browser_of(getattr(pair, who))

    answer = browser.get(path.format(pair_id=pair.pair_id))

    assert (answer.status, answer.location.partition("?")[0]) == (303, "/ground-rules")
    page = browser.follow()
    assert "The ground rules have changed" in page.words
    if who == "mentee":
        assert NEW_RULE in page.words


def test_after_agreeing_one_goes_on_to_where_one_was_going(pair: TwoWhoWrite) -> None:
    reword(pair)
    browser = browser_of(pair.mentee)
    browser.get(f"/pairs/{pair.pair_id}")
    browser.follow()

    browser.post("/ground-rules", programme_id=pair.programme_id, agreed="2", next=f"/pairs/{pair.pair_id}")

    assert browser.follow().status == 200
    assert pair.mentor.first_name in browser.get(f"/pairs/{pair.pair_id}").words


def test_the_agreement_is_stored_with_its_version_and_time_and_the_one_before_is_kept(
    pair: TwoWhoWrite,
) -> None:
    before = now()
    for version in (2, 3):
        reword(pair, text=f"Write each week, and say so when you can’t. ({version})")
        program = program_of(pair.mentee)
        assert program.post(
            "/ground-rules", {"programme_id": pair.programme_id, "agreed": version}
        ).status == 200  # fmt: skip

    found = membership(pair, pair.mentee)
    assert int(found.agreed_version) == 3
    assert found.agreed_at >= before
    for version in (2, 3):
        key = agreement_key(pair.mentee.person_id, pair.programme_id, "mentee", version)
        kept = find(Agreement, *key)
        assert kept is not None
        assert kept.at >= before


def test_staff_see_the_version_and_the_day_and_when_somebody_joined_stays(pair: TwoWhoWrite) -> None:
    joined = membership(pair, pair.mentee).agreed_at
    priya = a_person("coordinator", pair.programme)
    reword(pair)
    program_of(pair.mentee).post("/ground-rules", {"programme_id": pair.programme_id, "agreed": 2})

    page = browser_of(priya).get(f"/programmes/{pair.programme_id}/people/{pair.mentee.person_id}")

    assert "Version 2, agreed to today" in page.words
    assert membership(pair, pair.mentee).joined_at == joined


def test_a_message_is_not_taken_before_that_and_its_words_are_shown(pair: TwoWhoWrite) -> None:
    browser = browser_of(pair.mentee)
    browser.get(f"/pairs/{pair.pair_id}")
    key = browser.key()
    reword(pair)

    answer = browser.post(
        f"/pairs/{pair.pair_id}/messages", text="I have chosen my subjects for next year.", key=key
    )

    assert answer.status == 403
    assert "I have chosen my subjects for next year." in answer.words
    assert "not sent yet" in answer.words


def test_a_program_is_told_so(pair: TwoWhoWrite) -> None:
    reword(pair)

    answer = program_of(pair.mentor).get("/")

    assert (answer.status, answer.json["error"]["code"]) == (403, "not_yet_agreed")


@pytest.mark.parametrize(
    "path",
    ["/worry", "/help", "/how-this-works", "/account", "/ground-rules", "/taking-part/{programme_id}"],
)
def test_help_a_worry_and_taking_back_leave_stay_open(pair: TwoWhoWrite, path: str) -> None:
    reword(pair)

    assert browser_of(pair.mentee).get(path.format(programme_id=pair.programme_id)).status == 200


def test_a_worry_is_passed_on_before_anything_is_agreed_to(pair: TwoWhoWrite) -> None:
    a_person("safeguarding_lead", pair.programme)
    reword(pair)
    browser = browser_of(pair.mentee)
    browser.get("/worry")

    answer = browser.post(
        "/worry", key=browser.key(), words="Somebody frightens me.", urgency="soon", about="me"
    )

    assert answer.status == 200
    assert [one.programme_id for one in Concern.scan() if isinstance(one, Concern)] == [pair.programme_id]


def unticked(pair: TwoWhoWrite) -> dict[str, str]:
    return {"programme_id": pair.programme_id}


def of_an_older_version(pair: TwoWhoWrite) -> dict[str, str]:
    return {"programme_id": pair.programme_id, "agreed": "1"}


@pytest.mark.parametrize(
    ("form", "said"), [(unticked, "Please agree"), (of_an_older_version, "read them once more")]
)
def test_what_was_not_read_is_not_agreed_to(
    pair: TwoWhoWrite, form: Callable[[TwoWhoWrite], dict[str, str]], said: str
) -> None:
    reword(pair)
    browser = browser_of(pair.mentee)
    browser.get("/ground-rules")

    page = browser.post("/ground-rules", **form(pair))

    assert page.status == 422
    assert said in page.words
    assert int(membership(pair, pair.mentee).agreed_version) == 1


def test_agreeing_to_a_programme_one_is_not_in_is_not_possible(pair: TwoWhoWrite) -> None:
    elsewhere = a_programme("Chess by Post")

    answer = program_of(pair.mentee).post(
        "/ground-rules", {"programme_id": elsewhere.programme_id, "agreed": 1}
    )

    assert answer.status == 404


def test_nobody_is_led_elsewhere(pair: TwoWhoWrite) -> None:
    reword(pair)

    answer = browser_of(pair.mentee).get("/ground-rules?next=https://example.org")

    assert answer.status == 422


def test_staff_go_on_with_their_work(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)
    reword(pair, role="staff", text="Read what is held on the day.")

    assert browser_of(priya).get("/").status == 200
    assert browser_of(priya).get(f"/programmes/{pair.programme_id}/moderation").status == 200


def test_a_policy_that_cannot_be_read_locks_nobody_out(pair: TwoWhoWrite) -> None:
    with_a_broken_policy(pair.programme)

    assert browser_of(pair.mentee).get("/").status == 200


def test_another_change_of_the_policy_asks_nobody(pair: TwoWhoWrite) -> None:
    programme = find(Programme, *programme_key(pair.programme_id))
    assert programme is not None
    changed = load_programme(pair.programme_id).policy.model_copy(update={"retention_months": 24})
    with transaction() as write:
        add_policy(write, programme, changed, by=Author("p-1", "Owen Hughes"), reason="Audit.", now=now())

    assert browser_of(pair.mentee).get("/").status == 200
