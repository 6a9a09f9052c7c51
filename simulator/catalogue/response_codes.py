"""F39: what each response code means and what a terminal shows for it; decides nothing.

The table is ``response_codes.json`` beside this module.  Source: public terminal sources.
"""

from __future__ import annotations

from enum import Enum
from importlib.resources import files

import msgspec


class Action(str, Enum):
    """What a code asks of whoever sees it."""

    SUCCESS = "A"
    MAY_RETRY = "B"
    DO_NOT_RETRY = "C"
    OPERATOR_ACTS = "D"
    SYSTEM_FAULT = "E"  # do not retry
    UNKNOWN = ""  # no source says


class ResponseCode(msgspec.Struct, frozen=True, gc=False):
    """One row of the table."""

    code: str
    meaning: str = ""  # the name that a host gives it
    display: str = ""  # the text that a terminal shows
    action: Action = Action.UNKNOWN

    @property
    def text(self) -> str:
        """What a person is shown: the terminal's text, or else the meaning."""
        return self.display or self.meaning


class _Table(msgspec.Struct):
    origin: str
    actions: dict[str, str]
    codes: list[ResponseCode]


def _load() -> dict[str, ResponseCode]:
    content = files(__package__).joinpath("response_codes.json").read_bytes()
    return {row.code: row for row in msgspec.json.decode(content, type=_Table).codes}


RESPONSE_CODES = _load()
APPROVED = frozenset({"00", "11", "A2", "A4", "A5", "A6"})
PARTIAL = "10"  # approved for the sum in F4 of the reply
DELIVERED = frozenset({"00", "94"})  # of an advice


def response_code(code: str) -> ResponseCode:
    """The row of a code; one that no table has fails and is not retried.

    >>> response_code("51").text
    '可用余额不足'
    >>> response_code("ZZ").text
    '交易失败'
    """
    return RESPONSE_CODES.get(code) or ResponseCode(code, "交易失败", "", Action.DO_NOT_RETRY)
