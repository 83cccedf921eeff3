"""Where the files of lists lie: a private bucket that forgets them after a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from shared.platform.settings import settings
from shared.platform.tables import REGION

FORM_WORKS_FOR = timedelta(hours=1)
MOST_TAKEN = 100_000_000
"""Bytes that the bucket takes. Far more than can be used: whoever sends too much hears it in our words, on
our page, and not in the bucket's."""


@dataclass(frozen=True)
class UploadForm:
    """What a browser, or a program, sends a file with: a form to `address`, these fields before the file."""

    address: str
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Kept:
    """A file as it lies there."""

    content: bytes
    tag: str
    size: int


class ImportFiles(Protocol):
    """Takes files from browsers, and reads them."""

    def form(self, key: str, *, then: str) -> UploadForm:
        """A form that puts one file at `key`, and goes on to the address `then`."""

    def read(self, key: str, *, most: int) -> Kept | None:
        """The file, or None while there is none. Of one that is larger than `most` bytes no more is read."""


class BucketOfLists:
    """The deployed stack's bucket. Makes its client on first use."""

    @cached_property
    def _client(self) -> Any:
        config = Config(
            signature_version="s3v4", connect_timeout=2, read_timeout=8, retries={"total_max_attempts": 3}
        )
        # The endpoint of the region: the one of all regions answers for a new bucket by sending a browser on,
        # which our pages' policy forbids. On a laptop the environment says where the emulator is.
        regional = None if settings().is_local else f"https://s3.{REGION}.amazonaws.com"
        return boto3.client("s3", region_name=REGION, config=config, endpoint_url=regional)

    def form(self, key: str, *, then: str) -> UploadForm:
        made = self._client.generate_presigned_post(
            settings().imports_bucket,
            key,
            Fields={"success_action_redirect": then, "Content-Type": "text/csv"},
            Conditions=[
                {"success_action_redirect": then},
                {"Content-Type": "text/csv"},
                ["content-length-range", 0, MOST_TAKEN],
            ],
            ExpiresIn=int(FORM_WORKS_FOR.total_seconds()),
        )
        return UploadForm(str(made["url"]), {str(name): str(value) for name, value in made["fields"].items()})

    def read(self, key: str, *, most: int) -> Kept | None:
        try:
            found = self._client.get_object(Bucket=settings().imports_bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        size = int(found["ContentLength"])
        content = b"" if size > most else found["Body"].read()
        found["Body"].close()
        return Kept(content, str(found["ETag"]), size)


def file_key(import_id: str) -> str:
    return f"lists/{import_id}.csv"
