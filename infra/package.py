"""What ships: one zip with code and dependencies, and the CloudFormation template that names it.

`chalice package` makes both, from a clean copy of the sources, so nothing else in a working tree gets in.
The zip is then written again: without what is never used, with bytecode, its entries sorted and of one date.
The same sources give the same bytes, and CloudFormation sees that a function has not changed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import platform
import py_compile
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from infra.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "build" / "package"

Architecture = Literal["x86_64", "arm64"]

SHIPPED = ("app.py", "requirements.txt", "functions", "shared")
SOURCES = (*SHIPPED, ".chalice", "infra/resources.yaml", "infra/package.py")
CHALICE_STAGE = "prod"
# Chalice imports app.py to find its functions; nothing is read from or written to these.
NAMES_FOR_PACKAGING = {
    "DIRECTORY_TABLE": "packaging",
    "CONVERSATIONS_TABLE": "packaging",
    "SAFEGUARDING_TABLE": "packaging",
    "OUTBOX_TABLE": "packaging",
    "USER_POOL_ID": "packaging",
    "USER_POOL_CLIENT_ID": "packaging",
    "SITE_URL": "https://packaging.invalid",
    "MAIL_FROM": "packaging@example.org",
    "MAIL_CONFIGURATION_SET": "packaging",
    "OPERATIONS_EMAIL": "packaging@example.org",
    "STAGE": "packaging",
    "LOG_LEVEL": "WARNING",
    "POWERTOOLS_SERVICE_NAME": "packaging",
    "POWERTOOLS_METRICS_NAMESPACE": "Signpost",
    "AWS_DEFAULT_REGION": "eu-west-2",
}
# The AWS services that functions call, as botocore names them; a client of any other fails at once.
AWS_SERVICES = frozenset(("cognito-idp", "dynamodb", "sesv2"))
ZIP_DATE = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Package:
    """A built package on disk. `digest` is the SHA-256 of the zip and so names its content."""

    archive: Path
    template_file: Path
    digest: str

    @property
    def archive_key(self) -> str:
        """Where the zip belongs in an artefact bucket: the same content, the same key."""
        return f"{self.digest}.zip"

    def template(self, bucket: str) -> dict[str, Any]:
        """The template with the functions' code in its place in `bucket`, like `cloudformation package`."""
        template: dict[str, Any] = json.loads(self.template_file.read_text())
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": self.archive_key}
        return template


def architecture_here() -> Architecture:
    """The architecture whose compiled wheels run on this machine."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def build(architecture: Architecture = "x86_64", *, root: Path = ROOT, built: Path = BUILT) -> Package:
    """Package the sources under `root`, or give the package already built when none of them has changed.

    Raises Trouble when the dependencies cannot be had or app.py cannot be imported.
    """
    target = built / architecture
    target.mkdir(parents=True, exist_ok=True)
    with (target / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run side by side; one builds, the others find it built
        return _build(architecture, root, target)


def _build(architecture: Architecture, root: Path, target: Path) -> Package:
    made_from = _fingerprint(root, architecture)
    package_record = target / "package.json"
    if package_record.exists():
        record = json.loads(package_record.read_text())
        package = Package(target / "deployment.zip", target / "template.json", record["digest"])
        if record["made_from"] == made_from and package.archive.exists() and package.template_file.exists():
            return package

    package_record.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="signpost-package-") as temporary:
        stage = Path(temporary) / "stage"
        _copy_sources(root, stage, architecture)
        output = _run_chalice(stage)
        digest = _finish(output / "deployment.zip", target / "deployment.zip")
        template = yaml.safe_load((output / "sam.yaml").read_text())
    (target / "template.json").write_text(json.dumps(template, indent=1, sort_keys=True))
    package_record.write_text(json.dumps({"made_from": made_from, "digest": digest}))
    return Package(target / "deployment.zip", target / "template.json", digest)


def _source_files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        source = root / name
        if source.is_file():
            yield source
        for path in sorted(source.rglob("*")) if source.is_dir() else ():
            if path.is_file() and _ships(path.relative_to(root)):
                yield path


def _ships(path: Path) -> bool:
    return "__pycache__" not in path.parts and "deployments" not in path.parts and path.suffix != ".pyc"


def _fingerprint(root: Path, architecture: Architecture) -> str:
    summary = hashlib.sha256(f"{architecture} {sys.version_info[:2]}".encode())
    for path in _source_files(root):
        summary.update(f"\n{path.relative_to(root)} ".encode())
        summary.update(hashlib.sha256(path.read_bytes()).digest())
    return summary.hexdigest()


def _copy_sources(root: Path, stage: Path, architecture: Architecture) -> None:
    """Lay the sources out as Chalice wants them: what is not app.py ships from vendor/."""
    for path in _source_files(root):
        relative = path.relative_to(root)
        vendored = relative.parts[0] in ("functions", "shared")
        home = stage / "vendor" / relative if vendored else stage / relative
        home.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, home)
    if not (stage / "app.py").exists():
        raise Trouble("There is no app.py here: run this from a whole copy of Signpost.")
    settings = stage / ".chalice" / "config.json"
    config = json.loads(settings.read_text())
    settings.write_text(json.dumps({**config, "lambda_architecture": architecture}))


def _run_chalice(stage: Path) -> Path:
    output = stage / "output"
    chalice = "from chalice.cli import main; main()"  # its script may not be on the PATH
    options = ["--stage", CHALICE_STAGE, "--merge-template", str(stage / "infra" / "resources.yaml")]
    run = subprocess.run(
        [sys.executable, "-c", chalice, "package", *options, str(output)],
        cwd=stage,
        env={**os.environ, **NAMES_FOR_PACKAGING, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = run.stdout + run.stderr
    # Chalice goes on without a dependency it could not fetch and leaves the exit status at 0.
    if "PackageDownloadError" in said or "Could not install dependencies" in said:
        raise Trouble(
            "The dependencies in requirements.txt could not be fetched from the Python package index. "
            "Check the network connection and try again."
        )
    if run.returncode != 0 or not (output / "sam.yaml").exists():
        raise Trouble(f"Chalice could not package the app:\n{said.strip()}")
    return output


def _finish(source: Path, target: Path) -> str:
    """Write Chalice's zip again: no unused files, compiled, sorted and dated alike. Give its SHA-256."""
    new = target.with_suffix(".new")
    with zipfile.ZipFile(source) as made, zipfile.ZipFile(new, "w") as finished:
        files = {name: made.read(name) for name in made.namelist() if _is_used(name)}
        files.update(dict(_compiled(files)))
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whichever system packages
            entry.external_attr = 0o644 << 16
            finished.writestr(entry, files[name])
    new.replace(target)
    return hashlib.sha256(target.read_bytes()).hexdigest()


def _is_used(name: str) -> bool:
    """Whether a file is worth unpacking at each cold start: botocore describes four hundred services."""
    parts = name.split("/")
    is_service = parts[:2] == ["botocore", "data"] and len(parts) > 3
    return not name.endswith("/") and (not is_service or parts[2] in AWS_SERVICES)


def _compiled(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Bytecode for each module: a function can keep none where it runs and would compile at each cold start.

    Unchecked, because all sources bear the same date. Imports take 0.3 s rather than 1.1 s on two cores.
    """
    with tempfile.TemporaryDirectory(prefix="signpost-compiled-") as temporary:
        source, bytecode = Path(temporary) / "module.py", Path(temporary) / "module.pyc"
        for name, content in files.items():
            if not name.endswith(".py"):
                continue
            source.write_bytes(content)
            with contextlib.suppress(
                py_compile.PyCompileError
            ):  # some libraries carry templates that end in .py
                py_compile.compile(
                    str(source),
                    cfile=str(bytecode),
                    dfile=f"/var/task/{name}",
                    doraise=True,
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                )
                folder, _, module = name.rpartition("/")
                cached = f"__pycache__/{module.removesuffix('.py')}.{sys.implementation.cache_tag}.pyc"
                yield (f"{folder}/{cached}" if folder else cached), bytecode.read_bytes()


def main() -> int:
    """`make package`: build for Lambda and say where it is."""
    try:
        package = build()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    size = package.archive.stat().st_size / 1_000_000
    print(f"{package.archive} ({size:.1f} MB)\n{package.template_file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
