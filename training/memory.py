"""Keep freed memory, on large pages.

A training step frees and asks for the same hundreds of megabytes again. Given back to the
system each time, they cost more in page faults than the sums computed in them: with these
settings of the C library a step takes half the time. They act at the start of a process.
"""

from __future__ import annotations

import os
import sys

_SETTINGS = {
    "MALLOC_MMAP_THRESHOLD_": str(4 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(16 << 30),
    "MALLOC_TOP_PAD_": str(256 << 20),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}


def restart_with_large_pages(module: str) -> None:
    """Start this program over, once, with the settings; `module` is how it was named to `python -m`."""
    if any(os.environ.get(name) != value for name, value in _SETTINGS.items()):
        os.execve(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]], os.environ | _SETTINGS)
