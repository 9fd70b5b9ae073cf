/* Objects that a host holds: their types, fields and life. */
#include <stdlib.h>

#include "vm/api/api_internal.h"
#include "vm/runtime/host_signature.h"
#include "vm/runtime/object.h"
#include "vm/runtime/type_name.h"

static void object_take_left(CoracleObject *object) {
    CoracleObject **at = &object->isolate->left;
    while (*at != object)
        at = &(*at)->next_left;
    *at = object->next_left;
}

void api_free_object(CoracleObject *object) {
    enum { MOST_SPARE = 64 };
    CoracleIsolate *isolate = object->isolate;
    if (object->level != 0)
        object_take_left(object);
    if (object->previous)
        object->previous->next = object->next;
    else
        isolate->objects = object->next;
    if (object->next)
        object->next->previous = object->previous;
    if (isolate->spare_count < MOST_SPARE) {
        handle_retire(object->handle);
        object->next = isolate->spare;
        isolate->spare = object;
        isolate->spare_count++;
    } else {
        handle_free(object->handle);
        free(object);
    }
}

void api_free_spare(CoracleIsolate *isolate) {
    for (CoracleObject *object = isolate->spare, *next; object; object = next) {
        next = object->next;
        handle_free(object->handle);
        free(object);
    }
}

void coracle_object_release(CoracleObject *object) {
    if ((object = api_object(object)))
        api_free_object(object);
}

CoracleObject *coracle_object_release_on_return(CoracleObject *object) {
    if (!(object = api_object(object)))
        return NULL;
    CoracleIsolate *isolate = object->isolate;
    if (object->level == 0 && isolate->isolate->host_depth != 0) {
        object->level = isolate->isolate->host_depth;
        object->next_left = isolate->left;
        isolate->left = object;
    }
    return object->handle;
}

CoracleStatus coracle_object_new(CoracleIsolate *isolate, const char *type_name, CoracleObject **object) {
    const CorType *type = NULL;
    CorObject *made = NULL;
    CoracleValue value;
    if (object)
        *object = NULL;
    if (!(isolate = api_isolate(isolate)) || !type_name || !object)
        return CORACLE_MISMATCH;
    CoracleStatus status = api_enter(isolate);
    if (status != CORACLE_OK)
        return status;
    CorStatus found = cor_type_of_name(isolate->isolate, type_name, &type);
    if (found == COR_OK && type)
        found = cor_type_construct(isolate->isolate, type, &made);
    if (found != COR_OK)
        status = api_finish(isolate, found);
    else if (!made)
        status = api_fail(isolate, CORACLE_NOT_FOUND,
                          type ? "%.200s has no `init` without parameters" : "there is no type `%.200s`",
                          type_name);
    else if ((status = api_take_object(isolate, made, &value)) == CORACLE_OK)
        *object = value.object;
    api_leave(isolate);
    return status;
}

void api_release_left(CoracleIsolate *isolate) {
    while (isolate->left && isolate->left->level >= isolate->isolate->host_depth)
        api_free_object(isolate->left);
}

CoracleObject *coracle_object_keep(CoracleObject *object) {
    CoracleValue kept;
    if (!(object = api_object(object)))
        return NULL;
    CoracleStatus status = api_take_object(object->isolate, object->reference, &kept);
    return status == CORACLE_OK ? kept.object : NULL;
}

const char *coracle_object_type(const CoracleObject *object) {
    return !(object = api_object(object)) ? NULL : cor_type_nominal(object->reference->type)->name;
}

/* The field, of a type that a host can hold. */
static CoracleStatus object_field(CoracleObject *object, const char *name, bool is_assigned,
                                  const CorMember **field) {
    CoracleIsolate *isolate = object->isolate;
    const CorType *type = object->reference->type;
    bool is_mutable = false;
    isolate->message[0] = '\0';
    *field = cor_type_field(type, name, &is_mutable);
    if (!*field)
        return api_fail(isolate, CORACLE_NOT_FOUND, "%s has no field `%s`", cor_type_nominal(type)->name,
                        name);
    if (is_assigned && !is_mutable)
        return api_fail(isolate, CORACLE_MISMATCH, "field `%s` of %s is not `var`", name, type->name);
    if (!host_can_hold((*field)->type))
        return api_fail(isolate, CORACLE_MISMATCH, "field `%s` of %s is a %s, which a host cannot hold", name,
                        type->name, (*field)->type->name);
    return CORACLE_OK;
}

CoracleStatus coracle_object_get(CoracleObject *object, const char *name, CoracleValue *value) {
    const CorMember *field;
    uint64_t slots[2];
    if (!(object = api_object(object)) || !name || !value)
        return CORACLE_MISMATCH;
    CoracleStatus status = object_field(object, name, false, &field);
    if (status != CORACLE_OK)
        return status;
    status = api_enter(object->isolate);
    if (status != CORACLE_OK)
        return status;
    for (uint32_t i = 0; i < field->type->slots; i++)
        slots[i] = cor_scalar_load((const char *)object->reference + field->scalars[i].offset,
                                   field->scalars[i].width);
    status = api_take_value(object->isolate, field->type, slots, value);
    api_leave(object->isolate);
    return status;
}

CoracleStatus coracle_object_set(CoracleObject *object, const char *name, const CoracleValue *value) {
    const CorMember *field;
    uint64_t slots[2];
    bool out_of_memory = false;
    if (!(object = api_object(object)) || !name || !value)
        return CORACLE_MISMATCH;
    CoracleIsolate *isolate = object->isolate;
    CoracleStatus status = object_field(object, name, true, &field);
    if (status != CORACLE_OK)
        return status;
    status = api_enter(isolate);
    if (status != CORACLE_OK)
        return status;
    if (!api_put_value(isolate->isolate, field->type, value, slots, &out_of_memory))
        status = out_of_memory
                     ? api_finish(isolate, cor_throw_out_of_memory(isolate->isolate))
                     : api_fail(isolate, CORACLE_MISMATCH, "field `%s` must be of type `%s`%s", name,
                                field->type->name, api_misfit(isolate->isolate, field->type, value));
    for (uint32_t i = 0; status == CORACLE_OK && i < field->type->slots; i++)
        cor_scalar_store(object->reference, (char *)object->reference + field->scalars[i].offset,
                         field->scalars[i].width, slots[i]);
    api_leave(isolate);
    return status;
}
