"""What is said about ECR profiles and orders, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Heard, Message
from simulator.catalogue.library_words import OF_LIBRARIES

_M = Message
OF_ORDERS: tuple[Message, ...] = (
    _M("under_way", "{kind} is still under way", "{kind} 仍在进行"),
    _M("nothing_to_cancel", "nothing is under way that could be cancelled", "没有可以取消的交易"),
    _M("no_own", "{profile} has no value {name} of its own", "{profile} 没有自有值 {name}"),
    _M("no_place", "{kind} has no place for {name}", "{kind} 没有 {name} 的位置"),
    _M("cannot_be", "{name} cannot be that", "{name} 不能是该值"),
    _M("allowed", "allowed: {names}", "只能是：{names}"),
    _M("no_command", "{profile} has no {kind}", "{profile} 没有 {kind}"),
    _M("nobody_asks", "no till asks for {kind}", "收银机不会请求 {kind}"),
    _M("at_most", "at most {count} characters", "至多 {count} 个字符"),
    _M("at_most_digits", "at most {count} digits", "至多 {count} 位数字"),
    _M("bytes_in_hex", "{count} bytes in hex", "十六进制的 {count} 字节"),
    _M("hex_pairs", "hex digits in pairs", "成对的十六进制数字"),
    _M("of_encoding", "characters of {encoding}", "{encoding} 的字符"),
    _M("without", "characters without {char}", "不含 {char} 的字符"),
    _M("allowed_are", "allowed are {what}", "只能是{what}"),
)
OF_PROFILES: tuple[Message, ...] = (
    _M("no_profile", "no ECR profile {given}", "没有 ECR 规格 {given}"),
    _M("meant", 'did you mean "{name}"?', "是否指“{name}”？"),
    _M("allowed_or_file", "allowed: {names}, or the path of a {ending} file", "只能是：{names}，或 {ending} 文件的路径"),
    _M("too_many_bytes", "more than {count} bytes are no ECR profile", "超过 {count} 字节的不是 ECR 规格"),
    _M("not_utf8", "not UTF-8 at byte {at}", "第 {at} 字节不是 UTF-8"),
    _M("no_message", "no message {name}", "没有报文 {name}"),
)
OF_ECR: tuple[Message, ...] = (*OF_PROFILES, *OF_ORDERS)
HEARD = Heard(*OF_ECR, *OF_LIBRARIES)
"""For what is refused about a profile or an order."""
