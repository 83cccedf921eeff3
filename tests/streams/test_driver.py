"""That the stream driver itself delivers as Lambda does. What rests on it is worth no more than it."""

import json
from collections import Counter
from random import Random
from typing import Any

import pytest

from shared.notices.actions import enqueue, queue
from shared.notices.items import Notice, notice_key
from shared.notices.rules import NewNotice
from shared.platform.tables import Lost, find, transaction
from tests.builders.clock import MONDAY
from tests.builders.notices import a_notice
from tests.driver import Source, StreamDriver, key_of, matches, read_sources

pytestmark = pytest.mark.usefixtures("tables")

EVERYTHING = Source(
    function="Heard",
    table="outbox",
    patterns=(),
    batch_size=10,
    retries=3,
    bisects=True,
    reports_failures=True,
)


FIRST = NewNotice("new_message", ("message-1",), "amina.yusuf@example.org", "Amina", "/pairs/01jd3y")
SECOND = NewNotice("new_message", ("message-2",), "amina.yusuf@example.org", "Amina", "/pairs/01jd3y")


def queue_both(*notices: NewNotice) -> None:
    with transaction() as write:
        for notice in notices:
            queue(write, notice, now=MONDAY)


class Heard:
    """A function that writes down what it is given. What it does with a batch is up to `answer`."""

    def __init__(self, answer: Any = None) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self.answer = answer

    def __call__(self, event: dict[str, Any], _context: Any) -> Any:
        self.batches.append(event["Records"])
        return self.answer(event["Records"]) if self.answer else None

    @property
    def ids(self) -> list[str]:
        return [id_of(record) for batch in self.batches for record in batch]


def id_of(record: dict[str, Any]) -> str:
    return str(key_of(record).partition(" ")[0].removeprefix("NOTICE#"))


def failing(*ids: str) -> Any:
    """Reports these as failed, as a function does that can go on past one that fails."""

    def answer(records: list[dict[str, Any]]) -> Any:
        numbers = [one["dynamodb"]["SequenceNumber"] for one in records if id_of(one) in ids]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}

    return answer


def raising_at(bad: str) -> Any:
    """Fails as a whole when the batch holds this one."""

    def answer(records: list[dict[str, Any]]) -> None:
        if bad in map(id_of, records):
            raise RuntimeError

    return answer


def driver_of(heard: Heard, source: Source = EVERYTHING, **more: Any) -> StreamDriver:
    return StreamDriver({"Heard": heard}, sources=(source,), **({"rng": Random(1), "shards": 1} | more))


def some_notices(how_many: int) -> list[str]:
    return [a_notice(notice_id=f"n{number}").notice_id for number in range(how_many)]


def test_a_record_is_written_down_as_lambda_writes_it() -> None:
    heard = Heard()
    driver = driver_of(heard)
    notice = a_notice("concern_alert", reference="C-7K3M9Q")

    driver.settle()

    [[record]] = heard.batches
    assert record["eventName"] == "INSERT"
    assert record["eventSource"] == "aws:dynamodb"
    assert "/stream/" in record["eventSourceARN"]
    assert set(record["dynamodb"]) == {
        "ApproximateCreationDateTime",
        "Keys",
        "NewImage",
        "SequenceNumber",
        "SizeBytes",
        "StreamViewType",
    }
    assert record["dynamodb"]["Keys"] == {"pk": {"S": f"NOTICE#{notice.notice_id}"}, "sk": {"S": "NOTICE"}}
    assert record["dynamodb"]["NewImage"]["kind"] == {"S": "notice"}
    assert record["dynamodb"]["NewImage"]["attempts"] == {"N": "0"}
    json.dumps(record)


def test_a_change_carries_both_images_and_a_removal_the_old_one() -> None:
    heard = Heard()
    driver = driver_of(heard)
    notice = a_notice()
    notice.update(actions=[Notice.first_name.set("Callum")])
    notice.delete()

    driver.settle()

    records = [record for batch in heard.batches for record in batch]
    assert [record["eventName"] for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert records[1]["dynamodb"]["OldImage"]["first_name"] == {"S": "Amina"}
    assert records[1]["dynamodb"]["NewImage"]["first_name"] == {"S": "Callum"}
    assert "NewImage" not in records[2]["dynamodb"]


def test_a_transaction_that_failed_tells_nothing_and_stops_nothing() -> None:
    heard = Heard()
    driver = driver_of(heard)
    enqueue(FIRST, now=MONDAY)
    driver.settle()
    with pytest.raises(Lost):
        queue_both(SECOND, FIRST)
    enqueue(SECOND, now=MONDAY)

    driver.settle()

    assert len(heard.ids) == len(set(heard.ids)) == 2


def test_what_was_written_before_the_streams_were_first_read_is_delivered_once_they_are_on() -> None:
    heard = Heard()
    a_notice(notice_id="before")
    driver = driver_of(heard)
    a_notice(notice_id="after")

    driver.settle()

    assert heard.ids == ["after"]


def test_a_function_gets_only_what_its_filter_lets_through() -> None:
    heard = Heard()
    [source] = [source for source in read_sources() if source.function == "SendNotices"]
    driver = StreamDriver({"SendNotices": heard}, sources=(source,))
    notice = a_notice(notice_id="n1")
    a_notice(notice_id="n2", state="accepted")
    notice.update(actions=[Notice.state.set("sending")])
    notice.update(actions=[Notice.state.set("queued")])

    driver.settle()

    assert Counter(heard.ids) == {"n1": 2}


def test_one_item_s_changes_arrive_in_their_order_whatever_the_others_do() -> None:
    heard = Heard()
    driver = driver_of(heard, shards=3, rng=Random(4))
    notices = [a_notice(notice_id=f"n{number}") for number in range(6)]
    for count in range(1, 4):
        for notice in notices:
            notice.update(actions=[Notice.attempts.set(count)])

    driver.settle()

    orders: dict[str, list[str]] = {}
    for batch in heard.batches:
        for record in batch:
            orders.setdefault(id_of(record), []).append(record["dynamodb"]["NewImage"]["attempts"]["N"])
    assert set(map(tuple, orders.values())) == {("0", "1", "2", "3")}
    assert heard.ids != sorted(heard.ids, key=heard.ids.index)


def test_after_a_partial_failure_the_batch_comes_again_from_the_lowest_failed_record() -> None:
    heard = Heard()
    driver = driver_of(heard, rng=Random(2))
    some_notices(8)
    failed_once: list[str] = []

    def answer(records: list[dict[str, Any]]) -> Any:
        ids = [id_of(record) for record in records]
        if "n3" in ids and not failed_once:
            failed_once.append("n3")
            return failing("n3", "n5")(records)
        return None

    heard.answer = answer
    driver.settle()

    first = next(batch for batch in heard.batches if "n3" in map(id_of, batch))
    again = heard.batches[heard.batches.index(first) + 1]
    assert [id_of(record) for record in again] == [id_of(r) for r in first if id_of(r) >= "n3"]
    assert driver.failed == []


def test_a_record_that_always_fails_is_cut_out_and_its_neighbours_go_on() -> None:
    heard = Heard(raising_at("n2"))
    driver = driver_of(heard)
    some_notices(6)

    driver.settle()

    assert [failed.keys for failed in driver.failed] == [["NOTICE#n2 NOTICE"]]
    went_well = {id_of(r) for batch in heard.batches if "n2" not in map(id_of, batch) for r in batch}
    assert went_well == {"n0", "n1", "n3", "n4", "n5"}


def test_a_record_reported_again_and_again_goes_to_the_failure_destination() -> None:
    heard = Heard(failing("n0"))
    driver = driver_of(heard)
    some_notices(3)

    driver.settle()

    assert driver.failed[0].keys[0] == "NOTICE#n0 NOTICE"
    assert heard.ids.count("n0") == 1 + EVERYTHING.retries


def test_an_answer_that_names_no_record_of_the_batch_fails_all_of_it() -> None:
    heard = Heard(lambda _: {"batchItemFailures": [{"itemIdentifier": "not-one-of-these"}]})
    driver = driver_of(heard)
    some_notices(2)

    driver.settle()

    assert sorted(key for failed in driver.failed for key in failed.keys) == [
        "NOTICE#n0 NOTICE",
        "NOTICE#n1 NOTICE",
    ]


def test_anything_may_come_again() -> None:
    heard = Heard()
    driver = driver_of(heard, repeats=0.5, rng=Random(3))
    ids = some_notices(20)

    driver.settle()

    assert set(heard.ids) == set(ids)
    assert max(Counter(heard.ids).values()) > 1


def test_a_function_that_dies_at_a_call_is_given_its_batch_again() -> None:
    def answer(records: list[dict[str, Any]]) -> None:
        for record in records:
            assert find(Notice, *notice_key(id_of(record)))
            worked_off.add(id_of(record))

    worked_off: set[str] = set()
    driver = driver_of(Heard(answer), crashes=0.3, rng=Random(5))
    ids = some_notices(10)

    driver.settle()

    assert driver.invocations > len(ids) // EVERYTHING.batch_size
    assert worked_off | {failed.split("#")[1].split()[0] for f in driver.failed for failed in f.keys} == set(
        ids
    )


def test_every_stream_function_of_the_template_is_wired_as_the_design_says() -> None:
    sources = {source.function: source for source in read_sources()}

    assert {name: source.table for name, source in sources.items()} == {
        "FilterMessages": "conversations",
        "MatchCohort": "conversations",
        "EscalateConcerns": "safeguarding",
        "LinkAudit": "safeguarding",
        "SendAlerts": "outbox",
        "SendNotices": "outbox",
        "ImportPeople": "directory",
        "BacktestRules": "directory",
    }
    assert all(source.bisects and source.reports_failures for source in sources.values())
    assert all(0 < source.retries < 100 and source.patterns for source in sources.values())


@pytest.mark.parametrize(
    ("pattern", "passes"),
    [
        ({"eventName": ["INSERT", "MODIFY"]}, True),
        ({"eventName": ["REMOVE"]}, False),
        ({"dynamodb": {"NewImage": {"state": {"S": ["queued"]}}}}, True),
        ({"dynamodb": {"OldImage": {"state": {"S": ["queued"]}}}}, False),
        ({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"state": {"S": ["sent"]}}}}, False),
        ({"dynamodb": {"NewImage": {"due": {"S": [{"exists": False}]}}}}, False),
        ({"dynamodb": {"NewImage": {"due": {"S": [{"prefix": "NOTICES#"}]}}}}, True),
        ({"dynamodb": {"NewImage": {"state": {"S": [{"anything-but": ["queued"]}]}}}}, False),
    ],
)
def test_filters_are_read_as_aws_reads_them(pattern: dict[str, Any], passes: bool) -> None:
    record = {
        "eventName": "INSERT",
        "dynamodb": {"NewImage": {"state": {"S": "queued"}, "due": {"S": "NOTICES#alert"}}},
    }

    assert matches(pattern, record) is passes
