"""The engines that run the programs: what has to be installed, how a program is compiled, how it is run."""

import collections
import shutil
import subprocess
import sys

from programs import source

# Templates: {coracle} is the tool under test, {name} the program's name, {source} its file in the engine's language,
# {sources} those of all programs, {folder} a scratch folder of the engine. What `prepare` names is done once for each
# program, or, with {sources}, once for all.
Engine = collections.namedtuple("Engine", "extension tool prepare run")

JAVAC = "javac -d {folder} {sources}"
ENGINES = {
    "coracle": Engine("cora", "{coracle}", "{coracle} build -o {folder}/{name}.corm {source}",
                      "{coracle} run --tier=interp {folder}/{name}.corm"),
    "luajit -joff": Engine("lua", "luajit", None, "luajit -joff {source}"),
    "lua5.4": Engine("lua", "lua5.4", None, "lua5.4 {source}"),
    "node --jitless": Engine("js", "node", None, "node --jitless {source}"),
    "java -Xint": Engine("java", "javac", JAVAC, "java -Xint -cp {folder} {name}"),
    "luajit": Engine("lua", "luajit", None, "luajit {source}"),
    "node": Engine("js", "node", None, "node {source}"),
    "java": Engine("java", "javac", JAVAC, "java -cp {folder} {name}"),
    "c": Engine("c", "gcc", "gcc -O3 -ffp-contract=off -Wl,--as-needed -o {folder}/{name} {source} -lm -lgmp",
                "{folder}/{name}"),
}
VERSIONS = {"{coracle}": "{coracle} version", "luajit": "luajit -v", "lua5.4": "lua5.4 -v", "node": "node --version",
            "javac": "java -version", "gcc": "gcc --version"}
GROUPS = {
    "all": list(ENGINES),
    "interpreters": ["coracle", "luajit -joff", "lua5.4", "node --jitless", "java -Xint", "c"],
    "compilers": ["coracle", "luajit", "node", "java", "c"],
    "languages": ["c", "coracle", "luajit", "lua5.4", "node", "java"],
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
            if shutil.which(tool):
                self.names.append(name)
            else:
                print(f"left out, since {tool} is not here: {name}", file=sys.stderr)

    def fill(self, template, engine, program="", programs=()):
        extension = ENGINES[engine].extension
        return template.format(coracle=self.coracle, folder=self.scratch / engine.replace(" ", ""), name=program,
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


def chosen_engines(text, default):
    """The engines that a comma-separated list of engines and groups names, each once."""
    names = [name.strip() for name in text.split(",")] if text else [default]
    return list(dict.fromkeys(engine for name in names for engine in GROUPS.get(name, [name])))
