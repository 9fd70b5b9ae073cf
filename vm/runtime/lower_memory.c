/* Moving values between slots and memory: one operation per scalar, or one for all of a larger value. */
#include "vm/runtime/lower_internal.h"

static const CorLowered loads[COR_WIDTH_COUNT] = {
    COR_LOWERED_LOAD_U8,  COR_LOWERED_LOAD_I8,  COR_LOWERED_LOAD_U16, COR_LOWERED_LOAD_I16,
    COR_LOWERED_LOAD_U32, COR_LOWERED_LOAD_I32, COR_LOWERED_LOAD_64,  COR_LOWERED_LOAD_64};
static const CorLowered stores[COR_WIDTH_COUNT] = {
    COR_LOWERED_STORE_8,  COR_LOWERED_STORE_8,  COR_LOWERED_STORE_16, COR_LOWERED_STORE_16,
    COR_LOWERED_STORE_32, COR_LOWERED_STORE_32, COR_LOWERED_STORE_64, COR_LOWERED_STORE_REFERENCE};
static const CorLowered element_loads[COR_WIDTH_COUNT] = {
    COR_LOWERED_LOAD_ELEMENT_U8,  COR_LOWERED_LOAD_ELEMENT_I8,  COR_LOWERED_LOAD_ELEMENT_U16,
    COR_LOWERED_LOAD_ELEMENT_I16, COR_LOWERED_LOAD_ELEMENT_U32, COR_LOWERED_LOAD_ELEMENT_I32,
    COR_LOWERED_LOAD_ELEMENT_64,  COR_LOWERED_LOAD_ELEMENT_64};
static const CorLowered element_stores[COR_WIDTH_COUNT] = {
    COR_LOWERED_STORE_ELEMENT_8,  COR_LOWERED_STORE_ELEMENT_8,        COR_LOWERED_STORE_ELEMENT_16,
    COR_LOWERED_STORE_ELEMENT_16, COR_LOWERED_STORE_ELEMENT_32,       COR_LOWERED_STORE_ELEMENT_32,
    COR_LOWERED_STORE_ELEMENT_64, COR_LOWERED_STORE_ELEMENT_REFERENCE};
static const CorLowered part_loads[COR_WIDTH_COUNT] = {COR_LOWERED_LOAD_PART_U8,  COR_LOWERED_LOAD_PART_I8,
                                                       COR_LOWERED_LOAD_PART_U16, COR_LOWERED_LOAD_PART_I16,
                                                       COR_LOWERED_LOAD_PART_U32, COR_LOWERED_LOAD_PART_I32,
                                                       COR_LOWERED_LOAD_PART_64,  COR_LOWERED_LOAD_PART_64};
static const CorLowered part_stores[COR_WIDTH_COUNT] = {
    COR_LOWERED_STORE_PART_8,  COR_LOWERED_STORE_PART_8,        COR_LOWERED_STORE_PART_16,
    COR_LOWERED_STORE_PART_16, COR_LOWERED_STORE_PART_32,       COR_LOWERED_STORE_PART_32,
    COR_LOWERED_STORE_PART_64, COR_LOWERED_STORE_PART_REFERENCE};

enum { SEPARATE_SCALARS = 3 }; /* values of more slots are copied by one wide operation */

/* A layout of some scalars of an object or element. */
static const CorLayout *slice(Lowering *lowering, const CorScalar *scalars, uint32_t count, uint32_t size) {
    CorLayout *layout = cor_engine_allocate(lowering->engine, 1, sizeof *layout);
    if (layout == NULL) {
        lowering->failed = true;
        return NULL;
    }
    *layout =
        (CorLayout){.count = count, .size = size, .alignment = 8, .scalars = scalars, .words_in_order = true};
    for (uint32_t i = 0; i < count; i++) {
        layout->words_in_order &=
            scalars[i].width >= COR_WIDTH_64 && scalars[i].offset == scalars[0].offset + 8 * i;
    }
    return layout;
}

void cor_emit_load(Lowering *lowering, uint32_t to, uint32_t object, const CorScalar *scalars,
                   uint32_t count) {
    if (count > SEPARATE_SCALARS) {
        cor_emit(lowering, COR_LOWERED_LOAD_WIDE, to, object, 0);
        cor_emit_pointer(lowering, slice(lowering, scalars, count, 0));
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        cor_emit(lowering, loads[scalars[i].width], to + i, object, scalars[i].offset);
    }
}

void cor_emit_store(Lowering *lowering, uint32_t object, const CorScalar *scalars, uint32_t from,
                    uint32_t count) {
    if (count > SEPARATE_SCALARS) {
        cor_emit(lowering, COR_LOWERED_STORE_WIDE, object, from, 0);
        cor_emit_pointer(lowering, slice(lowering, scalars, count, 0));
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        cor_emit(lowering, stores[scalars[i].width], object, scalars[i].offset, from + i);
    }
}

/* An element of one scalar that fills it needs no stride. */
static bool is_whole_scalar(const CorLayout *element, uint32_t first, uint32_t count) {
    return count == 1 && element->count == 1 && first == 0;
}

void cor_emit_load_element(Lowering *lowering, uint32_t to, uint32_t array, uint32_t index,
                           const CorLayout *element, uint32_t first, uint32_t count) {
    const CorScalar *scalars = element->scalars + first;
    if (count == 0) {
        cor_emit(lowering, COR_LOWERED_CHECK_INDEX, array, index, 0);
    } else if (is_whole_scalar(element, first, count)) {
        cor_emit(lowering, element_loads[scalars[0].width], to, array, index);
    } else if (count == 1) {
        cor_emit(lowering, part_loads[scalars[0].width], to, array, index);
        cor_emit_part(lowering, element->size, scalars[0].offset);
    } else {
        cor_emit(lowering, COR_LOWERED_LOAD_ELEMENT_WIDE, to, array, index);
        cor_emit_pointer(lowering,
                         count == element->count ? element : slice(lowering, scalars, count, element->size));
    }
}

void cor_emit_store_element(Lowering *lowering, uint32_t array, uint32_t index, const CorLayout *element,
                            uint32_t first, uint32_t from, uint32_t count) {
    const CorScalar *scalars = element->scalars + first;
    if (count == 0) {
        cor_emit(lowering, COR_LOWERED_CHECK_INDEX, array, index, 0);
    } else if (is_whole_scalar(element, first, count)) {
        cor_emit(lowering, element_stores[scalars[0].width], array, index, from);
    } else if (count == 1) {
        cor_emit(lowering, part_stores[scalars[0].width], array, index, from);
        cor_emit_part(lowering, element->size, scalars[0].offset);
    } else {
        cor_emit(lowering, COR_LOWERED_STORE_ELEMENT_WIDE, array, index, from);
        cor_emit_pointer(lowering,
                         count == element->count ? element : slice(lowering, scalars, count, element->size));
    }
}

/* ---- Boxes ---- */

void cor_emit_box(Lowering *lowering, const CorType *type, uint32_t to, uint32_t from) {
    if (type->is_reference && !type->is_nullable) {
        cor_emit_move(lowering, to, from, 1);
        return;
    }
    uint32_t object = to;
    if (to >= from && to < from + type->slots) {
        object = cor_scratch(lowering, 1); /* the box would overwrite what goes into it */
    }
    cor_emit(lowering, COR_LOWERED_NEW, object, 0, 0);
    cor_emit_pointer(lowering, type);
    cor_emit_store(lowering, object, type->box->scalars, from, type->slots);
    cor_emit_move(lowering, to, object, 1);
}

void cor_emit_unbox(Lowering *lowering, const CorType *type, uint32_t to, uint32_t object) {
    if (type->is_reference && !type->is_nullable) {
        cor_emit_move(lowering, to, object, 1);
        return;
    }
    if (object >= to && object < to + type->slots && type->slots > 1) {
        uint32_t kept = cor_scratch(lowering, 1);
        cor_emit_move(lowering, kept, object, 1);
        object = kept;
    }
    cor_emit_load(lowering, to, object, type->box->scalars, type->slots);
}
