/* Errors that the VM throws, and the stack traces of all errors.
 *
 * A trace is captured where an error is first thrown: an Array<int> with an element a frame, innermost first, that
 * holds the number of the function and the index of the code word. It is text only when someone asks.  Very deep stacks keep
 * their innermost and outermost frames. */
#ifndef COR_RUNTIME_ERROR_H
#define COR_RUNTIME_ERROR_H

#include "vm/runtime/engine.h"

/* Raises an error of std.core with a formatted message: sets isolate->pending (trace included) and returns
 * COR_THROWN.  isolate->ip must be the instruction that fails. */
CorStatus cor_throw(CorIsolate *isolate, CorErrorClass error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Raises OutOfMemoryError; the shorthand for a failed allocation. */
CorStatus cor_throw_out_of_memory(CorIsolate *isolate);

/* Raises an error object, which gets a trace unless it has one: sets isolate->pending and returns COR_THROWN. */
CorStatus cor_throw_object(CorIsolate *isolate, CorObject *error);

/* The trace of the frames now, without the innermost `skip` that a trace shows.  NULL: out of memory. */
CorObject *cor_trace_capture(CorIsolate *isolate, uint32_t skip);

/* Receives a part of a text. */
typedef void CorTextSink(void *context, const char *text, size_t length);

/* Writes the lines of a trace: `  at function (file:line:column)` and a newline each; frames like
 * the one before are only counted.  `frames` is what capture gave; nothing is written for any other object. */
void cor_trace_write(CorEngine *engine, const CorObject *frames, CorTextSink *sink, void *context);

/* Writes an error as it is shown when nobody catches it: `Type: message`, its trace, and its causes likewise after
 * `caused by `. */
void cor_error_write(CorEngine *engine, const CorObject *error, CorTextSink *sink, void *context);

/* The fields of an error (of std.core's Error). */
const CorStringObject *cor_error_message(const CorObject *error);
/* How much of a message is shown: all, unless it is so long that a host had better not hold a copy. */
size_t cor_error_shown_length(const CorStringObject *message);
const CorObject *cor_error_cause(const CorObject *error);
const CorObject *cor_error_frames(const CorObject *error);

#endif
