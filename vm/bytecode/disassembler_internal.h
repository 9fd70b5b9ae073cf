/* The disassembler's data and parts; nobody else includes it. */
#ifndef COR_BYTECODE_DISASSEMBLER_INTERNAL_H
#define COR_BYTECODE_DISASSEMBLER_INTERNAL_H

#include "vm/bytecode/arena.h"
#include "vm/bytecode/byte_buffer.h"
#include "vm/bytecode/index_table.h"
#include "vm/bytecode/module.h"

/* Unique symbols of one kind of entity, by index. */
typedef struct DisSymbols {
    const char **names;
    uint32_t count;
    CorIndexTable table;
} DisSymbols;

typedef struct Disassembler {
    const CorModule *module;
    CorByteBuffer *out;
    CorArena *arena; /* ends with the disassembly */
    DisSymbols definitions, functions, globals;
    uint32_t *type_sizes; /* how many entries a type is when written out; saturates */
    bool failed;
} Disassembler;

#define dis_printf(dis, ...) cor_byte_buffer_printf((dis)->out, __VA_ARGS__)

/* Makes the symbols; false when memory ran out. */
bool dis_names_begin(Disassembler *dis);

void dis_string(Disassembler *dis, uint32_t string);                           /* "quoted" */
void dis_symbol(Disassembler *dis, const DisSymbols *symbols, uint32_t index); /* @name, or #index */
void dis_type(Disassembler *dis, uint32_t type);                               /* a use of a type */
void dis_type_entry(Disassembler *dis, uint32_t type);                         /* the type's entry */
void dis_function_ref(Disassembler *dis, uint32_t reference);
void dis_constant(Disassembler *dis, uint32_t constant);

/* Captures, registers, code and exception ranges. */
void dis_code(Disassembler *dis, const CorFunction *function);

#endif
