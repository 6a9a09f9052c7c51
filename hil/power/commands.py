"""A command that switches: whatever turns power off and on and has a program for the command line.

Commands are lists of words, started without a shell.  What a bench knows stands in braces.
"""

from __future__ import annotations

import msgspec

from hil.control.errand import check_command, check_range, filled, run
from hil.power.power import Ability, PowerError
from hil.power.power_words import SAME_STATUS, STATUS
from hil.power.supply import PowerTimes

FACTS = ("tid", "act")
LONGEST_S = 600.0
SHORTEST_S = 0.01


class CommandSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver",
                      tag="command"):
    """``on = ["uhubctl", "-l", "1-1", "-a", "on"]``; with ``ask`` it tells whether it is on."""

    on: tuple[str, ...]
    off: tuple[str, ...]
    ask: tuple[str, ...] = ()
    status: int = 0  # of on and off, where it was done
    status_on: int = 0  # of ask
    status_off: int = 1
    within_s: float = 10.0
    times: PowerTimes = PowerTimes(least_off_ms=2_000)

    def __post_init__(self) -> None:
        check_command("on", self.on, FACTS)
        check_command("off", self.off, FACTS)
        if self.ask:
            check_command("ask", self.ask, FACTS)
            if self.status_on == self.status_off:
                raise ValueError(SAME_STATUS.say(given=self.status_on))
        check_range("within_s", self.within_s, SHORTEST_S, LONGEST_S)


class CommandSwitch:
    """A command for off, one for on, perhaps one that tells."""

    def __init__(self, name: str, settings: CommandSettings, tid: str) -> None:
        self.name = name
        self.can = frozenset({Ability.READ_BACK}) if settings.ask else frozenset[Ability]()
        self._settings = settings
        self._tid = tid

    def switch(self, *, on: bool) -> None:
        """Run the command for it."""
        settings = self._settings
        self._expect(settings.on if on else settings.off, "on" if on else "off", (settings.status,))

    def ask(self) -> bool | None:
        """What the command for it says by its status."""
        settings = self._settings
        if not settings.ask:
            return None
        return self._expect(settings.ask, "ask", (settings.status_on, settings.status_off)) == settings.status_on

    def hang(self) -> None:
        """No command can."""

    def resume(self) -> None:
        """No command can."""

    def close(self) -> None:
        """Nothing is held."""

    def _expect(self, words: tuple[str, ...], act: str, allowed: tuple[int, ...]) -> int:
        ended = run(self.name, filled(words, {"tid": self._tid, "act": act}), self._settings.within_s)
        if ended.status not in allowed:
            raise PowerError(STATUS.say(
                name=self.name, command=ended.command, status=ended.status, asked="/".join(map(str, allowed)),
                error=ended.words))
        return ended.status
