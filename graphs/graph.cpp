#include "graphs/graph.h"
