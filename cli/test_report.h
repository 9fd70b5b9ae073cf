/* What `coracle test` writes about the tests that have ended. */
#ifndef CLI_TEST_REPORT_H
#define CLI_TEST_REPORT_H

#include "cli/test_suite.h"

/* A line for the test with --verbose; else only for what failed, with why and what it has written. */
void report_test(const TestSuite *suite, const TestCase *test);

/* The last line: how many passed, failed and were skipped; with --verbose also how long it took. */
void report_summary(const TestSuite *suite, double seconds);

/* The same in the format of JUnit, which tools read. False: reported. */
bool report_write_junit(const TestSuite *suite, const char *path);

#endif
