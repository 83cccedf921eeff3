"""`make deploy STAGE=prod`: package, show what would change in the account, ask, and change it.

The account and region are those of the caller's AWS credentials. What a stage needs to know is given once,
with its first deployment, and kept in the stack: MAIL_FROM, OPERATIONS_EMAIL, and if the site has an address
of its own SITE_URL and SITE_CERTIFICATE_ARN.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from infra.cloudformation import Change, Proposal, Stacks
from infra.package import build
from infra.trouble import Trouble, end_with, say, step

PARAMETERS = {
    "SITE_URL": "SiteUrl",
    "SITE_CERTIFICATE_ARN": "SiteCertificateArn",
    "MAIL_FROM": "MailFrom",
    "OPERATIONS_EMAIL": "OperationsEmail",
    "LOG_LEVEL": "LogLevel",
    "FILES_ARE_SCANNED": "FilesAreScanned",
}
NEEDED = ("MailFrom", "OperationsEmail")
SITE_NOT_KNOWN = "https://not-known-yet.invalid"  # the template's default
ORDER = ("removes", "replaces", "may replace", "changes")
STAGE = re.compile(r"[a-z][a-z0-9]{1,15}")

# To lose one of these is to lose what people wrote or how they sign in.
KEEPS_DATA = {
    "AWS::DynamoDB::Table": "table",
    "AWS::Cognito::UserPool": "user pool",
    "AWS::SQS::Queue": "queue",
}
IN_WORDS = KEEPS_DATA | {
    "AWS::Lambda::Function": "function",
    "AWS::IAM::Role": "set of permissions",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::Logs::LogGroup": "log",
    "AWS::Lambda::EventSourceMapping": "stream reader",
}


@dataclass(frozen=True)
class Account:
    """Where the deployment goes. `client` gives a boto3 client of a service there."""

    id: str
    region: str
    client: Callable[[str], Any]

    @property
    def bucket(self) -> str:
        """Where packages are kept; one for all stages."""
        return f"signpost-artefacts-{self.id}-{self.region}"


def main() -> int:
    """Run one deployment; the exit status says whether it worked."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__)
    parser.add_argument("--stage", required=True, help="prod keeps and protects its data; others do not")
    parser.add_argument("--yes", action="store_true", help="do not ask before changing anything")
    arguments = parser.parse_args()
    try:
        if not STAGE.fullmatch(arguments.stage):
            raise Trouble(f"{arguments.stage!r} cannot be a stage: 2 to 16 small letters and digits, please.")
        ask = agree_unless_data_is_lost if arguments.yes else _ask
        deploy(account_of_caller(), arguments.stage, settings_from(os.environ), ask)
    except Trouble as trouble:
        return end_with(trouble)
    except (BotoCoreError, ClientError) as error:
        return end_with(Trouble(f"AWS did not do what it was asked: {error}"))
    except KeyboardInterrupt:
        say("\nStopped. What CloudFormation has begun it finishes by itself.")
        return 1
    return 0


def stack_name(stage: str) -> str:
    """What CloudFormation calls the stack of a stage."""
    return f"signpost-{stage}"


def settings_from(environment: Mapping[str, str]) -> dict[str, str]:
    """The stack's parameters that the caller names, out of an environment like os.environ."""
    return {name: environment[variable] for variable, name in PARAMETERS.items() if environment.get(variable)}


def account_of_caller() -> Account:
    """The account and region of the caller's credentials. Raises Trouble, saying what is missing."""
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))  # boto3 reads AWS_DEFAULT_REGION only
    if not session.region_name:
        raise Trouble("No AWS region is set. Choose one with AWS_REGION=eu-west-2, or in your AWS profile.")
    try:
        identity = session.client("sts").get_caller_identity()
    except (NoCredentialsError, PartialCredentialsError):
        raise Trouble(
            "There are no AWS credentials. Sign in first (aws sso login, or AWS_PROFILE=…), then try again."
        ) from None
    except ClientError as error:
        raise Trouble(f"AWS refuses the credentials: {error.response['Error']['Message']}") from None
    except BotoCoreError as error:
        raise Trouble(f"AWS cannot be reached: {error}") from None
    return Account(identity["Account"], session.region_name, session.client)


def deploy(
    account: Account, stage: str, settings: Mapping[str, str], ask: Callable[[Proposal], bool]
) -> None:
    """Bring one stage to what the sources say. `ask` decides on a proposal after it has been shown."""
    stack = stack_name(stage)
    say(f"Signpost, stage {stage}: stack {stack} in account {account.id}, region {account.region}")
    stacks = Stacks(account.client("cloudformation"), account.client("s3"))
    parameters = parameters_for(stage, stacks.parameters(stack), settings)
    with step("Packaging the code"):
        package = build()
    with step(f"Keeping the package in s3://{account.bucket}"):
        prepare_bucket(account)
        template = stacks.upload(package, account.bucket)
    _change(stacks, stack, template, parameters, ask)
    outputs = stacks.outputs(stack)
    if parameters.get("SiteUrl", SITE_NOT_KNOWN) == SITE_NOT_KNOWN:
        address = outputs["EndpointURL"].rstrip("/")
        say(f"\nThe site has got its address, {address}; e-mails are told to link to it.")
        _change(stacks, stack, template, {**parameters, "SiteUrl": address}, lambda _: True)
    if stage == "prod":
        account.client("cloudformation").update_termination_protection(
            StackName=stack, EnableTerminationProtection=True
        )
    say(_what_next(account, stage, stacks.outputs(stack), stacks.parameters(stack)))


def parameters_for(stage: str, kept: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """What the stack is told: what it knows and what is given now. Raises Trouble if that is too little."""
    parameters = {**kept, **given, "Stage": stage}
    missing = [
        variable for variable, name in PARAMETERS.items() if name in NEEDED and not parameters.get(name)
    ]
    if missing:
        example = " ".join(f"{name}=someone@your-domain.example" for name in missing)
        raise Trouble(
            f"The first deployment of a stage needs to know {' and '.join(missing)}:\n"
            f"  make deploy STAGE={stage} {example}"
        )
    return parameters


def prepare_bucket(account: Account) -> None:
    """Make the artefact bucket if there is none: private, encrypted, versioned, and by TLS only."""
    s3, bucket = account.client("s3"), account.bucket
    elsewhere = {} if account.region == "us-east-1" else {"LocationConstraint": account.region}
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": elsewhere} if elsewhere else {}))
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
    )
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(_by_tls_only(bucket)))


def _by_tls_only(bucket: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ByTlsOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


def _change(
    stacks: Stacks,
    stack: str,
    template: str,
    parameters: Mapping[str, str],
    ask: Callable[[Proposal], bool],
) -> None:
    with step("Asking CloudFormation what would change"):
        proposal = stacks.propose(stack, template, parameters)
    if proposal is None:
        say("  Nothing: the stack is as the sources say.")
        return
    say(in_plain_words(proposal.changes))
    agreed = False
    try:
        agreed = ask(proposal)
    finally:
        if not agreed:
            stacks.drop(proposal)
    if not agreed:
        raise Trouble("Nothing has been changed.")
    stacks.carry_out(proposal, lambda line: say(f"    {line}"))
    say("  Done.")


def in_plain_words(changes: Iterable[Change]) -> str:
    """What a proposal does, for somebody who decides on it: what is lost first, what is new only counted."""
    changes = sorted(changes, key=lambda change: change.logical_id)
    losses = [change for change in changes if loses_data(change)]
    rest = [change for change in changes if not loses_data(change) and change.action != "Add"]
    rest.sort(key=lambda change: ORDER.index(_verb(change)))
    lines = [f"LOSES DATA: {_verb(change)} {_named(change)}" for change in losses]
    lines += [f"{_verb(change)} {_named(change)}" for change in rest]
    lines += [f"adds {count} × {kind}" for kind, count in _counted(changes)]
    return "\n".join(f"    {line}" for line in lines)


def loses_data(change: Change) -> bool:
    """Whether a change takes away something that people's data is in."""
    return change.kind in KEEPS_DATA and _verb(change) in ("removes", "replaces", "may replace")


def _verb(change: Change) -> str:
    if change.action == "Modify":
        return {"no": "changes", "perhaps": "may replace", "yes": "replaces"}[change.replaced]
    return {"Add": "adds", "Remove": "removes"}[change.action]


def _named(change: Change) -> str:
    return f"{_kind(change)} {change.logical_id}"


def _kind(change: Change) -> str:
    return IN_WORDS.get(change.kind, change.kind.removeprefix("AWS::").replace("::", " "))


def _counted(changes: Iterable[Change]) -> list[tuple[str, int]]:
    return Counter(_kind(change) for change in changes if change.action == "Add").most_common()


def agree_unless_data_is_lost(proposal: Proposal) -> bool:
    """YES=1: agree, unless data would be lost; that only a person decides."""
    if any(loses_data(change) for change in proposal.changes):
        raise Trouble("This would lose data, so it is not done unasked. Deploy without YES=1 to decide.")
    return True


def _ask(proposal: Proposal) -> bool:
    if not sys.stdin.isatty():
        raise Trouble("Nobody is there to ask. Set YES=1 to deploy without asking.")
    if any(loses_data(change) for change in proposal.changes):
        return input(f"\n  This loses data. Type {proposal.stack} to go on all the same: ") == proposal.stack
    return input("\n  Go on? [y/N] ").strip().lower() in ("y", "yes")


def _what_next(
    account: Account, stage: str, outputs: Mapping[str, str], parameters: Mapping[str, str]
) -> str:
    remaining = [*_steps_for_mail(account, parameters["MailFrom"])]
    if target := outputs.get("SiteDomainTarget"):
        remaining.append(f"Point the DNS name of {outputs['SiteAddress']} at {target} (CNAME or alias).")
    remaining.append(
        f"Confirm the subscription that AWS has sent to {parameters['OperationsEmail']}, unless that is done."
    )
    remaining.append(
        f"Make the first administrator, unless there is one: python -m infra.administrator --stage {stage}"
    )
    steps = "\n".join(f"  {number}. {what}" for number, what in enumerate(remaining, 1))
    return f"\nSignpost is at {outputs['SiteAddress']}\n\nWhat is left to do (docs/deploying.md):\n{steps}"


def _steps_for_mail(account: Account, mail_from: str) -> Iterable[str]:
    """What keeps SES from sending, as far as the caller may see it."""
    domain = mail_from.partition("@")[2]
    mail = account.client("sesv2")
    try:
        verified = any(_is_verified(mail, identity) for identity in (domain, mail_from))
        in_sandbox = not mail.get_account()["ProductionAccessEnabled"]
    except ClientError:
        yield f"See in the SES console that {domain} is verified and the account is out of the sandbox."
        return
    if not verified:
        yield f"Verify the domain {domain} in SES and publish the DKIM records it gives you."
    if in_sandbox:
        yield "Ask AWS to take the account out of the SES sandbox: in it, only verified addresses get mail."


def _is_verified(mail: Any, identity: str) -> bool:
    try:
        return bool(mail.get_email_identity(EmailIdentity=identity)["VerifiedForSendingStatus"])
    except mail.exceptions.NotFoundException:
        return False


if __name__ == "__main__":
    sys.exit(main())
