"""Every error that is made for a person, and every line that is told, has a row in Chinese.

The texts are collected from the source, so one that is made nowhere in a test is looked at too: what
stands between braces becomes a number, and what is left must be known again by its rows.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import hil
import simulator
from hil.benches.bench_words import OF_BENCH, OF_CASE_STUDY, OF_MIXED, OF_REASONS
from hil.control.live_words import OF_LIVE
from hil.ecr.ecr_words import OF_ECR
from simulator.catalogue.language import Heard, speaking
from simulator.commands.error_words import OF_COMMANDS
from simulator.commands.file_kinds import ANY_TRACE
from simulator.scenario.sayings import OF_CHECKS, OF_READING, OF_VALUES
from simulator.scenario.units import START_FORM

HEARD = Heard(
    *OF_COMMANDS, *OF_LIVE, *OF_ECR, *OF_BENCH, *OF_CASE_STUDY, *OF_MIXED, *OF_REASONS, *OF_READING, *OF_CHECKS, *OF_VALUES)
WORDS = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
COMMAND = re.compile(r"daozhang [a-z]+")
TOLD = frozenset({  # calls whose text a person reads, but for the errors, which are found by their name
    "narrate", "notice", "tell", "_refusal", "_rule", "say", "Problem",
})
ERRORS_OF_OUR_OWN = frozenset({  # our own mistakes: they end as a harness error
    "NoRowError", "AssertionError", "NothingReplacedError", "ValueError", "KeyError", "TypeError", "LookupError",
    "UnlawfulMoveError", "UnicodeError", "RuntimeError", "RuleError", "LedgerError", "PayoutError", "DisputeError",
    "SnapshotError", "UnpicklingError",  # nobody hears of a snapshot: the whole history is read instead
    "KeyCheckError",  # is given the name of a key
    "WrongError",  # is given both languages; tests/features/test_words_of_features.py holds that
})
TEXTS_OF = {  # modules whose functions give or yield texts, by whom they are then told
    "hil/clock/live_clock.py", "hil/control/net.py", "hil/control/control_words.py", "hil/files/nvm_file.py",
    "hil/demos/mixed_demo.py", "hil/ports/limits.py", "simulator/wire/dialect_file.py",
    "simulator/commands/file_kinds.py", "simulator/scenario/place_checks.py", "simulator/scenario/reach_checks.py", "simulator/scenario/problems.py",
    "simulator/scenario/fault_checks.py", "hil/ecr/profile_file.py", "hil/ecr/message_checks.py",
}
BEHIND = {  # what is said before a text
    "hil/device/operate_rules.py": "operate: pan cannot be that; allowed: ", "simulator/scenario/units.py": "must be ",
}
COMPOSED = {"7must be 7", "7 cannot be that: 77"}  # of forms that have rows of their own, and of a library's words
ALONE = re.compile(r"^daozhang (host|device): ")  # who speaks: a name
SAMPLES = {  # of what is itself a text, or nothing
    "kind.words": ANY_TRACE.words, "START_FORM": START_FORM, "said": "", "owner": "host",
}
ROOT = Path(simulator.__file__).parents[1]


def text_of(node: ast.expr) -> str:
    """A text as it could be made: whatever is not written down is a number."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(map(text_of, parts))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return text_of(left) + text_of(right)
        case ast.FormattedValue(value=ast.IfExp() as either) | (ast.IfExp() as either):
            return text_of(either.body)
        case ast.FormattedValue(value=value) if ast.unparse(value) in SAMPLES:
            return SAMPLES[ast.unparse(value)]
        case _:
            return "7"


def name_of(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def texts_in(module: ast.Module, gives: bool) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        match node:
            case ast.Call() if is_told(name_of(node)):
                for given in node.args:
                    if isinstance(given, (ast.Constant, ast.JoinedStr, ast.BinOp)):
                        yield node.lineno, text_of(given)
            case (ast.Return(value=value) | ast.Yield(value=value)) if gives and isinstance(
                    value, (ast.JoinedStr, ast.Constant, ast.BinOp)):
                yield node.lineno, text_of(value)


def is_told(name: str) -> bool:
    return name in TOLD or (name.endswith("Error") and name not in ERRORS_OF_OUR_OWN)


FILES = [
    name for package in (simulator, hil) for path in sorted(Path(package.__file__).parent.rglob("*.py"))
    if (name := path.relative_to(ROOT).as_posix()) not in {"hil/ports/contract.py", "hil/commands/entry.py"}
]


@cache
def texts_of(name: str) -> list[tuple[str, str]]:
    """The texts of a file with their places; it is read when it is asked for, not while tests are collected."""
    return [
        (f"{name}:{line}", ALONE.sub("", BEHIND.get(name, "") + text))
        for line, text in texts_in(ast.parse((ROOT / name).read_text("utf-8")), name in TEXTS_OF)
        if text not in COMPOSED
        and WORDS.search(ALONE.sub("", text)) and "\n" not in text
    ]


def test_there_are_texts():
    assert sum(len(texts_of(name)) for name in FILES) > 150


@pytest.mark.parametrize("name", FILES)
def test_the_texts_of_a_file_are_known_again(name):
    with speaking("zh"):
        told = [(where, COMMAND.sub("", HEARD.say(text.strip()))) for where, text in texts_of(name)]
    assert [each for each in told if WORDS.search(each[1])] == []
