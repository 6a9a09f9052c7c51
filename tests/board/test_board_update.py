"""New software in two slots: whole, cut, damaged on its way and in memory; and the batch that must outlive it."""

from __future__ import annotations

import msgspec
import pytest

from hil.bench.rig import Rig, RigSetting, open_rig
from hil.board.board import Board
from hil.board.package import Package, after
from hil.tills.ends import Told, Wish
from simulator.judge.verdict import Verdict
from simulator.wire.kinds import Kind
from tests.board.board_here import board_bench, needs_board

pytestmark = [pytest.mark.live, needs_board]
SHORT = {"reply_timeout": "2s", "reversal_idle": "300ms"}
OLD, NEW, NEWER = "31100000", "31200000", "31300000"
SLOT_B = 0x20000 + 32 + 0x40000  # where its head begins


@pytest.fixture(scope="module")
def bench():
    return board_bench()


class StopsAt7(Package):
    """A loader that breaks off."""

    def answers(self, shown: str) -> str | None:
        return None if shown == "PIECE 7" else super().answers(shown)


def board_of(rig: Rig) -> Board:
    assert rig.board is not None
    return rig.board


def updates(rig: Rig) -> Told:
    return rig.till.operate(Wish(kind=Kind.TMS_DOWNLOAD))


def sale(order: str) -> Wish:
    return Wish(kind=Kind.SALE, order=order, amount_fen=6_800)


def starts(rig: Rig) -> str:
    """Off and on: what it says when it is ready."""
    rig.power.off()
    rig.start()
    return [each.text for each in board_of(rig).screen.lines("D") if each.text.startswith("READY")][-1]


def test_each_update_takes_the_other_slot_and_outlives_power_cuts(bench, tmp_path):
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        assert rig.till.operate(sale("S1")).approved
        assert updates(rig).approved
        assert starts(rig) == f"READY {NEW} slot B"
        assert rig.till.operate(sale("S2")).approved
        assert updates(rig).approved
        assert starts(rig) == f"READY {NEWER} slot A"
        printed = [each.text for each in board_of(rig).screen.lines("P")]
        assert f"SOFTWARE {NEW}" in printed, "what the new table says is done"
        assert rig.finish(settle=True).verdict is Verdict.PASS


def test_a_package_that_fails_its_check_leaves_the_old_software(bench, tmp_path):
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        board_of(rig).loader = lambda version: msgspec.structs.replace(after(version), check=after(version).check ^ 1)
        assert starts(rig) == f"READY {OLD} slot A"
        told = updates(rig)
        assert (told.result, told.reason) == ("failed", "checksum")
        assert starts(rig) == f"READY {OLD} slot A"
        assert rig.till.operate(sale("S1")).approved
        assert rig.finish(settle=True).verdict is Verdict.PASS


def test_a_cut_among_the_pieces_boots_the_old_software_and_goes_on_where_it_was(bench, tmp_path):
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        assert rig.till.operate(sale("S1")).approved
        board = board_of(rig)
        board.loader = lambda version: StopsAt7(**msgspec.structs.asdict(after(version)))
        assert starts(rig) == f"READY {OLD} slot A"
        ticket = rig.till.begin(Wish(kind=Kind.TMS_DOWNLOAD))
        assert board.screen.wait("PIECE 7", 0, 20) is not None
        board.loader = after
        rig.power.off()
        assert not ticket.wait(20).approved
        assert starts(rig) == f"READY {OLD} slot A"
        before = board.screen.count
        assert updates(rig).approved
        asked = [each.text for each in board.screen.lines("D", before) if each.text.startswith("PIECE")]
        assert asked[0] == "PIECE 7"
        assert starts(rig) == f"READY {NEW} slot B"
        assert rig.finish(settle=True).verdict is Verdict.PASS


def test_a_slot_that_is_damaged_later_gives_way_to_the_old_one(bench, tmp_path):
    with open_rig(bench, RigSetting(folder=tmp_path, settings=SHORT, evidence=False)) as rig:
        rig.start()
        assert updates(rig).approved
        rig.power.off()
        board_of(rig).nvm.flip(SLOT_B + 32 + 900, 2)
        assert starts(rig) == f"READY {OLD} slot A"
        assert "SLOT B DAMAGED" in [each.text for each in board_of(rig).screen.lines("E")]
        assert rig.till.operate(sale("S1")).approved
        assert rig.finish(settle=True).verdict is Verdict.PASS
