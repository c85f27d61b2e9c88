// SPDX-License-Identifier: GPL-2.0-only
/*
 * roset DEVICE: BLKROSET must refuse to make a disk read-only that is open for
 * writing. Another thread changes the flag meanwhile: the checked value must be
 * the one that is set.
 */
#include "prog.h"
#include <pthread.h>
#include <time.h>

#define SECONDS	3

static int flag;
static bool is_over;

static void *flip(void *unused)
{
	while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED))
		__atomic_fetch_xor(&flag, 1, __ATOMIC_RELAXED);
	return unused;
}

int main(int argc, char **argv)
{
	unsigned int refused = 0, allowed = 0, set = 0;
	time_t end = time(NULL) + SECONDS;
	pthread_t thread;
	int fd, ro = 0;

	if (argc != 2)
		die("usage: roset DEVICE");
	fd = open_or_die(argv[1], O_RDWR);
	if (pthread_create(&thread, NULL, flip, NULL))
		die("no thread");
	while (!set && time(NULL) < end) {
		if (!ioctl(fd, BLKROSET, &flag))
			allowed++;
		else if (errno == EBUSY)
			refused++;
		else
			die("BLKROSET: %s", strerror(errno));
		if (ioctl(fd, BLKROGET, &ro))
			die("BLKROGET: %s", strerror(errno));
		set += !!ro;
	}
	__atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	if (!point(!set, "an open disk never becomes read-only"))
		printf("# after %u times refused, %u allowed\n", refused, allowed);
	point(refused && allowed, "both flags were seen");
	close(fd);
	return 0;
}
