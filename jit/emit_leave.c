/* Leaving native code.
 *
 * An exit has to write every live slot of its frames, and a function has many exits; but most of what one writes the
 * next one writes, too.  So exits are collected while the function is emitted, and share the stores at the end: those with the
 * same chain of frames form a tree whose edges are stores, of values that are defined early near the root.  An exit
 * does what only it does, goes to its place in the tree, and from there towards the root, which returns; it says who it is by
 * the offset of its CorNativeExit, which knows its function and instruction.  A value that two exits write is defined
 * above both, and so above the block where they meet. */
#include "jit/emit_internal.h"

#include <stdlib.h>

typedef enum LeaveKind {
    LEAVE_HERE,   /* the interpreter goes on in the state's frame */
    LEAVE_THROWN, /* an error is pending there */
    LEAVE_BELOW,  /* a frame above this one has left already */
} LeaveKind;

/* An exit whose block waits for its end. */
struct EmitExit {
    LLVMBasicBlockRef block;
    const JitState *state;
    uint32_t number; /* of its CorNativeExit */
    LeaveKind kind;
    EmitExit *next;
};

typedef struct LeaveStore {
    uint32_t slot; /* from fp */
    const JitNode *value;
} LeaveStore;

typedef struct LeaveNode LeaveNode;
struct LeaveNode {
    LeaveStore store; /* on the way from here towards the root */
    LeaveNode *children, *sibling;
    EmitExit *exits; /* that begin here */
};

/* A tree: of the exits with one chain of frames, of one kind. */
typedef struct LeaveRoot {
    const JitState *state; /* one of them */
    LeaveKind kind;
    LeaveNode node;
    struct LeaveRoot *next;
} LeaveRoot;

/* ---- While the function is emitted ---- */

/* A value that the entry found in the same slot is still there. */
static bool is_in_place(const JitNode *value, uint32_t slot) {
    return value->op == JIT_FRAME_SLOT && value->number == slot;
}

/* Objects that were removed are made by each exit: the collector does not look at slots that are about to be written. */
static void write_removed(Emit *emit, const JitState *state) {
    emit_materialize(emit, state);
    for (; state; state = state->caller) {
        for (uint32_t i = 0; i < state->slot_count; i++) {
            const JitNode *value = state->slots[i].value;
            if (value->op == JIT_VIRTUAL)
                emit_slot_store(emit, emit->fp, state->distance + state->slots[i].slot,
                                emit->values[value->id], (JitRep)value->rep);
        }
    }
}

static void note_exit(Emit *emit, const JitState *state, uint32_t exit, LeaveKind kind) {
    if (state->object_count != 0 && kind != LEAVE_BELOW)
        emit_set_frame(emit, emit_site(emit, state, emit->graph->extent));
    write_removed(emit, state);
    EmitExit *noted = emit_allocate(emit, 1, sizeof *noted);
    if (!noted)
        return;
    *noted = (EmitExit){LLVMGetInsertBlock(emit->builder), state, exit, kind, emit->exits_noted};
    emit->exits_noted = noted;
}

void emit_leave(Emit *emit, const JitState *state, uint32_t exit, CorStatus left) {
    note_exit(emit, state, exit, left == COR_THROWN ? LEAVE_THROWN : LEAVE_HERE);
}

void emit_leave_below(Emit *emit, const JitState *state, uint32_t exit, LLVMValueRef callee) {
    emit_slot_store(emit, callee, -1, emit_code(emit, state->function, state->index), JIT_REP_REF);
    note_exit(emit, state, exit, LEAVE_BELOW);
}

/* ---- The trees ---- */

static bool is_same_chain(const JitState *a, const JitState *b) {
    for (; a && b; a = a->caller, b = b->caller) {
        if (a->function != b->function || a->distance != b->distance || a->call != b->call)
            return false;
    }
    return !a && !b;
}

static LeaveRoot *find_root(Emit *emit, LeaveRoot **roots, const EmitExit *exit) {
    for (LeaveRoot *root = *roots; root; root = root->next) {
        if (root->kind == exit->kind && is_same_chain(root->state, exit->state))
            return root;
    }
    LeaveRoot *root = emit_allocate(emit, 1, sizeof *root);
    if (root) {
        *root = (LeaveRoot){.state = exit->state, .kind = exit->kind, .next = *roots};
        *roots = root;
    }
    return root;
}

static int compare_stores(const void *a, const void *b, void *order) {
    const LeaveStore *first = a, *second = b;
    uint32_t x = ((uint32_t *)order)[first->value->id], y = ((uint32_t *)order)[second->value->id];
    if (x != y)
        return x < y ? -1 : 1;
    return (first->slot > second->slot) - (first->slot < second->slot);
}

/* The stores of a state, those of values that are defined early first. */
static LeaveStore *list_stores(Emit *emit, const JitState *innermost, uint32_t *count) {
    size_t most = 0;
    for (const JitState *state = innermost; state; state = state->caller)
        most += state->slot_count;
    LeaveStore *stores = emit_allocate(emit, most, sizeof *stores);
    *count = 0;
    for (const JitState *state = innermost; stores && state; state = state->caller) {
        for (uint32_t i = 0; i < state->slot_count; i++) {
            const JitNode *value = state->slots[i].value;
            uint32_t slot = state->distance + state->slots[i].slot;
            if (value->op != JIT_VIRTUAL && !is_in_place(value, slot))
                stores[(*count)++] = (LeaveStore){slot, value};
        }
    }
    if (stores)
        qsort_r(stores, *count, sizeof *stores, compare_stores, emit->order);
    return stores;
}

static LeaveNode *find_child(Emit *emit, LeaveNode *node, LeaveStore store) {
    for (LeaveNode *child = node->children; child; child = child->sibling) {
        if (child->store.slot == store.slot && child->store.value == store.value)
            return child;
    }
    LeaveNode *child = emit_allocate(emit, 1, sizeof *child);
    if (child) {
        *child = (LeaveNode){.store = store, .sibling = node->children};
        node->children = child;
    }
    return child;
}

static void add_exit(Emit *emit, LeaveRoot **roots, EmitExit *exit) {
    LeaveRoot *root = find_root(emit, roots, exit);
    uint32_t count;
    LeaveStore *stores = list_stores(emit, exit->state, &count);
    LeaveNode *node = root ? &root->node : NULL;
    for (uint32_t i = 0; stores && node && i < count; i++)
        node = find_child(emit, node, stores[i]);
    if (!node || !stores)
        return;
    exit->next = node->exits;
    node->exits = exit;
}

/* ---- Their code ---- */

static void emit_stores(Emit *emit, const LeaveNode *first, const LeaveNode *last) {
    for (const LeaveNode *node = first;; node = node->children) {
        const JitNode *value = node->store.value;
        emit_slot_store(emit, emit->fp, node->store.slot, emit->values[value->id], (JitRep)value->rep);
        if (node == last)
            return;
    }
}

/* A block of a tree, and the offset of the exit that came there. */
typedef struct LeaveBlock {
    LLVMBasicBlockRef block;
    LLVMValueRef offset;
} LeaveBlock;

static LeaveBlock new_leave_block(Emit *emit, const char *name) {
    LeaveBlock made = {.block = emit_cold_block(emit, name)};
    LLVMPositionBuilderAtEnd(emit->builder, made.block);
    made.offset = LLVMBuildPhi(emit->builder, emit->i64, "");
    return made;
}

static LLVMValueRef exit_offset(const Emit *emit, const EmitExit *exit) {
    return emit_number(emit, exit->number * sizeof(CorNativeExit));
}

/* Ends the current block, which an exit with that offset has come to. */
static void go_on(Emit *emit, LLVMValueRef offset, LeaveBlock to) {
    LLVMBasicBlockRef from = LLVMGetInsertBlock(emit->builder);
    LLVMAddIncoming(to.offset, &offset, &from, 1);
    LLVMBuildBr(emit->builder, to.block);
}

static void lead_exits(Emit *emit, const EmitExit *exits, LeaveBlock to) {
    for (const EmitExit *exit = exits; exit; exit = exit->next) {
        LLVMPositionBuilderAtEnd(emit->builder, exit->block);
        go_on(emit, exit_offset(emit, exit), to);
    }
}

/* The stores from a node on that nothing else shares, and what leads to them. */
static void emit_tree(Emit *emit, const LeaveNode *first, LeaveBlock towards_root) {
    const LeaveNode *last = first;
    while (!last->exits && !last->children->sibling)
        last = last->children;
    if (last->exits && !last->exits->next && !last->children) { /* of one exit alone */
        LLVMPositionBuilderAtEnd(emit->builder, last->exits->block);
        emit_stores(emit, first, last);
        go_on(emit, exit_offset(emit, last->exits), towards_root);
        return;
    }
    LeaveBlock made = new_leave_block(emit, "write");
    emit_stores(emit, first, last);
    go_on(emit, made.offset, towards_root);
    lead_exits(emit, last->exits, made);
    for (const LeaveNode *child = last->children; child; child = child->sibling)
        emit_tree(emit, child, made);
}

static void write_headers(Emit *emit, const JitState *state) {
    for (; state; state = state->caller) {
        LLVMValueRef frame = emit_slot_address(emit, emit->fp, state->distance);
        emit_slot_store(emit, frame, -2, emit_code(emit, state->function, 0), JIT_REP_REF);
        if (state->caller) {
            const CorLoweredFunction *caller = state->caller->function;
            uint32_t call = (uint32_t)(state->call - caller->code);
            emit_slot_store(emit, frame, -1, emit_code(emit, caller, call), JIT_REP_REF);
        }
    }
}

/* The instruction that an exit leaves to. */
static LLVMValueRef exit_instruction(Emit *emit, LLVMValueRef exit) {
    LLVMValueRef place = emit_offset(emit, exit, offsetof(CorNativeExit, function));
    LLVMValueRef function = emit_load(emit, emit->pointer, place, EMIT_SCRATCH, 0, 0);
    place = emit_offset(emit, function, offsetof(CorLoweredFunction, code));
    LLVMValueRef code = emit_load(emit, emit->pointer, place, EMIT_SCRATCH, 0, 0);
    place = emit_offset(emit, exit, offsetof(CorNativeExit, index));
    LLVMValueRef index = emit_load(emit, emit->i32, place, EMIT_SCRATCH, 0, 0);
    index = LLVMBuildZExt(emit->builder, index, emit->i64, "");
    return LLVMBuildInBoundsGEP2(emit->builder, emit->i64, code, &index, 1, "");
}

static void emit_root(Emit *emit, const LeaveRoot *root) {
    LeaveBlock made = new_leave_block(emit, "left");
    LLVMValueRef exit = emit_exit(emit, made.offset);
    emit_count_exit(emit, exit);
    write_headers(emit, root->state);
    if (root->kind != LEAVE_BELOW) {
        LLVMValueRef frame = emit_slot_address(emit, emit->fp, root->state->distance);
        emit_isolate_store(emit, frame, offsetof(CorIsolate, fp));
        emit_isolate_store(emit, exit_instruction(emit, exit), offsetof(CorIsolate, ip));
        CorStatus left = root->kind == LEAVE_THROWN ? COR_THROWN : COR_OK;
        emit_isolate_store(emit, emit_status(emit, left), offsetof(CorIsolate, left_status));
        emit_return_left(emit);
    } else {
        emit_return_status(emit, emit_status(emit, COR_LEFT));
    }
    lead_exits(emit, root->node.exits, made);
    for (const LeaveNode *child = root->node.children; child; child = child->sibling)
        emit_tree(emit, child, made);
}

void emit_exits(Emit *emit) {
    LeaveRoot *roots = NULL;
    for (EmitExit *exit = emit->exits_noted, *next; exit && !emit->failed; exit = next) {
        next = exit->next;
        add_exit(emit, &roots, exit);
    }
    for (const LeaveRoot *root = roots; root && !emit->failed; root = root->next)
        emit_root(emit, root);
}
