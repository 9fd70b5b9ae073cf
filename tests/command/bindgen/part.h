typedef double length;

#ifndef ONLY_TYPES
length beam_of(const char *name);
#endif
