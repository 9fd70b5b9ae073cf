/* What the files of the emitter share.
 *
 * Values.  values[id] is a node's LLVM value, of the type that its representation says (emit_type).  Comparisons have an i1 in
 * conditions[id] as well, so that a branch need not compare again.
 *
 * Cold code.  What is rare is emitted where it belongs, into blocks behind all others: emit_cold starts one, emit_back
 * goes on.
 *
 * The budget is a variable (an alloca that LLVM makes a register), which native code passes on and gets back in
 * registers: emit_budget_out stores it into the isolate before anybody else can look, emit_budget_in loads it again. */
#ifndef JIT_EMIT_INTERNAL_H
#define JIT_EMIT_INTERNAL_H

#include <string.h>

#include <llvm-c/Core.h>

#include "jit/emit.h"
#include "vm/runtime/type.h"

enum {
    EMIT_NATIVE_RESULTS = 8, /* no CorNative gives more slots */
    /* parameters and results of an entry: native.h */
    EMIT_BUDGET_PARAMETER = 2,
    EMIT_FIRST_PARAMETER = 3, /* a0 */
    EMIT_FIRST_RESULT = 1,    /* r0 */
    EMIT_BUDGET_RESULT = EMIT_FIRST_RESULT + COR_NATIVE_RESULTS,
    EMIT_RESULTS,
};

typedef struct EmitKeep EmitKeep;

typedef struct Emit {
    JitGraph *graph;
    CorArena *arena;
    const JitEmitOptions *options;
    JitEmitted *emitted;
    bool failed;

    LLVMModuleRef module;
    LLVMContextRef context;
    LLVMBuilderRef builder;
    LLVMTypeRef i1, i8, i16, i32, i64, f32, f64, pointer, result; /* `result`: of an entry */
    LLVMTypeRef function_type;
    LLVMValueRef function; /* that the graph becomes */
    LLVMValueRef isolate, fp;
    LLVMValueRef budget;                 /* alloca */
    LLVMValueRef arguments, results;     /* allocas of what helpers and natives read and write */
    LLVMValueRef fail_counter;           /* global; NULL */
    LLVMBasicBlockRef end;               /* where it returns; NULL until mentioned */
    LLVMValueRef returned[EMIT_RESULTS]; /* phis there */
    bool is_loop;                        /* entered at a loop head */
    /* alloca, when fast: is where the stack is, and takes what the collector has to see */
    LLVMValueRef anchor;
    LLVMValueRef over;  /* alloca, when quick: values for leaving that have no register; made at last */
    uint32_t most_over; /* words there */

    LLVMValueRef *values;     /* by node */
    LLVMValueRef *conditions; /* by node; NULL: none */
    uint32_t *left_by;        /* by node: the last leave that has it, counted from one */
    LLVMValueRef leaving;     /* the function that stands for leaving; NULL until mentioned */
    LLVMBasicBlockRef left;   /* where leaves return; NULL until mentioned */
    /* native_leaving behind the last call of the host, for the node after it; NULL: unknown */
    LLVMValueRef host_leaving;
    LLVMValueRef **projects;   /* by call: its results */
    LLVMBasicBlockRef *starts; /* by block */
    LLVMBasicBlockRef **edges; /* by block and predecessor: the LLVM block that comes from there */
    LLVMValueRef *constants;   /* by number of the graph's constants */
    uint32_t constant_capacity;
    LLVMValueRef helpers[COR_HELPER_COUNT];
    LLVMTypeRef helper_types[COR_HELPER_COUNT];
    LLVMValueRef sites;     /* global; NULL until mentioned */
    EmitKeep **keeps;       /* by loop: arrays to keep alive up to its end */
    bool *loop_ends;        /* by loop: whether it has a way out but leaving */
    const JitState *framed; /* whose frames were added last, from first_frame on; NULL */
    uint32_t first_frame;
    unsigned tbaa_kind, profile_kind;
    LLVMValueRef tbaa_root, cold_then, cold_else; /* metadata */
} Emit;

/* ---- emit.c ---- */

/* In the graph's arena; never nothing.  NULL: out of memory, and emit->failed is set. */
void *emit_allocate(Emit *emit, size_t count, size_t size);

/* ---- emit_call.c, emit_host.c ---- */

/* A call has given the status, and, when that is COR_OK, its results in emit->results. */
void emit_finish_native(Emit *emit, const JitNode *node, LLVMValueRef status);

/* Slots on the machine's stack that a call of a function of the host passes values in. */
uint32_t emit_host_slots(const JitNode *node);

/* ---- emit_value.c ---- */

LLVMTypeRef emit_type(const Emit *emit, JitRep rep);
LLVMValueRef emit_convert(Emit *emit, LLVMValueRef value, JitRep from, JitRep to);
LLVMValueRef emit_value(Emit *emit, const JitNode *node, JitRep rep);     /* of a node, as `rep` */
LLVMValueRef emit_input(Emit *emit, const JitNode *node, uint32_t input); /* as I64 */
LLVMValueRef emit_condition(Emit *emit, const JitNode *node);             /* i1: not 0 */
void emit_set(Emit *emit, const JitNode *node, LLVMValueRef value, JitRep rep);
void emit_set_condition(Emit *emit, const JitNode *node, LLVMValueRef condition);
LLVMValueRef emit_number(const Emit *emit, uint64_t bits);    /* i64 */
LLVMValueRef emit_status(const Emit *emit, CorStatus status); /* i32 */

/* Addresses of the process. */
LLVMValueRef emit_constant(Emit *emit, uint32_t number);
LLVMValueRef emit_pointer(Emit *emit, JitConstantKind kind, const void *pointer,
                          const CorLoweredFunction *function);
LLVMValueRef emit_site(Emit *emit, const JitState *state, uint32_t window);
uint32_t emit_new_exit(Emit *emit, CorExitKind kind, const JitState *state);
/* The frames of a state for the tables: their count, and the first one's number. */
uint32_t emit_frames(Emit *emit, const JitState *state, uint32_t *first);

/* A call of a helper. */
LLVMValueRef emit_helper(Emit *emit, CorHelper helper, LLVMValueRef *arguments);

/* An intrinsic of LLVM, overloaded by `types`. */
LLVMValueRef emit_intrinsic(Emit *emit, const char *name, LLVMTypeRef *types, unsigned type_count,
                            LLVMValueRef *arguments, unsigned count);

/* ---- emit_access.c: memory, and what LLVM may assume about it ---- */

typedef enum EmitMemory {
    EMIT_FIELD,     /* a: offset, b: bytes */
    EMIT_ELEMENT,   /* a: stride << 32 | offset, b: bytes */
    EMIT_REFERENCE, /* an element that is known to be one; likewise */
    EMIT_NUMBER,    /* an element that is known to be none; likewise */
    EMIT_GLOBAL,
    EMIT_HEADER, /* the type of an object; the link of a free one */
    EMIT_FUNCTION,
    EMIT_CONSTANT, /* never written while anybody can see it: lengths, bytes of strings, types */
    EMIT_ISOLATE,  /* a: offset */
    EMIT_FRAME,    /* the VM stack */
    EMIT_LISTS,    /* of the heap */
    EMIT_ENTRY,    /* entries: of functions, vtables, native code */
    EMIT_READY,    /* which globals are initialised */
    EMIT_SCRATCH,  /* arguments of helpers */
    EMIT_ERRNO,    /* of the thread */
} EmitMemory;

LLVMValueRef emit_offset(Emit *emit, LLVMValueRef base, int64_t bytes);
LLVMValueRef emit_load(Emit *emit, LLVMTypeRef type, LLVMValueRef address, EmitMemory memory, uint64_t a,
                       uint64_t b);
void emit_store(Emit *emit, LLVMValueRef value, LLVMValueRef address, EmitMemory memory, uint64_t a,
                uint64_t b);
/* A pointer that other threads may be writing. */
LLVMValueRef emit_load_atomic(Emit *emit, LLVMValueRef address, EmitMemory memory);
LLVMValueRef emit_isolate_load(Emit *emit, LLVMTypeRef type, size_t offset);
void emit_isolate_store(Emit *emit, LLVMValueRef value, size_t offset);
LLVMValueRef emit_slot_address(Emit *emit, LLVMValueRef frame, int64_t slot);
LLVMValueRef emit_slot_load(Emit *emit, LLVMValueRef frame, int64_t slot, JitRep rep);
void emit_slot_store(Emit *emit, LLVMValueRef frame, int64_t slot, LLVMValueRef value, JitRep rep);

/* ---- emit_exit.c ---- */

LLVMValueRef emit_budget(Emit *emit);
void emit_set_budget(Emit *emit, LLVMValueRef budget);
void emit_budget_out(Emit *emit);
void emit_budget_in(Emit *emit);
LLVMBasicBlockRef emit_new_block(Emit *emit, const char *name);  /* behind the current one */
LLVMBasicBlockRef emit_cold_block(Emit *emit, const char *name); /* behind all others */
/* Branches; the block that is then the current one is the likely one. */
void emit_branch_cold(Emit *emit, LLVMValueRef is_cold, LLVMBasicBlockRef cold);
void emit_branch_unless(Emit *emit, LLVMValueRef is_warm, LLVMBasicBlockRef cold);
/* Returns: a status, first results, the budget.  Those beyond `count` are nothing. */
void emit_return_values(Emit *emit, const LLVMValueRef *values, uint32_t count);
/* Returns with a status that is not COR_OK; the budget is in the isolate. */
void emit_return_status(Emit *emit, LLVMValueRef status);
/* The status of what was called is not COR_OK, an i32: ends the current block.  `left`: where COR_LEFT goes; NULL: it is returned
 * like the others.  `state` is that of the call; NULL: nothing here catches an error. */
void emit_failed_call(Emit *emit, LLVMValueRef status, const JitState *state, LLVMBasicBlockRef left);
/* An error is pending at the call or allocation of the state: ends the current block. */
void emit_thrown(Emit *emit, const JitState *state);
/* isolate->fp and ip for a helper that looks at the frames. */
void emit_set_frame(Emit *emit, LLVMValueRef site);
void emit_exit_node(Emit *emit, const JitNode *node); /* CHECK, CHARGE, STACK, LEAVE */

/* ---- emit_leave.c ---- */

/* Both end the current block: native code leaves to where the state says, and returns COR_LEFT.  They set the isolate's budget. */
void emit_leave(Emit *emit, const JitState *state, uint32_t exit, CorStatus left);
/* The callee, whose frame is at that distance from fp, has left; the state is that of its call. */
void emit_leave_below(Emit *emit, const JitState *state, uint32_t exit, uint32_t window);

/* ---- emit_keep.c ---- */

void emit_note_keeps(Emit *emit); /* before anything is emitted */
void emit_keep_behind(Emit *emit, const JitNode *node);
bool emit_keeps_on_edge(const Emit *emit, const JitBlock *block, const JitBlock *target);
void emit_keep_on_edge(Emit *emit, const JitBlock *block, const JitBlock *target);

/* ---- one function for each family of nodes ---- */
bool emit_arithmetic(Emit *emit, const JitNode *node); /* emit_arithmetic.c; false: none of its */
bool emit_float(Emit *emit, const JitNode *node);      /* emit_float.c */
bool emit_memory(Emit *emit, const JitNode *node);     /* emit_memory.c */
bool emit_string(Emit *emit, const JitNode *node);     /* emit_string.c */
bool emit_object(Emit *emit, const JitNode *node);     /* emit_object.c */
bool emit_array(Emit *emit, const JitNode *node);      /* emit_array.c */
bool emit_call(Emit *emit, const JitNode *node);       /* emit_call.c */
bool emit_host(Emit *emit, const JitNode *node);       /* emit_host.c */
void emit_return(Emit *emit, const JitNode *node);     /* emit_call.c */
/* The frame has been written and left: returns, when the interpreter has executed it to its end if native code called. */
void emit_return_left(Emit *emit); /* emit_call.c */
/* Makes an entry, or a call of one, keep to the convention of native.h. */
void emit_set_convention(Emit *emit, LLVMValueRef function_or_call);
LLVMValueRef emit_hash(Emit *emit, LLVMValueRef value);
/* A helper that may collect and that gives NULL when an error is pending. */
LLVMValueRef emit_allocator(Emit *emit, const JitNode *node, CorHelper helper, LLVMValueRef *arguments);
/* As cor_heap_take, from the list of a number, an i64; sets the type.  The link of a free object lies where its type will, so both
 * count as one place.  When the list is empty: `none`. */
LLVMValueRef emit_take(Emit *emit, LLVMValueRef list, LLVMValueRef type, LLVMBasicBlockRef none);
/* Stores a value into the part that `access` says of an element, an i64, of an array. */
void emit_store_part(Emit *emit, LLVMValueRef array, LLVMValueRef index, const JitAccess *access,
                     const JitNode *value);
/* Stores the inputs from `first` on where helpers find them, and gives their address. */
LLVMValueRef emit_arguments(Emit *emit, const JitNode *node, uint32_t first);

#endif
