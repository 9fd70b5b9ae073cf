/* Allocation, and finding the entry of a method. */
#include "jit/emit_internal.h"

#include "vm/heap/heap.h"

LLVMValueRef emit_allocator(Emit *emit, const JitNode *node, CorHelper helper, LLVMValueRef *arguments) {
    emit_budget_out(emit);
    emit_set_frame(emit, emit_site(emit, node->state, emit->graph->extent));
    LLVMValueRef object = emit_helper(emit, helper, arguments);
    emit_budget_in(emit);
    LLVMBasicBlockRef thrown = emit_cold_block(emit, "thrown");
    emit_branch_cold(emit, LLVMBuildIsNull(emit->builder, object, ""), thrown);
    LLVMBasicBlockRef next = LLVMGetInsertBlock(emit->builder);
    LLVMPositionBuilderAtEnd(emit->builder, thrown);
    if (helper == COR_HELPER_NEW_LATE)
        emit_return_status(emit, emit_status(emit, COR_NO_MEMORY));
    else
        emit_thrown(emit, node->state);
    LLVMPositionBuilderAtEnd(emit->builder, next);
    return object;
}

LLVMValueRef emit_take(Emit *emit, LLVMValueRef list, LLVMValueRef type, LLVMBasicBlockRef none) {
    LLVMValueRef heap = emit_isolate_load(emit, emit->pointer, offsetof(CorIsolate, heap));
    LLVMValueRef lists =
        emit_load(emit, emit->pointer, emit_offset(emit, heap, offsetof(CorHeap, lists)), EMIT_LISTS, 0, 0);
    LLVMValueRef heads = emit_offset(emit, lists, offsetof(CorHeapLists, head));
    LLVMValueRef head = LLVMBuildInBoundsGEP2(emit->builder, emit->pointer, heads, &list, 1, "");
    LLVMValueRef object = emit_load(emit, emit->pointer, head, EMIT_LISTS, 2, 0);
    emit_branch_cold(emit, LLVMBuildIsNull(emit->builder, object, ""), none);
    LLVMValueRef link = emit_load(emit, emit->pointer, object, EMIT_HEADER, 0, 0);
    emit_store(emit, link, head, EMIT_LISTS, 2, 0);
    emit_store(emit, type, object, EMIT_HEADER, 0, 0);
    return object;
}

/* The number of the list for objects of the type, which is known once the type has had one. */
static LLVMValueRef list_of_type(Emit *emit, const CorType *type, LLVMValueRef type_pointer) {
    uint32_t number = cor_type_heap_list(type);
    if (number != 0)
        return emit_number(emit, number);
    LLVMValueRef list = emit_load(
        emit, emit->i32, emit_offset(emit, type_pointer, offsetof(CorType, heap_list)), EMIT_LISTS, 1, 0);
    return LLVMBuildZExt(emit->builder, list, emit->i64, "");
}

static LLVMValueRef emit_new(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef type = emit_pointer(emit, COR_CONSTANT_TYPE, node->of.type, NULL);
    LLVMBasicBlockRef slow = emit_cold_block(emit, "new");
    LLVMValueRef object = emit_take(emit, list_of_type(emit, node->of.type, type), type, slow);
    LLVMBasicBlockRef quick = LLVMGetInsertBlock(builder), next = emit_new_block(emit, "");
    LLVMBuildBr(builder, next);
    LLVMPositionBuilderAtEnd(builder, slow);
    CorHelper helper = node->flags & JIT_IS_LATE ? COR_HELPER_NEW_LATE : COR_HELPER_NEW;
    LLVMValueRef made = emit_allocator(emit, node, helper, (LLVMValueRef[]){emit->isolate, type});
    LLVMBasicBlockRef slow_end = LLVMGetInsertBlock(builder);
    LLVMBuildBr(builder, next);
    LLVMPositionBuilderAtEnd(builder, next);
    LLVMValueRef result = LLVMBuildPhi(builder, emit->pointer, "");
    LLVMAddIncoming(result, (LLVMValueRef[]){object, made}, (LLVMBasicBlockRef[]){quick, slow_end}, 2);
    return result;
}

static void store_function(Emit *emit, LLVMValueRef closure, const JitNode *node) {
    LLVMValueRef function = emit_pointer(emit, COR_CONSTANT_FUNCTION, node->of.callee, node->of.callee);
    LLVMValueRef place = emit_offset(emit, closure, offsetof(CorClosureObject, function));
    emit_store(emit, function, place, EMIT_FUNCTION, 0, 0);
}

static LLVMValueRef emit_new_closure(Emit *emit, const JitNode *node) {
    LLVMValueRef closure = emit_new(emit, node);
    store_function(emit, closure, node);
    return closure;
}

LLVMValueRef emit_arguments(Emit *emit, const JitNode *node, uint32_t first) {
    for (uint32_t i = first; i < node->input_count; i++) {
        const JitNode *input = node->inputs[i];
        JitRep rep = input->rep == JIT_REP_F32 ? JIT_REP_I64 : (JitRep)input->rep;
        LLVMValueRef place = emit_slot_address(emit, emit->arguments, i - first);
        emit_store(emit, emit_value(emit, input, rep), place, EMIT_SCRATCH, 0, 0);
    }
    return emit->arguments;
}

static LLVMValueRef emit_concat(Emit *emit, const JitNode *node) {
    LLVMValueRef arguments[] = {emit->isolate, emit_arguments(emit, node, 0),
                                emit_number(emit, node->input_count)};
    return emit_allocator(emit, node, COR_HELPER_CONCAT, arguments);
}

/* ---- Entries ----------------------------------------------------------------------------------- */

static LLVMValueRef emit_virtual_entry(Emit *emit, const JitNode *node) {
    LLVMValueRef type = emit_value(emit, node->inputs[0], JIT_REP_REF);
    LLVMValueRef table = emit_offset(emit, type, offsetof(CorType, vtable));
    return emit_load_atomic(emit, emit_slot_address(emit, table, node->number), EMIT_ENTRY);
}

/* The entry that was found; from the block `slow` on, the one that a helper gives. */
static LLVMValueRef found_or_made(Emit *emit, const JitNode *node, LLVMValueRef found, LLVMBasicBlockRef slow,
                                  CorHelper helper, LLVMValueRef *arguments) {
    LLVMBuilderRef builder = emit->builder;
    LLVMBasicBlockRef start = LLVMGetInsertBlock(builder), next = emit_new_block(emit, "");
    LLVMBuildBr(builder, next);
    LLVMPositionBuilderAtEnd(builder, slow);
    LLVMValueRef made = emit_allocator(emit, node, helper, arguments);
    LLVMBasicBlockRef slow_end = LLVMGetInsertBlock(builder);
    LLVMBuildBr(builder, next);
    LLVMPositionBuilderAtEnd(builder, next);
    LLVMValueRef result = LLVMBuildPhi(builder, emit->pointer, "");
    LLVMAddIncoming(result, (LLVMValueRef[]){found, made}, (LLVMBasicBlockRef[]){start, slow_end}, 2);
    return result;
}

static LLVMValueRef load_pointer(Emit *emit, LLVMValueRef base, int64_t offset) {
    return emit_load(emit, emit->pointer, emit_offset(emit, base, offset), EMIT_CONSTANT, 0, 0);
}

static LLVMValueRef load_word(Emit *emit, LLVMValueRef base, int64_t offset) {
    return emit_load(emit, emit->i32, emit_offset(emit, base, offset), EMIT_CONSTANT, 0, 0);
}

/* The row of an interface in the table of a type, where cor_type_hash puts it. */
static LLVMValueRef interface_row(Emit *emit, LLVMValueRef table, LLVMValueRef interface) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef hash = LLVMBuildMul(builder, load_word(emit, interface, offsetof(CorType, id)),
                                     LLVMConstInt(emit->i32, COR_TYPE_HASH_FACTOR, 0), "");
    hash = LLVMBuildLShr(builder, hash, LLVMConstInt(emit->i32, COR_TYPE_HASH_SHIFT, 0), "");
    hash = LLVMBuildAnd(builder, hash, load_word(emit, table, offsetof(CorInterfaceTable, mask)), "");
    LLVMValueRef offset = LLVMBuildMul(builder, LLVMBuildZExt(builder, hash, emit->i64, ""),
                                       emit_number(emit, sizeof(CorInterfaceRow)), "");
    LLVMValueRef rows = emit_offset(emit, table, offsetof(CorInterfaceTable, rows));
    return LLVMBuildInBoundsGEP2(builder, emit->i8, rows, &offset, 1, "");
}

/* By the table of the type, if the interface is at its first place there; else a helper looks, and finds out what has not been
 * asked before. */
static LLVMValueRef emit_interface_entry(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef type = emit_value(emit, node->inputs[0], JIT_REP_REF);
    LLVMValueRef interface = emit_pointer(emit, COR_CONSTANT_TYPE, node->of.type, NULL);
    LLVMBasicBlockRef slow = emit_cold_block(emit, "interface");
    LLVMValueRef place = emit_offset(emit, type, offsetof(CorType, interfaces));
    LLVMValueRef table = emit_load_atomic(emit, place, EMIT_ENTRY);
    emit_branch_cold(emit, LLVMBuildIsNull(builder, table, ""), slow);
    LLVMValueRef row = interface_row(emit, table, interface);
    LLVMValueRef found = load_pointer(emit, row, offsetof(CorInterfaceRow, interface));
    emit_branch_unless(emit, LLVMBuildICmp(builder, LLVMIntEQ, found, interface, ""), slow);
    LLVMValueRef methods = load_pointer(emit, row, offsetof(CorInterfaceRow, methods));
    int64_t offset = (int64_t)(node->number * sizeof(CorCacheEntry) + offsetof(CorCacheEntry, entry));
    LLVMValueRef entry = emit_load_atomic(emit, emit_offset(emit, methods, offset), EMIT_ENTRY);
    LLVMValueRef arguments[] = {emit->isolate, type, interface, emit_number(emit, node->number)};
    return found_or_made(emit, node, entry, slow, COR_HELPER_INTERFACE_ENTRY, arguments);
}

/* The type's, if it has been asked for before; else a helper makes it. */
static LLVMValueRef emit_role_entry(Emit *emit, const JitNode *node) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef type = emit_value(emit, node->inputs[0], JIT_REP_REF);
    LLVMValueRef table = emit_offset(emit, type, offsetof(CorType, roles));
    LLVMValueRef entry = emit_load_atomic(emit, emit_slot_address(emit, table, node->number), EMIT_ENTRY);
    LLVMBasicBlockRef slow = emit_cold_block(emit, "role");
    emit_branch_cold(emit, LLVMBuildIsNull(builder, entry, ""), slow);
    LLVMValueRef arguments[] = {emit->isolate, type, emit_number(emit, node->number)};
    return found_or_made(emit, node, entry, slow, COR_HELPER_ROLE_ENTRY, arguments);
}

bool emit_object(Emit *emit, const JitNode *node) {
    LLVMValueRef value;
    switch ((JitOp)node->op) {
    case JIT_NEW: value = emit_new(emit, node); break;
    case JIT_NEW_CLOSURE: value = emit_new_closure(emit, node); break;
    case JIT_CONCAT: value = emit_concat(emit, node); break;
    case JIT_VIRTUAL_ENTRY: value = emit_virtual_entry(emit, node); break;
    case JIT_INTERFACE_ENTRY: value = emit_interface_entry(emit, node); break;
    case JIT_ROLE_ENTRY: value = emit_role_entry(emit, node); break;
    default: return false;
    }
    emit_set(emit, node, value, JIT_REP_REF);
    return true;
}
