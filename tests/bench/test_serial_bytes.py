"""The bytes of a terminal's serial line are kept, both ways, with card data zero."""

from __future__ import annotations

import json
import os
import threading
import time
import tty
from pathlib import Path

from hil.capture.line_log import Towards, read_line_log
from hil.evidence.rig_evidence import tapped
from hil.ports.ports import PortEvents
from hil.relay.ends import SerialEnd
from simulator.wire.dialects import usual_dialect
from simulator.wire.masked_frames import masked_frame

VECTORS = json.loads((Path(__file__).parents[2] / "fixtures" / "vectors" / "minted.json").read_text())["vectors"]
FRAMES = {each["id"]: bytes.fromhex(each["hex"]) for each in VECTORS}


class Clock:
    """Does what is injected at once, one at a time."""

    def __init__(self) -> None:
        self._lock = threading.RLock()

    def inject(self, work) -> None:
        with self._lock:
            work()


def test_what_passes_is_kept_masked_and_passes_unchanged(tmp_path):
    master, slave = os.openpty()
    tty.setraw(master)
    tty.setraw(slave)
    heard, ports = bytearray(), []
    path = tmp_path / "line.jsonl"
    end = tapped(SerialEnd(url=os.ttyname(slave)), path, usual_dialect())

    def connected(port) -> PortEvents:
        ports.append(port)
        return PortEvents(on_bytes=heard.extend, on_closed=lambda: None, on_failed=lambda _: None)

    server = end.listen(Clock(), connected)
    request, reply = FRAMES["sale_req"], FRAMES["sale_resp_00"]
    os.write(master, request[:40])
    time.sleep(0.05)
    os.write(master, request[40:])
    wait(lambda: len(heard) == len(request))
    ports[0].write(reply)
    got = b""
    while len(got) < len(reply):
        got += os.read(master, 4_096)
    server.close()
    wait(lambda: any(each.event == "closed" for each in read_line_log(path.read_bytes())))
    os.close(master)
    os.close(slave)
    assert (bytes(heard), got) == (request, reply)
    entries = read_line_log(path.read_bytes())
    for way, frame in ((Towards.IN, request), (Towards.OUT, reply)):
        kept = b"".join(each.octets() for each in entries if each.towards is way)
        assert kept == masked_frame(frame, usual_dialect())
    assert [each.event for each in entries if each.event] == ["opened", "closed"]


def wait(met) -> None:
    deadline_s = time.monotonic() + 10
    while not met():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
