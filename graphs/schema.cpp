#include "graphs/schema.h"
