/* Fields, elements, globals, and what never changes in an object: its type, the length of an array. */
#include "jit/emit_internal.h"

static bool width_is_signed(uint8_t width) {
    return width == COR_WIDTH_I8 || width == COR_WIDTH_I16 || width == COR_WIDTH_I32;
}

static LLVMTypeRef narrow_type(const Emit *emit, uint32_t bytes) {
    return bytes == 1 ? emit->i8 : bytes == 2 ? emit->i16 : bytes == 4 ? emit->i32 : emit->i64;
}

/* Where the access meets others. */
static uint64_t access_place(const JitAccess *access) {
    return (uint64_t)access->stride << 32 | access->offset;
}

static bool is_element(const JitNode *node) {
    return node->op == JIT_LOAD_ELEMENT || node->op == JIT_STORE_ELEMENT;
}

/* Arrays have elements of one type: a reference is never where a number is. */
static EmitMemory accessed_memory(const JitNode *node) {
    if (!is_element(node))
        return EMIT_FIELD;
    if (node->flags & JIT_IS_REFERENCE)
        return EMIT_REFERENCE;
    return node->op == JIT_STORE_ELEMENT || node->rep == JIT_REP_F64 ? EMIT_NUMBER : EMIT_ELEMENT;
}

/* Whether the index is one that its loop steps through. */
static bool is_stepped(const JitNode *index) {
    while ((index->op == JIT_ADD || index->op == JIT_SUB) && jit_is_const(index->inputs[1]))
        index = index->inputs[0];
    if (index->op != JIT_PHI || !index->block->loop || index->block->loop->head != index->block)
        return false;
    for (uint32_t i = 0; i < index->input_count; i++) {
        const JitNode *next = index->inputs[i];
        if ((next->op == JIT_ADD || next->op == JIT_SUB) && next->inputs[0] == index)
            return true;
    }
    return false;
}

/* An address of x86-64 multiplies by 8 at most.  The parts of a larger element are at distances from its own address, which is
 * computed once; else LLVM moves array + offset out of the loop, a register for each part.  Where the loop steps through
 * the array that is right, for it steps these pointers. */
static bool has_address(const JitNode *index, const JitAccess *access) {
    return access->stride > 8 && !is_stepped(index);
}

static LLVMValueRef element_address(Emit *emit, LLVMValueRef array, LLVMValueRef index, bool has_own,
                                    const JitAccess *access) {
    int64_t offset = (int64_t)COR_ARRAY_HEADER + access->offset;
    LLVMTypeRef element = LLVMArrayType2(emit->i8, access->stride);
    LLVMValueRef base = has_own ? array : emit_offset(emit, array, offset);
    LLVMValueRef address = LLVMBuildInBoundsGEP2(emit->builder, element, base, &index, 1, "");
    return has_own ? emit_offset(emit, address, offset) : address;
}

static LLVMValueRef access_address(Emit *emit, const JitNode *node) {
    LLVMValueRef object = emit_value(emit, node->inputs[0], JIT_REP_REF);
    if (!is_element(node))
        return emit_offset(emit, object, node->access.offset);
    bool has_own = has_address(node->inputs[1], &node->access);
    return element_address(emit, object, emit_input(emit, node, 1), has_own, &node->access);
}

static void emit_load_node(Emit *emit, const JitNode *node) {
    EmitMemory memory = accessed_memory(node);
    LLVMValueRef address = access_address(emit, node);
    uint32_t bytes = cor_width_bytes(node->access.width);
    uint64_t place = access_place(&node->access);
    if (bytes == 8) {
        LLVMTypeRef type = node->rep == JIT_REP_F32 ? emit->i64 : emit_type(emit, (JitRep)node->rep);
        LLVMValueRef value = emit_load(emit, type, address, memory, place, bytes);
        emit_set(emit, node, value, node->rep == JIT_REP_F32 ? JIT_REP_I64 : (JitRep)node->rep);
    } else if (bytes == 4 && node->rep == JIT_REP_F32) {
        emit_set(emit, node, emit_load(emit, emit->f32, address, memory, place, bytes), JIT_REP_F32);
    } else {
        LLVMValueRef value = emit_load(emit, narrow_type(emit, bytes), address, memory, place, bytes);
        value = width_is_signed(node->access.width) ? LLVMBuildSExt(emit->builder, value, emit->i64, "")
                                                    : LLVMBuildZExt(emit->builder, value, emit->i64, "");
        emit_set(emit, node, value, JIT_REP_I64);
    }
}

/* Stores a node's value, cut to the width of the access. */
static void store_value(Emit *emit, LLVMValueRef address, const JitAccess *access, EmitMemory memory,
                        const JitNode *stored) {
    uint32_t bytes = cor_width_bytes(access->width);
    LLVMValueRef value = emit->values[stored->id];
    if (bytes == 8 ? stored->rep == JIT_REP_F32 : bytes != 4 || stored->rep != JIT_REP_F32)
        value = emit_value(emit, stored, JIT_REP_I64);
    if (bytes < 8 && LLVMTypeOf(value) == emit->i64)
        value = LLVMBuildTrunc(emit->builder, value, narrow_type(emit, bytes), "");
    emit_store(emit, value, address, memory, access_place(access), bytes);
}

static void emit_store_node(Emit *emit, const JitNode *node) {
    store_value(emit, access_address(emit, node), &node->access, accessed_memory(node),
                node->inputs[is_element(node) ? 2 : 1]);
}

void emit_store_part(Emit *emit, LLVMValueRef array, LLVMValueRef index, const JitAccess *access,
                     const JitNode *value) {
    store_value(emit, element_address(emit, array, index, false, access), access, EMIT_ELEMENT, value);
}

/* ---- Globals ----------------------------------------------------------------------------------- */

static LLVMValueRef global_address(Emit *emit, const JitNode *node) {
    LLVMValueRef globals = emit_isolate_load(emit, emit->pointer, offsetof(CorIsolate, globals));
    return emit_slot_address(emit, globals, node->number);
}

static LLVMValueRef global_ready_address(Emit *emit, const JitNode *node) {
    LLVMValueRef set = emit_isolate_load(emit, emit->pointer, offsetof(CorIsolate, globals_set));
    return emit_offset(emit, set, node->number);
}

static void emit_global(Emit *emit, const JitNode *node) {
    JitRep rep = node->rep == JIT_REP_F32 ? JIT_REP_I64 : (JitRep)node->rep;
    LLVMValueRef address = global_address(emit, node);
    emit_set(emit, node, emit_load(emit, emit_type(emit, rep), address, EMIT_GLOBAL, node->number, 0), rep);
}

static void emit_set_global(Emit *emit, const JitNode *node) {
    const JitNode *stored = node->inputs[0];
    JitRep rep = stored->rep == JIT_REP_F32 ? JIT_REP_I64 : (JitRep)stored->rep;
    emit_store(emit, emit_value(emit, stored, rep), global_address(emit, node), EMIT_GLOBAL, node->number, 0);
    emit_store(emit, LLVMConstInt(emit->i8, 1, false), global_ready_address(emit, node), EMIT_READY, 0, 0);
}

static void emit_global_ready(Emit *emit, const JitNode *node) {
    LLVMValueRef running = emit_isolate_load(emit, emit->i32, offsetof(CorIsolate, initializing));
    LLVMValueRef ready = emit_load(emit, emit->i8, global_ready_address(emit, node), EMIT_READY, 0, 0);
    LLVMValueRef none =
        LLVMBuildICmp(emit->builder, LLVMIntEQ, running, LLVMConstInt(emit->i32, 0, false), "");
    LLVMValueRef set = LLVMBuildICmp(emit->builder, LLVMIntNE, ready, LLVMConstInt(emit->i8, 0, false), "");
    emit_set_condition(emit, node, LLVMBuildOr(emit->builder, none, set, ""));
}

/* ---- What never changes ------------------------------------------------------------------------ */

static LLVMValueRef load_constant(Emit *emit, LLVMTypeRef type, LLVMValueRef base, size_t offset) {
    return emit_load(emit, type, emit_offset(emit, base, (int64_t)offset), EMIT_CONSTANT, 0, 0);
}

static LLVMValueRef load_type(Emit *emit, LLVMValueRef object) {
    return emit_load(emit, emit->pointer, object, EMIT_HEADER, 0, 0);
}

static LLVMValueRef widen(Emit *emit, LLVMValueRef value) {
    return LLVMBuildZExt(emit->builder, value, emit->i64, "");
}

/* Whether the object, which may be null, has a type that passes the test; the test is emitted in a block of its own. */
static void emit_type_test(Emit *emit, const JitNode *node,
                           LLVMValueRef (*test)(Emit *, const JitNode *, LLVMValueRef)) {
    LLVMBuilderRef builder = emit->builder;
    LLVMValueRef object = emit_value(emit, node->inputs[0], JIT_REP_REF);
    LLVMBasicBlockRef start = LLVMGetInsertBlock(builder);
    LLVMBasicBlockRef present = emit_new_block(emit, "");
    LLVMValueRef is_null = LLVMBuildIsNull(builder, object, "");
    LLVMPositionBuilderAtEnd(builder, present);
    LLVMValueRef passes = test(emit, node, load_type(emit, object));
    LLVMBasicBlockRef end = LLVMGetInsertBlock(builder), next = emit_new_block(emit, "");
    LLVMBuildBr(builder, next);
    LLVMPositionBuilderAtEnd(builder, start);
    LLVMBuildCondBr(builder, is_null, next, present);
    LLVMPositionBuilderAtEnd(builder, next);
    LLVMValueRef condition = LLVMBuildPhi(builder, emit->i1, "");
    LLVMValueRef values[] = {LLVMConstInt(emit->i1, 0, false), passes};
    LLVMBasicBlockRef blocks[] = {start, end};
    LLVMAddIncoming(condition, values, blocks, 2);
    emit_set_condition(emit, node, condition);
}

static LLVMValueRef test_exact(Emit *emit, const JitNode *node, LLVMValueRef type) {
    LLVMValueRef wanted = emit_pointer(emit, COR_CONSTANT_TYPE, node->of.type, NULL);
    return LLVMBuildICmp(emit->builder, LLVMIntEQ, type, wanted, "");
}

/* As cor_type_extends: a display has depth + 1 entries, and is read only where it has one. */
static LLVMValueRef test_class(Emit *emit, const JitNode *node, LLVMValueRef type) {
    LLVMBuilderRef builder = emit->builder;
    uint32_t depth = node->of.type->depth;
    LLVMValueRef wanted = emit_pointer(emit, COR_CONSTANT_TYPE, node->of.type, NULL);
    LLVMBasicBlockRef deep = emit_new_block(emit, ""), start = LLVMGetInsertBlock(builder);
    LLVMValueRef is_deep = NULL;
    if (depth > 0) { /* else every type is deep enough */
        LLVMValueRef own = load_constant(emit, emit->i32, type, offsetof(CorType, depth));
        is_deep = LLVMBuildICmp(builder, LLVMIntUGE, own, LLVMConstInt(emit->i32, depth, false), "");
    }
    LLVMPositionBuilderAtEnd(builder, deep);
    LLVMValueRef display = load_constant(emit, emit->pointer, type, offsetof(CorType, display));
    LLVMValueRef found = load_constant(emit, emit->pointer, display, depth * sizeof(const CorType *));
    LLVMValueRef same = LLVMBuildICmp(builder, LLVMIntEQ, found, wanted, "");
    LLVMBasicBlockRef next = emit_new_block(emit, "");
    LLVMBuildBr(builder, next);
    LLVMPositionBuilderAtEnd(builder, start);
    if (is_deep)
        LLVMBuildCondBr(builder, is_deep, deep, next);
    else
        LLVMBuildBr(builder, deep);
    LLVMPositionBuilderAtEnd(builder, next);
    LLVMValueRef condition = LLVMBuildPhi(builder, emit->i1, "");
    LLVMValueRef values[] = {same, LLVMConstInt(emit->i1, 0, false)};
    LLVMBasicBlockRef blocks[] = {deep, start};
    LLVMAddIncoming(condition, values, blocks, is_deep ? 2 : 1);
    return condition;
}

static void emit_is_interface(Emit *emit, const JitNode *node) {
    LLVMValueRef arguments[] = {emit_value(emit, node->inputs[0], JIT_REP_REF),
                                emit_pointer(emit, COR_CONSTANT_TYPE, node->of.type, NULL)};
    emit_set(emit, node, emit_helper(emit, COR_HELPER_IS_INTERFACE, arguments), JIT_REP_I64);
}

bool emit_memory(Emit *emit, const JitNode *node) {
    switch ((JitOp)node->op) {
    case JIT_LOAD:
    case JIT_LOAD_ELEMENT: emit_load_node(emit, node); return true;
    case JIT_STORE:
    case JIT_STORE_ELEMENT: emit_store_node(emit, node); return true;
    case JIT_GLOBAL: emit_global(emit, node); return true;
    case JIT_SET_GLOBAL: emit_set_global(emit, node); return true;
    case JIT_GLOBAL_READY: emit_global_ready(emit, node); return true;
    case JIT_IS_CLASS: emit_type_test(emit, node, test_class); return true;
    case JIT_IS_EXACT: emit_type_test(emit, node, test_exact); return true;
    case JIT_IS_INTERFACE: emit_is_interface(emit, node); return true;
    default: break;
    }
    if (node->input_count != 1)
        return false;
    LLVMValueRef object = emit->values[node->inputs[0]->id];
    switch ((JitOp)node->op) {
    case JIT_LENGTH:
        object = emit_value(emit, node->inputs[0], JIT_REP_REF);
        emit_set(emit, node, load_constant(emit, emit->i64, object, offsetof(CorArrayObject, length)),
                 JIT_REP_I64);
        return true;
    case JIT_TYPE_OF:
        emit_set(emit, node, load_type(emit, emit_value(emit, node->inputs[0], JIT_REP_REF)), JIT_REP_REF);
        return true;
    case JIT_CASE_OF: {
        LLVMValueRef type = load_type(emit, emit_value(emit, node->inputs[0], JIT_REP_REF));
        emit_set(emit, node, widen(emit, load_constant(emit, emit->i32, type, offsetof(CorType, ordinal))),
                 JIT_REP_I64);
        return true;
    }
    case JIT_FUNCTION_OF: {
        object = emit_value(emit, node->inputs[0], JIT_REP_REF);
        LLVMValueRef address = emit_offset(emit, object, offsetof(CorClosureObject, function));
        emit_set(emit, node, emit_load(emit, emit->pointer, address, EMIT_FUNCTION, 0, 0), JIT_REP_REF);
        return true;
    }
    default: return false;
    }
}
