#!/usr/bin/env python3
"""Tests of what is around native code: the cache on disk and what can be wrong with it, processes that share it, code
generators that are not what they should be, perf and gdb.

Whatever it is, the program runs on, and `--jit-stats` says why. A case is a function; it is skipped where what it needs
is missing. Ends with `N passed, N failed`.
"""

import argparse
import collections
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = pathlib.Path(__file__).resolve().parent / "command/native/sums.cora"
OUTPUT = "6765 260000 0\n"
NOBODY = 65534
PRIVATE = "it is not the user's alone"
# The program waits for all code: what is made is the same in every run, but for functions that code in the making wants inlined.
ALL_AT_ONCE = ["--tier=2", "--stress=eager,loops"]

Run = collections.namedtuple("Run", "output stats")
Counts = collections.namedtuple("Counts", "found missing unusable kept")


class Skipped(Exception):
    """What a case needs is missing."""


class Tests:
    """The command under test, and a fresh folder for a case."""

    def __init__(self, coracle, folder):
        self.coracle = pathlib.Path(coracle).resolve()
        self.folder = pathlib.Path(folder)
        self.cache = self.folder / "cache"
        self.environment = {**os.environ, "HOME": "/nonexistent"}
        self.environment.pop("XDG_CACHE_HOME", None)

    def start(self, *flags, program=PROGRAM, environment=None, **options):
        return subprocess.Popen([self.coracle, "run", "--jit-stats", *map(str, flags), program], text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env={**self.environment, **(environment or {})}, **options)

    def end(self, process, output=OUTPUT):
        """What the process has written, which must be what the program always writes."""
        written, stats = process.communicate(timeout=120)
        assert process.returncode == 0 and output in (written, None), f"exit {process.returncode}\n{written}{stats}"
        return Run(written, stats)

    def run(self, *flags, output=OUTPUT, **options):
        return self.end(self.start(*flags, **options), output)

    def run_cached(self, **options):
        return self.run(*ALL_AT_ONCE, f"--cache={self.cache}", **options).stats

    def files(self):
        return sorted(self.cache.iterdir())


def counts(stats):
    """What the report says of the cache."""
    found = re.search(r"jit: cache .*: (\d+) found, (\d+) missing, (\d+) unusable, (\d+) kept", stats)
    assert found, f"no counts of the cache in\n{stats}"
    return Counts(*map(int, found.groups()))


def contains(stats, text):
    assert text in stats, f"`{text}` is not in\n{stats}"


def equal(got, wanted, what=""):
    assert got == wanted, f"{got} instead of {wanted} {what}"


def fill(tests):
    """A full cache; how many objects are in it."""
    made = counts(tests.run_cached())
    equal(made.kept, len(tests.files()), "kept")
    assert made.kept > 3
    return made.kept


def is_warm(tests, stats, count):
    found = counts(stats).found
    assert 3 < found <= count, stats
    equal(counts(stats), Counts(found, 0, 0, 0), stats)
    contains(stats, "the code generator was not opened")


def is_unused(stats, why):
    """No cache was used, but code was made."""
    contains(stats, why)
    assert ", cached" not in stats and "jit: LLVM" in stats, stats


# ---- The cache -------------------------------------------------------------------------------------------------


def cold_and_warm(tests):
    count = fill(tests)
    is_warm(tests, tests.run_cached(), count)


def warm_opens_no_code_generator(tests):
    def opened():
        environment = {"LD_DEBUG": "files", "LD_DEBUG_OUTPUT": str(tests.folder / "opened")}
        tests.run_cached(environment=environment)
        text = "".join(path.read_text() for path in tests.folder.glob("opened*"))
        for path in tests.folder.glob("opened*"):
            path.unlink()
        return text

    cold = opened()
    if not cold:
        raise Skipped("no LD_DEBUG")
    contains(cold, "libcoracle-jit")
    warm = opened()
    assert "libcoracle-jit" not in warm and "LLVM" not in warm


def built_ahead(tests):
    module = tests.folder / "sums.corm"
    subprocess.run([tests.coracle, "build", "--native", "--run", f"--cache={tests.cache}", "-o", module, PROGRAM],
                   check=True, capture_output=True)
    stats = tests.run("--tier=2", "--stress=loops", f"--cache={tests.cache}", program=module).stats
    contains(stats, "the code generator was not opened")
    assert counts(stats).found > 0 and counts(stats).missing == 0, stats


def default_folder(tests):
    stats = tests.run(*ALL_AT_ONCE, environment={"HOME": str(tests.folder)}).stats
    contains(stats, f"jit: cache {tests.folder}/.cache/coracle: ")
    stats = tests.run(*ALL_AT_ONCE, environment={"XDG_CACHE_HOME": str(tests.folder / "xdg")}).stats
    contains(stats, f"jit: cache {tests.folder}/xdg/coracle: ")
    equal((tests.folder / "xdg/coracle").stat().st_mode & 0o777, 0o700)


def off(tests):
    stats = tests.run(*ALL_AT_ONCE, "--cache=off", environment={"HOME": str(tests.folder)}).stats
    assert "jit: cache" not in stats and list(tests.folder.iterdir()) == []


def others_may_write_the_folder(tests):
    fill(tests)
    for mode in (0o770, 0o707, 0o777):
        tests.cache.chmod(mode)
        is_unused(tests.run_cached(), f"jit: cache: {tests.cache}: {PRIVATE}")


def the_folder_is_a_link(tests):
    """What counts is the folder that is used."""
    count = fill(tests)
    real = tests.folder / "real"
    tests.cache.rename(real)
    tests.cache.symlink_to(real)
    is_warm(tests, tests.run_cached(), count)
    real.chmod(0o777)
    is_unused(tests.run_cached(), f"jit: cache: {tests.cache}: {PRIVATE}")


def the_folder_is_a_file(tests):
    tests.cache.write_text("")
    is_unused(tests.run_cached(), f"jit: cache: {tests.cache}: ")


def need_root():
    if os.geteuid() != 0:
        raise Skipped("not root")


def somebody_elses_folder(tests):
    need_root()
    fill(tests)
    os.chown(tests.cache, NOBODY, NOBODY)
    is_unused(tests.run_cached(), f"jit: cache: {tests.cache}: {PRIVATE}")


def somebody_elses_files(tests):
    need_root()
    count = fill(tests)
    for path in tests.files():
        os.chown(path, NOBODY, NOBODY)
    stats = tests.run_cached()
    equal(counts(stats).unusable, count)
    contains(stats, PRIVATE)


def others_may_write_the_files(tests):
    count = fill(tests)
    for path in tests.files():
        path.chmod(0o666)
    stats = tests.run_cached()
    equal(counts(stats), Counts(0, 0, count, count))  # and replaced by files of the user's own
    contains(stats, PRIVATE)
    is_warm(tests, tests.run_cached(), count)


def files_are_links(tests):
    count = fill(tests)
    for path in tests.files():
        real = tests.folder / path.name
        path.rename(real)
        path.symlink_to(real)
    stats = tests.run_cached()
    equal(counts(stats), Counts(0, 0, count, count))
    is_warm(tests, tests.run_cached(), count)


def damaged(tests, damage, why):
    """After `damage` of every file none is used, and all are replaced."""
    count = fill(tests)
    damage(tests.files())
    stats = tests.run_cached()
    equal(counts(stats), Counts(0, 0, count, count))
    contains(stats, why)
    is_warm(tests, tests.run_cached(), count)


def change_byte(path, share):
    bytes_ = bytearray(path.read_bytes())
    bytes_[int((len(bytes_) - 1) * share)] ^= 1
    path.write_bytes(bytes_)


def changed_bytes(tests):
    for share in (0, 0.1, 0.5, 0.9, 1):
        damaged(tests, lambda files: [change_byte(path, share) for path in files], "it is damaged")  # noqa: B023
        shutil.rmtree(tests.cache)


def cut_files(tests):
    for share, why in ((0, "it is too short"), (0.001, "it is too short"), (0.5, "it is damaged")):
        damaged(tests, lambda files: [os.truncate(path, int(path.stat().st_size * share)) for path in files],
                why)  # noqa: B023
        shutil.rmtree(tests.cache)


def exchanged_files(tests):
    """Sound files, but of other functions."""

    def exchange(files):
        contents = [path.read_bytes() for path in files]
        for path, content in zip(files, contents[1:] + contents[:1]):
            path.write_bytes(content)

    damaged(tests, exchange, "it is damaged")


def other_options_other_files(tests):
    """What is in the code is in the name: nothing is found that was made for something else."""
    fill(tests)
    for flags in (["--stress=eager,loops,fail:1000"], ["--stress=eager,loops", "--gdb"], ["--stress=eager,plain"]):
        stats = tests.run("--tier=2", *flags, f"--cache={tests.cache}").stats
        equal((counts(stats).found, counts(stats).unusable), (0, 0), stats)


def an_unwritable_folder(tests):
    count = fill(tests)
    user = {}
    if os.geteuid() == 0:
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for path in [tests.cache, *tests.files()]:
            os.chown(path, NOBODY, NOBODY)
        tests.folder.chmod(0o755)
        if subprocess.run(["test", "-r", PROGRAM, "-a", "-x", tests.coracle], check=False, **user).returncode != 0:
            raise Skipped("nobody may not read this tree")
    tests.cache.chmod(0o500)
    is_warm(tests, tests.run_cached(**user), count)
    stats = tests.run("--tier=1", "--stress=eager,loops", f"--cache={tests.cache}", **user).stats
    contains(stats, "jit: cache: writing: ")
    equal(counts(stats).kept, 0)
    tests.cache.chmod(0o700)


def no_space(tests):
    """Files cannot be as long as they would be; nothing is left of what was begun."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    stats = tests.run_cached(preexec_fn=limit, restore_signals=False)
    contains(stats, "jit: cache: writing: ")
    equal(counts(stats).kept, len(tests.files()))
    assert all(path.stat().st_size <= 4096 and not path.name.startswith("new-") for path in tests.files())


def a_full_disk(tests):
    need_root()
    tests.cache.mkdir(0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k,mode=700", "none", str(tests.cache)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        raise Skipped("no mount")
    try:
        contains(tests.run_cached(), "jit: cache: writing: ")
        assert not any(path.name.startswith("new-") for path in tests.files())
    finally:
        subprocess.run(["umount", str(tests.cache)], check=True)


# ---- Many processes --------------------------------------------------------------------------------------------


def ten_at_once(tests):
    flags = [*ALL_AT_ONCE, f"--cache={tests.cache}"]
    runs = [tests.end(process) for process in [tests.start(*flags) for _ in range(10)]]
    for run in runs:
        equal(counts(run.stats).unusable, 0, run.stats)
    assert not any(path.name.startswith("new-") for path in tests.files())
    is_warm(tests, tests.run_cached(), len(tests.files()))


def files_vanish(tests):
    """Others remove files while they are read and written."""
    fill(tests)
    done = threading.Event()

    def remove():
        while not done.is_set():
            for path in tests.files():
                path.unlink(missing_ok=True)
                time.sleep(0.001)

    thread = threading.Thread(target=remove)
    thread.start()
    try:
        for _ in range(3):
            for process in [tests.start(*ALL_AT_ONCE, f"--cache={tests.cache}") for _ in range(4)]:
                equal(counts(tests.end(process).stats).unusable, 0)
    finally:
        done.set()
        thread.join()


def processes_die(tests):
    """What a killed process has left behind harms nobody."""
    for delay in (0.02, 0.04, 0.06, 0.08, 0.1, 0.15):
        process = tests.start(*ALL_AT_ONCE, f"--cache={tests.cache}")
        time.sleep(delay)
        process.kill()
        process.communicate()
    equal(counts(tests.run_cached()).unusable, 0)
    made = counts(tests.run_cached())
    equal((made.unusable, made.kept), (0, 0))


# ---- Code generators -------------------------------------------------------------------------------------------


def is_interpreted(tests, library, why):
    stats = tests.run(*ALL_AT_ONCE, "--cache=off", f"--jit-library={library}").stats
    contains(stats, f"jit: no native code: {why}")


def no_library(tests):
    is_interpreted(tests, "/nowhere/jit.so", "/nowhere/jit.so: cannot open shared object file")


def no_elf(tests):
    library = tests.folder / "jit.so"
    library.write_text("something else\n" * 100)
    is_interpreted(tests, library, f"{library}: ")


def built_library(tests, source):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        raise Skipped("no C compiler")
    library = tests.folder / "jit.so"
    (tests.folder / "jit.c").write_text(source)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, tests.folder / "jit.c"], check=True)
    return library


def no_code_generator(tests):
    is_interpreted(tests, built_library(tests, "int x;"), "the library of the code generator has no symbol")


def another_version(tests):
    library = built_library(tests, "static const unsigned generator[16] = {999};"
                            "const void *coracle_code_generator(void) { return generator; }")
    is_interpreted(tests, library, "the code generator is of version 999; this is for version ")


def no_llvm(tests):
    """The code generator is there, but not its LLVM, or only one of another version."""
    library = tests.folder / "jit.so"
    content = (tests.coracle.parent.parent / "lib/libcoracle-jit.so").read_bytes()
    name = re.search(rb"\0libLLVM[-.\w]*\.so[.\w]*\0", content)
    if not name:
        raise Skipped("LLVM is no shared library")
    library.write_bytes(content.replace(name[0], name[0].replace(b"LLVM", b"NONE")))
    is_interpreted(tests, library, name[0].strip(b"\0").decode().replace("LLVM", "NONE") + ": cannot open")


def too_large(tests):
    """What is too large is not compiled, nor tried again; everything else is."""
    program = tests.folder / "large.cora"
    lines = "".join(f"    if n % {i + 2} == 0 {{ sum += n ^ {i} }}\n" for i in range(3000))
    program.write_text(f"fn large(n: int): int {{\n    var sum = 0\n{lines}    return sum\n}}\n"
                       "fn small(n: int): int { var i = 0\n while i < n { i += 2 }\n return i }\n"
                       "var sum = 0\nfor i in 0..50 { sum += large(i) + small(i) }\nprint(sum)\n")
    plain = tests.run("--tier=interp", "--cache=off", program=program, output=None)
    run = tests.run(*ALL_AT_ONCE, "--cache=off", program=program, output=plain.output)
    equal(len(re.findall(r" large \(.*\), not compiled\n {6}\w", run.stats)), 1, run.stats)
    contains(run.stats, " small (")


# ---- Tools -----------------------------------------------------------------------------------------------------

BUSY = """
fn mix(n: int): int {
    var sum = 0
    for i in 0..n { sum = sum * 31 + (i ^ (sum >> 7)) }
    return sum
}
var sum = 0
for i in 0..ROUNDS { sum ^= mix(1000 + i % 7) }
print(sum)
"""


def need(tool):
    path = shutil.which(tool)
    if not path:
        raise Skipped(f"no {tool}")
    return path


def busy(tests, rounds):
    program = tests.folder / "busy.cora"
    program.write_text(BUSY.replace("ROUNDS", str(rounds)))
    return program


def perf(tests):
    data = tests.folder / "perf.data"
    command = [tests.coracle, "run", "--perf", "--tier=1", "--stress=eager", "--cache=off", busy(tests, 100000)]
    recorded = subprocess.run([need("perf"), "record", "-g", "-o", data, *command], capture_output=True, check=False,
                              env=tests.environment)
    if recorded.returncode != 0:
        raise Skipped("perf may not record")
    report = subprocess.run(["perf", "report", "-i", data, "--stdio", "--sort=symbol"], capture_output=True, text=True,
                            check=True)
    contains(report.stdout, "mix [tier 1]")


def backtrace(arguments):
    result = subprocess.run([need("gdb"), "-nx", "-batch", "-ex", "set debuginfod enabled off", *arguments],
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    if "ptrace" in result.stderr:
        raise Skipped("gdb may not trace")
    return [line for line in result.stdout.splitlines() if line.startswith("#")]


def names_in_order(frames, names):
    at = 0
    for frame in frames:
        at += at < len(names) and f" {names[at]} (" in f"{frame} "
    equal(at, len(names), "of " + ", ".join(names) + " in\n" + "\n".join(frames))


def gdb_breaks(tests):
    """In what native code calls."""
    frames = backtrace(["-ex", "break cor_tier_sample_native", "-ex", "run", "-ex", "bt", "--args", tests.coracle, "run",
                        "--gdb", "--tier=1", "--stress=eager", "--cache=off", busy(tests, 100000)])
    names_in_order(frames, ["mix [tier 1]", "cor_machine_call", "interp_run", "coracle_isolate_run"])


def gdb_attaches(tests):
    """Anywhere in native code, to a process that runs already."""
    process = subprocess.Popen([tests.coracle, "run", "--gdb", "--timeout=100", "--tier=2", "--cache=off",
                                busy(tests, 10**12)], env=tests.environment)
    try:
        time.sleep(1)
        for _ in range(20):  # until it is in native code
            frames = backtrace(["-p", str(process.pid), "-ex", "bt"])
            if any("[tier 2]" in frame for frame in frames):
                break
        names_in_order(frames, ["init loop:8 [tier 2]", "interp_run", "coracle_isolate_run"])
    finally:
        process.kill()
        process.wait()


# ---- All -------------------------------------------------------------------------------------------------------

CASES = [cold_and_warm, warm_opens_no_code_generator, built_ahead, default_folder, off, others_may_write_the_folder,
         the_folder_is_a_link, the_folder_is_a_file, somebody_elses_folder, somebody_elses_files,
         others_may_write_the_files, files_are_links, changed_bytes, cut_files, exchanged_files,
         other_options_other_files, an_unwritable_folder, no_space, a_full_disk, ten_at_once, files_vanish,
         processes_die, no_library, no_elf, no_code_generator, another_version, no_llvm, too_large, perf, gdb_breaks,
         gdb_attaches]


def main():
    parser = argparse.ArgumentParser(description="Runs the tests of what is around native code.")
    parser.add_argument("filters", nargs="*", help="run the cases whose name contains one of these")
    parser.add_argument("--coracle", default=pathlib.Path(__file__).resolve().parent.parent / "build/bin/coracle")
    options = parser.parse_args()
    passed = failed = 0
    cases = [case for case in CASES if not options.filters or any(text in case.__name__ for text in options.filters)]
    if not (pathlib.Path(options.coracle).resolve().parent.parent / "lib/libcoracle-jit.so").exists():
        print("there is no code generator")
        cases = []
    for case in cases:
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(Tests(options.coracle, folder))
                passed += 1
            except Skipped as why:
                print(f"skipped {case.__name__}: {why}")
            except (AssertionError, subprocess.SubprocessError) as problem:
                failed += 1
                print(f"FAIL {case.__name__}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
