/* What conditions tell on the paths behind them: behind a check it holds, behind a branch it holds on one side and
 * not on the other, as far as that side dominates.  A fact is a relation of two values from a place on; comparisons,
 * checks and branches further down are answered by the same condition, by its opposite, by what is known of an object's type,
 * or by a proof from several facts (simplify_prove.c).
 *
 * Removing what follows from facts is sound in the order of execution: each fact is older than what it is used for, and one whose
 * own check was removed follows from facts that are older still. */
#include "jit/simplify_internal.h"

#include "vm/runtime/type.h"

enum { MOST_FACTS = 24, MOST_NESTING = 6, STEPS_TIER_1 = 20000, STEPS_TIER_2 = 300000 };

/* ---- Finding ----------------------------------------------------------------------------------- */

bool jit_fact_holds(const JitFact *fact, const JitPlace *at) {
    const JitPlace *since = &fact->since;
    if (since->to != NULL)
        return at->block == since->block && at->to == since->to;
    if (since->block == at->block)
        return since->place <= at->place;
    return jit_dominates(since->block, at->block);
}

JitFact *jit_facts_of(const JitSimplifier *simplifier, const JitNode *node) {
    return node->id < simplifier->known_count ? simplifier->facts[node->id] : NULL;
}

static void keep(JitSimplifier *simplifier, const JitNode *key, const JitFact *fact) {
    if (jit_is_const(key) || key->id >= simplifier->known_count)
        return;
    JitFact *copy = cor_arena_copy(simplifier->graph->arena, fact, 1, sizeof *fact);
    if (copy == NULL) {
        simplifier->graph->failed = true;
        return;
    }
    copy->next = simplifier->facts[key->id];
    simplifier->facts[key->id] = copy;
}

static void keep_relation(JitSimplifier *simplifier, JitRelation relation, JitNode *a, JitNode *b,
                          JitPlace since) {
    JitFact fact = {.relation = relation, .a = a, .b = b, .since = since};
    int64_t constant;
    JitNode *keys[4] = {a, b, jit_split_sum(a, &constant), jit_split_sum(b, &constant)};
    for (uint32_t i = 0; i < 4; i++)
        if (keys[i] != NULL && (i < 2 || keys[i] != keys[i - 2]))
            keep(simplifier, keys[i], &fact);
}

static void keep_type(JitSimplifier *simplifier, JitRelation relation, JitNode *object, const CorType *type,
                      JitPlace since) {
    keep(simplifier, object, &(JitFact){.relation = relation, .a = object, .type = type, .since = since});
}

/* A comparison of integers as a relation, or of its opposite. */
static void find_comparison(JitSimplifier *simplifier, const JitNode *condition, bool truth, JitPlace since) {
    JitNode *a = condition->inputs[0], *b = condition->inputs[1];
    switch (condition->op) {
    case JIT_EQ: keep_relation(simplifier, truth ? JIT_FACT_EQ : JIT_FACT_NE, a, b, since); break;
    case JIT_NE: keep_relation(simplifier, truth ? JIT_FACT_NE : JIT_FACT_EQ, a, b, since); break;
    case JIT_LT:
        truth ? keep_relation(simplifier, JIT_FACT_LT, a, b, since)
              : keep_relation(simplifier, JIT_FACT_LE, b, a, since);
        break;
    case JIT_LE:
        truth ? keep_relation(simplifier, JIT_FACT_LE, a, b, since)
              : keep_relation(simplifier, JIT_FACT_LT, b, a, since);
        break;
    case JIT_ULT:
        truth ? keep_relation(simplifier, JIT_FACT_ULT, a, b, since)
              : keep_relation(simplifier, JIT_FACT_ULE, b, a, since);
        break;
    case JIT_ULE:
        truth ? keep_relation(simplifier, JIT_FACT_ULE, a, b, since)
              : keep_relation(simplifier, JIT_FACT_ULT, b, a, since);
        break;
    default: break;
    }
}

static bool is_number(const JitNode *node, uint64_t bits) {
    return jit_is_const(node) && node->bits == bits;
}

static void find_truth(JitSimplifier *simplifier, JitNode *condition, bool truth, JitPlace since,
                       uint32_t nesting);

/* a < (c ? least : b), where nothing is below the least: c does not hold, and a < b; and the other way round. Counted loops have
 * their last value so. */
static void find_below_choice(JitSimplifier *simplifier, const JitNode *condition, JitPlace since,
                              uint32_t nesting) {
    JitNode *a = condition->inputs[0], *b = condition->inputs[1];
    bool is_signed = condition->op == JIT_LT;
    JitRelation relation = is_signed ? JIT_FACT_LT : JIT_FACT_ULT;
    if (b->op == JIT_SELECT && is_number(b->inputs[1], is_signed ? (uint64_t)INT64_MIN : 0)) {
        find_truth(simplifier, b->inputs[0], false, since, nesting + 1);
        keep_relation(simplifier, relation, a, b->inputs[2], since);
    } else if (a->op == JIT_SELECT && is_number(a->inputs[1], is_signed ? INT64_MAX : UINT64_MAX)) {
        find_truth(simplifier, a->inputs[0], false, since, nesting + 1);
        keep_relation(simplifier, relation, a->inputs[2], b, since);
    }
}

/* The type that a condition compares an object's with: EQ(TYPE_OF(object), type). */
static const CorType *compared_type(const JitGraph *graph, const JitNode *condition, JitNode **object) {
    for (uint32_t i = 0; condition->op == JIT_EQ && i < 2; i++) {
        JitNode *question = condition->inputs[i], *type = condition->inputs[1 - i];
        if (question->op == JIT_TYPE_OF && type->op == JIT_POINTER &&
            graph->constants[type->number].kind == COR_CONSTANT_TYPE) {
            *object = question->inputs[0];
            return graph->constants[type->number].pointer;
        }
    }
    return NULL;
}

static void find_truth(JitSimplifier *simplifier, JitNode *condition, bool truth, JitPlace since,
                       uint32_t nesting) {
    if (jit_is_const(condition) || nesting > MOST_NESTING)
        return;
    keep(simplifier, condition,
         &(JitFact){.relation = truth ? JIT_FACT_TRUE : JIT_FACT_FALSE, .a = condition, .since = since});
    JitNode *a = condition->input_count > 0 ? condition->inputs[0] : NULL;
    JitNode *b = condition->input_count > 1 ? condition->inputs[1] : NULL;
    bool are_bools = b != NULL && jit_is_bool(a) && jit_is_bool(b);
    if ((condition->op == JIT_AND && truth && are_bools) ||
        (condition->op == JIT_OR && !truth && are_bools)) {
        find_truth(simplifier, a, truth, since, nesting + 1);
        find_truth(simplifier, b, truth, since, nesting + 1);
    } else if (condition->op == JIT_XOR && is_number(b, 1) && jit_is_bool(a)) {
        find_truth(simplifier, a, !truth, since, nesting + 1);
    } else if (condition->op == JIT_IS_EXACT && truth) {
        keep_type(simplifier, JIT_FACT_EXACT, a, condition->of.type, since);
    } else if (condition->op == JIT_IS_CLASS && truth) {
        keep_type(simplifier, JIT_FACT_CLASS, a, condition->of.type, since);
    } else if (b != NULL) {
        find_comparison(simplifier, condition, truth, since);
        if (truth && (condition->op == JIT_LT || condition->op == JIT_ULT))
            find_below_choice(simplifier, condition, since, nesting);
        JitNode *object = NULL;
        const CorType *type = truth ? compared_type(simplifier->graph, condition, &object) : NULL;
        if (type != NULL)
            keep_type(simplifier, JIT_FACT_EXACT, object, type, since);
    }
}

static void find_at_branch(JitSimplifier *simplifier, const JitNode *end) {
    const JitBlock *block = end->block;
    if (block->successors[0] == block->successors[1])
        return;
    for (uint32_t s = 0; s < 2; s++) {
        const JitBlock *to = block->successors[s];
        JitPlace since =
            to->predecessor_count == 1 ? (JitPlace){to, 0, NULL} : (JitPlace){block, UINT32_MAX, to};
        find_truth(simplifier, end->inputs[0], s == 0, since, 0);
    }
}

static bool find_facts(JitSimplifier *simplifier) {
    JitGraph *graph = simplifier->graph;
    simplifier->known_count = graph->node_count;
    simplifier->facts = cor_arena_allocate(graph->arena, graph->node_count, sizeof *simplifier->facts);
    simplifier->places = cor_arena_allocate(graph->arena, graph->node_count, sizeof *simplifier->places);
    simplifier->steps = graph->tier == 1 ? STEPS_TIER_1 : STEPS_TIER_2;
    if (simplifier->facts == NULL || simplifier->places == NULL) {
        graph->failed = true;
        return false;
    }
    for (uint32_t b = 0; b < graph->block_count; b++) {
        uint32_t place = 0;
        for (JitNode *node = graph->blocks[b]->first; node != NULL; node = node->next) {
            simplifier->places[node->id] = place++;
            if (node->op == JIT_CHECK)
                find_truth(simplifier, node->inputs[0], true, (JitPlace){node->block, place, NULL}, 0);
            else if (node->op == JIT_BRANCH)
                find_at_branch(simplifier, node);
        }
    }
    return !graph->failed;
}

/* ---- Types ------------------------------------------------------------------------------------- */

/* What a fact about an object's type says to a type test: 0, 1 or -1. Types of objects are a tree. */
static int test_type(const JitFact *fact, const JitNode *test) {
    const CorType *wanted = test->of.type, *known = fact->type;
    if (fact->relation == JIT_FACT_EXACT)
        return test->op == JIT_IS_EXACT ? known == wanted : cor_type_extends(known, wanted);
    if (test->op == JIT_IS_CLASS && cor_type_extends(known, wanted))
        return 1;
    return cor_type_extends(wanted, known) ? -1 : 0;
}

static int type_truth(JitSimplifier *simplifier, const JitNode *test, JitPlace at) {
    uint32_t seen = 0;
    const JitNode *object = jit_value_of(simplifier, test->inputs[0]);
    for (const JitFact *fact = jit_facts_of(simplifier, object); fact != NULL && seen < MOST_FACTS;
         fact = fact->next, seen++) {
        if ((fact->relation != JIT_FACT_EXACT && fact->relation != JIT_FACT_CLASS) || fact->a != object ||
            !jit_fact_holds(fact, &at))
            continue;
        int truth = test_type(fact, test);
        if (truth >= 0)
            return truth;
    }
    return -1;
}

static const CorType *known_type(JitSimplifier *simplifier, const JitNode *object, JitPlace at) {
    uint32_t seen = 0;
    for (const JitFact *fact = jit_facts_of(simplifier, object); fact != NULL && seen < MOST_FACTS;
         fact = fact->next, seen++)
        if (fact->relation == JIT_FACT_EXACT && fact->a == object && jit_fact_holds(fact, &at))
            return fact->type;
    return NULL;
}

/* ---- Truth ------------------------------------------------------------------------------------- */

/* Whether a value is certainly not 0. */
static bool is_not_zero(JitSimplifier *simplifier, JitNode *value, JitPlace at) {
    if (jit_is_allocation(value) || value->op == JIT_POINTER)
        return true;
    uint32_t seen = 0;
    for (const JitFact *fact = jit_facts_of(simplifier, value); fact != NULL && seen < MOST_FACTS;
         fact = fact->next, seen++) {
        bool says = fact->relation == JIT_FACT_TRUE || fact->relation == JIT_FACT_EXACT ||
                    fact->relation == JIT_FACT_CLASS ||
                    (fact->relation == JIT_FACT_NE && jit_is_const(fact->b) && fact->b->bits == 0);
        if (says && fact->a == value && jit_fact_holds(fact, &at))
            return true;
    }
    JitNode *zero = jit_const(simplifier->graph, 0);
    return jit_op_info[value->op].result != JIT_REP_REF &&
           (jit_proves(simplifier, zero, 1, value, at) || jit_proves(simplifier, value, 1, zero, at));
}

/* Whether two values are certainly different. */
static bool are_different(JitSimplifier *simplifier, JitNode *a, JitNode *b, JitPlace at) {
    if (jit_is_const(b) && b->bits == 0)
        return is_not_zero(simplifier, a, at);
    return jit_proves(simplifier, a, 1, b, at) || jit_proves(simplifier, b, 1, a, at);
}

static int comparison_truth(JitSimplifier *simplifier, const JitNode *condition, JitPlace at) {
    JitNode *a = condition->inputs[0], *b = condition->inputs[1];
    switch (condition->op) {
    case JIT_EQ: return are_different(simplifier, a, b, at) ? 0 : -1;
    case JIT_NE: return are_different(simplifier, a, b, at) ? 1 : -1;
    case JIT_LT:
        return jit_proves(simplifier, a, 1, b, at) ? 1 : jit_proves(simplifier, b, 0, a, at) ? 0 : -1;
    case JIT_LE:
        return jit_proves(simplifier, a, 0, b, at) ? 1 : jit_proves(simplifier, b, 1, a, at) ? 0 : -1;
    case JIT_ULT: return jit_proves_below(simplifier, a, b, at) ? 1 : -1;
    case JIT_ULE: return jit_proves_below(simplifier, b, a, at) ? 0 : -1;
    default: return -1;
    }
}

/* What was found of the condition itself. */
static int known_truth(const JitSimplifier *simplifier, const JitNode *condition, JitPlace at) {
    uint32_t seen = 0;
    for (const JitFact *fact = jit_facts_of(simplifier, condition); fact != NULL && seen < MOST_FACTS;
         fact = fact->next, seen++)
        if ((fact->relation == JIT_FACT_TRUE || fact->relation == JIT_FACT_FALSE) && fact->a == condition &&
            jit_fact_holds(fact, &at))
            return fact->relation == JIT_FACT_TRUE;
    return -1;
}

/* 1 when a condition certainly holds at a place (is not 0), 0 when it certainly does not, else -1. */
static int truth_of(JitSimplifier *simplifier, JitNode *condition, JitPlace at, uint32_t nesting) {
    condition = jit_value_of(simplifier, condition);
    if (jit_is_const(condition))
        return condition->bits != 0;
    int known = known_truth(simplifier, condition, at);
    if (known >= 0)
        return known;
    if (nesting > MOST_NESTING)
        return -1;
    switch (condition->op) {
    case JIT_EQ:
    case JIT_NE:
    case JIT_LT:
    case JIT_LE:
    case JIT_ULT:
    case JIT_ULE: return comparison_truth(simplifier, condition, at);
    case JIT_IS_EXACT:
    case JIT_IS_CLASS: return type_truth(simplifier, condition, at);
    case JIT_AND:
    case JIT_OR: {
        int a = truth_of(simplifier, condition->inputs[0], at, nesting + 1);
        int b = truth_of(simplifier, condition->inputs[1], at, nesting + 1);
        int decisive = condition->op == JIT_OR;
        if (!jit_is_bool(condition->inputs[0]) || !jit_is_bool(condition->inputs[1]))
            return -1;
        return a == decisive || b == decisive ? decisive : a == b ? a : -1;
    }
    default: return !jit_is_bool(condition) && is_not_zero(simplifier, condition, at) ? 1 : -1;
    }
}

/* ---- Using ------------------------------------------------------------------------------------- */

static void use_in_condition(JitSimplifier *simplifier, JitNode *node, JitPlace at) {
    int truth = truth_of(simplifier, node->inputs[0], at, 0);
    if (truth >= 0)
        jit_decide_constant(simplifier, node, (uint64_t)truth);
}

/* A comparison or type test whose answer is known where it stands. */
static void use_in_test(JitSimplifier *simplifier, JitNode *node, JitPlace at) {
    int truth = truth_of(simplifier, node, at, 0);
    if (truth >= 0)
        jit_becomes(simplifier, node, jit_const(simplifier->graph, (uint64_t)truth));
}

static void use_in_question(JitSimplifier *simplifier, JitNode *node, JitPlace at) {
    const CorType *type = known_type(simplifier, jit_value_of(simplifier, node->inputs[0]), at);
    if (type == NULL)
        return;
    JitNode *answer = jit_answer_type(simplifier->graph, node, type);
    if (answer != node)
        jit_becomes(simplifier, node, answer);
}

/* Conditions that are used as values where it is known what they were. */
static void use_in_inputs(JitSimplifier *simplifier, JitNode *node, JitPlace at) {
    for (uint32_t i = 0; i < node->input_count; i++) {
        const JitNode *input = jit_value_of(simplifier, node->inputs[i]);
        if (jit_facts_of(simplifier, input) == NULL || !jit_is_bool(input))
            continue;
        if (node->op == JIT_PHI)
            at = (JitPlace){node->block->predecessors[i], UINT32_MAX, node->block};
        int truth = known_truth(simplifier, input, at);
        if (truth < 0)
            continue;
        node->inputs[i] = jit_const(simplifier->graph, (uint64_t)truth);
        simplifier->changed = true;
    }
}

static void use_at(JitSimplifier *simplifier, JitNode *node) {
    JitPlace at = {node->block, simplifier->places[node->id], NULL};
    use_in_inputs(simplifier, node, at);
    switch (node->op) {
    case JIT_CHECK:
    case JIT_BRANCH: use_in_condition(simplifier, node, at); break;
    case JIT_EQ:
    case JIT_NE:
    case JIT_LT:
    case JIT_LE:
    case JIT_ULT:
    case JIT_ULE:
    case JIT_IS_EXACT:
    case JIT_IS_CLASS: use_in_test(simplifier, node, at); break;
    case JIT_TYPE_OF:
    case JIT_CASE_OF: use_in_question(simplifier, node, at); break;
    case JIT_ADD:
        if (!(node->flags & JIT_NO_WRAP) && jit_proves_no_wrap(simplifier, node, at))
            node->flags |= JIT_NO_WRAP;
        break;
    case JIT_ADD_OVERFLOWS:
        if (jit_proves_no_wrap(simplifier, node, at))
            jit_becomes(simplifier, node, jit_const(simplifier->graph, 0));
        break;
    case JIT_SELECT: {
        int truth = truth_of(simplifier, node->inputs[0], at, 0);
        if (truth >= 0)
            jit_becomes(simplifier, node, node->inputs[truth == 1 ? 1 : 2]);
        break;
    }
    default: break;
    }
}

void jit_use_facts(JitSimplifier *simplifier) {
    JitGraph *graph = simplifier->graph;
    if (!find_facts(simplifier))
        return;
    for (uint32_t b = 0; b < graph->block_count; b++)
        for (JitNode *node = graph->blocks[b]->first, *next; node != NULL && !graph->failed; node = next) {
            next = node->next;
            if (node->id < simplifier->known_count)
                use_at(simplifier, node);
        }
}
