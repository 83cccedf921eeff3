"""The zip that ships: what is in it, and that it stands on its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.package import NAMES_FOR_PACKAGING, Package, architecture_here, build
from infra.trouble import Trouble

# Runs with nothing but the standard library and the unpacked zip on the path, as in Lambda.
ALONE = """
import importlib, json, sys
from types import SimpleNamespace

sys.path.insert(0, sys.argv[1])
context = SimpleNamespace(
    function_name="alone", memory_limit_in_mb=512, aws_request_id="6c1f7f3e", log_stream_name="alone",
    invoked_function_arn="arn:aws:lambda:eu-west-2:111122223333:function:alone",
    get_remaining_time_in_millis=lambda: 20_000,
)
for job in json.loads(sys.argv[2]):
    module, _, name = job["handler"].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    print(json.dumps(handler(job["event"], context) if "event" in job else callable(handler)))
"""

# Two people whom nothing keeps apart, matched with nothing but the package and the layer.
TWO_MATCHED = """
import sys
sys.path[:0] = sys.argv[1:3]
from datetime import date
from types import SimpleNamespace
from functions.streams.match_cohort import solve
from shared.matching.rules import Apart, Party, Problem
from shared.people.participation import Facts

policy = SimpleNamespace(
    matching=SimpleNamespace(preferences=[], mentees_per_mentor=1, own_choice_weight=1, same_school_apart=0),
    eligibility=SimpleNamespace(strands=[]),
    vetting=SimpleNamespace(steps=[], checks=[], training=[]),
    consents=SimpleNamespace(purposes=[]),
)
mentor, mentee = (Party(name, name, "Reid", Facts(name, "active")) for name in ("Callum", "Amina"))
found = solve(Problem([mentor], [mentee], policy, Apart(), date(2026, 11, 23)), told=lambda *_: None)
print([(one.mentor, one.mentee) for one in found.couples])
"""

# A message just written, as the stream of the Conversations table tells of it.
MESSAGE_WRITTEN = {
    "Records": [
        {
            "eventID": "7e4e1c3f",
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "awsRegion": "eu-west-2",
            "dynamodb": {
                "Keys": {"pk": {"S": "PAIR#01JD5A"}, "sk": {"S": "MESSAGE#01JD5B"}},
                "NewImage": {"kind": {"S": "message"}, "state": {"S": "pending"}},
                "SequenceNumber": "111",
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        }
    ]
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = build(architecture_here())
    task = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(here.archive) as archive:
        archive.extractall(task)
    return task


def run_alone(task: Path, *jobs: dict[str, Any]) -> list[Any]:
    """What each handler answers to its event, or whether there is one when there is no event."""
    nowhere = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
    }
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ALONE, str(task), json.dumps(jobs)],
        env=NAMES_FOR_PACKAGING | nowhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines() if line.startswith(("{", "true"))][
        -len(jobs) :
    ]


def request_for(path: str) -> dict[str, Any]:
    """An event as API Gateway's REST proxy sends it, for a path that no page has."""
    return {
        "httpMethod": "GET",
        "path": path,
        "resource": "/{proxy+}",
        "headers": {"Host": "signpost.example.org", "Accept": "text/html"},
        "multiValueHeaders": {"Host": ["signpost.example.org"], "Accept": ["text/html"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "httpMethod": "GET",
            "resourcePath": "/{proxy+}",
            "path": f"/site{path}",
            "stage": "site",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "identity": {"sourceIp": "203.0.113.7"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def test_the_unpacked_package_alone_serves_a_request(unpacked: Path) -> None:
    (answer,) = run_alone(unpacked, {"handler": "app.app", "event": request_for("/no/such/page")})

    assert answer["statusCode"] == 404


def test_the_unpacked_package_alone_handles_a_stream_event(unpacked: Path, resources: dict[str, Any]) -> None:
    handler = resources["FilterMessages"]["Properties"]["Handler"]

    (answer,) = run_alone(unpacked, {"handler": handler, "event": MESSAGE_WRITTEN})

    # Its table is out of reach here, so the message stays as it is and comes again.
    assert answer == {"batchItemFailures": [{"itemIdentifier": "111"}]}


def test_every_function_can_be_loaded_from_the_unpacked_package_alone(
    unpacked: Path, resources: dict[str, Any]
) -> None:
    handlers = [
        resource["Properties"]["Handler"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]

    assert run_alone(unpacked, *({"handler": handler} for handler in handlers)) == [True] * len(handlers)


def test_the_package_holds_what_runs_and_nothing_else_of_ours(package: Package) -> None:
    with zipfile.ZipFile(package.archive) as archive:
        names = archive.namelist()

    tops = {name.split("/")[0] for name in names}
    assert {"app.py", "functions", "shared", "chalice", "pynamodb", "tzdata"} <= tops
    assert not tops & {"tests", "infra", "docs", "vendor", ".chalice", "moto", "ministack"}


def test_the_package_brings_bytecode_so_that_a_cold_start_compiles_nothing(package: Package) -> None:
    with zipfile.ZipFile(package.archive) as archive:
        names = set(archive.namelist())

    for module in ("pydantic/main", "functions/streams/filter_messages"):
        folder, _, stem = module.rpartition("/")
        assert f"{folder}/__pycache__/{stem}.cpython-311.pyc" in names


def test_the_package_fits_lambda_with_room_to_spare(package: Package) -> None:
    with zipfile.ZipFile(package.archive) as archive:
        unpacked_size = sum(entry.file_size for entry in archive.infolist())

    assert unpacked_size < 50_000_000


def test_the_package_fits_lambda_together_with_the_layer(package: Package) -> None:
    sizes = []
    for file in (package.archive, package.layer):
        with zipfile.ZipFile(file) as archive:
            sizes.append(sum(entry.file_size for entry in archive.infolist()))

    assert sum(sizes) < 240_000_000  # Lambda takes 262 million bytes


def test_the_layer_lies_where_python_looks_and_brings_no_tests(package: Package) -> None:
    with zipfile.ZipFile(package.layer) as archive:
        names = archive.namelist()

    assert {name.split("/")[0] for name in names} == {"python"}
    assert {"python/numpy/__init__.py", "python/scipy/sparse/csgraph/__init__.py"} <= set(names)
    assert not [name for name in names if "/tests/test_" in name]


def test_matches_are_found_with_the_package_and_the_layer_alone(unpacked: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(build(architecture_here()).layer) as archive:
        archive.extractall(tmp_path)

    found = subprocess.run(
        [sys.executable, "-I", "-S", "-c", TWO_MATCHED, str(unpacked), str(tmp_path / "python")],
        env=NAMES_FOR_PACKAGING,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (found.stdout.strip(), found.returncode) == ("[(0, 0)]", 0), found.stderr


def test_only_the_function_that_needs_it_has_the_layer(package: Package) -> None:
    resources = package.template("artefacts")["Resources"]

    (layer,) = (name for name, one in resources.items() if one["Type"] == "AWS::Lambda::LayerVersion")
    assert resources[layer]["Properties"]["Content"] == {"S3Bucket": "artefacts", "S3Key": package.layer.name}
    assert {
        name: one["Properties"]["Layers"]
        for name, one in resources.items()
        if one["Type"] == "AWS::Serverless::Function" and one["Properties"].get("Layers")
    } == {"MatchCohort": [{"Ref": layer}]}


def test_nothing_is_packaged_twice(package: Package) -> None:
    built_at = package.archive.stat().st_mtime_ns

    assert build() == package
    assert package.archive.stat().st_mtime_ns == built_at


def test_the_template_points_every_function_at_the_zip(package: Package) -> None:
    functions = [
        resource["Properties"]
        for resource in package.template("artefacts")["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]

    assert {tuple(function["CodeUri"].items()) for function in functions} == {
        (("Bucket", "artefacts"), ("Key", f"{package.digest}.zip"))
    }


def test_a_copy_without_its_app_is_told_so(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    for name in (".chalice", "infra"):
        shutil.copytree(root / name, tmp_path / name)
    (tmp_path / "requirements.txt").write_text("botocore\n")
    (tmp_path / "functions").mkdir()
    (tmp_path / "shared").mkdir()

    with pytest.raises(Trouble, match=r"There is no app\.py here"):
        build(root=tmp_path, built=tmp_path / "build")
