"""A judgement in which no text moves the cursor or turns the reading direction, whoever wrote it."""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.catalogue.visible import visible
from simulator.judge.verdict import Judgement


def visible_judgement(judgement: Judgement) -> Judgement:
    """A judgement in which every text is :func:`visible`."""
    return msgspec.convert(_each(msgspec.to_builtins(judgement)), Judgement)


def _each(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list | tuple):
        return [_each(one) for one in value]
    if isinstance(value, dict):
        return {key: _each(one) for key, one in value.items()}
    return value
