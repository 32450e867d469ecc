#!/usr/bin/env python3
"""How long builds of the tool take to start: each PROGRAM in turns, 11 runs after one that does not
count. Usage: bench/startup/tool.py PROGRAM..."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 11


def measure(program, arguments):
    """Gives the milliseconds that passed, and those of CPU time."""
    before, start = os.times(), time.perf_counter()
    subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)
    passed, after = time.perf_counter() - start, os.times()
    used = (after.children_user + after.children_system
            - before.children_user - before.children_system)
    return passed * 1000, used * 1000


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name in ("--version", "keygen"):
            runs = {program: [] for program in sys.argv[1:]}
            for run in range(RUNS + 1):
                for number, program in enumerate(runs):
                    key = os.path.join(folder, f"{run}-{number}.key")
                    told = measure(program, ["keygen", "--out", key] if name == "keygen" else [name])
                    if run > 0:
                        runs[program].append(told)
            for program, told in runs.items():
                passed, used = zip(*told)
                print(f"{program} {name}: {statistics.median(passed):.0f} ms"
                      f" ({min(passed):.0f} to {max(passed):.0f}), CPU {statistics.median(used):.0f} ms")
    print(f"load average {os.getloadavg()[0]:.0f}")


main()
