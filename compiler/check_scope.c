// Local names, the functions they belong to, and what closures capture.
//
// A variable belongs to the context (function or lambda) that declares it. Mentioning one from an inner lambda
// adds it to the captures of every lambda on the way. Whether it needs a cell is known when the outermost
// function has been checked: a captured variable that is assigned other than to initialise it lives in one.
#include "compiler/check.h"
#include "compiler/suggest.h"

#include <string.h>

Body *check_body(Checker *checker) {
    if (!checker->body) {
        Body *b = ARENA_NEW(checker->arena, Body);
        b->checker = checker;
        b->arena = checker->arena;
        b->types = checker->types;
        checker->body = b;
    }
    return checker->body;
}

VariableInfo *check_info(Body *b, Variable *variable) {
    if (!variable->checker) {
        VariableInfo *info = ARENA_NEW(b->arena, VariableInfo);
        info->flow_index = FLOW_UNTRACKED;
        variable->checker = info;
    }
    return variable->checker;
}

Context *check_outermost(Body *b) {
    Context *context = b->context;
    while (context && context->outer)
        context = context->outer;
    return context;
}

// The table of names holds indices, none as 1 because it knows no NULL.
static uint32_t check_newest_local(const Body *b, const char *name) {
    uintptr_t known = (uintptr_t)name_table_get(&b->local_names, name);
    return known ? (uint32_t)known - 1 : 0;
}

static void check_set_newest_local(Body *b, const char *name, uint32_t next_index) {
    name_table_put(&b->local_names, b->arena, name, (void *)((uintptr_t)next_index + 1));
}

void check_push_local(Body *b, Local local) {
    if (local.name) {
        local.hides = check_newest_local(b, local.name);
        check_set_newest_local(b, local.name, b->local_count + 1);
    }
    ARENA_PUSH(b->arena, b->locals, b->local_count, b->local_capacity, local);
}

void check_pop_locals(Body *b, uint32_t mark) {
    while (b->local_count > mark) {
        const Local *local = &b->locals[--b->local_count];
        if (local->name)
            check_set_newest_local(b, local->name, local->hides);
    }
}

// A scope begins with an entry without a name, so that a name declared twice in it can be found.
uint32_t check_scope_open(Body *b) {
    uint32_t mark = b->local_count;
    check_push_local(b, (Local){0});
    return mark;
}

static void check_redeclared(Body *b, const char *name, Span span) {
    const Local *local = check_find_local(b, name);
    if (!local || !local->variable)
        return;
    for (const Local *other = local; other < b->locals + b->local_count; other++)
        if (!other->name) // a scope has begun since
            return;
    Diagnostic *d = check_report(b, DIAGNOSTIC_REDECLARED, span, name, NULL);
    diagnostic_secondary(d, local->variable->span, "declared here already");
    diagnostic_help(d, "give it another name, or assign the first with `=`");
}

static void check_warn_unused(Body *b, const Variable *variable, const VariableInfo *info) {
    if (!info->warn_unused || info->is_used || b->inferring || b->checker->module->ast->is_broken ||
        b->checker->sink->error_count != b->errors_before)
        return;
    if (variable->name[0] == '_')
        return;
    Diagnostic *d = check_report(b, DIAGNOSTIC_UNUSED_VARIABLE, variable->span, variable->name, NULL);
    diagnostic_label(d, info->is_reassigned ? "assigned, but never read" : "never read");
    diagnostic_suggest(d, variable->span, arena_printf(b->arena, "_%s", variable->name),
                       "if this is intended, name it `_%s`", variable->name);
}

void check_scope_close(Body *b, uint32_t mark) {
    for (uint32_t i = b->local_count; i-- > mark;) {
        const Local *local = &b->locals[i];
        if (local->variable)
            check_warn_unused(b, local->variable, check_info(b, local->variable));
    }
    check_pop_locals(b, mark);
}

Variable *check_declare(Body *b, const char *name, const Type *type, Span span, bool is_let) {
    Variable *variable = checker_new_variable(b->checker, VARIABLE_LOCAL, name, type, span);
    variable->is_let = is_let;
    variable->state = SYMBOL_KNOWN;
    VariableInfo *info = check_info(b, variable);
    Context *outermost = check_outermost(b);
    if (b->context) {
        variable->function = b->context->function;
        info->closure_assigned =
            name && check_names_contain(outermost->closure_names, outermost->closure_name_count, name);
        ARENA_PUSH(b->arena, outermost->variables, outermost->variable_count, outermost->variable_capacity,
                   variable);
    }
    if (name) {
        check_redeclared(b, name, span);
        check_push_local(b, (Local){.name = name, .variable = variable});
    }
    return variable;
}

const Local *check_find_local(Body *b, const char *name) {
    uint32_t index = name ? check_newest_local(b, name) : 0;
    return index ? &b->locals[index - 1] : NULL;
}

const char *check_suggest_value(Body *b, const char *name) {
    if (suggest_is_tired(b->checker))
        return NULL;
    Suggestion suggestion = suggest_begin(name);
    for (uint32_t i = b->local_count; i-- > 0;)
        if (b->locals[i].name)
            suggest_consider(&suggestion, b->locals[i].name);
    const char *global = suggest_name(b->checker, name);
    if (global)
        suggest_consider(&suggestion, global);
    return suggestion.best;
}

void check_track(Body *b, Variable *variable) {
    VariableInfo *info = check_info(b, variable);
    info->flow_index = check_outermost(b)->next_flow_index++;
    flow_declare(b->arena, &b->flow, info->flow_index);
}

// ---------------------------------------------------------------------------------------------- mentions

// Adds the variable to the captures of the lambdas from `function` out to its own function. The capacity of a list of
// captures is the next power of two of its length.
static void check_capture(Body *b, Function *function, Variable *variable) {
    for (; function && function != variable->function; function = function->enclosing) {
        uint32_t count = function->capture_count, i = 0;
        while (i < count && function->captures[i] != variable)
            i++;
        if (i < count || function->kind != FUNCTION_LAMBDA)
            continue;
        if ((count & (count - 1)) == 0) {
            Variable **larger = ARENA_ARRAY(b->arena, Variable *, count ? (size_t)count * 2 : 1);
            if (count)
                memcpy(larger, function->captures, count * sizeof *larger);
            function->captures = larger;
        }
        function->captures[function->capture_count++] = variable;
    }
}

void check_mention(Body *b, Variable *variable) {
    VariableInfo *info = check_info(b, variable);
    if (variable->kind == VARIABLE_GLOBAL || variable->kind == VARIABLE_STATIC) {
        Context *outermost = check_outermost(b);
        if (!outermost || !outermost->function || outermost->function->kind != FUNCTION_MODULE_INIT)
            info->mentioned_by_function = true;
        return;
    }
    if (!b->context || variable->function == b->context->function)
        return;
    info->is_captured = true;
    check_capture(b, b->context->function, variable);
}

void check_close_recursion(Body *b, Function *function) {
    Recursion **link = &b->recursions;
    for (Recursion *r = *link; r; r = *link) {
        if (r->function != function) {
            link = &r->next;
            continue;
        }
        for (uint32_t i = 0; i < function->capture_count; i++)
            check_capture(b, r->user, function->captures[i]);
        *link = r->next;
    }
}

TreeExpr *check_narrowed(Body *b, TreeExpr *value, const Type *narrowed) {
    while (value->type != narrowed && value->type->kind == TYPE_OPTIONAL) {
        value = check_unary_tree(b, TREE_UNWRAP, value->type->args[0], value, value->span);
        value->flag = true;
    }
    if (value->type != narrowed) {
        value = check_unary_tree(b, TREE_CAST, narrowed, check_as_reference(b, value), value->span);
        value->flag = true;
    }
    return value;
}

static void check_unassigned(Body *b, Variable *variable, Span span) {
    bool is_global = variable->kind == VARIABLE_GLOBAL;
    bool captured =
        b->context && (is_global ? b->context->outer != NULL : variable->function != b->context->function);
    Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_ASSIGNED, span, variable->name, NULL);
    diagnostic_label(d, captured ? "captured before it has a value" : "has no value here");
    diagnostic_secondary(d, variable->span, "declared here without a value");
    if (!flow_is_unassigned(&b->flow, check_info(b, variable)->flow_index))
        diagnostic_note(d, "it is assigned on some paths to this place, but not on all");
}

TreeExpr *check_read_variable(Body *b, Variable *variable, Span span) {
    VariableInfo *info = check_info(b, variable);
    info->is_used = true;
    if (info->local_function) {
        Recursion *recursion = ARENA_NEW(b->arena, Recursion);
        *recursion = (Recursion){b->recursions, info->local_function, b->context->function};
        b->recursions = recursion;
        TreeExpr *closure = check_tree(b, TREE_LAMBDA, variable->type, span);
        closure->function = info->local_function;
        return closure;
    }
    check_mention(b, variable);
    if (!flow_is_assigned(&b->flow, info->flow_index) && !variable->type->has_error) {
        check_unassigned(b, variable, span);
        info->is_reported = true;
        flow_assign(b->arena, &b->flow, info->flow_index); // once is enough
    }
    TreeExpr *tree = check_variable_tree(b, variable, span);
    const Type *narrowed = flow_narrowed(&b->flow, variable);
    return narrowed ? check_narrowed(b, tree, narrowed) : tree;
}

// ---------------------------------------------------------------------------------------------- contexts

void check_context_enter(Body *b, Context *context, Function *function) {
    context->function = function;
    context->outer = context->is_lambda ? b->context : NULL;
    if (context->is_lambda) {
        context->scope = b->context->scope;
        function->enclosing = b->context->function;
    }
    b->context = context;
}

// With the outermost context, all that closures do to its variables is known.
static void check_decide_cells(Body *b, const Context *context) {
    for (uint32_t i = 0; i < context->variable_count; i++) {
        Variable *variable = context->variables[i];
        VariableInfo *info = check_info(b, variable);
        variable->in_cell = info->is_captured && info->is_reassigned && !variable->is_let;
    }
}

void check_context_leave(Body *b, Context *context) {
    if (!context->outer)
        check_decide_cells(b, context);
    b->context = context->outer;
}

Context *check_self_context(Body *b) {
    Context *context = b->context;
    while (context && context->outer)
        context = context->outer;
    return context && context->function && context->function->self ? context : NULL;
}

const TypeDecl *check_current_decl(Body *b) {
    Context *outermost = check_outermost(b);
    return outermost && outermost->function ? outermost->function->owner : NULL;
}

const Extension *check_current_extension(Body *b) {
    Context *outermost = check_outermost(b);
    return outermost && outermost->function ? outermost->function->extension : NULL;
}
