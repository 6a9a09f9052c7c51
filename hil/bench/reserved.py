"""What of a bench only one run at a time may have on this machine: its lines, its socket, its hands.

A port that the system chooses is nobody's in particular; a place of labgrid is reserved there.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from hil.benches.bench_file import BenchFile
from hil.hands.asking import hands_settings
from hil.hands.robots import HttpHandsSettings
from hil.power.commands import CommandSettings
from hil.power.http import HttpSettings
from hil.power.powers import power_settings
from hil.power.serial_relay import SerialRelaySettings


def reserved_names(bench: BenchFile) -> tuple[str, ...]:
    """The names to be held while a rig of this bench is open."""
    return tuple(_names(bench))


def _names(bench: BenchFile) -> Iterator[str]:
    part = bench.part
    for line in (part.end.listen, part.ecr.line if part.ecr is not None else ""):
        kind, _, rest = line.partition(":")
        if kind == "serial" or (kind in {"tcp", "tls", "rfc2217"} and not rest.endswith(":0")):
            yield f"{'serial' if kind == 'serial' else 'port'}:{rest}"
    if bench.is_virtual:
        return
    if part.power is not None:
        match power_settings(part.power.driver, part.power.settings):
            case SerialRelaySettings(port=port):
                yield f"serial:{port}"
            case HttpSettings(on=url):
                yield f"power:{url}"
            case CommandSettings(on=words):
                yield f"power:{shlex.join(words)}"
            case _:
                pass
    if part.hands is not None:
        match hands_settings(part.hands.driver, part.hands.settings):
            case HttpHandsSettings(url=url):
                yield f"hands:{url}"
            case _:
                pass
