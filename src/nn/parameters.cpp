#include "nn/parameters.h"
