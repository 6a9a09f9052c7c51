"""F62 of what comes whole: contactless parameters, parameters of 360, TMS task, status of 362.

* contactless: six hex characters of a tag, n3 a length, so many characters; repeated.
* 360 and 362: n2 a tag and a value of the width that the tag has; there is no length, so a tag
  that is not known ends the reading.  Tag 26 of 360 is four binary bytes.
* 364: **our own form**, since no source shows one: n2 a tag, n3 a length, so many characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simulator.wire.errors import WireError

Values = tuple[tuple[str, str], ...]  # tag and value as text; binary values in hex

SWITCHES = "26"
_TEXT = "gb18030"
PARAMETER_WIDTHS: dict[str, int] = {
    "11": 2, "12": 2, "13": 1, "14": 14, "15": 14, "16": 14, "17": 14, "18": 1, "19": 2, "20": 1,
    "21": 1, "22": 40, "23": 1, "24": 1, "25": 1, SWITCHES: 4,
}
PARAMETER_NAMES: dict[str, str] = {
    "11": "application_type", "12": "reply_timeout_s", "13": "dial_tries", "14": "phone_1",
    "15": "phone_2", "16": "phone_3", "17": "management_phone", "18": "tip",
    "19": "tip_percent", "20": "key_in", "21": "automatic_sign_off", "22": "merchant_name",
    "23": "resend_times", "24": "offline_upload", "25": "key_index", SWITCHES: "switches",
}
STATUS_WIDTHS: dict[str, int] = {
    **{f"{number:02}": 1 for number in range(1, 6)},
    **{tag: width for tag, width in PARAMETER_WIDTHS.items() if tag not in {"22", SWITCHES}},
    "27": 2, "51": 12,
}
STATUS_NAMES: dict[str, str] = {
    "01": "keyboard", "02": "pin_pad", "03": "card_reader", "04": "printer", "05": "display",
    **PARAMETER_NAMES, "27": "offline_count", "51": "hours_dials_successes",
}
DEVICES = ("01", "02", "03", "04", "05")  # of a status: 1 is good
GOOD = "1"
TASK_NAMES: dict[str, str] = {
    "01": "platform", "02": "content", "03": "from_date", "04": "until_date", "05": "phone_1",
    "06": "phone_2", "07": "address", "08": "port", "09": "check_code",
}
CONTACTLESS_NAMES: dict[str, str] = {
    "FF805D": "channel_first", "FF803A": "tap_again_s", "FF803C": "tap_again_times_s",
    "FF8058": "no_pin_limit", "FF8054": "no_pin", "FF8055": "bin_a", "FF8056": "bin_b",
    "FF8057": "cdcvm", "FF8059": "no_signature_limit", "FF805A": "no_signature",
    "FF810C": "tap_first",
}
# Bits of tag 26, the top bit of its first byte is 1; the kinds of ours that each lets be.
SWITCHED: dict[int, str] = {
    1: "balance", 2: "preauth", 3: "preauth_void", 4: "completion", 5: "completion_void",
    6: "sale", 7: "void", 8: "refund", 9: "offline_sale", 10: "adjust", 11: "completion_advice",
}


def format_values(values: Iterable[tuple[str, str]], widths: Mapping[str, int]) -> bytes:
    r"""Tags and values of fixed widths, texts padded by blanks on the right.

    >>> format_values((("12", "60"), ("26", "FFC00000")), PARAMETER_WIDTHS)
    b'126026\xff\xc0\x00\x00'
    """
    made = b""
    for tag, value in values:
        content = bytes.fromhex(value) if tag == SWITCHES else value.encode(_TEXT)
        width = widths[tag]
        if len(content) > width:
            raise WireError("62", len(made), f"tag {tag} has {width} bytes")
        made += tag.encode("ascii") + content.ljust(width)
    return made


def read_values(private: bytes, widths: Mapping[str, int]) -> Values:
    """Tags and values of fixed widths; :class:`WireError` at a tag that is not known."""
    found, at = [], 0
    while at < len(private):
        tag = private[at:at + 2].decode("ascii", "replace")
        width = widths.get(tag)
        content = private[at + 2:at + 2 + (width or 0)]
        if width is None or len(content) != width:
            raise WireError("62", at, "no tag that is known with a value of its width")
        found.append((tag, _text(tag, content, at)))
        at += 2 + width
    return tuple(found)


def _text(tag: str, content: bytes, at: int) -> str:
    if tag == SWITCHES:
        return content.hex().upper()
    try:
        return content.decode(_TEXT).rstrip()
    except UnicodeDecodeError:
        raise WireError("62", at, f"tag {tag} is no text") from None


def switched_off(switches: str) -> tuple[str, ...]:
    """The kinds that tag 26 switches off.

    >>> switched_off("FEE00000")
    ('refund',)
    """
    bits = f"{int(switches, 16):032b}"
    return tuple(kind for bit, kind in SWITCHED.items() if bits[bit - 1] == "0")


# ---- with a length ---------------------------------------------------------------------------

CONTACTLESS_TAG, TASK_TAG = 6, 2  # characters


def format_counted(values: Iterable[tuple[str, str]]) -> bytes:
    """Tag, n3 length and value, one behind the other.

    >>> format_counted((("FF8058", "000000100000"),))
    b'FF8058012000000100000'
    """
    made = b""
    for tag, value in values:
        content = value.encode(_TEXT)
        if len(content) > 999:
            raise WireError("62", len(made), f"tag {tag}: at most 999 bytes")
        made += f"{tag}{len(content):03}".encode("ascii") + content
    return made


def read_counted(private: bytes, tag_length: int) -> Values:
    """Tags and values, each with its length between them."""
    found, at = [], 0
    while at < len(private):
        data = at + tag_length + 3
        tag, length = private[at:data - 3], private[data - 3:data]
        if len(length) != 3 or not length.isdigit() or not tag.isalnum():
            raise WireError("62", at, "a tag and a length of three digits are needed")
        end = data + int(length)
        if end > len(private):
            raise WireError("62", at, "a value is cut off")
        found.append((tag.decode("ascii"), _text("", private[data:end], data)))
        at = end
    return tuple(found)
