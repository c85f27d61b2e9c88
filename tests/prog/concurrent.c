// SPDX-License-Identifier: GPL-2.0-only
/*
 * concurrent DEVICE SEED STEPS: threads that write, discard, zero and read at
 * the same time, each in blocks of its own and with its own model of them.
 *
 * In one round every thread has a contiguous area. In the other the threads'
 * blocks alternate, so that they share every page: a discard by one thread must
 * not touch what another one writes beside it.
 */
#include "prog.h"
#include <pthread.h>

#define THREADS 4u
#define AREA (384u * 1024)	/* bytes a thread owns */
#define REGION (THREADS * AREA)

struct shape {
	const char *name;
	uint64_t run;		/* bytes of consecutive blocks of one owner */
};

struct worker {
	pthread_t thread;
	int fd;
	unsigned int index, block;
	unsigned long steps;
	uint64_t rng, run;
	char *want, *buf;	/* want: the thread's bytes, gaps left out */
	char message[160];
	bool ok;
};

/* Return the place on the disk of a byte of the thread's own area. */
static uint64_t place(const struct worker *me, uint64_t own)
{
	return (own / me->run * THREADS + me->index) * me->run + own % me->run;
}

static bool write_own(struct worker *me, uint64_t own, uint64_t len)
{
	fill(me->want + own, len, own, rnd(&me->rng, UINT64_MAX));
	memcpy(me->buf, me->want + own, len);
	return pwrite(me->fd, me->buf, len, place(me, own)) == (ssize_t)len;
}

static bool zero_own(struct worker *me, uint64_t own, uint64_t len)
{
	uint64_t range[2] = { place(me, own), len };
	unsigned long op = rnd(&me->rng, 3) ? BLKDISCARD : BLKZEROOUT;

	memset(me->want + own, 0, len);
	if (!ioctl(me->fd, op, range))
		return true;
	/* For a plain file, which stands in where there is no rbull. */
	return errno == ENOTTY &&
	       !fallocate(me->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			  range[0], range[1]);
}

static bool read_own(struct worker *me, uint64_t own, uint64_t len)
{
	errno = 0;
	return pread(me->fd, me->buf, len, place(me, own)) == (ssize_t)len &&
	       !memcmp(me->buf, me->want + own, len);
}

static bool step(struct worker *me)
{
	uint64_t own = rnd(&me->rng, AREA / me->block) * me->block;
	uint64_t longest = me->run - own % me->run;
	uint64_t len;

	if (longest > 4 * PAGE)
		longest = 4 * PAGE;
	len = (rnd(&me->rng, longest / me->block) + 1) * me->block;
	switch (rnd(&me->rng, 5)) {
	case 0:
	case 1:
		return write_own(me, own, len);
	case 2:
	case 3:
		return zero_own(me, own, len);
	default:
		return read_own(me, own, len);
	}
}

static void *work(void *arg)
{
	struct worker *me = arg;
	unsigned long i;
	uint64_t own;

	for (i = 0; me->ok && i < me->steps; i++)
		me->ok = step(me);
	for (own = 0; me->ok && own < AREA; own += me->run)
		me->ok = read_own(me, own, me->run);
	if (!me->ok)
		snprintf(me->message, sizeof(me->message),
			 "thread %u, step %lu: %s", me->index, i,
			 errno ? strerror(errno) : "wrong contents");
	return NULL;
}

static void start(struct worker *me)
{
	me->want = alloc_or_die(AREA);
	me->buf = alloc_or_die(AREA);
	me->ok = true;
	if (pthread_create(&me->thread, NULL, work, me))
		die("no thread");
}

static bool finish(struct worker *me)
{
	pthread_join(me->thread, NULL);
	if (!me->ok)
		printf("%s\n", me->message);
	free(me->want);
	free(me->buf);
	return me->ok;
}

static void zero_region(int fd)
{
	char *zeroes = alloc_or_die(REGION);

	if (pwrite(fd, zeroes, REGION, 0) != REGION)
		die("write: %s", strerror(errno));
	free(zeroes);
}

static void run_shape(int fd, const struct shape *shape, uint64_t seed,
		      unsigned long steps)
{
	struct worker workers[THREADS] = { 0 };
	bool ok = true;
	unsigned int i;

	zero_region(fd);
	for (i = 0; i < THREADS; i++) {
		workers[i].fd = fd;
		workers[i].index = i;
		workers[i].block = block_size_or_die(fd);
		workers[i].steps = steps;
		workers[i].rng = mix(seed + i);
		workers[i].run = shape->run;
		start(&workers[i]);
	}
	for (i = 0; i < THREADS; i++)
		ok = finish(&workers[i]) && ok;
	point(ok, "%u threads %s, seed %llu", THREADS, shape->name,
	      (unsigned long long)seed);
}

int main(int argc, char **argv)
{
	struct shape shapes[] = {
		{ "each in an area of its own", AREA },
		{ "in alternate blocks of the same pages", 0 },
	};
	unsigned int i;
	int fd;

	if (argc != 4)
		die("usage: concurrent DEVICE SEED STEPS");
	fd = open_or_die(argv[1], O_RDWR | O_DIRECT);
	shapes[1].run = 3 * block_size_or_die(fd);
	for (i = 0; i < 2; i++)
		run_shape(fd, &shapes[i], number_or_die(argv[2]),
			  number_or_die(argv[3]));
	return 0;
}
