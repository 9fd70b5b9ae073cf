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
