"""More people than there is room for, and people who are slow: nobody of them asks for much.

Who is answered stands by his place; who was answered nothing makes room.  At the last descriptor or
thread newcomers are refused, and the control port is served.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import struct
import threading
import time
from pathlib import Path

from tests.attack.floods import STATUS
from tests.attack.ground import Came, note
from tests.attack.target import DAY, echo

CROWD = 650  # a host's limit is 500
FEW = 100
FILES = 128
THREADS = 60
TURN_S = 0.05
MOST_BUSY = 0.5  # of a processor, while nobody asks anything
LOOKS = 10  # until one of them finds it at rest
LONGEST_TURNS = 100
LOOK_AGAIN_S = 0.3
TCP_REPAIR = 19


def idle(ground):
    """650 connections say nothing; who is hung up on comes again"""
    return _crowded(ground, CROWD, lambda _: b"")


def half_frames(ground):
    """650 connections say half a message and wait"""
    return _crowded(ground, CROWD, lambda of: echo(_tid(of))[:40])


def half_at_once(ground):
    """650 connections say half a message where each has a minute for it; good clients say all of theirs"""
    return _crowded(ground, CROWD, lambda of: echo(_tid(of))[:40], ("--limit", "room_s=60"))


def half_closed(ground):
    """100 connections ask, say that they have nothing more to say, and stay"""
    def ends(line):
        line.shutdown(socket.SHUT_WR)

    return _crowded(ground, FEW, lambda of: echo(_tid(of)), then=ends)


def half_open(ground):
    """connections whose other end has gone without a word (a cut cable), 650 in turn"""
    if not _can_vanish():
        return Came(untried="needs root: only then a connection can end unseen")
    return _crowded(ground, CROWD, lambda of: echo(_tid(of)) if of % 2 else b"", then=_vanish)


def broken_off(ground):
    """connections that ask and are reset before the answer, as fast as they come"""
    return _restless(ground, lambda line, of: (line.sendall(echo(_tid(of))), _break_off(line)))


def newcomers(ground):
    """connections that come and go, as fast as they come"""
    return _restless(ground, lambda line, of: None)


def slow_writers(ground):
    """100 connections write their message one byte a second"""
    return _slow(ground, reads=False)


def slow_readers(ground):
    """100 connections ask much and read one byte of the answers a second"""
    return _slow(ground, reads=True)


def at_the_end(ground):
    """eight connections at both ports ask much and read nothing while the host is told to stop"""
    came = Came(tried="8 connections")
    with ground.folder() as folder, contextlib.ExitStack() as stack:
        day = folder / "day.toml"  # of many terminals: each status is long
        day.write_text(DAY.read_text("utf-8").replace("count = 8", "count = 400"), "utf-8")
        target = stack.enter_context(ground.target(scenario=day))
        for of in range(4):
            for address, asks in ((target.control, STATUS * 600), (target.listening, echo(_tid(of)) * 500)):
                line = stack.enter_context(target.connect(address))
                line.settimeout(TURN_S)
                with contextlib.suppress(OSError):
                    line.sendall(asks)
        before = {}
        for _ in range(LONGEST_TURNS):  # until it can write no more, and was not only kept from it
            time.sleep(LOOK_AGAIN_S)
            waiting = _waiting_bytes({address.port for address in (target.control, target.listening)})
            if len(waiting) == 8 and waiting == before:
                break
            before = waiting
        else:
            return Came(untried="what the eight asked was never answered so far that they would have to read")
        ground.ends(target, came)
    return came


def _waiting_bytes(ports):
    """What stands written at these ports and was not taken by the other end, by its address; bytes."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:])
    return {
        row[2]: written for row in rows
        if int(row[1].rpartition(":")[2], 16) in ports and (written := int(row[4].partition(":")[0], 16))}


def control(ground):
    """200 connections to the control port say nothing"""
    return _crowded(ground, 200, lambda _: b"", at_control=True)


def tls(ground):
    """650 connections begin a TLS handshake and leave it there"""
    from tests.hil.certificates import Authority  # noqa: PLC0415 - only where it is asked for

    with ground.folder() as folder:
        certificate, key = Authority(folder).issue("host")
        options = ("--tls-certificate", str(certificate), "--tls-key", str(key))
        return _crowded(ground, CROWD, lambda _: b"\x16\x03\x01\x02\x00", options, terminals=False)


def descriptors(ground):
    """a process with 128 descriptors, 300 connections that say nothing"""
    return _crowded(ground, 300, lambda _: b"", prepared=(f"+files={FILES}",), is_quiet=True)


def answered(ground):
    """a process with 128 descriptors, 300 connections that ask, are answered and stay: nobody has to make room"""
    return _crowded(ground, 300, lambda of: echo(_tid(of)), prepared=(f"+files={FILES}",), terminals=False)


def threads(ground):
    """a process that gets no more than 60 threads, 300 connections that say nothing"""
    return _crowded(ground, 300, lambda _: b"", prepared=(f"+threads={THREADS}",), is_quiet=True)


def _tid(of):
    return f"1000000{1 + of % 7}"


def _crowded(ground, count, says, options=(), *, then=lambda _: None, at_control=False,
             terminals=True, prepared=(), is_quiet=False):
    """``is_quiet``: while all of them stand, it must not be busy."""
    came, met, over = Came(), itertools.count(), threading.Event()
    with ground.target(*options, prepared=prepared) as target:
        address = target.control if at_control else target.listening
        slots = [None] * count

        def come(of):
            with contextlib.suppress(OSError):
                line = target.connect(address)
                slots[of] = line
                next(met)
                line.sendall(says(of))
                then(line)

        def stand(over):
            for of in range(count):
                if over.is_set():
                    return
                come(of)
            while not over.wait(TURN_S):
                for of, line in enumerate(slots):
                    if line is None or _is_gone(line):
                        if line is not None:
                            line.close()
                            slots[of] = None
                        come(of)
                    if over.is_set():
                        return

        try:
            took_s = ground.during(target, came, [stand], terminals=terminals, has_begun=_no_more_are_taken(target))
            if is_quiet:
                _look_how_busy(target, came)
            came.tried = f"{next(met):,} connections in {took_s:.0f} s"
            if at_control or not terminals:
                for line in filter(None, slots):
                    line.close()
            ground.ends(target, came, terminals=terminals)
        finally:
            over.set()
            for line in filter(None, slots):
                line.close()
    return came


def _no_more_are_taken(target):
    """Whether as many stand as will: asked again and again, it has no more threads than before."""
    most = 0

    def has_settled():
        nonlocal most
        before, most = most, max(most, target.threads())
        return 0 < most == before

    return has_settled


def _look_how_busy(target, came):
    """Who spins never rests; who has just let a crowd go has something left to do, and then rests."""
    busy = 1.0
    for _ in range(LOOKS):
        before_s, for_s = target.worked_s(), 0.5
        time.sleep(for_s)
        busy = (target.worked_s() - before_s) / for_s
        if busy <= MOST_BUSY:
            return
    note(came, f"it spins: {busy:.0%} of a processor while nobody asks anything")


def _is_gone(line):
    """Whether the other side has ended it; what it said is read."""
    try:
        line.setblocking(False)
        return not line.recv(65_536)
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        with contextlib.suppress(OSError):
            line.settimeout(1.0)


def _restless(ground, act):
    came, met = Came(), itertools.count()
    with ground.target() as target:
        def attack(of):
            def come_and_go(over):
                while not over.is_set():
                    with contextlib.suppress(OSError), target.connect(target.listening) as line:
                        next(met)
                        act(line, of)
            return come_and_go

        ground.during(target, came, [attack(of) for of in range(10)])
        came.tried = f"{next(met):,} connections in {ground.seconds:.0f} s"
        ground.ends(target, came)
    return came


def _slow(ground, *, reads):
    came = Came()
    with ground.target() as target:
        lines = [target.connect(target.listening) for _ in range(FEW)]

        def dawdle(over):
            for turn in itertools.count():
                for of, line in enumerate(lines):
                    with contextlib.suppress(OSError):
                        _step(line, of, turn, reads=reads)
                if over.wait(1.0):
                    return

        ground.during(target, came, [dawdle])
        came.tried = f"{FEW} connections for {ground.seconds:.0f} s"
        ground.ends(target, came)
        for line in lines:
            line.close()
    return came


def _step(line, of, turn, *, reads):
    line.settimeout(0.01)
    if reads:
        if not turn:
            line.sendall(b"".join(echo(_tid(of), stan) for stan in range(1, 300)))
        line.recv(1)
    else:
        frame = echo(_tid(of))
        line.sendall(frame[turn % len(frame):][:1])


def _break_off(line):
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def _vanish(line):
    """End it so that the other side hears nothing."""
    line.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    line.close()


def _can_vanish():
    if os.name != "posix":
        return False
    with socket.socket() as line:
        try:
            line.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        except OSError:
            return False
    return True
