/* Intrinsics of hashes and checksums. */
#include <inttypes.h>

#include "vm/runtime/digest.h"
#include "vm/runtime/intrinsic_support.h"

NATIVE_FUNCTION(intrinsic_HASH_BLOCKS) {
    CorArrayObject *state = intrinsic_array(arguments[1]);
    const CorArrayObject *bytes = intrinsic_array(arguments[2]);
    uint64_t digest = arguments[0], start = arguments[3], end = arguments[4];
    if (digest >= DIGEST_COUNT)
        return cor_throw(isolate, COR_ERROR_VALUE, "there is no hash %" PRId64, (int64_t)digest);
    if (state->length < digest_state((Digest)digest))
        return intrinsic_throw_index(isolate, digest_state((Digest)digest) - 1, state->length);
    if (!intrinsic_is_range(start, end, bytes->length))
        return intrinsic_throw_range(isolate, start, end, bytes->length);
    size_t block = digest_block((Digest)digest), count = (end - start) / block;
    if (cor_isolate_pay(isolate, (end - start) * 2) != COR_OK)
        return COR_STOPPED;
    digest_blocks((Digest)digest, state->elements, (const uint8_t *)bytes->elements + start, count);
    *result = start + count * block;
    return COR_OK;
}

NATIVE_FUNCTION(intrinsic_HASH_CHECKSUM) {
    const CorArrayObject *bytes = intrinsic_array(arguments[2]);
    uint64_t checksum = arguments[0], start = arguments[3], end = arguments[4];
    if (checksum >= CHECKSUM_COUNT)
        return cor_throw(isolate, COR_ERROR_VALUE, "there is no checksum %" PRId64, (int64_t)checksum);
    if (!intrinsic_is_range(start, end, bytes->length))
        return intrinsic_throw_range(isolate, start, end, bytes->length);
    if (intrinsic_pay_scan(isolate, (end - start) * 4) != COR_OK)
        return COR_STOPPED;
    *result =
        checksum_add((Checksum)checksum, arguments[1], (const uint8_t *)bytes->elements + start, end - start);
    return COR_OK;
}
