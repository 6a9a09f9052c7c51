"""Names without quotation marks: what a scenario introduces in them is known without them from then on.

``Given a merchant "Baker"`` … ``When Baker settles``; ``terminal "P1"`` … ``P1 sells for ¥5``.  A sale keeps its
quotation marks, as most are named by a word of every day, and is known without its noun: ``"lunch" was pending``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hil.gherkin.nouns import CUSTOMERS, SALES, SHOPS, TERMINALS

_QUOTED = re.compile(r'"[^"]*"')
_CJK = re.compile("[\u3400-\u9fff]")
_LIST = re.compile(r'(?:(?:"[^"]*")(?: ?(?:,|and|和|与|及|、) ?)?)+')
_KINDS = (  # the noun before a name, and those that it is written out with
    (re.compile(rf"(?:{TERMINALS})s?$", re.IGNORECASE), ("terminal", "终端")),
    (re.compile(rf"(?:{CUSTOMERS})s?$", re.IGNORECASE), ("customer", "顾客")),
    (re.compile(rf"(?:{SHOPS})s?$", re.IGNORECASE), ("merchant", "商户")),
)
_CALLED = re.compile(r" ?(?:named|called|叫做|名叫|名为|叫)$", re.IGNORECASE)
_LABEL = re.compile(  # what is printed on a terminal
    rf"(?<![A-Za-z0-9-])([A-Z]{{1,5}}-[0-9]{{1,6}})(?![0-9A-Za-z])|(?i:{TERMINALS}) ?([0-9]{{5,8}})(?![0-9A-Za-z.元:])|(?i:{TERMINALS}) (?!T[0-9])([A-Z]+[0-9]+)(?![0-9A-Za-z])")
_IS_SHOP = re.compile(r" ?(?:has a|has one|has two|is a merchant|is paid|takes|sells|settles|(?:为|是).{0,8}商户|有|开通|装了)")
_OF_SALE = re.compile(r'(?:\bas |记为)("[^"]*")')
_IS_NAMED = re.compile(rf"(?:\bas|记为|{SALES}) ?$", re.IGNORECASE)
_SALE = ("the sale", "消费")
_NOT_NAMES = re.compile(r"[0-9.,:]+|[a-z_]+\.[a-z_]+")  # software, passwords, codes; modes


class Names:
    """What was introduced, as it is written out."""

    def __init__(self, steps: Iterable[tuple[str, str]] = ()) -> None:
        steps = tuple(steps)
        self._rows: dict[str, tuple[str, str]] = {}  # by name: the noun for English, for Chinese
        for kind, said in steps:
            if kind == "given":
                self._learn(said)
        self._sales = frozenset(quoted for _, said in steps for quoted in _OF_SALE.findall(said) if quoted[1:-1] not in self._rows)

    def _learn(self, said: str) -> None:
        for label in _LABEL.finditer(_QUOTED.sub(lambda found: " " * len(found[0]), said)):
            self._rows.setdefault(label[1] or label[2] or label[3], _KINDS[0][1])
        for found in _LIST.finditer(said):
            before = _CALLED.sub("", said[:found.start()].rstrip(" "))
            nouns = next((nouns for form, nouns in _KINDS if form.search(before)), None)
            if nouns is None and (_IS_SHOP.match(said, found.end()) or re.search(SHOPS, found[0], re.IGNORECASE)):
                nouns = _KINDS[2][1]
            if nouns is None:
                continue
            for quoted in _QUOTED.findall(found[0]):
                name = quoted[1:-1]
                if name and not _NOT_NAMES.fullmatch(name):
                    self._rows.setdefault(name, nouns)

    def put(self, name: str, nouns: tuple[str, str]) -> None:
        """One more, from a table."""
        self._rows.setdefault(name, nouns)

    def written_out(self, said: str) -> str:
        """A step with known names in quotation marks, each behind its noun."""
        is_chinese = bool(_CJK.search(_QUOTED.sub("", said)))
        said = _QUOTED.sub(lambda found: self._sale(found, is_chinese=is_chinese), said)
        if not self._rows:
            return said
        names = sorted(self._rows, key=len, reverse=True)
        form = re.compile(
            rf'(?P<noun>(?i:{TERMINALS}|{CUSTOMERS}|{SHOPS}) ?)?(?:"(?P<quoted>[^"]*)"|(?P<bare>{"|".join(map(_whole, names))}))')

        def out(found: re.Match[str]) -> str:
            name = found["quoted"] if found["quoted"] is not None else found["bare"]
            if name not in self._rows:
                return found[0]
            if found["noun"]:
                return f'{found["noun"]}"{name}"'
            return f'{self._rows[name][1]}"{name}"' if is_chinese else f'{self._rows[name][0]} "{name}"'

        return form.sub(out, said)

    def _sale(self, found: re.Match[str], *, is_chinese: bool) -> str:
        """The name of a sale behind its noun, unless it stands there or is given there."""
        if found[0] not in self._sales or _IS_NAMED.search(found.string, 0, found.start()):
            return found[0]
        return f"{_SALE[1]}{found[0]}" if is_chinese else f"{_SALE[0]} {found[0]}"

    def __hash__(self) -> int:
        return hash((tuple(self._rows.items()), self._sales))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Names) and (self._rows, self._sales) == (other._rows, other._sales)


def _whole(name: str) -> str:
    """A name, not a part of another word."""
    text = re.escape(name)
    return text if _CJK.search(name) else rf"(?<![A-Za-z0-9]){text}(?![A-Za-z0-9])"
