// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which configurations are possible: limits of every value, and the one judge
 * whom load-time parameters and later doors ask alike.
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

#define RBULL_MAX_MB	((s64)(MAX_LFS_FILESIZE >> 20))

/* RAM that the requests of one idle disk may take on a machine with many CPUs. */
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
	FIELD(disk_mb, .min = 1, .max = RBULL_MAX_MB),
	FIELD(disk_size, .min = RBULL_MIN_BLOCK_SIZE,
	      .max = RBULL_MAX_MB << 20),
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
	FIELD(mem_limit_mb, .max = RBULL_MAX_MB),
	FIELD(copy, .max = RBULL_COPY_WAYS - 1, .choices = rbull_copy_names,
	      .has = rbull_copy_has),
	FIELD(mem_limit, .max = RBULL_MAX_MB << 20),
};

/**
 * rbull_config_find() - look a field up by the name users write
 * @name: the name
 *
 * Return: the field, or NULL if there is none of that name.
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
 * rbull_config_value() - where a configuration keeps a field
 * @config: the configuration
 * @field: the field
 *
 * Return: the place of its value.
 */
s64 *rbull_config_value(struct rbull_config *config,
			const struct rbull_config_field *field)
{
	return (s64 *)((char *)config + field->offset);
}

/**
 * rbull_config_parse() - read a value
 * @config: where to put it
 * @field: which one it is
 * @text: as users write it; a line feed at its end does not count
 *
 * Return: 0, or a negative errno if it is none: not a number, not a switch, not
 * one of the choices. Whether it is allowed is for rbull_config_validate().
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
 * rbull_config_format() - write a value as users read it
 * @buffer: where to
 * @size: how long that is
 * @config: whose value it is
 * @field: which one
 *
 * Return: its length, as of snprintf().
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
 * rbull_config_refuse() - tell which value is wrong and what is right
 * @field: the field
 * @text: its value as the user wrote it
 * @reason: where to
 *
 * Return: -EINVAL.
 */
int rbull_config_refuse(const struct rbull_config_field *field,
			const char *text, struct rbull_reason *reason)
{
	if (field->choices)
		return rbull_config_refuse_choice(field, text, reason);
	return rbull_refuse(reason, -EINVAL, "%s=%s: allowed are %s%lld to %lld",
			    field->name, text,
			    field->power_of_2 ? "powers of two from " : "",
			    field->min, field->max);
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
 * rbull_config_judge() - read and judge a value that stands alone
 * @name: the name of its field
 * @text: as users write it; a line feed at its end does not count
 * @value: where to put it if it is allowed
 * @reason: where to say why it is refused
 *
 * For what can be changed later, one by one.
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

/* What depends on a second value. */
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

/* What depends on the machine. */
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
 * rbull_config_validate() - judge a configuration
 * @config: the configuration
 * @reason: where to say why it is refused: it names the field, its value and
 *	what is allowed
 *
 * Every door asks here and nowhere else.
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
 * rbull_config_hw_queues() - how many hardware queues a disk gets
 * @config: a valid configuration
 * @request_size: bytes that one preallocated request takes
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
