// Runs programs in JavaScript: reads them from standard input, each as a line of JSON, and answers each with a line of
// JSON: the lines it printed, or the error that ended it.
"use strict";
const prelude = require("fs").readFileSync(require("path").join(__dirname, "programs_prelude.js"), "utf8");
require("readline").createInterface({input: process.stdin}).on("line", line => {
    let answer;
    try {
        answer = new Function(prelude + JSON.parse(line) + "\nreturn out;")();
    } catch (error) {
        answer = [`JavaScript: ${error.stack || error.type}`];
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
});
