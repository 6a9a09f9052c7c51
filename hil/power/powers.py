"""Which kinds of power supply there are, each by the name that a bench file gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from hil.control.control_words import words_of
from hil.control.outside_words import NO_DRIVER
from hil.power.commands import CommandSettings, CommandSwitch
from hil.power.http import HttpSettings, HttpSwitch
from hil.power.labgrid import LabgridSettings, LibrarySwitch, PlaceSwitch
from hil.power.power import PowerSupply, Record, Switch
from hil.power.process import CommandBody, GivenBody, ProcessSettings, ProcessSwitch
from hil.power.serial_relay import RelaySwitch, SerialRelaySettings
from hil.power.supply import PowerTimes, Supply, unrecorded

PowerSettings = ProcessSettings | SerialRelaySettings | CommandSettings | HttpSettings | LabgridSettings


class PowerPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a supply stands: which terminal it is for, where its files go, who keeps what it does."""

    tid: str
    folder: Path
    record: Record = unrecorded


def _none(_settings: PowerSettings) -> tuple[str, ...]:
    return ()


class PowerKind(msgspec.Struct, frozen=True):
    """One driver: its settings, how a bare switch is made of them, and which programs it needs."""

    settings: type[msgspec.Struct]
    switch: Callable[[PowerSettings, PowerPlace], Switch]
    programs: Callable[[PowerSettings], tuple[str, ...]] = _none


def _process(settings: PowerSettings, place: PowerPlace) -> Switch:
    assert isinstance(settings, ProcessSettings)
    name = f"process {Path(settings.command[0]).name}"
    return ProcessSwitch(CommandBody(name, settings, place.folder / "terminal-process.log"))


def _relay(settings: PowerSettings, _place: PowerPlace) -> Switch:
    assert isinstance(settings, SerialRelaySettings)
    return RelaySwitch(f"relay {settings.port} channel {settings.channel}", settings)


def _command(settings: PowerSettings, place: PowerPlace) -> Switch:
    assert isinstance(settings, CommandSettings)
    return CommandSwitch(f"power by {Path(settings.on[0]).name}", settings, place.tid)


def _http(settings: PowerSettings, _place: PowerPlace) -> Switch:
    assert isinstance(settings, HttpSettings)
    return HttpSwitch("power by HTTP", settings)


def _labgrid(settings: PowerSettings, _place: PowerPlace) -> Switch:
    assert isinstance(settings, LabgridSettings)
    if settings.place:
        return PlaceSwitch(f"place {settings.place}", settings)
    return LibrarySwitch(f"target {settings.target} of {settings.environment}", settings)


def _programs(settings: PowerSettings) -> tuple[str, ...]:
    match settings:
        case ProcessSettings():
            return settings.command[:1]
        case CommandSettings():
            return (*settings.on[:1], *settings.off[:1], *settings.ask[:1])
        case LabgridSettings(place=str(place)) if place:
            return settings.client[:1]
        case _:
            return ()


POWERS: dict[str, PowerKind] = {
    "process": PowerKind(ProcessSettings, _process, _programs),
    "serial_relay": PowerKind(SerialRelaySettings, _relay),
    "command": PowerKind(CommandSettings, _command, _programs),
    "http": PowerKind(HttpSettings, _http),
    "labgrid": PowerKind(LabgridSettings, _labgrid, _programs),
}


def power_settings(driver: str, settings: Mapping[str, object]) -> PowerSettings:
    """The checked settings of a driver; ``ValueError`` that says what is allowed where.

    >>> power_settings("serial_relay", {"port": "/dev/ttyUSB1"}).board
    ''
    """
    if driver not in POWERS:
        raise ValueError(NO_DRIVER.say(given=repr(driver), names=", ".join(POWERS)))
    try:
        checked: PowerSettings = msgspec.convert({**settings, "driver": driver}, PowerSettings)
    except msgspec.ValidationError as error:  # a cause is a check of our own, which says what is allowed
        words = str(error) if error.__cause__ else words_of(error, POWERS[driver].settings)
        raise ValueError(words) from None
    return checked


def driver_of(settings: PowerSettings) -> str:
    """The name of the driver that settings are for."""
    return next(name for name, kind in POWERS.items() if type(settings) is kind.settings)


def power_of(settings: PowerSettings, place: PowerPlace) -> PowerSupply:
    """The supply of checked settings; ``PowerError`` where it cannot be opened."""
    driver = driver_of(settings)
    return Supply(driver, POWERS[driver].switch(settings, place), settings.times, place.record)


def power_of_process(
    name: str, pid: Callable[[], int | None], start: Callable[[], None], record: Record = unrecorded,
    times: PowerTimes | None = None,
) -> Supply:
    """The supply of a process that somebody else starts: a virtual device of a bench."""
    return Supply("process", ProcessSwitch(GivenBody(name, pid, start), owned=False), times, record)
