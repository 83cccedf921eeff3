"""Handing e-mails to Amazon SES, as the emulator understands it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from shared.notices.mailer import NotSent, SesMailer
from shared.notices.rules import Written
from tests.faults import answering, calls

WRITTEN = Written(
    subject="Please look: concern C-7K3M9Q",
    text="Hello Morag,\n\nA concern needs somebody to look at it now.\n",
    html="<p>Hello Morag,</p><p>A concern needs somebody to look at it now.</p>",
)


@pytest.fixture
def ses() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("sesv2", region_name="eu-west-2")
        client.create_email_identity(EmailIdentity="example.org")
        yield ses_backends[DEFAULT_ACCOUNT_ID]["eu-west-2"]


def send() -> str:
    return SesMailer().send(notice_id="0f" * 16, address="morag@example.org", written=WRITTEN)


def refusal(code: str) -> NotSent:
    with answering("SendEmail", code), pytest.raises(NotSent) as refused:
        send()
    return refused.value


def test_an_e_mail_reaches_the_service_with_both_its_wordings(ses: Any) -> None:
    service_id = send()

    [message] = ses.sent_messages
    assert message.id == service_id
    assert message.destinations["ToAddresses"] == ["morag@example.org"]
    assert message.source == "Signpost <signpost@example.org>"
    assert message.subject == WRITTEN.subject


def test_an_e_mail_is_tagged_with_its_notice_so_that_receipts_find_it(ses: Any) -> None:
    with calls() as made:
        send()

    [call] = made
    assert call.asked["EmailTags"] == [{"Name": "notice_id", "Value": "0f" * 16}]
    assert call.asked["ConfigurationSetName"] == "signpost-test"
    assert call.asked["Content"]["Simple"]["Body"]["Html"]["Data"] == WRITTEN.html
    assert call.asked["Content"]["Simple"]["Body"]["Text"]["Data"] == WRITTEN.text


def test_a_refusal_of_this_very_e_mail_is_not_worth_another_try(ses: Any) -> None:
    assert not refusal("BadRequestException").retry


@pytest.mark.parametrize(
    "code",
    [
        "TooManyRequestsException",
        "LimitExceededException",
        "SendingPausedException",
        "AccountSuspendedException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "InternalServiceErrorException",
        "AccessDeniedException",
        "ExpiredTokenException",
    ],
)
def test_what_somebody_can_put_right_is_worth_another_try(ses: Any, code: str) -> None:
    assert refusal(code).retry


def test_being_asked_to_send_less_is_told_apart(ses: Any) -> None:
    assert refusal("TooManyRequestsException").too_many
    assert not refusal("InternalServiceErrorException").too_many


def test_a_lost_answer_is_worth_another_try(ses: Any) -> None:
    problem = refusal("ReadTimeout")

    assert problem.retry
    assert problem.code == "ReadTimeoutError"


def test_what_goes_to_the_log_does_not_quote_the_service(ses: Any) -> None:
    problem = refusal("MessageRejected")

    assert str(problem) == problem.code == "MessageRejected"


def test_only_an_e_mail_that_can_be_stopped_offers_to_stop_it(ses: Any) -> None:
    link = "https://signpost.example.org/reminders/0f.secret"
    with calls() as made:
        send()
        SesMailer().send(
            notice_id="0e" * 16, address="amina@example.org", written=replace(WRITTEN, stop_link=link)
        )

    usual, stoppable = (call.asked["Content"]["Simple"]["Headers"] for call in made)
    assert usual == []
    assert stoppable == [
        {"Name": "List-Unsubscribe", "Value": f"<{link}>"},
        {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
    ]
