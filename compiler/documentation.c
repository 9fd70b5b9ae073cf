#include "compiler/documentation.h"

#include "compiler/documentation_internal.h"
#include "compiler/parser.h"

#include <stdlib.h>
#include <string.h>

static void add_entry(DocReader *reader, DocEntry entry, uint32_t doc_start, uint32_t doc_end,
                      uint32_t offset) {
    Documentation *documentation = &reader->documentation;
    entry.line = source_position(documentation->file, offset).line;
    if (entry.doc)
        doc_examples_find(reader, &entry, doc_start, doc_end);
    ARENA_PUSH(&reader->arena, documentation->entries, documentation->entry_count,
               documentation->entry_capacity, entry);
}

static void add_declaration(DocReader *reader, const AstDecl *decl, const AstDecl *owner, const char *name) {
    add_entry(reader, (DocEntry){.decl = decl, .owner = owner, .name = name, .doc = decl->doc},
              decl->doc_start, decl->doc_end, decl->span.start);
}

// ---- Members -----------------------------------------------------------------------------------------------

static void add_members(DocReader *reader, const AstDecl *owner, const char *name, AstDecl **members,
                        uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const AstDecl *member = members[i];
        const char *own = member->name.text;
        if (member->kind == AST_DECL_BINDING && member->binding.pattern->kind == AST_PATTERN_NAME)
            own = member->binding.pattern->name.name.text;
        if (own && !(member->modifiers & AST_MODIFIER_PRIVATE))
            add_declaration(reader, member, owner, arena_printf(&reader->arena, "%s.%s", name, own));
    }
}

// ---- Declarations ------------------------------------------------------------------------------------------

static bool is_type(const AstDecl *decl) {
    return decl->kind >= AST_DECL_STRUCT && decl->kind <= AST_DECL_INTERFACE && decl->kind != AST_DECL_CASE;
}

// Whether an extension is of a type that only this module sees.
static bool extends_private_type(const AstModule *module, const AstType *target) {
    if (target->kind != AST_TYPE_NAMED || target->named.path_count != 1)
        return false;
    for (uint32_t i = 0; i < module->item_count; i++) {
        const AstDecl *decl = module->items[i]->kind == AST_STMT_DECL ? module->items[i]->decl.decl : NULL;
        if (decl && is_type(decl) && decl->name.text == target->named.path[0].text)
            return !(decl->modifiers & AST_MODIFIER_PUB);
    }
    return false;
}

static void add_extension(DocReader *reader, const AstDecl *decl) {
    const AstType *target = decl->extend.target;
    if (extends_private_type(reader->documentation.module, target))
        return;
    const char *name = "extend";
    if (target->kind == AST_TYPE_NAMED && target->named.path_count)
        name = target->named.path[target->named.path_count - 1].text;
    if (name)
        add_members(reader, decl, name, decl->extend.members, decl->extend.member_count);
}

static void add_top_level(DocReader *reader, const AstDecl *decl) {
    if (decl->kind == AST_DECL_EXTEND) {
        add_extension(reader, decl);
        return;
    }
    const char *name = decl->name.text;
    if (decl->kind == AST_DECL_BINDING && decl->binding.pattern->kind == AST_PATTERN_NAME)
        name = decl->binding.pattern->name.name.text;
    if (!name || !(decl->modifiers & AST_MODIFIER_PUB))
        return;
    add_declaration(reader, decl, NULL, name);
    if (is_type(decl))
        add_members(reader, decl, name, decl->type.members, decl->type.member_count);
}

// ---- The file ----------------------------------------------------------------------------------------------

static void read_file(DocReader *reader, const char *path, const char *text, size_t length) {
    Documentation *documentation = &reader->documentation;
    documentation->file = source_add(&reader->sources, path, text, length);
    if (!documentation->file) // too large to be a module
        documentation->file = source_add(&reader->sources, path, "", 0);
    AstModule *module = parser_parse(documentation->file, &reader->arena, &reader->names, &reader->sink);
    documentation->module = module;
    add_entry(reader, (DocEntry){.name = "", .doc = module->doc}, module->doc_start, module->doc_end, 0);
    for (uint32_t i = 0; i < module->item_count; i++)
        if (module->items[i]->kind == AST_STMT_DECL)
            add_top_level(reader, module->items[i]->decl.decl);
}

Documentation *documentation_read(const char *path, const char *text, size_t length, const char *import) {
    DocReader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    arena_init(&reader->arena, &reader->escape);
    if (setjmp(reader->escape)) {
        documentation_free(&reader->documentation);
        return NULL;
    }
    source_set_init(&reader->sources, &reader->arena);
    intern_init(&reader->names, &reader->arena);
    diagnostic_sink_init(&reader->sink, &reader->arena, &reader->sources);
    reader->import = import;
    read_file(reader, path, text, length);
    return &reader->documentation;
}

void documentation_free(Documentation *documentation) {
    DocReader *reader = (DocReader *)documentation;
    if (!reader)
        return;
    arena_release(&reader->arena);
    free(reader);
}
