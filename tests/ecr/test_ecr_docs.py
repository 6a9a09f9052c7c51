"""docs/ecr.md: its example runs, and every key, fact and profile stands in it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from hil.ecr import profile as tables
from hil.ecr.facts import FACTS
from hil.ecr.profiles import profile_names

PAGE = (Path(__file__).parents[2] / "docs" / "ecr.md").read_text("utf-8")


def test_the_example_prints_what_the_page_says(capsys):
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(code, {})
    [said] = re.findall(r"^prints `(.*?)`", PAGE, re.MULTILINE)
    assert capsys.readouterr().out.strip() == said


def test_every_key_of_a_profile_s_file_is_explained():
    words = set(re.findall(r"\w+", PAGE))
    for name, table in vars(tables).items():
        if isinstance(table, type) and issubclass(table, msgspec.Struct) and not name.startswith("_"):
            for key in msgspec.structs.fields(table):
                assert key.name in words, f"{name}.{key.name}"


def test_every_fact_and_profile_is_named():
    words = set(re.findall(r"[\w-]+", PAGE))
    assert FACTS.keys() <= words
    assert set(profile_names()) <= words
