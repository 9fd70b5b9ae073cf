#include "vm/runtime/leave.h"

#include "vm/bytecode/leb128.h"
#include "vm/native/machine.h"

enum { LEAVE_MOST_SLOTS = UINT16_MAX };

uint64_t cor_leave_number(CorLeaveReader *reader) {
    uint64_t number = 0;
    reader->failed |= !cor_leb128_read_u64(reader->bytes, reader->size, &reader->position, &number);
    return number;
}

int64_t cor_leave_signed(CorLeaveReader *reader) {
    int64_t number = 0;
    reader->failed |= !cor_leb128_read_i64(reader->bytes, reader->size, &reader->position, &number);
    return number;
}

/* ---- Checking ---------------------------------------------------------------------------------- */

static uint64_t check_below(CorLeaveReader *reader, uint64_t limit) {
    uint64_t number = cor_leave_number(reader);
    reader->failed |= number >= limit;
    return reader->failed ? 0 : number;
}

static void check_value(CorLeaveReader *reader, const CorCodeObject *object, uint64_t objects) {
    uint64_t head = cor_leave_number(reader), number = head >> COR_LEAVE_VALUE_BITS;
    uint64_t limit = 1;
    switch ((CorLeaveValue)(head & ((1 << COR_LEAVE_VALUE_BITS) - 1))) {
    case COR_LEAVE_MEMORY: cor_leave_signed(reader); /* fall through */
    case COR_LEAVE_REGISTER: limit = COR_MACHINE_REGISTERS; break;
    case COR_LEAVE_STACK: limit = INT32_MAX; break;
    case COR_LEAVE_NUMBER: cor_leave_signed(reader); break;
    case COR_LEAVE_CONSTANT: limit = object->constant_count; break;
    case COR_LEAVE_OBJECT: limit = objects; break;
    default: limit = 0;
    }
    reader->failed |= number >= limit;
}

static void check_constant(CorLeaveReader *reader, const CorCodeObject *object, uint64_t number,
                           CorCodeConstantKind kind) {
    reader->failed |= number >= object->constant_count || object->constants[number].kind != kind;
}

static void check_object(CorLeaveReader *reader, const CorCodeObject *object, uint64_t objects) {
    check_constant(reader, object, cor_leave_number(reader), COR_CONSTANT_TYPE);
    uint64_t function = cor_leave_number(reader);
    if (function != 0)
        check_constant(reader, object, function - 1, COR_CONSTANT_FUNCTION);
    uint64_t fields = cor_leave_number(reader);
    for (uint64_t f = 0; f < fields && !reader->failed; f++) {
        check_below(reader, UINT32_MAX);
        uint64_t bytes = check_below(reader, sizeof(uint64_t) + 1);
        reader->failed |= bytes == 0 || (bytes & (bytes - 1)) != 0;
        check_value(reader, object, objects);
    }
}

bool cor_leave_check(const CorCodeObject *object, uint32_t place) {
    CorLeaveReader reader = {
        .bytes = object->descriptions, .size = object->description_size, .position = place};
    reader.failed = place >= object->description_size || cor_leave_number(&reader) != place;
    check_below(&reader, object->exit_count);
    uint64_t first = check_below(&reader, object->frame_count);
    uint64_t frames = check_below(&reader, object->frame_count - first + 1);
    reader.failed |= frames == 0;
    check_below(&reader, COR_LEAVE_KINDS);
    check_below(&reader, LEAVE_MOST_SLOTS + 1);
    for (int i = 0; i < 3; i++)
        check_value(&reader, object, 0);
    uint64_t objects = check_below(&reader, COR_LEAVE_OBJECTS + 1);
    for (uint64_t i = 0; i < objects && !reader.failed; i++)
        check_object(&reader, object, objects);
    for (uint64_t frame = 0; frame < frames && !reader.failed; frame++) {
        uint64_t slots = cor_leave_number(&reader);
        for (uint64_t i = 0; i < slots && !reader.failed; i++) {
            check_below(&reader, LEAVE_MOST_SLOTS + 1);
            check_value(&reader, object, objects);
        }
    }
    return !reader.failed;
}
