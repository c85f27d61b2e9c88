// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocations that fail, one after the other: the first one of an operation,
 * then in a new attempt the second one, until an operation makes fewer.
 *
 *   faults load MODULE PARAMETERS     load the module
 *   faults unload MODULE PARAMETERS   unload it
 *   faults write DISK LENGTH          write where nothing is
 *   faults overwrite DISK LENGTH      write where something is
 *   faults discard DISK LENGTH        discard it
 *   faults zero DISK LENGTH           write zeroes to it
 *
 * The kernel counts the allocations of this thread (fail-nth) and lets one fail,
 * provided that the filters of failslab and fail_page_alloc are off.
 */
#include "prog.h"

#include <sys/syscall.h>

/* More than any operation here makes. */
#define MOST 20000u
/* In the middle of a disk, in parts of two leaves. */
#define PLACE ((2u << 20) - 64 * 1024u)

static int fail_nth = -1;

static void arm(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(fail_nth, text, len, 0) != len)
		die("fail-nth: %s", strerror(errno));
}

/* Returns whether there were so many allocations. */
static bool disarm(void)
{
	char text[16] = "";

	if (pread(fail_nth, text, sizeof(text) - 1, 0) <= 0)
		die("fail-nth: %s", strerror(errno));
	arm(0);
	return atoi(text) == 0;
}

static int load(int fd, const char *parameters)
{
	if (lseek(fd, 0, SEEK_SET))
		die("lseek: %s", strerror(errno));
	return syscall(SYS_finit_module, fd, parameters, 0);
}

static int unload(void)
{
	return syscall(SYS_delete_module, "rbull", O_NONBLOCK);
}

/* udev or the like may have a disk open for a moment. */
static void unload_or_die(void)
{
	int try;

	for (try = 0; unload(); try++) {
		if (errno != EWOULDBLOCK && errno != EBUSY)
			die("delete_module: %s", strerror(errno));
		if (try == 1000)
			die("the module stays busy");
		usleep(10000);
	}
}

/* The reason why something is there that must not be, or NULL. */
static const char *left(void)
{
	static const char * const paths[] = {
		"/sys/module/rbull", "/sys/block/rbull0", "/dev/rbull0",
		"/sys/block/rbull1", "/sys/devices/virtual/bdi/rbull0",
	};
	unsigned int i;

	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (!access(paths[i], F_OK))
			return paths[i];
	return NULL;
}

static void step_load(const char *module, const char *parameters)
{
	int fd = open_or_die(module, O_RDONLY), err;
	unsigned int nth, failed = 0, other = 0, dirty = 0;
	bool reached = true;

	for (nth = 1; reached && nth < MOST; nth++) {
		arm(nth);
		err = load(fd, parameters) ? errno : 0;
		reached = disarm();
		if (!err) {
			unload_or_die();
		} else {
			failed++;
			if (err != ENOMEM && !other++)
				printf("allocation %u: %s\n", nth, strerror(err));
		}
		if (left() && !dirty++)
			printf("allocation %u: %s is left\n", nth, left());
	}
	point(!reached, "load: each of %u allocations has failed once", nth - 2);
	point(failed > 0, "load: %u loads failed", failed);
	point(!other, "load: all of them for want of memory");
	point(!dirty, "load: nothing was left behind");
}

static void step_unload(const char *module, const char *parameters)
{
	int fd = open_or_die(module, O_RDONLY);
	unsigned int nth, failed = 0, dirty = 0;
	bool reached = true;

	for (nth = 1; reached && nth < MOST; nth++) {
		if (load(fd, parameters))
			die("finit_module: %s", strerror(errno));
		arm(nth);
		if (unload()) {
			printf("allocation %u: %s\n", nth, strerror(errno));
			failed++;
		}
		reached = disarm();
		if (failed)
			unload_or_die();
		dirty += !!left();
	}
	point(!reached, "unload: each of %u allocations has failed once", nth - 2);
	point(!failed, "unload: it works all the same");
	point(!dirty, "unload: nothing was left behind");
}

enum op { WRITE, OVERWRITE, DISCARD, ZERO };

static int operate(enum op op, int fd, const void *buf, uint64_t len)
{
	uint64_t range[2] = { PLACE, len };
	ssize_t done;

	switch (op) {
	case DISCARD:
		return ioctl(fd, BLKDISCARD, range) ? errno : 0;
	case ZERO:
		return ioctl(fd, BLKZEROOUT, range) ? errno : 0;
	default:
		done = pwrite(fd, buf, len, PLACE);
		return done == (ssize_t)len ? 0 : done < 0 ? errno : EIO;
	}
}

/* All of the disk up to the end of what is operated on is known before. */
static void prepare(enum op op, int fd, const void *old, size_t size)
{
	uint64_t range[2] = { 0, size };

	if (op == WRITE) {
		if (ioctl(fd, BLKDISCARD, range))
			die("discard: %s", strerror(errno));
	} else if (pwrite(fd, old, size, 0) != (ssize_t)size) {
		die("write: %s", strerror(errno));
	}
}

/* Every sector is the old or the new one; the new one if there was no error. */
static bool is_sound(const char *is, const char *old, const char *new,
		     size_t len, bool all_new)
{
	size_t i;

	for (i = 0; i < len; i += SECTOR) {
		if (!memcmp(is + i, new + i, SECTOR))
			continue;
		if (all_new || memcmp(is + i, old + i, SECTOR))
			return false;
	}
	return true;
}

static void step_io(const char *name, enum op op, const char *disk, uint64_t len)
{
	size_t size = PLACE + len + 4 * PAGE;
	char *old = alloc_or_die(size), *new = alloc_or_die(size);
	char *is = alloc_or_die(size);
	unsigned int nth, failed = 0, unsound = 0, again = 0;
	int fd = open_or_die(disk, O_RDWR | O_DIRECT), err;
	bool reached = true;

	if (op != WRITE)
		fill(old, size, 0, 1);
	memcpy(new, old, size);
	if (op <= OVERWRITE)
		fill(new + PLACE, len, PLACE, 2);
	else
		memset(new + PLACE, 0, len);
	for (nth = 1; reached && nth < MOST; nth++) {
		prepare(op, fd, old, size);
		arm(nth);
		err = operate(op, fd, new + PLACE, len);
		reached = disarm();
		failed += !!err;
		if (pread(fd, is, size, 0) != (ssize_t)size ||
		    !is_sound(is, old, new, size, !err)) {
			if (!unsound++)
				printf("allocation %u: unsound after %s\n", nth,
				       err ? strerror(err) : "success");
		}
		if (operate(op, fd, new + PLACE, len) ||
		    pread(fd, is, size, 0) != (ssize_t)size ||
		    !is_sound(is, old, new, size, true))
			again++;
	}
	point(!reached, "%s of %llu bytes: each of %u allocations has failed once (%u errors)",
	      name, (unsigned long long)len, nth - 2, failed);
	point(!unsound, "%s: nothing else was changed, nothing lost", name);
	point(!again, "%s: then it works", name);
}

int main(int argc, char **argv)
{
	static const char * const io[] = { "write", "overwrite", "discard", "zero" };
	unsigned int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 4)
		die("usage: faults load|unload MODULE PARAMETERS\n"
		    "       faults write|overwrite|discard|zero DISK LENGTH");
	fail_nth = open_or_die("/proc/thread-self/fail-nth", O_RDWR);
	if (!strcmp(argv[1], "load"))
		step_load(argv[2], argv[3]);
	else if (!strcmp(argv[1], "unload"))
		step_unload(argv[2], argv[3]);
	for (i = 0; i < sizeof(io) / sizeof(*io); i++)
		if (!strcmp(argv[1], io[i]))
			step_io(io[i], i, argv[2], number_or_die(argv[3]));
	return 0;
}
