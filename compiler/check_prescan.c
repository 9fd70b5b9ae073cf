// A look ahead over syntax: which names are assigned inside closures, and which inside a loop.
//
// Narrowing must know both before it comes to the code: a variable that a closure may assign is never narrowed,
// and what a loop's body assigns is not narrowed at its head. Both work by name, which errs on the safe side
// where a name is shadowed.
#include "compiler/check.h"

// One walk over statements and expressions serves both questions.
typedef struct Prescan {
    Body *b;
    NameSet *out;
    bool closures;         // collect only what closures assign
    uint32_t depth;        // closures around the current place
    const char **declared; // names declared in the closures around, with the closure's depth
    uint32_t *declared_depth;
    uint32_t declared_count, declared_capacity, depth_capacity;
} Prescan;

static void prescan_expr(Prescan *p, const AstExpr *e);
static void prescan_statement(Prescan *p, const AstStmt *s);

bool check_names_contain(const char *const *names, uint32_t count, const char *name) {
    for (uint32_t i = 0; i < count; i++)
        if (names[i] == name)
            return true;
    return false;
}

// Whether the closure around assigns a variable of its own.
static bool prescan_is_own(const Prescan *p, const char *name) {
    for (uint32_t i = p->declared_count; i-- > 0;)
        if (p->declared[i] == name)
            return p->declared_depth[i] == p->depth;
    return false;
}

// Only the variable itself matters: what is assigned to a part of it does not change its narrowing.
static void prescan_assigned(Prescan *p, const AstExpr *target) {
    if (target->kind == AST_EXPR_TUPLE) {
        for (uint32_t i = 0; i < target->list.count; i++)
            prescan_assigned(p, target->list.elements[i]);
        return;
    }
    if (target->kind != AST_EXPR_NAME)
        return;
    const char *name = target->name.name.text;
    if (p->closures && (!p->depth || prescan_is_own(p, name)))
        return;
    if (!check_names_contain(p->out->names, p->out->count, name))
        ARENA_PUSH(p->b->arena, p->out->names, p->out->count, p->out->capacity, name);
}

static void prescan_declare(Prescan *p, const char *name) {
    if (!p->closures || !name)
        return;
    uint32_t count = p->declared_count;
    ARENA_PUSH(p->b->arena, p->declared, p->declared_count, p->declared_capacity, name);
    p->declared_depth =
        arena_grow(p->b->arena, p->declared_depth, count, &p->depth_capacity, sizeof *p->declared_depth);
    p->declared_depth[count] = p->depth;
}

static void prescan_pattern(Prescan *p, const AstPattern *pattern) {
    if (!pattern || !p->closures)
        return;
    switch (pattern->kind) {
    case AST_PATTERN_NAME: prescan_declare(p, pattern->name.name.text); break;
    case AST_PATTERN_TYPE: prescan_declare(p, pattern->type_test.name.text); break;
    case AST_PATTERN_CASE:
        for (uint32_t i = 0; i < pattern->variant.field_count; i++)
            prescan_pattern(p, pattern->variant.fields[i].pattern);
        break;
    case AST_PATTERN_TUPLE:
        for (uint32_t i = 0; i < pattern->tuple.count; i++)
            prescan_pattern(p, pattern->tuple.elements[i]);
        break;
    case AST_PATTERN_ALTERNATIVES:
        for (uint32_t i = 0; i < pattern->alternatives.count; i++)
            prescan_pattern(p, pattern->alternatives.options[i]);
        break;
    default: break;
    }
}

static void prescan_closure(Prescan *p, const AstParameter *parameters, uint32_t count, const AstExpr *body) {
    uint32_t mark = p->declared_count;
    p->depth++;
    for (uint32_t i = 0; i < count; i++)
        prescan_declare(p, parameters[i].name.text);
    if (body)
        prescan_expr(p, body);
    p->depth--;
    p->declared_count = mark;
}

static void prescan_condition(Prescan *p, const AstCondition *condition) {
    prescan_expr(p, condition->value);
    prescan_pattern(p, condition->pattern);
}

static void prescan_statement(Prescan *p, const AstStmt *s) {
    switch (s->kind) {
    case AST_STMT_ERROR: break;
    case AST_STMT_EXPR: prescan_expr(p, s->expr.value); break;
    case AST_STMT_DECL: {
        const AstDecl *decl = s->decl.decl;
        if (decl->kind == AST_DECL_BINDING) {
            if (decl->binding.value)
                prescan_expr(p, decl->binding.value);
            prescan_pattern(p, decl->binding.pattern);
        } else if (decl->kind == AST_DECL_FUNCTION && p->b->context) {
            prescan_closure(p, decl->function.parameters, decl->function.parameter_count,
                            decl->function.body);
        }
        break;
    }
    case AST_STMT_ASSIGN:
        prescan_assigned(p, s->assign.target);
        prescan_expr(p, s->assign.target);
        prescan_expr(p, s->assign.value);
        break;
    case AST_STMT_WHILE:
        prescan_condition(p, s->while_.condition);
        prescan_expr(p, s->while_.body);
        break;
    case AST_STMT_FOR:
        prescan_expr(p, s->for_.iterable);
        prescan_pattern(p, s->for_.pattern);
        prescan_expr(p, s->for_.body);
        break;
    case AST_STMT_GUARD:
        prescan_condition(p, s->guard.condition);
        prescan_expr(p, s->guard.else_body);
        break;
    case AST_STMT_DEFER: prescan_expr(p, s->defer.body); break;
    }
}

static void prescan_list(Prescan *p, AstExpr *const *items, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        prescan_expr(p, items[i]);
}

static void prescan_control(Prescan *p, const AstExpr *e) {
    switch (e->kind) {
    case AST_EXPR_BLOCK: {
        uint32_t mark = p->declared_count;
        for (uint32_t i = 0; i < e->block.count; i++)
            prescan_statement(p, e->block.statements[i]);
        p->declared_count = mark;
        break;
    }
    case AST_EXPR_IF:
        for (; e; e = e->if_.else_body) {
            if (e->kind != AST_EXPR_IF) {
                prescan_expr(p, e);
                break;
            }
            prescan_condition(p, e->if_.condition);
            prescan_expr(p, e->if_.then_body);
        }
        break;
    case AST_EXPR_MATCH:
        prescan_expr(p, e->match.subject);
        for (uint32_t i = 0; i < e->match.count; i++) {
            const AstMatchArm *arm = &e->match.arms[i];
            prescan_pattern(p, arm->pattern);
            if (arm->guard)
                prescan_expr(p, arm->guard);
            prescan_expr(p, arm->body);
        }
        break;
    case AST_EXPR_TRY:
        prescan_expr(p, e->try_.body);
        for (uint32_t i = 0; i < e->try_.catch_count; i++) {
            prescan_declare(p, e->try_.catches[i].name.text);
            prescan_expr(p, e->try_.catches[i].body);
        }
        if (e->try_.finally_body)
            prescan_expr(p, e->try_.finally_body);
        break;
    default: break;
    }
}

static void prescan_expr(Prescan *p, const AstExpr *e) {
    switch (e->kind) {
    case AST_EXPR_ERROR:
    case AST_EXPR_INT:
    case AST_EXPR_FLOAT:
    case AST_EXPR_CHAR:
    case AST_EXPR_STRING:
    case AST_EXPR_BOOL:
    case AST_EXPR_NULL:
    case AST_EXPR_NAME:
    case AST_EXPR_SELF:
    case AST_EXPR_SUPER:
    case AST_EXPR_IMPLICIT_MEMBER:
    case AST_EXPR_BREAK:
    case AST_EXPR_CONTINUE:
    case AST_EXPR_SELECT: break;
    case AST_EXPR_INTERPOLATION:
        for (uint32_t i = 0; i < e->interpolation.count; i++)
            if (e->interpolation.parts[i].value)
                prescan_expr(p, e->interpolation.parts[i].value);
        break;
    case AST_EXPR_TUPLE:
    case AST_EXPR_LIST: prescan_list(p, e->list.elements, e->list.count); break;
    case AST_EXPR_MAP:
        for (uint32_t i = 0; i < e->map.count; i++) {
            prescan_expr(p, e->map.entries[i].key);
            prescan_expr(p, e->map.entries[i].value);
        }
        break;
    case AST_EXPR_MEMBER: prescan_expr(p, e->member.object); break;
    case AST_EXPR_TUPLE_MEMBER: prescan_expr(p, e->tuple_member.object); break;
    case AST_EXPR_INSTANTIATE: prescan_expr(p, e->instantiate.operand); break;
    case AST_EXPR_CALL:
        prescan_expr(p, e->call.callee);
        for (uint32_t i = 0; i < e->call.argument_count; i++)
            prescan_expr(p, e->call.arguments[i].value);
        break;
    case AST_EXPR_INDEX:
        prescan_expr(p, e->index.object);
        prescan_expr(p, e->index.index);
        break;
    case AST_EXPR_SLICE:
        prescan_expr(p, e->slice.object);
        if (e->slice.low)
            prescan_expr(p, e->slice.low);
        if (e->slice.high)
            prescan_expr(p, e->slice.high);
        break;
    case AST_EXPR_UNARY: prescan_expr(p, e->unary.operand); break;
    case AST_EXPR_BINARY:
        prescan_expr(p, e->binary.left);
        prescan_expr(p, e->binary.right);
        break;
    case AST_EXPR_RANGE:
        prescan_expr(p, e->range.low);
        prescan_expr(p, e->range.high);
        break;
    case AST_EXPR_CAST:
    case AST_EXPR_IS: prescan_expr(p, e->cast.operand); break;
    case AST_EXPR_OPTIONAL_CHAIN:
    case AST_EXPR_UNWRAP:
    case AST_EXPR_TRY_OPTIONAL:
    case AST_EXPR_THROW:
    case AST_EXPR_RETURN:
    case AST_EXPR_SPAWN:
    case AST_EXPR_SCOPE:
        if (e->operand.operand)
            prescan_expr(p, e->operand.operand);
        break;
    case AST_EXPR_LAMBDA:
        prescan_closure(p, e->lambda.parameters, e->lambda.parameter_count, e->lambda.body);
        break;
    case AST_EXPR_BLOCK:
    case AST_EXPR_IF:
    case AST_EXPR_MATCH:
    case AST_EXPR_TRY: prescan_control(p, e); break;
    }
}

NameSet check_closure_assigned(Body *b, const AstExpr *body) {
    NameSet names = {0};
    Prescan prescan = {.b = b, .out = &names, .closures = true};
    prescan_expr(&prescan, body);
    return names;
}

NameSet check_closure_assigned_items(Body *b, AstStmt *const *items, uint32_t count) {
    NameSet names = {0};
    Prescan prescan = {.b = b, .out = &names, .closures = true};
    for (uint32_t i = 0; i < count; i++)
        prescan_statement(&prescan, items[i]);
    return names;
}

void check_assigned_names(Body *b, const AstExpr *code, NameSet *out) {
    Prescan prescan = {.b = b, .out = out};
    prescan_expr(&prescan, code);
}

void check_forget_assigned(Body *b, const NameSet *names) {
    for (uint32_t i = 0; i < names->count; i++) {
        const Local *local = check_find_local(b, names->names[i]);
        for (; local; local = local->hides ? &b->locals[local->hides - 1] : NULL) {
            if (!local->variable || local->variable->is_let)
                continue;
            flow_forget(b->arena, &b->flow, local->variable);
            VariableInfo *info = check_info(b, local->variable);
            if (info->flow_index != FLOW_UNTRACKED)
                flow_maybe_assign(b->arena, &b->flow, info->flow_index);
        }
    }
}

void check_log_assignment(Body *b, Assignment assignment) {
    ARENA_PUSH(b->arena, b->assignments, b->assignment_count, b->assignment_capacity, assignment);
}

Flow check_interrupted(Body *b, Flow before, uint32_t mark) {
    for (uint32_t i = mark; i < b->assignment_count; i++) {
        const Assignment *assignment = &b->assignments[i];
        if (assignment->variable)
            flow_forget(b->arena, &before, assignment->variable);
        if (assignment->flow_index != FLOW_UNTRACKED)
            flow_maybe_assign(b->arena, &before, assignment->flow_index);
    }
    return before;
}
