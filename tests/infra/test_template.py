"""The template that ships, as `chalice package` and infra/resources.yaml make it together."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from samtranslator.translator.transform import transform

from shared.notices import rules

from .expected import FUNCTIONS, STREAMS, TABLES, Resources, of_type

LANES = {"SendAlerts": "alert", "SendNotices": "bulk"}
"""What of their table's e-mails these two read: each reads what the other does not."""
KEPT = TABLES | {"People", "FailedRecords", "ConcernFiles"}
ENVIRONMENT = {
    "DIRECTORY_TABLE",
    "CONVERSATIONS_TABLE",
    "SAFEGUARDING_TABLE",
    "OUTBOX_TABLE",
    "USER_POOL_ID",
    "USER_POOL_CLIENT_ID",
    "SITE_URL",
    "MAIL_FROM",
    "FILES_BUCKET",
    "IMPORTS_BUCKET",
    "FILES_ARE_SCANNED",
    "MAIL_CONFIGURATION_SET",
    "OPERATIONS_EMAIL",
    "STAGE",
    "LOG_LEVEL",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
}


class NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


def in_stage(value: Any, *, production: bool) -> Any:
    """A property's value with the condition Production decided."""
    if isinstance(value, dict) and value.get("Fn::If", [""])[0] == "Production":
        return value["Fn::If"][1 if production else 2]
    return value


# The template as a whole


def test_cfn_lint_finds_nothing_to_say(template: dict[str, Any]) -> None:
    assert lint(json.dumps(template), config=ManualArgs(regions=["eu-west-2"])) == []


def test_the_sam_translator_accepts_the_template(
    template: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")

    plain = transform(json.loads(json.dumps(template)), {}, NoManagedPolicies())

    kinds = {entry["Type"] for entry in plain["Resources"].values()}
    assert not {kind for kind in kinds if kind.startswith("AWS::Serverless::")}
    assert len(of_type(plain["Resources"], "AWS::Lambda::EventSourceMapping")) == len(STREAMS)


def test_production_is_one_stage_by_name(template: dict[str, Any]) -> None:
    assert template["Conditions"]["Production"] == {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}


# Tables


def test_there_is_one_table_for_each_life_cycle(resources: Resources) -> None:
    assert set(of_type(resources, "AWS::DynamoDB::Table")) == TABLES


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_costs_nothing_at_rest_is_encrypted_and_can_be_restored(
    resources: Resources, name: str
) -> None:
    table = resources[name]["Properties"]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert "TableName" not in table


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_has_its_keys_and_the_two_sparse_indexes(resources: Resources, name: str) -> None:
    table = resources[name]["Properties"]
    indexes = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}

    assert keys(table) == ["pk", "sk"]
    beside = {"group": ["group", "group_order"]} if name == "Conversations" else {}
    assert {index: keys(indexes[index]) for index in indexes} == {
        "listing": ["listing", "listing_order"],
        "due": ["due", "due_at"],
        **beside,
    }
    assert all(index["Projection"] == {"ProjectionType": "ALL"} for index in indexes.values())
    assert all(entry["AttributeType"] == "S" for entry in table["AttributeDefinitions"])


def keys(described: dict[str, Any]) -> list[str]:
    return [key["AttributeName"] for key in described["KeySchema"]]


def test_a_conversation_can_be_read_in_its_own_order(resources: Resources) -> None:
    (thread,) = resources["Conversations"]["Properties"]["LocalSecondaryIndexes"]

    assert (thread["IndexName"], keys(thread)) == ("thread", ["pk", "thread_at"])


def test_only_sessions_and_notices_expire_by_themselves(resources: Resources) -> None:
    tables = of_type(resources, "AWS::DynamoDB::Table")

    expiring = {name for name, table in tables.items() if "TimeToLiveSpecification" in table}
    assert expiring == {"Directory", "Outbox"}
    assert all(tables[name]["TimeToLiveSpecification"]["AttributeName"] == "expires_at" for name in expiring)


@pytest.mark.parametrize("name", sorted(KEPT))
@pytest.mark.parametrize(("production", "fate"), [(True, "Retain"), (False, "Delete")])
def test_data_outlives_its_stack_in_production_only(
    resources: Resources, name: str, production: bool, fate: str
) -> None:
    assert in_stage(resources[name]["DeletionPolicy"], production=production) == fate
    assert in_stage(resources[name]["UpdateReplacePolicy"], production=production) == fate


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_of_production_cannot_be_deleted_by_a_slip(resources: Resources, name: str) -> None:
    protection = resources[name]["Properties"]["DeletionProtectionEnabled"]

    assert in_stage(protection, production=True) is True
    assert in_stage(protection, production=False) is False


# Functions and what wakes them


def test_every_function_is_known_here(resources: Resources) -> None:
    assert set(of_type(resources, "AWS::Serverless::Function")) == FUNCTIONS


def test_every_function_but_the_site_has_one_event_source(resources: Resources) -> None:
    functions = of_type(resources, "AWS::Serverless::Function")

    assert {name: len(function.get("Events", {})) for name, function in functions.items()} == {
        name: 0 if name == "APIHandler" else 1 for name in FUNCTIONS
    }


@pytest.mark.parametrize("name", sorted(STREAMS))
def test_a_stream_function_is_woken_by_what_it_wants_and_nothing_else(
    resources: Resources, name: str
) -> None:
    table, kind, state = STREAMS[name]
    (source,) = resources[name]["Properties"]["Events"].values()
    (criterion,) = source["Properties"]["FilterCriteria"]["Filters"]

    assert source["Type"] == "DynamoDB"
    assert source["Properties"]["Stream"] == {"Fn::GetAtt": [table, "StreamArn"]}
    attribute, _, value = (state or "").rpartition("=")
    in_state = {attribute or "state": {"S": value.split("|")}} if value else {}
    in_lane = {"lane": {"S": [LANES[name]]}} if name in LANES else {}
    assert json.loads(criterion["Pattern"]) == {
        "eventName": ["INSERT", "MODIFY"] if state else ["INSERT"],
        "dynamodb": {"NewImage": {"kind": {"S": [kind]}, **in_state, **in_lane}},
    }


def test_no_e_mail_is_in_a_lane_that_wakes_nobody() -> None:
    assert set(LANES.values()) == set(get_args(rules.Lane))


def test_e_mails_that_can_wait_are_sent_one_at_a_time_and_alerts_side_by_side(resources: Resources) -> None:
    """The pace of the one holds for each of its batches: more of them at once would be a quicker one."""
    at_once = {
        name: source["Properties"]["ParallelizationFactor"]
        for name in LANES
        for source in resources[name]["Properties"]["Events"].values()
    }

    assert at_once == {"SendAlerts": 10, "SendNotices": 1}


def test_a_stream_has_no_more_readers_than_it_serves() -> None:
    tables = [table for table, _, _ in STREAMS.values()]

    assert all(tables.count(table) <= 2 for table in TABLES)


@pytest.mark.parametrize("name", sorted(STREAMS))
def test_a_record_that_always_fails_is_set_aside_and_its_neighbours_go_on(
    resources: Resources, name: str
) -> None:
    (source,) = resources[name]["Properties"]["Events"].values()
    settings = source["Properties"]

    assert settings["StartingPosition"] == "TRIM_HORIZON"
    assert settings["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert settings["BisectBatchOnFunctionError"] is True
    assert 0 < settings["MaximumRetryAttempts"] <= 10
    assert 60 <= settings["MaximumRecordAgeInSeconds"] <= 3600
    assert settings["DestinationConfig"]["OnFailure"]["Destination"] == {
        "Fn::GetAtt": ["FailedRecords", "Arn"]
    }


def test_the_sweep_runs_each_minute(resources: Resources) -> None:
    (clock,) = resources["Sweep"]["Properties"]["Events"].values()

    assert (clock["Type"], clock["Properties"]["Schedule"]) == ("Schedule", "rate(1 minute)")


def test_what_is_looked_after_once_a_day_is_done_early_in_the_morning(resources: Resources) -> None:
    (clock,) = resources["Daily"]["Properties"]["Events"].values()

    assert (clock["Type"], clock["Properties"]["Schedule"]) == ("Schedule", "cron(0 5-8 * * ? *)")
    assert resources["DailyStopped"]["Properties"]["TreatMissingData"] == "breaching"


def test_what_became_of_an_email_comes_back(resources: Resources) -> None:
    destination = resources["MailReceiptsDestination"]["Properties"]["EventDestination"]
    (source,) = resources["RecordReceipts"]["Properties"]["Events"].values()

    assert destination["Enabled"] is True
    assert {"bounce", "complaint", "delivery", "reject", "renderingFailure", "deliveryDelay"} == set(
        destination["MatchingEventTypes"]
    )
    assert (
        destination["SnsDestination"]["TopicARN"] == source["Properties"]["Topic"] == {"Ref": "MailReceipts"}
    )


def test_what_fails_waits_two_weeks_for_a_person(resources: Resources) -> None:
    queue = resources["FailedRecords"]["Properties"]

    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["SqsManagedSseEnabled"] is True


def test_every_function_knows_where_things_are(template: dict[str, Any]) -> None:
    assert set(template["Globals"]["Function"]["Environment"]["Variables"]) == ENVIRONMENT


# Accounts and the site


def test_accounts_are_made_by_invitation_only_and_cognito_writes_to_nobody(resources: Resources) -> None:
    pool = resources["People"]["Properties"]

    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["AccountRecoverySetting"]["RecoveryMechanisms"] == [{"Name": "admin_only", "Priority": 1}]
    assert "AutoVerifiedAttributes" not in pool
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    assert in_stage(pool["DeletionProtection"], production=True) == "ACTIVE"


def test_a_password_is_checked_by_the_site_alone(resources: Resources) -> None:
    client = resources["SiteClient"]["Properties"]

    assert client["ExplicitAuthFlows"] == ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["GenerateSecret"] is False


def test_the_site_is_throttled_before_it_costs_money(resources: Resources) -> None:
    (settings,) = resources["RestAPI"]["Properties"]["MethodSettings"]

    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] <= 100


# Logs and alarms


def test_every_function_keeps_its_log_for_a_time(resources: Resources) -> None:
    for name, function in of_type(resources, "AWS::Serverless::Function").items():
        log = resources[function["LoggingConfig"]["LogGroup"]["Ref"]]
        assert log["Properties"]["RetentionInDays"] == 90, name


def test_every_alarm_reaches_somebody(resources: Resources) -> None:
    for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == [{"Ref": "OperationsAlarms"}], name
    assert resources["OperationsAlarmsByEmail"]["Properties"]["Endpoint"] == {"Ref": "OperationsEmail"}


def test_every_function_that_fails_raises_an_alarm(resources: Resources) -> None:
    assert watched(resources, "Errors") == FUNCTIONS


def test_every_stream_that_lags_raises_an_alarm(resources: Resources) -> None:
    assert watched(resources, "IteratorAge") == set(STREAMS)


def test_a_sweep_that_stops_raises_an_alarm_by_its_silence(resources: Resources) -> None:
    assert resources["SweepStopped"]["Properties"]["TreatMissingData"] == "breaching"


@pytest.mark.parametrize(
    ("namespace", "metric"),
    [
        ("Signpost", "OverdueAlerts"),
        ("Signpost", "ConcernsUnanswered"),
        ("Signpost", "ChainsBroken"),
        ("Signpost", "RulesBroken"),
        ("Signpost", "AuditRecordsBroken"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/ApiGateway", "5XXError"),
    ],
)
def test_what_must_not_go_unseen_raises_an_alarm(resources: Resources, namespace: str, metric: str) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()

    assert [alarm for alarm in alarms if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)]


def watched(resources: Resources, metric: str) -> set[str]:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()
    return {alarm["Dimensions"][0]["Value"]["Ref"] for alarm in alarms if alarm["MetricName"] == metric}
