// SPDX-License-Identifier: GPL-2.0-only
/*
 * chaos SEED OPERATIONS [direct]: processes make random calls of
 * /dev/rbull-control for the same few disks, and open, read, write and close
 * them, against each other; some processes are killed. In the end all disks are
 * removed, and no RAM may be in use.
 *
 * Any call may be refused, but not all calls of a kind. No call may hang, the
 * kernel must not complain (the case looks for that), and nothing may be left.
 * With `direct` nothing is written through the page cache.
 */
#include "control.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define PROCESSES	4u
#define DISKS		5u
#define MIB		(1u << 20)

static bool all_direct;

static const char *const snapshots[] = { "a", "b", "c" };

/* Shared by all processes; indexed as ops. */
static struct counts {
	unsigned long done[16], refused[16];
} *counts;

static int op_add(int fd, uint64_t *rng)
{
	CONTROL(rbull_add, args, rnd(rng, 2) ? (int)rnd(rng, DISKS) :
					       RBULL_INDEX_ANY);
	args.disk_size = (1 + rnd(rng, 8)) * MIB;
	args.queue_mode = rnd(rng, 2);
	args.logical_block_size = rnd(rng, 2) ? 4096 : 512;
	args.nr_hw_queues = 1;
	args.queue_depth = 16;
	if (!rnd(rng, 4))
		args.disk_flags |= RBULL_DISK_POPULATE;
	if (!rnd(rng, 4))
		args.disk_flags |= RBULL_DISK_TEMPORARY;
	if (!rnd(rng, 3)) {
		args.source_flags = RBULL_SOURCE_DISK;
		args.source = rnd(rng, DISKS);
		args.disk_size = 0;
		if (rnd(rng, 2))
			strcpy(args.source_snapshot, snapshots[rnd(rng, 3)]);
	}
	if (!rnd(rng, 3))
		strcpy(args.call.name, rnd(rng, 2) ? "one" : "two");
	return control_call(fd, RBULL_IOC_ADD, &args);
}

static int op_remove(int fd, uint64_t *rng)
{
	return control_remove(fd, rnd(rng, DISKS), rnd(rng, 2) * RBULL_FORCE);
}

static int op_resize(int fd, uint64_t *rng)
{
	CONTROL(rbull_resize, args, rnd(rng, DISKS));
	args.disk_size = rnd(rng, 8) ? (1 + rnd(rng, 4096)) * 4096 :
				       4096 * (uint64_t)MIB;
	return control_call(fd, RBULL_IOC_RESIZE, &args);
}

static int op_reset(int fd, uint64_t *rng)
{
	CONTROL(rbull_reset, args, rnd(rng, DISKS));
	args.call.flags = rnd(rng, 2) * RBULL_FORCE;
	return control_call(fd, RBULL_IOC_RESET, &args);
}

static int op_info(int fd, uint64_t *rng)
{
	CONTROL(rbull_info, args, rnd(rng, DISKS));
	control_nr_disks(fd);
	return control_call(fd, RBULL_IOC_INFO, &args);
}

static int op_create(int fd, uint64_t *rng)
{
	return control_snapshot(fd, RBULL_IOC_SNAPSHOT_CREATE, rnd(rng, DISKS),
				snapshots[rnd(rng, 3)], 0, NULL);
}

static int op_rewind(int fd, uint64_t *rng)
{
	return control_snapshot(fd, RBULL_IOC_SNAPSHOT_REWIND, rnd(rng, DISKS),
				snapshots[rnd(rng, 3)],
				rnd(rng, 2) * RBULL_FORCE, NULL);
}

static int op_forget(int fd, uint64_t *rng)
{
	return control_snapshot(fd, RBULL_IOC_SNAPSHOT_REMOVE, rnd(rng, DISKS),
				snapshots[rnd(rng, 3)], 0, NULL);
}

static int op_io(int fd, uint64_t *rng)
{
	static char buf[64 * 1024] __attribute__((aligned(4096)));
	unsigned int n = 1 + rnd(rng, 20);
	bool any = false;
	char path[32];
	int disk;

	(void)fd;
	snprintf(path, sizeof(path), "/dev/rbull%u",
		 (unsigned int)rnd(rng, DISKS));
	disk = open(path, rnd(rng, 3) || all_direct ? O_RDWR | O_DIRECT : O_RDWR);
	if (disk < 0)
		return -errno;
	while (n--) {
		uint64_t pos = rnd(rng, 8 * MIB) & ~4095ull;
		size_t len = (1 + rnd(rng, 16)) * 4096;
		uint64_t range[2] = { pos, len };
		ssize_t result;

		/* Errors are expected, too: the disk may be gone. */
		switch (rnd(rng, 4)) {
		case 0:
			result = pread(disk, buf, len, pos);
			break;
		case 1:
			result = ioctl(disk, BLKDISCARD, range);
			break;
		default:
			buf[0] = n;
			result = pwrite(disk, buf, len, pos);
		}
		any |= result >= 0;
	}
	close(disk);
	return any ? 0 : -EIO;
}

static int op_attribute(int fd, uint64_t *rng)
{
	static const char *const names[] = {
		"stats", "name", "size", "ro", "mem_used", "mem_limit",
	};
	static const char *const values[] = { "one", "two", "0", "1", "4000000" };
	const char *value = values[rnd(rng, 5)];
	char path[64], buf[4096];
	int file, err = 0;

	(void)fd;
	snprintf(path, sizeof(path), "/sys/block/rbull%u/rbull/%s",
		 (unsigned int)rnd(rng, DISKS), names[rnd(rng, 6)]);
	file = open(path, rnd(rng, 2) ? O_RDONLY : O_WRONLY);
	if (file < 0)
		return -errno;
	if (read(file, buf, sizeof(buf)) < 0 &&
	    write(file, value, strlen(value)) < 0)
		err = -errno;
	close(file);
	return err;
}

static const struct {
	const char *name;
	int (*run)(int fd, uint64_t *rng);
	unsigned int weight;
} ops[] = {
	{ "add", op_add, 8 },		{ "remove", op_remove, 3 },
	{ "resize", op_resize, 4 },	{ "reset", op_reset, 2 },
	{ "info", op_info, 2 },		{ "snapshot", op_create, 5 },
	{ "rewind", op_rewind, 4 },	{ "forget", op_forget, 2 },
	{ "io", op_io, 8 },		{ "attribute", op_attribute, 3 },
};

#define NR_OPS (sizeof(ops) / sizeof(*ops))

static unsigned int pick(uint64_t *rng)
{
	unsigned int sum = 0, i;
	uint64_t at;

	for (i = 0; i < NR_OPS; i++)
		sum += ops[i].weight;
	at = rnd(rng, sum);
	for (i = 0; at >= ops[i].weight; i++)
		at -= ops[i].weight;
	return i;
}

static void report(void)
{
	bool all = true;
	unsigned int i;

	printf("# done+refused:");
	for (i = 0; i < NR_OPS; i++) {
		printf(" %s %lu+%lu", ops[i].name, counts->done[i],
		       counts->refused[i]);
		all &= counts->done[i] > 0;
	}
	printf("\n");
	point(all, "operations of every kind have been done");
}

static void work(uint64_t seed, unsigned long n)
{
	uint64_t rng = seed;
	int fd = control_open();

	while (n--) {
		unsigned int i = pick(&rng);
		int err = ops[i].run(fd, &rng);

		if (err == -EFAULT || err == -E2BIG || err == -ENOTTY ||
		    err == -EPERM)
			die("%s: %s", ops[i].name, strerror(-err));
		__atomic_fetch_add(err ? &counts->refused[i] : &counts->done[i],
				   1, __ATOMIC_RELAXED);
		/* Closing the device removes its temporary disks. */
		if (!rnd(&rng, 50)) {
			close(fd);
			fd = control_open();
		}
	}
	_exit(0);
}

static pid_t start(uint64_t seed, unsigned long n)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (!pid) {
		/* Without this, children would outlive a killed parent. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			work(seed, n);
		_exit(1);
	}
	return pid;
}

/* Start one more process and kill it at a random moment, again and again. */
static void kill_some(uint64_t seed, unsigned int times)
{
	uint64_t rng = seed;

	while (times--) {
		pid_t pid = start(rnd(&rng, UINT64_MAX), 1000000);
		int status;

		usleep(rnd(&rng, 100000));
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
}

static bool clean_up(int fd)
{
	unsigned int waited, i;

	for (i = 0; i < RBULL_MAX_DISKS && control_nr_disks(fd); i++)
		control_remove(fd, i, RBULL_FORCE);
	/* Memory is freed in the background. */
	for (waited = 0; control_mem_used(fd) && waited < 10000; waited += 10)
		usleep(10000);
	return !control_nr_disks(fd) && !control_mem_used(fd);
}

int main(int argc, char **argv)
{
	pid_t pids[PROCESSES];
	uint64_t seed;
	unsigned long n;
	unsigned int i;
	bool ok = true;
	int fd, status;

	if (argc != 3 && argc != 4)
		die("usage: chaos SEED OPERATIONS [direct]");
	all_direct = argc == 4;
	seed = number_or_die(argv[1]);
	n = number_or_die(argv[2]);
	fd = control_open();
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	for (i = 0; i < PROCESSES; i++)
		pids[i] = start(mix(seed + i), n / PROCESSES);
	kill_some(mix(seed - 1), 20);
	for (i = 0; i < PROCESSES; i++) {
		waitpid(pids[i], &status, 0);
		ok &= WIFEXITED(status) && !WEXITSTATUS(status);
	}
	point(ok, "%u processes did %lu operations (seed %llu)", PROCESSES, n,
	      (unsigned long long)seed);
	report();
	if (!point(clean_up(fd), "no disk and no RAM is left"))
		printf("# %u disks, %llu bytes\n", control_nr_disks(fd),
		       (unsigned long long)control_mem_used(fd));
	return 0;
}
