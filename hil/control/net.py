"""The last net around what comes from outside: no request and no frame ends the process.

What nobody foresaw is answered with an error and written down, card numbers masked.  What must not
go on is let through: a state that could not be written ends the process, as nothing of it may be
answered.
"""

from __future__ import annotations

import os
import re
import traceback

from hil.control.live_words import HEARD
from hil.control.standard_error import tell
from simulator.wire.masking import mask_cards

LONGEST_WORDS = 2_000
LONGEST_REASON = 200
_CARD = re.compile(r"\d(?:[ .\-]?\d){12,18}")

def masked(text: str) -> str:
    """A text in which whatever may be a card number shows its first six and last four digits.

    Wider than the rule for names: what a stranger sent need not pass the Luhn check to be one.

    >>> masked("no command 6212345678901265")
    'no command 621234******1265'
    """
    return _CARD.sub(_masked_number, mask_cards(text))


def _masked_number(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return f"{digits[:6]}{'*' * (len(digits) - 10)}{digits[-4:]}"


def short(text: str, most: int = LONGEST_WORDS) -> str:
    """A text of one line that everybody can show: masked, cut, and with bytes in UTF-8."""
    text = text if len(text) <= most else text[:most // 2] + " … " + text[-most // 4:]
    return masked(text.encode("utf-8", "backslashreplace").decode())


def narrate(line: str) -> None:
    """One line for a person who looks on, in the language of this process; perhaps nobody does."""
    tell(HEARD.say(line))


def caught(what: str, error: Exception) -> str:
    """Write down that ``what`` came to grief; the words for whoever asked."""
    reason = short(str(error), LONGEST_REASON).replace("\n", " ")
    narrate(f"daozhang: {what} failed: {type(error).__name__}: {reason}")
    if os.environ.get("DAOZHANG_TRACEBACK"):
        traceback.print_exception(error)
    return f"it failed here ({type(error).__name__}); standard error has a line about it"
