/* The verification of one function's code, shared by its parts; nobody else includes it.
 *
 * verify_code.c follows control: one forward pass in which every point has a state, the set of registers assigned on
 * all paths to it.  In a constructor the set goes on with the fields of the class that are set and a last member that
 * tells whether the superclass's constructor has run.  verify_instruction.c, verify_aggregate.c and verify_call.c check
 * the types of one instruction each; a register's type never changes. */
#ifndef COR_BYTECODE_VERIFY_CODE_H
#define COR_BYTECODE_VERIFY_CODE_H

#include "vm/bytecode/verifier_internal.h"

/* What holds at a point of the code. */
typedef struct FlowState {
    bool reached;         /* some path leads here; if not, everything holds */
    bool super_maybe_run; /* on some path the superclass's constructor has been started */
    uint32_t block;       /* the nearest block that all paths go through; COR_NONE if not reached */
    uint64_t *assigned;   /* the set */
} FlowState;

typedef struct CodeVerifier {
    Verifier *verifier;
    const CorModule *module;
    const CorFunction *function;
    CorInstruction at; /* the instruction */
    FlowState now;     /* the state before it */
    bool reads_self; /* it reads self of a constructor that is not complete; cleared where that is allowed */
    uint32_t *ref_context; /* by function reference: the context in which it was checked */

    /* of a constructor */
    const CorDefinition *constructs; /* the class, or NULL */
    uint32_t first_field;            /* number of the first field's member in the set */
    uint32_t super_run;              /* number of the last member */
} CodeVerifier;

/* ---- verify_code.c ---- */

bool code_fail(CodeVerifier *code, CorVerifyRule rule);

static inline bool code_require(CodeVerifier *code, bool condition, CorVerifyRule rule) {
    return condition || code_fail(code, rule);
}

/* The type of a register operand; `operand` counts the letters. */
static inline uint32_t operand_type(const CodeVerifier *code, int operand) {
    return code->function->registers[code->at.operand[operand]];
}

static inline CorTypeKind operand_kind(const CodeVerifier *code, int operand) {
    return verify_kind(code->verifier, operand_type(code, operand));
}

/* The members of the set. */
bool flow_has(const FlowState *state, uint32_t member);
void flow_add(FlowState *state, uint32_t member);

/* Whether self may be used as an ordinary object: true in all functions but constructors. */
bool code_self_is_complete(const CodeVerifier *code);

/* Whether all own fields that need it are set. */
bool code_fields_are_set(const CodeVerifier *code);

/* Whether a value of the type `from` (COR_NONE: a failure that has been noted) may be stored in a register operand. */
bool code_result_fits(CodeVerifier *code, uint32_t from, int operand);

/* ---- The instructions: their types ---- */

bool code_verify_instruction(CodeVerifier *code); /* verify_instruction.c: all, some through those below */
bool code_verify_struct(CodeVerifier *code);      /* verify_aggregate.c */
bool code_verify_load(CodeVerifier *code);
bool code_verify_store(CodeVerifier *code);
bool code_verify_enum(CodeVerifier *code);
bool code_verify_payload(CodeVerifier *code);
bool code_verify_array(CodeVerifier *code);
bool code_verify_call(CodeVerifier *code); /* verify_call.c */
bool code_verify_call_virtual(CodeVerifier *code);
bool code_verify_call_value(CodeVerifier *code);
bool code_verify_new(CodeVerifier *code);
bool code_verify_call_init(CodeVerifier *code);
bool code_verify_leaf_call(CodeVerifier *code);
bool code_verify_closure(CodeVerifier *code);

#endif
