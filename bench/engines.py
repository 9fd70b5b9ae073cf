"""The engines that run the programs: what has to be installed, how a program is compiled, how it is run."""

import collections
import pathlib
import re
import shutil
import subprocess
import sys

from programs import source

# Templates: {coracle} is the tool under test, {name} the program's name, {source} its file in the engine's language,
# {sources} those of all programs, {folder} a scratch folder of the engine, {cache} a folder of one program in it. What
# `prepare` names is done once for each program, or, with {sources}, once for all. A `fresh` cache is empty before each
# run; a `kept` one has been filled by a run that is not measured.
Engine = collections.namedtuple("Engine", "extension tool prepare run cache", defaults=[None])


def coracle(flags="", cache=None):
    """Coracle with flags of `coracle run`; left out where the tool does not know them."""
    return Engine("cora", "{coracle}", "{coracle} build -o {folder}/{name}.corm {source}",
                  f"{{coracle}} run {flags} {{folder}}/{{name}}.corm", cache)


CC = "gcc -O3 -march=native -ffp-contract=off -Wl,--as-needed -o {folder}/{name} {source} -lm -lgmp"
JAVAC = "javac -d {folder} {sources}"
ENGINES = {
    "coracle": coracle(),
    "coracle-interp": coracle("--tier=interp"),
    "coracle-tier1": coracle("--tier=1 --cache={cache}", "fresh"),
    "coracle-tier2": coracle("--tier=2 --cache={cache}", "fresh"),
    "coracle-cold": coracle("--cache={cache}", "fresh"),
    "coracle-warm": coracle("--cache={cache}", "kept"),
    "luajit -joff": Engine("lua", "luajit", None, "luajit -joff {source}"),
    "lua5.4": Engine("lua", "lua5.4", None, "lua5.4 {source}"),
    "node --jitless": Engine("js", "node", None, "node --jitless {source}"),
    "java -Xint": Engine("java", "javac", JAVAC, "java -Xint -cp {folder} {name}"),
    "luajit": Engine("lua", "luajit", None, "luajit {source}"),
    "node": Engine("js", "node", None, "node {source}"),
    "java": Engine("java", "javac", JAVAC, "java -cp {folder} {name}"),
    "c": Engine("c", "gcc", CC, "{folder}/{name}"),
}
VERSIONS = {"{coracle}": "{coracle} version", "luajit": "luajit -v", "lua5.4": "lua5.4 -v", "node": "node --version",
            "javac": "java -version", "gcc": "gcc --version"}
GROUPS = {
    "all": list(ENGINES),
    "interpreters": ["coracle-interp", "luajit -joff", "lua5.4", "node --jitless", "java -Xint", "c"],
    "compilers": ["c", "java", "node", "luajit", "coracle-cold", "coracle-warm"],
    "languages": ["c", "coracle", "coracle-interp", "luajit", "lua5.4", "node", "java"],
}


class Engines:
    """The chosen engines that are installed, and what they have compiled so far."""

    def __init__(self, chosen, coracle, scratch):
        self.coracle = coracle
        self.scratch = scratch
        self.names = []
        for name in chosen:
            if name not in ENGINES:
                sys.exit(f"no engine {name}; there are: {', '.join([*ENGINES, *GROUPS])}")
            tool = self.fill(ENGINES[name].tool, name)
            if not shutil.which(tool):
                print(f"left out, since {tool} is not here: {name}", file=sys.stderr)
            elif unknown := self.unknown_flags(name):
                print(f"left out, since {tool} does not know {', '.join(unknown)}: {name}", file=sys.stderr)
            else:
                self.names.append(name)

    def unknown_flags(self, engine):
        """The flags of a variant of Coracle that `coracle run --help` does not name."""
        flags = [word.removesuffix("={cache}") for word in ENGINES[engine].run.split() if word.startswith("--")]
        if ENGINES[engine].tool != "{coracle}" or not flags:
            return []
        text = subprocess.run([self.coracle, "run", "--help"], capture_output=True, text=True).stdout
        return [flag for flag in flags if not knows(text, *flag.partition("=")[::2])]

    def fill(self, template, engine, program="", programs=()):
        extension = ENGINES[engine].extension
        folder = self.scratch / engine.replace(" ", "")
        return template.format(coracle=self.coracle, folder=folder, name=program, cache=folder / f"{program}.cache",
                               source=source(program, extension),
                               sources=" ".join(str(source(each, extension)) for each in programs))

    def versions(self):
        """What the tools call themselves: {"luajit": "LuaJIT 2.1.0-beta3", ...}."""
        found = {}
        for tool in dict.fromkeys(ENGINES[name].tool for name in self.names):
            command = self.fill(VERSIONS[tool], "coracle")
            result = subprocess.run(command.split(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            line = (result.stdout.splitlines() or ["?"])[0]
            name = command.split()[0].rsplit("/", 1)[-1]
            found[name] = line.split(" -- ")[0].split("  Copyright")[0].strip()
        return found

    def prepare(self, programs):
        """Compiles the programs for all engines."""
        for name in self.names:
            template = ENGINES[name].prepare
            if not template:
                continue
            (self.scratch / name.replace(" ", "")).mkdir(exist_ok=True)
            if "{sources}" in template:
                commands = [self.fill(template, name, programs=programs)]
            else:
                commands = [self.fill(template, name, program) for program in programs]
            for command in commands:
                result = subprocess.run(command.split(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                if result.returncode != 0:
                    sys.exit(f"exit {result.returncode}: {command}\n{result.stdout}")

    def command(self, engine, program):
        """The command line that runs a program, without its arguments."""
        return self.fill(ENGINES[engine].run, engine, program).split()

    def set_up_cache(self, engine, program, run):
        """Before each run: empties the engine's cache, or has `run` fill it the first time."""
        kind, folder = ENGINES[engine].cache, pathlib.Path(self.fill("{cache}", engine, program))
        if kind == "fresh" or kind == "kept" and not folder.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            if kind == "kept":
                run()

    def unfilled(self, program):
        """The engines whose cache the run that was to fill it has left empty."""
        return [engine for engine in self.names if ENGINES[engine].cache == "kept"
                and not any(pathlib.Path(self.fill("{cache}", engine, program)).iterdir())]


def knows(text, flag, value):
    """Whether the help has the flag and names the value, if there is one, where it explains the flag."""
    entry = re.search(rf"^  {flag}\b.*(\n {{6}}.*)*", text, re.MULTILINE)
    return entry is not None and re.search(rf"\b{value}\b", entry[0]) is not None


def chosen_engines(text, default):
    """The engines that a comma-separated list of engines and groups names, each once."""
    names = [name.strip() for name in text.split(",")] if text else [default]
    return list(dict.fromkeys(engine for name in names for engine in GROUPS.get(name, [name])))
