#include "store/atomic_file.h"
