"""Whatever is wrong with a feature is told in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import hil.gherkin
from hil.gherkin.matching import heard
from tests.commands.test_every_error_has_words import name_of, text_of

BOTH = {"WrongError": (0, 1), "hold": (1, 2), "Told": (0, 1)}
CHINESE = re.compile("[\u3400-\u9fff]")
CALLS = [
    (f"{path.name}:{node.lineno}", *(node.args[place] for place in BOTH[name_of(node)]))
    for path in sorted(Path(hil.gherkin.__file__).parent.rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.Call) and name_of(node) in BOTH and len(node.args) > BOTH[name_of(node)][1]
]


@pytest.mark.parametrize(("english", "chinese"), [each[1:] for each in CALLS], ids=[each[0] for each in CALLS])
def test_a_text_stands_in_both_languages(english, chinese):
    texts = (ast.Constant, ast.JoinedStr)
    if not isinstance(english, texts) or not re.search("[A-Za-z]{3}", text_of(english)):
        return
    assert isinstance(chinese, texts)
    assert CHINESE.search(text_of(chinese)) or not re.search("[a-z]{4}", text_of(chinese)), text_of(chinese)


def test_what_a_scenario_refuses_is_told_in_chinese():
    assert CHINESE.search(heard("terminal.software_stale is a state and needs a window", "zh"))
    assert heard("terminal.software_stale is a state and needs a window", "en").startswith("terminal.software_stale is")
