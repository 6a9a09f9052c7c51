"""What went wrong at a bench, in both languages: texts that were made for people as they are, others with their kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from hil.benches.bench_file import BenchFileError
from hil.benches.bench_words import HEARD
from hil.control.bench_error import BenchError
from hil.ports.ports import PortError
from simulator.catalogue.language import Told, speaking
from simulator.catalogue.system_words import system_words
from simulator.commands.inputs import ExitCode
from simulator.scenario.key_file import KeyFileError
from simulator.scenario.read import ScenarioError
from simulator.wire.masking import mask_cards

FOR_PEOPLE = (BenchError, BenchFileError, KeyFileError, PortError, ScenarioError)


def heard(error: BaseException) -> Told:
    """Its text in English and Chinese.

    >>> heard(PortError("127.0.0.1:80: nobody listens there")).en, heard(KeyError("x")).en
    ('127.0.0.1:80: nobody listens there', "KeyError: 'x'")
    """
    with speaking("en"):
        text = _text(error)
    with speaking("zh"):
        return Told(text, HEARD.say(_text(error)))


@contextmanager
def at_fault() -> Iterator[None]:
    """What keeps a bench from working ends the command in words, as a fault of the bench: exit 3."""
    try:
        yield
    except (BenchError, PortError) as error:
        typer.echo(f"daozhang: {mask_cards(heard(error).say())}", err=True)
        raise typer.Exit(ExitCode.HARNESS_ERROR) from None


def _text(error: BaseException) -> str:
    if isinstance(error, FOR_PEOPLE):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {system_words(error)}" if error.filename else system_words(error)
    return f"{type(error).__name__}: {error}"
