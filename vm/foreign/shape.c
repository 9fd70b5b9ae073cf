#include "vm/foreign/shape.h"

#include <stdlib.h>
#include <string.h>

#include "vm/runtime/engine.h"

enum { SHAPE_LEAVES = 256, SHAPE_DEPTH = 16 };

bool foreign_is_core(const CorType *type, const char *name) {
    return type->module && strcmp(cor_module_name(type->module), "std.core") == 0 &&
           strcmp(type->short_name, name) == 0;
}

static CorCKind shape_kind(const CorType *type) {
    switch (type->kind) {
    case COR_KIND_BOOL: return COR_C_BOOL;
    case COR_KIND_I8: return COR_C_I8;
    case COR_KIND_I16: return COR_C_I16;
    case COR_KIND_I32: return COR_C_I32;
    case COR_KIND_I64: return COR_C_I64;
    case COR_KIND_U8: return COR_C_U8;
    case COR_KIND_U16: return COR_C_U16;
    case COR_KIND_U32: return COR_C_U32;
    case COR_KIND_U64: return COR_C_U64;
    case COR_KIND_F32: return COR_C_F32;
    case COR_KIND_F64: return COR_C_F64;
    case COR_KIND_STRUCT: return foreign_is_core(type, "Ptr") ? COR_C_POINTER : COR_C_STRUCT;
    default: return COR_C_VOID;
    }
}

static ForeignShape *shape_new(const CorCType *type, CorCType *own, uint32_t count, ForeignShape **all) {
    ForeignShape *shape = calloc(1, sizeof *shape + count * sizeof *shape->leaves);
    if (!shape) {
        cor_c_struct_free(own);
        return NULL;
    }
    shape->type = type;
    shape->own = own;
    shape->count = count;
    shape->next = *all;
    return *all = shape;
}

static const ForeignShape *shape_make(const CorType *type, ForeignShape **all, unsigned depth);

/* Puts the leaves of the members one after the other. */
static const ForeignShape *shape_struct(const CorType *type, ForeignShape **all, unsigned depth) {
    const CorCType *types[SHAPE_LEAVES];
    const ForeignShape *members[SHAPE_LEAVES];
    size_t offsets[SHAPE_LEAVES];
    uint32_t leaves = 0;
    if (type->member_count == 0 || type->member_count > SHAPE_LEAVES || depth == SHAPE_DEPTH)
        return NULL;
    for (uint32_t i = 0; i < type->member_count; i++) {
        members[i] = shape_make(type->members[i].type, all, depth + 1);
        if (!members[i] || leaves + members[i]->count > SHAPE_LEAVES)
            return NULL;
        types[i] = members[i]->type;
        leaves += members[i]->count;
    }
    CorCType *own = cor_c_struct_new(types, type->member_count, offsets);
    ForeignShape *shape = own ? shape_new(own, own, leaves, all) : NULL;
    ForeignLeaf *leaf = shape ? shape->leaves : NULL;
    for (uint32_t i = 0; shape && i < type->member_count; i++)
        for (uint32_t j = 0; j < members[i]->count; j++)
            *leaf++ = (ForeignLeaf){members[i]->leaves[j].kind, offsets[i] + members[i]->leaves[j].offset};
    return shape;
}

static const ForeignShape *shape_make(const CorType *type, ForeignShape **all, unsigned depth) {
    CorCKind kind = shape_kind(type);
    if (kind == COR_C_STRUCT)
        return shape_struct(type, all, depth);
    ForeignShape *shape = kind == COR_C_VOID ? NULL : shape_new(cor_c_type(kind), NULL, 1, all);
    if (shape)
        shape->leaves[0] = (ForeignLeaf){kind, 0};
    return shape;
}

const ForeignShape *foreign_shape(const CorType *type, ForeignShape **all) {
    if (type->kind == COR_KIND_VOID || type->kind == COR_KIND_NEVER)
        return shape_new(cor_c_type(COR_C_VOID), NULL, 0, all);
    return shape_make(type, all, 0);
}

void foreign_free_shapes(ForeignShape *all) {
    for (ForeignShape *next; all; all = next) {
        next = all->next;
        cor_c_struct_free(all->own);
        free(all);
    }
}

/* ---- Values ------------------------------------------------------------------------------------ */

void foreign_store_scalar(CorCKind kind, uint64_t slot, char *memory) {
    switch (kind) {
    case COR_C_BOOL:
    case COR_C_I8:
    case COR_C_U8: *memory = (char)slot; break;
    case COR_C_I16:
    case COR_C_U16: memcpy(memory, &(uint16_t){(uint16_t)slot}, 2); break;
    case COR_C_I32:
    case COR_C_U32:
    case COR_C_F32: memcpy(memory, &(uint32_t){(uint32_t)slot}, 4); break;
    default: memcpy(memory, &slot, 8); break;
    }
}

uint64_t foreign_load_scalar(CorCKind kind, const char *memory) {
    uint64_t bits = 0;
    switch (kind) {
    case COR_C_BOOL: return *memory != 0;
    case COR_C_I8: return (uint64_t)(int64_t)(int8_t)*memory;
    case COR_C_U8: return (uint8_t)*memory;
    case COR_C_I16: memcpy(&bits, memory, 2); return (uint64_t)(int64_t)(int16_t)bits;
    case COR_C_U16: memcpy(&bits, memory, 2); return bits;
    case COR_C_I32: memcpy(&bits, memory, 4); return (uint64_t)(int64_t)(int32_t)bits;
    case COR_C_U32:
    case COR_C_F32: memcpy(&bits, memory, 4); return bits;
    default: memcpy(&bits, memory, 8); return bits;
    }
}

void foreign_store(const ForeignShape *shape, const uint64_t *slots, char *memory) {
    for (uint32_t i = 0; i < shape->count; i++)
        foreign_store_scalar(shape->leaves[i].kind, slots[i], memory + shape->leaves[i].offset);
}

void foreign_load(const ForeignShape *shape, const char *memory, uint64_t *slots) {
    for (uint32_t i = 0; i < shape->count; i++)
        slots[i] = foreign_load_scalar(shape->leaves[i].kind, memory + shape->leaves[i].offset);
}
