/* What questions about objects answer: their types, lengths, and what was stored in them.
 *
 * An object that a node of the graph makes is known exactly, and is no other object; so is a literal. What a field, element
 * or global holds is known when, going back from the load, the same one was stored or loaded before anything could have changed it:
 * along blocks with one predecessor, and from where paths meet to where they parted, for a number of steps. */
#include "jit/simplify_internal.h"

#include "vm/runtime/type.h"

enum { MOST_STEPS = 200, MOST_BETWEEN = 12 };

/* ---- Types ------------------------------------------------------------------------------------- */

bool jit_is_allocation(const JitNode *node) {
    return node->op == JIT_NEW || node->op == JIT_NEW_CLOSURE || node->op == JIT_NEW_ARRAY ||
           node->op == JIT_ARRAY_OF;
}

/* The literal or other object of the engine that a node is; NULL. */
static const CorObject *literal(const JitGraph *graph, const JitNode *node) {
    if (node->op != JIT_POINTER || graph->constants[node->number].kind != COR_CONSTANT_OBJECT)
        return NULL;
    return graph->constants[node->number].pointer;
}

const CorType *jit_exact_type(const JitGraph *graph, const JitNode *node) {
    if (jit_is_allocation(node))
        return node->of.type;
    const CorObject *object = literal(graph, node);
    return object == NULL ? NULL : object->type;
}

static JitNode *pointer(JitGraph *graph, JitNode *place, JitConstantKind kind, const void *address) {
    JitNode *node = jit_insert_before(graph, place, JIT_POINTER, 0, NULL);
    if (!graph->failed)
        node->number = jit_constant(graph, (JitConstant){.kind = kind, .pointer = address});
    return node;
}

JitNode *jit_answer_type(JitGraph *graph, JitNode *question, const CorType *type) {
    switch (question->op) {
    case JIT_TYPE_OF: return pointer(graph, question, COR_CONSTANT_TYPE, type);
    case JIT_IS_EXACT: return jit_const(graph, type == question->of.type);
    case JIT_IS_CLASS: return jit_const(graph, cor_type_extends(type, question->of.type));
    case JIT_CASE_OF: return type->kind == COR_KIND_CASE ? jit_const(graph, type->ordinal) : question;
    default: return question;
    }
}

static JitNode *fold_type(JitGraph *graph, JitNode *node) {
    const JitNode *object = node->inputs[0];
    const CorType *type = jit_exact_type(graph, object);
    if (type != NULL)
        return jit_answer_type(graph, node, type);
    bool is_test = node->op == JIT_IS_EXACT || node->op == JIT_IS_CLASS || node->op == JIT_IS_INTERFACE;
    return is_test && jit_is_const(object) && object->bits == 0 ? jit_const(graph, 0) : node;
}

/* ---- Identity ---------------------------------------------------------------------------------- */

/* What an allocation makes did not exist where anything was computed that it follows. */
bool jit_are_distinct(const JitNode *a, const JitNode *b) {
    if (a == b)
        return false;
    if (jit_is_allocation(a) && jit_is_allocation(b))
        return true;
    if (!jit_is_allocation(a)) {
        const JitNode *other = a;
        a = b;
        b = other;
    }
    if (!jit_is_allocation(a))
        return false;
    if (b->op == JIT_PARAM || b->op == JIT_FRAME_SLOT || b->op == JIT_POINTER || b->op == JIT_CONST)
        return true;
    return b->block != a->block && jit_dominates(b->block, a->block);
}

static JitNode *fold_identity(JitGraph *graph, JitNode *node) {
    const JitNode *a = node->inputs[0], *b = node->inputs[1];
    bool differ = jit_are_distinct(a, b);
    if (a->op == JIT_POINTER && b->op == JIT_CONST && b->bits == 0)
        differ = true;
    if (a->op == JIT_POINTER && b->op == JIT_POINTER) {
        const JitConstant *first = &graph->constants[a->number], *second = &graph->constants[b->number];
        differ = first->kind == second->kind && first->pointer != second->pointer;
    }
    return differ ? jit_const(graph, node->op == JIT_NE) : node;
}

/* ---- Memory ------------------------------------------------------------------------------------ */

static uint32_t bytes_of(const JitAccess *access) {
    switch (access->width) {
    case COR_WIDTH_U8:
    case COR_WIDTH_I8: return 1;
    case COR_WIDTH_U16:
    case COR_WIDTH_I16: return 2;
    case COR_WIDTH_U32:
    case COR_WIDTH_I32: return 4;
    default: return 8;
    }
}

bool jit_same_access(const JitNode *a, const JitNode *b) {
    return a->access.offset == b->access.offset && a->access.stride == b->access.stride &&
           bytes_of(&a->access) == bytes_of(&b->access);
}

typedef enum Meeting { PASSES, CLOBBERS, IS_VALUE } Meeting;

/* Whether two values are certainly different: constants, or one and the same value with different ones added. */
static bool differ_by_constant(JitNode *a, JitNode *b) {
    int64_t in_a, in_b;
    if (jit_is_const(a) && jit_is_const(b))
        return a->bits != b->bits;
    return jit_split_sum(a, &in_a) == jit_split_sum(b, &in_b) && in_a != in_b;
}

/* What an older access means for a load: `store` and `load` are the operations that reach the same kind of memory. */
static Meeting meet_access(const JitNode *load, const JitNode *older) {
    if (!jit_same_access(load, older))
        return PASSES;
    if (older->inputs[0] != load->inputs[0])
        return older->op != load->op && !jit_are_distinct(older->inputs[0], load->inputs[0]) ? CLOBBERS
                                                                                             : PASSES;
    bool is_element = load->op == JIT_LOAD_ELEMENT;
    if (is_element && older->inputs[1] != load->inputs[1]) {
        bool differ = differ_by_constant(older->inputs[1], load->inputs[1]);
        return older->op != load->op && !differ ? CLOBBERS : PASSES;
    }
    if (older->op != load->op)
        return IS_VALUE;
    return older->access.width == load->access.width || bytes_of(&load->access) == 8 ? IS_VALUE : PASSES;
}

static Meeting meet(const JitNode *load, const JitNode *older) {
    uint32_t effects = jit_op_info[older->op].effects;
    if (effects & EFFECT_K && effects & EFFECT_W)
        return CLOBBERS;
    switch (load->op) {
    case JIT_LOAD: return older->op == JIT_LOAD || older->op == JIT_STORE ? meet_access(load, older) : PASSES;
    case JIT_LOAD_ELEMENT:
        return older->op == JIT_LOAD_ELEMENT || older->op == JIT_STORE_ELEMENT ? meet_access(load, older)
                                                                               : PASSES;
    default:
        return (older->op == JIT_GLOBAL || older->op == JIT_SET_GLOBAL) && older->number == load->number
                   ? IS_VALUE
                   : PASSES;
    }
}

/* The value that a store put into memory, as a load of the same place reads it. */
static JitNode *stored_value(JitGraph *graph, JitNode *load, const JitNode *store) {
    JitNode *value = store->inputs[store->input_count - 1];
    if (load->op == JIT_GLOBAL)
        return value;
    static const uint16_t extensions[COR_WIDTH_COUNT] = {
        [COR_WIDTH_U8] = JIT_EXTEND_U8,   [COR_WIDTH_I8] = JIT_EXTEND_I8,   [COR_WIDTH_U16] = JIT_EXTEND_U16,
        [COR_WIDTH_I16] = JIT_EXTEND_I16, [COR_WIDTH_U32] = JIT_EXTEND_U32, [COR_WIDTH_I32] = JIT_EXTEND_I32,
    };
    uint32_t width = load->access.width;
    if (width == COR_WIDTH_64 || width == COR_WIDTH_REFERENCE || value->rep == JIT_REP_F32)
        return value;
    return jit_insert_before(graph, load, (JitOp)extensions[width], 1, &value);
}

/* Whether nothing in a block changes what a load reads. */
static bool passes_block(const JitNode *load, const JitBlock *block, uint32_t *steps) {
    for (const JitNode *node = block->last; node != NULL; node = node->previous) {
        Meeting meeting = ++*steps > MOST_STEPS ? CLOBBERS : meet(load, node);
        if (meeting == CLOBBERS || (meeting == IS_VALUE && node->op != load->op))
            return false;
    }
    return true;
}

/* From where paths meet to the block that all of them come from, when none of them changes what a load reads; NULL. What is
 * looked at has been folded in this round: loops' heads end it. */
static const JitBlock *pass_join(const JitNode *load, const JitBlock *block, uint32_t *steps) {
    const JitBlock *between[MOST_BETWEEN];
    uint32_t count = 0;
    for (uint32_t done = 0; done <= count; done++) {
        const JitBlock *at = done == 0 ? block : between[done - 1];
        for (uint32_t p = 0; p < at->predecessor_count; p++) {
            const JitBlock *from = at->predecessors[p];
            bool is_known = from == block->dominator;
            for (uint32_t b = 0; b < count; b++)
                is_known |= between[b] == from;
            if (is_known)
                continue;
            if (from->order >= at->order || count == MOST_BETWEEN || !passes_block(load, from, steps))
                return NULL;
            between[count++] = from;
        }
    }
    return block->dominator;
}

static JitNode *fold_load(JitGraph *graph, JitNode *load) {
    const JitBlock *block = load->block;
    JitNode *older = load->previous;
    for (uint32_t steps = 0; steps < MOST_STEPS; steps++) {
        if (older == NULL) {
            block = block->predecessor_count == 1 ? block->predecessors[0] : pass_join(load, block, &steps);
            if (block == NULL)
                return load;
            older = block->last;
            continue;
        }
        if (load->op == JIT_LOAD && older == load->inputs[0])
            return older->op == JIT_NEW ? jit_const(graph, 0) : load;
        switch (meet(load, older)) {
        case PASSES: break;
        case CLOBBERS: return load;
        case IS_VALUE: return older->op == load->op ? older : stored_value(graph, load, older);
        }
        older = older->previous;
    }
    return load;
}

/* ---- All of it --------------------------------------------------------------------------------- */

JitNode *jit_fold_object(JitGraph *graph, JitNode *node) {
    const JitNode *object = node->input_count == 0 ? NULL : node->inputs[0];
    switch (node->op) {
    case JIT_TYPE_OF:
    case JIT_CASE_OF:
    case JIT_IS_CLASS:
    case JIT_IS_EXACT:
    case JIT_IS_INTERFACE: return fold_type(graph, node);
    case JIT_EQ:
    case JIT_NE: return fold_identity(graph, node);
    case JIT_LENGTH:
        return object->op == JIT_NEW_ARRAY      ? object->inputs[0]
               : object->op == JIT_ARRAY_OF     ? jit_const(graph, object->number)
               : literal(graph, object) != NULL ? jit_const(graph, 0) /* only of arrays without elements */
                                                : node;
    case JIT_FUNCTION_OF:
        return object->op == JIT_NEW_CLOSURE ? pointer(graph, node, COR_CONSTANT_FUNCTION, object->of.callee)
                                             : node;
    case JIT_STRING_LENGTH: {
        const CorObject *string = literal(graph, object);
        return string == NULL ? node : jit_const(graph, ((const CorStringObject *)string)->length);
    }
    case JIT_LOAD:
    case JIT_LOAD_ELEMENT:
    case JIT_GLOBAL: return fold_load(graph, node);
    default: return node;
    }
}
