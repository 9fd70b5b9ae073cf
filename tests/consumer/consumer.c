/* An embedder's program: compiles a script, calls its function, and says what native code there was. */
#include <coracle.h>

#include <stdio.h>
#include <string.h>

static bool write_to(void *file, const char *bytes, size_t length) {
    return fwrite(bytes, 1, length, file) == length;
}

static const char script[] =
    "pub fn collatz(limit: int): int {\n"
    "    var longest = 0\n"
    "    for start in 1..limit {\n"
    "        var n = start\n"
    "        var steps = 0\n"
    "        while n != 1 { n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 }; steps += 1 }\n"
    "        if steps > longest { longest = steps }\n"
    "    }\n"
    "    return longest\n"
    "}\n";

int main(void) {
    CoracleEngine *engine = coracle_engine_new(NULL);
    CoracleModule *module;
    CoracleMessage message;
    if (!engine || coracle_engine_compile(engine, "collatz.cora", script, strlen(script), &module,
                                          &message) != CORACLE_OK) {
        fprintf(stderr, "%s\n", engine ? message.text : "out of memory");
        return 1;
    }
    CoracleIsolate *isolate = coracle_isolate_new(engine, NULL);
    CoracleValue limit = {.kind = CORACLE_INT, .integer = 300000}, result;
    CoracleStatus status = coracle_isolate_call(isolate, module, "collatz", &limit, 1, &result);
    if (status == CORACLE_OK)
        printf("%s: %lld\n", coracle_version(), (long long)result.integer);
    coracle_engine_report(engine, write_to, stdout);
    coracle_isolate_free(isolate);
    coracle_engine_free(engine);
    return status;
}
