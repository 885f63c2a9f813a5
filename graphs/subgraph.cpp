#include "graphs/subgraph.h"
