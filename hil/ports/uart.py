"""What a UART makes of characters that another one sent: right where both are set alike, damaged else.

Every character is put on the line as the levels of its bits and sampled with the receiver's own
clock, as the hardware does it, so two ends that are set differently garble exactly what they would
garble on a cable.  It waits for nothing and holds no state between two bursts.
"""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from hil.ports.serial_line import Parity, SerialLine

_MARK, _SPACE = 1, 0


class Character(msgspec.Struct, frozen=True, gc=False):
    """One character as it was received."""

    byte: int
    parity_error: bool = False
    framing_error: bool = False  # no stop bit where one was due

    @property
    def is_damaged(self) -> bool:
        """Whether the receiver knows that something is wrong with it."""
        return self.parity_error or self.framing_error


def are_alike(one: SerialLine, other: SerialLine) -> bool:
    """Whether what one sends arrives whole at the other; a second stop bit harms nobody."""
    return (one.baud, one.data_bits, one.parity) == (other.baud, other.data_bits, other.parity)


def received(data: bytes, sender: SerialLine, receiver: SerialLine) -> list[Character]:
    """What the receiver reads of a burst that the sender sends without a pause.

    >>> from hil.ports.serial_line import serial_line
    >>> [each.parity_error for each in received(b"AC", serial_line("9600 8N1"), serial_line("9600 7E1"))]
    [False, True]
    """
    if are_alike(sender, receiver):
        mask = (1 << sender.data_bits) - 1
        return [Character(byte & mask) for byte in data]
    return _sampled(_Wave(data, sender), receiver)


class _Wave:
    """The level of the line over time, in seconds from the first start bit."""

    def __init__(self, data: bytes, sender: SerialLine) -> None:
        bit_s = 1 / sender.baud
        self._begins = [-1.0]  # of each stretch of one level
        self._levels = [_MARK]
        at_s = 0.0
        for byte in data:
            for level in _bits(byte, sender):
                self._add(at_s, level)
                at_s += bit_s
            self._add(at_s, _MARK)
            at_s += bit_s * sender.stop_bits
        self.end_s = at_s

    def _add(self, begin_s: float, level: int) -> None:
        if level != self._levels[-1]:
            self._begins.append(begin_s)
            self._levels.append(level)

    def at(self, moment_s: float) -> int:
        """The level at a moment; idle is mark."""
        return self._levels[bisect_right(self._begins, moment_s) - 1]

    def next_start(self, from_s: float) -> float | None:
        """When the line next goes from mark to space."""
        for at in range(bisect_right(self._begins, from_s), len(self._begins)):
            if self._levels[at] == _SPACE:
                return self._begins[at]
        return None


def _bits(byte: int, line: SerialLine) -> list[int]:
    """Start bit, data from the lowest on, parity where there is one."""
    data = [(byte >> at) & 1 for at in range(line.data_bits)]
    return [_SPACE, *data, *_parity_bit(data, line.parity)]


def _parity_bit(data: list[int], parity: Parity) -> list[int]:
    odd = sum(data) & 1
    return {
        Parity.NONE: [], Parity.EVEN: [odd], Parity.ODD: [1 - odd], Parity.MARK: [1], Parity.SPACE: [0],
    }[parity]


def _sampled(wave: _Wave, receiver: SerialLine) -> list[Character]:
    bit_s = 1 / receiver.baud
    found: list[Character] = []
    looks_from_s = -0.5
    while (start_s := wave.next_start(looks_from_s)) is not None and start_s < wave.end_s:
        middle_s = start_s + bit_s / 2
        if wave.at(middle_s) != _SPACE:  # too short for a start bit: noise
            looks_from_s = middle_s
            continue
        data = [wave.at(middle_s + bit_s * (1 + at)) for at in range(receiver.data_bits)]
        after_s = middle_s + bit_s * (1 + receiver.data_bits)
        parity = _parity_bit(data, receiver.parity)
        wrong = bool(parity) and wave.at(after_s) != parity[0]
        stop_s = after_s + bit_s * len(parity)
        found.append(Character(
            sum(bit << at for at, bit in enumerate(data)), wrong, wave.at(stop_s) != _MARK))
        looks_from_s = stop_s
    return found
