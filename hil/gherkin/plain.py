"""One form of a sentence, however its quotes, digits, punctuation and spaces were typed.

What stands in quotation marks is a name and stays as it is.
"""

from __future__ import annotations

import re

_QUOTED = re.compile('"[^"]*"|“[^“”]*”|”[^“”]*”|「[^「」]*」|『[^『』]*』|＂[^＂]*＂|«[^«»]*»')
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_AS = {0x3000: " ", 0xA0: " ", 0xFFE5: "¥", 0x2013: "-", 0x2014: "-", 0x2212: "-", 0x2019: "'", 0x3001: ","}
_CJK = "\u3400-\u9fff"
_PLACE = 0xE000  # private characters stand for quoted names meanwhile
_BESIDE_CJK = re.compile(f"(?<=[{_CJK}]) +| +(?=[{_CJK}])")
_PLACES = "\ue000-\uf8ff"
_BESIDE_NAME = re.compile(f" *([{_PLACES}]) *")
_COMMA = re.compile(f"(?<=[{_CJK}{_PLACES}0-9]) *, *(?=[{_CJK}{_PLACES}])|(?<=[{_CJK}{_PLACES}]) *, *(?=[0-9])")
_HAS_CJK = re.compile(f"[{_CJK}]")


def plain(text: str) -> str:
    """A sentence in its one form.

    >>> plain("商户 “街角小店” 做一笔 ６８．５０ 元 的消费。")
    '商户"街角小店"做一笔68.50元的消费'
    >>> plain('a merchant 「Corner Shop」 with  two terminals.')
    'a merchant "Corner Shop" with two terminals'
    """
    names: list[str] = []

    def put_away(found: re.Match[str]) -> str:
        names.append(f'"{found[0][1:-1]}"')
        return chr(_PLACE + len(names) - 1)

    kept = _QUOTED.sub(put_away, text)
    kept = " ".join(kept.translate(_WIDE).translate(_AS).split()).rstrip(".。 ")
    if _HAS_CJK.search(kept):
        kept = _BESIDE_NAME.sub(r"\1", _BESIDE_CJK.sub("", kept))
        kept = _COMMA.sub(",", kept)
    return "".join(
        names[ord(each) - _PLACE] if 0 <= ord(each) - _PLACE < len(names) else each for each in kept)
