// What the unit tests of the compiler's front share: one compilation on its own arena, and its diagnostics as text.
#ifndef TESTS_COMPILATION_H
#define TESTS_COMPILATION_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/diagnostic.h"
#include "compiler/intern.h"
#include "compiler/source.h"
#include <string.h>

typedef struct Compilation {
    jmp_buf escape;
    Arena arena, scratch;
    SourceSet sources;
    DiagnosticSink sink;
    InternTable names;
    const SourceFile *file;
} Compilation;

// What a test does with a compilation.
typedef void CompilationTest(Compilation *c, const void *context);

// Runs a test on a source text. Memory that runs out fails it.
static inline void compilation_run(const char *text, size_t length, CompilationTest *test,
                                   const void *context) {
    Compilation c;
    arena_init(&c.arena, &c.escape);
    arena_init(&c.scratch, &c.escape);
    if (setjmp(c.escape))
        fail_msg("out of memory");
    source_set_init(&c.sources, &c.arena);
    diagnostic_sink_init(&c.sink, &c.arena, &c.sources);
    intern_init(&c.names, &c.arena);
    c.file = source_add(&c.sources, "test.cora", text, length);
    test(&c, context);
    arena_release(&c.scratch);
    arena_release(&c.arena);
}

// "E0201@1:5 E0202@2:1": the diagnostics in order.
static inline const char *compilation_errors(Compilation *c) {
    const char *text = "";
    diagnostic_sort(&c->sink);
    for (uint32_t i = 0; i < c->sink.count; i++) {
        const Diagnostic *d = c->sink.items[i];
        SourcePosition at = source_position(c->file, d->span.start);
        text = arena_printf(&c->arena, "%s%s%s@%u:%u", text, i ? " " : "", diagnostic_info(d->code)->code,
                            (unsigned)at.line, (unsigned)at.column);
    }
    return text;
}

#endif
