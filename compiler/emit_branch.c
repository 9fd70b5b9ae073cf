// Conditions, patterns and match.
//
// A condition is never a value if it can be a branch: comparisons of scalars fuse with their jump. A pattern
// is a chain
// of tests that leave for its fail label. A match tries its arms in order; one over an enum or over many
// integers goes
// through a switch to the first arm that can match, past tests whose outcome the switch has settled.
#include "compiler/emit.h"

// -------------------------------------------------------------------------------------------------- branches

static bool is_scalar(const Type *type) {
    if (type_is_number(type) || type->kind == TYPE_BOOL || type->kind == TYPE_CHAR)
        return true;
    return type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_ENUM && !type->decl->has_payload;
}

static void branch_on_value(FunctionEmitter *f, TreeExpr *condition, Label *target, bool when) {
    uint32_t a = emit_operand(f, condition, NULL, 0);
    EMIT(f, aL, when ? COR_OP_BR_TRUE : COR_OP_BR_FALSE, a, emit_target(target));
}

static void branch_on_null(FunctionEmitter *f, TreeExpr *condition, Label *target, bool when) {
    TreeExpr *value = condition->b->kind == TREE_NULL ? condition->a : condition->b;
    uint32_t a = emit_operand(f, value, NULL, 0);
    if ((condition->op == OPERATOR_EQ) == when) {
        EMIT(f, aL, COR_OP_BR_NULL, a, emit_target(target));
        return;
    }
    uint32_t is_null = emit_temp(f, condition->type);
    EMIT(f, da, COR_OP_IS_NULL, is_null, a);
    EMIT(f, aL, COR_OP_BR_FALSE, is_null, emit_target(target));
}

static void branch_on_comparison(FunctionEmitter *f, TreeExpr *condition, Label *target, bool when) {
    uint32_t a = emit_operand(f, condition->a, &condition->b, 1);
    uint32_t b = emit_operand(f, condition->b, NULL, 0);
    if (!f->live)
        return;
    CorOpcode op;
    bool swap = false;
    switch (condition->op) {
    case OPERATOR_EQ: op = when ? COR_OP_BR_EQ : COR_OP_BR_NE; break;
    case OPERATOR_NE: op = when ? COR_OP_BR_NE : COR_OP_BR_EQ; break;
    case OPERATOR_LT: op = when ? COR_OP_BR_LT : COR_OP_BR_NOT_LT; break;
    case OPERATOR_LE: op = when ? COR_OP_BR_LE : COR_OP_BR_NOT_LE; break;
    case OPERATOR_GT:
        op = when ? COR_OP_BR_LT : COR_OP_BR_NOT_LT;
        swap = true;
        break;
    default:
        op = when ? COR_OP_BR_LE : COR_OP_BR_NOT_LE;
        swap = true;
        break;
    }
    EMIT(f, aaL, op, swap ? b : a, swap ? a : b, emit_target(target));
}

static void branch_on_binary(FunctionEmitter *f, TreeExpr *condition, Label *target, bool when) {
    bool is_equality = condition->op == OPERATOR_EQ || condition->op == OPERATOR_NE;
    bool is_order = condition->op >= OPERATOR_LT && condition->op <= OPERATOR_GE;
    if (is_equality && (condition->a->kind == TREE_NULL || condition->b->kind == TREE_NULL))
        branch_on_null(f, condition, target, when);
    else if (is_scalar(condition->a->type) &&
             (is_equality ||
              (is_order && condition->a->type->kind != TYPE_BOOL && condition->a->type->kind != TYPE_NAMED)))
        branch_on_comparison(f, condition, target, when);
    else
        branch_on_value(f, condition, target, when);
}

// `a && b` when `all`, else `a || b`: goes to `target` when the whole is `when`.
static void branch_on_pair(FunctionEmitter *f, TreeExpr *condition, bool all, Label *target, bool when) {
    if (all != when) { // one of them decides
        emit_branch(f, condition->a, target, when);
        if (f->live)
            emit_branch(f, condition->b, target, when);
        return;
    }
    Label skip = emit_label(f);
    emit_branch(f, condition->a, &skip, !when);
    if (f->live)
        emit_branch(f, condition->b, target, when);
    emit_bind(f, &skip);
}

static void branch_on_test(FunctionEmitter *f, TreeExpr *condition, Label *target, bool when) {
    uint32_t subject = emit_operand(f, condition->a, NULL, 0);
    bool stable = condition->a->kind != TREE_VARIABLE || condition->a->variable->is_let;
    if (!when) {
        emit_pattern(f, condition->pattern, subject, stable, target);
        return;
    }
    Label fail = emit_label(f);
    emit_pattern(f, condition->pattern, subject, stable, &fail);
    emit_jump(f, target);
    emit_bind(f, &fail);
}

void emit_branch(FunctionEmitter *f, TreeExpr *condition, Label *target, bool when) {
    if (!f->live)
        return;
    switch (condition->kind) {
    case TREE_CONSTANT:
        if ((condition->constant.integer != 0) == when)
            emit_jump(f, target);
        break;
    case TREE_UNARY:
        if (condition->op == OPERATOR_NOT)
            emit_branch(f, condition->a, target, !when);
        else
            branch_on_value(f, condition, target, when);
        break;
    case TREE_AND: branch_on_pair(f, condition, true, target, when); break;
    case TREE_OR: branch_on_pair(f, condition, false, target, when); break;
    case TREE_BINARY: branch_on_binary(f, condition, target, when); break;
    case TREE_TEST: branch_on_test(f, condition, target, when); break;
    default: branch_on_value(f, condition, target, when); break;
    }
}

// -------------------------------------------------------------------------------------------------- patterns

static void pattern_constant(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, Label *fail) {
    uint32_t constant = emit_constant(f, &pattern->low, COR_NONE);
    if (is_scalar(pattern->low.type)) {
        EMIT(f, aaL, COR_OP_BR_NE, subject, constant, emit_target(fail));
        return;
    }
    uint32_t same = emit_temp(f, types_builtin(f->emitter->checker->types, TYPE_BOOL));
    EMIT(f, daa, COR_OP_EQ, same, subject, constant);
    EMIT(f, aL, COR_OP_BR_FALSE, same, emit_target(fail));
}

static void pattern_range(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, Label *fail) {
    if (pattern->has_low)
        EMIT(f, aaL, COR_OP_BR_NOT_LE, emit_constant(f, &pattern->low, COR_NONE), subject, emit_target(fail));
    if (!pattern->has_high)
        return;
    uint32_t high = emit_constant(f, &pattern->high, COR_NONE);
    EMIT(f, aaL, pattern->inclusive ? COR_OP_BR_NOT_LE : COR_OP_BR_NOT_LT, subject, high, emit_target(fail));
}

static void pattern_bind(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, bool stable,
                         Label *fail) {
    Variable *variable = pattern->variable;
    uint64_t known;
    bool is_local = variable->kind == VARIABLE_LOCAL;
    if (stable && is_local && variable->is_let && !variable->in_cell &&
        !pointer_map_get(&f->registers, variable, &known)) {
        pointer_map_set(&f->registers, f->scratch, variable, subject);
        emit_keep(f, subject);
    } else if (f->live)
        emit_variable_define(f, variable, subject);
    if (pattern->sub)
        emit_pattern(f, pattern->sub, subject, stable, fail);
}

static void pattern_payload(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, Label *fail) {
    for (uint32_t i = 0; i < pattern->sub_count; i++) {
        TreePattern *sub = pattern->subs[i];
        if (!sub || sub->kind == PATTERN_WILDCARD)
            continue;
        const Type *type =
            member_type(f->emitter->checker, pattern->type, pattern->enum_case->fields[i].type);
        uint32_t value = emit_temp(f, type);
        EMIT(f, dann, COR_OP_PAYLOAD, value, subject, pattern->enum_case->ordinal, i);
        emit_pattern(f, sub, value, true, fail);
    }
}

static void pattern_parts(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, Label *fail) {
    for (uint32_t i = 0; i < pattern->sub_count; i++) {
        TreePattern *sub = pattern->subs[i];
        if (!sub || sub->kind == PATTERN_WILDCARD)
            continue;
        CorPathStep step = {COR_PATH_TUPLE, 0, i};
        const Type *type = pattern->kind == PATTERN_TUPLE ? pattern->type->args[i] : NULL;
        if (pattern->kind == PATTERN_STRUCT) {
            TypeDecl *decl = pattern->type->decl;
            type = member_type(f->emitter->checker, pattern->type, decl->fields[i].type);
            step = (CorPathStep){COR_PATH_FIELD, emit_definition(f->emitter, decl),
                                 emit_field_index(f->emitter, &decl->fields[i])};
        }
        uint32_t value = emit_temp(f, type);
        EMIT(f, daP, COR_OP_LOAD, value, subject, &step, 1);
        emit_pattern(f, sub, value, true, fail);
    }
}

static void pattern_null(FunctionEmitter *f, uint32_t subject, Label *fail) {
    uint32_t is_null = emit_temp(f, types_builtin(f->emitter->checker->types, TYPE_BOOL));
    EMIT(f, da, COR_OP_IS_NULL, is_null, subject);
    EMIT(f, aL, COR_OP_BR_FALSE, is_null, emit_target(fail));
}

static void pattern_some(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, Label *fail) {
    uint32_t value = emit_temp(f, pattern->type->args[0]);
    EMIT(f, daL, COR_OP_BR_NONE, value, subject, emit_target(fail));
    if (pattern->sub)
        emit_pattern(f, pattern->sub, value, true, fail);
}

static void pattern_type(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, bool stable,
                         Label *fail) {
    uint32_t type = emit_type(f->emitter, pattern->type);
    if (cor_code_register_type(f->code, subject) == type) {
        if (pattern->sub)
            emit_pattern(f, pattern->sub, subject, stable, fail);
        return;
    }
    if (pattern->boxes) {
        uint32_t boxed = emit_temp(f, types_builtin(f->emitter->checker->types, TYPE_ANY));
        EMIT(f, da, COR_OP_UPCAST, boxed, subject);
        subject = boxed;
    }
    uint32_t value = emit_raw_temp(f, type);
    EMIT(f, daL, COR_OP_BR_IS_NOT, value, subject, emit_target(fail));
    if (pattern->sub)
        emit_pattern(f, pattern->sub, value, true, fail);
}

static void declare_bindings(FunctionEmitter *f, const TreePattern *pattern) {
    if (pattern->kind == PATTERN_BIND && pattern->variable->kind == VARIABLE_LOCAL)
        emit_variable_register(f, pattern->variable);
    if (pattern->sub)
        declare_bindings(f, pattern->sub);
    for (uint32_t i = 0; i < pattern->sub_count; i++)
        if (pattern->subs[i])
            declare_bindings(f, pattern->subs[i]);
}

static void pattern_alternatives(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, bool stable,
                                 Label *fail) {
    declare_bindings(f, pattern); // one register for all options
    Label matched = emit_label(f);
    for (uint32_t i = 0; i < pattern->sub_count; i++) {
        if (i + 1 == pattern->sub_count) {
            emit_pattern(f, pattern->subs[i], subject, stable, fail);
            break;
        }
        Label next = emit_label(f);
        emit_pattern(f, pattern->subs[i], subject, stable, &next);
        emit_jump(f, &matched);
        emit_bind(f, &next);
        if (!f->live)
            break;
    }
    emit_bind(f, &matched);
}

void emit_pattern(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, bool stable, Label *fail) {
    if (!f->live)
        return;
    switch (pattern->kind) {
    case PATTERN_WILDCARD: break;
    case PATTERN_BIND: pattern_bind(f, pattern, subject, stable, fail); break;
    case PATTERN_CONSTANT: pattern_constant(f, pattern, subject, fail); break;
    case PATTERN_RANGE: pattern_range(f, pattern, subject, fail); break;
    case PATTERN_CASE:
        EMIT(f, anL, COR_OP_BR_CASE_NOT, subject, pattern->enum_case->ordinal, emit_target(fail));
        pattern_payload(f, pattern, subject, fail);
        break;
    case PATTERN_TUPLE:
    case PATTERN_STRUCT: pattern_parts(f, pattern, subject, fail); break;
    case PATTERN_NULL: pattern_null(f, subject, fail); break;
    case PATTERN_SOME: pattern_some(f, pattern, subject, fail); break;
    case PATTERN_TYPE: pattern_type(f, pattern, subject, stable, fail); break;
    case PATTERN_ALTERNATIVE: pattern_alternatives(f, pattern, subject, stable, fail); break;
    }
}

// ----------------------------------------------------------------------------------------------------- match

enum { SWITCH_MIN_ARMS = 4, SWITCH_MAX_SPAN = 1024 };

// What a switch can know of a pattern: the one value (ordinal or integer) it needs, that it takes any, or
// neither.
typedef enum KeyKind { KEY_ONE, KEY_ANY, KEY_OTHER } KeyKind;

static KeyKind pattern_key(const TreePattern *pattern, int64_t *key) {
    switch (pattern->kind) {
    case PATTERN_CASE: *key = pattern->enum_case->ordinal; return KEY_ONE;
    case PATTERN_CONSTANT:
        if (!type_is_integer(pattern->low.type) && pattern->low.type->kind != TYPE_CHAR)
            return KEY_OTHER;
        *key = pattern->low.integer;
        return KEY_ONE;
    case PATTERN_BIND: return pattern->sub ? pattern_key(pattern->sub, key) : KEY_ANY;
    case PATTERN_WILDCARD: return KEY_ANY;
    default: return KEY_OTHER;
    }
}

static bool pattern_may_take(const TreePattern *pattern, int64_t value) {
    if (pattern->kind == PATTERN_ALTERNATIVE) {
        for (uint32_t i = 0; i < pattern->sub_count; i++)
            if (pattern_may_take(pattern->subs[i], value))
                return true;
        return false;
    }
    int64_t key;
    return pattern_key(pattern, &key) != KEY_ONE || key == value;
}

static void note_keys(const TreePattern *pattern, int64_t *low, int64_t *high, uint32_t *count) {
    int64_t key;
    for (uint32_t i = 0; pattern->kind == PATTERN_ALTERNATIVE && i < pattern->sub_count; i++)
        note_keys(pattern->subs[i], low, high, count);
    if (pattern->kind == PATTERN_ALTERNATIVE || pattern_key(pattern, &key) != KEY_ONE)
        return;
    if (!*count || key < *low)
        *low = key;
    if (!*count || key > *high)
        *high = key;
    ++*count;
}

typedef struct MatchLabels {
    Label test; // the arm with all its tests
    Label skip; // the arm behind the test that the switch has settled
} MatchLabels;

static bool has_settled_test(const TreePattern *pattern) {
    return pattern->kind == PATTERN_CASE || pattern->kind == PATTERN_CONSTANT;
}

// Where the switch goes for a value: the first arm that can take it.
static CorLabel switch_target(TreeExpr *match, MatchLabels *arms, int64_t value, Label *none) {
    for (uint32_t i = 0; i < match->arm_count; i++) {
        TreePattern *pattern = match->arms[i].pattern;
        if (!pattern_may_take(pattern, value))
            continue;
        return emit_target(has_settled_test(pattern) ? &arms[i].skip : &arms[i].test);
    }
    return emit_target(none);
}

static void emit_switch(FunctionEmitter *f, TreeExpr *match, uint32_t subject, MatchLabels *arms, Label *none,
                        int64_t low, int64_t high) {
    const Type *integer = types_builtin(f->emitter->checker->types, TYPE_I64), *type = match->a->type;
    uint32_t selector = subject;
    if (type->kind == TYPE_NAMED) {
        selector = emit_temp(f, integer);
        EMIT(f, da, COR_OP_TAG, selector, subject);
    } else if (type != integer) {
        selector = emit_temp(f, integer);
        EMIT(f, da, COR_OP_CONVERT, selector, subject);
    }
    if (low != 0) {
        uint32_t offset = emit_int(f, integer, low, COR_NONE), shifted = emit_temp(f, integer);
        EMIT(f, daa, COR_OP_SUB, shifted, selector, offset);
        selector = shifted;
    }
    uint32_t count = (uint32_t)(high - low + 1);
    CorLabel *targets = ARENA_ARRAY(f->scratch, CorLabel, count);
    for (uint32_t i = 0; i < count; i++)
        targets[i] = switch_target(match, arms, low + i, none);
    CorLabel otherwise = 0;
    bool found = false;
    for (uint32_t i = 0; i < match->arm_count && !found; i++) { // a value no key names
        int64_t key;
        const TreePattern *pattern = match->arms[i].pattern;
        if (pattern->kind == PATTERN_ALTERNATIVE || pattern_key(pattern, &key) == KEY_ONE)
            continue;
        otherwise = emit_target(&arms[i].test);
        found = true;
    }
    EMIT(f, aTL, COR_OP_SWITCH, selector, targets, count, found ? otherwise : emit_target(none));
    f->live = false;
}

static bool wants_switch(TreeExpr *match, int64_t *low, int64_t *high) {
    const Type *type = match->a->type;
    bool is_enum = type->kind == TYPE_NAMED && type->decl->kind == COR_DEF_ENUM;
    if (!is_enum && !type_is_integer(type) && type->kind != TYPE_CHAR)
        return false;
    uint32_t keys = 0;
    for (uint32_t i = 0; i < match->arm_count; i++)
        note_keys(match->arms[i].pattern, low, high, &keys);
    if (keys < SWITCH_MIN_ARMS)
        return false;
    if (is_enum) {
        *low = 0;
        *high = (int64_t)type->decl->case_count - 1;
    }
    uint64_t span = (uint64_t)*high - (uint64_t)*low;
    return span < SWITCH_MAX_SPAN && span < (uint64_t)keys * 8;
}

static void emit_settled(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, Label *fail) {
    if (pattern->kind == PATTERN_CASE)
        pattern_payload(f, pattern, subject, fail);
}

// The arm's tests; the switch enters behind the first one.
static void emit_arm_tests(FunctionEmitter *f, TreePattern *pattern, uint32_t subject, bool stable,
                           MatchLabels *labels, Label *next) {
    emit_bind(f, &labels->test);
    if (!labels->skip.used) {
        emit_pattern(f, pattern, subject, stable, next);
        return;
    }
    if (f->live && pattern->kind == PATTERN_CASE)
        EMIT(f, anL, COR_OP_BR_CASE_NOT, subject, pattern->enum_case->ordinal, emit_target(next));
    else if (f->live)
        pattern_constant(f, pattern, subject, next);
    emit_bind(f, &labels->skip);
    emit_settled(f, pattern, subject, next);
}

uint32_t emit_match(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t subject = emit_operand(f, expr->a, NULL, 0);
    bool stable = expr->a->kind != TREE_VARIABLE || expr->a->variable->is_let;
    if (!f->live)
        return emit_destination(f, expr, want);
    bool has_value = expr->type->kind != TYPE_VOID && expr->type->kind != TYPE_NEVER;
    uint32_t d = has_value ? emit_temp(f, expr->type) : COR_NONE;
    MatchLabels *arms = ARENA_ARRAY(f->scratch, MatchLabels, expr->arm_count + 1);
    for (uint32_t i = 0; i <= expr->arm_count; i++)
        arms[i] = (MatchLabels){emit_label(f), emit_label(f)};
    Label end = emit_label(f), *none = &arms[expr->arm_count].test;
    int64_t low = 0, high = 0;
    if (wants_switch(expr, &low, &high))
        emit_switch(f, expr, subject, arms, none, low, high);
    uint32_t mark = f->fresh_count;
    for (uint32_t i = 0; i < expr->arm_count; i++) {
        TreeArm *arm = &expr->arms[i];
        Label *next = &arms[i + 1].test;
        emit_arm_tests(f, arm->pattern, subject, stable, &arms[i], next);
        if (!f->live)
            continue;
        if (arm->guard)
            emit_branch(f, arm->guard, next, false);
        if (!f->live)
            continue;
        uint32_t value = emit_expr(f, arm->body, has_value ? d : COR_NONE);
        if (has_value && f->live)
            emit_into(f, value, d);
        emit_jump(f, &end);
        emit_statement_end(f, mark);
    }
    emit_bind(f, none);
    if (f->live) {
        emit_at(f, expr->span);
        EMIT_PLAIN(f, COR_OP_TRAP);
        f->live = false;
    }
    emit_bind(f, &end);
    return emit_into(f, d, want);
}
