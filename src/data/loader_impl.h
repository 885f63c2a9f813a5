#pragma once
// The prefetching loader; included by data/loader.h only.
