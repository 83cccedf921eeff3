from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.cloudformation import Change, Proposal
from infra.deploy import (
    Account,
    agree_unless_data_is_lost,
    in_plain_words,
    parameters_for,
    prepare_bucket,
    settings_from,
)
from infra.trouble import Trouble

FUNCTION = "AWS::Lambda::Function"
TABLE = "AWS::DynamoDB::Table"


def proposal(*changes: Change) -> Proposal:
    return Proposal("signpost-prod", "signpost-1", creates_stack=False, changes=changes)


# What a person reads before deciding


def test_new_things_are_counted() -> None:
    words = in_plain_words([Change("Add", "Directory", TABLE), Change("Add", "Outbox", TABLE)])

    assert words.split() == ["adds", "2", "×", "table"]


def test_what_changes_is_named_in_words_a_person_knows() -> None:
    words = in_plain_words(
        [
            Change("Modify", "Sweep", FUNCTION),
            Change("Modify", "SiteFailing", "AWS::CloudWatch::Alarm", "perhaps"),
            Change("Remove", "OldTopic", "AWS::SNS::Topic"),
        ]
    )

    assert [line.strip() for line in words.splitlines()] == [
        "removes SNS Topic OldTopic",
        "may replace alarm SiteFailing",
        "changes function Sweep",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Change("Modify", "Conversations", TABLE, "yes"), "LOSES DATA: replaces table Conversations"),
        (Change("Modify", "Conversations", TABLE, "perhaps"), "LOSES DATA: may replace table Conversations"),
        (Change("Remove", "People", "AWS::Cognito::UserPool"), "LOSES DATA: removes user pool People"),
    ],
)
def test_a_loss_of_data_is_said_first(change: Change, said: str) -> None:
    words = in_plain_words([Change("Modify", "Alpha", FUNCTION), change])

    assert words.splitlines()[0].strip() == said


def test_nothing_is_lost_unasked() -> None:
    with pytest.raises(Trouble, match="would lose data"):
        agree_unless_data_is_lost(proposal(Change("Remove", "Outbox", TABLE)))


def test_what_loses_nothing_needs_no_question_when_told_so() -> None:
    assert agree_unless_data_is_lost(
        proposal(Change("Modify", "Outbox", TABLE), Change("Add", "Sweep", FUNCTION))
    )


# What a stage needs to know


def test_the_caller_names_a_stages_settings_in_the_environment() -> None:
    given = settings_from({"MAIL_FROM": "signpost@example.org", "SITE_URL": "", "PATH": "/usr/bin"})

    assert given == {"MailFrom": "signpost@example.org"}


def test_a_first_deployment_says_what_it_needs_to_know() -> None:
    with pytest.raises(Trouble) as trouble:
        parameters_for("prod", kept={}, given={"MailFrom": "signpost@example.org"})

    assert "needs to know OPERATIONS_EMAIL" in str(trouble.value)
    assert "make deploy STAGE=prod OPERATIONS_EMAIL=" in str(trouble.value)


def test_what_a_stage_was_told_once_it_keeps_unless_told_anew() -> None:
    kept = {
        "MailFrom": "signpost@example.org",
        "OperationsEmail": "operations@example.org",
        "LogLevel": "INFO",
    }

    assert parameters_for("prod", kept=kept, given={"LogLevel": "DEBUG"}) == {
        **kept,
        "LogLevel": "DEBUG",
        "Stage": "prod",
    }


# Where packages are kept


@pytest.fixture
def account() -> Iterator[Account]:
    with mock_aws():
        yield Account(
            "111122223333", "eu-west-2", lambda service: boto3.client(service, region_name="eu-west-2")
        )


def test_packages_are_kept_in_private_encrypted_and_with_their_versions(account: Account) -> None:
    prepare_bucket(account)
    s3: Any = account.client("s3")
    bucket = "signpost-artefacts-111122223333-eu-west-2"

    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    encryption = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert set(blocked.values()) == {True}
    assert encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert (statement["Effect"], statement["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )


def test_a_bucket_of_an_earlier_deployment_is_used_again(account: Account) -> None:
    prepare_bucket(account)
    prepare_bucket(account)
