#include "vm/runtime/code_loader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/bytecode/arena.h"
#include "vm/native/machine.h"
#include "vm/runtime/code_loader_internal.h"

enum {
    LOAD_MAX_BYTES = 64 << 20, /* of the code of an object */
    LOAD_COLOURS =
        8, /* places in a page where code starts: else all code would compete for the same cache lines */
    LOAD_COLOUR_BYTES = 512,
    LOAD_LINE = 64,   /* alignment of code */
    LOAD_PAGE = 4096, /* of memory, usually */
};

/* A symbol of the file. */
typedef struct LoadSymbol {
    CodeElfSymbol symbol;
    uint64_t address;
    bool is_used, has_stub, has_slot; /* by a relocation */
    uint32_t stub, slot;              /* numbers */
} LoadSymbol;

/* One object on its way.  Positions count from the start of the mapping, until it exists. */
typedef struct Load {
    CorCodeLoader *loader;
    const CorCodeObject *object;
    char *failure;
    CorArena *arena;
    CodeElf elf;
    uint64_t *sections; /* by section: its position, then its address; 0: it is not loaded */
    LoadSymbol *symbols;
    uint32_t stub_count, slot_count;      /* the last of each is that of cor_machine_leave */
    uint64_t stubs, slots, sites, frames; /* positions in the executable part */
    uint64_t constants, tables;
    uint64_t code_start, code_end; /* positions of instructions and stubs */
    uint64_t writable, exits, end;
    uint64_t used, held; /* bytes of both parts, and of their pages */
    uint8_t *start;      /* of the mapping */
} Load;

static bool load_fail(Load *load, const char *what, const char *detail) {
    snprintf(load->failure, COR_CODE_FAILURE, "code object: %s%s%.80s", what, detail[0] != '\0' ? " " : "",
             detail);
    return false;
}

static bool load_allocate(Load *load, void *pointer, size_t count, size_t size) {
    void *memory = load->arena != NULL ? cor_arena_allocate(load->arena, count, size) : NULL;
    memcpy(pointer, &memory, sizeof memory);
    return memory != NULL || load_fail(load, "out of memory", "");
}

/* ---- Layout ------------------------------------------------------------------------------------ */

/* Room at the position, which moves on; what does not fit is seen in the end, as the position stays above the limit. */
static uint64_t load_take(uint64_t *position, uint64_t size, uint64_t alignment) {
    uint64_t start = (*position + alignment - 1) & ~(alignment - 1);
    *position = size > LOAD_MAX_BYTES || start > LOAD_MAX_BYTES ? (uint64_t)LOAD_MAX_BYTES + 1 : start + size;
    return start;
}

static bool is_loaded(const Load *load, const CodeElfSection *section) {
    bool is_data = section->type == CODE_ELF_PROGRAM || section->type == CODE_ELF_NO_BITS;
    /* what unwinds stacks is for debuggers, who read it in the file */
    return is_data && (section->flags & CODE_ELF_ALLOCATED) != 0 && section->size > 0 &&
           strcmp(code_elf_section_name(&load->elf, section), ".eh_frame") != 0;
}

/* Places the sections that have these flags and no others. */
static bool place_sections(Load *load, uint64_t flags, uint64_t *position) {
    for (uint32_t i = 1; i < load->elf.section_count; i++) {
        CodeElfSection section;
        if (!code_elf_section(&load->elf, i, &section))
            return load_fail(load, "a section lies outside of the file", "");
        uint64_t both = CODE_ELF_WRITE | CODE_ELF_EXECUTE, has = section.flags & both;
        if (is_loaded(load, &section) && (has == both || (section.flags & CODE_ELF_TLS) != 0))
            return load_fail(load, "a section that is code and data, or of threads", "");
        if (!is_loaded(load, &section) || has != flags)
            continue;
        load->sections[i] = load_take(position, section.size, section.alignment);
    }
    return true;
}

/* What the system provides for so many bytes; the host's page_size, which mappings keep to, is that of the largest pages there are. */
static uint64_t whole_pages(uint64_t bytes) {
    return (bytes + LOAD_PAGE - 1) / LOAD_PAGE * LOAD_PAGE;
}

static bool place_all(Load *load) {
    const CorCodeObject *object = load->object;
    uint64_t page = load->loader->host->page_size;
    uint64_t position = (uint64_t)(load->loader->made % LOAD_COLOURS) * LOAD_COLOUR_BYTES + LOAD_LINE;
    load->code_start = position;
    if (!place_sections(load, CODE_ELF_EXECUTE, &position))
        return false;
    load->stubs = load_take(&position, (uint64_t)load->stub_count * COR_MACHINE_STUB, COR_MACHINE_STUB);
    load->code_end = position;
    load->slots = load_take(&position, (uint64_t)load->slot_count * sizeof(uint64_t), LOAD_LINE);
    if (!place_sections(load, 0, &position))
        return false;
    load->sites = load_take(&position, object->site_count * sizeof(CorNativeSite), sizeof(uint64_t));
    load->frames = load_take(&position, object->frame_count * sizeof(CorNativeFrame), sizeof(uint64_t));
    load->constants = load_take(&position, object->constant_count * sizeof(void *), sizeof(void *));
    load->tables = load_take(&position, sizeof(CorNativeTables) + object->description_size, sizeof(void *));
    load->used = position - load->code_start;
    load->held = whole_pages(position);
    load->writable = load_take(&position, 0, page);
    load->exits = load_take(&position, object->exit_count * sizeof(CorNativeExit), sizeof(uint64_t));
    if (!place_sections(load, CODE_ELF_WRITE, &position))
        return false;
    load->used += position - load->writable;
    load->held += whole_pages(position - load->writable);
    load->end = load_take(&position, 0, page);
    return load->end <= LOAD_MAX_BYTES || load_fail(load, "it is too large", "");
}

/* Makes the mapping, and turns the positions of sections into addresses. */
static bool map_all(Load *load) {
    const CorHost *host = load->loader->host;
    load->start = host->reserve(host, load->end);
    if (load->start == NULL || !host->commit(host, load->start, load->end))
        return load_fail(load, "out of memory", "");
    for (uint32_t i = 1; i < load->elf.section_count; i++) {
        CodeElfSection section;
        if (load->sections[i] == 0 || !code_elf_section(&load->elf, i, &section))
            continue;
        uint8_t *place = load->start + load->sections[i];
        load->sections[i] = (uint64_t)(uintptr_t)place;
        if (section.type == CODE_ELF_PROGRAM)
            memcpy(place, load->elf.bytes + section.offset, section.size);
    }
    return true;
}

/* ---- Relocations ------------------------------------------------------------------------------- */

typedef bool LoadVisit(Load *load, const CodeElfSection *target, uint64_t address,
                       const CodeElfRelocation *relocation);

static bool visit_section(Load *load, const CodeElfSection *relocations, LoadVisit *visit) {
    CodeElfSection target;
    if (!code_elf_section(&load->elf, relocations->info, &target))
        return load_fail(load, "relocations of no section", "");
    if (!is_loaded(load, &target))
        return true;
    if (relocations->type != CODE_ELF_RELOCATIONS || target.type != CODE_ELF_PROGRAM ||
        relocations->entry_size != sizeof(CodeElfRelocation))
        return load_fail(load, "relocations of another kind", "");
    uint64_t count = relocations->size / sizeof(CodeElfRelocation);
    for (uint64_t i = 0; i < count; i++) {
        CodeElfRelocation relocation;
        code_elf_relocation(&load->elf, relocations, i, &relocation);
        if (!visit(load, &target, load->sections[relocations->info], &relocation))
            return false;
    }
    return true;
}

/* Calls for every relocation of a loaded section. */
static bool visit_relocations(Load *load, LoadVisit *visit) {
    for (uint32_t i = 1; i < load->elf.section_count; i++) {
        CodeElfSection section;
        if (!code_elf_section(&load->elf, i, &section))
            return load_fail(load, "a section lies outside of the file", "");
        bool has = section.type == CODE_ELF_RELOCATIONS || section.type == CODE_ELF_PLAIN_RELOCATIONS;
        if (has && !visit_section(load, &section, visit))
            return false;
    }
    return true;
}

/* Checks a relocation, and notes whether its symbol needs a stub and a slot. */
static bool note_relocation(Load *load, const CodeElfSection *target, uint64_t address,
                            const CodeElfRelocation *relocation) {
    (void)address;
    uint32_t width;
    CorMachineReference reference = cor_machine_reference(relocation->type, &width);
    if (reference == COR_REFERENCE_UNKNOWN) {
        char number[16];
        snprintf(number, sizeof number, "%u", relocation->type);
        return load_fail(load, "a relocation of unknown type", number);
    }
    if (relocation->symbol >= load->elf.symbol_count || relocation->offset > target->size ||
        width > target->size - relocation->offset)
        return load_fail(load, "a relocation leads out of its section", "");
    LoadSymbol *symbol = &load->symbols[relocation->symbol];
    symbol->is_used |= reference != COR_REFERENCE_NONE;
    bool wants_stub = reference == COR_REFERENCE_CALL && symbol->symbol.section == CODE_ELF_UNDEFINED;
    if (wants_stub && !symbol->has_stub) {
        symbol->has_stub = true;
        symbol->stub = load->stub_count++;
    }
    if ((wants_stub || reference == COR_REFERENCE_SLOT) && !symbol->has_slot) {
        symbol->has_slot = true;
        symbol->slot = load->slot_count++;
    }
    return true;
}

static uint8_t *stub_of(const Load *load, const LoadSymbol *symbol) {
    return load->start + load->stubs + (uint64_t)symbol->stub * COR_MACHINE_STUB;
}

static uint64_t *slot_of(const Load *load, const LoadSymbol *symbol) {
    return (uint64_t *)(void *)(load->start + load->slots) + symbol->slot;
}

static bool relocate(Load *load, const CodeElfSection *target, uint64_t address,
                     const CodeElfRelocation *relocation) {
    (void)target;
    uint32_t width;
    const LoadSymbol *symbol = &load->symbols[relocation->symbol];
    if (cor_machine_reference(relocation->type, &width) == COR_REFERENCE_NONE)
        return true;
    CorMachineRelocation at = {.type = relocation->type,
                               .place = (uint8_t *)(uintptr_t)(address + relocation->offset),
                               .before = relocation->offset,
                               .symbol = symbol->address,
                               .addend = relocation->addend};
    at.stub = symbol->has_stub ? (uint64_t)(uintptr_t)stub_of(load, symbol) : symbol->address;
    at.slot = symbol->has_slot ? (uint64_t)(uintptr_t)slot_of(load, symbol) : 0;
    return cor_machine_relocate(&at) ||
           load_fail(load, "out of reach:", code_elf_symbol_name(&load->elf, &symbol->symbol));
}

/* ---- Symbols ----------------------------------------------------------------------------------- */

static bool runtime_symbol(const char *name, uint64_t *address) {
    static const struct {
        const char *name;
        uintptr_t address;
    } symbols[] = {
#define SYMBOL(function) {#function, (uintptr_t)(function)},
#include "vm/runtime/runtime_symbols.def"
#undef SYMBOL
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        if (strcmp(name, symbols[i].name) == 0) {
            *address = symbols[i].address;
            return true;
        }
    }
    return false;
}

static bool helper_symbol(const Load *load, const char *name, uint64_t *address) {
    const CorHelperInfo *helpers = load->loader->options.helpers;
    for (uint32_t i = 0; helpers != NULL && i < COR_HELPER_COUNT; i++) {
        if (strcmp(name, helpers[i].name) == 0) {
            *address = (uint64_t)(uintptr_t)helpers[i].function;
            return true;
        }
    }
    return false;
}

/* "k<number>". */
static bool constant_symbol(const Load *load, const char *name, uint64_t *address) {
    enum { MOST_DIGITS = 9 };
    uint32_t number = 0, digits = 0;
    for (; name[0] == 'k' && name[1 + digits] >= '0' && name[1 + digits] <= '9' && digits < MOST_DIGITS;
         digits++)
        number = number * 10 + (uint32_t)(name[1 + digits] - '0');
    if (digits == 0 || name[1 + digits] != '\0' || number >= load->object->constant_count)
        return false;
    *address = (uint64_t)(uintptr_t)load->object->constants[number].pointer;
    return true;
}

static bool undefined_symbol(const Load *load, const char *name, uint64_t *address) {
    if (strcmp(name, "sites") == 0)
        *address = (uint64_t)(uintptr_t)load->start + load->sites;
    else
        return constant_symbol(load, name, address) || helper_symbol(load, name, address) ||
               runtime_symbol(name, address);
    return true;
}

/* The address of a symbol that a relocation may refer to. */
static bool resolve(Load *load, LoadSymbol *symbol) {
    enum { TYPE_TLS = 6, TYPE_INDIRECT = 10 };
    const CodeElfSymbol *found = &symbol->symbol;
    const char *name = code_elf_symbol_name(&load->elf, found);
    if ((found->info & 15) == TYPE_TLS || (found->info & 15) == TYPE_INDIRECT)
        return load_fail(load, "a symbol of unknown type:", name);
    if (found->section == CODE_ELF_UNDEFINED)
        return undefined_symbol(load, name, &symbol->address) || load_fail(load, "no symbol", name);
    if (found->section == CODE_ELF_ABSOLUTE) {
        symbol->address = found->value;
        return true;
    }
    CodeElfSection section;
    if (found->section >= CODE_ELF_RESERVED || !code_elf_section(&load->elf, found->section, &section) ||
        found->value > section.size)
        return load_fail(load, "a symbol in no section:", name);
    bool is_there = load->sections[found->section] != 0;
    symbol->address = is_there ? load->sections[found->section] + found->value : 0;
    return is_there || !symbol->is_used || load_fail(load, "a symbol in a section that is not loaded:", name);
}

/* Assemblers may mention symbols that nothing refers to. */
static bool resolve_all(Load *load) {
    for (uint32_t i = 0; i < load->elf.symbol_count; i++) {
        LoadSymbol *symbol = &load->symbols[i];
        bool is_needed = symbol->is_used || symbol->symbol.section != CODE_ELF_UNDEFINED;
        if (is_needed && !resolve(load, symbol))
            return false;
    }
    for (uint32_t i = 0; i < load->elf.symbol_count; i++) {
        LoadSymbol *symbol = &load->symbols[i];
        if (symbol->has_slot)
            *slot_of(load, symbol) = symbol->address;
        if (symbol->has_stub && !cor_machine_write_stub(stub_of(load, symbol), slot_of(load, symbol)))
            return load_fail(load, "a stub is out of reach", "");
    }
    LoadSymbol leave = {.stub = load->stub_count - 1, .slot = load->slot_count - 1};
    *slot_of(load, &leave) = (uint64_t)(uintptr_t)cor_machine_leave;
    return cor_machine_write_stub(stub_of(load, &leave), slot_of(load, &leave)) ||
           load_fail(load, "a stub is out of reach", "");
}

/* The address of a function that the file defines; 0: it does not. */
static uint64_t function_symbol(const Load *load, const char *name) {
    for (uint32_t i = 1; i < load->elf.symbol_count; i++) {
        const LoadSymbol *symbol = &load->symbols[i];
        bool is_code = symbol->address >= (uint64_t)(uintptr_t)load->start + load->code_start &&
                       symbol->address < (uint64_t)(uintptr_t)load->start + load->stubs;
        if (symbol->symbol.section != CODE_ELF_UNDEFINED && is_code &&
            strcmp(code_elf_symbol_name(&load->elf, &symbol->symbol), name) == 0)
            return symbol->address;
    }
    return 0;
}

/* ---- Tables ------------------------------------------------------------------------------------ */

static void write_sites(Load *load, CorNativeSite *sites, CorNativeFrame *frames) {
    const CorCodeObject *object = load->object;
    for (uint32_t i = 0; i < object->frame_count; i++) {
        const CorCodeFrame *frame = &object->frames[i];
        frames[i] = (CorNativeFrame){.function = cor_code_object_function(object, frame->function),
                                     .index = frame->index,
                                     .distance = frame->distance};
    }
    for (uint32_t i = 0; i < object->site_count; i++) {
        const CorCodeSite *site = &object->sites[i];
        uint16_t window = (uint16_t)site->window;
        sites[i].words[0] = (CorWord){.op = COR_LOWERED_NATIVE_SITE, .a = window, .b = window};
        sites[i].words[1].pointer = &sites[i];
        sites[i].words[2] = (CorWord){.op = COR_LOWERED_HALT};
        sites[i].frames = &frames[site->first_frame];
        sites[i].frame_count = site->frame_count;
        sites[i].from_loop = object->index != 0;
    }
}

static void write_exits(Load *load, CorNativeExit *exits) {
    for (uint32_t i = 0; i < load->object->exit_count; i++) {
        const CorCodeExit *exit = &load->object->exits[i];
        exits[i] = (CorNativeExit){.kind = exit->kind,
                                   .function = cor_code_object_function(load->object, exit->function),
                                   .index = exit->index};
    }
}

static uint8_t *descriptions(const Load *load) {
    return load->start + load->tables + sizeof(CorNativeTables);
}

static void write_tables(Load *load, CorNativeExit *exits, const CorNativeFrame *frames) {
    const CorCodeObject *object = load->object;
    const void **constants = (const void **)(void *)(load->start + load->constants);
    for (uint32_t i = 0; i < object->constant_count; i++)
        constants[i] = object->constants[i].pointer;
    *(CorNativeTables *)(void *)(load->start + load->tables) =
        (CorNativeTables){.exits = exits,
                          .frames = frames,
                          .constants = constants,
                          .size = object->description_size,
                          .from_loop = object->index != 0};
    if (object->description_size > 0)
        memcpy(descriptions(load), object->descriptions, object->description_size);
}

/* Lets the function that begins there leave where the object says. */
static bool write_leaves(Load *load, uint64_t function) {
    uint64_t end = (uint64_t)(uintptr_t)load->start + load->stubs;
    const uint8_t *stub = stub_of(load, &(LoadSymbol){.stub = load->stub_count - 1});
    for (uint32_t i = 0; i < load->object->leave_count; i++) {
        const CorCodeLeave *leave = &load->object->leaves[i];
        uint64_t place = function + leave->place;
        if (place + cor_machine_leave_size() > end ||
            !cor_machine_write_leave((uint8_t *)(uintptr_t)place, stub,
                                     descriptions(load) + leave->description))
            return load_fail(load, "a place where it leaves is out of reach", "");
    }
    return true;
}

/* ---- Loading ----------------------------------------------------------------------------------- */

static bool open_object(Load *load) {
    const CorCodeObject *object = load->object;
    const char *wrong = code_elf_open(&load->elf, object->elf, object->elf_size, cor_machine_elf());
    if (wrong != NULL)
        return load_fail(load, wrong, "");
    load->arena = cor_arena_new();
    if (!load_allocate(load, &load->sections, load->elf.section_count, sizeof *load->sections) ||
        !load_allocate(load, &load->symbols, load->elf.symbol_count, sizeof *load->symbols))
        return false;
    for (uint32_t i = 0; i < load->elf.symbol_count; i++)
        code_elf_symbol(&load->elf, i, &load->symbols[i].symbol);
    if (!cor_code_object_check(object))
        return load_fail(load, "its tables are wrong", "");
    if (!visit_relocations(load, note_relocation))
        return false;
    load->stub_count++;
    load->slot_count++;
    return true;
}

static bool fill_code(Load *load, LoadedCode *loaded) {
    const CorCodeObject *object = load->object;
    uint64_t entry = function_symbol(load, "entry");
    if (entry == 0)
        return load_fail(load, "it does not define what is called", "");
    CorNativeExit *exits = (CorNativeExit *)(void *)(load->start + load->exits);
    CorNativeSite *sites = (CorNativeSite *)(void *)(load->start + load->sites);
    CorNativeFrame *frames = (CorNativeFrame *)(void *)(load->start + load->frames);
    write_sites(load, sites, frames);
    write_exits(load, exits);
    write_tables(load, exits, frames);
    if (!write_leaves(load, entry))
        return false;
    loaded->start = (char *)load->start;
    loaded->size = load->end;
    loaded->code = (CorNativeCode){.function = object->function,
                                   .tier = object->tier,
                                   .index = object->index,
                                   .entry = (void *)(uintptr_t)entry,
                                   .bytes = load->used,
                                   .held = load->held,
                                   .sites = sites,
                                   .site_count = object->site_count,
                                   .exits = exits,
                                   .exit_count = object->exit_count};
    return true;
}

static bool finish(Load *load, LoadedCode *loaded) {
    const CorHost *host = load->loader->host;
    if (!resolve_all(load) || !visit_relocations(load, relocate) || !fill_code(load, loaded))
        return false;
    if (!host->make_executable(host, load->start, load->writable))
        return load_fail(load, "the host lets no memory be executed", "");
    cor_machine_flush_code(load->start + load->code_start, load->code_end - load->code_start);
    return true;
}

CorNativeCode *cor_code_load(CorCodeLoader *loader, const CorCodeObject *object, char *failure) {
    Load load = {.loader = loader, .object = object, .failure = failure};
    LoadedCode *loaded = calloc(1, sizeof *loaded);
    bool made = loaded != NULL || load_fail(&load, "out of memory", "");
    made = made && open_object(&load) && place_all(&load) && map_all(&load) && finish(&load, loaded);
    if (made) {
        loader->made++;
        loaded->next = loader->codes;
        if (loaded->next != NULL)
            loaded->next->previous = loaded;
        loader->codes = loaded;
        loader_announce(loader, loaded, &load.elf, load.sections,
                        (uint64_t)(uintptr_t)load.start + load.code_start, load.code_end - load.code_start);
    } else {
        if (load.start != NULL)
            loader->host->release(loader->host, load.start, load.end);
        free(loaded);
    }
    cor_arena_free(load.arena);
    return made ? &loaded->code : NULL;
}

void cor_code_unload(CorCodeLoader *loader, CorNativeCode *code) {
    LoadedCode *loaded = (LoadedCode *)(void *)code;
    loader_withdraw(loaded);
    if (loaded->previous != NULL)
        loaded->previous->next = loaded->next;
    else
        loader->codes = loaded->next;
    if (loaded->next != NULL)
        loaded->next->previous = loaded->previous;
    loader->host->release(loader->host, loaded->start, loaded->size);
    free(loaded);
}

/* ---- Life -------------------------------------------------------------------------------------- */

CorCodeLoader *cor_code_loader_new(const CorCodeLoaderOptions *options) {
    CorCodeLoader *loader = calloc(1, sizeof *loader);
    if (loader == NULL)
        return NULL;
    loader->options = *options;
    loader->host = options->host;
    loader->perf_map = COR_HOST_NO_FILE;
    if (options->perf)
        loader_open_perf(loader);
    return loader;
}

void cor_code_loader_free(CorCodeLoader *loader) {
    if (loader == NULL)
        return;
    while (loader->codes != NULL)
        cor_code_unload(loader, &loader->codes->code);
    loader_close_perf(loader);
    free(loader);
}
