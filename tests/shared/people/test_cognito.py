"""The password service as it is deployed, against an emulator of it and against its errors."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ConnectTimeoutError
from moto import mock_aws

from shared.people.accounts import PasswordRefused
from shared.people.cognito import CognitoAccounts
from shared.platform.errors import TooMany
from shared.platform.settings import Settings, settings

from .builders import GOOD_PASSWORD, OTHER_PASSWORD

ACCOUNT = "01jd3yaccount"
CHARACTERS = ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols")


@pytest.fixture
def pool() -> Iterator[Settings]:
    with mock_aws():
        client = boto3.client("cognito-idp", region_name="eu-west-2")
        pool = client.create_user_pool(
            PoolName="people",
            Policies={"PasswordPolicy": {"MinimumLength": 12, **dict.fromkeys(CHARACTERS, False)}},
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        )["UserPool"]["Id"]
        app = client.create_user_pool_client(
            UserPoolId=pool, ClientName="site", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
        )["UserPoolClient"]["ClientId"]
        yield replace(settings(), user_pool_id=pool, user_pool_client_id=app)


@pytest.fixture
def accounts(pool: Settings) -> CognitoAccounts:
    return CognitoAccounts(pool)


def answering(
    accounts: CognitoAccounts, code: str, *, status: int = 400, message: str = ""
) -> CognitoAccounts:
    """The adapter when Cognito answers everything with this error."""

    def fail(**_: Any) -> AWSResponse:
        body = json.dumps({"__type": code, "message": message}).encode()
        return AWSResponse("https://cognito.example.org", status, {}, _Body(body))

    accounts._client.meta.events.register_first("before-send.cognito-identity-provider", fail)
    return accounts


class _Body:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.content


def test_an_account_is_made_checked_changed_and_removed(accounts: CognitoAccounts) -> None:
    accounts.create(ACCOUNT, password=GOOD_PASSWORD)
    assert accounts.verify(ACCOUNT, password=GOOD_PASSWORD)
    assert not accounts.verify(ACCOUNT, password=OTHER_PASSWORD)

    accounts.set_password(ACCOUNT, password=OTHER_PASSWORD)
    assert accounts.verify(ACCOUNT, password=OTHER_PASSWORD)

    accounts.remove(ACCOUNT)
    accounts.remove(ACCOUNT)
    assert not accounts.verify(ACCOUNT, password=OTHER_PASSWORD)


def test_made_twice_after_a_lost_answer_it_is_made_once(accounts: CognitoAccounts) -> None:
    accounts.create(ACCOUNT, password=GOOD_PASSWORD)
    accounts.create(ACCOUNT, password=GOOD_PASSWORD)

    assert accounts.verify(ACCOUNT, password=GOOD_PASSWORD)


def test_cognito_is_told_nothing_of_the_person(accounts: CognitoAccounts, pool: Settings) -> None:
    accounts.create(ACCOUNT, password=GOOD_PASSWORD)

    client = boto3.client("cognito-idp", region_name="eu-west-2")
    user = client.admin_get_user(UserPoolId=pool.user_pool_id, Username=ACCOUNT)
    assert {one["Name"] for one in user["UserAttributes"]} <= {"sub"}


def test_a_password_the_pool_refuses_leaves_no_account(accounts: CognitoAccounts, pool: Settings) -> None:
    with pytest.raises(PasswordRefused):
        accounts.create(ACCOUNT, password="short")

    client = boto3.client("cognito-idp", region_name="eu-west-2")
    assert client.list_users(UserPoolId=pool.user_pool_id)["Users"] == []


@pytest.mark.parametrize(
    ("code", "status", "message"),
    [
        ("TooManyRequestsException", 400, "Rate exceeded"),
        ("LimitExceededException", 400, ""),
        ("InternalErrorException", 500, ""),
        ("ServiceUnavailable", 503, ""),
        ("NotAuthorizedException", 400, "Password attempts exceeded"),
    ],
)
def test_a_service_that_cannot_answer_is_busy_and_the_password_is_not_wrong(
    code: str, status: int, message: str, accounts: CognitoAccounts
) -> None:
    busy = answering(accounts, code, status=status, message=message)

    with pytest.raises(TooMany, match="try again in a minute"):
        busy.verify(ACCOUNT, password=GOOD_PASSWORD)


def test_a_service_that_cannot_be_reached_is_busy(accounts: CognitoAccounts) -> None:
    def unreachable(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="https://cognito.example.org")

    accounts._client.meta.events.register_first("before-send.cognito-identity-provider", unreachable)

    with pytest.raises(TooMany):
        accounts.set_password(ACCOUNT, password=GOOD_PASSWORD)


@pytest.mark.parametrize(
    "code", ["NotAuthorizedException", "UserNotFoundException", "PasswordResetRequiredException"]
)
def test_whatever_is_wrong_with_a_sign_in_is_no(code: str, accounts: CognitoAccounts) -> None:
    assert not answering(accounts, code, message="Incorrect").verify(ACCOUNT, password=GOOD_PASSWORD)


def test_a_fault_of_the_deployment_is_not_hidden(accounts: CognitoAccounts) -> None:
    with pytest.raises(ClientError):
        answering(accounts, "ResourceNotFoundException").verify(ACCOUNT, password=GOOD_PASSWORD)
