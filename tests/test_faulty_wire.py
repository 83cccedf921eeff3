"""The wire on which AWS's calls fail: what it does is what AWS's own library takes for a fault of AWS."""

from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.journeys.faulty_wire import FAULTS, SERVICES, Chance, Fault, FaultyWire

ONCE = Config(
    read_timeout=1, retries={"total_max_attempts": 1, "mode": "standard"}, s3={"addressing_style": "path"}
)


class Behind(ThreadingHTTPServer):
    """Stands for AWS: takes everything, and remembers how much."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.taken = 0


class _Taker(BaseHTTPRequestHandler):
    server: Behind
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken += 1
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_PUT(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def behind() -> Iterator[Behind]:
    with Behind() as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def wire(behind: Behind) -> Iterator[FaultyWire]:
    with FaultyWire(0, behind.server_port, seed=1) as made:
        made.fails = True
        yield made


class Always(Chance):
    """The same fault for every call."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(1)
        self.fault = fault

    def next(self, service: str) -> Fault | None:
        self.dealt[service, self.fault] += 1
        return self.fault


def called(service: str, wire: FaultyWire) -> Callable[[], object]:
    client: Any = boto3.client(
        {"ses": "sesv2"}.get(service, service), endpoint_url=wire.url, region_name="eu-west-2", config=ONCE
    )
    item = {"pk": {"S": "PAIR#1"}, "sk": {"S": "PAIR"}}
    body = {"Simple": {"Subject": {"Data": "A test"}, "Body": {"Text": {"Data": "Hello."}}}}
    return {
        "dynamodb": lambda: client.put_item(TableName="directory", Item=item),
        "ses": lambda: client.send_email(Content=body, Destination={"ToAddresses": ["amina@example.org"]}),
        "s3": lambda: client.put_object(Bucket="files", Key="letter.txt", Body=b"What the school wrote."),
    }[service]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("fault", "error", "is_carried_out"),
    [
        ("too many", ClientError, False),
        ("service error", ClientError, False),
        ("not passed on", ConnectionClosedError, False),
        ("answer lost", ConnectionClosedError, True),
        ("too late", ReadTimeoutError, True),
    ],
)
def test_a_fault_is_what_the_library_takes_it_for(
    behind: Behind,
    wire: FaultyWire,
    service: str,
    fault: Fault,
    error: type[Exception],
    is_carried_out: bool,
) -> None:
    wire.chance = Always(fault)

    with pytest.raises(error):
        called(service, wire)()

    assert behind.taken == is_carried_out


@pytest.mark.parametrize(
    ("service", "code"),
    [("dynamodb", "ThrottlingException"), ("ses", "TooManyRequestsException"), ("s3", "SlowDown")],
)
def test_too_many_is_said_in_the_words_of_the_service(wire: FaultyWire, service: str, code: str) -> None:
    wire.chance = Always("too many")

    with pytest.raises(ClientError) as refused:
        called(service, wire)()

    assert refused.value.response["Error"]["Code"] == code


def test_all_passes_while_nothing_is_to_fail(behind: Behind, wire: FaultyWire) -> None:
    wire.fails = False

    called("dynamodb", wire)()

    assert behind.taken == 1


@pytest.mark.parametrize("service", SERVICES)
def test_no_fault_of_a_service_is_left_out(service: str) -> None:
    chance = Chance(7)

    dealt = Counter(chance.next(service) for _ in range(600))

    assert set(FAULTS) <= set(dealt)
    assert dealt["too late"] == 1


def test_the_same_seed_deals_the_same() -> None:
    one, other = Chance(7), Chance(7)

    assert [one.next("dynamodb") for _ in range(200)] == [other.next("dynamodb") for _ in range(200)]
