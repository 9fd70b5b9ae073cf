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

/* The name of the symbol that a relocation of the section at `offset` within [offset, end) refers to; "" without. */
static void object_reference(LLVMSectionIteratorRef section, uint64_t offset, uint64_t end, char *name,
                             size_t room) {
    name[0] = 0;
    LLVMRelocationIteratorRef relocation = LLVMGetRelocations(section);
    for (; !LLVMIsRelocationIteratorAtEnd(section, relocation); LLVMMoveToNextRelocation(relocation)) {
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
    for (uint64_t offset = 0; offset < size;) {
        char text[256], name[128];
        object_print_labels(binary, section, offset, file);
        size_t length = LLVMDisasmInstruction(disassembler, (uint8_t *)(uintptr_t)(contents + offset),
                                              size - offset, offset, text, sizeof text);
        if (length == 0) {
            length = 1;
            snprintf(text, sizeof text, "\t?");
        }
        object_reference(section, offset, offset + length, name, sizeof name);
        fprintf(file, "%6" PRIx64 "%s%s%s\n", offset, text, name[0] ? "    ; " : "", name);
        offset += length;
    }
}

void session_disassemble(JitSession *session, const void *object, size_t size, void *file) {
    LLVMBinaryRef binary = object_open(object, size);
    LLVMDisasmContextRef disassembler =
        LLVMCreateDisasmCPUFeatures(session->triple, session->cpu, session->features, NULL, 0, NULL, NULL);
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
