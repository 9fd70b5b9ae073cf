/* Fuzzing in process.  A target is a program: one of fuzz_source.c, fuzz_module.c, fuzz_assembler.c, which define
 * LLVMFuzzerTestOneInput, with driver.c, which feeds it damaged files of a corpus.  With clang the same targets link
 * libFuzzer in place of driver.c.
 *
 * An input is a finding when it makes the process die: by a signal, a sanitizer's report, an assertion, or
 * fuzz_check; or when it does not come to an end. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0 when the input came as far as the VM, -1 when it was turned away before (libFuzzer then does not build on it). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the driver does to the inputs of a target. */
typedef enum FuzzForm {
    FUZZ_TEXT,   /* edits of tokens and lines, now and then of bytes */
    FUZZ_BINARY, /* edits of bytes, most of which keep the size */
} FuzzForm;
extern const FuzzForm fuzz_form;
extern const char fuzz_suffix[]; /* of a finding's file */
/* Makes a damaged input one that is worth trying. */
void fuzz_mend(uint8_t *bytes, size_t size);

/* Ends the process with a message when something is not as it must be. */
void fuzz_check(bool holds, const char *what, const char *detail);

/* Verifies the bytes of a module.  What is accepted is loaded, lowered and run under small limits, and its public
 * functions are called; with `must_load`, everything up to running must work.  False: it was not accepted. */
bool fuzz_execute(const uint8_t *bytes, size_t size, bool must_load);

#endif
