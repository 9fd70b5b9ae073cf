#!/usr/bin/env python3
"""Runs the behaviour tests: one small .cora file per behaviour, its expectations in its comments.

    // expect: TEXT                one line of standard output; all of them, in order, are all of it
    // error: E0123 at 3:9 "part"  a diagnostic of `coracle check`, and a part of its message, a note or a help; all of
                                   them, in order; exit code 65 (without the code, any; --fill-codes writes down the
                                   one that comes)
    // warning: W0001 at 3:9       likewise, but the program still runs
    // throws: IndexError: part    ends with this uncaught error (and part of its message)
    // trace: f (a.cora:3:9)       a line of the stack trace; these lines come in this order
    // stderr: TEXT                a part of standard error
    // exit: N                     the exit code, when it is not 0 (or the one of the uncaught error)
    // args: a b    // stdin: TEXT (one line each)    // flags: --heap=16M
    // needs: libz.so.1            a library of the system; where it is missing, the test is left out
    // tiers: fuel                 runs in every tier of TIERS, and uses as much fuel in each (`output`: only the rest is
                                   the same, since memory or time ends it)
    // memory: 100M                takes at most so much of the host's, on a release build
    // terminal: 60x20             standard output and standard error are one terminal, of 256 colours and this size;
                                   what is no letter in what it gets stands in `expect` as Python writes it: \x1b

Instead of `expect` lines, the whole output may stand in a file beside the program: NAME.out of NAME.cora.

A test runs in its own folder. {tmp} in args and flags is a fresh empty folder, {build} the one the command was built in. A folder with a
coracle.toml is one test, whose main.cora holds the expectations; _*.cora are modules of other tests. Programs in
assembly, NAME.cora-asm in a folder called assembly, are what no compiler makes; their comments are `; // expect: TEXT`.

With --golden, the files of tests/golden are disassembled instead and compared with the .dis file
beside each; --bless rewrites those. The last line printed is `N passed, N failed[, N skipped]`.
"""

import argparse
import array
import concurrent.futures
import ctypes
import dataclasses
import difflib
import fcntl
import json
import os
import pathlib
import pty
import re
import shlex
import subprocess
import sys
import tempfile
import termios
import threading
import zlib

TESTS = pathlib.Path(__file__).resolve().parent
EXIT_COMPILE_ERROR = 65
# The exit codes of uncaught errors that end a program by quota or denial; any other's is 1.
EXIT_OF_ERROR = {"OutOfMemoryError": 101, "StackOverflowError": 102, "PermissionError": 77}

DIRECTIVE = re.compile(
    r"(?<!/)// (expect|error|warning|throws|trace|stderr|exit|args|stdin|flags|needs|tiers|memory|terminal):(?: (.*))?$")
TIERS = (["--tier=interp"], ["--tier=auto"], ["--tier=1", "--stress=eager"], ["--tier=2", "--stress=eager,leave:3"])
FUEL = re.compile(r"coracle: (\d+) units of fuel were used")
TIME_LIMIT = re.compile(r"^--timeout=([\d.]+)$")
EMULATED_COMPILING = 30  # seconds that LLVM may take under an emulator before a program begins
# Prints how many bytes the command takes at most.
PEAK = ("import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=-3, stderr=-3);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)")
DIAGNOSTIC = re.compile(r'^(?:([EW]\d+) )?at (\d+):(\d+)(?: "(.*)")?$')


@dataclasses.dataclass
class Test:
    """One test: what is run, and what its comments expect. Expectations are lists of texts."""
    name: str
    source: pathlib.Path  # where the expectations are
    target: str           # what the command gets, relative to the folder of the source
    wants: dict

    def want(self, kind):
        return self.wants.get(kind, [])


class Mismatch(Exception):
    """A test did not do what its comments say; the text says how."""


# ---- Finding and reading tests -------------------------------------------------------------------


def read_expectations(source):
    wants = {}
    for line in source.read_text(encoding="utf-8", errors="replace").split("\n"):
        found = DIRECTIVE.search(line.removesuffix("\r"))
        if found:
            wants.setdefault(found.group(1), []).append(found.group(2) or "")
    output = source.with_suffix(".out")
    if output.exists():
        wants.setdefault("expect", []).extend(split_lines(output.read_bytes()))
    return wants


def find_tests(roots):
    """Every test below the roots, in the order of their paths."""
    for root in roots:
        if root.is_file():
            yield root, root.name
            continue
        for folder, folders, files in os.walk(root):
            folders.sort()
            folder = pathlib.Path(folder)
            if "coracle.toml" in files:
                folders.clear()
                yield folder / "main.cora", "."
                continue
            for file in sorted(files):
                program = file.endswith(".cora") or (file.endswith(".cora-asm") and folder.name == "assembly")
                if program and not file.startswith("_"):
                    yield folder / file, file


def load_tests(roots, filters):
    for source, target in find_tests(roots):
        path = source.parent if target == "." else source
        name = os.path.relpath(path, TESTS)
        if not filters or any(text in name for text in filters):
            yield Test(name, source, target, read_expectations(source))


# ---- Running -------------------------------------------------------------------------------------


class Runner:
    """The command line under test: emulator, executable, flags for every test."""

    def __init__(self, options):
        self.prefix = [*shlex.split(options.runner), str(pathlib.Path(options.coracle).resolve())]
        self.run_flags = [f"--tier={options.tier}"] if options.tier else []
        self.run_flags += shlex.split(options.flags)
        self.build = str(pathlib.Path(options.coracle).resolve().parent.parent)
        self.timeout = options.timeout
        self.compiling = EMULATED_COMPILING if options.runner and options.tier else 0
        self.once = getattr(options, "once", True) or len(self.prefix) > 1 or self.run_flags != []
        self.environment = {**os.environ, "NO_COLOR": "1", "HOME": "/nonexistent"}  # nobody's cache of native code
        self.environment.pop("XDG_CACHE_HOME", None)

    def words(self, test, kind, scratch):
        """The words of a test's comments of the kind, {tmp} and {build} filled in, and time for the compiler in its time limit."""
        words = [word.replace("{tmp}", scratch).replace("{build}", self.build)
                 for text in test.want(kind) for word in shlex.split(text)]
        return [TIME_LIMIT.sub(lambda limit: f"--timeout={float(limit[1]) + self.compiling}", word) for word in words]

    def command(self, folder, words, stdin=b""):
        try:
            return subprocess.run([*self.prefix, *words], cwd=folder, input=stdin, capture_output=True,
                                  timeout=self.timeout, env=self.environment)
        except subprocess.TimeoutExpired:
            raise Mismatch(f"no end after {self.timeout} s: coracle {shlex.join(words)}") from None

    def command_on_terminal(self, folder, words, stdin, size):
        """The same, with a terminal of COLUMNSxROWS for both outputs; all that it gets is standard output."""
        columns, rows = map(int, size.split("x"))
        ours, theirs = pty.openpty()
        attributes = termios.tcgetattr(theirs)
        attributes[1] &= ~termios.OPOST  # as it was written
        termios.tcsetattr(theirs, termios.TCSANOW, attributes)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, array.array("H", [rows, columns, 0, 0]))
        environment = {**os.environ, "TERM": "xterm-256color"}
        for name in ("NO_COLOR", "COLORTERM"):
            environment.pop(name, None)
        received = []

        def receive():
            try:
                while data := os.read(ours, 65536):
                    received.append(data)
            except OSError:  # how the end of a terminal is told
                pass

        reader = threading.Thread(target=receive)
        try:
            process = subprocess.Popen([*self.prefix, *words], cwd=folder, stdin=subprocess.PIPE, stdout=theirs,
                                       stderr=theirs, env=environment)
            os.close(theirs)
            reader.start()
            try:
                process.communicate(stdin, timeout=self.timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise Mismatch(f"no end after {self.timeout} s: coracle {shlex.join(words)}") from None
            reader.join()
        finally:
            os.close(ours)
        return subprocess.CompletedProcess(words, process.returncode, b"".join(received), b"")


def check_equal(what, wanted, got):
    if wanted == got:
        return
    lines = difflib.unified_diff(wanted, got, "expected " + what, "actual " + what, lineterm="", n=3)
    raise Mismatch("\n".join(repr_line(line) for line in lines))


def repr_line(line):
    """The line, with what a terminal would hide made visible."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def split_lines(data):
    """Lines of an output; one that lacks its last newline is told apart."""
    text = data.decode("utf-8", errors="backslashreplace")
    if text == "":
        return []
    lines = text.split("\n")
    if lines[-1] == "":
        return lines[:-1]
    lines[-1] += "<no newline at the end>"
    return lines


def check_exit(result, wanted):
    if result.returncode != wanted:
        tail = split_lines(result.stderr)[-15:]
        raise Mismatch("\n".join([f"exit code {result.returncode}, expected {wanted}; standard error:",
                                  *("  " + repr_line(line) for line in tail)]))


def read_diagnostics(result):
    """(code, line, column, what it says) of `coracle check --json`: one JSON object on each line."""
    found = []
    for line in split_lines(result.stdout):
        try:
            entry = json.loads(line)
            start = entry["span"]["start"]
            said = [entry["message"], *(remark["text"] for remark in entry["remarks"])]
            found.append((entry["code"], start["line"], start["column"], "\n".join(said)))
        except (ValueError, KeyError, TypeError):
            raise Mismatch(f"not a diagnostic in JSON: {repr_line(line)}") from None
    return found


def wanted_diagnostics(test):
    """The expectations, as (code or first letter of it, line, column, part of what it says), in order."""
    wanted = []
    for kind in ("error", "warning"):
        for text in test.want(kind):
            parsed = DIAGNOSTIC.match(text.strip())
            if not parsed:
                raise Mismatch(f"expectation cannot be read: {text!r}")
            code, line, column, part = parsed.groups()
            wanted.append((code or kind[0].upper(), int(line), int(column), part))
    if test.want("error") and test.want("warning"):  # the command sorts by place
        wanted.sort(key=lambda entry: entry[1:3])
    return wanted


def check_diagnostics(test, result):
    """The errors are those expected; the warnings are too, where any is expected."""
    wanted = wanted_diagnostics(test)
    kinds = "EW" if test.want("warning") else "E"
    found = [entry for entry in read_diagnostics(result) if entry[0][0] in kinds]
    wanted_lines = [f"{code} at {line}:{column}" for code, line, column, _ in wanted]
    found_lines = [f"{code} at {line}:{column}" for code, line, column, _ in found]
    for index, (line, entry) in enumerate(zip(found_lines, wanted)):
        if len(entry[0]) == 1 and line.startswith(entry[0]):  # the test leaves the number open
            wanted_lines[index] = entry[0] + line[len(entry[0]):line.index(" ")] + wanted_lines[index][1:]
    check_equal("diagnostics", wanted_lines, found_lines)
    for (_, _, _, part), (code, _, _, message) in zip(wanted, found):
        if part and part not in message:
            raise Mismatch(f"{code}: expected {part!r} in what it says, got {message!r}")


def check_throws(text, errors):
    kind, _, part = text.partition(": ")
    first = errors[0] if errors else ""
    if not re.match(rf"uncaught {re.escape(kind)}\b", first) or part not in first:
        raise Mismatch("\n".join([f"expected uncaught {text}; standard error:",
                                  *("  " + repr_line(line) for line in errors[:15])]))


FRAME = re.compile(r"^(?:at |fn )?(?P<function>.+?) (?:at )?\(?(?P<file>[^\s()]+):(?P<place>\d+:\d+)\)?$")


def frame_of(line):
    """A line of a stack trace as `function file:line:column`, without the file's folder."""
    frame = FRAME.match(line.strip())
    return f"{frame['function']} {os.path.basename(frame['file'])}:{frame['place']}" if frame else None


def check_trace(wanted, errors):
    rest = iter([frame_of(line) for line in errors])
    for line in wanted:
        if (frame_of(line) or line) not in rest:
            raise Mismatch("\n".join([f"not in the stack trace, or not in this order: {line}",
                                      *("  " + repr_line(got) for got in errors[:25])]))


def runnable(test, runner, scratch):
    """What the command runs: assembly is made a module first."""
    if not test.target.endswith(".cora-asm"):
        return test.target
    module = os.path.join(scratch, "module.corm")
    check_exit(runner.command(test.source.parent, ["asm", "-o", module, test.target]), 0)
    return module


def check_tiers(test, runner, scratch):
    fuel = {}
    for flags in TIERS:
        way = " ".join(flags)
        try:
            result = check_run(test, runner, scratch, ["--cache=off", "--show-fuel", *flags])
        except Mismatch as mismatch:
            raise Mismatch(f"with {way}:\n{mismatch}") from None
        fuel[way] = " ".join(FUEL.findall(result.stderr.decode(errors="replace")))
    if test.want("tiers") == ["fuel"] and len(set(fuel.values())) > 1:
        raise Mismatch("\n".join(f"{units} units of fuel with {way}" for way, units in fuel.items()))


def check_memory(test, runner, scratch):
    limit = int(test.want("memory")[0].removesuffix("M")) << 20
    command = [*runner.prefix, "run", *runner.words(test, "flags", scratch), test.target]
    peak = subprocess.run([sys.executable, "-c", PEAK, *command], cwd=test.source.parent, stdout=subprocess.PIPE,
                          check=True, timeout=runner.timeout, env=runner.environment).stdout
    if int(peak) > limit:
        raise Mismatch(f"takes {int(peak) >> 20} MiB of memory, expected at most {limit >> 20}")


def check_run(test, runner, scratch, run_flags):
    """What the run gave, after all checks of it."""
    folder = test.source.parent
    target = runnable(test, runner, scratch)
    stdin = "".join(line + "\n" for line in test.want("stdin")).encode()
    words = ["run", *run_flags, *runner.words(test, "flags", scratch), target, *runner.words(test, "args", scratch)]
    if size := test.want("terminal"):
        result = runner.command_on_terminal(folder, words, stdin, size[0])
        output = [repr_line(line) for line in split_lines(result.stdout)]
    else:
        result = runner.command(folder, words, stdin)
        output = split_lines(result.stdout)
    errors = split_lines(result.stderr)
    throws = test.want("throws")
    wanted_exit = 0
    if throws:
        check_throws(throws[0], errors)
        wanted_exit = EXIT_OF_ERROR.get(throws[0].partition(":")[0], 1)
    if test.want("exit"):
        wanted_exit = int(test.want("exit")[0])
    check_exit(result, wanted_exit)
    check_equal("standard output", test.want("expect"), output)
    check_trace(test.want("trace"), errors)
    for part in test.want("stderr"):
        if not any(part in line for line in errors):
            raise Mismatch("\n".join([f"expected on standard error: {part}", *errors[:15]]))
    return result


def check_survival(test, runner):
    """The program ends, in whatever documented way: for modes in which an allocation fails."""
    if test.want("error"):
        return
    with tempfile.TemporaryDirectory() as scratch:
        stdin = "".join(line + "\n" for line in test.want("stdin")).encode()
        result = runner.command(test.source.parent,
                                ["run", *runner.run_flags, *runner.words(test, "flags", scratch),
                                 runnable(test, runner, scratch), *runner.words(test, "args", scratch)], stdin)
    code = result.returncode
    if code < 0 or (code >= 128 or code in (70, 99)) and str(code) not in test.want("exit"):
        raise Mismatch("\n".join([f"exit code {code}; standard error:", *split_lines(result.stderr)[:15]]))


def check_behaviour(test, runner):
    if not test.wants:
        raise Mismatch("the file expects nothing")
    if test.want("error") and any(test.want(kind) for kind in ("expect", "throws", "trace", "stderr", "exit")):
        raise Mismatch("a program with errors does not run: what is expected of a run cannot come")
    if test.want("error") or test.want("warning"):
        result = runner.command(test.source.parent, ["check", "--json", test.target])
        check_diagnostics(test, result)
        check_exit(result, EXIT_COMPILE_ERROR if test.want("error") else 0)
    if not test.want("error"):
        with tempfile.TemporaryDirectory() as scratch:
            if test.want("tiers") and not runner.once:
                check_tiers(test, runner, scratch)
            else:
                check_run(test, runner, scratch, runner.run_flags)
            if test.want("memory") and not runner.once:
                check_memory(test, runner, scratch)


def fill_codes(test, runner):
    """Writes the codes into the expectations that leave them open, where everything else agrees."""
    result = runner.command(test.source.parent, ["check", "--json", test.target])
    check_diagnostics(test, result)
    codes = {}
    for code, line, column, _ in read_diagnostics(result):
        codes.setdefault((code[0], f"{line}:{column}"), code)

    def filled(match):
        kind, place = match.groups()
        return f"// {kind}: {codes[kind[0].upper(), place]} at {place}"

    text = test.source.read_bytes().decode("utf-8", errors="surrogateescape")
    text = re.sub(r"// (error|warning): at (\d+:\d+)", filled, text)
    test.source.write_bytes(text.encode("utf-8", errors="surrogateescape"))


def without_hashes(disassembly):
    """The hashes of imported modules change with every change of the library."""
    return re.sub(rb'(?m)^(import ".*") [0-9a-f]{64}$', rb"\1", disassembly)


def check_golden(test, runner, bless):
    golden = test.source.with_suffix(".dis")
    with tempfile.TemporaryDirectory() as scratch:
        module = os.path.join(scratch, test.source.stem + ".corm")
        check_exit(runner.command(test.source.parent, ["build", "-o", module, test.target]), 0)
        result = runner.command(test.source.parent, ["dis", *runner.words(test, "flags", scratch), module])
    check_exit(result, 0)
    if bless:
        golden.write_bytes(without_hashes(result.stdout))
    if not golden.exists():
        raise Mismatch(f"{golden.name} is missing; --bless writes it")
    check_equal("disassembly", split_lines(golden.read_bytes()), split_lines(without_hashes(result.stdout)))


# ---- Command line --------------------------------------------------------------------------------


def parse_arguments():
    parser = argparse.ArgumentParser(description="Runs the behaviour tests of Coracle.",
                                     epilog="See the head of this file for the format of a test.")
    parser.add_argument("filters", nargs="*", help="run the tests whose path contains one of these")
    parser.add_argument("--coracle", default=TESTS.parent / "build/bin/coracle", help="the command to test")
    parser.add_argument("--root", type=pathlib.Path, action="append", help="a folder or file of tests")
    parser.add_argument("--runner", default="", help="run the command under this, as 'qemu-aarch64 -L DIR'")
    parser.add_argument("--tier", default="", help="run every test in this execution tier")
    parser.add_argument("--flags", default="", help="more flags of `coracle run` for every test")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds for one command")
    parser.add_argument("--sample", type=int, default=1, metavar="N", help="run about one test in N")
    parser.add_argument("--without", metavar="TEXT", help="leave out the tests whose path contains this")
    parser.add_argument("--once", action="store_true", help="do not repeat tests in other tiers, nor measure memory")
    parser.add_argument("--survive", action="store_true", help="only look for crashes and programs without end")
    parser.add_argument("--golden", action="store_true", help="compare the disassembly of tests/golden")
    parser.add_argument("--bless", action="store_true", help="with --golden: accept what comes out")
    parser.add_argument("--fill-codes", action="store_true", help="write the codes that tests leave open")
    parser.add_argument("--verbose", action="store_true", help="name every test")
    return parser.parse_args()


def default_roots(golden):
    if golden:
        return [TESTS / "golden"]
    return [folder for folder in sorted(TESTS.iterdir())
            if folder.is_dir() and folder.name not in ("golden", "data", "unit", "api", "command")
            ] + [TESTS.parent / "examples/ffi"]


def has_needs(test, options):
    """Whether the machine has the libraries that the test needs; that of an emulator has none."""
    try:
        for library in test.want("needs"):
            ctypes.CDLL(library)
    except OSError:
        return False
    return not (options.runner and test.want("needs"))


def main():
    options = parse_arguments()
    if not pathlib.Path(options.coracle).exists():
        sys.exit(f"{options.coracle} does not exist: ./dev build makes it")
    runner = Runner(options)
    roots = options.root or default_roots(options.golden)
    tests = list(load_tests([root.resolve() for root in roots], options.filters))
    chosen = [test for test in tests if zlib.crc32(test.name.encode()) % options.sample == 0 and
              not (options.without and options.without in test.name) and has_needs(test, options)]

    def outcome(test):
        try:
            if options.golden:
                check_golden(test, runner, options.bless)
            elif options.survive:
                check_survival(test, runner)
            elif options.fill_codes:
                if test.want("error") or test.want("warning"):
                    fill_codes(test, runner)
            else:
                check_behaviour(test, runner)
            return None
        except Mismatch as mismatch:
            return str(mismatch)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for test, problem in zip(chosen, pool.map(outcome, chosen)):
            if problem is not None:
                failed += 1
                print(f"FAIL {test.name}", *problem.split("\n"), sep="\n    ", flush=True)
            elif options.verbose:
                print(f"ok   {test.name}", flush=True)
    skipped = len(tests) - len(chosen)
    print(f"{len(chosen) - failed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
