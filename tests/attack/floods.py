"""More than a host can answer: messages by the thousand, read and not read, at both ports."""

from __future__ import annotations

import contextlib
import itertools
import random

from tests.attack.ground import Came
from tests.attack.target import echo

PIECE = 400  # messages of one terminal after another
STATUS = b'{"do":"status"}\n'
TURN_S = 0.2


def unread(ground):
    """four connections pipeline echo tests and read no answer"""
    return _flooded(ground, 4, is_read=False)


def read(ground):
    """fifty connections pipeline echo tests and read the answers"""
    return _flooded(ground, 50, is_read=True)


def strangers(ground):
    """ten connections pipeline messages of a hundred thousand terminals that there are not"""
    draw = ground.draw("strangers")
    return _flooded(ground, 10, is_read=True, make=lambda _, __: b"".join(
        echo(f"{draw.randrange(20_000_000, 20_100_000)}", draw.randrange(1, 999_999))
        for _ in range(PIECE)))


def garbage(ground):
    """ten connections send bytes that are no message, and come again when they are hung up on"""
    def make(of, turn):
        return random.Random(of * 1_000 + turn).randbytes(5_000)

    return _flooded(ground, 10, is_read=False, make=make)


def control_unread(ground):
    """ten connections to the control port ask and read no answer"""
    return _flooded(ground, 10, is_read=False, make=lambda _, __: STATUS * PIECE, at_control=True)


def control_garbage(ground):
    """ten connections to the control port send lines without end"""
    return _flooded(ground, 10, is_read=True, make=lambda _, __: b"x" * 100_000, at_control=True)


def of_terminal(of, turn):
    """Echo tests of one of the terminals that are not the good client's."""
    del turn
    return b"".join(echo(f"1000000{1 + of % 7}", stan) for stan in range(1, PIECE + 1))


def _flooded(ground, connections, *, is_read, make=of_terminal, at_control=False):
    came, sent = Came(), [0] * connections
    with ground.target() as target:
        def attacker(of):
            def attack(over):
                for turn in itertools.count():
                    if over.is_set() or not target.is_running:
                        return
                    with contextlib.suppress(OSError), target.connect(
                        target.control if at_control else target.listening
                    ) as line:
                        line.settimeout(TURN_S)
                        sent[of] += _pour(line, over, make, of, turn, is_read=is_read)
            return attack

        ground.during(target, came, [attacker(of) for of in range(connections)])
        came.tried = f"{sum(sent) / 1e6:,.0f} MB in {ground.seconds:.0f} s"
        ground.ends(target, came)
    return came


def _pour(line, over, make, of, turn, *, is_read):
    """Send until told to end or hung up on; how many bytes went."""
    sent, left, data = 0, b"", make(of, turn)
    while not over.is_set():
        left = left or data
        with contextlib.suppress(TimeoutError):
            went = line.send(left)
            sent, left = sent + went, left[went:]
        if is_read:
            line.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while line.recv(65_536):
                    pass
            line.settimeout(TURN_S)
    return sent
