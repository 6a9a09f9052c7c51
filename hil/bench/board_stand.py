"""A board on its stand: what it is injected with for one case, and its process as a power supply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from hil.bench.scenery import Scenery
from hil.benches.bench_file import BenchFile
from hil.board.board import Board, BoardPlace
from hil.board.injection import Injection
from hil.control.bench_error import BenchError
from hil.ports.ports import Address, parse_address
from hil.power.power import Record
from hil.power.powers import power_of_process
from hil.power.supply import PowerTimes, Supply

FIRST_STAN = "--first-stan"  # the one option of a virtual device that a board has a place for


class BoardStand:
    """One board, made for one case."""

    def __init__(
        self, scenery: Scenery, options: Sequence[str], folder: Path, line: Callable[[], Address],
        ahead_ms: Callable[[], int],
    ) -> None:
        """``BenchError`` where no board can run here."""
        bench, ecr = scenery.bench, scenery.bench.part.ecr
        assert scenery.firmware is not None
        self._tid = scenery.dut.tid
        self.board = Board(BoardPlace(
            folder=folder, firmware=scenery.firmware, injection=injection_of(bench, scenery, options),
            ecr=parse_address("127.0.0.1:0" if ecr is None else ecr.line.partition(":")[2]),
            host=line, ahead_ms=ahead_ms, boot_s=bench.part.limits.boot_ms / 1000))

    def power(self, record: Record) -> Supply:
        """Off is SIGKILL, hung is SIGSTOP."""
        return power_of_process(
            f"emulator of terminal {self._tid}", self.board.running_pid, self.board.power_on, record, PowerTimes(settle_ms=0))


def injection_of(bench: BenchFile, scenery: Scenery, options: Sequence[str]) -> Injection:
    """What the loader and the service menu write."""
    profile, dut = scenery.profile, scenery.dut
    if len(profile.clerks) > 1:
        raise BenchError("a board is injected with one clerk; its [device] settings name more")
    first_stan = profile.first_stan
    if FIRST_STAN in options:
        first_stan = int(options[list(options).index(FIRST_STAN) + 1])
    key = scenery.master_key(dut.tid)
    if key is None:
        raise BenchError(f"no master key of terminal {dut.tid} is known")
    return Injection(
        tid=dut.tid, mid=dut.mid, merchant=scenery.merchant, master_key=key,
        tpdu=scenery.dialect.tpdu, reply_timeout_ms=profile.reply_timeout_ms, reversal_tries=profile.reversal_tries,
        reversal_idle_ms=profile.reversal_idle_ms, clerk=bench.device.clerk, password=bench.device.password,
        domestic_prefixes=profile.domestic_prefixes, first_stan=first_stan, batch_limit=profile.batch_limit,
        offline_limit_fen=profile.offline_limit_fen, disabled=profile.disabled,
        sign_off_after_settlement=profile.sign_off_after_settlement)
