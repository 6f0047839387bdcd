"""A landing that changes the policy, and the very first one.

1. The policy changes together with the protected files it names and nothing else.
2. The file is sound, and the version before it allows it.
3. In the tree the protected paths are exactly the policy's list, with its
   digests: a hook, a workflow or a procedure cannot be slipped in.
4. Every procedure that the policy names is sound.
5. Genesis: it fits the anchor, and its own roots sign it.
6. Who does not know the rule set that the roots put in force has no answer.

Rules enforced here: `policy-alone`, `protected-file`, `policy-base`,
`genesis-anchor`, `role-vacant`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sopgit.core.chain import check_base
from sopgit.core.errors import SopgitError
from sopgit.core.finding import Finding, Place, Rule, Verdict, verdict
from sopgit.core.lineage import FileChange, sha256
from sopgit.core.paths import POLICY, PathClass, path_class
from sopgit.core.policy import Policy, procedure_path
from sopgit.core.policy_change import check_change, check_first
from sopgit.core.policy_soundness import check_policy
from sopgit.core.procedure import Procedure, check_procedure
from sopgit.core.record import read_governed
from sopgit.core.schema import Schemas
from sopgit.core.statement import policy_digest
from sopgit.core.text import T
from sopgit.core.trusted import Anchor, Tree, Trusted

POLICY_ALONE = Rule(
    "policy-alone",
    "the policy changes with its protected files and nothing else",
    why="a new right must not be used in the landing that grants it",
)
PROTECTED_FILE = Rule(
    "protected-file",
    "protected files are exactly those that the policy names, with its digests",
    why="whoever changes a workflow or a procedure changes the rules",
)
GENESIS_ANCHOR = Rule(
    "genesis-anchor",
    "the ledger begins with the commit and the policy that the anchor names",
    why="another beginning is another office",
)
ROLE_VACANT = Rule(
    "role-vacant",
    "every step has somebody who may do it",
    why="the next case would wait there for ever",
)

RULES = 1
"""The rule set that this code is."""

_SINGLE_FILES = (
    ".gitlab-ci.yml",
    ".dvc/config",
    ".gitattributes",
    ".gitignore",
    "CODEOWNERS",
    ".pre-commit-config.yaml",
)


class UnknownRules(SopgitError):
    """A policy in force names a rule set of a later sopgit."""


def check_policy_landing(
    changes: Mapping[str, FileChange],
    after: Tree,
    classes: Mapping[str, PathClass],
    trusted: Trusted,
) -> list[Finding]:
    """Judge a landing in which the policy or a protected file changes."""
    findings: list[Finding] = []
    for path, kind in classes.items():
        if kind not in (PathClass.POLICY, PathClass.PROTECTED):  # 1
            message = T("{path} changes together with the policy", path=path)
            findings.append(POLICY_ALONE.broken(Place(path), message, T("land it by itself")))
        elif POLICY not in changes:
            message = T("{path} is protected and changes without the policy", path=path)
            hint = T("propose it with: sopgit policy edit")
            findings.append(PROTECTED_FILE.broken(Place(path), message, hint))
    if findings:
        return findings
    policy, findings = read_policy(after, trusted.schemas)  # 2
    if policy is None:
        return findings
    findings = [
        *check_change(trusted.policy, policy, POLICY),
        *check_base(policy.raw, trusted.ids, Place(POLICY)),
        *check_protected(policy, after),
        *check_procedures(policy, after, trusted.schemas),
    ]
    _verify_rules(policy, findings)  # 6
    return findings


def _verify_rules(policy: Policy, findings: list[Finding]) -> None:
    """Raise `UnknownRules` for a policy that is in force and not to be judged by these rules."""
    named = policy.raw["rules"]
    if named != RULES and not any(finding.severity == "error" for finding in findings):
        raise UnknownRules(
            T(
                "the office goes by rule set {named}, this sopgit knows {known}",
                named=named,
                known=RULES,
            ),
            T("install a newer sopgit"),
        )


def read_policy(tree: Tree, schemas: Schemas) -> tuple[Policy | None, list[Finding]]:
    """The policy of `tree`, sound by itself, or what is wrong with it."""
    data = tree.get(POLICY)
    if data is None:
        return None, [PROTECTED_FILE.broken(Place(POLICY), T("there is no policy"))]
    governed = read_governed(POLICY, data, "policy", schemas)
    if governed.value is None:
        return None, list(governed.findings)
    findings = check_policy(governed.value, POLICY)
    return (None, findings) if findings else (Policy.parse(governed.value), [])


def check_protected(policy: Policy, tree: Tree) -> list[Finding]:
    """The protected paths of `tree` are the policy's list, digest by digest."""
    findings = []
    named = policy.protected
    for path, digest in named.items():
        if path_class(path, ()) is not PathClass.PROTECTED:
            message = T("{path} is named as protected and cannot be", path=path)
            findings.append(PROTECTED_FILE.broken(Place(POLICY), message))
        elif sha256(tree.get(path)) != digest:
            message = T("{path} is not the file that the policy names", path=path)
            findings.append(PROTECTED_FILE.broken(Place(path), message))
    for path in _protected_paths(tree):
        if path not in named:
            message = T("{path} is protected and not named by the policy", path=path)
            findings.append(PROTECTED_FILE.broken(Place(path), message))
    return findings


def _protected_paths(tree: Tree) -> Iterator[str]:
    yield from (path for path in _SINGLE_FILES if tree.get(path) is not None)
    for prefix in (".sopgit/", ".github/"):
        for path in tree.paths(prefix):
            if path_class(path, ()) is PathClass.PROTECTED:
                yield path


def check_procedures(policy: Policy, tree: Tree, schemas: Schemas) -> list[Finding]:
    """Every procedure that the policy names is sound; a warning for a step without people."""
    findings: list[Finding] = []
    for reference in policy.raw["procedures"]:
        path = procedure_path(reference)
        governed = read_governed(path, tree.get(path) or b"", "procedure", schemas)
        if governed.value is None:
            findings += governed.findings
            continue
        broken = check_procedure(governed.value, path)
        findings += broken
        if broken:
            continue
        for role in Procedure.parse(governed.value).roles:
            if not policy.raw["roles"].get(role):
                message = T("nobody holds the role {role}", role=role)
                findings.append(ROLE_VACANT.doubted(Place(POLICY), message))
    return findings


def admit_genesis(
    commit: str, changes: Mapping[str, FileChange], after: Tree, anchor: Anchor, schemas: Schemas
) -> tuple[Verdict, Policy | None]:
    """Judge the first commit, which has no parent, and give the policy it founds."""
    policy, findings = read_policy(after, schemas)  # 2
    if policy is None:
        return verdict("genesis", findings), None
    for path in changes:  # 1
        if path_class(path, ()) not in (PathClass.POLICY, PathClass.PROTECTED):
            message = T("the first commit holds {path}", path=path)
            findings.append(POLICY_ALONE.broken(Place(path), message))
    findings += check_first(policy, POLICY)
    findings += check_protected(policy, after)  # 3
    findings += check_procedures(policy, after, schemas)  # 4
    found = Anchor(policy.repository, commit, policy_digest(policy.raw))
    if found != anchor:  # 5
        message = T(
            "the ledger begins with {found}, the anchor names {wanted}",
            found=commit[:12],
            wanted=anchor.genesis[:12],
        )
        hint = T("compare with the anchor that the office keeps on paper")
        findings.append(GENESIS_ANCHOR.broken(Place(commit=commit), message, hint))
    _verify_rules(policy, findings)  # 6
    return verdict("genesis", findings), policy
