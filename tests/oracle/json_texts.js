// Texts like those of JSONTestSuite: which of them JSON.parse accepts.
const fs = require("fs");

for (const line of fs.readFileSync("_json_texts.txt", "utf8").trimEnd().split("\n")) {
    let verdict = "y";
    try {
        JSON.parse(JSON.parse(line));
    } catch {
        verdict = "n";
    }
    console.log(verdict, line);
}
