#include "tensor/row_map.h"
