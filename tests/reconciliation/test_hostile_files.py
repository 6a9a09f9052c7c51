"""Files that are none: one sentence, with file and line; never a traceback, never a card number."""

from __future__ import annotations

import json
import re
import zipfile

import pytest

from hil.commands.entry import run
from tests.reconciliation.books import BANK, FIXTURES, HOST, TERMINAL, paid, sale

GOOD = f"{HOST}\n{sale(1)[1]}\n"
HEADER = "date,time,rrn,amount,note\n"
BAD = {
    "empty": (b"", "empty"),
    "only blanks": (b"\n\n  \n", "empty"),
    "only a header": (HEADER.encode(), "header"),
    "binary": (b"\x7fELF\x00\x01\x02", "NUL"),
    "a NUL within": (HEADER.encode() + b"2026-01-29,10:00:00,1,1.00,a\0b\n", ":2"),
    "cut in a line": (HEADER.encode() + b"2026-01-29,10:00:00,1,1.00,x\n2026-01-29,10:", ":3"),
    "too many values": (HEADER.encode() + b"2026-01-29,10:00:00,1,1,234.00,x\n", "6"),
    "a line without end": (HEADER.encode() + b"2026-01-29,10:00:00,1,1.00," + b"x" * 10_000_000, ":2"),
    "a quote without end": (HEADER.encode() + b'2026-01-29,10:00:00,1,1.00,"x\n' + b"2026-01-29,10:00:00,1,1.00,x\n" * 9000, ":2"),
    "two columns of one name": (b"date,amount,amount\n2026-01-29,1.00,2.00\n", "amount"),
    "no sum": (HEADER.encode() + b"2026-01-29,10:00:00,1,,x\n", "amount"),
    "1e9": (HEADER.encode() + b"2026-01-29,10:00:00,1,1e9,x\n", "1e9"),
    "30 February": (HEADER.encode() + b"2026-02-30,10:00:00,1,1.00,x\n", "2026-02-30"),
    "no column with a sum": (b"a,b,c\n1,2,3\n", "host.amount"),
    "neither UTF-8 nor GBK": (HEADER.encode() + b"2026-01-29,10:00:00,1,1.00,\xff\xff\n", ":2"),
    "no ZIP": (b"PK\x03\x04rubbish", "ZIP"),
    "a short line of ACOM": ((FIXTURES / "IND26012901ACOM").read_bytes()[:800], "cut off"),
}


def told(capsys, *words):
    code = run(["reconcile", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_refused_in_one_sentence(tmp_path, capsys, what, language):
    content, named = BAD[what]
    bad, good = tmp_path / "IND26012901ACOM", tmp_path / "good.csv"
    bad.write_bytes(content)
    good.write_text(GOOD, "utf-8")
    code, out, err = told(capsys, "--terminal", good, "--host", bad, "--lang", language)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "IND26012901ACOM" in err
    assert language == "zh" or named in err
    assert len(err) < 500
    assert "Traceback" not in err


def test_a_zip_with_two_files_is_refused(tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", GOOD)
        archive.writestr("b.csv", GOOD)
    code, _, err = told(capsys, "--host", tmp_path / "a.zip", "--bank", tmp_path / "a.zip")
    assert code == 2
    assert "a.zip" in err


@pytest.mark.parametrize("words", [
    [], ["--host", "x.csv"], ["missing.csv"], ["--host", "missing.csv", "--bank", "missing.csv"], ["--host", ".", "--bank", "."],
    ["x", "--host", "y"], ["--terms", "T1", "x"], ["--terms", "X+1", "x"], ["--fee-rate", "much", "x"], ["--as-of", "2026-02-30", "x"],
    ["--column", "amount=x", "--host", "a", "--bank", "b"], ["--column", "host.amuont=x", "--host", "a", "--bank", "b"],
    ["--column", "shop.amount=x", "--host", "a", "--bank", "b"], ["--encoding", "latin1", "--host", "a", "--bank", "b"],
    ["fixtures/reconciliation/host.csv"], ["pyproject.toml"],
])
def test_options_that_cannot_be(capsys, words):
    code, out, err = told(capsys, *words)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize("text", ["x = 1", "[shop]\namount = 'x'", "[host]\namuont = 'x'", "[host]\nunit = 'dollar'", "[host", "[host]\namount = 1",
                                  "[host]\ncolumns = {}", "[host]\nonly = 'x'", "[host]\nyear = 'x'", "[host]\nform = 'x'", "[host]\namount = 'nowhere'"])
def test_maps_that_cannot_be(tmp_path, capsys, text):
    (tmp_path / "map.toml").write_text(text, "utf-8")
    code, out, err = told(
        capsys, "--map", tmp_path / "map.toml", "--host", FIXTURES / "host.csv", "--bank", FIXTURES / "cmb.csv")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


PAN = "6200009753180120"
WHOLE = re.compile(r"6200\D{0,2}0097\D{0,2}5318\D{0,2}0120")


@pytest.mark.parametrize("shape", [PAN, "6200 0097 5318 0120", "6200-0097-5318-0120", "６２００００９７５３１８０１２０"])
@pytest.mark.parametrize("column", ["amount", "date", "time", "rrn", "note", "pan", "order", "tid", "mid", "account", "payout", "kind",
                                    "settlement_date", "status", "stan", "batch"])
def test_a_card_number_is_nowhere_whole(tmp_path, capsys, column, shape):
    facts = {"date": "2026-01-29", "time": "10:00:00", "rrn": "1", "note": "x", "pan": "", "order": "O1", "tid": "T1", "mid": "M1",
             "account": "A1", "payout": "P1", "amount": "1.00", "kind": "sale", "settlement_date": "2026-01-29", "status": "00",
             "stan": "000001", "batch": "000001", column: shape}
    path, other, table = tmp_path / "h.csv", tmp_path / "b.csv", tmp_path / "all.csv"
    path.write_text(f"{','.join(facts)}\n{','.join(facts.values())}\n", "utf-8")
    other.write_text(f"{BANK}\n{paid('1.00')}\n", "utf-8")
    for more in ([], ["--json"], ["--all", "--lang", "zh"], ["--csv", table]):
        code, out, err = told(capsys, "--host", path, "--bank", other, *more)
        assert code in (0, 1, 2)
        assert not WHOLE.search(out + err)
        assert "６２００００９７５３１８０１２０" not in out + err
    assert not table.exists() or not WHOLE.search(table.read_text("utf-8"))


def test_a_card_number_in_the_header_is_not_said(tmp_path, capsys):
    (tmp_path / "h.csv").write_text(f"{PAN},b\n1,2\n", "utf-8")
    code, _, err = told(capsys, "--host", tmp_path / "h.csv", "--bank", FIXTURES / "cmb.csv")
    assert code == 2
    assert PAN not in err


def test_an_order_number_that_looks_like_a_card_still_names_its_record(tmp_path, capsys):
    """Masked alike and yet two: 6200009753180120 and 6200008753180121 both show 620000…012x."""
    orders = ("6200009753180120", "6200019753180005")
    (tmp_path / "t.csv").write_text("date,order,amount\n" + "".join(f"2026-01-29,{each},1.00\n" for each in orders), "utf-8")
    (tmp_path / "h.csv").write_text("date,order,amount\n" + "".join(f"2026-01-29,{each},1.00\n" for each in orders[::-1]), "utf-8")
    code, out, _ = told(capsys, "--terminal", tmp_path / "t.csv", "--host", tmp_path / "h.csv", "--json")
    assert code == 0
    assert json.loads(out)["matched_by"] == {"order": 2}


def test_text_json_and_csv_say_the_same(tmp_path, capsys):
    (tmp_path / "t.csv").write_text(f"{TERMINAL}\n{sale(1)[0]}\n{sale(2)[0]}\n", "utf-8")
    (tmp_path / "h.csv").write_text(GOOD, "utf-8")
    words = ("--terminal", tmp_path / "t.csv", "--host", tmp_path / "h.csv")
    code, out, _ = told(capsys, *words)
    assert code == 1
    assert all(len(line) <= 80 for line in out.splitlines())
    code, out, _ = told(capsys, *words, "--json", "--csv", tmp_path / "all.csv")
    facts = json.loads(out)
    assert code == 1
    assert facts["closed"] is False
    assert facts["states"]["only_here"]["terminal"] == {"count": 1, "sum_fen": 1000}
    assert [each["rrn"] for each in facts["open"]] == ["000000000002"]
    lines = (tmp_path / "all.csv").read_text("utf-8").splitlines()
    assert len(lines) == 4
    assert sum(",only_here," in line for line in lines) == 1
