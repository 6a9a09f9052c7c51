"""Reasons: closed sets of values, each with its words in English and Chinese.

Whoever gives a reason (a machine, a link, a bank, a port) takes a member of one of these sets; a
trace holds its value; a report says its words.  Text that only a person wrote or an operating
system said is no reason and belongs into a detail beside it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import ClassVar, Self

from simulator import catalogue

_ENDS = "_reasons"  # so are the modules of the catalogue named that hold sets


class Reason(StrEnum):
    """One closed set is a subclass; a member is written ``NAME = "value", "English", "中文"``.

    ``fields``: the fields of trace records that hold it, as ``record.field``.

    >>> class Example(Reason, fields=("concluded.reason",)):
    ...     NO_REPLY = "no_reply", "no reply in time", "超时未应答"
    >>> Example("no_reply").zh
    '超时未应答'
    """

    en: str
    zh: str
    _fields: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, fields: tuple[str, ...] = ()) -> None:
        """Note which fields a set speaks for; none: whichever has no set of its own."""
        super().__init_subclass__()
        cls._fields = fields

    def __new__(cls, value: str, en: str, zh: str) -> Self:
        """A member that equals its value and knows its words."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.en = en
        member.zh = zh
        return member

    @classmethod
    def of(cls, value: str) -> Self:
        """The member of a value; ``ValueError`` where the set has none."""
        for member in cls:
            if member == value:
                return member
        raise ValueError(f"{value!r} is no {cls.__name__}; allowed: {', '.join(cls)}")

    @classmethod
    def fields(cls) -> tuple[str, ...]:
        """The fields of trace records that hold a member of this set."""
        return cls._fields


@cache
def sets() -> tuple[type[Reason], ...]:
    """All sets of the catalogue, those first that name their fields."""
    found = [
        each
        for module in sorted(found.name for found in iter_modules(catalogue.__path__))
        if module.endswith(_ENDS)
        for each in vars(import_module(f"{catalogue.__name__}.{module}")).values()
        if isinstance(each, type) and issubclass(each, Reason) and each is not Reason
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: not each.fields()))


@cache
def reason_of(field: str, value: str) -> Reason | None:
    """What a value of a field of the trace says (``"lost.why"``); None where no set has it.

    >>> reason_of("lost.why", "refuse_connect").en
    'the connection was refused'
    >>> reason_of("lost.why", "of its own accord") is None
    True
    """
    for members in sets():
        if field in members.fields() or not members.fields():
            for member in members:
                if member == value:
                    return member
    return None
