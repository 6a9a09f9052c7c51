"""What libraries say of a text or a file that they cannot read, as rows in English and Chinese.

They say it in English; :class:`~simulator.catalogue.language.Heard` knows it again by its row.
"""

from __future__ import annotations

from simulator.catalogue.language import Message
from simulator.catalogue.system_words import WORDS

_M = Message
_KINDS = {
    "int": "整数", "str": "文本", "bool": "true 或 false", "float": "数字", "object": "对象", "array": "列表",
    "null": "null", "bytes": "base64 文本",
}

OF_SYSTEMS: tuple[Message, ...] = tuple(_M(f"errno_{number}", told.en, told.zh) for number, told in WORDS.items())
OF_DECODERS: tuple[Message, ...] = (  # msgspec
    _M("at", "{error} - at `{place}`", "{error}（位于 `{place}`）"),
    *(
        _M(f"expected_{name}_{other}", f"Expected `{name}`, got `{other}`", f"需要{told}，给出的是{others}")
        for name, told in _KINDS.items() for other, others in _KINDS.items()
    ),
    _M("expected_number", "Expected `{kind}` {sign} {limit}", "需要 `{kind}` {sign} {limit}"),
    _M("expected_length", "Expected `{kind}` of length {sign} {limit}", "需要长度 {sign} {limit} 的 `{kind}`"),
    _M("expected_form", "Expected `{kind}` matching regex {form}", "需要符合 {form} 的 `{kind}`"),
    _M("expected_tag", "Invalid value {given}", "不可用的值 {given}"),
    _M("expected", "Expected `{kind}`, got `{other}`", "需要 `{kind}`，给出的是 `{other}`"),
    _M("expected_one", "Expected `{kind}`", "需要 `{kind}`"),
    _M("required", "Object missing required field `{field}`", "缺少字段 `{field}`"),
    _M("unknown", "Object contains unknown field `{field}`", "未知的字段 `{field}`"),
    _M("no_enum", "Invalid enum value {given}", "不可用的值 {given}"),
    _M("no_such_value", "no such value", "没有这个值"),
    _M("no_base64", "Invalid base64 encoded string", "不是 base64 文本"),
    _M("no_utf8", "Invalid UTF-8 encoded string", "不是 UTF-8 文本"),
    _M("malformed", "JSON is malformed: {error} (byte {at})", "JSON 格式有误：{error}（第 {at} 字节）"),
    _M("trailing", "trailing characters", "后面有多余的字符"),
    _M("invalid_character", "invalid character", "不可用的字符"),
    _M("invalid_number", "invalid number", "不可用的数字"),
    _M("object_keys", "object keys must be strings", "对象的键必须是文本"),
    _M("trailing_comma_object", "trailing comma in object", "对象末尾多了逗号"),
    _M("trailing_comma_array", "trailing comma in array", "列表末尾多了逗号"),
    _M("expected_what", "expected {what}", "此处应为 {what}"),
    _M("invalid_escape", "invalid escape character in string", "文本中有不可用的转义字符"),
    _M("control_character", "invalid character in string", "文本中有不可用的字符"),
    _M("truncated", "Input data was truncated", "内容不完整"),
    _M("out_of_range", "Integer value out of range", "整数超出范围"),
    _M("number_range", "Number out of range", "数字超出范围"),
    _M("longest_line", "a line has at most {count} MiB", "一行最多 {count} MiB"),
    _M("recursion", "maximum recursion depth exceeded while {doing}", "嵌套过深（{doing}）"),
    _M("recursion_alone", "maximum recursion depth exceeded", "嵌套过深"),
    _M("nested", "nested too deeply", "嵌套过深"),
)
OF_JSON: tuple[Message, ...] = (  # the standard library's; a place stands behind, not before
    _M("json_at", "{error}: line {line} column {column} (char {at})", "{error}（第 {line} 行第 {column} 列，第 {at} 个字符）"),
    _M("json_value", "Expecting value", "此处应有值"),
    _M("json_name", "Expecting property name enclosed in double quotes", "此处应有带双引号的键名"),
    _M("json_delimiter", "Expecting {mark} delimiter", "此处应有分隔符 {mark}"),
    _M("json_extra", "Extra data", "后面有多余的内容"),
    _M("json_unterminated", "Unterminated string starting at", "文本没有结束引号"),
    _M("json_control", "Invalid control character at", "不可用的控制字符"),
    _M("json_escape", "Invalid {what} escape", "不可用的转义 {what}"),
    _M("json_escape_bare", "Invalid \\escape", "不可用的转义"),
    _M("json_comma", "Illegal trailing comma before end of {what}", "{what} 末尾多了逗号"),
)
OF_TOML: tuple[Message, ...] = (  # tomllib
    _M("toml_at", "{error} (at line {line}, column {column})", "{error}（第 {line} 行第 {column} 列）"),
    _M("toml_end", "{error} (at end of document)", "{error}（在文末）"),
    _M("toml_equals", "Expected '=' after a key in a key/value pair", "键之后应有“=”"),
    _M("toml_bracket_array", "Expected ']]' at the end of an array declaration", "表列表的声明应以“]]”结束"),
    _M("toml_bracket", "Expected ']' at the end of a table declaration", "表的声明应以“]”结束"),
    _M("toml_line", "Expected newline or end of document after a statement", "一行之后应换行"),
    _M("toml_value", "Invalid value", "不可用的值"),
    _M("toml_statement", "Invalid statement", "不可用的语句"),
    _M("toml_key", "Invalid initial character for a key part", "键的首字符不可用"),
    _M("toml_unterminated", "Unterminated string", "文本没有结束引号"),
    _M("toml_array", "Unclosed array", "列表没有结束"),
    _M("toml_table", "Unclosed inline table", "行内表没有结束"),
    _M("toml_illegal", "Illegal character {given}", "不可用的字符 {given}"),
    _M("toml_overwrite", "Cannot overwrite a value", "同一个键给出了两次"),
    _M("toml_twice", "Cannot declare {given} twice", "{given} 声明了两次"),
    _M("toml_duplicate", "Duplicate inline table key {given}", "行内表的键 {given} 给出了两次"),
    _M("toml_namespace", "Cannot mutate immutable namespace {given}", "{given} 已确定，不能再改"),
    _M("toml_redefine", "Cannot redefine namespace {given}", "不能重新定义 {given}"),
    _M("toml_date", "Invalid date or datetime", "不可用的日期或时间"),
    _M("toml_escape", "Unescaped '\\' in a string", "文本中的“\\”没有转义"),
    _M("toml_scalar", "Escaped character is not a Unicode scalar value", "转义的字符不是 Unicode 字符"),
    _M("toml_hex", "Invalid hex value", "不可用的十六进制数"),
    _M("toml_depth", "TOML inline arrays/tables are nested more than the allowed {count} levels", "嵌套超过 {count} 层"),
    _M("toml_most_parts", "a key has at most {count} parts", "一个键最多有 {count} 段"),
    _M("toml_deepest", "brackets are nested at most {count} deep", "括号最多嵌套 {count} 层"),
    _M("toml_digits", "a number has more digits than can be read", "数字的位数太多，无法读取"),
    _M("toml_largest", "a TOML text has at most {count} MiB", "TOML 文本最大 {count} MiB"),
    _M("toml_no_list", "An object other than list found behind this key", "这个键已有不是列表的值"),
    _M("toml_no_nest", "There is no nest behind this key", "这个键之下不能再有键"),
    _M("toml_found", "Found invalid character {given}", "不可用的字符 {given}"),
    _M("toml_expected", "Expected {given}", "此处应为 {given}"),
)
OF_DATABASES: tuple[Message, ...] = (  # sqlite3
    _M("sqlite_locked", "database is locked", "数据库被锁定"),
    _M("sqlite_table_locked", "database table is locked", "数据库被锁定"),
    _M("sqlite_full", "database or disk is full", "磁盘空间不足"),
    _M("sqlite_io", "disk I/O error", "磁盘读写错误"),
    _M("sqlite_readonly", "attempt to write a readonly database", "数据库只读"),
    _M("sqlite_malformed", "database disk image is malformed", "数据库已损坏"),
    _M("sqlite_no_database", "file is not a database", "不是数据库文件"),
    _M("sqlite_open", "unable to open database file", "无法打开数据库文件"),
    _M("sqlite_table", "no such table: {name}", "没有表 {name}"),
    _M("sqlite_column", "no such column: {name}", "没有列 {name}"),
)
OF_TEXTS: tuple[Message, ...] = (
    _M("no_utf8_byte", "'utf-8' codec can't decode byte {byte} in position {at}: {error}",
       "不是 UTF-8 文本（第 {at} 字节为 {byte}：{error}）"),
    _M("no_utf8_bytes", "'utf-8' codec can't decode bytes in position {at}: {error}",
       "不是 UTF-8 文本（第 {at} 字节：{error}）"),
    _M("start_byte", "invalid start byte", "首字节不可用"),
    _M("continuation_byte", "invalid continuation byte", "后续字节不可用"),
    _M("unexpected_end", "unexpected end of data", "内容提前结束"),
    _M("null_byte", "embedded null byte", "名称中有 NUL 字节"),
    _M("null_character", "embedded null character in path", "名称中有 NUL 字符"),
    _M("digits_limit", "Exceeds the limit ({most} digits) for integer string conversion: value has {count} digits",
       "数字超过 {most} 位（给出 {count} 位）"),
    _M("digits_limit_use",
       "Exceeds the limit ({most} digits) for integer string conversion: value has {count} digits; "
       "use sys.set_int_max_str_digits() to increase the limit", "数字超过 {most} 位（给出 {count} 位）"),
)
OF_LIBRARIES: tuple[Message, ...] = (
    *OF_SYSTEMS, *OF_DECODERS, *OF_JSON, *OF_TOML, *OF_DATABASES, *OF_TEXTS)
