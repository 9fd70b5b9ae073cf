/* The assembler's data and parts; nobody else includes it.
 *
 * Errors are sticky: the first one is kept, and from then on the text appears to have ended, so the parsing functions
 * need no error paths of their own. */
#ifndef COR_BYTECODE_ASSEMBLER_INTERNAL_H
#define COR_BYTECODE_ASSEMBLER_INTERNAL_H

#include "vm/bytecode/arena.h"
#include "vm/bytecode/assembler.h"
#include "vm/bytecode/builder.h"
#include "vm/bytecode/index_table.h"

typedef enum AsmTokenKind {
    ASM_WORD,   /* names, numbers, @symbols, #indices, $parameters */
    ASM_STRING, /* `text` holds the bytes it stands for, in the arena */
    ASM_MARK,   /* one of , < > ( ) [ ] : ? */
    ASM_NEWLINE,
    ASM_END
} AsmTokenKind;

typedef struct AsmToken {
    AsmTokenKind kind;
    const char *text;
    size_t length;
} AsmToken;

/* Names and what they stand for, of one kind. */
typedef struct AsmNames {
    struct AsmName {
        const char *text;
        size_t length;
        uint32_t value;
    } * items;
    uint32_t count, capacity;
    CorIndexTable table;
} AsmNames;

typedef struct Assembler {
    const char *next, *end; /* the text behind the token */
    AsmToken token;         /* the one being looked at */
    uint32_t line;          /* its line */
    CorArena *arena;        /* lives until the module is finished */
    CorBuilder *builder;
    AsmNames definitions, functions, globals; /* handles */
    CorModuleStatus status;
    CorAssembleError error;
} Assembler;

/* ---- Words: assembler_lexer.c ---- */

void asm_begin(Assembler *assembler, const char *text, size_t size);
void asm_advance(Assembler *assembler);
void asm_fail(Assembler *assembler, const char *message);
void asm_out_of_memory(Assembler *assembler);

bool asm_is_word(const Assembler *assembler, const char *word);
bool asm_accept_word(Assembler *assembler, const char *word);
bool asm_accept_mark(Assembler *assembler, char mark);
void asm_expect_mark(Assembler *assembler, char mark);
void asm_expect_line_end(Assembler *assembler);
bool asm_at_line_end(const Assembler *assembler);
void asm_skip_line(Assembler *assembler);

uint32_t asm_string(Assembler *assembler);                          /* a quoted string: its index */
uint64_t asm_number(Assembler *assembler);                          /* decimal, perhaps negative, or 0x */
uint32_t asm_small_number(Assembler *assembler);                    /* the same, below 2^32 */
bool asm_accept_index(Assembler *assembler, uint32_t *index);       /* #number */
uint32_t asm_symbol(Assembler *assembler, const AsmNames *names);   /* @name or #number: its handle */
uint32_t asm_flags(Assembler *assembler, const char *const *names); /* words up to the first that is none */

bool asm_find(const AsmNames *names, AsmToken word, uint32_t *value);
bool asm_define(Assembler *assembler, AsmNames *names, AsmToken word,
                uint32_t value); /* false if defined before */

/* Room for one more item, zeroed; NULL with the failure noted. */
void *asm_push(Assembler *assembler, void **items, uint32_t *count, uint32_t *capacity, size_t size);

/* ---- Types, references, constants: assembler_types.c ---- */

uint32_t asm_type(Assembler *assembler);
uint32_t asm_function_ref(Assembler *assembler);
uint32_t asm_constant(Assembler *assembler);
void asm_types_table(Assembler *assembler);
void asm_references_table(Assembler *assembler);
void asm_constants_table(Assembler *assembler);

/* ---- Code: assembler_code.c ---- */

/* Captures, registers and code up to the line `end`, which is left. */
void asm_code(Assembler *assembler, uint32_t function);

#endif
