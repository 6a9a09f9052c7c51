"""The vectors of fixtures/vectors as the tests of this folder read them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from simulator.wire.codec import Codec
from simulator.wire.dialect import Dialect
from simulator.wire.dialects import usual_dialect
from simulator.wire.framing import Framing

FOLDER = Path(__file__).parents[2] / "fixtures" / "vectors"


def load(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


MINTED = load("minted.json")
PUBLIC = load("public.json")
MORE = load("more.json")
ODD = load("odd.json")
CRYPTO = load("crypto.json")
KEYS = {name: bytes.fromhex(value) for name, value in MINTED["keys"].items()}
VECTORS: dict[str, dict[str, Any]] = {
    v["id"]: v for v in MINTED["vectors"] + PUBLIC["vectors"] + MORE["vectors"] + ODD["vectors"]
}
FRAMES = {name: bytes.fromhex(v["hex"]) for name, v in VECTORS.items()}
SEALED = [v["id"] for v in MINTED["vectors"] if v["mac"]]


def framing_of(name: str) -> Framing:
    said = VECTORS[name].get("framing", {"length_prefix": True, "header": "tpdu+6"})
    return Framing(said["length_prefix"], said["header"])


UNIONPAY = usual_dialect()
FRAMINGS = UNIONPAY.framings
CODEC = Codec(UNIONPAY)
encode, decode = CODEC.encode, CODEC.decode


@lru_cache(maxsize=64)
def framed(framing: Framing) -> Dialect:
    """The shipped dialect in another framing."""
    return replace(UNIONPAY, framing=framing)


@lru_cache(maxsize=64)
def codec_in(framing: Framing) -> Codec:
    return Codec(framed(framing))
