/* Finds the pairs of fused.def in finished code.  Among overlapping pairs those are taken that together save most: a
 * dispatch each, and the trip of a result through memory where the second operation uses it. */
#include "vm/runtime/lower_internal.h"

typedef enum FuseMatch { FUSE_A, FUSE_B, FUSE_C, FUSE_ANY } FuseMatch;

typedef struct FuseRule {
    CorLowered first, second, pair;
    FuseMatch match;
} FuseRule;

static const FuseRule rules[] = {
#define FUSED(first, second, match, mnemonic, operands, effects)                                             \
    {COR_LOWERED_##first, COR_LOWERED_##second, COR_LOWERED_##first##_##second, FUSE_##match},
#define FUSED_TARGET(first, second, mnemonic)
#include "vm/runtime/fused.def"
#undef FUSED
#undef FUSED_TARGET
};

/* A branch and what stands at its target. */
static const struct {
    CorLowered first, second, pair;
} target_rules[] = {
#define FUSED(first, second, match, mnemonic, operands, effects)
#define FUSED_TARGET(first, second, mnemonic)                                                                \
    {COR_LOWERED_##first, COR_LOWERED_##second, COR_LOWERED_##first##_##second},
#include "vm/runtime/fused.def"
#undef FUSED
#undef FUSED_TARGET
};

enum { FUSE_RULES = sizeof rules / sizeof *rules, TARGET_RULES = sizeof target_rules / sizeof *target_rules };

CorLowered cor_lowered_pair(CorLowered first, CorLowered second) {
    for (uint32_t i = 0; i < FUSE_RULES; i++) {
        if (rules[i].first == first && rules[i].second == second && rules[i].match == FUSE_ANY) {
            return rules[i].pair;
        }
    }
    return first;
}

static void fuse_target(CorWord *branch) {
    const CorWord *target = branch + (int16_t)branch->c;
    for (uint32_t i = 0; i < TARGET_RULES; i++) {
        if (target_rules[i].first == branch->op && target_rules[i].second == target->op) {
            branch->op = (uint16_t)target_rules[i].pair;
            return;
        }
    }
}

static bool is_commutative(uint16_t op) {
    return op == COR_LOWERED_ADD_F64 || op == COR_LOWERED_MUL_F64 || op == COR_LOWERED_ADD_I64 ||
           op == COR_LOWERED_MUL_I64 || op == COR_LOWERED_AND_I64 || op == COR_LOWERED_OR_I64 ||
           op == COR_LOWERED_MUL_ADD_F64;
}

static bool matches(FuseMatch match, const CorWord *first, const CorWord *second) {
    switch (match) {
    case FUSE_A: return second->a == first->a;
    case FUSE_B: return second->b == first->a;
    case FUSE_C: return second->c == first->a || (is_commutative(second->op) && second->b == first->a);
    default: return true;
    }
}

static const FuseRule *find_rule(const CorWord *first, const CorWord *second) {
    for (uint32_t i = 0; i < FUSE_RULES; i++) {
        if (rules[i].first == first->op && rules[i].second == second->op &&
            matches(rules[i].match, first, second)) {
            return &rules[i];
        }
    }
    return NULL;
}

static void apply(const FuseRule *rule, CorWord *first, CorWord *second) {
    if (rule->match == FUSE_C && second->c != first->a) {
        uint16_t other = second->c;
        second->c = second->b;
        second->b = other;
    }
    first->op = (uint16_t)rule->pair;
}

/* What is saved from an instruction on, at best. */
typedef struct FuseState {
    uint32_t saved;
    const FuseRule *rule; /* of the pair that starts here, if it is to be taken */
} FuseState;

void cor_lower_fuse(Lowering *lowering, CorWord *code, uint32_t count) {
    FuseState *states = cor_lower_allocate(lowering, count + 2, sizeof *states);
    uint32_t *starts = cor_lower_allocate(lowering, count + 1, sizeof *starts);
    if (states == NULL || starts == NULL) {
        return;
    }
    bool begins_pair[COR_LOWERED_COUNT] = {false};
    for (uint32_t i = 0; i < FUSE_RULES; i++) {
        begins_pair[rules[i].first] = true;
    }
    uint32_t instructions = 0;
    for (uint32_t at = 0; at < count; at += cor_lowered_length(&code[at])) {
        starts[instructions++] = at;
    }
    for (uint32_t i = instructions; i-- > 0;) {
        FuseState *state = &states[i];
        const CorWord *first = &code[starts[i]];
        bool has_next = begins_pair[first->op] && i + 1 < instructions && starts[i + 1] == starts[i] + 1;
        const FuseRule *rule = has_next ? find_rule(first, first + 1) : NULL;
        uint32_t taken = rule == NULL ? 0 : (rule->match == FUSE_ANY ? 2 : 3) + states[i + 2].saved;
        *state = (FuseState){states[i + 1].saved, NULL};
        if (taken > state->saved) {
            *state = (FuseState){taken, rule};
        }
    }
    for (uint32_t i = 0; i < instructions; i++) {
        if (states[i].rule != NULL) {
            apply(states[i].rule, &code[starts[i]], &code[starts[i] + 1]);
            i++;
        } else if (code[starts[i]].op == COR_LOWERED_BR_LT_U64_FIELD) {
            fuse_target(&code[starts[i]]);
        }
    }
}
