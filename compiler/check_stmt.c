// Statements: declarations of local names, guard, defer.
#include "compiler/check.h"

static TreeExpr *check_declared_value(Body *b, const AstDecl *decl, const Type *type) {
    const AstExpr *value = decl->binding.value;
    if (type)
        return check_value(b, value, type);
    TreeExpr *tree = check_operand(b, value, NULL);
    if (tree->type->kind != TYPE_NULL && tree->type->kind != TYPE_NEVER)
        return tree;
    Diagnostic *d = check_report(b, DIAGNOSTIC_CANNOT_INFER, value->span, check_name_of(b, tree->type), NULL);
    diagnostic_help(d, "write the type after the name, as in `name: int?`");
    return check_error_tree(b, value->span);
}

static void check_local_constant(Body *b, const AstDecl *decl) {
    const AstPattern *pattern = decl->binding.pattern;
    if (pattern->kind != AST_PATTERN_NAME || !decl->binding.value)
        return;
    const Type *type =
        decl->binding.type ? resolve_type(b->checker, &b->context->scope, decl->binding.type) : NULL;
    TreeExpr *tree = check_declared_value(b, decl, type);
    Constant *constant = ARENA_NEW(b->arena, Constant);
    const TreeExpr *where = NULL;
    const char *why = NULL;
    constant->type = check_builtin(b, TYPE_ERROR);
    if (!tree->type->has_error && !constant_fold(b, tree, constant, &where, &why)) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_CONSTANT,
                                     where ? where->span : decl->binding.value->span, NULL, NULL);
        diagnostic_label(d, "%s", why ? why : "not known at compile time");
        constant->type = check_builtin(b, TYPE_ERROR);
    }
    check_push_local(b, (Local){.name = pattern->name.name.text, .constant = constant});
}

// Declared now, assigned later.
static void check_unset_binding(Body *b, const AstDecl *decl, const Type *type, TreeList *out) {
    const AstPattern *pattern = decl->binding.pattern;
    bool is_let = decl->binding.kind == AST_BINDING_LET;
    if (pattern->kind != AST_PATTERN_NAME) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_PATTERN_WITHOUT_VALUE, pattern->span, NULL, NULL);
        diagnostic_label(d, "nothing to take apart");
        return;
    }
    if (!type) {
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_NO_TYPE_NO_VALUE, pattern->span, pattern->name.name.text, NULL);
        diagnostic_help(d, "give it a type or a value");
        type = check_builtin(b, TYPE_ERROR);
    }
    TreePattern *bind = check_pattern(b, pattern, type, is_let);
    if (!bind->variable)
        return;
    if (bind->variable->kind == VARIABLE_GLOBAL) { // functions that read it too early fail when they run
        if (is_let)
            check_track(b, bind->variable);
        return;
    }
    check_info(b, bind->variable)->warn_unused = false;
    check_track(b, bind->variable);
    TreeExpr *let = check_tree(b, TREE_LET, check_builtin(b, TYPE_VOID), pattern->span);
    let->pattern = bind;
    check_append(b, out, let);
}

void check_binding(Body *b, const AstDecl *decl, TreeList *out) {
    bool module_level = b->module_level;
    b->module_level = false;
    if (decl->binding.kind == AST_BINDING_CONST) {
        check_local_constant(b, decl);
        return;
    }
    const Type *type =
        decl->binding.type ? resolve_type(b->checker, &b->context->scope, decl->binding.type) : NULL;
    TreeExpr *value = decl->binding.value ? check_declared_value(b, decl, type) : NULL;
    const Type *narrowed = value ? value->type : NULL;
    if (module_level && value && !type && !value->type->has_error) {
        // The variable's type was inferred from the value alone, without what is known at this point.
        type = infer_initializer_type(b->checker, &b->context->scope, decl->binding.value);
        value = check_convert(b, value, type, decl->binding.value->span);
    }
    b->module_level = module_level;
    if (!value) {
        check_unset_binding(b, decl, type, out);
        return;
    }
    bool is_let = decl->binding.kind == AST_BINDING_LET;
    TreePattern *pattern = check_irrefutable(b, decl->binding.pattern, type ? type : value->type, is_let,
                                             is_let ? "let" : "var");
    if (decl->binding.pattern->kind == AST_PATTERN_NAME && pattern->variable &&
        pattern->variable->kind == VARIABLE_LOCAL) {
        Context *outermost = check_outermost(b);
        check_info(b, pattern->variable)->warn_unused =
            outermost->function && outermost->function->kind != FUNCTION_MODULE_INIT;
    }
    TreeExpr *let =
        check_unary_tree(b, TREE_LET, check_builtin(b, TYPE_VOID), value, decl->binding.pattern->span);
    let->pattern = pattern;
    check_append(b, out, let);
    Variable *variable = pattern->kind == PATTERN_BIND ? pattern->variable : NULL;
    if (!variable || !module_level)
        return;
    if (variable->kind == VARIABLE_GLOBAL)
        variable->initializer = value;
    if (narrowed != variable->type && !decl->binding.type && variable->is_let && !narrowed->has_error)
        flow_narrow(b->arena, &b->flow, variable, narrowed);
}

// ------------------------------------------------------------------------------------------ guard, defer

// The names that the condition binds are seen after the guard, not in its `else`.
static TreeExpr *check_guard(Body *b, const AstStmt *s) {
    uint32_t mark = b->local_count;
    Flow when_true, when_false;
    TreeExpr *tree = check_tree(b, TREE_IF, check_builtin(b, TYPE_VOID), s->span);
    tree->a = check_condition(b, s->guard.condition, &when_true, &when_false);
    tree->b = check_block_tree(b, NULL, 0, NULL, s->span);
    uint32_t bound = b->local_count - mark;
    Local *names = ARENA_ARRAY(b->arena, Local, bound);
    for (uint32_t i = 0; i < bound; i++)
        names[i] = b->locals[mark + i];
    check_pop_locals(b, mark);
    b->flow = when_false;
    tree->c = check_expr(b, s->guard.else_body, check_builtin(b, TYPE_VOID));
    if (!b->flow.dead) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_GUARD_FALLS_THROUGH, s->guard.else_body->span, NULL, NULL);
        diagnostic_label(d, "control goes on after this block");
        diagnostic_help(d, "leave with `return`, `throw`, `break` or `continue`");
    }
    b->flow = when_true;
    for (uint32_t i = 0; i < bound; i++)
        check_push_local(b, names[i]);
    return tree;
}

static TreeExpr *check_defer(Body *b, const AstStmt *s) {
    Context *context = b->context;
    const char *sealed = context->sealed;
    LoopScope *loops = context->loops, *sealed_loops = context->sealed_loops;
    Flow flow = b->flow;
    for (const Narrowing *n = flow.narrowings; n; n = n->next)
        if (!n->variable->is_let)
            flow_forget(b->arena, &b->flow, n->variable);
    context->sealed = "defer";
    context->sealed_loops = loops;
    context->loops = NULL;
    TreeExpr *tree = check_tree(b, TREE_DEFER, check_builtin(b, TYPE_VOID), s->span);
    tree->a = check_expr(b, s->defer.body, tree->type);
    context->sealed = sealed;
    context->loops = loops;
    context->sealed_loops = sealed_loops;
    b->flow = flow;
    return tree;
}

// -------------------------------------------------------------------------------------------- statements

static void check_inner_declaration(Body *b, const AstDecl *decl, TreeList *out) {
    switch (decl->kind) {
    case AST_DECL_ERROR: return;
    case AST_DECL_BINDING: check_binding(b, decl, out); return;
    case AST_DECL_FUNCTION:
        if (decl->function.body)
            check_local_function(b, decl, out);
        return;
    default: break; // the parser has reported it
    }
}

void check_statement(Body *b, const AstStmt *s, TreeList *out) {
    switch (s->kind) {
    case AST_STMT_ERROR: // code is lost here: it may leave the block, give its value, assign variables
        b->flow.dead = true;
        b->unreachable_reported = true;
        return;
    case AST_STMT_EXPR: {
        TreeExpr *tree = check_expr(b, s->expr.value, check_builtin(b, TYPE_VOID));
        if (tree->type->kind == TYPE_NEVER)
            b->flow.dead = true;
        check_append(b, out, tree);
        return;
    }
    case AST_STMT_DECL: check_inner_declaration(b, s->decl.decl, out); return;
    case AST_STMT_ASSIGN: check_append(b, out, check_assignment(b, s)); return;
    case AST_STMT_WHILE: check_append(b, out, check_while(b, s)); return;
    case AST_STMT_FOR: check_append(b, out, check_for(b, s)); return;
    case AST_STMT_GUARD: check_append(b, out, check_guard(b, s)); return;
    case AST_STMT_DEFER: check_append(b, out, check_defer(b, s)); return;
    }
}
