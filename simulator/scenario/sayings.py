"""What is wrong with a scenario, as rows in English and Chinese; checks nothing.

A check says what it found in English, in parts between semicolons; each part is a row here.  What
has no row is told as the check said it, which a test does not let pass.
"""

from __future__ import annotations

from simulator.catalogue.language import Heard, Message

_M = Message

OF_READING: tuple[Message, ...] = (
    _M("unreadable", "cannot be read: {error}", "无法读取：{error}"),
    _M("no_scenario", "{error}; nor does a scenario of this name come with the program, see daozhang scenarios",
       "{error}；程序也没有自带同名场景，见 daozhang scenarios"),
    _M("empty", "is empty; a scenario is a TOML text with title, start, until and merchants",
       "是空的；场景是含有 title、start、until 和 merchants 的 TOML 文本"),
    _M("directory", "is a directory; give a TOML file", "是目录；请给出 TOML 文件"),
    _M("irregular", "is no regular file; give a TOML file", "不是普通文件；请给出 TOML 文件"),
    _M("too_large", "is larger than {mib} MiB", "超过 {mib} MiB"),
    _M("no_utf8", "is no text in UTF-8 (byte {at}); a scenario is a TOML text",
       "不是 UTF-8 文本（第 {at} 字节）；场景是 TOML 文本"),
    _M("nested", "nested too deeply", "嵌套过深"),
    _M("no_toml_at", "no TOML: {error} (column {column})", "不是 TOML：{error}（第 {column} 列）"),
    _M("no_toml", "no TOML: {error}", "不是 TOML：{error}"),
    _M("no_date", "{given} is no possible date or time (column {column})",
       "{given} 不是可能的日期或时间（第 {column} 列）"),
    _M("and_more", "and {count} more", "另有 {count} 处"),
)
OF_VALUES: tuple[Message, ...] = (
    _M("unknown_key", "unknown key {given}", "未知的键 {given}"),
    _M("not_possible", "not possible: {given}", "不可能的值：{given}"),
    _M("meant", 'did you mean "{name}"?', "是否指“{name}”？"),
    _M("allowed_of_many", "allowed: {names} and {count} more", "只能是：{names} 以及另外 {count} 个"),
    _M("allowed_none", "allowed: none", "没有可用的值"),
    _M("allowed", "allowed: {names}", "只能是：{names}"),
    _M("missing", "missing", "缺少"),
    _M("must_be_given", "it must be given", "必须给出"),
    _M("list_given", "a list of {count} given", "给出了 {count} 项的列表"),
    _M("entries", "must have at least {count} entries", "至少要有 {count} 项"),
    _M("given", "{given} given", "给出的是 {given}"),
    _M("text", "must be a text in quotes", "必须是带引号的文本"),
    _M("whole", "must be a whole number", "必须是整数"),
    _M("number", "must be a number", "必须是数字"),
    _M("boolean", "must be true or false", "必须是 true 或 false"),
    _M("list", "must be a list", "必须是列表"),
    _M("table", "must be a table", "必须是表"),
    _M("finite", "must be a finite number", "必须是有限的数"),
    _M("large", "is too large", "过大"),
    _M("at_least", "must be at least {limit}", "至少为 {limit}"),
    _M("at_most", "must be at most {limit}", "至多为 {limit}"),
    _M("less", "must be less than {limit}", "必须小于 {limit}"),
    _M("form", "must have the form {form}", "必须符合格式 {form}"),
    _M("short", "must have at least {count} character(s)", "至少要有 {count} 个字符"),
    _M("long", "must have at most {count} characters", "至多 {count} 个字符"),
    _M("duration", 'must be a duration such as "500ms", "30s", "2h", "1h30m" or "4d"',
       '必须是时长，如 "500ms"、"30s"、"2h"、"1h30m" 或 "4d"'),
    _M("amount", 'must be an amount in yuan as text, such as "68.00", up to "9999999999.99"',
       '必须是以元为单位的金额文本，如 "68.00"，至多 "9999999999.99"'),
    _M("time_of_day", 'must be a time of day from "00:00" to "23:59", such as "22:30"',
       '必须是 "00:00" 至 "23:59" 的时刻，如 "22:30"'),
    _M("moment_in_years",
       'must be a time such as "2026-01-30T00:30" (Beijing time where no offset is given), a time of day such '
       'as "22:30" (the first one from the start on), or a duration after the start such as "2h", in the years '
       "{first} to {last}",
       '必须是时间，如 "2026-01-30T00:30"（不写时差即北京时间）、开始之后的时刻如 "22:30"，或开始之后的'
       '时长如 "2h"，年份 {first} 至 {last}'),
    _M("moment",
       'must be a time such as "2026-01-30T00:30" (Beijing time where no offset is given), a time of day such '
       'as "22:30" (the first one from the start on), or a duration after the start such as "2h"',
       '必须是时间，如 "2026-01-30T00:30"（不写时差即北京时间）、开始之后的时刻如 "22:30"，或开始之后的'
       '时长如 "2h"'),
    _M("start_or_time",
       'must be a time such as "2026-01-29T20:00" (Beijing time where no offset is given), or in quotes a time '
       'of day such as "22:30"',
       '必须是时间，如 "2026-01-29T20:00"（不写时差即北京时间），或带引号的时刻如 "22:30"'),
    _M("start_in_years",
       'must be a time such as "2026-01-29T20:00" (Beijing time where no offset is given), in the years '
       "{first} to {last}",
       '必须是时间，如 "2026-01-29T20:00"（不写时差即北京时间），年份 {first} 至 {last}'),
    _M("start", 'must be a time such as "2026-01-29T20:00" (Beijing time where no offset is given)',
       '必须是时间，如 "2026-01-29T20:00"（不写时差即北京时间）'),
    _M("fee", 'must be a percentage as text, such as "0.6", up to "100", with at most two decimals',
       '必须是百分比文本，如 "0.6"，至多 "100"，至多两位小数'),
    _M("settles", 'must be a time of day such as "22:30", "never", or a list of times',
       '必须是时刻如 "22:30"、"never"，或时间的列表'),
    _M("within",
       'must be "N working days after the window" (or "after the start"), a duration after the start such as '
       '"4d", or a time',
       '必须是 "N working days after the window"（或 "after the start"）、开始之后的时长如 "4d"，或时间'),
    _M("arrived", 'must be "all", "none", a share from 0 to 1, or a list of sale ids',
       '必须是 "all"、"none"、0 至 1 的比例，或交易号的列表'),
    _M("card", "looks like a card number, and would stand in traces and reports",
       "像是卡号，而且会出现在轨迹和报告里"),
    _M("another_name", "give another name", "请换一个名称"),
)
OF_CHECKS: tuple[Message, ...] = (
    _M("not_after", "{until} is not after start, {start}", "{until} 不在开始时间 {start} 之后"),
    _M("later", 'give a later time or a duration such as "4d"', '请给出更晚的时间，或时长如 "4d"'),
    _M("days_after", "more than {days} days after start", "开始之后超过 {days} 天"),
    _M("days", "more than {days} days", "超过 {days} 天"),
    _M("outside", "{at} is outside the run, {start} to {until}", "{at} 不在运行期间 {start} 至 {until} 之内"),
    _M("payout_from", "must be later than payout_from", "必须晚于 payout_from"),
    _M("from", "must be later than from", "必须晚于 from"),
    _M("share", "one bank at least must have a share above 0", "至少一家银行的 share 必须大于 0"),
    _M("merchants", "more than {count} merchants", "超过 {count} 家商户"),
    _M("taken_for", '"{name}" would be taken for another target of faults', "“{name}”会被当作其他故障对象"),
    _M("characters", "{length} printable ASCII characters are needed, not {given}",
       "需要 {length} 个可打印的 ASCII 字符，而不是 {given} 个"),
    _M("filled_up", "what is shorter is filled up with blanks", "不足的用空格补足"),
    _M("printable", "{length} printable ASCII characters are needed", "需要 {length} 个可打印的 ASCII 字符"),
    _M("character", "character {place} is U+{code}", "第 {place} 个字符是 U+{code}"),
    _M("no_tpdu", "the dialect {dialect} has no TPDU", "方言 {dialect} 没有 TPDU"),
    _M("leave_tpdu", "leave tpdu out", "请去掉 tpdu"),
    _M("other_header", "the header of the dialect {dialect} has other parts than these digits",
       "方言 {dialect} 的报文头与这些数字的组成不同"),
    _M("no_header", "the dialect {dialect} has no header", "方言 {dialect} 没有报文头"),
    _M("leave_header", "leave header out", "请去掉 header"),
    _M("not_given", 'the acquirer does not give "{download}"', "收单机构不下发“{download}”"),
    _M("key_download", 'must be "001", "003" or "004"', '只能是 "001"、"003" 或 "004"'),
    _M("no_sm4", "005 and 006 are SM4 keys by one host only, with no public source for their PIN block and MAC that "
       "two agree on, and are not built",
       "005 和 006 为国密 SM4 密钥，仅见于一家主机，PIN 与 MAC 没有两处一致的公开来源，尚未实现"),
    _M("no_response_code", "no response code {given}", "没有应答码 {given}"),
    _M("own_tid", "each terminal has a TID of its own", "每台终端有自己的终端号"),
    _M("terminals", "{count} terminals", "{count} 台终端"),
    _M("at_most_here", "at most {count} here", "此处至多 {count} 台"),
    _M("no_signature", "nobody signs for a {kind}", "{kind} 无需签名"),
    _M("takes_no_signature", "terminal {number} takes no signatures", "终端 {number} 不采集电子签名"),
    _M("set_signature", "set signature_upload = true in its settings",
       "在其 settings 中设 signature_upload = true"),
    _M("scans_nothing", "{profile} scans no codes, so this has no effect",
       "{profile} 不支持扫码，该设置不起作用"),
    _M("no_link", "{profile} has no link {given}", "{profile} 没有线路 {given}"),
    _M("tids", "{count} given, but {tids} tids", "给出 {count}，但有 {tids} 个 tids"),
    _M("clerk", "a clerk has a number of two or three digits", "操作员号为两位或三位数字"),
    _M("password", "a password has four to eight digits", "密码为四至八位数字"),
    _M("median", "median must be above 0.00 and not above p95", "median 必须大于 0.00 且不大于 p95"),
    _M("shares", "the shares are more than 1 together", "各比例之和超过 1"),
    _M("has_terminals", "{count} given, but {merchant} has {has} terminal(s)",
       "给出 {count}，但 {merchant} 只有 {has} 台终端"),
    _M("already", '"{sale}" is already the id of another sale', "“{sale}”已是另一笔交易的编号"),
    _M("needs_amount", "a {kind} needs an amount", "{kind} 需要金额"),
    _M("no_amount", "a {kind} has no amount of its own", "{kind} 没有自己的金额"),
    _M("above_zero", "must be above 0.00", "必须大于 0.00"),
    _M("refers_to_none", "a {kind} refers to no other sale", "{kind} 不引用其他交易"),
    _M("needs_earlier", "a {kind} needs the id of an earlier {kinds} of this merchant",
       "{kind} 需要本商户此前一笔 {kinds} 的编号"),
    _M("is_another", '"{sale}" is a {kind}', "“{sale}”是 {kind}"),
    _M("refers_to", "a {kind} refers to a {kinds}", "{kind} 应引用 {kinds}"),
    _M("twice", '"{name}" is there twice', "“{name}”出现了两次"),
    _M("p95", "must not be below median", "不得小于 median"),
    _M("no_setting", "{mode} is no fault but a setting: {setting}", "{mode} 不是故障，而是设置：{setting}"),
    _M("not_built", "{mode} is documented but not built", "{mode} 有记载但尚未实现"),
    _M("not_to_all", "{mode} cannot be done to no target (all)", "{mode} 不能施加于无对象（全部）"),
    _M("not_to", "{mode} cannot be done to {given}", "{mode} 不能施加于 {given}"),
    _M("longer", "must be longer than nothing", "必须长于零"),
    _M("needs_window", "{mode} is a state and needs a window", "{mode} 是一种状态，需要起止时段"),
    _M("state", "{mode} is a state: only at and for say when", "{mode} 是一种状态：只能用 at 和 for 说明时间"),
    _M("not_on", "{mode} does not act on {given}", "{mode} 不作用于 {given}"),
    _M("not_with", "not possible with {mode}", "不能用于 {mode}"),
    _M("can", "modes that can: {modes}", "可用的类型：{modes}"),
    _M("no_mti", "{mode} sees no message of type {given}", "{mode} 见不到类型为 {given} 的报文"),
    _M("no_parameter", "{mode} has no parameter {parameter}", "{mode} 没有参数 {parameter}"),
    _M("code", 'must be a response code of two characters, such as "96", and no approval',
       '必须是两位应答码，如 "96"，且不得为成功码'),
    _M("not_taken", "{action} does not take {key}", "{action} 不接受 {key}"),
    _M("counts", "terminal counts those of one merchant", "terminal 按一家商户的终端计数"),
    _M("either", "needs either at or after", "需要 at 或 after 之一"),
    _M("no_window", "no fault has an end (for), so there is no window", "没有带结束时间（for）的故障，因此没有时段"),
    _M("no_label", "no fault with an end (for) has the label {given}", "没有带结束时间（for）的故障以 {given} 为标签"),
    _M("what", "says by when, but arrived does not say what", "说明了期限，但 arrived 没有说明内容"),
    *(
        _M(f"no_{what}", f"no {what} {{given}}", f"没有{chinese} {{given}}")
        for what, chinese in (
            ("bank", "银行"), ("profile", "终端型号"), ("card", "卡"), ("wallet", "钱包"), ("mode", "故障类型"),
            ("target", "对象"), ("kind", "交易类型"), ("way", "方式"), ("service", "服务"), ("code", "代码"),
            ("action", "处理办法"), ("merchant", "商户"), ("sale", "交易"), ("clerk", "操作员"),
        )
    ),
)
_HEARD = Heard(*OF_READING, *OF_CHECKS, *OF_VALUES)


def in_language(text: str) -> str:
    """What a check said, in the language of this process, part by part."""
    return _HEARD.say(text)
