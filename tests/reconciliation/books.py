"""Small books for three sides, and what a reconciliation says of them."""

from __future__ import annotations

from pathlib import Path

from simulator.reconciliation.column_map import Reading
from simulator.reconciliation.entry import FIELDS, SIDES, Entry, Side
from simulator.reconciliation.files import read_file
from simulator.reconciliation.listing import every
from simulator.reconciliation.reconcile import reconcile
from simulator.reconciliation.store import COLUMNS, Store
from simulator.reconciliation.terms import Terms

FIXTURES = Path("fixtures/reconciliation")
TERMINAL = "date,time,tid,batch,stan,rrn,amount,pan"
HOST = "date,time,tid,batch,stan,rrn,amount,fee,settlement_date,mid,account"
BANK = "date,time,account,payout,amount,text"


def sale(number, yuan="10.00", day="2026-01-29", second=0):
    """A line of the terminal and one of the host."""
    at = f"{day},10:{number // 60 % 60:02}:{number % 60:02}"
    name = f"10000001,000001,{number:06},{number:012}"
    fee = fee_of(yuan)
    return (f"{at},{name},{yuan},620000******0120",
            f"{at},{name},{yuan},{fee},{day},898000000000001,A1")


def fee_of(yuan):
    """0.6 %, half up, by whole numbers."""
    fen = round(float(yuan) * 100)
    fee = (abs(fen) * 6 + 500) // 1000
    return f"{'-' if fen < 0 else ''}{fee // 100}.{fee % 100:02}"


def paid(yuan, day="2026-01-30", settled="20260129", account="A1"):
    return f"{day},09:00:00,{account},,{yuan},POS结算款 {settled}"


def books(tmp_path, terminal=None, host=None, bank=None, terms=None):
    """The result, and each record's state as (side, line): state."""
    with Store() as store:
        for side, header, rows in zip(SIDES, (TERMINAL, HOST, BANK), (terminal, host, bank), strict=True):
            if rows is not None:
                path = tmp_path / f"{side.value}.csv"
                path.write_text("\n".join((header, *rows)) + "\n", "utf-8")
                read_file(store, path, side, 0, Reading())
        result = reconcile(store, terms or Terms())
        states = {(each.side.value, each.line): each.state.value for each in every(store)}
        whys = {(each.side.value, each.line): each.why for each in every(store) if each.why}
    return result, states, whys


def fixture(name, side=Side.HOST, reading=None):
    """The records of a fixture, and what it was taken for."""
    with Store() as store:
        read = read_file(store, FIXTURES / name, side, 0, reading or Reading())
        return read, records(store)


def records(store):
    """What was read, before anything is matched."""
    return [Entry(**dict(zip(FIELDS, row, strict=True))) for row in store.rows(f"SELECT {', '.join(COLUMNS)} FROM rec ORDER BY id")]
