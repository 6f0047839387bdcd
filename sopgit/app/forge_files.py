"""What an office with requests has for its host: the workflow, and whom to ask for requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sopgit.adapters.resources import read_workflow
from sopgit.app.laps import has_requests
from sopgit.core.codeowners import CODEOWNERS, owners_file, reviewers
from sopgit.core.finding import Finding, Place
from sopgit.core.policy import Policy
from sopgit.core.policy_soundness import PERSON_UNKNOWN
from sopgit.core.procedure import Procedure
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.text import T

# Where each host looks for the rules of its checks.
_WORKFLOWS = {"github": ".github/workflows/sopgit.yml", "gitlab": ".gitlab-ci.yml"}


def workflow_files(description: Mapping[str, Any]) -> dict[str, bytes]:
    """The workflow by its path; nothing in an office without requests."""
    if description.get("flow") != "review":
        return {}
    host = "gitlab" if description.get("host") == "gitlab" else "github"
    return {_WORKFLOWS[host]: read_workflow(host)}


def owner_files(
    policy: Policy, files: Mapping[str, bytes], description: Mapping[str, Any]
) -> dict[str, bytes]:
    """`CODEOWNERS`; nothing without requests, or where no account of a reviewer is given."""
    if not has_requests(policy):
        return {}
    accounts = description.get("accounts", {})
    data = owners_file(policy, procedures_in(files), accounts)
    return {} if data is None else {CODEOWNERS: data}


def unasked(policy: Policy, files: Mapping[str, bytes], accounts: Mapping[str, str]) -> list[str]:
    """Who should be asked for requests and has no account there, as far as it is told."""
    if not has_requests(policy):
        return []
    asked = reviewers(policy, procedures_in(files))
    return [policy.people[person]["name"] for person in asked if person not in accounts]


def check_accounts(policy: Mapping[str, Any], description: Mapping[str, Any]) -> list[Finding]:
    """A finding for each account of somebody who is not in the office."""
    return [
        PERSON_UNKNOWN.broken(
            Place(f"accounts/{person}"), T("there is no person {person}", person=person)
        )
        for person in description.get("accounts", {})
        if person not in policy["people"]
    ]


def procedures_in(files: Mapping[str, bytes]) -> list[Procedure]:
    """The procedures among the files of an office."""
    return [
        Procedure.parse(mapping_of(data))
        for path, data in files.items()
        if path.startswith(".sopgit/procedures/")
    ]
