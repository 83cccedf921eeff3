"""What ships: one zip with code and dependencies, and the CloudFormation template that names it.

`chalice package` makes both, from a clean copy of the sources, so nothing else in a working tree gets in. The
dependencies lie ready in its vendor folder, fetched once for each requirements.txt: changed code packages in
seconds. The zip is then written again, its entries sorted and of one date: the same sources give the same
bytes, and CloudFormation sees that a function has not changed. What one function needs besides, numpy and
scipy, is a second zip, a layer: as large as all the rest several times over, and hardly ever another.
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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from infra.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "build"

# The first two are Lambda's; the third is whatever this machine is, for an emulator on it that is neither.
Architecture = Literal["x86_64", "arm64", "this-machine"]

# Lambda's Python 3.11 runs on Amazon Linux 2, whose C library is older than what newer wheels ask for.
WHEELS: dict[Architecture, list[str]] = {
    "x86_64": ["--platform", "manylinux2014_x86_64"],
    "arm64": ["--platform", "manylinux2014_aarch64"],
    "this-machine": [],
}
VENDORED = ("functions", "shared")
LAYER = "infra/layers/matching/requirements.txt"
SOURCES = (
    "app.py",
    ".chalice",
    *VENDORED,
    "requirements.txt",
    "infra/resources.yaml",
    "infra/package.py",
    LAYER,
)
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
# The AWS services that functions call, as botocore names them; a client of any other fails at once. Botocore
# describes four hundred, and a cold start unpacks them all.
AWS_SERVICES = frozenset(("cognito-idp", "dynamodb", "s3", "sesv2"))
ZIP_DATE = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Package:
    """A built package on disk. `digest` is the SHA-256 of the zip and so names its content; a layer's name
    holds that of what is in it."""

    archive: Path
    template_file: Path
    digest: str
    layer: Path

    @property
    def archive_key(self) -> str:
        """Where the zip belongs in an artefact bucket: the same content, the same key."""
        return f"{self.digest}.zip"

    @property
    def uploads(self) -> dict[str, Path]:
        """What belongs in an artefact bucket, by its key."""
        return {self.archive_key: self.archive, self.layer.name: self.layer}

    def template(self, bucket: str) -> dict[str, Any]:
        """The template with the functions' code in its place in `bucket`, like `cloudformation package`."""
        template: dict[str, Any] = json.loads(self.template_file.read_text())
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":
                resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": self.archive_key}
            if resource["Type"] == "AWS::Lambda::LayerVersion":
                resource["Properties"]["Content"] = {"S3Bucket": bucket, "S3Key": self.layer.name}
        return template


def architecture_here() -> Architecture:
    """The architecture whose compiled modules run on this machine, where an emulator runs the functions."""
    if sys.platform != "linux":
        return "this-machine"
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"


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
        package = Package(
            target / "deployment.zip",
            target / "template.json",
            record["digest"],
            target / record.get("layer", "none"),
        )
        files = (package.archive, package.template_file, package.layer)
        if record["made_from"] == made_from and all(file.exists() for file in files):
            return package

    if not (root / "app.py").exists():
        raise Trouble("There is no app.py here: run this from a whole copy of Signpost.")
    package_record.unlink(missing_ok=True)
    dependencies = _dependencies(root / "requirements.txt", architecture, target)
    layer = _layer(root / LAYER, architecture, target)
    with tempfile.TemporaryDirectory(prefix="signpost-package-") as temporary:
        stage = Path(temporary)
        _lay_out(root, stage, architecture, dependencies)
        output = _run_chalice(stage)
        digest = _write_again(output / "deployment.zip", target / "deployment.zip")
        template = yaml.safe_load((output / "sam.yaml").read_text())
    (target / "template.json").write_text(json.dumps(template, indent=1, sort_keys=True))
    package_record.write_text(json.dumps({"made_from": made_from, "digest": digest, "layer": layer.name}))
    return Package(target / "deployment.zip", target / "template.json", digest, layer)


def _source_files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        source = root / name
        if source.is_file():
            yield source
        for path in sorted(source.rglob("*")) if source.is_dir() else ():
            if path.is_file() and _is_source(path.relative_to(root)):
                yield path


def _is_source(path: Path) -> bool:
    return "__pycache__" not in path.parts and "deployments" not in path.parts and path.suffix != ".pyc"


def _fingerprint(root: Path, architecture: Architecture) -> str:
    summary = hashlib.sha256(f"{architecture} {sys.version_info[:2]}".encode())
    for path in _source_files(root):
        summary.update(f"\n{path.relative_to(root)} ".encode())
        summary.update(hashlib.sha256(path.read_bytes()).digest())
    return summary.hexdigest()


def _dependencies(requirements: Path, architecture: Architecture, target: Path) -> Path:
    """A folder with what requirements.txt names, compiled; fetched when there is none for its content."""
    summary = hashlib.sha256(requirements.read_bytes() + repr(sorted(AWS_SERVICES)).encode()).hexdigest()
    home = target / f"dependencies-{summary[:16]}"
    if home.exists():
        return home
    for outdated in target.glob("dependencies-*"):
        shutil.rmtree(outdated)
    fetched = target / "dependencies-unfinished"
    _fetch(requirements, architecture, fetched)
    shutil.rmtree(fetched / "bin", ignore_errors=True)
    for description in (fetched / "botocore" / "data").iterdir():
        if description.is_dir() and description.name not in AWS_SERVICES:
            shutil.rmtree(description)
    _compile(fetched)
    fetched.rename(home)
    return home


def _layer(requirements: Path, architecture: Architecture, target: Path) -> Path:
    """A zip with what the requirements name, as Lambda lays it under /opt, without its tests; made when there
    is none that was made so."""
    recipe = hashlib.sha256(requirements.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    home = target / f"layer-{recipe[:32]}.zip"
    if home.exists():
        return home
    for outdated in target.glob("layer-*.zip"):
        outdated.unlink()
    with tempfile.TemporaryDirectory(prefix="signpost-layer-") as temporary:
        stage = Path(temporary)
        fetched = stage / "python"
        _fetch(requirements, architecture, fetched)
        shutil.rmtree(fetched / "bin", ignore_errors=True)
        for path in [path for path in fetched.rglob("*") if path.is_file() and _is_test(path)]:
            path.unlink()
        _compile(fetched, below=Path("/opt/python"))
        files = {str(path.relative_to(stage)): path for path in stage.rglob("*") if path.is_file()}
        unfinished = home.with_suffix(".new")
        with zipfile.ZipFile(unfinished, "w") as archive:
            for name, path in sorted(files.items()):
                _add(archive, name, path.read_bytes())
    unfinished.replace(home)
    return home


def _is_test(path: Path) -> bool:
    """Whether a file is of a library's tests. numpy imports some modules that lie among them."""
    return "tests" in path.parts and (path.suffix != ".py" or path.name.startswith("test_"))


def _fetch(requirements: Path, architecture: Architecture, to: Path) -> None:
    options = ["--no-deps", "--no-compile", "--only-binary", ":all:", *WHEELS[architecture]]
    options += ["-qq", "--disable-pip-version-check", "--target", str(to), "-r", str(requirements)]
    run = subprocess.run(
        [sys.executable, "-m", "pip", "install", *options], capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        shutil.rmtree(to, ignore_errors=True)
        reason = (run.stderr.strip().splitlines() or ["nothing"])[-1]
        raise Trouble(
            "What requirements.txt names could not be fetched from the Python package index. Check the "
            f"network connection and try again. (pip: {reason})"
        )


def _lay_out(root: Path, stage: Path, architecture: Architecture, dependencies: Path) -> None:
    """Lay the sources out as Chalice wants them: what is not app.py ships from vendor/."""
    vendor = stage / "vendor"
    shutil.copytree(dependencies, vendor, copy_function=os.link)
    for path in _source_files(root):
        relative = path.relative_to(root)
        home = vendor / relative if relative.parts[0] in VENDORED else stage / relative
        home.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, home)
    for name in VENDORED:
        _compile(vendor / name, below=Path("/var/task") / name)
    (stage / "requirements.txt").write_text("")  # they are in vendor/
    settings = stage / ".chalice" / "config.json"
    config = json.loads(settings.read_text())
    lambda_architecture = "arm64" if architecture == "arm64" else "x86_64"
    settings.write_text(json.dumps({**config, "lambda_architecture": lambda_architecture}))


def _compile(folder: Path, *, below: Path = Path("/var/task")) -> None:
    """Put bytecode beside each module: a function can keep none where it runs, and compiles at each start.

    Unchecked, because all sources bear the same date. Imports take 0.3 s rather than 1.1 s on two cores.
    """
    for module in sorted(folder.rglob("*.py")):
        with contextlib.suppress(py_compile.PyCompileError):  # some libraries carry templates that end in .py
            py_compile.compile(
                str(module),
                dfile=str(below / module.relative_to(folder)),
                doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )


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
    if run.returncode != 0 or not (output / "sam.yaml").exists():
        last_words = "\n".join((run.stdout + run.stderr).strip().splitlines()[-8:])
        raise Trouble(f"Chalice could not package the app:\n{last_words}")
    return output


def _write_again(source: Path, target: Path) -> str:
    """Copy a zip with its entries sorted and dated alike, and give the copy's SHA-256."""
    new = target.with_suffix(".new")
    with zipfile.ZipFile(source) as made, zipfile.ZipFile(new, "w") as copy:
        for name in sorted(name for name in made.namelist() if not name.endswith("/")):
            _add(copy, name, made.read(name))
    new.replace(target)
    return hashlib.sha256(target.read_bytes()).hexdigest()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """A file of a zip, dated like all others."""
    entry = zipfile.ZipInfo(name, ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, whichever system packages
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def main() -> int:
    """`make package`: build for Lambda and say where it is."""
    try:
        package = build()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    size = package.archive.stat().st_size / 1_000_000
    layer = package.layer.stat().st_size / 1_000_000
    print(f"{package.archive} ({size:.1f} MB)\n{package.layer} ({layer:.1f} MB)\n{package.template_file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
