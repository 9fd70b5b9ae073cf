/* The table of intrinsics, derived from intrinsics.def. */
#ifndef COR_BYTECODE_INTRINSIC_H
#define COR_BYTECODE_INTRINSIC_H

#include "vm/bytecode/opcode.h"

enum { EFFECT_U = 1 << 6 }; /* only in modules that the engine trusts; beside the EFFECT_ flags of opcode.h */

typedef enum CorIntrinsic {
#define INTRINSIC(name, text, signature, effects, semantics) COR_INTRINSIC_##name,
#include "vm/bytecode/intrinsics.def"
#undef INTRINSIC
    COR_INTRINSIC_COUNT
} CorIntrinsic;

typedef struct CorIntrinsicInfo {
    const char *name;
    const char *signature; /* see signature.h */
    uint32_t effects;
    const char *semantics;
} CorIntrinsicInfo;

extern const CorIntrinsicInfo cor_intrinsic_info[COR_INTRINSIC_COUNT];

/* The number of the intrinsic of that name, or COR_NONE. */
uint32_t cor_intrinsic_find(const char *name, size_t length);

#endif
