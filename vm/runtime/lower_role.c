/* The total operations (equality, order, hash, text) expanded over slots.
 *
 * Primitive types have operations, tuples, structs and optionals are expanded part by part, a named type's own method
 * is called when it has one, and where only the object knows its type its role function is called: the function that
 * does the same for objects of exactly that type (role_function.c). */
#include "vm/runtime/lower_internal.h"

#include <stdio.h>
#include <string.h>

#include "vm/runtime/natives.h"

/* ---- Calls ---- */

/* Calls a function whose arguments are `count` runs of slots; the result is one slot. */
typedef struct Run {
    uint32_t slot, slots;
} Run;

static uint32_t place_runs(LowerRoles *roles, const Run *runs, uint32_t count) {
    uint32_t at = roles->window;
    for (uint32_t i = 0; i < count; i++) {
        cor_emit_move(roles->lowering, at, runs[i].slot, runs[i].slots);
        at += runs[i].slots;
    }
    cor_window_use(roles->lowering, roles->window, at - roles->window + 1);
    return roles->window;
}

static void call_entry(LowerRoles *roles, CorWord *entry, const Run *runs, uint32_t count, uint32_t to) {
    uint32_t window = place_runs(roles, runs, count);
    roles->lowering->failed |= entry == NULL;
    cor_emit(roles->lowering, COR_LOWERED_CALL, to, window, 0);
    cor_emit_pointer(roles->lowering, entry);
}

static void call_role(LowerRoles *roles, CorRole role, const Run *runs, uint32_t count, uint32_t to) {
    uint32_t window = place_runs(roles, runs, count);
    cor_emit(roles->lowering, COR_LOWERED_CALL_ROLE, to, window, role);
    cor_emit_bits(roles->lowering, 0);
}

/* The role on a value of an interface: by the method that the interface declares for its values, as `interface Shape :
 * Comparable<Shape>` does; by the role function of the object's type when it declares none. */
static void call_dynamic(LowerRoles *roles, const CorType *type, CorRole role, const Run *runs,
                         uint32_t count, uint32_t to) {
    uint32_t slot = 0;
    const CorType *interface = type->kind == COR_KIND_INTERFACE
                                   ? cor_role_interface(roles->lowering->engine, type, role, &slot)
                                   : NULL;
    if (interface == NULL) {
        call_role(roles, role, runs, count, to);
        return;
    }
    CorCallShape shape = {.parameter_slots = (uint16_t)count, .result_slots = 1};
    cor_emit_interface_call(roles->lowering, interface, slot, shape, to, place_runs(roles, runs, count));
}

static void call_native(LowerRoles *roles, CorNative *native, uint32_t to, uint32_t a) {
    cor_emit(roles->lowering, COR_LOWERED_CALL_NATIVE, to, a, 1);
    cor_emit_pointer(roles->lowering, (const void *)(uintptr_t)native);
    cor_emit_pointer(roles->lowering, NULL);
    cor_emit_bits(roles->lowering, 1);
}

static void emit_literal(LowerRoles *roles, uint32_t to, const char *text) {
    CorStringObject *literal = cor_literal(roles->lowering->engine, text, strlen(text));
    roles->lowering->failed |= literal == NULL;
    cor_emit_reference(roles->lowering, to, literal);
}

/* ---- Which way a type takes ---- */

typedef enum Way {
    WAY_OPERATION, /* primitive, or references that are compared by identity */
    WAY_PARTS,
    WAY_OPTIONAL,
    WAY_METHOD,      /* of the named type: `function` */
    WAY_STATIC_ROLE, /* the role function of the static type */
    WAY_DYNAMIC,     /* what the object's type has */
} Way;

static bool is_derived(const CorLoweredFunction *function) {
    return (function->portable->flags & COR_FN_DERIVED) != 0;
}

static bool is_equality(CorRole role) {
    return role == COR_ROLE_EQUALS || role == COR_ROLE_KEY_EQUALS;
}

static Way way_of_class(CorEngine *engine, const CorType *type, CorRole role, CorLoweredFunction **function) {
    if (!type->is_final) {
        return WAY_DYNAMIC;
    }
    *function = cor_role_method(engine, type, role);
    return *function != NULL ? WAY_METHOD : WAY_OPERATION;
}

enum { FEW_PARTS = 8 };

static Way way_of_value(CorEngine *engine, const CorType *type, CorRole role, CorLoweredFunction **function) {
    *function = cor_role_method(engine, type, role);
    bool is_plain = type->kind == COR_KIND_PLAIN_ENUM;
    bool derived = *function != NULL && is_derived(*function);
    if (is_equality(role) && (*function == NULL || derived)) {
        if (is_plain) {
            return WAY_OPERATION;
        }
        if (type->kind == COR_KIND_STRUCT &&
            (role == COR_ROLE_KEY_EQUALS || type->member_count <= FEW_PARTS)) {
            return WAY_PARTS;
        }
        if (type->kind == COR_KIND_ENUM && (role == COR_ROLE_KEY_EQUALS || *function == NULL)) {
            return WAY_STATIC_ROLE; /* as a key NaN equals itself, which a derived method does not know */
        }
    }
    if (*function != NULL) {
        return WAY_METHOD;
    }
    return is_plain ? WAY_OPERATION : type->kind == COR_KIND_STRUCT ? WAY_PARTS : WAY_STATIC_ROLE;
}

static Way way_of(CorEngine *engine, const CorType *type, CorRole role, CorLoweredFunction **function) {
    switch (type->kind) {
    case COR_KIND_TUPLE: return WAY_PARTS;
    case COR_KIND_OPTIONAL: return WAY_OPTIONAL;
    case COR_KIND_ARRAY: return WAY_STATIC_ROLE;
    case COR_KIND_ANY:
    case COR_KIND_INTERFACE: return WAY_DYNAMIC;
    case COR_KIND_CLASS: return way_of_class(engine, type, role, function);
    case COR_KIND_STRUCT:
    case COR_KIND_ENUM:
    case COR_KIND_PLAIN_ENUM: return way_of_value(engine, type, role, function);
    default: return WAY_OPERATION;
    }
}

/* ---- Equality ---- */

static CorLowered equality_operation(const CorType *type, CorRole role) {
    bool key = role == COR_ROLE_KEY_EQUALS;
    switch (type->kind) {
    case COR_KIND_F64: return key ? COR_LOWERED_KEY_EQ_F64 : COR_LOWERED_EQ_F64;
    case COR_KIND_F32: return key ? COR_LOWERED_KEY_EQ_F32 : COR_LOWERED_EQ_F32;
    case COR_KIND_STRING: return COR_LOWERED_STRING_EQ;
    default: return COR_LOWERED_EQ_I64;
    }
}

static void equal_parts(LowerRoles *roles, const CorType *type, CorRole role, uint32_t to, uint32_t a,
                        uint32_t b) {
    Lowering *lowering = roles->lowering;
    LowerLabel done = cor_label_new(lowering);
    if (type->member_count == 0) {
        cor_emit(lowering, COR_LOWERED_INT, to, 1, 0);
    }
    for (uint32_t i = 0; i < type->member_count; i++) {
        const CorMember *member = &type->members[i];
        if (i != 0) {
            cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, to, done);
        }
        cor_expand_equals(roles, member->type, role, to, a + member->slot, b + member->slot);
    }
    cor_label_bind(lowering, done);
}

static void equal_optionals(LowerRoles *roles, const CorType *type, CorRole role, uint32_t to, uint32_t a,
                            uint32_t b) {
    Lowering *lowering = roles->lowering;
    LowerLabel absent = cor_label_new(lowering), done = cor_label_new(lowering);
    cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, a, absent);
    cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, b, absent);
    cor_expand_equals(roles, type->element, role, to, a + !type->is_nullable, b + !type->is_nullable);
    cor_emit_jump(lowering, done);
    cor_label_bind(lowering, absent); /* one is 0: they are equal when both are */
    cor_emit(lowering, COR_LOWERED_EQ_I64, to, a, b);
    cor_label_bind(lowering, done);
}

void cor_expand_equals(LowerRoles *roles, const CorType *type, CorRole role, uint32_t to, uint32_t a,
                       uint32_t b) {
    CorEngine *engine = roles->lowering->engine;
    CorLoweredFunction *function = NULL;
    Run runs[] = {{a, type->slots}, {b, type->slots}};
    switch (way_of(engine, type, role, &function)) {
    case WAY_OPERATION: cor_emit(roles->lowering, equality_operation(type, role), to, a, b); break;
    case WAY_PARTS: equal_parts(roles, type, role, to, a, b); break;
    case WAY_OPTIONAL: equal_optionals(roles, type, role, to, a, b); break;
    case WAY_METHOD: call_entry(roles, cor_function_entry(function), runs, 2, to); break;
    case WAY_STATIC_ROLE: call_entry(roles, cor_type_role_locked(engine, type, role), runs, 2, to); break;
    case WAY_DYNAMIC: call_dynamic(roles, type, role, runs, 2, to); break;
    }
}

/* ---- Order ---- */

static CorLowered order_operation(const CorType *type) {
    switch (type->kind) {
    case COR_KIND_U64: return COR_LOWERED_COMPARE_U64;
    case COR_KIND_F64: return COR_LOWERED_COMPARE_F64;
    case COR_KIND_F32: return COR_LOWERED_COMPARE_F32;
    case COR_KIND_STRING: return COR_LOWERED_STRING_COMPARE;
    default: return COR_LOWERED_COMPARE_I64;
    }
}

static void order_parts(LowerRoles *roles, const CorType *type, uint32_t to, uint32_t a, uint32_t b) {
    Lowering *lowering = roles->lowering;
    LowerLabel done = cor_label_new(lowering);
    cor_emit(lowering, COR_LOWERED_INT, to, 0, 0);
    for (uint32_t i = 0; i < type->member_count; i++) {
        const CorMember *member = &type->members[i];
        cor_expand_compare(roles, member->type, to, a + member->slot, b + member->slot);
        if (i + 1 != type->member_count) {
            cor_emit_branch(lowering, COR_LOWERED_BR_TRUE, to, done);
        }
    }
    cor_label_bind(lowering, done);
}

/* null comes first. */
static void order_optionals(LowerRoles *roles, const CorType *type, uint32_t to, uint32_t a, uint32_t b) {
    Lowering *lowering = roles->lowering;
    LowerLabel absent = cor_label_new(lowering), done = cor_label_new(lowering);
    cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, a, absent);
    cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, b, absent);
    cor_expand_compare(roles, type->element, to, a + !type->is_nullable, b + !type->is_nullable);
    cor_emit_jump(lowering, done);
    cor_label_bind(lowering, absent);
    cor_emit(lowering, COR_LOWERED_COMPARE_U64, to, a, b);
    cor_label_bind(lowering, done);
}

void cor_expand_compare(LowerRoles *roles, const CorType *type, uint32_t to, uint32_t a, uint32_t b) {
    CorEngine *engine = roles->lowering->engine;
    CorLoweredFunction *function = NULL;
    Run runs[] = {{a, type->slots}, {b, type->slots}};
    switch (way_of(engine, type, COR_ROLE_COMPARE, &function)) {
    case WAY_OPERATION: cor_emit(roles->lowering, order_operation(type), to, a, b); break;
    case WAY_PARTS: order_parts(roles, type, to, a, b); break;
    case WAY_OPTIONAL: order_optionals(roles, type, to, a, b); break;
    case WAY_METHOD: call_entry(roles, cor_function_entry(function), runs, 2, to); break;
    case WAY_STATIC_ROLE:
        call_entry(roles, cor_type_role_locked(engine, type, COR_ROLE_COMPARE), runs, 2, to);
        break;
    case WAY_DYNAMIC: call_dynamic(roles, type, COR_ROLE_COMPARE, runs, 2, to); break;
    }
}

/* ---- Hash ---- */

static void hash_parts(LowerRoles *roles, const CorType *type, uint32_t to, uint32_t a) {
    Lowering *lowering = roles->lowering;
    uint32_t sum = cor_scratch(lowering, 2), part = sum + 1;
    cor_emit(lowering, COR_LOWERED_INT, sum, type->member_count, 0);
    for (uint32_t i = 0; i < type->member_count; i++) {
        cor_expand_hash(roles, type->members[i].type, part, a + type->members[i].slot);
        cor_emit(lowering, COR_LOWERED_HASH_MIX, sum, sum, part);
    }
    cor_emit_move(lowering, to, sum, 1);
}

static void hash_optional(LowerRoles *roles, const CorType *type, uint32_t to, uint32_t a) {
    Lowering *lowering = roles->lowering;
    LowerLabel absent = cor_label_new(lowering), done = cor_label_new(lowering);
    cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, a, absent);
    cor_expand_hash(roles, type->element, to, a + !type->is_nullable);
    cor_emit_jump(lowering, done);
    cor_label_bind(lowering, absent);
    cor_emit(lowering, COR_LOWERED_INT, to, 0, 0);
    cor_label_bind(lowering, done);
}

static void hash_operation(Lowering *lowering, const CorType *type, uint32_t to, uint32_t a) {
    switch (type->kind) {
    case COR_KIND_F64: cor_emit(lowering, COR_LOWERED_HASH_F64, to, a, 0); break;
    case COR_KIND_F32: cor_emit(lowering, COR_LOWERED_HASH_F32, to, a, 0); break;
    case COR_KIND_STRING: cor_emit(lowering, COR_LOWERED_STRING_HASH, to, a, 0); break;
    case COR_KIND_CLASS:
    case COR_KIND_FUNCTION:
        cor_emit(lowering, COR_LOWERED_INT, to, 0, 0);
        break; /* addresses are no hashes */
    default: cor_emit(lowering, COR_LOWERED_HASH_I64, to, a, 0);
    }
}

void cor_expand_hash(LowerRoles *roles, const CorType *type, uint32_t to, uint32_t a) {
    CorEngine *engine = roles->lowering->engine;
    CorLoweredFunction *function = NULL;
    Run run = {a, type->slots};
    switch (way_of(engine, type, COR_ROLE_HASH, &function)) {
    case WAY_OPERATION: hash_operation(roles->lowering, type, to, a); break;
    case WAY_PARTS: hash_parts(roles, type, to, a); break;
    case WAY_OPTIONAL: hash_optional(roles, type, to, a); break;
    case WAY_METHOD: call_entry(roles, cor_function_entry(function), &run, 1, to); break;
    case WAY_STATIC_ROLE:
        call_entry(roles, cor_type_role_locked(engine, type, COR_ROLE_HASH), &run, 1, to);
        break;
    case WAY_DYNAMIC: call_dynamic(roles, type, COR_ROLE_HASH, &run, 1, to); break;
    }
}

/* ---- Text ---- */

static void text_operation(LowerRoles *roles, const CorType *type, CorRole role, uint32_t to, uint32_t a) {
    bool source = role == COR_ROLE_TO_SOURCE;
    switch (type->kind) {
    case COR_KIND_BOOL: call_native(roles, cor_text_of_bool, to, a); break;
    case COR_KIND_U64: call_native(roles, cor_text_of_u64, to, a); break;
    case COR_KIND_F64: call_native(roles, cor_text_of_f64, to, a); break;
    case COR_KIND_F32: call_native(roles, cor_text_of_f32, to, a); break;
    case COR_KIND_CHAR: call_native(roles, source ? cor_source_of_char : cor_text_of_char, to, a); break;
    case COR_KIND_STRING:
        if (source) {
            call_native(roles, cor_source_of_string, to, a);
        } else {
            cor_emit_move(roles->lowering, to, a, 1);
        }
        break;
    case COR_KIND_FUNCTION: emit_literal(roles, to, "<function>"); break;
    case COR_KIND_CLASS: {
        char text[128];
        snprintf(text, sizeof text, "<%s>", type->short_name);
        emit_literal(roles, to, text);
        break;
    }
    case COR_KIND_PLAIN_ENUM: emit_literal(roles, to, type->short_name); break;
    default: call_native(roles, cor_text_of_i64, to, a);
    }
}

/* (1, "a") or Point(x: 1.0, y: 2.0) */
static void text_of_parts(LowerRoles *roles, const CorType *type, uint32_t to, uint32_t a) {
    Lowering *lowering = roles->lowering;
    uint32_t count = 2 * type->member_count + 1, pieces = cor_scratch(lowering, count + 1);
    bool is_struct = type->kind == COR_KIND_STRUCT;
    for (uint32_t i = 0; i < type->member_count; i++) {
        const CorMember *member = &type->members[i];
        char text[256];
        snprintf(text, sizeof text, "%s%s%s%s",
                 i != 0      ? ", "
                 : is_struct ? type->short_name
                             : "",
                 i != 0 ? "" : "(", is_struct ? member->name : "", is_struct ? ": " : "");
        emit_literal(roles, pieces + 2 * i, text);
        cor_expand_text(roles, member->type, COR_ROLE_TO_SOURCE, pieces + 2 * i + 1, a + member->slot);
    }
    if (type->member_count == 0) {
        emit_literal(roles, pieces, type->short_name);
        emit_literal(roles, pieces + 1, "()");
        count = 2;
    } else {
        emit_literal(roles, pieces + count - 1, ")");
    }
    cor_emit(lowering, COR_LOWERED_CONCAT, to, pieces, count);
}

static void text_of_optional(LowerRoles *roles, const CorType *type, CorRole role, uint32_t to, uint32_t a) {
    Lowering *lowering = roles->lowering;
    LowerLabel absent = cor_label_new(lowering), done = cor_label_new(lowering);
    cor_emit_branch(lowering, COR_LOWERED_BR_FALSE, a, absent);
    cor_expand_text(roles, type->element, role, to, a + !type->is_nullable);
    cor_emit_jump(lowering, done);
    cor_label_bind(lowering, absent);
    emit_literal(roles, to, "null");
    cor_label_bind(lowering, done);
}

void cor_expand_text(LowerRoles *roles, const CorType *type, CorRole role, uint32_t to, uint32_t a) {
    CorEngine *engine = roles->lowering->engine;
    CorLoweredFunction *function = NULL;
    Run run = {a, type->slots};
    switch (way_of(engine, type, role, &function)) {
    case WAY_OPERATION: text_operation(roles, type, role, to, a); break;
    case WAY_PARTS: text_of_parts(roles, type, to, a); break;
    case WAY_OPTIONAL: text_of_optional(roles, type, role, to, a); break;
    case WAY_METHOD: call_entry(roles, cor_function_entry(function), &run, 1, to); break;
    case WAY_STATIC_ROLE: call_entry(roles, cor_type_role_locked(engine, type, role), &run, 1, to); break;
    case WAY_DYNAMIC: call_role(roles, role, &run, 1, to); break;
    }
}

/* ---- The portable operations ---- */

static bool equal_immediate(LowerBody *body, const CorInstruction *in, const CorType *type) {
    bool is_equal = in->opcode == COR_OP_EQ;
    int64_t value;
    if (equality_operation(type, COR_ROLE_EQUALS) != COR_LOWERED_EQ_I64 || type->slots != 1) {
        return false;
    }
    for (uint32_t right = 0; right < 2; right++) {
        if (cor_small_constant(body, in->operand[1 + right], &value)) {
            cor_emit(body->lowering, is_equal ? COR_LOWERED_EQ_I64_IMM : COR_LOWERED_NE_I64_IMM,
                     cor_write(body, in->operand[0]), cor_read(body, in->operand[2 - right]),
                     (uint16_t)value);
            return true;
        }
    }
    return false;
}

static void equals(LowerBody *body, LowerRoles *roles, const CorInstruction *in, const CorType *type) {
    CorLoweredFunction *function = NULL;
    bool negated = in->opcode == COR_OP_NE;
    CorRole role = in->opcode == COR_OP_KEY_EQ ? COR_ROLE_KEY_EQUALS : COR_ROLE_EQUALS;
    bool is_operation = way_of(body->lowering->engine, type, role, &function) == WAY_OPERATION;
    if (is_operation && in->opcode != COR_OP_KEY_EQ && equal_immediate(body, in, type)) {
        return;
    }
    uint32_t a = cor_read(body, in->operand[1]), b = cor_read(body, in->operand[2]);
    uint32_t to = cor_write(body, in->operand[0]);
    CorLowered op = equality_operation(type, role);
    if (negated && is_operation && op != COR_LOWERED_STRING_EQ) {
        op = op == COR_LOWERED_EQ_F64   ? COR_LOWERED_NE_F64
             : op == COR_LOWERED_EQ_F32 ? COR_LOWERED_NE_F32
                                        : COR_LOWERED_NE_I64;
        cor_emit(body->lowering, op, to, a, b);
        return;
    }
    cor_expand_equals(roles, type, role, to, a, b);
    if (negated) {
        cor_emit(body->lowering, COR_LOWERED_XOR_I64_IMM, to, to, 1);
    }
}

static void concat(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    uint32_t count = in->operand[1], position = in->list_offset, to = cor_write(body, in->operand[0]);
    if (count == 0) {
        LowerRoles roles = {lowering, 0};
        emit_literal(&roles, to, "");
        return;
    }
    if (count == 1) {
        cor_copy(body, to, cor_instruction_list_next(body->portable->code, &position));
        return;
    }
    uint32_t window = cor_window(body);
    for (uint32_t i = 0; i < count; i++) {
        cor_copy(body, window + i, cor_instruction_list_next(body->portable->code, &position));
    }
    cor_window_use(lowering, window, count);
    cor_emit(lowering, COR_LOWERED_CONCAT, to, window, count);
}

bool cor_lower_role_operation(LowerBody *body, const CorInstruction *in) {
    LowerRoles roles = {body->lowering, cor_window(body)};
    const CorType *type = in->opcode != COR_OP_CONCAT ? body->registers[in->operand[1]].type : NULL;
    switch (in->opcode) {
    case COR_OP_EQ:
    case COR_OP_NE:
    case COR_OP_KEY_EQ: equals(body, &roles, in, type); return true;
    case COR_OP_COMPARE: {
        uint32_t a = cor_read(body, in->operand[1]), b = cor_read(body, in->operand[2]);
        cor_expand_compare(&roles, type, cor_write(body, in->operand[0]), a, b);
        return true;
    }
    case COR_OP_HASH:
        cor_expand_hash(&roles, type, cor_write(body, in->operand[0]), cor_read(body, in->operand[1]));
        return true;
    case COR_OP_TO_STRING:
    case COR_OP_TO_SOURCE: {
        CorRole role = in->opcode == COR_OP_TO_STRING ? COR_ROLE_TO_STRING : COR_ROLE_TO_SOURCE;
        cor_expand_text(&roles, type, role, cor_write(body, in->operand[0]), cor_read(body, in->operand[1]));
        return true;
    }
    case COR_OP_CONCAT: concat(body, in); return true;
    default: return false;
    }
}
