// Runs a program in every mode and compares what it does: output, error output with its traces, and exit code, byte for
// byte; and the output of units with an oracle with what JavaScript computes.
"use strict";

const {spawnSync} = require("child_process");
const fs = require("fs");
const path = require("path");
const {shrink} = require("./tree");
const {Program, linesOf} = require("./program");

const STACK = "--stack=1M"; // running out of it is quick, and happens at the same depth in every mode

// The first mode is what the others are compared with. `flags` may depend on a number that the program's seed gives;
// `depth`: false when frames have another size there, so that programs that run out of stack differ; `share`: one in so
// many programs is run.
const MODES = [
    {name: "interpreter", flags: () => ["--tier=interp"]},
    {name: "plain", flags: () => ["--tier=interp", "--stress=plain"], depth: false, share: 2},
    {name: "safepoint", flags: () => ["--tier=interp", "--stress=safepoint"], share: 4},
    {name: "gc", flags: n => ["--tier=interp", `--stress=gc:${1 + n % 97}`], share: 4},
    {name: "tier1", flags: () => ["--tier=1"]},
    {name: "tier2", flags: () => ["--tier=2"]},
    {name: "auto", flags: () => ["--tier=auto"]},
    {name: "eager", flags: () => ["--tier=2", "--stress=jit-eager"]},
    {name: "osr", flags: () => ["--tier=2", "--stress=osr"]},
    {name: "exits", flags: n => ["--tier=2", `--stress=jit-eager,exit:${1 + n % 13}`]},
    {name: "deopts", flags: n => ["--tier=2", `--stress=jit-eager,deopt:${1 + n % 11}`]},
    {name: "osr-deopts", flags: n => ["--tier=2", `--stress=osr,deopt:${1 + n % 5},exit:${1 + n % 17}`], share: 2},
    {name: "native-gc", flags: n => ["--tier=2", `--stress=jit-eager,gc:${1 + n % 61}`], share: 2},
    {name: "all", flags: n => ["--tier=auto", `--stress=osr,exit:${1 + n % 29},deopt:${1 + n % 7},gc:${1 + n % 83}`], share: 2},
];

// The modes of which the command knows all flags, and the names of the others.
function knownModes(coracle) {
    const help = spawnSync(coracle, ["run", "--help"], {encoding: "utf8"}).stdout || "";
    const [, ofTier] = /--tier=NAME([^]*?)\n  --/.exec(help) || ["", ""], [, ofStress] = /--stress=MODE([^]*?)\n\n/.exec(help) || ["", ""];
    const has = (text, word) => new RegExp(`(^|[^\\w-])${word}($|[^\\w-])`).test(text);
    const known = ({flags}) => flags(0).every(flag => {
        const [name, value] = flag.split("=");
        return value.split(",").every(word => has(name === "--tier" ? ofTier : ofStress, word.replace(/:.*/, "")));
    });
    return [MODES.filter(known), MODES.filter(m => !known(m)).map(m => m.name)];
}

class Runner {
    // `options`: coracle, scratch (a folder), findings (a folder), modes, timeout in seconds, oracle (one program in so many)
    constructor(options) {
        this.options = options;
        this.source = path.join(options.scratch, "program.cora");
        this.module = path.join(options.scratch, "program.corm");
    }

    execute(words, seconds) {
        const ran = spawnSync(this.options.coracle, words, {timeout: seconds * 1000, killSignal: "SIGKILL", maxBuffer: 1 << 26});
        if (ran.error && ran.error.code === "ETIMEDOUT") return {end: "no end"};
        if (ran.error && ran.error.code !== "ENOBUFS") throw ran.error;
        return {end: ran.signal || `exit code ${ran.status}`, stdout: ran.stdout.toString("latin1"), stderr: ran.stderr.toString("latin1")};
    }

    build(program) {
        fs.writeFileSync(this.source, program.source());
        return this.execute(["build", "-o", this.module, this.source], 60);
    }

    run(mode, seed) {
        const slow = mode.name.includes("gc") || mode.name === "all" ? 6 : 1;
        return this.execute(["run", ...mode.flags(seed), STACK, this.module], this.options.timeout * slow);
    }

    // null, or {kind, mode, text}: what is wrong with the program in these modes; `this.discarded` is set when the
    // program does not end in time.
    check(program, seed, modes, withOracle) {
        this.discarded = false;
        const built = this.build(program);
        if (built.end !== "exit code 0") {
            const code = /error\[(\w+)\]/.exec(built.stderr);
            return {kind: `not compiled: ${code ? code[1] : built.end}`, mode: null, text: (built.stderr || "").split("\n\n").filter(part => !part.startsWith("warning")).join("\n\n")};
        }
        const reference = this.run(this.options.modes[0], seed);
        if (reference.end === "no end") {
            this.discarded = true;
            return null;
        }
        if (withOracle) {
            let expected;
            try {
                expected = program.expected();
            } catch (error) {
                return {kind: "the oracle fails", mode: null, text: String(error.stack)};
            }
            const got = linesOf(Buffer.from(reference.stdout, "latin1").toString("utf8"), expected);
            if (expected.join("\n") !== got.join("\n")) return {kind: "oracle", mode: null, text: difference(expected.join("\n"), got.join("\n"))};
        }
        for (const mode of modes) {
            if (mode === this.options.modes[0]) continue;
            if (mode.depth === false && (program.deep || /StackOverflow/.test(reference.stdout + reference.stderr))) continue;
            const other = this.run(mode, seed);
            if (other.end === "no end" && this.run(mode, seed).end !== "no end") continue; // the machine was busy
            for (const what of ["end", "stdout", "stderr"])
                if (reference[what] !== other[what])
                    return {kind: what === "end" ? `${other.end} instead of ${reference.end}` : what, mode,
                            text: `${difference(reference.stdout, other.stdout || "")}\n${difference(reference.stderr, other.stderr || "")}`};
        }
        return null;
    }

    // Makes what was found smaller, and writes it down; its file.
    keep(program, seed, found) {
        const {findings, shrinkSeconds} = this.options, end = Date.now() + shrinkSeconds * 1000;
        const withOracle = found.kind.includes("oracle");
        const same = again => again && again.kind === found.kind;
        shrink(program.block, t => program.simple(t), () => {
            return Date.now() < end && same(this.check(program, seed, found.mode ? [found.mode] : [], withOracle));
        });
        const last = this.check(program, seed, found.mode ? [found.mode] : [], withOracle) || found;
        fs.mkdirSync(findings, {recursive: true});
        const file = path.join(findings, `differential-${seed}.cora`);
        fs.writeFileSync(file, program.prettySource());
        if (withOracle) fs.writeFileSync(file.replace(/cora$/, "js"), program.javascript());
        fs.writeFileSync(file.replace(/cora$/, "txt"), `${describe(last)}\n${this.commands(last, seed, file)}\n${last.text}`);
        return [file, last];
    }

    commands({mode}, seed, file) {
        const words = [this.options.modes[0], mode].filter(m => m).map(m => `coracle run ${[...m.flags(seed), STACK].join(" ")} ${file}`);
        return [...words, `./dev fuzz differential --seed=${seed} --count=1 --units=${this.options.units}`].join("\n");
    }
}

const describe = ({kind, mode}) => mode ? `${mode.name}: ${kind}` : kind;

// The first lines that differ.
function difference(a, b) {
    const [left, right] = [a.split("\n"), b.split("\n")];
    let at = 0;
    while (at < left.length && left[at] === right[at]) at++;
    if (at >= left.length && at >= right.length) return "";
    return [`line ${at + 1}`, ...left.slice(at, at + 3).map(line => `- ${line}`), ...right.slice(at, at + 3).map(line => `+ ${line}`)].join("\n").slice(0, 4000);
}

// Goes through programs by their seeds; tells `report` what it finds.
function fuzz(options, report) {
    const runner = new Runner(options), end = Date.now() + options.time * 1000;
    let index = options.job;
    for (; index < options.count && Date.now() < end; index += options.jobs) {
        const seed = options.seed + index;
        const program = new Program(seed, options.units);
        const modes = options.modes.filter(m => !m.share || options.all || seed % m.share === 0);
        const found = runner.check(program, seed, modes, seed % options.oracle === 0);
        report({done: options.units, discarded: runner.discarded && seed, runs: modes.length});
        if (!found) continue;
        const [file, last] = runner.keep(program, seed, found);
        report({file, kind: describe(last), text: last.text, commands: runner.commands(last, seed, file)});
    }
}

module.exports = {fuzz, knownModes};
