"""NU-5: files and links are held until a person has looked, and a file is opened by those concerned alone."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from shared.audit.items import Waiting
from shared.conversations.attachments import open_attachment
from shared.platform.clock import now
from shared.platform.errors import Conflict
from shared.platform.settings import settings
from shared.platform.tables import REGION, SafeguardingItem
from shared.policies.presets import load_preset
from shared.safeguarding.papers.files import SCANNED, BucketOfFiles
from tests.builders.conversations import CLEAN, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.functions.web.browser import Answer
from tests.functions.web.signed_in import browser_of, program_of
from tests.streams.world import World

PICTURES = Path(__file__).parents[1] / "data" / "pictures"
PNG = (PICTURES / "garden.png").read_bytes()
OTHER = (PICTURES / "garden.jpg").read_bytes()
EDGE = "the-edge-of-a-part"


@pytest.fixture
def bucket(tables: None) -> Any:
    client = boto3.client("s3", region_name=REGION)
    client.create_bucket(
        Bucket=settings().files_bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    return client


@pytest.fixture
def world(bucket: Any) -> World:
    return World(policy=load_preset("university-outreach"))


def sends(
    world: World, content: bytes, *, name: str = "essay.png", text: str = CLEAN, key: str = ""
) -> Answer:
    browser = browser_of(world.pair.mentee)
    browser.get(f"/pairs/{world.pair.pair_id}")
    fields = {"csrf": browser.token(), "key": key or browser.key(), "text": text}
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = b"".join(parts) + head + content + f"\r\n--{EDGE}--\r\n".encode()
    return browser.post_raw(
        f"/pairs/{world.pair.pair_id}/messages",
        body,
        content_type=f"multipart/form-data; boundary={EDGE}",
    )


def settles(world: World) -> None:
    world.driver.settle()


def file_of(world: World, reader: Someone) -> Answer:
    [message] = world.messages()
    return program_of(reader).get(f"/pairs/{world.pair.pair_id}/messages/{message.message_id}/file")


def test_nu_5_a_file_is_held_and_opened_by_its_reader_only_after_a_person_let_it_pass(
    world: World, bucket: Any
) -> None:
    assert sends(world, PNG).status == 303
    settles(world)
    [message] = world.messages()
    assert message.state == "held"
    assert [one["category"] for one in message.findings] == ["attachment"]
    assert file_of(world, world.pair.mentor).status == 404
    assert file_of(world, world.coordinator).status in (200, 303)
    assert file_of(world, world.pair.mentee).status in (200, 303)

    decided = program_of(world.coordinator).post(
        f"/moderation/{world.pair.pair_id}/{message.message_id}/decide",
        {"decision": "deliver", "reason": "", "wording": 1},
    )
    assert decided.status == 200, decided.text

    link = file_of(world, world.pair.mentor)
    assert link.status in (200, 303)
    [letter] = program_of(world.pair.mentor).get(f"/pairs/{world.pair.pair_id}").json["letters"]
    assert letter["file"].startswith("essay.png, ")
    (kept,) = bucket.list_objects_v2(Bucket=settings().files_bucket)["Contents"]
    assert kept["Key"].startswith(f"messages/{world.pair.pair_id}/{message.message_id}/")


def test_nu_5_what_was_looked_at_cannot_be_replaced_by_the_same_form(world: World, bucket: Any) -> None:
    sends(world, PNG, key="one-form")
    settles(world)
    before = file_of(world, world.coordinator).location

    refused = sends(world, OTHER, key="one-form")

    assert refused.status == 409
    assert CLEAN in refused.text
    assert file_of(world, world.coordinator).location.partition("?")[0] == before.partition("?")[0]
    assert sends(world, PNG, key="one-form").status == 303
    assert len(world.messages()) == 1
    # nor does what was refused stay behind
    assert len(bucket.list_objects_v2(Bucket=settings().files_bucket)["Contents"]) == 1


def test_nu_5_nobody_else_opens_it_and_that_staff_did_is_recorded(world: World) -> None:
    sends(world, PNG)
    other = a_programme("Somewhere Else")
    elsewhere = a_pair(
        other,
        mentor=a_person("mentor", other, first_name="Hannah", surname="Osei"),
        mentee=a_person("mentee", other, first_name="Jamie", surname="Kerr"),
    )
    administrator = a_person("administrator", world.pair.programme)

    for stranger in (elsewhere.mentor, elsewhere.mentee, administrator):
        assert file_of(world, stranger).status == 404
    file_of(world, world.coordinator)
    made = [one for one in SafeguardingItem.scan() if isinstance(one, Waiting)]
    assert [(one.what, one.by_id) for one in made] == [("read_file", world.coordinator.person_id)]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"MZ\x90\x00" + b"\x00" * 60, "essay.png", "keep this kind of file"),
        (b"PK\x03\x04broken", "essay.docx", "keep this kind of file"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 4_000_000, "essay.png", "larger than 4 MB"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40_000_000, "film.png", "larger than 4 MB"),
        (b"GIF89a" + b"\x00" * 60, "essay.jpg", "keep this kind of file"),
        (PNG[:-40], "essay.png", "could not read this picture"),
        (OTHER[:900], "essay.jpg", "could not read this picture"),
    ],
)
def test_nu_5_a_file_of_the_wrong_kind_or_size_is_refused_and_the_words_are_kept(
    world: World, bucket: Any, content: bytes, name: str, sentence: str
) -> None:
    refused = sends(world, content, name=name)

    assert refused.status in (413, 422)
    assert sentence in refused.words
    assert CLEAN in refused.text
    assert world.messages() == []
    assert "Contents" not in bucket.list_objects_v2(Bucket=settings().files_bucket)


@pytest.mark.parametrize("picture", ["garden.png", "garden.jpg", "garden.heic"])
def test_nu_5_a_picture_is_kept_without_where_and_by_whom_it_was_taken(
    world: World, bucket: Any, picture: str
) -> None:
    sent = (PICTURES / picture).read_bytes()
    assert b"Dundee" in sent

    assert sends(world, sent, name=picture).status == 303

    (kept,) = bucket.list_objects_v2(Bucket=settings().files_bucket)["Contents"]
    stored = bucket.get_object(Bucket=settings().files_bucket, Key=kept["Key"])["Body"].read()
    assert not any(words in stored for words in (b"Dundee", b"Amina", b"Fairphone", b"2026:11:14"))
    assert stored[:8] == sent[:8]


def test_nu_5_a_renamed_file_is_called_by_what_it_is(world: World) -> None:
    assert sends(world, PNG, name="essay.docx").status == 303

    [letter] = program_of(world.pair.mentee).get(f"/pairs/{world.pair.pair_id}").json["letters"]
    assert letter["file"].startswith("essay.png, ")


def test_nu_5_where_files_are_scanned_none_is_opened_before_it_is_known_to_be_clean(
    world: World, bucket: Any
) -> None:
    sends(world, PNG)
    [message] = world.messages()
    (kept,) = bucket.list_objects_v2(Bucket=settings().files_bucket)["Contents"]
    at = {"Bucket": settings().files_bucket, "Key": kept["Key"]}

    def opens() -> str:
        return open_attachment(
            world.pair.mentee.viewer,
            world.pair.pair_id,
            message.message_id,
            store=BucketOfFiles(are_scanned=True),
            now=now(),
        ).address

    with pytest.raises(Conflict, match="still being looked at"):
        opens()
    for found, sentence in (
        ("THREATS_FOUND", "virus in this file"),
        ("UNSUPPORTED", "could not be looked at"),
    ):
        bucket.put_object_tagging(**at, Tagging={"TagSet": [{"Key": SCANNED, "Value": found}]})
        with pytest.raises(Conflict, match=sentence):
            opens()
    bucket.put_object_tagging(**at, Tagging={"TagSet": [{"Key": SCANNED, "Value": "NO_THREATS_FOUND"}]})
    assert opens().startswith("https://")


def test_nu_5_a_link_is_held_for_a_person_too(world: World) -> None:
    program_of(world.pair.mentor).post(
        f"/pairs/{world.pair.pair_id}/messages",
        {"text": "Have a look at https://www.example.org/open-day before Thursday.", "key": "a"},
    )
    settles(world)

    assert [one.state for one in world.messages()] == ["held"]


def test_where_the_policy_has_no_files_none_is_taken_and_the_words_are_kept(bucket: Any) -> None:
    world = World(policy=load_preset("national-stem"))

    refused = sends(world, PNG)

    assert refused.status == 403
    assert "no files" in refused.words
    assert CLEAN in refused.text
    assert world.messages() == []
