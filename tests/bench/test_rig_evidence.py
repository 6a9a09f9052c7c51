"""A case at a rig leaves evidence that is whole, whatever became of the case."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from hil.bench.rig import RigSetting, open_rig
from hil.benches.bench_file import read_bench
from hil.capture.messages import messages_of
from hil.capture.pcap_files import read_pcap
from hil.capture.sniffer import why_not
from hil.commands.program import run
from hil.control.bench_error import BenchError
from hil.evidence.evidence_index import FileState, looked_at, read_index
from hil.relay.matching import Match
from hil.relay.seen import Way
from hil.tills.ends import Wish
from simulator.capture.segments import segment_of
from simulator.capture.streams import connections_of
from simulator.judge.verdict import Verdict
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import Kind

SHIPPED = Path(__file__).parents[2] / "fixtures" / "benches" / "virtual.toml"
PAN = "6200009753180120"


@pytest.fixture
def bench():
    shipped = read_bench(SHIPPED)
    assert (shipped.part.capture.interface, shipped.part.capture.serial) == ("lo", True)
    return shipped


@pytest.mark.live
def test_a_case_with_a_power_cut_is_kept_whole_and_judged_again_from_it(bench, tmp_path, capsys):
    folder = tmp_path / "case"
    with open_rig(bench, RigSetting(folder=folder, command=("repeat", "me"), seed=7)) as rig:
        rig.start()
        rig.when(Match(way=Way.DOWN, mti="0210"), rig.power.off)
        rig.till.operate(Wish(kind=Kind.SALE, order="S1", amount_fen=6_800))
        rig.start()
        judgement = rig.finish()
    index = read_index(folder)
    assert (index.state, index.verdict) == ("whole", judgement.verdict.value)
    assert (index.facts.kind, index.facts.command, index.facts.seed) == ("virtual", ("repeat", "me"), 7)
    assert {each.state for each in looked_at(folder, index)} == {FileState.AS_WRITTEN}
    names = {each.name for each in index.files}
    assert names >= {"bench.toml", "scenario.toml", "run.jsonl", "bench.txt", "report.xml", "ecr.jsonl", "ecr.txt"}
    properties = {each.get("name"): each.get("value") for each in ET.parse(folder / "report.xml").iter("property")}
    assert (properties["device"], properties["device_kind"], properties["tid"]) == (
        "virtual device", "virtual", "10000001")
    assert properties["station"] == bench.station
    told = (folder / "bench.txt").read_text()
    for each in ("till: sale", "down 0210 sale", ": off (", ": on (", "up 0400 reversal"):
        assert each in told
    for name in names - {each.name for each in index.files if each.private}:
        content = (folder / name).read_bytes()
        assert PAN.encode() not in content
        assert bytes.fromhex(PAN) not in content
    assert run(["judge", str(folder / "run.jsonl")]) == (0 if judgement.verdict is Verdict.PASS else 1)
    assert "power (process" in capsys.readouterr().out
    if why := why_not():
        assert why in index.notes
        return
    packets, _ = read_pcap((folder / "capture.pcap").read_bytes(), "capture")
    connections = connections_of([segment_of(each) for each in packets], [rig.line.address.port])
    mtis = [each.mti for each in messages_of(connections, usual_dialect()) if each.is_up]
    assert {"0200", "0400"} <= set(mtis)


@pytest.mark.live
def test_a_bench_that_cannot_be_opened_says_why_and_not_something_else(bench, tmp_path, monkeypatch):
    def refuse(*_given):
        raise BenchError("the line cannot be opened")

    monkeypatch.setattr("hil.bench.rig.RigLine", refuse)
    with pytest.raises(BenchError, match="the line cannot be opened"), \
            open_rig(bench, RigSetting(folder=tmp_path / "case")):
        pass
    index = read_index(tmp_path / "case")
    assert (index.state, index.why, index.verdict) == ("broken off", "the line cannot be opened", "")
    assert {each.state for each in looked_at(tmp_path / "case", index)} == {FileState.AS_WRITTEN}
