/* The assembler's words and names. */
#include <stdio.h>
#include <string.h>

#include "vm/bytecode/assembler_internal.h"
#include "vm/bytecode/assembly_names.h"

/* ---- Failure ---- */

void asm_fail(Assembler *assembler, const char *message) {
    if (assembler->status == COR_MODULE_OK) {
        assembler->status = COR_MODULE_REJECTED;
        assembler->error.line = assembler->line;
        snprintf(assembler->error.message, sizeof assembler->error.message, "%s", message);
    }
    assembler->next = assembler->end;
    assembler->token = (AsmToken){ASM_END, "", 0};
}

void asm_out_of_memory(Assembler *assembler) {
    if (assembler->status == COR_MODULE_OK) {
        assembler->status = COR_MODULE_NO_MEMORY;
    }
    asm_fail(assembler, "");
}

void *asm_push(Assembler *assembler, void **items, uint32_t *count, uint32_t *capacity, size_t size) {
    void *grown = cor_arena_grow(assembler->arena, *items, *count, capacity, size);
    if (grown == NULL) {
        asm_out_of_memory(assembler);
        return NULL;
    }
    *items = grown;
    void *item = (char *)grown + size * (*count)++;
    memset(item, 0, size);
    return item;
}

/* ---- Tokens ---- */

static bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("_.#$@+-*/%&|^~!=", c) != NULL);
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One byte of a string behind a backslash; moves *at behind it. */
static bool escape(const char **at, const char *end, char *out) {
    char c = *at < end ? *(*at)++ : '\0';
    if (c == 'n') {
        *out = '\n';
        return true;
    }
    if (c == 'x' && end - *at >= 2 && hex_digit((*at)[0]) >= 0 && hex_digit((*at)[1]) >= 0) {
        *out = (char)(hex_digit((*at)[0]) << 4 | hex_digit((*at)[1]));
        *at += 2;
        return true;
    }
    *out = c;
    return c == '"' || c == '\\';
}

static void lex_string(Assembler *assembler) {
    const char *at = assembler->next + 1, *end = assembler->end;
    const char *close = at;
    while (close < end && *close != '"' && *close != '\n') {
        close += *close == '\\' && close + 1 < end ? 2 : 1;
    }
    char *bytes = cor_arena_allocate(assembler->arena, (size_t)(close - at) + 1, 1);
    if (bytes == NULL) {
        asm_out_of_memory(assembler);
        return;
    }
    size_t length = 0;
    while (at < end && *at != '"' && *at != '\n') {
        char c = *at++;
        if (c == '\\' && !escape(&at, end, &c)) {
            asm_fail(assembler, "unknown escape in a string");
            return;
        }
        bytes[length++] = c;
    }
    if (at >= end || *at != '"') {
        asm_fail(assembler, "a string has no end");
        return;
    }
    assembler->next = at + 1;
    assembler->token = (AsmToken){ASM_STRING, bytes, length};
}

static void lex(Assembler *assembler) {
    const char *at = assembler->next, *end = assembler->end;
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r')) {
        at++;
    }
    if (at < end && *at == ';') {
        while (at < end && *at != '\n') {
            at++;
        }
    }
    assembler->next = at;
    if (at >= end) {
        assembler->token = (AsmToken){ASM_END, at, 0};
    } else if (*at == '\n') {
        assembler->token = (AsmToken){ASM_NEWLINE, at, 1};
        assembler->next = at + 1;
    } else if (*at == '"') {
        lex_string(assembler);
    } else if (is_word_byte(*at)) {
        while (at < end && is_word_byte(*at)) {
            at++;
        }
        assembler->token = (AsmToken){ASM_WORD, assembler->next, (size_t)(at - assembler->next)};
        assembler->next = at;
    } else if (*at != '\0' && strchr(",<>()[]:?", *at) != NULL) {
        assembler->token = (AsmToken){ASM_MARK, at, 1};
        assembler->next = at + 1;
    } else {
        asm_fail(assembler, "unknown character");
    }
}

void asm_begin(Assembler *assembler, const char *text, size_t size) {
    assembler->next = text;
    assembler->end = text + size;
    assembler->line = 1;
    lex(assembler);
}

void asm_advance(Assembler *assembler) {
    if (assembler->token.kind == ASM_NEWLINE) {
        assembler->line++;
    }
    lex(assembler);
}

static bool word_is(AsmToken token, const char *word) {
    return token.kind == ASM_WORD && strlen(word) == token.length &&
           memcmp(word, token.text, token.length) == 0;
}

bool asm_is_word(const Assembler *assembler, const char *word) {
    return word_is(assembler->token, word);
}

bool asm_accept_word(Assembler *assembler, const char *word) {
    bool is = asm_is_word(assembler, word);
    if (is) {
        asm_advance(assembler);
    }
    return is;
}

bool asm_accept_mark(Assembler *assembler, char mark) {
    bool is = assembler->token.kind == ASM_MARK && *assembler->token.text == mark;
    if (is) {
        asm_advance(assembler);
    }
    return is;
}

void asm_expect_mark(Assembler *assembler, char mark) {
    if (!asm_accept_mark(assembler, mark)) {
        asm_fail(assembler, (char[]){'e', 'x', 'p', 'e', 'c', 't', 'e', 'd', ' ', mark, '\0'});
    }
}

bool asm_at_line_end(const Assembler *assembler) {
    return assembler->token.kind >= ASM_NEWLINE;
}

void asm_expect_line_end(Assembler *assembler) {
    if (!asm_at_line_end(assembler)) {
        asm_fail(assembler, "expected the end of the line");
    }
}

void asm_skip_line(Assembler *assembler) {
    while (!asm_at_line_end(assembler)) {
        asm_advance(assembler);
    }
}

/* ---- Numbers, strings, names ---- */

uint32_t asm_string(Assembler *assembler) {
    AsmToken token = assembler->token;
    if (token.kind != ASM_STRING) {
        asm_fail(assembler, "expected a string in quotes");
        return 0;
    }
    asm_advance(assembler);
    return cor_builder_string(assembler->builder, token.text, token.length);
}

/* Digits in base 10 or, behind 0x, 16; false when they are not all of it or do not fit. */
static bool digits(const char *text, size_t length, uint64_t *out) {
    unsigned base = length > 2 && text[0] == '0' && text[1] == 'x' ? 16 : 10;
    uint64_t value = 0;
    if (length == 0) {
        return false;
    }
    for (size_t i = base == 16 ? 2 : 0; i < length; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0 || digit >= (int)base || value > (UINT64_MAX - (unsigned)digit) / base) {
            return false;
        }
        value = value * base + (unsigned)digit;
    }
    *out = value;
    return true;
}

uint64_t asm_number(Assembler *assembler) {
    AsmToken token = assembler->token;
    uint64_t value = 0;
    bool negative = token.kind == ASM_WORD && token.length > 1 && token.text[0] == '-';
    if (token.kind != ASM_WORD || !digits(token.text + negative, token.length - negative, &value)) {
        asm_fail(assembler, "expected a number");
        return 0;
    }
    asm_advance(assembler);
    return negative ? -value : value;
}

uint32_t asm_small_number(Assembler *assembler) {
    uint64_t value = asm_number(assembler);
    if (value > UINT32_MAX) {
        asm_fail(assembler, "the number is too large");
    }
    return (uint32_t)value;
}

bool asm_accept_index(Assembler *assembler, uint32_t *index) {
    AsmToken token = assembler->token;
    uint64_t value;
    if (token.kind != ASM_WORD || token.text[0] != '#' || !digits(token.text + 1, token.length - 1, &value) ||
        value > UINT32_MAX) {
        return false;
    }
    *index = (uint32_t)value;
    asm_advance(assembler);
    return true;
}

static bool name_equal(const void *context, uint32_t index, const void *key) {
    const struct AsmName *name = &((const AsmNames *)context)->items[index];
    const AsmToken *word = key;
    return name->length == word->length && memcmp(name->text, word->text, word->length) == 0;
}

bool asm_find(const AsmNames *names, AsmToken word, uint32_t *value) {
    uint32_t hash = cor_hash_bytes(COR_HASH_START, word.text, word.length);
    uint32_t index = cor_index_table_find(&names->table, hash, name_equal, names, &word);
    if (index == COR_NONE) {
        return false;
    }
    *value = names->items[index].value;
    return true;
}

bool asm_define(Assembler *assembler, AsmNames *names, AsmToken word, uint32_t value) {
    uint32_t ignored;
    if (asm_find(names, word, &ignored)) {
        return false;
    }
    void *items = names->items;
    struct AsmName *name = asm_push(assembler, &items, &names->count, &names->capacity, sizeof *name);
    names->items = items;
    if (name != NULL) {
        *name = (struct AsmName){word.text, word.length, value};
        uint32_t hash = cor_hash_bytes(COR_HASH_START, word.text, word.length);
        if (!cor_index_table_add(&names->table, assembler->arena, hash, names->count - 1)) {
            asm_out_of_memory(assembler);
        }
    }
    return true;
}

uint32_t asm_symbol(Assembler *assembler, const AsmNames *names) {
    uint32_t value = 0;
    if (asm_accept_index(assembler, &value)) {
        return value;
    }
    AsmToken token = assembler->token;
    if (token.kind != ASM_WORD || token.text[0] != '@') {
        asm_fail(assembler, "expected a symbol");
    } else if (!asm_find(names, token, &value)) {
        char message[120];
        snprintf(message, sizeof message, "%.*s is not declared",
                 (int)(token.length < 80 ? token.length : 80), token.text);
        asm_fail(assembler, message);
    } else {
        asm_advance(assembler);
    }
    return value;
}

uint32_t asm_flags(Assembler *assembler, const char *const *names) {
    uint32_t flags = 0;
    while (assembler->token.kind == ASM_WORD) {
        uint32_t bit = cor_find_name(names, 32, assembler->token.text, assembler->token.length);
        if (bit != COR_NONE) {
            flags |= UINT32_C(1) << bit;
            asm_advance(assembler);
        } else if (asm_accept_word(assembler, "flags")) {
            flags |= asm_small_number(assembler);
        } else {
            break;
        }
    }
    return flags;
}
