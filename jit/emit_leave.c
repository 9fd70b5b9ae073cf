/* Leaving native code: a place where it leaves is a call with the values that the frames need ("deopt" operands), and a
 * return, which all share.  LLVM leaves room for the call, which the loader writes, and says where the values are: in
 * any register or on the stack, since the call preserves them.  So nothing is stored by the code itself, and jit/leaves.c
 * makes a table of it. */
#include "jit/emit_internal.h"

#include <inttypes.h>
#include <stdio.h>

#include "vm/native/machine.h"

/* The values of a leave that is being emitted. */
typedef struct LeaveValues {
    const JitNode **nodes;
    uint32_t count, capacity;
} LeaveValues;

static void add_value(Emit *emit, LeaveValues *values, const JitNode *node) {
    uint32_t number = emit->emitted->leave_count; /* this one's, counted from one */
    if (!jit_leave_needs(node) || emit->left_by[node->id] == number)
        return;
    const JitNode **nodes =
        cor_arena_grow(emit->arena, values->nodes, values->count, &values->capacity, sizeof *nodes);
    emit->failed |= !nodes;
    if (!nodes)
        return;
    emit->left_by[node->id] = number;
    values->nodes = nodes;
    nodes[values->count++] = node;
}

static void add_values(Emit *emit, LeaveValues *values, const JitState *innermost) {
    for (uint32_t o = 0; o < innermost->object_count; o++) {
        const JitObject *object = &innermost->objects[o];
        emit_pointer(emit, COR_CONSTANT_TYPE, object->node->of.type, NULL);
        if (object->node->of.callee)
            emit_pointer(emit, COR_CONSTANT_FUNCTION, object->node->of.callee, object->node->of.callee);
        for (uint32_t f = 0; f < object->field_count; f++)
            add_value(emit, values, object->fields[f].value);
    }
    for (const JitState *state = innermost; state; state = state->caller) {
        for (uint32_t s = 0; s < state->slot_count; s++) {
            if (!jit_leave_is_in_place(state, &state->slots[s]))
                add_value(emit, values, state->slots[s].value);
        }
    }
}

/* ---- The call ---------------------------------------------------------------------------------- */

/* The operands of a call: what all leaves have, and values; when registers are few, the others are stored, and the last
 * operand is where. */
typedef struct LeaveOperands {
    LLVMValueRef *values;
    uint32_t count;
} LeaveOperands;

static void add_operand(LeaveOperands *operands, LLVMValueRef value) {
    operands->values[operands->count++] = value;
}

static void store_over(Emit *emit, const LeaveValues *values) {
    uint32_t count = values->count - JIT_LEAVE_QUICK;
    for (uint32_t i = 0; i < count; i++) {
        LLVMValueRef value = emit_value(emit, values->nodes[JIT_LEAVE_QUICK + i], JIT_REP_I64);
        LLVMBuildStore(emit->builder, value, emit_slot_address(emit, emit->over, i));
    }
    emit->most_over = count > emit->most_over ? count : emit->most_over;
}

/* Of pointers LLVM would think that the collector moves what they refer to.  `first` are left free. */
static LeaveOperands list_operands(Emit *emit, const LeaveValues *values, uint32_t first) {
    LeaveOperands operands = {
        .values =
            emit_allocate(emit, first + JIT_LEAVE_FIXED + (size_t)values->count + 1, sizeof(LLVMValueRef)),
        .count = first};
    if (emit->failed)
        return operands;
    add_operand(&operands, emit_convert(emit, emit->isolate, JIT_REP_REF, JIT_REP_I64));
    add_operand(&operands, emit_convert(emit, emit->fp, JIT_REP_REF, JIT_REP_I64));
    add_operand(&operands, emit_budget(emit));
    bool is_over = emit->options->quick && values->count > JIT_LEAVE_QUICK;
    uint32_t count = is_over ? JIT_LEAVE_QUICK : values->count;
    for (uint32_t i = 0; i < count; i++)
        add_operand(&operands, emit_value(emit, values->nodes[i], JIT_REP_I64));
    if (is_over) {
        store_over(emit, values);
        add_operand(&operands, emit->over);
    }
    return operands;
}

/* What LLVM's fast selection knows; but it makes functions have a frame pointer. */
static void call_fast(Emit *emit, const LeaveValues *values) {
    enum { OF_ITS_OWN = 4 };
    LeaveOperands operands = list_operands(emit, values, OF_ITS_OWN);
    if (emit->failed)
        return;
    operands.values[0] = emit_number(emit, emit->emitted->leave_count - 1);
    operands.values[1] = LLVMConstInt(emit->i32, cor_machine_leave_size(), false);
    operands.values[2] = LLVMConstNull(emit->pointer); /* the loader writes the call */
    operands.values[3] = LLVMConstInt(emit->i32, 0, false);
    emit_intrinsic(emit, "llvm.experimental.patchpoint.void", NULL, 0, operands.values, operands.count);
}

static LLVMValueRef leaving_function(Emit *emit) {
    if (!emit->leaving) {
        emit->leaving = LLVMAddFunction(
            emit->module, "leave", LLVMFunctionType(LLVMVoidTypeInContext(emit->context), NULL, 0, false));
        LLVMSetFunctionCallConv(emit->leaving, LLVMPreserveMostCallConv);
    }
    return emit->leaving;
}

static void add_number_attribute(Emit *emit, LLVMValueRef call, const char *name, uint32_t number) {
    char text[16];
    unsigned length = (unsigned)snprintf(text, sizeof text, "%" PRIu32, number);
    LLVMAttributeRef attribute =
        LLVMCreateStringAttribute(emit->context, name, (unsigned)strlen(name), text, length);
    LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex, attribute);
}

static void call_with_bundle(Emit *emit, const LeaveValues *values) {
    LeaveOperands operands = list_operands(emit, values, 0);
    if (emit->failed)
        return;
    LLVMOperandBundleRef bundle = LLVMCreateOperandBundle("deopt", 5, operands.values, operands.count);
    LLVMValueRef function = leaving_function(emit);
    LLVMValueRef call = LLVMBuildCallWithOperandBundles(emit->builder, LLVMGlobalGetValueType(function),
                                                        function, NULL, 0, &bundle, 1, "");
    LLVMDisposeOperandBundle(bundle);
    LLVMSetInstructionCallConv(call, LLVMPreserveMostCallConv);
    add_number_attribute(emit, call, "statepoint-id", emit->emitted->leave_count - 1);
    add_number_attribute(emit, call, "statepoint-num-patch-bytes", cor_machine_leave_size());
}

/* ---- Leaving ----------------------------------------------------------------------------------- */

/* Where all return that leave while nobody above has. */
static LLVMBasicBlockRef left_block(Emit *emit) {
    if (!emit->left) {
        LLVMBasicBlockRef from = LLVMGetInsertBlock(emit->builder);
        emit->left = emit_cold_block(emit, "left");
        LLVMPositionBuilderAtEnd(emit->builder, emit->left);
        emit_return_left(emit);
        LLVMPositionBuilderAtEnd(emit->builder, from);
    }
    return emit->left;
}

static void leave(Emit *emit, const JitState *state, uint32_t exit, CorLeaveKind kind, uint32_t distance) {
    JitEmitted *emitted = emit->emitted;
    JitLeave *leaves = cor_arena_grow(emit->arena, emitted->leaves, emitted->leave_count,
                                      &emitted->leave_capacity, sizeof *leaves);
    emit->failed |= !leaves || state->object_count > COR_LEAVE_OBJECTS;
    if (emit->failed) {
        LLVMBuildUnreachable(emit->builder);
        return;
    }
    emitted->leaves = leaves;
    JitLeave *made = &leaves[emitted->leave_count++];
    *made = (JitLeave){.state = state, .exit = exit, .kind = kind, .distance = distance};
    made->frame_count = emit_frames(emit, state, &made->first_frame);
    LeaveValues values = {0};
    add_values(emit, &values, state);
    made->values = values.nodes;
    made->value_count = values.count;
    if (emit->options->fast)
        call_fast(emit, &values);
    else
        call_with_bundle(emit, &values);
    if (kind == COR_LEAVE_BELOW)
        emit_return_status(emit, emit_status(emit, COR_LEFT));
    else
        LLVMBuildBr(emit->builder, left_block(emit));
}

void emit_leave(Emit *emit, const JitState *state, uint32_t exit, CorStatus left) {
    CorLeaveKind kind = left == COR_THROWN ? COR_LEAVE_THROWN : COR_LEAVE_HERE;
    leave(emit, state, exit, kind, emit->graph->extent);
}

void emit_leave_below(Emit *emit, const JitState *state, uint32_t exit, uint32_t window) {
    leave(emit, state, exit, COR_LEAVE_BELOW, window);
}
