/* What the tests of vm/runtime share: an engine with a module made from assembly text, and an isolate. */
#ifndef TESTS_RUNTIME_MODULES_H
#define TESTS_RUNTIME_MODULES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/bytecode/assembler.h"
#include "vm/bytecode/verifier.h"
#include "vm/runtime/isolate.h"

static inline CorModule *assemble_text(const char *text) {
    CorModule *module = NULL;
    CorAssembleError error = {0};
    if (cor_assemble(text, strlen(text), &module, &error) != COR_MODULE_OK) {
        fail_msg("line %u: %s", error.line, error.message);
    }
    CorVerifyError wrong;
    if (cor_verify(module, NULL, &wrong) != COR_MODULE_OK) {
        CorByteBuffer message = {0};
        cor_verify_error_text(module, &wrong, &message);
        fail_msg("%.*s", (int)message.size, (const char *)message.bytes);
    }
    return module;
}

static inline CorEngine *new_engine(void) {
    CorEngine *engine = cor_engine_new(&(CorEngineOptions){.max_depth = 0});
    assert_non_null(engine);
    return engine;
}

static inline CorLinkedModule *link_text(CorEngine *engine, const char *text) {
    CorLinkError error = {0};
    CorLinkedModule *linked = cor_engine_link(engine, assemble_text(text), &error);
    if (linked == NULL) {
        fail_msg("%s", error.text);
    }
    return linked;
}

static inline CorIsolate *new_isolate(CorEngine *engine) {
    CorIsolate *isolate = cor_isolate_new(engine, &(CorIsolateOptions){0});
    assert_non_null(isolate);
    assert_int_equal(cor_isolate_enter(isolate), COR_OK);
    assert_int_equal(cor_isolate_update_globals(isolate), COR_OK);
    return isolate;
}

static inline CorLoweredFunction *function_named(CorEngine *engine, CorLinkedModule *linked,
                                                 const char *name) {
    CorIsolate *isolate = new_isolate(engine);
    CorLoweredFunction *function = NULL;
    assert_int_equal(cor_module_function(isolate, linked, name, &function), COR_OK);
    cor_isolate_leave(isolate);
    cor_isolate_free(isolate);
    return function;
}

#endif
