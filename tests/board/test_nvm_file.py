"""The memory of a board as a file, and the block in front of it, byte by byte as its layout says."""

from __future__ import annotations

import zlib

import pytest

from hil.board.injection import OWN_AREA, Injection
from hil.board.nvm import SIZE, Nvm
from hil.control.bench_error import BenchError

KEY = bytes.fromhex("00112233445566778899AABBCCDDEEFF")


def injected() -> bytes:
    return Injection(
        tid="10000001", mid="898000000000001", merchant="商店" * 20, master_key=KEY, tpdu="6000030000",
        reply_timeout_ms=3_000, reversal_tries=3, reversal_idle_ms=1_000, clerk="01", password="0000",
        domestic_prefixes=("62", "9"), first_stan=999_998, offline_limit_fen=20_000, disabled=("refund",),
        sign_off_after_settlement=True).block()


def u32(block: bytes, at: int) -> int:
    return int.from_bytes(block[at:at + 4], "little")


def test_the_block_is_laid_out_as_the_firmware_reads_it():
    block = injected()
    assert block[:8] == b"DZBOARD1"
    assert (u32(block, 8), u32(block, 12)) == (1, len(block))
    assert block[16:24] == b"10000001"
    assert block[24:40] == b"898000000000001\0"
    assert block[40:80].rstrip(b"\0").decode() == "商店" * 6 + "商"  # whole characters, and a NUL
    assert block[80:85].hex() == "6000030000"
    assert (u32(block, 85), block[89:113]) == (16, KEY + bytes(8))
    assert (u32(block, 117), u32(block, 121), u32(block, 125)) == (3_000, 3, 1_000)
    assert (block[129:133], block[133:142]) == (b"01\0\0", b"0000\0\0\0\0\0")
    assert block[142:158] == b"62\0\0\0\0\0\0" + b"9\0\0\0\0\0\0\0"
    assert (u32(block, 206), u32(block, 210), u32(block, 214)) == (999_998, 1, 0)
    assert (u32(block, 218), u32(block, 222), u32(block, 226), u32(block, 230)) == (0, 20_000, 1 << 3, 1)
    assert u32(block, 234) == zlib.crc32(block[:234])


def test_a_key_is_never_shown():
    shown = repr(Injection(
        tid="10000001", mid="898000000000001", merchant="", master_key=KEY, tpdu="6000030000", reply_timeout_ms=1,
        reversal_tries=1, reversal_idle_ms=1, clerk="01", password="0000", domestic_prefixes=(), first_stan=1))
    assert "\\x11" not in shown
    assert "0000" not in shown.replace("10000001", "").replace("898000000000001", "")


def test_memory_is_wiped_put_back_and_damaged(tmp_path):
    nvm = Nvm(tmp_path / "nvm", b"block")
    assert (nvm.path.stat().st_size, nvm.written()) == (SIZE, OWN_AREA)
    with nvm.path.open("r+b") as file:
        file.seek(OWN_AREA + 7)
        file.write(b"\x80")
    assert nvm.written() == OWN_AREA + 8
    nvm.copy(tmp_path / "older")
    nvm.flip(OWN_AREA + 7, 0)
    assert nvm.path.read_bytes()[OWN_AREA + 7] == 0x81
    nvm.put_back(tmp_path / "older")
    assert nvm.path.read_bytes()[OWN_AREA + 7] == 0x80
    nvm.wipe()
    assert nvm.written() == OWN_AREA
    assert nvm.path.read_bytes()[:6] == b"block\0"


@pytest.mark.parametrize(("offset", "bit"), [(0, 0), (OWN_AREA - 1, 0), (SIZE, 0), (OWN_AREA, 8)])
def test_only_the_area_of_the_firmware_is_damaged(tmp_path, offset, bit):
    with pytest.raises(BenchError, match="in the area of the firmware"):
        Nvm(tmp_path / "nvm", b"").flip(offset, bit)


def test_what_is_no_copy_of_a_memory_is_not_put_back(tmp_path):
    (tmp_path / "other").write_bytes(b"x")
    with pytest.raises(BenchError, match="no copy of a board's memory"):
        Nvm(tmp_path / "nvm", b"").put_back(tmp_path / "other")
