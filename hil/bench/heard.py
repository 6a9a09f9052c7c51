"""What went wrong at a bench, in both languages: texts that were made for people as they are, others with their kind."""

from __future__ import annotations

from hil.bench.bench_file import BenchFileError
from hil.bench.bench_words import HEARD
from hil.control.bench_error import BenchError
from hil.ports.ports import PortError
from simulator.catalogue.language import Told, speaking
from simulator.catalogue.system_words import system_words
from simulator.scenario.key_file import KeyFileError
from simulator.scenario.read import ScenarioError

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


def _text(error: BaseException) -> str:
    if isinstance(error, FOR_PEOPLE):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {system_words(error)}" if error.filename else system_words(error)
    return f"{type(error).__name__}: {error}"
