"""Features that a newcomer wrote by docs/features.md alone: each scenario ends as the comment above it says.

``# passes``, or ``# fails at "STEP": PART OF WHAT IS SAID``: an author's mistake, which the message must make plain.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hil.gherkin.play import play

_FOLDER = Path(__file__).parent / "newcomer"
_END = re.compile(r'  # (?:passes|fails at "(?P<step>.+)": (?P<said>.+))')
_FILES = sorted(each.name for each in _FOLDER.glob("*.feature"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The scenarios as they ended, by file."""
    out = tmp_path_factory.mktemp("newcomer") / "out.json"
    play([str(_FOLDER)], ["-f", "json", "-o", str(out)])
    found: dict[str, list[dict[str, Any]]] = {}
    for feature in json.loads(out.read_text("utf-8")):
        name = Path(feature["location"].rpartition(":")[0]).name
        found[name] = [each for each in feature["elements"] if each["type"] == "scenario"]
    return found


@pytest.mark.parametrize("name", _FILES)
def test_a_scenario_of_a_newcomer_ends_as_is_written_above_it(name: str, told: dict[str, list[dict[str, Any]]]) -> None:
    """The step at which it stops, and what is said there; every step is understood."""
    ends = [_END.fullmatch(each) for each in (_FOLDER / name).read_text("utf-8").splitlines() if each.startswith("  # ")]
    assert len(ends) == len(told[name]) > 0
    for end, scenario in zip(ends, told[name], strict=True):
        assert end is not None
        stopped = [each for each in scenario["steps"] if each.get("result", {}).get("status", "passed") != "passed"]
        if end["step"] is None:
            assert stopped == []
            assert scenario["status"] == "passed"
            continue
        assert stopped[0]["name"] == end["step"]
        assert stopped[0]["result"]["status"] == "failed"
        message = stopped[0]["result"]["error_message"]
        assert end["said"] in (message if isinstance(message, str) else "\n".join(message))
