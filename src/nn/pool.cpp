#include "nn/encoder.h"
