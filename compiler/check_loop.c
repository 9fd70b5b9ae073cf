// Loops: counted ones over ranges, arrays, everything iterable; and what is known after them.
//
// At a loop's head nothing may be assumed that its body changes: narrowings of variables that it assigns are
// dropped first. A `let` from outside that the body assigns must not come round again.
#include "compiler/check.h"

static void check_loop_begin(Body *b, LoopScope *loop, AstName label, const AstExpr *body) {
    NameSet names = {0};
    check_assigned_names(b, body, &names);
    check_forget_assigned(b, &names);
    *loop =
        (LoopScope){.outer = b->context->loops, .label = label.text, .loop = ARENA_NEW(b->arena, TreeLoop)};
    loop->break_flow = loop->continue_flow = flow_dead(b->flow);
    b->context->loops = loop;
}

static void check_loop_end(Body *b, LoopScope *loop, Flow head, uint32_t log) {
    b->context->loops = loop->outer;
    Flow back = flow_join(b->arena, b->flow, loop->continue_flow);
    for (uint32_t i = log; i < b->assignment_count && !back.dead; i++) {
        const Assignment *assignment = &b->assignments[i];
        if (!assignment->once || assignment->flow_index == FLOW_UNTRACKED ||
            !flow_is_unassigned(&head, assignment->flow_index) ||
            flow_is_unassigned(&back, assignment->flow_index))
            continue;
        if (b->context->init && assignment->flow_index == b->context->init->super_index) {
            Diagnostic *d = check_report(b, DIAGNOSTIC_SUPER_TWICE, assignment->span, NULL, NULL);
            diagnostic_label(d, "called again in the next round of the loop");
            continue;
        }
        Diagnostic *d = check_report(b, DIAGNOSTIC_ASSIGNED_TWICE, assignment->span, assignment->name, NULL);
        diagnostic_label(d, "assigned again in the next round of the loop");
        diagnostic_help(d, "declare it with `var` to assign it more than once");
    }
}

TreeExpr *check_while(Body *b, const AstStmt *s) {
    const AstCondition *condition = s->while_.condition;
    bool forever =
        !condition->pattern && condition->value->kind == AST_EXPR_BOOL && condition->value->boolean.value;
    TreeExpr *tree = check_tree(b, TREE_WHILE, check_builtin(b, TYPE_VOID), s->span);
    LoopScope loop;
    check_loop_begin(b, &loop, s->while_.label, s->while_.body);
    tree->loop = loop.loop;
    Flow head = b->flow, when_true, when_false;
    uint32_t log = b->assignment_count, mark = check_scope_open(b);
    tree->a = check_condition(b, condition, &when_true, &when_false);
    b->flow = when_true;
    tree->b = check_expr(b, s->while_.body, tree->type);
    check_scope_close(b, mark);
    check_loop_end(b, &loop, head, log);
    if (forever)
        when_false.dead = true;
    b->flow = flow_join(b->arena, when_false, loop.break_flow);
    if (b->flow.dead)
        tree->type = check_builtin(b, TYPE_NEVER);
    return tree;
}

// ------------------------------------------------------------------------------------------------- ranges

typedef struct RangeHead {
    const AstExpr *range;
    const AstExpr *step; // or NULL
    bool reversed;
} RangeHead;

// a..b, (a..b).reversed(), (a..b).step(k): counted without making a Range.
static bool check_is_range_head(Body *b, const AstExpr *e, RangeHead *out) {
    *out = (RangeHead){0};
    if (e->kind == AST_EXPR_RANGE) {
        out->range = e;
        return true;
    }
    if (e->kind != AST_EXPR_CALL || e->call.callee->kind != AST_EXPR_MEMBER ||
        e->call.callee->member.object->kind != AST_EXPR_RANGE)
        return false;
    out->range = e->call.callee->member.object;
    const char *name = e->call.callee->member.name.text;
    if (name == intern_string(b->checker->names, "reversed") && e->call.argument_count == 0) {
        out->reversed = true;
        return true;
    }
    if (name == intern_string(b->checker->names, "step") && e->call.argument_count == 1 &&
        !e->call.arguments[0].name.text) {
        out->step = e->call.arguments[0].value;
        return true;
    }
    return false;
}

// Both ends with one integer type.
static bool check_range_ends(Body *b, const AstExpr *range, TreeExpr **low, TreeExpr **high) {
    const AstExpr *first = range->range.low, *last = range->range.high;
    if (check_is_literal_expr(first) && !check_is_literal_expr(last)) {
        *high = check_operand(b, last, NULL);
        *low = check_operand(b, first, (*high)->type);
    } else {
        *low = check_operand(b, first, NULL);
        *high = check_operand(b, last, (*low)->type);
    }
    if ((*low)->type->has_error || (*high)->type->has_error)
        return false;
    if (!type_is_integer((*low)->type)) {
        Diagnostic *d =
            check_report(b, DIAGNOSTIC_RANGE_TYPE, first->span, check_name_of(b, (*low)->type), NULL);
        diagnostic_label(d, "ranges count integers");
        return false;
    }
    *high = check_convert(b, *high, (*low)->type, last->span);
    return !(*high)->type->has_error;
}

// A step that is not a positive constant is tested as Range.step tests it: by calling that.
static TreeExpr *check_step(Body *b, TreeExpr *step, Span span) {
    TypeDecl *range = b->checker->core.Range;
    Member member;
    if (step->type->has_error || (step->kind == TREE_CONSTANT && step->constant.integer > 0) || !range ||
        !check_need_method(b, range->self_type, "step", &member) || range->init_count != 1 ||
        range->inits[0]->parameter_count != 4)
        return step;
    const Type *integer = check_builtin(b, TYPE_I64);
    Variable *variable;
    TreeExpr **statements = ARENA_ARRAY(b->arena, TreeExpr *, 2);
    statements[0] = check_temporary(b, step, &variable);
    TreeExpr *empty = check_tree(b, TREE_NEW, range->self_type, span);
    empty->function = range->inits[0];
    empty->arg_count = 4;
    empty->args = ARENA_ARRAY(b->arena, TreeExpr *, 4);
    for (uint32_t i = 0; i < 3; i++)
        empty->args[i] = check_integer_tree(b, i == 2, span);
    empty->args[3] = check_constant_tree(b, (Constant){.type = check_builtin(b, TYPE_BOOL)}, span);
    TreeExpr *value = check_variable_tree(b, variable, span);
    if (value->type != integer)
        value = check_unary_tree(b, TREE_CONVERT, integer, value, span);
    TreeExpr *call = check_make_call(b, &member, empty, &value, 1, span);
    TreeExpr *test = check_unary_tree(b, TREE_BINARY, check_builtin(b, TYPE_BOOL),
                                      check_variable_tree(b, variable, span), span);
    test->op = OPERATOR_LE;
    test->b = check_constant_tree(b, constant_integer(step->type, 0), span);
    TreeExpr *guard = check_unary_tree(b, TREE_IF, check_builtin(b, TYPE_VOID), test, span);
    TreeExpr **body = ARENA_ARRAY(b->arena, TreeExpr *, 1);
    body[0] = call;
    guard->b = check_block_tree(b, body, 1, NULL, span);
    statements[1] = guard;
    return check_block_tree(b, statements, 2, check_variable_tree(b, variable, span), span);
}

static TreeExpr *check_for_range(Body *b, const AstStmt *s, const RangeHead *head) {
    TreeExpr *tree = check_tree(b, TREE_FOR_RANGE, check_builtin(b, TYPE_VOID), s->span);
    const Type *type = check_builtin(b, TYPE_ERROR);
    if (check_range_ends(b, head->range, &tree->a, &tree->b))
        type = tree->a->type;
    tree->range_inclusive = head->range->range.inclusive;
    tree->range_reversed = head->reversed;
    if (head->step)
        tree->c = check_step(
            b, type->has_error ? check_operand(b, head->step, NULL) : check_value(b, head->step, type),
            head->step->span);
    TreePattern *pattern = check_irrefutable(b, s->for_.pattern, type, true, "for");
    tree->variable =
        pattern->variable ? pattern->variable : check_declare(b, NULL, type, s->for_.pattern->span, true);
    check_info(b, tree->variable)->is_loop_variable = true;
    return tree;
}

// ---------------------------------------------------------------------------------------------- iterables

static TreeExpr *check_not_iterable(Body *b, const AstExpr *e, const Type *type) {
    Diagnostic *d = check_report(b, DIAGNOSTIC_NOT_ITERABLE, e->span, check_name_of(b, type), NULL);
    if (type->kind == TYPE_STRING)
        diagnostic_suggest(d, (Span){e->span.file, e->span.end, e->span.end}, ".chars()",
                           "iterate over its characters with `.chars()`, or over its bytes with `.bytes()`");
    else if (type_is_integer(type))
        diagnostic_help(d, "to count, iterate over a range: `0..%s`", check_source_text(b, e->span));
    else if (type->kind == TYPE_OPTIONAL)
        diagnostic_help(d, "it may be null: take the value with `!`, `??` or `if let` first");
    else if (type->kind == TYPE_NAMED)
        diagnostic_help(d, "implement `Iterable<T>`: `fn iterator(): Iterator<T>`");
    return NULL;
}

// The element type of an iterable; fills in the loop, or NULL, reported.
static const Type *check_iterator(Body *b, const AstExpr *e, TreeExpr *iterable, TreeExpr *tree) {
    const CoreTypes *core = &b->checker->core;
    const Type *type = iterable->type;
    Member iterator, next;
    if (core->Iterable && find_interface(b->checker, type, core->Iterable) &&
        check_need_method(b, type, "iterator", &iterator) && iterator.method->parameter_count == 0) {
        iterable = check_make_call(b, &iterator, iterable, NULL, 0, e->span);
    } else if (!core->Iterator || !find_interface(b->checker, type, core->Iterator)) {
        check_not_iterable(b, e, type);
        return NULL;
    }
    tree->a = iterable;
    if (iterable->type->has_error)
        return NULL;
    if (!check_need_method(b, iterable->type, "next", &next) || !next.method->result ||
        next.method->result->has_error) {
        check_not_iterable(b, e, iterable->type);
        return NULL;
    }
    tree->function = next.method;
    tree->type_args = next.type_args;
    tree->type_arg_count = next.type_arg_count;
    tree->flag = next.is_virtual;
    return check_strip(check_through(b, &next, next.method, next.method->result));
}

static TreeExpr *check_for_each(Body *b, const AstStmt *s) {
    const AstExpr *e = s->for_.iterable;
    TreeExpr *tree = check_tree(b, TREE_FOR_ITERATE, check_builtin(b, TYPE_VOID), s->span);
    TreeExpr *iterable = check_operand(b, e, NULL);
    const Type *element = NULL;
    tree->a = iterable;
    if (iterable->type->kind == TYPE_ARRAY) {
        tree->kind = TREE_FOR_ARRAY;
        element = iterable->type->args[0];
    } else if (!iterable->type->has_error && iterable->type->kind != TYPE_NEVER) {
        element = check_iterator(b, e, iterable, tree);
    }
    tree->pattern =
        check_irrefutable(b, s->for_.pattern, element ? element : check_builtin(b, TYPE_ERROR), true, "for");
    if (tree->pattern->variable)
        check_info(b, tree->pattern->variable)->is_loop_variable = true;
    return tree;
}

TreeExpr *check_for(Body *b, const AstStmt *s) {
    uint32_t mark = check_scope_open(b);
    RangeHead range;
    TreeExpr *tree = check_is_range_head(b, s->for_.iterable, &range) ? check_for_range(b, s, &range)
                                                                      : check_for_each(b, s);
    LoopScope loop;
    check_loop_begin(b, &loop, s->for_.label, s->for_.body);
    tree->loop = loop.loop;
    Flow head = b->flow;
    uint32_t log = b->assignment_count;
    tree->d = check_expr(b, s->for_.body, tree->type);
    check_scope_close(b, mark);
    check_loop_end(b, &loop, head, log);
    b->flow = flow_join(b->arena, head, loop.break_flow);
    return tree;
}
