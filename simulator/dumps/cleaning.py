r"""What stands around bytes in a line: colours, wide characters, times, remarks, words that lead in.

Nothing here reads a byte; it takes away what is none.
"""

from __future__ import annotations

import re
from functools import lru_cache

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # as an input method writes digits
_BLANK = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_NOTHING = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), None)
_PLAIN = {**_WIDE, **_BLANK, **_NOTHING}
_DATE = r"(?:\d{4}[-/.]\d{2}[-/.]\d{2}|\d{2}[-/.]\d{2}[-/.]\d{4})"
_TIME = r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:\s?(?:Z|[+-]\d{2}:?\d{2}))?(?![:\d])"
_STAMP = re.compile(
    rf"(?<![0-9A-Fa-f]){_DATE}[T ,_]?\s*{_TIME}|(?<=^)[\[(\s]*(?:{_TIME}(?=\s|\]|\))|\d{{10}}\.\d+)|(?<![0-9A-Fa-f]){_DATE}(?=\s)")
_REMARK = re.compile(r"(?:^|(?<=[\s,;})\]]))(?:#|//|;).*")
_NUMBERS = re.compile(r"\d+")
_BARS = re.compile(r"[ \t]+(?:\|.*\||>.*<)\s*$")
_GAP = re.compile(r"[ \t]{2,}")
_PAIRS = re.compile(r"[0-9A-Fa-f]{2}(?: {1,2}[0-9A-Fa-f]{2})*")
_TAGS = re.compile(r"</?(?:pre|code|p|div|span|br|td|tr|tt|b|i|li|samp|kbd)(?:\s[^<>]*)?/?>|&nbsp;|&#160;|&#xA0;", re.IGNORECASE)
_ONLY_BYTES = re.compile(r"[0-9A-Fa-f\s:,\-]*")
_BROKEN = re.compile(r"[0-9A-Fa-f ]{40,}=")  # as mail breaks a line that goes on
_ZEROS = {"A", "="}  # in base64
_WIDEST = 64  # bytes of a row that has its characters behind it


def cleaned(text: str) -> str:
    r"""A line without colours, its wide characters as plain ones.

    >>> cleaned("\x1b[32mTX\x1b[0m ００\u00a03C")
    'TX 00 3C'
    """
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    if ("<" in text or "&" in text) and _ONLY_BYTES.fullmatch(bare := _TAGS.sub(" ", text)) and bare.strip():
        text = bare
    if text.rstrip().endswith("=") and _BROKEN.fullmatch(text.strip()) and set(text.strip()) != _ZEROS:
        text = text.rstrip()[:-1]
    return text if text.isascii() else text.translate(_PLAIN)


def without_stamp(text: str) -> str:
    """A line without the times in it."""
    return _STAMP.sub(" ", text)


def without_remark(text: str) -> str:
    """A line without what is said behind ``#``, ``//`` or ``;``."""
    if "#" in text or ";" in text or "//" in text:
        text = _REMARK.sub("", text)
    return text.strip()


def is_remark(text: str) -> bool:
    """Whether a line is nothing but a remark."""
    return text.lstrip()[:1] in {"#", ";"} or text.lstrip()[:2] in {"//", "/*"}


def without_characters(text: str) -> str:
    """A row of bytes without the same bytes as characters behind them.

    >>> without_characters("00 3C 60 30 31  .<`01"), without_characters("00 3C   |.<|")
    ('00 3C 60 30 31', '00 3C')
    >>> without_characters("00 3C 60 00 03 00 00 60  31 00")
    '00 3C 60 00 03 00 00 60  31 00'
    """
    bare = _BARS.sub("", text)
    if bare != text:
        return bare.rstrip()
    for gap in _GAP.finditer(text):
        left, right = text[:gap.start()].lstrip(), text[gap.end():].rstrip()
        count = (len(left) + 2) // 3  # pairs with a blank between them
        if not right or count > _WIDEST or not _PAIRS.fullmatch(left):
            continue
        is_wide = len(gap[0].expandtabs()) > 2
        if len(right) <= count + 1 and (is_wide or not _PAIRS.fullmatch(right)):
            return left
    return text


def lead_of(text: str) -> str:
    """Words before bytes, each number in them as 0: what the rows of one dump in a log have in common."""
    return _NUMBERS.sub("0", text)


def behind_lead(text: str, lead: str) -> str | None:
    """What stands behind words that another line had before its bytes; None where they do not."""
    found = _leading(lead).match(text)
    return None if found is None else text[found.end():]


@lru_cache(maxsize=64)
def _leading(lead: str) -> re.Pattern[str]:
    return re.compile(r"\d+".join(map(re.escape, lead.split("0"))))
