/* std.json and std.csv: what is no JSON or CSV is told so, what is survives being written and read again, and bytes that
 * come in portions give what the whole text gives.  The program that checks it is compiled once and called with every
 * input, in hexadecimal. */
#include <stdlib.h>
#include <string.h>

#include "coracle.h"
#include "tests/fuzz/compile.h"
#include "tests/fuzz/fuzz.h"

const FuzzForm fuzz_form = FUZZ_TEXT;

enum { LONGEST = 4096, HEAP = 64 << 20 };

static const char program[] =
    "import std.csv\n"
    "import std.encoding\n"
    "import std.io\n"
    "import std.json\n"
    "class Feed : io.Reader {\n"
    "    private let bytes: Array<u8>\n"
    "    private var at = 0\n"
    "    init(bytes: Array<u8>) {\n"
    "        self.bytes = bytes\n"
    "        super()\n"
    "    }\n"
    "    override fn pull(into: Array<u8>, offset: int, count: int): int {\n"
    "        let n = (1 + self.at % 5).min(count).min(self.bytes.length - self.at)\n"
    "        for i in 0..n { into[offset + i] = self.bytes[self.at + i] }\n"
    "        self.at += n\n"
    "        return n\n"
    "    }\n"
    "}\n"
    "fn tokens(reader: json.Reader): string {\n"
    "    let out = StringBuilder()\n"
    "    try { while let token = reader.next() { out.append(\"{token} \") } } catch e: json.ParseError { "
    "out.append(e.message) }\n"
    "    return out.toString()\n"
    "}\n"
    "fn rows(reader: csv.Reader): string {\n"
    "    let out = StringBuilder()\n"
    "    try { while let row = reader.next() { out.append(\"{reader.line}{row}\") } } catch e: "
    "csv.ParseError { out.append(e.message) }\n"
    "    return out.toString()\n"
    "}\n"
    "pub fn check(hex: string): bool {\n"
    "    let bytes = hex.decodeHex()\n"
    "    assert(tokens(json.Reader(Feed(bytes))) == tokens(json.Reader(io.BytesReader(bytes))), \"JSON in "
    "portions\")\n"
    "    assert(rows(csv.Reader(Feed(bytes))) == rows(csv.Reader(io.BytesReader(bytes))), \"CSV in "
    "portions\")\n"
    "    let text = try { string.fromBytes(bytes) } catch _: ValueError { return false }\n"
    "    var good = false\n"
    "    try {\n"
    "        let value = json.parse(text)\n"
    "        let written = json.encode(value)\n"
    "        let again = json.parse(written)\n"
    "        assert(again == value && json.encode(again) == written, \"JSON written and read\")\n"
    "        assert(json.parse(json.encode(value, indent: 2)) == value, \"JSON with an indent\")\n"
    "        assert(json.Reader(text).value() == value, \"JSON by a reader\")\n"
    "        good = true\n"
    "    } catch _: json.ParseError { }\n"
    "    try {\n"
    "        let all = csv.parse(text)\n"
    "        assert(csv.parse(csv.format(all)) == all, \"CSV written and read\")\n"
    "        good = true\n"
    "    } catch _: csv.ParseError { }\n"
    "    return good\n"
    "}\n";

static CoracleIsolate *isolate;
static CoracleModule *module;

/* They live as long as the process. */
static void start(void) {
    CompileResult *result = fuzz_compile(program, sizeof program - 1);
    fuzz_check(result && result->status == COMPILE_OK, "the program", "does not compile");
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleMessage message = {""};
    CoracleStatus status =
        coracle_engine_load(engine, result->modules[result->module_count - 1].bytes,
                            result->modules[result->module_count - 1].size, &module, &message);
    fuzz_check(status == CORACLE_OK, "the program does not load", message.text);
    isolate = coracle_isolate_new(engine, &(CoracleIsolateOptions){.heap_bytes = HEAP});
    int code = 0;
    fuzz_check(coracle_isolate_run(isolate, module, &code) == CORACLE_OK, "the program", "does not run");
    compile_free(result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char hex[2 * LONGEST];
    if (size > LONGEST)
        return -1;
    if (!isolate)
        start();
    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = "0123456789abcdef"[data[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[data[i] & 15];
    }
    CoracleValue argument = {.kind = CORACLE_STRING, .string = {hex, 2 * size}}, result = {0};
    CoracleStatus status = coracle_isolate_call(isolate, module, "check", &argument, 1, &result);
    if (status == CORACLE_THROWN)
        fuzz_check(false, "check", coracle_isolate_error(isolate)->text);
    fuzz_check(status == CORACLE_OK, "check", "did not return");
    return result.boolean ? 0 : -1;
}
