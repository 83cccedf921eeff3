"""Starting and ending `ministack`, the AWS emulator, as a child of this process."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra.trouble import Trouble

REGION = "eu-west-2"
ACCOUNT = "000000000000"
STARTS_WITHIN = 60.0  # seconds
MEMORY = Path("/dev") / "shm"
ROOM_IN_MEMORY = 3_000_000_000  # bytes; a process takes some 40 million of them
ENDS_WITHIN = 30.0  # seconds; it writes its state down first
CLOSER_TO_AWS = Path(__file__).with_name("closer_to_aws.py")


def port_is_free(port: int) -> bool:
    """Whether a server of ours could listen on this port of the loopback interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def scratch_for(state_dir: Path, memory: Path = MEMORY) -> Path:
    """Where a stack's functions are unpacked, thrown away with the run.

    Every process of a function unpacks two thousand files of its own. In memory, where there is room, that
    takes a tenth of the time, and so does removing them.
    """
    if memory.is_dir() and shutil.disk_usage(memory).free > ROOM_IN_MEMORY:
        return memory / f"signpost-{hashlib.sha256(str(state_dir.resolve()).encode()).hexdigest()[:12]}"
    return state_dir / "tmp"


class Emulator:
    """One `ministack` on loopback that keeps what it holds in `state_dir` from one run to the next."""

    def __init__(self, port: int, state_dir: Path, *, functions_call: str = "") -> None:
        """`functions_call`: where functions reach their AWS, when something stands before this emulator."""
        self._port = port
        self._functions_call = functions_call
        self._state_dir = state_dir
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch = scratch_for(state_dir)
        self.log = state_dir / "emulator.log"
        self.sent_mail = state_dir / "mail.jsonl"
        """A line for each e-mail that SES was given, as it is given (see mailbox.py)."""
        self.url = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        """Start it and wait until it answers. Raises Trouble when it does not."""
        self._state_dir.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        self._read_streams_from_their_start()
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                # -P: our folder is no place to look for modules; a function would find site.py there.
                [sys.executable, "-P", str(CLOSER_TO_AWS)],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours to pass on, once the mail has been read
            )
        self._wait_until_ready()

    def _read_streams_from_their_start(self) -> None:
        """Forget how far each function has read in its stream.

        The emulator keeps that, but not the stream: after a restart it would pass over as many new records as
        there were old ones.
        """
        file = self._state_dir / "state" / "lambda.json"
        if file.exists():
            kept = json.loads(file.read_text())
            kept["payload"].pop("dynamodb_stream_positions", None)
            file.write_text(json.dumps(kept))

    def _environment(self) -> dict[str, str]:
        theirs = ("AWS_", "MINISTACK_", "LAMBDA_")
        return {name: value for name, value in os.environ.items() if not name.startswith(theirs)} | {
            **({"AWS_ENDPOINT_URL": self._functions_call} if self._functions_call else {}),
            "GATEWAY_PORT": str(self._port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AUTH": "true",  # a function may do here what its policy says, and nothing else
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._state_dir / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self._state_dir / "s3"),
            "TMPDIR": str(self._scratch),
            "LOG_LEVEL": "INFO",
            "SIGNPOST_SENT_MAIL": str(self.sent_mail),
            "IOT_MTLS_ENABLED": "false",
            "SFTP_ENABLED": "false",
            "PYTHONDONTWRITEBYTECODE": "",
        }

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise Trouble(f"The AWS emulator ended as soon as it was started; {self.log} says why.")
            with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
                if self.get("/_ministack/ready").get("status", "") in ("ready", "completed", "running"):
                    return
            time.sleep(0.1)
        self.stop()
        raise Trouble(
            f"The AWS emulator did not answer in {STARTS_WITHIN:.0f} seconds; {self.log} may say why."
        )

    def get(self, path: str) -> dict[str, Any]:
        """Ask the emulator itself (not one of its services) and give its JSON answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("GET", path)
            read: dict[str, Any] = json.load(connection.getresponse())
        finally:
            connection.close()
        return read

    def client(self, service: str) -> Any:
        """A boto3 client of one of its services."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key=ACCOUNT,  # the emulator takes any
            config=Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"}),
        )

    def stop(self) -> None:
        """End it and every function process it started; it writes its state down first."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(ENDS_WITHIN)
        # Its functions run in its process group: nothing of them stays, even when it was killed.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)
