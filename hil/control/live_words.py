"""What the live processes say, as rows in English and Chinese: files, ports, refusals, narration.

It is made in English where it happens, and goes so over a control port and into records; whoever
prints it for a person hears it by these rows.  A test holds every text that is made against them.
"""

from __future__ import annotations

from simulator.catalogue.language import Heard, Message
from simulator.catalogue.library_words import OF_LIBRARIES
from simulator.catalogue.wire_words import OF_THE_WIRE
from simulator.scenario.sayings import OF_CHECKS, OF_READING, OF_VALUES

_M = Message

OF_FILES: tuple[Message, ...] = (
    *(
        _M(f"in_use_by_{owner}",
           f"{{path}} is in use by another {owner}; stop that one, or give this one a file of its own",
           f"{{path}} 正被另一个{told}使用；请停止它，或给本进程另一个文件")
        for owner, told in (("host", "主机"), ("device", "设备"), ("host or device", "主机或设备"))
    ),
    _M("second_name",
       "{path} has a second name (hard link); what belongs to it would be looked for beside that one too. "
       "Remove that name, or give it a copy",
       "{path} 还有另一个名称（硬链接）；与它相关的文件会在那里寻找。请删除那个名称，或给出副本"),
    _M("unable", "unable to open: {error}", "无法打开：{error}"),
    _M("loop", "Symlink loop from {path}", "符号链接循环：{path}"),
    _M("irregular", "is no regular file", "不是普通文件"),
    _M("no_parent", "there is no directory {folder}", "没有目录 {folder}"),
    _M("no_memory",
       "{path} is no terminal memory; it was left as it is. Choose another file, or one that is not there yet",
       "{path} 不是终端存储文件；保留原样。请另选一个文件，或尚不存在的文件"),
    _M("other_memory",
       "{path} is the memory of terminal {tid} of merchant {mid}, not of {other} of {others}; "
       "give each terminal its own file",
       "{path} 是商户 {mid} 的终端 {tid} 的存储，不是 {others} 的 {other} 的；请给每台终端各自的文件"),
    _M("unwritten", "cannot be written: {error}; what it held before is still in it",
       "无法写入：{error}；原有内容仍在其中"),
    _M("no_room", "there is no room left for it", "空间不足"),
    _M("no_record", "line {number} is no trace record: {error}", "第 {number} 行不是轨迹记录：{error}"),
    _M("damaged", "{path} was damaged: {error}", "{path} 已损坏：{error}"),
    _M("damage_at", "line {line} at byte {offset}", "第 {line} 行（第 {offset} 字节）"),
)
OF_STATE: tuple[Message, ...] = (
    _M("no_state", "{path} is no host state; it was left as it is. Choose another file",
       "{path} 不是主机状态文件；保留原样。请另选一个文件"),
    _M("other_database", "{path} is no host state but some other database; choose another file",
       "{path} 不是主机状态文件，而是别的数据库；请另选一个文件"),
    _M("broken_state", "{path} is no host state: {error}", "{path} 不是主机状态文件：{error}"),
    _M("format", "format {version}, this version of the host reads {format} only",
       "格式 {version}，此版本的主机只读取格式 {format}"),
    _M("left", "{error}; it was left as it is", "{error}；保留原样"),
    _M("entry", "entry {number} cannot be read by this version: {error}", "第 {number} 条记录此版本无法读取：{error}"),
    _M("lost", "cannot be written: {error}; nothing of it was answered", "无法写入：{error}；均未应答"),
    _M("another_program", "{error} (is another program using it?)", "{error}（是否正被另一个程序使用？）"),
    _M("unknown_books",
       "the host state knows {name}, the scenario does not; give the scenario that this state was made with",
       "主机状态中有 {name}，场景中没有；请给出产生此状态的场景"),
    _M("journal_record", "record {number} of the journal: {error}", "日志第 {number} 条：{error}"),
    _M("not_registered", "terminal {tid} is not registered at this host", "终端 {tid} 未在此主机登记"),
    _M("day", "a business day cannot begin on {date}: it is {today}", "营业日不能从 {date} 开始：现为 {today}"),
    _M("rrn", "STAN {stan} of batch {batch} of terminal {tid} cannot have RRN {rrn}: that is given",
       "终端 {tid} 批次 {batch} 流水 {stan} 不能用检索参考号 {rrn}：已被占用"),
    _M("part", "STAN {stan} of batch {batch} of terminal {tid} cannot be approved in part: {part} is no part of {all}",
       "终端 {tid} 批次 {batch} 流水 {stan} 不能部分批准：{part} 不是 {all} 的一部分"),
    _M("held", "STAN {stan} of batch {batch} of terminal {tid} cannot be held out of a settlement: it is not approved",
       "终端 {tid} 批次 {batch} 流水 {stan} 不能从结算中挂起：未批准"),
    _M("no_move", "STAN {stan} of batch {batch} of terminal {tid} cannot be {move}: {standing}",
       "终端 {tid} 批次 {batch} 流水 {stan} 不能 {move}：{standing}"),
    _M("no_batch_move", "batch {batch} of terminal {tid} cannot be {move}: {standing}",
       "终端 {tid} 批次 {batch} 不能 {move}：{standing}"),
)
OF_PORTS: tuple[Message, ...] = (
    _M("no_limit", "{given}: no such limit; allowed: NAME=NUMBER with one of {names}",
       "{given}：没有这个限制；应为 NAME=NUMBER，名称为 {names} 之一"),
    *(
        row for kind, told in (("int", "整数"), ("float", "数字")) for row in (
            _M(f"limit_least_{kind}", f"{{name}} cannot be that: expected `{kind}` >= {{limit}}",
               f"{{name}} 不能是这个值：需要不小于 {{limit}} 的{told}"),
            _M(f"limit_most_{kind}", f"{{name}} cannot be that: expected `{kind}` <= {{limit}}",
               f"{{name}} 不能是这个值：需要不大于 {{limit}} 的{told}"),
            _M(f"limit_above_{kind}", f"{{name}} cannot be that: expected `{kind}` > {{limit}}",
               f"{{name}} 不能是这个值：需要大于 {{limit}} 的{told}"),
            _M(f"limit_{kind}", f"{{name}} cannot be that: expected `{kind}`, got `str`",
               f"{{name}} 不能是这个值：需要{told}"),
        )
    ),
    _M("limit_large", "{name} cannot be that: integer value out of range", "{name} 不能是这个值：超出范围"),
    _M("limit_number", "{name} cannot be that: number out of range", "{name} 不能是这个值：超出范围"),
    _M("no_thread", "this computer has no room for another thread", "本机资源不足，无法再开线程"),
    _M("not_read", "the other side does not read what is sent to it", "对方不读取发给它的内容"),
    _M("idle", "nothing came or went for {seconds} s", "{seconds} 秒内没有收发"),
    _M("no_line", "{given} is no serial line: write BAUD, or BAUD with data bits 5 to 8, parity N, E, O, M or S and "
       "stop bits 1, 1.5 or 2, such as 9600 7E1",
       "{given} 不是串口参数：应写波特率，或波特率加数据位 5 至 8、校验 N、E、O、M 或 S、停止位 1、1.5 或 2，如 9600 7E1"),
    _M("no_modem_lines", "this device has no modem lines (rts, dtr, rts_cts, dsr_dtr)",
       "此设备没有调制解调器信号线（rts、dtr、rts_cts、dsr_dtr）"),
    _M("break", "a break lasts 1 to {most} ms, not {given}", "break 持续 1 至 {most} 毫秒，不能是 {given}"),
    _M("no_break", "this device has no modem lines and sends no break", "此设备没有调制解调器信号线，不能发 break"),
    _M("used", "is in use by another program", "已被另一个程序占用"),
    _M("pty", "this device cannot do {line}; a pty knows 8N1 only", "此设备做不到 {line}；pty 只支持 8N1"),
    _M("open_control", "would be open to the network; allowed: 127.0.0.1, ::1, localhost. {error}",
       "会向网络开放；只能是 127.0.0.1、::1、localhost。{error}"),
    _M("on_loopback", "A control port stays on loopback: whoever reaches it can do anything",
       "控制端口只能在本机回环：能连上它的人可以做任何事"),
    _M("with_anywhere", "A host started with --anywhere listens for terminals beyond it",
       "以 --anywhere 启动的主机可在此之外监听终端"),
    _M("too_much", "too much waits for a connection", "等待连接的内容过多"),
    _M("hung_up", "the host hung up", "主机挂断"),
    _M("connection", "connection from {address}", "来自 {address} 的连接"),
    _M("control_port", "control port {address}", "控制端口 {address}"),
    _M("went_away", "went away without an answer", "没有应答就离开了"),
    _M("other_side_went", "the other side went away without an answer", "对方没有应答就离开了"),
    _M("no_control", "what answers there is no control port", "那里应答的不是控制端口"),
)
OF_REFUSALS: tuple[Message, ...] = (
    _M("nested_request", "the request is nested too deeply", "请求嵌套过深"),
    _M("no_json", "the request is no JSON: {error}", "请求不是 JSON：{error}"),
    _M("request_bytes", "a request is at most {most} bytes", "请求至多 {most} 字节"),
    _M("request_nul", "a request is text; byte {at} is NUL", "请求是文本；第 {at} 字节为 NUL"),
    _M("request_utf8", "a request is text in UTF-8; byte {at} is none", "请求是 UTF-8 文本；第 {at} 字节不是"),
    _M("table_bytes", "a table is at most {most} bytes", "表至多 {most} 字节"),
    _M("parts", "at most {most} parts are allowed", "至多 {most} 个部分"),
    _M("digits", "a number has at most {most} digits", "数字至多 {most} 位"),
    _M("brackets", "brackets may be nested {most} deep", "括号至多嵌套 {most} 层"),
    _M("no_command", "no command {given}; allowed: {names}", "没有命令 {given}；只能是：{names}"),
    _M("json_object", "a request is a JSON object like {begin}: {end}: {error}",
       "请求是形如 {begin}: {end} 的 JSON 对象：{error}"),
    _M("nothing_but_do", "allowed: nothing but do", "除 do 外不能有别的"),
    _M("failed_here", "it failed here ({kind}); standard error has a line about it",
       "此处出错（{kind}）；标准错误输出中有一行说明"),
    _M("forward", "the calendar jumps forward: by_ms is 0 to {most}", "日历只能向前跳：by_ms 为 0 至 {most}"),
    _M("beyond", "the calendar ends with {year}", "日历到 {year} 年为止"),
    _M("jump_under_way", "a jump is under way: ask again when it has been answered", "日历正在跳转：请在其应答之后再请求"),
    _M("under_way", "order {order} is under way; give each one its own name", "单号 {order} 正在进行；请给每笔各自的单号"),
    _M("cannot_be", "{name} cannot be that", "{name} 不能是这个值"),
    _M("form_printable", "allowed: at most {count} printable ASCII characters", "只能是：至多 {count} 个可打印的 ASCII 字符"),
    _M("form_at_most_or_empty", "allowed: at most {count} letters and digits, or empty",
       "只能是：至多 {count} 位字母和数字，或空"),
    _M("form_exact", "allowed: {count} letters and digits, or empty", "只能是：{count} 位字母和数字，或空"),
    _M("form_range", "allowed: {least} to {most} letters and digits", "只能是：{least} 至 {most} 位字母和数字"),
    _M("form_pan", "allowed: {least} to {most} digits, a test number", "只能是：{least} 至 {most} 位数字，测试卡号"),
    _M("form_digits_or_empty", "allowed: {least} to {most} digits, or empty", "只能是：{least} 至 {most} 位数字，或空"),
    _M("form_digits_exact", "allowed: {count} digits, or empty", "只能是：{count} 位数字，或空"),
    _M("form_digits_most", "allowed: at most {count} digits", "只能是：至多 {count} 位数字"),
    _M("form_expiry", "allowed: YYMM, or empty", "只能是：YYMM，或空"),
    _M("form_date", "allowed: MMDD, or empty", "只能是：MMDD，或空"),
    _M("form_track", "allowed: card number, = or D, expiry YYMM, service code and more digits, at most 37 in all",
       "只能是：卡号、= 或 D、有效期 YYMM、服务代码及后续数字，共至多 37 位"),
    _M("or_empty", "or empty: made from pan and expiry", "或空：由 pan 和 expiry 生成"),
    _M("form_track_pan", "allowed: a track of the card number that pan has", "只能是：卡号与 pan 一致的磁道"),
    _M("form_characters", "allowed: at most {count} characters", "只能是：至多 {count} 个字符"),
    _M("form_base64_range", "allowed: {least} to {most} bytes, in base64", "只能是：{least} 至 {most} 字节，base64 编码"),
    _M("form_base64", "allowed: at most {count} bytes, in base64", "只能是：至多 {count} 字节，base64 编码"),
    _M("form_no_date", "allowed: empty where there is no date", "只能是：没有日期时为空"),
    _M("form_order", "allowed: a name that does not look like a card number: it is shown in traces",
       "只能是：不像卡号的名称，它会显示在轨迹中"),
    _M("form_number", "allowed: {least} to {most}", "只能是：{least} 至 {most}"),
    _M("cut_either", "{what} takes either after_effects or before, one of the two",
       "{what} 需要 after_effects 或 before 之一"),
    _M("nth", "nth counts from 1, after_effects from 0", "nth 从 1 起，after_effects 从 0 起"),
    _M("no_step", "no step {given}", "没有步骤 {given}"),
    _M("label_there", "a fault with the label {label} is there already", "已有标签为 {label} 的故障"),
    _M("no_toml", "no TOML: {error}", "不是 TOML：{error}"),
    _M("jump_either", 'jump takes either by_ms or to ("cut_over", "payout"), one of the two',
       'jump 需要 by_ms 或 to（"cut_over"、"payout"）之一'),
    _M("healed", "all faults have ended (heal); start another run", "全部故障已结束（heal）；请另开一次运行"),
    _M("no_payout", "no payout is planned", "没有计划中的付款"),
    _M("announce_tid", "no terminal outside has this TID", "没有外部终端使用这个终端号"),
    _M("announce_device", "device is 1 to 40 letters, blanks, dots and hyphens",
       "device 为 1 至 40 个字母、空格、点和连字符"),
    _M("announce_number", "no number of a card or a device belongs there", "其中不得有卡号或设备号"),
)
OF_START: tuple[Message, ...] = (
    _M("ahead", "--ahead-ms {given}: the calendar goes from 1970 to the end of 2199",
       "--ahead-ms {given}：日历从 1970 年到 2199 年底"),
    _M("no_profile", "--profile {given} is unknown; allowed: {names}", "没有终端型号 --profile {given}；只能是：{names}"),
    _M("host_or_serial", "--host or --serial is needed, one of the two: HOST:PORT, or a serial device",
       "需要 --host 或 --serial 之一：主机:端口，或串口设备"),
    _M("no_serial_tls", "--tls: there is no TLS on a serial line; leave it out, or use --host",
       "--tls：串口线路上没有 TLS；请去掉它，或用 --host"),
    _M("line_of_serial", "--line is of a serial line: use it with --serial", "--line 用于串口线路：请与 --serial 同用"),
    _M("without_tls", "{option} has no effect without --tls", "没有 --tls，{option} 不起作用"),
    _M("both_or_none", "--tls-certificate and --tls-key belong together: give both or none",
       "--tls-certificate 与 --tls-key 须同时给出，或都不给出"),
    _M("no_plan", "--download {given} is unknown; allowed: {names}", "没有下载方案 --download {given}；只能是：{names}"),
    _M("not_in", "--tid {given} is not in {path}; there are: {names}", "--tid {given} 不在 {path} 中；现有：{names}"),
    _M("no_defect", "--defect {given} is no defect of terminals; allowed: {names}",
       "--defect {given} 不是终端的缺陷；只能是：{names}"),
    _M("beside", "what lies beside {path}", "与 {path} 同处的文件"),
    _M("bench_gone", "the bench has gone", "台架已离开"),
)
OF_NARRATION: tuple[Message, ...] = (
    _M("listening", "listening on {address}", "终端端口 {address}"),
    _M("control", "control on {address}", "控制端口 {address}"),
    *(
        row for outside in ("{outside} terminals", "{outside} terminal") for row in (
            _M(f"all_{outside}",
               f"{outside} outside, {{inside}} inside (the scenario calls none outside, so all are)",
               "外部终端 {outside} 台，内部 {inside} 台（场景没有指定外部终端，因此全部为外部）"),
            _M(outside, f"{outside} outside, {{inside}} inside", "外部终端 {outside} 台，内部 {inside} 台"),
        )
    ),
    _M("connected", "terminal {tid} connected: {port}", "终端 {tid} 已连接：{port}"),
    _M("simulated", "terminal {tid} is simulated here: {port} is hung up on; give the device a TID that is outside",
       "终端 {tid} 在此处模拟：已挂断 {port}；请给设备一个外部的终端号"),
    _M("not_answered", "terminal {tid} is simulated here; what says so at {port} is not answered",
       "终端 {tid} 在此处模拟；{port} 处自称它的不予应答"),
    _M("no_kind", "terminal {tid} sent a {mti} of no kind of the dialect", "终端 {tid} 发来方言中没有的 {mti} 类交易"),
    _M("gone", "terminal {tid} gone", "终端 {tid} 已离开"),
    _M("failed", "daozhang: {what} failed: {kind}: {error}", "daozhang：{what} 出错：{kind}：{error}"),
    _M("a_request", "a request", "一条请求"),
    _M("a_frame", "a frame", "一帧报文"),
    _M("unasked", "a {mti} that nobody asked for", "没有请求过的 {mti}"),
)
OF_LIVE: tuple[Message, ...] = (
    *OF_FILES, *OF_STATE, *OF_PORTS, *OF_REFUSALS, *OF_START, *OF_NARRATION)
HEARD = Heard(
    *OF_LIVE, *OF_READING, *OF_CHECKS, *OF_VALUES, *OF_THE_WIRE, *OF_LIBRARIES)
"""For what is narrated, and for what a control port answers."""
