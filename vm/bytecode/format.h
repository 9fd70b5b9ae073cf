/* Constants of the module file format that reader and writer share; the sections are in sections.def. */
#ifndef COR_BYTECODE_FORMAT_H
#define COR_BYTECODE_FORMAT_H

#include <stdint.h>

#define COR_FORMAT_MAGIC    "CORM"
#define COR_FORMAT_VERSION  1u
#define COR_FORMAT_FEATURES UINT64_C(0) /* the required-feature bits that are known */

enum {
    COR_FORMAT_VERSION_OFFSET = 4,   /* u32, little-endian */
    COR_FORMAT_FEATURES_OFFSET = 8,  /* u64, little-endian */
    COR_FORMAT_HASH_OFFSET = 16,     /* 32 bytes */
    COR_FORMAT_SECTIONS_OFFSET = 48, /* sections follow up to the end */
    COR_FORMAT_FIRST_OPTIONAL = 64,  /* sections from this id on may be unknown */
};

typedef enum CorSection {
#define SECTION(name, symbol, id, text, debug, content) COR_SECTION_##name = id,
#include "vm/bytecode/sections.def"
#undef SECTION
} CorSection;

#endif
