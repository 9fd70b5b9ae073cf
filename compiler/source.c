#include "compiler/source.h"

#include <string.h>

void source_set_init(SourceSet *set, Arena *arena) {
    *set = (SourceSet){.arena = arena};
}

static void find_lines(Arena *arena, SourceFile *file) {
    const char *end = file->text + file->length;
    uint32_t count = 1;
    for (const char *at = file->text; (at = memchr(at, '\n', (size_t)(end - at))); at++)
        count++;
    file->line_starts = ARENA_ARRAY(arena, uint32_t, count);
    file->line_count = count;
    uint32_t line = 1;
    for (const char *at = file->text; (at = memchr(at, '\n', (size_t)(end - at))); at++)
        file->line_starts[line++] = (uint32_t)(at - file->text) + 1;
}

static uint32_t next_scalar(const SourceFile *file, uint32_t at) {
    uint32_t scalar;
    uint32_t size = source_decode_utf8(file->text + at, file->length - at, &scalar);
    return at + (size ? size : 1);
}

static bool is_ascii(const char *text, uint32_t length) {
    unsigned char all = 0;
    for (uint32_t i = 0; i < length; i++)
        all |= (unsigned char)text[i];
    return all < 0x80;
}

static void set_marks(Arena *arena, SourceFile *file) {
    uint32_t count = file->length / SOURCE_MARK_DISTANCE + 1;
    file->marks = ARENA_ARRAY(arena, SourceMark, count);
    SourceMark mark = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t goal = i * SOURCE_MARK_DISTANCE;
        if (mark.offset < goal && is_ascii(file->text + mark.offset, goal - mark.offset)) {
            mark.scalars += goal - mark.offset;
            mark.offset = goal;
        }
        for (; mark.offset < goal; mark.scalars++)
            mark.offset = next_scalar(file, mark.offset);
        file->marks[i] = mark;
    }
}

char *source_copy_name(Arena *arena, const char *text, size_t length) {
    static const char unknown[] = "\xEF\xBF\xBD";
    char *copy = arena_allocate(arena, 3 * length + 1);
    size_t used = 0;
    for (size_t at = 0; at < length;) {
        uint32_t scalar, size = source_decode_utf8(text + at, length - at, &scalar);
        size_t written = size ? size : strlen(unknown);
        memcpy(copy + used, size ? text + at : unknown, written);
        used += written;
        at += size ? size : 1;
    }
    copy[used] = '\0';
    return copy;
}

SourceFile *source_add(SourceSet *set, const char *path, const char *text, size_t length) {
    if (length > SOURCE_MAX_LENGTH)
        return NULL;
    SourceFile *file = ARENA_NEW(set->arena, SourceFile);
    file->id = set->count;
    file->path = source_copy_name(set->arena, path, strlen(path));
    file->text = arena_copy_text(set->arena, text, length);
    file->length = (uint32_t)length;
    find_lines(set->arena, file);
    set_marks(set->arena, file);
    ARENA_PUSH(set->arena, set->files, set->count, set->capacity, file);
    return file;
}

const SourceFile *source_file(const SourceSet *set, uint32_t id) {
    return id < set->count ? set->files[id] : NULL;
}

// Index of the line that holds `offset`: the last one that starts at or before it. `*hint` is the last answer, tried
// first, and its successor.
static uint32_t line_of(const SourceFile *file, uint32_t offset, uint32_t *hint) {
    for (uint32_t line = *hint; line < file->line_count && line <= *hint + 1; line++) {
        bool before_next = line + 1 == file->line_count || offset < file->line_starts[line + 1];
        if (file->line_starts[line] <= offset && before_next)
            return *hint = line;
    }
    uint32_t low = 0, high = file->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (file->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return *hint = low;
}

// How many scalars of the file begin before `offset`.
static uint32_t scalars_before(const SourceFile *file, uint32_t offset) {
    uint32_t block = offset / SOURCE_MARK_DISTANCE;
    SourceMark mark = file->marks[block];
    if (mark.offset >= offset)
        return mark.scalars;
    if ((block + 1) * SOURCE_MARK_DISTANCE <= file->length) {
        SourceMark next = file->marks[block + 1];
        if (next.offset - mark.offset == next.scalars - mark.scalars) // a byte each
            return mark.scalars + (offset - mark.offset);
    }
    while (mark.offset < offset) {
        mark.offset = next_scalar(file, mark.offset);
        mark.scalars++;
    }
    return mark.scalars;
}

SourcePosition source_position_near(const SourceFile *file, uint32_t offset, uint32_t *hint) {
    if (offset > file->length)
        offset = file->length;
    uint32_t line = line_of(file, offset, hint);
    uint32_t column = scalars_before(file, offset) - scalars_before(file, file->line_starts[line]) + 1;
    return (SourcePosition){line + 1, column};
}

SourcePosition source_position(const SourceFile *file, uint32_t offset) {
    uint32_t hint = 0;
    return source_position_near(file, offset, &hint);
}

const char *source_line(const SourceFile *file, uint32_t line, uint32_t *length) {
    uint32_t start = file->line_starts[line - 1];
    uint32_t end = line < file->line_count ? file->line_starts[line] - 1 : file->length;
    if (end > start && file->text[end - 1] == '\r')
        end--;
    *length = end - start;
    return file->text + start;
}

uint32_t source_decode_utf8(const char *text, size_t length, uint32_t *scalar) {
    const unsigned char *bytes = (const unsigned char *)text;
    unsigned char lead = bytes[0];
    if (lead < 0x80) {
        *scalar = lead;
        return 1;
    }
    uint32_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || length < size)
        return 0;
    uint32_t value = lead & (0xFFu >> (size + 1));
    for (uint32_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (bytes[i] & 0x3F);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *scalar = value;
    return size;
}

uint32_t source_encode_utf8(uint32_t scalar, char *out) {
    if (scalar < 0x80) {
        out[0] = (char)scalar;
        return 1;
    }
    if (scalar < 0x800) {
        out[0] = (char)(0xC0 | scalar >> 6);
        out[1] = (char)(0x80 | (scalar & 0x3F));
        return 2;
    }
    if (scalar < 0x10000) {
        out[0] = (char)(0xE0 | scalar >> 12);
        out[1] = (char)(0x80 | (scalar >> 6 & 0x3F));
        out[2] = (char)(0x80 | (scalar & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | scalar >> 18);
    out[1] = (char)(0x80 | (scalar >> 12 & 0x3F));
    out[2] = (char)(0x80 | (scalar >> 6 & 0x3F));
    out[3] = (char)(0x80 | (scalar & 0x3F));
    return 4;
}
