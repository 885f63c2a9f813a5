#include "nn/model_file.h"
