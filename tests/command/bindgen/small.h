#include "part.h"

#ifdef MANY
#define LARGEST 7
#endif

/// How deep it lies in the water.
length draught(length beam);
