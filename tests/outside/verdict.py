"""What ``daozhang judge`` says of a trace, asked as a user asks it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

JUDGED = {0, 1, 4}  # passed, failed, inconclusive


class NotJudgedError(Exception):
    """There is no verdict."""


@dataclass(frozen=True)
class Judged:
    """The judgement as its JSON has it, and with what the program ended."""

    exit_code: int
    said: dict[str, Any]

    @property
    def findings(self) -> list[dict[str, Any]]:
        return self.said["findings"]

    def of(self, tid: str) -> list[dict[str, Any]]:
        return [finding for finding in self.findings if finding["tid"] == tid]

    def numbers(self, tid: str) -> set[int]:
        """Of the invariants that this terminal is found to violate."""
        return {finding["invariant"] for finding in self.of(tid)}


def judge(trace: Path, *options: str | Path) -> Judged:
    program = Path(sys.executable).with_name("daozhang")
    ended = subprocess.run([program, "judge", trace, "--json", "-", *options],
                           capture_output=True, text=True, check=False)
    if ended.returncode not in JUDGED:
        raise NotJudgedError(ended.stderr.rstrip())
    return Judged(ended.returncode, json.loads(ended.stdout))
