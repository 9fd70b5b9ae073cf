/* What depends on the instruction set, one implementation per folder (x86_64/, aarch64/). */
#ifndef COR_NATIVE_MACHINE_H
#define COR_NATIVE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct CorIsolate;

/* The name of the instruction set, as in `coracle version`. */
const char *cor_machine_name(void);

/* An address on the calling thread's machine stack at or below every frame of the callers. */
uintptr_t cor_machine_stack_pointer(void);

/* Makes code written to [start, start + size) visible to instruction fetch on every processor. */
void cor_machine_flush_code(void *start, size_t size);

/* Tells the processor that the thread spins. */
void cor_machine_pause(void);

/* Writes the processor's model, or "unknown", terminated. */
void cor_machine_processor(char *buffer, size_t size);

/* Which instructions the processor has, for this process: a text that is the same where, and only where, code made for
 * one runs on the other.  With the model, which says what code is quick, it keys caches of native code. */
void cor_machine_features(char *buffer, size_t size);

/* ---- Calls by compiled code ---- */

/* An entry by the convention of vm/runtime/native.h, for what has no native code.  It stores the budget and calls
 *
 *     cor_native_enter(isolate, fp, entry, registers, stack)
 *
 * where `registers` are the first cor_machine_arguments of a0, a1, .. and `stack` the others, and returns its status, with
 * r0 and r1 from where `registers` were. */
void cor_machine_enter(void);
extern const uint32_t cor_machine_arguments;

enum { COR_MACHINE_ARGUMENTS = 6 /* as many as any has */ };

/* Calls the function of C whose address is in r10 (x18), and preserves all registers that LLVM's preserve_mostcc does, but for the
 * result's. */
void cor_machine_keep(void);

/* Calls native code, by the same convention, with the budget of the isolate; `registers` and `stack` are as above, and there are
 * stack_count of the latter.  Gives the status; when it is 0, r0 and r1 are where `registers` were, and the isolate has its budget
 * again. */
int cor_machine_call(struct CorIsolate *isolate, uint64_t *fp, const void *entry, uint64_t *registers,
                     const uint64_t *stack, uint32_t stack_count);

/* The same with at most three arguments, which are in registers everywhere, and one result; value: r0, if the status is 0. */
typedef struct CorMachineResult {
    uint32_t status;
    uint64_t value;
} CorMachineResult;
CorMachineResult cor_machine_call_words(uint64_t *fp, const void *entry, uint64_t a0, uint64_t a1,
                                        uint64_t a2, struct CorIsolate *isolate);

/* ---- Relocation of compiled code: ELF objects of this instruction set, position-independent, of the small code model ---- */

/* What the file says of its instruction set. */
uint16_t cor_machine_elf(void);

typedef enum CorMachineReference {
    COR_REFERENCE_UNKNOWN, /* a type of relocation that such code does not have */
    COR_REFERENCE_NONE,
    COR_REFERENCE_ADDRESS, /* to the symbol */
    COR_REFERENCE_CALL,    /* to the symbol, or to a stub that jumps there */
    COR_REFERENCE_SLOT,    /* to a word that holds the symbol's address */
} CorMachineReference;

/* What a type of relocation refers to, and how many bytes it writes. */
CorMachineReference cor_machine_reference(uint32_t type, uint32_t *width);

typedef struct CorMachineRelocation {
    uint32_t type;
    uint8_t *place;  /* where it is written, and where it will be executed */
    uint64_t before; /* bytes of the same section that lie before the place */
    uint64_t symbol; /* its address */
    int64_t addend;
    uint64_t stub, slot; /* of references that have them */
} CorMachineRelocation;

/* False: what it refers to is out of reach. */
bool cor_machine_relocate(const CorMachineRelocation *relocation);

enum { COR_MACHINE_STUB = 16 }; /* bytes of a stub, and its alignment */

/* Writes instructions that jump to the address in a slot.  False: it is out of reach. */
bool cor_machine_write_stub(uint8_t *stub, const uint64_t *slot);

/* ---- Leaving compiled code ---- */

enum { COR_MACHINE_REGISTERS = 32 /* as many as any has */ };

/* The registers where compiled code leaves, by their numbers in DWARF. */
typedef struct CorMachineState {
    uint64_t registers[COR_MACHINE_REGISTERS];
    const uint8_t *place; /* of the distance that was written there, 32 bits; not aligned */
} CorMachineState;

/* The number of the stack pointer. */
uint32_t cor_machine_stack_register(void);

/* How many bytes cor_machine_write_leave writes. */
uint32_t cor_machine_leave_size(void);

/* Writes instructions that call cor_machine_leave by a stub, and behind them the distance of `what` from where it is written.
 * False: it is out of reach. */
bool cor_machine_write_leave(uint8_t *place, const uint8_t *stub, const void *what);

/* Called by these instructions only: saves the registers on the stack, calls cor_native_leave, which whoever has such code defines,
 * and goes on behind the distance.  The registers are then as before, but for those of floats and those that a linker may change
 * (r11; x16, x17). */
void cor_machine_leave(void);
void cor_native_leave(const CorMachineState *state);

#endif
