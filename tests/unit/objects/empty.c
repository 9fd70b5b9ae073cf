/* An object that does nothing, for test_tier.c. */
int entry(void *isolate, void *fp);
int adapter(void *isolate, void *fp);

int entry(void *isolate, void *fp) {
    (void)isolate, (void)fp;
    return 0;
}

int adapter(void *isolate, void *fp) {
    return entry(isolate, fp);
}
