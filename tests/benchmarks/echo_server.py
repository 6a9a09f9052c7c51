"""The yardstick of a live host: an asyncio server that syncs one SQLite row for each message, then echoes it.

``python -m tests.benchmarks.echo_server DATABASE DELAY_S``; it prints its port.  The delay is added to
each sync, for a disk on which one takes that long.
"""

import asyncio
import sqlite3
import sys
import time


class Echo(asyncio.Protocol):
    """A frame has a length of two bytes before it."""

    def __init__(self, database, delay_s):
        self._database, self._delay_s, self._kept = database, delay_s, b""

    def connection_made(self, transport):
        self._transport = transport

    def data_received(self, data):
        self._kept += data
        while len(self._kept) >= 2 and len(self._kept) >= (end := 2 + int.from_bytes(self._kept[:2], "big")):
            frame, self._kept = self._kept[:end], self._kept[end:]
            self._database.execute("INSERT INTO log (body) VALUES (?)", (frame,))  # a commit of its own
            if self._delay_s:
                time.sleep(self._delay_s)
            self._transport.write(frame)


def opened(path):
    """Durable with each commit, as the host's own state is."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS log (number INTEGER PRIMARY KEY, body BLOB) STRICT")
    return database


async def serve(path, delay_s):
    database = opened(path)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Echo(database, delay_s), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], float(sys.argv[2])))
