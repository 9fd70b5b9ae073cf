/* The objects behind the handles of coracle.h; shared by the files of vm/api. */
#ifndef COR_API_API_INTERNAL_H
#define COR_API_API_INTERNAL_H

#include "coracle.h"

#include "vm/bytecode/module.h"
#include "vm/runtime/isolate.h"
#include "vm/syscall/syscall.h"

struct CoracleEngine {
    CorEngine *engine;
    CoracleEngineOptions options;
};

struct CoracleObject {
    CorObject *reference; /* a root */
    CoracleIsolate *isolate;
    CoracleObject *next, *previous;
};

struct CoracleIsolate {
    CorIsolate *isolate;
    CorSyscallState *syscalls;
    CoracleObject *objects; /* owned */
    CoracleError error;
    bool has_error;
    char *error_text; /* owned; all texts of `error` are in it */
    char message[512];
    char *result_text; /* owned; of the last result */
    struct {
        CoracleWrite *write;
        void *context;
    } outputs[2]; /* standard output and error of the host */
    CoracleRead *read;
    void *read_context;
};

/* Writes a message; NULL is allowed. */
void api_message(CoracleMessage *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What is known about the origin of bytes. */
typedef enum ApiTrust {
    API_FOREIGN, /* verified */
    API_LIBRARY, /* verified, but for what only the library may do */
    API_EMBEDDED /* made with this executable: not verified again */
} ApiTrust;

/* Reads a module and verifies it. */
CoracleStatus api_read(const void *bytes, size_t size, ApiTrust trust, CorModule **module,
                       CoracleMessage *message);

/* The content of a file that is a compiled module, from malloc; bytes NULL: it is none, or cannot be read.  False: out of
 * memory. */
bool api_read_compiled(const char *path, CoracleBytes *out);

static inline CorLinkedModule *api_module(CoracleModule *module) {
    return (CorLinkedModule *)(void *)module;
}

/* What a status of the VM means to the host; keeps the error's text. */
CoracleStatus api_finish(CoracleIsolate *isolate, CorStatus status);

#endif
