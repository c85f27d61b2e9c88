// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program that uses all of librbull. Needs the module loaded without disks.
 */
#include "prog.h"
#include "../../src/version.h"

#include <rbull.h>
#include <time.h>

static struct rbull *rbull;

/* Check what a call returned; if it is wrong, the message may say why. */
static void expect(int got, int wanted, const char *what)
{
	if (!point(got == wanted, "%s returns %d", what, wanted))
		printf("got %d, message: %s\n", got, rbull_message(rbull));
}

static void message(const char *part)
{
	if (!point(!!strstr(rbull_message(rbull), part),
		   "the message has '%s'", part))
		printf("message: %s\n", rbull_message(rbull));
}

static void check_disks(void)
{
	struct rbull_add add = RBULL_INIT(rbull_add);
	struct rbull_info info = RBULL_INIT(rbull_info);
	struct rbull_list sums = RBULL_INIT(rbull_list);
	struct rbull_info not_begun = { };
	int *indices;

	add.disk_size = 8 << 20;
	strcpy(add.call.name, "lib");
	expect(rbull_disk_add(rbull, &add), 0, "rbull_disk_add()");
	add.logical_block_size = 3;
	expect(rbull_disk_add(rbull, &add), -EINVAL, "a block size of 3");
	message("logical_block_size=3: allowed are");
	expect(rbull_disk_info(rbull, 0, &info), 0, "rbull_disk_info()");
	point(info.disk_size == 8 << 20 && !strcmp(info.call.name, "lib"),
	      "it has size and name");
	expect(rbull_disk_info(rbull, 0, &not_begun), -EINVAL,
	       "without RBULL_INIT()");
	message("RBULL_INIT()");
	point(!strcmp(rbull_version(), RBULL_VERSION), "rbull_version()");
	expect(rbull_disk_settle(rbull, 0, 10000), 0, "rbull_disk_settle()");
	expect(rbull_disk_settle(rbull, 7, 0), -ENODEV, "of no disk");
	expect(rbull_disk_sync(rbull, 0), 0, "rbull_disk_sync()");
	expect(rbull_disk_sync(rbull, 7), -ENODEV, "of no disk");
	expect(rbull_disk_users(rbull, 0), 0, "rbull_disk_users()");
	expect(rbull_find(rbull, "lib"), 0, "rbull_find() of a name");
	expect(rbull_find(rbull, "/dev/rbull0"), 0, "of a path");
	expect(rbull_find(rbull, "rbull0"), 0, "of a device");
	expect(rbull_find(rbull, "0"), 0, "of a number");
	expect(rbull_find(rbull, "1"), -ENODEV, "of no disk");
	expect(rbull_find(rbull, "/dev/null"), -ENXIO, "of another device");
	expect(rbull_disk_list(rbull, &indices, &sums), 1, "rbull_disk_list()");
	point(indices[0] == 0 && sums.mem_limit > 0, "it has number and limit");
	free(indices);
	expect(rbull_disk_list(rbull, NULL, NULL), 1, "just to count them");
}

static void check_contents(void)
{
	struct rbull_snapshot_entry *entries;
	uint64_t start, length, ns = UINT64_MAX;

	expect(rbull_disk_extent(rbull, 0, 0, &start, &length), 0,
	       "rbull_disk_extent()");
	point(start == 8 << 20 && !length, "there is none");
	expect(rbull_snapshot_create(rbull, 0, "s", &ns), 0,
	       "rbull_snapshot_create()");
	point(ns < 1000000000, "it took less than a second");
	expect(rbull_snapshot_create(rbull, 0, "s", NULL), -EEXIST, "once more");
	expect(rbull_snapshot_list(rbull, 0, &entries, sizeof(*entries)), 1,
	       "rbull_snapshot_list()");
	point(!strcmp(entries[0].snapshot, "s"), "it has the name");
	free(entries);
	expect(rbull_disk_resize(rbull, 0, 4 << 20, NULL), 0,
	       "rbull_disk_resize()");
	expect(rbull_disk_reset(rbull, 0, 0, &ns), 0, "rbull_disk_reset()");
	expect(rbull_snapshot_rewind(rbull, 0, "s", 0, &ns), 0,
	       "rbull_snapshot_rewind()");
	expect(rbull_snapshot_remove(rbull, 0, "s"), 0,
	       "rbull_snapshot_remove()");
	expect(rbull_snapshot_remove(rbull, 0, "s"), -ENOENT, "once more");
	expect(rbull_snapshot_create(rbull, 0, "a name that is longer than it may be",
				     NULL), -ENAMETOOLONG, "a long name");
	message("at most 31");
}

static void check_attributes(void)
{
	struct rbull_stat *stats;
	char text[64];
	int nr, i, found = 0;

	expect(rbull_attribute_set(rbull, 0, "name", "other"), 0,
	       "rbull_attribute_set()");
	expect(rbull_attribute_get(rbull, 0, "name", text, sizeof(text)), 0,
	       "rbull_attribute_get()");
	point(!strcmp(text, "other"), "it is what was set");
	expect(rbull_attribute_set(rbull, 0, "name", ""), 0, "to nothing");
	expect(rbull_attribute_get(rbull, 0, "name", text, sizeof(text)), 0,
	       "again");
	point(!*text, "it is nothing");
	expect(rbull_attribute_get(rbull, 0, "stats", text, sizeof(text)),
	       -EOVERFLOW, "little space");
	expect(rbull_attribute_get(rbull, 0, "../size", text, sizeof(text)),
	       -EINVAL, "a path");
	expect(rbull_attribute_get(rbull, 0, "none", text, sizeof(text)),
	       -ENOENT, "no such file");
	nr = rbull_stats_get(rbull, 0, &stats);
	for (i = 0; i < nr; i++)
		found += !strcmp(stats[i].name, "reads");
	point(nr > 10 && found == 1, "rbull_stats_get() has reads");
	if (nr >= 0)
		free(stats);
}

/* A visible disk can be queried, even while its module is still loading. */
static void check_loading(void)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	time_t end = time(NULL) + 30;

	while (access("/sys/block/rbull0", F_OK) && time(NULL) < end)
		;
	expect(rbull_disk_info(rbull, 0, &info), 0,
	       "rbull_disk_info() while the module is being loaded");
}

/* library [loading]: with `loading` another process will load the module. */
int main(int argc, char **argv)
{
	int fd;

	rbull = rbull_new();
	point(!!rbull, "rbull_new()");
	if (argc > 1 && !strcmp(argv[1], "loading")) {
		check_loading();
		rbull_free(rbull);
		return 0;
	}
	check_disks();
	check_contents();
	check_attributes();
	fd = open_or_die("/dev/rbull0", O_RDWR);
	expect(rbull_disk_remove(rbull, 0, 0), -EBUSY, "of an open disk");
	message("(library)");
	close(fd);
	expect(rbull_disk_remove(rbull, 0, 0), 0, "rbull_disk_remove()");
	rbull_free(rbull);
	rbull_free(NULL);
	return 0;
}
