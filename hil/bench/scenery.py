"""The scenario of one case and the bench's terminal in it, checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterable

from hil.bench.rig_setting import Dut, RigSetting
from hil.benches.bench_file import BenchFile
from hil.benches.bench_scenario import dut_tid, scenario_text
from hil.board.defects import board_defects, firmware_of
from hil.control.bench_error import BenchError
from hil.control.live_process import wall_ms
from hil.device.ecr_defects import is_of_device
from hil.relay.session_keys import MasterKey
from simulator.machines.terminal.profile import Card
from simulator.scenario.acquirer_dialect import dialect_of
from simulator.scenario.key_file import keys_of
from simulator.scenario.places import places_of
from simulator.scenario.read import load_scenario
from simulator.version import own_version
from simulator.wire.dialect import Dialect
from simulator.world.people.card_deck import deck_of

SCENARIO = "scenario.toml"


class Scenery:
    """What stands around a terminal in one case."""

    def __init__(self, bench: BenchFile, setting: RigSetting) -> None:
        """Write the scenario into the case's folder, and read it as its processes will."""
        setting.folder.mkdir(parents=True, exist_ok=True)
        self.path = setting.folder / SCENARIO
        text = scenario_text(bench, setting.scenario, setting.settings, wall_ms())
        self.path.write_text(text, "utf-8")
        tid = dut_tid(bench, text, str(self.path))
        self.scenario = load_scenario(self.path)
        places = places_of(self.scenario)
        self.bench = bench
        mid, self.merchant, self.profile = next(
            (shop.mid, shop.merchant.name, each.profile) for shop in places.merchants for each in shop.terminals if each.tid == tid)
        self._deck = deck_of(self.scenario, places.pan_prefixes)
        self._cards = {
            part.name: self._deck.name(part, number) for number, part in enumerate(self.scenario.cards)}
        ours = [name for name in setting.defects if _is_of_terminal(bench, name)]
        self.host_options = _options(name for name in setting.defects if name not in ours)
        self.device_options = () if bench.is_board else (*setting.options, *_options(ours), *_line_options(bench))
        self.firmware = firmware_of(bench.firmware, ours) if bench.is_board else None
        self.dut = Dut(
            tid=tid, mid=mid, kind=bench.device.kind, name=bench.device.name,
            firmware=bench.device.firmware or (f"daozhang {own_version()}" if bench.is_virtual else ""),
            serial_number=bench.device.serial_number,
        )
        keys = keys_of(self.scenario)
        self.dialect: Dialect = dialect_of(self.scenario.acquirer)
        self.master_key: MasterKey = lambda tid: keys.key_of(tid).octets

    def at_reader(self, name: str, fen: int) -> Card:
        """A named card, as it meets a terminal that takes this sum; ``BenchError`` where there is none."""
        if name not in self._cards:
            raise BenchError(f"no card {name!r} in this scenario; there are: {', '.join(self._cards) or 'none'}")
        return self._deck.at_reader(self._cards[name], fen)


def _is_of_terminal(bench: BenchFile, name: str) -> bool:
    """Whether a defect is built into the terminal: of a board, into its firmware."""
    return name in board_defects() if bench.is_board else is_of_device(name)


def _line_options(bench: BenchFile) -> tuple[str, ...]:
    """How a virtual device comes to the line, and where it waits for its till."""
    ecr = bench.part.ecr
    tls = ("--tls",) if bench.part.end.listen.startswith("tls:") else ()
    return tls if ecr is None else (*tls, "--ecr", f"{ecr.profile_at(bench.path.parent)}@{ecr.line}")


def _options(defects: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for name in defects for word in ("--defect", name))
