"""A command of the user in a network namespace, its host outside, faults below TCP in between."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import msgspec

from hil.clock.live_clock import LiveEnvironment
from hil.control.live_process import say, wall_ms
from hil.demos import net_words as words
from hil.demos.net_told import tell_abilities
from hil.evidence.evidence import Evidence, own_command
from hil.evidence.evidence_index import RunFacts
from hil.evidence.line_captures import LineCaptures
from hil.plane.abilities import probe
from hil.plane.fault_text import PlaneFault, apply, plane_fault
from hil.plane.plane import Plane
from hil.plane.programs import PlaneError
from hil.ports.ports import Address, PortError, parse_address
from hil.processes.process import BenchError
from hil.relay.ends import TcpEnd
from hil.relay.relay import Relay
from simulator.commands.inputs import ExitCode, InputError
from simulator.wire.dialect import Dialect
from simulator.wire.dialects import DialectError, dialect_named

HOST, VARIABLE = "{host}", "DAOZHANG_HOST"
_ENDS_WITHIN_S = 5.0


class NetAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    command: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    to: str = ""
    port: int = 8583
    dialect: str = "unionpay-pos"
    capture: Path | None = None


def show_abilities(asked: NetAsked) -> int:
    """What the plane can do here; the exit status."""
    if asked != NetAsked():
        raise InputError(words.NO_COMMAND.say())
    probed = probe()
    tell_abilities(probed)
    return ExitCode.HARNESS_ERROR if probed[0].why_not else ExitCode.PASSED


def run_net(asked: NetAsked) -> int:
    """Run the command; its exit status, or ours where it could not be run."""
    try:
        dialect = dialect_named(asked.dialect)
        faults = tuple(plane_fault(text, dialect) for text in asked.faults)
        to = parse_address(asked.to) if asked.to else None
    except (PlaneError, PortError, DialectError) as error:
        raise InputError(str(error)) from None
    if shutil.which(asked.command[0]) is None:
        raise InputError(words.NO_PROGRAM.say(command=asked.command[0]))
    try:
        return _run(asked, dialect, faults, to)
    except (PlaneError, BenchError, PortError) as error:
        sys.stderr.write(f"daozhang: {error}\n")
        return ExitCode.HARNESS_ERROR


def _run(
    asked: NetAsked, dialect: Dialect, faults: tuple[PlaneFault, ...], to: Address | None,
) -> int:
    with ExitStack() as stack:
        evidence = None
        if asked.capture is not None:
            evidence = stack.enter_context(Evidence(asked.capture, RunFacts(
                kind="emulated", device=asked.command[0], station=os.uname().nodename,
                title="bench net", command=own_command())))
        plane = stack.enter_context(Plane(asked.port))
        if evidence is not None:
            stack.enter_context(LineCaptures(plane, evidence, dialect))
        if to is not None:
            stack.enter_context(_passed_on(Address(plane.host_address, asked.port), to, dialect))
        apply(plane, faults)
        status = _status_of(asked.command, plane)
        _tell(plane, asked.command[0], status)
        return status


def _status_of(command: tuple[str, ...], plane: Plane) -> int:
    host = f"{plane.host_address}:{plane.port}"
    told = [word.replace(HOST, host) for word in command]
    process = subprocess.Popen(  # noqa: S603 - what the user asks for
        plane.command(told), env={**os.environ, VARIABLE: host})
    try:
        status = process.wait()
    except BaseException:
        _ended(process)
        raise
    return status if status >= 0 else 128 - status


def _ended(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C went to it too: it has its time to end, then it is killed."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(_ENDS_WITHIN_S / 5)
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tell(plane: Plane, command: str, status: int) -> None:
    say(words.ENDED.say(command=command, status=status))
    for each in plane.struck():
        say(words.STRUCK.say(name=each.name, packets=each.packets, bytes=each.bytes))
    for way, counts in plane.shaped().items():
        say(words.SHAPED.say(
            way=way.value, came=counts.came, left=counts.left, lost=counts.lost,
            duplicated=counts.duplicated, reordered=counts.reordered))


@contextmanager
def _passed_on(listen: Address, to: Address, dialect: Dialect) -> Iterator[None]:
    """Whatever comes at the plane's end of the line goes to the host, and back."""
    clock = LiveEnvironment(wall_ms())
    relay = Relay(clock, TcpEnd(address=listen, anywhere=True), to, dialect)
    thread = threading.Thread(target=clock.run_live, name="relay", daemon=True)
    thread.start()
    try:
        yield
    finally:
        relay.close()
        clock.inject(lambda: clock.stop("closed"))
        thread.join(_ENDS_WITHIN_S)
