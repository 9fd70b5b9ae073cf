#include "vm/runtime/code_object.h"

#include "vm/runtime/exit.h"
#include "vm/runtime/leave.h"

enum { OBJECT_MOST_DISTANCE = UINT16_MAX };

const CorLoweredFunction *cor_code_object_function(const CorCodeObject *object, uint32_t number) {
    bool holds = number < object->constant_count && object->constants[number].kind == COR_CONSTANT_FUNCTION;
    return holds ? object->constants[number].pointer : NULL;
}

static bool check_site(const CorCodeObject *object, const CorCodeSite *site) {
    return site->window <= OBJECT_MOST_DISTANCE && site->frame_count > 0 &&
           site->first_frame <= object->frame_count &&
           site->frame_count <= object->frame_count - site->first_frame;
}

bool cor_code_object_check(const CorCodeObject *object) {
    bool holds = true;
    for (uint32_t i = 0; i < object->frame_count; i++)
        holds &= cor_code_object_function(object, object->frames[i].function) != NULL;
    for (uint32_t i = 0; i < object->exit_count; i++)
        holds &= cor_code_object_function(object, object->exits[i].function) != NULL &&
                 object->exits[i].kind < COR_EXIT_COUNT;
    for (uint32_t i = 0; i < object->site_count; i++)
        holds &= check_site(object, &object->sites[i]);
    for (uint32_t i = 0; i < object->leave_count; i++)
        holds &= cor_leave_check(object, object->leaves[i].description);
    return holds;
}
