#!/usr/bin/env python3
"""Runs the fuzz targets of tests/fuzz: libFuzzer feeds them inputs until the time is up.

    source      sources; what compiles must load, and is run under small limits
    module      bytes of modules; what the verifier accepts is run
    soundness   modules that the verifier accepts, run with all that lowering does and without
    assembler   assembly text; what assembles goes the way of a module
    number      numbers read, written and formatted, against the C library
    formats     JSON and CSV, read whole and in portions, written and read again
    json        texts for std.json, against a recogniser, and read back from what it writes
    api         sequences of calls of the API, right and wrong ones
    arguments   command lines, right and wrong ones, given to the sanitized build of the command
    differential  random well-typed programs, in every mode of execution, and against the same computation in JavaScript

The corpus of a target lies in build-fuzz/corpus/TARGET and grows from run to run. It begins with what the behaviour
tests hold: their sources, the modules these compile to, the assembly text of those and of tests/bytecode; and with the
regressions, which are tests/fuzz/regressions/TARGET. The dictionaries are made from the tables of tokens and opcodes.

A finding (a crash, a sanitizer's report, a leak, no end, more memory than the target allows) is kept in
build-fuzz/findings with its report, once for each summary, and the target goes on; `build-fuzz/tests/fuzz_TARGET FILE`
shows it again. When it is repaired, its input becomes a regression test. The last line printed is `N passed, N failed`,
where N counts executions and findings.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

TESTS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS / "fuzz"))
from arguments import Arguments  # noqa: E402

TOP = TESTS.parent
MODULES = 250          # compiled for the corpus
LARGEST_SOURCE = 6000  # bytes; a change to a small file hits something more often
LONGEST_CHUNK = 600    # seconds; then the process starts anew, without what has piled up in it
# Bytes of the longest input.
TARGETS = {"source": 16384, "module": 65536, "soundness": 65536, "assembler": 32768, "number": 1024, "formats": 4096,
           "json": 8192, "object": 8192, "api": 4096}


class Seeds:
    """What the corpora begin with."""

    def __init__(self, coracle, scratch):
        self.coracle = coracle
        self.scratch = scratch
        self.compiled = None

    def command(self, *words):
        return subprocess.run([self.coracle, *words], capture_output=True, check=False).returncode == 0

    def source(self):
        folders = ("language", "stdlib", "oracle", "diagnostics")
        return [path for folder in folders for path in sorted((TESTS / folder).rglob("*.cora"))
                if 0 < path.stat().st_size <= LARGEST_SOURCE]

    def module(self):
        if self.compiled is None:
            self.scratch.mkdir(parents=True, exist_ok=True)
            sources = [path for path in self.source() if b"// expect" in path.read_bytes()]
            self.compiled = []
            for path in random.Random(1).sample(sources, min(MODULES, len(sources))):
                module = self.scratch / f"{len(self.compiled)}.corm"
                if self.command("build", "--strip", "-o", str(module), str(path)) and module.exists():
                    self.compiled.append(module)
        return self.compiled

    def soundness(self):
        return self.module()

    def assembler(self):
        found = sorted((TESTS / "bytecode").rglob("*.cora-asm")) + sorted((TESTS / "lowered").glob("*.cora-asm"))
        for module in self.module():
            text = module.with_suffix(".cora-asm")
            if self.command("dis", "-o", str(text), str(module)):
                found.append(text)
        return found

    def number(self):
        """Texts of numbers and specs found in the tests, behind the two bytes that say what they are."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        texts = set()
        for path in self.source():
            text = path.read_text(encoding="utf-8", errors="replace")
            texts.update(re.findall(r"\d[\w.]*(?:e[+-]?\d+)?", text))
            texts.update(re.findall(r"(?<=:)[^\s{}\"]+(?=})", text))
        files = []
        for index, text in enumerate(sorted(texts)[:2000]):
            files.append(self.scratch / f"{index}.number")
            files[-1].write_bytes(bytes([index % 5, 8 + index % 7]) + text.encode())
        return files

    def formats(self):
        """The texts that the oracle of JSON has, and rows."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        texts = [json.loads(line) for line in (TESTS / "oracle" / "_json_texts.txt").read_text().splitlines()]
        texts += (TESTS / "oracle" / "csv_rows.out").read_text(encoding="utf-8").split("--\n")
        files = [self.scratch / f"{index}.format" for index in range(len(texts))]
        for path, text in zip(files, texts):
            path.write_text(text, encoding="utf-8", newline="")
        return files

    def object(self):
        return []  # the regressions are some

    api = object

    def json(self):
        """Texts between quotes in the tests of JSON."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        texts = {'{"a": [1, -2.5e3, true, false, null, "\\u00e9\\ud83d\\udef6\\n"], "b": {}}', "[" * 50 + "]" * 50}
        for path in sorted(TESTS.rglob("*json*.cora")) + sorted((TESTS / "stdlib/json").glob("*.cora")):
            text = path.read_text(encoding="utf-8", errors="replace")
            texts.update(re.findall(r'r"""(.*?)"""', text, re.S))
            texts.update(found.replace('\\"', '"') for found in re.findall(r'"((?:[^"\\\n]|\\.)+)"', text))
        files = []
        for index, text in enumerate(sorted(texts)):
            files.append(self.scratch / f"{index}.json")
            files[-1].write_bytes(text.encode())
        return files


def dictionary(target, path):
    """The words of a target, from the tables that define them."""
    tables = {"source": [("compiler/tokens.def", r'TOKEN_(?:PUNCTUATOR|KEYWORD)\(\w+, "([^"]+)"\)')],
              "assembler": [("vm/bytecode/opcodes.def", r'OP\(\w+, "(\w+)"'),
                            ("vm/bytecode/intrinsics.def", r'"([a-z_0-9]+)"')]}
    words = {word.replace("?\\?", "??") for file, pattern in tables.get(target, [])
             for word in re.findall(pattern, (TOP / file).read_text())}
    if target == "source":
        words |= set("int i8 i16 i32 u8 u16 u32 u64 float f32 bool char string any never void Array List Map Set Error "
                     "print 9223372036854775807 1e308 0.5 'a'".split()) | {'"{x:>5}"', '"""', "// ", "/*"}
    if target == "number":
        words = set("inf nan e+ e- 0. .5 9223372036854775807 9223372036854775808 18446744073709551615 4.9e-324 "
                    "1.7976931348623157e308 0x _".split())
    if target == "formats":
        words = set(r'[ ] { } : , " \" \\ \n \u00e9 \ud83d\ude00 true false null -1.5e-3 12345678901234567890 "a": "" \r'.split())
    if target == "json":
        words = set('true false null [] {} "" [[ {"a": \\u00e9 \\ud83d \\udef6 1e308 -0 0.5 e+ , :'.split())
    if not words:
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in sorted(words))
    path.write_text("".join(f'"{word}"\n' for word in quoted))
    return [f"-dict={path}"]


class Target:
    """One target: its program, its corpus, what was found."""

    def __init__(self, name, build):
        self.name = name
        self.program = build / "tests" / f"fuzz_{name}"
        self.corpus = build / "corpus" / name
        self.findings = build / "findings"
        self.words = dictionary(name, build / "corpus" / f"{name}.dict")
        self.executions = 0
        self.summaries = {}

    def make_corpus(self, seeds):
        self.corpus.mkdir(parents=True, exist_ok=True)
        if not any(self.corpus.iterdir()):
            for path in getattr(seeds, self.name)():
                data = path.read_bytes()
                (self.corpus / hashlib.sha1(data).hexdigest()).write_bytes(data)
        for path in sorted((TESTS / "fuzz/regressions" / self.name).glob("*")):
            shutil.copy(path, self.corpus / path.name)

    def run(self, seconds, seed):
        """One process, until it finds something or its time is up."""
        self.findings.mkdir(parents=True, exist_ok=True)
        prefix = self.findings / f"{self.name}-"
        words = [self.program, f"-max_total_time={int(seconds) + 1}", f"-seed={seed}", f"-max_len={TARGETS[self.name]}",
                 "-timeout=60", "-rss_limit_mb=3000", "-malloc_limit_mb=1000", "-print_final_stats=1", "-reload=0",
                 "-len_control=0", f"-artifact_prefix={prefix}", *self.words, self.corpus]
        result = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                                cwd=self.findings, env={**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")})
        report = result.stderr.decode("utf-8", errors="replace")
        counts = re.findall(r"stat::number_of_executed_units:\s*(\d+)", report) or re.findall(r"^#(\d+)", report, re.M)
        self.executions += int(counts[-1]) if counts else 0
        if result.returncode != 0:
            self.keep(report)

    def keep(self, report):
        artifact = re.search(r"Test unit written to (\S+)", report)
        summary = re.search(r"runtime error: .*|Assertion `.*|SUMMARY: fuzz_check.*|SUMMARY: .*|ERROR: .*", report)
        summary = summary.group(0) if summary else report[-200:]
        path = pathlib.Path(artifact.group(1)) if artifact else None
        known = re.sub(r"0x[0-9a-f]+|\d{4,}", "N", summary)
        if path:  # an input of the corpus would end every run at its start
            (self.corpus / path.name.rpartition("-")[2]).unlink(missing_ok=True)
        if known in self.summaries:
            self.summaries[known] += 1
            if path and not path.with_name(path.name + ".txt").exists():
                path.unlink(missing_ok=True)
            return
        self.summaries[known] = 1
        if path:
            path.with_name(path.name + ".txt").write_text(report)
        print(f"FAIL {path or self.name}", f"    {summary}", sep="\n", flush=True)

    def fuzz(self, seconds, seed):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and sum(self.summaries.values()) < 50:
            self.run(min(left, LONGEST_CHUNK), seed)
            seed += 1


class Differential:
    """Random programs (tests/fuzz/differential) in every mode of execution, in processes of node."""

    name = "differential"

    def __init__(self, options):
        self.options = options
        self.executions = 0
        self.summaries = {}

    def make_corpus(self, _seeds):
        pass

    def fuzz(self, seconds, seed):
        node = shutil.which("node")
        if not node:
            sys.exit("the target differential needs node (the package nodejs)")
        words = [f"--seed={seed if self.options.seed is not None else seed * 1000}", f"--jobs={self.options.jobs}", f"--coracle={self.options.coracle.resolve()}",
                 f"--findings={self.options.build.resolve() / 'findings'}", *self.options.rest]
        if not any(word.startswith("--count=") for word in words):
            words.append(f"--time={seconds}")
        with subprocess.Popen([node, TESTS / "fuzz/differential/main.js", *words], stdout=subprocess.PIPE, text=True) as ran:
            for line in ran.stdout:
                if counts := re.fullmatch(r"(\d+) passed, (\d+) failed\n", line):
                    self.executions = int(counts[1])
                    self.summaries = {number: 1 for number in range(int(counts[2]))}
                elif not line.startswith("differential: "):
                    print(line, end="", flush=True)
        if ran.returncode != 0 and not self.summaries:
            self.summaries = {"the process failed": 1}


def main():
    others = {Arguments.name: Arguments, Differential.name: Differential}
    names = [*TARGETS, *others]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(names)}; all when none is named")
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build-fuzz")
    parser.add_argument("--coracle", type=pathlib.Path, default=TOP / "build/bin/coracle", help="makes the seeds")
    parser.add_argument("--sanitized", type=pathlib.Path, help="runs the arguments (build-asan/bin/coracle)")
    parser.add_argument("--time", type=float, default=180, help="seconds for all targets together")
    parser.add_argument("--seed", type=int, help="default: from the clock")
    parser.add_argument("--jobs", type=int, default=1, help="targets, or processes of differential, at the same time")
    options, rest = parser.parse_known_args()
    if rest and options.targets != [Differential.name]:
        parser.error(f"unknown: {' '.join(rest)}")
    options.rest = rest
    for target in options.targets:
        if target not in names:
            parser.error(f"no target is named {target}")
    build = options.build.resolve()
    targets = [others[name](options) if name in others else Target(name, build) for name in options.targets or names]
    seeds = Seeds(options.coracle, options.build / "corpus/scratch")
    for target in targets:
        target.make_corpus(seeds)
    seconds = options.time * options.jobs / len(targets)

    def fuzz(target):
        target.fuzz(seconds, int(time.time()) % 1000000 if options.seed is None else options.seed)
        found = len(target.summaries)
        print(f"{target.name}: {target.executions} executions, {found} found", flush=True)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(fuzz, targets))
    failed = sum(len(target.summaries) for target in targets)
    print(f"{sum(target.executions for target in targets)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
