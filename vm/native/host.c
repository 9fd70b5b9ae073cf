#include "vm/native/host.h"

const char *cor_host_status_text(CorHostStatus status) {
    static const char *const texts[] = {
        "no error",
#define ERROR(name, text) text,
#include "vm/native/host_errors.def"
#undef ERROR
    };
    return (unsigned)status < COR_HOST_STATUS_COUNT ? texts[status] : "unknown error";
}

CorHostStatus cor_host_read_whole(const CorHost *host, CorHostFile file, void *bytes, size_t size,
                                  size_t *got) {
    CorHostStatus status = COR_HOST_OK;
    size_t more = 1;
    for (*got = 0; status == COR_HOST_OK && *got < size && more > 0; *got += more) {
        more = 0;
        status = host->read(host, file, (char *)bytes + *got, size - *got, &more);
    }
    return status;
}
