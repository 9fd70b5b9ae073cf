// The emitter: from a checked module to portable bytecode.
//
// It decides nothing about the language (tree.h says all); it chooses registers, labels and instructions.  Temporaries get a register
// of their own, written once, so that lowering can see which values are used once; variables keep one register for their whole life.
// The output depends on the tree only, never on addresses.
#ifndef COMPILER_EMITTER_H
#define COMPILER_EMITTER_H

#include "compiler/checker.h"
#include "vm/bytecode/builder.h"

// The module in memory, owned by the caller (cor_module_free), or NULL when host memory ran out.  `module` was checked without errors
// by `checker`.  With `with_debug` false, lines and register names are left out.  The builder is new, and freed; it is left to the
// caller when memory runs out in an arena, whose escape is taken.
CorModule *emitter_emit(Checker *checker, ModuleSymbol *module, bool with_debug, CorBuilder *builder);

#endif
