"""The whole local stack as one thing to start and stop: for `make demo` and for the journeys in the tests."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from infra.cloudformation import Stacks
from infra.local.emulator import ACCOUNT, REGION, Emulator, port_is_free
from infra.local.inbox import InboxServer
from infra.local.mailbox import Mail, Mailbox
from infra.local.receipts import Receipts
from infra.local.sign_in import SignIn
from infra.local.site import SiteServer
from infra.package import Package
from infra.trouble import Trouble

NAME = "signpost-local"
BUCKET = "signpost-local-artefacts"
MAIL_FROM = "signpost@mail.example.org"
OPERATIONS_EMAIL = "operations@example.org"
MAILING_ROLES = ("SendAlertsRole", "SendNoticesRole", "SweepRole")
ANSWERS_WITHIN = 60.0  # seconds, for the first page of all


@dataclass(frozen=True)
class Ports:
    """Where the three servers listen, all on loopback."""

    stack: int = 4566
    site: int = 8000
    inbox: int = 8025

    @classmethod
    def from_environment(cls) -> Ports:
        """The usual ports, or those SIGNPOST_PORT_STACK, _SITE and _INBOX name; Trouble if not numbers."""

        def port(name: str, usual: int) -> int:
            variable = f"SIGNPOST_PORT_{name}"
            value = os.environ.get(variable, str(usual))
            if not value.isdecimal() or not 0 < int(value) < 65536:
                raise Trouble(f"{variable} is {value!r}; it must be a port number.")
            return int(value)

        return cls(port("STACK", cls.stack), port("SITE", cls.site), port("INBOX", cls.inbox))

    @classmethod
    def free(cls) -> Ports:
        """Three ports that nobody uses just now, for a stack beside others."""
        with contextlib.ExitStack() as open_sockets:
            sockets = [open_sockets.enter_context(socket.socket()) for _ in range(3)]
            for taken in sockets:
                taken.bind(("127.0.0.1", 0))
            return cls(*(taken.getsockname()[1] for taken in sockets))

    def check(self) -> None:
        """Raise Trouble, naming the port and how to choose another, unless all three are free."""
        for name in ("stack", "site", "inbox"):
            port = getattr(self, name)
            if not port_is_free(port):
                raise Trouble(
                    f"Port {port} is in use, perhaps by another Signpost. End that one, "
                    f"or choose another port: SIGNPOST_PORT_{name.upper()}=… make demo"
                )


class LocalStack:
    """Signpost on this machine. Use it as a context manager, or `start` and `stop` it.

    `state_dir` keeps everything from one run to the next. Several stacks run side by side when their ports
    and directories differ. `functions_call` is where its functions reach AWS, when that is not the emulator
    itself.
    """

    def __init__(
        self, package: Package, state_dir: Path, ports: Ports | None = None, *, functions_call: str = ""
    ) -> None:
        self.ports = ports or Ports()
        self.site_url = f"http://localhost:{self.ports.site}"
        self.inbox_url = f"http://localhost:{self.ports.inbox}"
        self._package = package
        self._state_dir = state_dir
        self._emulator = Emulator(self.ports.stack, state_dir, functions_call=functions_call)
        self._mailbox: Mailbox | None = None
        self._receipts = Receipts(self._publish_receipt)
        self._servers: list[SiteServer | InboxServer] = []
        self._ended = Event()
        self._outputs: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # Starting, in the order `make demo` shows

    def start(self) -> None:
        """Start all of it and wait until the first page is served; stop all of it if that fails."""
        try:
            self.ports.check()
            self.start_emulator()
            self.deploy()
            self.serve()
        except BaseException:
            self.stop()
            raise

    def start_emulator(self) -> None:
        """Start the AWS emulator with what it held at the end of the last run."""
        self._mailbox = Mailbox(self._emulator.sent_mail, when_new=self._receipts.expect)
        self._emulator.start()

    def deploy(self) -> bool:
        """Bring the stack to what the package says. True when something had to be changed."""
        s3 = self.client("s3")
        with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        stacks = Stacks(self.client("cloudformation"), s3, poll=0.1)
        parameters = {
            "Stage": "local",
            "SiteUrl": self.site_url,
            "MailFrom": MAIL_FROM,
            "OperationsEmail": OPERATIONS_EMAIL,
        }
        template = stacks.upload(self._package, BUCKET)
        proposal = stacks.propose(NAME, template, parameters)
        if proposal:
            stacks.carry_out(proposal)
        self._outputs = stacks.outputs(NAME)
        self._let_mail_out()
        return proposal is not None

    def _let_mail_out(self) -> None:
        """Verify our domain, by hand in an account, and let those send who may: the emulator asks for more.

        It checks ses:SendEmail against "*", and so refuses a policy that names identities, as ours do.
        """
        self.client("ses").verify_domain_identity(Domain=MAIL_FROM.partition("@")[2])
        allowed = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}
        for role in MAILING_ROLES:
            made = self.client("cloudformation").describe_stack_resource(
                StackName=NAME, LogicalResourceId=role
            )
            self.client("iam").put_role_policy(
                RoleName=made["StackResourceDetail"]["PhysicalResourceId"],
                PolicyName="of-the-emulator-only",
                PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
            )

    def _publish_receipt(self, event: dict[str, Any]) -> None:
        self.client("sns").publish(TopicArn=self.output("MailReceiptsTopic"), Message=json.dumps(event))

    def serve(self) -> None:
        """Open the site and the inbox, and wait until the site has answered once."""
        stage = self._outputs["EndpointURL"].rstrip("/").rpartition("/")[2]
        site = SiteServer(self.ports.site, self.ports.stack, self._outputs["RestAPIId"], stage)
        inbox = InboxServer(self.ports.inbox, self.mailbox)
        self._servers = [site, inbox]
        for server in self._servers:
            server.serve_in_background()
        Thread(target=self._read_mail_as_it_comes, name="mail", daemon=True).start()
        self._wait_for_first_page()

    def _read_mail_as_it_comes(self) -> None:
        while not self._ended.wait(1.0):
            with contextlib.suppress(BotoCoreError, ClientError):  # a receipt may get lost in SES, too
                self.mailbox.read()
                self._receipts.tell()

    def _wait_for_first_page(self) -> None:
        deadline = time.monotonic() + ANSWERS_WITHIN
        status = 0
        while time.monotonic() < deadline:
            status = _status_of_first_page(self.ports.site)
            if 0 < status < 500:
                return
            time.sleep(0.2)
        answer = status or "nothing"
        raise Trouble(f"The site does not come up: it answers {answer}. {self._emulator.log} may say why.")

    # Using it

    @property
    def mailbox(self) -> Mailbox:
        """The e-mails it sent."""
        if self._mailbox is None:
            raise Trouble("The local stack has not been started.")
        return self._mailbox

    def mails(self) -> list[Mail]:
        """Every e-mail it sent, newest first."""
        return self.mailbox.read()

    def client(self, service: str) -> Any:
        """A boto3 client of one of the emulator's services."""
        return self._emulator.client(service)

    def output(self, name: str) -> str:
        """One of the stack's outputs (see infra/resources.yaml)."""
        return self._outputs[name]

    def function_environment(self) -> dict[str, str]:
        """What a function of the stack sees in its environment, for a process that does the same work."""
        handler = self.client("lambda").get_function_configuration(FunctionName=self.output("APIHandlerName"))
        variables: dict[str, str] = handler["Environment"]["Variables"]
        return variables | {
            "AWS_ENDPOINT_URL": self._emulator.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def is_empty(self) -> bool:
        """Whether nobody is in it yet."""
        return not self.client("dynamodb").scan(TableName=self.output("DirectoryTable"), Limit=1)["Items"]

    def fill(self) -> list[SignIn]:
        """Put the demonstration programme into it and give everyone who can sign in; Trouble if it fails."""
        run = subprocess.run(
            [sys.executable, "-m", "infra.local.fill"],
            env=os.environ | self.function_environment(),
            cwd=Path(__file__).resolve().parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            raise Trouble(f"The demonstration programme could not be filled in:\n{run.stderr.strip()}")
        people = run.stdout.strip().splitlines()[-1]
        self._people_file.write_text(people)
        return self.people()

    def people(self) -> list[SignIn]:
        """Everyone who can sign in to the demonstration; nobody when it has not been filled in."""
        if not self._people_file.exists():
            return []
        return [SignIn(**person) for person in json.loads(self._people_file.read_text())]

    @property
    def _people_file(self) -> Path:
        return self._state_dir / "people.json"

    # Ending

    def stop(self) -> None:
        """End everything it started. The state stays in `state_dir`."""
        self._ended.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers = []
        self._emulator.stop()


def _status_of_first_page(port: int) -> int:
    """The HTTP status of the site's first page; 0 when there is no answer."""
    site = http.client.HTTPConnection("localhost", port, timeout=ANSWERS_WITHIN)
    try:
        site.request("GET", "/")
        return site.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        site.close()


def forget(state_dir: Path) -> None:
    """Remove everything a stack kept there."""
    shutil.rmtree(state_dir, ignore_errors=True)
