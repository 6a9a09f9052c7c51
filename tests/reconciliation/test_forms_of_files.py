"""Every form that is known, from a file written by hand; what must come out was added up by hand."""

from __future__ import annotations

import pytest

from simulator.local_time import datetime_at
from simulator.reconciliation.column_map import Reading
from simulator.reconciliation.entry import Side
from simulator.reconciliation.files import read_file
from simulator.reconciliation.fixed_forms import FIXED_FORMS, FORM_OF
from simulator.reconciliation.forms import FORMS
from simulator.reconciliation.store import Store
from simulator.reconciliation.values import fen, moment, yuan
from tests.reconciliation.books import FIXTURES, fixture, records

FILES = {  # form, sums of its records in fen
    "wechat-trade.csv": ("wechat_trade", [6800, 12650, -2000]),
    "wechat-trade-older.csv": ("wechat_trade", [6800, 12650, -2000]),
    "wechat-trade-revoked.csv": ("wechat_trade", [6800, -6800, 3500, -3500, 12650, -2000, -3000]),
    "wechat-trade-success.csv": ("wechat_trade", [6800, 12650]),
    "wechat-trade-refund.csv": ("wechat_trade", [-2000]),
    "wechat-fund.csv": ("wechat_fund", [6800, -41, 12650, -76, -1988, -10000]),
    "alipay-trade.zip": ("alipay_trade", [6800, 129900, -6800]),
    "alipay-trade-refunds.csv": ("alipay_trade", [9500, -2850, -1900, 8800]),
    "alipay-account.csv": ("alipay_account", [6800, -41, 129900, -779, -6800, 41]),
    "ccb.csv": ("ccb", [18836, -5000]),
    "cmb.csv": ("cmb", [18836]),
    "host.csv": ("csv", [6800, 12650, -2000, 1500]),
    "terminal.csv": ("csv", [6800, 12650, 2000, -2000]),
    "IND26012901ACOM": ("acom", [6800, 12650, -2000, 1500, 9900, -9900]),
    "IND26012901ACOMA": ("acoma", [6800, 12650, -2000]),
    "INN26012988ZM": ("zm", [6800, 12650, -2000]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_known_and_read(name):
    read, records = fixture(name)
    form, sums = FILES[name]
    assert read.form == form
    assert [each.amount for each in records] == sums
    assert read.totals == ()
    assert {f"{datetime_at(each.at):%Y-%m}" for each in records if each.at is not None} == {"2026-01"}


def test_every_form_has_a_file():
    known = {form for form, _ in FILES.values()}
    assert known >= {form.id for form in (*FORMS, *FIXED_FORMS)} - {"daozhang_statement"}


def test_every_file_has_a_row():
    assert {path.name for path in FIXTURES.iterdir()} == {*FILES, "README.md"}


def test_what_stands_in_a_bill():
    _, (first, _, refund) = fixture("wechat-trade.csv")
    assert (first.order, first.trade, first.mid) == ("D20260129001", "4200001001202601290000000001", "1230000109")
    assert first.note == "拿铁,大杯"  # the comma inside is no border
    assert (refund.order, refund.trade) == ("R20260129002", "50300010012026012900000001")


def test_what_is_revoked_bears_the_numbers_of_its_sale_and_a_refund_its_own():
    _, records = fixture("wechat-trade-revoked.csv")
    assert [(each.kind, each.order, each.trade[-3:], each.ok) for each in records] == [
        ("sale", "D20260129101", "101", 1), ("return", "D20260129101", "101", 1),
        ("sale", "D20260129102", "102", 1), ("return", "D20260129102", "102", 1),
        ("sale", "D20260129103", "103", 1), ("return", "R20260129103", "103", 1),
        ("return", "R20260129104", "104", 0)]  # a refund that failed moves no money
    assert [each.fee for each in records] == [41, -41, 21, -21, 76, -12, 0]


def test_two_refunds_of_one_alipay_sale_have_numbers_of_their_own():
    _, records = fixture("alipay-trade-refunds.csv")
    assert [(each.order, each.amount, each.fee) for each in records] == [
        ("A20260129101", 9500, 57), ("RA101-1", -2850, -17), ("RA101-2", -1900, -11), ("A20260129102", 8800, 53)]


def test_what_stands_in_a_clearing_file():
    _, records = fixture("IND26012901ACOM")
    first = records[0]
    assert (first.stan, first.rrn, first.tid, first.pan) == ("000001", "000000000001", "10000001", "620000******0120")
    assert f"{datetime_at(first.at):%Y-%m-%d %H:%M:%S}" == "2026-01-29 10:00:02"


@pytest.mark.parametrize(("column", "at"), [(1, 0), (2, 12), (5, 42), (6, 62), (15, 156)])
def test_where_a_column_of_acom_begins(column, at):
    assert FORM_OF["acom"].begins(column) == at


def test_a_december_in_the_file_of_january_is_last_years(tmp_path):
    path = tmp_path / "IND26010101ACOM"
    path.write_bytes((FIXTURES / "IND26012901ACOM").read_bytes().replace(b" 0129100002 ", b" 1231100002 "))
    with Store() as store:
        read_file(store, path, Side.HOST, 0, Reading())
        first = records(store)[0]
    assert f"{datetime_at(first.at):%Y-%m-%d}" == "2025-12-31"


@pytest.mark.parametrize(("was", "becomes", "total"), [
    (b"`3,`194.50,`20.00", b"`4,`194.50,`20.00", "总交易单数"), (b"`3,`194.50,`20.00", b"`3,`194.51,`20.00", "应结订单总金额"),
    (b"`1.05000,`194.50", b"`1.06000,`194.50", "手续费总金额"),
])
def test_a_total_of_a_bill_that_its_records_do_not_come_to(tmp_path, was, becomes, total):
    path = tmp_path / "bill.csv"
    path.write_bytes((FIXTURES / "wechat-trade.csv").read_bytes().replace(was, becomes))
    with Store() as store:
        read = read_file(store, path, Side.HOST, 0, Reading())
    assert [each.name for each in read.totals] == [total]


@pytest.mark.parametrize(("was", "becomes", "total"), [
    ("#交易合计：2笔", "#交易合计：3笔", "交易合计"), ("商家实收共183.00", "商家实收共180.00", "商家实收共"),
    ("商家优惠共5.00", "商家优惠共0.00", "商家优惠共"), ("#退款合计：2笔", "#退款合计：1笔", "退款合计"),
    ("商家实收退款共-47.50", "商家实收退款共47.50", "商家实收退款共"), ("退款共-2.50", "退款共-2.51", "商家优惠退款共"),
])
def test_a_total_in_a_comment_of_alipay_that_its_records_do_not_come_to(tmp_path, was, becomes, total):
    path = tmp_path / "bill.csv"
    text = (FIXTURES / "alipay-trade-refunds.csv").read_text("gbk")
    assert was in text
    path.write_text(text.replace(was, becomes), "gbk")
    with Store() as store:
        read = read_file(store, path, Side.HOST, 0, Reading())
    assert [each.name for each in read.totals] == [total]


def test_totals_are_of_all_lines_so_nothing_is_said_where_some_are_left_out():
    with Store() as store:
        read = read_file(
            store, FIXTURES / "alipay-trade-refunds.csv", Side.HOST, 0, Reading(only={"商品名称": "晚餐"}))
    assert (read.records, read.left_out, read.totals) == (1, 3, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encodings_and_delimiters_are_seen(tmp_path, encoding, delimiter):
    path = tmp_path / "x.csv"
    path.write_bytes(f"交易日期{delimiter}金额{delimiter}摘要\n2026年1月29日{delimiter}68.00{delimiter}早餐\n".encode(encoding))
    with Store() as store:
        read_file(store, path, Side.BANK, 0, Reading())
        record, = records(store)
    assert (record.amount, record.note) == (6800, "早餐")


def test_columns_named_by_the_user(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("when,what I got,mine\n2026/1/29 10:00,6800,O-1\n", "utf-8")
    reading = Reading(columns={"time": "when", "amount": "what I got", "order": "mine"}, unit="fen")
    with Store() as store:
        read_file(store, path, Side.HOST, 0, reading)
        record, = records(store)
    assert (record.amount, record.order, f"{datetime_at(record.at):%H:%M}") == (6800, "O-1", "10:00")


def test_lines_that_are_not_wanted_are_left_out():
    read, records = fixture("ccb.csv", Side.BANK, Reading(only={"摘要": "POS"}))
    assert (read.records, read.left_out, len(records)) == (1, 1, 1)


@pytest.mark.parametrize(("text", "value"), [
    ("68", 6800), ("68.5", 6850), ("1,234.50", 123450), ("￥68.00", 6800), ("-¥0.05", -5), ("(12.00)", -1200),
    ("１２.００", 1200), ("0.41000", 41), ("+3.00", 300), ("9999999999999.99", 999999999999999),
])
def test_sums_as_people_write_them(text, value):
    assert yuan(text) == value


@pytest.mark.parametrize("text", [
    "", "x", "1e9", "nan", "inf", "12.345", "1,23.00", "12,34", "--5", "-+5", "0x10", "1.2.3", "٣", "1_000", "10 000,00", "¹",
    "99999999999999.00",
])
def test_what_is_no_sum(text):
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says
        yuan(text)


@pytest.mark.parametrize("text", ["", "1.00", "C", "1e3", "CD5", "abc", "1" * 16])
def test_what_is_no_sum_in_fen(text):
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says
        fen(text)


@pytest.mark.parametrize("text", [
    "2026-02-30", "2026-13-01", "20260230", "2026-01-29 25:00:00", "2026-01-29 10:61", "yesterday", "29/01/2026", "0000-00-00",
    "2026-1", "2026-01-29 10:00:00 PM",
])
def test_what_is_no_moment(text):
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says
        moment(text)


ROWS = [("2026-01-26", "000000000001", "68.00"), ("2026-01-26", "000000000002", "1234.50"), ("2026-01-26", "000000000004", "-12.00")]
HEADER = "日期,参考号,交易金额\n"
PLAIN = HEADER + "".join(f"{','.join(row)}\n" for row in ROWS)
_WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")
MESSES = {  # of the same three records, as programs and people leave them
    "byte order mark": ("\ufeff" + PLAIN).encode(),
    "GBK": PLAIN.encode("gbk"),
    "CR LF": PLAIN.replace("\n", "\r\n").encode(),
    "CR alone": PLAIN.replace("\n", "\r").encode(),
    "empty lines": PLAIN.replace("\n", "\n\n \n").encode(),
    "thousands": PLAIN.replace("1234.50", '"1,234.50"').encode(),
    "refund in brackets": PLAIN.replace("-12.00", "(12.00)").encode(),
    "full-width digits": (HEADER + PLAIN.removeprefix(HEADER).translate(_WIDE)).encode(),
    "wide blanks": PLAIN.replace("68.00", "\u300068.00\u00a0").encode(),
    "a total behind": (PLAIN + "合计,,1290.50\n").encode(),
    "a total in a sentence": (PLAIN + "共3笔，合计金额：1290.50元\n").encode(),
    "a total above": ("总笔数：3\n总金额：1290.50\n" + PLAIN).encode(),
    "two exports joined": (PLAIN.replace("2026-01-26,000000000004,-12.00\n", "") + HEADER + "2026-01-26,000000000004,-12.00\n").encode(),
    "two exports joined, CR alone": (PLAIN + HEADER).replace("\n", "\r").encode(),
    "apostrophes of a spreadsheet": PLAIN.replace("0000", "'0000", 1).encode(),
}


@pytest.mark.parametrize("mess", MESSES.values(), ids=MESSES)
def test_the_same_records_come_out_of_any_mess(tmp_path, mess):
    path = tmp_path / "export.csv"
    path.write_bytes(mess)
    with Store() as store:
        read = read_file(store, path, Side.HOST, 0, Reading())
        found = records(store)
    assert read.records == 3
    assert [each.amount for each in found] == [6800, 123450, -1200]
    assert [each.rrn.lstrip("0") for each in found] == ["1", "2", "4"]
