/* What depends on the instruction set, one implementation per folder (x86_64/, aarch64/). */
#ifndef COR_NATIVE_MACHINE_H
#define COR_NATIVE_MACHINE_H

#include <stddef.h>
#include <stdint.h>

/* The name of the instruction set, as in `coracle version`. */
const char *cor_machine_name(void);

/* An address on the calling thread's machine stack at or below every frame of the callers. */
uintptr_t cor_machine_stack_pointer(void);

/* Makes code written to [start, start + size) visible to instruction fetch on every processor. */
void cor_machine_flush_code(void *start, size_t size);

/* Tells the processor that the thread spins. */
void cor_machine_pause(void);

/* Writes the processor's model, or "unknown", terminated; it keys caches of native code. */
void cor_machine_processor(char *buffer, size_t size);

#endif
