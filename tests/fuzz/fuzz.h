/* Fuzzing in process.  A target is a program: fuzz_NAME.c, which defines LLVMFuzzerTestOneInput, with libFuzzer
 * (`./dev fuzz`, built by clang; libfuzzer.c says how inputs are changed) or with replay.c, which runs files as they
 * are (`./dev test`, over tests/fuzz/regressions/NAME).
 *
 * An input is a finding when it makes the process die: by a signal, a sanitizer's report, an assertion, or fuzz_check;
 * when it does not come to an end, leaks, or takes more memory than fuzz_memory_check allows. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0 when the input came as far as it can be, -1 when it was turned away before (libFuzzer then does not build on it). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the changes of a target's inputs know of them. */
typedef enum FuzzForm {
    FUZZ_TEXT,   /* edits of tokens and lines, now and then of bytes */
    FUZZ_BINARY, /* edits of bytes */
    FUZZ_MODULE, /* edits of a module's instructions and tables, now and then of bytes; sealed again */
} FuzzForm;
extern const FuzzForm fuzz_form;

/* Ends the process with a message when something is not as it must be. */
void fuzz_check(bool holds, const char *what, const char *detail);

/* The bytes from malloc that are held beyond those that were held at fuzz_memory_start, at the most since then; 0 where
 * no sanitizer counts them. */
void fuzz_memory_start(void);
size_t fuzz_memory_peak(void);

/* Checks that what was held at the most is not more than `base` and `factor` bytes for each byte of the input. */
void fuzz_memory_check(const char *what, size_t input, size_t factor, size_t base);

/* Verifies the bytes of a module.  What is accepted is loaded, lowered and run under small limits, and its public
 * functions are called; with `must_load`, everything up to running must work.  False: it was not accepted. */
bool fuzz_execute(const uint8_t *bytes, size_t size, bool must_load);

/* Runs a module that the verifier accepts twice, with lowering as it is and with plain lowering, and checks that both
 * write the same, end in the same way, and give the same results.  False: it does not link. */
bool fuzz_compare(const uint8_t *bytes, size_t size);

#endif
