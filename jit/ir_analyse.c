/* What holds for a graph as a whole: which blocks are reached, their order, dominators and loops.
 *
 * Dominators as in Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001).  A loop is what reaches one of
 * its back-edges (to a head that dominates their origin) without passing the head; loops of one head are one. */
#include "jit/ir.h"

/* ---- Order ------------------------------------------------------------------------------------- */

typedef struct Visit {
    JitBlock *block;
    uint32_t left; /* successors still to see */
} Visit;

enum { UNREACHED = UINT32_MAX };

/* Fills `order` from its end with the reached blocks in postorder; gives the place of the first one. The last successor is
 * walked first, so that the first one follows its block. */
static uint32_t order_blocks(JitGraph *graph, JitBlock **order, Visit *stack) {
    for (uint32_t b = 0; b < graph->block_count; b++)
        graph->blocks[b]->order = UNREACHED;
    uint32_t depth = 1, at = graph->block_count;
    JitBlock *entry = graph->blocks[0];
    entry->order = 0;
    stack[0] = (Visit){entry, entry->successor_count};
    while (depth != 0) {
        Visit *top = &stack[depth - 1];
        if (top->left == 0) {
            order[--at] = top->block;
            depth--;
            continue;
        }
        JitBlock *next = top->block->successors[--top->left];
        if (next->order == UNREACHED) {
            next->order = 0;
            stack[depth++] = (Visit){next, next->successor_count};
        }
    }
    return at;
}

/* Takes back what a block that is not reached contributes to others. */
static void drop_unreached(JitBlock *block) {
    for (JitNode *node = block->first; node != NULL; node = node->next)
        node->block = NULL;
}

static void drop_unreached_predecessors(JitBlock *block) {
    uint32_t kept = 0;
    for (uint32_t p = 0; p < block->predecessor_count; p++) {
        if (block->predecessors[p]->order == UNREACHED)
            continue;
        block->predecessors[kept] = block->predecessors[p];
        for (JitNode *node = block->first; node != NULL && node->op == JIT_PHI; node = node->next)
            node->inputs[kept] = node->inputs[p];
        kept++;
    }
    if (kept == block->predecessor_count)
        return;
    for (JitNode *node = block->first; node != NULL && node->op == JIT_PHI; node = node->next)
        node->input_count = kept;
    block->predecessor_count = kept;
}

static void keep_reached(JitGraph *graph, JitBlock **order, uint32_t count) {
    for (uint32_t b = 0; b < graph->block_count; b++)
        if (graph->blocks[b]->order == UNREACHED)
            drop_unreached(graph->blocks[b]);
    for (uint32_t b = 0; b < count; b++)
        drop_unreached_predecessors(order[b]);
    for (uint32_t b = 0; b < count; b++) {
        graph->blocks[b] = order[b];
        order[b]->id = order[b]->order = b;
    }
    graph->block_count = count;
}

/* ---- Dominators -------------------------------------------------------------------------------- */

static JitBlock *common_dominator(JitBlock *a, JitBlock *b) {
    while (a != b) {
        while (a->order > b->order)
            a = a->dominator;
        while (b->order > a->order)
            b = b->dominator;
    }
    return a;
}

static void find_dominators(JitGraph *graph) {
    for (uint32_t b = 0; b < graph->block_count; b++)
        graph->blocks[b]->dominator = NULL;
    bool changed = true;
    while (changed) {
        changed = false;
        for (uint32_t b = 1; b < graph->block_count; b++) {
            JitBlock *block = graph->blocks[b], *dominator = NULL;
            for (uint32_t p = 0; p < block->predecessor_count; p++) {
                JitBlock *predecessor = block->predecessors[p];
                if (predecessor->dominator == NULL && predecessor->order != 0)
                    continue; /* not seen yet */
                dominator = dominator == NULL ? predecessor : common_dominator(predecessor, dominator);
            }
            changed |= block->dominator != dominator;
            block->dominator = dominator;
        }
    }
}

/* Numbers the blocks in a preorder of the dominator tree; `sizes` has room for a number for each. */
static void number_dominators(JitGraph *graph, uint32_t *sizes) {
    for (uint32_t b = 0; b < graph->block_count; b++)
        sizes[b] = 1;
    for (uint32_t b = graph->block_count; b-- > 1;)
        sizes[graph->blocks[b]->dominator->order] += sizes[b];
    uint32_t *next = sizes; /* from here on: the number of the next child */
    for (uint32_t b = 0; b < graph->block_count; b++) {
        JitBlock *block = graph->blocks[b];
        uint32_t size = sizes[b];
        block->enter = block->dominator == NULL ? 0 : next[block->dominator->order];
        block->leave = block->enter + size - 1;
        if (block->dominator != NULL)
            next[block->dominator->order] += size;
        next[b] = block->enter + 1;
    }
}

/* ---- Loops ------------------------------------------------------------------------------------- */

static JitLoop *outermost(JitLoop *loop) {
    while (loop->outer != NULL)
        loop = loop->outer;
    return loop;
}

static JitLoop *add_loop(JitGraph *graph, JitBlock *head) {
    JitLoop **loops =
        cor_arena_grow(graph->arena, graph->loops, graph->loop_count, &graph->loop_capacity, sizeof *loops);
    JitLoop *loop = loops == NULL ? NULL : cor_arena_allocate(graph->arena, 1, sizeof *loop);
    if (loop == NULL) {
        graph->failed = true;
        return NULL;
    }
    graph->loops = loops;
    loop->head = head;
    loop->is_innermost = true;
    loop->number = graph->loop_count++;
    loops[loop->number] = loop;
    return loop;
}

/* Gives what reaches the back-edges of `head` to its loop. `queue` holds the blocks that are still to be looked at; a
 * block is there at most once for each of its successors. */
static void fill_loop(JitLoop *loop, JitBlock **queue) {
    JitBlock *head = loop->head;
    uint32_t count = 0;
    for (uint32_t p = 0; p < head->predecessor_count; p++)
        if (jit_dominates(head, head->predecessors[p]))
            queue[count++] = head->predecessors[p];
    head->loop = loop;
    while (count != 0) {
        JitBlock *block = queue[--count], *from = block;
        if (block->loop == NULL) {
            block->loop = loop;
        } else {
            JitLoop *inner = outermost(block->loop);
            if (inner == loop)
                continue;
            inner->outer = loop;
            loop->is_innermost = false;
            from = inner->head;
        }
        for (uint32_t p = 0; p < from->predecessor_count; p++)
            queue[count++] = from->predecessors[p];
    }
}

static void find_loops(JitGraph *graph, JitBlock **queue) {
    graph->loop_count = 0;
    for (uint32_t b = 0; b < graph->block_count; b++)
        graph->blocks[b]->loop = NULL;
    for (uint32_t b = graph->block_count; b-- > 0;) {
        JitBlock *head = graph->blocks[b];
        bool is_head = false;
        for (uint32_t p = 0; p < head->predecessor_count; p++)
            is_head |= jit_dominates(head, head->predecessors[p]);
        if (!is_head)
            continue;
        JitLoop *loop = add_loop(graph, head);
        if (loop == NULL)
            return;
        fill_loop(loop, queue);
    }
    for (uint32_t l = graph->loop_count; l-- > 0;) {
        JitLoop *loop = graph->loops[l];
        loop->depth = loop->outer == NULL ? 1 : loop->outer->depth + 1;
    }
}

bool jit_loop_contains(const JitLoop *loop, const JitBlock *block) {
    for (const JitLoop *inner = block->loop; inner != NULL; inner = inner->outer)
        if (inner == loop)
            return true;
    return false;
}

/* ---- All of it --------------------------------------------------------------------------------- */

void jit_graph_analyse(JitGraph *graph) {
    if (graph->failed || graph->block_count == 0)
        return;
    size_t edges = graph->block_count;
    for (uint32_t b = 0; b < graph->block_count; b++)
        edges += graph->blocks[b]->predecessor_count;
    JitBlock **order = cor_arena_allocate(graph->arena, graph->block_count, sizeof *order);
    JitBlock **queue = cor_arena_allocate(graph->arena, edges, sizeof *queue);
    Visit *stack = cor_arena_allocate(graph->arena, graph->block_count, sizeof *stack);
    uint32_t *sizes = cor_arena_allocate(graph->arena, graph->block_count, sizeof *sizes);
    if (order == NULL || queue == NULL || stack == NULL || sizes == NULL) {
        graph->failed = true;
        return;
    }
    uint32_t first = order_blocks(graph, order, stack);
    keep_reached(graph, order + first, graph->block_count - first);
    find_dominators(graph);
    number_dominators(graph, sizes);
    find_loops(graph, queue);
    graph->is_analysed = !graph->failed;
}
