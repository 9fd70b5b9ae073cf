/* Showing the code of functions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/runtime/tier.h"

/* What is to be shown, and of which functions. */
typedef struct Explanation {
    CoracleIsolate *isolate;
    const CoracleExplainOptions *options;
    CorLoweredFunction **functions; /* owned */
    uint32_t function_count;
    CorCompileRequest *requests; /* owned */
    uint32_t request_count, request_capacity;
    CoracleMessage *message;
} Explanation;

static CoracleStatus explain_no_memory(const Explanation *explanation) {
    api_message(explanation->message, "out of memory");
    return CORACLE_NO_MEMORY;
}

/* ---- Functions --------------------------------------------------------------------------------- */

static CoracleStatus explain_lower(const Explanation *explanation) {
    for (uint32_t i = 0; i < explanation->function_count; i++) {
        CorStatus status = cor_function_lower(explanation->isolate->isolate, explanation->functions[i]);
        if (status != COR_OK) {
            api_message(explanation->message, "`%s` cannot be lowered", explanation->options->function);
            return api_finish(explanation->isolate, status);
        }
    }
    return CORACLE_OK;
}

typedef struct ExplainName {
    const char *wanted;
    bool found;
} ExplainName;

static void explain_take_name(void *context, const char *name) {
    ExplainName *names = context;
    names->found |= strcmp(name, names->wanted) == 0;
}

static CoracleStatus explain_not_found(const Explanation *explanation) {
    ExplainName name = {.wanted = explanation->options->function};
    cor_function_names(explanation->isolate->isolate->engine, explain_take_name, &name);
    api_message(explanation->message,
                name.found
                    ? "there is no instance of `%s`: it has type parameters or is a closure, and nothing "
                      "that has run mentions it"
                    : "there is no function `%s`",
                name.wanted);
    return CORACLE_NOT_FOUND;
}

static CoracleStatus explain_find(Explanation *explanation, CorLinkedModule *module) {
    CorStatus status =
        cor_functions_named(explanation->isolate->isolate, module, explanation->options->function,
                            &explanation->functions, &explanation->function_count);
    if (status != COR_OK) {
        api_message(explanation->message, "`%s` cannot be instantiated", explanation->options->function);
        return api_finish(explanation->isolate, status);
    }
    return explanation->function_count > 0 ? explain_lower(explanation) : explain_not_found(explanation);
}

/* ---- Requests ---------------------------------------------------------------------------------- */

static bool explain_request(Explanation *explanation, CorLoweredFunction *function, uint32_t index) {
    if (explanation->request_count == explanation->request_capacity) {
        uint32_t capacity = 2 * explanation->request_capacity + 4;
        CorCompileRequest *grown = realloc(explanation->requests, capacity * sizeof *grown);
        if (!grown)
            return false;
        explanation->requests = grown;
        explanation->request_capacity = capacity;
    }
    explanation->requests[explanation->request_count++] = (CorCompileRequest){
        .function = function, .tier = explanation->options->tier == CORACLE_TIER_TWO ? 2 : 1, .index = index};
    return true;
}

/* The loops that begin on the wanted line. */
static bool explain_request_loops(Explanation *explanation, CorLoweredFunction *function) {
    uint32_t line = explanation->options->loop_line;
    uint32_t head = cor_tiers_loop_head(function, 0, line);
    while (head != 0 && explain_request(explanation, function, head))
        head = cor_tiers_loop_head(function, head, line);
    return head == 0;
}

/* Says where there are loops, each line once. */
static CoracleStatus explain_no_loop(const Explanation *explanation) {
    char *text = explanation->message ? explanation->message->text : NULL;
    size_t room = sizeof explanation->message->text, last = 0;
    api_message(explanation->message, "`%s` has no loop at line %u", explanation->options->function,
                explanation->options->loop_line);
    const char *separator = "; its loops begin at ";
    for (uint32_t i = 0; text && i < explanation->function_count; i++) {
        const CorLoweredFunction *function = explanation->functions[i];
        for (uint32_t head = 0; (head = cor_tiers_loop_head(function, head, 0)) != 0;) {
            const CorPosition *position = cor_function_position(function, head);
            size_t used = strlen(text);
            if (position && position->line != 0 && position->line != last) {
                snprintf(text + used, room - used, "%s%u", separator, position->line);
                separator = ", ";
                last = position->line;
            }
        }
    }
    return CORACLE_NOT_FOUND;
}

static CoracleStatus explain_make_requests(Explanation *explanation) {
    for (uint32_t i = 0; i < explanation->function_count; i++) {
        CorLoweredFunction *function = explanation->functions[i];
        bool made = explanation->options->loop_line != 0 ? explain_request_loops(explanation, function)
                                                         : explain_request(explanation, function, 0);
        if (!made)
            return explain_no_memory(explanation);
    }
    return explanation->request_count > 0 ? CORACLE_OK : explain_no_loop(explanation);
}

/* ---- Text -------------------------------------------------------------------------------------- */

static CoracleStatus explain_write(const Explanation *explanation, CoracleWrite *write, void *context) {
    const CorTiers *tiers = cor_engine_tiers(explanation->isolate->isolate->engine);
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        return explain_no_memory(explanation);
    CorExplanationFailure failure;
    bool explained =
        cor_tiers_explain(tiers, explanation->requests, explanation->request_count, file, &failure);
    bool closed = fclose(file) == 0;
    bool written = explained && closed && write(context, text, length);
    free(text);
    if (!explained)
        api_message(explanation->message, "there is no native code: %s", failure.text);
    else if (!closed)
        return explain_no_memory(explanation);
    else if (!written)
        api_message(explanation->message, "the text cannot be written");
    return written ? CORACLE_OK : CORACLE_FAILED;
}

/* ---- Public ------------------------------------------------------------------------------------ */

CoracleStatus coracle_isolate_explain(CoracleIsolate *isolate, CoracleModule *module,
                                      const CoracleExplainOptions *options, CoracleWrite *write,
                                      void *context, CoracleMessage *message) {
    CorLinkedModule *linked = (isolate = api_isolate(isolate)) ? api_module(isolate->engine, module) : NULL;
    Explanation explanation = {.isolate = isolate, .options = options, .message = message};
    if (!linked || !options || !options->function || !write) {
        api_message(message, "an argument is NULL, or a handle was released");
        return CORACLE_MISMATCH;
    }
    CoracleStatus status = api_enter(isolate);
    if (status != CORACLE_OK)
        return status == CORACLE_NO_MEMORY ? explain_no_memory(&explanation) : status;
    status = explain_find(&explanation, linked);
    api_leave(isolate);
    if (status == CORACLE_OK)
        status = explain_make_requests(&explanation);
    if (status == CORACLE_OK)
        status = explain_write(&explanation, write, context);
    free(explanation.requests);
    free(explanation.functions);
    return status;
}

void coracle_engine_functions(CoracleEngine *engine, CoracleTakeName *take, void *context) {
    if ((engine = api_engine(engine)) && take)
        cor_function_names(engine->engine, take, context);
}
