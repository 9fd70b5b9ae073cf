#include "vm/foreign/shape.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vm/runtime/engine_internal.h"
#include "vm/runtime/error.h"
#include "vm/runtime/object.h"
#include "vm/runtime/value.h"

enum { SHAPE_LEAVES = 256, SHAPE_DEPTH = 16, SHAPE_BYTES = 16 << 10 };

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

void *foreign_memory(const CorType *type, void *memory) {
    if (!memory)
        cor_engine_fail(type->engine, COR_FAILURE_MEMORY, "the host has no memory left");
    return memory;
}

/* Of a scalar, or of a type of its own that becomes the shape's. */
static ForeignShape *shape_new(const CorType *type, const CorCType *scalar, CorCType *own, uint32_t count,
                               ForeignShape **all) {
    ForeignShape *shape = scalar || own ? calloc(1, sizeof *shape + count * sizeof *shape->leaves) : NULL;
    if (!foreign_memory(type, shape)) {
        cor_c_struct_free(own);
        return NULL;
    }
    shape->type = own ? own : scalar;
    shape->own = own;
    shape->is_plain = true;
    shape->count = count;
    shape->next = *all;
    return *all = shape;
}

static const ForeignShape *shape_make(const CorType *type, ForeignShape **all, unsigned depth);

/* An array that lies in a struct. */
static const ForeignShape *shape_array(const CorType *type, uint32_t count, ForeignShape **all,
                                       unsigned depth) {
    const ForeignShape *element =
        cor_type_complete(type->engine, type) ? shape_make(type->element, all, depth) : NULL;
    if (!element || count > SHAPE_BYTES / cor_c_size(element->type))
        return NULL;
    ForeignShape *shape = shape_new(type, NULL, cor_c_array_new(element->type, count), 1, all);
    if (!shape)
        return NULL;
    shape->is_plain = false;
    shape->leaves[0] = (ForeignLeaf){.array = type, .element = element, .count = count};
    return shape;
}

static const ForeignShape *shape_member(const CorType *type, uint32_t index, ForeignShape **all,
                                        unsigned depth) {
    uint32_t count = type->definition->fields[index].flags >> COR_FIELD_COUNT_SHIFT;
    const CorType *member = type->members[index].type;
    return count > 0 ? shape_array(member, count, all, depth) : shape_make(member, all, depth);
}

/* Puts the leaves of the members one after the other.  The limit of bytes is that of the work, too. */
static const ForeignShape *shape_struct(const CorType *type, ForeignShape **all, unsigned depth) {
    const CorCType *types[SHAPE_LEAVES];
    const ForeignShape *members[SHAPE_LEAVES];
    size_t offsets[SHAPE_LEAVES], bytes = 0;
    uint32_t leaves = 0;
    if (type->member_count == 0 || type->member_count > SHAPE_LEAVES || depth == SHAPE_DEPTH)
        return NULL;
    for (uint32_t i = 0; i < type->member_count; i++) {
        members[i] = shape_member(type, i, all, depth + 1);
        if (!members[i] || leaves + members[i]->count > SHAPE_LEAVES)
            return NULL;
        types[i] = members[i]->type;
        leaves += members[i]->count;
        bytes += cor_c_size(types[i]);
        if (bytes > SHAPE_BYTES)
            return NULL;
    }
    CorCType *own = cor_c_struct_new(types, type->member_count, offsets);
    ForeignShape *shape = shape_new(type, NULL, own, leaves, all);
    ForeignLeaf *leaf = shape ? shape->leaves : NULL;
    for (uint32_t i = 0; shape && i < type->member_count; i++) {
        shape->is_plain &= members[i]->is_plain;
        for (uint32_t j = 0; j < members[i]->count; j++) {
            *leaf = members[i]->leaves[j];
            leaf++->offset += offsets[i];
        }
    }
    return shape;
}

static const ForeignShape *shape_make(const CorType *type, ForeignShape **all, unsigned depth) {
    CorCKind kind = shape_kind(type);
    if (kind == COR_C_STRUCT)
        return shape_struct(type, all, depth);
    ForeignShape *shape = kind == COR_C_VOID ? NULL : shape_new(type, cor_c_type(kind), NULL, 1, all);
    if (shape)
        shape->leaves[0].kind = kind;
    return shape;
}

const ForeignShape *foreign_shape(const CorType *type, ForeignShape **all) {
    if (type->kind == COR_KIND_VOID || type->kind == COR_KIND_NEVER)
        return shape_new(type, cor_c_type(COR_C_VOID), NULL, 0, all);
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

static uint64_t shape_same_nan(CorCKind kind, uint64_t slot) {
    if (kind == COR_C_F32)
        return isnan(value_f32(slot)) ? COR_NAN_F32 : slot;
    return kind == COR_C_F64 && isnan(value_f64(slot)) ? COR_NAN : slot;
}

static void shape_store_scalar(CorCKind kind, uint64_t slot, char *memory) {
    slot = shape_same_nan(kind, slot);
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

static uint64_t shape_load_scalar(CorCKind kind, const char *memory) {
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

static CorStatus shape_store_array(CorIsolate *isolate, const ForeignLeaf *leaf, const CorArrayObject *array,
                                   char *memory) {
    const CorLayout *layout = leaf->array->element->layout;
    const size_t stride = cor_c_size(leaf->element->type);
    const char *place = (const char *)array->elements;
    CorStatus status = COR_OK;
    if (array->length != leaf->count)
        return cor_throw(isolate, COR_ERROR_VALUE,
                         "an array of %u elements in a struct of C cannot have %" PRIu64, leaf->count,
                         array->length);
    for (uint32_t i = 0; i < leaf->count && status == COR_OK; i++)
        status = foreign_store_object(isolate, leaf->element, place + (size_t)i * layout->size,
                                      layout->scalars, memory + i * stride);
    return status;
}

static CorStatus shape_load_array(CorIsolate *isolate, const ForeignLeaf *leaf, const char *memory,
                                  uint64_t *slot) {
    const CorLayout *layout = leaf->array->element->layout;
    const size_t stride = cor_c_size(leaf->element->type);
    CorArrayObject *array = cor_array_new(isolate, leaf->array, leaf->count);
    CorStatus status = array ? COR_OK : cor_throw_out_of_memory(isolate);
    *slot = (uintptr_t)array;
    cor_isolate_charge(isolate, leaf->count * stride / 64);
    for (uint32_t i = 0; i < leaf->count && status == COR_OK; i++)
        status = foreign_load_object(isolate, leaf->element, memory + i * stride, array,
                                     (char *)array->elements + (size_t)i * layout->size, layout->scalars);
    return status;
}

static CorStatus shape_store(CorIsolate *isolate, const ForeignLeaf *leaf, uint64_t slot, char *memory) {
    if (leaf->array)
        return shape_store_array(isolate, leaf, (const CorArrayObject *)(uintptr_t)slot,
                                 memory + leaf->offset);
    shape_store_scalar(leaf->kind, slot, memory + leaf->offset);
    return COR_OK;
}

static CorStatus shape_load(CorIsolate *isolate, const ForeignLeaf *leaf, const char *memory,
                            uint64_t *slot) {
    if (leaf->array)
        return shape_load_array(isolate, leaf, memory + leaf->offset, slot);
    *slot = shape_load_scalar(leaf->kind, memory + leaf->offset);
    return COR_OK;
}

CorStatus foreign_store(CorIsolate *isolate, const ForeignShape *shape, const uint64_t *slots, char *memory) {
    CorStatus status = COR_OK;
    for (uint32_t i = 0; i < shape->count && status == COR_OK; i++)
        status = shape_store(isolate, &shape->leaves[i], slots[i], memory);
    return status;
}

CorStatus foreign_load(CorIsolate *isolate, const ForeignShape *shape, const char *memory, uint64_t *slots) {
    CorStatus status = COR_OK;
    for (uint32_t i = 0; i < shape->count && status == COR_OK; i++)
        status = shape_load(isolate, &shape->leaves[i], memory, &slots[i]);
    return status;
}

CorStatus foreign_store_object(CorIsolate *isolate, const ForeignShape *shape, const char *place,
                               const CorScalar *scalars, char *memory) {
    CorStatus status = COR_OK;
    for (uint32_t i = 0; i < shape->count && status == COR_OK; i++) {
        uint64_t slot = cor_scalar_load(place + scalars[i].offset, scalars[i].width);
        status = shape_store(isolate, &shape->leaves[i], slot, memory);
    }
    return status;
}

CorStatus foreign_load_object(CorIsolate *isolate, const ForeignShape *shape, const char *memory,
                              void *object, char *place, const CorScalar *scalars) {
    CorStatus status = COR_OK;
    for (uint32_t i = 0; i < shape->count && status == COR_OK; i++) {
        uint64_t slot;
        status = shape_load(isolate, &shape->leaves[i], memory, &slot);
        if (status == COR_OK)
            cor_scalar_store(object, place + scalars[i].offset, scalars[i].width, slot);
    }
    return status;
}
