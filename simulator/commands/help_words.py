"""What ``--help`` says, in Chinese by what it says in English: a table of paragraphs; a test holds it whole.

A paragraph that is a line to be typed stays as it is, but for what stands in brackets behind it.
"""

from __future__ import annotations

HEADINGS: dict[str, str] = {
    "Usage: ": "用法：", "Options": "选项", "Arguments": "参数", "Commands": "命令",
    "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]...",
}
BEHIND: dict[str, str] = {  # in brackets behind a line to be typed
    "the same world from its faults alone": "同一世界，只由其故障重现",
    "a terminal built wrong": "有意做错的终端",
    "what the remedies changed": "处理办法改变了什么",
    "for a real terminal": "用于真实终端",
    "digits in a log, a dump, an array, base64": "日志、转储、数组中的数字，base64",
    "everything in a folder": "文件夹中的全部",
    "a copy was put back; it says what is missing": "放回了副本；会说明缺失什么",
    "the test cards with PINs": "测试卡及密码",
    "judged when it is stopped": "停止时判定",
    "what the line did is not held against the terminal": "线路所为不归咎于终端",
    "what people saw at the terminal, see docs/terminal-log.md": "人在终端上看到的，见 docs/terminal-log.md",
}
OF_ALL: dict[str, str] = {
    "Daozhang (到账) proves that the money arrives.": "Daozhang（到账）：证明钱确实到账。",
    "Tell the version.": "显示版本。",
    "Show this message and exit.": "显示本说明并退出。",
    "--lang en|zh: the language of what is said, here and with every command; else that of DAOZHANG_LANG, else English.":
        "--lang en|zh：输出所用的语言，此处及每个命令均可用；不给出时按 DAOZHANG_LANG，再不然为英文。",
    "Examples:": "示例：",
    "Example:": "示例：",
    "Examples, for a device:": "示例，对设备：",
    "and for a host:": "对主机：",
    "JSON instead of text.": "输出 JSON 而不是文本。",
    "Name or TOML file of the dialect.": "方言的名称或 TOML 文件。",
    "the same for the control port": "控制端口的同类限制",
    "HOST:PORT of the control port": "控制端口的 主机:端口",
}
OF_RUN: dict[str, str] = {
    "Run scenarios on the virtual clock, judge them, report.": "在虚拟时钟上运行场景，作出判定并报告。",
    "Exit: 0 pass, 1 fail, 2 bad input, 3 harness error, 4 inconclusive.":
        "退出码：0 通过，1 不通过，2 输入有误，3 测试台出错，4 无定论。",
    "TOML files (see daozhang schema), or names that daozhang scenarios shows.":
        "TOML 文件（见 daozhang schema），或 daozhang scenarios 列出的名称。",
    "Another seed than the scenario's.": "不用场景的种子，另给一个。",
    "Send every message through the real codec.": "每条报文都经过真实的编解码。",
    "List every sale, however many.": "列出每笔交易，无论多少。",
    "Write every record, JSON Lines.": "写出每条记录，JSON Lines 格式。",
    "Strike with the faults of a trace, in place of the scenario's.": "以轨迹中的故障代替场景的故障。",
    "Write a capture as seen at the terminals' end of the line (docs/pcap.md), card data zeroed; means --wire.":
        "写出抓包文件（在终端侧线路上所见，见 docs/pcap.md），卡数据清零；同时启用 --wire。",
    "Write the judgement as JSON; - for standard output.": "以 JSON 写出判定；- 表示标准输出。",
    "Write JUnit XML.": "写出 JUnit XML。",
    "Write summary, JSON, JUnit, bank statement and notices into a folder for each scenario.":
        "为每个场景在一个目录中写出摘要、JSON、JUnit、银行流水和短信通知。",
    "Run it without WHAT as well and show both side by side: actions, faults, the name of an action (settle; settle/2 is the second), the label of a fault; or another scenario.":
        "再运行一次、去掉 WHAT，并列显示两次结果：actions（全部处理办法）、faults（全部故障）、"
        "某一处理办法的名称（settle；settle/2 为第二个）、某一故障的标签；或另一场景。",
    "Build a machine wrong on purpose; see daozhang defects.": "有意做错一台机器；见 daozhang defects。",
}
OF_EXPLAIN: dict[str, str] = {
    "Say from a trace what went wrong, where the money is and what to do.": "根据轨迹说明出了什么问题、钱在哪里、该怎么办。",
    "It reads what merchant, acquirer and banks have of a run, and never the faults of a scenario.":
        "只读取商户、收单机构和银行各自拥有的记录，不读取场景中的故障。",
    "Exit: 0 all explained, 1 something is missing and no cause found, 2 bad input, 130 interrupted.":
        "退出码：0 全部有解释，1 有缺失且找不到原因，2 输入有误，130 被中断。",
    "Written by run --trace, a host, a device or a bench.": "由 run --trace、主机、设备或台架写出。",
    "The way of one sale, by its name.": "按名称查一笔交易的去向。",
    "The way of one sale, by its retrieval reference number.": "按参考号查一笔交易的去向。",
    "What touches one merchant: its name or MID.": "只看一家商户：名称或商户号。",
    "Inject a mode at random, hide it, diagnose; print the confusion matrix.": "随机注入一种故障并隐藏，进行诊断；输出混淆矩阵。",
    "With --blind-test: so many worlds, of the seeds from 1 on.": "与 --blind-test 一起：从种子 1 起这么多个世界。",
    "With --blind-test: this one alone.": "与 --blind-test 一起：只试这一个种子。",
    "With --blind-test --seed: its scenario, the answer and the evidence.":
        "与 --blind-test --seed 一起：显示其场景、答案与证据。",
    "With --blind-test: two modes at once.": "与 --blind-test 一起：同时注入两种故障。",
    "With --blind-test: processes at a time; 0: one for each core.":
        "与 --blind-test 一起：同时运行的进程数；0 为每核一个。",
}
OF_RECONCILE: dict[str, str] = {
    "Hold terminal, host and bank records against one another.": "终端、主机与银行三方对账。",
    "Hold terminal journal, host record and bank statement against one another.": "终端流水、主机记录与银行流水三方对账。",
    "From the trace of a run, or from files: CSV, bills of WeChat and Alipay, bank statements, clearing files; see docs/reconciliation.md.":
        "取自一次运行的轨迹，或取自文件：CSV、微信与支付宝账单、银行流水、清算文件；见 docs/reconciliation.md。",
    "Exit: 0 all closed, 1 something is open, 2 bad input.": "退出码：0 全部结清，1 有未结事项，2 输入有误。",
    "Trace of a run (daozhang run --trace), in place of files.": "一次运行的轨迹（daozhang run --trace），代替文件。",
    "Journal of terminals; may be given several times.": "终端流水；可多次给出。",
    "Record of the acquirer or bill of a wallet; may be given several times.": "收单机构记录或钱包账单；可多次给出。",
    "Statement of the merchant's bank, or fund bill; may be given several times.": "商户的银行流水或资金账单；可多次给出。",
    "What a column holds, such as terminal.amount=金额; may be given several times.":
        "某列是什么，如 terminal.amount=金额；可多次给出。",
    "The same and more, as TOML; see docs/reconciliation.md.": "同上及更多设置，TOML 格式；见 docs/reconciliation.md。",
    "Encoding of the files, where it is not seen rightly: utf-8, gbk, gb18030, utf-16.":
        "文件编码，自动识别有误时给出：utf-8、gbk、gb18030、utf-16。",
    "When money is due after its settlement date: T+n working days, D+n days.":
        "清算日后何时应到账：T+n 工作日，D+n 自然日。",
    "Fee of a sale where the host's record has none, with a cap in yuan: 0.5%,20.":
        "主机记录没有手续费时的费率，可加封顶（元）：0.5%,20。",
    "Day up to which the bank's records go; else the last one in them.": "银行流水截至哪一天；不给出时取其中最后一天。",
    "Year of a clearing file whose name does not say it.": "清算文件的年份，文件名未写明时给出。",
    "Write every record with its state, as CSV.": "以 CSV 写出每条记录及其状态。",
    "List every open record, however many.": "列出每条未结记录，无论多少。",
}
OF_MESSAGES: dict[str, str] = {
    "Show a message field by field.": "逐域显示报文。",
    "Show messages of the dialect field by field; card data is masked unless --clear.":
        "逐域显示方言的报文；除非给出 --clear，卡数据一律遮盖。",
    "Hex digits, a file (binary frames, text with hex in it, pcap), or - for standard input.":
        "十六进制数字、文件（二进制帧、含十六进制的文本、pcap），或 - 表示标准输入。",
    "Read as they are: packet captures (pcap, pcapng), frames, and texts in any usual form; each of them also compressed by gzip. See docs/decode.md.":
        "可直接读取：抓包文件（pcap、pcapng）、二进制帧、各种常见形式的文本；也可用 gzip 压缩。见 docs/decode.md。",
    "Exit: 0 all was read, 1 a MAC is wrong, 2 something could not be read (standard error says what), 130 interrupted.":
        "退出码：0 全部读出，1 MAC 错误，2 有内容未能读出（标准错误会说明），130 被中断。",
    "What stands before the message type: {names}.": "消息类型之前有什么：{names}。",
    "Show card data, PIN blocks and keys (test cards only).": "显示卡数据、PIN 块和密钥（仅限测试卡）。",
    "Clear MAC key in hex: check F64; exit 1 where it is wrong.":
        "明文 MAC 密钥（十六进制）：校验 F64；不符时退出码为 1。",
    "MAC algorithm, where it is not the dialect's: {names}.": "MAC 算法，与方言不同时给出：{names}。",
    "Clear MAC key in hex: make F64 under it, whatever the JSON has.":
        "明文 MAC 密钥（十六进制）：用它生成 F64，不论 JSON 中有什么。",
    "A list of messages makes a line for each. What has no form on the line is refused with its field, what was given, and what is allowed.":
        "报文列表逐条输出一行。无法编码的内容会被拒绝，并指明域、给出的值和允许的值。",
    "Exit: 0 made, 2 bad input (nothing is printed).": "退出码：0 已生成，2 输入有误（不输出任何内容）。",
    "Make the hex of a message.": "生成报文的十六进制。",
    "Make the hex of a message from the JSON that decode --clear --json gives.":
        "由 decode --clear --json 给出的 JSON 生成报文的十六进制。",
    "JSON as decode --clear --json gives it, a file with it, or - for standard input.":
        "decode --clear --json 给出的 JSON、含有它的文件，或 - 表示标准输入。",
    "Print a Wireshark dissector (Lua).": "输出 Wireshark 解析器（Lua）。",
    "Print a Wireshark dissector for the dialect (Lua).": "输出该方言的 Wireshark 解析器（Lua）。",
}
OF_CATALOGUES: dict[str, str] = {
    "Show the scenarios that come along.": "显示自带的场景。",
    "Show the scenarios that come with the program; run takes their names.":
        "显示程序自带的场景；run 可用其名称。",
    "Print this one as TOML, to begin one's own with.": "以 TOML 输出该场景，可作为自己场景的起点。",
    "Show the documented failure modes.": "显示有记载的故障类型。",
    "Show the documented failure modes: where documented, how injected, what must hold.":
        "显示有记载的故障类型：出处、如何注入、什么必须成立。",
    "One mode, such as terminal.power_lost, or a word to look for.":
        "一种类型，如 terminal.power_lost，或要查找的词。",
    "Show the known defects.": "显示已知的缺陷。",
    "Show the machines that can be built wrong on purpose, and which invariant must notice.":
        "显示可以有意做错的机器，以及哪条不变式必须发现。",
    "Try each in every scenario, and say which invariants caught it; 1 below 95 %.":
        "每种都在所有场景中试运行，并说明由哪条不变式查出；低于 95% 时退出码为 1。",
    "With --matrix: only this one; may be repeated.": "与 --matrix 一起：只试这一个；可多次给出。",
    "With --matrix: processes at a time; 0: one for each core.":
        "与 --matrix 一起：同时运行的进程数；0 表示每核一个。",
    "With --matrix: nothing is begun after so long.": "与 --matrix 一起：超过此时长不再开始新的试运行。",
    "With --matrix: keep in this file what is tried, as it comes, and go on from what it has.":
        "与 --matrix 一起：把试过的结果随时写入此文件，并从其中已有的结果继续。",
    "With --matrix: write all that was found as JSON.": "与 --matrix 一起：把全部结果写成 JSON。",
    "Print a JSON Schema: scenario, report or trace.": "输出 JSON Schema：场景、报告或轨迹。",
    "Print a JSON Schema: of a scenario, of a report, or of one line of a trace.":
        "输出 JSON Schema：场景的、报告的，或轨迹一行的。",
    "scenario, report or trace.": "scenario（场景）、report（报告）或 trace（轨迹）。",
}
OF_FEATURES: dict[str, str] = {
    "Run features from any folder.": "运行任意目录中的功能文件。",
    "Run features (Gherkin) from any folder; the sentences are those of daozhang steps, own steps may stand beside.":
        "运行任意目录中的功能文件（Gherkin）；可用句子见 daozhang steps，旁边可放自己的步骤。",
    "Everything behind the paths goes to behave: --tags, --junit, -f plain, -D target=virtual, …":
        "路径之后的内容都交给 behave：--tags、--junit、-f plain、-D target=virtual……",
    "Exit: 0 all passed, 1 something failed or was undefined, 2 bad input, 130 interrupted.":
        "退出码：0 全部通过，1 有失败或未定义的步骤，2 输入有误，130 被中断。",
    "features, or folders of them; then options of behave": "功能文件或其目录；之后是 behave 的选项",
    "Show the sentences for features.": "显示功能文件可用的句子。",
    "Show the sentences for features (Gherkin), by topic, each with an example, and how values are written.":
        "按主题显示功能文件（Gherkin）可用的句子，每句附示例，并说明值的写法。",
    "only sentences that this can say": "只显示此词能说的句子",
    "Only how values are written.": "只显示值的写法。",
}
OF_KEYS: dict[str, str] = {
    "Make or show master keys of terminals.": "生成或显示终端主密钥。",
    "Terminal master keys in a file: make new test keys, show their check values.":
        "文件中的终端主密钥：生成新的测试密钥，显示其校验值。",
    "The file is TOML: test_keys = true, and [one_for_all] or a [[terminals]] entry with its tid, each with key (hex) "
    "or two or three components (exclusive-ored), every value with its check_value (first 3 or 4 bytes of eight zero "
    "bytes under the key). Use it by key_file in [acquirer] of a scenario, or by --keys of host and device. "
    "Test keys only.":
        "文件为 TOML：test_keys = true，以及 [one_for_all] 或带 tid 的 [[terminals]]，各有 key（十六进制）或两至三个"
        "分量（异或），每个值都带 check_value（以该密钥加密八个零字节所得的前 3 或 4 字节）。在场景的 [acquirer] 中以 "
        "key_file 使用，或以 host 和 device 的 --keys 使用。仅限测试密钥。",
    "Make random test keys.": "随机生成测试密钥。",
    "Make random test keys in a new file that its owner alone can read.":
        "在新文件中随机生成测试密钥，仅所有者可读。",
    "The keys stand in the file in clear, with comments: whoever types one into a terminal reads it there. Printed are "
    "check values only, and no file is ever overwritten.":
        "密钥以明文写在文件中，并有注释：向终端录入密钥的人在那里读取。屏幕上只显示校验值，绝不覆盖任何文件。",
    "Exit: 0 done, 2 bad input.": "退出码：0 完成，2 输入有误。",
    "a file that is not there yet": "尚不存在的文件",
    "a terminal; may be repeated": "一台终端；可多次给出",
    "one key for all others": "其余终端共用一个密钥",
    "2 or 3; whole if left out": "2 或 3；不给出则不分",
    "single, double or triple": "single（单倍长）、double（双倍长）或 triple（三倍长）",
    "Show check values.": "显示校验值。",
    "Check a key file and show whose keys are in it: TID, length, check values of key and components.":
        "检查密钥文件，并显示其中是谁的密钥：终端号、长度、密钥及各分量的校验值。",
    "Exit: 0 good, 2 bad input.": "退出码：0 无误，2 输入有误。",
    "a key file": "密钥文件",
}
OF_LIVE: dict[str, str] = {
    "Run a virtual terminal.": "运行虚拟终端。",
    "Run a virtual terminal until it is stopped or killed; its memory stays in its file.":
        "运行虚拟终端，直到被停止或杀掉；其存储留在文件中。",
    "It begins at the wall clock's date, or --ahead-ms later. Ask it for something with daozhang tell.":
        "从实际时钟的日期开始，或晚 --ahead-ms。可用 daozhang tell 向它提出请求。",
    "Its master key is the one test key of docs/live.md, unless --keys or the scenario names a key file (daozhang keys "
    "--help).":
        "其主密钥为 docs/live.md 中的那个测试密钥，除非 --keys 或场景给出密钥文件（daozhang keys --help）。",
    "Exit: 0 stopped, 2 bad input, 3 harness error, 130 interrupted.":
        "退出码：0 已停止，2 输入有误，3 测试台出错，130 已中断。",
    "terminal id, F41: 8 printable ASCII characters": "终端号，F41：8 个可打印的 ASCII 字符",
    "merchant id, F42: 15 printable ASCII characters": "商户号，F42：15 个可打印的 ASCII 字符",
    "HOST:PORT of the acquirer": "收单主机的 主机:端口",
    "speak TLS, as it does by itself where the scenario has tls; without --tls-ca any certificate of the host is "
    "believed":
        "使用 TLS，场景有 tls 时自动使用；不给出 --tls-ca 时相信主机的任何证书",
    "believe what this authority signed, whatever name it is for (PEM)": "相信此机构签发的证书，无论其名称（PEM）",
    "certificate of the terminal, where the host asks for one (PEM)": "终端的证书，主机要求时出示（PEM）",
    "its key (PEM); a test key": "其密钥（PEM）；测试密钥",
    "instead of --host: a serial device, or a URL such as rfc2217://HOST:PORT":
        "代替 --host：串口设备，或 rfc2217://HOST:PORT 这样的 URL",
    'of --serial, such as "9600 8N1"': '--serial 的参数，如 "9600 8N1"',
    "file that stands for the non-volatile memory": "代表非易失存储的文件",
    "name of a device profile": "终端型号的名称",
    "take profile and settings of this TID from a scenario": "从场景中取此终端号的型号和设置",
    "append trace records to this file": "把轨迹记录追加到此文件",
    "build it wrong: name of a terminal defect; may be repeated": "有意做错：终端缺陷的名称；可多次给出",
    "how far its calendar is ahead of the wall clock": "其日历比实际时钟快多少",
    "a limit of the line to the host, such as unread_s=5; an unknown one lists all":
        "到主机的线路的限制，如 unread_s=5；给出未知的名称会列出全部",
    "tables that it loads after a sign-on: none, chip, family-l, family-p, family-m, family-c; the scenario's, or chip "
    "where none is given":
        "签到后下载的参数表：none、chip、family-l、family-p、family-m、family-c；不给出则用场景的，再不然用 chip",
    "name or file of its dialect; the scenario's where none is given": "方言的名称或文件；不给出则用场景的",
    "key file with its master key; the scenario's, or else the test key of docs/live.md":
        "含其主密钥的密钥文件；不给出则用场景的，再不然用 docs/live.md 中的测试密钥",
    "be driven by a till too: an ECR profile, and pty:, pty:NAME, tcp:HOST:PORT or rfc2217:HOST:PORT?9600 8N1":
        "同时由收银机操作：ECR 规格，以及 pty:、pty:名称、tcp:主机:端口 或 rfc2217:主机:端口?9600 8N1",
    "Run a live acquirer host.": "运行实时收单主机。",
    "Run a live host until it is stopped; started again with its state it goes on.":
        "运行实时主机，直到被停止；以其状态再次启动则继续。",
    "Terminals outside: connect real ones or daozhang device; outside = true says which, else all are. Ask it for "
    "something with daozhang tell.":
        "外部终端：连接真实终端或 daozhang device；以 outside = true 指定，否则全部为外部。可用 daozhang tell 向它提出请求。",
    "At its start it prints what a person types into a terminal: address, TPDU, header, TID, MID, check value of the "
    "master key. The key is the one test key of docs/live.md, unless --keys or the scenario names a key file (daozhang "
    "keys --help).":
        "启动时显示需录入终端的内容：地址、TPDU、报文头、终端号、商户号、主密钥校验值。密钥为 docs/live.md 中的那个测试"
        "密钥，除非 --keys 或场景给出密钥文件（daozhang keys --help）。",
    "a scenario file (TOML)": "场景文件（TOML）",
    "SQLite file with all that must survive; needed but for --cards":
        "SQLite 文件，保存必须留存的全部内容；除 --cards 外必须给出",
    "HOST:PORT for terminals; without it and without --serial: 127.0.0.1:0":
        "供终端连接的 主机:端口；它与 --serial 都不给出时为 127.0.0.1:0",
    "a serial line for terminals too, or alone where --listen is not given; a device, or a URL such as "
    "rfc2217://HOST:PORT":
        "另供终端使用的串口线路，不给出 --listen 时只用它；设备，或 rfc2217://HOST:PORT 这样的 URL",
    'of --serial, such as "9600 8N1", which it is by itself': '--serial 的参数，如 "9600 8N1"，这也是默认值',
    "speak TLS at --listen with this certificate (PEM); instead of the scenario's":
        "在 --listen 处以此证书（PEM）使用 TLS；代替场景的证书",
    "terminals must show a certificate that this authority signed (PEM)":
        "终端必须出示由此机构签发的证书（PEM）",
    "write the trace to this file as well": "同时把轨迹写入此文件",
    "instead of the scenario's": "代替场景的值",
    "build it wrong: name of a defect; may be repeated": "有意做错：缺陷的名称；可多次给出",
    "listen beyond loopback, for a real terminal": "在本机回环之外监听，供真实终端使用",
    "a limit of the terminals' port, such as connections=50; an unknown one lists all":
        "终端端口的限制，如 connections=50；给出未知的名称会列出全部",
    "key file with the master keys of the terminals, instead of the scenario's key_file":
        "含各终端主密钥的密钥文件，代替场景的 key_file",
    "say what to type into every terminal outside, not into the first ten":
        "列出每台外部终端需录入的内容，而不只是前十台",
    "go on with a state that is damaged, older or foreign, as far as it is whole; may be repeated":
        "以已损坏（damaged）、较旧（older）或不属于此场景（foreign）的状态文件的完好部分继续；可多次给出",
    "print the test cards, whole, and exit": "完整列出测试卡，随即退出",
    "Exit: 0 stopped, 2 bad input, 3 harness error, 130 interrupted; with --judge as daozhang judge: 0 pass, 1 fail, "
    "4 inconclusive.":
        "退出码：0 已停止，2 输入有误，3 测试台出错，130 已中断；给出 --judge 时同 daozhang judge：0 通过，1 不通过，4 无定论。",
    "judge the run when it is stopped, which ends it": "停止时对运行作出判定，运行随之结束",
    "with --judge: write the judgement as JSON; - for standard output": "与 --judge 同用：以 JSON 写出判定；- 表示标准输出",
    "with --judge: write JUnit XML": "与 --judge 同用：写出 JUnit XML",
    "with --judge: list every sale": "与 --judge 同用：列出每笔交易",
    "Judge a live or stored run.": "判定实时或已存的运行。",
    "Judge a run from its traces: that of the host, those of devices where there are any, and that of a relay.":
        "由轨迹判定一次运行：主机的轨迹，以及设备的轨迹（如有）和中继的轨迹。",
    "A TRACE is a file that daozhang host, device, relay or run wrote with --trace, or the state of a host. One that is still "
    "being written is judged as far as it goes.":
        "TRACE 为 daozhang host、device、relay 或 run 以 --trace 写出的文件，或主机状态文件。仍在写入的，判定到现有内容为止。",
    "Traces of one run, or the state of its host.": "同一次运行的轨迹，或其主机的状态文件。",
    "Judge what this scenario expects, too.": "同时判定该场景所期望的内容。",
    "What people or a program saw at a terminal, JSON Lines; may be repeated.":
        "人或程序在终端上看到的，JSON Lines 格式；可多次给出。",
    "How far the clock of the logs is ahead of the host's, such as 1m30s or -2s.":
        "日志的时钟比主机快多少，如 1m30s 或 -2s。",
    "Ask the control port of a host or device.": "向主机或设备的控制端口提出请求。",
    "Ask the control port of a live host or device for something; prints its answer.":
        "向实时主机或设备的控制端口提出请求，并显示其应答。",
    "Exit: 0 it was done, 1 the control port refused it, 2 bad input or nobody answered.":
        "退出码：0 已完成，1 控制端口拒绝，2 输入有误或无人应答。",
    "the control port": "控制端口",
    'an object with "do"': '含有 "do" 的对象',
    "seconds to wait for the answer": "等待应答的秒数",
}
OF_BENCH: dict[str, str] = {
    "Test a terminal on a bench.": "在测试台上测试终端。",
    "Drive, cut off and judge a terminal on a bench: a virtual one, or a real one over serial and TCP.":
        "在测试台上操作、切断并判定一台终端：虚拟终端，或经串口和 TCP 连接的真实终端。",
    "BENCH is a TOML file that says what stands there (docs/bench.md); fixtures/benches has examples.":
        "BENCH 为说明台上有什么的 TOML 文件（docs/bench.md）；fixtures/benches 中有示例。",
    "a bench file (TOML)": "测试台文件（TOML）",
    "Show and check the evidence of a run.": "显示并核对一次运行的证据。",
    "Show the evidence of a run, and check every file in it against its SHA-256.":
        "显示一次运行的证据，并按 SHA-256 核对其中每个文件。",
    "Exit: 0 all as written, 2 no evidence, 3 a file changed, is missing or was added, or the run never ended.":
        "退出码：0 与写入时一致，2 不是证据，3 有文件被改动、缺失或新增，或运行从未结束。",
    "the folder of a run": "一次运行的文件夹",
    "Faults below TCP, as root.": "TCP 以下的故障，需 root。",
    "Show what the second plane can do here, or run a command behind a line with faults below TCP.":
        "显示第二平面在本机能做什么，或在带有 TCP 以下故障的线路之后运行一个命令。",
    "The command runs in a network namespace of its own; {host} in it becomes the host's HOST:PORT, and so does"
    " DAOZHANG_HOST in its environment. Needs root, iproute2 and nftables (make debian).":
        "命令运行在独立的网络命名空间中；其中的 {host} 会换成主机的 主机:端口，环境变量 DAOZHANG_HOST 亦然。"
        "需要 root、iproute2 和 nftables（make debian）。",
    "A fault is one of:": "故障为下列之一：",
    "Exit: that of the command; 0 the plane can be made, 2 bad input, 3 it cannot.":
        "退出码：与该命令相同；0 可以建立，2 输入有误，3 不能建立。",
    "what is run where the terminal is": "在终端所在处运行的命令",
    "a fault from the start; may be repeated": "从一开始就有的故障；可重复给出",
    "the host, here or elsewhere; its messages are passed on": "主机，在本机或别处；报文会转发给它",
    "the port at which the terminal finds its host": "终端连接主机所用的端口",
    "keep what passed at both ends of the line, card data zero": "保存线路两端的抓包，卡数据置零",
    "Look at a bench before a run.": "运行前检查测试台。",
    "Look at everything of a bench before a run, and say for each what to do.":
        "运行前检查测试台的各个部分，并逐项说明该做什么。",
    "Exit: 0 all well, 2 bad input, 3 the bench is at fault.": "退出码：0 一切正常，2 输入有误，3 测试台有问题。",
    "switch the terminal's power off and on once, to see that the relay clicks":
        "给终端断电并通电一次，以确认继电器动作",
    "Drive a terminal by hand.": "手工操作终端。",
    "Drive a terminal on a bench by hand: operations, power, line, host and calendar; help lists what there is.":
        "在测试台上手工操作终端：交易、电源、线路、主机和日历；help 列出全部命令。",
    "Lines come from a terminal, with history and completion, or from a pipe. What a pipe says wrongly ends the shell.":
        "命令行来自终端（有历史和补全）或管道。管道中有误的一行会使其结束。",
    "Exit: 0 left, 1 finish found fault with the terminal, 2 bad input, 3 the bench is at fault, 4 finish was "
    "inconclusive, 130 interrupted.":
        "退出码：0 已退出，1 finish 判定终端有误，2 输入有误，3 测试台有问题，4 finish 无定论，130 已中断。",
    "where traces, memory and state go: a new one, or an empty one; out/shell-… if left out":
        "轨迹、存储和状态所在目录：新目录或空目录；不给出时为 out/shell-…",
    "Print the JSON Schema of a bench file.": "输出测试台文件的 JSON Schema。",
}
OF_SWEEP: dict[str, str] = {
    "Sales without end, watched and judged.": "不停地交易，同时监测并判定。",
    "Sell without end: all kinds, settlements, nights, small faults; watch reply times, numbers and memory.":
        "不停地交易：各种类、结算、过夜、小故障；监测应答时间、编号和内存。",
    "A terminal that does not answer is switched off and on, noted and judged. The verdict so far is told at each settlement; Ctrl-C ends it, and it is judged as far as it went. What is done is the same for the same seed.":
        "没有应答的终端会断电重启、记录并判定。每次结算时说明至今的判定；Ctrl-C 结束，并按已完成的部分判定。种子相同，所做相同。",
    "Exit: 0 pass, 1 the terminal failed, 2 bad input, 3 the bench is at fault, 4 inconclusive, 130 interrupted, 143 terminated.":
        "退出码：0 通过，1 终端有错，2 输入有误，3 测试台有问题，4 无定论，130 已中断，143 被终止。",
    "how many; 0: until the hours are over": "多少笔；0 表示直到时间用完",
    "for how long; 0: until the sales are done": "多少小时；0 表示直到做完笔数",
    "of what is sold and of the faults": "交易和故障的种子",
    "without small faults and windows": "不施加小故障和时段",
    "keep the evidence here": "证据保存在这里",
    "Power cuts at random instants inside the terminal.": "在终端内部的随机时刻断电。",
    "Cut the power at random instants inside the terminal: start, recovery, settlement, verdict after each.":
        "在终端内部的随机时刻断电：每次之后启动、恢复、结算、判定。",
    "The instants are drawn from the seed over the measured time of each kind of operation; on a board half of them lie within microseconds of a write to its memory, and some are followed by another cut while it starts.":
        "时刻由种子在各类操作的实测时间内抽取；在仿真板上半数落在写存储后的数微秒内，部分在启动时再断一次。",
    "Exit: 0 all held, 1 the terminal failed, 2 bad input, 3 the bench is at fault, 4 something was not decided, 130 interrupted.":
        "退出码：0 全部通过，1 终端有错，2 输入有误，3 测试台有问题，4 有未能判定的，130 已中断。",
    "how many; 0: 500": "多少次；0 表示 500",
    "of the instants": "断电时刻的种子",
    "only this cut; may be repeated": "只做这一次断电；可重复给出",
    "keep the evidence of what did not hold here": "未通过者的证据保存在这里",
    "cuts at once; 0: as many as suit this machine": "同时进行的断电数；0 表示按本机情况",
    "rounds, one case at a time, in which what this machine was too busy to decide is tried again":
        "对本机过忙而未能判定的逐一重试的轮数",
    "software that an update brings, eight digits; what the scenario's host demands where none is given":
        "更新带来的软件，八位数字；不给出时为场景主机要求的版本",
    "how long an update takes, such as 2s; three minutes where none is given": "更新用时，如 2s；不给出时为三分钟",
    "number of the first request of a memory that is new, to come near its wrap; a memory that is there goes on with its own":
        "全新存储的首个流水号，用于接近回绕；已有的存储沿用自己的流水号",
    "how long a record takes to be written, such as 30ms in flash memory; as fast as the disk where none is given":
        "写入一条记录的用时，如闪存的 30ms；不给出时与磁盘一样快",
    "A fault at every boundary of every kind of transaction.": "在每类交易的每个边界上施加一个故障。",
    "Cut the power, lose, delay, repeat or spoil a message at every boundary of every kind of transaction.":
        "在每类交易的每个边界上断电，或丢失、延迟、重复、损坏一条报文。",
    "A run without any fault finds the messages of each kind; then each boundary and each fault is a run of its own in a fresh world, recovered as a merchant does, settled, paid out and judged.":
        "先无故障运行一次，找出每类交易的报文；然后每个边界的每个故障各在全新的环境中运行一次，像商户那样恢复、结算、付款并判定。",
    "With --out what is done is kept after each case, and --resume goes on with it; Ctrl-C ends in good order.":
        "给出 --out 时，每种情形完成后即保留，--resume 可接着做；Ctrl-C 会妥善结束。",
    "Exit: 0 all held, 1 the terminal failed, 2 bad input, 3 the bench is at fault, 4 something was not reached, 130 interrupted, 143 terminated.":
        "退出码：0 全部通过，1 终端有错，2 输入有误，3 测试台有问题，4 有边界未到达，130 已中断，143 被终止。",
    "only these kinds; an unknown one lists all": "只做这些种类；给出不认识的会列出全部",
    "only this case; may be repeated": "只做这一种情形；可重复给出",
    "of more than three messages that are alike the first two and the last": "超过三条相同的报文只取前两条和最后一条",
    "keep results and the evidence of what failed here": "结果和失败的证据保存在这里",
    "go on with the sweep in --out": "接着做 --out 中的扫描",
    "keep the evidence of what held as well": "通过的证据也保留",
    "build the virtual device wrong: name of a defect; may be repeated": "把虚拟设备有意做错：缺陷名称；可重复给出",
    "cases at once; 0: as many as suit this machine": "同时进行的情形数；0 表示按本机情况",
    "write JUnit XML": "写出 JUnit XML",
    "write everything as JSON; - for standard output": "全部写为 JSON；- 表示标准输出",
}
OF_CHECKS: dict[str, str] = {
    "Check how a terminal recovers and settles.": "检查终端如何恢复和结算。",
    "Check how a terminal recovers and settles, as a black box: by its line and its till alone.":
        "以黑盒方式检查终端如何恢复和结算：只看其线路和收银接口。",
    "Each check is a run of its own: something goes wrong on the line, at the power or at the host, and the terminal must do what its rule says. What cannot be tried on this bench is not reached, what cannot be seen from outside is not observable; neither is a fault of the terminal.":
        "每项检查各运行一次：线路、电源或主机出问题，终端须按规则行事。本测试台无法尝试的为未触发，从外部看不到的为不可观察；二者都不算终端有错。",
    "The table of checks, with rules, sources and the settings that change them: --list, and docs/checks.md.":
        "检查项表（规则、出处及影响它们的参数）：--list 和 docs/checks.md。",
    "Exit: 0 all held, or not reached; 1 the terminal failed; 2 bad input; 3 the bench is at fault; 130 interrupted; 143 terminated.":
        "退出码：0 全部通过或未触发；1 终端有错；2 输入有误；3 测试台有问题；130 已中断；143 被终止。",
    "only these: numbers, groups or patterns; may be repeated": "只做这些：编号、组别或通配；可重复给出",
    "show the table of checks, and check nothing": "显示检查项表，不做检查",
    "keep the evidence of every check here": "每项检查的证据保存在这里",
    "checks at once on a virtual bench; 0: three for each core": "虚拟测试台上同时进行的检查数；0 表示每核三项",
}
OF_RELAY: dict[str, str] = {
    "Run a relay with faults between a terminal and its host.": "在终端与主机之间运行可注入故障的中继。",
    "Run a relay between a terminal and its host; it loses, holds, repeats and spoils messages.":
        "在终端与主机之间运行中继：可使报文丢失、扣留、重复、损坏。",
    "Everything passes as it came, unless a fault strikes. Faults are the [[faults]] of a scenario; daozhang failures shows which a relay can do (places: relay, with --ecr: ecr_line). Ask it for more with daozhang tell.":
        "未触发故障时，一切原样通过。故障就是场景中的 [[faults]]；daozhang failures 列出中继能做的故障（可用位置 relay；用 --ecr 时为 ecr_line）。可用 daozhang tell 追加。",
    "Exit: 0 stopped, 2 bad input, 3 harness error, 4 a fault never struck, 130 interrupted.":
        "退出码：0 正常停止，2 输入有误，3 测试台出错，4 有故障从未触发，130 被中断。",
    "between a till (--listen, --serial) and its terminal (--to, --to-serial): name or file of an ECR profile":
        "位于收银机（--listen、--serial）与其终端（--to、--to-serial）之间：收银机协议的名称或文件",
    "HOST:PORT for terminals": "终端侧的 主机:端口",
    "HOST:PORT of their host": "主机侧的 主机:端口",
    "a TOML file with [[faults]], as a scenario has them": "含 [[faults]] 的 TOML 文件，写法同场景",
    "key file with the master keys, for changes with a right MAC; the test key of docs/live.md where none is given":
        "终端主密钥文件，用于改动后重算正确的 MAC；不给出时用 docs/live.md 的测试密钥",
    "instead of --listen: the terminal's serial line, a URL such as rfc2217://HOST:PORT, or pty: for a pseudo-terminal of our own":
        "代替 --listen：终端的串口线路、rfc2217://主机:端口 之类的 URL，或 pty: 表示自建的伪终端",
    "instead of --to: the host's serial line": "代替 --to：主机的串口线路",
    'of --to-serial, such as "9600 8N1"': '--to-serial 的参数，如 "9600 8N1"',
    "speak TLS to terminals with this certificate (PEM)": "以此证书（PEM）对终端使用 TLS",
    "speak TLS to the host; without --to-tls-ca any certificate is believed":
        "对主机使用 TLS；不给出 --to-tls-ca 时相信任何证书",
    "certificate to be shown to the host (PEM)": "向主机出示的证书（PEM）",
    "Write a capture of all messages, card data zeroed.": "写出全部报文的抓包文件，卡数据清零。",
    "HOST:PORT of the control port; none where it is not given": "控制端口的 主机:端口；不给出则没有控制端口",
    "bytes that are no message do not pass": "不是报文的字节不予通过",
    "of chances, jitter and garbage": "概率、抖动与乱码的种子",
    "what a terminal is told where its host cannot be reached: hang_up, reset, silence":
        "主机无法到达时如何对待终端：hang_up 挂断，reset 重置，silence 不作声",
    "a limit of both sides' ports, such as connections=50; an unknown one lists all":
        "两侧端口的限制，如 connections=50；给出未知名称会列出全部",
}
OF_STATE: dict[str, str] = {
    "Look at states and memories, damaged or whole.": "检查主机状态和终端存储，无论是否损坏。",
    "Look at the state of a host or the memory of a terminal, and export what is whole in it.":
        "检查主机状态文件或终端存储文件，并导出其中完好的内容。",
    "Nothing of a file is ever changed, and a host or device that has it open goes on. See docs/state.md.":
        "绝不改动文件；正打开它的主机或设备照常运行。见 docs/state.md。",
    "Say whether it is whole.": "说明是否完好。",
    "Say what a file is, what is in it, and each damage of it by name and place.":
        "说明文件是什么、其中有什么，并按名称和位置列出每处损坏。",
    "A host's state is looked at with all that lies beside it: -wal, anchor, snapshots; a terminal's memory with its "
    "anchor. Of a folder every state and memory in it and below.":
        "主机状态文件连同其旁的 -wal、锚文件、快照一并检查；终端存储文件连同其锚文件。给出文件夹时检查其中及下级的全部文件。",
    "Exit: 0 whole, 1 damaged, 2 no such file or it cannot be read.": "退出码：0 完好，1 已损坏，2 不是此类文件或无法读取。",
    "States of hosts, memories of terminals, or folders with some.": "主机状态文件、终端存储文件，或含有它们的文件夹。",
    "Write what is whole.": "导出完好的内容。",
    "Write the records of a file that are whole, JSON Lines; card numbers masked, keys, PINs and chip data hidden.":
        "导出文件中完好的记录，JSON Lines 格式；卡号打码，密钥、密码和芯片数据隐藏。",
    "Records come in their order, each with its number; what is missing between them is not guessed. How many are left "
    "and how many are not is told on standard error.":
        "记录按其顺序导出，各带编号；其间缺失的不作推测。标准错误输出说明留存多少、缺失多少。",
    "Exit: 0 all of it was whole, 1 something is damaged or missing, 2 no such file or it cannot be read.":
        "退出码：0 全部完好，1 有损坏或缺失，2 不是此类文件或无法读取。",
    "The state of a host, or the memory of a terminal.": "主机状态文件或终端存储文件。",
    "Write there instead of to standard output; a new file.": "写入此文件而不是标准输出；须为新文件。",
    "One JSON array instead of JSON Lines.": "输出一个 JSON 数组而不是 JSON Lines。",
}
WORDS: dict[str, str] = {**OF_ALL, **OF_FEATURES, **OF_RUN, **OF_EXPLAIN, **OF_RECONCILE, **OF_MESSAGES, **OF_CATALOGUES, **OF_KEYS, **OF_LIVE, **OF_BENCH, **OF_SWEEP, **OF_RELAY, **OF_CHECKS, **OF_STATE}
