// Runs a program in every mode and compares what it does: output, error output with its traces, and exit code, byte for
// byte; and the output of units with an oracle with what JavaScript computes.
"use strict";

const {spawn, spawnSync} = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const {shrink} = require("./tree");
const {Program, linesOf} = require("./program");

const SHARING = 16; // programs one after the other that share a cache, for what they need of the library
const WHOLE = 7; // one program in so many has all of its functions compiled, the others
const LEAST = 40; // those with so many instructions, and those of the library only where they are inlined
const KERNELS = 9; // one program in so many has only its kernels compiled, with all of LLVM
const RARELY = 4; // of those with all of LLVM, one in so many has it also in modes whose code is their own
const APART = 21; // one program in so many has what leaves in an engine of its own, which nothing has run in before
const OFTEN = 9; // one program in so many is collected at up to every allocation, the others more rarely
const LIMITS = 4; // runs of a program that end for want of fuel, in each mode of such runs
// Of the C library in the server: one arena, which is not given back.
const MEMORY = {MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "4000000000", MALLOC_TOP_PAD_: "16777216", MALLOC_MMAP_THRESHOLD_: "1000000000"};
const STACK = "--stack=1M"; // running out of it is quick, and happens at the same depth in every mode

// The first mode is what the others are compared with. `flags` may depend on a number that the program's seed gives;
// `share`: one program in so many is run in it; `sizes`: false when frames and weights are others there, so that programs that
// run out of stack differ, and fuel; `phase`: which programs of `share`; `fuel`: it stops somewhere, and is compared with the interpreter that has no more. All of a
// program's modes have a cache of native code together, so that those whose code is that of `tier1` or `tier2` are quick.
const often = n => (n % OFTEN === 0 ? 1 : 9) + (n / OFTEN | 0) % 61;
const MODES = [
    {name: "interpreter", share: 1, flags: () => ["--tier=interp"]},
    {name: "plain", share: 8, flags: () => ["--tier=interp", "--stress=plain"], sizes: false},
    {name: "safepoint", share: 32, flags: () => ["--tier=interp", "--stress=safepoint"]},
    {name: "gc", share: 32, flags: n => ["--tier=interp", `--stress=gc:${often(n)}`]},
    {name: "tier1", share: 4, phase: 0, flags: () => ["--tier=1", "--stress=eager"]},
    {name: "tier2", share: 1, flags: () => ["--tier=2", "--stress=eager"]},
    {name: "leave", share: 1, flags: n => ["--tier=2", `--stress=eager,leave:${1 + n % 13}`]},
    {name: "fuel", share: 1, flags: () => ["--tier=2", "--stress=eager"], fuel: true},
    {name: "fail", share: 4, phase: 1, flags: n => ["--tier=2", `--stress=eager,fail:${1 + n % 11}`]},
    {name: "leave1", share: 4, phase: 0, flags: n => ["--tier=1", `--stress=eager,leave:${1 + n % 19}`]},
    {name: "fuel1", share: 8, phase: 0, flags: () => ["--tier=1", "--stress=eager"], fuel: true},
    {name: "auto", share: 16, phase: 2, flags: () => ["--tier=auto", "--stress=loops"]},
    {name: "native-gc", share: 4, phase: 3, flags: n => ["--tier=2", `--stress=eager,gc:${often(n)}`]},
    {name: "fuel-leave", share: 4, phase: 2, flags: n => ["--tier=2", `--stress=eager,leave:${1 + n % 23}`], fuel: true},
    {name: "loops", share: 32, phase: 6, flags: () => ["--tier=2", "--stress=loops"]},
    {name: "both", share: 32, phase: 10, flags: () => ["--tier=auto", "--stress=eager,loops"]},
    {name: "loops-fail", share: 32, phase: 14, flags: n => ["--tier=2", `--stress=loops,fail:${1 + n % 5},leave:${1 + n % 17}`]},
    {name: "native-safepoint", share: 32, phase: 22, flags: () => ["--tier=2", "--stress=eager,loops,safepoint"]},
    {name: "all", share: 32, phase: 26, flags: n => ["--tier=auto", `--stress=eager,loops,safepoint,leave:${1 + n % 29},fail:${1 + n % 7},gc:${often(n)}`]},
];
const withStress = (flags, more) => flags.map(flag => flag.startsWith("--stress=") ? `${flag},${more}` : flag);
const fuelLine = /coracle: (\d+) units of fuel were used\n/;
const isNative = mode => mode.flags(0)[0] !== "--tier=interp";

// The modes of which the command knows all flags, and notes on those that are left out.
function knownModes(coracle) {
    const help = spawnSync(coracle, ["run", "--help"], {encoding: "utf8"}).stdout || "";
    const [, ofTier] = /--tier=NAME([^]*?)\n  --/.exec(help) || ["", ""], [, ofStress] = /--stress=MODES?([^]*?)\n\n/.exec(help) || ["", ""];
    const has = (text, word) => new RegExp(`(^|[^\\w-])${word}($|[^\\w-])`).test(text);
    const known = ({flags}) => flags(0).every(flag => {
        const [name, value] = flag.split("=");
        return value.split(",").every(word => has(name === "--tier" ? ofTier : ofStress, word.replace(/:.*/, "")));
    });
    const notes = MODES.filter(m => !known(m)).map(m => `${m.name}: the command does not know its flags`);
    let modes = MODES.filter(known);
    if (modes.some(isNative)) { // or they would be the interpreter again
        const ran = spawnSync(coracle, ["run", "--tier=2", "--stress=eager", "--jit-stats", "-"], {input: "fn f(x: int): int => x * 3\nvar n = 0\nfor i in 0..9 { n += f(i) }\nprint(n)\n", encoding: "utf8"});
        const [reason] = /no native code.*/.exec(ran.stderr) || (/\b0 of tier 1, 0 of tier 2/.test(ran.stderr) ? ["nothing was compiled"] : []);
        if (reason) {
            notes.push(`${modes.filter(isNative).map(m => m.name).join(", ")}: ${reason}`);
            modes = modes.filter(m => !isNative(m));
        }
    }
    return [modes, notes];
}

// server.c: it runs programs as the command does, several of them in one process. It is asked by a pipe and waited for.
class Server {
    constructor({server, library}, folder) {
        this.folder = folder;
        this.library = [...(fs.existsSync(library) ? [`--jit-library=${library}`] : [])];
        const hello = path.join(folder, "hello.cora");
        fs.writeFileSync(hello, "fn f(x: int): int => x * 3\nprint(f(2))\n");
        const [input, asked] = this.pipe("requests"), [answers, output] = this.pipe("answers");
        spawn(server, [folder, "--tier=2", "--stress=eager,quick", "--cache=off", ...this.library, hello],
              {stdio: [input, output, "inherit"], env: {...process.env, GC_MARKERS: "1", ...MEMORY}});
        fs.closeSync(input);
        fs.closeSync(output);
        this.asked = asked;
        this.answers = answers;
        this.engine = null; // what the process there is was asked for
    }

    // Its two ends. Only with both ends open the other can be opened without waiting.
    pipe(name) {
        const file = path.join(this.folder, name);
        spawnSync("mkfifo", [file]);
        const open = how => fs.openSync(file, how), {O_RDONLY, O_WRONLY, O_NONBLOCK} = fs.constants;
        const first = open(O_RDONLY | O_NONBLOCK), write = open(O_WRONLY), read = open(O_RDONLY);
        fs.closeSync(first);
        return [read, write];
    }

    ask(words) {
        fs.writeSync(this.asked, words.join(" ") + "\n");
        const bytes = Buffer.alloc(100);
        let length = 0;
        do {
            const got = fs.readSync(this.answers, bytes, length, bytes.length - length);
            if (got === 0) throw new Error("the server has ended");
            length += got;
        } while (bytes[length - 1] !== 10);
        return bytes.toString("latin1", 0, length).trim().split(" ");
    }

    end() {
        if (this.engine !== null) this.ask(["end"]);
        this.engine = null;
    }

    // `engine` says whose process it is: the one that there is goes on when it is that.
    execute(words, seconds, engine, least) {
        const isSame = this.engine === engine && engine !== null;
        if (!isSame) this.end();
        const [what, number] = this.ask([isSame ? "same" : "new", Math.ceil(seconds), least, ...words]);
        this.engine = what !== "exit" ? null : engine === null ? "" : engine;
        if (what === "slow") return {end: "no end"};
        const read = name => fs.readFileSync(path.join(this.folder, name), "latin1");
        return {end: what === "exit" ? `exit code ${number}` : what === "large" ? "too much output" : `signal ${number}`, stdout: read("stdout"), stderr: read("stderr")};
    }
}

class Runner {
    // `options`: coracle, server and library (or nothing), scratch (a folder), findings (a folder), modes, timeout in seconds,
    // oracle (one program in so many)
    constructor(options) {
        this.options = options;
        this.source = path.join(options.scratch, "program.cora");
        this.module = path.join(options.scratch, "program.corm");
        this.cache = path.join(options.scratch, "cache");
        this.built = 0;
        this.server = fs.existsSync(options.server) ? new Server(options, options.scratch) : null;
        this.byCommand = false; // for now
    }

    // `seconds` of work: how long it takes says little on a busy machine.
    execute(words, seconds, engine = null, least = 0) {
        if (this.server && !this.byCommand) return this.server.execute(words, seconds, engine, least);
        const ran = spawnSync("/bin/sh", ["-c", `ulimit -t ${Math.ceil(seconds)}; exec "$0" "$@"`, this.options.coracle, ...words],
                              {timeout: seconds * 20000, killSignal: "SIGKILL", maxBuffer: 1 << 26});
        if ((ran.error && ran.error.code === "ETIMEDOUT") || ran.signal === "SIGXCPU" || ran.signal === "SIGKILL") return {end: "no end"};
        if (ran.error && ran.error.code !== "ENOBUFS") throw ran.error;
        return {end: ran.error ? "too much output" : ran.signal ? `signal ${os.constants.signals[ran.signal]}` : `exit code ${ran.status}`,
                stdout: ran.stdout.toString("latin1"), stderr: ran.stderr.toString("latin1")};
    }

    // `clean`: with an empty cache. Else what earlier programs needed of the library may be there.
    build(program, clean) {
        if (this.built++ % SHARING === 0 || clean) fs.rmSync(this.cache, {recursive: true, force: true});
        fs.writeFileSync(this.source, program.source());
        return this.execute(["build", "-o", this.module, this.source], 60);
    }

    // Most programs are run without much of LLVM, which takes most of the time.
    flags(mode, seed) {
        const flags = mode.flags(seed), {thorough} = this.options;
        const isThorough = this.onlyKernels(seed) || (seed % thorough === 0 && (thorough === 1 || !/fail|loops|auto/.test(flags.join()) || seed % (RARELY * thorough) === 0));
        return isNative(mode) && !isThorough ? withStress(flags, "quick") : flags;
    }

    onlyKernels(seed) { return this.options.thorough > 1 && seed % KERNELS === 0; }

    // What the flags tell the engine, whose runs are in one process; the rest is of one run.
    engineOf(mode, seed) {
        const isOwn = seed % APART === 0, ofRun = isOwn ? /^(gc|safepoint)/ : /^(gc|safepoint|leave)/;
        return `${this.built} ${this.flags(mode, seed).flatMap(flag => flag.split(/[=,]/)).filter(word => !ofRun.test(word)).sort().join(" ")}`;
    }

    run(mode, seed, fuel, patience = 1) {
        const limit = fuel ? [`--fuel=${fuel}`] : [];
        const slow = mode.name.includes("gc") || mode.name === "all" ? 6 : isNative(mode) ? 3 : 1;
        const served = this.server && !this.byCommand, cache = served ? ["--cache=off", ...this.server.library] : [`--cache=${this.cache}`];
        return this.execute(["run", ...this.flags(mode, seed), ...limit, "--show-fuel", ...cache, STACK, this.module], this.options.timeout * slow * patience,
                            this.engineOf(mode, seed), this.onlyKernels(seed) ? `${LEAST},kernel` : seed % WHOLE === 0 ? 0 : LEAST);
    }

    // null, or {kind, mode, text}: what is wrong with the program in these modes; `this.discarded` is set when the
    // program does not end in time.
    check(program, seed, modes, withOracle, clean = true) {
        this.discarded = false;
        const built = this.build(program, clean);
        if (built.end !== "exit code 0") {
            const code = /error\[(\w+)\]/.exec(built.stderr);
            return {kind: `not compiled: ${code ? code[1] : built.end}`, mode: null, text: (built.stderr || "").split("\n\n").filter(part => !part.startsWith("warning")).join("\n\n")};
        }
        const reference = this.run(this.options.modes[0], seed);
        if (reference.end === "no end" || reference.end === "too much output") {
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
        const [, used] = fuelLine.exec(reference.stderr) || [null, 0];
        const limits = Array.from({length: LIMITS}, (_, i) => 1 + Math.floor(used * (((seed * LIMITS + i) * 0.6180339887) % 1)));
        const limited = new Map(); // runs of the interpreter
        if (modes.some(mode => mode.fuel)) for (const limit of limits) limited.set(limit, this.run(this.options.modes[0], seed, limit));
        const runs = modes.flatMap(mode => mode.fuel ? limits.map(limit => [mode, limit]) : [[mode, 0]]);
        const engines = runs.map(([mode]) => this.engineOf(mode, seed)), order = new Map(runs.map((run, i) => [run, engines.indexOf(engines[i])]));
        runs.sort((a, b) => order.get(a) - order.get(b));
        for (const [mode, limit] of runs) {
            if (mode === this.options.modes[0]) continue;
            if (mode.sizes === false && (program.deep || /StackOverflow/.test(reference.stdout + reference.stderr))) continue;
            const expected = limit ? limited.get(limit) : reference;
            const other = this.run(mode, seed, limit);
            if (other.end === "no end" && this.run(mode, seed, limit, 3).end !== "no end") continue; // it is only slow
            const seen = (run, what) => mode.sizes === false && run[what] ? run[what].replace(fuelLine, "") : run[what];
            for (const what of ["end", "stdout", "stderr"])
                if (seen(expected, what) !== seen(other, what))
                    return {kind: what === "end" ? `${other.end} instead of ${expected.end}` : what, mode, fuel: limit, before: [...new Set(runs.slice(0, runs.findIndex(run => run[0] === mode)).map(run => run[0]))],
                            text: `${difference(expected.stdout, other.stdout || "")}\n${difference(expected.stderr, other.stderr || "")}`};
        }
        return null;
    }

    // Makes what was found smaller, and writes it down; its file. It may need what ran before in the same process, or what was left in
    // the cache, and may be seen in the server's processes only.
    keep(program, seed, found) {
        const {findings, shrink: seconds} = this.options, end = Date.now() + seconds * 1000;
        const withOracle = found.kind.includes("oracle");
        const alone = found.mode ? [found.mode] : [], all = [...(found.before || []), ...alone];
        const again = by => this.check(program, seed, by, withOracle), same = other => other && other.kind === found.kind;
        const ways = [[false, alone], [true, alone], [false, all], [true, all]].filter(([byCommand]) => this.server || byCommand);
        const repeats = ([byCommand, by]) => {
            this.byCommand = byCommand;
            return same(again(by));
        };
        const [byCommand, needed] = ways.find(repeats) || ways[0];
        this.byCommand = byCommand;
        shrink(program.block, t => program.simple(t), () => Date.now() < end && same(again(needed)));
        const last = again(needed) || {...found, kind: `${found.kind}, and not again`};
        fs.mkdirSync(findings, {recursive: true});
        const file = path.join(findings, `differential-${seed}.cora`);
        fs.writeFileSync(file, program.prettySource());
        if (withOracle) fs.writeFileSync(file.replace(/cora$/, "js"), program.javascript());
        last.needed = needed;
        if (!byCommand && !repeats([true, needed])) last.kind += ", not by the command";
        last.text = this.compilation(program, seed, last) + last.text;
        fs.writeFileSync(file.replace(/cora$/, "txt"), `${describe(last)}\n${this.commands(last, seed, file)}\n${last.text}`);
        return [file, last];
    }

    // Which compilation makes the difference, found by halving: all before it are good.
    compilation(program, seed, {mode, kind, needed}) {
        if (!mode || !isNative(mode) || kind.includes("no end") || needed.length > 1) return "";
        const limited = most => ({...mode, flags: n => withStress(mode.flags(n), `most:${most}`)});
        const fails = most => Boolean(this.check(program, seed, [limited(most)], false));
        let good = 0, bad = 1;
        while (!fails(bad)) if ((bad *= 2) > 4096) return "";
        while (bad - good > 1) {
            const middle = (good + bad) >> 1;
            if (fails(middle)) bad = middle; else good = middle;
        }
        return `compilation ${bad} makes the difference: ${this.flags(limited(bad), seed).join(" ")} --jit-stats\n`;
    }

    commands({needed, fuel}, seed, file) {
        const cache = `--cache=${needed.length > 1 ? "CACHE" : "off"}`; // a folder that is empty at first
        const words = [this.options.modes[0], ...needed].map(m =>
            `coracle run ${[...this.flags(m, seed), ...(fuel && (m.fuel || m === this.options.modes[0]) ? [`--fuel=${fuel}`] : []), "--show-fuel", cache, STACK].join(" ")} ${file}`);
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

// The modes in which a program is run.
const chosenFor = (seed, {modes, all}) => modes.filter((m, i) => all || (seed + (m.phase ?? i)) % m.share === 0);

// Goes through programs by their seeds; tells `report` what it finds.
function fuzz(options, report) {
    const runner = new Runner(options), end = Date.now() + options.time * 1000;
    const parent = process.ppid; // it may be killed
    let index = options.job;
    for (; index < options.count && Date.now() < end && process.ppid === parent; index += options.jobs) {
        const seed = options.seed + index;
        const program = new Program(seed, options.units);
        const modes = chosenFor(seed, options);
        runner.byCommand = !runner.server || seed % options.whole === 0;
        const found = runner.check(program, seed, modes, seed % options.oracle === 0, false);
        report({done: options.units, discarded: runner.discarded && seed, modes: modes.map(m => m.name)});
        if (!found) continue;
        const [file, last] = runner.keep(program, seed, found);
        report({file, kind: describe(last), text: last.text, commands: runner.commands(last, seed, file)});
    }
    if (runner.server) runner.server.end(); // or it would write into the folder that is removed
}

module.exports = {fuzz, knownModes};
