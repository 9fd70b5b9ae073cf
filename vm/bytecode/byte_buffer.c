#include "vm/bytecode/byte_buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/bytecode/leb128.h"

void cor_byte_buffer_free(CorByteBuffer *buffer) {
    free(buffer->bytes);
    *buffer = (CorByteBuffer){0};
}

static bool reserve(CorByteBuffer *buffer, size_t size) {
    if (buffer->failed || size > SIZE_MAX / 4 - buffer->size) {
        buffer->failed = true;
        return false;
    }
    if (buffer->size + size <= buffer->capacity) {
        return true;
    }
    size_t capacity = buffer->capacity == 0 ? 256 : buffer->capacity;
    while (capacity < buffer->size + size) {
        capacity *= 2;
    }
    uint8_t *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

void cor_byte_buffer_add(CorByteBuffer *buffer, const void *bytes, size_t size) {
    if (size != 0 && reserve(buffer, size)) {
        memcpy(buffer->bytes + buffer->size, bytes, size);
        buffer->size += size;
    }
}

void cor_byte_buffer_add_text(CorByteBuffer *buffer, const char *text) {
    cor_byte_buffer_add(buffer, text, strlen(text));
}

void cor_byte_buffer_add_number(CorByteBuffer *buffer, uint64_t value) {
    if (value < 0x80 && !buffer->failed && buffer->size < buffer->capacity) { /* most of them */
        buffer->bytes[buffer->size++] = (uint8_t)value;
        return;
    }
    uint8_t bytes[COR_LEB128_MAX];
    cor_byte_buffer_add(buffer, bytes, cor_leb128_write_u64(bytes, value));
}

void cor_byte_buffer_add_signed(CorByteBuffer *buffer, int64_t value) {
    uint8_t bytes[COR_LEB128_MAX];
    cor_byte_buffer_add(buffer, bytes, cor_leb128_write_i64(bytes, value));
}

void cor_byte_buffer_printf(CorByteBuffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length >= 0 && reserve(buffer, (size_t)length + 1)) {
        vsnprintf((char *)buffer->bytes + buffer->size, (size_t)length + 1, format, again);
        buffer->size += (size_t)length;
    }
    va_end(again);
}
