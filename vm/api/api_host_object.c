/* Objects of the host's own classes. */
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/heap/owned.h"
#include "vm/runtime/object.h"

/* The class of a name like "scene.Sprite". */
static CoracleStatus host_object_class(CoracleIsolate *isolate, const char *name, const CorType **class) {
    char module_name[256];
    const char *dot = strrchr(name, '.');
    size_t length = dot ? (size_t)(dot - name) : 0;
    if (dot && length < sizeof module_name) {
        memcpy(module_name, name, length);
        module_name[length] = '\0';
        CorLinkedModule *module = cor_engine_module(isolate->isolate->engine, module_name);
        CorStatus status = module ? cor_module_host_class(isolate->isolate, module, dot + 1, class) : COR_OK;
        if (status != COR_OK)
            return api_finish(isolate, status);
        if (module && *class)
            return CORACLE_OK;
    }
    return api_fail(isolate, CORACLE_NOT_FOUND, "there is no class `%.200s` of the host", name);
}

static CoracleStatus host_object_make(CoracleIsolate *isolate, const CorType *class, CorHeapOwned *owned,
                                      CoracleObject **out) {
    CorHeap *heap = isolate->isolate->heap;
    CoracleValue value = {.kind = CORACLE_VOID};
    CorHostObject *object = (CorHostObject *)(void *)cor_object_new(isolate->isolate, class);
    if (!cor_heap_owned_attach(heap, owned, object))
        return api_finish(isolate, cor_throw_out_of_memory(isolate->isolate));
    object->owned = owned;
    CoracleStatus status = api_take_object(isolate, (CorObject *)(void *)object, &value);
    if (status == CORACLE_OK)
        *out = value.object; /* else the object is garbage, whose thing will be finalised */
    return status;
}

CoracleStatus coracle_object_new_host(CoracleIsolate *isolate, const char *class_name, void *pointer,
                                      size_t bytes, CoracleFinalize *finalize, CoracleObject **object) {
    const CorType *class = NULL;
    if (object)
        *object = NULL;
    isolate = api_isolate(isolate);
    CoracleStatus status = isolate && class_name && object ? api_enter(isolate) : CORACLE_MISMATCH;
    if (status != CORACLE_OK) {
        if (finalize && pointer)
            finalize(pointer);
        return status;
    }
    status = pointer ? host_object_class(isolate, class_name, &class)
                     : api_fail(isolate, CORACLE_MISMATCH, "an object of the host has a pointer");
    if (status == CORACLE_OK) {
        CorHeapOwned *owned = cor_heap_owned_new(isolate->isolate->heap, pointer, bytes, finalize);
        status = owned ? host_object_make(isolate, class, owned, object)
                       : api_finish(isolate, cor_throw_out_of_memory(isolate->isolate));
    } else if (finalize && pointer) {
        finalize(pointer);
    }
    api_leave(isolate);
    return status;
}

void *coracle_object_host(const CoracleObject *object, const char *class_name) {
    if (!(object = api_object(object)) || !class_name)
        return NULL;
    const CorType *type = object->reference->type;
    if (type->kind != COR_KIND_CLASS || (type->definition->flags & COR_DEF_HOST) == 0)
        return NULL;
    const char *module = cor_module_name(type->module);
    size_t length = strlen(module);
    bool is_wanted = strncmp(class_name, module, length) == 0 && class_name[length] == '.' &&
                     strcmp(class_name + length + 1, type->short_name) == 0;
    return is_wanted ? ((const CorHostObject *)(const void *)object->reference)->owned->thing : NULL;
}
