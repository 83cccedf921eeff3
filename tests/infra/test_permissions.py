"""What each function may do, and nothing else: the roles of the template that ships, and what they reach."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .expected import FUNCTIONS, STREAMS, TABLES, Policies, Resources, of_type


def test_every_function_has_a_role_of_its_own(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Serverless::Function").values()

    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions]
    assert len(set(roles)) == len(FUNCTIONS)


def test_no_permission_is_wider_than_one_thing(policies: Policies) -> None:
    for name, statements in policies.items():
        for statement in statements:
            for resource in statement["Resource"]:
                text = json.dumps(resource)
                for part in ("/index/*", "/concerns/*", "/messages/*", "/lists/*"):
                    text = text.replace(f"Arn}}{part}", "Arn}")
                assert "*" not in text, f"{name}: {statement['Sid']}"


def test_no_permission_is_for_every_action(policies: Policies) -> None:
    actions = {
        action for statements in policies.values() for entry in statements for action in entry["Action"]
    }

    assert not {action for action in actions if "*" in action}
    assert "dynamodb:Scan" not in actions


def test_sessions_links_and_what_was_written_can_be_deleted_and_nothing_else(
    policies: Policies,
) -> None:
    may = {
        (name, table)
        for name in policies
        for table in TABLES
        if allows(policies[name], "dynamodb:DeleteItem", table)
    }

    assert may == {
        ("APIHandler", "Directory"),
        ("Daily", "Conversations"),
        ("LinkAudit", "Safeguarding"),
        ("Sweep", "Safeguarding"),
    }
    assert only_for(policies["Daily"], "dynamodb:DeleteItem", "Conversations") == {"PAIR#*", "COUPLE#*"}
    for name in ("LinkAudit", "Sweep"):
        (deleting,) = [
            entry
            for entry in policies[name]
            if entry["Effect"] == "Allow" and "dynamodb:DeleteItem" in entry["Action"]
        ]
        assert deleting["Condition"] == {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["AUDIT_WAITING#*"]}
        }


LINKS = {"AUDIT#*", "AUDIT_LINKED#*", "AUDIT_HEAD#*"}
LINKERS = {"LinkAudit", "Sweep"}


def test_only_what_links_audit_records_may_write_links_and_nobody_may_change_one(policies: Policies) -> None:
    for name, statements in policies.items():
        if name not in LINKERS and allows(statements, "dynamodb:PutItem", "Safeguarding"):
            assert denied(statements, "dynamodb:PutItem", "Safeguarding") >= LINKS or (
                only_for(statements, "dynamodb:PutItem", "Safeguarding") == {"AUDIT_WAITING#*"}
            ), name
        if allows(statements, "dynamodb:UpdateItem", "Safeguarding"):
            assert "AUDIT*" in denied(statements, "dynamodb:UpdateItem", "Safeguarding"), name


def test_only_the_daily_run_notes_where_chains_end_and_nobody_changes_what_was_noted(
    policies: Policies,
) -> None:
    for name, statements in policies.items():
        for action in ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"):
            if not allows(statements, action, "Directory") or (name, action) == ("Daily", "dynamodb:PutItem"):
                continue
            assert "AUDIT_ANCHOR#*" in denied(statements, action, "Directory"), (name, action)


def denied(statements: list[dict[str, Any]], action: str, table: str) -> set[str]:
    """The beginnings of keys for which an action is refused whatever else is allowed."""
    return leading_keys(statements, "Deny", "ForAnyValue:StringLike", action, table)


def only_for(statements: list[dict[str, Any]], action: str, table: str) -> set[str]:
    return leading_keys(statements, "Allow", "ForAllValues:StringLike", action, table)


def leading_keys(
    statements: list[dict[str, Any]], effect: str, operator: str, action: str, table: str
) -> set[str]:
    return {
        key
        for entry in statements
        if entry["Effect"] == effect and action in entry["Action"]
        if {"Fn::GetAtt": [table, "Arn"]} in entry["Resource"]
        for key in entry.get("Condition", {}).get(operator, {}).get("dynamodb:LeadingKeys", ())
    }


def test_only_what_sends_mail_may_send_it(policies: Policies) -> None:
    may = {name for name in policies if any("ses:SendEmail" in entry["Action"] for entry in policies[name])}

    assert may == {"SendAlerts", "SendNotices", "Sweep"}


@pytest.mark.parametrize("name", ["SendAlerts", "SendNotices", "Sweep"])
def test_mail_comes_from_signpost_only(policies: Policies, name: str) -> None:
    (send,) = [entry for entry in policies[name] if "ses:SendEmail" in entry["Action"]]

    assert send["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}


def test_only_the_site_looks_after_accounts(policies: Policies) -> None:
    may = {name for name in policies if "cognito-idp" in json.dumps(policies[name])}

    assert may == {"APIHandler"}


def test_only_the_site_reaches_files_and_only_those_of_messages_can_be_removed(policies: Policies) -> None:
    may = {name for name in policies if "ConcernFiles" in json.dumps(policies[name])}

    assert may == {"APIHandler", "Daily"}
    (removing,) = [entry for entry in policies["Daily"] if "ConcernFiles" in json.dumps(entry)]
    assert removing["Action"] == ["s3:DeleteObject"]
    assert removing["Resource"] == [{"Fn::Sub": "${ConcernFiles.Arn}/messages/*"}]
    assert not [entry for entry in policies["APIHandler"] if "s3:DeleteObject" in entry["Action"]]


def test_of_files_that_were_removed_only_those_of_messages_are_forgotten(resources: Resources) -> None:
    (rule,) = resources["ConcernFiles"]["Properties"]["LifecycleConfiguration"]["Rules"]

    assert rule["Prefix"] == "messages/"
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_the_site_lets_lists_be_sent_and_only_what_works_on_them_reads_them(policies: Policies) -> None:
    lists = {"Fn::Sub": "${ImportFiles.Arn}/lists/*"}

    assert {name for name in policies if "ImportFiles" in json.dumps(policies[name])} == {
        "APIHandler",
        "ImportPeople",
    }
    assert lists in granted(policies["APIHandler"], "s3:PutObject")
    assert lists not in granted(policies["APIHandler"], "s3:GetObject")
    assert granted(policies["ImportPeople"], "s3:GetObject") == [lists]
    assert not granted(policies["ImportPeople"], "s3:PutObject")


def test_lists_are_private_encrypted_and_forgotten_after_a_day(resources: Resources) -> None:
    bucket = resources["ImportFiles"]["Properties"]
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in bucket
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
    assert "VersioningConfiguration" not in bucket


def test_files_are_private_encrypted_kept_in_every_version_and_never_sent_in_the_clear(
    resources: Resources,
) -> None:
    bucket = resources["ConcernFiles"]["Properties"]
    (refused,) = resources["ConcernFilesOverTls"]["Properties"]["PolicyDocument"]["Statement"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "BucketEncryption" in bucket
    assert (refused["Effect"], refused["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )


@pytest.mark.parametrize("name", sorted(STREAMS))
def test_a_stream_function_may_read_its_own_stream_and_set_records_aside(
    policies: Policies, name: str
) -> None:
    table, _, _ = STREAMS[name]

    assert {"Fn::GetAtt": [table, "StreamArn"]} in granted(policies[name], "dynamodb:GetRecords")
    assert granted(policies[name], "sqs:SendMessage") == [{"Fn::GetAtt": ["FailedRecords", "Arn"]}]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("APIHandler", TABLES),
        ("FilterMessages", {"Conversations", "Safeguarding", "Outbox"}),
        ("EscalateConcerns", {"Safeguarding", "Outbox"}),
        ("SendAlerts", {"Safeguarding", "Outbox"}),
        ("SendNotices", {"Outbox"}),
        ("RecordReceipts", {"Safeguarding", "Outbox"}),
        ("ImportPeople", {"Directory", "Outbox"}),
        ("BacktestRules", {"Directory"}),
        ("MatchCohort", {"Conversations", "Safeguarding", "Outbox"}),
        ("LinkAudit", {"Safeguarding"}),
        ("Sweep", TABLES),
        ("Daily", TABLES),
    ],
)
def test_a_function_changes_only_the_tables_it_works_on(
    policies: Policies, name: str, changes: set[str]
) -> None:
    assert {table for table in TABLES if allows(policies[name], "dynamodb:PutItem", table)} == changes


def granted(statements: list[dict[str, Any]], action: str) -> list[Any]:
    return [
        resource
        for entry in statements
        if entry["Effect"] == "Allow" and action in entry["Action"]
        for resource in entry["Resource"]
    ]


def allows(statements: list[dict[str, Any]], action: str, table: str) -> bool:
    return {"Fn::GetAtt": [table, "Arn"]} in granted(statements, action)
