#include "molecules/molecule.h"
