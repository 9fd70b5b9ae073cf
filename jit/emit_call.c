/* Calls: of functions, which have native code or not, of natives and system calls; and returning. */
#include "jit/emit_internal.h"

/* ---- The convention ---------------------------------------------------------------------------- */

static LLVMAttributeRef attribute(Emit *emit, const char *name) {
    return LLVMCreateEnumAttribute(emit->context, LLVMGetEnumAttributeKindForName(name, strlen(name)), 0);
}

void emit_set_convention(Emit *emit, LLVMValueRef function_or_call) {
    LLVMAttributeRef pinned = attribute(emit, "swiftself");
    if (LLVMIsAFunction(function_or_call)) {
        LLVMSetFunctionCallConv(function_or_call, LLVMSwiftCallConv);
        LLVMAddAttributeAtIndex(function_or_call, 1, pinned);
    } else {
        LLVMSetInstructionCallConv(function_or_call, LLVMSwiftCallConv);
        LLVMAddCallSiteAttribute(function_or_call, 1, pinned);
    }
}

/* No comparison for equality: LLVM would join that with the switch over the other statuses behind it, and compute in front
 * of both what only those need. */
static LLVMValueRef is_ok(Emit *emit, LLVMValueRef status) {
    _Static_assert(COR_OK == 0 && COR_THROWN > 0 && COR_LEFT > 0 && COR_STOPPED > 0, "others are greater");
    return LLVMBuildICmp(emit->builder, LLVMIntSLE, status, emit_status(emit, COR_OK), "");
}

/* ---- Calls of functions ------------------------------------------------------------------------ */

typedef struct EmitCall {
    uint32_t count;
    LLVMValueRef *arguments;
    LLVMTypeRef *types;
} EmitCall;

static void pass(EmitCall *call, LLVMValueRef argument) {
    call->arguments[call->count] = argument;
    call->types[call->count++] = LLVMTypeOf(argument);
}

/* By the convention of native.h, with the inputs of the node from `first` on. */
static bool list_arguments(Emit *emit, EmitCall *call, const JitNode *node, uint32_t first,
                           LLVMValueRef frame) {
    size_t most = EMIT_FIRST_PARAMETER + node->input_count + 2;
    call->arguments = emit_allocate(emit, most, sizeof *call->arguments);
    call->types = emit_allocate(emit, most, sizeof *call->types);
    if (emit->failed)
        return false;
    pass(call, emit->isolate);
    pass(call, frame);
    pass(call, emit_budget(emit));
    for (uint32_t i = first; i < node->input_count; i++)
        pass(call, emit_input(emit, node, i));
    return true;
}

static LLVMValueRef build_call(Emit *emit, EmitCall *call, LLVMValueRef native) {
    LLVMTypeRef type = LLVMFunctionType(emit->result, call->types, call->count, false);
    LLVMValueRef result = LLVMBuildCall2(emit->builder, type, native, call->arguments, call->count, "");
    emit_set_convention(emit, result);
    return result;
}

/* The function that is being emitted; it may want a closure that it is called without. */
static LLVMValueRef call_itself(Emit *emit, EmitCall *call) {
    if (LLVMCountParams(emit->function) > call->count)
        pass(call, emit_number(emit, 0));
    return build_call(emit, call, emit->function);
}

/* What stands in front of the lowered code: native code, or what interprets it, which wants to know the entry. */
static LLVMValueRef call_entry(Emit *emit, EmitCall *call, LLVMValueRef entry) {
    int64_t offset = (int64_t)offsetof(CorCodeHeader, native) - (int64_t)sizeof(CorCodeHeader);
    LLVMValueRef native = emit_load_atomic(emit, emit_offset(emit, entry, offset), EMIT_ENTRY);
    pass(call, entry);
    LLVMValueRef result = build_call(emit, call, native);
    LLVMAddCallSiteAttribute(result, call->count, attribute(emit, "nest"));
    return result;
}

/* The status is not COR_OK: the callee is on its way out. */
static void fail_call(Emit *emit, LLVMValueRef status, const JitNode *node) {
    LLVMBasicBlockRef left = emit_cold_block(emit, "leave");
    emit_budget_in(emit);
    emit_failed_call(emit, status, node->state, left);
    LLVMPositionBuilderAtEnd(emit->builder, left);
    emit_leave_below(emit, node->state, emit_new_exit(emit, COR_EXIT_CALL, node->state), node->call.window);
}

/* Gives a call its results: those in registers, and the others from the callee's frame. */
static void set_results(Emit *emit, const JitNode *node, LLVMValueRef returned, LLVMValueRef frame) {
    LLVMValueRef *results = emit_allocate(emit, node->call.result_count, sizeof *results);
    for (uint32_t i = 0; results && i < node->call.result_count; i++)
        results[i] = i < COR_NATIVE_RESULTS
                         ? LLVMBuildExtractValue(emit->builder, returned, EMIT_FIRST_RESULT + i, "")
                         : emit_slot_load(emit, frame, i, JIT_REP_I64);
    emit->projects[node->id] = results;
}

/* `entry`: lowered code of the callee; NULL: the function that is being emitted. */
static void emit_function_call(Emit *emit, const JitNode *node, uint32_t first, LLVMValueRef entry) {
    EmitCall call = {0};
    LLVMValueRef frame = emit_slot_address(emit, emit->fp, node->call.window);
    if (!list_arguments(emit, &call, node, first, frame))
        return;
    emit_slot_store(emit, frame, -1, emit_site(emit, node->state, node->call.window), JIT_REP_REF);
    LLVMValueRef result = entry ? call_entry(emit, &call, entry) : call_itself(emit, &call);
    emit_set_budget(emit, LLVMBuildExtractValue(emit->builder, result, EMIT_BUDGET_RESULT, ""));
    LLVMValueRef status = LLVMBuildExtractValue(emit->builder, result, 0, "");
    LLVMBasicBlockRef failed = emit_cold_block(emit, "failed");
    emit_branch_unless(emit, is_ok(emit, status), failed);
    LLVMBasicBlockRef next = LLVMGetInsertBlock(emit->builder);
    LLVMPositionBuilderAtEnd(emit->builder, failed);
    fail_call(emit, status, node);
    LLVMPositionBuilderAtEnd(emit->builder, next);
    set_results(emit, node, result, frame);
}

/* Where a function is entered: known when it is lowered already, else what its entry has become. */
static LLVMValueRef callee_entry(Emit *emit, const CorLoweredFunction *callee) {
    if (!emit->is_loop && callee == emit->graph->function)
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

void emit_finish_native(Emit *emit, const JitNode *node, LLVMValueRef status) {
    emit_budget_in(emit);
    LLVMBasicBlockRef failed = emit_cold_block(emit, "failed");
    emit_branch_unless(emit, is_ok(emit, status), failed);
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
    emit_finish_native(emit, node, status);
}

static void emit_syscall(Emit *emit, const JitNode *node) {
    LLVMValueRef arguments[] = {emit->isolate, emit_number(emit, node->number), emit_arguments(emit, node, 0),
                                emit->results, native_types(emit, node)};
    emit_budget_out(emit);
    emit_set_frame(emit, emit_site(emit, node->state, emit->graph->extent));
    emit_finish_native(emit, node, emit_helper(emit, COR_HELPER_SYSCALL, arguments));
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
    LLVMValueRef values[EMIT_RESULTS] = {emit_status(emit, COR_OK)};
    for (uint32_t i = 0; i < COR_NATIVE_RESULTS; i++)
        values[EMIT_FIRST_RESULT + i] =
            i < node->input_count ? emit_input(emit, node, i) : LLVMGetPoison(emit->i64);
    for (uint32_t i = COR_NATIVE_RESULTS; i < node->input_count; i++)
        emit_slot_store(emit, emit->fp, i, emit->values[node->inputs[i]->id], (JitRep)node->inputs[i]->rep);
    values[EMIT_BUDGET_RESULT] = emit_budget(emit);
    emit_return_values(emit, values, EMIT_RESULTS);
}

void emit_return_left(Emit *emit) {
    if (emit->is_loop) { /* the interpreter goes on in the frame that it had */
        emit_return_status(emit, emit_status(emit, COR_LEFT));
        return;
    }
    LLVMValueRef values[EMIT_RESULTS];
    values[0] = emit_helper(emit, COR_HELPER_SETTLE, (LLVMValueRef[]){emit->isolate, emit->fp});
    uint32_t count = emit->graph->function->result_slots;
    for (uint32_t i = 0; i < COR_NATIVE_RESULTS; i++)
        values[EMIT_FIRST_RESULT + i] =
            i < count ? emit_slot_load(emit, emit->fp, i, JIT_REP_I64) : LLVMGetPoison(emit->i64);
    emit_budget_in(emit);
    values[EMIT_BUDGET_RESULT] = emit_budget(emit);
    emit_return_values(emit, values, EMIT_RESULTS);
}
