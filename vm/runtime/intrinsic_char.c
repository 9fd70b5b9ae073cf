/* Intrinsics on characters. */
#include <inttypes.h>

#include "vm/runtime/intrinsic_support.h"
#include "vm/runtime/unicode.h"

NATIVE_FUNCTION(intrinsic_CHAR_IS_LETTER) {
    *result = unicode_is_letter((uint32_t)arguments[0]);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_CHAR_IS_DIGIT) {
    *result = arguments[0] - '0' < 10;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_CHAR_IS_SPACE) {
    *result = unicode_is_space((uint32_t)arguments[0]);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_CHAR_IS_UPPER) {
    *result = unicode_is_upper((uint32_t)arguments[0]);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_CHAR_IS_LOWER) {
    *result = unicode_is_lower((uint32_t)arguments[0]);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_CHAR_TO_UPPER) {
    *result = unicode_to_upper((uint32_t)arguments[0]);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_CHAR_TO_LOWER) {
    *result = unicode_to_lower((uint32_t)arguments[0]);
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_CHAR_FROM_CODE) {
    uint64_t code = arguments[0];
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return cor_throw(isolate, COR_ERROR_VALUE, "%" PRId64 " is not the code of a character",
                         (int64_t)code);
    *result = code;
    return COR_OK;
}
