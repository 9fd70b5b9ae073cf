/* How values of a program lie in C's memory: what a slot has lies at an offset there, be it a scalar or all elements of an array. */
#ifndef COR_FOREIGN_SHAPE_H
#define COR_FOREIGN_SHAPE_H

#include "vm/native/ffi/foreign.h"
#include "vm/runtime/isolate.h"

typedef struct ForeignShape ForeignShape;

/* What the slot of its number is for C. */
typedef struct ForeignLeaf {
    CorCKind kind;        /* of a scalar */
    size_t offset;        /* bytes */
    const CorType *array; /* NULL: it is a scalar */
    const ForeignShape *element;
    uint32_t count; /* elements */
} ForeignLeaf;

/* What the types of a CorForeign are made of, to be freed with it. */
struct ForeignShape {
    const CorCType *type;
    CorCType *own; /* the same of a struct; NULL: static */
    ForeignShape *next;
    bool is_plain; /* no arrays */
    uint32_t count;
    ForeignLeaf leaves[];
};

/* The shape of a type that C has: numbers, bool, Ptr, structs of these and of arrays with a count; void.  NULL: another type, too
 * large, or host memory is exhausted.  Under the engine's lock.  It, and what it refers to, is linked into *all. */
const ForeignShape *foreign_shape(const CorType *type, ForeignShape **all);
void foreign_free_shapes(ForeignShape *all);

/* What was allocated while there was such a type; NULL is noted as a failure of its engine. */
void *foreign_memory(const CorType *type, void *memory);

/* Whether it is the type of that name in std.core. */
bool foreign_is_core(const CorType *type, const char *name);

/* Slots as C has them.  COR_THROWN: an array has another length than C's.  And back, with new arrays: may collect; the slots are
 * roots.  COR_THROWN: the heap is exhausted. */
CorStatus foreign_store(CorIsolate *isolate, const ForeignShape *shape, const uint64_t *slots, char *memory);
CorStatus foreign_load(CorIsolate *isolate, const ForeignShape *shape, const char *memory, uint64_t *slots);

/* Likewise from and to a place in an object, at which the slots lie as the scalars say. */
CorStatus foreign_store_object(CorIsolate *isolate, const ForeignShape *shape, const char *place,
                               const CorScalar *scalars, char *memory);
CorStatus foreign_load_object(CorIsolate *isolate, const ForeignShape *shape, const char *memory,
                              void *object, char *place, const CorScalar *scalars);

#endif
