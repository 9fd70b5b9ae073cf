/* Floats: exactly IEEE 754's, as the interpreter's.  No flag allows LLVM to reorder or contract. */
#include "jit/emit_internal.h"

static LLVMValueRef float_input(Emit *emit, const JitNode *node, uint32_t input, JitRep rep) {
    return emit_value(emit, node->inputs[input], rep);
}

static bool emit_binary(Emit *emit, const JitNode *node, JitRep rep) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef a = float_input(emit, node, 0, rep), b = float_input(emit, node, 1, rep), value;
    switch ((JitOp)node->op) {
    case JIT_ADD_F64:
    case JIT_ADD_F32: value = LLVMBuildFAdd(builder, a, b, ""); break;
    case JIT_SUB_F64:
    case JIT_SUB_F32: value = LLVMBuildFSub(builder, a, b, ""); break;
    case JIT_MUL_F64:
    case JIT_MUL_F32: value = LLVMBuildFMul(builder, a, b, ""); break;
    case JIT_DIV_F64:
    case JIT_DIV_F32: value = LLVMBuildFDiv(builder, a, b, ""); break;
    default: {
        LLVMValueRef inputs[] = {a, b};
        value = emit_helper(emit, rep == JIT_REP_F64 ? COR_HELPER_REM_F64 : COR_HELPER_REM_F32, inputs);
    }
    }
    emit_set(emit, node, value, rep);
    return true;
}

static bool emit_unary(Emit *emit, const JitNode *node, const char *intrinsic) {
    LLVMValueRef a = float_input(emit, node, 0, JIT_REP_F64);
    emit_set(emit, node, emit_intrinsic(emit, intrinsic, &emit->f64, 1, &a, 1), JIT_REP_F64);
    return true;
}

/* By the bits, so that a NaN's sign changes, too. */
static bool emit_negate(Emit *emit, const JitNode *node, JitRep rep) {
    emit_set(emit, node, LLVMBuildFNeg(emit->builder, float_input(emit, node, 0, rep), ""), rep);
    return true;
}

/* ---- Conversions ------------------------------------------------------------------------------- */

static bool emit_from_integer(Emit *emit, const JitNode *node, bool is_signed, JitRep rep) {
    LLVMValueRef a = emit_input(emit, node, 0);
    LLVMTypeRef type = emit_type(emit, rep);
    emit_set(emit, node,
             is_signed ? LLVMBuildSIToFP(emit->builder, a, type, "")
                       : LLVMBuildUIToFP(emit->builder, a, type, ""),
             rep);
    return true;
}

static bool emit_to_integer(Emit *emit, const JitNode *node, bool is_signed) {
    LLVMValueRef a = float_input(emit, node, 0, JIT_REP_F64);
    LLVMTypeRef types[] = {LLVMIntTypeInContext(emit->context, node->number), emit->f64};
    LLVMValueRef value =
        emit_intrinsic(emit, is_signed ? "llvm.fptosi.sat" : "llvm.fptoui.sat", types, 2, &a, 1);
    if (node->number < 64)
        value = is_signed ? LLVMBuildSExt(emit->builder, value, emit->i64, "")
                          : LLVMBuildZExt(emit->builder, value, emit->i64, "");
    emit_set(emit, node, value, JIT_REP_I64);
    return true;
}

/* ---- Comparisons ------------------------------------------------------------------------------- */

static bool emit_compare(Emit *emit, const JitNode *node, JitRep rep, LLVMRealPredicate predicate) {
    LLVMValueRef a = float_input(emit, node, 0, rep), b = float_input(emit, node, 1, rep);
    emit_set_condition(emit, node, LLVMBuildFCmp(emit->builder, predicate, a, b, ""));
    return true;
}

static LLVMValueRef is_nan(Emit *emit, LLVMValueRef value) {
    return LLVMBuildFCmp(emit->builder, LLVMRealUNO, value, value, "");
}

static bool emit_key_equal(Emit *emit, const JitNode *node, JitRep rep) {
    LLVMValueRef a = float_input(emit, node, 0, rep), b = float_input(emit, node, 1, rep);
    LLVMValueRef equal = LLVMBuildFCmp(emit->builder, LLVMRealOEQ, a, b, "");
    LLVMValueRef both = LLVMBuildAnd(emit->builder, is_nan(emit, a), is_nan(emit, b), "");
    emit_set_condition(emit, node, LLVMBuildOr(emit->builder, equal, both, ""));
    return true;
}

/* 1 when the sign bit is set. */
static LLVMValueRef sign_of(Emit *emit, LLVMValueRef value) {
    LLVMValueRef bits = LLVMBuildBitCast(emit->builder, value, emit->i64, "");
    return LLVMBuildLShr(emit->builder, bits, emit_number(emit, 63), "");
}

/* above - below, where a NaN is above what is none; when both are 0 and neither is NaN, by sign. */
static bool emit_three_way(Emit *emit, const JitNode *node, JitRep rep) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef a = float_input(emit, node, 0, rep), b = float_input(emit, node, 1, rep);
    if (rep == JIT_REP_F32) {
        a = LLVMBuildFPExt(builder, a, emit->f64, "");
        b = LLVMBuildFPExt(builder, b, emit->f64, "");
    }
    LLVMValueRef a_nan = is_nan(emit, a), b_nan = is_nan(emit, b);
    LLVMValueRef above = LLVMBuildOr(builder, LLVMBuildFCmp(builder, LLVMRealOGT, a, b, ""),
                                     LLVMBuildAnd(builder, a_nan, LLVMBuildNot(builder, b_nan, ""), ""), "");
    LLVMValueRef below = LLVMBuildOr(builder, LLVMBuildFCmp(builder, LLVMRealOLT, a, b, ""),
                                     LLVMBuildAnd(builder, b_nan, LLVMBuildNot(builder, a_nan, ""), ""), "");
    LLVMValueRef order = LLVMBuildSub(builder, LLVMBuildZExt(builder, above, emit->i64, ""),
                                      LLVMBuildZExt(builder, below, emit->i64, ""), "");
    LLVMValueRef by_sign = LLVMBuildSub(builder, sign_of(emit, b), sign_of(emit, a), "");
    LLVMValueRef equal = LLVMBuildFCmp(builder, LLVMRealOEQ, a, b, "");
    emit_set(emit, node, LLVMBuildSelect(builder, equal, by_sign, order, ""), JIT_REP_I64);
    return true;
}

/* As hash_f64: all NaN alike, -0.0 as 0.0. */
static bool emit_hash_f64(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef a = float_input(emit, node, 0, JIT_REP_F64);
    LLVMValueRef bits = LLVMBuildBitCast(builder, a, emit->i64, "");
    LLVMValueRef is_zero = LLVMBuildFCmp(builder, LLVMRealOEQ, a, LLVMConstNull(emit->f64), "");
    bits = LLVMBuildSelect(builder, is_zero, emit_number(emit, 0), bits, "");
    bits = LLVMBuildSelect(builder, is_nan(emit, a), emit_number(emit, COR_NAN), bits, "");
    emit_set(emit, node, emit_hash(emit, bits), JIT_REP_I64);
    return true;
}

bool emit_float(Emit *emit, const JitNode *node) {
    switch ((JitOp)node->op) {
    case JIT_ADD_F64:
    case JIT_SUB_F64:
    case JIT_MUL_F64:
    case JIT_DIV_F64:
    case JIT_REM_F64: return emit_binary(emit, node, JIT_REP_F64);
    case JIT_ADD_F32:
    case JIT_SUB_F32:
    case JIT_MUL_F32:
    case JIT_DIV_F32:
    case JIT_REM_F32: return emit_binary(emit, node, JIT_REP_F32);
    case JIT_NEG_F64: return emit_negate(emit, node, JIT_REP_F64);
    case JIT_NEG_F32: return emit_negate(emit, node, JIT_REP_F32);
    case JIT_ABS_F64: return emit_unary(emit, node, "llvm.fabs");
    case JIT_SQRT_F64: return emit_unary(emit, node, "llvm.sqrt");
    case JIT_FLOOR_F64: return emit_unary(emit, node, "llvm.floor");
    case JIT_CEIL_F64: return emit_unary(emit, node, "llvm.ceil");
    case JIT_TRUNC_F64: return emit_unary(emit, node, "llvm.trunc");
    case JIT_I64_TO_F64: return emit_from_integer(emit, node, true, JIT_REP_F64);
    case JIT_U64_TO_F64: return emit_from_integer(emit, node, false, JIT_REP_F64);
    case JIT_I64_TO_F32: return emit_from_integer(emit, node, true, JIT_REP_F32);
    case JIT_U64_TO_F32: return emit_from_integer(emit, node, false, JIT_REP_F32);
    case JIT_F32_TO_F64: {
        LLVMValueRef a = float_input(emit, node, 0, JIT_REP_F32);
        emit_set(emit, node, LLVMBuildFPExt(emit->builder, a, emit->f64, ""), JIT_REP_F64);
        return true;
    }
    case JIT_F64_TO_F32: {
        LLVMValueRef a = float_input(emit, node, 0, JIT_REP_F64);
        emit_set(emit, node, LLVMBuildFPTrunc(emit->builder, a, emit->f32, ""), JIT_REP_F32);
        return true;
    }
    case JIT_F64_TO_SIGNED: return emit_to_integer(emit, node, true);
    case JIT_F64_TO_UNSIGNED: return emit_to_integer(emit, node, false);
    case JIT_EQ_F64: return emit_compare(emit, node, JIT_REP_F64, LLVMRealOEQ);
    case JIT_LT_F64: return emit_compare(emit, node, JIT_REP_F64, LLVMRealOLT);
    case JIT_LE_F64: return emit_compare(emit, node, JIT_REP_F64, LLVMRealOLE);
    case JIT_EQ_F32: return emit_compare(emit, node, JIT_REP_F32, LLVMRealOEQ);
    case JIT_LT_F32: return emit_compare(emit, node, JIT_REP_F32, LLVMRealOLT);
    case JIT_LE_F32: return emit_compare(emit, node, JIT_REP_F32, LLVMRealOLE);
    case JIT_KEY_EQ_F64: return emit_key_equal(emit, node, JIT_REP_F64);
    case JIT_KEY_EQ_F32: return emit_key_equal(emit, node, JIT_REP_F32);
    case JIT_COMPARE_F64: return emit_three_way(emit, node, JIT_REP_F64);
    case JIT_COMPARE_F32: return emit_three_way(emit, node, JIT_REP_F32);
    case JIT_HASH_F64: return emit_hash_f64(emit, node);
    default: return false;
    }
}
