"""The values of sentences as people write them, each kind with its form, its reading and an example.

``pattern`` is wide on purpose: what is meant as a value and is none is told as such, with what is
allowed, and is no unknown sentence.  What a value means on a stage is the stage's business.
"""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

from hil.gherkin.calendar_words import MOMENT_FORM, MOMENT_PATTERN, read_moment
from hil.gherkin.value import Value, refused
from simulator.catalogue.language import Told
from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

UNITS = {
    "ms": 1, "millisecond": 1, "milliseconds": 1, "s": SECOND_MS, "sec": SECOND_MS, "second": SECOND_MS,
    "seconds": SECOND_MS, "m": MINUTE_MS, "min": MINUTE_MS, "minute": MINUTE_MS, "minutes": MINUTE_MS,
    "h": HOUR_MS, "hour": HOUR_MS, "hours": HOUR_MS, "d": DAY_MS, "day": DAY_MS, "days": DAY_MS,
    "毫秒": 1, "秒": SECOND_MS, "秒钟": SECOND_MS, "分": MINUTE_MS, "分钟": MINUTE_MS, "小时": HOUR_MS,
    "个小时": HOUR_MS, "天": DAY_MS, "日": DAY_MS, "week": 7 * DAY_MS, "weeks": 7 * DAY_MS, "周": 7 * DAY_MS,
    "星期": 7 * DAY_MS, "个星期": 7 * DAY_MS, "钟头": HOUR_MS, "个钟头": HOUR_MS, "mins": MINUTE_MS, "secs": SECOND_MS,
    "hrs": HOUR_MS, "hr": HOUR_MS,
}
NUMBERS = {
    "a": 1, "an": 1, "no": 0, "once": 1, "twice": 2, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "sixty": 60, "ninety": 90, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}
_CHINESE_UNITS = "毫秒|秒钟?|分钟?|个?小时|个?钟头|天|日|周|个?星期"
_NUMBER_WORDS = (
    r"an?\b|one|two|three|four|five|sixty|six|seven|eight|ninety|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|forty")
_HALVES = (  # as people say them: with what they mean in digits
    (re.compile(r"\b(?:a )?half an hour\b|\ba half hour\b|半个?小时|半个?钟头", re.IGNORECASE), "30min"),
    (re.compile(r"\b(?:a )?quarter of an hour\b|一刻钟", re.IGNORECASE), "15min"),
    (re.compile(r"\b(?:an|one) hour and a half\b|\bone and a half hours\b|一个半(?:小时|钟头)", re.IGNORECASE), "90min"),
    (re.compile(r"\bhalf a minute\b|半分钟", re.IGNORECASE), "30s"), (re.compile(r"\bhalf a day\b|半天", re.IGNORECASE), "12h"),
    (re.compile(r"\ba fortnight\b", re.IGNORECASE), "14d"),
)
_SUM = re.compile(r"(?:¥|RMB|CNY)? ?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?) ?(?:yuan|RMB|CNY|元|块钱|块)?", re.IGNORECASE)
_SUMS_IN = re.compile(r"¥ ?([0-9][0-9,]*(?:\.[0-9]{1,2})?)(?![0-9])|(?<![0-9.,])([0-9][0-9,]*(?:\.[0-9]{1,2})?) ?元|(?<![0-9.,])([0-9][0-9,]*\.[0-9]{2})(?![0-9])")
_PERCENT = re.compile(r"(\d+(?:\.\d{1,4})?) ?(?:%|percent|per cent)?", re.IGNORECASE)
_PART = re.compile(
    rf"(\d+(?:\.\d+)?|{_NUMBER_WORDS}|[一二两三四五六七八九十]+) ?"
    rf"({_CHINESE_UNITS}|[a-z]+)(?: and |, | )?", re.IGNORECASE)


def fen(text: str) -> int:
    """An amount in yuan as fen, digit by digit.

    >>> fen("¥1,234.5"), fen("68"), fen("68.00元")
    (123450, 6800, 6800)
    """
    found = _SUM.fullmatch(text.strip())
    if found is None:
        raise refused(MONEY, text, MONEY_FORM)
    return int(Decimal(found[1].replace(",", "")) * 100)


def yuan_text(amount_fen: int) -> str:
    """An amount as the features write it.

    >>> yuan_text(-5)
    '¥-0.05'
    """
    sign = "-" if amount_fen < 0 else ""
    return f"¥{sign}{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02}"


def yuan(amount_fen: int) -> str:
    """An amount as a scenario writes it.

    >>> yuan(6850)
    '68.50'
    """
    return f"{amount_fen // 100}.{amount_fen % 100:02}"


def percent(text: str) -> str:
    """A rate as a scenario writes it."""
    found = _PERCENT.fullmatch(text.strip())
    if found is None:
        raise refused(PERCENT, text, PERCENT_FORM)
    return found[1]


def length_ms(text: str) -> int:
    """A length of time.

    >>> length_ms("10 minutes"), length_ms("1小时30分钟"), length_ms("1h 30m")
    (600000, 5400000, 5400000)
    """
    at, total, said = 0, 0.0, text
    for form, meant in _HALVES:
        text = form.sub(meant, text)
    text = text.strip()
    while at < len(text):
        found = _PART.match(text, at)
        unit = UNITS.get(found[2].lower()) if found else None
        if found is None or unit is None:
            raise refused(LENGTH, said, LENGTH_FORM)
        total += _count(found[1]) * unit
        at = found.end()
    return round(total)


def _count(text: str) -> float:
    """How many of a unit: digits, a word, Chinese numerals up to 99."""
    if text.lower() in NUMBERS:
        return NUMBERS[text.lower()]
    if "十" in text:
        tens, _, ones = text.partition("十")
        return NUMBERS.get(tens, 1) * 10 + NUMBERS.get(ones, 0)
    if not text[0].isdigit():
        raise refused(LENGTH, text, LENGTH_FORM)
    return float(text)


def length_text(ms: int) -> str:
    """A length as a scenario writes it."""
    return f"{ms}ms"


def number(text: str) -> int:
    """A whole number, in digits or as a word; an ordinal as well.

    >>> number("3rd"), number("两"), number("第2"), number("second")
    (3, 2, 2, 2)
    """
    plain = re.sub(r"^第|(?<=\d)(?:st|nd|rd|th)$", "", text.strip().lower())
    if plain in NUMBERS:
        return NUMBERS[plain]
    if not plain.isdigit():
        raise refused(NUMBER, text, NUMBER_FORM)
    return int(plain)


def name(text: str) -> str:
    """What stands in quotation marks."""
    return text.strip()[1:-1]


class Wording(msgspec.Struct, frozen=True):
    """What a text that somebody got says: words as they stand in it, or a sum, however it writes that."""

    words: str = ""
    amount_fen: int = 0

    def is_in(self, text: str) -> bool:
        """Whether a text says it; digits are never a part of a longer number.

        >>> wording('"99.40"').is_in("净额199.40元"), wording("¥1,099.4").is_in("净额1099.40元"), wording("8").is_in("8日到账")
        (False, True, False)
        """
        if self.words:
            return re.search(rf"(?<![0-9])(?<![0-9][.,]){re.escape(self.words)}(?![0-9]|[.,][0-9])", text) is not None
        return any(fen("".join(each)) == self.amount_fen for each in _SUMS_IN.findall(text))


def wording(text: str) -> Wording:
    """Words in quotation marks, or an amount."""
    if text == '""':
        raise refused(SAID, text, SAID_FORM)
    return Wording(words=name(text)) if text.startswith('"') else Wording(amount_fen=fen(text))


def code(text: str) -> str:
    """A response code."""
    if not re.fullmatch(r"[0-9A-Z]{2}", text):
        raise refused(CODE, text, CODE_FORM)
    return text


MONEY = Told("amount of yuan", "金额")
MONEY_FORM = Told("68, 68.00, ¥1,234.50, 1,234.5 yuan", "68、68.00、¥1,234.50、1,234.5元")
PERCENT = Told("percentage", "百分比")
PERCENT_FORM = Told("3%, 0.6 %, 0.6", "3%、0.6%、0.6")
LENGTH = Told("length of time", "时长")
LENGTH_FORM = Told("90 seconds, 10 minutes, 4 hours, 2 days, 1h 30m", "90秒、10分钟、4小时、2天、1小时30分钟")
NUMBER = Told("number", "数")
NUMBER_FORM = Told("3, three", "3、三")
ORDINAL = Told("which one", "第几个")
ORDINAL_FORM = Told("3rd, third, 3", "第3、第三、3")
CODE = Told("response code", "应答码")
CODE_FORM = Told("two characters such as 00, 51, A0", "两个字符，如 00、51、A0")
SAID = Told("what is said", "内容")
SAID_FORM = Told('words in quotation marks, or an amount: "is late", ¥99.40', '引号中的文字，或金额："延迟到账"、99.40元')
NAME = Told("name", "名称")
NAME_FORM = Told('a name in quotation marks: "…", “…” or 「…」', '引号中的名称："…"、“…”或「…」')

_NUMBER_PATTERN = (
    r"第?\d+(?:st|nd|rd|th)?|no|once|twice|a|one|two|three|four|five|six|seven|eight|nine|ten|first|second|third|fourth|fifth"
    r"|第?[一二两三四五六七八九十]")
_MONEY_PATTERN = r"(?:(?:¥|RMB|CNY) ?)?-?[0-9](?:[0-9A-Za-z.,]*[0-9A-Za-z.])?(?: ?(?:yuan|RMB|CNY|元|块钱|块))?"

PLAIN: dict[str, Value] = {
    "Money": Value(MONEY, _MONEY_PATTERN, fen, MONEY_FORM, Told("¥68.00", "68.00元")),
    "Percent": Value(PERCENT, r"[0-9](?:[0-9A-Za-z.,]*[0-9A-Za-z.])?(?: ?(?:%|percent))?", percent, PERCENT_FORM, Told("0.6%", "0.6%")),
    "Length": Value(LENGTH, rf"half an hour|a quarter of an hour|an hour and a half|half a minute|half a day|半个?小时|半个?钟头|半分钟|一刻钟|一个半小时|半天|(?:(?:[0-9.]+|{_NUMBER_WORDS}|[一二两三四五六七八九十]+) ?(?:{_CHINESE_UNITS}|[A-Za-z]+)(?: and |, | )?)+?",
                    length_ms, LENGTH_FORM, Told("10 minutes", "10分钟")),
    "Number": Value(NUMBER, _NUMBER_PATTERN, number, NUMBER_FORM, Told("2", "2")),
    "Times": Value(
        Told("how often", "次数"), r"once|twice|(?:\d+|one|two|three|four|five) times", lambda text: number(text.removesuffix(" times")),
        Told("once, twice, 3 times", "1次、两次"), Told("twice", "两次")),
    "Nth": Value(ORDINAL, _NUMBER_PATTERN, number, ORDINAL_FORM, Told("2nd", "第2")),
    "Name": Value(NAME, r'"[^"]*"', name, NAME_FORM, Told('"Corner Shop"', '"街角小店"')),
    "Said": Value(
        SAID, rf'"[^"]*"|{_MONEY_PATTERN}', wording, SAID_FORM, Told("¥99.40", "99.40元")),
    "Version": Value(
        Told("software version", "软件版本"), r'"[^"]*"|[0-9]{8}', lambda text: text.strip().strip('"'),
        Told("eight digits such as 31200000, in quotation marks or not", "八位数字，如 31200000，可加引号"), Told("31200000", "31200000")),
    "Moment": Value(Told("moment", "时刻"), MOMENT_PATTERN, read_moment, MOMENT_FORM,
                    Told("2026-01-29 22:30", "2026-01-29 22:30")),
    "Code": Value(CODE, r"[0-9A-Za-z]{1,4}", code, CODE_FORM, Told("51", "51")),
}
