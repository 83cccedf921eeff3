"""What every test stands on: an environment that reaches nothing outside."""

import os
from collections.abc import Iterator

import pytest

os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_REGION="eu-west-2",
    AWS_DEFAULT_REGION="eu-west-2",
    DIRECTORY_TABLE="directory",
    CONVERSATIONS_TABLE="conversations",
    SAFEGUARDING_TABLE="safeguarding",
    OUTBOX_TABLE="outbox",
    STAGE="test",
    SITE_URL="https://signpost.example.org",
    MAIL_FROM="Signpost <signpost@example.org>",
    MAIL_CONFIGURATION_SET="signpost-test",
    USER_POOL_ID="eu-west-2_testing",
    USER_POOL_CLIENT_ID="testing",
    FILES_BUCKET="signpost-test-files",
    IMPORTS_BUCKET="signpost-test-imports",
    OPERATIONS_EMAIL="operations@example.org",
    POWERTOOLS_SERVICE_NAME="signpost",
    POWERTOOLS_METRICS_NAMESPACE="Signpost",
)
os.environ.pop("AWS_ENDPOINT_URL", None)


@pytest.fixture
def tables() -> Iterator[None]:
    """The four tables, empty, in an emulator of this process."""
    from tests.emulator import four_tables

    with four_tables():
        yield
