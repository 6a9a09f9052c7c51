"""A kind of value in sentences: how it is found in a text, read and explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hil.gherkin.wrong import WrongError
from simulator.catalogue.language import Told


@dataclass(frozen=True)
class Value:
    """One kind of value; ``pattern`` is wider than ``form``, so that a wrong one is told as such."""

    name: Told
    pattern: str
    read: Callable[[str], Any]
    form: Told
    example: Told
    phrases: tuple[str, ...] = ()  # all of them, where a table holds them


def refused(what: Told, given: str, form: Told) -> WrongError:
    """That something is no value of a kind, and what is allowed."""
    return WrongError(f"no {what.en}: {given}; allowed: {form.en}", f"{given} 不是{what.zh}；可写：{form.zh}")
