#include "graphs/batch.h"
