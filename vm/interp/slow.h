/* The parts of operations that are rare or long: allocation when a list is empty, errors, multi-slot memory, strings,
 * lookups.  They are calls, so that the handlers stay small and keep their state in registers.  isolate->ip is set
 * before each; with COR_THROWN the error is pending. */
#ifndef COR_INTERP_SLOW_H
#define COR_INTERP_SLOW_H

#include "vm/runtime/isolate.h"

#define SLOW_COLD __attribute__((noinline, cold))

/* ---- Errors ---- */
CorStatus slow_division_by_zero(CorIsolate *isolate) SLOW_COLD;
CorStatus slow_index(CorIsolate *isolate, uint64_t index, uint64_t length) SLOW_COLD;
CorStatus slow_null(CorIsolate *isolate) SLOW_COLD;
CorStatus slow_cast(CorIsolate *isolate, const CorObject *object, const CorType *target) SLOW_COLD;
CorStatus slow_wrong_case(CorIsolate *isolate, const CorObject *object, const CorType *expected) SLOW_COLD;
CorStatus slow_trap(CorIsolate *isolate, uint32_t trap) SLOW_COLD;
CorStatus slow_not_initialized(CorIsolate *isolate) SLOW_COLD;

/* ---- Objects ---- */
CorStatus slow_new(CorIsolate *isolate, uint64_t *result, const CorType *type) SLOW_COLD;
CorStatus slow_reserve(CorIsolate *isolate, uint64_t *result, const CorType *type, int64_t length);
CorStatus slow_new_array(CorIsolate *isolate, uint64_t *result, const CorType *type, int64_t length,
                         const uint64_t *value);
CorStatus slow_array_of(CorIsolate *isolate, uint64_t *result, const CorType *type, uint32_t count,
                        const uint64_t *values);
bool slow_is_interface(const CorObject *object, const CorType *interface);

/* The slots of a value from and to memory; `memory` is what the layout's offsets count from, `object` holds it. */
void slow_load_wide(uint64_t *slots, const char *memory, const CorLayout *layout);
void slow_store_wide(CorObject *object, char *memory, const uint64_t *slots, const CorLayout *layout);

/* ---- Strings ---- */
CorStatus slow_concat(CorIsolate *isolate, uint64_t *result, const uint64_t *strings, uint32_t count);
bool slow_string_eq(CorIsolate *isolate, const CorStringObject *a, const CorStringObject *b);
int64_t slow_string_compare(CorIsolate *isolate, const CorStringObject *a, const CorStringObject *b);

/* ---- Calls ---- */

/* Counts a callee (the type of the receiver, the function of the closure) in the profile of a call. */
void slow_count(CorCallProfile *profile, const void *callee);
void slow_count_interface(const uint64_t *fp, const CorWord *call, const CorType *receiver);

/* The entry for an interface call whose cache missed; rewrites the cache in the call's second word.  NULL: an error is pending. */
CorWord *slow_interface_entry(CorIsolate *isolate, CorWord *call, const CorType *receiver);
/* The method of an interface as the receiver's type implements it.  NULL: an error is pending. */
const CorCacheEntry *slow_interface_method(CorIsolate *isolate, const CorType *receiver,
                                           const CorType *interface, uint32_t slot);
/* The entry of a role function, made on first use.  NULL: an error is pending. */
CorWord *slow_role_entry(CorIsolate *isolate, const CorType *receiver, uint32_t role);
/* The topmost frame is in the stub of a function: lowers it, rewrites what led to the stub, and makes the frame one of the
 * code.  The next instruction is the entry. */
CorStatus slow_enter_unlowered(CorIsolate *isolate) SLOW_COLD;
/* The topmost frame is in the stub of a host function: runs it; its result's slots are at isolate->fp then. */
CorStatus slow_enter_native(CorIsolate *isolate, uint32_t *result_slots);

/* CALL_HOST at `word`, in the topmost frame. */
CorStatus slow_call_host(CorIsolate *isolate, const CorWord *word);
/* The call itself, of what is not on the VM stack; `result` is set when it gives COR_OK. */
static inline CorStatus slow_ask_host(CorIsolate *isolate, const CorWord *word, const uint64_t *arguments,
                                      uint64_t *result) {
    const CorHostFunction *function = word[1].pointer;
    return function->call(isolate, function, arguments, result, word[2].pointer);
}
/* A system call, by the dispatcher of the isolate; denied without one. */
CorStatus slow_syscall(CorIsolate *isolate, uint64_t number, const uint64_t *arguments, uint64_t *result,
                       const CorType *const *types);

/* Finds the handler of the pending error (status COR_THROWN) from the topmost frame on, up to the next that C or native
 * code called.  The handler's frame becomes the topmost.  NULL: there is none. */
const CorWord *slow_unwind(CorIsolate *isolate, CorStatus status);
/* The same from the caller of the topmost frame on: native code has returned with the error. */
const CorWord *slow_unwind_caller(CorIsolate *isolate);

#endif
