"""Bringing a stack to what a package says: propose a change set, look at it, carry it out.

The same steps serve the account in the cloud and the emulator on a laptop; only the clients differ.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import ClientError

from infra.package import Package
from infra.trouble import Trouble

# A first attempt that failed leaves a stack in one of these; it holds nothing and must go before the next.
NEVER_WORKED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
NOT_YET_A_STACK = "REVIEW_IN_PROGRESS"

REPLACEMENT: dict[str, Literal["no", "perhaps", "yes"]] = {
    "False": "no",
    "Conditional": "perhaps",
    "True": "yes",
}

Pause = Callable[[float], None]


@dataclass(frozen=True)
class Change:
    """One resource that a change set touches. When it is replaced, a new one is made and the old one goes."""

    action: Literal["Add", "Modify", "Remove"]
    logical_id: str
    kind: str
    replaced: Literal["no", "perhaps", "yes"] = "no"


@dataclass(frozen=True)
class Proposal:
    """A change set that is ready to be carried out."""

    stack: str
    change_set: str
    creates_stack: bool
    changes: tuple[Change, ...]


class Stacks:
    """CloudFormation as this project uses it. `cfn` and `s3` are boto3 clients; `poll` is in seconds."""

    def __init__(self, cfn: Any, s3: Any, *, poll: float = 3.0, pause: Pause = time.sleep) -> None:
        self._cfn = cfn
        self._s3 = s3
        self._poll = poll
        self._pause = pause

    def upload(self, package: Package, bucket: str) -> str:
        """Put the package into `bucket` unless it is there, and give the address of its template."""
        for key, file in package.uploads.items():
            if not self._has(bucket, key):
                self._s3.upload_file(str(file), bucket, key)
        template = json.dumps(package.template(bucket), sort_keys=True).encode()
        key = f"{package.digest}.template.json"
        self._s3.put_object(Bucket=bucket, Key=key, Body=template)
        signed: str = self._s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": key})
        return signed.partition("?")[0]

    def _has(self, bucket: str, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
                return False
            raise
        return True

    def status(self, stack: str) -> str | None:
        """The stack's status as CloudFormation words it; None when there is no such stack."""
        described = self._describe(stack)
        return None if described is None else str(described["StackStatus"])

    def outputs(self, stack: str) -> dict[str, str]:
        """What the stack says about itself; empty when there is no such stack."""
        described = self._describe(stack) or {}
        return {entry["OutputKey"]: entry["OutputValue"] for entry in described.get("Outputs", [])}

    def parameters(self, stack: str) -> dict[str, str]:
        """The parameters the stack was last given; empty when there is no such stack."""
        described = self._describe(stack) or {}
        return {entry["ParameterKey"]: entry["ParameterValue"] for entry in described.get("Parameters", [])}

    def _describe(self, stack: str) -> dict[str, Any] | None:
        try:
            stacks: list[dict[str, Any]] = self._cfn.describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise
        return stacks[0]

    def propose(self, stack: str, template_url: str, parameters: Mapping[str, str]) -> Proposal | None:
        """Make a change set; None when the stack already is as the template says.

        Raises Trouble when the stack is in a state that cannot be changed or the template is refused.
        """
        status = self.status(stack)
        if status in NEVER_WORKED:
            raise Trouble(
                f"The stack {stack} is in {status}: its first deployment failed, and it holds nothing. "
                f"Delete it (aws cloudformation delete-stack --stack-name {stack}) and deploy again."
            )
        if status is not None and status.endswith("_IN_PROGRESS") and status != NOT_YET_A_STACK:
            raise Trouble(
                f"The stack {stack} is being changed just now ({status}). Try again when it is done."
            )
        creates = status in (None, NOT_YET_A_STACK)
        name = f"signpost-{time.time_ns()}"
        self._cfn.create_change_set(
            StackName=stack,
            ChangeSetName=name,
            ChangeSetType="CREATE" if creates else "UPDATE",
            TemplateURL=template_url,
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        described = self._settled_change_set(stack, name)
        if described["Status"] == "FAILED":
            reason = str(described.get("StatusReason", ""))
            self._cfn.delete_change_set(StackName=stack, ChangeSetName=name)
            if "didn't contain changes" in reason or "No updates are to be performed" in reason:
                return None
            raise Trouble(f"CloudFormation refuses the template: {reason}")
        return Proposal(stack, name, creates, tuple(_change(entry) for entry in described.get("Changes", [])))

    def _settled_change_set(self, stack: str, name: str) -> dict[str, Any]:
        while True:
            described: dict[str, Any] = self._cfn.describe_change_set(StackName=stack, ChangeSetName=name)
            if described["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
                token = described.get("NextToken")
                while token:
                    page = self._cfn.describe_change_set(StackName=stack, ChangeSetName=name, NextToken=token)
                    described["Changes"] += page["Changes"]
                    token = page.get("NextToken")
                return described
            self._pause(self._poll)

    def drop(self, proposal: Proposal) -> None:
        """Forget a proposal, and the empty stack that it stood for if there was none before."""
        self._cfn.delete_change_set(StackName=proposal.stack, ChangeSetName=proposal.change_set)
        if proposal.creates_stack:
            self._cfn.delete_stack(StackName=proposal.stack)

    def carry_out(self, proposal: Proposal, progress: Callable[[str], None] = lambda _: None) -> None:
        """Execute a proposal and wait for its end, telling `progress` of each resource that is done.

        Raises Trouble with CloudFormation's first reason when the change fails (it is then rolled back).
        """
        earlier = {event["EventId"] for event in self._events(proposal.stack)}
        self._cfn.execute_change_set(StackName=proposal.stack, ChangeSetName=proposal.change_set)
        reasons: list[str] = []
        while True:
            status = self.status(proposal.stack) or "DELETE_COMPLETE"
            for event in reversed(self._events(proposal.stack)):
                if event["EventId"] not in earlier:
                    earlier.add(event["EventId"])
                    self._note(event, reasons, progress)
            if status.endswith(("_COMPLETE", "_FAILED")) and not status.endswith("CLEANUP_IN_PROGRESS"):
                break
            self._pause(self._poll)
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            why = "; ".join(reasons[:3]) or "CloudFormation gives no reason"
            raise Trouble(f"The deployment failed and was undone ({status}): {why}")

    def _note(self, event: Mapping[str, Any], reasons: list[str], progress: Callable[[str], None]) -> None:
        status = str(event["ResourceStatus"])
        if status.endswith("_FAILED"):
            reasons.append(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', status)}")
        if status.endswith(("_COMPLETE", "_FAILED")):
            progress(f"{event['LogicalResourceId']} {status.lower().replace('_', ' ')}")

    def _events(self, stack: str) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self._cfn.describe_stack_events(StackName=stack)["StackEvents"]
        return events


def _change(entry: Mapping[str, Any]) -> Change:
    resource = entry["ResourceChange"]
    return Change(
        action=resource["Action"],
        logical_id=str(resource["LogicalResourceId"]),
        kind=str(resource["ResourceType"]),
        replaced=REPLACEMENT.get(resource.get("Replacement", "False"), "perhaps"),
    )
