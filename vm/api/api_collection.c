/* Lists and maps of programs. */
#include <stdlib.h>
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/runtime/collection.h"
#include "vm/runtime/host_signature.h"
#include "vm/runtime/object.h"

/* Leaves the isolate, which was entered for an object that is none of what is asked for. */
static CoracleStatus refuse(CoracleObject *object, const char *why) {
    CoracleStatus status = api_fail(object->isolate, CORACLE_MISMATCH, "a %s %s",
                                    cor_type_nominal(object->reference->type)->name, why);
    api_leave(object->isolate);
    return status;
}

/* ---- Lists ------------------------------------------------------------------------------------- */

size_t coracle_list_length(const CoracleObject *list) {
    CorListView view;
    return (list = api_object(list)) && cor_list_view(list->reference, &view) ? view.length : 0;
}

/* Enters the isolate if the object is a list whose elements a host can hold. */
static CoracleStatus list_enter(CoracleObject *list, CorListView *view) {
    CoracleStatus status = api_enter(list->isolate);
    if (status != CORACLE_OK || (cor_list_view(list->reference, view) && host_can_hold(view->element)))
        return status;
    return refuse(list, "is no list of values that a host can hold");
}

static CoracleStatus list_fail_range(CoracleIsolate *isolate, const CorListView *view, size_t index) {
    return api_fail(isolate, CORACLE_NOT_FOUND, "there is no index %zu in a list of length %zu", index,
                    (size_t)view->length);
}

/* The value as slots of the type. */
static CoracleStatus put(CoracleIsolate *isolate, const char *what, const CorType *type,
                         const CoracleValue *value, uint64_t *slots) {
    bool out_of_memory = false;
    if (api_put_value(isolate->isolate, type, value, slots, &out_of_memory))
        return CORACLE_OK;
    return out_of_memory ? api_finish(isolate, cor_throw_out_of_memory(isolate->isolate))
                         : api_fail(isolate, CORACLE_MISMATCH, "%s must be of type `%s`%s", what, type->name,
                                    api_misfit(isolate->isolate, type, value));
}

CoracleStatus coracle_list_get(CoracleObject *list, size_t index, CoracleValue *value) {
    if (!(list = api_object(list)) || !value)
        return CORACLE_MISMATCH;
    CorListView view;
    uint64_t slots[2];
    CoracleStatus status = list_enter(list, &view);
    if (status != CORACLE_OK)
        return status;
    if (index < view.length) {
        cor_element_load(view.items, index, view.element, 0, slots);
        status = api_take_value(list->isolate, view.element, slots, value);
    } else {
        status = list_fail_range(list->isolate, &view, index);
    }
    api_leave(list->isolate);
    return status;
}

CoracleStatus coracle_list_set(CoracleObject *list, size_t index, const CoracleValue *value) {
    if (!(list = api_object(list)) || !value)
        return CORACLE_MISMATCH;
    CorListView view;
    uint64_t slots[2];
    CoracleStatus status = list_enter(list, &view);
    if (status != CORACLE_OK)
        return status;
    status = index < view.length ? put(list->isolate, "an element", view.element, value, slots)
                                 : list_fail_range(list->isolate, &view, index);
    if (status == CORACLE_OK)
        cor_element_store(view.items, index, view.element, 0, slots);
    api_leave(list->isolate);
    return status;
}

/* Room for elements up to `length`, which an array must have. */
static CoracleStatus list_reserve(CoracleIsolate *isolate, CorListView *view, uint64_t length) {
    if (length <= view->length)
        return CORACLE_OK;
    if (!view->list)
        return api_fail(isolate, CORACLE_MISMATCH, "an array does not grow");
    return cor_list_reserve(isolate->isolate, view, length)
               ? CORACLE_OK
               : api_finish(isolate, cor_throw_out_of_memory(isolate->isolate));
}

CoracleStatus coracle_list_append(CoracleObject *list, const CoracleValue *value) {
    if (!(list = api_object(list)) || !value)
        return CORACLE_MISMATCH;
    CorListView view;
    uint64_t slots[2];
    CoracleIsolate *isolate = list->isolate;
    CoracleStatus status = list_enter(list, &view);
    if (status != CORACLE_OK)
        return status;
    status = put(isolate, "an element", view.element, value, slots);
    if (status == CORACLE_OK)
        status = list_reserve(isolate, &view, view.length + 1);
    if (status == CORACLE_OK) {
        cor_element_store(view.items, view.length, view.element, 0, slots);
        cor_list_set_length(&view, view.length + 1);
    }
    api_leave(isolate);
    return status;
}

/* ---- Many elements ---- */

static bool list_has_elements(const CorListView *view, CoracleKind kind, size_t size) {
    const bool is_plain = view->element->kind >= COR_KIND_BOOL && view->element->kind <= COR_KIND_CHAR;
    return is_plain && api_scalar_kind(view->element) == kind && view->element->layout->size == size;
}

static CoracleStatus list_enter_scalars(CoracleObject *list, CorListView *view, CoracleKind kind,
                                        size_t size) {
    CoracleStatus status = list_enter(list, view);
    if (status != CORACLE_OK || list_has_elements(view, kind, size))
        return status;
    return refuse(list, "has other elements than the C array");
}

/* Every NaN that a host is given is the same one. */
static void list_unify_nans(void *elements, size_t count, size_t size) {
    char *at = elements;
    for (size_t i = 0; i < count; i++, at += size) {
        double number;
        float single;
        if (size == sizeof number) {
            memcpy(&number, at, sizeof number);
            if (number != number)
                memcpy(at, &(uint64_t){COR_NAN}, sizeof number);
        } else {
            memcpy(&single, at, sizeof single);
            if (single != single)
                memcpy(at, &(uint32_t){COR_NAN_F32}, sizeof single);
        }
    }
}

/* Whether all are values of the element type: other bits than those of true and false are no boolean. */
static bool list_accepts(const CorListView *view, const void *elements, size_t count) {
    const unsigned char *bytes = elements;
    uint64_t slot;
    for (size_t i = 0; i < count && view->element->kind == COR_KIND_BOOL; i++)
        if (bytes[i] > 1)
            return false;
    for (size_t i = 0; i < count && view->element->kind == COR_KIND_CHAR; i++) {
        CoracleScalar scalar = {.unsigned_integer = 0};
        memcpy(&scalar.character, bytes + i * sizeof scalar.character, sizeof scalar.character);
        if (!api_put_scalar(view->element, &scalar, &slot))
            return false;
    }
    return true;
}

CoracleStatus coracle_list_read(CoracleObject *list, size_t start, size_t count, CoracleKind kind,
                                size_t size, void *elements) {
    if (!(list = api_object(list)) || (!elements && count > 0))
        return CORACLE_MISMATCH;
    CorListView view;
    CoracleStatus status = list_enter_scalars(list, &view, kind, size);
    if (status != CORACLE_OK)
        return status;
    if (start > view.length || count > view.length - start) {
        status = list_fail_range(list->isolate, &view, start > view.length ? start : (size_t)view.length);
    } else if (count > 0) {
        memcpy(elements, cor_list_element(&view, start), count * size);
        if (kind == CORACLE_FLOAT)
            list_unify_nans(elements, count, size);
    }
    api_leave(list->isolate);
    return status;
}

CoracleStatus coracle_list_write(CoracleObject *list, size_t start, size_t count, CoracleKind kind,
                                 size_t size, const void *elements) {
    if (!(list = api_object(list)) || (!elements && count > 0))
        return CORACLE_MISMATCH;
    CorListView view;
    CoracleIsolate *isolate = list->isolate;
    CoracleStatus status = list_enter_scalars(list, &view, kind, size);
    if (status != CORACLE_OK)
        return status;
    if (start > view.length)
        status = list_fail_range(isolate, &view, start);
    else if (!list_accepts(&view, elements, count))
        status = api_fail(isolate, CORACLE_MISMATCH, "an element is no %s", view.element->name);
    else
        status = list_reserve(isolate, &view, count <= SIZE_MAX - start ? start + count : SIZE_MAX);
    if (status == CORACLE_OK && count > 0) {
        memcpy(cor_list_element(&view, start), elements, count * size);
        if (start + count > view.length)
            cor_list_set_length(&view, start + count);
    }
    api_leave(isolate);
    return status;
}

/* ---- Maps -------------------------------------------------------------------------------------- */

size_t coracle_map_length(const CoracleObject *map) {
    CorMapView view;
    return (map = api_object(map)) && cor_map_view(map->reference, &view) ? view.length : 0;
}

static CoracleStatus map_enter(CoracleObject *map, CorMapView *view) {
    CoracleStatus status = api_enter(map->isolate);
    if (status != CORACLE_OK ||
        (cor_map_view(map->reference, view) && host_can_hold(view->key) && host_can_hold(view->value)))
        return status;
    return refuse(map, "is no map of values that a host can hold");
}

/* Calls a method of the map, whose slots for self and key, and perhaps value, are filled in. */
static CoracleStatus map_call(CoracleObject *map, const char *name, uint64_t *slots, uint64_t *result) {
    CorIsolate *isolate = map->isolate->isolate;
    CorLoweredFunction *method = NULL;
    slots[0] = (uintptr_t)map->reference;
    CorStatus status = cor_type_private_method(isolate, map->reference->type, name, &method);
    if (status == COR_OK)
        status = method ? cor_call(isolate, method, slots, result)
                        : cor_throw(isolate, COR_ERROR_STATE, "std.core's Map has no method `%s`", name);
    return api_finish(map->isolate, status);
}

/* The place of a key. */
static CoracleStatus map_find(CoracleObject *map, const CorMapView *view, const CoracleValue *key,
                              uint64_t *slots, uint64_t *place) {
    CoracleStatus status = put(map->isolate, "a key", view->key, key, slots + 1);
    if (status == CORACLE_OK)
        status = map_call(map, "place", slots, place);
    if (status == CORACLE_OK && (int64_t)*place < 0)
        status = api_fail(map->isolate, CORACLE_NOT_FOUND, "there is no such key");
    return status;
}

enum { MAP_SLOTS = 5, MAP_RESULTS = 4 };

CoracleStatus coracle_map_get(CoracleObject *map, const CoracleValue *key, CoracleValue *value) {
    if (!(map = api_object(map)) || !key || !value)
        return CORACLE_MISMATCH;
    CorMapView view;
    uint64_t slots[MAP_SLOTS], place;
    CoracleStatus status = map_enter(map, &view);
    if (status != CORACLE_OK)
        return status;
    status = map_find(map, &view, key, slots, &place);
    if (status == CORACLE_OK && cor_map_view(map->reference, &view) && place < view.used) {
        cor_element_load(view.entries, place, view.value, view.value_member->slot, slots);
        status = api_take_value(map->isolate, view.value, slots, value);
    }
    api_leave(map->isolate);
    return status;
}

CoracleStatus coracle_map_set(CoracleObject *map, const CoracleValue *key, const CoracleValue *value) {
    if (!(map = api_object(map)) || !key || !value)
        return CORACLE_MISMATCH;
    CorMapView view;
    uint64_t slots[MAP_SLOTS], result[MAP_RESULTS];
    CoracleStatus status = map_enter(map, &view);
    if (status != CORACLE_OK)
        return status;
    status = put(map->isolate, "a key", view.key, key, slots + 1);
    if (status == CORACLE_OK)
        status = put(map->isolate, "a value", view.value, value, slots + 1 + view.key->slots);
    if (status == CORACLE_OK)
        status = map_call(map, "set", slots, result);
    api_leave(map->isolate);
    return status;
}

CoracleStatus coracle_map_remove(CoracleObject *map, const CoracleValue *key) {
    if (!(map = api_object(map)) || !key)
        return CORACLE_MISMATCH;
    CorMapView view;
    uint64_t slots[MAP_SLOTS], result[MAP_RESULTS];
    CoracleStatus status = map_enter(map, &view);
    if (status != CORACLE_OK)
        return status;
    status = map_find(map, &view, key, slots, result);
    if (status == CORACLE_OK)
        status = map_call(map, "remove", slots, result);
    api_leave(map->isolate);
    return status;
}

static CoracleStatus map_give(CoracleObject *map, const CorMapView *view, uint64_t place, CoracleValue *key,
                              CoracleValue *value) {
    CoracleIsolate *isolate = map->isolate;
    uint64_t slots[2];
    cor_element_load(view->entries, place, view->key, view->key_member->slot, slots);
    CoracleStatus status = api_take_value(isolate, view->key, slots, key);
    if (status != CORACLE_OK)
        return status;
    char *text = isolate->key_text; /* the key's stays, and the value's takes the place of the one before */
    isolate->key_text = isolate->result_text;
    isolate->result_text = text;
    cor_element_load(view->entries, place, view->value, view->value_member->slot, slots);
    status = api_take_value(isolate, view->value, slots, value);
    if (status != CORACLE_OK && key->kind == CORACLE_OBJECT)
        coracle_object_release(key->object);
    return status;
}

CoracleStatus coracle_map_next(CoracleObject *map, size_t *position, CoracleValue *key, CoracleValue *value) {
    if (!(map = api_object(map)) || !position || !key || !value)
        return CORACLE_MISMATCH;
    CorMapView view;
    CoracleStatus status = map_enter(map, &view);
    if (status != CORACLE_OK)
        return status;
    size_t place = *position;
    while (place < view.used && !cor_map_has(&view, place))
        place++;
    status = place < view.used ? map_give(map, &view, place, key, value)
                               : api_fail(map->isolate, CORACLE_NOT_FOUND, "there is no other entry");
    *position = place + (status == CORACLE_OK);
    api_leave(map->isolate);
    return status;
}
