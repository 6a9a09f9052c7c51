"""What speaks for each mode, and which modes no evidence of theirs tells apart: rows of signatures.toml."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one mode looks like."""

    mode: str
    signs: dict[str, float] = {}
    weak: dict[str, float] = {}  # explained where the mode holds, never enough for it alone

    def weight(self, names: tuple[str, ...]) -> float:
        """What a sign of these names weighs for it; the closest name counts."""
        return max((self.signs.get(name, 0.0) for name in names), default=0.0)

    def explains(self, names: tuple[str, ...]) -> float:
        """What it weighs where the mode holds by something else."""
        return max((self.weak.get(name, 0.0) for name in names), default=0.0)


class Alike(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Modes that look the same in one sign."""

    modes: tuple[str, ...]
    sign: str
    family: str  # what they have in common
    family_zh: str
    en: str
    zh: str
    decides: str
    decides_zh: str


class Signatures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    signatures: tuple[Signature, ...]
    alike: tuple[Alike, ...]


@lru_cache(maxsize=1)
def all_signatures() -> Signatures:
    """Every row."""
    text = files(__package__).joinpath("signatures.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Signatures)
