"""What it costs that native code counts fuel and can be interrupted: tier 2, beside the same code that charges nothing.

Both have native code of everything from the start, made with the same profile (`coracle build --native` with the tiny arguments,
then a run), so that samples, which the code without charges has fewer of, decide nothing. Its loops have the same shape.
"""

import os
import statistics
import subprocess

from programs import BENCH, PROGRAMS

VARIANTS = {"metered": "", "unmetered": ",unmetered"}


def user_seconds(command):
    """The processor time of a run in user mode."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"exit {os.waitstatus_to_exitcode(status)}: {' '.join(map(str, command))}")
    return usage.ru_utime


SHORT = 0.05  # seconds, of which starting is a large part


def commands(coracle, program, scratch):
    """{variant: command}, with a cache that is full; at size small, or large where that is too short."""
    module, chosen, result = scratch / f"{program}.corm", PROGRAMS[program], {}
    for variant, mode in VARIANTS.items():
        cache = scratch / f"{program}.{variant}"
        cache.mkdir(mode=0o700)
        subprocess.run([coracle, "build", "--native", f"--cache={cache}", f"--stress=eager{mode}", "-o", module,
                        BENCH / program / f"{program}.cora", *chosen.tiny], check=True, capture_output=True)
        result[variant] = [coracle, "run", "--tier=2", f"--cache={cache}", f"--stress=eager{mode}", module]
        user_seconds([*result[variant], *chosen.small])
    is_short = user_seconds([*result["metered"], *chosen.small]) < SHORT
    return {variant: [*command, *(chosen.large if is_short else chosen.small)] for variant, command in result.items()}


def measure(programs, coracle, rounds, scratch):
    """A table: for each program the best times of the rounds, in which the variants alternate, and their ratio."""
    rows, ratios = [], []
    for program in programs:
        chosen = commands(coracle, program, scratch)
        best = dict.fromkeys(VARIANTS, float("inf"))
        for _ in range(rounds):
            for variant, command in chosen.items():
                best[variant] = min(best[variant], user_seconds(command))
        ratios.append(best["metered"] / best["unmetered"])
        rows.append([program, *(f"{seconds:.3f}" for seconds in best.values()), f"{ratios[-1]:.3f}"])
        print("  ".join(rows[-1]), flush=True)
    return [["user seconds", *VARIANTS, "ratio"], *rows, ["geometric mean", "", "", f"{statistics.geometric_mean(ratios):.3f}"]]
