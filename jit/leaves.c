#include "jit/leaves.h"

#include <string.h>

#include "vm/bytecode/byte_buffer.h"
#include "vm/native/machine.h"
#include "vm/runtime/code_elf.h"

/* ---- What LLVM says (llvm.org/docs/StackMaps.html, version 3) ---- */

static const char maps_section[] = ".llvm_stackmaps";

enum {
    MAPS_VERSION = 3,
    MAPS_FUNCTION = 24 /* bytes */,
    MAPS_FIXED = 3 /* locations before those of operands, of calls with them */
};

typedef enum MapsKind { MAPS_REGISTER = 1, MAPS_DIRECT, MAPS_INDIRECT, MAPS_CONSTANT, MAPS_LARGE } MapsKind;

typedef struct MapsHeader {
    uint8_t version, reserved[3];
    uint32_t function_count, constant_count, record_count;
} MapsHeader;

typedef struct MapsRecord {
    uint64_t id;
    /* of what follows the call; when fast, of the call itself; from the start of the function */
    uint32_t offset;
    uint16_t reserved, location_count;
} MapsRecord;

typedef struct MapsLocation {
    uint8_t kind, reserved;
    uint16_t size, number, more; /* number: of the register, as in DWARF */
    int32_t offset;              /* or the constant, or its number */
} MapsLocation;

typedef struct Leaves {
    JitGraph *graph;
    JitEmitted *emitted;
    CodeElf elf;
    const uint8_t *maps; /* the section */
    size_t size, position;
    size_t constants; /* where they lie in it */
    uint32_t constant_count;
    CorByteBuffer buffer; /* descriptions */
    const char *failure;
    /* the record that is described */
    const JitLeave *leave;
    const uint8_t *locations;
} Leaves;

static void leaves_fail(Leaves *leaves, const char *failure) {
    if (!leaves->failure)
        leaves->failure = failure;
}

/* Takes bytes of the section; zeros when it is at its end. */
static void take(Leaves *leaves, void *out, size_t size) {
    memset(out, 0, size);
    if (size > leaves->size - leaves->position) {
        leaves_fail(leaves, "LLVM's map of values is cut off");
        return;
    }
    memcpy(out, leaves->maps + leaves->position, size);
    leaves->position += size;
}

static const uint8_t *step_over(Leaves *leaves, size_t size) {
    const uint8_t *bytes = leaves->maps + leaves->position;
    if (size > leaves->size - leaves->position)
        leaves_fail(leaves, "LLVM's map of values is cut off");
    else
        leaves->position += size;
    return bytes;
}

/* ---- Descriptions ------------------------------------------------------------------------------ */

static void put(Leaves *leaves, uint64_t number) {
    cor_byte_buffer_add_number(&leaves->buffer, number);
}

static void put_head(Leaves *leaves, CorLeaveValue kind, uint64_t number) {
    put(leaves, number << COR_LEAVE_VALUE_BITS | kind);
}

static void put_integer(Leaves *leaves, int64_t value) {
    put_head(leaves, COR_LEAVE_NUMBER, 0);
    cor_byte_buffer_add_signed(&leaves->buffer, value);
}

static void put_large(Leaves *leaves, uint32_t number) {
    int64_t value = 0;
    if (number < leaves->constant_count)
        memcpy(&value, leaves->maps + leaves->constants + number * sizeof value, sizeof value);
    else
        leaves_fail(leaves, "a constant that LLVM's map of values does not have");
    put_integer(leaves, value);
}

static void put_memory(Leaves *leaves, uint32_t number, int32_t offset) {
    int32_t word = sizeof(uint64_t);
    if (number == cor_machine_stack_register() && offset >= 0 && offset % word == 0) {
        put_head(leaves, COR_LEAVE_STACK, (uint64_t)(offset / word));
        return;
    }
    put_head(leaves, COR_LEAVE_MEMORY, number);
    cor_byte_buffer_add_signed(&leaves->buffer, offset);
}

/* Where the value of an operand is. */
static void put_location(Leaves *leaves, uint32_t operand) {
    MapsLocation location;
    memcpy(&location, leaves->locations + operand * sizeof location, sizeof location);
    bool is_known = location.size == sizeof(uint64_t) && location.number < COR_MACHINE_REGISTERS;
    switch ((MapsKind)location.kind) {
    case MAPS_REGISTER: put_head(leaves, COR_LEAVE_REGISTER, location.number); break;
    case MAPS_INDIRECT: put_memory(leaves, location.number, location.offset); break;
    case MAPS_CONSTANT: put_integer(leaves, location.offset); break;
    case MAPS_LARGE: put_large(leaves, (uint32_t)location.offset); break;
    default: is_known = false;
    }
    if (!is_known)
        leaves_fail(leaves, "a value is where no table can say");
}

/* How many operands of a leave are values, of which further ones are where one more says. */
static uint32_t direct_values(const Leaves *leaves, const JitLeave *leave) {
    bool is_over = leaves->emitted->options.quick && leave->value_count > JIT_LEAVE_QUICK;
    return is_over ? JIT_LEAVE_QUICK : leave->value_count;
}

static uint32_t operand_count(const Leaves *leaves, const JitLeave *leave) {
    uint32_t direct = direct_values(leaves, leave);
    return JIT_LEAVE_FIXED + direct + (direct < leave->value_count);
}

/* A word of those that the last operand is the address of. */
static void put_word_over(Leaves *leaves, uint32_t operand, uint32_t word) {
    MapsLocation location;
    memcpy(&location, leaves->locations + operand * sizeof location, sizeof location);
    if (location.kind != MAPS_DIRECT || location.number >= COR_MACHINE_REGISTERS)
        leaves_fail(leaves, "a value is where no table can say");
    put_memory(leaves, location.number, location.offset + (int32_t)(word * sizeof(uint64_t)));
}

static uint64_t object_number(const JitState *state, const JitNode *node) {
    uint64_t number = 0;
    while (number < state->object_count && state->objects[number].node != node)
        number++;
    return number;
}

static void put_value(Leaves *leaves, const JitNode *node) {
    const JitLeave *leave = leaves->leave;
    uint32_t operand = 0;
    switch ((JitOp)node->op) {
    case JIT_CONST: put_integer(leaves, (int64_t)node->bits); return;
    case JIT_POINTER: put_head(leaves, COR_LEAVE_CONSTANT, node->number); return;
    case JIT_VIRTUAL: put_head(leaves, COR_LEAVE_OBJECT, object_number(leave->state, node)); return;
    default: break;
    }
    while (operand < leave->value_count && leave->values[operand] != node)
        operand++;
    uint32_t direct = direct_values(leaves, leave);
    if (operand < direct)
        put_location(leaves, JIT_LEAVE_FIXED + operand);
    else
        put_word_over(leaves, JIT_LEAVE_FIXED + direct, operand - direct);
}

static uint32_t constant(Leaves *leaves, CorCodeConstantKind kind, const void *pointer,
                         const CorLoweredFunction *function) {
    return jit_constant(leaves->graph, (JitConstant){.kind = kind, .pointer = pointer, .function = function});
}

static void put_object(Leaves *leaves, const JitObject *object) {
    const CorLoweredFunction *callee = object->node->of.callee;
    put(leaves, constant(leaves, COR_CONSTANT_TYPE, object->node->of.type, NULL));
    put(leaves, callee ? constant(leaves, COR_CONSTANT_FUNCTION, callee, callee) + (uint64_t)1 : 0);
    put(leaves, object->field_count);
    for (uint32_t f = 0; f < object->field_count; f++) {
        const JitField *field = &object->fields[f];
        put(leaves, field->access.offset);
        put(leaves, cor_width_bytes(field->access.width));
        put_value(leaves, field->value);
    }
}

static void put_frame(Leaves *leaves, const JitState *state) {
    uint32_t count = 0;
    for (uint32_t s = 0; s < state->slot_count; s++)
        count += !jit_leave_is_in_place(state, &state->slots[s]);
    put(leaves, count);
    for (uint32_t s = 0; s < state->slot_count; s++) {
        if (jit_leave_is_in_place(state, &state->slots[s]))
            continue;
        put(leaves, state->slots[s].slot);
        put_value(leaves, state->slots[s].value);
    }
}

static void put_leave(Leaves *leaves) {
    const JitLeave *leave = leaves->leave;
    put(leaves, leaves->buffer.size);
    put(leaves, leave->exit);
    put(leaves, leave->first_frame);
    put(leaves, leave->frame_count);
    put(leaves, leave->kind);
    put(leaves, leave->distance);
    for (uint32_t i = 0; i < JIT_LEAVE_FIXED; i++)
        put_location(leaves, i);
    put(leaves, leave->state->object_count);
    for (uint32_t o = 0; o < leave->state->object_count; o++)
        put_object(leaves, &leave->state->objects[o]);
    for (const JitState *state = leave->state; state; state = state->caller)
        put_frame(leaves, state);
}

/* ---- Records ----------------------------------------------------------------------------------- */

static void add_place(Leaves *leaves, const MapsRecord *record) {
    JitEmitted *emitted = leaves->emitted;
    CorCodeLeave *places = cor_arena_grow(leaves->graph->arena, emitted->places, emitted->place_count,
                                          &emitted->place_capacity, sizeof *places);
    if (!places) {
        leaves_fail(leaves, "out of memory");
        return;
    }
    emitted->places = places;
    uint32_t before = emitted->options.fast ? 0 : cor_machine_leave_size();
    places[emitted->place_count++] =
        (CorCodeLeave){.place = record->offset - before, .description = (uint32_t)leaves->buffer.size};
}

static void align(Leaves *leaves) {
    step_over(leaves, -leaves->position & 7);
}

/* What LLVM has duplicated has several records. */
static void describe_record(Leaves *leaves) {
    MapsRecord record;
    uint16_t live[2]; /* padding; the count of registers that live on */
    take(leaves, &record, sizeof record);
    uint32_t fixed = leaves->emitted->options.fast ? 0 : MAPS_FIXED;
    leaves->locations =
        step_over(leaves, record.location_count * sizeof(MapsLocation)) + fixed * sizeof(MapsLocation);
    align(leaves);
    take(leaves, live, sizeof live);
    step_over(leaves, live[1] * sizeof(uint32_t));
    align(leaves);
    if (record.id >= leaves->emitted->leave_count)
        leaves_fail(leaves, "LLVM's map has what was not asked for");
    if (leaves->failure)
        return;
    leaves->leave = &leaves->emitted->leaves[record.id];
    if (record.location_count != fixed + operand_count(leaves, leaves->leave) ||
        record.offset < cor_machine_leave_size()) {
        leaves_fail(leaves, "LLVM's map does not have all values");
        return;
    }
    add_place(leaves, &record);
    put_leave(leaves);
}

static void describe_records(Leaves *leaves) {
    MapsHeader header;
    take(leaves, &header, sizeof header);
    if (header.version != MAPS_VERSION || header.function_count > 1)
        leaves_fail(leaves, "LLVM's map of values is another one");
    step_over(leaves, header.function_count * (size_t)MAPS_FUNCTION);
    leaves->constants = leaves->position;
    leaves->constant_count = header.constant_count;
    step_over(leaves, header.constant_count * sizeof(uint64_t));
    for (uint32_t i = 0; i < header.record_count && !leaves->failure; i++)
        describe_record(leaves);
}

/* ---- The file ---------------------------------------------------------------------------------- */

static bool find_maps(const CodeElf *elf, CodeElfSection *maps, uint32_t *number) {
    for (*number = 1; *number < elf->section_count; ++*number) {
        if (code_elf_section(elf, *number, maps) &&
            strcmp(code_elf_section_name(elf, maps), maps_section) == 0)
            return true;
    }
    return false;
}

/* A copy of the file in which the section is empty. */
static void keep_file(Leaves *leaves, const CodeElfSection *maps, uint32_t number) {
    enum { ALIGNMENT = 64 }; /* what follows keeps its own */
    const CodeElf *elf = &leaves->elf;
    size_t cut = maps ? maps->size / ALIGNMENT * ALIGNMENT : 0, start = maps ? maps->offset : 0;
    uint8_t *file = cor_arena_allocate(leaves->graph->arena, elf->size, 1);
    if (!file) {
        leaves_fail(leaves, "out of memory");
        return;
    }
    memcpy(file, elf->bytes, start);
    memcpy(file + start, elf->bytes + start + cut, elf->size - start - cut);
    leaves->emitted->elf = file;
    leaves->emitted->elf_size = elf->size - cut;
    CodeElfHeader header = elf->header;
    header.section_offset -= header.section_offset > start ? cut : 0;
    memcpy(file, &header, sizeof header);
    for (uint32_t i = 1; i < elf->section_count; i++) {
        CodeElfSection section;
        uint8_t *place = file + header.section_offset + i * sizeof section;
        memcpy(&section, place, sizeof section);
        section.offset -= section.offset > start ? cut : 0;
        section.size = maps && i == number ? 0 : section.size;
        memcpy(place, &section, sizeof section);
    }
}

const char *jit_leaves_describe(JitGraph *graph, JitEmitted *emitted, const void *file, size_t size) {
    Leaves leaves = {.graph = graph, .emitted = emitted};
    const char *wrong = code_elf_open(&leaves.elf, file, size, cor_machine_elf());
    if (wrong)
        return wrong;
    CodeElfSection maps;
    uint32_t number;
    bool leaves_somewhere = find_maps(&leaves.elf, &maps, &number);
    if (leaves_somewhere) {
        leaves.maps = leaves.elf.bytes + maps.offset;
        leaves.size = maps.size;
        describe_records(&leaves);
    }
    keep_file(&leaves, leaves_somewhere ? &maps : NULL, number);
    emitted->descriptions = cor_arena_copy(graph->arena, leaves.buffer.bytes, leaves.buffer.size, 1);
    emitted->description_size = (uint32_t)leaves.buffer.size;
    if (leaves.buffer.failed || !emitted->descriptions || graph->failed)
        leaves_fail(&leaves, "out of memory");
    cor_byte_buffer_free(&leaves.buffer);
    return leaves.failure;
}
