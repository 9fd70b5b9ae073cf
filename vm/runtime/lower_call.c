/* Lowering of calls, intrinsics, system calls and returns.
 *
 * The arguments of a call stand in its window: most are computed there, the rest are copied.  An argument of a C
 * function is taken from where it is when it is the only one. */
#include "vm/runtime/lower_internal.h"

#include "vm/bytecode/intrinsic.h"
#include "vm/runtime/natives.h"

/* ---- Intrinsics that are operations ---- */

typedef struct DirectIntrinsic {
    CorLowered op; /* NOP: called as a native */
    uint8_t operands;
} DirectIntrinsic;

static const DirectIntrinsic direct_intrinsics[COR_INTRINSIC_COUNT] = {
    [COR_INTRINSIC_STRING_AT] = {COR_LOWERED_STRING_BYTE, 2},
    [COR_INTRINSIC_STRING_COMPARE] = {COR_LOWERED_STRING_COMPARE, 2},
    [COR_INTRINSIC_STRING_HASH] = {COR_LOWERED_STRING_HASH, 1},
    [COR_INTRINSIC_MATH_SQRT] = {COR_LOWERED_SQRT_F64, 1},
    [COR_INTRINSIC_MATH_FLOOR] = {COR_LOWERED_FLOOR_F64, 1},
    [COR_INTRINSIC_MATH_CEIL] = {COR_LOWERED_CEIL_F64, 1},
    [COR_INTRINSIC_MATH_TRUNC] = {COR_LOWERED_TRUNC_F64, 1},
    [COR_INTRINSIC_MATH_ABS] = {COR_LOWERED_ABS_F64, 1},
    [COR_INTRINSIC_MATH_FMOD] = {COR_LOWERED_REM_F64, 2},
    [COR_INTRINSIC_FLOAT_FROM_BITS] = {COR_LOWERED_MOVE, 1},
    [COR_INTRINSIC_F32_FROM_BITS] = {COR_LOWERED_MOVE, 1},
};

static const DirectIntrinsic *direct_intrinsic(const CorInstruction *in) {
    const DirectIntrinsic *direct = &direct_intrinsics[in->operand[1]];
    return in->opcode == COR_OP_INTRINSIC && direct->op != COR_LOWERED_NOP ? direct : NULL;
}

bool cor_is_direct_intrinsic(const CorInstruction *in) {
    return direct_intrinsic(in) != NULL;
}

/* Clearing elements that never hold anything alive. */
static bool is_needless(const LowerBody *body, const CorInstruction *in) {
    uint32_t position = in->list_offset;
    const CorType *type = body->registers[cor_instruction_list_next(body->portable->code, &position)].type;
    return cor_type_complete(body->lowering->engine, type) && type->element->layout->references == 0;
}

/* Whether the intrinsic is an operation on arrays that takes no call: array_operation. */
static bool is_array_operation(const LowerBody *body, const CorInstruction *in) {
    switch (in->operand[1]) {
    case COR_INTRINSIC_ARRAY_EMPTY:
    case COR_INTRINSIC_ARRAY_UNSET: return true;
    case COR_INTRINSIC_ARRAY_RESERVE: return in->operand[0] != COR_NONE;
    case COR_INTRINSIC_ARRAY_CLEAR: return is_needless(body, in);
    default: return false;
    }
}

/* ---- Planning ---- */

enum { LONGEST_WINDOW_ARRAY = 64 }; /* slots of an array that is built from a window */

static uint32_t list_slots(LowerBody *body, uint32_t instruction) {
    const CorInstruction *in = &body->instructions[instruction].in;
    uint32_t slots = 0, position = in->list_offset,
             count = cor_instruction_registers(body, instruction, NULL);
    for (uint32_t i = 0; i < count; i++) {
        slots += body->registers[cor_instruction_list_next(body->portable->code, &position)].type->slots;
    }
    return slots;
}

static LowerCall *new_call(LowerBody *body, LowerInstruction *instruction) {
    instruction->call = cor_lower_allocate(body->lowering, 1, sizeof *instruction->call);
    return instruction->call;
}

static CorCallShape shape_of(const CorLoweredFunction *function) {
    return (CorCallShape){.parameter_slots = (uint16_t)function->parameter_slots,
                          .result_slots = (uint16_t)function->result_slots};
}

static bool plan_direct(LowerBody *body, LowerInstruction *instruction, uint32_t reference) {
    LowerCall *call = new_call(body, instruction);
    if (call == NULL) {
        return false;
    }
    call->kind = LOWER_CALL_DIRECT;
    call->function = cor_body_function(body, reference);
    if (call->function == NULL) {
        return false;
    }
    call->shape = shape_of(call->function);
    return true;
}

static bool plan_virtual(LowerBody *body, LowerInstruction *instruction) {
    const CorInstruction *in = &instruction->in;
    LowerCall *call = new_call(body, instruction);
    CorLoweredFunction *named = call != NULL ? cor_body_function(body, in->operand[1]) : NULL;
    uint32_t position = in->list_offset;
    uint32_t receiver = cor_instruction_list_next(body->portable->code, &position);
    if (named == NULL || !cor_dispatch(body, named, body->registers[receiver].type, call)) {
        body->lowering->failed = true;
        return false;
    }
    call->shape = shape_of(named);
    return true;
}

bool cor_plan_call(LowerBody *body, uint32_t index) {
    LowerInstruction *instruction = &body->instructions[index];
    const CorInstruction *in = &instruction->in;
    bool planned = true;
    switch (in->opcode) {
    case COR_OP_CALL: planned = plan_direct(body, instruction, in->operand[1]); break;
    case COR_OP_NEW: planned = plan_direct(body, instruction, in->operand[1]); break;
    case COR_OP_CALL_INIT: planned = plan_direct(body, instruction, in->operand[0]); break;
    case COR_OP_CALL_VIRTUAL: planned = plan_virtual(body, instruction); break;
    case COR_OP_INTRINSIC:
        instruction->has_window =
            direct_intrinsic(in) == NULL && !is_array_operation(body, in) && in->operand[2] > 1;
        return true;
    case COR_OP_SYSCALL: instruction->has_window = in->operand[2] > 1; return true;
    case COR_OP_CALL_VALUE: instruction->has_window = true; return true;
    case COR_OP_CONCAT: instruction->has_window = in->operand[1] > 1; return true;
    case COR_OP_ARRAY:
        instruction->has_window = in->operand[1] != 0 && list_slots(body, index) <= LONGEST_WINDOW_ARRAY;
        return true;
    default: return true;
    }
    if (!planned) {
        return false;
    }
    LowerCall *call = instruction->call;
    call->is_inline = call->kind == LOWER_CALL_DIRECT && !call->box_self && !instruction->is_cold &&
                      cor_inline_wanted(body, call->function);
    instruction->has_window = !call->is_inline && call->kind != LOWER_CALL_STRUCTURAL;
    return true;
}

/* ---- Arguments and results ---- */

/* Copies the listed registers to slots from `to` on, those that are not there yet; returns the end. */
static uint32_t place_arguments(LowerBody *body, const CorInstruction *in, uint32_t count, uint32_t to) {
    uint32_t position = in->list_offset;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t reg = cor_instruction_list_next(body->portable->code, &position);
        cor_copy(body, to, reg);
        to += body->registers[reg].type->slots;
    }
    return to;
}

/* Where a call's result goes; without a register, where it does no harm. */
static uint32_t result_slot(LowerBody *body, uint32_t reg, uint32_t window, uint32_t slots) {
    if (reg != COR_NONE && body->registers[reg].type->slots != 0) {
        return cor_write(body, reg);
    }
    cor_window_use(body->lowering, window, slots);
    return window;
}

static void emit_entry(Lowering *lowering, CorLoweredFunction *function) {
    cor_emit_pointer(lowering, cor_function_entry(function));
}

static void emit_profile(Lowering *lowering, CorCallShape shape) {
    CorCallProfile *profile = cor_engine_allocate(lowering->engine, 1, sizeof *profile);
    if (profile == NULL) {
        lowering->failed = true;
        return;
    }
    profile->shape = shape;
    cor_emit_pointer(lowering, profile);
}

/* ---- Calls ---- */

static void call_structural(LowerBody *body, const CorInstruction *in, const LowerCall *call) {
    LowerRoles roles = {body->lowering, cor_window(body)};
    uint32_t position = in->list_offset;
    uint32_t self = cor_instruction_list_next(body->portable->code, &position);
    const CorType *type = body->registers[self].type;
    uint32_t a = cor_read(body, self);
    uint32_t to =
        in->operand[0] != COR_NONE ? cor_write(body, in->operand[0]) : cor_scratch(body->lowering, 1);
    if (call->role == COR_ROLE_HASH) {
        cor_expand_hash(&roles, type, to, a);
    } else if (call->role == COR_ROLE_TO_STRING) {
        cor_expand_text(&roles, type, call->role, to, a);
    } else {
        uint32_t b = cor_read(body, cor_instruction_list_next(body->portable->code, &position));
        if (call->role == COR_ROLE_COMPARE) {
            cor_expand_compare(&roles, type, to, a, b);
        } else {
            cor_expand_equals(&roles, type, call->role, to, a, b);
        }
    }
}

static void call_inline(LowerBody *body, const CorInstruction *in, CorLoweredFunction *function,
                        uint32_t result) {
    uint32_t few[16], position = in->list_offset,
                      count = cor_instruction_registers(body, body->current, NULL);
    uint32_t *arguments = few;
    if (count > 16) {
        arguments = cor_lower_allocate(body->lowering, count, sizeof *arguments);
        if (arguments == NULL) {
            return;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        arguments[i] = cor_instruction_list_next(body->portable->code, &position);
    }
    cor_inline_call(body, function, arguments, count, result);
}

static void call(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    const LowerCall *plan = body->instructions[body->current].call;
    uint32_t result = in->opcode == COR_OP_CALL_INIT ? COR_NONE : in->operand[0];
    uint32_t count = cor_instruction_registers(body, body->current, NULL);
    if (plan->kind == LOWER_CALL_STRUCTURAL) {
        call_structural(body, in, plan);
        return;
    }
    if (plan->is_inline) {
        call_inline(body, in, plan->function, result);
        return;
    }
    uint32_t window = cor_window(body), end = window;
    if (plan->box_self) {
        uint32_t position = in->list_offset;
        uint32_t self = cor_instruction_list_next(body->portable->code, &position);
        const CorType *type = body->registers[self].type;
        cor_emit_box(lowering, type, end++, cor_read(body, self));
        CorInstruction rest = *in;
        rest.list_offset = position;
        end = place_arguments(body, &rest, count - 1, end);
    } else {
        end = place_arguments(body, in, count, window);
    }
    cor_window_use(lowering, window, end - window);
    uint32_t to = result_slot(body, result, window, plan->shape.result_slots);
    switch (plan->kind) {
    case LOWER_CALL_DIRECT:
        cor_emit(lowering, COR_LOWERED_CALL, to, window, 0);
        emit_entry(lowering, plan->function);
        break;
    case LOWER_CALL_VTABLE:
        cor_emit(lowering, COR_LOWERED_CALL_VIRTUAL, to, window, plan->slot);
        emit_profile(lowering, plan->shape);
        break;
    default: cor_emit_interface_call(lowering, plan->interface, plan->slot, plan->shape, to, window);
    }
}

static void new_object(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    const CorType *type = body->registers[in->operand[0]].type;
    CorLoweredFunction *init = body->instructions[body->current].call->function;
    if (!cor_type_complete(lowering->engine, type)) {
        lowering->failed = true;
        return;
    }
    if (body->instructions[body->current].call->is_inline) {
        cor_inline_new(body, in, type, init);
        return;
    }
    uint32_t window = cor_window(body);
    cor_emit(lowering, COR_LOWERED_NEW, window, 0, 0);
    cor_emit_pointer(lowering, type);
    uint32_t end = place_arguments(body, in, in->operand[2], window + 1);
    cor_window_use(lowering, window, end - window);
    cor_emit(lowering, COR_LOWERED_CALL, cor_write(body, in->operand[0]), window, 0);
    emit_entry(lowering, init);
}

static void call_value(LowerBody *body, const CorInstruction *in) {
    uint32_t window = cor_window(body);
    uint32_t closure = cor_read(body, in->operand[1]);
    uint32_t end = place_arguments(body, in, in->operand[2], window);
    cor_window_use(body->lowering, window, end - window + 1); /* the closure itself follows */
    const CorType *signature = body->registers[in->operand[1]].type;
    uint32_t slots = signature->arguments[signature->argument_count - 1]->slots;
    uint32_t to = result_slot(body, in->operand[0], window, slots);
    cor_emit(body->lowering, COR_LOWERED_CALL_CLOSURE, to, window, closure);
    emit_profile(body->lowering, (CorCallShape){.parameter_slots = (uint16_t)(end - window),
                                                .result_slots = (uint16_t)slots});
}

/* ---- C functions ---- */

static void direct(LowerBody *body, const CorInstruction *in, const DirectIntrinsic *operation) {
    uint32_t position = in->list_offset, operands[3] = {0};
    operands[0] =
        in->operand[0] != COR_NONE ? cor_write(body, in->operand[0]) : cor_scratch(body->lowering, 1);
    for (uint32_t i = 1; i <= operation->operands; i++) {
        operands[i] = cor_read(body, cor_instruction_list_next(body->portable->code, &position));
    }
    cor_emit(body->lowering, operation->op, operands[0], operands[1], operands[2]);
}

static void empty_array(LowerBody *body, const CorInstruction *in) {
    const CorType *type = in->operand[0] != COR_NONE ? body->registers[in->operand[0]].type : NULL;
    if (type != NULL) {
        const void *object = cor_type_complete(body->lowering->engine, type)
                                 ? cor_constant_array(body->lowering->engine, type)
                                 : NULL;
        body->lowering->failed |= object == NULL;
        cor_emit_reference(body->lowering, cor_write(body, in->operand[0]), object);
    }
}

static void reserve(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    uint32_t position = in->list_offset;
    uint32_t length = cor_read(body, cor_instruction_list_next(body->portable->code, &position));
    const CorType *type = body->registers[in->operand[0]].type;
    lowering->failed |= !cor_type_complete(lowering->engine, type);
    cor_emit(lowering, COR_LOWERED_RESERVE, cor_write(body, in->operand[0]), length, 0);
    cor_emit_pointer(lowering, type);
}

static void unset(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    uint32_t position = in->list_offset;
    uint32_t array = cor_instruction_list_next(body->portable->code, &position);
    uint32_t index = cor_read(body, cor_instruction_list_next(body->portable->code, &position));
    const CorType *type = body->registers[array].type, *element = type->element;
    lowering->failed |= !cor_type_complete(lowering->engine, type);
    uint32_t zeros = cor_scratch(lowering, element->slots);
    cor_emit_clear(lowering, zeros, element->slots);
    cor_emit_store_element(lowering, cor_read(body, array), index, element->layout, 0, zeros, element->slots);
}

static void array_operation(LowerBody *body, const CorInstruction *in) {
    switch (in->operand[1]) {
    case COR_INTRINSIC_ARRAY_EMPTY: empty_array(body, in); break;
    case COR_INTRINSIC_ARRAY_RESERVE: reserve(body, in); break;
    case COR_INTRINSIC_ARRAY_UNSET:
        if (!is_needless(body, in)) {
            unset(body, in);
        }
        break;
    default: break;
    }
}

/* The types of the arguments and of the result, with NULL behind. */
static const CorType *const *native_types(LowerBody *body, const CorInstruction *in) {
    const CorType **types =
        cor_engine_allocate(body->lowering->engine, (size_t)in->operand[2] + 2, sizeof *types);
    uint32_t position = in->list_offset;
    if (types == NULL) {
        body->lowering->failed = true;
        return NULL;
    }
    for (uint32_t i = 0; i < in->operand[2]; i++) {
        types[i] = body->registers[cor_instruction_list_next(body->portable->code, &position)].type;
    }
    types[in->operand[2]] = in->operand[0] != COR_NONE ? body->registers[in->operand[0]].type
                                                       : body->lowering->engine->plain_types[COR_KIND_VOID];
    for (uint32_t i = 0; i <= in->operand[2]; i++) {
        body->lowering->failed |= !cor_type_complete(body->lowering->engine, types[i]);
    }
    return types;
}

enum { NATIVE_RESULT_SLOTS = 8 }; /* no native gives more */

static void native(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    uint32_t window = cor_window(body), first = window, end = window, count = in->operand[2];
    if (count == 1) {
        uint32_t position = in->list_offset;
        uint32_t only = cor_instruction_list_next(body->portable->code, &position);
        first = cor_read(body, only);
        end = first + body->registers[only].type->slots;
    } else {
        end = place_arguments(body, in, count, window);
        cor_window_use(lowering, window, end - window);
    }
    const CorType *const *types = native_types(body, in);
    uint32_t to = result_slot(body, in->operand[0], window, NATIVE_RESULT_SLOTS);
    if (in->opcode == COR_OP_SYSCALL) {
        cor_emit(lowering, COR_LOWERED_SYSCALL, to, first, end - first);
        cor_emit_bits(lowering, in->operand[1]);
    } else {
        cor_emit(lowering, COR_LOWERED_CALL_NATIVE, to, first, end - first);
        cor_emit_pointer(lowering,
                         (const void *)(uintptr_t)cor_intrinsic_native((CorIntrinsic)in->operand[1]));
    }
    cor_emit_pointer(lowering, types);
    cor_emit_bits(lowering, in->operand[0] != COR_NONE ? body->registers[in->operand[0]].type->slots : 0);
}

/* ---- Leaving ---- */

static void leave(LowerBody *body, const CorInstruction *in) {
    Lowering *lowering = body->lowering;
    bool gives_self = (body->portable->flags & COR_FN_INIT) != 0;
    uint32_t reg = in->opcode == COR_OP_RETURN ? in->operand[0] : gives_self ? 0 : COR_NONE;
    uint32_t slots = reg == COR_NONE ? 0 : body->registers[reg].type->slots;
    int64_t value;
    if (body->caller != NULL) {
        if (slots != 0 && body->result_slot != COR_NONE) {
            cor_copy(body, body->result_slot, reg);
        }
        if (body->current + 1 != body->count) {
            cor_emit_jump(lowering, body->end);
        }
        return;
    }
    if (slots == 0) {
        cor_emit(lowering, COR_LOWERED_RETURN, 0, 0, 0);
    } else if (cor_small_constant(body, reg, &value)) {
        cor_emit(lowering, COR_LOWERED_RETURN_INT, (uint16_t)value, 0, 0);
    } else if (slots <= 2) {
        cor_emit(lowering, slots == 1 ? COR_LOWERED_RETURN_1 : COR_LOWERED_RETURN_2, cor_read(body, reg), 0,
                 0);
    } else {
        cor_emit(lowering, COR_LOWERED_RETURN_N, cor_read(body, reg), slots, 0);
    }
}

bool cor_lower_call(LowerBody *body, const CorInstruction *in) {
    const DirectIntrinsic *operation;
    switch (in->opcode) {
    case COR_OP_CALL:
    case COR_OP_CALL_INIT:
    case COR_OP_CALL_VIRTUAL: call(body, in); return true;
    case COR_OP_NEW: new_object(body, in); return true;
    case COR_OP_CALL_VALUE: call_value(body, in); return true;
    case COR_OP_INTRINSIC:
        operation = direct_intrinsic(in);
        if (operation != NULL) {
            direct(body, in, operation);
        } else if (is_array_operation(body, in)) {
            array_operation(body, in);
        } else {
            native(body, in);
        }
        return true;
    case COR_OP_SYSCALL: native(body, in); return true;
    case COR_OP_RETURN:
    case COR_OP_RETURN_VOID: leave(body, in); return true;
    case COR_OP_THROW:
        cor_emit(body->lowering, COR_LOWERED_THROW, cor_read(body, in->operand[0]), 0, 0);
        return true;
    case COR_OP_TRAP: cor_emit(body->lowering, COR_LOWERED_TRAP, COR_TRAP_UNREACHABLE, 0, 0); return true;
    default: return false;
    }
}
