/* Foreign functions: calls of C libraries by programs, and of functions of programs by C.
 *
 * An engine has one CorForeign: the libraries, and per function that was lowered a plan, made once from its types, of how slots become
 * C's values and back (shape.h). An isolate has one CorForeignState: which libraries it may call, and what C keeps of it.
 *
 * C runs on the thread and the machine stack of the program, unmetered: neither fuel nor time stops it.  A function of the program
 * that C calls may throw or be stopped: C gets zeros from then on, and the error goes on when it returns. */
#ifndef COR_FOREIGN_FOREIGN_H
#define COR_FOREIGN_FOREIGN_H

#include "vm/native/host.h"
#include "vm/runtime/engine.h"

struct CorHeapVisitor;

typedef struct CorForeign CorForeign;
typedef struct CorForeignLibrary CorForeignLibrary;
typedef struct CorForeignState CorForeignState;

/* NULL: host memory exhausted.  It is freed after the engine that uses it. */
CorForeign *cor_foreign_new(const CorHost *host);
void cor_foreign_free(CorForeign *foreign);

/* The library that programs call `name`; `path` is where it is, NULL: the system finds it by its name.  It is opened when it is
 * first called.  NULL: it has another path already (*is_known), or host memory is exhausted.  Any thread. */
CorForeignLibrary *cor_foreign_library(CorForeign *foreign, const char *name, const char *path,
                                       bool *is_known);

/* For CorEngineOptions; the context is the CorForeign. */
CorForeignFinder cor_foreign_find;

/* Of an isolate that may call nothing.  NULL: host memory exhausted. */
CorForeignState *cor_foreign_state_new(CorIsolate *isolate);
void cor_foreign_state_free(CorForeignState *state);

/* Lets the isolate call the library.  False: host memory exhausted. */
bool cor_foreign_allow(CorForeignState *state, const CorForeignLibrary *library);

/* What C keeps of the program. */
void cor_foreign_visit(const CorForeignState *state, struct CorHeapVisitor *visitor);

/* A text of C, up to its zero byte, as a string; COR_THROWN: it is not UTF-8, or out of memory. */
CorStatus cor_foreign_take_text(CorIsolate *isolate, const char *text, uint64_t *slot);

/* C no longer calls the object, a Callback. */
void cor_foreign_forget(CorForeignState *state, const CorObject *callback);

#endif
