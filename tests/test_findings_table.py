"""`docs/findings.md` lists every rule of the code, once."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tests.findings_table import PAGE, PROJECT, page, rows


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: .venv/bin/python -m tests.findings_table"


def test_every_rule_that_is_made_anywhere_is_listed() -> None:
    made = 0
    for path in (PROJECT / "sopgit").rglob("*.py"):
        calls = [n for n in ast.walk(ast.parse(path.read_bytes())) if isinstance(n, ast.Call)]
        made += sum(isinstance(c.func, ast.Name) and c.func.id == "Rule" for c in calls)
    assert len(rows()) == made
    assert made > 100


def test_a_code_belongs_to_one_rule() -> None:
    count = Counter(row.rule.code for row in rows())
    assert [code for code, times in count.items() if times > 1] == []


def test_a_code_is_kebab_case_and_its_rule_one_sentence() -> None:
    for row in rows():
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", row.rule.code), row
        assert row.rule.says, row
        assert not row.rule.says.endswith("."), row
        assert "\n" not in row.rule.says + row.rule.why, row
