"""A pty in front of another line, for a program that can open device paths alone: bytes both ways,
and whether it has the path open as DTR."""

from __future__ import annotations

import threading
from contextlib import contextmanager

from hil.clock.live_clock import LiveEnvironment
from hil.control.live_process import wall_ms
from hil.ports.line_server import serve_line
from hil.ports.open_line import open_line
from hil.ports.serial_line import LineEvents


def _passing(write, on_lines=lambda _: None):
    return LineEvents(
        on_bytes=write, on_closed=lambda: None, on_failed=lambda _: None, on_lines=on_lines)


@contextmanager
def pty_in_front_of(text):
    """The path of a pty that leads to the line of a text."""
    clock, near = LiveEnvironment(wall_ms()), []

    def from_far(data):
        near[-1].write(data)

    far = open_line(clock, text, _passing(from_far))
    server = serve_line(clock, "pty:", lambda port: near.append(port) or _passing(
        far.write, lambda lines: far.set_dtr(lines.dsr)))  # whoever opens the pty is there
    thread = threading.Thread(target=clock.run_live, daemon=True)
    thread.start()
    try:
        yield server.where.removeprefix("pty:")
    finally:
        clock.inject(server.close)
        clock.inject(far.close)
        clock.stop("done")
        thread.join(10)
