/* Lowered code: what instantiation makes of one portable function for one tuple of type arguments.
 *
 * A function exists as a CorLoweredFunction from its first mention on, but it is lowered only when it is first
 * called: until then its entry is a stub of one instruction, ENTER_UNLOWERED.  An entry is the address of the first
 * code word; the words before it are the CorCodeHeader, so that a call reads everything it needs next to the code it
 * is about to run.  Call sites, vtables and caches hold entries and are rewritten from the stub to the real entry by
 * atomic 8-byte stores; the header and the code an entry leads to never change, so whoever loads an entry sees all.
 *
 * Frames.  A frame is a window of the VM stack: `fp` points to its slot 0; parameters come first.  Below it lie two
 * slots: fp[-1] the address of the calling instruction's first word (CorWord *), fp[-2] the entry of the running
 * function.  The caller's frame pointer is fp - call->b, the result goes to caller's slot call->a, and execution
 * continues at call + 2.  So a walk needs only the stack and the current fp and instruction, frames hold no absolute
 * stack address, and a stack can be moved.  The caller leaves COR_FRAME_HEADER slots free below a window. */
#ifndef COR_RUNTIME_CODE_H
#define COR_RUNTIME_CODE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/bytecode/module.h"
#include "vm/bytecode/opcode.h"

typedef struct CorType CorType;
typedef struct CorIsolate CorIsolate;
typedef struct CorEngine CorEngine;
typedef struct CorLinkedModule CorLinkedModule;
typedef struct CorLoweredFunction CorLoweredFunction;

typedef enum CorLowered {
#define LOWERED(name, mnemonic, operands, effects, semantics) COR_LOWERED_##name,
#include "vm/runtime/lowered.def"
#undef LOWERED
    COR_LOWERED_COUNT
} CorLowered;

enum { EFFECT_P = 1 << 21 }; /* charges the budget by what it does; beyond those of opcodes.def */

typedef struct CorLoweredInfo {
    const char *mnemonic;
    const char *operands; /* letters as in lowered.def */
    uint32_t effects;
    const char *semantics;
} CorLoweredInfo;

extern const CorLoweredInfo cor_lowered_info[COR_LOWERED_COUNT];

typedef union CorWord {
    struct {
        uint16_t op, a, b, c;
    };
    struct {
        uint16_t op_, a_;
        int32_t offset; /* letters O and g: the 32 bits of b and c */
    } far;
    struct {
        int32_t distance; /* in words, from the first word of the instruction */
        uint32_t weight;
    } edge;
    struct {
        uint32_t stride, offset;
    } part;
    uint64_t bits;
    int64_t integer;
    double number;
    void *pointer;
    union CorWord *entry;
} CorWord;

_Static_assert(sizeof(CorWord) == 8, "an instruction word is 8 bytes");

/* How many words the instruction at `word` has, extension words included; of a function's code: cor_code_length. */
uint32_t cor_lowered_length(const CorWord *word);

/* The operation itself, the first one of a pair of fused.def, or the call that a counting one makes. */
CorLowered cor_lowered_plain(CorLowered op);

/* The status of everything in the VM that can fail.  With COR_THROWN the error object is isolate->pending. */
typedef enum CorStatus {
    COR_OK = 0,
    COR_THROWN,      /* a catchable error is pending */
    COR_STOPPED,     /* fuel, time, interruption, exit: isolate->stop_reason; runs no guest handler */
    COR_LINK_FAILED, /* loading or linking: the engine's message */
    COR_NO_MEMORY,   /* host memory */
    COR_LEFT,        /* between native code and the interpreter only: native.h */
} CorStatus;

/* A leaf operation in C: reads `arguments`, writes the result's slots to `result` (which may overlap the arguments),
 * never calls guest code.  It may allocate (so the arguments, which are in the frame, stay alive). `types` are the
 * type arguments the lowering passes; NULL when the native is not generic. */
typedef CorStatus CorNative(CorIsolate *isolate, const uint64_t *arguments, uint64_t *result,
                            const CorType *const *types);

enum { COR_FRAME_HEADER = 2 }; /* slots below a frame pointer */

typedef struct CorCodeHeader {
    CorLoweredFunction *function;
    uint32_t frame_slots; /* slots from fp on that the function may touch, windows of its callees excluded */
    uint32_t weight;      /* charged to the budget at entry */
    _Atomic(void *) native; /* where native code enters the function, by the convention of native.h */
} CorCodeHeader;

enum { COR_CODE_HEADER_WORDS = sizeof(CorCodeHeader) / sizeof(CorWord) };
_Static_assert(sizeof(CorCodeHeader) % sizeof(CorWord) == 0, "code follows its header");

static inline const CorCodeHeader *cor_code_header(const CorWord *entry) {
    return (const CorCodeHeader *)(const void *)entry - 1;
}

/* The code of a boundary frame (stack.h): the pseudo call that its guest frame returns to. */
typedef struct CorBoundary {
    CorCodeHeader header;
    CorWord words[3];
} CorBoundary;

/* A range of code words in which a thrown error of `type` goes to `target`.  Searched in order, innermost first. */
typedef struct CorLoweredHandler {
    uint32_t start, end, target; /* indices of code words; the index of a call is that of its first word */
    uint32_t slot;               /* receives the error */
    const CorType *type;
} CorLoweredHandler;

/* Where code came from: the entry with the greatest index not above an instruction's describes it. */
typedef struct CorPosition {
    uint32_t index;        /* code word */
    uint32_t offset;       /* portable byte offset in its function */
    uint32_t line, column; /* zero without debug data */
    uint32_t scope;        /* 0: the function itself; else scopes[scope - 1], an inlined one */
} CorPosition;

typedef struct CorInlineScope {
    const CorLoweredFunction *function; /* what was inlined */
    CorPosition call;                   /* the call it stands for; its scope is the surrounding one */
} CorInlineScope;

/* The role functions that the dynamic operations on `any` and interfaces use; see lower_role.c. */
typedef enum CorRole {
    COR_ROLE_EQUALS, /* (self, other: any): bool */
    COR_ROLE_KEY_EQUALS,
    COR_ROLE_HASH,      /* (self): i64 */
    COR_ROLE_TO_STRING, /* (self): string */
    COR_ROLE_TO_SOURCE,
    COR_ROLE_COMPARE, /* (self, other: any): i64 */
    COR_ROLE_COUNT
} CorRole;

/* How many slots a call passes that finds its callee when it runs, and who it found.  In the second word of virtual and
 * closure calls.  The shape of interface calls is that of the method, in CorType.shapes; their profiles are made when they
 * are asked for, and found by the index of the call. */
typedef struct CorCallShape {
    uint16_t parameter_slots, result_slots; /* the closure itself is no parameter */
} CorCallShape;

/* Of a call of a role function. */
static inline CorCallShape cor_role_shape(CorRole role) {
    bool is_binary = role == COR_ROLE_EQUALS || role == COR_ROLE_KEY_EQUALS || role == COR_ROLE_COMPARE;
    return (CorCallShape){.parameter_slots = is_binary ? 2 : 1, .result_slots = 1};
}

enum {
    COR_PROFILE_ENTRIES = 4,
    COR_PROFILE_OLD = 16, /* what a count becomes, at most, when counting begins again */
};

typedef struct CorCallProfile {
    CorCallShape shape;
    _Atomic uint32_t other;                            /* calls of callees beyond the entries */
    _Atomic(const void *) callee[COR_PROFILE_ENTRIES]; /* types of receivers; functions of closures */
    _Atomic uint32_t count[COR_PROFILE_ENTRIES];       /* counted only while the function is profiled */
} CorCallProfile;

/* The interface calls of a function, by ascending index. */
typedef struct CorInterfaceProfiles {
    uint32_t count;
    struct {
        uint32_t index;
        CorCallProfile *profile;
    } calls[];
} CorInterfaceProfiles;

typedef enum CorTrap {
    COR_TRAP_UNREACHABLE, /* StateError */
    COR_TRAP_ABSTRACT,    /* StateError: an abstract method was called */
} CorTrap;

struct CorLoweredFunction {
    _Atomic(CorWord *) entry; /* the stub's, later the code's; load with cor_function_entry */

    /* identity, fixed at creation; owned by the engine */
    CorEngine *engine;
    CorLinkedModule *module;     /* where it is defined */
    const CorFunction *portable; /* NULL: made by the engine (a role function, an adapter, a host function) */
    const CorType **arguments;   /* type arguments, the owner's first */
    uint32_t argument_count;
    uint32_t id;                 /* dense number in the engine */
    uint32_t synthesis;          /* CorSynthesis of one made by the engine */
    CorRole role;                /* a role function: which, */
    const CorType *role_type;    /* of this type */
    CorLoweredFunction *target;  /* an adapter: what it calls */
    const CorType *closure_type; /* of the closures over it; NULL until there is one */
    void *closure;        /* a function without captures: the closure over it; NULL until there is one */
    const char *name;     /* as in traces: "Owner.name", without type arguments */
    bool hidden;          /* not shown in traces; attributed to its caller */
    bool is_initializer;  /* a module's init */
    bool takes_functions; /* as parameters */

    /* the interface of a call, fixed at creation */
    uint32_t parameter_slots, result_slots;

    const char *failure; /* why it cannot be lowered, once that has been tried */
    /* of a function of C or of the host that native code may call itself, once lowered; else NULL */
    struct CorDirectCall *direct;

    /* valid once lowered */
    CorWord *code; /* equals entry then */
    uint32_t code_count;
    uint32_t frame_slots;
    CorLoweredHandler *handlers;
    uint32_t handler_count;
    CorPosition *positions; /* by ascending index */
    uint32_t position_count;
    CorInlineScope *scopes;
    uint32_t scope_count;
    CorWord first_word; /* of the code, also where ENTER_NATIVE stands there */
    _Atomic(const struct CorNativeCode *)
        native; /* a list by `next`: its native code, loop entries included */
    _Atomic(CorInterfaceProfiles *) interface_profiles; /* NULL: it has not been profiled yet */

    /* native code: what the tiers know (NULL: nothing yet), and how often native code has called it and the
     * interpreter has run it */
    _Atomic(struct TierFunction *) tier;
    _Atomic uint32_t native_calls;

    /* a host function: entry is ENTER_NATIVE_STUB */
    CorNative *host;
    void *host_context;

    CorWord stub[COR_CODE_HEADER_WORDS + 1]; /* header and the one instruction */
};

static inline CorWord *cor_function_entry(const CorLoweredFunction *function) {
    return atomic_load_explicit(&((CorLoweredFunction *)(uintptr_t)function)->entry, memory_order_acquire);
}

/* A word that may be rewritten while it is read: the first one of a function. */
static inline CorWord cor_word_load(const CorWord *word) {
    return (CorWord){.bits = __atomic_load_n(&((CorWord *)(uintptr_t)word)->bits, __ATOMIC_RELAXED)};
}

/* Whether an entry is a function's stub. */
static inline bool cor_entry_is_stub(const CorWord *entry) {
    return cor_word_load(entry).op == COR_LOWERED_ENTER_UNLOWERED;
}

/* Atomic access to words that are rewritten while other threads execute them. */
static inline void *cor_word_load_pointer(const CorWord *word) {
    return __atomic_load_n(&((CorWord *)(uintptr_t)word)->pointer, __ATOMIC_ACQUIRE);
}
static inline void cor_word_store_pointer(CorWord *word, void *pointer) {
    __atomic_store_n(&word->pointer, pointer, __ATOMIC_RELEASE);
}

/* A word of a lowered function's code as it was lowered, but for what is rewritten in calls: ENTER_NATIVE in the first word is
 * not seen. */
static inline CorWord cor_code_word(const CorLoweredFunction *function, uint32_t index) {
    const CorWord *word = index == 0 ? &function->first_word : &function->code[index];
    return (CorWord){.bits = __atomic_load_n(&word->bits, __ATOMIC_ACQUIRE)};
}
/* How many words the instruction at `index` has. */
static inline uint32_t cor_code_length(const CorLoweredFunction *function, uint32_t index) {
    CorWord word = cor_code_word(function, index);
    return cor_lowered_length(&word);
}

/* The profile of the virtual, closure or interface call at `index`; NULL: it has none (yet). */
const CorCallProfile *cor_call_profile(const CorLoweredFunction *function, uint32_t index);

/* Makes the calls of a lowered function count their callees, or no longer.  Any thread; takes the engine's lock. */
void cor_function_profile(CorLoweredFunction *function, bool on);

/* Whether a lowered function has calls that can count their callees.  Any thread. */
bool cor_function_has_profiles(const CorLoweredFunction *function);

/* The position of the code word `index`; NULL when there is none. */
const CorPosition *cor_function_position(const CorLoweredFunction *function, uint32_t index);

/* Lowers a function that is not lowered yet (any thread; waits for the engine's lock).  On COR_OK cor_function_entry
 * is the code.  COR_THROWN: a limit of instantiation was reached; an error is pending on the isolate.  Does not run
 * guest code. */
CorStatus cor_function_lower(CorIsolate *isolate, CorLoweredFunction *function);

/* Lowers a function on nobody's behalf, unless it has more than `most` bytes of portable code.  Whether it is lowered now; why it
 * is not, whoever calls it will find out. Any thread that does not hold the engine's lock. */
bool cor_function_lower_ahead(CorLoweredFunction *function, uint32_t most);

#endif
