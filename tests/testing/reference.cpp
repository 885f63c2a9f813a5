#include "testing/reference.h"
