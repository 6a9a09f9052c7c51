"""TOML that would take a reader minutes, or its stack, is refused by name wherever it comes from outside."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hil
import simulator
from hil.benches.bench_file import BenchFileError, read_bench
from hil.ecr.profiles import ProfileError, load_profile
from hil.relay.fault_text import read_faults
from simulator.reconciliation.column_map import readings
from simulator.reconciliation.sayings import BadFileError
from simulator.scenario.key_file import KeyFileError, read_keys
from simulator.scenario.read import ScenarioError, load_scenario
from simulator.scenario.table_files import TableFileError, library_named
from simulator.toml_reading import DEEPEST, LARGEST, MOST_PARTS, TomlError, read_toml
from simulator.wire.dialects import DialectError, dialect_named

READERS = {
    "scenario": (load_scenario, ScenarioError),
    "dialect": (lambda path: dialect_named(str(path)), DialectError),
    "tables": (lambda path: library_named(str(path)), TableFileError),
    "bench": (read_bench, BenchFileError),
    "ecr profile": (lambda path: load_profile(str(path)), ProfileError),
    "relay faults": (lambda path: read_faults(path, 0), ScenarioError),
    "column map": (lambda path: readings((), path), BadFileError),
}
HOSTILE = {
    "parts": (".".join("a" * 20_000) + " = 1", f"at most {MOST_PARTS} parts"),
    "header": ("[" + " . ".join(["'a'"] * 20_000) + "]", f"at most {MOST_PARTS} parts"),
    "lists": ("a = " + "[" * 5_000, f"at most {DEEPEST} deep"),
    "tables": ("a = " + "{a = " * 5_000, f"at most {DEEPEST} deep"),
    "digits": ("a = " + "9" * 5_000, "more digits than can be read"),
}
SHIPPED = {  # they read what comes with the program, or one quoted key of a text that was read
    "simulator/blind_test/worlds.py", "simulator/scenario/toml_lines.py", "simulator/scenario/profiles.py",
    "simulator/diagnosis/signatures.py", "simulator/catalogue/failures.py", "simulator/commands/scenarios.py",
    "hil/gherkin/wordings.py", "hil/gherkin/lexicon.py", "hil/power/boards.py",
}
SOUP = st.text(st.sampled_from("a1.-_\"'\\#[]{}=, \n\t"), max_size=60)
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters='"\\'), max_size=12)


def came_of(read, text):
    """What it read, or what it says."""
    try:
        return read(text)
    except tomllib.TOMLDecodeError as error:
        return str(error)


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_refuses_what_none_could_read(reader, kind, tmp_path):
    text, allowed = HOSTILE[kind]
    path = tmp_path / "hostile.toml"
    path.write_text(text, "utf-8")
    read, error = READERS[reader]
    with pytest.raises(error, match=r"hostile\.toml") as caught:
        read(path)
    assert allowed in str(caught.value)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_key_file_says_where_and_shows_nothing_of_it(kind, tmp_path):
    path = tmp_path / "hostile.toml"
    path.write_text(HOSTILE[kind][0], "utf-8")
    with pytest.raises(KeyFileError, match=r"hostile\.toml:1"):
        read_keys(path)


def test_the_largest_text_is_read_and_a_larger_one_is_not():
    assert read_toml("#" * LARGEST) == {}
    with pytest.raises(TomlError, match="at most 4 MiB"):
        read_toml("#" * (LARGEST + 1))


def test_a_limit_is_met_exactly():
    assert read_toml(".".join("a" * MOST_PARTS) + " = 1")
    with pytest.raises(TomlError, match=r"\(at line 2, column 2\)"):
        read_toml("b = 1\n " + ".".join("a" * (MOST_PARTS + 1)) + " = 1")
    assert read_toml("a = " + "[" * DEEPEST + "]" * DEEPEST)
    with pytest.raises(TomlError, match="deep"):
        read_toml("a = " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1))


@pytest.mark.parametrize("many", ["." * 99, "a." * 99, "[" * 99, "{" * 99, "a.[{" * 99])
def test_what_stands_in_a_string_or_a_comment_is_no_key(many):
    text = f'a = "{many}"\n\'{many}\' = 1\n"b{many}" = \'{many}\'\nc = """\n{many}"\n"""\nd = \'\'\'\n{many}\'\n\'\'\' # {many}\n'
    assert read_toml(text) == tomllib.loads(text)


@given(SOUP)
def test_any_text_is_what_it_is_to_the_standard_reader(text):
    if text.count(".") < MOST_PARTS and text.count("[") + text.count("{") <= DEEPEST:
        assert came_of(read_toml, text) == came_of(tomllib.loads, text)


@given(st.lists(NAMES, min_size=1, max_size=2 * MOST_PARTS))
def test_parts_in_quotes_are_counted_whatever_is_in_them(parts):
    text = " . ".join(f'"{part}"' for part in parts) + " = 1"
    if len(parts) <= MOST_PARTS:
        assert read_toml(text) == tomllib.loads(text)
    else:
        with pytest.raises(TomlError, match="at line 1, column 1"):
            read_toml(text)


def test_nobody_reads_a_text_from_outside_in_another_way():
    found = set()
    for package in (simulator, hil):
        root = Path(package.__file__).parent
        for path in root.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in ("loads", "load") and (
                    isinstance(node.value, ast.Name) and node.value.id == "tomllib"
                ):
                    found.add(path.relative_to(root.parent).as_posix())
    assert found == SHIPPED | {"simulator/toml_reading.py"}
