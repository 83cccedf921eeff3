"""Files that belong to a concern."""

import zipfile
from datetime import timedelta
from io import BytesIO

import boto3
import pytest

from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.settings import settings
from shared.platform.tables import REGION
from shared.safeguarding.papers.file_kinds import LARGEST, Upload, recognise
from shared.safeguarding.papers.files import BucketOfFiles, add_file, open_file
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.safeguarding import a_concern
from tests.shared.safeguarding.builders import chronology

pytestmark = pytest.mark.usefixtures("tables")

LATER = MONDAY + timedelta(hours=1)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
MAIL = b"From: ms.adeyemi@example.org\r\nTo: lead@example.org\r\nSubject: Amina\r\n\r\nShe is well.\r\n"


def a_document(*more: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            archive.writestr(name, "<w/>")
    return made.getvalue()


class MemoryStore:
    """Files in memory."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, bytes]] = []

    def keep(self, key: str, content: bytes) -> None:
        self.kept.append((key, content))

    def link(self, key: str, *, name: str) -> str:
        return f"https://files.example.org/{key}?{name}"


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def lead(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("screenshot.png", PNG, "png"),
        ("photograph", b"\xff\xd8\xff\xe0" + bytes(20), "jpeg"),
        ("letter.pdf", b"%PDF-1.7\n...", "pdf"),
        ("picture.heic", b"\x00\x00\x00\x18ftypheic" + bytes(12), "heic"),
        ("notes.txt", "She said “it’s fine”.\n".encode(), "txt"),
        ("report.docx", a_document(), "docx"),
        ("from school.eml", MAIL, "eml"),
    ],
)
def test_a_file_is_known_by_what_is_in_it(name: str, content: bytes, kind: str) -> None:
    assert recognise(Upload(name, content)).kind == kind


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + bytes(60),
        b"\x7fELF" + bytes(60),
        a_document("word/vbaProject.bin"),
        b"PK\x03\x04 and nothing else",
        b"GIF89a" + bytes(20),
    ],
    ids=["program", "program for Linux", "document with macros", "broken archive", "GIF"],
)
def test_what_is_called_a_picture_and_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="can’t keep this kind of file"):
        recognise(Upload("holiday.png", content))


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (None, "choose a file"),
        (Upload("", b""), "choose a file"),
        (Upload("empty.txt", b""), "is empty"),
        (Upload("film.png", PNG + bytes(LARGEST)), "larger than 4 MB"),
    ],
)
def test_none_an_empty_and_too_large_a_file_are_refused_in_words(upload: Upload | None, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        recognise(upload)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\Users\\Amina\\shot.png", "shot.png"),
        ('a"b\r\nc.html', "abc.png"),
        ("", "file.png"),
    ],
)
def test_a_name_cannot_lead_anywhere_and_ends_as_what_it_is(name: str, kept: str) -> None:
    assert recognise(Upload(name, PNG)).name == kept


def test_a_file_is_kept_once_and_everybody_who_opens_it_is_written_down(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    concern, store = a_concern(pair), MemoryStore()
    for content in (PNG, PNG + b"another"):
        add_file(
            lead.viewer,
            concern.concern_id,
            Upload("screenshot.png", content),
            note="From her mother.",
            key="form-1",
            store=store,
            now=MONDAY,
        )
    (added,) = chronology(concern.concern_id)

    for _ in range(2):
        link = open_file(lead.viewer, concern.concern_id, added.details["file_id"], store=store, now=LATER)

    assert [content for _, content in store.kept] == [PNG]
    assert link.name == "screenshot.png"
    assert [line.what for line in chronology(concern.concern_id)] == ["file", "read_file"]


def test_a_file_of_a_concern_one_may_not_see_does_not_exist(pair: TwoWhoWrite, lead: Someone) -> None:
    coordinator = a_person("coordinator", pair.programme)
    concern = a_concern(pair)
    concern.kept_from = [coordinator.person_id]
    concern.save()
    store = MemoryStore()
    add_file(lead.viewer, concern.concern_id, Upload("a.png", PNG), note="", key="1", store=store, now=MONDAY)
    (added,) = chronology(concern.concern_id)

    with pytest.raises(NotFound):
        open_file(coordinator.viewer, concern.concern_id, added.details["file_id"], store=store, now=LATER)
    with pytest.raises(NotFound):
        open_file(lead.viewer, concern.concern_id, "0" * 32, store=store, now=LATER)


def test_the_link_makes_a_browser_save_the_file_and_works_for_a_minute() -> None:
    bucket = {"Bucket": settings().files_bucket}
    client = boto3.client("s3", region_name=REGION)
    client.create_bucket(**bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    store = BucketOfFiles()

    store.keep("concerns/1/2", PNG)
    link = store.link("concerns/1/2", name="screen shot.png")

    assert client.get_object(**bucket, Key="concerns/1/2")["Body"].read() == PNG
    assert "attachment" in link
    assert "X-Amz-Expires=60" in link
    assert "octet-stream" in link


@pytest.mark.usefixtures("tables")
class TestWhereFilesAreScanned:
    """GuardDuty tags an object once it has scanned it."""

    @pytest.fixture
    def store(self) -> BucketOfFiles:
        boto3.client("s3", region_name=REGION).create_bucket(
            Bucket=settings().files_bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        return BucketOfFiles(are_scanned=True)

    @staticmethod
    def added(lead: Someone, pair: TwoWhoWrite, store: BucketOfFiles, tag: str) -> tuple[str, str]:
        concern_id = a_concern(pair).concern_id
        add_file(lead.viewer, concern_id, Upload("a.png", PNG), note="", key="1", store=store, now=MONDAY)
        file_id = next(one.details["file_id"] for one in chronology(concern_id) if one.what == "file")
        if tag:
            boto3.client("s3", region_name=REGION).put_object_tagging(
                Bucket=settings().files_bucket,
                Key=f"concerns/{concern_id}/{file_id}",
                Tagging={"TagSet": [{"Key": "GuardDutyMalwareScanStatus", "Value": tag}]},
            )
        return concern_id, file_id

    def test_a_file_without_threats_is_opened(
        self, pair: TwoWhoWrite, lead: Someone, store: BucketOfFiles
    ) -> None:
        concern_id, file_id = self.added(lead, pair, store, "NO_THREATS_FOUND")

        assert open_file(lead.viewer, concern_id, file_id, store=store, now=LATER).name == "a.png"

    @pytest.mark.parametrize(
        ("tag", "sentence"),
        [
            ("", "still being looked at"),
            ("THREATS_FOUND", "There is a virus"),
            ("UNSUPPORTED", "could not be looked at"),
            ("ACCESS_DENIED", "could not be looked at"),
            ("FAILED", "could not be looked at"),
        ],
    )
    def test_any_other_is_not_and_nobody_is_said_to_have_opened_it(
        self, tag: str, sentence: str, pair: TwoWhoWrite, lead: Someone, store: BucketOfFiles
    ) -> None:
        concern_id, file_id = self.added(lead, pair, store, tag)

        with pytest.raises(Conflict, match=sentence):
            open_file(lead.viewer, concern_id, file_id, store=store, now=LATER)
        assert "read_file" not in [one.what for one in chronology(concern_id)]

    def test_where_they_are_not_no_tag_is_asked_for(
        self, pair: TwoWhoWrite, lead: Someone, store: BucketOfFiles
    ) -> None:
        concern_id, file_id = self.added(lead, pair, store, "")
        unscanned = BucketOfFiles()

        assert open_file(lead.viewer, concern_id, file_id, store=unscanned, now=LATER).name == "a.png"
