/* Plans: from the types of a function, how it is called. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vm/foreign/foreign_internal.h"
#include "vm/runtime/engine_internal.h"

enum { PLAN_ROOM = 16 << 10 };

static const ForeignCallee *plan_callee(CorForeign *foreign, const CorType *type);

static bool plan_text(const CorType *type, ForeignPlace *place) {
    if (type->kind != COR_KIND_STRING)
        return false;
    place->role = FOREIGN_TEXT;
    return true;
}

static bool plan_value(CorForeign *foreign, const CorType *type, ForeignPlace *place) {
    place->role = FOREIGN_VALUE;
    place->shape = foreign_shape(type, &foreign->shapes);
    return place->shape != NULL;
}

/* The objects of std.core that stand for something of C. */
static bool plan_object(CorForeign *foreign, const CorType *type, ForeignPlace *place) {
    if (type->kind == COR_KIND_FUNCTION) {
        place->role = FOREIGN_FUNCTION;
        place->callee = plan_callee(foreign, type);
        return place->callee != NULL;
    }
    if (type->kind != COR_KIND_CLASS || type->member_count != 1)
        return false;
    const CorMember *member = type->members;
    place->field = member->scalars[0].offset;
    place->scalars = member->scalars;
    if (foreign_is_core(type, "CBuffer")) {
        place->role = FOREIGN_BUFFER;
        return true;
    }
    if (foreign_is_core(type, "CRef")) {
        place->role = FOREIGN_REF;
        place->shape = foreign_shape(member->type, &foreign->shapes);
        return place->shape && place->shape->count > 0;
    }
    place->role = FOREIGN_CALLBACK;
    place->callee = foreign_is_core(type, "Callback") ? plan_callee(foreign, member->type) : NULL;
    return place->callee != NULL;
}

/* Fills in *place, at the slot; C's type of it, or NULL. */
static const CorCType *plan_place(CorForeign *foreign, const CorType *type, uint32_t slot,
                                  ForeignPlace *place) {
    const CorType *inner = type->kind == COR_KIND_OPTIONAL ? type->element : type;
    *place = (ForeignPlace){
        .is_optional = inner != type, .slot = slot, .slots = type->slots, .type_name = type->name};
    if ((place->is_optional && !type->is_nullable) || !cor_type_complete(inner->engine, inner))
        return NULL;
    if (plan_text(inner, place))
        return cor_c_type(COR_C_POINTER);
    if (inner->is_reference)
        return plan_object(foreign, inner, place) ? cor_c_type(COR_C_POINTER) : NULL;
    return plan_value(foreign, inner, place) ? place->shape->type : NULL;
}

static bool plan_is_plain(const ForeignPlace *place) {
    return place->role == FOREIGN_VALUE || place->role == FOREIGN_TEXT;
}

static CorCSignature *plan_signature(const CorType *type, const CorCType *result,
                                     const CorCType *const *parameters, uint32_t count, uint32_t fixed) {
    CorCSignature *signature = cor_c_signature_new(result, parameters, count, fixed);
    return signature || errno != ENOMEM ? signature : foreign_memory(type, NULL);
}

/* ---- Functions that C calls -------------------------------------------------------------------- */

static bool plan_fill_callee(CorForeign *foreign, const CorType *type, ForeignCallee *callee) {
    const CorCType *types[COR_HOST_PARAMETERS];
    uint32_t slot = 0;
    for (uint32_t i = 0; i < callee->count; i++) {
        types[i] = plan_place(foreign, type->arguments[i], slot, &callee->parameters[i]);
        if (!types[i] || !plan_is_plain(&callee->parameters[i]))
            return false;
        slot += type->arguments[i]->slots;
    }
    const CorCType *result = plan_place(foreign, type->arguments[callee->count], 0, &callee->result);
    if (!result || callee->result.role != FOREIGN_VALUE || slot > COR_HOST_SLOTS ||
        callee->result.slots > COR_HOST_RESULTS)
        return false;
    callee->signature = plan_signature(type, result, types, callee->count, callee->count);
    return callee->signature != NULL;
}

static const ForeignCallee *plan_callee(CorForeign *foreign, const CorType *type) {
    if (type->kind != COR_KIND_FUNCTION || type->argument_count - 1 > COR_HOST_PARAMETERS)
        return NULL;
    ForeignCallee *callee =
        foreign_memory(type, calloc(1, sizeof *callee + type->argument_count * sizeof *callee->parameters));
    if (!callee)
        return NULL;
    callee->count = type->argument_count - 1;
    if (!plan_fill_callee(foreign, type, callee)) {
        free(callee);
        return NULL;
    }
    callee->next = foreign->callees;
    return foreign->callees = callee;
}

/* ---- Functions of C ---------------------------------------------------------------------------- */

static size_t plan_align(size_t at, size_t alignment) {
    return (at + alignment - 1) / alignment * alignment;
}

static bool plan_is_one_scalar(const ForeignPlace *place) {
    return place->role == FOREIGN_VALUE && place->slots <= 1 && place->shape->is_plain;
}

/* Whether all values are scalars, so that native code can call the function itself. */
static bool plan_is_scalar(const ForeignFunction *function) {
    bool is_scalar = plan_is_one_scalar(&function->result);
    for (uint32_t i = 0; i < function->count; i++)
        is_scalar &= plan_is_one_scalar(&function->parameters[i]);
    return is_scalar;
}

/* Places the values behind the result. */
static bool plan_fill(CorForeign *foreign, const CorType *const *types, uint32_t fixed,
                      ForeignFunction *function) {
    const CorCType *c_types[COR_HOST_PARAMETERS];
    uint32_t slot = 0;
    const CorCType *result = plan_place(foreign, types[function->count], 0, &function->result);
    if (!result || !plan_is_plain(&function->result) || function->result.slots > COR_HOST_RESULTS)
        return false;
    function->room = cor_c_result_room(result);
    for (uint32_t i = 0; i < function->count; i++) {
        ForeignPlace *place = &function->parameters[i];
        c_types[i] = plan_place(foreign, types[i], slot, place);
        if (!c_types[i])
            return false;
        slot += types[i]->slots;
        const CorCType *copied = place->shape ? place->shape->type : NULL;
        if (!copied)
            continue;
        function->room = plan_align(function->room, cor_c_alignment(copied));
        place->at = function->room;
        function->room += cor_c_size(copied);
    }
    if (slot > COR_HOST_SLOTS || function->room > PLAN_ROOM)
        return false;
    function->signature = plan_signature(types[function->count], result, c_types, function->count, fixed);
    function->function.direct = plan_is_scalar(function) ? &function->direct : NULL;
    return function->signature != NULL;
}

ForeignFunction *foreign_plan(CorForeign *foreign, const CorType *const *types, uint32_t count,
                              uint32_t fixed) {
    ForeignFunction *function =
        foreign_memory(types[count], calloc(1, sizeof *function + count * sizeof *function->parameters));
    if (!function)
        return NULL;
    function->function.call = foreign_call;
    function->foreign = foreign;
    function->count = count;
    if (!plan_fill(foreign, types, fixed, function)) {
        free(function);
        return NULL;
    }
    function->next = foreign->functions;
    return foreign->functions = function;
}

void foreign_free_plans(CorForeign *foreign) {
    for (ForeignFunction *function = foreign->functions, *next; function; function = next) {
        next = function->next;
        cor_c_signature_free(function->signature);
        free(function->symbol);
        free(function);
    }
    for (ForeignCallee *callee = foreign->callees, *next; callee; callee = next) {
        next = callee->next;
        cor_c_signature_free(callee->signature);
        free(callee);
    }
}
