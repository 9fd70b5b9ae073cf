/* The buffer of written files: what reaches the host when, and who is told of a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vm/syscall/handles.h"

/* A host that notes what is written, as `FILE:COUNT `, and fails while it is told to. */
typedef struct Disk {
    char log[256];
    bool is_full;
} Disk;

static CorHostStatus disk_write(const CorHost *host, CorHostFile file, const void *buffer, size_t size,
                                size_t *written) {
    Disk *disk = host->context;
    (void)buffer;
    if (disk->is_full)
        return COR_HOST_NO_SPACE;
    size_t used = strlen(disk->log);
    snprintf(disk->log + used, sizeof disk->log - used, "%d:%zu ", (int)file, size);
    *written = size;
    return COR_HOST_OK;
}

static CorHostStatus disk_close(const CorHost *host, CorHostFile file) {
    (void)host;
    (void)file;
    return COR_HOST_OK;
}

typedef struct Fixture {
    Disk disk;
    CorHost host;
    Handles handles;
    HandleSlot *slots[3]; /* of the files 0 and 1, and of 2, which has no buffer */
} Fixture;

static void fixture_start(Fixture *fixture) {
    *fixture = (Fixture){.host = {.write = disk_write, .close = disk_close}};
    fixture->host.context = &fixture->disk;
    fixture->handles = (Handles){.host = &fixture->host, .quota = 4};
    for (int file = 0; file < 3; file++) {
        int64_t handle = handles_add(&fixture->handles, file, file < 2, "path", 4);
        fixture->slots[file] = handles_find(&fixture->handles, (uint64_t)handle);
    }
}

static CorHostStatus fixture_write(Fixture *fixture, int file, size_t count) {
    static const char bytes[2 * STREAM_BUFFER];
    size_t written = 0;
    CorHostStatus status = handles_write(&fixture->handles, fixture->slots[file], bytes, count, &written);
    assert_true(status != COR_HOST_OK || written == count);
    return status;
}

static void assert_log(Fixture *fixture, const char *expected) {
    assert_string_equal(fixture->disk.log, expected);
    fixture->disk.log[0] = '\0';
}

static void bytes_are_handed_on_when_it_matters(void **state) {
    (void)state;
    Fixture fixture;
    fixture_start(&fixture);
    fixture_write(&fixture, 0, 10);
    fixture_write(&fixture, 0, 20);
    assert_log(&fixture, "");
    fixture_write(&fixture, 1, 5);
    assert_log(&fixture, "0:30 ");
    fixture_write(&fixture, 2, 7);
    assert_log(&fixture, "2:7 ");
    fixture_write(&fixture, 1, STREAM_BUFFER);
    assert_log(&fixture, "1:5 1:16384 ");
    fixture_write(&fixture, 1, 3);
    assert_int_equal(handles_flush(&fixture.handles), COR_HOST_OK);
    assert_int_equal(handles_flush(&fixture.handles), COR_HOST_OK);
    assert_log(&fixture, "1:3 ");
    fixture_write(&fixture, 0, 4);
    assert_int_equal(handles_close(&fixture.handles, fixture.slots[1]), COR_HOST_OK);
    assert_log(&fixture, "");
    assert_int_equal(handles_close(&fixture.handles, fixture.slots[0]), COR_HOST_OK);
    assert_log(&fixture, "0:4 ");
    fixture_write(&fixture, 2, 1);
    handles_free(&fixture.handles);
    assert_log(&fixture, "2:1 ");
}

static void a_failure_is_told_once_to_the_file_it_belongs_to(void **state) {
    (void)state;
    Fixture fixture;
    fixture_start(&fixture);
    fixture_write(&fixture, 0, 10);
    fixture.disk.is_full = true;
    assert_int_equal(fixture_write(&fixture, 1, 10), COR_HOST_OK);
    fixture.disk.is_full = false;
    assert_int_equal(fixture_write(&fixture, 1, 10), COR_HOST_OK);
    assert_int_equal(fixture_write(&fixture, 0, 10), COR_HOST_NO_SPACE);
    assert_int_equal(fixture_write(&fixture, 0, 10), COR_HOST_OK);
    fixture.disk.is_full = true;
    assert_int_equal(handles_close(&fixture.handles, fixture.slots[0]), COR_HOST_NO_SPACE);
    assert_log(&fixture, "1:20 ");
    fixture_write(&fixture, 1, 10);
    handles_free(&fixture.handles);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_handed_on_when_it_matters),
        cmocka_unit_test(a_failure_is_told_once_to_the_file_it_belongs_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
