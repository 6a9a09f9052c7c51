"""A table as a TOML text that reads back as itself; knows nothing of what it says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any


def toml_text(table: Mapping[str, Any]) -> str:
    r"""The text of a table, a key a line, whatever is inside on the same line.

    >>> toml_text({"title": "a shop", "banks": [{"name": "bank.a", "share": 0.5}]})
    'title = "a shop"\nbanks = [{ name = "bank.a", share = 0.5 }]\n'
    """
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in table.items())


def _key(key: str) -> str:
    return key if key and key.replace("_", "a").replace("-", "a").isalnum() and key.isascii() else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)
