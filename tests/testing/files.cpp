#include "testing/files.h"
