/* Grants: which paths lead where, and that nothing leads out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vm/syscall/policy.h"

static CorHostStatus resolve(const Policy *policy, const char *path, unsigned right, PolicyPlace *place) {
    return policy_resolve(policy, path, strlen(path), right, place);
}

static void check_place(const Policy *policy, const char *path, const char *beneath) {
    PolicyPlace place;
    assert_int_equal(resolve(policy, path, POLICY_READ, &place), COR_HOST_OK);
    assert_string_equal(place.path, beneath);
}

static void test_names(void **state) {
    (void)state;
    Policy policy = {.host = cor_host_default()};
    PolicyPlace place;
    assert_true(policy_set_working_directory(&policy, "/home/me"));
    assert_int_equal(policy_grant(&policy, "data", "/", NULL, POLICY_READ), COR_HOST_OK);
    check_place(&policy, "data", ".");
    check_place(&policy, "data/", ".");
    check_place(&policy, "data/a.txt", "a.txt");
    check_place(&policy, "./data//b/../a.txt", "a.txt");
    check_place(&policy, "/home/me/data/x/y", "x/y");
    check_place(&policy, "../me/data/x", "x");
    static const char *const outside[] = {"a.txt", "data.txt", "dat",     "data/..", "data/../a",
                                          "/",     "..",       "/data/x", "/home/me"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_int_equal(resolve(&policy, outside[i], POLICY_READ, &place), COR_HOST_REFUSED);
    assert_int_equal(resolve(&policy, "data/a.txt", POLICY_WRITE, &place), COR_HOST_REFUSED);
    assert_int_equal(resolve(&policy, "", POLICY_READ, &place), COR_HOST_NOT_FOUND);
    assert_int_equal(policy_resolve(&policy, "data/\0x", 7, POLICY_READ, &place), COR_HOST_INVALID);
    policy_free(&policy);
}

static void test_root_and_files(void **state) {
    (void)state;
    Policy policy = {.host = cor_host_default()};
    PolicyPlace place;
    assert_int_equal(policy_grant(&policy, "/", "/", NULL, POLICY_READ), COR_HOST_OK);
    check_place(&policy, "/", ".");
    check_place(&policy, "/etc/../usr/bin", "usr/bin");
    assert_int_equal(resolve(&policy, "etc", POLICY_READ, &place),
                     COR_HOST_REFUSED); /* no working directory */
    assert_int_equal(policy_grant(&policy, "notes.txt", "/", "real.txt", POLICY_READ | POLICY_WRITE),
                     COR_HOST_OK);
    check_place(&policy, "notes.txt", "real.txt");
    check_place(&policy, "./notes.txt", "real.txt");
    assert_int_equal(resolve(&policy, "notes.txt/x", POLICY_WRITE, &place), COR_HOST_REFUSED);
    assert_int_equal(resolve(&policy, "real.txt", POLICY_WRITE, &place), COR_HOST_REFUSED);
    assert_int_equal(policy_grant(&policy, "x", "/nowhere/at/all", NULL, POLICY_READ), COR_HOST_NOT_FOUND);
    policy_free(&policy);
}

/* The longest name wins, and a link does not lead out of a grant. */
static void test_links(void **state) {
    (void)state;
    char folder[] = "/tmp/coracle-policy-XXXXXX", path[128];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/inner", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/inner/link", folder);
    assert_int_equal(symlink("../..", path), 0);

    Policy policy = {.host = cor_host_default()};
    PolicyPlace place;
    assert_int_equal(policy_grant(&policy, "/a", folder, NULL, POLICY_READ), COR_HOST_OK);
    snprintf(path, sizeof path, "%s/inner", folder);
    assert_int_equal(policy_grant(&policy, "/a/b", path, NULL, POLICY_READ), COR_HOST_OK);
    assert_int_equal(resolve(&policy, "/a/b/link/x", POLICY_READ, &place), COR_HOST_OK);
    assert_string_equal(place.path, "link/x");
    CorHostFileInfo info;
    assert_int_equal(policy.host->path_info(policy.host, place.directory, "link", &info), COR_HOST_ESCAPES);
    policy_free(&policy);

    snprintf(path, sizeof path, "rm -r %s", folder);
    assert_int_equal(system(path), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_root_and_files),
        cmocka_unit_test(test_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
