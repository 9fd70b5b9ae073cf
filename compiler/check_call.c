// Calls: which argument belongs to which parameter, type arguments, and the call's tree.
//
// Arguments are checked in an order that lets them help each other: first those whose parameter type is known or
// that know their own type, from left to right; then what the expected result says; then bare literals; at last
// lambdas and other forms that need to be told their type.
#include "compiler/check.h"
#include "compiler/suggest.h"

// ---------------------------------------------------------------------------------------------- binding

static const char *check_parameter_name(const Signature *signature, uint32_t index) {
    if (signature->fields)
        return signature->fields[index].name;
    return signature->parameters ? signature->parameters[index].name : NULL;
}

static bool check_parameter_optional(const Signature *signature, uint32_t index) {
    return signature->parameters && signature->parameters[index].has_default;
}

static const char *check_count_phrase(Body *b, const Signature *signature) {
    uint32_t least = 0;
    for (uint32_t i = 0; i < signature->count; i++)
        least += !check_parameter_optional(signature, i);
    if (!signature->count)
        return "no arguments";
    if (least == signature->count)
        return arena_printf(b->arena, "%u argument%s", least, least == 1 ? "" : "s");
    return arena_printf(b->arena, "%u to %u arguments", least, signature->count);
}

static void check_note_declared(Diagnostic *d, const Signature *signature) {
    if (signature->declared.file != UINT32_MAX && signature->declared.end)
        diagnostic_secondary(d, signature->declared, "`%s` is declared here", signature->name);
}

static void check_too_many(Body *b, const Signature *signature, Span span, uint32_t count) {
    Diagnostic *d =
        check_report(b, DIAGNOSTIC_ARGUMENT_COUNT, span, signature->name,
                     arena_printf(b->arena, "%s, but %u %s given", check_count_phrase(b, signature), count,
                                  count == 1 ? "is" : "are"));
    diagnostic_label(d, "not expected");
    check_note_declared(d, signature);
}

static void check_help_parameters(Body *b, Diagnostic *d, const Signature *signature) {
    const char *names = NULL;
    for (uint32_t i = 0; i < signature->count; i++) {
        const char *name = check_parameter_name(signature, i);
        if (name)
            names = names ? arena_printf(b->arena, "%s, `%s`", names, name)
                          : arena_printf(b->arena, "`%s`", name);
    }
    if (names)
        diagnostic_help(d, "it takes %s", names);
}

static void check_unknown_argument(Body *b, const Signature *signature, AstName name) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_UNKNOWN_ARGUMENT, name.span, signature->name, name.text);
    Suggestion suggestion = suggest_begin(name.text);
    for (uint32_t i = 0; i < signature->count; i++)
        if (check_parameter_name(signature, i))
            suggest_consider(&suggestion, check_parameter_name(signature, i));
    if (suggestion.best)
        diagnostic_suggest(d, name.span, suggestion.best, "did you mean `%s`?", suggestion.best);
    else
        check_help_parameters(b, d, signature);
    check_note_declared(d, signature);
}

static bool check_missing_arguments(Body *b, const Signature *signature, Span call, bool report,
                                    const AstArgument **slots) {
    for (uint32_t i = 0; i < signature->count; i++) {
        if (slots[i] || check_parameter_optional(signature, i))
            continue;
        if (report) {
            const char *name = check_parameter_name(signature, i);
            const char *what = name ? arena_printf(b->arena, "argument `%s`", name)
                                    : arena_printf(b->arena, "%s", check_count_phrase(b, signature));
            Diagnostic *d = check_report(b, DIAGNOSTIC_MISSING_ARGUMENT, call, signature->name, what);
            diagnostic_label(d, "takes %s", check_count_phrase(b, signature));
            check_note_declared(d, signature);
        }
        return false;
    }
    return true;
}

bool check_bind_arguments(Body *b, const Signature *signature, const AstArgument *arguments, uint32_t count,
                          Span call, bool report, const AstArgument **slots) {
    bool named = false;
    for (uint32_t i = 0; i < count; i++) {
        const AstArgument *argument = &arguments[i];
        uint32_t slot = i;
        if (argument->name.text) {
            named = true;
            for (slot = 0; slot < signature->count; slot++)
                if (check_parameter_name(signature, slot) == argument->name.text)
                    break;
            if (slot == signature->count) {
                if (report)
                    check_unknown_argument(b, signature, argument->name);
                return false;
            }
        } else if (named) {
            if (report)
                check_report(b, DIAGNOSTIC_POSITIONAL_AFTER_NAMED, argument->span, NULL, NULL);
            return false;
        }
        if (slot >= signature->count) {
            if (report)
                check_too_many(b, signature, argument->span, count);
            return false;
        }
        if (slots[slot]) {
            if (report) {
                Diagnostic *d =
                    check_report(b, DIAGNOSTIC_ARGUMENT_TWICE, argument->span, argument->name.text, NULL);
                diagnostic_secondary(d, slots[slot]->span, "given here already");
            }
            return false;
        }
        slots[slot] = argument;
    }
    return check_missing_arguments(b, signature, call, report, slots);
}

// --------------------------------------------------------------------------------------------- arguments

typedef enum ArgumentPhase { PHASE_ORDINARY, PHASE_LITERAL, PHASE_CONTEXT, PHASE_COUNT } ArgumentPhase;

// How much an argument depends on being told its type.
static ArgumentPhase check_phase(const AstExpr *e) {
    switch (e->kind) {
    case AST_EXPR_INT:
    case AST_EXPR_FLOAT:
    case AST_EXPR_CHAR:
    case AST_EXPR_UNARY:
    case AST_EXPR_BINARY: return check_is_literal_expr(e) ? PHASE_LITERAL : PHASE_ORDINARY;
    case AST_EXPR_NULL:
    case AST_EXPR_LAMBDA:
    case AST_EXPR_IMPLICIT_MEMBER: return PHASE_CONTEXT;
    case AST_EXPR_LIST: return e->list.count ? PHASE_ORDINARY : PHASE_CONTEXT;
    case AST_EXPR_MAP: return e->map.count ? PHASE_ORDINARY : PHASE_CONTEXT;
    case AST_EXPR_CALL: return check_phase(e->call.callee);
    default: return PHASE_ORDINARY;
    }
}

typedef struct Arguments {
    const Signature *signature;
    const AstArgument **slots;
    TreeExpr **out;
    Flow *flows; // where each stands
    const AstArgument *source;
    TreeExpr *const *known; // by place in the source; NULL: none
    const Type *expected;   // of the result; NULL: nothing
} Arguments;

static void check_argument(Body *b, Arguments *a, uint32_t slot);

// A literal before this argument that cannot be of its type has decided the type parameter: the mistake is here.
static void check_earlier_literal(Body *b, Arguments *a, uint32_t slot, const Type *type) {
    const Type *actual = check_strip(a->out[slot]->type);
    if (type->kind != TYPE_VARIABLE || type_is_number(actual) || actual->kind == TYPE_CHAR ||
        actual->kind == TYPE_ANY || actual->kind == TYPE_NAMED || actual->kind == TYPE_NEVER ||
        actual->kind == TYPE_NULL || actual->has_error)
        return;
    for (uint32_t i = 0; i < slot; i++)
        if (a->slots[i] && !a->out[i] && a->signature->types[i] == type &&
            check_phase(a->slots[i]->value) == PHASE_LITERAL)
            check_argument(b, a, i);
}

static bool check_given_converts(Body *b, const Arguments *a, const Type *variable, const Type *type) {
    for (uint32_t i = 0; i < a->signature->count; i++)
        if (a->out[i] && a->signature->types[i] == variable && !check_converts(b, a->out[i], type))
            return false;
    return true;
}

// Several values for a parameter `T` have the type that one of them has, or what is expected of the call, if all
// convert to it, as the branches of an `if` have.
static void check_join_argument(Body *b, const Arguments *a, uint32_t slot) {
    const Type *variable = a->signature->types[slot], *type = a->out[slot]->type;
    InferenceVariable *join = &b->variables[variable->variable];
    if (check_converts(b, a->out[slot], join->solution))
        return;
    const Type *wider[] = {type->kind == TYPE_NULL ? types_optional(b->types, join->solution) : type,
                           a->signature->result == variable ? a->expected : NULL};
    for (uint32_t i = 0; i < 2; i++)
        if (wider[i] && !wider[i]->has_variables && check_given_converts(b, a, variable, wider[i])) {
            join->solution = wider[i];
            return;
        }
}

// Whether it stands for a type parameter that has the type of other values so far.
static bool check_joins(const Body *b, const Type *declared) {
    return declared->kind == TYPE_VARIABLE && b->variables[declared->variable].by_value;
}

static void check_argument(Body *b, Arguments *a, uint32_t slot) {
    const AstExpr *e = a->slots[slot]->value;
    const Type *declared = a->signature->types[slot], *type = check_resolve(b, declared);
    TreeExpr *known = a->known ? a->known[a->slots[slot] - a->source] : NULL;
    if (!type->has_variables && !known && !check_joins(b, declared)) {
        a->out[slot] = check_value(b, e, type);
        return;
    }
    a->out[slot] = known ? known : check_operand(b, e, type);
    check_earlier_literal(b, a, slot, type);
    if (check_joins(b, declared)) {
        check_join_argument(b, a, slot);
        return;
    }
    check_infer(b, type, a->out[slot]->type);
    if (type->kind == TYPE_VARIABLE)
        b->variables[type->variable].by_value = b->variables[type->variable].solution != NULL;
}

// The order of the source, as evaluation has it.
static uint32_t check_source_order(const AstArgument *arguments, uint32_t index, const Arguments *a) {
    for (uint32_t slot = 0; slot < a->signature->count; slot++)
        if (a->slots[slot] == &arguments[index])
            return slot;
    return 0;
}

static void check_argument_phases(Body *b, Arguments *a, const AstExpr *call, const Type *hint) {
    uint32_t count = call->call.argument_count;
    for (ArgumentPhase phase = PHASE_ORDINARY; phase < PHASE_COUNT; phase++) {
        for (uint32_t i = 0; i < count; i++) {
            uint32_t slot = check_source_order(call->call.arguments, i, a);
            if (a->out[slot])
                continue;
            if (phase == PHASE_ORDINARY) {
                a->flows[slot] = b->flow;
                bool open = check_resolve(b, a->signature->types[slot])->has_variables;
                if (!open || check_phase(a->slots[slot]->value) == PHASE_ORDINARY)
                    check_argument(b, a, slot);
            } else if (check_phase(a->slots[slot]->value) == phase) {
                Flow after = b->flow;
                b->flow = a->flows[slot];
                check_argument(b, a, slot);
                b->flow = after;
            }
        }
        if (phase == PHASE_ORDINARY && hint)
            check_infer(b, a->signature->result, hint);
    }
}

static void check_report_unsolved(Body *b, const Signature *signature, const InferenceVariable *variable,
                                  Span name) {
    Diagnostic *d =
        check_report(b, DIAGNOSTIC_CANNOT_INFER_ARGUMENT, name, variable->parameter->name, signature->name);
    diagnostic_label(d, "nothing here says what `%s` is", variable->parameter->name);
    diagnostic_help(d, "give the type arguments: `%s<...>(...)`", signature->name);
    check_note_declared(d, signature);
}

// Open variables become the error type; reported unless an argument was wrong already.
static bool check_all_solved(Body *b, const Signature *signature, uint32_t first, TreeExpr *const *out,
                             Span name) {
    bool solved = true, failed = false;
    for (uint32_t i = 0; i < signature->count; i++)
        failed |= out[i] && out[i]->type->has_error;
    for (uint32_t i = first; i < b->variable_count; i++) {
        InferenceVariable *variable = &b->variables[i];
        if (variable->solution)
            continue;
        if (solved && !failed)
            check_report_unsolved(b, signature, variable, name);
        solved = false;
        variable->solution = check_builtin(b, TYPE_ERROR);
    }
    return solved;
}

static TreeExpr *check_default_tree(Body *b, const Type *type, uint32_t index, Span span) {
    TreeExpr *tree = check_tree(b, TREE_DEFAULT_ARGUMENT, type, span);
    tree->index = index;
    return tree;
}

// The arguments of a call that is wrong in itself are still looked at, unless they need its parameters.
static void check_stray_arguments(Body *b, const AstExpr *call) {
    for (uint32_t i = 0; i < call->call.argument_count; i++)
        if (check_phase(call->call.arguments[i].value) != PHASE_CONTEXT)
            check_expr(b, call->call.arguments[i].value, NULL);
}

// Arguments are evaluated as they are written, the tree evaluates them in the order of the parameters: where named ones
// stand earlier than that, the first parameter behind them computes their values into temporaries.
static void check_evaluation_order(Body *b, const Arguments *a, uint32_t count) {
    uint32_t next = 0; // the first argument of the source that is not evaluated yet
    bool *done = ARENA_ARRAY(b->arena, bool, count);
    for (uint32_t slot = 0; slot < a->signature->count; slot++) {
        if (!a->slots[slot])
            continue;
        uint32_t place = (uint32_t)(a->slots[slot] - a->source);
        TreeList before = {0};
        for (; next < place; next++) {
            if (done[next])
                continue;
            uint32_t other = check_source_order(a->source, next, a);
            Variable *variable;
            done[next] = true;
            if (a->out[other]->kind == TREE_CONSTANT || a->out[other]->type->has_error)
                continue;
            check_append(b, &before, check_temporary(b, a->out[other], &variable));
            a->out[other] = check_variable_tree(b, variable, a->slots[other]->span);
        }
        done[place] = true;
        if (before.count)
            a->out[slot] = check_block_tree(b, before.items, before.count, a->out[slot], a->out[slot]->span);
    }
}

bool check_arguments(Body *b, const Signature *signature, const AstExpr *call, uint32_t first_variable,
                     const Type *hint, Span name, TreeExpr **out) {
    Arguments a = {signature,
                   ARENA_ARRAY(b->arena, const AstArgument *, signature->count),
                   out,
                   ARENA_ARRAY(b->arena, Flow, signature->count),
                   call->call.arguments,
                   b->known && b->known->call == call ? b->known->trees : NULL,
                   NULL};
    if (!check_bind_arguments(b, signature, call->call.arguments, call->call.argument_count, call->span, true,
                              a.slots)) {
        check_stray_arguments(b, call);
        for (uint32_t i = first_variable; i < b->variable_count; i++)
            if (!b->variables[i].solution)
                b->variables[i].solution = check_builtin(b, TYPE_ERROR);
        return false;
    }
    if (hint && hint->kind == TYPE_VOID)
        hint = NULL;
    if (signature->result && hint) {
        a.expected = check_resolve(b, hint);
        check_infer_invariant(b, signature->result, a.expected);
    }
    check_argument_phases(b, &a, call, signature->result ? hint : NULL);
    bool good = check_all_solved(b, signature, first_variable, out, name);
    for (uint32_t i = 0; i < signature->count; i++) {
        const Type *type = check_resolve(b, signature->types[i]);
        if (!a.slots[i])
            out[i] = check_default_tree(b, type, i, call->span);
        else if (out[i]->type->kind != TYPE_VOID)
            out[i] = check_convert(b, out[i], type, a.slots[i]->value->span);
        good &= !out[i]->type->has_error;
    }
    if (good)
        check_evaluation_order(b, &a, call->call.argument_count);
    return good;
}

Span check_bounded_span(const Signature *signature, const AstExpr *call, Span name) {
    for (uint32_t i = 0; i < signature->count && i < call->call.argument_count; i++)
        if (signature->types[i]->kind == TYPE_VARIABLE && !call->call.arguments[i].name.text)
            return call->call.arguments[i].value->span;
    return name;
}

// ------------------------------------------------------------------------------------------------- calls

static TreeExpr *check_finish_call(Body *b, TreeExpr *call) {
    if (call->type->kind == TYPE_NEVER)
        b->flow.dead = true;
    return call;
}

static TreeExpr *check_call_value(Body *b, TreeExpr *callee, const AstExpr *e, const Type *hint) {
    const Type *type = callee->type;
    if (type->has_error || type->kind == TYPE_NEVER) {
        check_stray_arguments(b, e);
        return type->has_error ? check_error_tree(b, e->span) : callee; // never comes to the call
    }
    if (type->kind != TYPE_FUNCTION) {
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_NOT_CALLABLE, e->call.callee->span, check_name_of(b, type), NULL);
        if (callee->kind == TREE_PROPERTY && !e->call.argument_count)
            diagnostic_suggest(d, (Span){e->span.file, e->call.callee->span.end, e->span.end}, "",
                               "`%s` is a property: remove the parentheses", callee->function->name);
        else if (type->kind == TYPE_OPTIONAL && type->args[0]->kind == TYPE_FUNCTION)
            diagnostic_help(d, "the function may be null: take it with `!` or `if let` first");
        check_stray_arguments(b, e);
        return check_error_tree(b, e->span);
    }
    Signature signature = {.name = "function",
                           .types = type->args,
                           .count = type->arg_count - 1,
                           .declared = {.file = UINT32_MAX}};
    TreeExpr *tree = check_unary_tree(b, TREE_CALL_VALUE, type->args[type->arg_count - 1], callee, e->span);
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, signature.count);
    tree->arg_count = signature.count;
    check_arguments(b, &signature, e, b->variable_count, hint, e->span, tree->args);
    return check_finish_call(b, tree);
}

// Known type arguments go into the fresh variables of a call: the owner's, then those given explicitly.
bool check_known_arguments(Body *b, const Reference *reference, uint32_t first) {
    const Function *function = reference->function;
    if (!reference->is_open)
        for (uint32_t i = 0; i < reference->owner_arg_count && i < function->type_param_count; i++)
            b->variables[first + i].solution = reference->owner_args[i];
    uint32_t own = function->type_param_count - function->own_type_param_start;
    if (!reference->explicit_arg_count)
        return true;
    if (reference->explicit_arg_count != own) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_TYPE_ARGUMENT_COUNT_CALL, reference->span, function->name,
                                     arena_printf(b->arena, "%u type argument%s", own, own == 1 ? "" : "s"));
        diagnostic_label(d, "%u given", reference->explicit_arg_count);
        return false;
    }
    for (uint32_t i = 0; i < own; i++)
        b->variables[first + function->own_type_param_start + i].solution =
            resolve_type(b->checker, &b->context->scope, reference->explicit_args[i]);
    return true;
}

// The receiver of a call; of a `mut fn` it is a place.
static TreeExpr *check_call_receiver(Body *b, const Reference *reference, TreeExpr *call) {
    TreeExpr *receiver = reference->receiver;
    if (reference->function->is_mut) {
        call->kind = TREE_CALL_MUT;
        if (!check_mutable(b, receiver, PLACE_MUTATE, receiver->span))
            return check_error_tree(b, receiver->span);
        check_assigned(b, NULL, receiver, receiver->span);
        return receiver;
    }
    if (!reference->is_virtual && reference->owner && receiver->type != reference->owner)
        return check_convert(b, receiver, reference->owner, receiver->span);
    return receiver;
}

static TreeExpr *check_call_function(Body *b, const Reference *reference, const AstExpr *e,
                                     const Type *hint) {
    Function *function = reference->function;
    uint32_t count = function->parameter_count, param_count = function->type_param_count;
    uint32_t first = check_infer_begin(b, function->type_params, param_count);
    if (!check_known_arguments(b, reference, first)) {
        check_infer_end(b, first);
        check_stray_arguments(b, e);
        return check_error_tree(b, e->span);
    }
    const Type **type_args = ARENA_ARRAY(b->arena, const Type *, param_count);
    for (uint32_t i = 0; i < param_count; i++)
        type_args[i] = check_infer_variable(b, first + i);
    Substitution substitution = {function->type_params, type_args, param_count};
    const Type **types = ARENA_ARRAY(b->arena, const Type *, count);
    for (uint32_t i = 0; i < count; i++)
        types[i] = check_resolve(b, types_substitute(b->types, function->parameters[i].type, &substitution));
    const Type *result = function->result ? function->result : check_builtin(b, TYPE_ERROR);
    if (!result->has_error)
        result = check_resolve(b, types_substitute(b->types, result, &substitution));
    Signature signature = {.name = function->name,
                           .parameters = function->parameters,
                           .types = types,
                           .count = count,
                           .result = result,
                           .declared = function->span};
    if (function->module != b->checker->module)
        signature.declared.file = UINT32_MAX;
    uint32_t self = reference->kind == REFERENCE_METHOD ? 1 : 0;
    TreeExpr *call =
        check_tree(b, reference->is_virtual ? TREE_CALL_VIRTUAL : TREE_CALL, NULL, reference->span);
    call->function = function;
    call->args = ARENA_ARRAY(b->arena, TreeExpr *, (size_t)count + self);
    call->arg_count = count + self;
    bool good = check_arguments(b, &signature, e, first, hint, reference->span, call->args + self);
    if (self)
        call->args[0] = check_call_receiver(b, reference, call);
    for (uint32_t i = 0; i < param_count; i++)
        type_args[i] = check_resolve(b, type_args[i]);
    call->type = check_resolve(b, result);
    check_infer_end(b, first);
    call->type_args = type_args;
    call->type_arg_count = param_count;
    if (good && param_count &&
        !check_bounds(b->checker, function->type_params, type_args, param_count,
                      check_bounded_span(&signature, e, reference->span)))
        return check_error_tree(b, e->span);
    return check_finish_call(b, call);
}

TreeExpr *check_call_reference(Body *b, Reference *reference, const AstExpr *e, const Type *hint) {
    switch (reference->kind) {
    case REFERENCE_ERROR: check_stray_arguments(b, e); return check_error_tree(b, e->span);
    case REFERENCE_VALUE: return check_call_value(b, reference->value, e, hint);
    case REFERENCE_TYPE:
        if (reference->is_array || check_is(reference->type, TYPE_ARRAY))
            return check_array_new(b, reference->is_array ? NULL : reference->type, e, hint);
        return check_construct(b, reference->type, reference->is_open, e, reference->span, hint);
    case REFERENCE_FUNCTION:
    case REFERENCE_METHOD: return check_call_function(b, reference, e, hint);
    case REFERENCE_CASE: return check_case_call(b, reference, e, hint);
    case REFERENCE_MODULE: {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_A_VALUE, e->call.callee->span,
                                     check_source_text(b, e->call.callee->span), "module");
        diagnostic_label(d, "a module, not a function");
        check_stray_arguments(b, e);
        return check_error_tree(b, e->span);
    }
    }
    return check_error_tree(b, e->span);
}

// print(a, b): any values, which is no function of the library.
static TreeExpr *check_print(Body *b, const AstExpr *e) {
    TreeExpr *tree = check_tree(b, TREE_PRINT, check_builtin(b, TYPE_VOID), e->span);
    tree->args = ARENA_ARRAY(b->arena, TreeExpr *, e->call.argument_count);
    tree->arg_count = e->call.argument_count;
    for (uint32_t i = 0; i < e->call.argument_count; i++) {
        const AstArgument *argument = &e->call.arguments[i];
        if (argument->name.text)
            check_report(b, DIAGNOSTIC_UNKNOWN_ARGUMENT, argument->name.span, "print", argument->name.text);
        TreeExpr *value = check_operand(b, argument->value, NULL);
        if (value->type->kind == TYPE_NULL)
            value =
                check_convert(b, value, types_optional(b->types, check_builtin(b, TYPE_ANY)), value->span);
        tree->args[i] = value;
    }
    return tree;
}

TreeExpr *check_call(Body *b, const AstExpr *e, const Type *hint) {
    const AstExpr *callee = e->call.callee;
    switch (callee->kind) {
    case AST_EXPR_SUPER: return check_super_init(b, e);
    case AST_EXPR_NAME: {
        const char *name = callee->name.name.text;
        if (name && name == intern_string(b->checker->names, "print") && !check_find_local(b, name) &&
            lookup_name(b->checker, name).kind == SYMBOL_NONE)
            return check_print(b, e);
    } // fall through
    case AST_EXPR_MEMBER:
    case AST_EXPR_INSTANTIATE:
    case AST_EXPR_IMPLICIT_MEMBER: {
        Reference reference =
            check_reference(b, callee, callee->kind == AST_EXPR_IMPLICIT_MEMBER ? hint : NULL);
        return check_call_reference(b, &reference, e, hint);
    }
    default: return check_call_value(b, check_operand(b, callee, NULL), e, hint);
    }
}
