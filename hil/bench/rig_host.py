"""The host of a rig: what can be done to the acquirer of a case, and to the calendar around it."""

from __future__ import annotations

from hil.bench.virtual_bench import VirtualBench
from hil.host.requests import Heal, HostReport
from hil.processes.trouble import Trouble
from hil.tills.ends import Wish
from simulator.trace.records import AnyRecord


class HostSide:
    """The acquirer of a case, and what is around it."""

    def __init__(self, bench: VirtualBench) -> None:
        self._bench = bench

    def fault(self, toml: str) -> None:
        """A fault from now on, as in a scenario."""
        self._bench.fault(toml)

    def unstruck(self) -> tuple[str, ...]:
        """The modes of added faults that have had no effect so far, without those that may stay away."""
        return self._bench.unstruck()

    def action(self, toml: str) -> None:
        """A documented remedy now, as in a scenario."""
        self._bench.action(toml)

    def pause(self, merchant: str) -> None:
        """A merchant stops selling: nobody sells here but whoever drives the bench."""
        self._bench.pause(merchant)

    def write_down(self, record: AnyRecord) -> None:
        """Something that whoever drives the bench planned or did."""
        self._bench.write_down(record)

    def must_refuse(self, tid: str, wish: Wish, why: str) -> None:
        """When a virtual terminal is asked this next it must refuse it."""
        self._bench.must_refuse(tid, wish, why)

    def jump(self, *, to: str | None = None, by_ms: int | None = None) -> int:
        """The calendar of host and virtual device jumps; by how many milliseconds."""
        return self._bench.jump(to=to, by_ms=by_ms)

    def pay_out(self) -> None:
        """Jump over the next cut-over and on until every payout has ended."""
        self._bench.pay_out()

    def report(self) -> HostReport:
        """How the host stands."""
        return self._bench.report()

    def balances(self) -> dict[str, int]:
        """The ledger: accounts and their fen."""
        return self._bench.balances()

    def heal(self) -> None:
        """All faults end."""
        self._bench.host.do(Heal())

    def drain(self) -> None:
        """The last phase: wait until all has come to rest."""
        self._bench.drain()

    @property
    def is_running(self) -> bool:
        """Whether its process has not ended."""
        return self._bench.host.is_running()

    def trouble(self) -> Trouble | None:
        """What befell its process that nobody here asked for."""
        return self._bench.host.trouble()

    def crash(self) -> None:
        """SIGKILL, now."""
        self._bench.crash_host()

    def restart(self) -> None:
        """A new process on the same state and the same port."""
        self._bench.restart_host()
