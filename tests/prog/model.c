// SPDX-License-Identifier: GPL-2.0-only
/*
 * model exhaustive DEVICE [STATS]
 * model random DEVICE SEED OPERATIONS
 *
 * Compares a disk with a model in memory: after every discard, secure erase or
 * write zeroes the range must read as zeroes and its neighbours must be what
 * they were. `exhaustive` tries each operation at every start and length in a
 * few pages. With STATS (the disk's statistics file) it also checks that whole
 * pages are freed. `random` mixes the operations with vectored reads and writes
 * over a few MiB.
 */
#include "prog.h"
#include <sys/uio.h>

#define EXHAUSTIVE_PAGES 4u
#define REGION (3u << 20)
/* Crosses 2 MiB and 4 MiB, the borders between leaves. */
#define REGION_AT ((2u << 20) - 256 * 1024)
#define MAX_IO (300u * 1024)

enum op { DISCARD, SECURE_ERASE, ZEROOUT, PUNCH, ZERO_RANGE, OPS };

static const char *const op_name[OPS] = {
	"discard", "secure erase", "write zeroes", "punch hole", "zero range",
};

struct disk {
	int fd;
	bool plain_file;	/* a stand-in, on machines without rbull */
	unsigned int block;
	bool has[OPS];
};

static int zero_file(struct disk *disk, uint64_t start, uint64_t len)
{
	return fallocate(disk->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			 start, len);
}

static int do_op(struct disk *disk, enum op op, uint64_t start, uint64_t len)
{
	uint64_t range[2] = { start, len };

	if (disk->plain_file)
		return zero_file(disk, start, len);
	switch (op) {
	case DISCARD:
		return ioctl(disk->fd, BLKDISCARD, range);
	case SECURE_ERASE:
		return ioctl(disk->fd, BLKSECDISCARD, range);
	case ZEROOUT:
		return ioctl(disk->fd, BLKZEROOUT, range);
	case PUNCH:
		return fallocate(disk->fd,
				 FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				 start, len);
	default:
		return fallocate(disk->fd,
				 FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
				 start, len);
	}
}

static void open_disk(struct disk *disk, const char *path)
{
	struct stat st;
	int op;

	disk->fd = open_or_die(path, O_RDWR | O_DIRECT);
	disk->plain_file = !fstat(disk->fd, &st) && S_ISREG(st.st_mode);
	disk->block = block_size_or_die(disk->fd);
	for (op = 0; op < OPS; op++) {
		disk->has[op] = !do_op(disk, op, 0, EXHAUSTIVE_PAGES * PAGE);
		if (!disk->has[op] && errno != EOPNOTSUPP)
			die("%s: %s", op_name[op], strerror(errno));
	}
}

static void write_or_die(struct disk *disk, const void *buf, size_t len,
			 uint64_t at)
{
	if (pwrite(disk->fd, buf, len, at) != (ssize_t)len)
		die("write of %zu at %llu: %s", len, (unsigned long long)at,
		    strerror(errno));
}

static void read_or_die(struct disk *disk, void *buf, size_t len, uint64_t at)
{
	if (pread(disk->fd, buf, len, at) != (ssize_t)len)
		die("read of %zu at %llu: %s", len, (unsigned long long)at,
		    strerror(errno));
}

/* The value of data_pages in the statistics. */
static unsigned long pages_in_use(int stats)
{
	char text[2048];
	ssize_t n = pread(stats, text, sizeof(text) - 1, 0);
	char *at;

	if (n < 0)
		die("statistics: %s", strerror(errno));
	text[n] = 0;
	at = strstr(text, "data_pages ");
	if (!at)
		die("no data_pages in the statistics");
	return strtoul(at + strlen("data_pages "), NULL, 10);
}

/* Return how many pages of the small area the range does not wholly cover. */
static unsigned long pages_kept(uint64_t start, uint64_t len)
{
	uint64_t first = (start + PAGE - 1) / PAGE, end = (start + len) / PAGE;

	return EXHAUSTIVE_PAGES - (end > first ? end - first : 0);
}

/* Wait: pages may be freed a little after the operation has ended. */
static bool pages_came_back(int stats, unsigned long wanted)
{
	int tries;

	for (tries = 0; tries < 200; tries++) {
		if (pages_in_use(stats) <= wanted)
			return true;
		usleep(10000);
	}
	return false;
}

struct small {
	char want[EXHAUSTIVE_PAGES * PAGE] __attribute__((aligned(PAGE)));
	char got[EXHAUSTIVE_PAGES * PAGE] __attribute__((aligned(PAGE)));
};

/* Try one operation at one place; print what is wrong and return false. */
static bool try_place(struct disk *disk, struct small *area, int stats,
		      enum op op, uint64_t start, uint64_t len)
{
	size_t same;

	fill(area->want, sizeof(area->want), start * 7 + len, op + 1);
	write_or_die(disk, area->want, sizeof(area->want), 0);
	if (do_op(disk, op, start, len)) {
		printf("%s of %llu at %llu: %s\n", op_name[op],
		       (unsigned long long)len, (unsigned long long)start,
		       strerror(errno));
		return false;
	}
	memset(area->want + start, 0, len);
	read_or_die(disk, area->got, sizeof(area->got), 0);
	same = first_difference(area->got, area->want, sizeof(area->want));
	if (same < sizeof(area->want)) {
		printf("%s of %llu at %llu: byte %zu is wrong\n", op_name[op],
		       (unsigned long long)len, (unsigned long long)start, same);
		return false;
	}
	if (stats >= 0 && !pages_came_back(stats, pages_kept(start, len))) {
		printf("%s of %llu at %llu: %lu pages in use, want %lu\n",
		       op_name[op], (unsigned long long)len,
		       (unsigned long long)start, pages_in_use(stats),
		       pages_kept(start, len));
		return false;
	}
	return true;
}

/* Try all starts in the first two pages, and all lengths within the area. */
static bool try_places(struct disk *disk, struct small *area, int stats,
		       enum op op)
{
	uint64_t start, len;

	for (start = 0; start < 2 * PAGE; start += disk->block)
		for (len = disk->block; start + len <= sizeof(area->want);
		     len += disk->block)
			if (!try_place(disk, area, stats, op, start, len))
				return false;
	return true;
}

static void exhaustive(struct disk *disk, int stats)
{
	struct small *area = alloc_or_die(sizeof(*area));
	int op;

	for (op = 0; op < OPS; op++) {
		if (!disk->has[op]) {
			printf("ok - %s at every alignment # SKIP not supported\n",
			       op_name[op]);
			continue;
		}
		point(try_places(disk, area, stats, op),
		      "%s at every alignment, blocks of %u", op_name[op],
		      disk->block);
	}
	free(area);
}

struct run {
	struct disk *disk;
	uint64_t rng;
	char *want, *buf;
	/* The operation under way, for the report. */
	const char *what;
	uint64_t start, len;
};

/*
 * Cut the buffer into up to 5 pieces at multiples of a block, so that segments
 * of a request begin and end anywhere in a page.
 */
static int cut(struct run *run, struct iovec *vec)
{
	unsigned int block = run->disk->block;
	uint64_t at = 0, part;
	int n;

	for (n = 0; n < 4 && at < run->len; n++) {
		part = (rnd(&run->rng, (run->len - at) / block) + 1) * block;
		vec[n] = (struct iovec) { run->buf + at, part };
		at += part;
	}
	if (at < run->len)
		vec[n++] = (struct iovec) { run->buf + at, run->len - at };
	return n;
}

static void random_place(struct run *run)
{
	unsigned int block = run->disk->block;
	/* Half of the operations are short: these hit the special cases. */
	uint64_t longest = rnd(&run->rng, 2) ? MAX_IO : 4 * PAGE;

	run->start = rnd(&run->rng, REGION / block) * block;
	if (longest > REGION - run->start)
		longest = REGION - run->start;
	run->len = (rnd(&run->rng, longest / block) + 1) * block;
}

static bool random_write(struct run *run)
{
	struct iovec vec[5];
	int n;

	run->what = "write";
	fill(run->buf, run->len, run->start, rnd(&run->rng, UINT64_MAX));
	memcpy(run->want + run->start, run->buf, run->len);
	n = cut(run, vec);
	return pwritev(run->disk->fd, vec, n, REGION_AT + run->start) ==
	       (ssize_t)run->len;
}

static bool random_read(struct run *run)
{
	struct iovec vec[5];
	int n = cut(run, vec);

	run->what = "read";
	errno = 0;
	return preadv(run->disk->fd, vec, n, REGION_AT + run->start) ==
	       (ssize_t)run->len &&
	       !memcmp(run->buf, run->want + run->start, run->len);
}

static bool random_zero(struct run *run)
{
	enum op op = rnd(&run->rng, OPS);

	run->what = op_name[op];
	if (!run->disk->has[op])
		return true;
	memset(run->want + run->start, 0, run->len);
	return !do_op(run->disk, op, REGION_AT + run->start, run->len);
}

static bool random_step(struct run *run)
{
	random_place(run);
	switch (rnd(&run->rng, 5)) {
	case 0:
	case 1:
		return random_write(run);
	case 2:
	case 3:
		return random_read(run);
	default:
		return random_zero(run);
	}
}

/* Compare the whole region; print where it differs and return false. */
static bool compare_all(struct run *run)
{
	char *got = alloc_or_die(REGION);
	size_t same;

	read_or_die(run->disk, got, REGION, REGION_AT);
	same = first_difference(got, run->want, REGION);
	if (same < REGION)
		printf("whole contents: byte %zu is wrong\n", same);
	free(got);
	return same == REGION;
}

static bool random_steps(struct run *run, unsigned long steps)
{
	unsigned long i;

	for (i = 0; i < steps; i++) {
		if (!random_step(run)) {
			printf("step %lu, %s of %llu at %llu: %s\n", i, run->what,
			       (unsigned long long)run->len,
			       (unsigned long long)run->start,
			       errno ? strerror(errno) : "wrong contents");
			return false;
		}
		if (i % 256 == 255 && !compare_all(run))
			return false;
	}
	return compare_all(run);
}

static void random_ops(struct disk *disk, uint64_t seed, unsigned long steps)
{
	struct run run = {
		.disk = disk,
		.rng = seed,
		.want = alloc_or_die(REGION),
		.buf = alloc_or_die(MAX_IO),
	};

	/* The model and the disk must begin with the same contents. */
	if (do_op(disk, ZEROOUT, REGION_AT, REGION))
		die("write zeroes: %s", strerror(errno));
	point(random_steps(&run, steps), "%lu random operations, seed %llu",
	      steps, (unsigned long long)seed);
	free(run.want);
	free(run.buf);
}

int main(int argc, char **argv)
{
	struct disk disk;

	if (argc < 3)
		die("usage: model exhaustive|random DEVICE ...");
	open_disk(&disk, argv[2]);
	if (!strcmp(argv[1], "exhaustive"))
		exhaustive(&disk, argc > 3 ? open_or_die(argv[3], O_RDONLY) : -1);
	else if (argc == 5)
		random_ops(&disk, number_or_die(argv[3]), number_or_die(argv[4]));
	else
		die("usage: model random DEVICE SEED OPERATIONS");
	return 0;
}
