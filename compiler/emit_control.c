// Control: blocks with their defers, loops, exits, try.
//
// A cleanup (the body of a `defer` or a `finally`) stands once in line for every way out of its region: its
// normal end,
// every break, continue and return inside, and once in a handler that rethrows. The copies are not protected
// by the
// region they clean up: the region has a gap there.
#include "compiler/emit.h"

#include <string.h>

// -------------------------------------------------------------------------------------------------- regions

static void region_open(FunctionEmitter *f, Region *region) {
    region->start = cor_code_label(f->code);
    cor_code_bind(f->code, region->start);
    region->start_count = f->instructions;
    region->open = true;
}

static void region_close(FunctionEmitter *f, Region *region) {
    if (!region->open)
        return;
    region->open = false;
    if (region->start_count == f->instructions)
        return; // empty
    CorLabel end = cor_code_label(f->code);
    cor_code_bind(f->code, end);
    struct RegionPiece piece = {region->start, end};
    ARENA_PUSH(f->scratch, region->pieces, region->piece_count, region->piece_capacity, piece);
}

static void region_enter(FunctionEmitter *f, Region *region) {
    region->outer = f->region;
    f->region = region;
    region_open(f, region);
}

static void region_leave(FunctionEmitter *f, Region *region) {
    region_close(f, region);
    f->region = region->outer;
}

static uint32_t error_type(FunctionEmitter *f) {
    return emit_type(f->emitter, f->emitter->checker->core.Error->self_type);
}

// The handler of a region starts here: every piece leads here with the error in the register. A region
// without
// code has no handler.
static void region_handler(FunctionEmitter *f, const Region *region, uint32_t type, uint32_t reg) {
    if (!region->piece_count)
        return;
    CorLabel target = cor_code_label(f->code);
    cor_code_bind(f->code, target);
    f->live = true;
    f->handler_count += region->piece_count;
    for (uint32_t i = 0; i < region->piece_count; i++)
        cor_code_handler(f->code, region->pieces[i].start, region->pieces[i].end, target, type, reg);
}

// ------------------------------------------------------------------------------------------------- cleanups

// Instructions that the copies of a module may have: a number that nobody notices, and some for each byte of the file.
enum { COPIED_BASE = 1 << 15, COPIED_FACTOR = 4 };

// One copy of a cleanup's body. Those of cleanups inside cleanups grow exponentially: none is made for a function that
// is too large already, or once all copies are far larger than the file.
static void copy_cleanup(FunctionEmitter *f, const Cleanup *cleanup) {
    Emitter *e = f->emitter;
    bool outermost = !f->copying;
    if (outermost) {
        f->copying = true;
        f->copy_start = f->instructions;
    }
    uint64_t copied = e->copied + (f->instructions - f->copy_start);
    if (copied > COPIED_BASE + (uint64_t)COPIED_FACTOR * (f->file ? f->file->length : 0))
        f->copies_too_large = true;
    if (!emit_is_too_large(f))
        emit_effect(f, cleanup->body);
    if (outermost) {
        f->copying = false;
        e->copied += f->instructions - f->copy_start;
    }
}

// Runs one cleanup in line. What surrounds its region is in force meanwhile, the region itself is not.
static void run_cleanup(FunctionEmitter *f, Cleanup *cleanup) {
    Cleanup *saved_cleanup = f->cleanup;
    Region *saved_region = f->region;
    for (Region *region = f->region; region != cleanup->outside; region = region->outer)
        region_close(f, region);
    f->cleanup = cleanup->outer;
    f->region = cleanup->outside;
    copy_cleanup(f, cleanup);
    f->cleanup = saved_cleanup;
    f->region = saved_region;
}

void emit_leave(FunctionEmitter *f, Cleanup *down_to) {
    Cleanup *saved = f->cleanup;
    for (Cleanup *cleanup = f->cleanup; cleanup != down_to && f->live; cleanup = cleanup->outer)
        run_cleanup(f, cleanup);
    f->cleanup = saved;
}

// After the jump or return that follows emit_leave: the regions that were closed protect what comes next.
void emit_reopen(FunctionEmitter *f) {
    for (Region *region = f->region; region; region = region->outer)
        if (!region->open)
            region_open(f, region);
}

static void cleanup_enter(FunctionEmitter *f, Cleanup *cleanup, Region *region, TreeExpr *body) {
    *cleanup = (Cleanup){.outer = f->cleanup, .body = body, .region = region, .outside = f->region};
    *region = (Region){0};
    f->cleanup = cleanup;
    region_enter(f, region);
}

// The normal way out, then the handler that cleans up and rethrows.
static void cleanup_leave(FunctionEmitter *f, Cleanup *cleanup) {
    Region *region = cleanup->region;
    region_leave(f, region);
    f->cleanup = cleanup->outer;
    if (f->live)
        copy_cleanup(f, cleanup);
    Label end = emit_label(f);
    emit_jump(f, &end);
    uint32_t type = error_type(f), error = emit_raw_temp(f, type);
    region_handler(f, region, type, error);
    copy_cleanup(f, cleanup);
    EMIT(f, a, COR_OP_THROW, error);
    f->live = false;
    emit_bind(f, &end);
}

// --------------------------------------------------------------------------------------------------- blocks

uint32_t emit_block(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    uint32_t defers = 0;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        defers += expr->args[i]->kind == TREE_DEFER;
    Cleanup *cleanups = ARENA_ARRAY(f->scratch, Cleanup, defers + 1);
    Region *regions = ARENA_ARRAY(f->scratch, Region, defers + 1);
    uint32_t entered = 0;
    for (uint32_t i = 0; i < expr->arg_count && f->live; i++) {
        uint32_t mark = f->fresh_count;
        if (expr->args[i]->kind == TREE_DEFER) {
            cleanup_enter(f, &cleanups[entered], &regions[entered], expr->args[i]->a);
            entered++;
        } else {
            emit_effect(f, expr->args[i]);
        }
        emit_statement_end(f, mark);
    }
    uint32_t result = COR_NONE;
    if (expr->a && f->live) {
        bool has_value = expr->a->type->kind != TYPE_VOID && expr->a->type->kind != TYPE_NEVER;
        // Behind a defer the value must be out of its reach.
        if (has_value && entered && want == COR_NONE)
            want = emit_temp(f, expr->a->type);
        result = emit_expr(f, expr->a, has_value ? want : COR_NONE);
        if (has_value && entered && f->live)
            result = emit_into(f, result, want);
    }
    while (entered)
        cleanup_leave(f, &cleanups[--entered]);
    return result != COR_NONE ? result : want;
}

// Where `{ break }` or `{ continue }` goes when nothing has to be cleaned up on the way; NULL for anything else.
static Label *plain_exit(FunctionEmitter *f, const TreeExpr *body) {
    while (body->kind == TREE_BLOCK && body->arg_count + (body->a != NULL) == 1)
        body = body->a ? body->a : body->args[0];
    if (body->kind != TREE_BREAK && body->kind != TREE_CONTINUE)
        return NULL;
    LoopTarget *loop = body->loop->emitter;
    if (loop->cleanup != f->cleanup)
        return NULL;
    return body->kind == TREE_BREAK ? loop->break_label : loop->continue_label;
}

uint32_t emit_if(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    Label *exit = expr->c || expr->a->kind == TREE_TEST ? NULL : plain_exit(f, expr->b);
    if (exit) {
        emit_branch(f, expr->a, exit, true);
        return want;
    }
    bool has_value = expr->c && expr->type->kind != TYPE_VOID && expr->type->kind != TYPE_NEVER;
    uint32_t d = has_value ? emit_temp(f, expr->type) : COR_NONE;
    Label otherwise = emit_label(f), end = emit_label(f);
    emit_branch(f, expr->a, &otherwise, false);
    if (f->live) {
        uint32_t value = emit_expr(f, expr->b, d);
        if (has_value && f->live)
            emit_into(f, value, d);
    }
    if (expr->c) {
        emit_jump(f, &end);
        emit_bind(f, &otherwise);
        if (f->live) {
            uint32_t value = emit_expr(f, expr->c, d);
            if (has_value && f->live)
                emit_into(f, value, d);
        }
        emit_bind(f, &end);
    } else {
        emit_bind(f, &otherwise);
    }
    return emit_into(f, d, want);
}

// ------------------------------------------------------------------------------------------------------- try

static void emit_catch(FunctionEmitter *f, TreeCatch *clause, const Region *region, uint32_t d,
                       bool has_value, Label *end) {
    uint32_t type = emit_type(f->emitter, clause->type), error = emit_raw_temp(f, type);
    region_handler(f, region, type, error);
    if (clause->variable && f->live)
        emit_variable_define(f, clause->variable, error);
    uint32_t value = emit_expr(f, clause->body, has_value ? d : COR_NONE);
    if (has_value && f->live)
        emit_into(f, value, d);
    emit_jump(f, end);
}

uint32_t emit_try(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    bool has_value = expr->type->kind != TYPE_VOID && expr->type->kind != TYPE_NEVER;
    uint32_t d = has_value ? emit_temp(f, expr->type) : COR_NONE;
    Cleanup cleanup;
    Region outer = {0}, *inner = ARENA_NEW(f->scratch, Region);
    if (expr->b)
        cleanup_enter(f, &cleanup, &outer, expr->b);
    Label end = emit_label(f);
    region_enter(f, inner);
    uint32_t value = emit_expr(f, expr->a, has_value ? d : COR_NONE);
    if (has_value && f->live)
        emit_into(f, value, d);
    region_leave(f, inner);
    emit_jump(f, &end);
    for (uint32_t i = 0; i < expr->catch_count; i++)
        emit_catch(f, &expr->catches[i], inner, d, has_value, &end);
    emit_bind(f, &end);
    if (expr->b)
        cleanup_leave(f, &cleanup);
    return emit_into(f, d, want);
}

uint32_t emit_try_optional(FunctionEmitter *f, TreeExpr *expr, uint32_t want) {
    bool has_value = expr->type->kind != TYPE_VOID && expr->type->kind != TYPE_NEVER;
    uint32_t d = has_value ? emit_temp(f, expr->type) : COR_NONE;
    bool is_flat = expr->flag || !has_value;
    Region region = {0};
    Label end = emit_label(f);
    region_enter(f, &region);
    uint32_t value = emit_expr(f, expr->a, is_flat ? d : COR_NONE);
    if (has_value && f->live) {
        if (is_flat)
            emit_into(f, value, d);
        else if (value != COR_NONE)
            EMIT(f, da, COR_OP_SOME, d, value);
    }
    region_leave(f, &region);
    emit_jump(f, &end);
    uint32_t type = error_type(f), error = emit_raw_temp(f, type);
    region_handler(f, &region, type, error);
    if (has_value)
        EMIT(f, d, COR_OP_NONE, d);
    emit_bind(f, &end);
    return emit_into(f, d, want);
}

// ----------------------------------------------------------------------------------------------------- loops

void emit_exit_loop(FunctionEmitter *f, TreeExpr *expr) {
    LoopTarget *loop = expr->loop->emitter;
    emit_leave(f, loop->cleanup);
    emit_jump(f, expr->kind == TREE_BREAK ? loop->break_label : loop->continue_label);
    emit_reopen(f);
}

static LoopTarget loop_target(FunctionEmitter *f, TreeExpr *expr, Label *break_label, Label *continue_label) {
    (void)expr;
    return (LoopTarget){break_label, continue_label, f->cleanup};
}

// Whether a condition may stand twice: before the loop and at its end, where the branch back is the test
// itself.
static bool is_small(const TreeExpr *expr, int *budget) {
    if (!expr)
        return true;
    if (--*budget < 0)
        return false;
    switch (expr->kind) {
    case TREE_CONSTANT:
    case TREE_NULL:
    case TREE_VARIABLE: break;
    case TREE_FIELD:
    case TREE_TUPLE_FIELD:
    case TREE_UNARY:
    case TREE_CONVERT:
    case TREE_BINARY:
    case TREE_AND:
    case TREE_OR:
    case TREE_ELEMENT: break;
    case TREE_CALL:
    case TREE_CALL_VIRTUAL:
    case TREE_PROPERTY:
    case TREE_SUBSCRIPT:
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (!is_small(expr->args[i], budget))
                return false;
        break;
    default: return false;
    }
    return is_small(expr->a, budget) && is_small(expr->b, budget);
}

static bool is_always(const TreeExpr *condition) {
    return condition->kind == TREE_CONSTANT && condition->constant.integer != 0;
}

static void loop_head(FunctionEmitter *f, Label *head) {
    head->used = true;
    emit_bind(f, head);
    EMIT_PLAIN(f, COR_OP_LOOP);
}

void emit_while(FunctionEmitter *f, TreeExpr *expr) {
    Label head = emit_label(f), next = emit_label(f), end = emit_label(f);
    int budget = 12;
    bool inverted = !is_always(expr->a) && is_small(expr->a, &budget);
    LoopTarget target = loop_target(f, expr, &end, inverted ? &next : &head);
    expr->loop->emitter = &target;
    if (inverted)
        emit_branch(f, expr->a, &end, false);
    if (f->live) {
        loop_head(f, &head);
        if (!inverted)
            emit_branch(f, expr->a, &end, false);
        emit_effect(f, expr->b);
        if (inverted) {
            emit_bind(f, &next);
            emit_at(f, expr->a->span);
            emit_branch(f, expr->a, &head, true);
        } else {
            emit_jump(f, &head);
        }
    }
    emit_bind(f, &end);
}

// The variable of a round: the counter itself, or what the round's own cell or pattern makes of it.
static void bind_counter(FunctionEmitter *f, Variable *variable, uint32_t counter) {
    if (!variable)
        return;
    if (variable->in_cell || !variable->is_let)
        emit_variable_define(f, variable, counter);
    else
        pointer_map_set(&f->registers, f->scratch, variable, counter);
}

static uint32_t fixed_value(FunctionEmitter *f, TreeExpr *expr) {
    uint32_t reg = emit_expr(f, expr, COR_NONE);
    bool changes = expr->kind == TREE_VARIABLE && !expr->variable->is_let;
    return changes ? emit_into(f, reg, emit_temp(f, expr->type)) : reg;
}

typedef struct RangeLoop {
    TreeExpr *expr;
    const Type *type;
    uint32_t counter, limit, step;
    Label head, next, end;
} RangeLoop;

// first and last of `low..high` reversed: the counter starts at the end.
static void range_start(FunctionEmitter *f, RangeLoop *loop, uint32_t low, uint32_t high) {
    const TreeExpr *expr = loop->expr;
    CorOpcode leaves = expr->range_inclusive ? COR_OP_BR_NOT_LE : COR_OP_BR_NOT_LT;
    EMIT(f, aaL, leaves, low, high, emit_target(&loop->end));
    loop->counter = emit_temp(f, loop->type);
    emit_keep(f, loop->counter);
    loop->limit = expr->range_reversed ? low : high;
    if (!expr->range_reversed) {
        emit_into(f, low, loop->counter);
    } else if (expr->range_inclusive) {
        emit_into(f, high, loop->counter);
    } else {
        EMIT(f, daa, COR_OP_SUB, loop->counter, high, emit_int(f, loop->type, 1, COR_NONE));
    }
}

// A stride of any size that cannot wrap: goes on while the distance left, as an unsigned number, is not
// below it.
static void range_stride(FunctionEmitter *f, RangeLoop *loop) {
    const TreeExpr *expr = loop->expr;
    const Type *wide = types_builtin(f->emitter->checker->types, TYPE_U64);
    bool down = expr->range_reversed, inclusive = expr->range_inclusive || down;
    uint32_t left = emit_temp(f, loop->type), distance = emit_temp(f, wide), stride = emit_temp(f, wide);
    EMIT(f, daa, COR_OP_SUB, left, down ? loop->counter : loop->limit, down ? loop->limit : loop->counter);
    EMIT(f, da, COR_OP_CONVERT, distance, left);
    EMIT(f, da, COR_OP_CONVERT, stride, loop->step);
    EMIT(f, aaL, inclusive ? COR_OP_BR_NOT_LE : COR_OP_BR_NOT_LT, stride, distance, emit_target(&loop->end));
    EMIT(f, daa, down ? COR_OP_SUB : COR_OP_ADD, loop->counter, loop->counter, loop->step);
    emit_jump(f, &loop->head);
}

static void range_next(FunctionEmitter *f, RangeLoop *loop) {
    const TreeExpr *expr = loop->expr;
    emit_at(f, expr->span);
    if (expr->c && !expr->range_inclusive && !expr->range_reversed) {
        EMIT(f, maaL, COR_OP_FOR_STEP, loop->counter, loop->limit, loop->step, emit_target(&loop->head));
        return;
    }
    if (expr->c) {
        range_stride(f, loop);
        return;
    }
    CorOpcode op = expr->range_reversed    ? COR_OP_FOR_DOWN
                   : expr->range_inclusive ? COR_OP_FOR_UP_INCLUSIVE
                                           : COR_OP_FOR_UP;
    EMIT(f, maL, op, loop->counter, loop->limit, emit_target(&loop->head));
}

void emit_for_range(FunctionEmitter *f, TreeExpr *expr) {
    RangeLoop loop = {.expr = expr,
                      .type = expr->a->type,
                      .head = emit_label(f),
                      .next = emit_label(f),
                      .end = emit_label(f)};
    uint32_t low = fixed_value(f, expr->a), high = fixed_value(f, expr->b);
    if (expr->c) {
        loop.step = fixed_value(f, expr->c);
    }
    LoopTarget target = loop_target(f, expr, &loop.end, &loop.next);
    expr->loop->emitter = &target;
    range_start(f, &loop, low, high);
    loop_head(f, &loop.head);
    bind_counter(f, expr->variable, loop.counter);
    emit_effect(f, expr->d);
    emit_bind(f, &loop.next);
    range_next(f, &loop);
    emit_bind(f, &loop.end);
}

static void bind_item(FunctionEmitter *f, TreePattern *pattern, uint32_t item) {
    Label never = emit_label(f), end = emit_label(f);
    emit_pattern(f, pattern, item, true, &never);
    if (!never.used)
        return;
    emit_jump(f, &end);
    emit_bind(f, &never);
    EMIT_PLAIN(f, COR_OP_TRAP);
    f->live = false;
    emit_bind(f, &end);
}

void emit_for_array(FunctionEmitter *f, TreeExpr *expr) {
    const Type *integer = types_builtin(f->emitter->checker->types, TYPE_I64);
    Label head = emit_label(f), next = emit_label(f), end = emit_label(f);
    LoopTarget target = loop_target(f, expr, &end, &next);
    expr->loop->emitter = &target;
    uint32_t array = fixed_value(f, expr->a), length = emit_temp(f, integer),
             item = emit_temp(f, expr->a->type->args[0]);
    uint32_t index = emit_int(f, integer, 0, COR_NONE);
    EMIT(f, da, COR_OP_LENGTH, length, array);
    EMIT(f, aaL, COR_OP_BR_NOT_LT, index, length, emit_target(&end));
    loop_head(f, &head);
    CorPathStep step = {COR_PATH_ELEMENT, 0, index};
    EMIT(f, daP, COR_OP_LOAD, item, array, &step, 1);
    bind_item(f, expr->pattern, item);
    emit_effect(f, expr->d);
    emit_bind(f, &next);
    EMIT(f, maL, COR_OP_FOR_UP, index, length, emit_target(&head));
    emit_bind(f, &end);
}

static Function *list_member(FunctionEmitter *f, const char *name) {
    const TypeDecl *list = f->emitter->checker->core.List;
    for (uint32_t i = 0; list && i < list->method_count; i++)
        if (strcmp(list->methods[i]->name, name) == 0)
            return list->methods[i];
    return NULL;
}

static bool iterates_list(FunctionEmitter *f, const TreeExpr *iterator) {
    return iterator->kind == TREE_CALL && iterator->function->owner && !iterator->function->extension &&
           iterator->function->owner == f->emitter->checker->core.List &&
           strcmp(iterator->function->name, "iterator") == 0;
}

// A list needs no iterator object: its elements by index, each guarded by the version that the loop started
// with.
static void for_list(FunctionEmitter *f, TreeExpr *expr) {
    TreeExpr *list = expr->a->args[0];
    const Type *integer = types_builtin(f->emitter->checker->types, TYPE_I64), *element = list->type->args[0];
    const Type *nothing = types_builtin(f->emitter->checker->types, TYPE_VOID);
    Label head = emit_label(f), next = emit_label(f), done = emit_label(f), end = emit_label(f);
    LoopTarget target = loop_target(f, expr, &end, &next);
    expr->loop->emitter = &target;
    uint32_t base = fixed_value(f, list);
    emit_at(f, expr->span);
    uint32_t length =
        emit_call_registers(f, list_member(f, "length"), false, &element, 1, &base, 1, integer, COR_NONE);
    uint32_t version = emit_call_registers(f, list_member(f, "modifications"), false, &element, 1, &base, 1,
                                           integer, COR_NONE);
    uint32_t index = emit_int(f, integer, 0, COR_NONE), item = emit_temp(f, element);
    EMIT(f, aaL, COR_OP_BR_NOT_LT, index, length, emit_target(&done));
    loop_head(f, &head);
    uint32_t at[] = {base, index, version}, finish[] = {base, version};
    emit_call_registers(f, list_member(f, "at"), false, &element, 1, at, 3, element, item);
    bind_item(f, expr->pattern, item);
    emit_effect(f, expr->d);
    emit_bind(f, &next);
    emit_at(f, expr->span);
    EMIT(f, maL, COR_OP_FOR_UP, index, length, emit_target(&head));
    emit_call_registers(f, list_member(f, "finish"), false, &element, 1, finish, 2, nothing, COR_NONE);
    emit_bind(f, &done);
    emit_bind(f, &end);
}

void emit_for_iterate(FunctionEmitter *f, TreeExpr *expr) {
    if (iterates_list(f, expr->a)) {
        for_list(f, expr);
        return;
    }
    TypeTable *types = f->emitter->checker->types;
    Label head = emit_label(f), end = emit_label(f);
    LoopTarget target = loop_target(f, expr, &end, &head);
    expr->loop->emitter = &target;
    uint32_t iterator = fixed_value(f, expr->a);
    if (!f->live)
        return;
    Substitution substitution = {expr->function->type_params, expr->type_args, expr->type_arg_count};
    const Type *next_type = types_substitute(types, expr->function->result, &substitution);
    loop_head(f, &head);
    emit_at(f, expr->span);
    uint32_t maybe = emit_call_registers(f, expr->function, expr->flag, expr->type_args, expr->type_arg_count,
                                         &iterator, 1, next_type, COR_NONE);
    uint32_t item = emit_temp(f, next_type->args[0]);
    EMIT(f, daL, COR_OP_BR_NONE, item, maybe, emit_target(&end));
    bind_item(f, expr->pattern, item);
    emit_effect(f, expr->d);
    emit_jump(f, &head);
    emit_bind(f, &end);
}
