"""``daozhang device``: the terminal machine in a process of its own, on the wall clock."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from hil.device import Device, DeviceSettings, TerminalClass
from hil.live_clock import LiveEnvironment
from hil.live_process import BAD_INPUT, clear_words, run_until_stopped, say, wall_ms
from hil.ports import parse_address
from simulator.machines.profile import TerminalIdentity, TerminalProfile
from simulator.machines.terminal import Terminal
from simulator.world.defects import DEFECTS
from simulator.world.profiles import devices, profile_of
from simulator.world.scenario_parts import TerminalGroup


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("device")(device)


def device(
    tid: Annotated[str, typer.Option(help="terminal id, F41: 8 characters")],
    mid: Annotated[str, typer.Option(help="merchant id, F42: 15 characters")],
    host: Annotated[str, typer.Option(help="HOST:PORT of the acquirer")],
    nvm: Annotated[Path, typer.Option(help="file that stands for the non-volatile memory")],
    control: Annotated[str, typer.Option(help="HOST:PORT of the control port")] = "127.0.0.1:0",
    profile: Annotated[str, typer.Option(help="name of a device profile")] = "generic",
    trace: Annotated[Path | None, typer.Option(help="append trace records to this file")] = None,
    defect: Annotated[str, typer.Option(help="build it wrong: name of a terminal defect")] = "",
    ahead_ms: Annotated[
        int, typer.Option(help="how far its calendar is ahead of the wall clock"),
    ] = 0,
) -> None:
    """Run a virtual terminal until it is stopped or killed; its memory stays in its file."""
    with clear_words("device"):
        settings = DeviceSettings(
            identity=TerminalIdentity(
                tid=_exactly("--tid", tid, 8), mid=_exactly("--mid", mid, 15),
            ),
            profile=_profile(profile), host=parse_address(host), control=parse_address(control),
            nvm=nvm, trace=trace, terminal=_terminal(defect),
        )
        env = LiveEnvironment(wall_ms() + ahead_ms)
        running = Device(env, settings)
    if running.nvm.recovered:
        sys.stderr.write(f"daozhang device: {nvm} was damaged: {running.nvm.recovered}\n")
    say(f"control on {running.control_address}")
    running.start()
    raise SystemExit(run_until_stopped(env, running.close))


def _exactly(option: str, text: str, length: int) -> str:
    if len(text) != length or not (text.isascii() and text.isalnum()):
        _refuse(f"{option} {text!r}: {length} letters and digits are needed")
    return text


def _profile(name: str) -> TerminalProfile:
    if name not in devices():
        _refuse(f"--profile {name!r} is unknown; allowed: {', '.join(devices())}")
    return profile_of(TerminalGroup(profile=name))


def _terminal(defect: str) -> TerminalClass:
    if not defect:
        return Terminal
    built = {row.name: row.built for row in DEFECTS.values() if issubclass(row.built, Terminal)}
    if defect not in built:
        _refuse(f"--defect {defect!r} is no defect of terminals; allowed: {', '.join(built)}")
    return built[defect]


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(f"daozhang device: {why}\n")
    raise SystemExit(BAD_INPUT)
