#include "part.h"

#ifdef MANY
enum size { SMALL, LARGE };
#endif

/// How deep it lies in the water.
length draught(length beam);
