#include "compiler/documentation.h"

#include "compiler/documentation_internal.h"
#include "compiler/parser.h"

#include <stdlib.h>
#include <string.h>

// ---- Signatures --------------------------------------------------------------------------------------------

// The text between two offsets; further lines lose the indentation of the first.
static const char *signature_text(DocReader *reader, uint32_t start, uint32_t end) {
    const char *text = reader->documentation.file->text;
    uint32_t indent = 0;
    while (indent < start && text[start - indent - 1] != '\n')
        indent++;
    while (end > start && strchr(" \t\r\n", text[end - 1]))
        end--;
    char *out = arena_allocate(&reader->arena, end - start + 1), *to = out;
    for (uint32_t at = start; at < end;) {
        char c = text[at++];
        if (c != '\r')
            *to++ = c;
        for (uint32_t i = 0; c == '\n' && i < indent && at < end && text[at] == ' '; i++)
            at++;
    }
    return out;
}

// Where the members begin, behind `from`.
static uint32_t body_start(const DocReader *reader, uint32_t from) {
    const SourceFile *file = reader->documentation.file;
    const char *brace = memchr(file->text + from, '{', file->length - from);
    return brace ? (uint32_t)(brace - file->text) : from;
}

// Without a value that takes several lines.
static uint32_t value_end(const DocReader *reader, const AstDecl *decl, const AstExpr *value) {
    const char *text = reader->documentation.file->text;
    if (!value || !memchr(text + decl->span.start, '\n', decl->span.end - decl->span.start))
        return decl->span.end;
    uint32_t end = value->span.start;
    while (end > decl->span.start && text[end] != '=')
        end--;
    return end;
}

static const char *signature(DocReader *reader, const AstDecl *decl) {
    Span span = decl->span;
    switch (decl->kind) {
    case AST_DECL_FUNCTION:
    case AST_DECL_INIT:
    case AST_DECL_GETTER:
    case AST_DECL_SETTER: span = decl->function.signature_span; break;
    case AST_DECL_STRUCT:
    case AST_DECL_CLASS:
    case AST_DECL_ENUM:
    case AST_DECL_INTERFACE: span.end = body_start(reader, decl->name.span.end); break;
    case AST_DECL_EXTEND: span.end = body_start(reader, decl->extend.target->span.end); break;
    case AST_DECL_BINDING: span.end = value_end(reader, decl, decl->binding.value); break;
    case AST_DECL_FIELD: span.end = value_end(reader, decl, decl->field.value); break;
    default: break;
    }
    return signature_text(reader, span.start, span.end);
}

// ---- Entries -----------------------------------------------------------------------------------------------

static void add_entry(DocReader *reader, DocEntry entry, uint32_t doc_start, uint32_t doc_end,
                      uint32_t offset) {
    Documentation *documentation = &reader->documentation;
    entry.line = source_position(documentation->file, offset).line;
    if (entry.decl)
        entry.signature = signature(reader, entry.decl);
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

// What a member has that its module needs to be visible and a reader does not: `@hidden`, and no comment.
static bool is_internal(const AstDecl *member) {
    for (uint32_t i = 0; i < member->attribute_count && !member->doc; i++)
        if (member->attributes[i].name.text && strcmp(member->attributes[i].name.text, "hidden") == 0)
            return true;
    return false;
}

static void add_members(DocReader *reader, const AstDecl *owner, const char *name, AstDecl **members,
                        uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const AstDecl *member = members[i];
        const char *own = member->name.text;
        if (member->kind == AST_DECL_BINDING && member->binding.pattern->kind == AST_PATTERN_NAME)
            own = member->binding.pattern->name.name.text;
        if (own && !(member->modifiers & AST_MODIFIER_PRIVATE) && !is_internal(member))
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
    if (!name)
        return;
    add_declaration(reader, decl, NULL, name);
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

// ---- What is missing ---------------------------------------------------------------------------------------

static bool has_member_example(const Documentation *documentation, const AstDecl *owner) {
    for (uint32_t i = 0; i < documentation->entry_count; i++)
        if (documentation->entries[i].owner == owner && documentation->entries[i].example_count)
            return true;
    return false;
}

static bool is_protocol(const char *name) {
    static const char *const names[] = {"toString", "equals", "hash", "compare", "iterator", "next"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool declares(const AstDecl *interface, const char *name) {
    for (uint32_t i = 0; i < interface->type.member_count; i++)
        if (interface->type.members[i]->name.text == name)
            return true;
    return false;
}

// Whether an interface of the same file declares the member, by name.
static bool is_of_interface(const Documentation *documentation, const DocEntry *entry) {
    const AstDecl *owner = entry->owner;
    bool is_extension = owner->kind == AST_DECL_EXTEND;
    AstType **supertypes = is_extension ? owner->extend.interfaces : owner->type.supertypes;
    uint32_t count = is_extension ? owner->extend.interface_count : owner->type.supertype_count;
    for (uint32_t i = 0; i < documentation->entry_count; i++) {
        const AstDecl *decl = documentation->entries[i].decl;
        if (!decl || decl->kind != AST_DECL_INTERFACE || !declares(decl, entry->decl->name.text))
            continue;
        for (uint32_t j = 0; j < count; j++)
            if (supertypes[j]->kind == AST_TYPE_NAMED && supertypes[j]->named.path[0].text == decl->name.text)
                return true;
    }
    return false;
}

static DocMissing missing_in_member(const Documentation *documentation, const DocEntry *entry) {
    const AstDecl *decl = entry->decl;
    bool in_interface = entry->owner->kind == AST_DECL_INTERFACE;
    if (decl->kind == AST_DECL_INIT || decl->kind == AST_DECL_SETTER || decl->kind == AST_DECL_CASE ||
        (decl->modifiers & (AST_MODIFIER_OVERRIDE | AST_MODIFIER_OPERATOR)) ||
        (is_protocol(decl->name.text) && !in_interface) || is_of_interface(documentation, entry))
        return DOC_COMPLETE;
    if (!entry->doc)
        return DOC_NO_COMMENT;
    bool is_abstract = (decl->modifiers & AST_MODIFIER_ABSTRACT) ||
                       (in_interface && decl->kind != AST_DECL_FIELD && !decl->function.body);
    return entry->example_count || decl->kind == AST_DECL_FIELD || is_abstract ? DOC_COMPLETE
                                                                               : DOC_NO_EXAMPLE;
}

DocMissing documentation_missing(const Documentation *documentation, const DocEntry *entry) {
    if (entry->decl && entry->owner && entry->decl->name.text)
        return missing_in_member(documentation, entry);
    if (entry->decl && entry->decl->kind == AST_DECL_EXTEND)
        return DOC_COMPLETE;
    if (!entry->doc)
        return DOC_NO_COMMENT;
    if (!entry->decl || entry->example_count || has_member_example(documentation, entry->decl))
        return DOC_COMPLETE;
    return DOC_NO_EXAMPLE;
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
