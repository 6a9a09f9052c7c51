"""Rules of sign-on, keys and what the host asks for in a reply.

Source: docs/unionpay.md (Frame, Keys, Downloads), rules 13 and 14 of the judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hil.checks.evidence import Evidence, Rule
from hil.checks.line import CLEARLY_HEARD, SIGN_ON, first_sent, heard_reply, requests
from hil.checks.results import NotReachedError, Reading, Wrong
from hil.relay.seen import SeenMessage, Way
from simulator.catalogue.language import Told
from simulator.wire.errors import WireError
from simulator.wire.kinds import Kind
from simulator.wire.tables import TABLES, Shape, Table, TableRow
from simulator.wire.tables_listed import INDEX, RID, Pairs, read_listing, read_tlv
from simulator.wire.tables_numbered import Piece, read_bins, read_black_list

NEW = frozenset({"0100", "0200"})
READERS: dict[Table, Callable[[bytes], Piece]] = {
    Table.BLACK_LIST: read_black_list, Table.BIN_B: read_bins, Table.BIN_C: read_bins,
}


def signs_on_before_next(name: str) -> Rule:
    """After the message of a disturbance no sale leaves before a sign-on."""
    def look(evidence: Evidence) -> Reading:
        struck = evidence.at(name)
        after = [each for each in requests(evidence.seen) if each.number > struck.number]
        sale = next((each for each in after if each.mti in NEW and each.stan != struck.stan), None)
        if sale is None:
            raise NotReachedError(Told("no further request came", "之后没有请求"))
        signed = any(each.kind == SIGN_ON and each.number < sale.number for each in after)
        wrong = () if signed else (Wrong(
            what=Told(f"{sale.mti} {sale.kind} {sale.stan:06} left, and no sign-on before it",
                      f"{sale.mti} {sale.kind} {sale.stan:06} 之前没有签到"),
            number=sale.number, money_fen=(sale.message.amount_fen or 0) if sale.message else 0),)
        return Reading(value="1" if signed else "0", limit=">= 1", wrong=wrong)

    return Rule("sign_ons", Told("sign-ons before the next request", "下一请求之前的签到次数"), "0800", look)


def has_keys_first() -> Rule:
    """No sealed request leaves before the first answered sign-on."""
    def look(evidence: Evidence) -> Reading:
        keys = next((
            each for each in evidence.seen
            if each.way is Way.DOWN and each.mti == "0810" and each.kind == SIGN_ON
            and each.response_code == "00" and each.fate in CLEARLY_HEARD), None)
        if keys is None:
            raise NotReachedError(Told("no sign-on was answered", "没有获应答的签到"))
        early = [each for each in first_sent(evidence.seen) if each.number < keys.number]
        return Reading(value=str(len(early)), limit="0", wrong=tuple(
            Wrong(what=Told(f"{each.mti} {each.kind} left before the terminal had keys",
                            f"终端尚无密钥即发出 {each.mti} {each.kind}"), number=each.number)
            for each in early))

    return Rule("before_keys", Told("requests before the first keys", "首次取得密钥之前的请求"), "msg", look)


def batch_is_the_hosts() -> Rule:
    """The batch number of requests is the one that the last answered sign-on gave, or follows it."""
    def look(evidence: Evidence) -> Reading:
        wrong = []
        batch = 0
        for each in evidence.seen:
            if each.way is Way.DOWN and each.kind == SIGN_ON and each.response_code == "00" and (
                each.fate in CLEARLY_HEARD
            ):
                batch = each.batch
            elif each.way is Way.UP and each.mti in NEW and batch and each.batch != batch:
                wrong.append(Wrong(
                    what=Told(f"{each.mti} is of batch {each.batch:06}; the sign-on gave {batch:06}",
                              f"{each.mti} 属批次 {each.batch:06}；签到给出的是 {batch:06}"), number=each.number))
            elif each.way is Way.UP and each.mti == "0500":
                batch = 0  # what follows a settlement is the settlement's business
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("batches_of_its_own", Told("requests of another batch than the host gave", "批次号与主机所给不符的请求"),
                "60.2", look)


# ---- what the host asks for ------------------------------------------------------------------


def comes_after(name: str, *kinds: Kind) -> Rule:
    """After the message of a disturbance the terminal asks for one of these by itself."""
    def look(evidence: Evidence) -> Reading:
        struck = evidence.at(name)
        codes = {kind.value for kind in kinds}
        asked = [each for each in requests(evidence.seen, *codes) if each.number > struck.number]
        wrong = () if asked else (Wrong(
            what=Told(f"the host asked for {kinds[0].value}, and the terminal did not act on it",
                      f"主机要求 {kinds[0].value}，终端没有执行"), number=struck.number),)
        return Reading(value=str(len(asked)), limit=">= 1", wrong=wrong)

    return Rule("asked_for", Told("requests for what the host wants loaded", "按主机要求发出的请求"), "msg", look)


def goes_on_after(name: str) -> Rule:
    """What the host asks for and nobody knows stops no trade."""
    def look(evidence: Evidence) -> Reading:
        struck = evidence.at(name)
        later = [each for each in first_sent(evidence.seen) if each.number > struck.number]
        wrong = () if later else (Wrong(
            what=Told("no sale came after a request of the host that is not known",
                      "主机提出未知要求之后不再交易"), number=struck.number),)
        return Reading(value=str(len(later)), limit=">= 1", wrong=wrong)

    return Rule("sales_after", Told("requests after it", "之后的请求"), "msg", look)


# ---- downloads -------------------------------------------------------------------------------


def download_is_whole(table: Table) -> Rule:
    """All that the host lists is asked for, and the end is this table's own."""
    row = TABLES[table]

    def look(evidence: Evidence) -> Reading:
        asked = [each for each in evidence.seen if each.way is Way.UP and each.kind in _kinds(row)]
        if not asked:
            raise NotReachedError(Told(f"nothing of {table.value} was asked for", f"没有请求下载 {table.value}"))
        wrong = [*_wrong_end(evidence, row, asked), *_left_out(evidence, row)]
        if row.shape is Shape.NUMBERED:
            wrong += _out_of_step(evidence, row)
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("download_steps_wrong", Told(f"steps of the download of {table.value} that are not right",
                                             f"{table.value} 下载中不正确的步骤"), "msg", look)


def _kinds(row: TableRow) -> set[str]:
    return {kind.value for kind in (row.listing, row.load, row.end) if kind is not None}


def _wrong_end(evidence: Evidence, row: TableRow, asked: list[SeenMessage]) -> Iterator[Wrong]:
    """The next management message behind the last load is the end of this table."""
    if row.end is None:
        return
    loads = [each for each in asked if each.kind == row.load.value and heard_reply(evidence.seen, each) is not None]
    if not loads:
        return
    last = loads[-1]
    after = [each for each in requests(evidence.seen) if each.number > last.number]
    end = next((each for each in after if each.mti in ("0800", "0820")), None)
    if end is None or end.kind != row.end.value:
        said = end.message.network_code if end is not None and end.message is not None else "-"
        yield Wrong(
            what=Told(f"the download of {row.table.value} ends with {said}, not as {row.end.value}",
                      f"{row.table.value} 下载以 {said} 结束，不是 {row.end.value}"),
            number=end.number if end is not None else last.number)


def _left_out(evidence: Evidence, row: TableRow) -> Iterator[Wrong]:
    """Every name of the last lists was asked for."""
    if row.listing is None or row.shape is not Shape.LISTED:
        return
    names: set[Pairs] = set()
    last = 0
    for each in requests(evidence.seen, row.listing.value):
        reply = heard_reply(evidence.seen, each)
        if reply is None or reply.message is None or each.message is None:
            continue
        try:
            listing = read_listing(reply.message.private or b"")
        except WireError:
            continue
        if (each.message.private or b"")[1:] == b"00":
            names, last = set(), each.number
        names |= {_name(pairs) for pairs in listing.names}
    asked = {
        _name(_pairs(each.message.private or b"")) for each in requests(evidence.seen, row.load.value)
        if each.message is not None and each.number > last}
    if missing := names - asked:
        yield Wrong(
            what=Told(f"{len(missing)} of {len(names)} entries of {row.table.value} were not asked for",
                      f"{row.table.value} 的 {len(names)} 项中有 {len(missing)} 项没有请求"), number=last)


def _name(pairs: Pairs) -> Pairs:
    """What names an entry, of what stands in a list or in a request."""
    return tuple((tag, value) for tag, value in pairs if tag in (RID, INDEX))


def _pairs(private: bytes) -> Pairs:
    try:
        return read_tlv(private)
    except WireError:
        return ()


def _out_of_step(evidence: Evidence, row: TableRow) -> Iterator[Wrong]:
    """Numbers follow on the last one that came; none is asked for after the last piece."""
    wanted = 0
    for each in requests(evidence.seen, row.load.value):
        said = (each.message.private or b"") if each.message is not None else b""
        number = int(said) if said.isdigit() else 0
        if number not in (wanted, 0):
            yield Wrong(
                what=Told(f"number {number:03} of {row.table.value} was asked for; {wanted:03} follows",
                          f"请求了 {row.table.value} 的第 {number:03} 号；应为 {wanted:03}"), number=each.number)
        reply = heard_reply(evidence.seen, each)
        if reply is None or reply.message is None:
            continue
        try:
            piece = READERS[row.table](reply.message.private or b"")
        except WireError:
            continue
        wanted = number + len(piece.entries) if piece.entries else wanted


def not_approved_before_renewal(step: str, hit: str) -> Rule:
    """What is asked for behind a sign-on that was struck is not approved, unless the terminal signed on once more first."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        last = max((each.number for each in evidence.struck.get(hit, ())), default=0)
        renewed = any(
            each.way is Way.DOWN and each.kind == Kind.SIGN_ON.value and each.response_code == "00"
            and each.number > last and each.at_ms <= done.ended_ms for each in evidence.seen)
        result = done.answer.result
        wrong = () if result != "approved" or renewed else (Wrong(
            what=Told(f"the till was told approved of {step}, and no sign-on came between",
                      f"{step} 告知收银成功，而其间没有签到"),
            number=last, money_fen=done.wish.amount_fen),)
        return Reading(value=result or "dark", limit="not approved without a sign-on", wrong=wrong)

    return Rule("till_told", Told(f"what the till was told of {step}", f"收银得知的 {step} 结果"), "result", look)
