// SPDX-License-Identifier: GPL-2.0-only
/*
 * abi: check that the calls of /dev/rbull-control do what
 * include/uapi/linux/rbull.h says. Also built for 32 bits. Needs the module
 * loaded without disks.
 */
#include "control.h"
#include <stddef.h>
#include <sys/wait.h>

static int fd;

static void refused(const char *what, int got, int want, const char *text)
{
	if (!point(got == want && strstr(control_message, text), "%s", what))
		printf("# %s, wanted %s; message '%s', wanted '%s'\n",
		       strerror(-got), strerror(-want), control_message, text);
}

static void accepted(const char *what, int got)
{
	if (!point(!got, "%s", what))
		printf("# %s; message '%s'\n", strerror(-got), control_message);
}

static int add(struct rbull_add *args)
{
	return control_call(fd, RBULL_IOC_ADD, args);
}

/* Structures that are shorter or longer than the ones of this header. */
static void sizes(void)
{
	union {
		struct rbull_add add;
		char bytes[8192];
	} big;

	control_begin(&big, sizeof(big.add), RBULL_INDEX_ANY);
	big.add.call.size = RBULL_ADD_SIZE_VER0 - 8;
	point(add(&big.add) == -EINVAL, "a structure that is too short");
	control_begin(&big, sizeof(big.add), RBULL_INDEX_ANY);
	big.add.call.size = 0;
	point(add(&big.add) == -EINVAL, "a structure without size");

	memset(&big, 0, sizeof(big));
	control_begin(&big, sizeof(big.add), RBULL_INDEX_ANY);
	big.add.call.size = sizeof(big.add) + 64;
	big.bytes[sizeof(big.add) + 63] = 1;
	point(add(&big.add) == -E2BIG, "a member that the kernel does not know");
	point(!control_nr_disks(fd), "nothing was made");
	big.bytes[sizeof(big.add) + 63] = 0;
	accepted("a longer structure whose end is zero", add(&big.add));
	accepted("remove", control_remove_patiently(fd, big.add.call.index));

	memset(&big, 0, sizeof(big));
	control_begin(&big, sizeof(big.add), RBULL_INDEX_ANY);
	big.add.call.size = sizeof(big);
	point(add(&big.add) == -E2BIG, "a structure longer than a page");
}

/* A program that was built before structures grew. */
static void older(void)
{
	CONTROL(rbull_add, args, RBULL_INDEX_ANY);
	CONTROL(rbull_info, info, 0);

	args.call.size = RBULL_ADD_SIZE_VER0;
	memset(args.serial, 'x', sizeof(args.serial));
	accepted("add with the structure as it was at first", add(&args));
	info.call.size = RBULL_INFO_SIZE_VER0;
	info.serial[0] = 'x';
	accepted("info with that", control_call(fd, RBULL_IOC_INFO, &info));
	point(info.disk_size == 128 << 20 && info.serial[0] == 'x',
	      "what is behind its end is not touched");
	control_begin(&info, sizeof(info), 0);
	accepted("info", control_call(fd, RBULL_IOC_INFO, &info));
	point(!*info.serial, "nor was it read");
	control_remove_patiently(fd, 0);
}

static void serials(void)
{
	CONTROL(rbull_add, args, RBULL_INDEX_ANY);

	strcpy(args.serial, "a/b");
	refused("a serial number with a slash", add(&args), -EINVAL,
		"serial=a/b: allowed are at most 63 letters, digits");
	memset(args.serial, 'x', sizeof(args.serial));
	refused("one without end", add(&args), -EINVAL,
		"serial: allowed are at most 63 characters");
	point(!control_nr_disks(fd), "neither has made a disk");
}

static void addresses(void)
{
	CONTROL(rbull_add, args, RBULL_INDEX_ANY);

	point(control_call(fd, RBULL_IOC_ADD, NULL) == -EFAULT, "no structure");
	args.queue_mode = 7;
	args.call.message = 8;
	point(add(&args) == -EINVAL, "a message that cannot be written to");
	args.call.message = (uintptr_t)control_message;
	args.call.message_size = 8;
	memset(control_message, 'x', sizeof(control_message));
	point(add(&args) == -EINVAL && !memcmp(control_message, "queue_m", 8) &&
	      control_message[8] == 'x', "a message is cut off at its size");
	point(control_call(fd, _IO(RBULL_IOC_MAGIC, 0x60), &args) == -ENOTTY,
	      "an unknown call");
	point(control_call(fd, _IO(0xba, 0), &args) == -ENOTTY,
	      "a call of another driver");
}

static void privileges(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		CONTROL(rbull_add, args, RBULL_INDEX_ANY);
		if (setuid(65534))
			_exit(2);
		_exit(add(&args) == -EPERM ? 0 : 1);
	}
	waitpid(child, &status, 0);
	point(WIFEXITED(status) && !WEXITSTATUS(status),
	      "without root it is EPERM, whoever opened the device");
}

struct wrong {
	const char *what;
	size_t offset;
	uint64_t value;
	uint32_t bytes;
	const char *text;
};

#define WRONG(member, value, text)					\
	{ #member " = " #value, offsetof(struct rbull_add, member), value, \
	  sizeof(((struct rbull_add *)0)->member), text }

static const struct wrong wrongs[] = {
	WRONG(disk_size, 1, "disk_size=1: allowed are 512 to"),
	WRONG(disk_size, 1000, "disk_size=1000: allowed are multiples of 512"),
	WRONG(disk_size, 1ull << 63, "disk_size=9223372036854775808"),
	WRONG(disk_flags, 1u << 31, "disk_flags=0x80000000: allowed are"),
	WRONG(logical_block_size, 513, "logical_block_size=513: allowed are"),
	WRONG(logical_block_size, 65536, "logical_block_size=65536"),
	WRONG(physical_block_size, 256, "physical_block_size=256: allowed"),
	WRONG(queue_mode, 2, "queue_mode=2: allowed are mq, bio"),
	WRONG(nr_hw_queues, 4000000000u, "nr_hw_queues=4000000000: allowed"),
	WRONG(poll_queues, 60000, "poll_queues=60000: allowed are 0 to"),
	WRONG(queue_depth, 20000, "queue_depth=20000: allowed are 1 to 10240"),
	WRONG(max_segments, 65536, "max_segments=65536: allowed are 1 to 65535"),
	WRONG(max_segment_size, 512, "max_segment_size=512: allowed are 4096"),
	WRONG(nminors, 17, "nminors=17: allowed are 1 to 16 (the module parameter nminors is 0)"),
	WRONG(mem_limit, 1ull << 63, "mem_limit=9223372036854775808"),
	WRONG(source_flags, 2, "source_flags=0x2: allowed are 0 and 0x1"),
	WRONG(source, 1, "source=1, source_snapshot=: allowed only with source_flags=0x1"),
	WRONG(reserved, 1, "reserved=1: allowed is 0"),
	WRONG(call.flags, 1, "flags=0x1: allowed are the bits in 0"),
	WRONG(call.index, 4096, "index=4096: allowed are 0 to 4095"),
	WRONG(call.index, (uint32_t)-2, "index=-2: allowed are 0 to 4095"),
};

static void wrong_values(void)
{
	size_t i;

	for (i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		const struct wrong *wrong = &wrongs[i];

		CONTROL(rbull_add, args, RBULL_INDEX_ANY);
		/* Little endian: all machines that run this test are. */
		memcpy((char *)&args + wrong->offset, &wrong->value,
		       wrong->bytes);
		refused(wrong->what, add(&args), -EINVAL, wrong->text);
	}
	point(!control_nr_disks(fd), "none of them has left anything");
}

static int add_named(const char *name, int index)
{
	CONTROL(rbull_add, args, index);
	memcpy(args.call.name, name, strlen(name));
	return add(&args) ?: args.call.index;
}

static void names(void)
{
	static const char *const bad[] = {
		"7", "rbull7", "-x", ".x", "a/b", "a b", "\xc3\xa4",
	};
	CONTROL(rbull_info, info, RBULL_INDEX_ANY);
	int index;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(bad[i], add_named(bad[i], RBULL_INDEX_ANY), -EINVAL,
			"name=");
	refused("a name without end",
		add_named("0123456789012345678901234567890x", RBULL_INDEX_ANY),
		-EINVAL, "name: allowed are at most 31");
	index = add_named("0123456789012345678901234567-_.", 5);
	point(index == 5, "the longest name, a number that was asked for");
	refused("the same name", add_named("0123456789012345678901234567-_.",
					   RBULL_INDEX_ANY),
		-EEXIST, "rbull5 already has that name");
	refused("the same number", add_named("other", 5), -EEXIST,
		"rbull5 already exists");
	index = add_named("", RBULL_INDEX_ANY);
	point(!index, "without a number it gets the lowest one");
	strcpy(info.call.name, "0123456789012345678901234567-_.");
	accepted("info by name", control_call(fd, RBULL_IOC_INFO, &info));
	point(info.call.index == 5, "tells the number");
	control_begin(&info, sizeof(info), 5);
	accepted("info by number", control_call(fd, RBULL_IOC_INFO, &info));
	point(!strcmp(info.call.name, "0123456789012345678901234567-_."),
	      "tells the name");
	control_begin(&info, sizeof(info), 3);
	refused("a number that there is not",
		control_call(fd, RBULL_IOC_INFO, &info), -ENODEV,
		"there is no rbull3");
	control_begin(&info, sizeof(info), RBULL_INDEX_ANY);
	strcpy(info.call.name, "nobody");
	refused("a name that there is not",
		control_call(fd, RBULL_IOC_INFO, &info), -ENODEV,
		"no disk named 'nobody'");
	control_remove_patiently(fd, 0);
	control_remove_patiently(fd, 5);
	point(!control_nr_disks(fd), "both removed");
}

static void round_trip(void)
{
	CONTROL(rbull_add, args, RBULL_INDEX_ANY);
	CONTROL(rbull_info, info, 0);

	args.disk_size = 3 << 20;
	args.disk_flags = RBULL_DISK_RO | RBULL_DISK_NO_DISCARD |
			  RBULL_DISK_NO_WRITE_ZEROES | RBULL_DISK_ROTATIONAL |
			  RBULL_DISK_NUMA_NODE;
	args.logical_block_size = 1024;
	args.physical_block_size = 8192;
	args.nr_hw_queues = 1;
	args.poll_queues = 1;
	args.queue_depth = 7;
	args.max_segments = 9;
	args.max_segment_size = 65536;
	args.nminors = 3;
	args.mem_limit = 2 << 20;
	strcpy(args.serial, "S-1");
	accepted("add with all members", add(&args));
	accepted("info", control_call(fd, RBULL_IOC_INFO, &info));
	point(info.disk_size == args.disk_size &&
	      info.disk_flags == args.disk_flags &&
	      info.logical_block_size == 1024 &&
	      info.physical_block_size == 8192 && info.nr_hw_queues == 1 &&
	      info.poll_queues == 1 && info.queue_depth == 7 &&
	      info.max_segments == 9 && info.max_segment_size == 65536 &&
	      info.nminors == 3 && info.numa_node == 0 &&
	      info.mem_limit == 2 << 20 && !info.mem_used &&
	      !info.nr_snapshots && !strcmp(info.serial, args.serial),
	      "gives back what was asked for");
	accepted("remove", control_remove_patiently(fd, 0));
	control_begin(&args, sizeof(args), RBULL_INDEX_ANY);
	accepted("add with none", add(&args));
	control_begin(&info, sizeof(info), 0);
	accepted("info", control_call(fd, RBULL_IOC_INFO, &info));
	point(info.disk_size == 128 << 20 && !info.disk_flags &&
	      info.logical_block_size == 512 &&
	      info.physical_block_size == 4096 && info.queue_depth == 128 &&
	      info.max_segments == 1024 && info.max_segment_size == 4 << 20 &&
	      !info.nminors && !info.mem_limit && !*info.serial, "has the defaults");
	control_remove_patiently(fd, 0);
}

static void temporary(void)
{
	int other = control_open(), disk;
	char block[SECTOR];

	CONTROL(rbull_add, args, 9);
	args.disk_flags = RBULL_DISK_TEMPORARY;
	accepted("a temporary disk", control_call(other, RBULL_IOC_ADD, &args));
	point(control_nr_disks(fd) == 1, "is there");
	disk = open("/dev/rbull9", O_RDWR | O_SYNC);
	close(other);
	point(!control_nr_disks(fd), "and goes with the file that made it");
	/* A removed disk has a size of 0. */
	memset(block, 0, sizeof(block));
	point(disk >= 0 && read(disk, block, SECTOR) <= 0 &&
	      write(disk, block, SECTOR) < 0,
	      "an opener can neither read nor write");
	close(disk);
}

static uint64_t next_data(int index, uint64_t pos, uint64_t *length)
{
	CONTROL(rbull_extent, args, index);
	args.pos = pos;
	if (control_call(fd, RBULL_IOC_EXTENT, &args))
		die("extent: %s", strerror(errno));
	*length = args.length;
	return args.start;
}

static void extents(void)
{
	char *page = alloc_or_die(PAGE);
	uint64_t length;
	int disk;

	CONTROL(rbull_add, args, 0);
	args.disk_size = (4ull << 40) + 512;
	accepted("a sparse disk of 4 TiB and a block", add(&args));
	point(next_data(0, 0, &length) == args.disk_size && !length,
	      "has no data");
	disk = open_or_die("/dev/rbull0", O_RDWR | O_DIRECT);
	memset(page, 1, PAGE);
	if (pwrite(disk, page, 512, 0) != 512 ||
	    pwrite(disk, page, PAGE, 2ull << 40) != PAGE ||
	    pwrite(disk, page, 512, 4ull << 40) != 512)
		die("write: %s", strerror(errno));
	close(disk);
	point(next_data(0, 0, &length) == 0 && length == PAGE, "the first page");
	point(next_data(0, 100, &length) == 100 && length == PAGE - 100,
	      "its rest");
	point(next_data(0, PAGE, &length) == 2ull << 40 && length == PAGE,
	      "a page far away");
	point(next_data(0, (2ull << 40) + PAGE, &length) == 4ull << 40 &&
	      length == 512, "the last block");
	point(next_data(0, ~0ull, &length) == args.disk_size && !length,
	      "nothing beyond the end");
	accepted("remove", control_remove_patiently(fd, 0));
	free(page);
}

static int snapshot(unsigned long cmd, const char *name)
{
	control_message[0] = 0;
	CONTROL(rbull_snapshot, args, 0);
	memcpy(args.snapshot, name, strnlen(name, sizeof(args.snapshot)));
	return control_call(fd, cmd, &args);
}

static void clones(void)
{
	CONTROL(rbull_add, args, RBULL_INDEX_ANY);
	args.source_flags = RBULL_SOURCE_DISK;
	args.disk_size = 4096;
	refused("a clone of another size", add(&args), -EINVAL,
		"disk_size=4096: allowed are 0 and 1048576, the size of what is cloned");
	args.disk_size = 0;
	args.mem_limit = 4096;
	refused("a clone with a limit of its own", add(&args), -EINVAL,
		"mem_limit=4096: allowed is 0 for a clone");
	args.mem_limit = 0;
	args.source = 7;
	refused("a clone of what there is not", add(&args), -ENODEV,
		"there is no rbull7");
	args.source = 0;
	strcpy(args.source_snapshot, "none");
	refused("a clone of a snapshot that there is not", add(&args), -ENOENT,
		"rbull0 has no snapshot named 'none'");
	memset(args.source_snapshot, 'x', sizeof(args.source_snapshot));
	refused("a clone of a snapshot whose name has no end", add(&args),
		-EINVAL, "source_snapshot: allowed are at most 31");
	point(control_nr_disks(fd) == 1, "none of them has left anything");
}

static void lists(void)
{
	static const uint32_t sizes[] = {
		0, RBULL_SNAPSHOT_ENTRY_SIZE_VER0 - 1, 65536,
	};
	char text[64];
	size_t i;

	CONTROL(rbull_list, list, RBULL_INDEX_ANY);
	list.reserved = 5;
	refused("list: reserved = 5", control_call(fd, RBULL_IOC_LIST, &list),
		-EINVAL, "reserved=5: allowed is 0");
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		CONTROL(rbull_snapshot_list, args, 0);
		args.entry_size = sizes[i];
		snprintf(text, sizeof(text), "entry_size=%u: allowed are 48 to",
			 sizes[i]);
		refused("list of snapshots: entry_size",
			control_call(fd, RBULL_IOC_SNAPSHOT_LIST, &args),
			-EINVAL, text);
	}
}

static uint32_t nr_snapshots(void)
{
	CONTROL(rbull_snapshot_list, args, 0);
	args.entry_size = RBULL_SNAPSHOT_ENTRY_SIZE_VER0;
	if (control_call(fd, RBULL_IOC_SNAPSHOT_LIST, &args))
		die("list: %s", strerror(errno));
	return args.nr;
}

/* Create the maximum number of snapshots, and one more. */
static void many_snapshots(void)
{
	char name[RBULL_NAME_SIZE];
	unsigned int i;
	int err = 0;

	for (i = 0; i < RBULL_MAX_SNAPSHOTS && !err; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		err = snapshot(RBULL_IOC_SNAPSHOT_CREATE, name);
	}
	accepted("all the snapshots that a disk can have", err);
	refused("one more", snapshot(RBULL_IOC_SNAPSHOT_CREATE, "more"), -ENOSPC,
		"snapshot=more: rbull0 already has 1024 snapshots: allowed are at most 1024");
	point(nr_snapshots() == RBULL_MAX_SNAPSHOTS, "they are listed");
	accepted("one is removed", snapshot(RBULL_IOC_SNAPSHOT_REMOVE, "s7"));
	accepted("there is space for one more",
		 snapshot(RBULL_IOC_SNAPSHOT_CREATE, "more"));
}

static void snapshots(void)
{
	static const char endless[] = "0123456789012345678901234567890x";

	refused("rewind to a snapshot that there is not",
		snapshot(RBULL_IOC_SNAPSHOT_REWIND, "none"), -ENOENT,
		"rbull0 has no snapshot named 'none'");
	refused("remove a snapshot that there is not",
		snapshot(RBULL_IOC_SNAPSHOT_REMOVE, "none"), -ENOENT,
		"rbull0 has no snapshot named 'none'");
	refused("create a snapshot whose name has no end",
		snapshot(RBULL_IOC_SNAPSHOT_CREATE, endless), -EINVAL,
		"snapshot: allowed are at most 31");
	refused("rewind to one", snapshot(RBULL_IOC_SNAPSHOT_REWIND, endless),
		-EINVAL, "snapshot: allowed are at most 31");
	refused("remove one", snapshot(RBULL_IOC_SNAPSHOT_REMOVE, endless),
		-EINVAL, "snapshot: allowed are at most 31");
	refused("a snapshot that is named like a disk",
		snapshot(RBULL_IOC_SNAPSHOT_CREATE, "rbull3"), -EINVAL,
		"snapshot=rbull3: allowed are names");
	point(!nr_snapshots(), "there is no snapshot");
	accepted("a snapshot", snapshot(RBULL_IOC_SNAPSHOT_CREATE, "s0"));
	refused("one of the same name",
		snapshot(RBULL_IOC_SNAPSHOT_CREATE, "s0"), -EEXIST,
		"snapshot=s0: rbull0 already has a snapshot with that name");
	accepted("remove it", snapshot(RBULL_IOC_SNAPSHOT_REMOVE, "s0"));
	many_snapshots();
}

static void in_use(void)
{
	int disk = open_or_die("/dev/rbull0", O_RDWR);

	control_message[0] = 0;
	CONTROL(rbull_reset, args, 0);
	refused("reset while it is open for writing",
		control_call(fd, RBULL_IOC_RESET, &args), -EBUSY,
		"rbull0 is open for writing or mounted: close or unmount it first");
	refused("rewind meanwhile", snapshot(RBULL_IOC_SNAPSHOT_REWIND, "s0"),
		-EBUSY, "rbull0 is open for writing or mounted: close or unmount it first");
	refused("remove meanwhile", control_remove(fd, 0, 0), -EBUSY,
		"rbull0 is open: close or unmount it first");
	accepted("remove by force", control_remove(fd, 0, RBULL_FORCE));
	refused("once more", control_remove(fd, 0, RBULL_FORCE), -ENODEV,
		"there is no rbull0");
	close(disk);
}

/* Calls that must be refused for an existing disk. */
static void refusals(void)
{
	CONTROL(rbull_add, args, 0);
	args.disk_size = 1 << 20;
	accepted("a disk for calls that are refused", add(&args));
	clones();
	lists();
	snapshots();
	in_use();
}

int main(void)
{
	fd = control_open();
	sizes();
	older();
	serials();
	addresses();
	privileges();
	wrong_values();
	names();
	round_trip();
	temporary();
	extents();
	refusals();
	return 0;
}
