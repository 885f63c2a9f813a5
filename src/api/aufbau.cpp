#include "aufbau.h"
