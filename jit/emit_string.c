/* Strings: lengths and bytes, which never change, and what compares or hashes them.  Zero bytes follow the text, up to a
 * multiple of eight bytes, so that it is compared by words. */
#include "jit/emit_internal.h"

enum { WORD = 8 };

static LLVMValueRef load_length(Emit *emit, LLVMValueRef string) {
    LLVMValueRef place = emit_offset(emit, string, offsetof(CorStringObject, length));
    return emit_load(emit, emit->i32, place, EMIT_CONSTANT, 0, 0);
}

static LLVMValueRef widen(Emit *emit, LLVMValueRef value) {
    return LLVMBuildZExt(emit->builder, value, emit->i64, "");
}

static LLVMValueRef load_byte(Emit *emit, const JitNode *node) {
    LLVMValueRef string = emit_value(emit, node->inputs[0], JIT_REP_REF), index = emit_input(emit, node, 1);
    LLVMValueRef bytes = emit_offset(emit, string, offsetof(CorStringObject, bytes));
    LLVMValueRef address = LLVMBuildInBoundsGEP2(emit->builder, emit->i8, bytes, &index, 1, "");
    return widen(emit, emit_load(emit, emit->i8, address, EMIT_CONSTANT, 0, 0));
}

/* Compares two strings; the helper charges for that. */
static LLVMValueRef compare(Emit *emit, const JitNode *node, CorHelper helper) {
    LLVMValueRef arguments[] = {emit->isolate, emit_value(emit, node->inputs[0], JIT_REP_REF),
                                emit_value(emit, node->inputs[1], JIT_REP_REF)};
    emit_budget_out(emit);
    LLVMValueRef result = emit_helper(emit, helper, arguments);
    emit_budget_in(emit);
    return result;
}

/* ---- Equality ---------------------------------------------------------------------------------- */

enum { MOST_ANSWERS = 5 };

/* Answers to one question, from several blocks. */
typedef struct Answers {
    LLVMBasicBlockRef next;
    LLVMValueRef values[MOST_ANSWERS];
    LLVMBasicBlockRef blocks[MOST_ANSWERS];
    uint32_t count;
} Answers;

/* If the condition is `when`, that is the answer: `answer`. */
static void answer_when(Emit *emit, Answers *answers, LLVMValueRef condition, bool when, bool answer) {
    answers->values[answers->count] = LLVMConstInt(emit->i1, answer, false);
    answers->blocks[answers->count++] = LLVMGetInsertBlock(emit->builder);
    LLVMBasicBlockRef other = emit_new_block(emit, "");
    LLVMBuildCondBr(emit->builder, condition, when ? answers->next : other, when ? other : answers->next);
    LLVMPositionBuilderAtEnd(emit->builder, other);
}

static LLVMValueRef last_answer(Emit *emit, Answers *answers, LLVMValueRef answer) {
    answers->values[answers->count] = answer;
    answers->blocks[answers->count++] = LLVMGetInsertBlock(emit->builder);
    LLVMBuildBr(emit->builder, answers->next);
    LLVMPositionBuilderAtEnd(emit->builder, answers->next);
    LLVMValueRef result = LLVMBuildPhi(emit->builder, emit->i1, "");
    LLVMAddIncoming(result, answers->values, answers->blocks, answers->count);
    return result;
}

static LLVMValueRef load_first_word(Emit *emit, LLVMValueRef string) {
    LLVMValueRef place = emit_offset(emit, string, offsetof(CorStringObject, bytes));
    return emit_load(emit, emit->i64, place, EMIT_CONSTANT, 0, 0);
}

static LLVMValueRef is_equal(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef a = emit_value(emit, node->inputs[0], JIT_REP_REF),
                 b = emit_value(emit, node->inputs[1], JIT_REP_REF);
    Answers answers = {.next = emit_new_block(emit, "")};
    answer_when(emit, &answers, LLVMBuildICmp(builder, LLVMIntEQ, a, b, ""), true, true);
    LLVMValueRef length = load_length(emit, a);
    LLVMValueRef same = LLVMBuildICmp(builder, LLVMIntEQ, length, load_length(emit, b), "");
    answer_when(emit, &answers, same, false, false);
    same = LLVMBuildICmp(builder, LLVMIntEQ, load_first_word(emit, a), load_first_word(emit, b), "");
    answer_when(emit, &answers, same, false, false);
    LLVMValueRef word = LLVMConstInt(emit->i32, WORD, false);
    answer_when(emit, &answers, LLVMBuildICmp(builder, LLVMIntULE, length, word, ""), true, true);
    LLVMValueRef rest = compare(emit, node, COR_HELPER_STRING_EQ);
    return last_answer(emit, &answers, LLVMBuildICmp(builder, LLVMIntNE, rest, emit_number(emit, 0), ""));
}

/* ---- Hashes ------------------------------------------------------------------------------------ */

/* What the string remembers, unless that is 0. */
static LLVMValueRef hash(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef string = emit_value(emit, node->inputs[0], JIT_REP_REF);
    LLVMValueRef place = emit_offset(emit, string, offsetof(CorStringObject, hash));
    LLVMValueRef known = LLVMBuildLoad2(builder, emit->i32, place, "");
    LLVMSetOrdering(known, LLVMAtomicOrderingMonotonic); /* other threads may store it */
    LLVMSetAlignment(known, sizeof(uint32_t));
    LLVMValueRef is_known = LLVMBuildICmp(builder, LLVMIntNE, known, LLVMConstInt(emit->i32, 0, false), "");
    known = widen(emit, known);
    LLVMBasicBlockRef from = LLVMGetInsertBlock(builder), next = emit_new_block(emit, ""),
                      unknown = emit_new_block(emit, "");
    LLVMBuildCondBr(builder, is_known, next, unknown);
    LLVMPositionBuilderAtEnd(builder, unknown);
    LLVMValueRef made = emit_helper(emit, COR_HELPER_STRING_HASH, (LLVMValueRef[]){string});
    LLVMBuildBr(builder, next);
    LLVMPositionBuilderAtEnd(builder, next);
    LLVMValueRef result = LLVMBuildPhi(builder, emit->i64, "");
    LLVMAddIncoming(result, (LLVMValueRef[]){known, made}, (LLVMBasicBlockRef[]){from, unknown}, 2);
    return result;
}

bool emit_string(Emit *emit, const JitNode *node) {
    LLVMValueRef value;
    switch ((JitOp)node->op) {
    case JIT_STRING_LENGTH:
        value = widen(emit, load_length(emit, emit_value(emit, node->inputs[0], JIT_REP_REF)));
        break;
    case JIT_STRING_BYTE: value = load_byte(emit, node); break;
    case JIT_STRING_EQ: emit_set_condition(emit, node, is_equal(emit, node)); return true;
    case JIT_STRING_COMPARE: value = compare(emit, node, COR_HELPER_STRING_COMPARE); break;
    case JIT_STRING_HASH: value = hash(emit, node); break;
    default: return false;
    }
    emit_set(emit, node, value, JIT_REP_I64);
    return true;
}
