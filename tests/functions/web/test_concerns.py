"""What staff do with a concern, through the pages."""

import boto3
import pytest

from functions.web.multipart import read_multipart
from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from shared.platform.errors import Invalid
from shared.platform.settings import settings
from shared.platform.tables import REGION
from shared.safeguarding.items import Concern, concerns_listing
from tests.builders.conversations import TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern

from .browser import Answer, Browser, Program
from .signed_in import browser_of, program_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.fixture
def lead(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


def fills_in(browser: Browser, page: str, **fields: str) -> Answer:
    """Opens the page, fills in its form and sends it."""
    browser.get(page)
    return browser.post(page, key=browser.key(), **fields)


def concerns_of(pair: TwoWhoWrite) -> list[Concern]:
    return list(Concern.by_listing.query(concerns_listing(pair.programme_id, "open")))


def test_from_the_alert_to_the_second_reader(pair: TwoWhoWrite, lead: Someone) -> None:
    concern = a_concern(pair, severity="high", now=now())
    here = f"/concerns/{concern.concern_id}"
    browser = browser_of(lead)
    browser.get(here)
    browser.post(f"{here}/acknowledge")
    fills_in(
        browser,
        f"{here}/actions",
        act="contacted_school",
        whom="Ms Adeyemi",
        how="telephone",
        words="She sees Amina today.",
        reference="NA-17",
    )
    page = browser.follow()
    assert "Contacted the school or college" in page.words
    assert "NA-17" in page.words

    fills_in(
        browser,
        f"{here}/close",
        summary="A worry about exams.",
        action_taken="School knows.",
        decision="None.",
        outcome="unclear",
        reasons="She is well.",
    )
    assert "You asked for it, so it waits for one of your colleagues" in browser.follow().words

    second = browser_of(a_person("deputy", pair.programme))
    assert "I agree: close it" in second.get(here).words
    second.post(f"{here}/close/agree")
    assert "Closed" in second.follow().words
    assert concern.reference in second.get(f"/programmes/{pair.programme_id}/concerns/closed").words


def test_nothing_that_was_typed_is_lost_on_an_error(pair: TwoWhoWrite, lead: Someone) -> None:
    here = f"/concerns/{a_concern(pair, now=now()).concern_id}"
    browser = browser_of(lead)

    page = fills_in(
        browser,
        f"{here}/actions",
        act="contacted_services",
        words="They take it on.",
        happened="2099-01-01T10:00",
        next_step="Ring again",
    )

    assert page.status == 422
    for words in ("in the future", "whom you spoke to", "the day by which", "They take it on.", "Ring again"):
        assert words in page.text


def test_a_moderator_raises_a_concern_about_any_message_they_can_read(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    message = a_message(pair, "We could meet at my flat.", by="mentor", state="delivered")
    page = f"/pairs/{pair.pair_id}/messages/{message.message_id}/concern"
    browser = browser_of(lead)
    assert page in browser.get(f"/pairs/{pair.pair_id}").text

    fills_in(browser, page, about="mentor", category="grooming", severity="high", words="A flat, alone.")

    shown = browser.follow()
    assert "We could meet at my flat." in shown.words
    assert "A flat, alone." in shown.words
    (concern,) = concerns_of(pair)
    assert concern.about_id == pair.mentor.person_id


def test_a_mentor_passes_on_the_message_they_came_from(pair: TwoWhoWrite, lead: Someone) -> None:
    message = a_message(pair, "I have not eaten since Tuesday.", state="delivered")
    browser = browser_of(pair.mentor)
    assert f"message={message.message_id}" in browser.get(f"/pairs/{pair.pair_id}").text
    page = browser.get(f"/worry?pair={pair.pair_id}&message={message.message_id}")
    assert "I have not eaten since Tuesday." in page.words

    browser.post(
        "/worry",
        key=browser.key(),
        words="I am worried about her.",
        urgency="soon",
        about=pair.pair_id,
        pair_id=pair.pair_id,
        message_id=message.message_id,
    )

    (concern,) = concerns_of(pair)
    assert (concern.about_id, concern.message_id) == (pair.mentee.person_id, message.message_id)
    assert "I have not eaten since Tuesday." in browser_of(lead).get(f"/concerns/{concern.concern_id}").words


def test_a_message_one_cannot_see_is_not_quoted(pair: TwoWhoWrite) -> None:
    held = a_message(pair, "Some nights I want to die.", state="held")

    page = browser_of(pair.mentor).get(f"/worry?pair={pair.pair_id}&message={held.message_id}")

    assert page.status == 200
    assert "want to die" not in page.text


def test_a_concern_is_raised_by_hand_about_somebody_who_was_looked_for(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    page = f"/programmes/{pair.programme_id}/concerns/new"
    browser = browser_of(lead)
    assert pair.mentee.person_id in browser.get(f"{page}?find=amina").text

    browser.post(
        page,
        key=browser.key(),
        about_id=pair.mentee.person_id,
        how="telephone",
        words="Her mother rang.",
        category="wellbeing",
        severity="medium",
    )

    shown = browser.follow()
    assert f"About {pair.mentee.name}" in shown.words
    assert "By telephone" in shown.words


def test_the_history_and_its_json(pair: TwoWhoWrite, lead: Someone) -> None:
    a_concern(pair, now=now())
    page = f"/programmes/{pair.programme_id}/people/{pair.mentee.person_id}/concerns"

    program = Program(start_session(lead.person_id, now=now()))

    assert "Looked at this" in browser_of(lead).get(f"{page}?by=time").words
    assert [one["state"] for one in program.get(page).json["concerns"]] == ["open"]


def test_the_title_says_how_many_there_are_and_how_old(pair: TwoWhoWrite, lead: Someone) -> None:
    for severity in ("high", "low"):
        a_concern(pair, severity=severity, now=now())
    browser = browser_of(lead)

    assert (
        "<title>Concerns (2, the oldest less than a minute)"
        in browser.get(f"/programmes/{pair.programme_id}/concerns").text
    )
    only = browser.get(f"/programmes/{pair.programme_id}/concerns?severity=low")
    assert "<title>Concerns (1 low, " in only.text


def test_a_referral_form_is_filled_from_the_record_worded_by_a_person_and_printed(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    here = f"/concerns/{a_concern(pair, 'I slept outside.', now=now()).concern_id}"
    browser = browser_of(lead)
    assert "I slept outside." in browser.get(f"{here}/referral").words

    fills_in(
        browser,
        f"{here}/referral",
        service="Northfield Council",
        person=pair.mentee.name,
        worries="She slept outside on Friday.",
        asked="Please see her.",
        sender=lead.name,
    )

    paper = browser.follow()
    assert "She slept outside on Friday." in paper.words
    assert "I slept outside." not in paper.words
    assert "Made a referral form" in browser.get(here).words


class TestFiles:
    def send(self, browser: Browser, page: str, content: bytes) -> Answer:
        browser.get(page)
        edge = "edge-of-the-form"
        parts = {"csrf": browser.token(), "key": browser.key(), "note": "From her mother."}
        body = b"".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in parts.items()
        )
        body += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="shot.png"\r\n'.encode()
        body += b"Content-Type: image/png\r\n\r\n" + content + f"\r\n--{edge}--\r\n".encode()
        return browser.post_raw(page, body, content_type=f"multipart/form-data; boundary={edge}")

    def test_a_file_is_added_and_fetched_again(self, pair: TwoWhoWrite, lead: Someone) -> None:
        client = boto3.client("s3", region_name=REGION)
        client.create_bucket(
            Bucket=settings().files_bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        here = f"/concerns/{a_concern(pair, now=now()).concern_id}"
        browser = browser_of(lead)

        self.send(browser, f"{here}/files", PNG)

        page = browser.follow()
        assert "shot.png" in page.words
        link = page.text.partition(f'href="{here}/files/')[2].partition('"')[0]
        answer = browser.get(f"{here}/files/{link}")
        assert answer.status == 303
        assert "attachment" in answer.location
        (kept,) = client.list_objects_v2(Bucket=settings().files_bucket)["Contents"]
        assert client.get_object(Bucket=settings().files_bucket, Key=kept["Key"])["Body"].read() == PNG

    @pytest.mark.parametrize(
        ("content", "words"),
        [(b"MZ\x90\x00", "We can’t keep this kind of file"), (PNG + bytes(4_000_000), "larger than 4 MB")],
    )
    def test_what_cannot_be_kept_is_refused_in_words_with_what_was_typed(
        self, pair: TwoWhoWrite, lead: Someone, content: bytes, words: str
    ) -> None:
        here = f"/concerns/{a_concern(pair, now=now()).concern_id}"

        page = self.send(browser_of(lead), f"{here}/files", content)

        assert page.status == 422
        assert words in page.words
        assert "From her mother." in page.words

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b"", "multipart/form-data"),
            (b"no parts", "multipart/form-data; boundary=x"),
            (b"--x\r\nno name\r\n\r\n1\r\n--x--", "multipart/form-data; boundary=x"),
            (
                b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\ncut off',
                "multipart/form-data; boundary=x",
            ),
        ],
    )
    def test_a_form_that_did_not_arrive_whole_is_refused(self, body: bytes, content_type: str) -> None:
        with pytest.raises(Invalid):
            read_multipart(body, content_type)


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("path", ["concerns?after=", "concerns/closed?before="])
@pytest.mark.parametrize("place", ["x", "0%239%23" + "9" * 2000])
def test_a_link_to_a_further_page_that_is_none_says_so(path: str, place: str) -> None:
    programme = a_programme()
    lead = a_person("safeguarding_lead", programme)

    answer = program_of(lead).get(f"/programmes/{programme.programme_id}/{path}{place}")

    assert (answer.status, answer.json["error"]["code"]) == (422, "bad_link")


@pytest.mark.usefixtures("tables")
def test_whoever_looks_for_a_name_after_writing_loses_nothing_that_was_written() -> None:
    pair = a_pair()
    browser = browser_of(a_person("safeguarding_lead", pair.programme))
    page = f"/programmes/{pair.programme_id}/concerns/new"
    browser.get(page)
    key = browser.key()
    written = {"words": "Her form tutor rang and is worried.", "told_by": "Ms Reid, form tutor"}

    found = browser.post(page, find="amina", look="yes", key=key, **written)

    assert found.status == 200
    assert pair.mentee.person_id in found.text
    assert all(words in found.text for words in written.values())
    assert browser.key() == key
    listed = Concern.by_listing.query(concerns_listing(pair.programme_id, "open"))
    assert list(listed) == []
