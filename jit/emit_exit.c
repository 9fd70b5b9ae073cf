/* Ways out of native code: returning a status, leaving to the interpreter, and the nodes that may do so. */
#include "jit/emit_internal.h"

/* ---- Blocks and branches ----------------------------------------------------------------------- */

LLVMBasicBlockRef emit_cold_block(Emit *emit, const char *name) {
    return LLVMAppendBasicBlockInContext(emit->context, emit->function, name);
}

LLVMBasicBlockRef emit_new_block(Emit *emit, const char *name) {
    LLVMBasicBlockRef block = emit_cold_block(emit, name);
    LLVMMoveBasicBlockAfter(block, LLVMGetInsertBlock(emit->builder));
    return block;
}

void emit_branch_cold(Emit *emit, LLVMValueRef is_cold, LLVMBasicBlockRef cold) {
    LLVMBasicBlockRef next = emit_new_block(emit, "");
    LLVMValueRef branch = LLVMBuildCondBr(emit->builder, is_cold, cold, next);
    LLVMSetMetadata(branch, emit->profile_kind, emit->cold_then);
    LLVMPositionBuilderAtEnd(emit->builder, next);
}

void emit_branch_unless(Emit *emit, LLVMValueRef is_warm, LLVMBasicBlockRef cold) {
    LLVMBasicBlockRef next = emit_new_block(emit, "");
    LLVMValueRef branch = LLVMBuildCondBr(emit->builder, is_warm, next, cold);
    LLVMSetMetadata(branch, emit->profile_kind, emit->cold_else);
    LLVMPositionBuilderAtEnd(emit->builder, next);
}

static LLVMValueRef is_ok(Emit *emit, LLVMValueRef status) {
    return LLVMBuildICmp(emit->builder, LLVMIntEQ, status, emit_status(emit, COR_OK), "");
}

/* ---- The isolate's budget and frame ------------------------------------------------------------ */

/* Without metering the interpreter has its own in the isolate; behind native code it is used up, and the next safepoint a sample. */
LLVMValueRef emit_budget(Emit *emit) {
    if (emit->options->unmetered)
        return emit_number(emit, 0);
    return LLVMBuildLoad2(emit->builder, emit->i64, emit->budget, "");
}

void emit_set_budget(Emit *emit, LLVMValueRef budget) {
    if (!emit->options->unmetered)
        LLVMBuildStore(emit->builder, budget, emit->budget);
}

void emit_budget_out(Emit *emit) {
    if (!emit->options->unmetered)
        emit_isolate_store(emit, emit_budget(emit), offsetof(CorIsolate, budget));
}

void emit_budget_in(Emit *emit) {
    if (!emit->options->unmetered)
        emit_set_budget(emit, emit_isolate_load(emit, emit->i64, offsetof(CorIsolate, budget)));
}

void emit_set_frame(Emit *emit, LLVMValueRef site) {
    emit_isolate_store(emit, emit->fp, offsetof(CorIsolate, fp));
    emit_isolate_store(emit, site, offsetof(CorIsolate, ip));
}

/* ---- Leaving ----------------------------------------------------------------------------------- */

/* The block where the function returns.  There is one, whose phis are numbers: LLVM's fast selection takes no others. */
static void make_end(Emit *emit) {
    LLVMBasicBlockRef current = LLVMGetInsertBlock(emit->builder);
    LLVMValueRef result = LLVMGetPoison(emit->result);
    emit->end = emit_cold_block(emit, "end");
    LLVMPositionBuilderAtEnd(emit->builder, emit->end);
    for (unsigned i = 0; i < EMIT_RESULTS; i++)
        emit->returned[i] = LLVMBuildPhi(emit->builder, i == 0 ? emit->i32 : emit->i64, "");
    for (unsigned i = 0; i < EMIT_RESULTS; i++)
        result = LLVMBuildInsertValue(emit->builder, result, emit->returned[i], i, "");
    LLVMBuildRet(emit->builder, result);
    LLVMPositionBuilderAtEnd(emit->builder, current);
}

/* The end, for an edge from the current block. */
static LLVMBasicBlockRef end_with(Emit *emit, const LLVMValueRef *values, uint32_t count) {
    LLVMBasicBlockRef from = LLVMGetInsertBlock(emit->builder);
    if (!emit->end)
        make_end(emit);
    for (unsigned i = 0; i < EMIT_RESULTS; i++) {
        LLVMValueRef value = i < count ? values[i] : LLVMGetPoison(i == 0 ? emit->i32 : emit->i64);
        LLVMAddIncoming(emit->returned[i], &value, &from, 1);
    }
    return emit->end;
}

void emit_return_values(Emit *emit, const LLVMValueRef *values, uint32_t count) {
    LLVMBuildBr(emit->builder, end_with(emit, values, count));
}

void emit_return_status(Emit *emit, LLVMValueRef status) {
    emit_return_values(emit, &status, 1);
}

static bool is_caught(const JitState *state) {
    for (; state; state = state->caller) {
        if (state->catches)
            return true;
    }
    return false;
}

void emit_thrown(Emit *emit, const JitState *state) {
    if (is_caught(state))
        emit_leave(emit, state, emit_new_exit(emit, COR_EXIT_CALL, state), COR_THROWN);
    else
        emit_return_status(emit, emit_status(emit, COR_THROWN));
}

static void branch_on(Emit *emit, LLVMValueRef status, CorStatus what, LLVMBasicBlockRef target) {
    LLVMBasicBlockRef next = emit_cold_block(emit, "");
    LLVMValueRef is_it = LLVMBuildICmp(emit->builder, LLVMIntEQ, status, emit_status(emit, what), "");
    LLVMBuildCondBr(emit->builder, is_it, target, next);
    LLVMPositionBuilderAtEnd(emit->builder, next);
}

void emit_failed_call(Emit *emit, LLVMValueRef status, const JitState *state, LLVMBasicBlockRef left) {
    LLVMBasicBlockRef thrown = is_caught(state) ? emit_cold_block(emit, "thrown") : NULL;
    if (left)
        branch_on(emit, status, COR_LEFT, left);
    if (thrown)
        branch_on(emit, status, COR_THROWN, thrown);
    emit_return_status(emit, status);
    if (thrown) {
        LLVMPositionBuilderAtEnd(emit->builder, thrown);
        emit_thrown(emit, state);
    }
}

/* ---- Nodes ------------------------------------------------------------------------------------- */

/* The helper's status is not COR_OK; COR_LEFT: leaves before the instruction of the state.  The error of a stack that is
 * too short is the caller's. */
static void fail_safepoint(Emit *emit, LLVMValueRef status, const JitNode *node, CorExitKind kind) {
    LLVMBasicBlockRef left = emit_cold_block(emit, "left");
    emit_budget_in(emit);
    emit_failed_call(emit, status, NULL, left);
    LLVMPositionBuilderAtEnd(emit->builder, left);
    emit_leave(emit, node->state, emit_new_exit(emit, kind, node->state), COR_OK);
}

/* Takes an amount from the budget; what is left. */
static LLVMValueRef spend(Emit *emit, LLVMValueRef amount) {
    LLVMValueRef budget = LLVMBuildSub(emit->builder, emit_budget(emit), amount, "");
    emit_set_budget(emit, budget);
    return budget;
}

static void emit_charge(Emit *emit, const JitNode *node) {
    LLVMValueRef budget = spend(emit, emit_number(emit, node->number));
    if (node->flags & JIT_UNLOOKED)
        return;
    LLVMValueRef ahead = emit_number(emit, node->bits);
    LLVMBasicBlockRef cold = emit_cold_block(emit, "refill");
    emit_branch_cold(emit, LLVMBuildICmp(emit->builder, LLVMIntSLT, budget, ahead, ""), cold);
    LLVMBasicBlockRef next = LLVMGetInsertBlock(emit->builder);
    LLVMPositionBuilderAtEnd(emit->builder, cold);
    emit_budget_out(emit);
    emit_set_frame(emit, emit_site(emit, node->state, emit->graph->extent));
    budget = emit_helper(emit, COR_HELPER_REFILL, (LLVMValueRef[]){emit->isolate, ahead});
    emit_set_budget(emit, budget);
    LLVMBasicBlockRef failed = emit_cold_block(emit, "failed");
    LLVMValueRef has_failed = LLVMBuildICmp(emit->builder, LLVMIntSLT, budget, emit_number(emit, 0), "");
    LLVMBuildCondBr(emit->builder, has_failed, failed, next);
    LLVMPositionBuilderAtEnd(emit->builder, failed);
    LLVMValueRef status =
        LLVMBuildTrunc(emit->builder, LLVMBuildNeg(emit->builder, budget, ""), emit->i32, "");
    fail_safepoint(emit, status, node, COR_EXIT_SAFEPOINT);
    LLVMPositionBuilderAtEnd(emit->builder, next);
}

static LLVMValueRef below(Emit *emit, LLVMValueRef a, LLVMValueRef b) {
    return LLVMBuildICmp(emit->builder, LLVMIntULT, a, b, "");
}

static void emit_stack(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef end = emit_slot_address(emit, emit->fp, node->number);
    LLVMValueRef limit = emit_isolate_load(emit, emit->pointer, offsetof(CorIsolate, stack.limit));
    LLVMValueRef machine_limit = emit_isolate_load(emit, emit->pointer, offsetof(CorIsolate, native_limit));
    LLVMValueRef machine =
        emit->anchor ? emit->anchor : emit_intrinsic(emit, "llvm.stacksave", &emit->pointer, 1, NULL, 0);
    LLVMValueRef short_of =
        LLVMBuildOr(builder, below(emit, limit, end), below(emit, machine, machine_limit), "");
    LLVMBasicBlockRef cold = emit_cold_block(emit, "grow");
    emit_branch_cold(emit, short_of, cold);
    LLVMBasicBlockRef next = LLVMGetInsertBlock(builder);
    LLVMPositionBuilderAtEnd(builder, cold);
    if (emit->is_loop) { /* the frame is there and its weight charged: the interpreter does with it */
        emit_leave(emit, node->state, emit_new_exit(emit, COR_EXIT_STACK, node->state), COR_OK);
        LLVMPositionBuilderAtEnd(builder, next);
        return;
    }
    emit_budget_out(emit);
    emit_set_frame(emit, emit_site(emit, node->state, emit->graph->extent));
    LLVMValueRef status = emit_helper(emit, COR_HELPER_GROW_STACK, (LLVMValueRef[]){emit->isolate, end});
    LLVMBasicBlockRef failed = emit_cold_block(emit, "failed");
    LLVMBuildCondBr(emit->builder, is_ok(emit, status), next, failed);
    LLVMPositionBuilderAtEnd(emit->builder, failed);
    fail_safepoint(emit, status, node, COR_EXIT_STACK);
    LLVMPositionBuilderAtEnd(builder, next);
}

/* Fails every n-th time, too, when a test wants that. */
static LLVMValueRef with_failures(Emit *emit, LLVMValueRef condition) {
    LLVMBuilderRef builder = emit->builder;
    uint64_t every = emit->options->fail_every;
    if (every == 0)
        return condition;
    if (!emit->fail_counter) {
        emit->fail_counter = LLVMAddGlobal(emit->module, emit->i64, "fail_counter");
        LLVMSetInitializer(emit->fail_counter, emit_number(emit, every));
        LLVMSetLinkage(emit->fail_counter, LLVMInternalLinkage);
    }
    LLVMValueRef counter = LLVMBuildLoad2(builder, emit->i64, emit->fail_counter, "");
    counter = LLVMBuildSub(builder, counter, emit_number(emit, 1), "");
    LLVMValueRef holds = LLVMBuildICmp(builder, LLVMIntNE, counter, emit_number(emit, 0), "");
    counter = LLVMBuildSelect(builder, holds, counter, emit_number(emit, every), "");
    LLVMBuildStore(builder, counter, emit->fail_counter);
    return LLVMBuildAnd(builder, condition, holds, "");
}

static void emit_check(Emit *emit, const JitNode *node) {
    LLVMValueRef condition = with_failures(emit, emit_condition(emit, node->inputs[0]));
    LLVMBasicBlockRef cold = emit_cold_block(emit, "leave");
    emit_branch_unless(emit, condition, cold);
    LLVMBasicBlockRef next = LLVMGetInsertBlock(emit->builder);
    LLVMPositionBuilderAtEnd(emit->builder, cold);
    if (node->input_count == 2)
        spend(emit, emit_input(emit, node, 1));
    emit_leave(emit, node->state, emit_new_exit(emit, (CorExitKind)node->exit, node->state), COR_OK);
    LLVMPositionBuilderAtEnd(emit->builder, next);
}

void emit_exit_node(Emit *emit, const JitNode *node) {
    switch ((JitOp)node->op) {
    case JIT_CHECK: emit_check(emit, node); break;
    case JIT_CHARGE:
        if (!emit->options->unmetered)
            emit_charge(emit, node);
        break;
    case JIT_SPEND: spend(emit, emit_input(emit, node, 0)); break;
    case JIT_STACK: emit_stack(emit, node); break;
    default: emit_leave(emit, node->state, emit_new_exit(emit, (CorExitKind)node->exit, node->state), COR_OK);
    }
}
