#include "vm/native/machine.h"

#include <stdio.h>
#include <sys/auxv.h>

const char *cor_machine_name(void) {
    return "aarch64";
}

uintptr_t cor_machine_stack_pointer(void) {
    return (uintptr_t)__builtin_frame_address(0);
}

uint32_t cor_machine_stack_register(void) {
    return 31;
}

void cor_machine_flush_code(void *start, size_t size) {
    __builtin___clear_cache((char *)start, (char *)start + size);
}

void cor_machine_pause(void) {
    __asm__ volatile("yield");
}

void cor_machine_features(char *buffer, size_t size) {
    snprintf(buffer, size, "%lx %lx", getauxval(AT_HWCAP), getauxval(AT_HWCAP2));
}

void cor_machine_processor(char *buffer, size_t size) {
    snprintf(buffer, size, "unknown"); /* MIDR_EL1 is not readable by every user program */
}
