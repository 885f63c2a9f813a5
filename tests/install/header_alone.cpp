#include <aufbau.h>
