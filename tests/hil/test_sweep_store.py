"""What a sweep has done is kept after each case, taken up again, and never mixed with another's."""

import msgspec
import pytest

from hil.control.bench_error import BenchError
from hil.sweep.plan import Boundary, Recording
from hil.sweep.results import CaseResult, KindResult, MoneyMoved, Outcome, Text, WrongFrame
from hil.sweep.store import FILE, Binding, Store, StoreError

OURS = Binding(bench="ab12", device="virtual virtual device", version="0.1.0", defects="", every="every")
RECORDING = Recording(kind="sale", boundaries=(Boundary(name="start"), Boundary(name="end")))
RESULT = CaseResult(
    case="sale/start/power", kind="sale", boundary="start", harm="power", outcome=Outcome.FAILED, took_ms=7,
    told=("approved",), why=(Text("lost", "丢失"),), codes=("lost",),
    wrong=WrongFrame(number=3, is_missing_after=False, lines=("0200 sale",)),
    money=MoneyMoved(paid=1, held=0, credited=2, fees=0, should=3))
HELD = msgspec.structs.replace(RESULT, case="sale/end/power", boundary="end", outcome=Outcome.HELD)


def begun(folder):
    store = Store(folder, OURS, resume=False)
    store.keep_recording(RECORDING)
    store.keep(RESULT)
    store.keep_not_swept(KindResult(kind="tms", why=Text("no", "不")))
    return store


def test_what_was_kept_is_there_again(tmp_path):
    begun(tmp_path).close()
    store = Store(tmp_path, OURS, resume=True)
    assert store.recordings == {"sale": RECORDING}
    assert store.results == {RESULT.case: RESULT}
    assert list(store.not_swept) == ["tms"]


def test_two_do_not_write_into_one(tmp_path):
    first = begun(tmp_path)
    with pytest.raises(StoreError, match="another sweep writes there just now"):
        Store(tmp_path, OURS, resume=True)
    first.close()
    assert Store(tmp_path, OURS, resume=True).results == {RESULT.case: RESULT}


def test_a_full_disk_is_the_benchs_and_loses_nothing(tmp_path):
    store = begun(tmp_path)
    store._file.close()
    store._file = open("/dev/full", "ab")  # noqa: PTH123, SIM115 - a device that is always full
    with pytest.raises(BenchError, match=r"sweep\.jsonl: .*No space left.*; what was done before is kept"):
        store.keep(HELD)
    store.close()
    assert Store(tmp_path, OURS, resume=True).results == {RESULT.case: RESULT}


def test_it_goes_on_behind_what_was_there(tmp_path):
    begun(tmp_path).close()
    store = Store(tmp_path, OURS, resume=True)
    store.keep(HELD)
    store.close()
    assert set(Store(tmp_path, OURS, resume=True).results) == {RESULT.case, HELD.case}


def test_a_kill_in_the_middle_of_a_line_loses_that_line_alone(tmp_path):
    begun(tmp_path).close()
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole + b'{"type":"result","result":{"ca')
    store = Store(tmp_path, OURS, resume=True)
    assert set(store.results) == {RESULT.case}
    store.keep(HELD)
    store.close()
    assert set(Store(tmp_path, OURS, resume=True).results) == {RESULT.case, HELD.case}


def test_a_second_result_of_a_case_counts(tmp_path):
    store = begun(tmp_path)
    store.keep(msgspec.structs.replace(RESULT, outcome=Outcome.HELD))
    store.close()
    assert Store(tmp_path, OURS, resume=True).results[RESULT.case].outcome is Outcome.HELD


@pytest.mark.parametrize(("name", "words"), [
    ("bench", "another bench file"), ("device", "another device"), ("version", "another version of daozhang"),
    ("defects", "another set of defects"), ("every", "another choice of messages"),
])
def test_another_sweep_is_not_gone_on_with(tmp_path, name, words):
    begun(tmp_path).close()
    other = msgspec.structs.replace(OURS, **{name: "other"})
    with pytest.raises(StoreError, match=words):
        Store(tmp_path, other, resume=True)


def test_a_sweep_that_is_there_is_not_begun_anew(tmp_path):
    begun(tmp_path).close()
    with pytest.raises(StoreError, match="--resume"):
        Store(tmp_path, OURS, resume=False)


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(StoreError, match="holds no sweep"):
        Store(tmp_path, OURS, resume=True)


def test_a_damaged_line_is_named(tmp_path):
    begun(tmp_path).close()
    lines = (tmp_path / FILE).read_bytes().splitlines()
    (tmp_path / FILE).write_bytes(b"\n".join([lines[0], b"rubbish", *lines[2:]]) + b"\n")
    with pytest.raises(StoreError, match="line 2"):
        Store(tmp_path, OURS, resume=True)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="--out"):
        Store(tmp_path / "file" / "sweep", OURS, resume=False)
