/* A growing run of bytes on the host's heap.  Failure is sticky: a failed buffer takes no more bytes, and its
 * owner checks once at the end. */
#ifndef COR_BYTECODE_BYTE_BUFFER_H
#define COR_BYTECODE_BYTE_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct CorByteBuffer {
    uint8_t *bytes; /* from malloc; owned */
    size_t size, capacity;
    bool failed; /* memory ran out */
} CorByteBuffer;

void cor_byte_buffer_free(CorByteBuffer *buffer);
void cor_byte_buffer_add(CorByteBuffer *buffer, const void *bytes, size_t size);
void cor_byte_buffer_add_text(CorByteBuffer *buffer, const char *text);

/* Unsigned and signed LEB128. */
void cor_byte_buffer_add_number(CorByteBuffer *buffer, uint64_t value);
void cor_byte_buffer_add_signed(CorByteBuffer *buffer, int64_t value);

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void cor_byte_buffer_printf(CorByteBuffer *buffer, const char *format, ...);

#endif
