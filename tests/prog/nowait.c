// SPDX-License-Identifier: GPL-2.0-only
/*
 * nowait DEVICE: direct I/O with RWF_NOWAIT. Blocks that exist are read and
 * overwritten without waiting. For new blocks EAGAIN is allowed, too, and then
 * nothing may have changed. I/O without RWF_NOWAIT must never fail with EAGAIN,
 * not even writes that the block layer merges with such a write.
 */
#include "control.h"
#include <linux/aio_abi.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#define BLOCKS 64u
#define NEW_AT (8u << 20)
/* Rounds in which writes are merged, and the limit of their time, seconds. */
#define ROUNDS 500u
#define MERGED_TIME 10

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

/* Return: 1 if done, 0 if it would have waited, -1 otherwise. */
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

/* A thread makes and removes snapshots, so that small writes have to wait. */
struct merged {
	int direct, buffered, index;
	unsigned char *buf;
	aio_context_t aio;
	atomic_bool stop;
	unsigned int refused, failed, lost;
};

static void *snapshots(void *arg)
{
	struct merged *merged = arg;
	int control = control_open();

	while (!atomic_load(&merged->stop)) {
		if (control_snapshot(control, RBULL_IOC_SNAPSHOT_CREATE,
				     merged->index, "s", 0, NULL) ||
		    control_snapshot(control, RBULL_IOC_SNAPSHOT_REMOVE,
				     merged->index, "s", 0, NULL))
			die("snapshot: %s", control_message);
	}
	close(control);
	return NULL;
}

static struct iocb aio_write(int fd, unsigned char *buf, size_t len,
			     uint64_t at, int flags)
{
	return (struct iocb) {
		.aio_fildes = fd, .aio_lio_opcode = IOCB_CMD_PWRITE,
		.aio_buf = (uintptr_t)buf, .aio_nbytes = len, .aio_offset = at,
		.aio_rw_flags = flags,
	};
}

/* Submit all writes at once. Only the first one has RWF_NOWAIT. */
static void submit(struct merged *merged, struct iocb *iocbs, int nr)
{
	struct iocb *list[4] = { &iocbs[0], &iocbs[1], &iocbs[2], &iocbs[3] };
	struct io_event events[4];
	int i;

	if (syscall(SYS_io_submit, merged->aio, nr, list) != nr ||
	    syscall(SYS_io_getevents, merged->aio, nr, nr, events, NULL) != nr)
		die("aio: %s", strerror(errno));
	for (i = 0; i < nr; i++) {
		struct iocb *iocb = (void *)(uintptr_t)events[i].obj;
		bool done = (uint64_t)events[i].res == iocb->aio_nbytes;

		if (iocb == iocbs)
			merged->refused += !done;
		else
			merged->failed += !done;
		iocb->aio_reserved2 = done;
	}
}

/* The data of each write that succeeded must be there. */
static void compare(struct merged *merged, const struct iocb *iocbs, int nr)
{
	unsigned char *is = merged->buf + 4 * PAGE;
	int i;

	for (i = 0; i < nr; i++) {
		const struct iocb *iocb = &iocbs[i];

		if (pread(merged->direct, is, iocb->aio_nbytes,
			  iocb->aio_offset) != (ssize_t)iocb->aio_nbytes)
			die("read: %s", strerror(errno));
		merged->lost += iocb->aio_reserved2 &&
				memcmp(is, (void *)(uintptr_t)iocb->aio_buf,
				       iocb->aio_nbytes);
	}
}

/* Write four sectors of a page, the first with RWF_NOWAIT. */
static void merge_sectors(struct merged *merged, unsigned int round)
{
	uint64_t at = round % BLOCKS * 2 * PAGE;
	struct iocb iocbs[4];
	unsigned int i;

	fill(merged->buf, PAGE, 0, round);
	for (i = 0; i < 4; i++)
		iocbs[i] = aio_write(merged->direct, merged->buf + i * SECTOR,
				     SECTOR, at + i * SECTOR,
				     i ? 0 : RWF_NOWAIT);
	submit(merged, iocbs, 4);
	compare(merged, iocbs, 4);
}

/*
 * Write the end of a page with RWF_NOWAIT, and the page behind it through the
 * page cache. The third write is there because io_submit() plugs only three or
 * more.
 */
static void merge_page(struct merged *merged, unsigned int round)
{
	uint64_t at = round % BLOCKS * 2 * PAGE;
	unsigned char *buf = merged->buf;
	struct iocb iocbs[4] = {
		aio_write(merged->direct, buf, SECTOR, at + PAGE - SECTOR,
			  RWF_NOWAIT),
		aio_write(merged->buffered, buf + PAGE, PAGE, at + PAGE,
			  RWF_DSYNC),
		aio_write(merged->direct, buf + SECTOR, SECTOR,
			  NEW_AT + round % BLOCKS * PAGE, 0),
	};

	fill(buf, 2 * PAGE, 0, round);
	submit(merged, iocbs, 3);
	compare(merged, iocbs, 3);
}

static void merged_writes(struct merged *merged, const char *what,
			  void (*merge)(struct merged *, unsigned int))
{
	time_t end = time(NULL) + MERGED_TIME;
	pthread_t thread;
	unsigned int i;

	merged->refused = 0;
	merged->failed = 0;
	merged->lost = 0;
	merged->stop = false;
	if (pthread_create(&thread, NULL, snapshots, merged))
		die("no thread");
	for (i = 0; i < ROUNDS && time(NULL) < end; i++)
		merge(merged, i);
	atomic_store(&merged->stop, true);
	pthread_join(thread, NULL);
	point(!merged->failed && !merged->lost,
	      "%s, merged with one that may not wait: all are done (%u refused of those that asked for it, %u of the others, %u lost)",
	      what, merged->refused, merged->failed, merged->lost);
}

static void merged_with_nowait(const char *path)
{
	struct merged merged = {
		.direct = open_or_die(path, O_RDWR | O_DIRECT),
		.buffered = open_or_die(path, O_RDWR),
		.buf = alloc_or_die(8 * PAGE),
	};

	if (sscanf(path, "/dev/rbull%d", &merged.index) != 1)
		die("%s: not a disk", path);
	if (syscall(SYS_io_setup, 4, &merged.aio))
		die("io_setup: %s", strerror(errno));
	merged_writes(&merged, "writes of sectors", merge_sectors);
	merged_writes(&merged, "writes through the cache", merge_page);
	syscall(SYS_io_destroy, merged.aio);
	close(merged.direct);
	close(merged.buffered);
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
	merged_with_nowait(argv[1]);
	return 0;
}
