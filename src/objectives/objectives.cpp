#include "objectives/objective.h"
