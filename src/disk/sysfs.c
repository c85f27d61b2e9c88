// SPDX-License-Identifier: GPL-2.0-only
/*
 * The attributes of a disk, below /sys/block/rbullN/rbull. They are
 * described in Documentation/ABI/testing/sysfs-block-rbull.
 */
#include <linux/blkdev.h>
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "config.h"
#include "disk/disk.h"
#include "disk/disks.h"
#include "disk/open.h"
#include "disk/sysfs.h"
#include "image/contents.h"
#include "queue/latency.h"
#include "queue/queue.h"
#include "queue/stats.h"
#include "reason.h"

static struct rbull_disk *rbull_sysfs_disk(struct device *dev)
{
	return rbull_disk_of(dev_to_disk(dev));
}

/* Log the reason for a refusal: a write can return only an errno. */
static int rbull_sysfs_refuse(struct device *dev, int err,
			      const struct rbull_reason *reason)
{
	dev_err(dev, "%s\n", reason->text);
	return err;
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

/* Get the RAM in use, in pages. */
static int rbull_sysfs_pages(struct rbull_disk *disk, unsigned long *data,
			     unsigned long *nodes)
{
	int err = rbull_disk_lock(disk);

	if (err)
		return err;
	rbull_contents_pages(&disk->queue.contents, data, nodes);
	rbull_disk_unlock(disk);
	return 0;
}

static ssize_t stats_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct rbull_disk *disk = rbull_sysfs_disk(dev);
	unsigned long data, nodes;
	struct rbull_counters sum;
	int at = 0, err;

	err = rbull_sysfs_pages(disk, &data, &nodes);
	if (err)
		return err;
	rbull_stats_read(&disk->queue.stats, &sum);
	at = rbull_sysfs_print(buf, at, rbull_sysfs_count_names, sum.count);
	at = rbull_sysfs_print(buf, at, rbull_sysfs_bytes_names, sum.bytes);
	at += sysfs_emit_at(buf, at, "data_pages %lu\n", data);
	at += sysfs_emit_at(buf, at, "node_pages %lu\n", nodes);
	at += sysfs_emit_at(buf, at, "mem_pages %lu\n", data + nodes);
	at += sysfs_emit_at(buf, at, "mem_bytes %llu\n",
			    (u64)(data + nodes) << PAGE_SHIFT);
	at += sysfs_emit_at(buf, at, "opens %u\n", READ_ONCE(disk->opens));
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
	rbull_stats_reset(&rbull_sysfs_disk(dev)->queue.stats);
	return count;
}
static DEVICE_ATTR_WO(reset_stats);

static ssize_t latency_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	const struct rbull_queue *queue = &rbull_sysfs_disk(dev)->queue;

	return sysfs_emit(buf, "%d\n",
			  !!rbull_queue_has_hook(queue, RBULL_HOOK_LATENCY));
}

static ssize_t latency_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	struct rbull_disk *disk = rbull_sysfs_disk(dev);
	bool on;
	int err;

	err = kstrtobool(buf, &on) ?: rbull_disk_lock(disk);
	if (err)
		return err;
	err = rbull_queue_keep_latency(&disk->queue, on);
	rbull_disk_unlock(disk);
	return err ?: count;
}
static DEVICE_ATTR_RW(latency);

static ssize_t rbull_sysfs_latency(struct device *dev, char *buf,
				   enum rbull_latency_op op)
{
	struct rbull_disk *disk = rbull_sysfs_disk(dev);
	int at = 0, err;
	unsigned int i;
	u64 *counts;

	counts = kmalloc_array(RBULL_LATENCY_BUCKETS, sizeof(*counts),
			       GFP_KERNEL);
	if (!counts)
		return -ENOMEM;
	err = rbull_disk_lock(disk);
	if (err)
		goto out;
	rbull_latency_read(&disk->queue.latency, op, counts);
	rbull_disk_unlock(disk);
	for (i = 0; i < RBULL_LATENCY_BUCKETS; i++)
		if (counts[i])
			at += sysfs_emit_at(buf, at, "%llu %llu\n",
					    rbull_latency_bound(i), counts[i]);
out:
	kfree(counts);
	return err ?: at;
}

static ssize_t latency_read_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return rbull_sysfs_latency(dev, buf, RBULL_LATENCY_READ);
}
static DEVICE_ATTR_RO(latency_read);

static ssize_t latency_write_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	return rbull_sysfs_latency(dev, buf, RBULL_LATENCY_WRITE);
}
static DEVICE_ATTR_RO(latency_write);

static ssize_t latency_other_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	return rbull_sysfs_latency(dev, buf, RBULL_LATENCY_OTHER);
}
static DEVICE_ATTR_RO(latency_other);

static ssize_t name_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	char name[RBULL_NAME_SIZE];

	rbull_disks_name(rbull_sysfs_disk(dev), name);
	return sysfs_emit(buf, "%s\n", name);
}

/* Copy the value that was written to a text attribute, without line feed. */
static int rbull_sysfs_take_line(struct device_attribute *attr,
				 const char *buf, char *text, size_t size,
				 struct rbull_reason *reason)
{
	size_t len = strcspn(buf, "\n");

	if (len >= size)
		return rbull_refuse(reason, -ENAMETOOLONG,
				    "%s=%.*s: allowed are at most %zu characters",
				    attr->attr.name, (int)len, buf, size - 1);
	memcpy(text, buf, len);
	text[len] = '\0';
	return 0;
}

/* Make udev update the links in /dev, or log why a name is refused. */
static ssize_t rbull_sysfs_renamed(struct device *dev, int err,
				   const struct rbull_reason *reason,
				   size_t count)
{
	if (err)
		return rbull_sysfs_refuse(dev, err, reason);
	kobject_uevent(&dev->kobj, KOBJ_CHANGE);
	return count;
}

static ssize_t name_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	char name[RBULL_NAME_SIZE];
	struct rbull_reason reason;
	int err;

	err = rbull_sysfs_take_line(attr, buf, name, sizeof(name), &reason) ?:
	      rbull_disks_rename(rbull_sysfs_disk(dev), name, &reason);
	return rbull_sysfs_renamed(dev, err, &reason, count);
}
static DEVICE_ATTR_RW(name);

static ssize_t serial_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	char serial[RBULL_SERIAL_SIZE];

	rbull_disks_serial(rbull_sysfs_disk(dev), serial);
	return sysfs_emit(buf, "%s\n", serial);
}

static ssize_t serial_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	char serial[RBULL_SERIAL_SIZE];
	struct rbull_reason reason;
	int err;

	err = rbull_sysfs_take_line(attr, buf, serial, sizeof(serial),
				    &reason) ?:
	      rbull_disks_set_serial(rbull_sysfs_disk(dev), serial, &reason);
	return rbull_sysfs_renamed(dev, err, &reason, count);
}
static DEVICE_ATTR_RW(serial);

static ssize_t size_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	const struct rbull_queue *queue = &rbull_sysfs_disk(dev)->queue;

	return sysfs_emit(buf, "%llu\n", READ_ONCE(queue->contents.size));
}
static DEVICE_ATTR_RO(size);

static ssize_t ro_show(struct device *dev, struct device_attribute *attr,
		       char *buf)
{
	return sysfs_emit(buf, "%d\n", get_disk_ro(dev_to_disk(dev)));
}

static ssize_t ro_store(struct device *dev, struct device_attribute *attr,
			const char *buf, size_t count)
{
	struct rbull_disk *disk = rbull_sysfs_disk(dev);
	struct rbull_reason reason;
	s64 ro;
	int err;

	err = rbull_config_judge("ro", buf, &ro, &reason) ?:
	      rbull_disk_set_ro(disk, ro, &reason);
	return err ? rbull_sysfs_refuse(dev, err, &reason) : count;
}
static DEVICE_ATTR_RW(ro);

static ssize_t mem_used_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	unsigned long data, nodes;
	int err = rbull_sysfs_pages(rbull_sysfs_disk(dev), &data, &nodes);

	if (err)
		return err;
	return sysfs_emit(buf, "%llu\n", (u64)(data + nodes) << PAGE_SHIFT);
}
static DEVICE_ATTR_RO(mem_used);

static ssize_t mem_limit_show(struct device *dev, struct device_attribute *attr,
			      char *buf)
{
	struct rbull_disk *disk = rbull_sysfs_disk(dev);
	int err = rbull_disk_lock(disk);
	u64 limit;

	if (err)
		return err;
	limit = rbull_contents_limit(&disk->queue.contents);
	rbull_disk_unlock(disk);
	return sysfs_emit(buf, "%llu\n", limit);
}

static ssize_t mem_limit_store(struct device *dev,
			       struct device_attribute *attr, const char *buf,
			       size_t count)
{
	struct rbull_disk *disk = rbull_sysfs_disk(dev);
	struct rbull_reason reason;
	s64 limit;
	int err;

	err = rbull_config_judge("mem_limit", buf, &limit, &reason);
	if (err)
		return rbull_sysfs_refuse(dev, err, &reason);
	err = rbull_disk_lock(disk);
	if (err)
		return err;
	rbull_contents_set_limit(&disk->queue.contents, limit);
	rbull_disk_unlock(disk);
	return count;
}
static DEVICE_ATTR_RW(mem_limit);

static ssize_t snapshots_show(struct device *dev, struct device_attribute *attr,
			      char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  READ_ONCE(rbull_sysfs_disk(dev)->nr_snapshots));
}
static DEVICE_ATTR_RO(snapshots);

static ssize_t temporary_show(struct device *dev, struct device_attribute *attr,
			      char *buf)
{
	return sysfs_emit(buf, "%d\n", !!rbull_sysfs_disk(dev)->owner);
}
static DEVICE_ATTR_RO(temporary);

static struct attribute *rbull_sysfs_attrs[] = {
	&dev_attr_latency.attr,
	&dev_attr_latency_read.attr,
	&dev_attr_latency_write.attr,
	&dev_attr_latency_other.attr,
	&dev_attr_name.attr,
	&dev_attr_serial.attr,
	&dev_attr_size.attr,
	&dev_attr_ro.attr,
	&dev_attr_mem_used.attr,
	&dev_attr_mem_limit.attr,
	&dev_attr_snapshots.attr,
	&dev_attr_temporary.attr,
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
