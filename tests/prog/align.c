// SPDX-License-Identifier: GPL-2.0-only
/*
 * align DEVICE: direct I/O with buffers at multiples of 4 bytes, so that
 * segments end in the middle of a sector.
 */
#include "prog.h"
#include <sys/uio.h>

static const size_t offsets[] = { 4, 8, 508, 516, 2044, PAGE - 4 };
static const size_t lengths[] = { SECTOR, PAGE, 64 << 10, 300 << 10, 1 << 20 };

#define LONGEST	(1u << 20)

static int fd;
static char *from, *to;

static bool once(size_t offset, size_t len, uint64_t pos, uint64_t seed)
{
	char *out = from + offset, *in = to + PAGE - offset;

	fill(out, len, pos, seed);
	memset(in, 0, len);
	return pwrite(fd, out, len, pos) == (ssize_t)len &&
	       pread(fd, in, len, pos) == (ssize_t)len && !memcmp(in, out, len);
}

/* A sector whose buffer is in several pieces. */
static bool pieces(void)
{
	struct iovec vec[3] = {
		{ from + 4, 100 }, { from + 1000, 12 }, { from + 2040, SECTOR - 112 },
	};
	struct iovec back[2] = { { to + 8, 400 }, { to + PAGE - 4, 112 } };
	char want[SECTOR], got[SECTOR];

	fill(from, PAGE, 0, 5);
	memcpy(want, from + 4, 100);
	memcpy(want + 100, from + 1000, 12);
	memcpy(want + 112, from + 2040, SECTOR - 112);
	if (pwritev(fd, vec, 3, SECTOR) != SECTOR || preadv(fd, back, 2, SECTOR) != SECTOR)
		return false;
	memcpy(got, to + 8, 400);
	memcpy(got + 400, to + PAGE - 4, 112);
	return !memcmp(want, got, SECTOR);
}

int main(int argc, char **argv)
{
	size_t i, j;

	if (argc != 2)
		die("usage: align DEVICE");
	fd = open_or_die(argv[1], O_RDWR | O_DIRECT);
	from = alloc_or_die(LONGEST + 2 * PAGE);
	to = alloc_or_die(LONGEST + 2 * PAGE);
	for (i = 0; i < sizeof(offsets) / sizeof(*offsets); i++)
		for (j = 0; j < sizeof(lengths) / sizeof(*lengths); j++)
			if (!point(once(offsets[i], lengths[j], SECTOR * (3 + i), i * 8 + j),
				   "%zu bytes at %zu", lengths[j], offsets[i]))
				printf("# %s\n", strerror(errno));
	errno = 0;
	if (!pieces() && errno == EINVAL)
		printf("ok - a sector in pieces # SKIP this kernel wants blocks in one piece\n");
	else
		point(!errno && pieces(), "a sector in three pieces, and back in two");
	errno = 0;
	point(pwrite(fd, from + 2, SECTOR, 0) < 0 && errno == EINVAL,
	      "a buffer at 2 is refused");
	return 0;
}
