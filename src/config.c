// SPDX-License-Identifier: GPL-2.0-only
/*
 * The limits of all configuration values, and their validation. Module
 * parameters, the control device and sysfs share both.
 */
#include <linux/blk-mq.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/nodemask.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/rbull.h>

#include "config.h"
#include "image/copy.h"
#include "reason.h"

/* The page cache counts pages in an unsigned long. */
#define RBULL_MAX_MB	((s64)(MAX_LFS_FILESIZE >> 20))
#define RBULL_MAX_NOTE	\
	(BITS_PER_LONG == 32 ? " (the page cache of a 32-bit kernel)" : "")

/*
 * RAM that the requests of one idle disk may take on a machine with many CPUs.
 */
#define RBULL_MAX_REQUEST_RAM	SZ_2M

#define FIELD(member, ...) {					\
	.name = #member,					\
	.offset = offsetof(struct rbull_config, member),	\
	__VA_ARGS__						\
}

static const char *const rbull_config_queue_modes[] = {
	[RBULL_QUEUE_MODE_MQ] = "mq",
	[RBULL_QUEUE_MODE_BIO] = "bio",
};

static const struct rbull_config_field rbull_config_fields[] = {
	FIELD(nr_disks, .max = RBULL_MAX_DISKS),
	FIELD(disk_mb, .min = 1, .max = RBULL_MAX_MB, .note = RBULL_MAX_NOTE),
	FIELD(disk_size, .min = RBULL_MIN_BLOCK_SIZE,
	      .max = RBULL_MAX_MB << 20, .note = RBULL_MAX_NOTE),
	FIELD(logical_block_size, .min = RBULL_MIN_BLOCK_SIZE,
	      .max = PAGE_SIZE, .power_of_2 = true),
	FIELD(physical_block_size, .min = RBULL_MIN_BLOCK_SIZE,
	      .max = RBULL_MAX_PHYSICAL_BLOCK_SIZE, .power_of_2 = true),
	FIELD(queue_mode, .max = RBULL_QUEUE_MODE_NR - 1,
	      .choices = rbull_config_queue_modes),
	FIELD(nr_hw_queues, .max = NR_CPUS),
	FIELD(poll_queues, .max = NR_CPUS),
	FIELD(queue_depth, .min = 1, .max = BLK_MQ_MAX_DEPTH),
	FIELD(max_segments, .min = 1, .max = USHRT_MAX),
	FIELD(max_segment_size, .min = PAGE_SIZE, .max = UINT_MAX),
	FIELD(nminors, .max = RBULL_MAX_MINORS),
	FIELD(ro, .max = 1, .boolean = true),
	FIELD(discard, .max = 1, .boolean = true),
	FIELD(write_zeroes, .max = 1, .boolean = true),
	FIELD(rotational, .max = 1, .boolean = true),
	FIELD(numa_node, .min = NUMA_NO_NODE, .max = MAX_NUMNODES - 1),
	FIELD(populate, .max = 1, .boolean = true),
	FIELD(mem_limit_mb, .max = RBULL_MAX_MB, .note = RBULL_MAX_NOTE),
	FIELD(copy, .max = RBULL_COPY_WAYS - 1, .choices = rbull_copy_names,
	      .has = rbull_copy_has),
	FIELD(mem_limit, .max = RBULL_MAX_MB << 20, .note = RBULL_MAX_NOTE),
};

/**
 * rbull_config_find() - look up a field
 * @name: name of the field, as users write it
 *
 * Return: the field, or NULL if there is none with that name.
 */
const struct rbull_config_field *rbull_config_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rbull_config_fields); i++)
		if (!strcmp(rbull_config_fields[i].name, name))
			return &rbull_config_fields[i];
	return NULL;
}

/**
 * rbull_config_value() - get the value of a field
 * @config: the configuration
 * @field: the field
 *
 * Return: pointer to the value in @config.
 */
s64 *rbull_config_value(struct rbull_config *config,
			const struct rbull_config_field *field)
{
	return (s64 *)((char *)config + field->offset);
}

/**
 * rbull_config_parse() - parse a value
 * @config: receives the value
 * @field: field of the value
 * @text: the value as users write it; a trailing line feed is ignored
 *
 * This does not check the range, see rbull_config_validate().
 *
 * Return: 0, or a negative errno if @text is not a number, not a boolean, or
 * not one of the choices.
 */
int rbull_config_parse(struct rbull_config *config,
		       const struct rbull_config_field *field,
		       const char *text)
{
	s64 *value = rbull_config_value(config, field);
	bool on;
	int err;

	if (field->choices) {
		err = __sysfs_match_string(field->choices, field->max + 1,
					   text);
		if (err < 0)
			return err;
		*value = err;
		return 0;
	}
	if (!field->boolean)
		return kstrtos64(text, 0, value);
	err = kstrtobool(text, &on);
	if (!err)
		*value = on;
	return err;
}

/**
 * rbull_config_format() - format a value
 * @buffer: receives the text
 * @size: size of @buffer, bytes
 * @config: the configuration
 * @field: field of the value
 *
 * Return: length of the text, as of snprintf().
 */
int rbull_config_format(char *buffer, size_t size, struct rbull_config *config,
			const struct rbull_config_field *field)
{
	s64 value = *rbull_config_value(config, field);

	if (field->choices && value >= 0 && value <= field->max)
		return snprintf(buffer, size, "%s", field->choices[value]);
	return snprintf(buffer, size, "%lld", value);
}

static int rbull_config_refuse_choice(const struct rbull_config_field *field,
				      const char *text,
				      struct rbull_reason *reason)
{
	char allowed[64];
	int i, at = 0;

	for (i = 0; i <= field->max; i++)
		if (!field->has || field->has(i))
			at += scnprintf(allowed + at, sizeof(allowed) - at,
					"%s%s", at ? ", " : "",
					field->choices[i]);
	return rbull_refuse(reason, -EINVAL, "%s=%s: allowed are %s",
			    field->name, text, allowed);
}

/**
 * rbull_config_refuse() - refuse a value, and list the allowed values
 * @field: the field
 * @text: the value as the user wrote it
 * @reason: receives the reason
 *
 * Return: -EINVAL.
 */
int rbull_config_refuse(const struct rbull_config_field *field,
			const char *text, struct rbull_reason *reason)
{
	if (field->choices)
		return rbull_config_refuse_choice(field, text, reason);
	return rbull_refuse(reason, -EINVAL,
			    "%s=%s: allowed are %s%lld to %lld%s",
			    field->name, text,
			    field->power_of_2 ? "powers of two from " : "",
			    field->min, field->max, field->note ?: "");
}

static int rbull_config_check_field(struct rbull_config *config,
				    const struct rbull_config_field *field,
				    struct rbull_reason *reason)
{
	s64 value = *rbull_config_value(config, field);
	char text[24];

	if (value >= field->min && value <= field->max &&
	    (!field->power_of_2 || is_power_of_2(value)) &&
	    (!field->has || field->has(value)))
		return 0;
	rbull_config_format(text, sizeof(text), config, field);
	return rbull_config_refuse(field, text, reason);
}

/**
 * rbull_config_judge() - parse and check a single value
 * @name: name of its field
 * @text: the value as users write it; a trailing line feed is ignored
 * @value: receives the value if it is allowed
 * @reason: receives the reason for a refusal
 *
 * For values that can be changed on an existing disk.
 *
 * Return: 0, or -EINVAL.
 */
int rbull_config_judge(const char *name, const char *text, s64 *value,
		       struct rbull_reason *reason)
{
	const struct rbull_config_field *field = rbull_config_find(name);
	struct rbull_config config = {};
	char word[32];
	int err;

	if (rbull_config_parse(&config, field, text)) {
		strscpy(word, text, sizeof(word));
		return rbull_config_refuse(field, strim(word), reason);
	}
	err = rbull_config_check_field(&config, field, reason);
	if (!err)
		*value = *rbull_config_value(&config, field);
	return err;
}

/* Check the values that depend on another value. */
static int rbull_config_check_pairs(const struct rbull_config *config,
				    struct rbull_reason *reason)
{
	if (config->disk_size & (config->logical_block_size - 1))
		return rbull_refuse(reason, -EINVAL,
				    "disk_size=%lld: allowed are multiples of %lld (logical_block_size)",
				    config->disk_size,
				    config->logical_block_size);
	if (config->physical_block_size < config->logical_block_size)
		return rbull_refuse(reason, -EINVAL,
				    "physical_block_size=%lld: allowed are powers of two from %lld (logical_block_size) to %u",
				    config->physical_block_size,
				    config->logical_block_size,
				    RBULL_MAX_PHYSICAL_BLOCK_SIZE);
	if (config->poll_queues &&
	    config->queue_mode != RBULL_QUEUE_MODE_MQ)
		return rbull_refuse(reason, -EINVAL,
				    "poll_queues=%lld: allowed is 0 with queue_mode=bio",
				    config->poll_queues);
	return 0;
}

/* Check the values whose range depends on the machine. */
static int rbull_config_check_machine(const struct rbull_config *config,
				      struct rbull_reason *reason)
{
	if (config->nr_hw_queues > nr_cpu_ids)
		return rbull_refuse(reason, -EINVAL,
				    "nr_hw_queues=%lld: allowed are 0 to %u (the CPUs of this machine)",
				    config->nr_hw_queues, nr_cpu_ids);
	if (config->poll_queues > nr_cpu_ids)
		return rbull_refuse(reason, -EINVAL,
				    "poll_queues=%lld: allowed are 0 to %u (the CPUs of this machine)",
				    config->poll_queues, nr_cpu_ids);
	if (config->numa_node != NUMA_NO_NODE &&
	    !node_online(config->numa_node))
		return rbull_refuse(reason, -EINVAL,
				    "numa_node=%lld: allowed are %d (any) and the nodes that are online: %*pbl",
				    config->numa_node, NUMA_NO_NODE,
				    nodemask_pr_args(&node_online_map));
	return 0;
}

/**
 * rbull_config_validate() - check a configuration
 * @config: the configuration
 * @reason: receives the reason for a refusal: the field, its value and the
 *	allowed values
 *
 * Module parameters and the control device share this function, so that they
 * allow the same values.
 *
 * Return: 0, or -EINVAL.
 */
int rbull_config_validate(struct rbull_config *config,
			  struct rbull_reason *reason)
{
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(rbull_config_fields); i++) {
		err = rbull_config_check_field(config, &rbull_config_fields[i],
					       reason);
		if (err)
			return err;
	}
	err = rbull_config_check_pairs(config, reason);
	return err ?: rbull_config_check_machine(config, reason);
}

/**
 * rbull_config_hw_queues() - get the number of hardware queues of a disk
 * @config: a valid configuration
 * @request_size: size of one preallocated request, bytes
 *
 * blk-mq allocates queue_depth requests for each hardware queue in advance. One
 * queue per CPU is best for speed, but on a machine with hundreds of CPUs an
 * idle disk must not cost more than a few MiB.
 *
 * Return: the number of hardware queues, at least 1.
 */
unsigned int rbull_config_hw_queues(const struct rbull_config *config,
				    size_t request_size)
{
	size_t affordable;

	if (config->nr_hw_queues)
		return config->nr_hw_queues;
	affordable = RBULL_MAX_REQUEST_RAM /
		     (request_size * (size_t)config->queue_depth);
	return clamp_t(size_t, affordable, 1, nr_cpu_ids);
}
