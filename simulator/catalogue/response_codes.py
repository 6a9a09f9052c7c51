"""F39: one row a response code, with all that it does; machines read the row and know no code.

The table is ``response_codes.json`` beside this module: a code with an effect is one row more there.
Which codes a machine *says* is its own business.  Source: public terminal sources.
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


class Outcome(str, Enum):
    """What becomes of a transaction that is answered so, at the terminal and at the host."""

    DECLINED = "declined"
    APPROVED = "approved"
    PARTIAL = "partial"  # approved for the sum in F4 of the reply
    PENDING = "pending"  # nobody knows yet: to be asked again


class AtTerminal(str, Enum):
    """What a code makes a terminal do besides ending the transaction."""

    NOTHING = ""
    SIGN_ON = "sign_on"
    UPDATE = "update"
    CAPTURE_CARD = "capture_card"


class Held(str, Enum):
    """What a code says of the message that it answers: whether the host has had it before."""

    UNSAID = ""
    YES = "yes"  # a copy: what is repeated until it is delivered, is
    NO = "no"  # nothing there that could be reversed or asked about


class Reverses(str, Enum):
    """Who undoes a transaction that is answered so and may stand somewhere all the same."""

    NOBODY = ""
    TERMINAL = "terminal"  # without a MAC it says nothing of this terminal's own request
    HOST = "host"  # the issuer may have booked it


class ResponseCode(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One row of the table."""

    code: str
    meaning: str = ""  # the name that a host gives it
    display: str = ""  # the text that a terminal shows
    en: str = ""  # the same in English
    action: Action = Action.UNKNOWN
    outcome: Outcome = Outcome.DECLINED
    terminal: AtTerminal = AtTerminal.NOTHING
    retry: bool = False  # only for now: a terminal repeats what it stores, a host forgets its no
    held: Held = Held.UNSAID
    reverses: Reverses = Reverses.NOBODY

    @property
    def approves(self) -> bool:
        """Whether money moves, all of it or a part."""
        return self.outcome is Outcome.APPROVED or self.outcome is Outcome.PARTIAL

    @property
    def text(self) -> str:
        """What a person is shown: the terminal's text, or else the meaning."""
        return self.display or self.meaning


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    origin: str
    actions: dict[str, str]
    codes: list[ResponseCode]


def _load() -> dict[str, ResponseCode]:
    content = files(__package__).joinpath("response_codes.json").read_bytes()
    return {row.code: row for row in msgspec.json.decode(content, type=_Table).codes}


RESPONSE_CODES = _load()
APPROVED = frozenset(
    code for code, row in RESPONSE_CODES.items() if row.outcome is Outcome.APPROVED)
# F39 of a 0410 after which a terminal owes nothing: done, or the host has nothing to reverse (12, 25).
REVERSAL_DONE = frozenset(
    code for code, row in RESPONSE_CODES.items()
    if row.outcome is Outcome.APPROVED or row.held is not Held.UNSAID
) | {"12"}
PARTIAL = next(code for code, row in RESPONSE_CODES.items() if row.outcome is Outcome.PARTIAL)


def response_code(code: str) -> ResponseCode:
    """The row of a code; one that no table has fails and is not retried.

    >>> response_code("51").text
    '可用余额不足'
    >>> response_code("ZZ").text
    '交易失败'
    """
    return RESPONSE_CODES.get(code) or ResponseCode(
        code, "交易失败", "", "failed", Action.DO_NOT_RETRY)
