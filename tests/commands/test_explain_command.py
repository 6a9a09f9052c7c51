"""``daozhang explain`` from outside: what it says, and what it says of bad input."""

import json

import pytest

from simulator.catalogue.language import speaking
from simulator.commands.explain import explain
from simulator.commands.inputs import ExitCode, InputError
from simulator.report.wrap import width_of
from simulator.scenario.read import load_scenario
from simulator.trace.records import to_line
from simulator.world.run import build_world, run_virtual


@pytest.fixture(scope="module")
def traces(tmp_path_factory):
    """The traces of some scenarios, by name."""
    folder = tmp_path_factory.mktemp("traces")
    paths = {}
    for name in ("frozen-account", "weak-signal"):
        records = []
        run_virtual(build_world(load_scenario(name), [records.append]))
        paths[name] = folder / f"{name}.jsonl"
        paths[name].write_bytes(b"".join(to_line(each) + b"\n" for each in records))
    return paths


def asked(path, **given):
    return explain(path, **{"sale": None, "rrn": None, "merchant": None, "as_json": False, **given})


@pytest.mark.parametrize(("name", "mode"), [
    ("frozen-account", "account.frozen"), ("weak-signal", "network.weak_signal")])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_cause_comes_first_and_no_line_is_too_long(traces, capsys, name, mode, language):
    with speaking(language):
        assert asked(traces[name]) is ExitCode.PASSED
    said = capsys.readouterr().out
    assert "1. " in said
    assert mode in said
    assert all(width_of(line) <= 80 for line in said.splitlines())


def test_json_holds_both_languages(traces, capsys):
    asked(traces["frozen-account"], as_json=True)
    facts = json.loads(capsys.readouterr().out)
    assert facts["answers"][0]["modes"] == ["account.frozen"]
    assert facts["answers"][0]["cause_zh"].startswith("账户被冻结")
    assert facts["answers"][0]["remedies"][0] == "unfreeze_account"


def test_the_way_of_a_sale_ends_where_its_money_is(traces, capsys):
    asked(traces["frozen-account"], as_json=True)
    sale = json.loads(capsys.readouterr().out)["answers"][0]["sales"] or [{"sale": "S1", "rrns": ["000000000001"]}]
    asked(traces["frozen-account"], sale=sale[0]["sale"], as_json=True)
    told = json.loads(capsys.readouterr().out)
    layers = {each["layer"] for each in told["way"]}
    assert {"counter", "terminal", "host", "bank", "clearing", "payout"} <= layers
    assert told["state"] in ("arrived", "suspended")
    asked(traces["frozen-account"], rrn=told["rrns"][0].lstrip("0"), as_json=True)
    assert json.loads(capsys.readouterr().out)["sale"] == told["sale"]


@pytest.mark.parametrize(("given", "said"), [
    ({"sale": "nobody"}, "no sale nobody"),
    ({"rrn": "999"}, "no retrieval reference number 999"),
    ({"merchant": "nobody"}, "no merchant nobody in this trace; allowed: tea house"),
    ({"sale": "S1", "rrn": "1"}, "one of --sale"),
])
def test_what_is_not_there_is_said(traces, given, said):
    with pytest.raises(InputError, match=said):
        asked(traces["frozen-account"], **given)


@pytest.mark.parametrize("content", [b"", b"\n", b"no trace\n", b"\xff\xfe\n", b'{"record":"nothing"}\n'])
def test_a_file_that_is_no_trace_is_refused(tmp_path, content):
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no record of a trace"):
        asked(path)


def test_a_trace_that_is_cut_short_is_read_as_far_as_it_goes(traces, tmp_path, capsys):
    path = tmp_path / "cut.jsonl"
    path.write_bytes(traces["weak-signal"].read_bytes()[:-7])
    assert asked(path) is ExitCode.PASSED
    told = capsys.readouterr()
    assert "is cut off" in told.err
    assert "network.weak_signal" in told.out
