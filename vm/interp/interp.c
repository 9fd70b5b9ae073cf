/* The interpreter: one function that executes lowered code, threaded by computed goto.
 *
 * Its state is in four locals that the compiler keeps in registers: `ip`, the instruction; `word`, its first word,
 * loaded once by the dispatch that led to it; `fp`, the frame; and the isolate.  Everything else is in the isolate, and
 * isolate->fp is kept equal to fp at every instant, because the collector may stop the thread anywhere.  isolate->ip is
 * stored only before something that may throw, allocate or look at the stack.
 *
 * Handlers are in one file per family; each HANDLER names a row of lowered.def, and a row without a handler does not
 * compile.  They compute with the inline functions of value.h; what is rare or long is a call into slow.c.  A handler
 * ends with NEXT or goes to one of the shared exits at the end: `unwind` for a status that is not COR_OK, and `refill`
 * when the budget is used up.
 *
 * Code may be rewritten by other threads while it runs, in whole words: every word is loaded once. */
#include "vm/interp/interp.h"

#include "vm/interp/boundary.h"
#include "vm/interp/slow.h"

#include "vm/heap/heap.h"
#include "vm/runtime/object.h"
#include "vm/runtime/stack.h"
#include "vm/runtime/value.h"

#include <assert.h>

#define LIKELY(condition)   __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* ---- Operands ---------------------------------------------------------------------------------- */

static inline uint64_t operand_a(uint64_t word) {
    return word >> 16 & 0xffff;
}
static inline uint64_t operand_b(uint64_t word) {
    return word >> 32 & 0xffff;
}
static inline uint64_t operand_c(uint64_t word) {
    return word >> 48;
}
static inline uint64_t operand_a_signed(uint64_t word) {
    return (uint64_t)(int64_t)(int16_t)(word >> 16);
}
static inline uint64_t operand_b_signed(uint64_t word) {
    return (uint64_t)(int64_t)(int16_t)(word >> 32);
}
static inline uint64_t operand_c_signed(uint64_t word) {
    return (uint64_t)((int64_t)word >> 48);
}
static inline int64_t operand_far(uint64_t word) {
    return (int64_t)word >> 32;
}
static inline uint64_t operand_global(uint64_t word) {
    return word >> 32;
}

#define A        operand_a(word)
#define B        operand_b(word)
#define C        operand_c(word)
#define A_SIGNED operand_a_signed(word)
#define B_SIGNED operand_b_signed(word)
#define C_SIGNED operand_c_signed(word)

/* Code that another thread has published is reached through a word alone, and processors order what depends on an address. */
#ifdef __SANITIZE_THREAD__
enum { DEPENDENT_ORDER = __ATOMIC_ACQUIRE };
#else
enum { DEPENDENT_ORDER = __ATOMIC_RELAXED };
#endif

/* An extension word, loaded whole. */
static inline uint64_t extension(const CorWord *ip, int number) {
    return __atomic_load_n(&ip[number].bits, DEPENDENT_ORDER);
}
static inline const CorType *extension_type(const CorWord *ip) {
    return (const CorType *)extension(ip, 1);
}
static inline const CorLayout *extension_layout(const CorWord *ip) {
    return (const CorLayout *)extension(ip, 1);
}

static inline CorObject *slot_object(uint64_t slot) {
    return (CorObject *)slot;
}
static inline CorArrayObject *slot_array(uint64_t slot) {
    return (CorArrayObject *)slot;
}
static inline CorStringObject *slot_string(uint64_t slot) {
    return (CorStringObject *)slot;
}
static inline char *slot_memory(uint64_t slot, uint64_t offset) {
    return (char *)slot + offset;
}

/* ---- Dispatch ---------------------------------------------------------------------------------- */

#define HANDLER(name) interp_##name:
#define DISPATCH()                                                                                           \
    do {                                                                                                     \
        word = __atomic_load_n(&ip->bits, DEPENDENT_ORDER);                                                  \
        goto *table[(uint16_t)word];                                                                         \
    } while (0)
#define NEXT(length)                                                                                         \
    do {                                                                                                     \
        ip += (length);                                                                                      \
        DISPATCH();                                                                                          \
    } while (0)

/* Runs something that returns a status, with ip visible to it. */
#define SLOW(call)                                                                                           \
    do {                                                                                                     \
        isolate->ip = ip;                                                                                    \
        status = (call);                                                                                     \
        if (UNLIKELY(status != COR_OK))                                                                      \
            goto unwind;                                                                                     \
    } while (0)

/* The word that a frame executes which goes on at `ip`. */
static inline uint64_t resumed_word(const CorWord *ip, const uint64_t *fp) {
    CorWord word = {.bits = ip->bits};
    if (word.op == COR_LOWERED_ENTER_NATIVE)
        word = cor_code_word(cor_code_header(cor_frame_entry(fp))->function, 0);
    return word.bits;
}

CorStatus interp_run(CorIsolate *isolate, const CorWord *ip, bool is_resumed) {
    static const void *const labels[COR_LOWERED_COUNT] = {
#define LOWERED(name, mnemonic, operands, effects, semantics) [COR_LOWERED_##name] = &&interp_##name,
#include "vm/runtime/lowered.def"
#undef LOWERED
    };
    const void *const *table = labels;
    __asm__("" : "+r"(table)); /* stays in a register: its address is not computed anew at every dispatch */
    uint64_t *fp = isolate->fp;
    uint64_t word;
    CorStatus status;
    const CorNativeCode *code; /* to enter, or NULL: what the function has */
    const CorWord *entry;      /* of a call, with its frame: */
    uint64_t *callee;
    uint64_t out_of_range, out_of_range_length; /* an index and its limit, for index_error */
    if (is_resumed)
        goto resume;
    DISPATCH();

#include "vm/interp/interp_arithmetic.inc"
#include "vm/interp/interp_branch.inc"
#include "vm/interp/interp_call.inc"
#include "vm/interp/interp_memory.inc"
#include "vm/interp/interp_object.inc"

#include "vm/interp/interp_folded.inc"
#include "vm/interp/interp_fused.inc"

refill: /* the budget is used up; ip is the next instruction */
    SLOW(cor_isolate_refill(isolate));
    fp = isolate->fp;
    code = boundary_sample(isolate);
    if (code)
        goto enter_native;
    DISPATCH();

enter_native: /* isolate->ip is set */
    status = boundary_enter(isolate, code);
    if (status != COR_OK)
        return status;
    ip = isolate->ip;

resume: /* ip is the next instruction of a frame that has been running */
    fp = isolate->fp;
    word = resumed_word(ip, fp);
    goto *table[(uint16_t)word];

grow_stack: /* then the call is executed again */
    SLOW(cor_stack_grow(isolate, callee + cor_code_header(entry)->frame_slots));
    fp = isolate->fp;
    DISPATCH();

division_by_zero:
    SLOW(slow_division_by_zero(isolate));

index_error:
    SLOW(slow_index(isolate, out_of_range, out_of_range_length));

thrown: /* the error is pending */
    status = COR_THROWN;

unwind: /* status is not COR_OK */
    ip = slow_unwind(isolate, status);
    if (!ip)
        return status;
    fp = isolate->fp;
    DISPATCH();
}
