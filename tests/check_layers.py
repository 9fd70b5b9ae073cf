#!/usr/bin/env python3
"""Checks the structure that the sources must keep.

- Folders depend one way: ALLOWED says which folder may include which.
- A library or host header stays behind its layer: gc.h in vm/heap, ffi.h in vm/native, and so on.
- Nothing but vm/native asks for an architecture or an operating system.
- What the VM asks of the system goes through vm/native/host.h: with --build, no other object calls it.
- No process globals: with --build, the objects of the VM and the compiler hold no writable data.

Each is a table below; the last line printed is `N passed, N failed`, where N counts files.
"""

import argparse
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent

# What each folder may include, besides itself.
ALLOWED = {
    "include": [],
    "vm/bytecode": [],
    "vm/native": [],
    "vm/heap": ["vm/native"],
    "vm/runtime": ["vm/heap", "vm/bytecode", "vm/native"],
    "vm/interp": ["vm/runtime", "vm/heap", "vm/bytecode", "vm/native"],
    "vm/foreign": ["vm/runtime", "vm/heap", "vm/bytecode", "vm/native"],
    "vm/syscall": ["vm/foreign", "vm/runtime", "vm/heap", "vm/bytecode", "vm/native"],
    "vm/api": ["vm/syscall", "vm/foreign", "vm/runtime", "vm/heap", "vm/bytecode", "vm/native", "include"],
    "vm/snapshot": ["vm/runtime", "vm/heap", "vm/bytecode", "vm/native"],
    "compiler": ["vm/bytecode", "include"],
    "jit": ["vm/runtime", "vm/heap", "vm/bytecode", "vm/native"],
    "cli": ["compiler", "include"],
    "cli/bindgen": ["cli", "compiler"],
}

# Headers of libraries and hosts, and the only folders that may include them.
GUARDED = [
    (re.compile(r"^gc(/|\.h$|_)"), ["vm/heap"]),
    (re.compile(r"^ffi"), ["vm/native"]),
    (re.compile(r"^(mpfr|gmp)"), ["vm/runtime"]),
    (re.compile(r"^(llvm|llvm-c)/"), ["jit"]),
    (re.compile(r"^clang-c/"), ["cli/bindgen"]),
    (re.compile(r"^(sys|linux|asm|net|netinet|arpa)/"), ["vm/native", "cli"]),
    (re.compile(r"^(unistd|fcntl|pthread|dirent|dlfcn|poll|signal|termios)\.h$"), ["vm/native", "cli"]),
]

HOST_MACRO = re.compile(r"^\s*#\s*(?:el)?if.*\b(__x86_64__|__i386__|__aarch64__|__arm__|__riscv|_M_X64|"
                        r"__linux__|__unix__|__APPLE__|_WIN32)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def folder_of(path):
    """The folder of the tables above that holds the path (longest first); None outside of them."""
    for folder in sorted(ALLOWED, key=len, reverse=True):
        if path.is_relative_to(folder):
            return folder
    return None


def included_folder(source, name):
    """The folder that an include refers to: from the top, from include/, or beside the source."""
    for base in (pathlib.Path(), pathlib.Path("include"), source.parent):
        if (TOP / base / name).exists():
            return folder_of(base / name)
    return None


def check_file(source):
    folder = folder_of(source)
    for number, line in enumerate((TOP / source).read_text(encoding="utf-8").split("\n"), 1):
        if HOST_MACRO.match(line) and folder != "vm/native":
            yield number, "only vm/native may ask for an architecture or an operating system"
        found = INCLUDE.match(line)
        if not found:
            continue
        name = found.group(1)
        other = included_folder(source, name)
        if other is not None and other != folder and other not in ALLOWED[folder]:
            yield number, f"{folder} may not include {other}: {name}"
        for pattern, owners in GUARDED:
            if other is None and pattern.match(name) and folder not in owners:
                yield number, f"only {' and '.join(owners)} may include {name}"


# Functions of the C library that reach the system; allocation, and text streams in memory, do not.
SYSTEM_CALL = re.compile(
    r"^(open|openat|fopen|freopen|close|read|write|p(read|write)|lseek|f?l?stat|access|realpath|readlink|opendir|readdir|"
    r"unlink|remove|rename|mkdir|rmdir|getcwd|chdir|dup2?|pipe|ioctl|isatty|fcntl|mmap|munmap|mprotect|madvise|sysconf|"
    r"(secure_)?getenv|setenv|getpid|fork|exec\w+|posix_spawn\w*|system|popen|kill|signal|sigaction|"
    r"time|clock|clock_\w+|gettimeofday|nanosleep|u?sleep|rand|srand|random|getrandom|getentropy|"
    r"(pthread|thrd|mtx|cnd|sched|sem)_\w+|dl(open|sym|close|addr1?)|socket|connect|poll|select|epoll_\w+)$")


def system_calls(library):
    """(object file, symbol) of what a static library calls of the system, outside of vm/native."""
    listing = subprocess.run(["nm", "--undefined-only", str(library)], capture_output=True, text=True, check=True).stdout
    native = {path.name for path in (TOP / "vm/native").rglob("*.c")}
    member = ""
    for line in listing.split("\n"):
        if line.endswith(".o:"):
            member = line.removesuffix(".o:")
        symbol = line.split()[-1].split("@")[0] if line.strip() else ""
        if member not in native and SYSTEM_CALL.match(symbol):
            yield member, symbol


SYMBOL = re.compile(r"^[0-9a-f]+ .{7} (\.(?:data|bss|tdata|tbss)\S*)\t[0-9a-f]+ (?:\.\w+ )?(\S+)$")


def writable_data(library):
    """(object file, symbol) of the data in a static library that a running program could change."""
    command = ["objdump", "-t", str(library)]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    member = ""
    for line in listing.split("\n"):
        if line.endswith(("file format elf64-x86-64", "file format elf64-littleaarch64", "file format elf64-littleriscv")):
            member = line.split(":")[0]
        found = SYMBOL.match(line)
        if not found or found.group(1).startswith(".data.rel.ro") or found.group(2) == found.group(1):
            continue
        if (TOP / "vm/heap" / member.removesuffix(".o")).exists():
            continue  # the collector belongs to the process, and so does what vm/heap knows of it
        if member.startswith(("debugger.", "handle.c")):
            continue  # so does what a debugger reads, and the table of handles
        yield member, found.group(2)


def main():
    parser = argparse.ArgumentParser(description="Checks the layers of the sources.")
    parser.add_argument("--build", type=pathlib.Path, help="a build folder, whose libraries are checked too")
    options = parser.parse_args()

    passed = failed = 0

    def report(subject, problems):
        nonlocal passed, failed
        problems = list(problems)
        passed, failed = passed + (not problems), failed + bool(problems)
        for place, problem in problems:
            print(f"FAIL {subject}:{place}: {problem}")

    for folder in ALLOWED:
        for path in sorted((TOP / folder).rglob("*")):
            if path.suffix in (".c", ".h", ".S", ".def") and folder_of(path.relative_to(TOP)) == folder:
                report(path.relative_to(TOP), check_file(path.relative_to(TOP)))
    for name in ("bytecode", "vm", "compiler"):
        library = options.build and options.build / f"lib/libcoracle_{name}.a"
        if library and library.exists():
            report(library.name, ((member, f"{symbol} is writable and belongs to the whole process")
                                  for member, symbol in writable_data(library)))
            if name != "compiler":
                report(library.name, ((member, f"{symbol} goes around vm/native/host.h")
                                      for member, symbol in system_calls(library)))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
