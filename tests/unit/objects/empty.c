/* An object that does nothing, for test_tier.c. */
int entry(void *isolate, void *fp);

int entry(void *isolate, void *fp) {
    (void)isolate, (void)fp;
    return 0;
}
