/* Keeping arrays alive.
 *
 * What the collector takes for an array's address is its start, or a pointer to its first page.  An optimiser may keep none of
 * these: in a loop it may step a pointer through the elements.  So behind the last loop that touches an array there is an
 * instruction that needs its address and does nothing, and so it is behind an access outside of such loops.
 * Objects that are no arrays are small enough that a pointer to any part of them is as good. */
#include "jit/emit_internal.h"

#include <string.h>

struct EmitKeep {
    const JitNode *base;
    struct EmitKeep *next;
};

static bool touches_array(const JitNode *node) {
    return (node->op == JIT_LOAD_ELEMENT || node->op == JIT_STORE_ELEMENT || node->op == JIT_STRING_BYTE) &&
           !jit_is_const(node->inputs[1]);
}

/* The outermost loop around the node that the array was there before and that has a way out; NULL: none. */
static const JitLoop *keeping_loop(const Emit *emit, const JitNode *node) {
    const JitLoop *found = NULL;
    const JitBlock *made = node->inputs[0]->block;
    for (const JitLoop *loop = node->block->loop; loop && !jit_loop_contains(loop, made);
         loop = loop->outer) {
        if (emit->loop_ends[loop->number])
            found = loop;
    }
    return found;
}

static void note_keep(Emit *emit, const JitNode *node) {
    const JitLoop *loop = keeping_loop(emit, node);
    if (!loop)
        return;
    for (const EmitKeep *keep = emit->keeps[loop->number]; keep; keep = keep->next) {
        if (keep->base == node->inputs[0])
            return;
    }
    EmitKeep *keep = emit_allocate(emit, 1, sizeof *keep);
    if (keep) {
        *keep = (EmitKeep){.base = node->inputs[0], .next = emit->keeps[loop->number]};
        emit->keeps[loop->number] = keep;
    }
}

static void note_ends(Emit *emit, const JitBlock *block) {
    for (uint32_t s = 0; s < block->successor_count; s++) {
        const JitLoop *loop = block->loop;
        for (; loop && !jit_loop_contains(loop, block->successors[s]); loop = loop->outer)
            emit->loop_ends[loop->number] = true;
    }
}

void emit_note_keeps(Emit *emit) {
    const JitGraph *graph = emit->graph;
    emit->keeps = emit_allocate(emit, graph->loop_count, sizeof(EmitKeep *));
    emit->loop_ends = emit_allocate(emit, graph->loop_count, sizeof(bool));
    for (uint32_t b = 0; b < graph->block_count && !emit->failed; b++)
        note_ends(emit, graph->blocks[b]);
    for (uint32_t b = 0; b < graph->block_count; b++) {
        for (const JitNode *node = graph->blocks[b]->first; node && !emit->failed; node = node->next) {
            if (touches_array(node))
                note_keep(emit, node);
        }
    }
}

/* An instruction that the pointer has to live up to.  LLVM is told that it touches no memory, so that loads merge across it. */
static void keep_alive(Emit *emit, const JitNode *base) {
    enum { INACCESSIBLE_MEMORY_ONLY = 3 << 2 };
    if (emit->anchor) {
        LLVMSetVolatile(LLVMBuildStore(emit->builder, emit_value(emit, base, JIT_REP_REF), emit->anchor),
                        true);
        return;
    }
    LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(emit->context), &emit->pointer, 1, false);
    LLVMValueRef nothing = LLVMGetInlineAsm(type, "", 0, "r", 1, true, false, LLVMInlineAsmDialectATT, false);
    LLVMValueRef value = emit_value(emit, base, JIT_REP_REF);
    LLVMValueRef call = LLVMBuildCall2(emit->builder, type, nothing, &value, 1, "");
    static const char *const names[] = {"memory", "nounwind", "willreturn"};
    for (int i = 0; i < 3; i++) {
        unsigned kind = LLVMGetEnumAttributeKindForName(names[i], strlen(names[i]));
        uint64_t number = i == 0 ? INACCESSIBLE_MEMORY_ONLY : 0;
        LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex,
                                 LLVMCreateEnumAttribute(emit->context, kind, number));
    }
}

void emit_keep_behind(Emit *emit, const JitNode *node) {
    if (touches_array(node) && !keeping_loop(emit, node))
        keep_alive(emit, node->inputs[0]);
}

/* The loops that an edge leaves are those around its block, from the innermost on, until one has the target. */
bool emit_keeps_on_edge(const Emit *emit, const JitBlock *block, const JitBlock *target) {
    const JitLoop *loop = block->loop;
    for (; loop && !jit_loop_contains(loop, target); loop = loop->outer) {
        if (emit->keeps[loop->number])
            return true;
    }
    return false;
}

void emit_keep_on_edge(Emit *emit, const JitBlock *block, const JitBlock *target) {
    const JitLoop *loop = block->loop;
    for (; loop && !jit_loop_contains(loop, target); loop = loop->outer) {
        for (const EmitKeep *keep = emit->keeps[loop->number]; keep; keep = keep->next)
            keep_alive(emit, keep->base);
    }
}
