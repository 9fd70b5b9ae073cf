/* Why native code leaves to the interpreter: exits.def as an enum. */
#ifndef COR_RUNTIME_EXIT_H
#define COR_RUNTIME_EXIT_H

typedef enum CorExitKind {
#define EXIT(name, speculative, text) COR_EXIT_##name,
#include "vm/runtime/exits.def"
#undef EXIT
    COR_EXIT_COUNT
} CorExitKind;

#endif
