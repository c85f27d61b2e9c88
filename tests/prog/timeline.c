// SPDX-License-Identifier: GPL-2.0-only
/*
 * timeline DEVICE_INDEX SEED ROUNDS: check that a snapshot has the contents of
 * a single moment, although the disk is being written to.
 *
 * Each writer numbers its writes, which it makes one after the other in an area
 * of its own: write n goes to block n mod AREA and contains n. So, whatever the
 * moment of a snapshot is, there is one n per writer such that each block has
 * the last write to it that is not later than n. If a snapshot lacks a write
 * but has a later one of the same writer, it does not have the contents of any
 * moment. Also, it must have all writes that had completed before, and no write
 * that began after.
 *
 * Then the disk is rewound to each snapshot, and must have the very same bytes.
 */
#include "control.h"
#include <pthread.h>
#include <time.h>

#define WRITERS		3u
#define AREA		96u		/* blocks of a writer */
#define SNAPSHOTS	4u
#define DISK_BYTES	((uint64_t)WRITERS * AREA * PAGE)

struct writer {
	pthread_t thread;
	unsigned int index;
	uint64_t completed;
	bool failed;
};

static unsigned int disk_index;
static bool stop;
static uint64_t worst_ns, worst_write_ns;

static int open_disk(int flags)
{
	char path[32];

	snprintf(path, sizeof(path), "/dev/rbull%u", disk_index);
	return open_or_die(path, flags | O_DIRECT);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void *write_numbers(void *arg)
{
	struct writer *me = arg;
	uint64_t *block = alloc_or_die(PAGE), n;
	int fd = open_disk(O_RDWR);

	for (n = me->completed + 1; !__atomic_load_n(&stop, __ATOMIC_ACQUIRE);
	     n++) {
		uint64_t at = (uint64_t)me->index * AREA + n % AREA;
		uint64_t start = now_ns(), took;
		unsigned int i;

		/* Fill the block with the number: a torn write shows. */
		for (i = 0; i < PAGE / sizeof(*block); i++)
			block[i] = n;
		if (pwrite(fd, block, PAGE, at * PAGE) != PAGE) {
			me->failed = true;
			break;
		}
		took = now_ns() - start;
		if (took > __atomic_load_n(&worst_write_ns, __ATOMIC_RELAXED))
			__atomic_store_n(&worst_write_ns, took,
					 __ATOMIC_RELAXED);
		__atomic_store_n(&me->completed, n, __ATOMIC_RELEASE);
	}
	close(fd);
	free(block);
	return NULL;
}

/* Whether a writer's area is that of a moment between two of its writes. */
static bool is_moment(const char *data, const struct writer *writer,
		      uint64_t least, uint64_t most)
{
	const char *area = data + (uint64_t)writer->index * AREA * PAGE;
	uint64_t last = 0, n;
	unsigned int b, i;

	for (b = 0; b < AREA; b++) {
		const uint64_t *block = (const void *)(area + b * PAGE);

		for (i = 1; i < PAGE / sizeof(*block); i++)
			if (block[i] != block[0]) {
				printf("# writer %u, block %u: half %llu, half %llu\n",
				       writer->index, b,
				       (unsigned long long)block[0],
				       (unsigned long long)block[i]);
				return false;
			}
		if (block[0] > last)
			last = block[0];
	}
	if (last < least || last > most) {
		printf("# writer %u: up to %llu, should be between %llu and %llu\n",
		       writer->index, (unsigned long long)last,
		       (unsigned long long)least, (unsigned long long)most);
		return false;
	}
	for (n = last > AREA ? last - AREA + 1 : 1; n <= last; n++) {
		const uint64_t *block = (const void *)(area + n % AREA * PAGE);

		if (*block != n) {
			printf("# writer %u: has write %llu and lacks %llu\n",
			       writer->index, (unsigned long long)last,
			       (unsigned long long)n);
			return false;
		}
	}
	return true;
}

static void read_disk(unsigned int index, char *data)
{
	unsigned int keep = disk_index;
	int fd;

	disk_index = index;
	fd = open_disk(O_RDONLY);
	if (pread(fd, data, DISK_BYTES, 0) != (ssize_t)DISK_BYTES)
		die("read: %s", strerror(errno));
	close(fd);
	disk_index = keep;
}

/* Read the contents of a snapshot through a clone of it. */
static void read_snapshot(int control, const char *name, char *data)
{
	CONTROL(rbull_add, args, RBULL_INDEX_ANY);
	args.source_flags = RBULL_SOURCE_DISK;
	args.source = disk_index;
	args.disk_flags = RBULL_DISK_RO;
	strcpy(args.source_snapshot, name);
	if (control_call(control, RBULL_IOC_ADD, &args))
		die("clone: %s: %s", strerror(errno), control_message);
	read_disk(args.call.index, data);
	if (control_remove(control, args.call.index, RBULL_FORCE))
		die("remove: %s: %s", strerror(errno), control_message);
}

static bool one_round(int control, uint64_t *rng, char *data, char *again)
{
	struct writer writers[WRITERS] = {};
	uint64_t least[SNAPSHOTS][WRITERS], most[SNAPSHOTS][WRITERS], ns;
	char name[SNAPSHOTS][4];
	unsigned int s, w;
	bool ok = true;

	stop = false;
	for (w = 0; w < WRITERS; w++) {
		writers[w].index = w;
		pthread_create(&writers[w].thread, NULL, write_numbers,
			       &writers[w]);
	}
	for (s = 0; s < SNAPSHOTS; s++) {
		usleep(rnd(rng, 30000));
		snprintf(name[s], sizeof(name[s]), "s%u", s);
		for (w = 0; w < WRITERS; w++)
			least[s][w] = __atomic_load_n(&writers[w].completed,
						      __ATOMIC_ACQUIRE);
		if (control_snapshot(control, RBULL_IOC_SNAPSHOT_CREATE,
				     disk_index, name[s], 0, &ns))
			die("snapshot: %s: %s", strerror(errno),
			    control_message);
		/* One more write may have begun that is not counted yet. */
		for (w = 0; w < WRITERS; w++)
			most[s][w] = __atomic_load_n(&writers[w].completed,
						     __ATOMIC_ACQUIRE) + 1;
		if (ns > worst_ns)
			worst_ns = ns;
	}
	usleep(rnd(rng, 10000));
	__atomic_store_n(&stop, true, __ATOMIC_RELEASE);
	for (w = 0; w < WRITERS; w++) {
		pthread_join(writers[w].thread, NULL);
		ok &= !writers[w].failed;
	}
	for (s = 0; s < SNAPSHOTS; s++) {
		read_snapshot(control, name[s], data);
		for (w = 0; w < WRITERS; w++)
			ok &= is_moment(data, &writers[w], least[s][w],
					most[s][w]);
		while (control_snapshot(control, RBULL_IOC_SNAPSHOT_REWIND,
					disk_index, name[s], 0, &ns) == -EBUSY)
			usleep(1000);	/* udev has it open */
		read_disk(disk_index, again);
		if (memcmp(data, again, DISK_BYTES)) {
			printf("# rewound to %s, the disk is not what it was\n",
			       name[s]);
			ok = false;
		}
	}
	for (s = 0; s < SNAPSHOTS; s++)
		control_snapshot(control, RBULL_IOC_SNAPSHOT_REMOVE, disk_index,
				 name[s], 0, NULL);
	return ok;
}

int main(int argc, char **argv)
{
	char *data = alloc_or_die(DISK_BYTES), *again = alloc_or_die(DISK_BYTES);
	unsigned long rounds, r;
	uint64_t rng;
	bool ok = true;
	int control;

	if (argc != 4)
		die("usage: timeline DEVICE_INDEX SEED ROUNDS");
	disk_index = number_or_die(argv[1]);
	rng = number_or_die(argv[2]);
	rounds = number_or_die(argv[3]);
	control = control_open();
	for (r = 0; r < rounds && ok; r++) {
		CONTROL(rbull_reset, args, disk_index);
		while (control_call(control, RBULL_IOC_RESET, &args) == -EBUSY)
			usleep(1000);
		ok = one_round(control, &rng, data, again);
	}
	printf("# longest snapshot %llu us, longest write meanwhile %llu us\n",
	       (unsigned long long)worst_ns / 1000,
	       (unsigned long long)worst_write_ns / 1000);
	point(ok, "%lu rounds of %u snapshots under %u writers, each of one moment",
	      rounds, SNAPSHOTS, WRITERS);
	return 0;
}
