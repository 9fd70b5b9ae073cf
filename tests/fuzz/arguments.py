"""Random command lines, right and wrong ones: each must end soon, with a documented exit code, and say what is wrong.

The commands, and the flags of each, are those that `coracle help` names; values are of the kind that a flag wants, at their limits,
or of another; everything may be repeated, be missing, stand in the wrong place, be very long, or be no text. A command runs in a
folder of its own, and no word leads out of that: none begins with `/` or has `..`.
"""

import os
import pathlib
import random
import re
import resource
import shlex
import shutil
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SECONDS = 60  # for one command; nothing that it finds to do takes one
LEFT_OUT = {"--perf"}  # writes to /tmp

FILES = {
    "hello.cora": b"fn main(args: List<string>) { print(args.length) }\n",
    "throws.cora": b'fn main() { throw Error("no") }\n',
    "slow.cora": b"fn main() { var n = 0\n for i in 0..3000000 { n ^= i }\n print(n) }\n",
    "deep.cora": b"fn f(n: int): int => f(n + 1) + 1\nfn main() { print(f(0)) }\n",
    "wrong.cora": b'fn main() { let x: int = "a" }\n',
    "bytes.cora": bytes(range(256)),
    "empty.cora": b"",
    "tested.cora": b'import std.test\n/// One.\n/// ```\n/// print(1)\n/// ```\n@test\nfn one() { test.expect(true) }\n'
                   b"@test\nfn two() { test.expect(false) }\n@bench\nfn three(): int => 3\n",
    "noise.corm": b"\0cor\1\2\3" * 9,
    "short.corm": b"",
    "a.cora-asm": b"module a\n",
    "a.h": b"struct point { int x, y; };\n#define N 7\nint add(int a, struct point *b, ...);\n",
    "package/main.cora": b"import package.part\nfn main() { print(part.three()) }\n",
    "package/part.cora": b"export fn three(): int => 3\n",
    "file": b"text\n",
}
NUMBERS = ["0", "1", "2", "7", "-1", "+1", "00", "1e3", "1e400", "-0", "nan", "NaN", "inf", "-inf", "0x10", "1.5", ".5", "5.", "1_000",
           "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "4294967296", "2147483648",
           "1K", "64M", "1G", "8388607T", "9999999T", "1k", "K", "1KK", "1e-9", " 1", "1 ", "1,2", "\u0663"]
GOOD = {  # values that a flag may well want, by what the help calls them
    "SIZE": ["1", "1K", "64K", "4M", "64M", "2G", "8388607T"], "N": ["1", "2", "7", "1000", "100000", "9223372036854775807"],
    "SECONDS": ["0.01", "1", "5", "1e9"], "NAME": ["interp", "1", "2", "auto", "main", "m", "tested"], "NAMES": ["A,B", "HOME"],
    "LIBRARY": ["m", "libm.so.6", "mine=./file"], "LINE": ["1", "2"], "TEXT": ["one", "t"], "PATTERN": ["*.h"],
    "MODES": ["gc:7", "alloc:99", "safepoint", "step:5", "plain", "eager,loops", "leave:2,fail:3,eager", "most:1", "unmetered"],
}
TEXTS = ["", "-", "--", "---", "=", "-=", "--=", "a", "A,B", ",", ":", "a=b", "a=", "=b", "*", "?", "%s%n%d", "\n", "\t", "\\", "'", '"', "\u00e9",
         "\U0001f6f6", "interp", "auto", "off", "m", "libm.so.6", "m=./file", "c", "gc", "alloc:1", "step:0", "leave:2,fail:3", "eager,loops,quick",
         "most:1,eager", "safepoint", "unmetered", "plain,", "std", "std.core", "main", "one", "fib", "sub", "sub/deep/x", "package", ".", "./",
         "missing", "missing.cora", "nothing/here.corm", *FILES]


def described(coracle):
    """{command: its flags, as [(name, what its value is called, or "")]}, by the help."""
    text = lambda *words: subprocess.run([coracle, "help", *words], capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^  ([a-z]+)  ", text(), re.MULTILINE)
    flags = {}
    for command in commands:
        found = re.findall(r"^  (-\w|--[\w-]+)(?:\[?[= ](\w+)\]?)? ", text(command), re.MULTILINE)
        flags[command] = [(name, value) for name, value in found if name not in LEFT_OUT]
    return flags


def exit_codes():
    table = (TOP / "cli/exit_codes.def").read_text()
    return {0, *(int(code) for code in re.findall(r"^EXIT_CODE\(\w+, (\d+)", table, re.MULTILINE))}


class Maker:
    """Makes command lines, as lists of bytes."""

    def __init__(self, generator, flags):
        self.random = generator
        self.flags = flags
        self.all_flags = sorted({flag for some in flags.values() for flag in some})

    def text(self):
        pick, kind = self.random, self.random.random()
        if kind < 0.4:
            return pick.choice(NUMBERS).encode()
        if kind < 0.9:
            return pick.choice(TEXTS).encode()
        if kind < 0.93:
            return pick.choice([b"a", b"9", b"\xff", b"x/", b",", b"-"]) * pick.choice([63, 64, 255, 256, 4095, 4096, 50000])
        raw = bytes(pick.randrange(1, 256) for _ in range(pick.randrange(1, 9)))
        return raw.replace(b"..", b".")

    def flag(self, command):
        pick = self.random
        own = self.flags.get(command) or self.all_flags
        name, wanted = pick.choice(own if pick.random() < 0.95 else self.all_flags)
        value = pick.choice(GOOD.get(wanted, list(FILES))).encode() if pick.random() < 0.8 else self.text()
        if pick.random() < 0.02:
            name = name[:-1] + pick.choice(["", "x", name[-1] * 2])
        if (wanted == "") != (pick.random() < 0.03):
            return [name.encode()]
        kind = pick.random()
        glue = b"=" if name.startswith("--") else b""
        return [name.encode() + glue + value] if kind < 0.95 else [name.encode(), value]

    def line(self):
        pick = self.random
        command = pick.choice([*self.flags, "run", "run", "test", "build"])
        words = []
        for _ in range(pick.choice([0, 0, 1, 1, 2, 3, 6])):
            words += self.flag(command)
        if pick.random() < 0.85:
            words.append(pick.choice(list(FILES)).encode() if pick.random() < 0.8 else self.text())
        for _ in range(pick.choice([0, 0, 0, 1, 2])):
            words += self.flag(command) if pick.random() < 0.5 else [self.text()]
        if pick.random() < 0.05:
            words = (words * pick.choice([2, 30]))[:300]
        if pick.random() < 0.05:
            pick.shuffle(words)
        if pick.random() < 0.97:
            words.insert(0, command.encode())
        return [word for word in words if not leads_out(word) and not lasts(word)]


def leads_out(word):
    """Whether a word, or a value in it, names what is not in the folder."""
    return any(b".." in part or part.startswith(b"/") for part in re.split(rb"[=:,]|^-[a-zA-Z]", word))


def lasts(word):
    """Whether it wants benchmarks to take more than a second."""
    value = re.match(rb"--time=\s*\+?([\d.e+]+)", word)
    return value is not None and re.fullmatch(rb"0?\.\d+|[01]?", value[1]) is None


class Tried:
    """How a command line ended."""

    def __init__(self, problem, output):
        self.problem = problem
        self.output = output


def bounds():
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def attempt(coracle, words, allowed):
    """Runs a command line in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="coracle-fuzz-") as outside:
        folder = pathlib.Path(outside) / "folder"
        for name, content in FILES.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8",
                       "ASAN_OPTIONS": "detect_leaks=0:detect_stack_use_after_return=0:allocator_may_return_null=1:exitcode=99",
                       "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:exitcode=99"}
        with (folder / "hello.cora").open("rb") as source, subprocess.Popen(
                [os.fsencode(str(coracle)), *words], cwd=folder, env=environment, stdin=source, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, preexec_fn=bounds, start_new_session=True) as process:
            try:
                output, errors = process.communicate(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                output, errors = process.communicate()
                return Tried(f"no end after {SECONDS} s", errors)
        if os.listdir(outside) != ["folder"]:
            return Tried("it has left the folder", errors)
        return Tried(problem_of(words, process.returncode, output, errors, allowed), errors)


def problem_of(words, code, output, errors, allowed):
    """What is wrong with the way in which a command ended; None."""
    if re.search(rb"Sanitizer|runtime error:|Assertion `", errors):
        return (re.search(rb"SUMMARY: .*|runtime error: .*|Assertion .*", errors) or [b"a report"])[0].decode(errors="replace")
    if code not in allowed:
        return f"exit code {code}"
    if code == 2 and words and not errors.startswith(b"coracle"):  # without words, the commands are listed
        return "wrong usage, but nothing says so"
    if code != 0 and not errors and not output:
        return f"exit code {code} without a word"
    return None


def smaller(coracle, words, problem, allowed):
    """The words without those that are not needed for the same problem."""
    at = 0
    while at < len(words):
        without = words[:at] + words[at + 1:]
        if attempt(coracle, without, allowed).problem == problem:
            words = without
        else:
            at += 1
    return words


def shown(words):
    return " ".join(shlex.quote(word.decode()) if word.isascii() and word.decode().isprintable() and len(word) < 500
                    else f"$'{''.join(f'{chr(92)}x{byte:02x}' for byte in word[:500])}'" for word in words)


class Arguments:
    """The target of fuzz.py."""

    name = "arguments"

    def __init__(self, options):
        self.coracle = (options.sanitized or options.build.parent / "build-asan/bin/coracle").resolve()
        self.findings = options.build / "findings"
        self.executions = 0
        self.summaries = {}

    def make_corpus(self, _seeds):
        if not shutil.which(self.coracle):
            raise SystemExit(f"the target arguments needs {self.coracle} (./dev build --preset=asan)")

    def fuzz(self, seconds, seed):
        maker, allowed, end = Maker(random.Random(seed), described(self.coracle)), exit_codes(), time.monotonic() + seconds
        while time.monotonic() < end and sum(self.summaries.values()) < 50:
            words = maker.line()
            tried = attempt(self.coracle, words, allowed)
            self.executions += 1
            if tried.problem is not None and attempt(self.coracle, words, allowed).problem == tried.problem:
                self.keep(words, tried, allowed)  # else the machine was busy

    def keep(self, words, tried, allowed):
        known = re.sub(r"0x[0-9a-f]+|\d{4,}", "N", tried.problem)
        self.summaries[known] = self.summaries.get(known, 0) + 1
        if self.summaries[known] > 1:
            return
        words = smaller(self.coracle, words, tried.problem, allowed)
        self.findings.mkdir(parents=True, exist_ok=True)
        path = self.findings / f"arguments-{len(self.summaries)}.txt"
        path.write_text(f"coracle {shown(words)}\n{tried.problem}\n\n{tried.output.decode(errors='replace')}")
        print(f"FAIL {path}", f"    coracle {shown(words)[:300]}", f"    {tried.problem}", sep="\n", flush=True)
