/* Making arrays.  Those that are small enough come from the thread's lists, as objects do, and are zero but for their first word; a
 * helper makes the others, and all when the list is empty. */
#include "jit/emit_internal.h"

#include "vm/heap/heap.h"
#include "vm/runtime/object.h"

/* Elements of the type that fit an array that comes from a list, which is paid for already (cor_array_is_small). */
static uint64_t most_elements(const CorType *type) {
    _Static_assert((int)COR_HEAP_SMALL <= (int)COR_SMALL_ARRAY, "arrays of lists cost nothing");
    uint32_t size = type->element->layout->size;
    return size == 0
               ? 0
               : (COR_HEAP_SMALL - COR_ARRAY_HEADER) / size; /* without bytes: a helper looks at the length */
}

/* The number of the list for an array of so many elements: cor_heap_new_data, cor_heap_new_references. */
static LLVMValueRef list_of_length(Emit *emit, const CorType *type, LLVMValueRef length) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef bytes = LLVMBuildMul(builder, length, emit_number(emit, type->element->layout->size), "");
    bytes = LLVMBuildAdd(builder, bytes, emit_number(emit, COR_ARRAY_HEADER + COR_HEAP_GRANULE - 1), "");
    LLVMValueRef number = LLVMBuildUDiv(builder, bytes, emit_number(emit, COR_HEAP_GRANULE), "");
    uint64_t first = type->mark_bytes != 0 ? COR_HEAP_WHOLE : 0;
    return LLVMBuildAdd(builder, number, emit_number(emit, first), "");
}

/* Nothing moves across it: elsewhere lengths count as memory that never changes, so LLVM would read one before it is written. */
static LLVMValueRef finished(Emit *emit, LLVMValueRef array) {
    if (emit->options->fast)
        return array; /* nothing is moved, and no type of memory known */
    LLVMTypeRef type = LLVMFunctionType(emit->pointer, &emit->pointer, 1, false);
    const char *constraints = "=r,0,~{memory}";
    LLVMValueRef same = LLVMGetInlineAsm(type, "", 0, constraints, strlen(constraints), true, false,
                                         LLVMInlineAsmDialectATT, false);
    return LLVMBuildCall2(emit->builder, type, same, &array, 1, "");
}

/* Stores the value whose slots are the inputs from `first` on into an element. */
static void store_element(Emit *emit, const JitNode *node, uint32_t first, LLVMValueRef array,
                          LLVMValueRef index) {
    const CorLayout *layout = node->of.type->element->layout;
    for (uint32_t i = 0; i < layout->count; i++) {
        const CorScalar *scalar = &layout->scalars[i];
        JitAccess access = {
            .offset = scalar->offset, .stride = layout->size, .width = (uint8_t)scalar->width};
        emit_store_part(emit, array, index, &access, node->inputs[first + i]);
    }
}

/* Whether the elements of a new array are what free memory holds. */
static bool is_zero(const JitNode *node) {
    for (uint32_t i = 1; i < node->input_count; i++) {
        if (!jit_is_const(node->inputs[i]) || node->inputs[i]->bits != 0)
            return false;
    }
    return true;
}

/* Stores the value of a new array into each element. */
static void fill(Emit *emit, const JitNode *node, LLVMValueRef array, LLVMValueRef length) {
    LLVMBuilderRef builder = emit->builder;
    LLVMBasicBlockRef before = LLVMGetInsertBlock(builder), loop = emit_new_block(emit, "fill"),
                      next = emit_new_block(emit, "");
    LLVMValueRef zero = emit_number(emit, 0);
    emit->emitted->loops = true;
    LLVMBuildCondBr(builder, LLVMBuildICmp(builder, LLVMIntEQ, length, zero, ""), next, loop);
    LLVMPositionBuilderAtEnd(builder, loop);
    LLVMValueRef index = LLVMBuildPhi(builder, emit->i64, "");
    store_element(emit, node, 1, array, index);
    LLVMValueRef following = LLVMBuildNUWAdd(builder, index, emit_number(emit, 1), "");
    LLVMAddIncoming(index, (LLVMValueRef[]){zero, following}, (LLVMBasicBlockRef[]){before, loop}, 2);
    LLVMBuildCondBr(builder, LLVMBuildICmp(builder, LLVMIntEQ, following, length, ""), next, loop);
    LLVMPositionBuilderAtEnd(builder, next);
}

static void write_elements(Emit *emit, const JitNode *node, LLVMValueRef array, LLVMValueRef length) {
    if (node->op == JIT_NEW_ARRAY) {
        if (!is_zero(node))
            fill(emit, node, array, length);
        return;
    }
    uint32_t slots = node->of.type->element->layout->count;
    for (uint32_t i = 0; i < node->number; i++)
        store_element(emit, node, i * slots, array, emit_number(emit, i));
}

/* ---- Making ------------------------------------------------------------------------------------ */

static LLVMValueRef call_helper(Emit *emit, const JitNode *node, LLVMValueRef length) {
    bool is_new = node->op == JIT_NEW_ARRAY;
    uint32_t first = is_new ? 1 : 0;
    LLVMValueRef none = LLVMConstNull(emit->pointer);
    LLVMValueRef arguments[] = {emit->isolate, emit_pointer(emit, COR_CONSTANT_TYPE, node->of.type, NULL),
                                length, node->input_count > first ? emit_arguments(emit, node, first) : none};
    return emit_allocator(emit, node, is_new ? COR_HELPER_NEW_ARRAY : COR_HELPER_ARRAY_OF, arguments);
}

static LLVMValueRef take(Emit *emit, const JitNode *node, LLVMValueRef length, LLVMBasicBlockRef none) {
    LLVMValueRef type = emit_pointer(emit, COR_CONSTANT_TYPE, node->of.type, NULL);
    LLVMValueRef array = emit_take(emit, list_of_length(emit, node->of.type, length), type, none);
    emit_store(emit, length, emit_offset(emit, array, offsetof(CorArrayObject, length)), EMIT_SCRATCH, 1, 0);
    write_elements(emit, node, array, length);
    return finished(emit, array);
}

static LLVMValueRef make(Emit *emit, const JitNode *node, LLVMValueRef length) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef most = emit_number(emit, most_elements(node->of.type));
    LLVMValueRef is_large = LLVMBuildICmp(builder, LLVMIntUGT, length, most, "");
    bool is_known = LLVMIsAConstantInt(is_large) != NULL;
    if (node->of.type->element->layout->size == 0 || (is_known && LLVMConstIntGetZExtValue(is_large) != 0))
        return call_helper(emit, node, length);
    LLVMBasicBlockRef slow = emit_cold_block(emit, "array");
    if (!is_known)
        emit_branch_cold(emit, is_large, slow);
    LLVMValueRef taken = take(emit, node, length, slow);
    LLVMBasicBlockRef quick = LLVMGetInsertBlock(builder), next = emit_new_block(emit, "");
    LLVMBuildBr(builder, next);
    LLVMPositionBuilderAtEnd(builder, slow);
    LLVMValueRef made = call_helper(emit, node, length);
    LLVMBasicBlockRef slow_end = LLVMGetInsertBlock(builder);
    LLVMBuildBr(builder, next);
    LLVMPositionBuilderAtEnd(builder, next);
    LLVMValueRef result = LLVMBuildPhi(builder, emit->pointer, "");
    LLVMAddIncoming(result, (LLVMValueRef[]){taken, made}, (LLVMBasicBlockRef[]){quick, slow_end}, 2);
    return result;
}

bool emit_array(Emit *emit, const JitNode *node) {
    if (node->op != JIT_NEW_ARRAY && node->op != JIT_ARRAY_OF)
        return false;
    LLVMValueRef length =
        node->op == JIT_NEW_ARRAY ? emit_input(emit, node, 0) : emit_number(emit, node->number);
    emit_set(emit, node, make(emit, node, length), JIT_REP_REF);
    return true;
}
