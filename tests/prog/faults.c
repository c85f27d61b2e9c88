// SPDX-License-Identifier: GPL-2.0-only
/*
 * faults MODULE: make allocations fail, one after the other. At first the first
 * allocation of an operation fails; when the operation is repeated, the second
 * one; and so on, until the operation makes fewer. Operations are: load, write,
 * overwrite, discard, write zeroes, all calls of the control device, unload, in
 * both queue modes. An operation that fails must leave everything as it was,
 * and work when it is tried again.
 *
 * The kernel makes allocations fail (failslab, fail_page_alloc);
 * tests/uml/cases/faults.t tells it which of them count. They count whatever
 * task makes them, as workers take part in most operations.
 */
#include "control.h"

#include <sys/syscall.h>

/* More allocations than any operation here makes. */
#define MOST 5000u
#define DISK_MB "16"
#define DISK_SIZE (16u << 20)
/* I/O here covers parts of two leaves; data before and behind it is checked. */
#define PLACE ((2u << 20) - 64 * 1024u)
#define BEHIND (256 * 1024u)
#define STORM_ROUNDS 6u

/* --- The kernel's knobs ---------------------------------------------------- */

/*
 * With interval=N every Nth allocation that counts fails, but no more than
 * `times` of them. The last failure tells where the kernel's count stands: at a
 * multiple of the interval. The count stops when `times` is used up.
 */
struct knobs {
	const char *name;
	unsigned long count;
};

static struct knobs kinds[] = {
	{ .name = "failslab" }, { .name = "fail_page_alloc" },
};

/* The kind in use; NULL if allocations of both kinds fail at random. */
static struct knobs *knobs;
static unsigned long interval;
static bool reached;

static void knob_write(const char *kind, const char *name, const char *value)
{
	char path[80];
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kind, name);
	fd = open_or_die(path, O_WRONLY);
	if (write(fd, value, strlen(value)) < 0)
		die("%s: %s", path, strerror(errno));
	close(fd);
}

static bool knob_is_zero(const char *kind, const char *name)
{
	char path[80], text[8] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kind, name);
	fd = open_or_die(path, O_RDONLY);
	if (read(fd, text, sizeof(text) - 1) <= 0)
		die("%s: %s", path, strerror(errno));
	close(fd);
	return atoi(text) == 0;
}

static void arm(void)
{
	char text[24];
	unsigned int i;

	if (knobs) {
		snprintf(text, sizeof(text), "%lu", interval);
		knob_write(knobs->name, "interval", text);
		knob_write(knobs->name, "times", "1");
		knob_write(knobs->name, "probability", "100");
		return;
	}
	for (i = 0; i < 2; i++) {
		knob_write(kinds[i].name, "interval", "1");
		knob_write(kinds[i].name, "times", "-1");
		knob_write(kinds[i].name, "probability", "40");
	}
}

static void disarm(void)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		knob_write(kinds[i].name, "probability", "0");
	reached = !knobs || knob_is_zero(knobs->name, "times");
}

/* --- What is stepped through -------------------------------------------------- */

struct step;

/*
 * An operation, done between arm() and disarm(), and a check of its result.
 * @size: size of the part of the disk that is checked
 * @errors: number of attempts in which the operation failed
 * @complaints: number of wrong results
 */
struct step {
	void (*attempt)(struct step *step);
	const char *name;
	int which;
	uint64_t len;
	size_t size;
	unsigned int attempts, errors, complaints;
	char *old, *new, *is;
	int fd;
};

/* Count a wrong result; print the first few. */
static __attribute__((format(printf, 2, 3)))
void complain(struct step *step, const char *fmt, ...)
{
	va_list args;

	if (step->complaints++ > 3)
		return;
	va_start(args, fmt);
	printf("%s, attempt %u: ", step->name, step->attempts);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
}

/* Count an error; it is wrong if no allocation failed. */
static void judge(struct step *step, int err)
{
	if (!err)
		return;
	step->errors++;
	if (!reached)
		complain(step, "%s, though no allocation failed", strerror(err));
}

static void attempt(struct step *step)
{
	step->attempts++;
	step->attempt(step);
}

/* Return: the number of allocations that the operation makes. */
static unsigned int step_kind(struct step *step)
{
	unsigned int nth, more;

	for (nth = 1; nth < MOST; nth++) {
		interval = knobs->count + nth;
		attempt(step);
		if (!reached)
			break;
		/* With an interval of 1 the kernel does not count. */
		knobs->count = interval > 1 ? interval : 0;
	}
	if (nth == 1)
		return 0;
	/* The last attempt was counted, too: go on until the count is known. */
	interval = knobs->count + nth;
	for (more = 0; !reached; more++) {
		if (more == 100)
			die("%s: nothing fails any more", step->name);
		attempt(step);
	}
	knobs->count = interval;
	return nth == MOST ? 0 : nth - 1;
}

static void step_all(struct step *step)
{
	unsigned int slab, pages, round;

	knobs = &kinds[0];
	slab = step_kind(step);
	knobs = &kinds[1];
	pages = step_kind(step);
	knobs = NULL;
	for (round = 0; round < STORM_ROUNDS; round++)
		attempt(step);
	point(!step->complaints,
	      "%s: %u slab and %u page allocations fail in turn, others at random: %u errors",
	      step->name, slab, pages, step->errors);
}

/* --- Loading and unloading --------------------------------------------------- */

static int module_fd;

static int load(const char *parameters)
{
	return syscall(SYS_finit_module, module_fd, parameters, 0) ? errno : 0;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "rbull", O_NONBLOCK) ? errno : 0;
}

/* A process that has just closed a disk may still hold the module. */
static int unload_patiently(void)
{
	int err, try;

	for (try = 0; (err = unload()) == EWOULDBLOCK && try < 1000; try++)
		usleep(10000);
	return err;
}

static void unload_or_die(void)
{
	int err = unload_patiently();

	if (err)
		die("unload: %s", strerror(err));
}

/* Return: something that the module has left behind, or NULL. */
static const char *left(void)
{
	static const char * const paths[] = {
		"/sys/module/rbull", "/sys/block/rbull0", "/dev/rbull0",
		"/dev/rbull-control", "/sys/class/misc/rbull-control",
	};
	char devices[4096] = "";
	unsigned int i;
	int fd;

	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		if (!access(paths[i], F_OK))
			return paths[i];
	fd = open_or_die("/proc/devices", O_RDONLY);
	if (read(fd, devices, sizeof(devices) - 1) <= 0)
		die("/proc/devices: %s", strerror(errno));
	close(fd);
	return strstr(devices, " rbull\n") ? "the major number" : NULL;
}

static const char *parameters;

static void attempt_load(struct step *step)
{
	int err;

	arm();
	err = load(parameters);
	disarm();
	judge(step, err);
	/* device_add_disk() returns -EINVAL if it cannot allocate a name. */
	if (err && err != ENOMEM && err != EINVAL)
		complain(step, "%s", strerror(err));
	if (!err) {
		if (access("/sys/block/rbull0", F_OK) ||
		    access("/sys/class/misc/rbull-control", F_OK))
			complain(step, "it succeeds, and something is missing");
		unload_or_die();
	}
	if (left())
		complain(step, "%s is left", left());
}

static void attempt_unload(struct step *step)
{
	int err = load(parameters);

	if (err)
		die("load: %s", strerror(err));
	arm();
	err = unload_patiently();
	disarm();
	if (err)
		die("unload: %s", strerror(err));
	if (left())
		complain(step, "%s is left", left());
}

static void load_or_die(const char *mode)
{
	char text[120];
	int err;

	snprintf(text, sizeof(text), "disk_mb=" DISK_MB " queue_mode=%s", mode);
	err = load(text);
	if (err)
		die("load: %s", strerror(err));
}

/* --- I/O ------------------------------------------------------------------------ */

enum io { WRITE, OVERWRITE, DISCARD, ZERO, NR_IO };

static const char * const io_names[] = {
	"write", "overwrite", "discard", "zero",
};

static int io_do(struct step *step)
{
	uint64_t range[2] = { PLACE, step->len };
	ssize_t done;

	switch (step->which) {
	case DISCARD:
		return ioctl(step->fd, BLKDISCARD, range) ? errno : 0;
	case ZERO:
		return ioctl(step->fd, BLKZEROOUT, range) ? errno : 0;
	default:
		done = pwrite(step->fd, step->new + PLACE, step->len, PLACE);
		return done == (ssize_t)step->len ? 0 : done < 0 ? errno : EIO;
	}
}

/* All attempts begin with an empty disk, or with a full one. */
static void io_prepare(struct step *step)
{
	uint64_t range[2] = { 0, step->size };

	if (ioctl(step->fd, BLKDISCARD, range))
		die("discard: %s", strerror(errno));
	if (step->which != WRITE &&
	    pwrite(step->fd, step->old, step->size, 0) != (ssize_t)step->size)
		die("write: %s", strerror(errno));
}

/* Every sector must be the old or the new one; with @all_new, the new one. */
static void io_look(struct step *step, bool all_new)
{
	size_t i;

	if (pread(step->fd, step->is, step->size, 0) != (ssize_t)step->size) {
		complain(step, "read: %s", strerror(errno));
		return;
	}
	if (!memcmp(step->is, step->new, step->size))
		return;
	for (i = 0; i < step->size; i += SECTOR) {
		if (!memcmp(step->is + i, step->new + i, SECTOR))
			continue;
		if (all_new || memcmp(step->is + i, step->old + i, SECTOR)) {
			complain(step, "wrong contents at %zu", i);
			return;
		}
	}
}

static void attempt_io(struct step *step)
{
	int err;

	io_prepare(step);
	arm();
	err = io_do(step);
	disarm();
	judge(step, err);
	io_look(step, !err);
	err = io_do(step);
	if (err)
		complain(step, "and then: %s", strerror(err));
	io_look(step, true);
}

static void step_io(const char *mode, enum io io, uint64_t len)
{
	char name[80];
	struct step step = {
		.attempt = attempt_io, .name = name, .which = io, .len = len,
		.size = PLACE + len + BEHIND,
	};

	snprintf(name, sizeof(name), "%s: %s, %u KiB", mode, io_names[io],
		 (unsigned int)(len >> 10));
	step.fd = open_or_die("/dev/rbull0", O_RDWR | O_DIRECT);
	step.old = alloc_or_die(step.size);
	step.new = alloc_or_die(step.size);
	step.is = alloc_or_die(step.size);
	if (io != WRITE)
		fill(step.old, step.size, 0, 1);
	memcpy(step.new, step.old, step.size);
	if (io <= OVERWRITE)
		fill(step.new + PLACE, len, PLACE, 2);
	else
		memset(step.new + PLACE, 0, len);
	step_all(&step);
	free(step.old);
	free(step.new);
	free(step.is);
	close(step.fd);
}

/* --- The control device ---------------------------------------------------------- */

enum call { CLONE, SNAPSHOT, REWIND, DELETE, GROW, SHRINK, RESET, NR_CALLS };

static const char * const call_names[] = {
	"add a clone", "snapshot", "rewind", "delete a snapshot", "grow",
	"shrink", "reset",
};

/* With queue_mode=bio, as the first disk has the other mode. */
static int call_add(int fd)
{
	CONTROL(rbull_add, args, 1);
	args.queue_mode = RBULL_QUEUE_MODE_BIO;
	args.source_flags = RBULL_SOURCE_DISK;
	return control_call(fd, RBULL_IOC_ADD, &args);
}

static int call_resize(int fd, uint64_t size)
{
	CONTROL(rbull_resize, args, 0);
	args.disk_size = size;
	return control_call(fd, RBULL_IOC_RESIZE, &args);
}

static int call_reset(int fd)
{
	CONTROL(rbull_reset, args, 0);
	return control_call(fd, RBULL_IOC_RESET, &args);
}

/* The call itself. */
static int call_do(int fd, enum call call)
{
	switch (call) {
	case SNAPSHOT:
		return control_snapshot(fd, RBULL_IOC_SNAPSHOT_CREATE, 0, "s",
					0, NULL);
	case REWIND:
		return control_snapshot(fd, RBULL_IOC_SNAPSHOT_REWIND, 0, "t",
					0, NULL);
	case DELETE:
		return control_snapshot(fd, RBULL_IOC_SNAPSHOT_REMOVE, 0, "t",
					0, NULL);
	case GROW:
		return call_resize(fd, 2ull << 30);
	case SHRINK:
		return call_resize(fd, PLACE + 512);
	case RESET:
		return call_reset(fd);
	default:
		return call_add(fd);
	}
}

/* Make what the call needs; call_undo() undoes a call that succeeded. */
static int call_prepare(int fd, enum call call)
{
	if (call != REWIND && call != DELETE)
		return 0;
	return control_snapshot(fd, RBULL_IOC_SNAPSHOT_CREATE, 0, "t", 0, NULL);
}

static int call_undo(int fd, enum call call)
{
	switch (call) {
	case SNAPSHOT:
		return control_snapshot(fd, RBULL_IOC_SNAPSHOT_REMOVE, 0, "s",
					0, NULL);
	case REWIND:
		return call_do(fd, DELETE);
	case GROW:
	case SHRINK:
		return call_resize(fd, DISK_SIZE);
	case DELETE:
	case RESET:
		return 0;
	default:
		return control_remove_patiently(fd, 1);
	}
}

/* If the call failed, the size must be unchanged. The disk must always work. */
static void call_look(struct step *step, int err)
{
	char *disk = step->which == CLONE && !err ? "/dev/rbull1" : "/dev/rbull0";
	int fd = open(disk, O_RDWR | O_DIRECT);

	if (fd < 0) {
		complain(step, "%s: %s", disk, strerror(errno));
		return;
	}
	if (err && size_or_die(fd) != DISK_SIZE)
		complain(step, "it has %llu bytes",
			 (unsigned long long)size_or_die(fd));
	if (pwrite(fd, step->new, 64 * 1024, 4096) != 64 * 1024 ||
	    pread(fd, step->is, 64 * 1024, 4096) != 64 * 1024 ||
	    memcmp(step->is, step->new, 64 * 1024))
		complain(step, "I/O: %s", strerror(errno));
	close(fd);
}

static void attempt_call(struct step *step)
{
	int err = call_prepare(step->fd, step->which);

	if (err)
		die("%s: to prepare it: %s", step->name, strerror(-err));
	arm();
	err = call_do(step->fd, step->which);
	disarm();
	judge(step, -err);
	if (err && err != -ENOMEM && err != -EINVAL)
		complain(step, "%s (%s)", strerror(-err), control_message);
	call_look(step, err);
	if (err)
		err = call_do(step->fd, step->which);
	if (err)
		complain(step, "and then: %s (%s)", strerror(-err), control_message);
	else
		err = call_undo(step->fd, step->which);
	if (err)
		die("%s: to undo it: %s (%s)", step->name, strerror(-err),
		    control_message);
}

static void step_calls(const char *mode, enum call first)
{
	enum call call;

	for (call = first; call < NR_CALLS; call++) {
		char name[80];
		struct step step = {
			.attempt = attempt_call, .name = name, .which = call,
			.fd = control_open(),
		};

		snprintf(name, sizeof(name), "%s: %s", mode, call_names[call]);
		step.new = alloc_or_die(64 * 1024);
		step.is = alloc_or_die(64 * 1024);
		fill(step.new, 64 * 1024, 0, 3);
		step_all(&step);
		free(step.new);
		free(step.is);
		close(step.fd);
	}
}

int main(int argc, char **argv)
{
	static const char * const modes[] = { "mq", "bio" };
	static const uint64_t lengths[] = { 4096, 65536, 2 << 20 };
	struct step loading = { .attempt = attempt_load, .name = "load" };
	struct step unloading = { .attempt = attempt_unload, .name = "unload" };
	unsigned int mode, io, i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 2)
		die("usage: faults MODULE");
	module_fd = open_or_die(argv[1], O_RDONLY);
	parameters = "disk_mb=8 nr_hw_queues=1 queue_depth=4";
	step_all(&loading);
	for (mode = 0; mode < 2; mode++) {
		load_or_die(modes[mode]);
		for (io = 0; io < NR_IO; io++)
			for (i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
				step_io(modes[mode], io, lengths[i]);
		/* Adding a disk does not depend on the mode of the others. */
		step_calls(modes[mode], mode ? SNAPSHOT : CLONE);
		unload_or_die();
	}
	step_all(&unloading);
	return 0;
}
