#!/usr/bin/env python3
"""Line coverage of the C code, from what the processes of a build with --coverage left behind.

    coverage.py --build DIR --reset             forgets what ran so far
    coverage.py --build DIR                     prints the coverage of each folder; a folder below its bar fails
    coverage.py --build DIR --uncovered TEXT... prints the lines that never ran, of files whose path contains a TEXT

A line counts if gcov finds code on it, in whichever object: that of a header ran if it ran in one of them. None is left
out. The last line printed is `N passed, N failed`.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["vm", "compiler", "cli"]
BARS = {"vm/bytecode": 95, "vm/runtime": 95, "compiler": 95}  # per cent that a folder has to exceed


def gcov(notes):
    """[(path, {line: whether it ran})] of the object files whose notes these are."""
    command = ["gcov", "--json-format", "--stdout", *map(str, notes)]
    # What was compiled again since the tests ran is an error to gcov, and has not run.
    printed = subprocess.run(command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    found = []
    for text in printed.splitlines():
        for file in json.loads(text)["files"]:
            path = os.path.relpath(TOP / file["file"], TOP)  # as -ffile-prefix-map has them
            found.append((path, {line["line_number"]: line["count"] > 0 for line in file["lines"]}))
    return found


def measure(build):
    """{path: {line: whether it ran}} of the files of FOLDERS."""
    notes = sorted(build.rglob("*.gcno"))
    if not notes:
        sys.exit(f"{build} is not built with --coverage: ./dev test --coverage does that")
    files = collections.defaultdict(dict)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for found in pool.map(gcov, [notes[start:start + 20] for start in range(0, len(notes), 20)]):
            for path, lines in found:
                if path.split("/")[0] in FOLDERS:
                    for line, ran in lines.items():
                        files[path][line] = files[path].get(line, False) or ran
    return files


def per_cent(lines):
    return 100 * sum(lines) / len(lines) if lines else 0.0


def print_table(files, bars):
    """The table of folders; whether each is above its bar."""
    folders = {folder: [] for folder in bars}
    for path, lines in files.items():
        folders.setdefault(os.path.dirname(path), []).extend(lines.values())
    good = True
    print(f"{'lines':>7} {'ran':>7} {'covered':>9}")
    for folder, lines in sorted(folders.items()):
        short = folder in bars and per_cent(lines) <= bars[folder]
        print(f"{len(lines):7} {sum(lines):7} {per_cent(lines):7.2f} %  {folder}" +
              (f": not above {bars[folder]} %" if short else ""))
        good = good and not short
    every = [ran for lines in files.values() for ran in lines.values()]
    print(f"{len(every):7} {sum(every):7} {per_cent(every):7.2f} %  all")
    missed = sorted(((sum(not ran for ran in lines.values()), path) for path, lines in files.items()), reverse=True)
    print("most lines that never ran: " + ", ".join(f"{path} {count}" for count, path in missed[:8]))
    return good


def print_uncovered(files, texts):
    for path, lines in sorted(files.items()):
        if any(text in path for text in texts) and not all(lines.values()):
            source = (TOP / path).read_text(encoding="utf-8").split("\n")
            print(f"{path}: {per_cent(lines.values()):.2f} %")
            for number in sorted(line for line, ran in lines.items() if not ran):
                print(f"{number:6} {source[number - 1]}")


def main():
    parser = argparse.ArgumentParser(description="Line coverage of the C code.")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the folder built with --coverage")
    parser.add_argument("--reset", action="store_true", help="forget what ran so far")
    parser.add_argument("--uncovered", nargs="*", metavar="TEXT", help="print the lines that never ran")
    parser.add_argument("--no-bars", action="store_true", help="no folder fails: only a part of the tests ran")
    options = parser.parse_args()
    build = options.build.resolve()
    if options.reset:
        for data in build.rglob("*.gcda"):
            data.unlink()
        return 0
    files = measure(build)
    if options.uncovered is not None:
        print_uncovered(files, options.uncovered or [""])
        return 0
    good = print_table(files, {} if options.no_bars else BARS)
    print("1 passed, 0 failed" if good else "0 passed, 1 failed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
