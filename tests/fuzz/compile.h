/* Compiling a text that may import the library and nothing else. */
#ifndef TESTS_FUZZ_COMPILE_H
#define TESTS_FUZZ_COMPILE_H

#include "compiler/compile.h"

/* As compile_program of a file main.cora. */
CompileResult *fuzz_compile(const char *text, size_t size);

#endif
