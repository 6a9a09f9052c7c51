"""How long things take and what people pay: log-normal, as a table of whole numbers.

The table is made once with the error function and looked up by a uniform draw, so that a delay
costs an index and is the same integer under every mathematics library.
"""

from __future__ import annotations

from functools import cache
from math import exp, log
from statistics import NormalDist

STEPS = 1024
_Z95 = 1.6448536269514722


@cache
def log_normal(median: int, p95: int) -> tuple[int, ...]:
    """The quantiles at (k + 0.5) / 1024 of a log-normal with this median and 95th percentile.

    >>> log_normal(100, 100)[0], log_normal(100, 400)[512] in range(99, 102)
    (100, True)
    """
    if median <= 0 or p95 <= median:
        return (max(median, 0),) * STEPS
    sigma = log(p95 / median) / _Z95
    normal = NormalDist()
    return tuple(
        round(median * exp(sigma * normal.inv_cdf((k + 0.5) / STEPS))) for k in range(STEPS)
    )
