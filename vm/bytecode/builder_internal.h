/* The builder's data, shared by builder.c (tables and finish) and code_builder.c (code); nobody else includes
 * it. */
#ifndef COR_BYTECODE_BUILDER_INTERNAL_H
#define COR_BYTECODE_BUILDER_INTERNAL_H

#include "vm/bytecode/arena.h"
#include "vm/bytecode/builder.h"
#include "vm/bytecode/index_table.h"

/* The final index of each handle. */
typedef struct BuilderMap {
    const uint32_t *final;
    uint32_t count;
} BuilderMap;

/* A handle that nothing was added for, COR_NONE among them, stays as it is: the verifier rejects it. */
static inline uint32_t builder_map(BuilderMap map, uint32_t handle) {
    return handle < map.count ? map.final[handle] : handle;
}

typedef struct BuilderMaps {
    BuilderMap definitions, functions, globals;
} BuilderMaps;

/* An array that grows in the builder's scratch arena. */
typedef struct BuilderArray {
    void *items;
    uint32_t count, capacity;
} BuilderArray;

typedef struct CodeDraft CodeDraft; /* code_builder.c */

struct CorBuilder {
    CorArena *arena;   /* the module's: what the finished module keeps */
    CorArena *scratch; /* ends with the builder */
    CorModule *module; /* filled by finish */
    bool failed;
    BuilderArray strings, types, function_refs, constants; /* the entries as in module.h, with handles */
    CorIndexTable string_table, type_table, function_ref_table, constant_table;
    BuilderArray definitions, functions, globals; /* pointers to drafts */
    BuilderArray codes;                           /* CorCode pointers by function handle, or NULL */
    CodeDraft *spare_draft;                       /* of functions that have ended */
    BuilderArray offsets, sizes, jumps;           /* while the code of a function is encoded */
    BuilderArray imports;                         /* BuilderImport */
    BuilderArray named_constants, conformances;   /* as in module.h, with handles */
    BuilderArray syscalls;                        /* uint32_t */
    union {                                       /* what is handed out after a failure */
        CorDefinition definition;
        CorFunction function;
        CorGlobal global;
    } dummy;
};

/* Room for one more item of `size` bytes: its address, or NULL with the failure noted. */
void *builder_push_slowly(CorBuilder *builder, BuilderArray *array, size_t size);
static inline void *builder_push(CorBuilder *builder, BuilderArray *array, size_t size) {
    return array->count < array->capacity ? (char *)array->items + size * array->count++
                                          : builder_push_slowly(builder, array, size);
}

/* Zeroed memory of the finished module, or NULL with the failure noted. */
void *builder_allocate(CorBuilder *builder, size_t count, size_t size);

/* Encodes the code into `function`, whose draft it was begun for: registers, captures, code, handlers, lines.
 */
void code_builder_finish(CorCode *code, const BuilderMaps *maps, CorFunction *function);

#endif
