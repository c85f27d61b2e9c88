// SPDX-License-Identifier: GPL-2.0-only
/*
 * edge end DEVICE: I/O at, across and beyond the end of a disk.
 * edge align DEVICE: direct I/O that is not aligned to the logical block size.
 */
#include "prog.h"

struct disk {
	int fd;
	uint64_t size;
	int block;
	char *buf, *want;
};

static void last_block(struct disk *disk)
{
	uint64_t at = disk->size - disk->block;
	ssize_t n;

	fill(disk->want, disk->block, at, 1);
	n = pwrite(disk->fd, disk->want, disk->block, at);
	point(n == disk->block, "the last block can be written");
	n = pread(disk->fd, disk->buf, disk->block, at);
	point(n == disk->block && !memcmp(disk->buf, disk->want, disk->block),
	      "the last block can be read");
}

static void reads(struct disk *disk)
{
	ssize_t n;

	n = pread(disk->fd, disk->buf, 2 * disk->block,
		  disk->size - disk->block);
	point(n == disk->block && !memcmp(disk->buf, disk->want, disk->block),
	      "a read across the end is cut short");
	n = pread(disk->fd, disk->buf, disk->block, disk->size);
	point(n == 0, "a read at the end finds nothing");
	n = pread(disk->fd, disk->buf, disk->block,
		  disk->size + (1ull << 40));
	point(n <= 0, "a read far beyond the end finds nothing");
}

static void writes(struct disk *disk)
{
	ssize_t n;

	fill(disk->want, 2 * disk->block, disk->size - disk->block, 2);
	n = pwrite(disk->fd, disk->want, 2 * disk->block,
		   disk->size - disk->block);
	point(n == disk->block, "a write across the end is cut short");
	n = pwrite(disk->fd, disk->want, disk->block, disk->size);
	point(n < 0 && errno == ENOSPC, "a write at the end fails (%s)",
	      n < 0 ? strerror(errno) : "no error");
	n = pwrite(disk->fd, disk->want, disk->block,
		   disk->size + (1ull << 40));
	point(n < 0, "a write far beyond the end fails");
}

static bool range_done(struct disk *disk, unsigned long op, uint64_t start,
		       uint64_t len)
{
	uint64_t range[2] = { start, len };

	return ioctl(disk->fd, op, range) == 0;
}

static bool refused(struct disk *disk, unsigned long op, uint64_t start,
		    uint64_t len)
{
	return !range_done(disk, op, start, len) && errno == EINVAL;
}

static void ranges(struct disk *disk)
{
	static const struct {
		unsigned long op;
		const char *name;
	} ops[] = {
		{ BLKDISCARD, "discard" },
		{ BLKSECDISCARD, "secure erase" },
		{ BLKZEROOUT, "write zeroes" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		point(refused(disk, ops[i].op, disk->size, disk->block),
		      "%s beyond the end is refused", ops[i].name);
		point(refused(disk, ops[i].op, disk->size - disk->block,
			      2 * disk->block),
		      "%s across the end is refused", ops[i].name);
		/* In 5.10 the ioctl does not notice, but the block layer does. */
		point(!range_done(disk, ops[i].op, -4096ull, 8192),
		      "%s of a range that wraps around is refused", ops[i].name);
	}
	point(fallocate(disk->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			disk->size, disk->block) < 0,
	      "a hole beyond the end is refused");
}

/* What the writes across the end left, and the refused ranges must not touch. */
static void last_block_intact(struct disk *disk)
{
	ssize_t n = pread(disk->fd, disk->buf, disk->block,
			  disk->size - disk->block);

	point(n == disk->block && !memcmp(disk->buf, disk->want, disk->block),
	      "the last block is intact");
}

static void misaligned(struct disk *disk)
{
	unsigned int half = disk->block / 2;

	point(pread(disk->fd, disk->buf, disk->block, half) < 0 &&
	      errno == EINVAL, "a read at half a block is refused");
	point(pread(disk->fd, disk->buf, half, 0) < 0 && errno == EINVAL,
	      "a read of half a block is refused");
	point(pwrite(disk->fd, disk->buf, disk->block, half) < 0 &&
	      errno == EINVAL, "a write at half a block is refused");
	point(pwrite(disk->fd, disk->buf, half, 0) < 0 && errno == EINVAL,
	      "a write of half a block is refused");
	point(refused(disk, BLKDISCARD, half, disk->block),
	      "a discard at half a block is refused");
	point(refused(disk, BLKZEROOUT, 0, half),
	      "write zeroes of half a block is refused");
	point(pwrite(disk->fd, disk->buf, disk->block, disk->block) ==
	      disk->block, "a write of one block at the second is done");
}

int main(int argc, char **argv)
{
	struct disk disk;

	if (argc != 3)
		die("usage: edge end|align DEVICE");
	disk.fd = open_or_die(argv[2], O_RDWR | O_DIRECT);
	disk.size = size_or_die(disk.fd);
	disk.block = block_size_or_die(disk.fd);
	disk.buf = alloc_or_die(2 * PAGE);
	disk.want = alloc_or_die(2 * PAGE);
	if (!strcmp(argv[1], "align")) {
		misaligned(&disk);
		return 0;
	}
	last_block(&disk);
	reads(&disk);
	writes(&disk);
	ranges(&disk);
	last_block_intact(&disk);
	return 0;
}
