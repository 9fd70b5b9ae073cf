#!/usr/bin/env python3
"""Feeds damaged sources, modules and assembly text to the compiler, the verifier and the VM.

The work is done in process by the programs of tests/fuzz (see tests/fuzz/fuzz.h), sanitized: what a source compiles
to, and whatever of the damaged modules the verifier accepts, is loaded, lowered and run under small limits. This
script makes their corpus: sources from the behaviour tests; modules from compiling them; assembly text from
disassembling those, and from tests/bytecode and tests/lowered. The time is shared among the targets.

A finding stays in the output folder with its report; `fuzz_TARGET --repeat FILE` shows it again.
"""

import argparse
import pathlib
import random
import re
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent
TARGETS = ["source", "module", "assembler"]
MODULES = 120          # compiled for the corpus
LARGEST_SOURCE = 6000  # bytes; damage to a small file hits something more often


class Corpus:
    """The files that a target damages, made on demand below a scratch folder."""

    def __init__(self, coracle, scratch, random_):
        self.coracle = coracle
        self.scratch = scratch
        self.random = random_
        self.compiled = None

    def sources(self):
        return [path for folder in ("language", "stdlib") for path in sorted((TESTS / folder).rglob("*.cora"))
                if 0 < path.stat().st_size <= LARGEST_SOURCE]

    def command(self, *words):
        return subprocess.run([self.coracle, *words], capture_output=True, check=False).returncode == 0

    def modules(self):
        if self.compiled is None:
            sources = [path for path in self.sources() if b"// expect" in path.read_bytes()]
            self.compiled = []
            for path in self.random.sample(sources, min(MODULES, len(sources))):
                module = self.scratch / f"{len(self.compiled)}.corm"
                if self.command("build", "--strip", "-o", str(module), str(path)) and module.exists():
                    self.compiled.append(module)
        return self.compiled

    def texts(self):
        found = sorted((TESTS / "bytecode").rglob("*.cora-asm")) + sorted((TESTS / "lowered").glob("*.cora-asm"))
        for module in self.modules():
            text = module.with_suffix(".cora-asm")
            if self.command("dis", "-o", str(text), str(module)):
                found.append(text)
        return found

    def of(self, target):
        return {"source": self.sources, "module": self.modules, "assembler": self.texts}[target]()


def main():
    parser = argparse.ArgumentParser(description="Fuzzes the compiler, the verifier and the VM.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all when none is named")
    parser.add_argument("--build", type=pathlib.Path, default=TESTS.parent / "build-asan", help="the sanitized build")
    parser.add_argument("--time", type=float, default=180, help="seconds for all targets together")
    parser.add_argument("--seed", type=int, default=1, help="the same seed damages the same things")
    parser.add_argument("--findings", type=pathlib.Path, default=TESTS.parent / "build/fuzz")
    options = parser.parse_args()
    for target in options.targets:
        if target not in TARGETS:
            parser.error(f"no target is named {target}")
    targets = options.targets or TARGETS
    options.findings.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Corpus(options.build / "bin/coracle", pathlib.Path(scratch), random.Random(options.seed))
        for target in targets:
            print(f"== {target}", flush=True)
            words = [options.build / f"tests/fuzz_{target}", f"--time={options.time / len(targets)}",
                     f"--seed={options.seed}", f"--findings={options.findings}", *corpus.of(target)]
            result = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
            print(result.stdout, end="", flush=True)
            count = re.search(r"(\d+) passed, (\d+) failed\s*$", result.stdout)
            passed += int(count.group(1)) if count else 0
            failed += int(count.group(2)) if count else 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
