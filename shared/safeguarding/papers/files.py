"""Files that belong to a concern: a screenshot, a school's letter. They lie in a private bucket."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import quote

import boto3
from botocore.config import Config

from shared.people.permissions import Viewer
from shared.platform.errors import Conflict, NotFound
from shared.platform.ids import derived_id
from shared.platform.settings import settings
from shared.platform.tables import REGION, find

from ..concerns.changing import Doing, add_line
from ..concerns.reading import load_visible
from ..fields import read_optional
from ..items import Entry, entry_key
from ..rules import seen_window
from .file_kinds import Upload, recognise, size_in_words

LINK_WORKS_FOR = timedelta(minutes=1)
"""Long enough to be followed at once, too short to be passed on."""


class FileStore(Protocol):
    """Where files lie."""

    def keep(self, key: str, content: bytes) -> None: ...
    def link(self, key: str, *, name: str) -> str: ...
    def remove(self, key: str) -> None: ...


SCANNED = "GuardDutyMalwareScanStatus"
"""The tag that GuardDuty Malware Protection for S3 gives what it has scanned.
https://docs.aws.amazon.com/guardduty/latest/ug/monitoring-malware-protection-s3-scans-gdu.html"""
NOT_YET_SCANNED = "This file is still being looked at for viruses. Please try again in a few minutes."
HAS_A_VIRUS = "There is a virus in this file, so it is not opened here. Please tell those who run the site."
CANNOT_BE_SCANNED = (
    "This file could not be looked at for viruses, so it is not opened here. Those who run the site can help."
)


def must_be_clean(scanned: str) -> None:
    """Raises Conflict with a plain sentence, unless this is the tag of a file without threats. Empty: it has
    none yet."""
    if scanned == "NO_THREATS_FOUND":
        return
    if not scanned:
        raise Conflict(NOT_YET_SCANNED, code="not_scanned")
    if scanned == "THREATS_FOUND":
        raise Conflict(HAS_A_VIRUS, code="virus")
    raise Conflict(CANNOT_BE_SCANNED, code="cannot_be_scanned")


class BucketOfFiles:
    """The deployed stack's private bucket, encrypted and versioned. Makes its client on first use.

    Where the stack says that files are scanned, what is not known to be clean has no link.
    """

    def __init__(self, *, are_scanned: bool | None = None) -> None:
        """`are_scanned`: as the stack says when it is None."""
        self._are_scanned = are_scanned

    @cached_property
    def _client(self) -> Any:
        # Fifteen seconds at the most, of the 25 that a page has.
        config = Config(
            signature_version="s3v4",
            connect_timeout=2,
            read_timeout=5,
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        return boto3.client("s3", region_name=REGION, config=config)

    def keep(self, key: str, content: bytes) -> None:
        self._client.put_object(
            Bucket=settings().files_bucket, Key=key, Body=content, ContentType="application/octet-stream"
        )

    def remove(self, key: str) -> None:
        """Whether it is there or not. The bucket forgets its versions a day later."""
        self._client.delete_object(Bucket=settings().files_bucket, Key=key)

    def _tag_of(self, key: str) -> str:
        found = self._client.get_object_tagging(Bucket=settings().files_bucket, Key=key)
        return next((one["Value"] for one in found["TagSet"] if one["Key"] == SCANNED), "")

    def link(self, key: str, *, name: str) -> str:
        """An address that works for a minute, and makes a browser save the file rather than show it. Raises
        Conflict for one that is not known to be clean."""
        if settings().files_are_scanned if self._are_scanned is None else self._are_scanned:
            must_be_clean(self._tag_of(key))
        asked = {
            "Bucket": settings().files_bucket,
            "Key": key,
            "ResponseContentType": "application/octet-stream",
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "ResponseCacheControl": "no-store",
        }
        seconds = int(LINK_WORKS_FOR.total_seconds())
        return str(self._client.generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds))


@dataclass(frozen=True)
class FileLink:
    """Where a file can be fetched, for a minute."""

    name: str
    address: str


def add_file(
    viewer: Viewer,
    concern_id: str,
    upload: Upload | None,
    *,
    note: str,
    key: str,
    store: FileStore,
    now: datetime,
) -> None:
    """Keeps a file with the concern. The same form sent again keeps it once, as it was at first. Raises
    Invalid for what cannot be kept, and NotFound."""
    concern = load_visible(viewer, concern_id)
    known = recognise(upload)
    words = read_optional(note, field="note")
    file_id = derived_id(viewer.person_id, concern_id, key)
    if upload is None or find(Entry, *entry_key(concern_id, "file", file_id)):
        return
    store.keep(_place(concern_id, file_id), upload.content)
    details = {
        "file": f"{known.name}, {size_in_words(len(upload.content))}",
        "file_id": file_id,
        "file_name": known.name,
    }
    doing = Doing("file", "recorded_action", words, details, why="Added a file")
    add_line(viewer, concern, doing, "file", file_id, now=now)


def open_file(viewer: Viewer, concern_id: str, file_id: str, *, store: FileStore, now: datetime) -> FileLink:
    """Records that the viewer opens the file, then gives where it is. Raises NotFound, and Conflict for one
    that is not known to be clean where files are scanned."""
    concern = load_visible(viewer, concern_id)
    line = find(Entry, *entry_key(concern_id, "file", file_id))
    if line is None:
        raise NotFound
    name = str(line.details["file_name"])
    link = store.link(_place(concern_id, file_id), name=name)
    doing = Doing("read_file", "read_file", "", {"file": name})
    add_line(viewer, concern, doing, "read_file", file_id, viewer.person_id, seen_window(now), now=now)
    return FileLink(name, link)


def _place(concern_id: str, file_id: str) -> str:
    return f"concerns/{concern_id}/{file_id}"
