"""What a soak is asked for, and the bench it wants: a virtual device begins where its numbers soon wrap."""

from __future__ import annotations

from pathlib import Path

import msgspec

from hil.bench.rig_setting import RigSetting
from hil.benches.bench_file import BenchFile
from hil.benches.bench_scenario import scenario_text
from hil.benches.toml_text import toml_text
from hil.control.live_process import wall_ms
from simulator.toml_reading import read_toml

WAITS = {"reply_timeout": "1500ms", "reversal_idle": "300ms", "offline_limit": "1000.00"}  # of a virtual terminal
LAST_NUMBER = 999_999  # of trace numbers and of batches; 1 follows
WRAPS_AFTER = 100  # trace numbers at most


class SoakAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done for how long."""

    bench: BenchFile
    folder: Path
    sales: int = 0  # operations; 0: until the hours are over
    hours: float = 0.0
    seed: int = 1
    defects: tuple[str, ...] = ()
    troubled: bool = True  # small faults and windows


def setting_of(asked: SoakAsked) -> RigSetting:
    """Of its rig."""
    setting = RigSetting(folder=asked.folder, defects=asked.defects, seed=asked.seed)
    if not asked.bench.is_fresh:
        return setting
    return msgspec.structs.replace(
        setting, settings=asked.bench.taken(WAITS), options=("--first-stan", f"{first_stan(asked.sales)}"),
        scenario=_with_the_last_batch(asked.bench))


def first_stan(sales: int) -> int:
    """Where trace numbers begin, so that they wrap within the soak.

    >>> first_stan(5_000), first_stan(20), first_stan(1), first_stan(0)
    (999900, 999990, 999999, 999900)
    """
    return LAST_NUMBER + 1 - (min(WRAPS_AFTER, max(1, sales // 2)) if sales else WRAPS_AFTER)


def _with_the_last_batch(bench: BenchFile) -> str:
    """The bench's scenario with a host that begins at the last batch: the first settlement wraps."""
    scenario = read_toml(scenario_text(bench, None, {}, wall_ms()))
    scenario["acquirer"] = {**scenario.get("acquirer", {}), "first_batch": LAST_NUMBER}
    return toml_text(scenario)
