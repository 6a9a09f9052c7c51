"""PIN blocks of format 0 (ANSI X9.8) under the PIN key; knows test PINs only.

The block binds the PIN to the card: twelve digits of the card number, the check digit left out.
"""

from __future__ import annotations

from simulator.wire import des

SHORTEST, LONGEST = 4, 12


class PinError(ValueError):
    """A PIN or a PIN block that is none; shows neither."""


def encrypt_pin(pin: str, pan: str, pik: bytes) -> bytes:
    """F52: the PIN block of ``pin`` under ``pik`` (8 or 16 bytes)."""
    if not SHORTEST <= len(pin) <= LONGEST or not _are_digits(pin):
        raise PinError(f"a PIN is {SHORTEST} to {LONGEST} digits")
    clear = int(f"0{len(pin):X}{pin}".ljust(16, "F"), 16) ^ _account(pan)
    return des.encrypt(pik, clear.to_bytes(8, "big"))


def decrypt_pin(block: bytes, pan: str, pik: bytes) -> str:
    """The PIN in F52; :class:`PinError` where key, card or block do not fit one another."""
    if len(block) != 8:
        raise PinError("a PIN block has eight bytes")
    digits = f"{int.from_bytes(des.decrypt(pik, block), 'big') ^ _account(pan):016X}"
    length = int(digits[1], 16)
    pin, filler = digits[2:2 + length], digits[2 + length:]
    if (
        digits[0] != "0" or not SHORTEST <= length <= LONGEST
        or not _are_digits(pin) or filler.strip("F")
    ):
        raise PinError("no PIN block of format 0 for this card and key")
    return pin


def _account(pan: str) -> int:
    if not _are_digits(pan):
        raise PinError("a card number is digits")
    return int(pan[-13:-1].rjust(16, "0"), 16)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
