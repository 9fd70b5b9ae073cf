/* Calls: of functions, which have native code or not, of natives and system calls; and returning. */
#include "jit/emit_internal.h"

/* ---- The convention ---------------------------------------------------------------------------- */

void emit_set_convention(Emit *emit, LLVMValueRef function_or_call) {
    unsigned kind = LLVMGetEnumAttributeKindForName("swiftself", strlen("swiftself"));
    LLVMAttributeRef pinned = LLVMCreateEnumAttribute(emit->context, kind, 0);
    if (LLVMIsAFunction(function_or_call)) {
        LLVMSetFunctionCallConv(function_or_call, LLVMSwiftCallConv);
        LLVMAddAttributeAtIndex(function_or_call, 1, pinned);
    } else {
        LLVMSetInstructionCallConv(function_or_call, LLVMSwiftCallConv);
        LLVMAddCallSiteAttribute(function_or_call, 1, pinned);
    }
}

/* ---- Calls of functions ------------------------------------------------------------------------ */

typedef struct EmitCall {
    const JitNode *node;
    uint32_t first;           /* input: of the arguments */
    LLVMValueRef entry;       /* lowered code of the callee; NULL: the function that is being emitted */
    LLVMValueRef frame, site; /* the callee's frame */
    LLVMBasicBlockRef next, failed, from_frame;
    LLVMValueRef status;                        /* phi in `failed` */
    LLVMValueRef registers[COR_NATIVE_RESULTS]; /* phis in `next` */
} EmitCall;

static uint32_t register_results(const JitNode *node) {
    return node->call.result_count < COR_NATIVE_RESULTS ? node->call.result_count : COR_NATIVE_RESULTS;
}

static void add_incoming(LLVMValueRef phi, LLVMValueRef value, LLVMBasicBlockRef from) {
    LLVMAddIncoming(phi, &value, &from, 1);
}

/* Ends the block: goes to `ok` or, with the status, to `failed`. */
static void branch_on_status(Emit *emit, EmitCall *call, LLVMValueRef status, LLVMBasicBlockRef ok) {
    LLVMValueRef is_ok = LLVMBuildICmp(emit->builder, LLVMIntEQ, status, emit_status(emit, COR_OK), "");
    LLVMValueRef branch = LLVMBuildCondBr(emit->builder, is_ok, ok, call->failed);
    LLVMSetMetadata(branch, emit->profile_kind, emit->cold_else);
    add_incoming(call->status, status, LLVMGetInsertBlock(emit->builder));
}

/* The entry of native code, which stands in front of the lowered code. */
static LLVMValueRef load_native(Emit *emit, const EmitCall *call) {
    if (!call->entry)
        return emit->function;
    int64_t offset = (int64_t)offsetof(CorCodeHeader, native) - (int64_t)sizeof(CorCodeHeader);
    return emit_load_atomic(emit, emit_offset(emit, call->entry, offset), EMIT_ENTRY);
}

/* Calls native code, and goes on at `next` with the results that are in registers. */
static void call_native(Emit *emit, EmitCall *call, LLVMValueRef native) {
    const JitNode *node = call->node;
    uint32_t count = EMIT_FIRST_PARAMETER + node->input_count - call->first, given = count;
    if (!call->entry && LLVMCountParams(emit->function) > count)
        count = LLVMCountParams(emit->function); /* it is called without its closure */
    LLVMValueRef *arguments = cor_arena_allocate(emit->arena, count, sizeof(LLVMValueRef));
    LLVMTypeRef *types = cor_arena_allocate(emit->arena, count, sizeof(LLVMTypeRef));
    if (!arguments || !types) {
        emit->failed = true;
        LLVMBuildUnreachable(emit->builder);
        return;
    }
    arguments[0] = emit->isolate;
    arguments[1] = call->frame;
    arguments[EMIT_BUDGET_PARAMETER] = emit_budget(emit);
    for (uint32_t i = EMIT_FIRST_PARAMETER; i < count; i++)
        arguments[i] =
            i < given ? emit_input(emit, node, call->first + i - EMIT_FIRST_PARAMETER) : emit_number(emit, 0);
    for (uint32_t i = 0; i < count; i++)
        types[i] = i < EMIT_BUDGET_PARAMETER ? emit->pointer : emit->i64;
    LLVMTypeRef type = LLVMFunctionType(emit->result, types, count, false);
    LLVMValueRef result = LLVMBuildCall2(emit->builder, type, native, arguments, count, "");
    emit_set_convention(emit, result);
    emit_set_budget(emit, LLVMBuildExtractValue(emit->builder, result, EMIT_BUDGET_RESULT, ""));
    LLVMValueRef status = LLVMBuildExtractValue(emit->builder, result, 0, "");
    LLVMBasicBlockRef from = LLVMGetInsertBlock(emit->builder);
    for (uint32_t i = 0; i < register_results(node); i++)
        add_incoming(call->registers[i],
                     LLVMBuildExtractValue(emit->builder, result, EMIT_FIRST_RESULT + i, ""), from);
    branch_on_status(emit, call, status, call->next);
}

/* The callee has no native code: its arguments go to its frame. */
static void call_interpreter(Emit *emit, EmitCall *call) {
    const JitNode *node = call->node;
    for (uint32_t i = call->first; i < node->input_count; i++) {
        const JitNode *input = node->inputs[i];
        emit_slot_store(emit, call->frame, i - call->first, emit->values[input->id], (JitRep)input->rep);
    }
    emit_budget_out(emit);
    emit_set_frame(emit, call->site);
    LLVMValueRef arguments[] = {emit->isolate, call->frame, call->entry};
    LLVMValueRef status = emit_helper(emit, COR_HELPER_ENTER, arguments);
    emit_budget_in(emit);
    branch_on_status(emit, call, status, call->from_frame);
}

/* The callee left: it is interpreted to its end, or this frame has to leave as well. */
static void settle(Emit *emit, EmitCall *call) {
    const JitState *state = call->node->state;
    LLVMBasicBlockRef failed = emit_cold_block(emit, "unsettled"), leave = emit_cold_block(emit, "leave");
    LLVMValueRef status = emit_helper(emit, COR_HELPER_SETTLE, (LLVMValueRef[]){emit->isolate, call->frame});
    emit_budget_in(emit);
    LLVMValueRef is_ok = LLVMBuildICmp(emit->builder, LLVMIntEQ, status, emit_status(emit, COR_OK), "");
    LLVMBuildCondBr(emit->builder, is_ok, call->from_frame, failed);
    LLVMPositionBuilderAtEnd(emit->builder, failed);
    emit_failed_call(emit, status, state, leave);
    LLVMPositionBuilderAtEnd(emit->builder, leave);
    emit_leave_below(emit, state, emit_new_exit(emit, COR_EXIT_CALL, state), call->frame);
}

static void load_results(Emit *emit, EmitCall *call) {
    for (uint32_t i = 0; i < register_results(call->node); i++)
        add_incoming(call->registers[i], emit_slot_load(emit, call->frame, i, JIT_REP_I64), call->from_frame);
    LLVMBuildBr(emit->builder, call->next);
}

static void make_blocks(Emit *emit, EmitCall *call) {
    LLVMBasicBlockRef current = LLVMGetInsertBlock(emit->builder);
    call->next = emit_new_block(emit, "called");
    LLVMPositionBuilderAtEnd(emit->builder, call->next);
    for (uint32_t i = 0; i < register_results(call->node); i++)
        call->registers[i] = LLVMBuildPhi(emit->builder, emit->i64, "");
    call->failed = emit_cold_block(emit, "failed");
    LLVMPositionBuilderAtEnd(emit->builder, call->failed);
    call->status = LLVMBuildPhi(emit->builder, emit->i32, "");
    call->from_frame = emit_cold_block(emit, "settled");
    LLVMPositionBuilderAtEnd(emit->builder, current);
}

/* Gives a call its results: those in registers, and the others from the callee's frame. */
static void set_results(Emit *emit, const JitNode *node, LLVMValueRef *registers, uint32_t register_count,
                        LLVMValueRef frame) {
    LLVMValueRef *results =
        cor_arena_allocate(emit->arena, node->call.result_count + (size_t)1, sizeof(LLVMValueRef));
    if (!results) {
        emit->failed = true;
        return;
    }
    for (uint32_t i = 0; i < node->call.result_count; i++)
        results[i] = i < register_count ? registers[i] : emit_slot_load(emit, frame, i, JIT_REP_I64);
    emit->projects[node->id] = results;
}

static void emit_function_call(Emit *emit, const JitNode *node, uint32_t first, LLVMValueRef entry) {
    EmitCall call = {.node = node, .first = first, .entry = entry};
    call.frame = emit_slot_address(emit, emit->fp, node->call.window);
    call.site = emit_site(emit, node->state, node->call.window);
    emit_slot_store(emit, call.frame, -1, call.site, JIT_REP_REF);
    LLVMValueRef native = load_native(emit, &call);
    LLVMBasicBlockRef enter = NULL;
    if (entry) {
        enter = emit_cold_block(emit, "enter");
        emit_branch_cold(emit, LLVMBuildIsNull(emit->builder, native, ""), enter);
    }
    make_blocks(emit, &call);
    call_native(emit, &call, native);
    if (enter) {
        LLVMPositionBuilderAtEnd(emit->builder, enter);
        call_interpreter(emit, &call);
    }
    LLVMBasicBlockRef left = emit_cold_block(emit, "left");
    LLVMPositionBuilderAtEnd(emit->builder, call.failed);
    emit_failed_call(emit, call.status, node->state, left);
    LLVMPositionBuilderAtEnd(emit->builder, left);
    settle(emit, &call);
    LLVMPositionBuilderAtEnd(emit->builder, call.from_frame);
    load_results(emit, &call);
    LLVMPositionBuilderAtEnd(emit->builder, call.next);
    set_results(emit, node, call.registers, register_results(node), call.frame);
}

/* Where a function is entered: known when it is lowered already, else what its entry has become. */
static LLVMValueRef callee_entry(Emit *emit, const CorLoweredFunction *callee) {
    if (emit->is_entry && callee == emit->graph->function)
        return NULL;
    const CorWord *entry = cor_function_entry(callee);
    if (!cor_entry_is_stub(entry))
        return emit_pointer(emit, COR_CONSTANT_ENTRY, entry, callee);
    LLVMValueRef function = emit_pointer(emit, COR_CONSTANT_FUNCTION, callee, callee);
    return emit_load_atomic(emit, emit_offset(emit, function, offsetof(CorLoweredFunction, entry)),
                            EMIT_ENTRY);
}

static void emit_closure_call(Emit *emit, const JitNode *node) {
    LLVMValueRef closure = emit_value(emit, node->inputs[node->input_count - 1], JIT_REP_REF);
    LLVMValueRef place = emit_offset(emit, closure, offsetof(CorClosureObject, function));
    LLVMValueRef function = emit_load(emit, emit->pointer, place, EMIT_FUNCTION, 0, 0);
    place = emit_offset(emit, function, offsetof(CorLoweredFunction, entry));
    emit_function_call(emit, node, 0, emit_load_atomic(emit, place, EMIT_ENTRY));
}

/* ---- Natives and system calls ------------------------------------------------------------------ */

static void finish_native(Emit *emit, const JitNode *node, LLVMValueRef status) {
    emit_budget_in(emit);
    LLVMBasicBlockRef failed = emit_cold_block(emit, "failed");
    LLVMValueRef is_ok = LLVMBuildICmp(emit->builder, LLVMIntEQ, status, emit_status(emit, COR_OK), "");
    emit_branch_unless(emit, is_ok, failed);
    LLVMBasicBlockRef next = LLVMGetInsertBlock(emit->builder);
    LLVMPositionBuilderAtEnd(emit->builder, failed);
    emit_failed_call(emit, status, node->state, NULL);
    LLVMPositionBuilderAtEnd(emit->builder, next);
    LLVMValueRef *results =
        cor_arena_allocate(emit->arena, node->call.result_count + (size_t)1, sizeof(LLVMValueRef));
    if (!results) {
        emit->failed = true;
        return;
    }
    for (uint32_t i = 0; i < node->call.result_count; i++)
        results[i] =
            emit_load(emit, emit->i64, emit_slot_address(emit, emit->results, i), EMIT_SCRATCH, 0, 0);
    emit->projects[node->id] = results;
}

static LLVMValueRef native_types(Emit *emit, const JitNode *node) {
    return node->call.types ? emit_pointer(emit, COR_CONSTANT_TYPES, node->call.types, NULL)
                            : LLVMConstNull(emit->pointer);
}

static void emit_native_call(Emit *emit, const JitNode *node) {
    const void *address;
    memcpy(&address, &node->call.native, sizeof address); /* of a function */
    LLVMTypeRef types[] = {emit->pointer, emit->pointer, emit->pointer, emit->pointer};
    LLVMValueRef arguments[] = {emit->isolate, emit_arguments(emit, node, 0), emit->results,
                                native_types(emit, node)};
    LLVMValueRef native = emit_pointer(emit, COR_CONSTANT_NATIVE, address, NULL);
    emit_budget_out(emit);
    emit_set_frame(emit, emit_site(emit, node->state, emit->graph->extent));
    LLVMValueRef status =
        LLVMBuildCall2(emit->builder, LLVMFunctionType(emit->i32, types, 4, false), native, arguments, 4, "");
    finish_native(emit, node, status);
}

static void emit_syscall(Emit *emit, const JitNode *node) {
    LLVMValueRef arguments[] = {emit->isolate, emit_number(emit, node->number), emit_arguments(emit, node, 0),
                                emit->results, native_types(emit, node)};
    emit_budget_out(emit);
    emit_set_frame(emit, emit_site(emit, node->state, emit->graph->extent));
    finish_native(emit, node, emit_helper(emit, COR_HELPER_SYSCALL, arguments));
}

bool emit_call(Emit *emit, const JitNode *node) {
    switch ((JitOp)node->op) {
    case JIT_CALL: emit_function_call(emit, node, 0, callee_entry(emit, node->call.callee)); return true;
    case JIT_CALL_ENTRY:
        emit_function_call(emit, node, 1, emit_value(emit, node->inputs[0], JIT_REP_REF));
        return true;
    case JIT_CALL_CLOSURE: emit_closure_call(emit, node); return true;
    case JIT_CALL_NATIVE: emit_native_call(emit, node); return true;
    case JIT_SYSCALL: emit_syscall(emit, node); return true;
    case JIT_PROJECT: {
        const JitNode *call = node->inputs[0];
        if (!emit->projects[call->id] || node->number >= call->call.result_count) {
            emit->failed = true;
            return true;
        }
        emit_set(emit, node, emit->projects[call->id][node->number], JIT_REP_I64);
        return true;
    }
    default: return false;
    }
}

/* ---- Returning --------------------------------------------------------------------------------- */

void emit_return(Emit *emit, const JitNode *node) {
    if (!emit->is_entry)
        emit_budget_out(emit);
    uint32_t registers = emit->is_entry ? COR_NATIVE_RESULTS : 0;
    for (uint32_t i = registers; i < node->input_count; i++)
        emit_slot_store(emit, emit->fp, i, emit->values[node->inputs[i]->id], (JitRep)node->inputs[i]->rep);
    if (!emit->is_entry) {
        LLVMBuildRet(emit->builder, emit_status(emit, COR_OK));
        return;
    }
    LLVMValueRef result =
        LLVMBuildInsertValue(emit->builder, LLVMGetPoison(emit->result), emit_status(emit, COR_OK), 0, "");
    for (uint32_t i = 0; i < node->input_count && i < COR_NATIVE_RESULTS; i++)
        result =
            LLVMBuildInsertValue(emit->builder, result, emit_input(emit, node, i), EMIT_FIRST_RESULT + i, "");
    result = LLVMBuildInsertValue(emit->builder, result, emit_budget(emit), EMIT_BUDGET_RESULT, "");
    LLVMBuildRet(emit->builder, result);
}
