#!/usr/bin/env python3
"""Checks what `cmake --install` makes of a build: that programs find and use it, and that its interface is as promised.

- tests/consumer is built by CMake's find_package and by pkg-config (where that is installed), against the shared library
  and the static one, and runs, with native code where the build has it.
- The program of docs/embedding.md does what the guide says, and those of examples/embedding print what they should.
- The header compiles as C99, C11 and C++, alone and twice.
- The symbols of the shared library, and the layout of all structs and the values of all enums of the header, are those of
  tests/api/interface.txt: whoever changes the interface sees it there (--bless writes it).
- The shared library is at most 2 MB when stripped.
- The manual page and the completions of bash and zsh know every command and flag.
- The Debian package that cpack makes, unpacked elsewhere, has a command and a library that work (where dpkg is).

The last line printed is `N passed, N failed`.
"""

import argparse
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(__file__).resolve().parent
TOP = TESTS.parent
HEADER = TOP / "include/coracle.h"
INTERFACE = TESTS / "api/interface.txt"
LARGEST = 2_000_000  # bytes


class Failure(Exception):
    """What is wrong."""


def run(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise Failure(f"{' '.join(str(word) for word in words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


# ---- The interface -------------------------------------------------------------------------------

def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def declared_fields(body):
    """The names of a struct's fields; those of an unnamed union count as its own, and functions by their pointers."""
    flat = re.sub(r"(?:CORACLE_UNNAMED )?union\s*\{([^}]*)\}\s*;", r"\1", body)
    flat = re.sub(r"\(\*(\w+)\)\s*\([^()]*\)", r"\1", flat)
    for declaration in flat.split(";"):
        if declaration.strip():
            for part in declaration.split(","):
                yield re.search(r"(\w+)\s*(?:\[[^]]*\])?\s*$", part).group(1)


def layout_program():
    """A C program that prints the layout of every struct and the values of every enum of the header."""
    text = without_comments(HEADER.read_text(encoding="utf-8"))
    lines = []
    for body, name in re.findall(r"typedef struct \w+ \{(.*?)\n\} (\w+);", text, flags=re.DOTALL):
        lines.append(f'printf("struct {name}: %zu bytes\\n", sizeof({name}));')
        lines += [f'printf("    {field} at %zu, %zu bytes\\n", offsetof({name}, {field}), sizeof((({name} *)0)->{field}));'
                  for field in declared_fields(body)]
    for body in re.findall(r"enum \w*\s*\{(.*?)\}", text, flags=re.DOTALL):
        for item in body.split(","):
            if item.strip():
                name = item.split("=")[0].strip()
                lines.append(f'printf("{name} = %d\\n", (int){name});')
    return '#include "coracle.h"\n#include <stdio.h>\nint main(void) {\n' + "\n".join(lines) + "\nreturn 0;\n}\n"


def interface(library, scratch):
    source, program = scratch / "layout.c", scratch / "layout"
    source.write_text(layout_program(), encoding="utf-8")
    run("cc", f"-I{HEADER.parent}", source, "-o", program)
    symbols = sorted(line.split()[-1] for line in run("nm", "-D", "--defined-only", library).splitlines())
    return "".join(f"{symbol}\n" for symbol in symbols) + run(program)


def check_interface(library, scratch, bless):
    found = interface(library, scratch)
    if bless:
        INTERFACE.write_text(found, encoding="utf-8")
    expected = INTERFACE.read_text(encoding="utf-8")
    if found != expected:
        changed = set(found.splitlines()) ^ set(expected.splitlines())
        raise Failure("the interface has changed (tests/install.py --bless accepts it):\n" + "\n".join(sorted(changed)[:20]))


def check_header(scratch):
    source = scratch / "header.c"
    source.write_text('#include "coracle.h"\n#include "coracle.h"\n', encoding="utf-8")
    flags = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", f"-I{HEADER.parent}"]
    run("cc", "-std=c99", *flags, source)
    run("cc", "-std=c11", *flags, source)
    if shutil.which("c++"):
        run("c++", "-std=c++11", "-x", "c++", *flags, source)


def check_size(library, scratch):
    stripped = scratch / "stripped.so"
    run("strip", "-o", stripped, library)
    if stripped.stat().st_size > LARGEST:
        raise Failure(f"{library.name} has {stripped.stat().st_size} bytes when stripped, more than {LARGEST}")


# ---- Programs ------------------------------------------------------------------------------------

def check_program(program, libraries, has_native_code):
    text = run(program, env={"LD_LIBRARY_PATH": str(libraries)})
    if "442" not in text.splitlines()[0]:
        raise Failure(f"{program} printed:\n{text}")
    if has_native_code and "no native code" in text:
        raise Failure(f"{program} found no code generator:\n{text}")


def check_cmake(prefix, libraries, scratch, has_native_code):
    build = scratch / "consumer"
    run("cmake", "-G", "Ninja", "-S", TESTS / "consumer", "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Release")
    run("cmake", "--build", build)
    check_program(build / "consumer_coracle", libraries, has_native_code)
    check_program(build / "consumer_static", libraries, False)


def check_pkg_config(libraries, scratch, has_native_code):
    environment = {"PKG_CONFIG_PATH": str(libraries / "pkgconfig"), "PATH": "/usr/bin:/bin"}
    for name, words in (("shared", []), ("static", ["--static"])):
        flags = run("pkg-config", "--cflags", "--libs", *words, "coracle", env=environment).split()
        program = scratch / f"by_pkg_config_{name}"
        link = ["-Wl,-Bstatic", "-lcoracle", "-Wl,-Bdynamic"] if words else ["-lcoracle"]
        at = flags.index("-lcoracle")
        run("cc", TESTS / "consumer/consumer.c", *flags[:at], *link, *flags[at + 1:], "-o", program)
        check_program(program, libraries, has_native_code and not words)


def check_guide(prefix, libraries, scratch):
    """The program of docs/embedding.md, with the script that stands below it."""
    guide = (TOP / "docs/embedding.md").read_text(encoding="utf-8")
    for language, file in (("c", "host.c"), ("cora", "shapes.cora")):
        (scratch / file).write_text(re.search(rf"```{language}\n(.*?)```", guide, flags=re.DOTALL).group(1), encoding="utf-8")
    run("cc", "-Wall", "-Wextra", "-Werror", f"-I{prefix}/include", scratch / "host.c", f"-L{libraries}", "-lcoracle",
        "-o", scratch / "host")
    text = run(scratch / "host", scratch / "shapes.cora", env={"LD_LIBRARY_PATH": str(libraries)})
    if text != "asked\n10\n":
        raise Failure(f"the program of the guide printed {text!r}")


def check_examples(prefix, libraries, scratch):
    """Each program of examples/embedding prints for its input NAME.in what NAME.out has."""
    for source in sorted((TOP / "examples/embedding").glob("*.c")):
        program = scratch / source.stem
        run("cc", "-Wall", "-Wextra", "-Werror", "-pthread", f"-I{prefix}/include", source, f"-L{libraries}", "-lcoracle", "-o", program)
        text = run(program, env={"LD_LIBRARY_PATH": str(libraries)}, input=source.with_suffix(".in").read_text(encoding="utf-8"))
        if text != source.with_suffix(".out").read_text(encoding="utf-8"):
            raise Failure(f"{source.name} printed\n{text}")


def check_help_files(prefix):
    """Bash completes what `coracle help` says; the page and zsh name it; man and zsh find no mistake, where they are."""
    shared, coracle = prefix / "share", prefix / "bin/coracle"
    page, bash, zsh = (shared / name for name in ("man/man1/coracle.1", "bash-completion/completions/coracle",
                                                  "zsh/vendor-completions/_coracle"))
    texts = {path: path.read_text(encoding="utf-8").replace("\\-", "-") for path in (page, zsh)}

    def complete(*words):
        line = " ".join(map(shlex.quote, ["coracle", *words]))
        script = f'. {bash}; COMP_WORDS=({line}); COMP_CWORD={len(words)}; _coracle; echo "${{COMPREPLY[*]}}"'
        return run("bash", "-c", script).split()

    commands = re.findall(r"^  (\w+)  +", run(coracle, "help").split("exit codes")[0], flags=re.MULTILINE)
    if complete("") != commands or complete("help", "") != commands or complete("ru") != ["run"]:
        raise Failure(f"bash completes {complete('')}, not {commands}")
    for command in commands:
        flags = re.findall(r"^  (-[-\w]+=?)", run(coracle, "help", command), flags=re.MULTILINE)
        if complete(command, "-") != flags + ["--help"]:
            raise Failure(f"bash completes {complete(command, '-')} of {command}, not {flags}")
        for path, text in texts.items():
            unknown = [word for word in [command, *flags] if word.rstrip("=") not in text]
            if unknown:
                raise Failure(f"{path.name} does not know {unknown} of {command}")
    if shutil.which("zsh"):
        run("zsh", "-n", zsh)
    if shutil.which("groff") and (said := subprocess.run(["groff", "-man", "-ww", "-z", page], capture_output=True, text=True,
                                                         check=False).stderr):
        raise Failure(f"the manual page: {said}")


def check_package(build, scratch, has_native_code):
    """`cpack` makes a package, which depends on what the library needs, and works where it is unpacked."""
    run("cpack", "-B", scratch / "package", "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip", cwd=build)
    package = next((scratch / "package").glob("coracle_*.deb"))
    depends = run("dpkg-deb", "--field", package, "Depends")
    missing = [name for name in ("libc6", "libgc1", "libmpfr6", "libgmp10") if f"{name} " not in depends]
    if missing:
        raise Failure(f"the package does not depend on {missing}, only on {depends}")
    root = scratch / "root"
    run("dpkg-deb", "--extract", package, root)
    check_command(root / "usr")
    if shutil.which("pkg-config"):
        check_pkg_config(next(root.rglob("libcoracle.so")).parent, root, has_native_code)


def check_command(prefix):
    text = run(prefix / "bin/coracle", "run", "-", input='print("installed")\n')
    if text != "installed\n":
        raise Failure(f"the installed command printed {text!r}")
    if (prefix / "libexec/coracle-bindgen").exists() and "fn strlen(" not in run(prefix / "bin/coracle", "bindgen", "string.h"):
        raise Failure("the installed coracle-bindgen does not know strlen")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build", help="a build folder")
    parser.add_argument("--bless", action="store_true", help="accepts the interface as it is now")
    options = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        prefix = scratch / "prefix"
        run("cmake", "--install", options.build.resolve(), "--prefix", prefix)
        libraries = next(prefix.rglob("libcoracle.so")).parent
        library = (libraries / "libcoracle.so").resolve()
        has_native_code = (libraries / "libcoracle-jit.so").exists()
        checks = [("interface", lambda: check_interface(library, scratch, options.bless)),
                  ("header", lambda: check_header(scratch)),
                  ("size", lambda: check_size(library, scratch)),
                  ("guide", lambda: check_guide(prefix, libraries, scratch)),
                  ("examples", lambda: check_examples(prefix, libraries, scratch)),
                  ("command", lambda: check_command(prefix)),
                  ("help files", lambda: check_help_files(prefix)),
                  ("cmake", lambda: check_cmake(prefix, libraries, scratch, has_native_code))]
        if shutil.which("pkg-config"):
            checks.append(("pkg-config", lambda: check_pkg_config(libraries, scratch, has_native_code)))
        if shutil.which("cpack") and shutil.which("dpkg-shlibdeps"):
            checks.append(("package", lambda: check_package(options.build.resolve(), scratch, has_native_code)))
        for name, check in checks:
            try:
                check()
                passed += 1
            except Failure as failure:
                failed += 1
                print(f"FAIL {name}: {failure}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
