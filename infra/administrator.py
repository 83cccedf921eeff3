"""`python -m infra.administrator --stage prod`: the first programme of a deployment, and its administrator.

Asks for what the command line does not say. Everybody else is invited from the site. Run again, it makes
another organisation with a programme of its own.
"""

from __future__ import annotations

import argparse
import os
import sys

from infra.cloudformation import Stacks
from infra.deploy import Account, account_of_caller, stack_name
from infra.trouble import Trouble, end_with, say

QUESTIONS = {
    "organisation": "Name of the organisation",
    "programme": "Name of its first programme",
    "preset": "Preset policy to begin from",
    "first_name": "The administrator's first name",
    "surname": "The administrator's surname",
    "address": "The administrator's e-mail address",
}
TABLES = {
    "DIRECTORY_TABLE": "DirectoryTable",
    "CONVERSATIONS_TABLE": "ConversationsTable",
    "SAFEGUARDING_TABLE": "SafeguardingTable",
    "OUTBOX_TABLE": "OutboxTable",
}


def main() -> int:
    """Ask, make, invite; the exit status says whether it worked."""
    parser = argparse.ArgumentParser(prog="python -m infra.administrator", description=__doc__)
    parser.add_argument("--stage", required=True)
    for name, question in QUESTIONS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", help=question)
    given = parser.parse_args()
    try:
        account = account_of_caller()
        answers = {name: getattr(given, name) or _ask(question) for name, question in QUESTIONS.items()}
        _look_like_a_function(account, given.stage)
        invite_first(answers)
    except Trouble as trouble:
        return end_with(trouble)
    except (KeyboardInterrupt, EOFError):
        say("\nNothing was made.")
        return 1
    say(f"\n{answers['first_name']} has been sent an invitation. It can be used for two weeks.")
    return 0


def invite_first(answers: dict[str, str]) -> str:
    """Makes organisation and programme and invites the administrator; gives the programme's id.

    The environment names the tables. Raises Trouble for an answer that cannot be taken; nothing is made then.
    """
    # Imported here: the tables' names are read once, at import, from the environment set up before.
    from shared.people.actions import invite_first_administrator, read_person
    from shared.platform.clock import now
    from shared.platform.errors import SignpostError
    from shared.policies.presets import load_preset
    from shared.programmes.actions import create_organisation, create_programme

    moment = now()
    person = {name: answers[name] for name in ("first_name", "surname", "address")}
    try:
        policy = load_preset(answers["preset"])
        read_person(person["first_name"], person["surname"], person["address"])
        organisation_id = create_organisation(answers["organisation"], now=moment)
        programme_id = create_programme(
            answers["programme"],
            organisation_id=organisation_id,
            organisation_name=answers["organisation"],
            policy=policy,
            now=moment,
        )
        invite_first_administrator(programme_id, **person, now=moment)
    except KeyError as unknown:
        raise Trouble(str(unknown.args[0])) from unknown
    except SignpostError as refused:
        raise Trouble(refused.sentence) from refused
    return programme_id


def _look_like_a_function(account: Account, stage: str) -> None:
    """Sets the environment that the stack's own functions have, as far as inviting needs it."""
    outputs = Stacks(account.client("cloudformation"), account.client("s3")).outputs(stack_name(stage))
    if not outputs:
        raise Trouble(
            f"There is no deployment of the stage {stage!r} yet. Make it first: make deploy STAGE={stage}"
        )
    os.environ.update({variable: outputs[output] for variable, output in TABLES.items()})
    os.environ.update(STAGE=stage, SITE_URL=outputs["SiteAddress"], AWS_REGION=account.region)


def _ask(question: str) -> str:
    answer = ""
    while not answer:
        answer = input(f"{question}: ").strip()
    return answer


if __name__ == "__main__":
    sys.exit(main())
