#include "vm/native/machine.h"

#include <cpuid.h>
#include <stdio.h>
#include <string.h>

const char *cor_machine_name(void) {
    return "x86_64";
}

uintptr_t cor_machine_stack_pointer(void) {
    return (uintptr_t)__builtin_frame_address(0);
}

void cor_machine_flush_code(void *start, size_t size) {
    (void)start, (void)size; /* x86-64 keeps instruction fetch coherent; a jump to new code suffices */
}

void cor_machine_pause(void) {
    __builtin_ia32_pause();
}

void cor_machine_processor(char *buffer, size_t size) {
    unsigned name[13] = {0}; /* the brand string of CPUID leaves 0x80000002 to 0x80000004, terminated */
    if (__get_cpuid_max(0x80000000u, NULL) < 0x80000004u) {
        snprintf(buffer, size, "unknown");
        return;
    }
    for (unsigned leaf = 0; leaf < 3; leaf++) {
        unsigned *part = name + 4 * leaf;
        __get_cpuid(0x80000002u + leaf, &part[0], &part[1], &part[2], &part[3]);
    }
    snprintf(buffer, size, "%s", (const char *)name);
}
