/* SPDX-License-Identifier: MIT */
/* target.c: what libFuzzer calls; FUZZ_TARGET is one of fuzz.h. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return FUZZ_TARGET(data, size);
}
