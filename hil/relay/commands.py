"""What a relay does when asked over its control port."""

from __future__ import annotations

from collections import Counter

from hil.control.bounds import BoundsError, check_toml
from hil.control.control import Answer, Command, ControlError, Done, Request
from hil.relay.fault_text import one_fault
from hil.relay.requests import (
    Heal,
    Injected,
    InjectFault,
    RelayReport,
    RelayStatus,
    SetLine,
    StopRelay,
)
from hil.relay.running import RunningRelay
from hil.relay.seen import Way
from hil.relay.stream_faults import LineState
from simulator.scenario.read import ScenarioError
from simulator.toml_reading import read_toml


class RelayCommands:
    """The table of commands of one relay."""

    def __init__(self, running: RunningRelay) -> None:
        self._running = running

    def table(self) -> dict[type[Request], Command]:
        """Every command."""
        return {
            RelayStatus: self._status, InjectFault: self._fault, SetLine: self._line,
            Heal: self._heal, StopRelay: self._stop,
        }

    def _status(self, _asked: RelayStatus, answer: Answer) -> None:
        running = self._running
        fates = Counter(running.fates)
        answer(RelayReport(
            terminals=running.relay.where, host=str(running.upstream),
            connections=running.relay.links, messages=fates.total(), fates=dict(fates),
            struck=dict(running.faults.struck),
            told={why.value: count for why, count in running.relay.told.items()},
            faults=running.faults.labels))

    def _fault(self, asked: InjectFault, answer: Answer) -> None:
        running = self._running
        try:
            check_toml(asked.toml)
            mode = str(read_toml(asked.toml).get("mode", ""))
            found = one_fault(
                asked.toml, running.env.clock_ms, f"{mode} live {len(running.faults.labels) + 1}",
                running.profile)
        except BoundsError as error:
            raise ControlError(str(error)) from error
        except ScenarioError as error:
            raise ControlError(str(error)) from error
        except ValueError as error:
            raise ControlError(f"no TOML: {error}") from error
        [rule] = found.rules
        if rule.label in running.faults.labels:
            raise ControlError(f"a fault with the label {rule.label!r} is there already")
        running.faults.add(found)
        answer(Injected(rule.label, rule.mode, bool(found.may_stay_away)))

    def _line(self, asked: SetLine, answer: Answer) -> None:
        self._running.relay.set_line(
            LineState(black_hole=asked.black_hole, latency_ms=asked.latency_ms,
                      jitter_ms=asked.jitter_ms, bytes_per_s=asked.bytes_per_s, slice=asked.slice),
            is_open=not asked.refuse, way=None if asked.way == "both" else Way(asked.way))
        answer(Done())

    def _heal(self, _asked: Heal, answer: Answer) -> None:
        self._running.faults.heal()
        answer(Done())

    def _stop(self, _asked: StopRelay, answer: Answer) -> None:
        answer(Done())
        self._running.env.stop("stop")
