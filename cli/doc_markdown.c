#include "cli/doc_markdown.h"

#include <string.h>

/* ---- Comments ---------------------------------------------------------------------------------- */

static bool markdown_is_code(const char *line, size_t length) {
    return length > 4 && strncmp(line, "    ", 4) == 0;
}

static bool markdown_is_blank(const char *line, size_t length) {
    return strspn(line, " \t") >= length;
}

/* The code of an indented block that begins at `text`, in a fence; returns what follows. */
static const char *markdown_write_code(FILE *out, const char *text) {
    const char *blank = NULL; /* blank lines are in the block when code follows */
    fputs("```cora fragment\n", out);
    while (*text) {
        size_t length = strcspn(text, "\n");
        const char *next = text + length + (text[length] == '\n');
        if (markdown_is_code(text, length)) {
            for (; blank && blank < text; blank++)
                if (*blank == '\n')
                    fputc('\n', out);
            blank = NULL;
            fprintf(out, "%.*s\n", (int)length - 4, text + 4);
        } else if (!markdown_is_blank(text, length)) {
            break;
        } else if (!blank) {
            blank = text;
        }
        text = next;
    }
    fputs("```\n", out);
    if (blank || *text)
        fputc('\n', out);
    return text;
}

/* A comment, in which indented blocks become fenced ones. */
static void markdown_write_comment(FILE *out, const char *doc) {
    bool after_blank = true, in_fence = false;
    while (*doc) {
        size_t length = strcspn(doc, "\n");
        if (after_blank && !in_fence && markdown_is_code(doc, length)) {
            doc = markdown_write_code(out, doc);
            continue;
        }
        in_fence ^= length >= 3 && strncmp(doc, "```", 3) == 0;
        after_blank = markdown_is_blank(doc, length);
        fprintf(out, "%.*s\n", after_blank ? 0 : (int)length, doc);
        doc += length + (doc[length] == '\n');
    }
}

/* The first paragraph, on one line. */
static void markdown_write_paragraph(FILE *out, const char *doc) {
    for (; *doc && !(doc[0] == '\n' && (doc[1] == '\n' || doc[1] == '\0')); doc++)
        fputc(*doc == '\n' ? ' ' : *doc, out);
}

void markdown_write_summary(FILE *out, Source *const *parts, size_t count) {
    const char *doc = NULL;
    for (size_t i = 0; i < count && !doc; i++)
        doc = parts[i]->documentation->module->doc;
    for (; doc && *doc && !(doc[0] == '\n' && doc[1] == '\n'); doc++) {
        if (*doc == '.' && (!doc[1] || strchr(" \n", doc[1])))
            break;
        fputc(*doc == '\n' ? ' ' : *doc, out);
    }
}

/* ---- Entries ----------------------------------------------------------------------------------- */

static bool markdown_is_plain(const DocEntry *entry) {
    return entry->owner && (entry->decl->kind == AST_DECL_FIELD || entry->decl->kind == AST_DECL_CASE) &&
           entry->example_count == 0;
}

static void markdown_write_signature(FILE *out, const char *signature) {
    fprintf(out, "```cora fragment\n%s\n```\n\n", signature);
}

/* Fields and cases of a type, as a list. */
static void markdown_write_plain(FILE *out, const Documentation *documentation, const AstDecl *owner) {
    bool any = false;
    for (uint32_t i = 0; i < documentation->entry_count; i++) {
        const DocEntry *entry = &documentation->entries[i];
        if (entry->owner != owner || !markdown_is_plain(entry))
            continue;
        fprintf(out, "- `%.*s`", (int)strcspn(entry->signature, "\n"), entry->signature);
        if (entry->doc) {
            fputs(": ", out);
            markdown_write_paragraph(out, entry->doc);
        }
        fputc('\n', out);
        any = true;
    }
    if (any)
        fputc('\n', out);
}

static bool markdown_is_shown(const DocEntry *entry) {
    return !markdown_is_plain(entry) && (entry->doc || !(entry->decl->modifiers & AST_MODIFIER_OVERRIDE));
}

static void markdown_write_members(FILE *out, const Documentation *documentation, const AstDecl *owner) {
    for (uint32_t i = 0; i < documentation->entry_count; i++) {
        const DocEntry *entry = &documentation->entries[i];
        if (entry->owner != owner || !markdown_is_shown(entry))
            continue;
        fprintf(out, "### `%s`\n\n", entry->name);
        markdown_write_signature(out, entry->signature);
        if (entry->doc) {
            markdown_write_comment(out, entry->doc);
            fputc('\n', out);
        }
    }
}

static bool markdown_has_members(const Documentation *documentation, const AstDecl *owner) {
    for (uint32_t i = 0; i < documentation->entry_count; i++)
        if (documentation->entries[i].owner == owner)
            return true;
    return false;
}

/* Whether an entry of the top level has a heading of its own. */
static bool markdown_has_heading(const Documentation *documentation, const DocEntry *entry) {
    return entry->decl && !entry->owner &&
           (entry->decl->kind != AST_DECL_EXTEND || markdown_has_members(documentation, entry->decl));
}

/* The text of a heading: a name, or what an extension extends, from its signature `extend TARGET : INTERFACES`. */
static const char *markdown_heading(const DocEntry *entry, size_t *length) {
    bool is_extension = entry->decl->kind == AST_DECL_EXTEND;
    const char *text = is_extension ? entry->signature + strlen("extend ") : entry->name;
    const char *end = is_extension ? strstr(text, " : ") : NULL;
    *length = end ? (size_t)(end - text) : strlen(text);
    return text;
}

static void markdown_write_entry(FILE *out, const Documentation *documentation, const DocEntry *entry) {
    size_t length;
    const char *heading = markdown_heading(entry, &length);
    fprintf(out, "## `%.*s`\n\n", (int)length, heading);
    markdown_write_signature(out, entry->signature);
    if (entry->doc) {
        markdown_write_comment(out, entry->doc);
        fputc('\n', out);
    }
    markdown_write_plain(out, documentation, entry->decl);
    markdown_write_members(out, documentation, entry->decl);
}

/* ---- Contents ---------------------------------------------------------------------------------- */

enum { MARKDOWN_SLUG = 128 };

/* The name by which a link reaches a heading, as GitHub makes it: letters, digits, `-` and `_`, in lower case. */
static void markdown_slug(const DocEntry *entry, char slug[MARKDOWN_SLUG]) {
    size_t length, used = 0;
    const char *text = markdown_heading(entry, &length);
    for (size_t i = 0; i < length && used < MARKDOWN_SLUG - 1; i++) {
        char c = text[i];
        if (c >= 'A' && c <= 'Z')
            slug[used++] = (char)(c + 32);
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                 (unsigned char)c >= 0x80)
            slug[used++] = c;
        else if (c == ' ')
            slug[used++] = '-';
    }
    slug[used] = '\0';
}

/* How many headings before that of an entry of the top level have its slug. */
static unsigned markdown_count_slugs(Source *const *parts, const DocEntry *of, const char *slug) {
    unsigned count = 0;
    char other[MARKDOWN_SLUG];
    for (;; parts++) {
        const Documentation *documentation = (*parts)->documentation;
        for (uint32_t i = 0; i < documentation->entry_count; i++) {
            const DocEntry *entry = &documentation->entries[i];
            if (entry == of)
                return count;
            if (!entry->decl ||
                (entry->owner ? !markdown_is_shown(entry) : !markdown_has_heading(documentation, entry)))
                continue;
            markdown_slug(entry, other);
            count += strcmp(other, slug) == 0;
        }
    }
}

/* Links to the headings, when they are several. */
static void markdown_write_contents(FILE *out, Source *const *parts, size_t count) {
    size_t written = 0;
    for (size_t i = 0; i < count; i++) {
        const Documentation *documentation = parts[i]->documentation;
        for (uint32_t j = 0; j < documentation->entry_count; j++) {
            const DocEntry *entry = &documentation->entries[j];
            if (!markdown_has_heading(documentation, entry))
                continue;
            char slug[MARKDOWN_SLUG];
            size_t length;
            const char *heading = markdown_heading(entry, &length);
            markdown_slug(entry, slug);
            unsigned before = markdown_count_slugs(parts, entry, slug);
            fprintf(out, "%s[`%.*s`](#%s", written++ ? ",\n" : "", (int)length, heading, slug);
            if (before)
                fprintf(out, "-%u", before);
            fputc(')', out);
        }
    }
    if (written)
        fputs("\n\n", out);
}

/* ---- Modules ----------------------------------------------------------------------------------- */

void markdown_write_module(FILE *out, Source *const *parts, size_t count) {
    fprintf(out, "# %s\n\n", parts[0]->module);
    for (size_t i = 0; i < count; i++) {
        const char *doc = parts[i]->documentation->module->doc;
        if (!doc)
            continue;
        markdown_write_comment(out, doc);
        fputc('\n', out);
    }
    markdown_write_contents(out, parts, count);
    for (size_t i = 0; i < count; i++) {
        const Documentation *documentation = parts[i]->documentation;
        for (uint32_t j = 0; j < documentation->entry_count; j++)
            if (markdown_has_heading(documentation, &documentation->entries[j]))
                markdown_write_entry(out, documentation, &documentation->entries[j]);
    }
}
