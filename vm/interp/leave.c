/* Leaving native code by tables: vm/runtime/leave.h. */
#include "vm/runtime/leave.h"

#include <string.h>

#include "vm/bytecode/leb128.h"
#include "vm/heap/heap.h"
#include "vm/native/machine.h"

typedef struct Leave {
    const CorMachineState *state;
    const CorNativeTables *tables;
    const CorNativeFrame *frames; /* innermost first */
    uint64_t frame_count;
    CorIsolate *isolate;
    uint64_t *fp; /* of the native code */
    CorObject *objects[COR_LEAVE_OBJECTS];
} Leave;

static uint64_t memory_at(uint64_t address) {
    uint64_t value;
    memcpy(&value, (const void *)(uintptr_t)address, sizeof value);
    return value;
}

static uint64_t leave_value(const Leave *leave, CorLeaveReader *reader) {
    const uint64_t *registers = leave->state->registers;
    uint64_t head = cor_leave_number(reader), number = head >> COR_LEAVE_VALUE_BITS;
    switch ((CorLeaveValue)(head & ((1 << COR_LEAVE_VALUE_BITS) - 1))) {
    case COR_LEAVE_REGISTER: return registers[number];
    case COR_LEAVE_STACK:
        return memory_at(registers[cor_machine_stack_register()] + number * sizeof(uint64_t));
    case COR_LEAVE_MEMORY: return memory_at(registers[number] + (uint64_t)cor_leave_signed(reader));
    case COR_LEAVE_NUMBER: return (uint64_t)cor_leave_signed(reader);
    case COR_LEAVE_CONSTANT: return (uintptr_t)leave->tables->constants[number];
    case COR_LEAVE_OBJECT: return (uintptr_t)leave->objects[number];
    case COR_LEAVE_VALUES: break;
    }
    return 0;
}

/* ---- Objects ---- */

/* Where the interpreter goes on, the collector finds the end of the frames by a site. */
static void stand_at_site(const Leave *leave, CorNativeSite *site, uint64_t end) {
    uint16_t window = (uint16_t)end;
    *site = (CorNativeSite){.frames = leave->frames,
                            .frame_count = (uint32_t)leave->frame_count,
                            .from_loop = leave->tables->from_loop};
    site->words[0] = (CorWord){.op = COR_LOWERED_NATIVE_SITE, .a = window, .b = window};
    site->words[1].pointer = site;
    site->words[2] = (CorWord){.op = COR_LOWERED_HALT};
    leave->isolate->fp = leave->fp;
    leave->isolate->ip = site->words;
}

/* Steps over the fields of an object; when it is made, stores them. */
static void leave_fields(const Leave *leave, CorLeaveReader *reader, CorObject *object) {
    uint64_t count = cor_leave_number(reader);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t offset = cor_leave_number(reader), bytes = cor_leave_number(reader);
        uint64_t value = leave_value(leave, reader);
        if (object)
            memcpy((char *)object + offset, &value, bytes); /* little-endian */
    }
}

/* An object without its fields. The program did not ask for memory here: where the quota is reached, the next safepoint throws.
 * NULL: the host's is exhausted. */
static CorObject *make_object(const Leave *leave, const CorType *type, uint64_t function) {
    CorObject *object = cor_heap_allocate_owing(leave->isolate->heap, type->instance_size, type->mark_bytes);
    if (object)
        object->type = type;
    if (object && function != 0)
        ((CorClosureObject *)(void *)object)->function =
            (CorLoweredFunction *)(uintptr_t)leave->tables->constants[function - 1];
    return object;
}

/* Makes all objects, which may hold each other, and then stores their fields.  What they hold is in the saved registers or on
 * the machine's stack, where the collector sees it.  False: some are NULL. */
static bool leave_objects(Leave *leave, CorLeaveReader *reader) {
    bool made = true;
    uint64_t count = cor_leave_number(reader);
    CorLeaveReader again = *reader;
    for (uint64_t i = 0; i < count; i++) {
        const CorType *type = leave->tables->constants[cor_leave_number(reader)];
        leave->objects[i] = make_object(leave, type, cor_leave_number(reader));
        made &= leave->objects[i] != NULL;
        leave_fields(leave, reader, NULL);
    }
    for (uint64_t i = 0; i < count; i++) {
        cor_leave_number(&again);
        cor_leave_number(&again);
        leave_fields(leave, &again, leave->objects[i]);
    }
    return made;
}

/* ---- Frames ---- */

static void leave_frames(const Leave *leave, CorLeaveReader *reader) {
    for (uint64_t i = 0; i < leave->frame_count; i++) {
        const CorNativeFrame *frame = &leave->frames[i];
        uint64_t *slots = leave->fp + frame->distance;
        slots[-2] = (uintptr_t)frame->function->code;
        if (i + 1 < leave->frame_count)
            slots[-1] = (uintptr_t)&frame[1].function->code[frame[1].index];
        uint64_t count = cor_leave_number(reader);
        for (uint64_t s = 0; s < count; s++) {
            uint64_t slot = cor_leave_number(reader);
            slots[slot] = leave_value(leave, reader);
        }
    }
}

static void stand_at_frame(const Leave *leave, CorLeaveKind kind) {
    const CorNativeFrame *innermost = leave->frames;
    leave->isolate->fp = leave->fp + innermost->distance;
    leave->isolate->ip = &innermost->function->code[innermost->index];
    leave->isolate->left_status = kind == COR_LEAVE_THROWN ? COR_THROWN : COR_OK;
}

/* The tables stand in front of all descriptions, and a description begins with its place. */
static CorLeaveReader open_description(Leave *leave, const CorMachineState *state) {
    int32_t distance; /* it lies between instructions */
    memcpy(&distance, state->place, sizeof distance);
    const uint8_t *description = state->place + distance;
    CorLeaveReader reader = {.bytes = description, .size = COR_LEB128_MAX};
    description -= cor_leave_number(&reader);
    leave->state = state;
    leave->tables = (const CorNativeTables *)(const void *)(description - sizeof(CorNativeTables));
    return (CorLeaveReader){.bytes = description,
                            .size = leave->tables->size,
                            .position = (size_t)(reader.bytes - description) + reader.position};
}

/* Other threads may leave at the same time: one of them is not counted, then. */
static void count_exit(CorNativeExit *exit) {
    __atomic_store_n(&exit->count, __atomic_load_n(&exit->count, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
}

void cor_native_leave(const CorMachineState *state) {
    Leave leave;
    CorLeaveReader reader = open_description(&leave, state);
    count_exit(&leave.tables->exits[cor_leave_number(&reader)]);
    leave.frames = leave.tables->frames + cor_leave_number(&reader);
    leave.frame_count = cor_leave_number(&reader);
    CorLeaveKind kind = (CorLeaveKind)cor_leave_number(&reader);
    uint64_t distance = cor_leave_number(&reader);
    leave.isolate = (CorIsolate *)(uintptr_t)leave_value(&leave, &reader);
    leave.fp = (uint64_t *)(uintptr_t)leave_value(&leave, &reader);
    leave.isolate->budget = (int64_t)leave_value(&leave, &reader);
    CorNativeSite site;
    if (kind != COR_LEAVE_BELOW)
        stand_at_site(&leave, &site, distance);
    bool made = leave_objects(&leave, &reader);
    leave_frames(&leave, &reader);
    if (kind != COR_LEAVE_BELOW)
        stand_at_frame(&leave, kind);
    else
        leave.fp[distance - 1] = (uintptr_t)&leave.frames->function->code[leave.frames->index];
    if (!made)
        leave.isolate->left_status = COR_NO_MEMORY;
}
