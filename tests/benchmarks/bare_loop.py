"""The peer of the model's benchmark: the same events from a bare heapq, with draws of the same kind.

For each sale: the customer's arrival, the request at the host and its turn there, the issuer's
answer and the reply at the terminal, each a heap entry as in the model; the reply timeout in a
queue beside the heap.  No terminal, no host, no money, no trace, no judge.

Takes nothing from the program, its draws least of all: a yardstick that is mended together with
what it measures does not stand still.  Do not make it faster.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from math import exp, log, log1p
from statistics import NormalDist

ARRIVES, AT_HOST, TAKEN_UP, ANSWERED, AT_TERMINAL = range(5)
TIMEOUT_MS = 30_000
HOUR_MS = 3_600_000
STEPS = 1024
_MASK = 0xFFFF_FFFF_FFFF_FFFF
_GOLDEN = 0x9E37_79B9_7F4A_7C15
_UNIT = 1.0 / (1 << 53)


def _mix(state):
    state = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9 & _MASK
    state = (state ^ (state >> 27)) * 0x94D0_49BB_1331_11EB & _MASK
    return state ^ (state >> 31)


def _bits(seed, key, first, second):
    state = _mix((seed + _GOLDEN) & _MASK) ^ key
    state = _mix((state + first * 0xD1B5_4A32_D192_ED03 + second * 0xABC9_8388_FB8F_AC03) & _MASK)
    return _mix((state + _GOLDEN) & _MASK)


def _log_normal(median, p95):
    sigma = log(p95 / median) / 1.6448536269514722
    normal = NormalDist()
    return tuple(
        round(median * exp(sigma * normal.inv_cdf((k + 0.5) / STEPS))) for k in range(STEPS))


LINE, HOST, ISSUER = _log_normal(20, 60), _log_normal(30, 90), _log_normal(80, 250)
AMOUNTS = _log_normal(6_800, 40_000)


def run(terminals, per_hour, start_ms, until_ms, seed=1):
    """Run the events of a fleet that sells ``per_hour``; says how many sales were done."""
    per_ms = per_hour / terminals / HOUR_MS
    numbers = [0] * terminals
    timers = deque()
    heap = []
    order = done = 0

    def delay(table, index, what):
        return table[_bits(seed, index, numbers[index], what) >> 54]

    def next_ms(index, after_ms):
        numbers[index] += 1
        units = -log1p(-(_bits(seed, index, numbers[index], 0) >> 11) * _UNIT)
        at_ms = after_ms
        while True:
            left_ms = HOUR_MS - at_ms % HOUR_MS
            if units <= per_ms * left_ms:
                return at_ms + int(units / per_ms) + 1
            units -= per_ms * left_ms
            at_ms += left_ms

    for index in range(terminals):
        heappush(heap, (next_ms(index, start_ms), order, ARRIVES, index))
        order += 1
    while heap and heap[0][0] < until_ms:
        now, _, what, index = heappop(heap)
        order += 1
        if what == ARRIVES:
            wish = _bits(seed, index, numbers[index], 1)
            _wanted = (AMOUNTS[wish & (STEPS - 1)], wish >> 42, wish >> 48)
            timers.append((now + TIMEOUT_MS, index))
            heappush(heap, (now + delay(LINE, index, 2), order, AT_HOST, index))
            order += 1
            heappush(heap, (next_ms(index, now), order, ARRIVES, index))
        elif what == AT_HOST:
            heappush(heap, (now + delay(HOST, index, 3), order, TAKEN_UP, index))
        elif what == TAKEN_UP:
            heappush(heap, (now + delay(ISSUER, index, 4), order, ANSWERED, index))
        elif what == ANSWERED:
            heappush(heap, (now + delay(LINE, index, 5), order, AT_TERMINAL, index))
        else:
            done += 1
            while timers and timers[0][0] <= now:
                timers.popleft()
    return done
