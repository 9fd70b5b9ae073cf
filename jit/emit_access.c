/* Loads and stores, with what LLVM may assume about them: a tree of access types (TBAA) in which accesses of different
 * kinds, or of one kind at different places, never meet.  A place is told by the number of bytes, not by CorWidth: lowered code
 * loads a field as signed that it stored without sign, and a reference as any 64 bits. */
#include "jit/emit_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const emit_memory_names[] = {
    [EMIT_FIELD] = "field",         [EMIT_ELEMENT] = "element",   [EMIT_GLOBAL] = "global",
    [EMIT_HEADER] = "header",       [EMIT_FUNCTION] = "function", [EMIT_CONSTANT] = "constant",
    [EMIT_ISOLATE] = "isolate",     [EMIT_FRAME] = "frame",       [EMIT_LISTS] = "lists",
    [EMIT_ENTRY] = "entry",         [EMIT_READY] = "ready",       [EMIT_SCRATCH] = "scratch",
    [EMIT_REFERENCE] = "reference", [EMIT_NUMBER] = "number",     [EMIT_ERRNO] = "errno",
};

static LLVMMetadataRef metadata_number(const Emit *emit, uint64_t number) {
    return LLVMValueAsMetadata(emit_number(emit, number));
}

static LLVMMetadataRef access_type(const Emit *emit, EmitMemory memory, uint64_t a, uint64_t b) {
    bool is_element = memory == EMIT_REFERENCE || memory == EMIT_NUMBER;
    LLVMMetadataRef parent =
        is_element ? access_type(emit, EMIT_ELEMENT, a, b) : LLVMValueAsMetadata(emit->tbaa_root);
    char name[64];
    snprintf(name, sizeof name, "%s %" PRIx64 " %" PRIx64, emit_memory_names[memory], a, b);
    LLVMMetadataRef parts[] = {LLVMMDStringInContext2(emit->context, name, strlen(name)), parent,
                               metadata_number(emit, 0)};
    return LLVMMDNodeInContext2(emit->context, parts, 3);
}

static void tag_access(Emit *emit, LLVMValueRef access, EmitMemory memory, uint64_t a, uint64_t b) {
    if (emit->options->fast)
        return;
    LLVMMetadataRef type = access_type(emit, memory, a, b);
    LLVMMetadataRef parts[] = {type, type, metadata_number(emit, 0), metadata_number(emit, 1)};
    LLVMMetadataRef tag = LLVMMDNodeInContext2(emit->context, parts, memory == EMIT_CONSTANT ? 4 : 3);
    LLVMSetMetadata(access, emit->tbaa_kind, LLVMMetadataAsValue(emit->context, tag));
}

LLVMValueRef emit_offset(Emit *emit, LLVMValueRef base, int64_t bytes) {
    if (bytes == 0)
        return base;
    LLVMValueRef offset = emit_number(emit, (uint64_t)bytes);
    return LLVMBuildInBoundsGEP2(emit->builder, emit->i8, base, &offset, 1, "");
}

LLVMValueRef emit_load(Emit *emit, LLVMTypeRef type, LLVMValueRef address, EmitMemory memory, uint64_t a,
                       uint64_t b) {
    LLVMValueRef value = LLVMBuildLoad2(emit->builder, type, address, "");
    tag_access(emit, value, memory, a, b);
    return value;
}

void emit_store(Emit *emit, LLVMValueRef value, LLVMValueRef address, EmitMemory memory, uint64_t a,
                uint64_t b) {
    tag_access(emit, LLVMBuildStore(emit->builder, value, address), memory, a, b);
}

LLVMValueRef emit_load_atomic(Emit *emit, LLVMValueRef address, EmitMemory memory) {
    LLVMValueRef value = emit_load(emit, emit->pointer, address, memory, 0, 0);
    LLVMSetAlignment(value, sizeof(void *));
    if (emit->options->fast)
        LLVMSetVolatile(value, true); /* which is done as a whole, too, and known to the fast selection */
    else
        LLVMSetOrdering(value, LLVMAtomicOrderingMonotonic);
    return value;
}

LLVMValueRef emit_isolate_load(Emit *emit, LLVMTypeRef type, size_t offset) {
    return emit_load(emit, type, emit_offset(emit, emit->isolate, (int64_t)offset), EMIT_ISOLATE, offset, 0);
}

void emit_isolate_store(Emit *emit, LLVMValueRef value, size_t offset) {
    emit_store(emit, value, emit_offset(emit, emit->isolate, (int64_t)offset), EMIT_ISOLATE, offset, 0);
}

/* ---- Slots of frames --------------------------------------------------------------------------- */

LLVMValueRef emit_slot_address(Emit *emit, LLVMValueRef frame, int64_t slot) {
    return emit_offset(emit, frame, slot * (int64_t)sizeof(uint64_t));
}

/* A slot holds an f32 with a high half of zero, so that it is loaded and stored as an integer. */
LLVMValueRef emit_slot_load(Emit *emit, LLVMValueRef frame, int64_t slot, JitRep rep) {
    JitRep held = rep == JIT_REP_F32 ? JIT_REP_I64 : rep;
    LLVMValueRef value =
        emit_load(emit, emit_type(emit, held), emit_slot_address(emit, frame, slot), EMIT_FRAME, 0, 0);
    return emit_convert(emit, value, held, rep);
}

void emit_slot_store(Emit *emit, LLVMValueRef frame, int64_t slot, LLVMValueRef value, JitRep rep) {
    if (rep == JIT_REP_F32)
        value = emit_convert(emit, value, rep, JIT_REP_I64);
    emit_store(emit, value, emit_slot_address(emit, frame, slot), EMIT_FRAME, 0, 0);
}
