"""What names a terminal (F41) and a merchant (F42): so many printable characters; knows no message.

A number of eight digits is the usual TID, and only one form of it: letters, blanks at any place and
every other printable ASCII character are allowed.  What people read or a file is called must not
become another thing by them, so lists and file names are made here.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from simulator.catalogue.language import Message, Told

TID_LENGTH, MID_LENGTH = 8, 15
PRINTABLE = "[ -~]"  # what one character may be, as a regular expression
MOST_LISTED = 10

_LENGTH = Message(
    "length", "{length} printable ASCII characters are needed, not {given}",
    "需要 {length} 个可打印的 ASCII 字符，而不是 {given} 个")
_PADDED = Message(
    "padded", "{length} printable ASCII characters are needed, not {given}; what is shorter is filled up with blanks",
    "需要 {length} 个可打印的 ASCII 字符，而不是 {given} 个；不足的用空格补足")
_UNPRINTABLE = Message(
    "unprintable",
    "{length} printable ASCII characters are needed; character {place} is U+{code}",
    "需要 {length} 个可打印的 ASCII 字符；第 {place} 个字符是 U+{code}")
_OR = Message("or", " or ", " 或 ")
_AND_MORE = Message("and_more", "{names} and {count} more", "{names} 以及另外 {count} 个")


def unfit(text: str, length: int) -> Told | None:
    r"""Why a text cannot be a TID or a MID of this length; None where it can.

    >>> unfit("A/1 #*\"x", 8), unfit("7700123", 8).en
    (None, '8 printable ASCII characters are needed, not 7; what is shorter is filled up with blanks')
    >>> unfit("770012\u00e94", 8).en
    '8 printable ASCII characters are needed; character 7 is U+00E9'
    """
    for place, char in enumerate(text, start=1):
        if not " " <= char <= "~":
            return _UNPRINTABLE.both(length=length, place=place, code=f"{ord(char):04X}")
    if len(text) != length:
        row = _PADDED if len(text) < length else _LENGTH
        return row.both(length=length, given=len(text))
    return None


def written(identifier: str, length: int) -> str:
    r"""A TID or MID as the text of a field: a backslash is written twice there.

    >>> written("a\\bcdefg", 8) == "a\\\\bcdefg"
    True
    """
    if len(identifier) == length and identifier.isascii():
        return identifier.replace("\\", "\\\\")
    return identifier  # heard like that: bytes that are no characters


def heard(text: str, length: int) -> str:
    r"""What :func:`written` was made from; a field with bytes that are no ASCII stays as it is.

    >>> heard("a\\\\bcdefg", 8) == "a\\bcdefg", heard("a\\xffbcdefg", 8) == "a\\xffbcdefg"
    (True, True)
    """
    plain = text.replace("\\\\", "\\")
    return plain if len(plain) == length and plain.isascii() else text


def shown(identifier: str) -> str:
    """A TID or MID in a line of text: in quotes where its ends could not be seen otherwise.

    >>> shown("77001234"), shown("AB 12  ")
    ('77001234', '"AB 12  "')
    """
    return identifier if identifier.isalnum() else '"' + identifier + '"'


def listed(identifiers: Iterable[str], most: int = MOST_LISTED) -> str:
    """Several of them, with a word between: numbers side by side could be read as a card's.

    >>> listed(["10000001", "10000002"])
    '10000001 or 10000002'
    """
    names = list(identifiers)
    said = _OR.say().join(map(shown, names[:most]))
    return said if len(names) <= most else _AND_MORE.say(names=said, count=len(names) - most)


def file_name(identifier: str) -> str:
    """The name of a file of its own, the same characters where a file system bears them.

    >>> file_name("77001234"), file_name("A/1 #*?x")
    ('77001234', 'A%2F1%20%23%2A%3Fx')
    """
    return quote(identifier, safe="")
