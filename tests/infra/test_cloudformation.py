"""Proposing and carrying out a change, against a CloudFormation that plays each of its moods."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.cloudformation import Change, Stacks
from infra.trouble import Trouble

TEMPLATE = "https://artefacts.s3.eu-west-2.amazonaws.com/abc.template.json"
PARAMETERS = {"Stage": "prod", "MailFrom": "signpost@example.org"}


class CloudFormation:
    """Plays one stack: its status, what a change set says, and how executing it goes."""

    def __init__(self, status: str | None = "CREATE_COMPLETE") -> None:
        self.status = status
        self.change_sets: list[dict[str, Any]] = [{"Status": "CREATE_COMPLETE", "Changes": []}]
        self.course: list[str] = ["UPDATE_COMPLETE"]
        self.events: list[dict[str, Any]] = [event("1", "Directory", "CREATE_COMPLETE")]
        self.calls: list[str] = []
        self.asked_for: dict[str, Any] = {}
        self.executing = False
        self.events_of_the_change: list[dict[str, Any]] = []

    def describe_stacks(self, **asked_for: str) -> dict[str, Any]:
        if self.status is None:
            message = f"Stack with id {asked_for['StackName']} does not exist"
            raise ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "DescribeStacks")
        if self.executing and self.course:
            self.status = self.course.pop(0)
        return {
            "Stacks": [
                {
                    "StackStatus": self.status,
                    "Outputs": [{"OutputKey": "SiteAddress", "OutputValue": "https://signpost.example.org"}],
                    "Parameters": [{"ParameterKey": "Stage", "ParameterValue": "prod"}],
                }
            ]
        }

    def create_change_set(self, **asked_for: Any) -> None:
        self.asked_for = asked_for

    def describe_change_set(self, **_: Any) -> dict[str, Any]:
        return self.change_sets.pop(0) if len(self.change_sets) > 1 else self.change_sets[0]

    def delete_change_set(self, **_: Any) -> None:
        self.calls.append("delete change set")

    def delete_stack(self, **_: Any) -> None:
        self.calls.append("delete stack")

    def execute_change_set(self, **_: Any) -> None:
        self.executing = True
        self.events = [*self.events_of_the_change, *self.events]

    def describe_stack_events(self, **_: Any) -> dict[str, Any]:
        return {"StackEvents": self.events}


def event(number: str, name: str, status: str, why: str = "") -> dict[str, Any]:
    return {
        "EventId": number,
        "LogicalResourceId": name,
        "ResourceStatus": status,
        "ResourceStatusReason": why,
    }


def stacks(cloud: CloudFormation) -> Stacks:
    return Stacks(cloud, s3=None, pause=lambda _: None)


def resource_change(name: str, **changes: str) -> dict[str, Any]:
    usual = {"Action": "Modify", "LogicalResourceId": name, "ResourceType": "AWS::Lambda::Function"}
    return {"ResourceChange": usual | changes}


def test_a_stack_that_does_not_exist_is_created() -> None:
    cloud = CloudFormation(status=None)

    proposal = stacks(cloud).propose("signpost-prod", TEMPLATE, PARAMETERS)

    assert proposal is not None
    assert proposal.creates_stack
    assert cloud.asked_for["ChangeSetType"] == "CREATE"
    assert {"ParameterKey": "Stage", "ParameterValue": "prod"} in cloud.asked_for["Parameters"]


def test_a_stack_that_exists_is_updated() -> None:
    cloud = CloudFormation()

    proposal = stacks(cloud).propose("signpost-prod", TEMPLATE, PARAMETERS)

    assert proposal is not None
    assert not proposal.creates_stack
    assert cloud.asked_for["ChangeSetType"] == "UPDATE"


def test_a_proposal_says_what_it_touches_over_all_pages() -> None:
    cloud = CloudFormation()
    cloud.change_sets = [
        {"Status": "CREATE_IN_PROGRESS"},
        {"Status": "CREATE_COMPLETE", "Changes": [resource_change("Sweep")], "NextToken": "more"},
        {"Status": "CREATE_COMPLETE", "Changes": [resource_change("SiteFailing", Replacement="Conditional")]},
    ]

    proposal = stacks(cloud).propose("signpost-prod", TEMPLATE, PARAMETERS)

    assert proposal is not None
    assert proposal.changes == (
        Change("Modify", "Sweep", "AWS::Lambda::Function", "no"),
        Change("Modify", "SiteFailing", "AWS::Lambda::Function", "perhaps"),
    )


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit different information.",
        "No updates are to be performed.",
    ],
)
def test_a_stack_that_is_as_it_should_be_is_left_alone(reason: str) -> None:
    cloud = CloudFormation()
    cloud.change_sets = [{"Status": "FAILED", "StatusReason": reason}]

    assert stacks(cloud).propose("signpost-prod", TEMPLATE, PARAMETERS) is None
    assert cloud.calls == ["delete change set"]


def test_a_template_that_is_refused_is_refused_in_its_own_words() -> None:
    cloud = CloudFormation()
    cloud.change_sets = [{"Status": "FAILED", "StatusReason": "Circular dependency between resources"}]

    with pytest.raises(Trouble, match="refuses the template: Circular dependency"):
        stacks(cloud).propose("signpost-prod", TEMPLATE, PARAMETERS)


def test_a_first_deployment_that_failed_must_be_cleared_away() -> None:
    with pytest.raises(Trouble, match="aws cloudformation delete-stack --stack-name signpost-prod"):
        stacks(CloudFormation("ROLLBACK_COMPLETE")).propose("signpost-prod", TEMPLATE, PARAMETERS)


def test_two_deployments_at_once_do_not_mix() -> None:
    with pytest.raises(Trouble, match="is being changed just now"):
        stacks(CloudFormation("UPDATE_IN_PROGRESS")).propose("signpost-prod", TEMPLATE, PARAMETERS)


def proposed(cloud: CloudFormation) -> Any:
    return stacks(cloud).propose("signpost-prod", TEMPLATE, PARAMETERS)


def test_carrying_out_waits_for_the_end_and_tells_only_what_is_new() -> None:
    cloud = CloudFormation()
    proposal = proposed(cloud)
    cloud.course = ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"]
    cloud.events_of_the_change = [event("2", "Sweep", "UPDATE_COMPLETE")]
    told: list[str] = []

    stacks(cloud).carry_out(proposal, told.append)

    assert told == ["Sweep update complete"]
    assert cloud.status == "UPDATE_COMPLETE"


def test_a_change_that_fails_says_why_it_was_undone() -> None:
    cloud = CloudFormation()
    proposal = proposed(cloud)
    cloud.course = ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"]

    cloud.events_of_the_change = [
        event("3", "Outbox", "UPDATE_FAILED", "Resource update cancelled"),
        event("2", "People", "UPDATE_FAILED", "Pool tier is not available"),
    ]

    with pytest.raises(
        Trouble, match=r"undone \(UPDATE_ROLLBACK_COMPLETE\): People: Pool tier is not available"
    ):
        stacks(cloud).carry_out(proposal)


def test_a_declined_proposal_leaves_no_empty_stack_behind() -> None:
    cloud = CloudFormation(status=None)
    proposal = proposed(cloud)

    stacks(cloud).drop(proposal)

    assert cloud.calls == ["delete change set", "delete stack"]


def test_a_stack_that_does_not_exist_has_nothing_to_say() -> None:
    none = stacks(CloudFormation(status=None))

    assert (
        none.status("signpost-prod"),
        none.outputs("signpost-prod"),
        none.parameters("signpost-prod"),
    ) == (
        None,
        {},
        {},
    )


def test_a_stack_tells_its_outputs_and_what_it_was_last_given() -> None:
    known = stacks(CloudFormation())

    assert known.outputs("signpost-prod") == {"SiteAddress": "https://signpost.example.org"}
    assert known.parameters("signpost-prod") == {"Stage": "prod"}
