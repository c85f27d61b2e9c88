// SPDX-License-Identifier: GPL-2.0-only
/*
 * The attributes of the control device, which concern all disks. They are
 * described in Documentation/ABI/testing/sysfs-class-misc-rbull-control.
 */
#include <linux/device.h>
#include <linux/mm.h>
#include <linux/sysfs.h>

#include "control/sysfs.h"
#include "image/copy.h"
#include "memory.h"

static ssize_t copy_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "small %s\nread %s\nwrite %s\n",
			  rbull_copy_names[rbull_copy_in_use(RBULL_COPY_SMALL)],
			  rbull_copy_names[rbull_copy_in_use(RBULL_COPY_READ)],
			  rbull_copy_names[rbull_copy_in_use(RBULL_COPY_WRITE)]);
}
static DEVICE_ATTR_RO(copy);

static int rbull_control_show_pages(char *buf, unsigned long pages)
{
	return sysfs_emit(buf, "%llu\n", (u64)pages << PAGE_SHIFT);
}

static ssize_t mem_limit_show(struct device *dev, struct device_attribute *attr,
			      char *buf)
{
	return rbull_control_show_pages(buf, rbull_memory_limit());
}
static DEVICE_ATTR_RO(mem_limit);

static ssize_t mem_returning_show(struct device *dev,
				  struct device_attribute *attr, char *buf)
{
	return rbull_control_show_pages(buf, rbull_memory_returning());
}
static DEVICE_ATTR_RO(mem_returning);

static ssize_t mem_used_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return rbull_control_show_pages(buf, rbull_memory_used());
}
static DEVICE_ATTR_RO(mem_used);

static struct attribute *rbull_control_attrs[] = {
	&dev_attr_copy.attr,
	&dev_attr_mem_limit.attr,
	&dev_attr_mem_returning.attr,
	&dev_attr_mem_used.attr,
	NULL,
};

static const struct attribute_group rbull_control_group = {
	.attrs = rbull_control_attrs,
};

const struct attribute_group *rbull_control_groups[] = {
	&rbull_control_group,
	NULL,
};
