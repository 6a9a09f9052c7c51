"""What is wrong with a key file, as rows in English and Chinese; no row has room for what was given."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
NO_TOML = _M(
    "no_toml", "no TOML (column {column}); a key file has test_keys = true and [one_for_all] or [[terminals]]",
    "不是 TOML（第 {column} 列）；密钥文件应有 test_keys = true，以及 [one_for_all] 或 [[terminals]]")
UNREADABLE = _M("unreadable", "cannot be read: {why}", "无法读取：{why}")
IRREGULAR = _M("irregular", "is no regular file; give a key file (TOML)", "不是普通文件；请给出密钥文件（TOML）")
TOO_LARGE = _M("too_large", "is larger than {mib} MiB", "超过 {mib} MiB")
NO_UTF8 = _M("no_utf8", "is no text in UTF-8", "不是 UTF-8 文本")
TEST_KEYS = _M(
    "test_keys", "test_keys = true is missing: only test keys may be used here, never those of a real acquirer",
    "缺少 test_keys = true：此处只能使用测试密钥，绝不能用真实收单机构的密钥")
NO_KEYS = _M(
    "no_keys", "no key is in it; [one_for_all] or [[terminals]] is needed",
    "其中没有密钥；需要 [one_for_all] 或 [[terminals]]")
UNKNOWN = _M("unknown", "unknown key; allowed: {names}", "未知的键；只能是：{names}")
TABLE = _M("table", "must be a table", "必须是表")
LIST = _M("list", "must be a list of tables", "必须是表的列表")
TEXT = _M("text", "must be a text in quotes", "必须是带引号的文本")
MISSING = _M("missing", "is missing", "缺少")
ONE_FORM = _M(
    "one_form", "either key or components is needed, one of the two", "需要 key 或 components 之一，二者择一")
COUNT = _M(
    "count", "{count} given; a key has two or three components, all of which are needed",
    "给出了 {count} 个；一个密钥有两个或三个分量，缺一不可")
NO_HEX = _M(
    "no_hex", "is no hexadecimal number; 16, 32 or 48 digits are needed, blanks between them are allowed",
    "不是十六进制数；需要 16、32 或 48 位数字，其间可有空格")
LENGTH = _M(
    "length", "{count} hexadecimal digits; 16 (single length), 32 (double) or 48 (triple) are needed",
    "有 {count} 位十六进制数字；需要 16 位（单倍长）、32 位（双倍长）或 48 位（三倍长）")
UNEQUAL = _M(
    "unequal", "{count} hexadecimal digits, but the first component has {first}; all are of one length",
    "有 {count} 位十六进制数字，而第一分量有 {first} 位；各分量长度必须相同")
CHECK_FORM = _M(
    "check_form", "must be the 6 or 8 hexadecimal digits of a check value", "必须是校验值的 6 位或 8 位十六进制数字")
CHECK_WRONG = _M(
    "check_wrong", "is not that of {what}, which has {right}: a digit of the one or the other is wrong",
    "与{what}不符，后者的校验值为 {right}：两者之一有误")
CHECK_OF_ALL = _M(
    "check_of_all",
    "is not that of the components together, which have {right}: one of them is missing, is there twice or is another's",
    "与各分量合成后的校验值不符，后者为 {right}：缺少分量、分量重复或用了别的分量")
THE_KEY = _M("the_key", "the key", "密钥")
THE_COMPONENT = _M("the_component", "the component", "分量")
TWICE = _M(
    "twice", "terminal {tid} has a key in line {line} already; one entry for each terminal",
    "终端 {tid} 在第 {line} 行已有密钥；每台终端只能有一项")
NOBODY = _M(
    "nobody", "no terminal {tid} is in the scenario; there are: {names}", "场景中没有终端 {tid}；已有：{names}")
NO_KEY_FOR = _M(
    "no_key_for", "no key for terminal {tid}; it needs an entry in [[terminals]], or [one_for_all]",
    "没有终端 {tid} 的密钥；需要在 [[terminals]] 中有一项，或有 [one_for_all]")
READABLE = _M(
    "readable",
    "{path} can be read by others (mode {mode:04o}), who would know every key in it; chmod 600 {path}",
    "{path} 可被他人读取（权限 {mode:04o}），其中的密钥会为他人所知；请执行 chmod 600 {path}")
PARITY = _M(
    "parity", "{path}: the key of {whose} is not of odd parity; it is taken as it is, since DES ignores parity",
    "{path}：{whose}的密钥不是奇校验；仍照原样使用，因为 DES 不理会校验位")
ALL = _M("all", "all terminals", "所有终端")
ONE = _M("one", "terminal {tid}", "终端 {tid}")
