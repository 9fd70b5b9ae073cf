/* Showing native code: what a code generator makes of a function and on the way there.
 *
 * The engine's own compilers belong to the threads that compile, so another one is opened, which shares nothing with it; nothing
 * it makes is ever run. */
#include "vm/runtime/tier_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Loops ---- */

static uint32_t line_of(const CorLoweredFunction *function, uint32_t index) {
    const CorPosition *position = cor_function_position(function, index);
    return position != NULL ? position->line : 0;
}

/* The least target of a back-edge above `index` on that line. */
uint32_t cor_tiers_loop_head(const CorLoweredFunction *function, uint32_t index, uint32_t line) {
    uint32_t found = 0;
    for (uint32_t at = 0; at < function->code_count; at += cor_code_length(function, at)) {
        const char *extension = strchr(cor_lowered_info[cor_code_word(function, at).op].operands, ':');
        if (extension == NULL || extension[1] != 'B') {
            continue;
        }
        uint32_t head = (uint32_t)((int64_t)at + function->code[at + 1].edge.distance);
        bool is_wanted = head > index && (line == 0 || line_of(function, head) == line);
        if (is_wanted && (found == 0 || head < found)) {
            found = head;
        }
    }
    return found;
}

/* ---- Text ---- */

static void write_title(FILE *file, const CorCompileRequest *request) {
    const CorLoweredFunction *function = request->function;
    CorString source = cor_function_source_file(function);
    fprintf(file, "; ==== %s", function->name);
    for (uint32_t i = 0; i < function->argument_count; i++) {
        fprintf(file, "%s%s", i == 0 ? "<" : ", ", function->arguments[i]->name);
    }
    fprintf(file, "%s, tier %u", function->argument_count > 0 ? ">" : "", request->tier);
    uint32_t line = line_of(function, request->index);
    if (request->index != 0) {
        fprintf(file, ", from %s", line != 0 ? "the loop at" : "a loop");
    }
    if (line != 0) {
        fprintf(file, "%s %.*s:%u", request->index != 0 ? "" : ",", (int)source.length, source.bytes, line);
    }
    fprintf(file, " ====\n\n");
}

static void write_one(CorTiers *own, const CorCompileRequest *request, FILE *file) {
    char failure[160] = "";
    write_title(file, request);
    if (own->options.profile) {
        cor_function_profile(request->function, false); /* what it has counted stays */
    }
    if (!own->generator->explain(own->workers[0].compiler, request, file, failure)) {
        fprintf(file, "\n; not compiled: %s\n", failure);
    }
}

bool cor_tiers_explain(const CorTiers *tiers, const CorCompileRequest *requests, uint32_t count, void *file,
                       CorExplanationFailure *failure) {
    CorTiers *own = cor_tiers_new(tiers->engine, &tiers->options);
    if (own == NULL) {
        snprintf(failure->text, sizeof failure->text, "out of memory");
        return false;
    }
    bool opened = tier_open_generator(own, &own->workers[0]);
    if (opened) {
        fprintf(file, "; %s\n", own->generator->description(own->workers[0].compiler));
        for (uint32_t i = 0; i < count; i++) {
            fputc('\n', file);
            write_one(own, &requests[i], file);
        }
    } else {
        snprintf(failure->text, sizeof failure->text, "%s", own->failure);
    }
    cor_tiers_free(own);
    return opened;
}
