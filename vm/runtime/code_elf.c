#include "vm/runtime/code_elf.h"

#include <string.h>

_Static_assert(sizeof(CodeElfHeader) == 64 && sizeof(CodeElfSection) == 64 && sizeof(CodeElfSymbol) == 24 &&
                   sizeof(CodeElfRelocation) == 24,
               "the structures are those of the file");

static bool lies_within(uint64_t offset, uint64_t size, uint64_t whole) {
    return offset <= whole && size <= whole - offset;
}

static bool is_power_of_two(uint64_t number) {
    return number != 0 && (number & (number - 1)) == 0;
}

bool code_elf_section(const CodeElf *elf, uint32_t number, CodeElfSection *section) {
    if (number >= elf->section_count)
        return false;
    memcpy(section, elf->bytes + elf->header.section_offset + number * sizeof *section, sizeof *section);
    section->alignment = section->alignment == 0 ? 1 : section->alignment;
    bool has_bytes = section->type != CODE_ELF_NO_BITS;
    return is_power_of_two(section->alignment) && section->alignment <= CODE_ELF_MAX_ALIGNMENT &&
           (!has_bytes || lies_within(section->offset, section->size, elf->size));
}

/* The strings of a table, each of which ends, since the last byte is zero. */
static bool open_strings(const CodeElf *elf, uint32_t number, CodeElfSection *strings) {
    return code_elf_section(elf, number, strings) && strings->type == CODE_ELF_STRINGS && strings->size > 0 &&
           elf->bytes[strings->offset + strings->size - 1] == 0;
}

static const char *open_symbols(CodeElf *elf) {
    for (uint32_t i = 1; i < elf->section_count; i++) {
        CodeElfSection section;
        if (!code_elf_section(elf, i, &section))
            return "a section lies outside of the file";
        if (section.type != CODE_ELF_SYMBOLS)
            continue;
        if (elf->symbols.size != 0 || section.entry_size != sizeof(CodeElfSymbol) ||
            section.size >= UINT32_MAX || !open_strings(elf, section.link, &elf->texts))
            return "its table of symbols is wrong";
        elf->symbols = section;
        elf->symbol_count = (uint32_t)(section.size / sizeof(CodeElfSymbol));
    }
    return elf->symbol_count > 0 ? NULL : "it has no symbols";
}

const char *code_elf_open(CodeElf *elf, const uint8_t *bytes, size_t size, uint16_t machine) {
    static const uint8_t identification[] = {0x7f, 'E', 'L', 'F', 2 /* 64 bits */, 1 /* little-endian */, 1};
    *elf = (CodeElf){.bytes = bytes, .size = size};
    if (size < sizeof elf->header)
        return "it is too short";
    memcpy(&elf->header, bytes, sizeof elf->header);
    const CodeElfHeader *header = &elf->header;
    if (memcmp(header->identification, identification, sizeof identification) != 0 || header->type != 1)
        return "it is no relocatable ELF file";
    if (header->machine != machine)
        return "it is for another instruction set";
    if (header->section_size != sizeof(CodeElfSection) || header->section_count > CODE_ELF_MAX_SECTIONS ||
        !lies_within(header->section_offset, header->section_count * sizeof(CodeElfSection), size))
        return "its table of sections is wrong";
    elf->section_count = header->section_count;
    if (!open_strings(elf, header->names, &elf->names))
        return "its names of sections are wrong";
    return open_symbols(elf);
}

static const char *text_at(const CodeElf *elf, const CodeElfSection *strings, uint32_t offset) {
    return offset < strings->size ? (const char *)elf->bytes + strings->offset + offset : "";
}

const char *code_elf_section_name(const CodeElf *elf, const CodeElfSection *section) {
    return text_at(elf, &elf->names, section->name);
}

void code_elf_symbol(const CodeElf *elf, uint32_t number, CodeElfSymbol *symbol) {
    memcpy(symbol, elf->bytes + elf->symbols.offset + number * sizeof *symbol, sizeof *symbol);
}

const char *code_elf_symbol_name(const CodeElf *elf, const CodeElfSymbol *symbol) {
    return text_at(elf, &elf->texts, symbol->name);
}

void code_elf_relocation(const CodeElf *elf, const CodeElfSection *section, uint64_t number,
                         CodeElfRelocation *relocation) {
    memcpy(relocation, elf->bytes + section->offset + number * sizeof *relocation, sizeof *relocation);
}
