/* Follows stdlib/core/list.cora and map.cora. */
#include "vm/runtime/collection.h"

#include <assert.h>
#include <string.h>

#include "vm/runtime/engine_internal.h"
#include "vm/runtime/intrinsic_support.h"
#include "vm/runtime/object.h"

static uint64_t *field(CorObject *object, const char *name) {
    const CorType *type = object->type;
    for (uint32_t i = 0; i < type->member_count; i++)
        if (strcmp(type->members[i].name, name) == 0)
            return (uint64_t *)(void *)((char *)object + type->members[i].scalars[0].offset);
    assert(!"a field of a collection of std.core");
    return NULL;
}

/* ---- Lists ------------------------------------------------------------------------------------- */

bool cor_list_view(CorObject *object, CorListView *view) {
    const CorType *type = object->type;
    if (type->kind == COR_KIND_ARRAY) {
        CorArrayObject *array = (CorArrayObject *)(void *)object;
        *view = (CorListView){.items = array, .element = type->element, .length = array->length};
        return true;
    }
    if (type->kind != COR_KIND_CLASS || !cor_definition_is_core(type->info, "List"))
        return false;
    *view = (CorListView){.list = object,
                          .items = (CorArrayObject *)(uintptr_t)*field(object, "items"),
                          .element = type->arguments[0],
                          .length = *field(object, "used")};
    return true;
}

bool cor_list_reserve(CorIsolate *isolate, CorListView *view, uint64_t length) {
    if (length <= view->items->length)
        return true;
    uint64_t twice = view->length < 4 ? 8 : 2 * view->length;
    CorArrayObject *grown = cor_array_new(isolate, view->items->type, length < twice ? twice : length);
    if (!grown)
        return false;
    intrinsic_copy_elements(grown, (char *)grown->elements, (const char *)view->items->elements,
                            view->length);
    cor_heap_store(view->list, field(view->list, "items"), grown);
    view->items = grown;
    return true;
}

void cor_list_set_length(CorListView *view, uint64_t length) {
    *field(view->list, "used") = view->length = length;
    ++*field(view->list, "version");
}

/* ---- Maps -------------------------------------------------------------------------------------- */

enum { MAP_HASH, MAP_KEY, MAP_VALUE }; /* members of an entry */

bool cor_map_view(CorObject *object, CorMapView *view) {
    const CorType *type = object->type;
    if (type->kind != COR_KIND_CLASS || !cor_definition_is_core(type->info, "Map"))
        return false;
    CorArrayObject *entries = (CorArrayObject *)(uintptr_t)*field(object, "items");
    const CorMember *members = entries->type->element->members;
    *view = (CorMapView){.key = type->arguments[0],
                         .value = type->arguments[1],
                         .key_member = &members[MAP_KEY],
                         .value_member = &members[MAP_VALUE],
                         .entries = entries,
                         .length = *field(object, "live"),
                         .used = *field(object, "used")};
    return true;
}

bool cor_map_has(const CorMapView *view, uint64_t place) {
    const CorType *entry = view->entries->type->element;
    uint64_t hash;
    cor_element_load(view->entries, place, entry->members[MAP_HASH].type, entry->members[MAP_HASH].slot,
                     &hash);
    return (int64_t)hash >= 0;
}

/* ---- Elements ---------------------------------------------------------------------------------- */

void cor_element_load(const CorArrayObject *array, uint64_t index, const CorType *type, uint32_t first_slot,
                      uint64_t *slots) {
    const CorLayout *layout = array->type->element->layout;
    const char *element = (const char *)array->elements + index * layout->size;
    for (uint32_t i = 0; i < type->slots; i++) {
        const CorScalar *scalar = &layout->scalars[first_slot + i];
        slots[i] = cor_scalar_load(element + scalar->offset, scalar->width);
    }
}

void cor_element_store(CorArrayObject *array, uint64_t index, const CorType *type, uint32_t first_slot,
                       const uint64_t *slots) {
    const CorLayout *layout = array->type->element->layout;
    char *element = (char *)array->elements + index * layout->size;
    for (uint32_t i = 0; i < type->slots; i++) {
        const CorScalar *scalar = &layout->scalars[first_slot + i];
        cor_scalar_store(array, element + scalar->offset, scalar->width, slots[i]);
    }
}
