"""A virtual device that stands on a bench as a real terminal does: started by hand, at a fixed address."""

from __future__ import annotations

import contextlib
import socket

from hil.device.requests import Stop
from hil.processes.process import BenchProcess

TEXT = """
[device]
kind = "emulated"
name = "a device that stands there"
settings = {{ reply_timeout = "3s", reversal_idle = "1s" }}
[[terminals]]
tid = "77001234"
mid = "898000000000001"
[end]
listen = "tcp:127.0.0.1:{port}"
[ecr]
profile = "transbank"
line = "tcp:{ecr}"
[limits]
answer = "20s"
rest = "10s"
quiet = "300ms"
boot = "10s"
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]


@contextlib.contextmanager
def standing_device(folder, *options):
    """Its bench file, while it stands there; it is not the bench's process."""
    folder.mkdir()
    port = free_port()
    process = BenchProcess("device", [
        "device", "--tid", "77001234", "--mid", "898000000000001", "--host", f"127.0.0.1:{port}",
        "--nvm", str(folder / "own.nvm"), "--download", "none", "--ecr", "transbank@tcp:127.0.0.1:0", *options,
    ], folder / "own.err")
    try:
        bench = folder / "bench.toml"
        ecr = process.said["ecr"].removeprefix("tcp:")
        bench.write_text(TEXT.format(port=port, ecr=ecr), "utf-8")
        yield bench
    finally:
        process.stop(Stop())
