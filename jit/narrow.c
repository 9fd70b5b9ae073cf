/* Which phis hold 32-bit values: slots keep narrow integers extended to 64 bits, and LLVM, which narrows arithmetic that is
 * extended again, does not see through phis.  One whose inputs are all extended from 32 bits is emitted as a phi of 32
 * bits that is extended, so that the loop around it is one of 32-bit operations: rotations, vectors of twice the width.
 *
 * Optimistic: every phi is supposed to be narrow, and the supposition is withdrawn where an input is not, until none is. */
#include "jit/ir.h"

#include "vm/runtime/type.h"

static bool is_load_of(const JitNode *node, bool is_signed) {
    if (node->op != JIT_LOAD && node->op != JIT_LOAD_ELEMENT)
        return false;
    switch (node->access.width) {
    case COR_WIDTH_U8:
    case COR_WIDTH_U16: return true;
    case COR_WIDTH_U32: return !is_signed;
    case COR_WIDTH_I8:
    case COR_WIDTH_I16:
    case COR_WIDTH_I32: return is_signed;
    default: return false;
    }
}

static bool is_small_const(const JitNode *node, bool is_signed) {
    return is_signed ? (int64_t)node->bits == (int32_t)node->bits : node->bits == (uint32_t)node->bits;
}

static bool is_narrow(const JitNode *node, uint8_t flag, uint32_t depth);

static bool inputs_are_narrow(const JitNode *node, uint32_t first, uint8_t flag, uint32_t depth) {
    for (uint32_t i = first; i < node->input_count; i++)
        if (!is_narrow(node->inputs[i], flag, depth))
            return false;
    return true;
}

/* Whether a value is extended from 32 bits, without sign or with (`flag`), as far as is supposed of phis. */
static bool is_narrow(const JitNode *node, uint8_t flag, uint32_t depth) {
    bool is_signed = flag == JIT_IS_I32;
    switch (node->op) {
    case JIT_CONST: return is_small_const(node, is_signed);
    case JIT_PHI: return (node->flags & flag) != 0;
    case JIT_EXTEND_U8:
    case JIT_EXTEND_U16: return true;
    case JIT_EXTEND_U32: return !is_signed;
    case JIT_EXTEND_I8:
    case JIT_EXTEND_I16:
    case JIT_EXTEND_I32: return is_signed;
    case JIT_AND:
        if (depth > 0 && !is_signed &&
            (is_narrow(node->inputs[0], flag, depth - 1) || is_narrow(node->inputs[1], flag, depth - 1)))
            return true;
        return depth > 0 && inputs_are_narrow(node, 0, flag, depth - 1);
    case JIT_OR:
    case JIT_XOR: return depth > 0 && inputs_are_narrow(node, 0, flag, depth - 1);
    case JIT_SELECT: return depth > 0 && inputs_are_narrow(node, 1, flag, depth - 1);
    case JIT_USHR: return !is_signed && depth > 0 && is_narrow(node->inputs[0], flag, depth - 1);
    case JIT_SHR: return is_signed && depth > 0 && is_narrow(node->inputs[0], flag, depth - 1);
    default: return is_load_of(node, is_signed);
    }
}

enum { DEPTH = 6 }; /* of operations between a phi and what it comes from */

static bool is_candidate(const JitNode *phi) {
    return phi->op == JIT_PHI && phi->rep == JIT_REP_I64;
}

/* Withdraws what does not hold; whether anything was. */
static bool withdraw(JitNode *phi, uint8_t flag) {
    if ((phi->flags & flag) == 0 || inputs_are_narrow(phi, 0, flag, DEPTH))
        return false;
    phi->flags &= (uint8_t)~flag;
    return true;
}

/* A phi of nothing but constants, and phis of such, gains nothing. */
static bool has_operation(const JitNode *phi) {
    for (uint32_t i = 0; i < phi->input_count; i++) {
        const JitNode *input = phi->inputs[i];
        if (input->op == JIT_PHI ? (input->flags & JIT_IS_U32) != 0 : input->op != JIT_CONST)
            return true;
    }
    return false;
}

static bool suppose(JitNode *phi) {
    if (!is_candidate(phi) || (phi->flags & JIT_IS_U32) != 0 || !has_operation(phi))
        return false;
    phi->flags |= JIT_IS_U32 | JIT_IS_I32;
    return true;
}

static bool withdraw_both(JitNode *phi) {
    return withdraw(phi, JIT_IS_U32) | withdraw(phi, JIT_IS_I32);
}

/* Until nothing changes. */
static void of_all_phis(JitGraph *graph, bool (*change)(JitNode *phi)) {
    for (bool again = true; again;) {
        again = false;
        for (uint32_t b = 0; b < graph->block_count; b++)
            for (JitNode *phi = graph->blocks[b]->first; phi != NULL && phi->op == JIT_PHI; phi = phi->next)
                again |= change(phi);
    }
}

void jit_narrow(JitGraph *graph) {
    of_all_phis(graph, suppose);
    of_all_phis(graph, withdraw_both);
}
