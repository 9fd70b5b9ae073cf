/* Grants of C libraries. */
#include "vm/api/api_internal.h"

CoracleStatus coracle_isolate_allow_library(CoracleIsolate *isolate, const char *name, const char *path,
                                            CoracleMessage *message) {
    if (!(isolate = api_isolate(isolate)) || !name) {
        api_message(message, "an argument is NULL, or a handle was released");
        return CORACLE_MISMATCH;
    }
    CorIsolate *inner = isolate->isolate;
    bool is_known;
    const CorForeignLibrary *library = cor_foreign_library(isolate->engine->foreign, name, path, &is_known);
    if (is_known) {
        api_message(message, "%s is another library in this engine", name);
        return CORACLE_MISMATCH;
    }
    if (!inner->foreign)
        inner->foreign = cor_foreign_state_new(inner);
    if (!library || !inner->foreign || !cor_foreign_allow(inner->foreign, library)) {
        api_message(message, "out of memory");
        return CORACLE_NO_MEMORY;
    }
    isolate->syscalls->policy.authorities |= 1u << POLICY_FFI;
    return CORACLE_OK;
}
