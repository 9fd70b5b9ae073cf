/* The layout of values in memory.
 *
 * Every scalar of a flattened value keeps its natural width.  In an object or element, references come first and the
 * others follow by falling width, so nothing needs padding between scalars and marking needs only a length.  A
 * subclass continues behind its superclass in the same manner. */
#include "vm/runtime/engine_internal.h"

static uint32_t align_up(uint32_t value, uint32_t alignment) {
    return (value + alignment - 1) & ~(alignment - 1);
}

/* Places all scalars of one size class; `references` tells the two 8-byte classes apart. */
static uint32_t place_class(CorScalar *scalars, uint32_t count, uint32_t offset, uint32_t bytes,
                            bool references) {
    for (uint32_t i = 0; i < count; i++) {
        bool is_reference = scalars[i].width == COR_WIDTH_REFERENCE;
        if (cor_width_bytes(scalars[i].width) == bytes && is_reference == references) {
            offset = align_up(offset, bytes);
            scalars[i].offset = offset;
            offset += bytes;
        }
    }
    return offset;
}

void cor_layout_place(CorScalar *scalars, uint32_t count, uint32_t start, uint32_t *end, uint32_t *mark_end) {
    uint32_t offset = place_class(scalars, count, start, 8, true);
    if (offset != start) {
        *mark_end = offset;
    }
    for (uint32_t bytes = 8; bytes != 0; bytes /= 2) {
        offset = place_class(scalars, count, offset, bytes, false);
    }
    *end = offset;
}

static bool words_in_order(const CorScalar *scalars, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (cor_width_bytes(scalars[i].width) != 8 || scalars[i].offset != scalars[0].offset + 8 * i) {
            return false;
        }
    }
    return true;
}

static CorLayout *new_layout(CorEngine *engine, const CorScalar *scalars, uint32_t count, uint32_t end) {
    CorLayout *layout = cor_engine_allocate(engine, 1, sizeof *layout);
    if (layout == NULL) {
        return NULL;
    }
    layout->count = count;
    layout->scalars = scalars;
    layout->alignment = 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bytes = cor_width_bytes(scalars[i].width);
        layout->alignment = bytes > layout->alignment ? bytes : layout->alignment;
        layout->references += scalars[i].width == COR_WIDTH_REFERENCE;
    }
    layout->size = align_up(end, layout->alignment);
    layout->words_in_order = words_in_order(scalars, count);
    return layout;
}

const CorLayout *cor_layout_element(CorEngine *engine, CorScalar *scalars, uint32_t count) {
    uint32_t end = 0, mark_end = 0;
    cor_layout_place(scalars, count, 0, &end, &mark_end);
    return new_layout(engine, scalars, count, end);
}

const CorLayout *cor_layout_object(CorEngine *engine, CorScalar *scalars, uint32_t count, uint32_t start,
                                   uint32_t *mark_bytes) {
    uint32_t end = start;
    cor_layout_place(scalars, count, start, &end, mark_bytes);
    CorLayout *layout = new_layout(engine, scalars, count, end);
    if (layout != NULL) {
        layout->size = align_up(end, 8);
    }
    return layout;
}
