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

static void finish_native(Emit *emit, const JitNode *node, LLVMValueRef status) {
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
    finish_native(emit, node, status);
}

static void emit_syscall(Emit *emit, const JitNode *node) {
    LLVMValueRef arguments[] = {emit->isolate, emit_number(emit, node->number), emit_arguments(emit, node, 0),
                                emit->results, native_types(emit, node)};
    emit_budget_out(emit);
    emit_set_frame(emit, emit_site(emit, node->state, emit->graph->extent));
    finish_native(emit, node, emit_helper(emit, COR_HELPER_SYSCALL, arguments));
}

static void emit_host_call(Emit *emit, const JitNode *node) {
    const CorLoweredFunction *function = node->call.callee;
    LLVMValueRef arguments[] = {emit->isolate, emit_pointer(emit, COR_CONSTANT_FUNCTION, function, function),
                                emit_slot_address(emit, emit->fp, node->number),
                                emit_arguments(emit, node, 0), emit->results};
    emit_budget_out(emit);
    emit_set_frame(emit, emit_site(emit, node->state, emit->graph->extent));
    finish_native(emit, node, emit_helper(emit, COR_HELPER_CALL_HOST, arguments));
}

static void emit_has_room(Emit *emit, const JitNode *node) {
    LLVMValueRef limit = emit_isolate_load(emit, emit->pointer, offsetof(CorIsolate, native_limit));
    emit_set_condition(emit, node,
                       LLVMBuildICmp(emit->builder, LLVMIntUGE, emit->results,
                                     emit_offset(emit, limit, COR_NATIVE_ROOM), ""));
}

static void emit_goes_on(Emit *emit, const JitNode *node) {
    LLVMValueRef leaving = emit_isolate_load(emit, emit->i8, offsetof(CorIsolate, native_leaving));
    emit_set_condition(emit, node,
                       LLVMBuildICmp(emit->builder, LLVMIntEQ, leaving, LLVMConstNull(emit->i8), ""));
}

/* ---- Functions of C ---------------------------------------------------------------------------- */

static LLVMValueRef direct_call(Emit *emit, const CorLoweredFunction *function) {
    LLVMValueRef pointer = emit_pointer(emit, COR_CONSTANT_FUNCTION, function, function);
    return emit_load(emit, emit->pointer, emit_offset(emit, pointer, offsetof(CorLoweredFunction, direct)),
                     EMIT_CONSTANT, 0, 0);
}

static LLVMValueRef foreign_address(Emit *emit, LLVMValueRef direct) {
    return emit_load_atomic(emit, emit_offset(emit, direct, offsetof(CorDirectCall, address)), EMIT_FUNCTION);
}

static void emit_may_call(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef direct = direct_call(emit, node->of.callee);
    LLVMValueRef library = emit_load(
        emit, emit->i64, emit_offset(emit, direct, offsetof(CorDirectCall, library)), EMIT_CONSTANT, 0, 0);
    LLVMValueRef allowed = emit_isolate_load(emit, emit->i64, offsetof(CorIsolate, direct_libraries));
    LLVMValueRef is_allowed = LLVMBuildICmp(builder, LLVMIntNE, LLVMBuildAnd(builder, allowed, library, ""),
                                            emit_number(emit, 0), "");
    LLVMValueRef is_known =
        LLVMBuildICmp(builder, LLVMIntNE, foreign_address(emit, direct), LLVMConstNull(emit->pointer), "");
    emit_set_condition(emit, node, LLVMBuildAnd(builder, is_allowed, is_known, ""));
}

/* Integers are passed and given as whole registers, extended as slots are: C's conventions leave the upper bits of narrow ones
 * to chance. */
static JitRep foreign_rep(const CorType *type) {
    return type->kind == COR_KIND_F64 ? JIT_REP_F64 : type->kind == COR_KIND_F32 ? JIT_REP_F32 : JIT_REP_I64;
}

/* A result as a slot. */
static LLVMValueRef foreign_slot(Emit *emit, const CorType *type, LLVMValueRef value) {
    static const struct {
        uint8_t bits;
        bool is_signed;
    } narrow[COR_KIND_F64 + 1] = {
        [COR_KIND_BOOL] = {8, false}, [COR_KIND_I8] = {8, true},  [COR_KIND_I16] = {16, true},
        [COR_KIND_I32] = {32, true},  [COR_KIND_U8] = {8, false}, [COR_KIND_U16] = {16, false},
        [COR_KIND_U32] = {32, false},
    };
    LLVMBuilderRef builder = emit->builder;
    JitRep rep = foreign_rep(type);
    if (rep != JIT_REP_I64)
        return emit_convert(emit, value, rep, JIT_REP_I64);
    uint32_t bits = type->kind <= COR_KIND_F64 ? narrow[type->kind].bits : 0;
    if (bits == 0)
        return value;
    LLVMValueRef part = LLVMBuildTrunc(builder, value, LLVMIntTypeInContext(emit->context, bits), "");
    return narrow[type->kind].is_signed ? LLVMBuildSExt(builder, part, emit->i64, "")
                                        : LLVMBuildZExt(builder, part, emit->i64, "");
}

static void emit_foreign_call(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    const uint32_t count = node->input_count;
    const bool is_void = node->call.result_count == 0;
    const CorType *result = node->call.types[count];
    LLVMValueRef *arguments = emit_allocate(emit, count + (size_t)1, sizeof *arguments);
    LLVMTypeRef *types = emit_allocate(emit, count + (size_t)1, sizeof *types);
    LLVMValueRef *results = emit_allocate(emit, 1, sizeof *results);
    if (emit->failed)
        return;
    for (uint32_t i = 0; i < count; i++) {
        JitRep rep = foreign_rep(node->call.types[i]);
        arguments[i] = emit_value(emit, node->inputs[i], rep);
        types[i] = emit_type(emit, rep);
    }
    LLVMTypeRef given = is_void ? LLVMVoidTypeInContext(emit->context) : emit_type(emit, foreign_rep(result));
    LLVMValueRef address = foreign_address(emit, direct_call(emit, node->call.callee));
    LLVMValueRef place = emit_isolate_load(emit, emit->pointer, offsetof(CorIsolate, errno_place));
    emit_store(emit, LLVMConstInt(emit->i32, 0, false), place, EMIT_ERRNO, 0, 0);
    LLVMValueRef value =
        LLVMBuildCall2(builder, LLVMFunctionType(given, types, count, false), address, arguments, count, "");
    emit_isolate_store(emit, emit_load(emit, emit->i32, place, EMIT_ERRNO, 0, 0),
                       offsetof(CorIsolate, foreign_errno));
    emit_set_budget(emit, LLVMBuildSub(builder, emit_budget(emit), emit_number(emit, COR_FOREIGN_FUEL), ""));
    if (!is_void)
        results[0] = foreign_slot(emit, result, value);
    emit->projects[node->id] = results;
}

bool emit_call(Emit *emit, const JitNode *node) {
    switch ((JitOp)node->op) {
    case JIT_CALL: emit_function_call(emit, node, 0, callee_entry(emit, node->call.callee)); return true;
    case JIT_CALL_ENTRY:
        emit_function_call(emit, node, 1, emit_value(emit, node->inputs[0], JIT_REP_REF));
        return true;
    case JIT_CALL_CLOSURE: emit_closure_call(emit, node); return true;
    case JIT_CALL_NATIVE: emit_native_call(emit, node); return true;
    case JIT_MAY_CALL: emit_may_call(emit, node); return true;
    case JIT_CALL_FOREIGN: emit_foreign_call(emit, node); return true;
    case JIT_CALL_HOST: emit_host_call(emit, node); return true;
    case JIT_HAS_ROOM: emit_has_room(emit, node); return true;
    case JIT_GOES_ON: emit_goes_on(emit, node); return true;
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
