"""Bytes as people keep them: each form a function from bytes to text, written here and not by the decoder."""

from __future__ import annotations

import base64
import json
import quopri
from collections.abc import Callable, Iterator, Sequence

Form = Callable[[bytes], str]


def characters(octets: bytes) -> str:
    return "".join(chr(each) if 32 <= each < 127 else "." for each in octets)


def rows(octets: bytes, width: int = 16) -> Iterator[tuple[int, bytes]]:
    return ((at, octets[at:at + width]) for at in range(0, len(octets), width))


def lines(octets: bytes, width: int, between: str = " ") -> list[str]:
    return [part.hex(between) if between else part.hex() for _, part in rows(octets, width)]


def halves(part: bytes) -> str:
    return f"{part[:8].hex(' ')}  {part[8:].hex(' ')}".strip()


def words(part: bytes, size: int = 2) -> str:
    return " ".join(part[n:n + size].hex() for n in range(0, len(part), size))


def xxd(octets: bytes, width: int = 16, size: int = 2) -> str:
    room = 2 * width + -(-width // size)
    return "".join(f"{at:08x}: {words(part, size):<{room}} {characters(part)}\n" for at, part in rows(octets, width))


def bits(octets: bytes) -> str:
    return "".join(f"{at:08x}: {' '.join(f'{each:08b}' for each in part):<53}  {characters(part)}\n"
                   for at, part in rows(octets, 6))


def hexdump(octets: bytes) -> str:
    return "".join(f"{at:08x}  {halves(part):<48}  |{characters(part)}|\n" for at, part in rows(octets)) + (
        f"{len(octets):08x}\n")


def swapped(octets: bytes, offset: str = "07x") -> str:
    """As ``hexdump`` and ``od -x``: words of two bytes, the lower first."""
    even = octets + bytes(len(octets) % 2)
    made = "".join(
        f"{at:{offset}} " + " ".join(part[n:n + 2][::-1].hex() for n in range(0, len(part), 2)) + "\n"
        for at, part in rows(even))
    return made + f"{len(octets):{offset}}\n"


def od(octets: bytes, form: str, offset: str = "07o") -> str:
    return "".join(f"{at:{offset}} {' '.join(format(each, form) for each in part)}\n" for at, part in rows(octets)) + (
        f"{len(octets):{offset}}\n")


def wireshark(octets: bytes) -> str:
    return "\n".join(f"{at:04x}  {halves(part):<48}   {characters(part)}" for at, part in rows(octets))


def tcpdump(octets: bytes, *, shows: bool = True) -> str:
    head = (f"10:00:00.123456 IP (tos 0x0, ttl 64, proto TCP (6)) 10.0.0.1.49152 > 10.255.0.1.8583: Flags [P.], "
            f"cksum 0x1c4e (correct), seq 1:{len(octets)}, ack 1, win 8192, length {len(octets)}\n")
    return head + "".join(
        f"\t0x{at:04x}:  " + (f"{words(part):<39}  {characters(part)}" if shows else words(part)) + "\n"
        for at, part in rows(octets))


def numbers(octets: bytes, width: int, form: Callable[[int], str] = "0x{:02X}".format) -> str:
    return ",\n".join("    " + ", ".join(map(form, part)) for _, part in rows(octets, width))


def signed(each: int) -> str:
    return str(each - 256 if each > 127 else each)


def escaped(octets: bytes, form: str = "\\x{:02x}") -> str:
    return "".join(map(form.format, octets))


def quoted(octets: bytes, form: str = "\\x{:02x}") -> str:
    return "".join(chr(each) if 32 <= each < 127 and each not in b"\"'\\" else form.format(each) for each in octets)


def gdb(octets: bytes, symbol: str = "") -> str:
    return "\n".join(
        f"0x{0x20000100 + at:x}{f' <{symbol}+{at}>' if symbol else ''}:\t" + "\t".join(f"0x{each:02x}" for each in part)
        for at, part in rows(octets, 8))


def intel(octets: bytes) -> str:
    made = []
    for at, part in rows(octets):
        record = bytes((len(part), at >> 8, at & 255, 0)) + part
        made.append(":" + (record + bytes((-sum(record) & 255,))).hex().upper())
    return "\n".join([*made, ":00000001FF"])


DIGITS: dict[str, Form] = {
    "digits": lambda o: o.hex(), "capitals": lambda o: o.hex().upper(), "blanks": lambda o: o.hex(" "),
    "colons": lambda o: o.hex(":"), "dashes": lambda o: o.hex("-").upper(), "commas": lambda o: o.hex(","),
    "tabs": lambda o: o.hex(" ").replace(" ", "\t"), "words": words, "long words": lambda o: words(o, 4),
    "0x": lambda o: " ".join(f"0x{each:02x}" for each in o), "0x once": lambda o: "0x" + o.hex(),
    "0X": lambda o: ", ".join(f"0X{each:02X}" for each in o), "semicolons": lambda o: o.hex(";"),
    "bars": lambda o: o.hex("|"), "dots": lambda o: o.hex("."), "lines below": lambda o: o.hex("_"),
    "brackets": lambda o: escaped(o, "[{:02X}]"), "angles": lambda o: escaped(o, "<{:02x}>"),
    "h behind": lambda o: " ".join(f"{each:02X}h" for each in o), "dollars": lambda o: " ".join(f"${each:02X}" for each in o),
    "hashes": lambda o: " ".join(f"#{each:02X}" for each in o), "percents": lambda o: escaped(o, "%{:02X}"),
    "assembler": lambda o: "msg: db " + ",".join(f"0{each:02X}h" for each in o),
    "wide": lambda o: o.hex(" ").translate({ord(each): ord(each) + 0xFEE0 for each in "0123456789abcdef"}),
    "blanks that do not break": lambda o: o.hex(" ").replace(" ", "\u00a0"),
    "bytes in quotes": lambda o: ", ".join(f"'{each:02x}'" for each in o),
    "wrapped": lambda o: "\n".join(lines(o, 16)), "wrapped by windows": lambda o: "\r\n".join(lines(o, 16)) + "\r\n",
    "wrapped digits": lambda o: "\n".join(lines(o, 38, "")),
    "wrapped inside bytes": lambda o: "\n".join(o.hex()[at:at + 77] for at in range(0, 2 * len(o), 77)),
    "behind their count": lambda o: f"{len(o)} {o.hex()}",
    "mail": lambda o: "\n".join("> " + line for line in lines(o, 20)),
    "mail that breaks lines": lambda o: quopri.encodestring((o.hex() + "\n").encode()).decode(),
    "of routers": lambda o: ".".join(o.hex()[at:at + 4] for at in range(0, 2 * len(o), 4)),
    "HTML, rows": lambda o: "<pre>" + "\n".join(lines(o, 16)) + "</pre>\n",
    "HTML, breaks": lambda o: "<br/>\n".join(lines(o, 16)), "HTML, blanks": lambda o: o.hex(" ").replace(" ", "&nbsp;"),
    "colours": lambda o: f"\x1b[32mTX\x1b[0m \x1b[1m{o.hex(' ')}\x1b[0m",
}
DUMPS: dict[str, Form] = {
    "xxd": xxd, "xxd -c 8": lambda o: xxd(o, 8), "xxd -c 32": lambda o: xxd(o, 32), "xxd -g 1": lambda o: xxd(o, 16, 1),
    "xxd -g 4": lambda o: xxd(o, 16, 4), "xxd -b": bits,
    "xxd -p": lambda o: "\n".join(lines(o, 30, "")), "hexdump -C": hexdump, "hexdump": swapped,
    "od -t x1": lambda o: od(o, "02x"), "od -A d -t x1": lambda o: od(o, "02x", "07d"),
    "od -A x -t x1": lambda o: od(o, "02x", "06x"), "od -An -t x1": lambda o: "\n".join(" " + each for each in lines(o, 16)),
    "hexdump -x": lambda o: "".join(
        f"{at:07x}" + "".join(f"    {part[n:n + 2][::-1].hex()}" for n in range(0, len(part), 2)) + "\n"
        for at, part in rows(o + bytes(len(o) % 2))) + f"{len(o):07x}\n",
    "od -x": lambda o: swapped(o, "07o"), "od -b": lambda o: od(o, "03o"),
    "wireshark": wireshark, "wireshark, offsets and bytes": lambda o: "\n".join(
        f"{at:04x}   {part.hex(' ')}" for at, part in rows(o)),
    "followed stream": lambda o: "\n".join(
        f"    {at:08X}  {halves(part):<48}   {characters(part[:8])} {characters(part[8:])}" for at, part in rows(o)),
    "tcpdump -X": tcpdump, "tcpdump -x": lambda o: tcpdump(o, shows=False), "gdb": gdb,
    "gdb with names": lambda o: gdb(o, "tx_buffer"), "mail": lambda o: "\n".join("> " + each for each in xxd(o).splitlines()),
    "ncat -o": lambda o: "\n".join(
        f"[{at:04x}]   {part[:8].hex(' '):<23}   {part[8:].hex(' '):<23}   {characters(part)}" for at, part in rows(o)),
    "HxD": lambda o: "Offset(h) " + bytes(range(16)).hex(" ").upper() + "\n\n" + "\n".join(
        f"{at:08X}  {part.hex(' ').upper():<48} {characters(part)}" for at, part in rows(o)),
    "PowerShell": lambda o: " " * 11 + bytes(range(16)).hex(" ").upper() + "\n\n" + "\n".join(
        f"{at:08X}   {part.hex(' ').upper():<48} {characters(part)}" for at, part in rows(o)),
    "PowerShell 7": lambda o: "   Label: Byte[] (System.Byte[]) <5E8C>\n\n" + " " * 17 + bytes(range(16)).hex(" ").upper() + "\n\n" + (
        "\n".join(f"{at:016X} {part.hex(' ').upper():<47} {characters(part)}" for at, part in rows(o))),
    "WinDbg": lambda o: "\n".join(
        f"{0x213:08x}`{at:08x}  {f'{part[:8].hex(chr(32))}-{part[8:].hex(chr(32))}'.rstrip('-'):<47}  {characters(part)}"
        for at, part in rows(o)),
    "Intel": intel, "fenced": lambda o: f"```\n{xxd(o)}```\n",
    "socat": lambda o: f"> 2026/11/27 10:00:00.123456  length={len(o)} from=0 to={len(o) - 1}\n" + "".join(
        f" {part.hex(' '):<48}  {characters(part)}\n" for _, part in rows(o)) + "--\n",
}
PROGRAMS: dict[str, Form] = {
    "C": lambda o: f"/* a sale\n of today */\nstatic const unsigned char msg[{len(o)}] = {{\n{numbers(o, 12)}  // end\n}};\n",
    "C with remarks": lambda o: "unsigned char pkt1[] = {\n" + ",\n".join(
        ", ".join(f"0x{each:02x}" for each in part) + f" /* {characters(part).replace('/', '.')} */" for _, part in rows(o, 8)) + "\n};\n",
    "C, peers": lambda o: "char peer0_0[] = { /* Packet 4 */\n" + numbers(o, 8, "0x{:02x}".format) + " };\n",
    "C, cast": lambda o: "u8 m[] = {" + ", ".join(f"(unsigned char)0x{each:02X}" for each in o) + "};",
    "C, text": lambda o: f'char *m = "{escaped(o)}";', "C, texts": lambda o: "\n".join(
        f'"{escaped(part)}" \\' for _, part in rows(o)),
    "C, octal": lambda o: f'char *m = "{escaped(o, chr(92) + "{:03o}")}";',
    "Java": lambda o: f"byte[] m = new byte[] {{{', '.join(f'(byte) 0x{each:02X}' for each in o)}}};",
    "Java, signed": lambda o: "byte[] m = {" + ", ".join(map(signed, o)) + "};",
    "Java, signed, lines": lambda o: f"byte[] m = {{\n{numbers(o, 10, signed)}\n}};\n",
    "Java, texts put together": lambda o: "String m = " + "\n    + ".join(f'"{each}"' for each in lines(o, 20, "")) + ";\n",
    "C#, texts put together": lambda o: " +\n    ".join(f'"{each}"' for each in lines(o, 20, "")) + ";\n",
    "Kotlin": lambda o: f"val m = ubyteArrayOf({', '.join(f'0x{each:02x}u' for each in o)})",
    "Erlang": lambda o: f"<<{','.join(map(str, o))}>>", "Erlang, lines": lambda o: "M = <<" + ",\n  ".join(
        ",".join(map(str, part)) for _, part in rows(o, 20)) + ">>.\n",
    "Visual Basic": lambda o: "Dim m() As Byte = {" + ", ".join(f"&H{each:02X}" for each in o) + "}",
    "a controller": lambda o: ", ".join(f"16#{each:02X}" for each in o),
    "assembler of GNU": lambda o: "".join(
        "\t.byte\t" + ", ".join(f"0x{each:02x}" for each in part) + "\n" for _, part in rows(o, 8)),
    "Go, dump": lambda o: "".join(f"{at:08x}  {halves(part):<49} |{characters(part)}|\n" for at, part in rows(o)),
    "JavaScript, columns": lambda o: f"Uint8Array({len(o)}) [\n{numbers(o, 12, '{:3d}'.format)}\n]\n",
    "Java, call": lambda o: f'ISOUtil.hex2byte("{o.hex().upper()}")',
    "Go": lambda o: "msg := []byte{" + ", ".join(f"0x{each:x}" for each in o) + "}",
    "Go, lines": lambda o: f"msg := []byte{{\n{numbers(o, 8, '0x{:02x}'.format)},\n}}\n",
    "Go %v": lambda o: f"[{' '.join(map(str, o))}]", "Go %q": lambda o: f'"{quoted(o)}"', "Go %x": lambda o: f"sent {o.hex()}",
    "Python": repr, "Python, bytearray": lambda o: repr(bytearray(o)), "Python, list": lambda o: repr(list(o)),
    "Python, call": lambda o: f'bytes.fromhex("{o.hex()}")', "Python, lines": lambda o: "data = (\n" + "\n".join(
        f"    {part!r}" for _, part in rows(o, 20)) + "\n)\n",
    "Python, three quotes": lambda o: f"data = b'''{quoted(o)}'''",
    "Rust": lambda o: f"let m: [u8; {len(o)}] = [0x{o[0]:02x}u8, {', '.join(f'0x{each:02x}' for each in o[1:])}];",
    "Rust, text": lambda o: f'b"{quoted(o)}"', "C#": lambda o: f"byte[] m = {{ {', '.join(f'0x{each:02X}' for each in o)} }};",
    "JavaScript": lambda o: f"new Uint8Array([{', '.join(map(str, o))}])",
    "JavaScript, buffer": lambda o: f"<Buffer {o.hex(' ')}>",
    "JavaScript, JSON": lambda o: json.dumps({"type": "Buffer", "data": list(o)}),
    "JavaScript, lines": lambda o: json.dumps({"type": "Buffer", "data": list(o)}, indent=2),
    "Ruby": lambda o: f"['{o.hex()}'].pack('H*')", "PHP": lambda o: f"hex2bin('{o.hex()}')",
    "shell": lambda o: f"printf '{escaped(o)}' | nc host 8583", "shell, octal": lambda o: f"printf '{escaped(o, chr(92) + '{:03o}')}'",
    "PostgreSQL": lambda o: "\\x" + o.hex(), "MySQL": lambda o: "0x" + o.hex().upper(), "SQL": lambda o: f"X'{o.hex().upper()}'",
    "Perl": lambda o: f'$m = "{escaped(o, chr(92) + "x{{{:02x}}}")}";',
    "JSON in JSON": lambda o: json.dumps({"msg": escaped(o)}),
    "Lisp": lambda o: f"({' '.join(map(str, o))})",
    "strace": lambda o: f'write(5, "{escaped(o)}", {len(o)}) = {len(o)}',
    "strace, octal": lambda o: f'sendto(5, "{quoted(o, chr(92) + "{:03o}")}", {len(o)}, 0, NULL, 0) = {len(o)}',
    "base64": lambda o: base64.b64encode(o).decode(), "base64, lines": lambda o: base64.encodebytes(o).decode(),
    "base64 of URLs": lambda o: base64.urlsafe_b64encode(o).decode(),
    "base64 in JSON": lambda o: json.dumps({"payload": base64.b64encode(o).decode(), "n": 1}),
    "YAML": lambda o: "packets:\n  - packet: 2\n    peer: 0\n    timestamp: 1769700000.123456000\n    data: !!binary |\n" + "".join(
        f"      {line}\n" for line in base64.encodebytes(o).decode().split()),
}
LOGS: dict[str, Form] = {
    "time": lambda o: f"10:00:00.123 {o.hex()}\n", "date": lambda o: f"2026-11-27 10:00:00.123456 {o.hex(' ')}\n",
    "level": lambda o: f"2026-11-27 10:00:00.123 [DEBUG] TX: {o.hex(' ').upper()}\n",
    "zone": lambda o: f"[2026-11-27T10:00:00,123+08:00] INFO host.Link - send({len(o)}) >> {o.hex()}\n",
    "syslog": lambda o: f"Nov 27 10:00:00 pos1 acq[123]: len={len(o)} {o.hex(' ')}\n",
    "syslog 5424": lambda o: f"<14>1 2026-11-27T10:00:00.123Z host app 123 - - TX {o.hex()}\n",
    "container": lambda o: json.dumps({"log": f"TX {o.hex()}\n", "stream": "stdout"}) + "\n",
    "wrapped below": lambda o: "2026-11-27 10:00:00 TX:\n" + "\n".join(lines(o, 16)) + "\n2026-11-27 10:00:01 done\n",
    "dump below": lambda o: "2026-11-27 10:00:00 TX:\n" + hexdump(o) + "2026-11-27 10:00:01 done\n",
    "Chinese": lambda o: f"2026/11/27 10:00:00:123 发送报文[{len(o)}]: {o.hex().upper()}，耗时12ms\n",
    "Chinese, wrapped": lambda o: f"【发送报文】长度：{len(o)}\n" + "\n".join(lines(o, 16)) + "\n【结束】\n",
    "Android": lambda o: f"11-27 10:00:00.123  1234  1256 D PosComm : send: {o.hex().upper()}\n",
    "Android, wrapped": lambda o: "".join(
        f"11-27 10:00:00.{n:03}  1234  1256 D PosComm : {line}\n" for n, line in enumerate(lines(o, 16))),
    "times, wrapped": lambda o: "2026-11-27 10:00:00,123 DEBUG [main] Channel - send:\n" + "".join(
        f"2026-11-27 10:00:00,12{n % 10} DEBUG [main] Channel - {line}\n" for n, line in enumerate(lines(o, 16))),
    "Android, brief": lambda o: f"D/ISO8583( 1234): [SEND] len:{len(o)}\n" + "".join(
        f"D/ISO8583( 1234): {line.upper()}\n" for line in lines(o, 16)),
    "Android, dump": lambda o: "".join(
        f"11-27 10:00:00.123  1234  1256 D PosComm : {at:04x}: {part.hex(' '):<47}  {characters(part)}\n" for at, part in rows(o)),
    "counted dump": lambda o: f"*** TX {len(o)} bytes ***\n" + "".join(
        f"{at:04d}: {part.hex(' ').upper():<48} {characters(part)}\n" for at, part in rows(o)),
    "bars behind": lambda o: f"10:00:00.123 > Host    Sent ({len(o)}):\n" + "".join(
        f"    {part.hex(' ').upper()}   |{characters(part)}|\n" for _, part in rows(o)),
    "characters behind": lambda o: f"[10:00:00]SendBuf[{len(o)}]=\n" + "".join(
        f"{part.hex(' ').upper():<47}    {characters(part)}\n" for _, part in rows(o)),
    "arrow": lambda o: f">> {o.hex()}\n", "arrow back": lambda o: f"<- {o.hex(' ')}\n", "serial": lambda o: f"RX: {o.hex(' ').upper()}\n",
    "JSON": lambda o: json.dumps({"direction": "out", "raw": o.hex(), "ts": 1769700000123}) + "\n",
    "JSON, lines": lambda o: json.dumps({"direction": "out", "raw": o.hex(), "ts": 1769700000123, "n": [1, 2]}, indent=2) + "\n",
    "XML": lambda o: f'<message dir="out"><raw>{o.hex().upper()}</raw></message>\n',
    "CSV": lambda o: f"time,dir,hex\n2026-11-27 10:00:00,TX,{o.hex()}\n", "CSV in quotes": lambda o: f'"2026-11-27","TX","{o.hex(" ")}"\n',
    "table": lambda o: f"| dir | hex |\n|---|---|\n| TX | `{o.hex()}` |\n", "key=value": lambda o: f"level=info len={len(o)} hex={o.hex()} took=3ms\n",
    "address": lambda o: f"https://x.example/decode?hex={o.hex()}\n", "YAML": lambda o: f"raw: {o.hex()}\n",
    "jPOS": lambda o: '<log realm="channel" at="2026-11-27T10:00:00.123">\n  <send>\n    <hexdump>\n' + "".join(
        f"{at:04X}  {halves(part).upper():<48}  {characters(part)}\n" for at, part in rows(o)) + "    </hexdump>\n  </send>\n</log>\n",
}
FORMS: dict[str, Form] = {
    f"{kind}: {name}": form
    for kind, forms in (("digits", DIGITS), ("dump", DUMPS), ("program", PROGRAMS), ("log", LOGS))
    for name, form in forms.items()
}
MANY: dict[str, Callable[[Sequence[bytes]], str]] = {
    "a line each": lambda all_of: "\n".join(each.hex() for each in all_of),
    "a list of JSON": lambda all_of: json.dumps([each.hex() for each in all_of]),
    "objects of JSON": lambda all_of: json.dumps([{"hex": each.hex(), "n": 1} for each in all_of]),
    "wrapped, an empty line between": lambda all_of: "\n\n".join("\n".join(lines(each, 16)) for each in all_of),
    "dumps without a line between": lambda all_of: "".join(map(hexdump, all_of)),
    "a log both ways": lambda all_of: "".join(
        f"10:00:{n:02}.123 {'TX' if n % 2 else 'RX'} {each.hex(' ')}\n" for n, each in enumerate(all_of)),
    "C arrays": lambda all_of: "".join(
        f"const u8 m{n}[] = {{{', '.join(f'0x{each:02x}' for each in octets)}}};\n" for n, octets in enumerate(all_of)),
    "base64, lines, nothing between": lambda all_of: "".join(base64.encodebytes(each).decode() for each in all_of),
    "arrays of Java over lines": lambda all_of: "".join(
        f"byte[] m{n} = {{\n{numbers(each, 10, signed)}\n}};\n" for n, each in enumerate(all_of)),
    "arrays of JSON in a line": lambda all_of: json.dumps([list(each) for each in all_of]),
    "a list of Python": lambda all_of: "MSGS = [\n" + "".join(f"    {each!r},\n" for each in all_of) + "]\n",
}
