"""A command that switches: whatever turns power off and on and has a program for the command line.

Commands are lists of words, started without a shell.  What a bench knows stands in braces.
"""

from __future__ import annotations

import re
import shlex
import subprocess

import msgspec

from hil.power.power import Ability, PowerError
from hil.power.power_words import EMPTY, NO_FACT, NO_PROGRAM, NO_RANGE, STATUS, TOO_LONG
from hil.power.supply import PowerTimes
from simulator.catalogue.system_words import system_words

FACTS = ("tid", "act")
LONGEST_S = 600.0
LAST_WORDS = 300
_FACT = re.compile(r"\{(\w*)\}")


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
        for field, words in (("on", self.on), ("off", self.off), ("ask", self.ask)):
            if (field != "ask" and not words) or (words and not words[0]):
                raise ValueError(EMPTY.say(field=field))
            for word in words:
                for name in _FACT.findall(word):
                    if name not in FACTS:
                        raise ValueError(NO_FACT.say(
                            given=f"{{{name}}}", field=field, names=", ".join(f"{{{each}}}" for each in FACTS)))
        if not 0 < self.within_s <= LONGEST_S:
            raise ValueError(NO_RANGE.say(field="within_s", given=self.within_s, least=0, most=LONGEST_S))
        if self.ask and self.status_on == self.status_off:
            raise ValueError(NO_RANGE.say(
                field="status_off", given=self.status_off, least=0, most=f"255, != {self.status_on}"))


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
        words = settings.on if on else settings.off
        self._expect(words, "on" if on else "off", (settings.status,))

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
        facts = {"tid": self._tid, "act": act}
        command = [_FACT.sub(lambda found: facts[found[1]], word) for word in words]
        shown = shlex.join(command)
        try:
            done = subprocess.run(  # noqa: S603 - the command of the bench file
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=self._settings.within_s, check=False)
        except subprocess.TimeoutExpired as error:
            raise PowerError(TOO_LONG.say(name=self.name, command=shown, within_s=self._settings.within_s)) from error
        except OSError as error:
            raise PowerError(NO_PROGRAM.say(
                name=self.name, program=command[0], error=system_words(error))) from error
        if done.returncode not in allowed:
            said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[-LAST_WORDS:]
            raise PowerError(STATUS.say(
                name=self.name, command=shown, status=done.returncode, asked="/".join(map(str, allowed)),
                error=said or "-"))
        return done.returncode
