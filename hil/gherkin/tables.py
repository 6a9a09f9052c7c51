"""Tables of parameters below a step, ``| key | value |``, as the keys of a scenario with their types."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hil.gherkin.values import length_ms, length_text
from hil.gherkin.wrong import WrongError, unknown
from simulator.catalogue.language import Told
from simulator.scenario.parts.part import Part

_HEADINGS = {("key", "value"), ("parameter", "value"), ("参数", "值"), ("键", "值"), ("项目", "值")}
_LENGTH = re.compile(r"[0-9.]+ ?(?:milliseconds?|seconds?|minutes?|hours?|days?|毫秒|秒钟?|分钟?|个?小时|天)")
_TRUE = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
_KEY = Told("key", "参数")
_COLUMN = Told("column", "列")


def pairs(table: list[list[str]]) -> dict[str, str]:
    """The rows of a table of two columns; a heading of its own is left out."""
    for row in table:
        if len(row) != 2:
            raise WrongError(f"a table of two columns is needed, | key | value |; this row has {len(row)}: {' | '.join(row)}",
                             f"需要两列的表格：| 参数 | 值 |；这一行有 {len(row)} 列：{' | '.join(row)}")
    rows = table[1:] if table and tuple(each.lower() for each in table[0]) in _HEADINGS else table
    found: dict[str, str] = {}
    for key, value in rows:
        if key in found:
            raise WrongError(f"{key} stands twice in the table", f"表格中 {key} 出现两次")
        found[key] = value
    return found


_COLUMNS = {  # as people head them
    "名称": "name", "商户": "merchant", "商家": "merchant", "姓名": "name", "顾客": "customer", "终端": "terminal", "终端数": "terminals",
    "终端数量": "terminals", "费率": "fee", "手续费": "fee", "到账": "terms", "到账方式": "terms", "结算方式": "terms", "封顶": "cap",
    "余额": "balance", "金额": "amount", "编号": "name", "shop": "merchant", "store": "merchant", "till": "terminal", "rate": "fee",
    "payout": "terms", "settlement": "terms", "sum": "amount", "money": "balance", "tills": "terminals", "POS": "terminal", "记为": "name",
}


def rows_by(table: list[list[str]], columns: Mapping[str, str], *, headless: bool = False) -> list[dict[str, str]]:
    """Rows by the heads of their columns; a default other than "" fills what is left out.

    ``headless``: a table of as many columns as there are may do without heads.
    """
    head = [_COLUMNS.get(each, each.lower()) for each in table[0]]
    if len(columns) == 2 and head[0] == "name" and "merchant" in columns:
        head[0] = "merchant"  # whose name it is goes without saying
    if headless and len(head) == len(columns) and not set(head) <= set(columns):
        head, rows = list(columns), table
    else:
        rows = table[1:]
    for each in head:
        if each not in columns:
            raise unknown(_COLUMN, each, columns)
    if len(set(head)) < len(head):
        raise WrongError("a column stands twice in the table", "表格中有一列出现两次")
    if not rows:
        raise WrongError("the table has no row below its heads", "表格只有表头，没有内容")
    return [{**columns, **{key: value.strip().strip('"') for key, value in zip(head, row, strict=True) if value.strip()}} for row in rows]


def typed(given: Mapping[str, str], part: type[Part]) -> dict[str, Any]:
    """Values of a part of a scenario, each as its key wants it."""
    properties: dict[str, Any] = part.model_json_schema()["properties"]
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in properties:
            raise unknown(_KEY, key, properties)
        values[key] = _value(value, _types(properties[key]))
    return values


def laid(given: Mapping[str, str], part: type[Part]) -> dict[str, Any]:
    """Values by paths such as ``fee.cap``, each as the key at the end of its path wants it."""
    schema: dict[str, Any] = part.model_json_schema()
    return {path: _value(value, _types(_at(schema, path))) for path, value in given.items()}


def _at(schema: dict[str, Any], path: str) -> Any:
    """What a path leads to; ``WrongError`` with the keys that there are."""
    here: Any = schema
    for key in path.split("."):
        tables = [each for each in _forms(schema, here) if "properties" in each]
        properties = {name: row for each in tables for name, row in each["properties"].items()}
        if key not in properties:
            raise unknown(_KEY, key, properties)
        here = properties[key]
    return {"anyOf": _forms(schema, here)}


def _forms(schema: dict[str, Any], node: Any) -> list[Any]:
    """All that may stand at a node: what it refers to, and one of a list where a table may stand for the list."""
    if "$ref" in node:
        return _forms(schema, schema["$defs"][node["$ref"].rpartition("/")[2]])
    found = [node]
    for each in (*node.get("anyOf", ()), *node.get("allOf", ())):
        found += _forms(schema, each)
    if isinstance(node.get("items"), dict) and "$ref" in node["items"]:
        found += _forms(schema, node["items"])
    return found


def _types(row: Any) -> set[str]:
    return {each["type"] for each in (row, *row.get("anyOf", ())) if "type" in each}


def _value(text: str, types: set[str]) -> Any:
    text = text.strip().strip('"')
    if "array" in types:
        return [each.strip().strip('"') for each in re.split("[,;]", text.strip("[]"))]
    if types & {"integer", "number"} and re.fullmatch(r"-?\d+", text):
        return int(text)
    if "number" in types and re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    if "number" in types and re.fullmatch(r"\d+(\.\d+)? ?%", text):
        return float(text.rstrip("% ")) / 100
    if "boolean" in types and text.lower() in _TRUE:
        return _TRUE[text.lower()]
    if _LENGTH.fullmatch(text):
        return length_text(length_ms(text))
    return text
