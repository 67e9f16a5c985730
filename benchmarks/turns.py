"""Two commands that take turns, each in a process of its own: machines are noisy, so their ratio counts."""

import re
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
#: The yardstick that came with the plan, where it is there; the one beside this file does the same work.
GIVEN = HERE.parent.parent / "shared" / "bench" / "yardstick.py"


def yardstick(*, here: bool = False) -> Path:
    """Return the yardstick to measure against; *here* is the one of this folder in any case."""
    return GIVEN if GIVEN.exists() and not here else HERE / "yardstick.py"


def measured(command: list[str], unit: str = "orders/s") -> float:
    """Run a script that prints a figure with a unit, and return the figure."""
    run = subprocess.run([sys.executable, *command], check=True, capture_output=True, text=True)  # noqa: S603 - our own scripts
    found = re.search(rf"([\d.]+) {re.escape(unit)}", run.stdout)
    if found is None:
        raise SystemExit(f"no figure in {run.stdout!r}")
    return float(found[1])


def compared(ours: list[str], theirs: list[str], rounds: int, unit: str = "orders/s") -> float:
    """Let two commands take turns, print each round, and return the ratio of our median to theirs."""
    mine, other = [], []
    for turn in range(rounds):
        mine.append(measured(ours, unit))
        other.append(measured(theirs, unit))
        print(f"  round {turn + 1}: {mine[-1]:g} {unit} against {other[-1]:g}, {mine[-1] / other[-1]:.2f}", flush=True)
    ratio = statistics.median(mine) / statistics.median(other)
    print(f"  median {statistics.median(mine):g} {unit} against {statistics.median(other):g}: ratio {ratio:.2f}")
    return ratio
