"""The test cards of a scenario, as ``daozhang host SCENARIO --cards`` prints them to a person."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.outside.kinds import Card


def cards_of(scenario: Path) -> dict[str, Card]:
    """By name: number, expiry and PIN (none where the customer types none)."""
    program = Path(sys.executable).with_name("daozhang")
    shown = subprocess.run([program, "host", scenario, "--cards", "--lang", "en"],
                           capture_output=True, text=True, check=True).stdout
    found = {}
    for name, lines in re.findall(r"^(\S.*)\n((?:    .*\n)+)", shown, re.MULTILINE):
        said = dict(re.findall(r"^    (\S.*?)  +(.*)$", lines, re.MULTILINE))
        pin = said["PIN"] if said["PIN"].isdecimal() else ""
        found[name] = Card(said["number"].replace(" ", ""), pin, said["expiry (YYMM)"])
    return found
