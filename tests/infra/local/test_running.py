"""The real thing: the emulator, the template that ships, and the servers, started, stopped, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.emulator import ACCOUNT, REGION, scratch_for
from infra.local.stack import MAIL_FROM, LocalStack, Ports
from infra.package import ROOT, architecture_here, build
from shared.notices.items import Notice, notice_key
from shared.notices.rules import LANES, Template
from tests.infra.local.conftest import ask

pytestmark = pytest.mark.stack

WITHIN = 60.0  # seconds


@pytest.fixture(scope="module")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("local")


@pytest.fixture(scope="module")
def ports() -> Ports:
    return Ports.free()


@pytest.fixture(scope="module")
def stack(state_dir: Path, ports: Ports) -> Iterator[LocalStack]:
    with LocalStack(build(architecture_here()), state_dir, ports) as running:
        yield running


def test_a_new_stack_is_empty_and_serves_its_site(stack: LocalStack) -> None:
    assert stack.is_empty()
    assert stack.people() == []
    assert ask(stack.ports.site, "GET", "/no/such/page", headers={"Accept": "text/html"}).status == 404
    assert ask(stack.ports.inbox, "GET", "/api/messages").json() == []


def test_a_stack_that_is_up_to_date_is_not_deployed_again(stack: LocalStack) -> None:
    assert stack.deploy() is False


def test_a_function_may_do_what_its_policy_says_and_nothing_else(stack: LocalStack) -> None:
    assert ask(stack.ports.stack, "GET", "/_ministack/health").json()["auth"] == "enabled"
    assert decision(stack, "RecordReceiptsRole", "dynamodb:UpdateItem", "OutboxTable") == "allowed"
    assert decision(stack, "RecordReceiptsRole", "dynamodb:GetItem", "ConversationsTable") == "implicitDeny"


def decision(stack: LocalStack, role: str, action: str, table: str) -> str:
    """What the account decides when a function with that role asks for that."""
    found = stack.client("cloudformation").describe_stack_resource(
        StackName="signpost-local", LogicalResourceId=role
    )
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    simulated = stack.client("iam").simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:role/{name}",
        ActionNames=[action],
        ResourceArns=[f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{stack.output(table)}"],
    )
    return simulated["EvaluationResults"][0]["EvalDecision"]


def test_a_process_beside_the_stack_can_do_what_its_functions_do(stack: LocalStack) -> None:
    environment = stack.function_environment()

    assert environment["SITE_URL"] == stack.site_url
    assert environment["DIRECTORY_TABLE"] == stack.output("DirectoryTable")
    assert environment["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{stack.ports.stack}"


def test_production_is_deployed_by_the_same_command_as_in_an_account(stack: LocalStack) -> None:
    settings = {"MAIL_FROM": MAIL_FROM, "OPERATIONS_EMAIL": "operations@example.org"}

    first = deploy(stack, settings)
    second = deploy(stack, {})

    assert first.returncode == 0, first.stderr
    assert "adds 4 × table" in first.stdout
    assert "The site has got its address, https://" in first.stdout
    assert "python -m infra.administrator --stage prod" in first.stdout
    assert "Nothing: the stack is as the sources say." in second.stdout


def test_a_deployment_that_nobody_can_agree_to_changes_nothing(stack: LocalStack) -> None:
    run = deploy(stack, {"LOG_LEVEL": "DEBUG"}, "--stage", "prod")

    assert run.returncode == 1
    assert run.stderr.strip() == "Nobody is there to ask. Set YES=1 to deploy without asking."


def test_an_alert_is_sent_while_e_mails_that_can_wait_stand_before_it(stack: LocalStack) -> None:
    invitations = [f"invited-{number}@example.org" for number in range(40)]
    for reader in invitations:
        queue(stack, "introduced", reader)
    queue(stack, "chain_test", "lead@example.org")

    readers: set[str] = set()
    deadline = time.monotonic() + WITHIN
    while "lead@example.org" not in readers and time.monotonic() < deadline:
        readers = {reader for mail in stack.mails() for reader in mail.to}

    assert "lead@example.org" in readers
    assert not readers >= set(invitations)


def test_make_demo_says_in_one_sentence_that_a_port_is_busy(stack: LocalStack, state_dir: Path) -> None:
    demo = subprocess.run(
        [sys.executable, "-m", "infra.local", "demo", "--state-dir", str(state_dir)],
        cwd=ROOT,
        env=os.environ | port_settings(stack.ports),
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )

    assert demo.returncode == 1
    assert demo.stderr.strip().startswith(f"Port {stack.ports.stack} is in use")
    assert "Traceback" not in demo.stderr


def test_make_demo_finds_what_the_last_run_left_and_ends_all_that_it_started(
    stack: LocalStack, state_dir: Path
) -> None:
    put(stack, "left behind")
    send_mail(stack, "Before the restart")
    stack.stop()

    demo = subprocess.Popen(
        [sys.executable, "-m", "infra.local", "demo", "--state-dir", str(state_dir)],
        cwd=ROOT,
        env=os.environ | port_settings(stack.ports),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert demo.stdout is not None
        shown = read_until(demo.stdout, "Ctrl-C stops it")
        mails = ask(stack.ports.inbox, "GET", "/api/messages").json()
        demo.send_signal(signal.SIGINT)
        assert demo.wait(WITHIN) == 0
    finally:
        demo.kill()

    assert f"Site   {stack.site_url}" in shown
    assert "Filling in" not in shown
    assert "Before the restart" in [mail["subject"] for mail in mails]
    stack.ports.check()
    assert not scratch_for(state_dir).exists()
    assert processes_with(str(state_dir)) == []


def put(stack: LocalStack, key: str) -> None:
    item = {"pk": {"S": key}, "sk": {"S": key}}
    stack.client("dynamodb").put_item(TableName=stack.output("DirectoryTable"), Item=item)


def queue(stack: LocalStack, template: Template, address: str) -> None:
    now = datetime.now(UTC)
    notice = Notice(
        *notice_key(address),
        notice_id=address,
        template=template,
        lane=LANES[template],
        address=address,
        first_name="Priya",
        path="/",
        queued_at=now,
        expires_at=now + timedelta(days=30),
    )
    stack.client("dynamodb").put_item(
        TableName=stack.output("OutboxTable"), Item=notice.to_dynamodb_dict() | {"version": {"N": "1"}}
    )


def send_mail(stack: LocalStack, subject: str) -> None:
    stack.client("sesv2").send_email(
        FromEmailAddress=f"Signpost <{MAIL_FROM}>",
        Destination={"ToAddresses": ["priya@example.org"]},
        Content={"Simple": {"Subject": {"Data": subject}, "Body": {"Text": {"Data": "Sign in to read it."}}}},
        ConfigurationSetName=stack.output("MailConfigurationSet"),
    )


def deploy(stack: LocalStack, settings: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """`make deploy` with the emulator as the account."""
    account = {name: value for name, value in stack.function_environment().items() if name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "infra.deploy", *(options or ("--stage", "prod", "--yes"))],
        cwd=ROOT,
        env={**without_settings(), **account, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=WITHIN,
        check=False,
    )


def without_settings() -> dict[str, str]:
    """This process's environment without what the tests set for the code they import."""
    ours = ("SITE_URL", "MAIL_FROM", "OPERATIONS_EMAIL", "LOG_LEVEL")
    return {name: value for name, value in os.environ.items() if name not in ours}


def port_settings(ports: Ports) -> dict[str, str]:
    return {
        "SIGNPOST_PORT_STACK": str(ports.stack),
        "SIGNPOST_PORT_SITE": str(ports.site),
        "SIGNPOST_PORT_INBOX": str(ports.inbox),
    }


def read_until(lines: Any, end: str) -> str:
    """What is shown up to the line with `end`; the whole of it when that never comes."""
    shown = ""
    deadline = time.monotonic() + WITHIN
    for line in lines:
        shown += line
        if end in line or time.monotonic() > deadline:
            break
    return shown


def processes_with(words: str) -> list[str]:
    """The command lines and environments of running processes that mention something."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if words.encode() in environment and int(process.name) != os.getpid():
            found.append((process / "cmdline").read_text())
    return found
