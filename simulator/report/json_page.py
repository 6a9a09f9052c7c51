"""docs/json.md from the types of a judgement: ``python -m simulator.report.json_page``.

Every structure that a report may hold is a table of its fields; what is said of a field is what stands
beside it in the source.  Names that nobody says more of speak by their endings, see ``HEAD``.
"""

from __future__ import annotations

import inspect
import re
import sys
import types
import typing
from collections.abc import Iterator
from enum import Enum

import msgspec

from simulator.report.json_report import FORMAT, JsonReport

HEAD = f"""# The report as JSON

`daozhang run day.toml --json FILE` (or `-` for standard output), `daozhang judge day.jsonl --json FILE` and
`judgement.json` in the folder of `--report` are one and the same form: one object of the type `JsonReport`
below; of several scenarios an array of them. `daozhang schema report` prints its JSON Schema,
`daozhang schema trace` that of one line of a trace (`--trace`).

- `format` is `"{FORMAT}"`. Fields are only ever added; where one must change its meaning, `format` changes. A
  reader passes over what it does not know.
- `…_fen`: a sum in fen, an integer; `_fen` of a `Tally` and of `…Sums` likewise. Money that goes back is below zero.
- `…_ms`: a moment in Unix milliseconds, or with `_ms` of a duration milliseconds. Calendar days are Beijing's.
- `…_zh`: the Chinese of the field without it; both are always there, whatever `--lang` says. Codes, keys and
  identifiers stand beside the words.
- `key`: `TID/batch/STAN` of a transaction. `mid`: a merchant's number. `tid`: a terminal's.
- `null`: it did not come to that, or nobody saw it. An empty text: there is none.
- Card numbers are masked, as everywhere.

```sh
daozhang run maintenance-case-study --json - | python3 -c 'import json, sys
told = json.load(sys.stdin)
print(told["verdict"], *(row["sale"] for row in told["sales"] if row["where"] == "lost"))'
```

| verdict | exit | |
|---|---|---|
| `PASS` | 0 | every rule held that was exercised, every expectation was met |
| `FAIL` | 1 | the system under test broke a rule, or an expectation was not met: `findings` |
| `INCONCLUSIVE` | 4 | evidence is missing, or the run was too short: `reasons` say what to set |
| `ERROR` | 3 | the harness broke; says nothing about what was tested |

`findings` are the first 50 of each rule, `invariants[].violations` counts all. `sales` are the first of a large
run, `sales_left_out` counts the others; sums and causes are of all.
"""
_FIELD = re.compile(r"^    (\w+): [^#]+(?:#\s*(.*))?$")
_NAMES = {
    str: "text", int: "integer", bool: "true or false", float: "number", type(None): "null",
}


def page() -> str:
    """The whole page."""
    return "\n".join([
        HEAD, *(_enum(each) if issubclass(each, Enum) else _structure(each) for each in found())])


def found() -> list[type]:
    """Every type that a report may hold, the report first, each once, in the order of its fields."""
    types_found: list[type] = []
    ahead: list[type] = [JsonReport]
    while ahead:
        each = ahead.pop(0)
        if each in types_found:
            continue
        types_found.append(each)
        if not issubclass(each, Enum):
            ahead += [part for _, told in _fields(each) for part in _parts(told)]
    return types_found


def _fields(structure: type) -> list[tuple[str, typing.Any]]:
    told = typing.get_type_hints(structure)
    return [(each.name, told[each.name]) for each in msgspec.structs.fields(structure)]


def _parts(told: typing.Any) -> Iterator[type]:
    if isinstance(told, type) and (issubclass(told, msgspec.Struct | Enum)):
        yield told
    for each in typing.get_args(told):
        yield from _parts(each)


def _structure(structure: type) -> str:
    said = {name: _summary(told) for name, told in _fields(structure)} | _said(structure)
    lines = [f"## {structure.__name__}\n", _text(structure), "\n| field | | |", "|---|---|---|"]
    lines += [f"| `{name}` | {_name(told)} | {said.get(name, '')} |" for name, told in _fields(structure)]
    return "\n".join(lines) + "\n"


def _enum(enum: type[Enum]) -> str:
    said = dict(re.findall(r"^    (\w+) = .*?#\s*(.*)$", inspect.getsource(enum), re.MULTILINE))
    lines = [f"## {enum.__name__}\n", _text(enum), "\n| value | |", "|---|---|"]
    lines += [f"| `{each.value}` | {said.get(each.name, '')} |" for each in enum]
    return "\n".join(lines) + "\n"


def _text(part: type) -> str:
    text = inspect.cleandoc(part.__doc__ or "").replace("``", "`")
    return re.sub(r":class:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text)


def _summary(told: typing.Any) -> str:
    """Where nothing stands beside a field, what its type is."""
    for part in _parts(told):
        return _text(part).split("\n", 1)[0].replace("|", "\\|")
    return ""


def _said(structure: type) -> dict[str, str]:
    """What stands beside each field in the source, of the structure and of those that it is made from."""
    said: dict[str, str] = {}
    for each in reversed(structure.__mro__):
        if issubclass(each, msgspec.Struct) and each is not msgspec.Struct:
            for line in inspect.getsource(each).splitlines():
                if (match := _FIELD.match(line)) and match[2]:
                    said[match[1]] = match[2].replace("|", "\\|")
    return said


def _name(told: typing.Any) -> str:
    """A type in words."""
    origin, parts = typing.get_origin(told), typing.get_args(told)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_name(each) for each in parts)
    if origin is tuple:
        if parts[-1] is Ellipsis:
            return f"list of {_name(parts[0])}"
        return "[" + ", ".join(_name(each) for each in parts) + "]"
    if origin is dict:
        return f"object: {_name(parts[0])} to {_name(parts[1])}"
    if told in _NAMES:
        return _NAMES[told]
    return f"[{told.__name__}](#{told.__name__.lower()})"


if __name__ == "__main__":
    sys.stdout.write(page())
