"""Delivers what the tables' streams tell to the functions, as AWS Lambda does, and worse where Lambda may.

What is modelled, after AWS's own description of DynamoDB event sources
(https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html and the pages under it):

- each item's changes arrive in their order, and those of different items in any order: items are spread over
  shards at random, and the shards take turns at random;
- a function gets only the records that its filter lets through, in batches of any size up to its largest;
- a batch whose function fails comes again, cut in halves; one of which some records are reported as
  failed comes again from the lowest of them, so that later ones that went well are delivered again too;
- after so many retries what is left of the batch goes to the failure destination, and the shard moves on;
- anything may be delivered again at any time.

The event sources are read from infra/resources.yaml, so that what is tested is what is deployed.
"""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Protocol

import boto3
import yaml

from shared.platform.tables import REGION
from tests.faults import Crash, crash

RESOURCES = Path(__file__).parents[1] / "infra" / "resources.yaml"

Record = dict[str, Any]
Function = Callable[[dict[str, Any], Any], Any]


class Context:
    """What Lambda hands to a function beside the event."""

    function_name = "tested"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self, *, milliseconds: int = 60_000) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def at_once(_seconds: float) -> None:
    """A pause that takes no time."""


@dataclass(frozen=True)
class Source:
    """One event source of the template: which function hears what of which table's stream."""

    function: str
    """Logical id."""
    table: str
    """Name of the table here."""
    patterns: tuple[dict[str, Any], ...]
    batch_size: int
    retries: int
    bisects: bool
    reports_failures: bool

    def wants(self, record: Record) -> bool:
        return not self.patterns or any(matches(pattern, record) for pattern in self.patterns)


@dataclass(frozen=True)
class Failed:
    """What went to the failure destination."""

    function: str
    records: tuple[Record, ...]

    @property
    def keys(self) -> list[str]:
        return [key_of(record) for record in self.records]


@dataclass
class _Batch:
    records: list[Record]
    tries: int = 0


@dataclass
class _Shard:
    """One queue of a function: the batches being worked off, then the records behind them."""

    source: Source
    batches: list[_Batch] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    done: list[list[Record]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.batches and not self.records


class Stream(Protocol):
    """One table's stream."""

    def new_records(self) -> list[Record]: ...


class StreamDriver:
    """Carries records from the streams of the tables to `functions`, by their logical ids.

    `rng` decides everything that Lambda leaves open. With `crashes` and `repeats`, the chance that an
    invocation dies at one of its calls to AWS, and that something is delivered once more. `stream_of` is for
    tables that are not the emulator's.
    """

    def __init__(
        self,
        functions: Mapping[str, Function],
        *,
        rng: Random | None = None,
        shards: int = 3,
        crashes: float = 0.0,
        repeats: float = 0.0,
        sources: tuple[Source, ...] | None = None,
        stream_of: Callable[[str], Stream] | None = None,
    ) -> None:
        self.functions = functions
        self.rng = rng or Random(0)
        self.crashes = crashes
        self.repeats = repeats
        self.failed: list[Failed] = []
        self.invocations = 0
        self.deaths = 0
        self._shards_per_source = shards
        wired = read_sources() if sources is None else sources
        self._sources = [source for source in wired if source.function in functions]
        streams = stream_of or _Stream
        self._streams: dict[str, Stream] = {source.table: streams(source.table) for source in self._sources}
        self._queues: dict[tuple[str, int], _Shard] = {}
        self._places: dict[tuple[str, str], int] = defaultdict(lambda: self.rng.randrange(shards))

    def settle(self, *, at_most: int = 1_000) -> None:
        """Delivers until nothing is left, neither in the streams nor in what the functions write
        meanwhile."""
        for _ in range(at_most):
            if not self.deliver_one():
                return
        raise AssertionError(f"the streams did not come to rest in {at_most} invocations")

    def deliver_one(self, *, dying: AbstractContextManager[None] | None = None) -> bool:
        """Invokes one function once with something that waits for it, under the fault `dying` when one is
        given. False when nothing waits anywhere."""
        self._read()
        waiting = [shard for shard in self._queues.values() if not shard.is_empty]
        if not waiting:
            return False
        shard = self.rng.choice(waiting)
        if shard.done and self.rng.random() < self.repeats:
            self._invoke(shard.source, self.rng.choice(shard.done))
        if not shard.batches:
            size = self.rng.randint(1, shard.source.batch_size)
            shard.batches.append(_Batch(shard.records[:size]))
            del shard.records[:size]
        self._work_off(shard, dying)
        return True

    def lose_one(self) -> None:
        """What waits longest in one queue is never delivered."""
        self._read()
        waiting = [shard for shard in self._queues.values() if not shard.is_empty]
        if waiting:
            shard = self.rng.choice(waiting)
            (shard.batches or shard.records).pop(0)

    def _read(self) -> None:
        """Lays new records into the queues of those who want them."""
        for table, stream in self._streams.items():
            for record in stream.new_records():
                for source in self._sources:
                    if source.table == table and source.wants(record):
                        place = self._places[table, key_of(record)]
                        queue = self._queues.setdefault((source.function, place), _Shard(source))
                        queue.records.append(record)

    def _work_off(self, shard: _Shard, dying: AbstractContextManager[None] | None) -> None:
        """One try of the shard's first batch, and what follows from its answer."""
        batch = shard.batches[0]
        failed_from = self._invoke(shard.source, batch.records, dying)
        went_well = batch.records[: _place(batch.records, failed_from)]
        left = batch.records[len(went_well) :]
        if went_well:
            shard.done.append(went_well)
        batch.tries += 1
        if not left:
            shard.batches.pop(0)
        elif batch.tries > shard.source.retries:
            shard.batches.pop(0)
            self.failed.append(Failed(shard.source.function, tuple(left)))
        elif failed_from is None and shard.source.bisects and len(left) > 1:
            middle = len(left) // 2
            halves = [_Batch(left[:middle], batch.tries), _Batch(left[middle:], batch.tries)]
            shard.batches[:1] = halves
        else:
            batch.records = left

    def _invoke(
        self, source: Source, records: list[Record], dying: AbstractContextManager[None] | None = None
    ) -> str | None:
        """The sequence number from which on the batch failed; empty when all went well, None when the
        function failed as a whole."""
        self.invocations += 1
        event = json.loads(json.dumps({"Records": records}))
        try:
            with dying or self._chance_of_death():
                answer = self.functions[source.function](event, Context())
        except Crash:
            self.deaths += 1
            return None
        except Exception:
            return None
        if not source.reports_failures or not answer or not answer.get("batchItemFailures"):
            return ""
        return _lowest(answer["batchItemFailures"], records)

    def _chance_of_death(self) -> AbstractContextManager[None]:
        if self.rng.random() >= self.crashes:
            return nullcontext()
        number = self.rng.randint(1, 6)
        return crash(before=number) if self.rng.random() < 0.5 else crash(after=number)


def _lowest(failures: list[dict[str, Any]], records: list[Record]) -> str | None:
    """The lowest sequence number reported; None, which fails the whole batch, when one is unknown."""
    known = {record["dynamodb"]["SequenceNumber"] for record in records}
    reported = [failure.get("itemIdentifier") for failure in failures]
    if not all(one in known for one in reported):
        return None
    return str(min(reported, key=int))


def _place(records: list[Record], failed_from: str | None) -> int:
    """How many records of the batch are behind us."""
    if failed_from is None:
        return 0
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    return numbers.index(failed_from) if failed_from else len(records)


def key_of(record: Record) -> str:
    """The changed item's key, `pk sk`."""
    keys = record["dynamodb"]["Keys"]
    return f"{keys['pk']['S']} {keys['sk']['S']}"


class _Stream:
    """One table's stream as the emulator keeps it, turned on at first sight: read from the last record on."""

    def __init__(self, table: str) -> None:
        tables = boto3.client("dynamodb", region_name=REGION)
        described = tables.describe_table(TableName=table)["Table"]
        if "LatestStreamArn" not in described:
            described = tables.update_table(
                TableName=table,
                StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            )["TableDescription"]
        self._arn = described["LatestStreamArn"]
        self._client = boto3.client("dynamodbstreams", region_name=REGION)
        [shard] = self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        self._shard = shard["ShardId"]
        self._last = ""

    def new_records(self) -> list[Record]:
        """What changed since the last call, as Lambda writes it down. A write that changed nothing leaves
        none."""
        since = {"SequenceNumber": self._last} if self._last else {}
        # The iterator is asked for anew each time: the emulator's own goes stale at a failed transaction.
        iterator = self._client.get_shard_iterator(
            StreamArn=self._arn,
            ShardId=self._shard,
            ShardIteratorType="AFTER_SEQUENCE_NUMBER" if self._last else "TRIM_HORIZON",
            **since,
        )["ShardIterator"]
        found = self._client.get_records(ShardIterator=iterator)["Records"]
        if found:
            self._last = found[-1]["dynamodb"]["SequenceNumber"]
        changed = (one for one in found if one["dynamodb"].get("OldImage") != one["dynamodb"].get("NewImage"))
        return [self._as_lambda_writes_it(one) for one in changed]

    def _as_lambda_writes_it(self, record: Record) -> Record:
        change = dict(record["dynamodb"])
        moment = change["ApproximateCreationDateTime"]
        if isinstance(moment, datetime):
            change["ApproximateCreationDateTime"] = int(moment.timestamp())
        return record | {
            "awsRegion": REGION,
            "eventSourceARN": self._arn,
            "dynamodb": change,
        }


def matches(pattern: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether a record passes a filter. A list holds what a value may be; a mapping goes a step deeper."""
    for name, wanted in pattern.items():
        if isinstance(wanted, Mapping):
            below = record.get(name)
            if not isinstance(below, Mapping) or not matches(wanted, below):
                return False
        elif not any(_may_be(one, record, name) for one in wanted):
            return False
    return True


def _may_be(wanted: Any, record: Mapping[str, Any], name: str) -> bool:
    if not isinstance(wanted, Mapping):
        return name in record and record[name] == wanted
    [(rule, value)] = wanted.items()
    if rule == "exists":
        return (name in record) is value
    if rule == "prefix":
        return str(record.get(name, "")).startswith(value)
    if rule == "anything-but":
        return name in record and record[name] not in (value if isinstance(value, list) else [value])
    raise AssertionError(f"the driver does not know the filter rule {rule!r}")


class _Template(yaml.SafeLoader):
    """Reads a CloudFormation template; a short function such as `!GetAtt A.B` becomes the text `A.B`."""


def _short_function(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Template.add_multi_constructor("!", _short_function)


def read_sources(template: Path = RESOURCES) -> tuple[Source, ...]:
    """The event sources of the template that are streams."""
    resources = yaml.load(template.read_text(), _Template)["Resources"]
    return tuple(
        _source(logical_id, event["Properties"])
        for logical_id, resource in resources.items()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "DynamoDB"
    )


def _source(function: str, said: Mapping[str, Any]) -> Source:
    table, _, _ = said["Stream"].partition(".")
    filters = said.get("FilterCriteria", {}).get("Filters", [])
    return Source(
        function=function,
        table=os.environ[f"{table.upper()}_TABLE"],
        patterns=tuple(json.loads(one["Pattern"]) for one in filters),
        batch_size=said.get("BatchSize", 100),
        retries=said["MaximumRetryAttempts"],
        bisects=said.get("BisectBatchOnFunctionError", False),
        reports_failures="ReportBatchItemFailures" in said.get("FunctionResponseTypes", []),
    )
