// SPDX-License-Identifier: GPL-2.0-only
/*
 * reload MODULE_FILE TIMES [PARAMETERS]: load the module, write to and read
 * from /dev/rbull0, unload the module, again and again. This is a program
 * because a hundred runs of modprobe would take most of the time of a suite.
 */
#include "prog.h"
#include <sys/syscall.h>

#define PATIENCE_MS 10000
/* Enough that leaking it each time would show in the available memory. */
#define USED (1u << 20)

/* Write data and read it back; print what is wrong and return false. */
static bool use_disk(unsigned long round, char *buf, char *want)
{
	int fd = open("/dev/rbull0", O_RDWR | O_DIRECT);
	bool ok;

	if (fd < 0) {
		printf("round %lu: /dev/rbull0: %s\n", round, strerror(errno));
		return false;
	}
	fill(want, USED, 0, round);
	ok = pwrite(fd, want, USED, 0) == USED &&
	     pread(fd, buf, USED, 0) == USED && !memcmp(buf, want, USED);
	if (!ok)
		printf("round %lu: wrong contents\n", round);
	close(fd);
	return ok;
}

static bool load(unsigned long round, int file, const char *params)
{
	if (!syscall(SYS_finit_module, file, params, 0))
		return true;
	printf("round %lu: load: %s\n", round, strerror(errno));
	return false;
}

/* udev may have the new disk open for a moment. */
static bool unload(unsigned long round)
{
	int waited;

	for (waited = 0; waited < PATIENCE_MS; waited++) {
		if (!syscall(SYS_delete_module, "rbull", O_NONBLOCK))
			return true;
		if (errno != EBUSY && errno != EAGAIN)
			break;
		usleep(1000);
	}
	printf("round %lu: unload: %s\n", round, strerror(errno));
	return false;
}

int main(int argc, char **argv)
{
	unsigned long round, times;
	char *buf, *want;
	bool ok = true;
	int file;

	if (argc < 3)
		die("usage: reload MODULE_FILE TIMES [PARAMETERS]");
	file = open_or_die(argv[1], O_RDONLY);
	times = number_or_die(argv[2]);
	buf = alloc_or_die(USED);
	want = alloc_or_die(USED);
	for (round = 1; ok && round <= times; round++) {
		ok = load(round, file, argc > 3 ? argv[3] : "");
		if (!ok)
			break;
		ok = use_disk(round, buf, want);
		ok = unload(round) && ok;
	}
	point(ok, "loaded, used and unloaded %lu times", times);
	return 0;
}
