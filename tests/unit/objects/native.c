/* An object such as a code generator makes, for test_code_loader.c: compiled with the tests, but linked with nothing. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern char k0[], k1[], sites[];
extern int64_t helper_double(int64_t value);
extern double fmod(double a, double b);

static int64_t counter = 5; /* .data */
static int64_t calls;       /* .bss */

/* Room for the instructions that leave, and a return. */
__asm__(".pushsection .text, 1\n"
        ".balign 4\n"
        "leaving: .fill 12, 1, 0x90\n"
        "ret\n"
        ".popsection");
extern void leaving(void *results, int64_t which) __attribute__((visibility("hidden")));

int64_t entry(void *results, int64_t which, double number);

/* By a jump table, of which each case does something else. */
int64_t entry(void *results, int64_t which, double number) {
    void **pointers = results;
    double *numbers = results;
    calls++;
    switch (which) {
    case 0: pointers[0] = k0; return calls;
    case 1: pointers[0] = k1 + 8; return 11;
    case 2: pointers[0] = sites; return 22;
    case 3: return (char *)(uintptr_t)leaving - (char *)(uintptr_t)entry;
    case 4: numbers[0] = fmod(number, 3.25); return 44;
    case 5: counter += 2; return counter;
    case 6: return helper_double((int64_t)(intptr_t)k0) + 1;
    case 7: memset(results, 7, (size_t)number); return 77;
    case 8: leaving(results, 1234567); return 88;
    default: return -1;
    }
}
