/* Modules of the host, and calls of its functions by programs. */
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "vm/api/api_internal.h"
#include "vm/bytecode/utf8.h"
#include "vm/runtime/error.h"
#include "vm/runtime/host_signature.h"

typedef struct HostFunction {
    CorHostFunction function; /* what the VM calls */
    CorDirectCall direct;
    char *name;
    CoracleNative *call;
    void *context;
    uint32_t parameter_count; /* as declared */
    bool is_declared;
    CoracleKind
        kinds[COR_HOST_PARAMETERS]; /* of parameters whose slots are the values of hosts; else CORACLE_VOID */
} HostFunction;

struct ApiHostModule {
    char *name;
    unsigned char *_Atomic compiled; /* owned; NULL until all of it is there */
    size_t compiled_size;
    HostFunction *functions;
    size_t count;
    ApiHostModule *next;
};

/* Native code fills in values itself, where they are these. */
_Static_assert(sizeof(CoracleValue) == sizeof(CorHostValue) &&
                   offsetof(CoracleValue, integer) == offsetof(CorHostValue, bits) &&
                   offsetof(CoracleValue, string.length) == offsetof(CorHostValue, length),
               "CorHostValue");
_Static_assert((int)CORACLE_VOID == COR_HOST_VOID && (int)CORACLE_BOOL == COR_HOST_BOOL &&
                   (int)CORACLE_INT == COR_HOST_INT && (int)CORACLE_UINT == COR_HOST_UINT &&
                   (int)CORACLE_FLOAT == COR_HOST_FLOAT && (int)CORACLE_OK == COR_OK,
               "kinds of CorHostValue");

/* ---- Calls ------------------------------------------------------------------------------------- */

/* False: out of memory. */
static bool host_take_argument(CoracleIsolate *isolate, const CorType *type, const uint64_t *slots,
                               CoracleValue *argument) {
    const bool is_optional = type->kind == COR_KIND_OPTIONAL, is_null = is_optional && slots[0] == 0;
    const CorType *inner = is_optional ? type->element : type;
    const uint64_t *value = is_optional && !type->is_nullable ? slots + 1 : slots;
    const CorStringObject *string = (const void *)(uintptr_t)value[0];
    bool is_string = inner->kind == COR_KIND_STRING ||
                     (inner->kind == COR_KIND_ANY && !is_null && string->type->kind == COR_KIND_STRING);
    if (is_null || !is_string)
        return api_take_value(isolate, type, slots, argument) == CORACLE_OK;
    *argument = (CoracleValue){.kind = CORACLE_STRING, .string = {string->bytes, string->length}};
    return true;
}

/* Objects among the arguments are handles of this call.  `objects`: the number of the last one of them, from one. */
static CorStatus host_take_arguments(CoracleIsolate *isolate, const HostFunction *function,
                                     const uint64_t *slots, const CorType *const *types,
                                     CoracleValue *arguments, uint32_t *objects) {
    for (uint32_t i = 0; i < function->parameter_count; i++) {
        arguments[i].kind = function->kinds[i];
        if (arguments[i].kind != CORACLE_VOID) {
            arguments[i].unsigned_integer = arguments[i].kind == CORACLE_FLOAT ? api_double(*slots) : *slots;
            slots++;
            continue;
        }
        if (!host_take_argument(isolate, types[i], slots, &arguments[i]))
            return cor_throw_out_of_memory(isolate->isolate);
        if (arguments[i].kind == CORACLE_OBJECT)
            *objects = i + 1;
        slots += types[i]->slots;
    }
    return COR_OK;
}

static void host_release_arguments(const CoracleValue *arguments, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (arguments[i].kind == CORACLE_OBJECT) {
            CoracleObject *object = handle_target(arguments[i].object, HANDLE_OBJECT);
            if (object) /* the function has not released it */
                api_free_object(object);
        }
}

/* An error that a call inside has given goes on as what it was. */
static CorStatus host_thrown(CoracleIsolate *isolate) {
    if (isolate->isolate->pending)
        return COR_THROWN;
    if (isolate->has_error)
        return cor_throw_object(isolate->isolate, isolate->thrown);
    return cor_throw(isolate->isolate, COR_ERROR_STATE, "a function of the host failed");
}

/* How the program goes on after its function gave a status.  An error that it threw and did not return is forgotten. */
static CorStatus host_status(CoracleIsolate *isolate, const char *name, CoracleStatus status) {
    if (status != CORACLE_THROWN)
        isolate->isolate->pending = NULL;
    switch (status) {
    case CORACLE_OK: return COR_OK;
    case CORACLE_THROWN: return host_thrown(isolate);
    case CORACLE_NO_MEMORY: return cor_throw_out_of_memory(isolate->isolate);
    case CORACLE_EXITED: return cor_isolate_stop(isolate->isolate, COR_STOP_EXIT);
    case CORACLE_OUT_OF_FUEL: return cor_isolate_stop(isolate->isolate, COR_STOP_FUEL);
    case CORACLE_TIMED_OUT: return cor_isolate_stop(isolate->isolate, COR_STOP_TIME);
    case CORACLE_INTERRUPTED: return cor_isolate_stop(isolate->isolate, COR_STOP_INTERRUPT);
    case CORACLE_OUTPUT_LIMIT: return cor_isolate_stop(isolate->isolate, COR_STOP_OUTPUT);
    default:
        return cor_throw(isolate->isolate, COR_ERROR_STATE, "the host's function `%s` failed%s%s", name,
                         isolate->message[0] ? ": " : "", isolate->message);
    }
}

/* Whether the value is the slot of its type as it stands. */
static inline bool host_is_number(const CorType *type, const CoracleValue *value) {
    return (type->kind == COR_KIND_I64 && value->kind == CORACLE_INT) ||
           (type->kind == COR_KIND_F64 && value->kind == CORACLE_FLOAT);
}

static CorStatus host_put_result(CoracleIsolate *isolate, const char *name, const CorType *type,
                                 const CoracleValue *value, uint64_t *result) {
    bool out_of_memory = false;
    if (host_is_number(type, value))
        return *result = value->unsigned_integer, COR_OK;
    if (type->kind == COR_KIND_VOID || api_put_value(isolate->isolate, type, value, result, &out_of_memory))
        return COR_OK;
    if (out_of_memory)
        return cor_throw_out_of_memory(isolate->isolate);
    return cor_throw(isolate->isolate, COR_ERROR_STATE,
                     "the host's function `%s` gave a value that is no %s%s", name, type->name,
                     api_misfit(isolate->isolate, type, value));
}

/* What the function has given becomes the result, and what it has left is seen to. */
static CorStatus host_finish(CoracleIsolate *isolate, const HostFunction *host, CoracleStatus given,
                             const CoracleValue *value, uint64_t *result, const CorType *type) {
    CorStatus status = host_status(isolate, host->name, given);
    if (status == COR_OK)
        status = host_put_result(isolate, host->name, type, value, result);
    if (status == COR_OK)
        status = cor_isolate_heed(isolate->isolate); /* it may have taken long, and counts as little work */
    if (isolate->left)
        api_release_left(isolate);
    return status;
}

/* Whether nothing but the value is left of a function that has returned. */
static inline bool host_left_nothing(const CoracleIsolate *isolate, CoracleStatus given) {
    const CorIsolate *inner = isolate->isolate;
    return given == CORACLE_OK && !inner->pending && !isolate->left && !cor_isolate_is_wished(inner);
}

static CorStatus host_returned(CorIsolate *inner, const CorHostFunction *function, uint32_t given,
                               const CorHostValue *value, uint64_t *result, const CorType *const *types) {
    const HostFunction *host = (const HostFunction *)(const void *)function;
    const CoracleValue seen = {.kind = (CoracleKind)value->kind,
                               .string = {(const char *)(uintptr_t)value->bits, value->length}};
    if (inner->host_top & COR_HOST_FRESH)
        api_begin_use(inner->host);
    CorStatus status =
        host_finish(inner->host, host, (CoracleStatus)given, &seen, result, types[host->parameter_count]);
    inner->host_depth--;
    return status;
}

static CorStatus host_call(CorIsolate *inner, const CorHostFunction *function, const uint64_t *slots,
                           uint64_t *result, const CorType *const *types) {
    const HostFunction *host = (const HostFunction *)(const void *)function;
    CoracleIsolate *isolate = inner->host;
    CoracleValue
        arguments[host->parameter_count + 1]; /* no more: what lies there from before would be roots */
    CoracleValue value = {.kind = CORACLE_VOID};
    uint32_t objects = 0;
    api_forget(isolate);
    CorStatus status = host_take_arguments(isolate, host, slots, types, arguments, &objects);
    inner->host_depth++;
    if (status == COR_OK) {
        const CorType *type = types[host->parameter_count];
        CoracleStatus given = host->call(host->context, isolate->handle, arguments, &value);
        if (host_left_nothing(isolate, given) && host_is_number(type, &value))
            *result = value.unsigned_integer;
        else
            status = host_finish(isolate, host, given, &value, result, type);
    }
    inner->host_depth--;
    host_release_arguments(arguments, objects);
    return status;
}

CoracleStatus coracle_isolate_throw(CoracleIsolate *isolate, const char *type, const char *message) {
    CorErrorClass class = COR_ERROR_STATE;
    if (!(isolate = api_isolate(isolate)) || !type || !message)
        return CORACLE_MISMATCH;
    if (isolate->isolate->host_depth == 0 || isolate->isolate->streaming != 0 ||
        isolate->isolate->heap->finalizing)
        return api_fail(isolate, CORACLE_MISMATCH, "the program has called no function of the host");
    if (!cor_utf8_valid((const uint8_t *)message, strlen(message)))
        message = "a message that is not UTF-8";
    for (int i = 0; i < COR_ERROR_COUNT; i++)
        if (strcmp(type, cor_error_class_name((CorErrorClass)i)) == 0)
            class = (CorErrorClass)i;
    cor_throw(isolate->isolate, class, "%s", message);
    return CORACLE_THROWN;
}

/* ---- Modules ----------------------------------------------------------------------------------- */

const CorHostFunction *api_find_host_function(void *context, const char *module, const char *name) {
    const CoracleEngine *engine = context;
    for (const ApiHostModule *own = engine->host_modules; own; own = own->next)
        for (size_t i = 0; strcmp(own->name, module) == 0 && i < own->count; i++)
            if (strcmp(own->functions[i].name, name) == 0)
                return &own->functions[i].function;
    return NULL;
}

const unsigned char *api_host_module(const CoracleEngine *engine, const char *name, size_t *size) {
    for (const ApiHostModule *own = engine->host_modules; own; own = own->next) {
        const unsigned char *bytes = atomic_load(&own->compiled);
        if (bytes && strcmp(own->name, name) == 0)
            return *size = own->compiled_size, bytes;
    }
    return NULL;
}

const unsigned char *coracle_engine_added_module(CoracleEngine *engine, const char *name, size_t *size) {
    if (!(engine = api_engine(engine)) || !name || !size)
        return NULL;
    return api_host_module(engine, name, size);
}

static void host_free_module(ApiHostModule *module) {
    for (size_t i = 0; module->functions && i < module->count; i++)
        free(module->functions[i].name);
    free(module->functions);
    free(module->compiled);
    free(module->name);
    free(module);
}

void api_free_host_modules(CoracleEngine *engine) {
    for (ApiHostModule *module = engine->host_modules, *next; module; module = next) {
        next = module->next;
        host_free_module(module);
    }
}

/* NULL: out of memory. */
static ApiHostModule *host_new_module(const char *name, const CoracleNativeFunction *functions,
                                      size_t count) {
    ApiHostModule *module = calloc(1, sizeof *module);
    if (!module)
        return NULL;
    module->name = strdup(name);
    module->functions = calloc(count + 1, sizeof *module->functions);
    bool made = module->name && module->functions;
    for (size_t i = 0; made && i < count; i++, module->count++) {
        HostFunction *function = &module->functions[i];
        *function = (HostFunction){
            .function = {.direct = &function->direct, .call = host_call, .returned = host_returned},
            .direct = {.context = functions[i].context, .is_host = true},
            .name = strdup(functions[i].name),
            .call = functions[i].call,
            .context = functions[i].context};
        atomic_init(&function->direct.address, (void *)(uintptr_t)functions[i].call);
        made = function->name != NULL;
    }
    if (made)
        return module;
    host_free_module(module);
    return NULL;
}

/* What is being added. */
typedef struct HostAddition {
    ApiHostModule *own;
    CoracleStatus status;
    CoracleMessage *message;
} HostAddition;

static bool host_refuse(HostAddition *addition, const char *format, const char *name, const CorType *type) {
    addition->status = CORACLE_MISMATCH;
    api_message(addition->message, format, name, type->name);
    return false;
}

/* What a slot of the type is as it stands. */
static CoracleKind host_slot_kind(const CorType *type) {
    return type->kind == COR_KIND_F32 ? CORACLE_VOID : api_scalar_kind(type);
}

static bool host_take_declaration(void *context, const char *name, const HostSignature *signature) {
    HostAddition *addition = context;
    const CorType *result = signature->result;
    if (result->kind != COR_KIND_VOID && result->kind != COR_KIND_NEVER && !host_can_hold(result))
        return host_refuse(addition, "`%s` returns a %s, which a host cannot give", name, result);
    for (uint32_t i = 0; i < signature->count; i++)
        if (!host_can_hold(signature->parameters[i]))
            return host_refuse(addition, "`%s` has a parameter that is a %s, which a host cannot take", name,
                               signature->parameters[i]);
    for (size_t i = 0; i < addition->own->count; i++) {
        HostFunction *function = &addition->own->functions[i];
        if (strcmp(function->name, name) == 0) {
            function->parameter_count = signature->count;
            function->is_declared = true;
            for (uint32_t p = 0; p < signature->count; p++)
                function->kinds[p] = host_slot_kind(signature->parameters[p]);
        }
    }
    return true;
}

static CoracleStatus host_check_declarations(ApiHostModule *own, CorLinkedModule *module,
                                             CoracleMessage *message) {
    HostAddition addition = {own, CORACLE_OK, message};
    bool taken = host_functions_of(module, host_take_declaration, &addition);
    if (!taken && addition.status == CORACLE_OK) {
        api_message(message, "out of memory");
        return CORACLE_NO_MEMORY;
    }
    for (size_t i = 0; taken && i < own->count; i++) {
        if (own->functions[i].is_declared)
            continue;
        api_message(message, "the source declares no function `%s` of the host", own->functions[i].name);
        return CORACLE_MISMATCH;
    }
    return addition.status;
}

static bool host_are_functions(const CoracleNativeFunction *functions, size_t count) {
    if (!functions && count > 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!functions[i].name || !functions[i].call)
            return false;
    return true;
}

/* Whether programs can import a module of that name; words of the language cannot be told from names here. */
static bool host_is_module_name(const char *name) {
    if (strcmp(name, "std") == 0 || strncmp(name, "std.", 4) == 0)
        return false;
    bool begins = true;
    for (const char *at = name; *at; at++) {
        bool is_digit = *at >= '0' && *at <= '9', is_point = *at == '.';
        bool is_letter = ((*at | 32) >= 'a' && (*at | 32) <= 'z') || *at == '_' || (unsigned char)*at >= 0x80;
        if (begins ? !is_letter : !is_letter && !is_digit && !is_point)
            return false;
        begins = is_point;
    }
    return !begins;
}

static CoracleStatus host_check_addition(const CoracleEngine *engine, const char *name,
                                         const CoracleNativeFunction *functions, size_t count,
                                         CoracleMessage *message) {
    size_t size;
    if (!host_is_module_name(name)) {
        api_message(message, "`%s` is no name for a module of the host", name);
        return CORACLE_MISMATCH;
    }
    if (api_host_module(engine, name, &size)) {
        api_message(message, "the engine has a module `%s` of the host already", name);
        return CORACLE_MISMATCH;
    }
    for (size_t i = 1; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(functions[i].name, functions[k].name) != 0)
                continue;
            api_message(message, "the function `%s` is given twice", functions[i].name);
            return CORACLE_MISMATCH;
        }
    }
    return CORACLE_OK;
}

CoracleStatus coracle_engine_add_module(CoracleEngine *engine, const char *name, const char *source,
                                        const CoracleNativeFunction *functions, size_t count,
                                        CoracleModule **module, CoracleMessage *message) {
    CoracleModule *added = NULL;
    if (module)
        *module = NULL;
    if (!(engine = api_engine(engine)) || !name || !source || !host_are_functions(functions, count)) {
        api_message(message, "an argument is NULL, or a handle was released");
        return CORACLE_MISMATCH;
    }
    CoracleStatus status = host_check_addition(engine, name, functions, count, message);
    if (status != CORACLE_OK)
        return status;
    ApiHostModule *own = host_new_module(name, functions, count);
    if (!own) {
        api_message(message, "out of memory");
        return CORACLE_NO_MEMORY;
    }
    own->next = engine->host_modules; /* linking asks for the functions; it stays, as what was linked does */
    while (!atomic_compare_exchange_weak(&engine->host_modules, &own->next, own))
        ;
    CoracleCompilation wanted = {
        .path = name, .source = source, .length = strlen(source), .module_name = name};
    CoracleBytes compiled = {NULL, 0};
    status = api_compile(engine, &wanted, &added, &compiled, message);
    if (status == CORACLE_OK)
        status = host_check_declarations(own, api_module(engine, added), message);
    if (status == CORACLE_OK) {
        own->compiled_size = compiled.size;
        atomic_store(&own->compiled, compiled.bytes);
    } else {
        free(compiled.bytes);
    }
    if (module)
        *module = status == CORACLE_OK ? added : NULL;
    return status;
}
