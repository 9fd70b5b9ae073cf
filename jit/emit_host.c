/* Calls of functions of C and of the host, by the VM or by native code itself (CorDirectCall). */
#include "jit/emit_internal.h"

static LLVMValueRef callee_function(Emit *emit, const CorLoweredFunction *function) {
    return emit_pointer(emit, COR_CONSTANT_FUNCTION, function, function);
}

/* A pointer that does not change while native code runs. */
static LLVMValueRef constant_load(Emit *emit, LLVMValueRef base, size_t offset) {
    return emit_load(emit, emit->pointer, emit_offset(emit, base, (int64_t)offset), EMIT_CONSTANT, 0, 0);
}

static LLVMValueRef direct_call(Emit *emit, const CorLoweredFunction *function) {
    return constant_load(emit, callee_function(emit, function), offsetof(CorLoweredFunction, direct));
}

/* ---- Functions of the host --------------------------------------------------------------------- */

enum { HOST_DIRECT = 6 }; /* values, at most */

/* The kind of value that the type's slot is, as it stands; COR_HOST_VOID: none. */
static uint32_t host_kind(const CorType *type) {
    switch (type->kind) {
    case COR_KIND_I64: return COR_HOST_INT;
    case COR_KIND_U64: return COR_HOST_UINT;
    case COR_KIND_F64: return COR_HOST_FLOAT;
    case COR_KIND_BOOL: return COR_HOST_BOOL;
    default: return COR_HOST_VOID;
    }
}

static bool host_takes(const JitNode *node) {
    for (uint32_t i = 0; i < node->input_count; i++)
        if (host_kind(node->call.types[i]) == COR_HOST_VOID)
            return false;
    const CorType *result = node->call.types[node->input_count];
    return result->kind == COR_KIND_VOID || host_kind(result) != COR_HOST_VOID;
}

/* Whether native code calls the function itself: there are as many types as slots then. */
static bool host_is_direct(const JitNode *node) {
    const CorDirectCall *direct = node->call.callee->direct;
    return direct && direct->is_host && node->input_count <= HOST_DIRECT && host_takes(node);
}

static LLVMValueRef host_value(Emit *emit, LLVMValueRef values, uint32_t index, size_t part) {
    return emit_offset(emit, values, (int64_t)(index * sizeof(CorHostValue) + part));
}

static void put_value(Emit *emit, LLVMValueRef values, uint32_t index, uint32_t kind, LLVMValueRef bits) {
    emit_store(emit, LLVMConstInt(emit->i32, kind, false),
               host_value(emit, values, index, offsetof(CorHostValue, kind)), EMIT_SCRATCH, 0, 0);
    emit_store(emit, bits, host_value(emit, values, index, offsetof(CorHostValue, bits)), EMIT_SCRATCH, 0, 0);
}

/* A float as a slot: COR_NAN for every NaN. */
static LLVMValueRef same_nan(Emit *emit, LLVMValueRef number, JitRep rep) {
    LLVMValueRef is_number = LLVMBuildFCmp(emit->builder, LLVMRealORD, number, number, "");
    return LLVMBuildSelect(emit->builder, is_number, emit_convert(emit, number, rep, JIT_REP_I64),
                           emit_number(emit, rep == JIT_REP_F64 ? COR_NAN : COR_NAN_F32), "");
}

/* The arguments, and behind them the result, which is empty. */
static LLVMValueRef host_values(Emit *emit, const JitNode *node) {
    const uint32_t count = node->input_count;
    LLVMValueRef values = emit->arguments;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t kind = host_kind(node->call.types[i]);
        LLVMValueRef bits = kind == COR_HOST_FLOAT
                                ? same_nan(emit, emit_value(emit, node->inputs[i], JIT_REP_F64), JIT_REP_F64)
                                : emit_value(emit, node->inputs[i], JIT_REP_I64);
        put_value(emit, values, i, kind, bits);
    }
    /* as whole words, which LLVM stores together */
    emit_store(emit, emit_number(emit, COR_HOST_VOID), host_value(emit, values, count, 0), EMIT_SCRATCH, 0,
               0);
    emit_store(emit, emit_number(emit, 0), host_value(emit, values, count, offsetof(CorHostValue, bits)),
               EMIT_SCRATCH, 0, 0);
    return values;
}

/* After all before it, for a collection that stops the thread anywhere. */
static void set_host_top(Emit *emit, LLVMValueRef top) {
    LLVMValueRef store = LLVMBuildStore(
        emit->builder, top, emit_offset(emit, emit->isolate, (int64_t)offsetof(CorIsolate, host_top)));
    LLVMSetOrdering(store, LLVMAtomicOrderingRelease);
    LLVMSetAlignment(store, sizeof(uint64_t));
}

/* What host_top is while the host runs. */
static LLVMValueRef enter_host(Emit *emit, const JitNode *node) {
    LLVMValueRef top = emit_offset(emit, emit_slot_address(emit, emit->fp, node->number), COR_HOST_FRESH);
    top = LLVMBuildPtrToInt(emit->builder, top, emit->i64, "");
    emit_budget_out(emit);
    emit_set_frame(emit, emit_site(emit, node->state, emit->graph->extent));
    set_host_top(emit, top);
    return top;
}

static void leave_host(Emit *emit) {
    set_host_top(emit, emit_number(emit, 0));
    emit_budget_in(emit);
}

static LLVMValueRef call_host(Emit *emit, const CorLoweredFunction *function, LLVMValueRef values,
                              LLVMValueRef result) {
    LLVMValueRef direct = direct_call(emit, function);
    LLVMTypeRef types[] = {emit->pointer, emit->pointer, emit->pointer, emit->pointer};
    LLVMValueRef address = constant_load(emit, direct, offsetof(CorDirectCall, address));
    LLVMValueRef arguments[] = {constant_load(emit, direct, offsetof(CorDirectCall, context)),
                                constant_load(emit, emit->isolate, offsetof(CorIsolate, host_handle)), values,
                                result};
    return LLVMBuildCall2(emit->builder, LLVMFunctionType(emit->i32, types, 4, false), address, arguments, 4,
                          "");
}

/* Whether there is nothing to do but to go on: the host has not used the isolate, and has given what it says. */
static LLVMValueRef is_simple(Emit *emit, LLVMValueRef top, LLVMValueRef status, LLVMValueRef result,
                              const CorType *type) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef fresh = emit_isolate_load(emit, emit->i64, offsetof(CorIsolate, host_top));
    LLVMValueRef other =
        LLVMBuildOr(builder, status, emit_isolate_load(emit, emit->i32, offsetof(CorIsolate, interrupt)), "");
    if (type->kind != COR_KIND_VOID) {
        LLVMValueRef kind = emit_load(emit, emit->i32, result, EMIT_SCRATCH, 0, 0);
        other =
            LLVMBuildOr(builder, other,
                        LLVMBuildXor(builder, kind, LLVMConstInt(emit->i32, host_kind(type), false), ""), "");
    }
    other = LLVMBuildOr(builder, LLVMBuildZExt(builder, other, emit->i64, ""),
                        LLVMBuildXor(builder, fresh, top, ""), "");
    return LLVMBuildICmp(builder, LLVMIntEQ, other, emit_number(emit, 0), "");
}

/* The slot of the result that the host has written. */
static LLVMValueRef host_result(Emit *emit, LLVMValueRef result, const CorType *type) {
    LLVMValueRef place = emit_offset(emit, result, offsetof(CorHostValue, bits));
    if (type->kind != COR_KIND_BOOL)
        return emit_load(emit, emit->i64, place, EMIT_SCRATCH, 0, 0);
    LLVMValueRef byte = emit_load(emit, emit->i8, place, EMIT_SCRATCH, 0, 0);
    LLVMValueRef is_set = LLVMBuildICmp(emit->builder, LLVMIntNE, byte, LLVMConstNull(emit->i8), "");
    return LLVMBuildZExt(emit->builder, is_set, emit->i64, "");
}

static void emit_direct_host_call(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    const CorType *type = node->call.types[node->input_count];
    LLVMValueRef values = host_values(emit, node);
    LLVMValueRef result = host_value(emit, values, node->input_count, 0);
    LLVMValueRef top = enter_host(emit, node);
    LLVMValueRef status = call_host(emit, node->call.callee, values, result);
    LLVMBasicBlockRef special = emit_cold_block(emit, "returned"), next = emit_cold_block(emit, "next");
    emit_branch_unless(emit, is_simple(emit, top, status, result, type), special);
    LLVMValueRef given[2] = {emit_number(emit, 0), emit_number(emit, 0)};
    if (type->kind != COR_KIND_VOID)
        given[0] = host_result(emit, result, type);
    leave_host(emit);
    LLVMBasicBlockRef from[2] = {LLVMGetInsertBlock(builder)};
    LLVMMoveBasicBlockAfter(next, from[0]);
    LLVMBuildBr(builder, next);

    LLVMPositionBuilderAtEnd(builder, special);
    LLVMValueRef arguments[] = {emit->isolate, callee_function(emit, node->call.callee),
                                LLVMBuildZExt(builder, status, emit->i64, ""), result, emit->results};
    status = emit_helper(emit, COR_HELPER_HOST_RETURNED, arguments);
    leave_host(emit);
    LLVMBasicBlockRef failed = emit_cold_block(emit, "failed");
    LLVMValueRef is_ok = LLVMBuildICmp(builder, LLVMIntEQ, status, emit_status(emit, COR_OK), "");
    emit_branch_unless(emit, is_ok, failed);
    if (type->kind != COR_KIND_VOID)
        given[1] = emit_load(emit, emit->i64, emit->results, EMIT_SCRATCH, 0, 0);
    LLVMValueRef leaving[2] = {LLVMConstNull(emit->i8),
                               emit_isolate_load(emit, emit->i8, offsetof(CorIsolate, native_leaving))};
    from[1] = LLVMGetInsertBlock(builder);
    LLVMBuildBr(builder, next);
    LLVMPositionBuilderAtEnd(builder, failed);
    emit_failed_call(emit, status, node->state, NULL);

    LLVMPositionBuilderAtEnd(builder, next);
    LLVMValueRef phi = LLVMBuildPhi(builder, emit->i64, "");
    LLVMAddIncoming(phi, given, from, 2);
    emit->host_leaving = LLVMBuildPhi(builder, emit->i8, "");
    LLVMAddIncoming(emit->host_leaving, leaving, from, 2);
    LLVMValueRef *results = emit_allocate(emit, 1, sizeof *results);
    if (results)
        results[0] = phi;
    emit->projects[node->id] = results;
}

/* By the VM. */
static void emit_host_call(Emit *emit, const JitNode *node) {
    if (host_is_direct(node)) {
        emit_direct_host_call(emit, node);
        return;
    }
    const CorLoweredFunction *function = node->call.callee;
    LLVMValueRef arguments[] = {emit->isolate, callee_function(emit, function),
                                emit_slot_address(emit, emit->fp, node->number),
                                emit_arguments(emit, node, 0), emit->results};
    emit_budget_out(emit);
    emit_set_frame(emit, emit_site(emit, node->state, emit->graph->extent));
    emit_finish_native(emit, node, emit_helper(emit, COR_HELPER_CALL_HOST, arguments));
}

static void emit_has_room(Emit *emit, const JitNode *node) {
    LLVMValueRef limit = constant_load(emit, emit->isolate, offsetof(CorIsolate, native_limit));
    emit_set_condition(emit, node,
                       LLVMBuildICmp(emit->builder, LLVMIntUGE, emit->results,
                                     emit_offset(emit, limit, COR_NATIVE_ROOM), ""));
}

static void emit_goes_on(Emit *emit, const JitNode *node) {
    LLVMValueRef leaving = emit->host_leaving;
    if (!leaving || LLVMGetInstructionParent(leaving) != LLVMGetInsertBlock(emit->builder))
        leaving = emit_isolate_load(emit, emit->i8, offsetof(CorIsolate, native_leaving));
    emit->host_leaving = NULL;
    emit_set_condition(emit, node,
                       LLVMBuildICmp(emit->builder, LLVMIntEQ, leaving, LLVMConstNull(emit->i8), ""));
}

/* ---- Functions of C ---------------------------------------------------------------------------- */

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
        if (rep != JIT_REP_I64)
            arguments[i] = emit_convert(emit, same_nan(emit, arguments[i], rep), JIT_REP_I64, rep);
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

bool emit_host(Emit *emit, const JitNode *node) {
    switch ((JitOp)node->op) {
    case JIT_MAY_CALL: emit_may_call(emit, node); return true;
    case JIT_CALL_FOREIGN: emit_foreign_call(emit, node); return true;
    case JIT_CALL_HOST: emit_host_call(emit, node); return true;
    case JIT_HAS_ROOM: emit_has_room(emit, node); return true;
    case JIT_GOES_ON: emit_goes_on(emit, node); return true;
    default: return false;
    }
}

uint32_t emit_host_slots(const JitNode *node) {
    const uint32_t values = node->input_count + 1;
    return host_is_direct(node) ? values * (uint32_t)(sizeof(CorHostValue) / sizeof(uint64_t)) : values;
}
