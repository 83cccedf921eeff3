"""Lines of docs/programmes.md about looking after people: worries, the school, referrals, spot checks."""

from typing import Any

import pytest

from shared.platform.clock import now
from shared.policies.presets import load_preset
from shared.safeguarding.items import Concern, concerns_listing
from tests.builders.conversations import a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern
from tests.functions.web.browser import Answer
from tests.functions.web.signed_in import browser_of, program_of
from tests.outbox import mailed_to
from tests.shared.spot_checks.builders import a_conversation, open_checks
from tests.streams.world import World

pytestmark = pytest.mark.usefixtures("tables")

ANSWERS = {"appropriate": "yes", "boundaries": "kept", "missed": "no", "praise": "He asks how it went."}


def concerns_of(programme_id: str) -> list[Concern]:
    found = Concern.by_listing.query(concerns_listing(programme_id, "open"))
    return [one for one in found if isinstance(one, Concern)]


def acts(staff: Someone, concern_id: str, **fields: str) -> Answer:
    return program_of(staff).post(f"/concerns/{concern_id}/actions", {"key": "form-1"} | fields)


def page_of(staff: Someone, concern_id: str) -> Any:
    return browser_of(staff).get(f"/concerns/{concern_id}")


def test_st_6_conversations_are_drawn_at_random_recorded_and_counted() -> None:
    programme = a_programme(policy=load_preset("national-stem"))
    priya = a_person("coordinator", programme)
    pairs = {a_conversation(programme, number, now=now()).pair_id for number in range(1, 4)}
    here = f"/programmes/{programme.programme_id}/spot-checks"

    assert program_of(priya).post(f"{here}/draws", {}).status in (200, 201)

    drawn = open_checks(programme.programme_id)
    assert {one.pair_id for one in drawn} <= pairs
    assert drawn
    [draw] = program_of(priya).get(f"{here}/draws").json["draws"]
    recorded = program_of(priya).get(f"/spot-checks/draws/{draw['draw_id']}").json
    assert recorded["seed"], "the draw can be made again from what is stored"
    assert "1 (" not in browser_of(priya).get(f"{here}?state=done").words
    assert program_of(priya).post(f"/spot-checks/{drawn[0].check_id}", ANSWERS).status == 200
    assert "1 (" in browser_of(priya).get(f"{here}?state=done").words


@pytest.mark.parametrize(
    "words",
    [
        "I have been so stressed that I cannot sleep, and I do not know what to do.",
        "I am really worried about my mental health at the moment.",
        "I feel anxious all the time and I have panic attacks before school.",
    ],
)
def test_st_8_words_about_wellbeing_open_a_concern_and_contact_with_the_school_is_recorded(
    words: str,
) -> None:
    world = World(policy=load_preset("national-stem"))
    world.write(words)

    world.driver.settle()

    [message] = world.messages()
    assert message.state == "held"
    [concern] = concerns_of(world.pair.programme_id)
    assert concern.words == words
    done = acts(
        world.lead,
        concern.concern_id,
        act="contacted_school",
        whom="Ms Adeyemi, head of year 12",
        how="telephone",
        words="She sees Amina before registration today.",
    )
    assert done.status in (200, 201), done.text
    shown = page_of(world.lead, concern.concern_id).words
    assert "Contacted the school or college" in shown
    assert "Ms Adeyemi, head of year 12" in shown
    mentees_school = f"/programmes/{world.pair.programme_id}/people/{world.pair.mentee.person_id}/school"
    assert program_of(world.lead).get(mentees_school).status == 200


def test_st_9_a_referral_to_childrens_services_is_recorded_with_who_when_reference_and_outcome() -> None:
    pair = a_pair(a_programme(policy=load_preset("national-stem")))
    lead = a_person("safeguarding_lead", pair.programme)
    concern_id = a_concern(pair, severity="immediate", now=now()).concern_id
    referral = {
        "act": "contacted_services",
        "whom": "Northfield Council, children’s services",
        "how": "telephone",
        "happened": "2026-11-20T17:01",
        "words": "Referred because she is not safe at home tonight.",
        "reference": "MASH-2026-4711",
        "outcome": "They visit this evening.",
    }

    to_nobody = acts(lead, concern_id, **(referral | {"whom": ""}))
    assert [one["field"] for one in to_nobody.json["error"]["fields"]] == ["whom"]
    assert acts(lead, concern_id, **referral).status in (200, 201)

    shown = page_of(lead, concern_id).words
    for part in ("children’s services (MASH)", *(referral[name] for name in ("whom", "words", "reference"))):
        assert part in shown
    for part in ("They visit this evening.", "20 November", "17:01", lead.name):
        assert part in shown


def test_nu_8_a_worry_is_passed_on_from_a_conversation_in_two_clicks_and_both_are_alerted() -> None:
    pair = a_pair(a_programme(policy=load_preset("university-outreach")))
    staff = {a_person(role, pair.programme).address for role in ("coordinator", "safeguarding_lead")}
    message = a_message(pair, "I do not want to go home this weekend.", state="delivered")
    browser = browser_of(pair.mentor)
    first_click = f"/worry?pair={pair.pair_id}&message={message.message_id}"
    assert first_click.replace("&", "&amp;") in browser.get(f"/pairs/{pair.pair_id}").text

    browser.get(first_click)
    sent = browser.post(
        "/worry",
        key=browser.key(),
        words="She does not want to go home, and would not say why.",
        urgency="now",
        about=pair.pair_id,
        pair_id=pair.pair_id,
        message_id=message.message_id,
    )

    assert sent.status == 200, sent.words
    [concern] = concerns_of(pair.programme_id)
    assert concern.reference in sent.words
    assert mailed_to("concern_alert") == staff
