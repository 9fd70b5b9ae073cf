/* A plugin for the tests beside it. */
#include <coracle.h>
#include <stdio.h>

static CoracleStatus plugin_add(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                CoracleValue *result) {
    (void)context;
    if (arguments[0].integer < 0)
        return coracle_isolate_throw(isolate, "ValueError", "it is negative");
    *result = (CoracleValue){.kind = CORACLE_INT, .integer = arguments[0].integer + arguments[1].integer};
    return CORACLE_OK;
}

CORACLE_API CoraclePlugin coracle_plugin;

bool coracle_plugin(CoracleEngine *engine, CoracleMessage *message) {
    static const char source[] = "extern \"host\" {\n"
                                 "    pub fn add(a: int, b: int): int\n"
                                 "}\n"
                                 "pub fn twice(x: int): int => add(x, x)\n";
    static const CoracleNativeFunction functions[] = {{"add", plugin_add, NULL}};
    return coracle_engine_add_module(engine, "sums", source, functions, 1, NULL, message) == CORACLE_OK;
}
