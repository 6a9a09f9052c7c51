"""A power supply behind HTTP: a network socket, a smart plug, a rig's own service."""

from __future__ import annotations

import os

import msgspec

from hil.control.errand import check_range
from hil.control.outside_words import NO_VARIABLE
from hil.control.web import Method, fetch, refuse_url
from hil.power.power import Ability, PowerError
from hil.power.power_words import HTTP_STATUS, HTTP_UNCLEAR, UNCLEAR
from hil.power.supply import PowerTimes

LONGEST_S = 120.0
SHORTEST_S = 0.01
SHOWN = 80


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver",
                   tag="http"):
    """A URL for on, one for off, perhaps one whose answer tells which it is."""

    on: str
    off: str
    ask: str = ""
    says_on: str = ""  # what stands in the answer to ask
    says_off: str = ""
    method: Method = "GET"
    status: int = 200
    within_s: float = 5.0
    hosts: tuple[str, ...] = ()  # that may be reached beside this computer
    authorization_from: str = ""  # the environment variable that holds the header Authorization
    times: PowerTimes = PowerTimes(least_off_ms=2_000)

    def __post_init__(self) -> None:
        for url in (self.on, self.off, *([self.ask] if self.ask else [])):
            refuse_url(url, self.hosts)
        if len({bool(each) for each in (self.ask, self.says_on, self.says_off)}) != 1 or (
                self.ask and self.says_on == self.says_off):
            raise ValueError(UNCLEAR.say())
        check_range("within_s", self.within_s, SHORTEST_S, LONGEST_S)
        check_range("status", self.status, 100, 599)


class HttpSwitch:
    """Requests for off, on, and which it is."""

    def __init__(self, name: str, settings: HttpSettings) -> None:
        """``PowerError`` where the environment lacks what the settings name."""
        self.name = name
        self.can = frozenset({Ability.READ_BACK}) if settings.ask else frozenset[Ability]()
        self._settings = settings
        self._headers: dict[str, str] = {}
        if variable := settings.authorization_from:
            if variable not in os.environ:
                raise PowerError(f"{name}: {NO_VARIABLE.say(given=variable, field='authorization_from')}")
            self._headers["Authorization"] = os.environ[variable]

    def switch(self, *, on: bool) -> None:
        """Ask for it."""
        self._text(self._settings.on if on else self._settings.off, self._settings.method)

    def ask(self) -> bool | None:
        """What the answer says."""
        settings = self._settings
        if not settings.ask:
            return None
        text = self._text(settings.ask, "GET")
        on, off = settings.says_on in text, settings.says_off in text
        if on and off:  # one is a part of the other: the longer one was meant
            on = len(settings.says_on) > len(settings.says_off)
        elif not on and not off:
            raise PowerError(HTTP_UNCLEAR.say(
                name=self.name, url=settings.ask, on=repr(settings.says_on), off=repr(settings.says_off),
                heard=repr(text[:SHOWN])))
        return on

    def hang(self) -> None:
        """No socket can."""

    def resume(self) -> None:
        """No socket can."""

    def close(self) -> None:
        """Nothing is held."""

    def _text(self, url: str, method: Method) -> str:
        settings = self._settings
        answer = fetch(self.name, url, method, settings.within_s, headers=self._headers)
        if answer.status != settings.status:
            raise PowerError(HTTP_STATUS.say(name=self.name, url=url, status=answer.status, asked=settings.status))
        return answer.body.decode("utf-8", "replace")
