/* How values of a program lie in C's memory. */
#ifndef COR_FOREIGN_SHAPE_H
#define COR_FOREIGN_SHAPE_H

#include "vm/native/ffi/foreign.h"
#include "vm/runtime/type.h"

/* A scalar: the slot of its number. */
typedef struct ForeignLeaf {
    CorCKind kind;
    size_t offset; /* bytes */
} ForeignLeaf;

/* What the types of a CorForeign are made of, to be freed with it. */
typedef struct ForeignShape ForeignShape;
struct ForeignShape {
    const CorCType *type;
    CorCType *own; /* the same of a struct; NULL: static */
    ForeignShape *next;
    uint32_t count;
    ForeignLeaf leaves[];
};

/* The shape of a type that C has: numbers, bool, Ptr, structs of these; void.  NULL: another type, or host memory is exhausted.
 * It, and what it refers to, is linked into *all. */
const ForeignShape *foreign_shape(const CorType *type, ForeignShape **all);
void foreign_free_shapes(ForeignShape *all);

/* Whether it is the type of that name in std.core. */
bool foreign_is_core(const CorType *type, const char *name);

void foreign_store(const ForeignShape *shape, const uint64_t *slots, char *memory);
void foreign_load(const ForeignShape *shape, const char *memory, uint64_t *slots);

/* A slot as C has it, and back. */
void foreign_store_scalar(CorCKind kind, uint64_t slot, char *memory);
uint64_t foreign_load_scalar(CorCKind kind, const char *memory);

#endif
