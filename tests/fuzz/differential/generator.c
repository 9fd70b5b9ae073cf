/* The code generator of random programs: that of jit/, which leaves what is hardly the subject to the interpreter, since nearly
 * all of the time is LLVM's. That is functions with fewer instructions than DIFFERENTIAL_LEAST says, which are inlined anyway,
 * and functions of the library; loops, which have code of their own, are never left. Behind a comma it may say how the names begin
 * of those that are not left either. Without the variable it is as ever. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/runtime/engine_internal.h"
#include "vm/runtime/tier.h"

const CorCodeGenerator *differential_whole_generator(void); /* what jit/generator.c defines here */

__attribute__((visibility("default"))) CorCodeGeneratorSymbol coracle_code_generator;

static bool has_prefix(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool generator_leaves(const CorCompileRequest *request) {
    const char *least = getenv("DIFFERENTIAL_LEAST");
    const CorLoweredFunction *function = request->function;
    const char *only = least ? strchr(least, ',') : NULL;
    if (only && !has_prefix(function->name, only + 1))
        return true;
    return least && atoi(least) > 0 && request->index == 0 && !function->is_initializer &&
           (function->code_count < strtoul(least, NULL, 10) || has_prefix(function->name, "unit") ||
            has_prefix(function->module->name, "std."));
}

static void generator_compile(CorCompiler *compiler, const CorCompileRequest *request,
                              CorCompileResult *result) {
    if (generator_leaves(request))
        snprintf(result->failure, sizeof result->failure, "it is left to the interpreter");
    else
        differential_whole_generator()->compile(compiler, request, result);
}

const CorCodeGenerator *coracle_code_generator(void) {
    static CorCodeGenerator generator;
    generator = *differential_whole_generator();
    generator.compile = generator_compile;
    return &generator;
}
