"""Tables from host to terminal: every message of them, cut and lost anywhere, and never half believed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from acquirer_bench import MID, SETTINGS, TID, HostBench
from download_facts import AID_NAME, KEY, KEY_NAME
from msgspec.structs import replace
from paired_bench import HostAtTheEnd
from terminal_bench import CARD, Bench

from simulator.machines.acquirer.events import DownloadDemanded
from simulator.machines.terminal.events import Operated, Result
from simulator.machines.terminal.profile import (
    DOWNLOAD_PLANS,
    Card,
    DownloadPlan,
    OldList,
    TerminalProfile,
)
from simulator.machines.terminal.records import TableEnded, TableLoaded
from simulator.scenario.table_files import library_named
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import DOWNLOADS, Kind
from simulator.wire.message import Message
from simulator.wire.tables import TABLES, Table
from simulator.wire.tables_listed import format_tlv, name_of, read_tlv

LIBRARY = library_named("test-tables")
OTHER_KEY = KEY.replace(bytes.fromhex("9F220101"), bytes.fromhex("9F220177"))
SMALL = DownloadPlan(tables=(Table.AID, Table.BLACK_LIST, Table.CONTACTLESS))
SOURCE = {  # what each table must hold in the end
    **{table: tuple(format_tlv(data) for data in LIBRARY.listed[table])
       for table in (Table.CAPK, Table.AID)},
    **{table: tuple(entry.encode() for entry in LIBRARY.numbered[table])
       for table in (Table.BLACK_LIST, Table.BIN_B, Table.BIN_C)},
    **{table: (LIBRARY.whole[table],)
       for table in (Table.CONTACTLESS, Table.PARAMETERS, Table.TMS)},
}


def with_host(
    plan: DownloadPlan, *, most: int = 0, cut: int = -1, lost: int = -1,
    profile: TerminalProfile | None = None,
) -> tuple[Bench, HostBench]:
    """A terminal of a plan at the real host, not signed on yet."""
    host = HostBench(settings=replace(SETTINGS, library=replace(LIBRARY, most_in_message=most)))
    bench = Bench(profile=replace(profile or TerminalProfile(), download=plan), cut=cut, lost=lost)
    bench.host = HostAtTheEnd(host)  # type: ignore[assignment]
    return bench, host


def codes(bench: Bench) -> list[str]:
    return [send.message.network_code for send in bench.sent if send.kind in DOWNLOADS]


def settled(bench: Bench) -> None:
    """Until nothing is under way any more; sign on again as often as it takes."""
    bench.cut = bench.lost = -1
    for _ in range(6):
        bench.rest(60)
        if set(SMALL.tables) <= set(bench.terminal.memory.tables):
            return
        bench.sign_on()


# ---- a right download ------------------------------------------------------------------------


def test_a_chip_terminal_asks_for_each_table_after_its_first_sign_on():
    bench, host = with_host(DOWNLOAD_PLANS["chip"])
    assert bench.sign_on().result is Result.APPROVED
    # 25 keys: 22 names of 23 bytes fit behind the flag into 512 bytes.  40 entries of the black
    # list: 2 + 14, 10 and 12 digits in turn; 66 BINs of 8 bytes, 63 fit behind four.
    assert codes(bench) == [
        "372", "372", *["370"] * 25, "371", "382", *["380"] * 11, "381", "394", "395",
        "390", "390", "391", "396", "396", "397", "398", "399",
    ]
    memory = bench.terminal.memory
    keys = [data for data in LIBRARY.listed[Table.CAPK] if dict(data)["DF07"] == b"\x01"]
    assert memory.tables[Table.CAPK] == tuple(map(format_tlv, keys))
    for table in DOWNLOAD_PLANS["chip"].tables[1:]:
        assert memory.tables[table] == SOURCE[table], table
    assert host.alarms == []
    before = len(bench.sent)
    bench.sign_on()
    bench.rest()
    assert [send.kind for send in bench.sent[before:]] == [Kind.SIGN_ON]


def test_no_message_of_a_download_has_a_trace_number_a_mac_or_more_than_it_needs():
    bench, _host = with_host(DOWNLOAD_PLANS["chip"])
    bench.sign_on()
    for send in bench.sent:
        if send.kind in DOWNLOADS:
            message = send.message
            assert (message.stan, message.mac, message.capability) == (None, None, "")
            assert (message.tid, message.mid, message.type_code) == (TID, MID, "00")
            assert (message.private is None) is (message.network_code in {
                "371", "381", "391", "394", "395", "397", "399"})
    queries = [send.message.private for send in bench.sent if send.message.network_code == "372"]
    assert queries == [b"100", b"122"]
    numbers = [send.message.private for send in bench.sent if send.message.network_code == "390"]
    assert numbers[0] == b"000"


def test_a_fleet_terminal_asks_for_nothing():
    bench, _host = with_host(DOWNLOAD_PLANS["none"])
    bench.sign_on()
    bench.sell("sale", 100)
    bench.rest()
    assert bench.mtis() == ["0800", "0200"]


@pytest.mark.parametrize(("family", "order"), [
    ("family-l", [Table.AID, Table.CAPK]),
    ("family-p", [Table.PARAMETERS, Table.CAPK, Table.AID, Table.BLACK_LIST]),
    ("family-m", [Table.AID, Table.CAPK, Table.CONTACTLESS]),
    ("family-c", [Table.CAPK, Table.AID, Table.PARAMETERS, Table.CONTACTLESS, Table.BIN_B,
                  Table.BIN_C]),
])
def test_each_family_loads_its_tables_in_its_order(family, order):
    bench, host = with_host(DOWNLOAD_PLANS[family])
    bench.sign_on()
    assert [each.table for each in bench.records if isinstance(each, TableEnded)] == order
    assert host.alarms == []


def test_a_customer_goes_between_two_messages_of_a_download():
    bench, host = with_host(DOWNLOAD_PLANS["none"])
    bench.sign_on()
    waiting = Operated(kind=Kind.SALE, order="waits", amount_fen=200, card=CARD)
    answer = bench.host.answer

    def ask_meanwhile(request: Message) -> Message | None:
        reply = answer(request)
        if request.network_code == "380" and codes(bench).count("380") == 3:
            assert bench.terminal.handle(waiting, bench.now_ms) == []
        return reply

    bench.host.answer = ask_meanwhile  # type: ignore[method-assign]
    host.perform(DownloadDemanded(TID, "5"))
    bench.sell("first", 100)
    sent = [send.message.network_code for send in bench.sent]
    assert sent == ["003", "000", "382", *["380"] * 3, "000", *["380"] * 8, "381"]
    assert bench.result_of("waits") is Result.APPROVED
    assert bench.terminal.memory.tables[Table.AID] == SOURCE[Table.AID]


@pytest.mark.parametrize("most", [1, 2, 5])
def test_however_few_entries_a_message_holds_the_table_is_the_same(most):
    bench, host = with_host(DOWNLOAD_PLANS["chip"], most=most)
    bench.sign_on()
    for table in DOWNLOAD_PLANS["chip"].tables[1:]:
        assert bench.terminal.memory.tables[table] == SOURCE[table], table
    assert codes(bench).count("390") == -(-40 // most)
    assert host.alarms == []


# ---- cut and lost ----------------------------------------------------------------------------

PLANS = {
    f"{old.value}-{'resumes' if resumes else 'anew'}": DownloadPlan(
        tables=SMALL.tables, old_list=old, resumes=resumes)
    for old in OldList for resumes in (True, False)
}


def is_half(bench: Bench) -> list[Table]:
    """Tables that the terminal takes for whole and that are not."""
    tables = bench.terminal.memory.tables
    return [table for table, entries in tables.items() if entries != SOURCE[table]]


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_cut_at_every_boundary_leaves_no_half_table_and_the_rest_comes_in_the_end(plan):
    whole, _ = with_host(plan, most=5)
    whole.sign_on()
    assert not is_half(whole)
    for cut in range(whole.effects):
        bench, host = with_host(plan, most=5, cut=cut)
        bench.sign_on()
        assert is_half(bench) == [], f"cut after {cut} effects"
        settled(bench)
        assert is_half(bench) == [], f"cut after {cut} effects"
        assert set(bench.terminal.memory.tables) == set(plan.tables), f"cut after {cut} effects"
        assert [each for each in host.alarms if each != "download_not_ended"] == [], cut


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_every_message_lost_leaves_no_half_table_and_the_rest_comes_in_the_end(plan):
    whole, _ = with_host(plan, most=5)
    whole.sign_on()
    for lost in range(whole.messages):
        bench, host = with_host(plan, most=5, lost=lost)
        bench.sign_on()
        assert is_half(bench) == [], f"message {lost} lost"
        settled(bench)
        assert set(bench.terminal.memory.tables) == set(plan.tables), f"message {lost} lost"
        assert host.alarms == [], f"message {lost} lost"


def renewed(plan: DownloadPlan, cut: int) -> tuple[Bench, int]:
    """A terminal with all tables that loads its AIDs once more, cut so many effects into that."""
    bench, _host = with_host(plan, most=5)
    bench.sign_on()
    begun = bench.effects
    bench.cut = begun + cut if cut >= 0 else -1
    bench.operate(Kind.AID_DOWNLOAD, "renew")
    return bench, bench.effects - begun


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_the_old_list_goes_when_the_plan_says_and_never_halves(plan):
    _, effects = renewed(plan, -1)
    without = []
    for cut in range(effects):
        bench, _ = renewed(plan, cut)
        assert is_half(bench) == []
        # What a boot does at once counts too: ask before anything else happened.
        records = [type(each).__name__ for each in bench.records]
        if "TableDropped" in records and Table.AID not in bench.terminal.memory.tables:
            without.append(cut)
    if plan.old_list is OldList.KEPT:
        assert without == []
    elif not plan.resumes:
        # Nothing goes on by itself: every cut between the drop and the end leaves it without.
        assert len(without) > 10
        first = {OldList.FIRST: 3, OldList.FIRST_REPLY: 4}[plan.old_list]
        assert without[0] == first, without


def test_a_terminal_that_resumes_sends_no_entry_again_that_it_has():
    bench, _host = with_host(SMALL, most=5)
    bench.sign_on()
    whole = codes(bench)
    loaded = [at for at, each in enumerate(bench.records) if isinstance(each, TableLoaded)]
    assert len(loaded) == 11 + 8 + 1
    for cut in range(bench.effects):
        again, _ = with_host(SMALL, most=5, cut=cut)
        again.sign_on()
        settled(again)
        assert len(codes(again)) <= len(whole) + 1, f"cut after {cut} effects"


def test_what_a_family_without_memory_of_its_step_does_is_begin_anew_after_a_sign_on():
    plan = replace(SMALL, resumes=False)
    whole, _ = with_host(plan, most=5)
    whole.sign_on()
    cut = next(at for at, each in enumerate(whole.records) if isinstance(each, TableLoaded)) * 2
    bench, _ = with_host(plan, most=5, cut=cut + 6)
    bench.sign_on()
    stopped = len(codes(bench))
    bench.cut = -1
    bench.rest()
    assert len(codes(bench)) == stopped  # nothing by itself
    bench.sign_on()
    assert codes(bench)[stopped:][:2] == ["382", "382"]
    assert set(bench.terminal.memory.tables) == set(plan.tables)


# ---- replies that are not what was asked for ---------------------------------------------------


def changed(bench: Bench, code: str, change: Callable[[Message], Message], nth: int = 1) -> None:
    """The nth reply of this code comes changed."""
    answer, seen = bench.host.answer, [0]

    def answered(request: Message) -> Message | None:
        reply = answer(request)
        if reply is not None and reply.network_code == code:
            seen[0] += 1
            if seen[0] == nth:
                return change(reply)
        return reply

    bench.host.answer = answered  # type: ignore[method-assign]


def flip(at: int) -> Callable[[Message], Message]:
    def flipped(reply: Message) -> Message:
        private = reply.private or b""
        spoilt = bytes([*private[:at], private[at] ^ 1, *private[at + 1:]])
        return replace(reply, private=spoilt)

    return flipped


DAMAGED = [
    (Table.CAPK, "370", flip(60)),  # in the modulus: its check sum tells
    (Table.CAPK, "370", lambda reply: replace(reply, private=(reply.private or b"")[:-3])),
    (Table.CAPK, "370", lambda reply: replace(reply, private=None)),
    (Table.CAPK, "370", lambda reply: replace(reply, private=b"1" + OTHER_KEY)),
    (Table.CAPK, "370", lambda reply: replace(reply, network_code="380")),
    (Table.CAPK, "372", lambda reply: replace(reply, private=b"9")),
    (Table.CAPK, "372", lambda reply: replace(reply, private=b"1" + KEY_NAME + KEY_NAME)),
    (Table.AID, "382", lambda reply: replace(reply, private=b"0" + AID_NAME)),
    (Table.AID, "381", lambda reply: replace(reply, network_code="371")),
    (Table.BLACK_LIST, "390", lambda reply: replace(reply, private=b"2005" + b"03999")),
    (Table.BLACK_LIST, "390", lambda reply: replace(reply, private=b"1000" + b"0699")),
    (Table.BLACK_LIST, "390", lambda reply: replace(reply, private=b"1000" + b"15" + b"9" * 15)),
    (Table.BIN_B, "396", lambda reply: replace(reply, private=b"1000" + b"13629999")),
    (Table.CONTACTLESS, "394", lambda reply: replace(reply, private=b"FF8058012")),
    (Table.PARAMETERS, "360", lambda reply: replace(reply, private=b"1")),
    (Table.TMS, "364", lambda reply: replace(reply, private=b"01XYZ")),
]


@pytest.mark.parametrize(("table", "code", "change"), DAMAGED)
def test_a_damaged_reply_is_waited_on_and_asked_for_again(table, code, change):
    bench, _host = with_host(DownloadPlan(tables=(table,)))
    changed(bench, code, change)
    bench.sign_on()
    bench.rest()
    assert "reply_mismatch" in bench.codes()
    assert "download_failed" not in bench.codes()
    keys = SOURCE[table]
    if table is Table.CAPK:
        keys = tuple(key for key in keys if dict(read_tlv(key))["DF07"] == b"\x01")
    assert bench.terminal.memory.tables == {table: keys}


def test_a_key_with_a_wrong_check_sum_is_never_believed():
    key = LIBRARY.listed[Table.CAPK][0]
    wrong = tuple((tag, bytes(20) if tag == "DF03" else value) for tag, value in key)
    host = HostBench(settings=replace(SETTINGS, library=replace(
        LIBRARY, listed=LIBRARY.listed | {Table.CAPK: (wrong,)})))
    bench = Bench(profile=TerminalProfile(download=DownloadPlan(tables=(Table.CAPK,))))
    bench.host = HostAtTheEnd(host)  # type: ignore[assignment]
    bench.sign_on()
    bench.rest()
    assert bench.codes()[-1] == "download_failed"
    assert bench.terminal.memory.tables == {}
    assert codes(bench) == ["372", "370", "370", "370"]


def test_a_refused_download_waits_for_the_next_sign_on():
    bench, _host = with_host(SMALL)
    changed(bench, "382", lambda reply: replace(reply, response_code="96", private=None))
    assert bench.sign_on().result is Result.APPROVED
    assert "download_failed" in bench.codes()
    bench.rest()
    assert codes(bench) == ["382"]
    bench.sign_on()
    assert set(bench.terminal.memory.tables) == set(SMALL.tables)


def test_a_download_that_somebody_asked_for_is_told_as_it_ended():
    bench, _host = with_host(DOWNLOAD_PLANS["none"])
    bench.sign_on()
    assert bench.operate(Kind.CAPK_DOWNLOAD, "keys").result is Result.APPROVED
    assert bench.operate(Kind.TMS_DOWNLOAD, "task").result is Result.APPROVED
    changed(bench, "390", lambda reply: replace(reply, response_code="96", private=None))
    told = bench.operate(Kind.BLACK_LIST_DOWNLOAD, "refused")
    assert (told.result, told.response_code, told.reason) == (
        Result.DECLINED, "96", "download_refused")
    bench.down = True
    told = bench.operate(Kind.BLACK_LIST_DOWNLOAD, "lost")
    assert (told.result, told.reason) == (Result.FAILED, "no_reply")
    assert Table.BLACK_LIST not in bench.terminal.memory.tables


@pytest.mark.parametrize("kind", [row.load for row in TABLES.values()])
def test_an_entry_that_the_host_has_not_is_skipped_and_an_empty_table_is_a_table(kind):
    host = HostBench()  # no tables at all
    bench = Bench()
    bench.host = HostAtTheEnd(host)  # type: ignore[assignment]
    bench.sign_on()
    assert bench.operate(kind, "asked").result is Result.APPROVED
    table = next(row.table for row in TABLES.values() if row.load is kind)
    assert bench.terminal.memory.tables == {table: ()}
    assert host.alarms == []


# ---- what a table does -------------------------------------------------------------------------


def test_a_card_of_the_black_list_is_refused_offline_and_asked_for_online():
    profile = TerminalProfile(offline_limit_fen=10_000)
    bench, _host = with_host(SMALL, profile=profile)
    listed = Card(pan="62999900000312" + "01")
    bench.sign_on()
    assert b"1462999900000003" in bench.terminal.memory.tables[Table.BLACK_LIST]
    bad = Card(pan="6299990000000397")
    told = bench.operate(Kind.OFFLINE_SALE, "bad", amount_fen=100, card=bad)
    assert (told.result, told.reason) == (Result.REFUSED, "black_listed")
    good = bench.operate(Kind.OFFLINE_SALE, "good", amount_fen=100, card=listed)
    assert good.result is Result.APPROVED
    assert bench.sell("online", 100, bad).result is Result.APPROVED


def test_parameters_change_reply_timeout_sign_off_and_functions_and_nothing_else():
    bench, host = with_host(DownloadPlan(tables=(Table.PARAMETERS,)))
    host.host.work.settings = replace(host.host.work.settings, library=replace(
        LIBRARY, whole={Table.PARAMETERS: b"1245211" + b"26" + bytes.fromhex("FEE00000")}))
    bench.sign_on()
    profile = bench.terminal._work.profile
    assert (profile.reply_timeout_ms, profile.sign_off_after_settlement) == (45_000, True)
    assert profile.disabled == ("refund",)
    assert replace(profile, reply_timeout_ms=30_000, sign_off_after_settlement=False,
                   disabled=()) == bench.profile
    bench.boot()
    assert bench.terminal._work.profile == profile


# ---- what the host says ------------------------------------------------------------------------


def host_with_tables() -> tuple[HostBench, Callable[..., Message]]:
    host = HostBench(settings=replace(SETTINGS, library=LIBRARY))

    def ask(kind: Kind, private: bytes | None = None, code: str = "", **facts: object) -> Message:
        row = usual_dialect().kind[kind]
        [reply] = host.receive(Message(
            mti=row.mti, tid=TID, mid=MID, type_code="00", batch=1,
            network_code=code or row.network_code, private=private, **facts))
        return reply

    return host, ask


def test_a_query_answers_from_where_the_terminal_stands():
    _host, ask = host_with_tables()
    first = ask(Kind.CAPK_LIST, b"100")
    assert (first.response_code, first.mti, first.network_code) == ("00", "0830", "372")
    assert first.private[:1] == b"2"
    assert len(first.private) == 1 + 22 * 23
    rest = ask(Kind.CAPK_LIST, b"122")
    assert (rest.private[:1], len(rest.private)) == (b"1", 1 + 3 * 23)
    assert ask(Kind.CAPK_LIST, b"125").private == b"0"
    assert ask(Kind.CAPK_LIST, b"199").private == b"0"
    sm = ask(Kind.CAPK_LIST, b"100", code="373")
    assert sm.private == b"1" + b"".join(
        bytes.fromhex(f"9F0605A0000003339F2201{index}") + b"\xdf\x05\x0820991231"
        for index in ("60", "61"))
    assert ask(Kind.AID_LIST, b"100").private[:12] == b"1" + bytes.fromhex(
        "9F0608A000000333010101")


def test_a_load_gives_the_entry_or_says_that_there_is_none():
    _host, ask = host_with_tables()
    name = bytes.fromhex("9F0605A0000003339F220101")
    reply = ask(Kind.CAPK_DOWNLOAD, name)
    data = read_tlv(reply.private[1:])
    assert format_tlv(name_of(data, ("9F06", "9F22"))) == name
    assert {tag for tag, _ in data} == {
        "9F06", "9F22", "DF02", "DF03", "DF04", "DF05", "DF06", "DF07"}
    assert ask(Kind.CAPK_DOWNLOAD, bytes.fromhex("9F0605A0000009999F220101")).private == b"0"
    assert ask(Kind.AID_DOWNLOAD, bytes.fromhex("9F0605A000000999")).private == b"0"
    assert ask(Kind.CAPK_END).private is None
    assert ask(Kind.CAPK_END).response_code == "00"


def test_a_request_with_a_trace_number_is_taken_and_echoed():
    _host, ask = host_with_tables()
    assert ask(Kind.CAPK_LIST, b"100", stan=77).stan == 77
    assert ask(Kind.CAPK_LIST, b"100").stan is None


@pytest.mark.parametrize(("kind", "private"), [
    (Kind.CAPK_LIST, None), (Kind.CAPK_LIST, b"200"), (Kind.CAPK_LIST, b"1000"),
    (Kind.CAPK_DOWNLOAD, b"\x9f"), (Kind.AID_DOWNLOAD, b"\x9f\x06\x09\x01"),
    (Kind.BLACK_LIST_DOWNLOAD, None), (Kind.BIN_B_DOWNLOAD, b"00"), (Kind.BIN_C_DOWNLOAD, b"00A"),
    (Kind.STATUS_UPLOAD, b"99"), (Kind.MASTER_KEY_DOWNLOAD, b"\xdf"),
])
def test_what_asks_in_no_known_form_is_answered_30_and_moves_nothing(kind, private):
    host, ask = host_with_tables()
    before = list(host.journal)
    reply = ask(kind, private)
    assert reply.response_code == "30"
    assert host.alarms == ["download_unreadable"]
    assert host.journal == before


def test_a_piece_says_its_last_number_and_whether_more_follows():
    _host, ask = host_with_tables()
    reply = ask(Kind.BIN_B_DOWNLOAD, b"000")
    assert reply.private[:12] == b"206219629100"
    assert len(reply.private) == 4 + 63 * 8
    assert ask(Kind.BIN_B_DOWNLOAD, b"063").private[:4] == b"1065"
    assert ask(Kind.BIN_B_DOWNLOAD, b"066").private == b"0"
    assert ask(Kind.BIN_C_DOWNLOAD, b"000").private[:4] == b"1005"


@pytest.mark.parametrize(("asked", "alarms"), [
    ([b"000", b"063"], []), ([b"000", b"000"], []), ([b"000", b"063", b"063"], []),
    ([b"000", b"062"], ["download_out_of_step"]), ([b"063"], ["download_out_of_step"]),
    ([b"000", b"238"], ["download_out_of_step"]),
])
def test_a_number_that_does_not_follow_on_the_last_one_is_an_alarm(asked, alarms):
    host, ask = host_with_tables()
    for number in asked:
        assert ask(Kind.BIN_B_DOWNLOAD, number).response_code == "00"
    assert host.alarms == alarms


def test_a_download_that_ends_as_another_one_is_an_alarm():
    host, ask = host_with_tables()
    ask(Kind.AID_LIST, b"100")
    ask(Kind.AID_DOWNLOAD, bytes.fromhex("9F0608A000000333010101"))
    assert ask(Kind.MASTER_KEY_END).response_code == "25"
    assert host.alarms == ["download_ended_as_other", "no_key_to_activate"]
    ask(Kind.AID_LIST, b"100")
    ask(Kind.CAPK_LIST, b"100")
    assert host.alarms[2:] == ["download_not_ended"]
    ask(Kind.CAPK_END)
    assert len(host.alarms) == 3


STATUS = (
    b"01102103104105111601230133" + b"".join(
        tag + b"01000000000   " for tag in (b"14", b"15", b"16", b"17"))
    + b"18019002012102332512700" + b"51" + b"0" * 12
)


def test_a_status_is_taken_read_and_written_down():
    host, ask = host_with_tables()
    assert len(STATUS) == 127
    assert ask(Kind.STATUS_UPLOAD, STATUS).response_code == "00"
    values = dict(host.host.books.terminals[TID].status)
    assert (values["01"], values["12"], values["14"], values["51"]) == (
        "1", "30", "01000000000", "0" * 12)
    ask(Kind.STATUS_UPLOAD, b"010" + STATUS[3:9] + b"040" + STATUS[12:])
    assert host.alarms == ["device_faulty"]
    host.crash()
    assert dict(host.host.books.terminals[TID].status)["04"] == "0"


def test_the_terminals_own_status_has_127_bytes_that_the_host_can_read():
    bench, host = with_host(DOWNLOAD_PLANS["none"])
    bench.sign_on()
    assert bench.operate(Kind.STATUS_UPLOAD, "status").result is Result.APPROVED
    assert len(bench.sent[-1].message.private) == 127
    assert host.alarms == []
    assert dict(host.host.books.terminals[TID].status)["12"] == "30"


# ---- what a header asks for --------------------------------------------------------------------


@pytest.mark.parametrize(("digit", "then"), [
    ("1", ["360"]), ("2", ["362"]), ("5", ["382", *["380"] * 11, "381"]),
    ("7", ["390", "390", "391"]), ("9", ["394", "395"]), ("8", []),
])
def test_a_terminal_does_once_what_a_header_asks_for(digit, then):
    bench, host = with_host(DOWNLOAD_PLANS["none"])
    bench.sign_on()
    host.perform(DownloadDemanded(TID, digit))
    bench.sell("sale", 100)
    bench.rest()
    assert codes(bench) == then
    bench.sell("next", 200)
    bench.rest()
    assert codes(bench) == then
    assert host.host.books.terminals[TID].demanded == (("8",) if digit == "8" else ())


def test_what_was_demanded_is_asked_for_over_a_restart_of_the_host_until_it_is_done():
    bench, host = with_host(DOWNLOAD_PLANS["none"])
    bench.sign_on()
    host.perform(DownloadDemanded("", "4"))
    host.perform(DownloadDemanded(TID, "7"))
    host.crash()
    bench.sell("sale", 100)
    assert codes(bench)[:2] == ["372", "372"]
    bench.sell("next", 200)
    assert codes(bench)[-1] == "391"
    assert {Table.CAPK, Table.BLACK_LIST} == set(bench.terminal.memory.tables)
