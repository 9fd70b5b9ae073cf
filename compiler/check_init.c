// Constructors: every field assigned exactly once before anyone sees the object.
//
// While a constructor runs, `self` can only have its own fields assigned, until all those without default are set
// and, in a class with a superclass, super(...) has returned. Each such field has a flow index, and so has the call
// of the superclass's constructor; an implied super() comes as soon as all own fields are set.
#include "compiler/check.h"

static bool check_calls_super(const AstExpr *e);

// Whether a constructor's code calls super(...) anywhere outside of closures.
static bool check_statement_calls_super(const AstStmt *s) {
    switch (s->kind) {
    case AST_STMT_EXPR: return check_calls_super(s->expr.value);
    case AST_STMT_WHILE: return check_calls_super(s->while_.body);
    case AST_STMT_FOR: return check_calls_super(s->for_.body);
    case AST_STMT_GUARD: return check_calls_super(s->guard.else_body);
    case AST_STMT_DEFER: return check_calls_super(s->defer.body);
    default: return false;
    }
}

static bool check_calls_super(const AstExpr *e) {
    switch (e->kind) {
    case AST_EXPR_CALL: return e->call.callee->kind == AST_EXPR_SUPER;
    case AST_EXPR_BLOCK:
        for (uint32_t i = 0; i < e->block.count; i++)
            if (check_statement_calls_super(e->block.statements[i]))
                return true;
        return false;
    case AST_EXPR_IF:
        return check_calls_super(e->if_.then_body) ||
               (e->if_.else_body && check_calls_super(e->if_.else_body));
    case AST_EXPR_MATCH:
        for (uint32_t i = 0; i < e->match.count; i++)
            if (check_calls_super(e->match.arms[i].body))
                return true;
        return false;
    case AST_EXPR_TRY:
        for (uint32_t i = 0; i < e->try_.catch_count; i++)
            if (check_calls_super(e->try_.catches[i].body))
                return true;
        return check_calls_super(e->try_.body);
    default: return false;
    }
}

static void check_find_implied(Body *b, InitState *state, Span span) {
    const TypeDecl *super = state->decl->super->decl;
    state->super_init = implied_init(super);
    if (state->super_init)
        return;
    Diagnostic *d = check_report(b, DIAGNOSTIC_SUPER_NOT_CALLED, span, super->name, NULL);
    diagnostic_label(d, "`super(...)` is not called");
    diagnostic_help(d,
                    "`%s` has no constructor that works without arguments: call `super(...)` after the own "
                    "fields are set",
                    super->name);
}

void check_init_begin(Body *b, Function *function, const AstExpr *body, InitState *state) {
    TypeDecl *decl = function->owner;
    if (!decl)
        return;
    Context *context = b->context;
    state->decl = decl;
    state->body = body;
    state->first_index = context->next_flow_index;
    state->assigned_at = ARENA_ARRAY(b->arena, Span, decl->field_count);
    context->next_flow_index += decl->field_count;
    for (uint32_t i = 0; i < decl->field_count; i++) {
        flow_declare(b->arena, &b->flow, state->first_index + i);
        if (decl->fields[i].has_default)
            flow_assign(b->arena, &b->flow, state->first_index + i);
    }
    state->super_index = FLOW_UNTRACKED;
    if (decl->kind == COR_DEF_CLASS && decl->super && decl->super->kind == TYPE_NAMED) {
        state->super_index = context->next_flow_index++;
        flow_declare(b->arena, &b->flow, state->super_index);
        state->super_implied = !check_calls_super(body);
        if (state->super_implied)
            check_find_implied(b, state, function->span);
    }
    context->init = state;
}

static InitState *check_init_state(Body *b) {
    Context *outermost = check_outermost(b);
    return outermost ? outermost->init : NULL;
}

// The first own field that may be unset, or NULL.
static const Field *check_unset_field(Body *b, const InitState *init) {
    for (uint32_t i = 0; i < init->decl->field_count; i++)
        if (!flow_is_assigned(&b->flow, init->first_index + i))
            return &init->decl->fields[i];
    return NULL;
}

bool check_init_complete(Body *b) {
    const InitState *init = check_init_state(b);
    return !init || (!check_unset_field(b, init) && flow_is_assigned(&b->flow, init->super_index));
}

void check_self_use(Body *b, Span span) {
    const InitState *init = check_init_state(b);
    if (!init || check_init_complete(b))
        return;
    const Field *unset = check_unset_field(b, init);
    Diagnostic *d = check_report(b, DIAGNOSTIC_SELF_INCOMPLETE, span, NULL, NULL);
    if (unset) {
        diagnostic_label(d, "field `%s` has no value yet", unset->name);
        diagnostic_secondary(d, unset->span, "`%s` is declared here without a default", unset->name);
    } else {
        diagnostic_label(d, "`super(...)` has not been called yet");
    }
    diagnostic_help(d, "until then, the fields of `self` can only be assigned: what is needed "
                       "earlier can be a variable, too");
}

bool check_init_field(Body *b, const TreeExpr *place, uint32_t *index) {
    const InitState *init = check_init_state(b);
    if (!init || place->kind != TREE_FIELD || place->a->kind != TREE_VARIABLE ||
        place->a->variable != check_outermost(b)->function->self || place->field->owner != init->decl)
        return false;
    *index = init->first_index + place->field->index;
    return true;
}

static void check_assigned_twice(Body *b, const Field *field, Span span, Span before) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_ASSIGNED_TWICE, span, field->name, NULL);
    diagnostic_label(d, field->has_default ? "it has the value of its declaration"
                                           : "it may have a value already");
    if (before.end)
        diagnostic_secondary(d, before, "assigned here");
    diagnostic_secondary(d, field->span,
                         field->has_default ? "its value is given here" : "declared with `let`");
    diagnostic_help(d, "declare it with `var` to assign it more than once");
}

void check_init_assign_field(Body *b, const TreeExpr *place, Span span, TreeExpr *assignment) {
    InitState *init = check_init_state(b);
    const Field *field = place->field;
    uint32_t index = init->first_index + field->index;
    bool unset = flow_is_unassigned(&b->flow, index);
    if (field->is_let && !unset)
        check_assigned_twice(b, field, span, init->assigned_at[field->index]);
    if (assignment)
        assignment->flag = unset && !b->flow.dead;
    init->assigned_at[field->index] = span;
    flow_assign(b->arena, &b->flow, index);
    check_log_assignment(b, (Assignment){NULL, index, field->is_let, field->name, span});
}

void check_init_super_called(Body *b, Span span) {
    InitState *init = b->context->init;
    const Field *unset = check_unset_field(b, init);
    if (unset) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_SUPER_TOO_EARLY, span, unset->name, NULL);
        diagnostic_label(d, "`%s` must be set before this", unset->name);
        diagnostic_secondary(d, unset->span, "declared here without a default");
        diagnostic_help(d, "own fields come first: so nobody ever sees an unset one");
    }
    if (!flow_is_unassigned(&b->flow, init->super_index))
        check_report(b, DIAGNOSTIC_SUPER_TWICE, span, NULL, NULL);
    flow_assign(b->arena, &b->flow, init->super_index);
    check_log_assignment(b, (Assignment){NULL, init->super_index, true, "super(...)", span});
}

void check_init_implied_super(Body *b, Span span, TreeList *out) {
    InitState *init = b->context->init;
    if (!init || !init->super_implied || b->flow.dead || flow_is_assigned(&b->flow, init->super_index) ||
        check_unset_field(b, init))
        return;
    flow_assign(b->arena, &b->flow, init->super_index);
    Function *target = init->super_init;
    if (!target)
        return;
    TreeExpr *call = check_tree(b, TREE_SUPER_INIT, check_builtin(b, TYPE_VOID), span);
    call->function = target;
    call->type_args = init->decl->super->args;
    call->type_arg_count = init->decl->super->arg_count;
    call->args = ARENA_ARRAY(b->arena, TreeExpr *, target->parameter_count);
    call->arg_count = target->parameter_count;
    for (uint32_t i = 0; i < target->parameter_count; i++) {
        const Type *type = member_type(b->checker, init->decl->super, target->parameters[i].type);
        call->args[i] = check_tree(b, TREE_DEFAULT_ARGUMENT, type, span);
        call->args[i]->index = i;
    }
    check_append(b, out, call);
}

void check_init_exit(Body *b, Span span, TreeList *out) {
    InitState *init = b->context->init;
    if (!init || b->flow.dead)
        return;
    for (uint32_t i = 0; i < init->decl->field_count; i++) {
        const Field *field = &init->decl->fields[i];
        if (flow_is_assigned(&b->flow, init->first_index + i))
            continue;
        Diagnostic *d = check_report(b, DIAGNOSTIC_FIELD_NOT_ASSIGNED, span, field->name, NULL);
        diagnostic_label(d, "the constructor may end here without it");
        diagnostic_secondary(d, field->span, "`%s` has no default", field->name);
        if (!flow_is_unassigned(&b->flow, init->first_index + i))
            diagnostic_note(d, "it is assigned on some paths, but not on all");
        flow_assign(b->arena, &b->flow, init->first_index + i);
        return;
    }
    check_init_implied_super(b, span, out);
    if (flow_is_assigned(&b->flow, init->super_index))
        return;
    Diagnostic *d = check_report(b, DIAGNOSTIC_SUPER_NOT_CALLED, span, init->decl->super->decl->name, NULL);
    diagnostic_label(d, "on some path `super(...)` is not called");
}
