"""The firmware's own parts, built for this machine under sanitizers and asked with outside vectors.

The same sources run on the emulated board; nothing of this program's codec takes part.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.board.native_build import build, build_journal, seeds

_ROOT = Path(__file__).parents[2]
_VECTORS = _ROOT / "fixtures" / "vectors"
_HEADS = {"tpdu+6": 11, "tpdu": 5, "none+6": 6, "none": 0}
_FRAMES = 20_000

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler here (apt install gcc)")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs ``vectors``, ``fuzz``, ``slots`` and ``journal``."""
    folder = tmp_path_factory.mktemp("firmware")
    build(folder, ("vectors", "fuzz", "slots"))
    build_journal(folder)
    return folder


def _asked(built: Path, *questions: str) -> list[str]:
    run = subprocess.run([built / "vectors"], input="\n".join(questions) + "\n", text=True,
                         capture_output=True, check=True, timeout=60)
    assert not run.stderr
    return run.stdout.splitlines()


def _messages() -> list[tuple[str, str, dict[str, str]]]:
    """Name, bytes from the message type on, and fields, of every published or minted message."""
    found = []
    for name in ("public", "minted", "more", "odd"):
        for vector in json.loads((_VECTORS / f"{name}.json").read_text())["vectors"]:
            framing = vector.get("framing") or {"length_prefix": True, "header": "tpdu+6"}
            start = 2 * (2 * framing["length_prefix"] + _HEADS[framing["header"]])
            found.append((vector["id"], vector["hex"][start:].upper(), vector["fields"]))
    return found


def test_every_vector_is_read_and_written_back_byte_for_byte(built: Path) -> None:
    """Pad nibbles, odd lengths, longer fields than the document allows: as they came."""
    messages = _messages()
    back = _asked(built, *(f"recode {message}" for _, message, _ in messages))
    wrong = [(name, got) for (name, message, _), got in zip(messages, back, strict=True) if got != message]
    assert not wrong


def test_every_field_of_every_vector_has_its_value(built: Path) -> None:
    """Fields by number, digits as digits, everything else as its bytes."""
    messages = _messages()
    for (name, _, fields), line in zip(
            messages, _asked(built, *(f"fields {message}" for _, message, _ in messages)), strict=True):
        told = dict(part.split("=", 1) for part in line.split()[1:])
        assert list(told) == list(fields), name
        for number, value in fields.items():
            text = re.sub(rb"\\x([0-9a-f]{2})", lambda at: bytes.fromhex(at[1].decode()), value.encode("gbk"))
            raw = {value.upper(), text.hex().upper()}  # digits or hex, or text with \xNN for odd bytes
            assert told[number].upper() in raw, (name, number)


def test_a_message_cut_anywhere_is_damaged_and_not_another_one(built: Path) -> None:
    """No beginning of a message is read as a message, and bytes behind its end are told."""
    _, message, _ = next(row for row in _messages() if row[0] == "sale_req")
    cuts = [message[:at] for at in range(2, len(message), 2)] + [message + "00"]
    assert all(line.startswith("damage") for line in _asked(built, *(f"recode {cut}" for cut in cuts)))


def test_des_gives_what_the_standards_say(built: Path) -> None:
    """FIPS 81 and the variable-plaintext tests of SP 800-17; triple DES by EDE."""
    assert _asked(built, "encrypt 0123456789ABCDEF 4E6F772069732074", "encrypt 0101010101010101 8000000000000000",
                  "decrypt 0123456789ABCDEF 3FA40E8A984D4815", "kcv 0123456789ABCDEFFEDCBA9876543210",
                  "encrypt 0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123 5468652071756663") == [
        "3FA40E8A984D4815", "95F8A5E5DD31D900", "4E6F772069732074", "08D7B4FB", "A826FD8CE53B855F"]


def test_macs_keys_and_pin_are_those_of_the_published_vectors(built: Path) -> None:
    """Both MACs, the 40 bytes of a sign-on and a PIN block."""
    crypto = json.loads((_VECTORS / "crypto.json").read_text())
    cup, x919 = crypto["mac"]
    assert _asked(built, f"mac cup {cup['key']} {cup['mab']}", f"mac x919 {x919['key']} {x919['mab']}") == [
        cup["f64"], x919["f64"]]
    minted = json.loads((_VECTORS / "minted.json").read_text())
    keys, vectors = minted["keys"], {row["id"]: row["fields"] for row in minted["vectors"]}
    assert _asked(built, f"keys 3 {keys['TMK']} {vectors['signin_resp_40']['62']}",
                  f"keys 4 {keys['TMK']} {vectors['signin_resp_60']['62']}") == [
        f"ok {keys['PIK']} {keys['MAK_single']} ", f"ok {keys['PIK']} {keys['MAK_single']} {keys['TDK']}"]
    assert _asked(built, f"pin 123456 {minted['pan']} {keys['PIK']}") == [vectors["sale_req"]["52"]]


def test_keys_that_fail_their_check_value_are_none(built: Path) -> None:
    """Any changed nibble of key or check value is found."""
    minted = json.loads((_VECTORS / "minted.json").read_text())
    right = next(row["fields"]["62"] for row in minted["vectors"] if row["id"] == "signin_resp_40")
    places = [at for at in range(0, 80, 3) if not 56 <= at < 72]
    wrong = [right[:at] + ("0" if right[at] != "0" else "1") + right[at + 1:] for at in places]
    told = _asked(built, *(f"keys 3 {minted['keys']['TMK']} {value}" for value in wrong))
    assert set(told) == {"PIN KEY", "MAC KEY"}


def test_what_became_of_scripts_is_said_by_their_numbers(built: Path) -> None:
    """Five bytes a script: result nibble 2, command nibble 0, and 9F18 of its template, zeros where it has none."""
    first, second = "71099F180411223344860102", "72089F1804AABBCCDD8600"
    first = "71" + f"{len(first[4:]) // 2:02X}" + first[4:]
    second = "72" + f"{len(second[4:]) // 2:02X}" + second[4:]
    arpc, nameless = "910A00112233445566778899", "72028600"
    told = _asked(built, f"scripts {arpc}{first}{second}", f"scripts {arpc}", f"scripts {nameless}", f"scripts {first[:-2]}",
                  f"scripts {second * 5}", f"chip 91 {arpc}{first}", f"chip 9F18 {first}", "chip 9F18 9F1804112233")
    assert told == ["20112233442" + "0AABBCCDD", "", "2000000000", "", "20AABBCCDD" * 4, arpc, "", ""]


def test_a_journal_cut_at_any_store_is_as_before_or_as_after(built: Path) -> None:
    """Days of trade with compactions, cut inside each record's head and all over its payload; every
    changed byte is found.
    """
    run = subprocess.run([built / "journal"], capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stdout
    assert "cuts" in run.stdout
    assert "damages" in run.stdout


def test_software_cut_at_any_store_is_the_old_one_or_the_new_one(built: Path) -> None:
    """Three updates from slot to slot; whatever byte of the new one is damaged, the old one starts."""
    run = subprocess.run([built / "slots"], capture_output=True, text=True, check=False, timeout=300)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert "cuts" in run.stdout


@pytest.mark.parametrize(("message", "why"), [
    ("02007024048020C08011FF", "damage 2 "), ("020000000000000000", "damage"), ("02XX", "damage"),
    ("0200400000000000000019620000975318012", "damage"), ("02004000000000000000FA" + "62" * 200, "damage 2 "),
    ("0200400000000000000004620X", "damage"),
], ids=["no-length", "short-map", "no-hex", "odd", "longer-than-allowed", "no-digit"])
def test_what_is_no_message_is_named_by_its_field(built: Path, message: str, why: str) -> None:
    """A length that is none, an end too early, a longer field than any message has."""
    told, = _asked(built, f"recode {message}")
    assert told.startswith(why), told


def test_frames_of_a_seeded_generator_find_nothing(built: Path) -> None:
    """The short form of ``fuzz 1000000``: codec, replies, the till's line and the keys."""
    run = subprocess.run([built / "fuzz", str(_FRAMES), "1"], input=seeds(), capture_output=True, text=True,
                         check=False, timeout=300)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert run.stdout.endswith(f"{_FRAMES} frames\n")
