"""What a command and all processes that it starts take: Java's time and memory are not those of the Python that started it.

Read from ``/proc`` while it runs, so only on Linux.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

_EVERY = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Watched:
    """What has been seen of the processes below one.

    Attributes:
        root: the process that was started.
        seconds: processor seconds of each process, as it was seen last.
        peak: the largest sum of their resident bytes.
    """

    root: int
    seconds: dict[int, float] = field(default_factory=dict)
    peak: int = 0

    def look(self) -> None:
        """Look at all of them once."""
        states = {int(path.name): _state(path) for path in Path("/proc").glob("[0-9]*")}
        parents = {process: state[0] for process, state in states.items() if state is not None}
        resident = 0
        for process, state in states.items():
            if state is not None and self._is_below(process, parents):
                self.seconds[process] = state[1]
                resident += state[2]
        self.peak = max(self.peak, resident)

    def _is_below(self, process: int, parents: dict[int, int]) -> bool:
        # Java goes on with Python's end: once seen below, it belongs to it.
        while process > 1:
            if process == self.root or process in self.seconds:
                return True
            process = parents.get(process, 0)
        return False


def timed_tree(command: list[str]) -> tuple[float, float, float, str]:
    """Wall seconds, processor seconds and peak memory in GiB of a command with all that it starts, and its output."""
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, env=environment)
        watched, ended = Watched(process.pid), threading.Event()

        def watch() -> None:
            while not ended.wait(_EVERY):
                watched.look()

        watcher = threading.Thread(target=watch)
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        ended.set()
        watcher.join()
        out.seek(0)
        text = out.read().decode()
    if status != 0:
        raise SystemExit(f"failed: {' '.join(command)}\n{text}")
    # Of the process itself the system says it exactly at its end; it may have waited for some of the others.
    others = sum(taken for number, taken in watched.seconds.items() if number != process.pid)
    own = max(usage.ru_utime + usage.ru_stime, watched.seconds.get(process.pid, 0.0))
    peak = max(watched.peak / 1024**3, usage.ru_maxrss / 1024**2)
    return seconds, own + others, peak, text


def _state(path: Path) -> tuple[int, float, int] | None:
    """Parent, processor seconds and resident bytes of a process; None where it has just ended."""
    try:
        # The name of the program stands in parentheses and may hold anything.
        fields = (path / "stat").read_text().rpartition(")")[2].split()
    except (OSError, UnicodeDecodeError):
        return None
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS, int(fields[21]) * _PAGE
