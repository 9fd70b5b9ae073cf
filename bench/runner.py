"""Runs programs and measures them: time and resident memory of whole processes, on one core unless told otherwise."""

import collections
import os
import shutil
import statistics
import subprocess
import sys

from programs import BENCH

# Seconds and MiB of one run, and what it wrote.
Run = collections.namedtuple("Run", "seconds memory output")


class Runner:
    def __init__(self, scratch, core=None, timeout=600):
        self.output = scratch / "output"
        self.measure = scratch / "measure"
        self.timeout = timeout
        self.pinned = core is not None and shutil.which("taskset") is not None
        self.pin = ["taskset", "-c", str(core)] if self.pinned else []
        subprocess.run(["gcc", "-O2", "-o", self.measure, BENCH / "measure.c"], check=True)

    def run(self, command):
        environment = {**os.environ, "MEASURE_OUTPUT": str(self.output)}
        try:
            result = subprocess.run([*self.pin, self.measure, *command], env=environment, check=True,
                                    capture_output=True, text=True, timeout=self.timeout)
        except subprocess.TimeoutExpired:
            sys.exit(f"not done after {self.timeout} s: {' '.join(command)}")
        wall, resident, status = map(int, result.stdout.split())
        if status != 0:
            sys.exit(f"exit {status}: {' '.join(command)}\n{result.stderr}")
        return Run(wall / 1e6, resident / 1024, self.output.read_text())

    def rounds(self, commands, count, before=lambda engine: None):
        """{engine: runs} of {engine: command}. The engines alternate, so that a slow minute of the machine hits all;
        `before` is called before each run; what they write must agree."""
        runs = {engine: [] for engine in commands}
        for _ in range(count):
            for engine, command in commands.items():
                before(engine)
                runs[engine].append(self.run(command))
        require_agreement({engine: results[0].output for engine, results in runs.items()})
        return runs


def require_agreement(outputs):
    if len(set(outputs.values())) > 1:
        sys.exit("\n".join(["the outputs differ:", *(f"{engine}: {text[:400]!r}" for engine, text in outputs.items())]))


def median(values):
    return statistics.median(list(values))
