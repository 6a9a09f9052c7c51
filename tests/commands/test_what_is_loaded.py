"""A command loads what it needs and nothing else."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from hil.commands.program import COMMANDS
from simulator.commands.app import build_app

ECHO_TEST = (
    "0034600003000060310031100108200000000000C0001031303030303030313839383030303030303030303030"
    "310011000000013010"
)
HEAVY = ("pydantic", "holidays", "simpy", "scapy", "rich", "simulator.world", "simulator.judge")
TELL = (
    "import sys; from hil.commands.entry import run; code = run(sys.argv[1:]); "
    "print('loaded', *sorted(sys.modules)); sys.exit(code)"
)


@pytest.mark.parametrize("arguments", [["--version"], ["decode", ECHO_TEST]], ids=["version", "decode"])
def test_a_quick_command_loads_nothing_heavy(arguments):
    done = subprocess.run(
        [sys.executable, "-c", TELL, *arguments], capture_output=True, text=True, check=True)
    loaded = done.stdout.rpartition("\nloaded ")[2].split()
    assert "hil.commands.program" in loaded
    assert not [name for name in loaded if name in HEAVY]


def names_of(app):
    """Commands, and those that have commands of their own."""
    return [each.name for each in (*app.registered_commands, *app.registered_groups)]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_stands_in_the_table_under_the_name_that_it_registers(name):
    app = build_app(COMMANDS, [name])
    assert names_of(app) == [name]
    assert import_module(COMMANDS[name]).register


def test_help_and_a_command_that_there_is_not_see_all_of_them():
    for arguments in (["--help"], ["rnu"], []):
        app = build_app(COMMANDS, arguments)
        assert sorted(names_of(app)) == sorted(COMMANDS)
