/* The dump walks the operand letters of lowered.def, like everything that knows the shape of an instruction. */
#include "vm/runtime/lowered_dump.h"

#include <inttypes.h>
#include <string.h>

#include "vm/runtime/type.h"

typedef struct Dump {
    FILE *out;
    const CorLoweredFunction *function;
    CorWord first; /* of the instruction being written */
    const char *separator;
} Dump;

static void separate(Dump *dump) {
    fputs(dump->separator, dump->out);
    dump->separator = ", ";
}

static void slot(Dump *dump, uint32_t number) {
    separate(dump);
    fprintf(dump->out, "s%" PRIu32, number);
}

static void target(Dump *dump, const CorWord *word, int64_t distance) {
    separate(dump);
    fprintf(dump->out, "-> %" PRId64, word - dump->function->code + distance);
}

static void operand(Dump *dump, const CorWord *word, char letter, uint16_t value) {
    switch (letter) {
    case '-': return;
    case 'i': separate(dump), fprintf(dump->out, "%d", (int16_t)value); return;
    case 'u': separate(dump), fprintf(dump->out, "%u", value); return;
    case 'o': target(dump, word, (int16_t)value); return;
    case 'O': target(dump, word, word->far.offset); return;
    case 'g': separate(dump), fprintf(dump->out, "global %" PRId32, word->far.offset); return;
    case 'w': separate(dump), fprintf(dump->out, "window s%u", value); return;
    default: slot(dump, value);
    }
}

static const CorLoweredFunction *callee(const CorWord *extension) {
    return cor_code_header(extension->entry)->function;
}

static void layout(Dump *dump, const CorLayout *shape) {
    separate(dump);
    fprintf(dump->out, "{");
    for (uint32_t i = 0; i < shape->count; i++) {
        fprintf(dump->out, "%s%" PRIu32, i == 0 ? "" : " ", shape->scalars[i].offset);
    }
    fprintf(dump->out, "}");
}

static void extension(Dump *dump, const CorWord *word, const CorWord *value, char letter) {
    switch (letter) {
    case 'V':
        separate(dump);
        if (dump->first.op == COR_LOWERED_CONST_REFERENCE) {
            fprintf(dump->out, "literal");
        } else {
            fprintf(dump->out, "0x%" PRIx64, value->bits);
        }
        break;
    case 'T': separate(dump), fprintf(dump->out, "%s", ((const CorType *)value->pointer)->name); break;
    case 'E': separate(dump), fprintf(dump->out, "%s", callee(value)->name); break;
    case 'F':
        separate(dump), fprintf(dump->out, "%s", ((const CorLoweredFunction *)value->pointer)->name);
        break;
    case 'C':
        separate(dump), fprintf(dump->out, "%s", ((const CorCacheEntry *)value->pointer)->interface->name);
        break;
    case 'L': layout(dump, value->pointer); break;
    case 'B':
        target(dump, word, value->edge.distance);
        separate(dump), fprintf(dump->out, "weight %" PRIu32, value->edge.weight);
        break;
    case 'P':
        separate(dump),
            fprintf(dump->out, "stride %" PRIu32 " offset %" PRIu32, value->part.stride, value->part.offset);
        break;
    default: break; /* natives and profiles have no text */
    }
}

static void instruction(Dump *dump, const CorWord *word) {
    const CorLoweredInfo *info = &cor_lowered_info[dump->first.op];
    const char *letters = info->operands;
    const uint16_t operands[] = {dump->first.a, dump->first.b, dump->first.c};
    fprintf(dump->out, "%s", info->mnemonic);
    dump->separator = " ";
    uint32_t at = 0;
    for (; letters[at] != '\0' && letters[at] != ':'; at++) {
        operand(dump, word, letters[at], operands[at]);
    }
    if (letters[at] == ':' && letters[at + 1] == '*') {
        for (uint32_t i = 0; i <= dump->first.b; i++) {
            target(dump, word, word[1 + i].edge.distance);
        }
    } else if (letters[at] == ':') {
        for (uint32_t i = 0; letters[at + 1 + i] != '\0'; i++) {
            extension(dump, word, &word[1 + i], letters[at + 1 + i]);
        }
    }
    fputc('\n', dump->out);
}

void cor_lowered_dump(FILE *out, const CorLoweredFunction *function) {
    Dump dump = {.out = out, .function = function};
    fprintf(out, "%s: ", function->name);
    if (function->code == NULL) {
        fprintf(out, "not lowered\n");
        return;
    }
    fprintf(out, "parameters %" PRIu32 ", results %" PRIu32 ", frame %" PRIu32 ", weight %" PRIu32 "\n",
            function->parameter_slots, function->result_slots, function->frame_slots,
            cor_code_header(function->code)->weight);
    uint32_t line = 0;
    for (uint32_t i = 0; i < function->code_count; i += cor_code_length(function, i)) {
        const CorPosition *position = cor_function_position(function, i);
        uint32_t here = position != NULL ? position->line : 0;
        if (here != line) {
            fprintf(out, "  ; line %" PRIu32 "\n", here);
            line = here;
        }
        fprintf(out, "%5" PRIu32 "  ", i);
        dump.first = cor_code_word(function, i);
        instruction(&dump, &function->code[i]);
    }
    for (uint32_t i = 0; i < function->handler_count; i++) {
        const CorLoweredHandler *handler = &function->handlers[i];
        fprintf(out, "  catch %" PRIu32 "..%" PRIu32 " -> %" PRIu32 ", %s, s%" PRIu32 "\n", handler->start,
                handler->end, handler->target, handler->type->name, handler->slot);
    }
}
