/* Paths that know the branch ahead (jump threading): a block where several paths meet and which ends with a branch is copied for
 * those on which the branch is decided, who then go where it leads.
 *
 * A function that is inlined returns null here, a new object there, and its caller asks at once which it was; a match asks for
 * the case of a value that each path has just made.  Behind the copies every path has its own object, no phi with others,
 * and escape.c finds that it need not be made.
 *
 * A branch is decided on a path when its condition, computed with the phis' inputs on that path, folds to a constant.  Values of
 * the block that are used behind it have several definitions then; uses get the one that reaches them, with phis where two
 * meet (after Braun et al., Simple and Efficient Construction of Static Single Assignment Form, 2013). */
#include <string.h>

#include "jit/simplify_internal.h"

enum { MOST_NODES = 24, MOST_DEPTH = 4, MOST_COPIES = 8, MOST_BLOCKS = 3000 };

typedef struct PathCopy { /* of the block, for the paths to one successor */
    JitBlock *block;
    uint32_t edge;    /* number of the successor */
    JitNode **values; /* by id of values of the block */
} PathCopy;

typedef struct Paths {
    JitGraph *graph;
    JitBlock *block; /* that is being split */
    uint32_t *edges; /* by number of its predecessors: the successor that they go to; UNDECIDED */
    PathCopy copies[MOST_COPIES];
    uint32_t copy_count;
    JitNode ***starts; /* by id of a value of the block: what it is at the starts of blocks, by their ids */
    const JitBlock *user; /* of which uses are replaced */
} Paths;

enum { UNDECIDED = UINT32_MAX };

static void *allocate(JitGraph *graph, size_t count, size_t size) {
    void *memory = cor_arena_allocate(graph->arena, count, size);
    if (memory == NULL)
        graph->failed = true;
    return memory;
}

/* ---- Which paths ------------------------------------------------------------------------------- */

/* The operation of a node in a node made of it. */
static void copy_operation(JitNode *made, const JitNode *node) {
    made->rep = node->rep;
    made->flags = node->flags;
    made->exit = node->exit;
    made->number = node->number;
    made->call = node->call; /* the largest member: all of them */
}

static JitNode *fold(JitGraph *graph, JitNode *node) {
    JitNode *folded = jit_fold_object(graph, node);
    return folded == node ? jit_fold(graph, node) : folded;
}

/* What a value of the block is on a path, as far as it is something simple; NULL. */
static JitNode *value_on_path(const Paths *paths, JitNode *node, uint32_t path, uint32_t depth) {
    const JitBlock *block = paths->block;
    JitNode *inputs[2];
    if (node->block != block)
        return node;
    if (node->op == JIT_PHI)
        return node->inputs[path];
    if (depth == 0 || jit_op_info[node->op].effects != 0 || node->input_count == 0 || node->input_count > 2)
        return NULL;
    for (uint32_t i = 0; i < node->input_count; i++)
        if ((inputs[i] = value_on_path(paths, node->inputs[i], path, depth - 1)) == NULL)
            return NULL;
    JitNode *made = jit_insert_before(paths->graph, block->predecessors[path]->last, (JitOp)node->op,
                                      node->input_count, inputs);
    if (paths->graph->failed)
        return NULL;
    copy_operation(made, node);
    JitNode *folded = fold(paths->graph, made);
    jit_remove(made); /* it may not even make sense there */
    return folded == made ? NULL : folded;
}

/* The successor that a path goes to. */
static uint32_t edge_on_path(const Paths *paths, uint32_t path) {
    const JitNode *end = paths->block->last;
    const JitNode *value = value_on_path(paths, end->inputs[0], path, MOST_DEPTH);
    if (value == NULL || (!jit_is_const(value) && !jit_is_allocation(value)))
        return UNDECIDED;
    uint64_t bits = jit_is_const(value) ? value->bits : 1;
    if (end->op == JIT_BRANCH)
        return bits == 0;
    uint32_t last = paths->block->successor_count - 1;
    return bits < last ? (uint32_t)bits : last;
}

static bool may_be_copied(const JitBlock *block) {
    uint32_t count = 0;
    if (block->predecessor_count < 2 || (block->last->op != JIT_BRANCH && block->last->op != JIT_SWITCH) ||
        block->last->inputs[0]->block != block || block->first->op != JIT_PHI)
        return false;
    for (uint32_t p = 0; p < block->predecessor_count; p++) {
        if (block->predecessors[p]->order >= block->order)
            return false; /* a loop's head */
        for (uint32_t other = 0; other < p; other++)
            if (block->predecessors[other] == block->predecessors[p])
                return false;
    }
    for (const JitNode *node = block->first; node != NULL; node = node->next) {
        bool moves =
            node->op != JIT_HEAD && node->op != JIT_STACK && !(jit_op_info[node->op].effects & EFFECT_K);
        if (!moves || ++count > MOST_NODES)
            return false;
    }
    return true;
}

/* Whether some path is decided. */
static bool find_edges(Paths *paths) {
    const JitBlock *block = paths->block;
    bool found = false;
    paths->edges = allocate(paths->graph, block->predecessor_count, sizeof *paths->edges);
    for (uint32_t p = 0; !paths->graph->failed && p < block->predecessor_count; p++) {
        paths->edges[p] = edge_on_path(paths, p);
        found |= paths->edges[p] != UNDECIDED;
    }
    return found && !paths->graph->failed;
}

/* ---- Copies ------------------------------------------------------------------------------------ */

typedef struct CopyContext {
    const Paths *paths;
    const PathCopy *copy;
} CopyContext;

static JitNode *value_in_copy(void *context, JitNode *value) {
    const CopyContext *in = context;
    return value->block == in->paths->block ? in->copy->values[value->id] : value;
}

/* From the n-th edge out of the block, the entry that it is of its successor. */
static uint32_t entry_of_edge(const JitBlock *block, uint32_t edge) {
    const JitBlock *to = block->successors[edge];
    uint32_t earlier = 0, entry = 0;
    for (uint32_t s = 0; s < edge; s++)
        earlier += block->successors[s] == to;
    while (to->predecessors[entry] != block || earlier-- != 0)
        entry++;
    return entry;
}

/* The predecessor goes to the copy instead. */
static void redirect(Paths *paths, JitBlock *from, const PathCopy *copy) {
    uint32_t s = 0;
    while (from->successors[s] != paths->block)
        s++;
    jit_edge(paths->graph, from, copy->block);
    if (paths->graph->failed)
        return;
    from->successors[s] = copy->block;
    from->successor_count--;
}

static JitNode *copy_phi(const Paths *paths, const PathCopy *copy, const JitNode *phi) {
    JitNode *made = jit_append(paths->graph, copy->block, JIT_PHI, 0, NULL);
    made->rep = phi->rep;
    for (uint32_t p = 0; p < phi->input_count; p++)
        if (paths->edges[p] == copy->edge)
            jit_add_input(paths->graph, made, phi->inputs[p]);
    return made;
}

static void fill_copy(Paths *paths, PathCopy *copy) {
    JitGraph *graph = paths->graph;
    JitBlock *block = paths->block;
    CopyContext context = {paths, copy};
    for (JitNode *node = block->first; node != block->last && !graph->failed; node = node->next) {
        if (node->op == JIT_PHI) {
            copy->values[node->id] = copy_phi(paths, copy, node);
            continue;
        }
        JitNode *made = jit_append(graph, copy->block, (JitOp)node->op, node->input_count, node->inputs);
        copy_operation(made, node);
        for (uint32_t i = 0; i < made->input_count; i++)
            made->inputs[i] = value_in_copy(&context, made->inputs[i]);
        made->state = jit_state_map(graph, node->state, value_in_copy, &context);
        copy->values[node->id] = made;
    }
    uint32_t entry = entry_of_edge(block, copy->edge);
    JitBlock *to = block->successors[copy->edge];
    jit_append(graph, copy->block, JIT_JUMP, 0, NULL);
    jit_edge(graph, copy->block, to);
    for (JitNode *phi = to->first; !graph->failed && phi != NULL && phi->op == JIT_PHI; phi = phi->next)
        jit_add_input(graph, phi, value_in_copy(&context, phi->inputs[entry]));
}

static PathCopy *find_copy(Paths *paths, uint32_t edge) {
    for (uint32_t c = 0; c < paths->copy_count; c++)
        if (paths->copies[c].edge == edge)
            return &paths->copies[c];
    if (paths->copy_count == MOST_COPIES)
        return NULL;
    PathCopy *copy = &paths->copies[paths->copy_count++];
    *copy = (PathCopy){.block = jit_block_new(paths->graph),
                       .edge = edge,
                       .values = allocate(paths->graph, paths->graph->node_count, sizeof *copy->values)};
    copy->block->is_cold = paths->block->is_cold;
    return copy;
}

/* The paths that are decided leave the block for its copies. */
static void make_copies(Paths *paths) {
    JitBlock *block = paths->block;
    uint32_t count = block->predecessor_count, kept = 0;
    for (uint32_t p = 0; p < count; p++)
        if (paths->edges[p] != UNDECIDED && find_copy(paths, paths->edges[p]) == NULL)
            paths->edges[p] = UNDECIDED;
    for (uint32_t p = 0; p < count && !paths->graph->failed; p++)
        if (paths->edges[p] != UNDECIDED)
            redirect(paths, block->predecessors[p], find_copy(paths, paths->edges[p]));
    for (uint32_t c = 0; c < paths->copy_count && !paths->graph->failed; c++)
        fill_copy(paths, &paths->copies[c]);
    for (uint32_t p = 0; p < count && !paths->graph->failed; p++) {
        if (paths->edges[p] != UNDECIDED)
            continue;
        block->predecessors[kept] = block->predecessors[p];
        for (JitNode *phi = block->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next)
            phi->inputs[kept] = phi->inputs[p];
        kept++;
    }
    block->predecessor_count = kept;
    for (JitNode *phi = block->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next)
        phi->input_count = kept;
}

/* ---- Uses behind ------------------------------------------------------------------------------- */

static JitNode *value_at_end(Paths *paths, JitNode *value, JitBlock *block);

/* What a value of the block is at the start of another one, which no way leads to but through definitions of it. */
static JitNode *value_at_start(Paths *paths, JitNode *value, JitBlock *block) {
    JitGraph *graph = paths->graph;
    JitNode **starts = paths->starts[value->id];
    if (starts == NULL)
        starts = paths->starts[value->id] = allocate(graph, graph->block_count, sizeof *starts);
    if (starts == NULL || graph->failed)
        return value;
    if (starts[block->id] != NULL)
        return starts[block->id];
    if (block->predecessor_count == 1)
        return starts[block->id] = value_at_end(paths, value, block->predecessors[0]);
    JitNode *phi = starts[block->id] = jit_append(graph, block, JIT_PHI, 0, NULL);
    for (uint32_t p = 0; p < block->predecessor_count; p++)
        jit_add_input(graph, phi, value_at_end(paths, value, block->predecessors[p]));
    return phi;
}

static JitNode *value_at_end(Paths *paths, JitNode *value, JitBlock *block) {
    if (block == paths->block)
        return value;
    for (uint32_t c = 0; c < paths->copy_count; c++)
        if (block == paths->copies[c].block)
            return paths->copies[c].values[value->id];
    return value_at_start(paths, value, block);
}

static JitNode *value_for_user(void *context, JitNode *value) {
    Paths *paths = context;
    return value->block == paths->block ? value_at_start(paths, value, (JitBlock *)(uintptr_t)paths->user)
                                        : value;
}

static void replace_uses(Paths *paths, JitBlock *user) {
    paths->user = user;
    for (JitNode *node = user->first; node != NULL && !paths->graph->failed; node = node->next) {
        for (uint32_t i = 0; i < node->input_count; i++)
            if (node->op != JIT_PHI)
                node->inputs[i] = value_for_user(paths, node->inputs[i]);
            else if (node->inputs[i]->block == paths->block)
                node->inputs[i] = value_at_end(paths, node->inputs[i], user->predecessors[i]);
        node->state = jit_state_map(paths->graph, node->state, value_for_user, paths);
    }
}

static bool is_copy(const Paths *paths, const JitBlock *block) {
    for (uint32_t c = 0; c < paths->copy_count; c++)
        if (block == paths->copies[c].block)
            return true;
    return block == paths->block;
}

/* ---- All of it --------------------------------------------------------------------------------- */

/* Constants of the code, and removed objects, are the same in every copy: they are put in front of the block. */
static void move_constants(const JitBlock *block) {
    for (JitNode *node = block->first, *next; node != NULL; node = next) {
        next = node->next;
        if (node->op == JIT_POINTER || node->op == JIT_VIRTUAL)
            jit_move_before(node, block->dominator->last);
    }
}

static bool split_block(JitGraph *graph, JitBlock *block) {
    Paths paths = {.graph = graph, .block = block};
    if (!may_be_copied(block))
        return false;
    move_constants(block);
    if (!find_edges(&paths))
        return false;
    paths.starts = allocate(graph, graph->node_count, sizeof *paths.starts);
    if (graph->failed)
        return false;
    make_copies(&paths);
    uint32_t count = graph->block_count;
    for (uint32_t b = 0; b < count && !graph->failed; b++)
        if (!is_copy(&paths, graph->blocks[b]))
            replace_uses(&paths, graph->blocks[b]);
    jit_graph_analyse(graph);
    return true;
}

bool jit_paths(JitGraph *graph) {
    uint32_t count = graph->block_count;
    JitBlock **blocks = cor_arena_copy(graph->arena, graph->blocks, count, sizeof *blocks);
    bool found = false;
    for (uint32_t b = 0; blocks != NULL && b < count && !graph->failed; b++) {
        bool is_there = blocks[b]->id < graph->block_count && graph->blocks[blocks[b]->id] == blocks[b];
        if (is_there && graph->block_count < MOST_BLOCKS)
            found |= split_block(graph, blocks[b]);
    }
    return found;
}
