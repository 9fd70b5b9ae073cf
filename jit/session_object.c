/* What a session reads in object files: their instructions. */
#include "jit/session_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <llvm-c/Core.h>
#include <llvm-c/Disassembler.h>
#include <llvm-c/Object.h>

static LLVMBinaryRef object_open(const void *object, size_t size) {
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRange(object, size, "object", 0);
    char *message = NULL;
    LLVMBinaryRef binary = LLVMCreateBinary(buffer, NULL, &message);
    if (!binary)
        LLVMDisposeMessage(message);
    LLVMDisposeMemoryBuffer(buffer);
    return binary;
}

/* ---- Instructions ------------------------------------------------------------------------------ */

/* The section with the relocations of the section of that name; NULL: there is none.  To be disposed of. */
static LLVMSectionIteratorRef object_relocations(LLVMBinaryRef binary, const char *name) {
    static const char prefix[] = ".rela";
    LLVMSectionIteratorRef section = LLVMObjectFileCopySectionIterator(binary);
    for (; !LLVMObjectFileIsSectionIteratorAtEnd(binary, section); LLVMMoveToNextSection(section)) {
        const char *found = LLVMGetSectionName(section);
        if (found && strncmp(found, prefix, strlen(prefix)) == 0 && strcmp(found + strlen(prefix), name) == 0)
            return section;
    }
    LLVMDisposeSectionIterator(section);
    return NULL;
}

/* The name of the symbol that a relocation at a place in [offset, end) refers to; "" without. */
static void object_reference(LLVMSectionIteratorRef relocations, uint64_t offset, uint64_t end, char *name,
                             size_t room) {
    name[0] = 0;
    if (!relocations)
        return;
    LLVMRelocationIteratorRef relocation = LLVMGetRelocations(relocations);
    for (; !LLVMIsRelocationIteratorAtEnd(relocations, relocation); LLVMMoveToNextRelocation(relocation)) {
        uint64_t place = LLVMGetRelocationOffset(relocation);
        if (place < offset || place >= end)
            continue;
        LLVMSymbolIteratorRef symbol = LLVMGetRelocationSymbol(relocation);
        const char *text = LLVMGetSymbolName(symbol);
        snprintf(name, room, "%s", text ? text : "");
        LLVMDisposeSymbolIterator(symbol);
    }
    LLVMDisposeRelocationIterator(relocation);
}

/* Knows no symbols; with it, the targets of branches are written as addresses, not as distances. */
static const char *object_symbol(void *context, uint64_t value, uint64_t *type, uint64_t place,
                                 const char **name) {
    (void)context, (void)value, (void)place;
    *type = LLVMDisassembler_ReferenceType_InOut_None;
    *name = NULL;
    return NULL;
}

static void object_print_labels(LLVMBinaryRef binary, LLVMSectionIteratorRef section, uint64_t offset,
                                FILE *file) {
    LLVMSymbolIteratorRef symbol = LLVMObjectFileCopySymbolIterator(binary);
    for (; !LLVMObjectFileIsSymbolIteratorAtEnd(binary, symbol); LLVMMoveToNextSymbol(symbol)) {
        if (LLVMGetSectionContainsSymbol(section, symbol) && LLVMGetSymbolAddress(symbol) == offset &&
            LLVMGetSymbolSize(symbol) > 0)
            fprintf(file, "%s:\n", LLVMGetSymbolName(symbol));
    }
    LLVMDisposeSymbolIterator(symbol);
}

static void object_print_section(LLVMDisasmContextRef disassembler, LLVMBinaryRef binary,
                                 LLVMSectionIteratorRef section, FILE *file) {
    const char *contents = LLVMGetSectionContents(section);
    uint64_t size = LLVMGetSectionSize(section);
    LLVMSectionIteratorRef relocations = object_relocations(binary, LLVMGetSectionName(section));
    for (uint64_t offset = 0; offset < size;) {
        char text[256], name[128];
        object_print_labels(binary, section, offset, file);
        size_t length = LLVMDisasmInstruction(disassembler, (uint8_t *)(uintptr_t)(contents + offset),
                                              size - offset, offset, text, sizeof text);
        if (length == 0) {
            length = 1;
            snprintf(text, sizeof text, "\t?");
        }
        object_reference(relocations, offset, offset + length, name, sizeof name);
        fprintf(file, "%6" PRIx64 "%s%s%s\n", offset, text, name[0] ? "    ; " : "", name);
        offset += length;
    }
    if (relocations)
        LLVMDisposeSectionIterator(relocations);
}

void session_disassemble(JitSession *session, const void *object, size_t size, void *file) {
    LLVMBinaryRef binary = object_open(object, size);
    LLVMDisasmContextRef disassembler = LLVMCreateDisasmCPUFeatures(
        session->triple, session->cpu, session->features, NULL, 0, NULL, object_symbol);
    if (binary && disassembler) {
        LLVMSetDisasmOptions(disassembler, LLVMDisassembler_Option_PrintImmHex);
        LLVMSectionIteratorRef section = LLVMObjectFileCopySectionIterator(binary);
        for (; !LLVMObjectFileIsSectionIteratorAtEnd(binary, section); LLVMMoveToNextSection(section)) {
            const char *name = LLVMGetSectionName(section);
            if (name && strncmp(name, ".text", 5) == 0)
                object_print_section(disassembler, binary, section, file);
        }
        LLVMDisposeSectionIterator(section);
    }
    if (disassembler)
        LLVMDisasmDispose(disassembler);
    if (binary)
        LLVMDisposeBinary(binary);
}
