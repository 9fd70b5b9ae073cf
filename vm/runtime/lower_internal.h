/* What the files of the lowering share.
 *
 * A Lowering is one code buffer with its labels, positions and slots: the function that will run.  A LowerBody is one
 * portable function emitted into it: the function itself, and every function inlined into it.  A body is planned
 * first (lower_plan.c): its instructions are decoded, its registers get their places, its calls their targets and
 * argument windows.  Then it is emitted in one pass, in order.
 *
 * Slots.  Locals are numbered from 0.  The argument windows lie behind all locals, so their slots are written as
 * LOWER_WINDOW + n and relocated at the end, when the number of locals is known.  Constants live nowhere until an
 * operation without an immediate form needs them in a slot; in a loop that slot is set once, by a prologue. */
#ifndef COR_RUNTIME_LOWER_INTERNAL_H
#define COR_RUNTIME_LOWER_INTERNAL_H

#include "vm/runtime/engine_internal.h"

enum {
    LOWER_CONSTANTS = 0x7800, /* slots from here on are relative to the constants, behind the locals */
    LOWER_WINDOW = 0x8000,    /* slots from here on are relative to the window area, behind the constants */
};

typedef uint32_t LowerLabel;

typedef struct LowerFixup {
    uint32_t instruction; /* index of its first word */
    uint32_t word;        /* index of the word to patch */
    LowerLabel label;
    enum { LOWER_FIX_NEAR, LOWER_FIX_FAR, LOWER_FIX_EDGE } kind;
} LowerFixup;

typedef struct LowerConstant { /* set by the prologue: constant i lives in slot LOWER_CONSTANTS + i */
    uint64_t bits;
    bool is_reference;
} LowerConstant;

typedef struct Lowering {
    CorEngine *engine;
    CorArena *scratch; /* freed at the end */
    CorLoweredFunction *function;
    bool failed;          /* engine->failure says why */
    bool long_branches;   /* conditional branches do not reach: inverted over a jump */
    bool branch_too_long; /* lowering must start again with long_branches */

    CorWord *code;
    uint32_t code_count, code_capacity;
    uint32_t last_instruction; /* where the newest begins */
    uint32_t last_label;       /* where a label was bound last */
    uint32_t *labels;          /* code index; COR_NONE until bound */
    uint32_t label_count, label_capacity;
    LowerFixup *fixups;
    uint32_t fixup_count, fixup_capacity;
    CorPosition *positions;
    uint32_t position_count, position_capacity;
    CorInlineScope *scopes;
    uint32_t scope_count, scope_capacity;
    LowerConstant *constants;
    uint32_t constant_count, constant_capacity;
    CorLoweredHandler *handlers;
    uint32_t handler_count;

    uint32_t next_slot;  /* locals in use */
    uint32_t local_end;  /* the most ever in use */
    uint32_t window_end; /* the most window slots ever in use */
    uint32_t weight;     /* of the entry */
    uint32_t inlined;    /* portable instructions inlined so far */
} Lowering;

typedef enum LowerPlace {
    LOWER_OWN,      /* slot */
    LOWER_INTO,     /* the slots of register `base` from `offset` on */
    LOWER_PLACED,   /* slot is fixed by the caller of an inlined function */
    LOWER_ARGUMENT, /* argument window of instruction `base` at `offset` */
    LOWER_CONSTANT, /* bits */
} LowerPlace;

typedef struct LowerRegister {
    const CorType *type;
    LowerPlace place;
    uint32_t slot;
    uint32_t base, offset;
    uint64_t bits;
    uint32_t definitions, uses;
    uint32_t first, last; /* instructions that mention it */
    uint32_t definition;  /* the last instruction that defines it */
    uint32_t use;         /* the last instruction that uses it */
    uint32_t block;
    bool is_local; /* all mentions are in one basic block */
    bool has_slot, is_free;
} LowerRegister;

typedef enum LowerCallKind {
    LOWER_CALL_DIRECT,
    LOWER_CALL_VTABLE,     /* slot */
    LOWER_CALL_INTERFACE,  /* interface, slot */
    LOWER_CALL_STRUCTURAL, /* role, on the receiver's type */
} LowerCallKind;

typedef struct LowerCall {
    LowerCallKind kind;
    CorLoweredFunction *function;
    const CorType *interface;
    uint32_t slot;
    CorRole role;
    CorCallShape shape;
    bool box_self; /* the receiver is a value and the function takes it as an interface */
    bool is_inline;
} LowerCall;

/* What became part of an instruction; the numbers are instructions, but `value`, which is a register. */
typedef struct LowerFold {
    enum {
        LOWER_FOLD_NONE,
        LOWER_FOLD_FIELD_OPERAND, /* load; value: the other operand */
        LOWER_FOLD_PRODUCT,       /* multiply; value: the other operand, which is where the result goes */
        LOWER_FOLD_UPDATE_FIELD,  /* load, sum; value: what is added, unless it is the product `multiply` */
        LOWER_FOLD_ARRAY,         /* load */
        LOWER_FOLD_COMPARISON,    /* load */
    } kind;
    uint32_t load, multiply, sum, value;
} LowerFold;

typedef struct LowerInstruction {
    CorInstruction in;
    uint32_t block;
    uint32_t code_index; /* where its code starts, once emitted */
    LowerLabel label;    /* when it is a target; else COR_NONE */
    uint32_t loop;       /* innermost LOOP instruction it lies in, itself included; COR_NONE */
    uint32_t loop_depth;
    uint32_t weight;      /* LOOP: of its back-edges */
    uint32_t loop_end;    /* LOOP: the last back-edge */
    uint32_t window;      /* first free window slot while it runs: its callee's slot 0 */
    uint32_t references;  /* branches that come here */
    bool has_window;      /* a call that takes its operands in a window */
    bool window_open;     /* some of them are computed in place */
    bool skip;            /* part of another, or nothing to do */
    bool is_cold;         /* in a block that ends by raising an error */
    uint32_t taken_index; /* a conditional branch: the code index behind the branch itself */
    uint32_t known_enum;  /* at the start of this block, register known_enum is of case known_case */
    uint32_t known_case;
    LowerCall *call;
    LowerFold fold;
} LowerInstruction;

/* What an inlined function gets for a parameter. */
typedef struct LowerArgument {
    bool is_constant;
    uint32_t slot;
    uint64_t bits;
} LowerArgument;

typedef struct LowerBody LowerBody;
struct LowerBody {
    Lowering *lowering;
    LowerBody *caller; /* NULL: not inlined */
    CorLoweredFunction *function;
    const CorModule *module;
    const CorFunction *portable;
    CorTypeContext context;
    LowerRegister *registers;
    LowerInstruction *instructions;
    uint32_t count;
    uint32_t *index_at; /* instruction index of a code offset; code_size gives count */
    uint32_t current;   /* the instruction being emitted */
    uint32_t line;      /* next entry of the line table */
    uint32_t scope;     /* of positions */
    uint32_t window_base;
    uint32_t loop_base; /* loop depth of the call it is inlined into */
    /* inlined: its arguments, and where the result goes */
    const LowerArgument *arguments;
    uint32_t result_slot;
    LowerLabel end;
    /* known case of an enum register, from the last test in this stretch of code */
    uint32_t known_enum, known_case;
};

/* ---- lower_emit.c ---- */
void *cor_lower_allocate(Lowering *lowering, size_t count, size_t size);
/* Room for one more element of the array that `items` points to; false after noting the failure. */
bool cor_lower_grow(Lowering *lowering, void *items, uint32_t count, uint32_t *capacity, size_t size);
uint32_t cor_emit(Lowering *lowering, CorLowered op, uint32_t a, uint32_t b, uint32_t c);
/* Takes back the newest instruction when it is one word that computes `slot` and no path leads behind it but through
 * it. */
bool cor_take_back(Lowering *lowering, uint32_t slot, CorWord *word);
void cor_emit_bits(Lowering *lowering, uint64_t bits);
void cor_emit_pointer(Lowering *lowering, const void *pointer);
void cor_emit_part(Lowering *lowering, uint32_t stride, uint32_t offset);
/* Letters g. */
void cor_emit_far(Lowering *lowering, CorLowered op, uint32_t a, uint32_t value);
LowerLabel cor_label_new(Lowering *lowering);
void cor_label_bind(Lowering *lowering, LowerLabel label);
/* A branch with letter O to a label bound later, and one with letter T too. */
void cor_emit_jump(Lowering *lowering, LowerLabel label);
void cor_emit_branch(Lowering *lowering, CorLowered op, uint32_t a, LowerLabel label);
void cor_emit_type_branch(Lowering *lowering, CorLowered op, uint32_t a, const CorType *type,
                          LowerLabel label);
/* Calls the method at a place of an interface on the receiver at the window's start.  All calls of it agree in `shape`. */
void cor_emit_interface_call(Lowering *lowering, const CorType *interface, uint32_t slot, CorCallShape shape,
                             uint32_t to, uint32_t window);
/* A compare and branch (letters "aao", "aio"); `inverse` is the operation of the opposite outcome. */
void cor_emit_compare_branch(Lowering *lowering, CorLowered op, CorLowered inverse, uint32_t a, uint32_t b,
                             LowerLabel label);
/* One with a field of an object as its second operand. */
void cor_emit_field_branch(Lowering *lowering, CorLowered op, CorLowered inverse, uint32_t a, uint32_t object,
                           uint32_t offset, LowerLabel label);
void cor_emit_edge(Lowering *lowering, LowerLabel label, uint32_t weight);
void cor_emit_table_entry(Lowering *lowering, uint32_t instruction, LowerLabel label);
void cor_emit_move(Lowering *lowering, uint32_t to, uint32_t from, uint32_t slots);
void cor_emit_clear(Lowering *lowering, uint32_t slot, uint32_t slots);
void cor_emit_constant(Lowering *lowering, uint32_t slot, uint64_t bits);
/* An object that the engine owns; NULL (null, or one that could not be made) is the number 0. */
void cor_emit_reference(Lowering *lowering, uint32_t slot, const void *object);
/* A register's constant, as its type says. */
void cor_emit_value(Lowering *lowering, uint32_t slot, const CorType *type, uint64_t bits);
/* Locals for the current instruction; given back by setting lowering->next_slot. */
uint32_t cor_scratch(Lowering *lowering, uint32_t slots);
void cor_window_use(Lowering *lowering, uint32_t window, uint32_t slots);
void cor_position_add(Lowering *lowering, CorPosition position);
/* Publishes the code. */
bool cor_lower_finish(Lowering *lowering);
void cor_lower_fail_limit(Lowering *lowering, const char *what);

/* ---- lower_plan.c ---- */
bool cor_plan(LowerBody *body);
/* Calls `visit` for every register mentioned; `defines` and `uses` tell how. */
typedef void LowerVisit(LowerBody *body, uint32_t instruction, uint32_t reg, bool defines, bool uses,
                        void *context);
void cor_visit_registers(LowerBody *body, uint32_t instruction, LowerVisit *visit, void *context);
uint32_t cor_instruction_registers(const LowerBody *body, uint32_t instruction,
                                   uint32_t *list); /* of letter A */

/* ---- lower_place.c ---- */
void cor_place_registers(LowerBody *body);
/* The slot in a struct or tuple register that the path of a load or store leads to. */
uint32_t cor_path_slot(LowerBody *body, const CorInstruction *in, const CorType *type);
/* The register whose slots a view looks into; itself, unless it is a view. */
static inline uint32_t cor_register_root(const LowerBody *body, uint32_t reg) {
    while (body->registers[reg].place == LOWER_INTO) {
        reg = body->registers[reg].base;
    }
    return reg;
}
/* Lets `part` be computed at `offset` in `whole`, which instruction `consumer` makes from it; false: it cannot. */
bool cor_place_part(LowerBody *body, uint32_t consumer, uint32_t part, uint32_t whole, uint32_t offset);

/* ---- lower_copy.c ---- */
void cor_place_copies(LowerBody *body);

/* ---- lower_fold.c ---- */
void cor_fold(LowerBody *body);
void cor_visit_folded(LowerBody *body, uint32_t instruction, LowerVisit *visit, void *context);
bool cor_lower_folded(LowerBody *body, const CorInstruction *in, const LowerFold *fold);
/* Whether a load or store is of one scalar of an object's field; where it lies. */
bool cor_object_field(LowerBody *body, const CorInstruction *in, uint32_t base, CorScalar *place);
/* Whether an intrinsic is a lowered operation. */
bool cor_is_direct_intrinsic(const CorInstruction *in);

/* ---- lower.c ---- */
bool cor_lower_body(LowerBody *body); /* plans and emits */
void cor_lower_instruction(LowerBody *body, uint32_t index);
const CorType *cor_body_type(LowerBody *body, uint32_t type);
/* The instance that a function reference of the body's module stands for; NULL after noting the failure. */
CorLoweredFunction *cor_body_function(LowerBody *body, uint32_t reference);
/* The slot of a register that is read: materialises a constant. */
uint32_t cor_read(LowerBody *body, uint32_t reg);
/* The slot of a register that is written. */
uint32_t cor_write(LowerBody *body, uint32_t reg);
bool cor_constant(const LowerBody *body, uint32_t reg, int64_t *value);
bool cor_small_constant(const LowerBody *body, uint32_t reg, int64_t *value); /* that fits 16 bits signed */
/* Copies a register's slots to `to`, or sets them to its constant. */
void cor_copy(LowerBody *body, uint32_t to, uint32_t reg);
/* The first slot of the current instruction's window. */
uint32_t cor_window(LowerBody *body);
/* The position of the current instruction, as traces show it. */
CorPosition cor_body_position(LowerBody *body);
LowerLabel cor_target(LowerBody *body, uint32_t offset);

/* ---- lower_arith.c, lower_branch.c, lower_call.c, lower_aggregate.c, lower_reference.c: by opcode ---- */
bool cor_lower_arithmetic(LowerBody *body, const CorInstruction *in);
/* Whether a conversion leaves the slot as it is. */
bool cor_conversion_keeps(const CorType *from, const CorType *to);
bool cor_lower_branch(LowerBody *body, const CorInstruction *in);
bool cor_lower_call(LowerBody *body, const CorInstruction *in);
bool cor_lower_aggregate(LowerBody *body, const CorInstruction *in);
bool cor_lower_reference(LowerBody *body, const CorInstruction *in);
bool cor_lower_role_operation(LowerBody *body, const CorInstruction *in);

bool cor_plan_call(LowerBody *body, uint32_t instruction);
/* lower_dispatch.c: what a virtual call of the method `named` on a receiver of that type calls. */
bool cor_dispatch(LowerBody *body, CorLoweredFunction *named, const CorType *receiver, LowerCall *call);
/* A branch with letters O and T to an instruction, which may lie behind. */
void cor_emit_type_test(LowerBody *body, CorLowered op, uint32_t slot, const CorType *type, uint32_t target);

/* ---- lower_memory.c ---- */
void cor_emit_load(Lowering *lowering, uint32_t to, uint32_t object, const CorScalar *scalars,
                   uint32_t count);
void cor_emit_store(Lowering *lowering, uint32_t object, const CorScalar *scalars, uint32_t from,
                    uint32_t count);
/* `count` slots of an element of the array, from slot `first` of its value on. */
void cor_emit_load_element(Lowering *lowering, uint32_t to, uint32_t array, uint32_t index,
                           const CorLayout *element, uint32_t first, uint32_t count);
void cor_emit_store_element(Lowering *lowering, uint32_t array, uint32_t index, const CorLayout *element,
                            uint32_t first, uint32_t from, uint32_t count);
/* to := a box of `type` around the slots at `from`; a reference is copied. */
void cor_emit_box(Lowering *lowering, const CorType *type, uint32_t to, uint32_t from);
/* to := the value in the box `object`; a reference is copied. */
void cor_emit_unbox(Lowering *lowering, const CorType *type, uint32_t to, uint32_t object);

/* ---- lower_role.c: the total operations, expanded over slots ---- */
typedef struct LowerRoles {
    Lowering *lowering;
    uint32_t window; /* free for calls */
} LowerRoles;
void cor_expand_equals(LowerRoles *roles, const CorType *type, CorRole role, uint32_t to, uint32_t a,
                       uint32_t b);
void cor_expand_compare(LowerRoles *roles, const CorType *type, uint32_t to, uint32_t a, uint32_t b);
void cor_expand_hash(LowerRoles *roles, const CorType *type, uint32_t to, uint32_t a);
void cor_expand_text(LowerRoles *roles, const CorType *type, CorRole role, uint32_t to, uint32_t a);

/* ---- lower_fuse.c ---- */
void cor_lower_fuse(Lowering *lowering, CorWord *code, uint32_t count);
/* The pair that two plain instructions make wherever they follow each other, or the first one's operation. */
CorLowered cor_lowered_pair(CorLowered first, CorLowered second);

/* ---- role_function.c ---- */
bool cor_lower_synthesised(Lowering *lowering);
bool cor_lower_native_function(Lowering *lowering);
bool cor_lower_host_function(Lowering *lowering);
bool cor_lower_foreign_function(Lowering *lowering);

/* ---- inline.c ---- */
bool cor_inline_wanted(LowerBody *body, const CorLoweredFunction *function);
/* Emits a function's body in place of a call; arguments and result (or COR_NONE) are registers of the caller. */
void cor_inline_call(LowerBody *body, CorLoweredFunction *function, const uint32_t *arguments, uint32_t count,
                     uint32_t result);
void cor_inline_new(LowerBody *body, const CorInstruction *in, const CorType *type, CorLoweredFunction *init);

#endif
