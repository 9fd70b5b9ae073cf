/* Reading relocatable ELF files (64 bits, little-endian), as far as compiled code needs it.
 *
 * Nothing in the file is believed: every number is checked against the size of the file before it is used, so bytes that
 * are no such file, or a damaged one, give an error. */
#ifndef COR_RUNTIME_CODE_ELF_H
#define COR_RUNTIME_CODE_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CodeElfHeader {
    uint8_t identification[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, program_offset, section_offset;
    uint32_t flags;
    uint16_t size, program_size, program_count, section_size, section_count, names;
} CodeElfHeader;

typedef struct CodeElfSection {
    uint32_t name, type;
    uint64_t flags, address, offset, size;
    uint32_t link, info;
    uint64_t alignment, entry_size;
} CodeElfSection;

typedef struct CodeElfSymbol {
    uint32_t name;
    uint8_t info, other;
    uint16_t section;
    uint64_t value, size;
} CodeElfSymbol;

typedef struct CodeElfRelocation {
    uint64_t offset;
    uint32_t type, symbol;
    int64_t addend;
} CodeElfRelocation;

enum { /* CodeElfSection.type */
       CODE_ELF_PROGRAM = 1,
       CODE_ELF_SYMBOLS = 2,
       CODE_ELF_STRINGS = 3,
       CODE_ELF_RELOCATIONS = 4,
       CODE_ELF_NO_BITS = 8,
       CODE_ELF_PLAIN_RELOCATIONS = 9, /* without addends */
};
enum { CODE_ELF_WRITE = 1, CODE_ELF_ALLOCATED = 2, CODE_ELF_EXECUTE = 4, CODE_ELF_TLS = 1 << 10 }; /* flags */
enum {
    CODE_ELF_UNDEFINED = 0,
    CODE_ELF_ABSOLUTE = 0xfff1,
    CODE_ELF_RESERVED = 0xff00
}; /* symbol's section */
enum { CODE_ELF_MAX_SECTIONS = 1024, CODE_ELF_MAX_ALIGNMENT = 4096 };

typedef struct CodeElf {
    const uint8_t *bytes;
    size_t size;
    CodeElfHeader header;
    uint32_t section_count, symbol_count;
    CodeElfSection symbols;      /* the section of symbols */
    CodeElfSection names, texts; /* of sections; of symbols */
} CodeElf;

/* Opens a file whose instructions are `machine`'s.  NULL, or what is wrong. */
const char *code_elf_open(CodeElf *elf, const uint8_t *bytes, size_t size, uint16_t machine);

/* A section, whose bytes lie in the file (unless it has none) and whose alignment is a power of two.  false: it is not so. */
bool code_elf_section(const CodeElf *elf, uint32_t number, CodeElfSection *section);
const char *code_elf_section_name(const CodeElf *elf, const CodeElfSection *section); /* "" without */

/* Number below symbol_count. */
void code_elf_symbol(const CodeElf *elf, uint32_t number, CodeElfSymbol *symbol);
const char *code_elf_symbol_name(const CodeElf *elf, const CodeElfSymbol *symbol);

/* Number below section->size / sizeof(CodeElfRelocation), of a section of relocations. */
void code_elf_relocation(const CodeElf *elf, const CodeElfSection *section, uint64_t number,
                         CodeElfRelocation *relocation);

#endif
