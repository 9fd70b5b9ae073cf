/* Integers: arithmetic, comparisons, hashes.  Nothing here is undefined in LLVM for any value that nodes.def allows. */
#include "jit/emit_internal.h"

static LLVMValueRef sign_extend(Emit *emit, LLVMValueRef value, LLVMTypeRef narrow) {
    return LLVMBuildSExt(emit->builder, LLVMBuildTrunc(emit->builder, value, narrow, ""), emit->i64, "");
}

static LLVMValueRef zero_extend(Emit *emit, LLVMValueRef value, LLVMTypeRef narrow) {
    return LLVMBuildZExt(emit->builder, LLVMBuildTrunc(emit->builder, value, narrow, ""), emit->i64, "");
}

/* MIN / -1 is undefined in LLVM as on processors: -1 is replaced by 1, and the result chosen afterwards. */
static LLVMValueRef divide(Emit *emit, const JitNode *node, LLVMValueRef a, LLVMValueRef b) {
    LLVMBuilderRef builder = emit->builder;
    bool is_division = node->op == JIT_DIV;
    if (jit_is_const(node->inputs[1]) && node->inputs[1]->bits != UINT64_MAX)
        return is_division ? LLVMBuildSDiv(builder, a, b, "") : LLVMBuildSRem(builder, a, b, "");
    LLVMValueRef is_minus = LLVMBuildICmp(builder, LLVMIntEQ, b, emit_number(emit, UINT64_MAX), "");
    LLVMValueRef divisor = LLVMBuildSelect(builder, is_minus, emit_number(emit, 1), b, "");
    if (!is_division) /* x % 1 is 0, as x % -1 is */
        return LLVMBuildSRem(builder, a, divisor, "");
    LLVMValueRef quotient = LLVMBuildSDiv(builder, a, divisor, "");
    return LLVMBuildSelect(builder, is_minus, LLVMBuildNeg(builder, a, ""), quotient, "");
}

static LLVMValueRef shift(Emit *emit, JitOp op, LLVMValueRef a, LLVMValueRef b) {
    LLVMValueRef count = LLVMBuildAnd(emit->builder, b, emit_number(emit, 63), "");
    return op == JIT_SHL   ? LLVMBuildShl(emit->builder, a, count, "")
           : op == JIT_SHR ? LLVMBuildAShr(emit->builder, a, count, "")
                           : LLVMBuildLShr(emit->builder, a, count, "");
}

static LLVMValueRef add(Emit *emit, const JitNode *node, LLVMValueRef a, LLVMValueRef b) {
    bool no_wrap = node->flags & JIT_NO_WRAP;
    if (node->op == JIT_ADD)
        return no_wrap ? LLVMBuildNSWAdd(emit->builder, a, b, "") : LLVMBuildAdd(emit->builder, a, b, "");
    return no_wrap ? LLVMBuildNSWSub(emit->builder, a, b, "") : LLVMBuildSub(emit->builder, a, b, "");
}

static bool emit_binary(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef a = emit_input(emit, node, 0), b = emit_input(emit, node, 1), value;
    switch ((JitOp)node->op) {
    case JIT_ADD:
    case JIT_SUB: value = add(emit, node, a, b); break;
    case JIT_MUL: value = LLVMBuildMul(builder, a, b, ""); break;
    case JIT_DIV:
    case JIT_REM: value = divide(emit, node, a, b); break;
    case JIT_UDIV: value = LLVMBuildUDiv(builder, a, b, ""); break;
    case JIT_UREM: value = LLVMBuildURem(builder, a, b, ""); break;
    case JIT_AND: value = LLVMBuildAnd(builder, a, b, ""); break;
    case JIT_OR: value = LLVMBuildOr(builder, a, b, ""); break;
    case JIT_XOR: value = LLVMBuildXor(builder, a, b, ""); break;
    default: value = shift(emit, (JitOp)node->op, a, b); break;
    }
    emit_set(emit, node, value, JIT_REP_I64);
    return true;
}

static bool emit_unary(Emit *emit, const JitNode *node) {
    LLVMValueRef a = emit_input(emit, node, 0), value;
    switch ((JitOp)node->op) {
    case JIT_NEG: value = LLVMBuildNeg(emit->builder, a, ""); break;
    case JIT_NOT: value = LLVMBuildNot(emit->builder, a, ""); break;
    case JIT_EXTEND_I8: value = sign_extend(emit, a, emit->i8); break;
    case JIT_EXTEND_I16: value = sign_extend(emit, a, emit->i16); break;
    case JIT_EXTEND_I32: value = sign_extend(emit, a, emit->i32); break;
    case JIT_EXTEND_U8: value = zero_extend(emit, a, emit->i8); break;
    case JIT_EXTEND_U16: value = zero_extend(emit, a, emit->i16); break;
    default: value = zero_extend(emit, a, emit->i32); break;
    }
    emit_set(emit, node, value, JIT_REP_I64);
    return true;
}

/* ---- Comparisons ------------------------------------------------------------------------------- */

static bool emit_compare(Emit *emit, const JitNode *node, LLVMIntPredicate predicate) {
    JitRep rep = node->inputs[0]->rep == JIT_REP_REF && node->inputs[1]->rep == JIT_REP_REF ? JIT_REP_REF
                                                                                            : JIT_REP_I64;
    LLVMValueRef a = emit_value(emit, node->inputs[0], rep), b = emit_value(emit, node->inputs[1], rep);
    emit_set_condition(emit, node, LLVMBuildICmp(emit->builder, predicate, a, b, ""));
    return true;
}

static bool emit_three_way(Emit *emit, const JitNode *node, LLVMIntPredicate greater, LLVMIntPredicate less) {
    LLVMValueRef a = emit_input(emit, node, 0), b = emit_input(emit, node, 1);
    LLVMValueRef above =
        LLVMBuildZExt(emit->builder, LLVMBuildICmp(emit->builder, greater, a, b, ""), emit->i64, "");
    LLVMValueRef below =
        LLVMBuildZExt(emit->builder, LLVMBuildICmp(emit->builder, less, a, b, ""), emit->i64, "");
    emit_set(emit, node, LLVMBuildSub(emit->builder, above, below, ""), JIT_REP_I64);
    return true;
}

static bool emit_overflows(Emit *emit, const JitNode *node, const char *intrinsic) {
    LLVMValueRef inputs[] = {emit_input(emit, node, 0), emit_input(emit, node, 1)};
    LLVMValueRef sum = emit_intrinsic(emit, intrinsic, &emit->i64, 1, inputs, 2);
    emit_set_condition(emit, node, LLVMBuildExtractValue(emit->builder, sum, 1, ""));
    return true;
}

static bool emit_select(Emit *emit, const JitNode *node) {
    JitRep rep = (JitRep)node->rep;
    LLVMValueRef condition = emit_condition(emit, node->inputs[0]);
    LLVMValueRef value = LLVMBuildSelect(emit->builder, condition, emit_value(emit, node->inputs[1], rep),
                                         emit_value(emit, node->inputs[2], rep), "");
    emit_set(emit, node, value, rep);
    return true;
}

/* ---- Hashes: as vm/runtime/hash.h -------------------------------------------------------------- */

static LLVMValueRef fold(Emit *emit, LLVMValueRef value, uint64_t bits) {
    LLVMValueRef high = LLVMBuildLShr(emit->builder, value, emit_number(emit, bits), "");
    return LLVMBuildXor(emit->builder, value, high, "");
}

LLVMValueRef emit_hash(Emit *emit, LLVMValueRef value) {
    value = LLVMBuildMul(emit->builder, fold(emit, value, 30), emit_number(emit, 0xBF58476D1CE4E5B9u), "");
    value = LLVMBuildMul(emit->builder, fold(emit, value, 27), emit_number(emit, 0x94D049BB133111EBu), "");
    return fold(emit, value, 31);
}

static bool emit_hash_mix(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef sum = LLVMBuildMul(builder, emit_input(emit, node, 0), emit_number(emit, 31), "");
    sum = LLVMBuildAdd(builder, sum, emit_input(emit, node, 1), "");
    sum = LLVMBuildAdd(builder, sum, emit_number(emit, 0x9E3779B97F4A7C15u), "");
    emit_set(emit, node, emit_hash(emit, sum), JIT_REP_I64);
    return true;
}

bool emit_arithmetic(Emit *emit, const JitNode *node) {
    switch ((JitOp)node->op) {
    case JIT_ADD:
    case JIT_SUB:
    case JIT_MUL:
    case JIT_DIV:
    case JIT_REM:
    case JIT_UDIV:
    case JIT_UREM:
    case JIT_AND:
    case JIT_OR:
    case JIT_XOR:
    case JIT_SHL:
    case JIT_SHR:
    case JIT_USHR: return emit_binary(emit, node);
    case JIT_NEG:
    case JIT_NOT:
    case JIT_EXTEND_I8:
    case JIT_EXTEND_I16:
    case JIT_EXTEND_I32:
    case JIT_EXTEND_U8:
    case JIT_EXTEND_U16:
    case JIT_EXTEND_U32: return emit_unary(emit, node);
    case JIT_ADD_OVERFLOWS: return emit_overflows(emit, node, "llvm.sadd.with.overflow");
    case JIT_UADD_OVERFLOWS: return emit_overflows(emit, node, "llvm.uadd.with.overflow");
    case JIT_SELECT: return emit_select(emit, node);
    case JIT_EQ: return emit_compare(emit, node, LLVMIntEQ);
    case JIT_NE: return emit_compare(emit, node, LLVMIntNE);
    case JIT_LT: return emit_compare(emit, node, LLVMIntSLT);
    case JIT_LE: return emit_compare(emit, node, LLVMIntSLE);
    case JIT_ULT: return emit_compare(emit, node, LLVMIntULT);
    case JIT_ULE: return emit_compare(emit, node, LLVMIntULE);
    case JIT_COMPARE_I64: return emit_three_way(emit, node, LLVMIntSGT, LLVMIntSLT);
    case JIT_COMPARE_U64: return emit_three_way(emit, node, LLVMIntUGT, LLVMIntULT);
    case JIT_HASH_I64:
        emit_set(emit, node, emit_hash(emit, emit_input(emit, node, 0)), JIT_REP_I64);
        return true;
    case JIT_HASH_MIX: return emit_hash_mix(emit, node);
    default: return false;
    }
}
