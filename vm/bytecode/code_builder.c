/* The code part of the module builder: instructions are kept as operand lists and encoded at the end.
 *
 * Branch operands are LEB128 byte offsets, so the length of an instruction depends on where its targets lie,
 * which depends on the lengths.  Encoding starts with offsets of zero and repeats until no offset changes:
 * offsets only grow, so this ends at the least fixpoint, in which every number has its shortest form. */
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

struct CorCode {
    CorBuilder *builder;
    BuilderArray instructions; /* CodeInstruction */
    BuilderArray operands;     /* uint64_t, in encoding order */
    BuilderArray labels;       /* uint32_t: number of the instruction, or UNBOUND */
    BuilderArray registers;    /* uint32_t: type */
    BuilderArray names;        /* uint32_t: string, one a register */
    BuilderArray captures;     /* uint32_t: type */
    BuilderArray handlers;     /* CorHandler, with labels for offsets */
    uint32_t line, column;
    bool has_names;
    bool reachable;
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
    code->reachable = true;
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
    push_number(code, &code->registers, type);
    push_number(code, &code->names, name);
    code->has_names |= name != 0;
    return code->registers.count - 1;
}

uint32_t cor_code_register_type(const CorCode *code, uint32_t reg) {
    return code != NULL && reg < code->registers.count ? ITEM(code->registers, uint32_t, reg) : COR_NONE;
}

uint32_t cor_code_capture(CorCode *code, uint32_t type) {
    if (code == NULL) {
        return 0;
    }
    push_number(code, &code->captures, type);
    return code->captures.count - 1;
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
    push_number(code, &code->labels, UNBOUND);
    return code->labels.count - 1;
}

void cor_code_bind(CorCode *code, CorLabel label) {
    if (code != NULL && label < code->labels.count) {
        ITEM(code->labels, uint32_t, label) = code->instructions.count;
        code->reachable = true;
    }
}

CorLabel cor_code_label_at(CorCode *code, uint32_t offset) {
    CorLabel label = cor_code_label(code);
    if (code != NULL && label < code->labels.count) {
        ITEM(code->labels, uint32_t, label) = offset | FIXED_LABEL;
    }
    return label;
}

bool cor_code_reachable(const CorCode *code) {
    return code != NULL && code->reachable;
}

void cor_code_handler(CorCode *code, CorLabel start, CorLabel end, CorLabel target, uint32_t type,
                      uint32_t reg) {
    CorHandler *handler = code == NULL ? NULL : builder_push(code->builder, &code->handlers, sizeof *handler);
    if (handler != NULL) {
        *handler = (CorHandler){start, end, target, type, reg};
    }
}

/* ---- Emission ---- */

static void begin_instruction(CorCode *code, uint32_t opcode) {
    CodeInstruction *instruction = builder_push(code->builder, &code->instructions, sizeof *instruction);
    if (instruction != NULL) {
        *instruction = (CodeInstruction){opcode, code->operands.count, 0, code->line, code->column};
    }
    code->reachable = opcode >= COR_OP_COUNT || (cor_opcode_info[opcode].effects & EFFECT_E) == 0;
}

static void operand(CorCode *code, uint64_t value) {
    uint64_t *slot = builder_push(code->builder, &code->operands, sizeof *slot);
    if (slot != NULL && code->instructions.count != 0) {
        *slot = value;
        ITEM(code->instructions, CodeInstruction, code->instructions.count - 1).operand_count++;
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

/* ---- Encoding ---- */

typedef struct Encoder {
    const CorCode *code;
    const BuilderMaps *maps;
    uint32_t *offsets;       /* of each instruction, and of the end, from the pass before */
    const uint64_t *operand; /* the next */
    const uint64_t *operands_end;
    uint8_t *out; /* NULL while measuring */
    size_t size;
} Encoder;

static void put_bytes(Encoder *encoder, const uint8_t *bytes, size_t count) {
    if (encoder->out != NULL) {
        memcpy(encoder->out + encoder->size, bytes, count);
    }
    encoder->size += count;
}

static void put_number(Encoder *encoder, uint64_t value) {
    uint8_t bytes[COR_LEB128_MAX];
    put_bytes(encoder, bytes, cor_leb128_write_u64(bytes, value));
}

/* An unbound label gives an offset behind the code, which the verifier rejects. */
static uint32_t label_offset(const Encoder *encoder, uint64_t label) {
    const CorCode *code = encoder->code;
    uint32_t at = label < code->labels.count ? ITEM(code->labels, uint32_t, label) : UNBOUND;
    uint32_t end = code->instructions.count;
    if (at != UNBOUND && (at & FIXED_LABEL) != 0) {
        return at & ~FIXED_LABEL;
    }
    return at <= end ? encoder->offsets[at] : encoder->offsets[end] + 1;
}

static uint64_t next_operand(Encoder *encoder) {
    return encoder->operand < encoder->operands_end ? *encoder->operand++ : 0;
}

static void put_path(Encoder *encoder, uint64_t steps) {
    for (; steps > 0 && encoder->operand < encoder->operands_end; steps--) {
        uint8_t kind = (uint8_t)next_operand(encoder);
        put_bytes(encoder, &kind, 1);
        if (kind == COR_PATH_FIELD) {
            put_number(encoder, builder_map(encoder->maps->definitions, (uint32_t)next_operand(encoder)));
        }
        put_number(encoder, next_operand(encoder));
    }
}

static void put_operand(Encoder *encoder, char letter) {
    uint64_t value = next_operand(encoder);
    uint8_t bytes[COR_LEB128_MAX];
    switch (letter) {
    case 'i': put_bytes(encoder, bytes, cor_leb128_write_i64(bytes, (int64_t)value)); return;
    case 'g': put_number(encoder, builder_map(encoder->maps->globals, (uint32_t)value)); return;
    case 'D': put_number(encoder, builder_map(encoder->maps->definitions, (uint32_t)value)); return;
    case 'L': put_number(encoder, label_offset(encoder, value)); return;
    case 'A':
    case 'T':
        put_number(encoder, value);
        for (; value > 0 && encoder->operand < encoder->operands_end; value--) {
            uint64_t item = next_operand(encoder);
            put_number(encoder, letter == 'T' ? label_offset(encoder, item) : item);
        }
        return;
    case 'P':
        put_number(encoder, value);
        put_path(encoder, value);
        return;
    default: put_number(encoder, value); return;
    }
}

/* Encodes everything; true when an instruction begins elsewhere than in the pass before. */
static bool encode_pass(Encoder *encoder) {
    const CorCode *code = encoder->code;
    bool moved = false;
    encoder->size = 0;
    for (uint32_t i = 0; i <= code->instructions.count; i++) {
        moved |= encoder->offsets[i] != encoder->size;
        encoder->offsets[i] = (uint32_t)encoder->size;
        if (i == code->instructions.count) {
            break;
        }
        const CodeInstruction *instruction = &ITEM(code->instructions, CodeInstruction, i);
        encoder->operand = (const uint64_t *)code->operands.items + instruction->first_operand;
        encoder->operands_end = encoder->operand + instruction->operand_count;
        if (instruction->opcode == RAW_BYTES) {
            while (encoder->operand < encoder->operands_end) {
                put_bytes(encoder, &(uint8_t){(uint8_t)*encoder->operand++}, 1);
            }
            continue;
        }
        put_bytes(encoder, &(uint8_t){(uint8_t)instruction->opcode}, 1);
        for (const char *letter = cor_opcode_info[instruction->opcode].operands; *letter != '\0'; letter++) {
            put_operand(encoder, *letter);
        }
    }
    return moved;
}

static void finish_lines(const Encoder *encoder, CorFunction *function) {
    const CorCode *code = encoder->code;
    CorLine *lines = builder_allocate(code->builder, code->instructions.count, sizeof *lines);
    uint32_t count = 0, line = 0, column = 0;
    for (uint32_t i = 0; lines != NULL && i < code->instructions.count; i++) {
        const CodeInstruction *at = &ITEM(code->instructions, CodeInstruction, i);
        if (at->line != line || at->column != column) {
            line = at->line;
            column = at->column;
            lines[count++] = (CorLine){encoder->offsets[i], line, column};
        }
    }
    function->lines = count != 0 ? lines : NULL;
    function->line_count = count;
}

static void finish_handlers(const Encoder *encoder, CorFunction *function) {
    const CorCode *code = encoder->code;
    CorHandler *handlers = builder_allocate(code->builder, code->handlers.count, sizeof *handlers);
    for (uint32_t i = 0; handlers != NULL && i < code->handlers.count; i++) {
        const CorHandler *draft = &ITEM(code->handlers, CorHandler, i);
        handlers[i] = *draft;
        handlers[i].start = label_offset(encoder, draft->start);
        handlers[i].end = label_offset(encoder, draft->end);
        handlers[i].target = label_offset(encoder, draft->target);
    }
    function->handler_count = code->handlers.count;
    function->handlers = handlers;
}

static const uint32_t *keep_numbers(const CorCode *code, const BuilderArray *array) {
    uint32_t *copy = builder_allocate(code->builder, array->count, sizeof *copy);
    if (copy != NULL && array->count != 0) {
        memcpy(copy, array->items, array->count * sizeof *copy);
    }
    return copy;
}

void code_builder_finish(CorCode *code, const BuilderMaps *maps, CorFunction *function) {
    CorBuilder *builder = code->builder;
    Encoder encoder = {.code = code, .maps = maps};
    encoder.offsets =
        cor_arena_allocate(builder->scratch, (size_t)code->instructions.count + 1, sizeof(uint32_t));
    if (encoder.offsets == NULL) {
        builder->failed = true;
        return;
    }
    while (encode_pass(&encoder)) {
    }
    if (encoder.size > UINT32_MAX / 2 || (encoder.out = builder_allocate(builder, encoder.size, 1)) == NULL) {
        builder->failed = true;
        return;
    }
    encode_pass(&encoder);
    function->code = encoder.out;
    function->code_size = (uint32_t)encoder.size;
    function->register_count = code->registers.count;
    function->registers = keep_numbers(code, &code->registers);
    function->register_names = code->has_names ? keep_numbers(code, &code->names) : NULL;
    function->capture_count = code->captures.count;
    function->captures = keep_numbers(code, &code->captures);
    finish_handlers(&encoder, function);
    finish_lines(&encoder, function);
}
