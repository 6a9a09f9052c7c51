"""Reasons: closed sets of values, each with its words in English and Chinese.

Whoever gives a reason (a machine, a link, a bank, a port) takes a member of one of these sets; a
trace holds its value; a report says its words.  Text that only a person wrote or an operating
system said is no reason and belongs into a detail beside it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Reason(StrEnum):
    """One closed set is a subclass; a member is written ``NAME = "value", "English", "中文"``.

    >>> class Example(Reason):
    ...     NO_REPLY = "no_reply", "no reply in time", "超时未应答"
    >>> Example("no_reply").zh
    '超时未应答'
    """

    en: str
    zh: str

    def __new__(cls, value: str, en: str, zh: str) -> Self:
        """A member that equals its value and knows its words."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.en = en
        member.zh = zh
        return member
