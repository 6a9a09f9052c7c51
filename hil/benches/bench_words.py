"""What the demonstrations of a bench tell, as rows in English and Chinese."""

from __future__ import annotations

from hil.control.live_words import OF_LIVE
from simulator.catalogue.language import Heard, Message
from simulator.catalogue.library_words import OF_LIBRARIES
from simulator.catalogue.terminal_reasons import Failure, NoAnswer, Refusal
from simulator.judge.words.terms import RESULTS_ZH

_M = Message
OF_BENCH: tuple[Message, ...] = (
    _M("ended", "{name} ended with status {status}: {error}", "{name} 已结束，状态 {status}：{error}"),
    _M("ended_silent", "{name} ended with status {status}", "{name} 已结束，状态 {status}"),
    _M("told_to_end", "the bench was told to end", "测试台被要求结束"),
    _M("vain", "waited in vain for {what}; last seen: {error}", "没有等到 {what}；最后看到：{error}"),
    _M("host_ended", "the host ended by itself: {error}", "主机自行结束：{error}"),
    _M("terminal_off", "terminal {tid} is off", "终端 {tid} 已关机"),
    _M("terminal_ended", "terminal {tid} ended by itself: {error}", "终端 {tid} 自行结束：{error}"),
    _M("terminal_went", "terminal {tid} went away by itself: {error}", "终端 {tid} 自行离开：{error}"),
    _M("no_cut", "the power did not go in sale {sale}", "交易 {sale} 中没有断电"),
    _M("not_approved", "sale {sale} was not approved in {tries} tries", "交易 {sale} 试了 {tries} 次仍未成功"),
    _M("not_prepared", "{kind} before the operation was not approved: {error}", "操作之前的 {kind} 未成功：{error}"),
    _M("no_target", "no target {given}; allowed: {names}", "没有对象 {given}；只能是：{names}"),
    _M("no_bench_given", "target bench needs a bench file: {option}", "bench 对象需要测试台文件：{option}"),
    _M("bench_without_effect", "a bench file has no effect on target {given}; say {option}",
       "测试台文件对 {given} 对象不起作用；请写 {option}"),
    _M("no_parent", "the parent of warm processes has ended", "预热进程的父进程已结束"),
    _M("interrupted", "interrupted; all processes are stopped", "已中断；全部进程已停止"),
    _M("bench_unread", "{why}; give a bench file (TOML, docs/bench.md)", "{why}；请给出测试台文件（TOML，见 docs/bench.md）"),
    _M("bench_directory", "is a directory; give a TOML file", "是目录；请给出 TOML 文件"),
    _M("bench_no_text", "is no text in UTF-8 (byte {offset}); a bench is a TOML text",
       "不是 UTF-8 文本（第 {offset} 字节）；测试台文件为 TOML 文本"),
    _M("no_time", "is no time at all; must be longer than 0", "为零；须大于 0"),
    _M("no_end", "no kind of end {given}", "没有这种端点 {given}"),
    _M("tls_here", "on a bench certificate and key stand in [end]", "测试台的证书和密钥写在 [end] 中"),
    _M("tls_missing", "missing; an end of tls needs it", "缺少；tls 端点需要它"),
    _M("board_clerks", "a board is injected with one clerk; its [device] settings name more",
       "板卡只注入一名操作员；[device] 的 settings 给出了多名"),
    _M("board_no_key", "no master key of terminal {tid} is known", "没有终端 {tid} 的主密钥"),
    _M("board_without_effect", 'has no effect on a {kind} terminal; [device] kind = "emulated" has one',
       '对 {kind} 终端不起作用；[device] kind = "emulated" 才有板卡'),
    _M("board_modem", "the modem of a board dials over tcp", "板卡的调制解调器经 tcp 拨号"),
    _M("board_has", "the bench has both of a board: its power is the emulator's process, its hands type on the third serial line",
       "板卡的这两者由测试台提供：电源即模拟器进程，操作由第三条串行线输入"),
    _M("board_adapter", "{given} given; the serial-to-TCP adapter of a board waits at tcp:HOST:PORT",
       "给出的是 {given}；板卡的串口转 TCP 适配器在 tcp:主机:端口 上等待"),
    _M("board_copy", "{path}: no copy of a board's memory: {size} bytes, {needed} are needed",
       "{path}：不是板卡存储器的副本：{size} 字节，应为 {needed} 字节"),
    _M("board_bit", "no bit {bit} of byte {offset} in the area of the firmware ({first} to {last})",
       "固件区（{first} 至 {last}）内没有字节 {offset} 的位 {bit}"),
    _M("no_tls", "has no effect without tls:HOST:PORT in listen", "listen 不是 tls:主机:端口 时不起作用"),
    _M("twice", "{given} stands there twice", "{given} 出现了两次"),
    _M("process_power",
       '"process" is the power of a virtual device or of an emulator; '
       "a real one is turned off by a relay, a command or a socket",
       '"process" 是虚拟设备或模拟器的电源；真实终端由继电器、命令或插座来断电'),
    _M("virtual_power", 'the power of a virtual device is its process: driver = "process", without settings',
       '虚拟设备的电源就是其进程：driver = "process"，不带 settings'),
    _M("virtual_hands", "a virtual device has no keys to press: it is driven by its control port or by [ecr]",
       "虚拟设备没有按键可按：它由控制端口或 [ecr] 驱动"),
    _M("virtual_end", "a virtual device comes over tcp or tls", "虚拟设备只经 tcp 或 tls 连接"),
    _M("ecr_waits", "a virtual device waits at pty:, tcp:HOST:PORT or rfc2217:HOST:PORT",
       "虚拟设备只能在 pty:、tcp:主机:端口 或 rfc2217:主机:端口 等待"),
    _M("ecr_lacks", "{profile}: {kind} has no place for {fact}", "{profile}：{kind} 中没有 {fact} 的位置"),
    _M("ecr_busy", "the till asks for one thing at a time, and one is under way", "收银机一次只请求一件事，已有一件在进行"),
    _M("ecr_line", "ECR line: {error}", "ECR 线路：{error}"),
    _M("no_certificate", "a virtual device shows no certificate", "虚拟设备不出示证书"),
    _M("not_there", "the terminal {tid} of {file} is not in it; give its tids and the mid of its merchant",
       "其中没有 {file} 的终端 {tid}；请给出其 tids 和商户的 mid"),
    _M("no_sign_on", "terminal {tid} did not sign on: {error}", "终端 {tid} 签到失败：{error}"),
    _M("deed_failed", "what was to be done at a message failed: {error}", "报文经过时要做的事失败：{error}"),
    _M("no_empty_folder", "is no empty folder; give a new one", "不是空目录；请给出新目录"),
    _M("no_settlement", "terminal {tid} did not settle", "终端 {tid} 未完成结算"),
    _M("no_rest", "terminal {tid} does not come to rest after its sign-on", "终端 {tid} 签到后未静止下来"),
    _M("no_card_here", "no card {given} in this scenario; there are: {names}", "此场景中没有卡 {given}；有：{names}"),
    _M("no_driver", "nothing here drives this terminal: give [ecr] or [hands] in the bench file",
       "此处没有操作该终端的东西：请在测试台文件中给出 [ecr] 或 [hands]"),
    _M("no_switch", "nothing here turns this terminal off: give [power] in the bench file",
       "此处没有给该终端断电的东西：请在测试台文件中给出 [power]"),
    _M("no_stop", "nothing here stops this terminal: give [power] in the bench file",
       "此处没有使该终端停住的东西：请在测试台文件中给出 [power]"),
    _M("order", "waited in vain for the end of order {order}", "没有等到操作 {order} 结束"),
    _M("kept", "Traces, terminal memory and host state: {folder}", "轨迹、终端存储和主机状态：{folder}"),
)
OF_CASE_STUDY: tuple[Message, ...] = (
    _M("processes", "host is process {host}, terminal {tid} process {device}; both on the wall clock",
       "主机为进程 {host}，终端 {tid} 为进程 {device}；均按实际时钟运行"),
    _M("maintenance", "the acquirer closed settlement for maintenance; the firm goes on selling",
       "收单机构因维护关闭结算；商户继续营业"),
    _M("retry", "the cut-over is past and the batch was not in it; the maintenance is over: retry",
       "日切已过，该批次未赶上；维护已结束：重试"),
    _M("ran", "cut-over, clearing and payout have run; the calendar jumped, no protocol timer did",
       "日切、清算和付款均已完成；日历跳过了等待，协议定时器没有"),
    _M("looks", "the firm looks into its records", "商户核对记录"),
    _M("cut", "sale {sale} ¥{yuan}: the host approved, and process {pid} was killed (SIGKILL) before the terminal "
       "could store it", "交易 {sale} ¥{yuan}：主机已批准，终端尚未存储，进程 {pid} 即被杀掉（SIGKILL）"),
    _M("power_back", "power is back: process {pid} on the same memory", "恢复供电：进程 {pid} 使用同一存储"),
    _M("delivered", "the reversal that was stored before the request was sent is delivered",
       "请求发出之前存储的冲正已送达"),
    _M("again", "sale {sale} ¥{yuan} made again: approved", "交易 {sale} ¥{yuan} 重做：成功"),
    *(
        row for result, told in RESULTS_ZH.items() for row in (
            _M(f"sale_{result}", f"sale {{sale}} ¥{{yuan}}: {result}", f"交易 {{sale}} ¥{{yuan}}：{told}"),
            _M(f"settled_{result}", f"settlement of batch {{batch}}: {result}", f"批次 {{batch}} 结算：{told}"),
            _M(f"settled_{result}_why", f"settlement of batch {{batch}}: {result} ({{error}})",
               f"批次 {{batch}} 结算：{told}（{{error}}）"),
        )
    ),
    _M("settled", "settlement of batch {batch}: {result}", "批次 {batch} 结算：{result}"),
)
OF_MIXED: tuple[Message, ...] = (
    _M("who", "{count} terminals in the host's process {host}, terminal {tid} at its port: process {device}",
       "主机进程 {host} 内有 {count} 台终端，终端 {tid} 在其端口：进程 {device}"),
    _M("open", "shops open: a customer every quarter of a second; the one at the port sells as well",
       "各店开门：每四分之一秒来一位顾客；端口上的那台同样营业"),
    _M("served", "no customer comes any more, and everybody has been served", "不再有顾客到来，所有人都已办完"),
    _M("jumped", "the calendar jumped over closing time, cut-over and payout: all have settled",
       "日历跳过关店、日切和付款：全部已结算"),
    _M("late", "the clock was late by {ms} ms at worst", "时钟最多晚了 {ms} 毫秒"),
    _M("outage", "the market's router loses everything: the port and four hundred inside",
       "市场的路由器丢弃一切：端口上的一台和内部四百台"),
    _M("back", "it is back; the reversals were delivered, and sale {sale} was made again: approved",
       "线路恢复；冲正已送达，交易 {sale} 重做：成功"),
    _M("killed", "process {pid} was killed (SIGKILL); process {host} goes on with its state",
       "进程 {pid} 被杀掉（SIGKILL）；进程 {host} 以其状态继续"),
    _M("did", "approved: {ours} at the port, {others} inside; messages that the router lost: {ours_lost} at the port, "
       "{others_lost} inside",
       "成功：端口 {ours} 笔，内部 {others} 笔；路由器丢失的报文：端口 {ours_lost} 条，内部 {others_lost} 条"),
)
OF_REASONS: tuple[Message, ...] = tuple(
    _M(each.value, each.value, each.zh) for reasons in (Refusal, NoAnswer, Failure) for each in reasons)
HEARD = Heard(*OF_BENCH, *OF_CASE_STUDY, *OF_MIXED, *OF_REASONS, *OF_LIVE, *OF_LIBRARIES)
