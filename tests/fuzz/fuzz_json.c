/* std.json: what it parses is what a recogniser of RFC 8259 accepts; what it writes parses to the same value, and is
 * written again in the same way; and it takes memory in proportion to the text, however deep it nests. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "coracle.h"
#include "tests/fuzz/compile.h"
#include "tests/fuzz/fuzz.h"

const FuzzForm fuzz_form = FUZZ_TEXT;

enum { HEAP_BASE = 2 << 20, HEAP_FACTOR = 512, STACK = 1 << 20, DEPTH = 1000 };

/* ---- The recogniser ---------------------------------------------------------------------------- */

typedef struct Text {
    const char *at, *end;
    int depth;
} Text;

static bool take(Text *text, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(text->end - text->at) < length || memcmp(text->at, word, length) != 0)
        return false;
    text->at += length;
    return true;
}

static void skip_blanks(Text *text) {
    while (text->at < text->end && strchr(" \t\r\n", *text->at) && *text->at)
        text->at++;
}

static bool take_digits(Text *text) {
    const char *start = text->at;
    while (text->at < text->end && *text->at >= '0' && *text->at <= '9')
        text->at++;
    return text->at > start;
}

static bool take_number(Text *text) {
    const char *start = text->at;
    take(text, "-");
    if (!take(text, "0") && !take_digits(text))
        return false;
    if (take(text, ".") && !take_digits(text))
        return false;
    if (take(text, "e") || take(text, "E")) {
        if (!take(text, "+"))
            take(text, "-");
        if (!take_digits(text))
            return false;
    }
    char *number = strndup(start, (size_t)(text->at - start));
    bool fits = number && isfinite(strtod(number, NULL));
    free(number);
    return fits;
}

/* \uXXXX: its value, or -1. */
static long take_unit(Text *text) {
    char digits[5] = "";
    if (!take(text, "\\u") || text->end - text->at < 4)
        return -1;
    memcpy(digits, text->at, 4);
    text->at += 4;
    return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

static bool take_escape(Text *text) {
    if (text->end - text->at >= 2 && text->at[1] && strchr("\"\\/bfnrt", text->at[1])) {
        text->at += 2;
        return true;
    }
    long unit = take_unit(text);
    if (unit >= 0xD800 && unit < 0xDC00) {
        long low = take_unit(text);
        return low >= 0xDC00 && low < 0xE000;
    }
    return unit >= 0 && (unit < 0xDC00 || unit >= 0xE000);
}

static bool take_string(Text *text) {
    if (!take(text, "\""))
        return false;
    while (text->at < text->end && *text->at != '"') {
        if ((unsigned char)*text->at < 0x20)
            return false;
        if (*text->at != '\\')
            text->at++;
        else if (!take_escape(text))
            return false;
    }
    return take(text, "\"");
}

static bool take_value(Text *text);

static bool take_parts(Text *text, const char *close, bool named) {
    skip_blanks(text);
    if (take(text, close))
        return true;
    do {
        skip_blanks(text);
        if (named) {
            if (!take_string(text))
                return false;
            skip_blanks(text);
            if (!take(text, ":"))
                return false;
        }
        if (!take_value(text))
            return false;
        skip_blanks(text);
    } while (take(text, ","));
    return take(text, close);
}

static bool take_value(Text *text) {
    skip_blanks(text);
    bool array = take(text, "[");
    if (array || take(text, "{")) {
        bool whole = ++text->depth <= DEPTH && take_parts(text, array ? "]" : "}", !array);
        text->depth--;
        return whole;
    }
    if (text->at < text->end && *text->at == '"')
        return take_string(text);
    return take(text, "true") || take(text, "false") || take(text, "null") || take_number(text);
}

static bool is_json(const char *bytes, size_t size) {
    Text text = {bytes, bytes + size, 0};
    take(&text, "\xEF\xBB\xBF");
    if (!take_value(&text))
        return false;
    skip_blanks(&text);
    return text.at == text.end;
}

/* ---- The program ------------------------------------------------------------------------------- */

static const char program[] = "import std.json\n"
                              "pub fn check(text: string): int {\n"
                              "    guard let value = json.tryParse(text) else { return 0 }\n"
                              "    let written = value.toString()\n"
                              "    let again = json.parse(written)\n"
                              "    if again != value { return 2 }\n"
                              "    return if again.toString() == written { 1 } else { 3 }\n"
                              "}\n";

static CoracleModule *load_program(CoracleEngine *engine) {
    CompileResult *result = fuzz_compile(program, sizeof program - 1);
    CoracleModule *module = NULL;
    fuzz_check(result && result->status == COMPILE_OK, "json", "the program does not compile");
    coracle_engine_load(engine, result->modules[0].bytes, result->modules[0].size, &module, NULL);
    compile_free(result);
    fuzz_check(module, "json", "the program does not load");
    return module;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static CoracleEngine *engine;
    static CoracleModule *module;
    if (!engine) {
        engine = coracle_engine_new(NULL);
        module = load_program(engine);
    }
    CoracleIsolate *isolate = coracle_isolate_new(
        engine, &(CoracleIsolateOptions){.heap_bytes = HEAP_BASE + HEAP_FACTOR * size, .stack_bytes = STACK});
    CoracleValue text = {.kind = CORACLE_STRING, .string = {(const char *)data, size}}, result;
    CoracleStatus status = coracle_isolate_call(isolate, module, "check", &text, 1, &result);
    if (status == CORACLE_THROWN)
        fuzz_check(false, "json", coracle_isolate_error(isolate)->text);
    bool accepted = status == CORACLE_OK && result.integer == 1;
    if (status == CORACLE_OK) { /* else the text is not UTF-8 */
        fuzz_check(result.integer <= 1, "json",
                   result.integer == 2 ? "reads back differently" : "written differently");
        fuzz_check(accepted == is_json((const char *)data, size), "json", accepted ? "accepted" : "rejected");
    }
    coracle_isolate_free(isolate);
    return accepted ? 0 : -1;
}
