#include "vm/bytecode/assembly_names.h"

#include <string.h>

const char *const cor_definition_flag_names[] = {"public", "open", "abstract", "host", NULL};
const char *const cor_field_flag_names[] = {"var", "private", "default", NULL};
const char *const cor_function_flag_names[] = {
    "public",  "private", "method", "virtual",     "abstract", "override", "init",
    "mut",     "getter",  "setter", "operator",    "static",   "leaf",     "hidden",
    "derived", "syscall", "lambda", "struct_init", "host",     "foreign",  NULL,
};
const char *const cor_global_flag_names[] = {"var", "public", "static", NULL};

const char *const cor_definition_kind_names[COR_DEF_INTERFACE + 1] = {"struct", "class", "enum", "interface"};

const char *const cor_type_kind_names[COR_TYPE_PARAM + 1] = {
    [COR_TYPE_VOID] = "void",         [COR_TYPE_NEVER] = "never",
    [COR_TYPE_BOOL] = "bool",         [COR_TYPE_I8] = "i8",
    [COR_TYPE_I16] = "i16",           [COR_TYPE_I32] = "i32",
    [COR_TYPE_I64] = "int",           [COR_TYPE_U8] = "u8",
    [COR_TYPE_U16] = "u16",           [COR_TYPE_U32] = "u32",
    [COR_TYPE_U64] = "u64",           [COR_TYPE_F32] = "f32",
    [COR_TYPE_F64] = "float",         [COR_TYPE_CHAR] = "char",
    [COR_TYPE_STRING] = "string",     [COR_TYPE_ANY] = "any",
    [COR_TYPE_OPTIONAL] = "optional", [COR_TYPE_ARRAY] = "Array",
    [COR_TYPE_CELL] = "cell",         [COR_TYPE_TUPLE] = "tuple",
    [COR_TYPE_FUNCTION] = "fn",
};

uint32_t cor_find_name(const char *const *names, uint32_t count, const char *word, size_t length) {
    for (uint32_t i = 0; i < count && names[i] != NULL; i++) {
        if (strlen(names[i]) == length && memcmp(names[i], word, length) == 0) {
            return i;
        }
    }
    return COR_NONE;
}
