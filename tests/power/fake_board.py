"""A relay board at the far end of a pty: it knows its own frames and is told how it is broken."""

from __future__ import annotations

import os
import pty
import threading
import tty


class FakeBoard:
    """Four-byte frames A0 channel what sum, as the LCUS family has them; FF asks for all channels."""

    def __init__(self, channels=8, stuck=(), silent=False, answers=True):
        self.far, near = pty.openpty()
        tty.setraw(self.far)
        tty.setraw(near)
        self.path = os.ttyname(near)
        self._near = near
        self.state = [False] * channels
        self.heard: list[bytes] = []
        self.stuck = set(stuck)
        self.silent = silent
        self.answers = answers
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        data = b""
        while True:
            try:
                more = os.read(self.far, 64)
            except OSError:
                return
            data += more
            while data:
                size = 1 if data[0] == 0xFF else 4
                if len(data) < size:
                    break
                frame, data = data[:size], data[size:]
                self._take(frame)

    def _take(self, frame):
        self.heard.append(frame)
        if frame == b"\xFF":
            if not self.silent:
                os.write(self.far, bytes(self.state))
            return
        start, channel, what, check = frame
        assert start == 0xA0
        assert check == (start + channel + what) & 0xFF
        if channel not in self.stuck:
            self.state[channel - 1] = what == 1

    def unplug(self):
        os.close(self.far)
        os.close(self._near)
