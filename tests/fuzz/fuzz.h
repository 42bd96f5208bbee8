/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share (LLVM documentation, "libFuzzer"). A target feeds one part of the
 * program with anything; the sanitizers find what is read or written out of bounds, and what is
 * demanded here must hold for whatever was taken.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libFuzzer's entry points. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Tells libFuzzer, which keeps the input. */
static inline void demand(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz: not so: %s\n", what);
	abort();
}

/* A copy that ends where its memory ends, with a NUL behind if text is wanted; freed by the caller.
 */
static inline void *fuzz_copy(const void *data, size_t len, bool text)
{
	char *copy = calloc(1, len + (text || len == 0));

	demand(copy != NULL, "there is memory");
	if (len)
		memcpy(copy, data, len);
	return copy;
}

/* What is left of an input. */
struct fuzz_input {
	const uint8_t *at;
	size_t left;
};

/* Takes up to len bytes off the front; what is missing is zero. */
static inline void fuzz_take(struct fuzz_input *input, void *out, size_t len)
{
	const size_t got = len < input->left ? len : input->left;

	memset(out, 0, len);
	if (got)
		memcpy(out, input->at, got);
	input->at += got;
	input->left -= got;
}

static inline uint8_t fuzz_byte(struct fuzz_input *input)
{
	uint8_t byte;

	fuzz_take(input, &byte, 1);
	return byte;
}

static inline bool fuzz_all_zero(const void *data, size_t len)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

#endif
