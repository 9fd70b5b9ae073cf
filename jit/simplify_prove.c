/* Proofs of inequalities a + k <= b between values, as integers without wrapping, from facts and from what nodes compute:
 * the demand-driven search of Bodik, Gupta and Sarkar, "ABCD: Eliminating Array Bounds Checks on Demand" (2000), with
 * facts that hold in parts of the graph in place of renamed values.
 *
 * A phi is below a bound when each of its inputs is, at the end of its predecessor.  Coming back to the same question with a k
 * that is not larger is a proof by induction over the rounds of the loop; the bound itself must not change in the loop.
 * Steps are bounded, for each question and for the graph. */
#include "jit/simplify_internal.h"

enum { MOST_DEPTH = 14, MOST_STEPS = 2000, MOST_FACTS = 24, MOST_FAILED = 32 };

typedef struct Goal {
    JitNode *a, *b;
    int64_t k;
} Goal;

/* A goal that could not be proved: nor can it with a k that is not smaller, from no more depth, with the same goals open. */
typedef struct Failure {
    Goal goal;
    JitPlace at;
    uint32_t depth, opening;
} Failure;

typedef struct Proof {
    JitSimplifier *simplifier;
    JitNode *zero;
    Goal open[MOST_DEPTH]; /* that phis are part of */
    uint32_t open_count;
    uint32_t opening, openings;    /* which of how many sets of open goals there have been this one is */
    uint32_t steps;                /* left */
    Failure failures[MOST_FAILED]; /* by a hash of the goal: the last one */
} Proof;

static bool bound(Proof *proof, JitNode *a, int64_t k, JitNode *b, JitPlace at, uint32_t depth);

JitNode *jit_split_sum(JitNode *value, int64_t *constant) {
    if (value->op == JIT_ADD && jit_is_const(value->inputs[1])) {
        *constant = (int64_t)value->inputs[1]->bits;
        return value->inputs[0];
    }
    *constant = 0;
    return value;
}

/* ---- Sums -------------------------------------------------------------------------------------- */

/* Whether x + c does not wrap, for a node that computes it. */
static bool does_not_wrap(Proof *proof, JitNode *sum, JitPlace at, uint32_t depth) {
    if (sum->flags & JIT_NO_WRAP)
        return true;
    int64_t c;
    JitNode *x = jit_split_sum(sum, &c);
    if (x == sum)
        return false;
    if (c >= 0) /* x + c <= MAX */
        return bound(proof, x, c - INT64_MAX, proof->zero, at, depth);
    return bound(proof, proof->zero, INT64_MIN - c, x, at, depth); /* MIN - c <= x */
}

static bool is_not_negative(Proof *proof, JitNode *value, JitPlace at, uint32_t depth) {
    return jit_fits_unsigned(value, 63) || bound(proof, proof->zero, 0, value, at, depth);
}

/* a is a sum or difference: put the other way round. */
static bool bound_left(Proof *proof, JitNode *a, int64_t k, JitNode *b, JitPlace at, uint32_t depth) {
    JitNode *zero = proof->zero;
    int64_t c, moved;
    switch (a->op) {
    case JIT_ADD: {
        JitNode *x = jit_split_sum(a, &c);
        return x != a && !__builtin_add_overflow(k, c, &moved) && does_not_wrap(proof, a, at, depth) &&
               bound(proof, x, moved, b, at, depth);
    }
    case JIT_SUB: /* x - y <= x when neither is negative */
        return is_not_negative(proof, a->inputs[1], at, depth) &&
               is_not_negative(proof, a->inputs[0], at, depth) && bound(proof, a->inputs[0], k, b, at, depth);
    case JIT_AND: /* not above an operand that is not negative */
        for (uint32_t i = 0; i < 2; i++)
            if (is_not_negative(proof, a->inputs[i], at, depth) &&
                bound(proof, a->inputs[i], k, b, at, depth))
                return true;
        return false;
    case JIT_SHR:
    case JIT_USHR:
        return is_not_negative(proof, a->inputs[0], at, depth) && bound(proof, a->inputs[0], k, b, at, depth);
    case JIT_DIV:
        return jit_is_const(a->inputs[1]) && (int64_t)a->inputs[1]->bits > 0 &&
               is_not_negative(proof, a->inputs[0], at, depth) && bound(proof, a->inputs[0], k, b, at, depth);
    case JIT_REM:
    case JIT_UREM: /* below the divisor, when that is positive */
        return !__builtin_sub_overflow(k, 1, &moved) && bound(proof, zero, 1, a->inputs[1], at, depth) &&
               bound(proof, a->inputs[1], moved, b, at, depth);
    case JIT_SELECT:
        return bound(proof, a->inputs[1], k, b, at, depth) && bound(proof, a->inputs[2], k, b, at, depth);
    default: return false;
    }
}

/* b is not below something that follows from how it is computed. */
static bool bound_right(Proof *proof, JitNode *a, int64_t k, JitNode *b, JitPlace at, uint32_t depth) {
    bool asks_sign = a == proof->zero && k <= 0;
    int64_t c, moved;
    switch (b->op) {
    case JIT_ADD: {
        JitNode *y = jit_split_sum(b, &c);
        if (y != b)
            return !__builtin_sub_overflow(k, c, &moved) && does_not_wrap(proof, b, at, depth) &&
                   bound(proof, a, moved, y, at, depth);
        return asks_sign && b->flags & JIT_NO_WRAP && is_not_negative(proof, b->inputs[0], at, depth) &&
               is_not_negative(proof, b->inputs[1], at, depth);
    }
    case JIT_SUB: /* a constant + k <= x - y: y + k <= x; it does not wrap when neither is negative */
        return a == proof->zero &&
               (b->flags & JIT_NO_WRAP || (is_not_negative(proof, b->inputs[0], at, depth) &&
                                           is_not_negative(proof, b->inputs[1], at, depth))) &&
               bound(proof, b->inputs[1], k, b->inputs[0], at, depth);
    case JIT_AND:
        return asks_sign && (is_not_negative(proof, b->inputs[0], at, depth) ||
                             is_not_negative(proof, b->inputs[1], at, depth));
    case JIT_OR:
    case JIT_XOR:
        return asks_sign && is_not_negative(proof, b->inputs[0], at, depth) &&
               is_not_negative(proof, b->inputs[1], at, depth);
    case JIT_SHR:
    case JIT_USHR:
    case JIT_REM:
    case JIT_UREM: return asks_sign && is_not_negative(proof, b->inputs[0], at, depth);
    case JIT_DIV:
        return asks_sign && jit_is_const(b->inputs[1]) && (int64_t)b->inputs[1]->bits > 0 &&
               is_not_negative(proof, b->inputs[0], at, depth);
    case JIT_SELECT:
        return bound(proof, a, k, b->inputs[1], at, depth) && bound(proof, a, k, b->inputs[2], at, depth);
    default: return false;
    }
}

/* ---- Facts ------------------------------------------------------------------------------------- */

/* Whether `value` is the node or the node + *constant, which does not wrap. */
static bool is_node_plus(Proof *proof, JitNode *value, JitNode *node, int64_t *constant, JitPlace at,
                         uint32_t depth) {
    *constant = 0;
    return value == node ||
           (jit_split_sum(value, constant) == node && does_not_wrap(proof, value, at, depth));
}

/* A fact as: left + *least <= right, signed. */
static bool as_order(Proof *proof, const JitFact *fact, int64_t *least, JitPlace at, uint32_t depth) {
    switch (fact->relation) {
    case JIT_FACT_EQ:
    case JIT_FACT_LE: *least = 0; return true;
    case JIT_FACT_LT: *least = 1; return true;
    case JIT_FACT_ULT:
    case JIT_FACT_ULE: /* signed, too, below what is not negative */
        *least = fact->relation == JIT_FACT_ULT;
        return is_not_negative(proof, fact->b, at, depth);
    default: return false;
    }
}

/* From one fact about a: a + c + least <= y, and y + (k - c - least) <= b. */
static bool bound_by_upper(Proof *proof, const JitFact *fact, JitNode *a, JitNode *other, int64_t k,
                           JitNode *b, JitPlace at, uint32_t depth) {
    int64_t least, c, moved;
    JitNode *left = fact->a == other ? fact->b : fact->a;
    return as_order(proof, fact, &least, at, depth) && is_node_plus(proof, left, a, &c, at, depth) &&
           !__builtin_sub_overflow(k, c, &moved) && !__builtin_sub_overflow(moved, least, &moved) &&
           bound(proof, other, moved, b, at, depth);
}

/* From one fact about b: x + least <= b + c, and a + (k + c - least) <= x. */
static bool bound_by_lower(Proof *proof, const JitFact *fact, JitNode *b, JitNode *other, int64_t k,
                           JitNode *a, JitPlace at, uint32_t depth) {
    int64_t least, c, moved;
    JitNode *right = fact->b == other ? fact->a : fact->b;
    return as_order(proof, fact, &least, at, depth) && is_node_plus(proof, right, b, &c, at, depth) &&
           !__builtin_add_overflow(k, c, &moved) && !__builtin_sub_overflow(moved, least, &moved) &&
           bound(proof, a, moved, other, at, depth);
}

static bool concerns(JitNode *value, JitNode *node) {
    int64_t c;
    return value == node || jit_split_sum(value, &c) == node;
}

static bool is_unsigned(const JitFact *fact) {
    return fact->relation == JIT_FACT_ULT || fact->relation == JIT_FACT_ULE;
}

/* The left side of an unsigned order, below what is not negative, is not negative either. */
static bool has_sign(Proof *proof, const JitFact *fact, JitNode *b, JitPlace at, uint32_t depth) {
    return is_unsigned(fact) && fact->a == b && is_not_negative(proof, fact->b, at, depth);
}

static bool bound_by_facts_left(Proof *proof, JitNode *a, int64_t k, JitNode *b, JitPlace at,
                                uint32_t depth) {
    uint32_t seen = 0;
    for (const JitFact *fact = jit_facts_of(proof->simplifier, a); fact != NULL && seen < MOST_FACTS;
         fact = fact->next, seen++) {
        if (fact->b == NULL || !jit_fact_holds(fact, &at))
            continue;
        if (concerns(fact->a, a) && bound_by_upper(proof, fact, a, fact->b, k, b, at, depth))
            return true;
        if (fact->relation == JIT_FACT_EQ && concerns(fact->b, a) &&
            bound_by_upper(proof, fact, a, fact->a, k, b, at, depth))
            return true;
    }
    return false;
}

static bool bound_by_facts_right(Proof *proof, JitNode *a, int64_t k, JitNode *b, JitPlace at,
                                 uint32_t depth) {
    uint32_t seen = 0;
    for (const JitFact *fact = jit_facts_of(proof->simplifier, b); fact != NULL && seen < MOST_FACTS;
         fact = fact->next, seen++) {
        if (fact->b == NULL || !jit_fact_holds(fact, &at))
            continue;
        bool asks_sign = a == proof->zero && k <= 0;
        if (asks_sign && has_sign(proof, fact, b, at, depth))
            return true;
        if (asks_sign && is_unsigned(fact) && fact->b == b)
            continue; /* what is below b is only if b is not negative */
        if (concerns(fact->b, b) && bound_by_lower(proof, fact, b, fact->a, k, a, at, depth))
            return true;
        if (fact->relation == JIT_FACT_EQ && concerns(fact->a, b) &&
            bound_by_lower(proof, fact, b, fact->b, k, a, at, depth))
            return true;
    }
    return false;
}

/* Of a value and a constant, what is known about the value is tried first: about zero there are facts that lead anywhere. */
static bool bound_by_facts(Proof *proof, JitNode *a, int64_t k, JitNode *b, JitPlace at, uint32_t depth) {
    if (a == proof->zero)
        return bound_by_facts_right(proof, a, k, b, at, depth) ||
               bound_by_facts_left(proof, a, k, b, at, depth);
    return bound_by_facts_left(proof, a, k, b, at, depth) || bound_by_facts_right(proof, a, k, b, at, depth);
}

/* ---- Phis -------------------------------------------------------------------------------------- */

/* Whether a value is the same in all rounds of a loop with this head, and before it. */
static bool is_fixed(const JitNode *value, const JitBlock *head) {
    return jit_is_const(value) || (value->block != head && jit_dominates(value->block, head));
}

static bool bound_by_phi(Proof *proof, JitNode *a, int64_t k, JitNode *b, uint32_t depth) {
    const JitBlock *head = a->op == JIT_PHI && (is_fixed(b, a->block) || b->block == a->block) ? a->block
                           : b->op == JIT_PHI && is_fixed(a, b->block)                         ? b->block
                                                                                               : NULL;
    if (head == NULL)
        return false;
    bool both = a->block == b->block && a->op == JIT_PHI && b->op == JIT_PHI;
    if (!both && !is_fixed(a->block == head ? b : a, head))
        return false;
    for (uint32_t g = 0; g < proof->open_count; g++)
        if (proof->open[g].a == a && proof->open[g].b == b)
            return k <= proof->open[g].k;
    if (proof->open_count == MOST_DEPTH)
        return false;
    const uint32_t outer = proof->opening;
    proof->open[proof->open_count++] = (Goal){a, b, k};
    proof->opening = ++proof->openings;
    bool holds = true;
    for (uint32_t p = 0; p < head->predecessor_count && holds; p++) {
        JitPlace end = {head->predecessors[p], UINT32_MAX, head};
        JitNode *left = a->op == JIT_PHI && a->block == head ? a->inputs[p] : a;
        JitNode *right = b->op == JIT_PHI && b->block == head ? b->inputs[p] : b;
        holds = bound(proof, left, k, right, end, depth);
    }
    proof->open_count--;
    proof->opening = outer;
    return holds;
}

/* ---- All of it --------------------------------------------------------------------------------- */

/* Without looking at anything else: a constant's place is taken by zero, the rest is the range of a value's bits. */
static bool is_trivial(Proof *proof, JitNode *a, int64_t k, JitNode *b) {
    if (a == b)
        return k <= 0;
    if (a == proof->zero) /* k <= b */
        return k == INT64_MIN || (k <= 0 && jit_fits_unsigned(b, 63)) ||
               (k <= INT32_MIN && jit_fits_signed(b, 32));
    if (b != proof->zero) /* the largest a below the least b */
        return false;
    if (k <= -INT64_MAX)
        return true; /* a <= MAX */
    static const uint32_t widths[] = {1, 8, 16, 32};
    for (uint32_t i = 0; i < sizeof widths / sizeof *widths; i++)
        if (k <= 1 - ((int64_t)1 << widths[i]) && jit_fits_unsigned(a, widths[i]))
            return true;
    return k <= -INT32_MAX && jit_fits_signed(a, 32);
}

static bool has_failed(const Proof *proof, const Failure *failure, const Failure *now) {
    return failure->goal.a == now->goal.a && failure->goal.b == now->goal.b &&
           now->goal.k >= failure->goal.k && now->depth <= failure->depth &&
           failure->opening == proof->opening && failure->at.block == now->at.block &&
           failure->at.place == now->at.place && failure->at.to == now->at.to;
}

static bool bound_by_anything(Proof *proof, JitNode *a, int64_t k, JitNode *b, JitPlace at, uint32_t depth) {
    return bound_by_facts(proof, a, k, b, at, depth) || bound_left(proof, a, k, b, at, depth) ||
           bound_right(proof, a, k, b, at, depth) || bound_by_phi(proof, a, k, b, depth);
}

static bool bound(Proof *proof, JitNode *a, int64_t k, JitNode *b, JitPlace at, uint32_t depth) {
    if (depth == 0 || proof->steps == 0)
        return false;
    proof->steps--;
    a = jit_value_of(proof->simplifier, a);
    b = jit_value_of(proof->simplifier, b);
    if (jit_is_const(a) && a != proof->zero) {
        if (__builtin_add_overflow(k, (int64_t)a->bits, &k))
            return false;
        a = proof->zero;
    }
    if (jit_is_const(b) && b != proof->zero) {
        if (__builtin_sub_overflow(k, (int64_t)b->bits, &k))
            return false;
        b = proof->zero;
    }
    if (is_trivial(proof, a, k, b))
        return true;
    if (a == proof->zero && b == proof->zero)
        return false;
    const Failure now = {{a, b, k}, at, depth, proof->opening};
    Failure *failure = &proof->failures[(a->id * 7 + b->id) % MOST_FAILED];
    if (has_failed(proof, failure, &now))
        return false;
    bool holds = bound_by_anything(proof, a, k, b, at, depth - 1);
    if (!holds)
        *failure = now;
    return holds;
}

static Proof begin(JitSimplifier *simplifier) {
    uint32_t steps = simplifier->steps < MOST_STEPS ? simplifier->steps : MOST_STEPS;
    simplifier->steps -= steps;
    return (Proof){.simplifier = simplifier, .zero = jit_const(simplifier->graph, 0), .steps = steps};
}

static bool finish(const Proof *proof, bool result) {
    proof->simplifier->steps += proof->steps; /* what was not taken */
    return result && !proof->simplifier->graph->failed;
}

bool jit_proves(JitSimplifier *simplifier, JitNode *a, int64_t k, JitNode *b, JitPlace at) {
    Proof proof = begin(simplifier);
    return finish(&proof, bound(&proof, a, k, b, at, MOST_DEPTH));
}

bool jit_proves_no_wrap(JitSimplifier *simplifier, JitNode *sum, JitPlace at) {
    Proof proof = begin(simplifier);
    JitNode *x = jit_value_of(simplifier, sum->inputs[0]), *c = jit_value_of(simplifier, sum->inputs[1]);
    if (!jit_is_const(c))
        return finish(&proof, false);
    int64_t number = (int64_t)c->bits;
    return finish(&proof, number >= 0 ? bound(&proof, x, number - INT64_MAX, proof.zero, at, MOST_DEPTH)
                                      : bound(&proof, proof.zero, INT64_MIN - number, x, at, MOST_DEPTH));
}

/* Whether x + c, c between two constants with which the sum is known to be below b, is below b, too. */
static bool is_between(Proof *proof, JitNode *a, JitNode *b, JitPlace at) {
    int64_t c, below = INT64_MIN, above = INT64_MAX;
    JitNode *x = jit_split_sum(a, &c);
    uint32_t seen = 0;
    bool has_below = false, has_above = false;
    for (const JitFact *fact = jit_facts_of(proof->simplifier, x); fact != NULL && seen < MOST_FACTS;
         fact = fact->next, seen++) {
        int64_t other;
        if (fact->relation != JIT_FACT_ULT || fact->b != b || !concerns(fact->a, x) ||
            !jit_fact_holds(fact, &at))
            continue;
        jit_split_sum(fact->a, &other);
        if (fact->a == x)
            other = 0;
        if (other <= c && (!has_below || other > below)) {
            below = other;
            has_below = true;
        }
        if (other >= c && (!has_above || other < above)) {
            above = other;
            has_above = true;
        }
    }
    int64_t distance;
    if (!has_above || !is_not_negative(proof, b, at, MOST_DEPTH))
        return false;
    /* a, not negative, and what is above it without wrapping below b; or the sum from below on does not wrap */
    return has_below
               ? !__builtin_sub_overflow(above, below, &distance)
               : !__builtin_sub_overflow(above, c, &distance) && is_not_negative(proof, a, at, MOST_DEPTH);
}

bool jit_proves_below(JitSimplifier *simplifier, JitNode *a, JitNode *b, JitPlace at) {
    Proof proof = begin(simplifier);
    a = jit_value_of(simplifier, a);
    b = jit_value_of(simplifier, b);
    bool is_remainder =
        a->op == JIT_UREM && jit_value_of(simplifier, a->inputs[1]) == b; /* of what is not 0 */
    return finish(&proof,
                  is_remainder || is_between(&proof, a, b, at) ||
                      (is_not_negative(&proof, a, at, MOST_DEPTH) && bound(&proof, a, 1, b, at, MOST_DEPTH)));
}
