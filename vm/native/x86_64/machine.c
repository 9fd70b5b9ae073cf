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

uint32_t cor_machine_stack_register(void) {
    return 7;
}

void cor_machine_flush_code(void *start, size_t size) {
    (void)start, (void)size; /* x86-64 keeps instruction fetch coherent; a jump to new code suffices */
}

void cor_machine_pause(void) {
    __builtin_ia32_pause();
}

/* The state that the system saves: the registers that code may use. */
static unsigned long long machine_saved_state(void) {
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (unsigned long long)high << 32 | low;
}

void cor_machine_features(char *buffer, size_t size) {
    unsigned basic[4] = {0}, seven[4] = {0}, more[4] = {0}, extended[4] = {0}; /* eax, ebx, ecx, edx */
    __get_cpuid(1, &basic[0], &basic[1], &basic[2], &basic[3]);
    __get_cpuid_count(7, 0, &seven[0], &seven[1], &seven[2], &seven[3]);
    if (seven[0] >= 1)
        __get_cpuid_count(7, 1, &more[0], &more[1], &more[2], &more[3]);
    __get_cpuid(0x80000001u, &extended[0], &extended[1], &extended[2], &extended[3]);
    bool saves = basic[2] >> 27 & 1; /* OSXSAVE */
    snprintf(buffer, size, "%x %x %x %x %x %x %x %x %x %llx", basic[0], basic[2], basic[3], seven[1],
             seven[2], seven[3], more[0], extended[2], extended[3], saves ? machine_saved_state() : 0);
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
