"""What decode, encode, run and the program refuse or tell instead of passing over it."""

import json

import pytest

from hil.commands.entry import run
from simulator.version import own_version

ECHO = {"mti": "0800", "fields": {"11": "000001", "41": "10000001", "42": "123456789012345"},
        "tpdu": "6000000000", "header": "603100311001"}


def said(capsys, *arguments):
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def hex_of(capsys, message):
    code, out, err = said(capsys, "encode", json.dumps(message))
    assert code == 0, err
    return out.strip()


def test_a_mac_key_without_a_mac_is_no_pass(capsys):
    frame = hex_of(capsys, ECHO)
    code, _, err = said(capsys, "decode", frame, "--mac-key", "1" * 16)
    assert (code, err) == (1, "no F64 to check\n")


@pytest.mark.parametrize(("change", "why"), [
    ({"feilds": {}}, "feilds"),
    ({"subfields": {"60": {"type": "99"}}}, "subfields of 60 contradict fields"),
])
def test_what_encode_would_pass_over_is_refused(capsys, change, why):
    code, out, err = said(capsys, "encode", json.dumps({**ECHO, **change}))
    assert (code, out) == (2, "")
    assert why in err


def test_what_decode_tells_is_what_encode_takes(capsys):
    frame = hex_of(capsys, {**ECHO, "fields": {**ECHO["fields"], "60": "00000001301"}})
    _, told, _ = said(capsys, "decode", frame, "--json", "--clear")
    assert json.loads(told)["subfields"]["60"]
    assert hex_of(capsys, json.loads(told)) == frame


def test_nothing_is_no_message(capsys):
    assert said(capsys, "decode", "")[::2] == (2, "daozhang: no message given\n")
    assert said(capsys, "encode", "[]")[0] == 2


def test_atoms_without_an_atom_are_refused(tmp_path, capsys):
    empty = tmp_path / "atoms"
    empty.write_text('{"record":"phase_entered","at_ms":1,"actor":"run","phase":"faults"}\n')
    code, _, err = said(
        capsys, "run", "fixtures/scenarios/lost-reply.toml", "--atoms", str(empty))
    assert code == 2
    assert "no fault that fired is in it" in err


def test_the_program_tells_its_version_and_where_to_read(capsys):
    assert said(capsys, "--version")[:2] == (0, f"daozhang {own_version()}\n")
    assert said(capsys, "run")[2].endswith("(see daozhang run --help)\n")


@pytest.mark.parametrize("arguments", [
    ("run", "6200009753180120.toml"), ("run", "lost-reply", "--seed", "6200 0097 5318 0120"),
    ("run", "lost-reply", "--6200009753180120"), ("decode", "card 6200-0097-5318-0120"),
    ("encode", "6200.0097.5318.0120"), ("６２００００９７５３１８０１２０",),
    ("run", "lost-reply", "--report", "pyproject.toml/6200_0097_5318_0120"),
    ("run", "lost-reply", "--defect", "6200009753180120"),
    ("host", "6200009753180120.toml", "--state", "x.sqlite"),
    ("device", "--tid", "10000001", "--mid", "898000000000001", "--host", "127.0.0.1:9", "--nvm", "x",
     "--profile", "6200009753180120"),
    ("tell", "6200009753180120:1", "{}"), ("tell", "127.0.0.1:1", "{6200009753180120"),
])
def test_no_refusal_on_standard_error_shows_a_card_number(capsys, arguments):
    code, out, err = said(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "975318" not in "".join(str(int(char)) for char in err if char.isdecimal())
