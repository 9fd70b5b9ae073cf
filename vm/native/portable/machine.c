/* The instruction set of any other processor: what C has, and no native code.  The interpreter runs everything.
 *
 * No relocation is known, so the loader refuses whatever a code generator may have made, and what follows it is never
 * called.  CORACLE_MACHINE, the name of the instruction set, is the build's. */
#include "vm/native/machine.h"

#include <assert.h>
#include <stdio.h>

const uint32_t cor_machine_arguments = 0;

const char *cor_machine_name(void) {
    return CORACLE_MACHINE;
}

uintptr_t cor_machine_stack_pointer(void) {
    return (uintptr_t)__builtin_frame_address(0);
}

void cor_machine_flush_code(void *start, size_t size) {
    __builtin___clear_cache((char *)start, (char *)start + size);
}

void cor_machine_pause(void) {}

void cor_machine_processor(char *buffer, size_t size) {
    snprintf(buffer, size, "unknown");
}

void cor_machine_features(char *buffer, size_t size) {
    snprintf(buffer, size, "none");
}

/* ---- There is no native code ------------------------------------------------------------------- */

uint16_t cor_machine_elf(void) {
    return 0; /* EM_NONE */
}

CorMachineReference cor_machine_reference(uint32_t type, uint32_t *width) {
    (void)type;
    *width = 0;
    return COR_REFERENCE_UNKNOWN;
}

bool cor_machine_relocate(const CorMachineRelocation *relocation) {
    (void)relocation;
    return false;
}

bool cor_machine_write_stub(uint8_t *stub, const uint64_t *slot) {
    (void)stub, (void)slot;
    return false;
}

uint32_t cor_machine_stack_register(void) {
    return 0;
}

uint32_t cor_machine_leave_size(void) {
    return sizeof(int32_t);
}

bool cor_machine_write_leave(uint8_t *place, const uint8_t *stub, const void *what) {
    (void)place, (void)stub, (void)what;
    return false;
}

void cor_machine_enter(void) {
    assert(!"called by native code only");
}

void cor_machine_keep(void) {
    assert(!"called by native code only");
}

void cor_machine_leave(void) {
    assert(!"called by native code only");
}

int cor_machine_call(struct CorIsolate *isolate, uint64_t *fp, const void *entry, uint64_t *registers,
                     const uint64_t *stack, uint32_t stack_count) {
    (void)isolate, (void)fp, (void)entry, (void)registers, (void)stack, (void)stack_count;
    assert(!"there is no native code");
    return -1;
}

CorMachineResult cor_machine_call_words(uint64_t *fp, const void *entry, uint64_t a0, uint64_t a1,
                                        uint64_t a2, struct CorIsolate *isolate) {
    (void)isolate, (void)fp, (void)entry, (void)a0, (void)a1, (void)a2;
    assert(!"there is no native code");
    return (CorMachineResult){.status = UINT32_MAX};
}
