"""The job that writes the review on a request, against a server that keeps comments."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import yaml

from sopgit.adapters.resources import read_workflow
from sopgit.render.reviews import MARK
from tests.ci_runs import shell
from tests.hosts import ROBOT, STRANGER, TOKEN, Host, serving


class TestComment:
    """The job that tells: one comment, found by its mark, written by the host's own robot."""

    def tell(self, host: Host, comment: str, **more: str) -> tuple[int, str]:
        (step,) = yaml.safe_load(read_workflow("github"))["jobs"]["tell"]["steps"]
        assert step["shell"] == "python3 {0}"
        known = {
            "PATH": os.environ["PATH"],
            "GITHUB_API_URL": host.address,
            "GITHUB_REPOSITORY": "kantor/data",
            "GITHUB_SERVER_URL": "https://forge.contoh.example",
            "GITHUB_RUN_ID": "11",
            "REQUEST": "7",
            "TOKEN": TOKEN,
            "COMMENT": comment,
            **more,
        }
        return shell([sys.executable, "-c", step["run"]], Path.cwd(), known)

    def test_it_is_made_once_and_then_renewed_in_place(self) -> None:
        with serving(Host("github")) as host:
            host.write("sudah saya baca", STRANGER)
            for text in (f"{MARK}\nsatu", f'{MARK}\ndua: é → "kutip"\n`x`'):
                code, said = self.tell(host, text)
                assert code == 0, said
            assert [comment["body"] for comment in host.comments] == ["sudah saya baca", text]

    def test_it_is_found_behind_a_hundred_others(self) -> None:
        with serving(Host("github")) as host:
            for number in range(100):
                host.write(f"komentar {number}", STRANGER)
            host.write(f"{MARK}\nlama", ROBOT)
            assert self.tell(host, f"{MARK}\nbaru")[0] == 0
            assert (len(host.comments), host.comments[-1]["body"]) == (101, f"{MARK}\nbaru")

    def test_somebody_else_s_comment_with_the_mark_is_left_alone(self) -> None:
        with serving(Host("github")) as host:
            host.write(f"{MARK}\npalsu", STRANGER)
            host.write("lain", ROBOT)
            assert self.tell(host, f"{MARK}\nasli")[0] == 0
            assert [c["body"] for c in host.comments] == [f"{MARK}\npalsu", "lain", f"{MARK}\nasli"]

    def test_where_no_token_may_write_it_says_so_and_the_check_s_name_carries_the_verdict(
        self,
    ) -> None:
        with serving(Host("github", may_write=False)) as host:
            code, said = self.tell(host, f"{MARK}\nsatu")
            assert (code, host.comments) == (0, [])
            assert "::warning::no comment was written" in said
        job = yaml.safe_load(read_workflow("github"))["jobs"]["tell"]
        assert job["name"].startswith("${{ needs.verify.outputs.said ||")

    def test_without_a_review_the_comment_no_longer_says_what_was(self) -> None:
        with serving(Host("github")) as host:
            host.write(f"{MARK}\n## nothing stands against it", ROBOT)
            assert self.tell(host, "")[0] == 0
            (comment,) = host.comments
            assert "could not judge" in comment["body"]
            assert comment["body"].startswith(f"{MARK}\n")
            assert "kantor/data/actions/runs/11" in comment["body"]
