#include "data/ingest.h"
