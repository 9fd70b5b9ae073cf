#!/usr/bin/env node
// Compares the modes of execution by random programs.
"use strict";

const {fork} = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const {fuzz, knownModes} = require("./runner");
const {Program} = require("./program");

const usage = `usage: main.js [OPTIONS]

  --seed=N          of the first program (default: from the clock); --seed=N --count=1 repeats one
  --count=N         programs
  --time=SECONDS    how long
  --jobs=N          processes (default 1)
  --units=N         units in a program (default 16): each counts as a program, with types and functions of its own
  --modes=A,B       only these, and the interpreter
  --thorough=N      one program in N with all of LLVM, the others with little of it (default 37; 1: all)
  --all             every program in every mode
  --whole=N         one program in N is run by the command, the others by its server (default 51)
  --oracle=N        one program in N is also computed in JavaScript (default 4; 0: none)
  --timeout=S       seconds of work for one run (default 10)
  --coracle=PATH    the command to test; its server is tests/differential beside its folder, and without it everything is run by the command
  --findings=DIR    where findings go
  --shrink=SECONDS  how long a finding is made smaller (default 300)
  --most=N          findings before it gives up (default 10)
  --print           writes the program of --seed, and does nothing more
`;

function parse(words) {
    const top = path.join(__dirname, "../../..");
    const options = {seed: Math.floor(Date.now() / 1000) % 1000000 * 1000, count: Infinity, time: Infinity, jobs: 1, units: 16, thorough: 37, whole: 51, oracle: 4, timeout: 10, most: 10,
                     shrink: 300, coracle: path.join(top, "build/bin/coracle"), findings: path.join(top, "build-fuzz/findings"), modes: "", all: false, print: false};
    for (const word of words) {
        const [, name, value] = /^--(\w+)(?:=(.*))?$/.exec(word) || [];
        if (!(name in options)) {
            process.stderr.write(usage);
            process.exit(word === "--help" ? 0 : 64);
        }
        options[name] = typeof options[name] === "number" ? Number(value) : typeof options[name] === "boolean" ? true : value;
    }
    if (options.count === Infinity && options.time === Infinity) options.time = 60;
    if (options.oracle === 0) options.oracle = Infinity;
    return options;
}

function chosenModes(options) {
    const [known, notes] = knownModes(options.coracle), names = options.modes ? options.modes.split(",") : known.map(m => m.name);
    for (const note of notes) console.log(`not run: ${note}`);
    return known.filter((m, i) => i === 0 || names.includes(m.name));
}

// A process of its own that goes through its part of the programs.
function work(options) {
    options = {...options, count: options.count || Infinity, time: options.time || Infinity, oracle: options.oracle || Infinity};
    options.modes = chosenModesQuietly(options);
    const tests = path.join(path.dirname(options.coracle), "../tests");
    options.server = path.join(tests, "differential");
    options.library = path.join(tests, "libdifferential-jit.so");
    options.scratch = fs.mkdtempSync(path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "differential-"));
    process.on("disconnect", () => process.exit(0));
    try {
        fuzz(options, message => process.send(message));
    } finally {
        fs.rmSync(options.scratch, {recursive: true, force: true});
    }
    process.disconnect();
}
const chosenModesQuietly = options => {
    const [known] = knownModes(options.coracle);
    return known.filter(m => options.modes.includes(m.name));
};

function main() {
    const options = parse(process.argv.slice(2));
    if (options.print) return process.stdout.write(new Program(options.seed, options.units).prettySource());
    const names = chosenModes(options).map(m => m.name), begin = Date.now();
    console.log(`seed ${options.seed}, modes ${names.join(", ")}`);
    let done = 0, found = 0, broken = 0, running = options.jobs;
    const discarded = [], runs = new Map(names.map(name => [name, 0])); // units by their modes
    const finish = () => {
        const seconds = (Date.now() - begin) / 1000;
        console.log(`differential: ${done} programs, ${discarded.length} without end${discarded.length ? ` (seeds ${discarded.slice(0, 20).join(", ")})` : ""}, ${found} found, ` +
                    `${(done / seconds).toFixed(1)} programs a second`);
        console.log(`compared: ${[...runs].map(([name, count]) => `${name} ${count}`).join(", ")}`);
        console.log(`${done} passed, ${found + broken} failed`);
        process.exit(found + broken ? 1 : 0);
    };
    process.on("SIGTERM", finish); // says what has been done
    const workers = Array.from({length: options.jobs}, (_, job) => {
        const worker = fork(__filename, [], {execArgv: ["--max-semi-space-size=64"], env: {...process.env, DIFFERENTIAL_WORK: JSON.stringify({...options, modes: names, job})}});
        worker.on("message", message => {
            done += message.done || 0;
            if (message.discarded) discarded.push(message.discarded);
            for (const name of message.modes || []) runs.set(name, runs.get(name) + options.units);
            if (!message.file) return;
            found++;
            console.log([`FAIL ${message.file}`, `    ${message.kind}`, ...`${message.commands}\n${message.text}`.split("\n").slice(0, 16).map(line => `    ${line}`)].join("\n"));
            if (found >= options.most) for (const each of workers) each.kill();
        });
        worker.on("exit", (code, signal) => {
            if (code !== 0 && !(signal && found >= options.most)) broken++;
            if (--running === 0) finish();
        });
        return worker;
    });
}

if (process.env.DIFFERENTIAL_WORK) work(JSON.parse(process.env.DIFFERENTIAL_WORK));
else main();
