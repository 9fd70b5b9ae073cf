/* The code part of the module builder.
 *
 * While a function is under construction its instructions are in a draft, as operand lists.  When it ends, they are
 * packed, operands as LEB128 numbers, and the draft serves the next function.  When the module is finished, and with it
 * the final indices of everything are known, the packed code is encoded.
 *
 * Branch operands are LEB128 byte offsets, so the length of an instruction depends on where its targets lie,
 * which depends on the lengths.  Encoding starts with offsets of zero and repeats, for the instructions with labels,
 * until no length changes: offsets only grow, so this ends at the least fixpoint, in which every number has its
 * shortest form. */
#include <string.h>

#include "vm/bytecode/builder_internal.h"
#include "vm/bytecode/leb128.h"

#define UNBOUND     UINT32_MAX
#define FIXED_LABEL UINT32_C(0x80000000) /* a label's number with this bit is a byte offset */
enum { RAW_BYTES = COR_OP_COUNT };

typedef struct CodeInstruction {
    uint32_t opcode; /* or RAW_BYTES: one operand a byte */
    uint32_t first_operand, operand_count;
    uint32_t line, column;
} CodeInstruction;

struct CodeDraft {
    CodeDraft *next_spare;
    BuilderArray instructions; /* CodeInstruction */
    BuilderArray operands;     /* uint64_t, in encoding order */
    BuilderArray labels;       /* uint32_t: number of the instruction, or UNBOUND */
    BuilderArray registers;    /* uint32_t: type */
    BuilderArray names;        /* uint32_t: string, one a register */
    BuilderArray captures;     /* uint32_t: type */
    BuilderArray handlers;     /* CorHandler, with labels for offsets */
};

struct CorCode {
    CorBuilder *builder;
    CodeDraft *draft; /* NULL: the function has ended, and the following is there */
    const uint8_t *packed;
    size_t packed_size;
    uint32_t instruction_count, label_count, register_count, capture_count, handler_count, line_count;
    const uint32_t *labels, *registers, *names, *captures;
    CorHandler *handlers; /* with labels for offsets */
    CorLine *lines;       /* with numbers of instructions for offsets */
    uint32_t line, column;
    bool has_names;
};

#define ITEM(array, Type, index) (((Type *)(array).items)[index])

static void push_number(CorCode *code, BuilderArray *array, uint32_t number) {
    uint32_t *slot = builder_push(code->builder, array, sizeof *slot);
    if (slot != NULL) {
        *slot = number;
    }
}

/* ---- Construction ---- */

CorCode *cor_code_begin_plain(CorBuilder *builder, uint32_t function) {
    CorCode *code = cor_arena_allocate(builder->scratch, 1, sizeof *code);
    if (code == NULL || function >= builder->codes.count) {
        builder->failed = true;
        return NULL;
    }
    code->builder = builder;
    code->draft = builder->spare_draft;
    if (code->draft != NULL) {
        builder->spare_draft = code->draft->next_spare;
    } else if ((code->draft = cor_arena_allocate(builder->scratch, 1, sizeof *code->draft)) == NULL) {
        builder->failed = true;
        return NULL;
    }
    ITEM(builder->codes, CorCode *, function) = code;
    return code;
}

CorCode *cor_code_begin(CorBuilder *builder, uint32_t function) {
    CorCode *code = cor_code_begin_plain(builder, function);
    const CorFunction *draft = cor_builder_function(builder, function);
    for (uint32_t i = 0; code != NULL && i < draft->parameter_count; i++) {
        cor_code_register(code, draft->parameters[i].type, draft->parameters[i].name);
    }
    return code;
}

uint32_t cor_code_register(CorCode *code, uint32_t type, uint32_t name) {
    if (code == NULL) {
        return 0;
    }
    push_number(code, &code->draft->registers, type);
    push_number(code, &code->draft->names, name);
    code->has_names |= name != 0;
    return code->draft->registers.count - 1;
}

uint32_t cor_code_register_type(const CorCode *code, uint32_t reg) {
    return code != NULL && reg < code->draft->registers.count ? ITEM(code->draft->registers, uint32_t, reg)
                                                              : COR_NONE;
}

uint32_t cor_code_capture(CorCode *code, uint32_t type) {
    if (code == NULL) {
        return 0;
    }
    push_number(code, &code->draft->captures, type);
    return code->draft->captures.count - 1;
}

void cor_code_position(CorCode *code, uint32_t line, uint32_t column) {
    if (code != NULL) {
        code->line = line;
        code->column = column;
    }
}

CorLabel cor_code_label(CorCode *code) {
    if (code == NULL) {
        return 0;
    }
    push_number(code, &code->draft->labels, UNBOUND);
    return code->draft->labels.count - 1;
}

void cor_code_bind(CorCode *code, CorLabel label) {
    if (code != NULL && label < code->draft->labels.count) {
        ITEM(code->draft->labels, uint32_t, label) = code->draft->instructions.count;
    }
}

CorLabel cor_code_label_at(CorCode *code, uint32_t offset) {
    CorLabel label = cor_code_label(code);
    if (code != NULL && label < code->draft->labels.count) {
        ITEM(code->draft->labels, uint32_t, label) = offset | FIXED_LABEL;
    }
    return label;
}

void cor_code_handler(CorCode *code, CorLabel start, CorLabel end, CorLabel target, uint32_t type,
                      uint32_t reg) {
    CorHandler *handler =
        code == NULL ? NULL : builder_push(code->builder, &code->draft->handlers, sizeof *handler);
    if (handler != NULL) {
        *handler = (CorHandler){start, end, target, type, reg};
    }
}

/* ---- Emission ---- */

static void begin_instruction(CorCode *code, uint32_t opcode) {
    CodeInstruction *instruction =
        builder_push(code->builder, &code->draft->instructions, sizeof *instruction);
    if (instruction != NULL) {
        *instruction = (CodeInstruction){opcode, code->draft->operands.count, 0, code->line, code->column};
    }
}

static void operand(CorCode *code, uint64_t value) {
    uint64_t *slot = builder_push(code->builder, &code->draft->operands, sizeof *slot);
    if (slot != NULL && code->draft->instructions.count != 0) {
        *slot = value;
        ITEM(code->draft->instructions, CodeInstruction, code->draft->instructions.count - 1).operand_count++;
    }
}

static void list(CorCode *code, const uint32_t *items, uint32_t count) {
    operand(code, count);
    for (uint32_t i = 0; i < count; i++) {
        operand(code, items[i]);
    }
}

static void path(CorCode *code, const CorPathStep *steps, uint32_t count) {
    operand(code, count);
    for (uint32_t i = 0; i < count; i++) {
        operand(code, steps[i].kind);
        if (steps[i].kind == COR_PATH_FIELD) {
            operand(code, steps[i].definition);
        }
        operand(code, steps[i].index);
    }
}

/* The shapes without a list. */
static void fixed(CorCode *code, CorOpcode op, const uint64_t *operands, uint32_t count) {
    if (code != NULL) {
        begin_instruction(code, op);
        for (uint32_t i = 0; i < count; i++) {
            operand(code, operands[i]);
        }
    }
}

/* The shapes that end in a list of registers. */
static void with_list(CorCode *code, CorOpcode op, const uint64_t *operands, uint32_t operand_count,
                      const uint32_t *items, uint32_t count) {
    if (code != NULL) {
        fixed(code, op, operands, operand_count);
        list(code, items, count);
    }
}

#define FIXED(...) fixed(code, op, (const uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}) / 8)
#define WITH_LIST(...)                                                                                       \
    with_list(code, op, (const uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}) / 8, args, count)

/* A result register is encoded plus one; COR_NONE as zero. */
static uint64_t result(uint32_t r) {
    return r == COR_NONE ? 0 : (uint64_t)r + 1;
}

void cor_code_emit(CorCode *code, CorOpcode op) {
    fixed(code, op, NULL, 0);
}
void cor_code_emit_L(CorCode *code, CorOpcode op, CorLabel target) {
    FIXED(target);
}
void cor_code_emit_a(CorCode *code, CorOpcode op, uint32_t a) {
    FIXED(a);
}
void cor_code_emit_d(CorCode *code, CorOpcode op, uint32_t d) {
    FIXED(d);
}
void cor_code_emit_aL(CorCode *code, CorOpcode op, uint32_t a, CorLabel target) {
    FIXED(a, target);
}

void cor_code_emit_aaL(CorCode *code, CorOpcode op, uint32_t a, uint32_t b, CorLabel target) {
    FIXED(a, b, target);
}

void cor_code_emit_daL(CorCode *code, CorOpcode op, uint32_t d, uint32_t a, CorLabel target) {
    FIXED(d, a, target);
}

void cor_code_emit_anL(CorCode *code, CorOpcode op, uint32_t a, uint32_t n, CorLabel target) {
    FIXED(a, n, target);
}

void cor_code_emit_aTL(CorCode *code, CorOpcode op, uint32_t a, const CorLabel *targets, uint32_t count,
                       CorLabel otherwise) {
    if (code != NULL) {
        FIXED(a);
        list(code, targets, count);
        operand(code, otherwise);
    }
}

void cor_code_emit_maL(CorCode *code, CorOpcode op, uint32_t m, uint32_t a, CorLabel target) {
    FIXED(m, a, target);
}

void cor_code_emit_maaL(CorCode *code, CorOpcode op, uint32_t m, uint32_t a, uint32_t b, CorLabel target) {
    FIXED(m, a, b, target);
}

void cor_code_emit_da(CorCode *code, CorOpcode op, uint32_t d, uint32_t a) {
    FIXED(d, a);
}
void cor_code_emit_aa(CorCode *code, CorOpcode op, uint32_t a, uint32_t b) {
    FIXED(a, b);
}

void cor_code_emit_di(CorCode *code, CorOpcode op, uint32_t d, int64_t immediate) {
    FIXED(d, (uint64_t)immediate);
}

void cor_code_emit_dk(CorCode *code, CorOpcode op, uint32_t d, uint32_t constant) {
    FIXED(d, constant);
}
void cor_code_emit_dc(CorCode *code, CorOpcode op, uint32_t d, uint32_t capture) {
    FIXED(d, capture);
}
void cor_code_emit_dg(CorCode *code, CorOpcode op, uint32_t d, uint32_t global) {
    FIXED(d, global);
}
void cor_code_emit_ga(CorCode *code, CorOpcode op, uint32_t global, uint32_t a) {
    FIXED(global, a);
}
void cor_code_emit_daa(CorCode *code, CorOpcode op, uint32_t d, uint32_t a, uint32_t b) {
    FIXED(d, a, b);
}
void cor_code_emit_dat(CorCode *code, CorOpcode op, uint32_t d, uint32_t a, uint32_t type) {
    FIXED(d, a, type);
}

void cor_code_emit_dann(CorCode *code, CorOpcode op, uint32_t d, uint32_t a, uint32_t n, uint32_t field) {
    FIXED(d, a, n, field);
}

void cor_code_emit_dA(CorCode *code, CorOpcode op, uint32_t d, const uint32_t *args, uint32_t count) {
    WITH_LIST(d);
}

void cor_code_emit_dnA(CorCode *code, CorOpcode op, uint32_t d, uint32_t n, const uint32_t *args,
                       uint32_t count) {
    WITH_LIST(d, n);
}

void cor_code_emit_dfA(CorCode *code, CorOpcode op, uint32_t d, uint32_t ref, const uint32_t *args,
                       uint32_t count) {
    WITH_LIST(d, ref);
}

void cor_code_emit_fA(CorCode *code, CorOpcode op, uint32_t ref, const uint32_t *args, uint32_t count) {
    WITH_LIST(ref);
}

void cor_code_emit_rfA(CorCode *code, CorOpcode op, uint32_t r, uint32_t ref, const uint32_t *args,
                       uint32_t count) {
    WITH_LIST(result(r), ref);
}

void cor_code_emit_raA(CorCode *code, CorOpcode op, uint32_t r, uint32_t a, const uint32_t *args,
                       uint32_t count) {
    WITH_LIST(result(r), a);
}

void cor_code_emit_rsA(CorCode *code, CorOpcode op, uint32_t r, uint32_t number, const uint32_t *args,
                       uint32_t count) {
    WITH_LIST(result(r), number);
    if (code != NULL) {
        cor_builder_add_syscall(code->builder, number);
    }
}

void cor_code_emit_rxA(CorCode *code, CorOpcode op, uint32_t r, uint32_t number, const uint32_t *args,
                       uint32_t count) {
    WITH_LIST(result(r), number);
}

void cor_code_emit_daP(CorCode *code, CorOpcode op, uint32_t d, uint32_t a, const CorPathStep *steps,
                       uint32_t count) {
    if (code != NULL) {
        FIXED(d, a);
        path(code, steps, count);
    }
}

void cor_code_emit_maP(CorCode *code, CorOpcode op, uint32_t m, uint32_t a, const CorPathStep *steps,
                       uint32_t count) {
    cor_code_emit_daP(code, op, m, a, steps, count);
}

void cor_code_emit_operands(CorCode *code, CorOpcode op, const uint64_t *operands, uint32_t count) {
    fixed(code, op, operands, count);
}

void cor_code_emit_bytes(CorCode *code, const uint8_t *bytes, uint32_t count) {
    if (code != NULL) {
        begin_instruction(code, RAW_BYTES);
        for (uint32_t i = 0; i < count; i++) {
            operand(code, bytes[i]);
        }
    }
}

/* ---- The end of a function ---- */

static const void *keep(const CorCode *code, const BuilderArray *array, size_t size) {
    void *copy = builder_allocate(code->builder, array->count, size);
    if (copy != NULL && array->count != 0) {
        memcpy(copy, array->items, array->count * size);
    }
    return copy;
}

/* An instruction is packed as its opcode, the count of its operands, and these; returns the end. */
static uint8_t *pack(const CorCode *code, const CodeInstruction *instruction, uint8_t *out) {
    const uint64_t *operands = (const uint64_t *)code->draft->operands.items + instruction->first_operand;
    out += cor_leb128_write_u64(out, instruction->opcode);
    out += cor_leb128_write_u64(out, instruction->operand_count);
    for (uint32_t i = 0; i < instruction->operand_count; i++) {
        out += cor_leb128_write_u64(out, operands[i]);
    }
    return out;
}

static void pack_all(CorCode *code) {
    CorBuilder *builder = code->builder;
    const CodeDraft *draft = code->draft;
    size_t size = 0;
    for (uint32_t i = 0; i < draft->operands.count; i++) {
        size += cor_leb128_size_u64(ITEM(draft->operands, uint64_t, i));
    }
    uint32_t line = 0, column = 0, line_count = 0;
    for (uint32_t i = 0; i < draft->instructions.count; i++) {
        const CodeInstruction *at = &ITEM(draft->instructions, CodeInstruction, i);
        size += cor_leb128_size_u64(at->opcode) + cor_leb128_size_u64(at->operand_count);
        line_count += at->line != line || at->column != column;
        line = at->line, column = at->column;
    }
    uint8_t *out = cor_arena_allocate(builder->scratch, size + COR_LEB128_MAX, 1);
    CorLine *lines = builder_allocate(builder, line_count, sizeof *lines);
    if (out == NULL || lines == NULL) {
        builder->failed = true;
        return;
    }
    code->packed = out;
    code->packed_size = size;
    code->lines = lines;
    code->line_count = line_count;
    code->instruction_count = draft->instructions.count;
    line = column = 0;
    for (uint32_t i = 0; i < draft->instructions.count; i++) {
        const CodeInstruction *at = &ITEM(draft->instructions, CodeInstruction, i);
        out = pack(code, at, out);
        if (at->line != line || at->column != column) {
            *lines++ = (CorLine){i, at->line, at->column};
        }
        line = at->line, column = at->column;
    }
}

void cor_code_end(CorCode *code) {
    if (code == NULL || code->draft == NULL) {
        return;
    }
    CodeDraft *draft = code->draft;
    pack_all(code);
    code->label_count = draft->labels.count;
    code->labels = cor_arena_copy(code->builder->scratch, draft->labels.items, draft->labels.count,
                                  sizeof *code->labels);
    code->builder->failed |= code->labels == NULL;
    code->register_count = draft->registers.count;
    code->registers = keep(code, &draft->registers, sizeof *code->registers);
    code->names = code->has_names ? keep(code, &draft->names, sizeof *code->names) : NULL;
    code->capture_count = draft->captures.count;
    code->captures = keep(code, &draft->captures, sizeof *code->captures);
    code->handler_count = draft->handlers.count;
    code->handlers = (CorHandler *)keep(code, &draft->handlers, sizeof *code->handlers);
    draft->instructions.count = draft->operands.count = draft->labels.count = draft->registers.count = 0;
    draft->names.count = draft->captures.count = draft->handlers.count = 0;
    draft->next_spare = code->builder->spare_draft;
    code->builder->spare_draft = draft;
    code->draft = NULL;
}

/* ---- Encoding ---- */

typedef struct Encoder {
    const CorCode *code;
    const BuilderMaps *maps;
    uint32_t *offsets; /* of each instruction, and of the end, as far as they are known */
    size_t position;   /* in the packed code */
    uint32_t left;     /* operands of the current instruction */
    uint8_t *out;      /* NULL while measuring */
    size_t size;
    bool has_label; /* the current instruction */
} Encoder;

static void put_bytes(Encoder *encoder, const uint8_t *bytes, size_t count) {
    if (encoder->out != NULL) {
        memcpy(encoder->out + encoder->size, bytes, count);
    }
    encoder->size += count;
}

static void put_byte(Encoder *encoder, uint8_t byte) {
    if (encoder->out != NULL) {
        encoder->out[encoder->size] = byte;
    }
    encoder->size++;
}

static void put_number(Encoder *encoder, uint64_t value) {
    if (value < 0x80) {
        put_byte(encoder, (uint8_t)value);
    } else {
        uint8_t bytes[COR_LEB128_MAX];
        put_bytes(encoder, bytes, cor_leb128_write_u64(bytes, value));
    }
}

/* An unbound label gives an offset behind the code, which the verifier rejects. */
static uint32_t label_offset(const Encoder *encoder, uint64_t label) {
    const CorCode *code = encoder->code;
    uint32_t at = label < code->label_count ? code->labels[label] : UNBOUND;
    uint32_t end = code->instruction_count;
    if (at != UNBOUND && (at & FIXED_LABEL) != 0) {
        return at & ~FIXED_LABEL;
    }
    return at <= end ? encoder->offsets[at] : encoder->offsets[end] + 1;
}

static uint64_t next_packed(Encoder *encoder) {
    uint64_t value = 0;
    cor_leb128_read_u64(encoder->code->packed, encoder->code->packed_size, &encoder->position, &value);
    return value;
}

static uint64_t next_operand(Encoder *encoder) {
    if (encoder->left == 0) {
        return 0;
    }
    encoder->left--;
    return next_packed(encoder);
}

static void put_path(Encoder *encoder, uint64_t steps) {
    for (; steps > 0 && encoder->left > 0; steps--) {
        uint8_t kind = (uint8_t)next_operand(encoder);
        put_byte(encoder, kind);
        if (kind == COR_PATH_FIELD) {
            put_number(encoder, builder_map(encoder->maps->definitions, (uint32_t)next_operand(encoder)));
        }
        put_number(encoder, next_operand(encoder));
    }
}

static void put_label(Encoder *encoder, uint64_t label) {
    encoder->has_label = true;
    put_number(encoder, label_offset(encoder, label));
}

static void put_operand(Encoder *encoder, char letter) {
    uint64_t value = next_operand(encoder);
    uint8_t bytes[COR_LEB128_MAX];
    switch (letter) {
    case 'i': put_bytes(encoder, bytes, cor_leb128_write_i64(bytes, (int64_t)value)); return;
    case 'g': put_number(encoder, builder_map(encoder->maps->globals, (uint32_t)value)); return;
    case 'D': put_number(encoder, builder_map(encoder->maps->definitions, (uint32_t)value)); return;
    case 'L': put_label(encoder, value); return;
    case 'A':
    case 'T':
        put_number(encoder, value);
        for (; value > 0 && encoder->left > 0; value--) {
            uint64_t item = next_operand(encoder);
            if (letter == 'T') {
                put_label(encoder, item);
            } else {
                put_number(encoder, item);
            }
        }
        return;
    case 'P':
        put_number(encoder, value);
        put_path(encoder, value);
        return;
    default: put_number(encoder, value); return;
    }
}

/* Encodes the instruction at the position, and moves behind it. */
static void put_instruction(Encoder *encoder) {
    uint32_t opcode = (uint32_t)next_packed(encoder);
    encoder->left = (uint32_t)next_packed(encoder);
    encoder->has_label = false;
    if (opcode == RAW_BYTES) {
        while (encoder->left > 0) {
            put_byte(encoder, (uint8_t)next_operand(encoder));
        }
        return;
    }
    put_byte(encoder, (uint8_t)opcode);
    for (const char *letter = cor_opcode_info[opcode].operands; *letter != '\0'; letter++) {
        put_operand(encoder, *letter);
    }
    while (encoder->left > 0) {
        next_operand(encoder);
    }
}

/* An instruction whose size depends on offsets. */
typedef struct Jump {
    uint32_t number;
    size_t position; /* in the packed code */
} Jump;

/* Sets the offsets so that they follow from the sizes of the instructions, and the sizes from them; false when memory
 * is exhausted. `sizes[i]` is the size of instruction i. */
static bool place(Encoder *encoder, uint32_t *sizes) {
    CorBuilder *builder = encoder->code->builder;
    uint32_t count = encoder->code->instruction_count;
    builder->jumps.count = 0;
    for (uint32_t i = 0; i < count; i++) {
        size_t position = encoder->position, size = encoder->size;
        put_instruction(encoder);
        sizes[i] = (uint32_t)(encoder->size - size);
        if (encoder->has_label) {
            Jump *jump = builder_push(builder, &builder->jumps, sizeof *jump);
            if (jump == NULL) {
                return false;
            }
            *jump = (Jump){i, position};
        }
    }
    for (bool moved = true; moved;) {
        moved = false;
        encoder->offsets[0] = 0;
        for (uint32_t i = 0; i < count; i++) {
            encoder->offsets[i + 1] = encoder->offsets[i] + sizes[i];
        }
        for (uint32_t i = 0; i < builder->jumps.count; i++) {
            const Jump *jump = &ITEM(builder->jumps, Jump, i);
            encoder->position = jump->position;
            encoder->size = 0;
            put_instruction(encoder);
            moved |= sizes[jump->number] != encoder->size;
            sizes[jump->number] = (uint32_t)encoder->size;
        }
    }
    return true;
}

/* `count` numbers in an array that serves one function after the other. */
static uint32_t *numbers(CorBuilder *builder, BuilderArray *array, uint32_t count) {
    if (array->capacity < count) {
        array->items = cor_arena_allocate(builder->scratch, (size_t)count * 2, sizeof(uint32_t));
        array->capacity = array->items != NULL ? count * 2 : 0;
        builder->failed |= array->items == NULL;
    }
    return array->items;
}

void code_builder_finish(CorCode *code, const BuilderMaps *maps, CorFunction *function) {
    CorBuilder *builder = code->builder;
    cor_code_end(code);
    Encoder encoder = {.code = code, .maps = maps};
    encoder.offsets = numbers(builder, &builder->offsets, code->instruction_count + 1);
    uint32_t *sizes = numbers(builder, &builder->sizes, code->instruction_count + 1);
    if (builder->failed || encoder.offsets == NULL || sizes == NULL) {
        return;
    }
    memset(encoder.offsets, 0, ((size_t)code->instruction_count + 1) * sizeof *encoder.offsets);
    if (!place(&encoder, sizes)) {
        return;
    }
    size_t size = encoder.offsets[code->instruction_count];
    if (size > UINT32_MAX / 2 || (encoder.out = builder_allocate(builder, size, 1)) == NULL) {
        builder->failed = true;
        return;
    }
    encoder.position = encoder.size = 0;
    for (uint32_t i = 0; i < code->instruction_count; i++) {
        put_instruction(&encoder);
    }
    function->code = encoder.out;
    function->code_size = (uint32_t)size;
    function->register_count = code->register_count;
    function->registers = code->registers;
    function->register_names = code->names;
    function->capture_count = code->capture_count;
    function->captures = code->captures;
    for (uint32_t i = 0; i < code->handler_count; i++) {
        CorHandler *handler = &code->handlers[i];
        handler->start = label_offset(&encoder, handler->start);
        handler->end = label_offset(&encoder, handler->end);
        handler->target = label_offset(&encoder, handler->target);
    }
    function->handler_count = code->handler_count;
    function->handlers = code->handlers;
    for (uint32_t i = 0; i < code->line_count; i++) {
        code->lines[i].offset = encoder.offsets[code->lines[i].offset];
    }
    function->lines = code->line_count != 0 ? code->lines : NULL;
    function->line_count = code->line_count;
}
