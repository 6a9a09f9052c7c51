"""The power switches that labgrid knows: through its client, or through its library in this process.

The client may live in an environment of its own, and that is the way to take: labgrid brings a fork of
pyserial that overwrites the one our ports stand on.  The library is imported when it is asked for and
not before, and refused where the fork's files are in pyserial's place.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import msgspec

from hil.control.errand import Ended, check_command, check_range, run
from hil.control.serial_owner import serial_owner
from hil.power.power import Ability, PowerError
from hil.power.power_words import (
    LABGRID_ABSENT,
    LABGRID_FAILED,
    LABGRID_FORK,
    LABGRID_SAID,
    LABGRID_TWO_WAYS,
    LABGRID_WAY,
    STATUS,
)
from hil.power.supply import PowerTimes

LONGEST_S = 600.0
SHORTEST_S = 0.1
_STATE = re.compile(r"^power\b.* is (on|off)\s*$", re.MULTILINE)
_HAVE = "You have already acquired place"
LIBRARY = "labgrid"
PROTOCOL = "PowerProtocol"


class LabgridSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver",
                      tag="labgrid"):
    """A ``place`` of a coordinator, or an ``environment`` file with a ``target``."""

    place: str = ""
    coordinator: str = ""  # HOST:PORT; "" as the client finds it
    client: tuple[str, ...] = ("labgrid-client",)  # the program, in an environment of its own
    environment: str = ""  # a file of labgrid's
    target: str = "main"
    switch: str = ""  # the name of the power driver or resource, where there are more
    acquire: bool = True  # the place, for as long as the bench has it
    tells: bool = False  # whether its switch can be asked how it stands
    within_s: float = 30.0
    times: PowerTimes = PowerTimes(least_off_ms=2_000)

    def __post_init__(self) -> None:
        if bool(self.place) == bool(self.environment):
            raise ValueError(LABGRID_WAY.say())
        if self.environment and (self.coordinator or not self.acquire or self.client != ("labgrid-client",)):
            raise ValueError(LABGRID_TWO_WAYS.say())
        check_command("client", self.client, ())
        check_range("within_s", self.within_s, SHORTEST_S, LONGEST_S)


class PlaceSwitch:
    """The power of a place, by labgrid's client.  The place is acquired first, unless this user has it already."""

    def __init__(self, name: str, settings: LabgridSettings) -> None:
        """``PowerError`` where somebody else has the place."""
        self.name = name
        self.can = frozenset({Ability.READ_BACK}) if settings.tells else frozenset[Ability]()
        self._settings = settings
        self._acquired = settings.acquire and self._acquire()

    def switch(self, *, on: bool) -> None:
        """``labgrid-client power on`` or ``off``."""
        self._client("on" if on else "off")

    def ask(self) -> bool | None:
        """``labgrid-client power get``."""
        if not self._settings.tells:
            return None
        text = self._client("get")
        found = _STATE.search(text)
        if found is None:
            raise PowerError(LABGRID_SAID.say(name=self.name, heard=repr(text[:80])))
        return found[1] == "on"

    def hang(self) -> None:
        """No place can."""

    def resume(self) -> None:
        """No place can."""

    def close(self) -> None:
        """Release the place that was acquired here."""
        if self._acquired:
            self._acquired = False
            self._done(self._run("release"))

    def _acquire(self) -> bool:
        """Whether it was acquired now; a place that this user had before is left to him in the end."""
        ended = self._run("acquire")
        if ended.status and _HAVE in ended.words:
            return False
        self._done(ended)
        return True

    def _client(self, act: str) -> str:
        switch = self._settings.switch
        return self._done(self._run("power", act, *(["--name", switch] if switch else [])))

    def _run(self, *what: str) -> Ended:
        return run(self.name, [*client_words(self._settings), *what], self._settings.within_s)

    def _done(self, ended: Ended) -> str:
        if ended.status:
            raise PowerError(STATUS.say(
                name=self.name, command=ended.command, status=ended.status, asked=0, error=ended.words))
        return ended.output.decode("utf-8", "replace")


def client_words(settings: LabgridSettings) -> list[str]:
    """The client's command line up to what it is to do."""
    coordinator = ["-x", settings.coordinator] if settings.coordinator else []
    return [*settings.client, *coordinator, "-p", settings.place]


class _Driver(Protocol):
    """What labgrid calls PowerProtocol."""

    def on(self) -> object:
        """Turn on."""

    def off(self) -> object:
        """Turn off."""

    def get(self) -> object:
        """Whether it is on; not every driver has it."""


class LibrarySwitch:
    """A power driver of a labgrid environment, in this process."""

    def __init__(self, name: str, settings: LabgridSettings) -> None:
        """``PowerError`` where labgrid is absent, or has overwritten what our ports stand on."""
        self.name = name
        self.can = frozenset({Ability.READ_BACK}) if settings.tells else frozenset[Ability]()
        if LIBRARY not in sys.modules and find_spec(LIBRARY) is None:
            raise PowerError(LABGRID_ABSENT.say(name=name))
        owner = serial_owner()
        if not owner.is_pyserial:
            raise PowerError(LABGRID_FORK.say(name=name, files=", ".join(owner.changed[:2]) or "serial"))
        try:
            self._environment = import_module(LIBRARY).Environment(settings.environment)
            self._target = self._environment.get_target(settings.target)
            self._driver: _Driver = self._target.get_driver(PROTOCOL, name=settings.switch or None)
        except Exception as error:  # whatever labgrid or its drivers raise
            raise self._failed("get_driver", error) from error

    def switch(self, *, on: bool) -> None:
        """Ask the driver."""
        try:
            if on:
                self._driver.on()
            else:
                self._driver.off()
        except Exception as error:
            raise self._failed("on" if on else "off", error) from error

    def ask(self) -> bool | None:
        """Ask the driver."""
        if Ability.READ_BACK not in self.can:
            return None
        try:
            return bool(self._driver.get())
        except Exception as error:
            raise self._failed("get", error) from error

    def hang(self) -> None:
        """No driver can."""

    def resume(self) -> None:
        """No driver can."""

    def close(self) -> None:
        """Let go of the environment's resources."""
        try:
            self._environment.cleanup()
        except Exception as error:
            raise self._failed("cleanup", error) from error

    def _failed(self, act: str, error: Exception) -> PowerError:
        return PowerError(LABGRID_FAILED.say(
            name=self.name, act=act, error=f"{type(error).__name__}: {error}".splitlines()[0]))
