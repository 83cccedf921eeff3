"""The pages of accounts and people with everything behind them: the tables and a pool of passwords."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from shared.notices.items import Notice
from shared.people.cognito import CognitoAccounts
from shared.platform.settings import settings
from tests.shared.people.builders import GOOD_PASSWORD

from .browser import Browser

CHARACTERS = ("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols")


@contextmanager
def a_pool() -> Iterator[CognitoAccounts]:
    """A pool of passwords that the deployment's settings point at. Only inside the emulator of `tables`."""
    client = boto3.client("cognito-idp", region_name="eu-west-2")
    pool = client.create_user_pool(
        PoolName="people",
        Policies={"PasswordPolicy": {"MinimumLength": 12, **dict.fromkeys(CHARACTERS, False)}},
    )["UserPool"]["Id"]
    app = client.create_user_pool_client(
        UserPoolId=pool, ClientName="site", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    before = {name: os.environ[name] for name in ("USER_POOL_ID", "USER_POOL_CLIENT_ID")}
    os.environ.update(USER_POOL_ID=pool, USER_POOL_CLIENT_ID=app)
    settings.cache_clear()
    try:
        yield CognitoAccounts()
    finally:
        os.environ.update(before)
        settings.cache_clear()


def mailed(template: str, address: str) -> str:
    """The path in the newest e-mail of a kind to an address."""
    found = [
        item
        for item in Notice.scan()
        if isinstance(item, Notice) and item.template == template and item.address == address
    ]
    newest = max(found, key=lambda one: one.queued_at)
    assert newest.path is not None
    return newest.path


def signed_in(username: str, password: str = GOOD_PASSWORD) -> Browser:
    """A browser in which somebody has signed in."""
    browser = Browser()
    browser.get("/sign-in")
    answer = browser.post("/sign-in", username=username, password=password, next="")
    assert answer.status == 303, answer.words
    return browser
