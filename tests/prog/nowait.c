// SPDX-License-Identifier: GPL-2.0-only
/*
 * nowait DEVICE: direct I/O with RWF_NOWAIT. Blocks that are there are read
 * and overwritten without waiting; for new ones EAGAIN is an answer too, after
 * which nothing may have changed.
 */
#include "prog.h"
#include <sys/uio.h>

#define BLOCKS 64u
#define NEW_AT (8u << 20)

struct disk {
	int fd;
	char *buf, *want;
};

static ssize_t nowait_read(struct disk *disk, uint64_t at)
{
	struct iovec vec = { disk->buf, PAGE };

	return preadv2(disk->fd, &vec, 1, at, RWF_NOWAIT);
}

static ssize_t nowait_write(struct disk *disk, uint64_t at)
{
	struct iovec vec = { disk->want, PAGE };

	return pwritev2(disk->fd, &vec, 1, at, RWF_NOWAIT);
}

static bool holds(struct disk *disk, uint64_t at, uint64_t seed)
{
	fill(disk->want, PAGE, at, seed);
	return pread(disk->fd, disk->buf, PAGE, at) == PAGE &&
	       !memcmp(disk->buf, disk->want, PAGE);
}

static bool all_hold(struct disk *disk, uint64_t at, uint64_t seed)
{
	unsigned int i;

	for (i = 0; i < BLOCKS; i++)
		if (!holds(disk, at + i * PAGE, seed))
			return false;
	return true;
}

static void present_blocks(struct disk *disk)
{
	unsigned int i, read = 0, written = 0;

	for (i = 0; i < BLOCKS; i++) {
		fill(disk->want, PAGE, i * PAGE, 1);
		if (pwrite(disk->fd, disk->want, PAGE, i * PAGE) != PAGE)
			die("write: %s", strerror(errno));
	}
	for (i = 0; i < BLOCKS; i++) {
		fill(disk->want, PAGE, i * PAGE, 1);
		errno = 0;
		read += nowait_read(disk, i * PAGE) == PAGE &&
			!memcmp(disk->buf, disk->want, PAGE);
	}
	point(read == BLOCKS, "%u of %u present blocks read (%s)", read, BLOCKS,
	      strerror(errno));
	for (i = 0; i < BLOCKS; i++) {
		fill(disk->want, PAGE, i * PAGE, 2);
		errno = 0;
		written += nowait_write(disk, i * PAGE) == PAGE;
	}
	point(written == BLOCKS, "%u of %u present blocks overwritten (%s)",
	      written, BLOCKS, strerror(errno));
	point(all_hold(disk, 0, 2), "the blocks hold what was written last");
}

/* 1 done, 0 would have waited, -1 anything else. */
static int outcome(ssize_t n)
{
	if (n == PAGE)
		return 1;
	return n < 0 && errno == EAGAIN ? 0 : -1;
}

static void new_blocks(struct disk *disk)
{
	unsigned int i, bad_reads = 0, bad_writes = 0, waits = 0;
	uint64_t at;
	int result;

	for (i = 0; i < BLOCKS; i++) {
		at = NEW_AT + i * PAGE;
		memset(disk->buf, 0xff, PAGE);
		memset(disk->want, 0, PAGE);
		result = outcome(nowait_read(disk, at));
		bad_reads += result < 0 ||
			     (result && memcmp(disk->buf, disk->want, PAGE));
		fill(disk->want, PAGE, at, 3);
		result = outcome(nowait_write(disk, at));
		bad_writes += result < 0;
		if (result == 1)
			continue;
		waits++;
		memset(disk->want, 0, PAGE);
		bad_writes += pread(disk->fd, disk->buf, PAGE, at) != PAGE ||
			      memcmp(disk->buf, disk->want, PAGE);
		fill(disk->want, PAGE, at, 3);
		bad_writes += pwrite(disk->fd, disk->want, PAGE, at) != PAGE;
	}
	printf("%u of %u new blocks would have waited\n", waits, BLOCKS);
	point(!bad_reads, "absent blocks read as zeroes, or would wait");
	point(!bad_writes, "new blocks are written, or would wait and stay as they were");
	point(all_hold(disk, NEW_AT, 3), "new blocks hold what was written");
}

int main(int argc, char **argv)
{
	struct disk disk;

	if (argc != 2)
		die("usage: nowait DEVICE");
	disk.fd = open_or_die(argv[1], O_RDWR | O_DIRECT);
	disk.buf = alloc_or_die(PAGE);
	disk.want = alloc_or_die(PAGE);
	present_blocks(&disk);
	new_blocks(&disk);
	return 0;
}
