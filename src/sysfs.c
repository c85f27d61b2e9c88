// SPDX-License-Identifier: GPL-2.0-only
/*
 * The attributes of a live disk, below /sys/block/rbullN/rbull. They are
 * described in Documentation/ABI/testing/sysfs-block-rbull.
 */
#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/mm.h>

#include "disk.h"
#include "image.h"
#include "stats.h"
#include "sysfs.h"

static struct rbull_disk *rbull_sysfs_disk(struct device *dev)
{
	return dev_to_disk(dev)->private_data;
}

static const char *const rbull_sysfs_count_names[RBULL_STAT_NR] = {
	[RBULL_STAT_READ] = "reads",
	[RBULL_STAT_WRITE] = "writes",
	[RBULL_STAT_DISCARD] = "discards",
	[RBULL_STAT_SECURE_ERASE] = "secure_erases",
	[RBULL_STAT_WRITE_ZEROES] = "write_zeroes",
	[RBULL_STAT_FLUSH] = "flushes",
	[RBULL_STAT_FUA_WRITE] = "fua_writes",
	[RBULL_STAT_ERROR] = "errors",
};

static const char *const rbull_sysfs_bytes_names[RBULL_STAT_NR] = {
	[RBULL_STAT_READ] = "read_bytes",
	[RBULL_STAT_WRITE] = "write_bytes",
	[RBULL_STAT_DISCARD] = "discard_bytes",
	[RBULL_STAT_SECURE_ERASE] = "secure_erase_bytes",
	[RBULL_STAT_WRITE_ZEROES] = "write_zeroes_bytes",
};

static int rbull_sysfs_print(char *buf, int at, const char *const *names,
			     const u64 *values)
{
	int i;

	for (i = 0; i < RBULL_STAT_NR; i++)
		if (names[i])
			at += sysfs_emit_at(buf, at, "%s %llu\n", names[i],
					    values[i]);
	return at;
}

static ssize_t stats_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct rbull_disk *disk = rbull_sysfs_disk(dev);
	unsigned long data = rbull_image_pages(disk->image);
	unsigned long nodes = rbull_image_nodes(disk->image);
	struct rbull_counters sum;
	int at = 0;

	rbull_stats_read(&disk->stats, &sum);
	at = rbull_sysfs_print(buf, at, rbull_sysfs_count_names, sum.count);
	at = rbull_sysfs_print(buf, at, rbull_sysfs_bytes_names, sum.bytes);
	at += sysfs_emit_at(buf, at, "data_pages %lu\n", data);
	at += sysfs_emit_at(buf, at, "node_pages %lu\n", nodes);
	at += sysfs_emit_at(buf, at, "mem_pages %lu\n", data + nodes);
	at += sysfs_emit_at(buf, at, "mem_bytes %llu\n",
			    (u64)(data + nodes) << PAGE_SHIFT);
	at += sysfs_emit_at(buf, at, "opens %d\n", atomic_read(&disk->opens));
	return at;
}
static DEVICE_ATTR_RO(stats);

static ssize_t reset_stats_store(struct device *dev,
				 struct device_attribute *attr,
				 const char *buf, size_t count)
{
	bool reset;
	int err;

	err = kstrtobool(buf, &reset);
	if (err)
		return err;
	if (!reset)
		return -EINVAL;
	rbull_stats_reset(&rbull_sysfs_disk(dev)->stats);
	return count;
}
static DEVICE_ATTR_WO(reset_stats);

static struct attribute *rbull_sysfs_attrs[] = {
	&dev_attr_stats.attr,
	&dev_attr_reset_stats.attr,
	NULL,
};

static const struct attribute_group rbull_sysfs_group = {
	.name = "rbull",
	.attrs = rbull_sysfs_attrs,
};

const struct attribute_group *rbull_sysfs_groups[] = {
	&rbull_sysfs_group,
	NULL,
};
