"""Terminals that get downloads of tables and keys wrong."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.defect import Defect, instead
from simulator.machines.terminal import downloads
from simulator.machines.terminal.profile import OldList
from simulator.machines.terminal.work import TerminalTable, Work
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.tables import Table, TableRow
from simulator.wire.tables_numbered import LONGEST_ON_BLACK_LIST, Piece, read_black_list

# Has no keys from the moment at which it asks for new ones.


def _drop_first(_right: object, _w: Work, moment: OldList) -> bool:
    return moment is OldList.FIRST


# Ends the download of applications with the code of another one.


def _end_with_351(right: Callable[[Work, TableRow], Message], w: Work, row: TableRow) -> Message:
    message = right(w, row)
    if row.table is not Table.AID:
        return message
    return replace(message, network_code=w.sealer.dialect.kind[Kind.MASTER_KEY_END].network_code)


# Takes the three characters of the last number for BCD when it asks for the next one.


def _number_of_bcd(right: Callable[[int], int], at: int) -> int:
    number = right(at)
    if not number:
        return number
    characters = f"{number - 1:03}".encode("ascii")
    return (int(characters.hex()) + 1) % 1000


# Steps through the black list as if every number on it had 14 digits.


def _step_by_14(right: Callable[[bytes], Piece], private: bytes) -> Piece:
    piece = right(private)
    text, step = private.decode("ascii"), 2 + LONGEST_ON_BLACK_LIST
    places = (4 + step * number for number in range(len(piece.entries)))
    return replace(piece, entries=tuple(text[at:at + step] for at in places))


ROWS = (
    Defect("terminal.drops_keys_before_loading",
           "the old public keys are gone as soon as new ones are asked for",
           (), instead(TerminalTable, (downloads.drops_old, _drop_first)), "real terminals", recorded="no_keys",
           shown_by="defects/keys-renewed",
           zh="一请求新公钥，旧公钥就全部丢弃"),
    Defect("terminal.ends_aid_download_with_351",
           "the download of applications is ended with 351 instead of 381",
           (), instead(TerminalTable, (downloads.ending, _end_with_351)), "real terminals",
           recorded="download_ended_as_other", shown_by="tables-loaded",
           zh="应用参数下载以 351 而不是 381 结束"),
    Defect("terminal.black_list_count_as_bcd",
           "the number of the last black-list entry is read as BCD",
           (), instead(TerminalTable, (downloads.number_wanted, _number_of_bcd)), "real terminals",
           recorded="download_out_of_step", unmet=True, shown_by="tables-loaded",
           zh="黑名单最后一条的编号按 BCD 读取"),
    Defect("terminal.black_list_steps_of_14",
           "every black-list entry is taken to have 14 digits",
           (), instead(TerminalTable, (read_black_list, _step_by_14)), "real terminals", unmet=True,
           shown_by="tables-loaded",
           zh="每条黑名单都按 14 位数字处理"),
)
