"""The dialect that a command is asked to use."""

from __future__ import annotations

from simulator.commands.inputs import InputError
from simulator.wire.dialect import Dialect
from simulator.wire.dialects import DialectError, dialect_named

DIALECT_HELP = "Name or TOML file of the dialect."


def dialect_given(given: str) -> Dialect:
    """The dialect of ``--dialect``; ``InputError`` where there is none."""
    try:
        return dialect_named(given)
    except DialectError as error:
        raise InputError(f"--dialect: {error}") from None
