"""Who agrees to what in each of the programmes: one test for each line of docs/programmes.md about it,
through the routes."""

import re
from datetime import timedelta

import pytest

from shared.audit.items import Waiting
from shared.consents.items import Consent, ConsentLink, ConsentRecord, consent_key
from shared.people.items import Membership, membership_key
from shared.platform.clock import now
from shared.platform.tables import SafeguardingItem, find, transaction
from shared.policies import Policy
from shared.policies.presets import load_preset
from shared.programmes.actions import load_programme
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, add_policy
from shared.programmes.rules import day_of
from tests.builders.conversations import CLEAN, TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.functions.web.browser import Answer, Browser
from tests.functions.web.signed_in import browser_of, program_of
from tests.outbox import mailed_to, written

pytestmark = pytest.mark.usefixtures("tables")

PARENT = {"parent_name": "Samira Yusuf", "parent_address": "samira.yusuf@example.org"}


def a_pair_of(preset: str, **facts: object) -> TwoWhoWrite:
    """Two who have not been asked anything yet."""
    programme = a_programme(policy=load_preset(preset))
    mentor = a_person("mentor", programme)
    mentee = a_person("mentee", programme, leave={}, **facts)
    return a_pair(programme, mentor=mentor, mentee=mentee)


def answers(someone: Someone, **fields: str) -> Answer:
    page = f"/taking-part/{someone.programme_id}"
    browser = browser_of(someone)
    assert browser.get(page).status == 200
    return browser.post(page, **fields)


def leave_of(someone: Someone) -> dict[str, str]:
    found = find(Membership, *membership_key(someone.person_id, someone.programme_id, someone.role))
    assert found is not None
    policy, side = (
        load_programme(someone.programme_id).policy,
        "mentee" if found.role == "mentee" else "mentor",
    )
    return found.facts.leave.in_force(policy.consents.purposes, side, day_of(now()))


def parents_links() -> list[str]:
    """The paths that parents were sent, oldest first."""
    return [str(one.path) for one in written("parent_asked")]


def opened(path: str) -> Browser:
    """Somebody's browser with the parent's page before them."""
    browser = Browser()
    browser.get(path)
    return browser


def parent_answers(
    path: str,
    answer: str,
    *,
    name: str = "Samira Yusuf",
    browser: Browser | None = None,
    **more: str,
) -> Answer:
    browser = browser or opened(path)
    return browser.post(path, name=name, **({"answer_taking_part": answer} | more))


def rests(pair: TwoWhoWrite, reader: Someone) -> bool:
    return bool(program_of(reader).get(f"/pairs/{pair.pair_id}").json["rests"])


def test_bt_1_mentee_then_parent_and_any_of_them_changes_their_mind_at_any_time() -> None:
    pair = a_pair_of("brokered")
    priya = a_person("coordinator", pair.programme)
    assert rests(pair, pair.mentee)

    answers(pair.mentee, answer_taking_part="yes", **PARENT)
    assert leave_of(pair.mentee)["taking_part"] == "asked"
    [path] = parents_links()
    assert rests(pair, pair.mentor)

    assert parent_answers(path, "yes").status == 303
    assert leave_of(pair.mentee)["taking_part"] == "yes"

    assert parent_answers(path, "no").status == 303
    assert leave_of(pair.mentee)["taking_part"] == "no"
    assert mailed_to("consent_withdrawn") == {priya.address}
    assert mailed_to("conversation_rests") == {pair.mentor.address}
    page = program_of(pair.mentor).get(f"/pairs/{pair.pair_id}")
    assert page.json["rests"]
    assert not page.json["rests_because"]
    assert "Samira" not in page.text


def test_bt_1_a_mentee_changes_their_mind_for_one_thing_or_altogether() -> None:
    pair = a_pair_of("brokered")
    answers(pair.mentee, answer_taking_part="yes", **PARENT)
    parent_answers(parents_links()[0], "yes")

    answers(pair.mentee, answer_taking_part="no")

    assert leave_of(pair.mentee)["taking_part"] == "no"
    assert rests(pair, pair.mentor)
    answers(pair.mentee, answer_taking_part="yes")
    assert leave_of(pair.mentee)["taking_part"] == "yes"


def test_bt_1_a_mentor_says_yes_or_no_too() -> None:
    pair = a_pair_of("brokered")

    answers(pair.mentor, answer_taking_part="no")

    assert leave_of(pair.mentor)["taking_part"] == "no"
    assert rests(pair, pair.mentee)


def test_bt_7_the_parents_link_is_personal_and_says_yes_once() -> None:
    pair = a_pair_of("brokered")
    priya = a_person("coordinator", pair.programme)
    answers(pair.mentee, answer_taking_part="yes", **PARENT)
    [path] = parents_links()
    somebody_else = opened(path)
    parent_answers(path, "yes")
    parent_answers(path, "no")

    refused = parent_answers(path, "yes", name="Somebody Else", browser=somebody_else)

    assert refused.status == 409
    assert "answered already" in refused.words
    assert "Samira" not in Browser().get(path).text
    assert leave_of(pair.mentee)["taking_part"] == "no"

    program = program_of(priya)
    sent = program.post(
        f"/programmes/{pair.programme_id}/people/{pair.mentee.person_id}/consents/link",
        {"name": "Samira Yusuf", "address": "samira.yusuf@example.org"},
    )
    assert sent.status == 409  # the first went less than a minute ago


def test_bt_7_by_an_older_link_consent_can_be_taken_back_and_not_given() -> None:
    pair = a_pair_of("brokered")
    answers(pair.mentee, answer_taking_part="yes", **PARENT)
    [path] = parents_links()
    [link] = [one for one in ConsentLink.scan() if isinstance(one, ConsentLink)]
    link.usable_until = now() - timedelta(days=1)
    link.save()

    refused = parent_answers(path, "yes")
    assert refused.status == 409
    assert "too old" in refused.words
    assert leave_of(pair.mentee)["taking_part"] == "asked"

    assert parent_answers(path, "no").status == 303
    assert leave_of(pair.mentee)["taking_part"] == "no"


def test_bt_7_a_link_that_went_astray_tells_nothing_of_the_child_and_still_takes_consent_back() -> None:
    pair = a_pair_of("brokered")
    priya = a_person("coordinator", pair.programme)
    answers(pair.mentee, answer_taking_part="yes", **PARENT | {"parent_address": "somebody@example.org"})
    [astray] = parents_links()
    consent = Consent.get(*consent_key(pair.mentee.person_id, pair.programme_id))
    consent.link_sent_at = now() - timedelta(minutes=2)
    consent.save()
    program_of(priya).post(
        f"/programmes/{pair.programme_id}/people/{pair.mentee.person_id}/consents/link",
        {"name": "Samira Yusuf", "address": "samira.yusuf@example.org"},
    )
    parent_answers(parents_links()[-1], "yes")

    for _ in range(2):
        page = Browser().get(astray)
        for theirs in ("Amina", "Samira", "already said yes", ">Yes<"):
            assert theirs not in page.text
        assert parent_answers(astray, "no", name="Samira").status == 303

    assert "What you sent is kept." in Browser().get(astray).words
    assert leave_of(pair.mentee)["taking_part"] == "no"
    assert "Amina" in Browser().get(parents_links()[-1]).words


def test_bt_7_a_link_that_is_not_ours_leads_nowhere() -> None:
    mentee = a_pair_of("brokered").mentee
    for path in ("/consent/nothing", f"/consent/{'a' * 32}.{'b' * 43}"):
        assert Browser().get(path).status == 404
        sent = {"answers": {"taking_part": "yes"}, "name": "Samira Yusuf"}
        assert program_of(mentee).post(path, sent).status == 404


def test_when_a_policy_begins_to_ask_parents_conversations_rest_until_they_have_answered() -> None:
    policy = load_preset("brokered").model_dump(mode="json")
    purposes = [one | {"parent": "never"} for one in policy["consents"]["purposes"]]
    programme = a_programme(policy=Policy.model_validate(policy | {"consents": {"purposes": purposes}}))
    pair = a_pair(
        programme, mentor=a_person("mentor", programme), mentee=a_person("mentee", programme, leave={})
    )
    answers(pair.mentee, answer_taking_part="yes", answer_messages="yes")
    assert not rests(pair, pair.mentee)

    with transaction() as write:
        stored = Programme.get(*programme_key(programme.programme_id))
        asks_parents = load_preset("brokered")
        add_policy(write, stored, asks_parents, by=Author("1", "Owen"), reason="Parents too.", now=now())

    assert rests(pair, pair.mentee)
    answers(pair.mentee, **PARENT)
    parent_answers(parents_links()[0], "yes", answer_messages="yes")
    assert not rests(pair, pair.mentee)


def test_on_a_sixteenth_birthday_the_conversation_goes_on_by_itself() -> None:
    pair = a_pair_of("national-stem")
    today = day_of(now())
    tomorrow = today + timedelta(days=1)
    answers(pair.mentee, answer_taking_part="yes", born_on=tomorrow.replace(year=today.year - 16).isoformat())
    assert rests(pair, pair.mentee)

    member = Membership.get(*membership_key(pair.mentee.person_id, pair.programme_id, "mentee"))
    policy, side = pair.programme.policy, "mentee"
    assert member.facts.leave.in_force(policy.consents.purposes, side, tomorrow)["taking_part"] == "yes"


def test_a_mentee_does_not_grow_older_by_saying_so() -> None:
    pair = a_pair_of("national-stem")
    priya = a_person("coordinator", pair.programme)
    answers(pair.mentee, answer_taking_part="yes", born_on="2013-05-05", **PARENT)
    parent_answers(parents_links()[0], "no")

    refused = program_of(pair.mentee).post(
        f"/taking-part/{pair.programme_id}", {"answers": {}, "born_on": "2001-05-05"}
    )
    other = program_of(pair.mentee).post(
        f"/taking-part/{pair.programme_id}",
        {"answers": {}, "parent_name": "A Friend", "parent_address": "friend@example.org"},
    )

    assert (refused.status, other.status) == (422, 422)
    assert leave_of(pair.mentee)["taking_part"] == "no"
    place = f"/programmes/{pair.programme_id}/people/{pair.mentee.person_id}/consents/birthday"
    assert program_of(priya).post(place, {"born_on": "2001-05-05"}).status == 200
    assert leave_of(pair.mentee)["taking_part"] == "yes"


def test_nobody_on_the_staff_is_sent_a_parents_link() -> None:
    pair = a_pair_of("brokered")
    priya = a_person("coordinator", pair.programme)
    answers(pair.mentee, answer_taking_part="yes")

    place = f"/programmes/{pair.programme_id}/people/{pair.mentee.person_id}/consents/link"
    for address in (priya.address, pair.mentee.address):
        refused = program_of(priya).post(place, {"name": "Mum", "address": address})
        assert refused.status == 422
    assert program_of(priya).post(place, {"name": "Samira", "address": "s@example.org"}).status == 200
    made = [one for one in SafeguardingItem.scan() if isinstance(one, Waiting)]
    assert [one.what for one in made] == ["asked_parent"]


def test_taking_back_feedback_tells_the_other_nothing() -> None:
    pair = a_pair_of("brokered")
    answers(pair.mentee, answer_feedback="yes")
    answers(pair.mentee, answer_feedback="no")

    assert mailed_to("conversation_rests") == set()


@pytest.mark.parametrize("purpose", ["feedback", "case_study", "marketing"])
def test_nu_9_each_further_purpose_is_a_consent_of_its_own_off_until_given(purpose: str) -> None:
    pair = a_pair_of("university-outreach")
    page = f"/taking-part/{pair.programme_id}"
    before = program_of(pair.mentee).get(page).json
    assert {one["purpose"]: one["answer"] for one in before["asked"]}[purpose] == ""

    answers(pair.mentee, **{f"answer_{purpose}": "yes"})
    assert leave_of(pair.mentee) == {purpose: "yes"}

    answers(pair.mentee, **{f"answer_{purpose}": "no"})
    assert leave_of(pair.mentee) == {purpose: "no"}
    records = [one for one in ConsentRecord.scan() if isinstance(one, ConsentRecord)]
    assert sorted((one.answer, int(one.wording)) for one in records) == [("no", 1), ("yes", 1)]
    assert all(one.words for one in records)


def test_mm_1_either_side_can_take_back_that_they_are_comfortable_meeting_online() -> None:
    pair = a_pair_of("virtual-sessions")

    for someone in (pair.mentee, pair.mentor):
        answers(someone, answer_video="yes")
        assert leave_of(someone)["video"] == "yes"
        answers(someone, answer_video="no")
        assert leave_of(someone)["video"] == "no"
        answers(someone, answer_video="yes")


def test_mm_1_while_one_of_them_is_not_comfortable_video_is_not_open_to_them() -> None:
    pair = a_pair_of("virtual-sessions")
    page = f"/taking-part/{pair.programme_id}/methods"
    for someone in (pair.mentee, pair.mentor):
        program_of(someone).post(page, {"methods": ["message", "video"]})
        answers(someone, answer_video="yes")
    assert "video" in program_of(pair.mentor).get(f"/pairs/{pair.pair_id}").json["methods"]

    answers(pair.mentee, answer_video="no")

    assert "video" not in program_of(pair.mentor).get(f"/pairs/{pair.pair_id}").json["methods"]


def test_bt_2_a_way_of_being_in_touch_is_open_only_where_both_chose_it() -> None:
    pair = a_pair_of("brokered")
    priya = a_person("coordinator", pair.programme)
    page = f"/taking-part/{pair.programme_id}/methods"
    program_of(pair.mentee).post(page, {"methods": ["message", "telephone"]})
    program_of(pair.mentor).post(page, {"methods": ["message", "video"]})

    for reader in (pair.mentee, pair.mentor, priya):
        assert program_of(reader).get(f"/pairs/{pair.pair_id}").json["methods"] == ["message"]

    program_of(pair.mentor).post(page, {"methods": ["video"]})
    assert rests(pair, pair.mentee)
    because = program_of(priya).get(f"/pairs/{pair.pair_id}").json["rests_because"]
    assert "has not chosen messages" in because

    refused = program_of(pair.mentee).post(page, {"methods": ["pigeon"]})
    assert refused.status == 422


def test_bt_10_what_a_mentee_lacks_is_recorded_and_followed_up() -> None:
    pair = a_pair_of("brokered")
    priya = a_person("coordinator", pair.programme)
    page = f"/taking-part/{pair.programme_id}/needs"
    list_of_needs = f"/programmes/{pair.programme_id}/needs"
    program_of(pair.mentee).post(page, {"needs": ["device", "wifi"]})

    listed = program_of(priya).get(list_of_needs).json["needs"]
    assert {one["need"] for one in listed} == {"device", "wifi"}
    assert not any(one["is_due"] for one in listed)
    home = program_of(priya).get(f"/programmes/{pair.programme_id}").json
    assert {line["what"]: line["count"] for line in home["lines"]}["needs"] == 2

    place = f"{list_of_needs}/{pair.mentee.person_id}/device"
    assert program_of(priya).post(place, {"note": ""}).status == 422
    assert program_of(priya).post(place, {"note": "Lent a tablet from the library."}).status == 200
    program_of(pair.mentee).post(page, {"needs": []})
    assert program_of(priya).get(list_of_needs).json["needs"] == []
    home = program_of(priya).get(f"/programmes/{pair.programme_id}").json
    assert "needs" not in {line["what"] for line in home["lines"]}
    assert program_of(pair.mentor).get(list_of_needs).status == 404


def test_without_a_parents_yes_nobody_is_brought_together() -> None:
    policy: Policy = load_preset("brokered")
    programme = a_programme(policy=policy)
    priya = a_person("coordinator", programme)
    mentor, mentee = a_person("mentor", programme), a_person("mentee", programme, leave={})

    answer = program_of(priya).post(
        f"/programmes/{programme.programme_id}/pairs",
        {"mentor_id": mentor.person_id, "mentee_id": mentee.person_id, "key": "a"},
    )

    assert answer.status in (403, 409, 422)
    assert re.search("[Cc]onsent", answer.text)


def test_a_worry_of_somebody_whose_parent_said_no_still_gets_through() -> None:
    pair = a_pair_of("brokered")

    sent = program_of(pair.mentee).post(f"/pairs/{pair.pair_id}/messages", {"text": CLEAN, "key": "a"})

    assert sent.status == 201


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"born_on": "yesterday"}, "Please give a date"),
        ({"born_on": "2031-01-01"}, "has not come yet"),
        ({"parent_name": "Samira", "parent_address": "no address"}, "name@example.org"),
        ({"parent_name": "Samira", "parent_address": "amina.yusuf@example.org"}, "your own address"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(
    fields: dict[str, str], sentence: str
) -> None:
    pair = a_pair_of("national-stem")

    answer = answers(pair.mentee, answer_taking_part="yes", **fields)

    assert answer.status == 422
    assert sentence in answer.words
    assert all(value in answer.text for value in fields.values())
    assert leave_of(pair.mentee) == {}
