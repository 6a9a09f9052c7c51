"""What a live host does when asked over its control port."""

from __future__ import annotations

import re

from hil.clock.live_clock import jump_trouble
from hil.control.control import Answer, Command, ControlError, Done, Request
from hil.host.additions import Additions
from hil.host.host import Host
from hil.host.requests import (
    Announce,
    Balances,
    Crash,
    Drain,
    Heal,
    HostReport,
    HostStatus,
    Injected,
    InjectFault,
    JumpCalendar,
    Jumped,
    Ledger,
    Pending,
    StopHost,
    TakeAction,
)
from simulator.local_time import DAY_MS, MINUTE_MS, date_at, midnight_ms
from simulator.wire.identifiers import listed

MOST_NAMED = 40
_DEVICE = re.compile(r"[A-Za-z][A-Za-z .-]{0,39}")
JUST_AFTER_MS = MINUTE_MS  # time for what the moment sets off: banks that answer, notices


class HostCommands:
    """The table of commands of one host."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._additions = Additions(
            host.world, host.faults, host.source, lambda: host.env.clock_ms, host.fault_log.add)

    def table(self) -> dict[type[Request], Command]:
        """Every command."""
        return {
            HostStatus: self._status, Balances: self._balances, JumpCalendar: self._jump,
            InjectFault: self._fault, TakeAction: self._action, Heal: self._heal,
            Announce: self._announce, Drain: self._drain, Crash: self._crash, StopHost: self._stop,
        }

    def _status(self, _asked: HostStatus, answer: Answer) -> None:
        host = self._host
        world = host.world
        host.state.commit()
        answer(HostReport(
            title=world.scenario.title, phase=host.phase, now_ms=host.env.clock_ms,
            ahead_ms=host.ahead_ms, connected=host.listener.connected,
            terminals=tuple(
                (terminal.tid, placed.mid, placed.merchant.name)
                for placed in world.places.merchants for terminal in placed.terminals
            ),
            outside=tuple(tid for tid in world.links if tid in host.outside),
            serving=sum(
                not counter.idle for shop in world.shops.values()
                for counter in shop.counters.values()),
            open_items=len(world.house.clearing.open_items()),
            waits_for_clearing=world.house.clearing.ready(),
            pending=tuple(
                Pending(each.actor, each.what, each.tid, each.batch, each.stan, each.detail)
                for each in world.pending()
            ),
            effects_done=host.faults.effects_done,
            worst_lateness_ms=host.env.worst_lateness_ms,
        ))

    def _balances(self, _asked: Balances, answer: Answer) -> None:
        answer(Ledger(tuple(self._host.world.ledger.balances())))

    def _jump(self, asked: JumpCalendar, answer: Answer) -> None:
        if (asked.by_ms is None) == (asked.to is None):
            raise ControlError('jump takes either by_ms or to ("cut_over", "payout"), one of the two')
        by_ms = asked.by_ms if asked.by_ms is not None else self._distance_ms(asked.to or "")
        host = self._host
        if why := jump_trouble(host.env.clock_ms, by_ms):
            raise ControlError(why)
        if host.jump.is_under_way:
            raise ControlError("a jump is under way: ask again when it has been answered")
        host.jump.begin(by_ms, lambda: self._jumped(by_ms, answer))

    def _jumped(self, by_ms: int, answer: Answer) -> None:
        self._host.state.commit()
        answer(Jumped(by_ms, self._host.env.clock_ms))

    def _distance_ms(self, to: str) -> int:
        world, now = self._host.world, self._host.env.clock_ms
        if to == "payout":
            due_ms = world.house.paymaster.payouts.deadline_ms
            if due_ms is None:
                raise ControlError("no payout is planned")
            return max(0, due_ms - now) + JUST_AFTER_MS
        cut_over_ms = midnight_ms(date_at(now)) + world.scenario.acquirer.cut_over_ms
        while cut_over_ms <= now:
            cut_over_ms += DAY_MS
        return cut_over_ms - now + JUST_AFTER_MS

    def _fault(self, asked: InjectFault, answer: Answer) -> None:
        if self._host.phase != "faults":
            raise ControlError("all faults have ended (heal); start another run")
        fault = self._additions.fault(asked.toml)
        self._host.state.commit()  # what was acknowledged is there after a crash
        answer(Injected(fault.label, fault.mode, fault.may_stay_away))

    def _action(self, asked: TakeAction, answer: Answer) -> None:
        self._additions.action(asked.toml)
        self._host.state.commit()
        answer(Done())

    def _announce(self, asked: Announce, answer: Answer) -> None:
        host = self._host
        if asked.tid not in host.outside:
            raise ControlError(
                "announce: no terminal outside has this TID; allowed: "
                + listed(sorted(host.outside), MOST_NAMED))
        if not _DEVICE.fullmatch(asked.device):
            raise ControlError("announce: device is 1 to 40 letters, blanks, dots and hyphens; "
                               "no number of a card or a device belongs there")
        placed, terminal = next(
            (placed, terminal) for placed in host.world.places.merchants
            for terminal in placed.terminals if terminal.tid == asked.tid)
        host.world.introduce_terminal(placed, terminal, asked.device)
        host.state.commit()
        answer(Done())

    def _heal(self, _asked: Heal, answer: Answer) -> None:
        self._host.enter("heal")
        self._host.world.heal()
        self._host.state.commit()
        answer(Done())

    def _drain(self, _asked: Drain, answer: Answer) -> None:
        self._host.enter("drain")
        self._host.state.commit()
        answer(Done())

    def _crash(self, asked: Crash, answer: Answer) -> None:
        self._host.faults.arm(asked)
        answer(Done())

    def _stop(self, _asked: StopHost, answer: Answer) -> None:
        host = self._host
        host.end()
        host.state.commit()
        answer(Done())
        host.env.stop("stop")

