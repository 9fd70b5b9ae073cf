// Expressions with branches and blocks: their common type, and the flow state where they meet again.
#include "compiler/check.h"

// ------------------------------------------------------------------------------------------- common types

static bool check_all_convert(Body *b, TreeExpr *const *values, uint32_t count, const Type *target) {
    for (uint32_t i = 0; i < count; i++)
        if (values[i]->type->kind != TYPE_NEVER && !check_converts(b, values[i], target))
            return false;
    return true;
}

// The first superclass or interface of `type`, going up, that `other` has too; NULL if there is none.
static const Type *check_shared_supertype(Body *b, const Type *type, const Type *other) {
    while (type && type->kind == TYPE_NAMED) {
        if (check_type_converts(b, other, type))
            return type;
        for (uint32_t i = 0; i < type->decl->interface_count; i++) {
            const Type *interface = member_type(b->checker, type, type->decl->interfaces[i]);
            if (check_type_converts(b, other, interface))
                return interface;
        }
        type = type->decl->super ? member_type(b->checker, type, type->decl->super) : NULL;
    }
    return NULL;
}

static void check_report_branches(Body *b, Span span, const TreeExpr *value, const Type *common) {
    Diagnostic *d = check_report_mismatch(b, span, value, common, value->type);
    const Type *shared = d ? check_shared_supertype(b, common, value->type) : NULL;
    if (shared)
        diagnostic_help(
            d, "both are `%s`: write what the type is to be, as in `let x: %s = ...`, or `... as %s`",
            check_name_of(b, shared), check_name_of(b, shared), check_name_of(b, shared));
}

// The type that all values convert to: one of theirs, made optional when some are null.
static const Type *check_common_type(Body *b, TreeExpr *const *values, const Span *spans, uint32_t count) {
    const Type *common = NULL;
    bool has_null = false;
    for (uint32_t i = 0; i < count; i++) {
        const Type *type = values[i]->type;
        if (type->kind == TYPE_NEVER || type->has_error)
            continue;
        if (type->kind == TYPE_NULL) {
            has_null = true;
        } else if (!common) {
            common = type;
        } else if (!check_converts(b, values[i], common)) {
            if (!check_all_convert(b, values, i, type)) {
                check_report_branches(b, spans[i], values[i], common);
                return check_builtin(b, TYPE_ERROR);
            }
            common = type;
        }
    }
    if (has_null && common && common->kind != TYPE_OPTIONAL)
        return types_optional(b->types, common);
    return common ? common : check_builtin(b, has_null ? TYPE_NULL : TYPE_NEVER);
}

// Nobody wants the values: they become statements.
static const Type *check_discard(Body *b, TreeExpr **values, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (values[i]->type->kind == TYPE_VOID || values[i]->type->kind == TYPE_NEVER)
            continue;
        TreeExpr **statement = ARENA_ARRAY(b->arena, TreeExpr *, 1);
        statement[0] = values[i];
        values[i] = check_block_tree(b, statement, 1, NULL, values[i]->span);
    }
    return check_builtin(b, TYPE_VOID);
}

const Type *check_join_branches(Body *b, TreeExpr **values, const Span *spans, uint32_t count,
                                const Type *hint) {
    bool all_never = true, any_void = false, any_error = false;
    for (uint32_t i = 0; i < count; i++) {
        all_never &= values[i]->type->kind == TYPE_NEVER;
        any_void |= values[i]->type->kind == TYPE_VOID;
        any_error |= values[i]->type->has_error;
    }
    if (all_never && count)
        return check_builtin(b, TYPE_NEVER);
    bool known = check_concrete(b, &hint);
    if ((known && hint->kind == TYPE_VOID) || (!known && any_void))
        return check_discard(b, values, count);
    if (!known && any_error)
        return check_builtin(b, TYPE_ERROR);
    const Type *common = known ? hint : check_common_type(b, values, spans, count);
    for (uint32_t i = 0; i < count; i++)
        if (values[i]->type->kind != TYPE_NEVER && common->kind != TYPE_ERROR)
            values[i] = check_convert(b, values[i], common, spans[i]);
    return common;
}

// ------------------------------------------------------------------------------------------------- blocks

void check_reachable(Body *b, Span span) {
    if (!b->flow.dead) {
        b->unreachable_reported = false;
        return;
    }
    if (b->unreachable_reported || b->inferring)
        return;
    b->unreachable_reported = true;
    Diagnostic *d = check_report(b, DIAGNOSTIC_UNREACHABLE, span, NULL, NULL);
    diagnostic_label(d, "this is never reached");
}

TreeExpr *check_block(Body *b, const AstExpr *e, const Type *hint) {
    uint32_t mark = check_scope_open(b);
    bool module_level = b->module_level;
    b->module_level = false;
    TreeList list = {0};
    TreeExpr *value = NULL;
    for (uint32_t i = 0; i < e->block.count; i++) {
        const AstStmt *s = e->block.statements[i];
        if (s->kind != AST_STMT_ERROR)
            check_reachable(b, s->span);
        if (b->context->init && b->context->init->body == e)
            check_init_implied_super(b, s->span, &list);
        if (i + 1 < e->block.count || s->kind != AST_STMT_EXPR) {
            check_statement(b, s, &list);
            continue;
        }
        value = check_expr(b, s->expr.value, hint);
        if (value->type->kind == TYPE_NEVER)
            b->flow.dead = true;
        if (b->flow.dead || value->type->kind == TYPE_VOID || check_is(hint, TYPE_VOID)) {
            check_append(b, &list, value);
            value = NULL;
        }
    }
    check_scope_close(b, mark);
    b->module_level = module_level;
    TreeExpr *block = check_block_tree(b, list.items, list.count, value, e->span);
    if (b->flow.dead)
        block->type = check_builtin(b, TYPE_NEVER);
    return block;
}

// ----------------------------------------------------------------------------------------------------- if

TreeExpr *check_if(Body *b, const AstExpr *e, const Type *hint) {
    const Type *none = check_builtin(b, TYPE_VOID);
    TreeExpr *tree = check_tree(b, TREE_IF, none, e->span);
    Flow when_true, when_false;
    uint32_t mark = check_scope_open(b);
    tree->a = check_condition(b, e->if_.condition, &when_true, &when_false);
    b->flow = when_true;
    tree->b = check_expr(b, e->if_.then_body, e->if_.else_body ? hint : none);
    check_scope_close(b, mark);
    Flow after_then = b->flow;
    b->flow = when_false;
    if (!e->if_.else_body) {
        b->flow = flow_join(b->arena, after_then, b->flow);
        return tree;
    }
    tree->c = check_expr(b, e->if_.else_body, hint);
    b->flow = flow_join(b->arena, after_then, b->flow);
    TreeExpr *values[2] = {tree->b, tree->c};
    Span spans[2] = {e->if_.then_body->span, e->if_.else_body->span};
    for (int i = 0; i < 2; i++) // point at the value, not at the block around it
        if (values[i]->kind == TREE_BLOCK && values[i]->a)
            spans[i] = values[i]->a->span;
    tree->type = check_join_branches(b, values, spans, 2, hint);
    tree->b = values[0];
    tree->c = values[1];
    return tree;
}

// -------------------------------------------------------------------------------------------------- match

static void check_report_missing(Body *b, const AstExpr *e, const char *missing, uint32_t count) {
    Span head = {e->span.file, e->span.start, e->match.subject->span.end};
    Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_EXHAUSTIVE, head,
                                 arena_printf(b->arena, "%s %s", missing, count > 1 ? "are" : "is"), NULL);
    diagnostic_label(d, "%s not covered", count > 1 ? "these are" : "this is");
    diagnostic_help(d, "add an arm for what is missing, or a last arm `_ => ...`");
}

static void check_coverage(Body *b, const AstExpr *e, const TreeExpr *tree, const Type *subject) {
    Coverage *coverage = exhaustive_begin(b, subject);
    for (uint32_t i = 0; i < tree->arm_count; i++) {
        TreePattern *pattern = tree->arms[i].pattern;
        if (e->match.arms[i].pattern->kind == AST_PATTERN_ERROR)
            return; // what it covers is not known
        if (!b->inferring && !exhaustive_useful(coverage, pattern)) {
            Diagnostic *d = check_report(b, DIAGNOSTIC_UNREACHABLE_ARM, pattern->span, NULL, NULL);
            diagnostic_label(d, "the arms before it match all that this one does");
        }
        if (!tree->arms[i].guard)
            exhaustive_cover(coverage, pattern);
    }
    uint32_t count;
    const char *missing = exhaustive_missing(coverage, &count);
    if (missing)
        check_report_missing(b, e, missing, count);
}

// The pattern of an arm. Behind an arm for null, a name binds what is not null.
static TreePattern *check_arm_pattern(Body *b, const AstPattern *p, const Type *subject,
                                      bool null_is_covered) {
    if (!null_is_covered || subject->kind != TYPE_OPTIONAL || p->kind != AST_PATTERN_NAME)
        return check_pattern(b, p, subject, true);
    TreePattern *some = ARENA_NEW(b->arena, TreePattern);
    *some = (TreePattern){.kind = PATTERN_SOME, .type = subject, .span = p->span};
    some->sub = check_pattern(b, p, subject->args[0], true);
    return some;
}

static bool check_covers_null(const TreePattern *pattern) {
    for (uint32_t i = 0; pattern->kind == PATTERN_ALTERNATIVE && i < pattern->sub_count; i++)
        if (check_covers_null(pattern->subs[i]))
            return true;
    return pattern->kind == PATTERN_NULL;
}

TreeExpr *check_match(Body *b, const AstExpr *e, const Type *hint) {
    TreeExpr *tree = check_tree(b, TREE_MATCH, check_builtin(b, TYPE_VOID), e->span);
    tree->a = check_operand(b, e->match.subject, NULL);
    const Type *subject = tree->a->type;
    tree->arm_count = e->match.count;
    tree->arms = ARENA_ARRAY(b->arena, TreeArm, e->match.count);
    TreeExpr **values = ARENA_ARRAY(b->arena, TreeExpr *, e->match.count);
    Span *spans = ARENA_ARRAY(b->arena, Span, e->match.count);
    Flow before = b->flow, after = flow_dead(b->flow);
    uint32_t errors = b->checker->sink->error_count;
    bool patterns_good = !subject->has_error, null_is_covered = false;
    for (uint32_t i = 0; i < e->match.count; i++) {
        const AstMatchArm *arm = &e->match.arms[i];
        uint32_t mark = check_scope_open(b);
        b->flow = before;
        tree->arms[i].span = arm->span;
        tree->arms[i].pattern = check_arm_pattern(b, arm->pattern, subject, null_is_covered);
        null_is_covered |= !arm->guard && check_covers_null(tree->arms[i].pattern);
        patterns_good &= b->checker->sink->error_count == errors;
        if (arm->guard) {
            Flow when_false;
            tree->arms[i].guard = check_condition_expr(b, arm->guard, &b->flow, &when_false);
        }
        values[i] = check_expr(b, arm->body, hint);
        spans[i] = arm->body->span;
        check_scope_close(b, mark);
        after = flow_join(b->arena, after, b->flow);
        errors = b->checker->sink->error_count;
    }
    if (patterns_good)
        check_coverage(b, e, tree, subject);
    b->flow = e->match.count ? after : before;
    tree->type = check_join_branches(b, values, spans, e->match.count, hint);
    for (uint32_t i = 0; i < e->match.count; i++)
        tree->arms[i].body = values[i];
    if (tree->type->kind == TYPE_NEVER)
        b->flow.dead = true;
    return tree;
}

// ---------------------------------------------------------------------------------------------------- try

static const Type *check_error_type(Body *b, Span span) {
    TypeDecl *error = b->checker->core.Error;
    if (error)
        return error->self_type;
    check_report(b, DIAGNOSTIC_CORE_MISSING, span, "Error", NULL);
    return check_builtin(b, TYPE_ERROR);
}

// `catch IOError { }` takes every error, which it calls `IOError`.
static void check_catch_name(Body *b, AstName name) {
    if (!name.text || lookup_name(b->checker, name.text).kind != SYMBOL_TYPE)
        return;
    Diagnostic *d = check_report(b, DIAGNOSTIC_CATCH_NAMES_TYPE, name.span, name.text, NULL);
    diagnostic_label(d, "this would be the name of any error");
    diagnostic_suggest(d, name.span, arena_printf(b->arena, "_: %s", name.text),
                       "to catch errors of this type, write `catch e: %s`, or `catch _: %s`", name.text,
                       name.text);
}

static const Type *check_catch_type(Body *b, const AstCatch *clause, const TreeExpr *tree) {
    const Type *error = check_error_type(b, clause->span);
    if (!clause->type) {
        check_catch_name(b, clause->name);
        return error;
    }
    const Type *type = resolve_type(b->checker, &b->context->scope, clause->type);
    if (type->has_error || error->has_error)
        return type;
    if (!is_subtype(b->checker, type, error)) {
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_NOT_AN_ERROR, clause->type->span, check_name_of(b, type), NULL);
        diagnostic_label(d, "only errors are thrown and caught");
        return check_builtin(b, TYPE_ERROR);
    }
    for (uint32_t i = 0; i < tree->catch_count && !b->inferring; i++)
        if (tree->catches[i].type && is_subtype(b->checker, type, tree->catches[i].type)) {
            Diagnostic *d =
                check_report(b, DIAGNOSTIC_UNREACHABLE_CATCH, clause->span, check_name_of(b, type), NULL);
            diagnostic_label(d, "`catch` of `%s` above takes it", check_name_of(b, tree->catches[i].type));
            break;
        }
    return type;
}

static TreeExpr *check_catch(Body *b, const AstCatch *clause, TreeExpr *tree, const Type *hint) {
    TreeCatch *out = &tree->catches[tree->catch_count];
    out->type = check_catch_type(b, clause, tree);
    uint32_t mark = check_scope_open(b);
    if (clause->name.text && clause->name.text[0] && !(clause->name.text[0] == '_' && !clause->name.text[1]))
        out->variable = check_declare(b, clause->name.text, out->type, clause->name.span, true);
    TreeExpr *body = check_expr(b, clause->body, hint);
    check_scope_close(b, mark);
    return body;
}

// Code that runs however control leaves: nothing may jump out of it.
static TreeExpr *check_finally(Body *b, const AstExpr *e) {
    Context *context = b->context;
    const char *sealed = context->sealed;
    LoopScope *loops = context->loops, *sealed_loops = context->sealed_loops;
    context->sealed = "finally";
    context->sealed_loops = loops;
    context->loops = NULL;
    TreeExpr *tree = check_expr(b, e, check_builtin(b, TYPE_VOID));
    context->sealed = sealed;
    context->loops = loops;
    context->sealed_loops = sealed_loops;
    return tree;
}

TreeExpr *check_try(Body *b, const AstExpr *e, const Type *hint) {
    uint32_t count = e->try_.catch_count;
    TreeExpr *tree = check_tree(b, TREE_TRY, NULL, e->span);
    TreeExpr **values = ARENA_ARRAY(b->arena, TreeExpr *, (size_t)count + 1);
    Span *spans = ARENA_ARRAY(b->arena, Span, (size_t)count + 1);
    Flow before = b->flow;
    uint32_t log = b->assignment_count;
    values[0] = check_expr(b, e->try_.body, hint);
    spans[0] = e->try_.body->span;
    Flow after = b->flow, caught = check_interrupted(b, before, log);
    tree->catches = ARENA_ARRAY(b->arena, TreeCatch, count);
    for (uint32_t i = 0; i < count; i++, tree->catch_count++) {
        b->flow = caught;
        values[i + 1] = check_catch(b, &e->try_.catches[i], tree, hint);
        spans[i + 1] = e->try_.catches[i].body->span;
        after = flow_join(b->arena, after, b->flow);
    }
    tree->type = check_join_branches(b, values, spans, count + 1, hint);
    tree->a = values[0];
    for (uint32_t i = 0; i < count; i++)
        tree->catches[i].body = values[i + 1];
    if (e->try_.finally_body) {
        b->flow = check_interrupted(b, before, log);
        uint32_t finally_log = b->assignment_count;
        tree->b = check_finally(b, e->try_.finally_body);
        Flow joined = check_interrupted(b, after, finally_log);
        b->flow = flow_sequence(b->arena, b->flow, joined);
    } else {
        b->flow = after;
    }
    if (b->flow.dead)
        tree->type = check_builtin(b, TYPE_NEVER);
    return tree;
}

TreeExpr *check_try_optional(Body *b, const AstExpr *e, const Type *hint) {
    Flow before = b->flow;
    uint32_t log = b->assignment_count;
    TreeExpr *value = check_expr(b, e->operand.operand, check_strip(hint));
    b->flow = flow_join(b->arena, check_interrupted(b, before, log), b->flow);
    TreeExpr *tree = check_unary_tree(b, TREE_TRY_OPTIONAL, value->type, value, e->span);
    bool nested = hint && value->type->kind == TYPE_OPTIONAL && hint == types_optional(b->types, value->type);
    if (nested)
        tree->type = hint; // both levels are asked for
    else if (value->type->kind == TYPE_OPTIONAL || value->type->kind == TYPE_NULL)
        tree->flag = true;
    else if (value->type->kind == TYPE_NEVER)
        tree->type = check_builtin(b, TYPE_VOID);
    else if (value->type->kind != TYPE_VOID && !value->type->has_error)
        tree->type = types_optional(b->types, value->type);
    return tree;
}

TreeExpr *check_throw(Body *b, const AstExpr *e) {
    TreeExpr *value = check_operand(b, e->operand.operand, NULL);
    const Type *error = check_error_type(b, e->span);
    if (!value->type->has_error && !error->has_error && !is_subtype(b->checker, value->type, error)) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_AN_ERROR, e->operand.operand->span,
                                     check_name_of(b, value->type), NULL);
        diagnostic_label(d, "only errors are thrown and caught");
        if (value->type->kind == TYPE_STRING)
            diagnostic_help(d, "put the text into an error: `throw Error(...)`");
    }
    b->flow.dead = true;
    return check_unary_tree(b, TREE_THROW, check_builtin(b, TYPE_NEVER), value, e->span);
}

// ------------------------------------------------------------------------------- return, break, continue

static bool check_sealed(Body *b, Span span, const char *what) {
    if (!b->context->sealed)
        return false;
    Diagnostic *d = check_report(b, DIAGNOSTIC_JUMP_OUT, span, what, b->context->sealed);
    diagnostic_label(d, "leaves the `%s` block", b->context->sealed);
    return true;
}

static TreeExpr *check_return_value(Body *b, const AstExpr *value) {
    Context *context = b->context;
    const Type *result = context->result;
    if (!value) {
        if (result && result->kind != TYPE_VOID && !result->has_error)
            return NULL;
        return check_tree(b, TREE_RETURN, check_builtin(b, TYPE_VOID),
                          (Span){0}); // a mark: nothing to return
    }
    if (!result)
        return check_expr(b, value, NULL);
    if (result->kind != TYPE_VOID)
        return check_value(b, value, result);
    TreeExpr *tree = check_expr(b, value, result);
    if (tree->type->kind == TYPE_VOID || tree->type->kind == TYPE_NEVER || tree->type->has_error)
        return tree;
    Diagnostic *d = check_report(b, DIAGNOSTIC_RETURN_VALUE, value->span, check_name_of(b, tree->type), NULL);
    diagnostic_label(d, "this function gives no value");
    if (context->function && context->function->kind != FUNCTION_INIT)
        diagnostic_secondary(d, context->function->span,
                             "a result type is written after the parameters: `: %s`",
                             check_name_of(b, tree->type));
    return tree;
}

static TreeExpr *check_return_outside(Body *b, const AstExpr *e) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_RETURN_OUTSIDE, e->span, NULL, NULL);
    diagnostic_help(d, "a program ends with `exit(code)`, or with what `main` returns");
    if (e->operand.operand)
        check_operand(b, e->operand.operand, NULL);
    return check_error_tree(b, e->span);
}

TreeExpr *check_return(Body *b, const AstExpr *e) {
    Context *context = b->context;
    TreeExpr *tree = check_tree(b, TREE_RETURN, check_builtin(b, TYPE_NEVER), e->span);
    bool sealed = false;
    if (!context->function || (context->function->kind == FUNCTION_MODULE_INIT))
        return check_return_outside(b, e);
    else if (check_sealed(b, e->span, "return"))
        sealed = true;
    TreeExpr *value = check_return_value(b, e->operand.operand);
    if (!value) {
        Diagnostic *d = check_report(b, DIAGNOSTIC_NO_VALUE, e->span, NULL, NULL);
        diagnostic_label(d, "a value of `%s` must be returned", check_name_of(b, context->result));
    }
    TreeList before = {0};
    if (value && value->kind == TREE_RETURN && value->type->kind == TYPE_VOID)
        value = NULL;
    if (value && value->type->kind == TYPE_VOID) {
        check_append(b, &before, value);
        value = NULL;
    }
    if (context->init && context == check_outermost(b))
        check_init_exit(b, e->span, &before);
    tree->a = value;
    if (!context->result)
        ARENA_PUSH(b->arena, context->returns, context->return_count, context->return_capacity, tree);
    if (sealed)
        return check_error_tree(b, e->span);
    b->flow.dead = true;
    if (!before.count)
        return tree;
    check_append(b, &before, tree);
    TreeExpr *block = check_block_tree(b, before.items, before.count, NULL, e->span);
    block->type = check_builtin(b, TYPE_NEVER);
    return block;
}

const Type *check_finish_returns(Body *b, Context *context, TreeExpr **value, Span span) {
    uint32_t count = 0;
    for (const TreeExpr *last = *value; last->kind == TREE_BLOCK && last->a; last = last->a)
        span = last->a->span;
    TreeExpr **values = ARENA_ARRAY(b->arena, TreeExpr *, (size_t)context->return_count + 1);
    Span *spans = ARENA_ARRAY(b->arena, Span, (size_t)context->return_count + 1);
    for (uint32_t i = 0; i < context->return_count; i++) {
        TreeExpr *returned = context->returns[i]->a;
        values[count] = returned ? returned : check_tree(b, TREE_BLOCK, check_builtin(b, TYPE_VOID), span);
        spans[count++] = context->returns[i]->span;
    }
    values[count] = *value;
    spans[count++] = span;
    const Type *type = check_join_branches(b, values, spans, count, NULL);
    for (uint32_t i = 0; i < context->return_count; i++)
        if (context->returns[i]->a)
            context->returns[i]->a = type->kind == TYPE_VOID ? NULL : values[i];
    *value = values[count - 1];
    return type;
}

TreeExpr *check_jump(Body *b, const AstExpr *e) {
    bool is_break = e->kind == AST_EXPR_BREAK;
    const char *label = e->jump.label.text, *word = is_break ? "break" : "continue";
    TreeExpr *tree =
        check_tree(b, is_break ? TREE_BREAK : TREE_CONTINUE, check_builtin(b, TYPE_NEVER), e->span);
    LoopScope *loop = b->context->loops;
    while (loop && label && loop->label != label)
        loop = loop->outer;
    if (loop) {
        tree->loop = loop->loop;
        Flow *target = is_break ? &loop->break_flow : &loop->continue_flow;
        *target = flow_join(b->arena, *target, b->flow);
        if (is_break)
            loop->loop->has_break = true;
        else
            loop->loop->has_continue = true;
    } else {
        LoopScope *outside = b->context->sealed_loops;
        while (outside && label && outside->label != label)
            outside = outside->outer;
        if (outside)
            check_sealed(b, e->span, word);
        else if (label)
            check_report(b, DIAGNOSTIC_UNKNOWN_LABEL, e->jump.label.span, label, NULL);
        else
            check_report(b, DIAGNOSTIC_JUMP_OUTSIDE, e->span, word, NULL);
    }
    b->flow.dead = true;
    return tree;
}
