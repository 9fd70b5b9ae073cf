/* The words of the assembly language that the assembler reads and the disassembler writes (docs/bytecode.md). */
#ifndef COR_BYTECODE_ASSEMBLY_NAMES_H
#define COR_BYTECODE_ASSEMBLY_NAMES_H

#include "vm/bytecode/module.h"

/* Names of the bits of a flag word, from bit 0 up; NULL ends the list. */
extern const char *const cor_definition_flag_names[];
extern const char *const cor_field_flag_names[];
extern const char *const cor_function_flag_names[];
extern const char *const cor_global_flag_names[];

/* "struct", "class", "enum", "interface". */
extern const char *const cor_definition_kind_names[COR_DEF_INTERFACE + 1];

/* The name of a type without arguments, or the word before the arguments of another kind; NULL where there is none. */
extern const char *const cor_type_kind_names[COR_TYPE_PARAM + 1];

/* The number of a word in a list that ends with NULL or has `count` entries, or COR_NONE. */
uint32_t cor_find_name(const char *const *names, uint32_t count, const char *word, size_t length);

#endif
