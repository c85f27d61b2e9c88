// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parse a job. The defaults are
 *   op=read order=random clock=ns block=4096 batch=1 batches=1 samples=1000
 *   threads=1 scattered=0
 * Without device=PATH the job copies memory.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "bench.h"

static const char *const rbull_bench_ops[] = {
	[RBULL_BENCH_READ] = "read",
	[RBULL_BENCH_WRITE] = "write",
	[RBULL_BENCH_DISCARD] = "discard",
};

static const char *const rbull_bench_orders[] = {
	[RBULL_BENCH_RANDOM] = "random",
	[RBULL_BENCH_SEQUENTIAL] = "sequential",
	[RBULL_BENCH_SHUFFLED] = "shuffled",
};

static const char *const rbull_bench_clocks[] = {
	[RBULL_BENCH_NS] = "ns",
	[RBULL_BENCH_CYCLES] = "cycles",
};

/**
 * struct rbull_bench_key - a word of a job
 * @name: the part before the equals sign
 * @offset: offset of the field in struct rbull_bench_job
 * @min: smallest value of a number
 * @max: largest value of a number
 * @values: names of the values of a choice, from 0; NULL for a number
 * @nr_values: number of @values
 */
struct rbull_bench_key {
	const char *name;
	size_t offset;
	unsigned int min;
	unsigned int max;
	const char *const *values;
	int nr_values;
};

#define RBULL_BENCH_NUMBER(_name, _min, _max)				\
	{								\
		.name = #_name,						\
		.offset = offsetof(struct rbull_bench_job, _name),	\
		.min = _min, .max = _max,				\
	}

#define RBULL_BENCH_CHOICE(_name)					\
	{								\
		.name = #_name,						\
		.offset = offsetof(struct rbull_bench_job, _name),	\
		.values = rbull_bench_ ## _name ## s,			\
		.nr_values = ARRAY_SIZE(rbull_bench_ ## _name ## s),	\
	}

static const struct rbull_bench_key rbull_bench_keys[] = {
	RBULL_BENCH_CHOICE(op),
	RBULL_BENCH_CHOICE(order),
	RBULL_BENCH_CHOICE(clock),
	RBULL_BENCH_NUMBER(block, SECTOR_SIZE, RBULL_BENCH_MAX_BLOCK),
	RBULL_BENCH_NUMBER(batch, 1, RBULL_BENCH_MAX_BATCH),
	RBULL_BENCH_NUMBER(batches, 1, RBULL_BENCH_MAX_SAMPLES),
	RBULL_BENCH_NUMBER(samples, 1, RBULL_BENCH_MAX_SAMPLES),
	RBULL_BENCH_NUMBER(threads, 1, RBULL_BENCH_MAX_THREADS),
	RBULL_BENCH_NUMBER(scattered, 0, 1),
};

static int rbull_bench_key_set(const struct rbull_bench_key *key,
			       struct rbull_bench_job *job, const char *value)
{
	unsigned int *field = (void *)job + key->offset;
	int choice, err;

	if (key->values) {
		choice = __sysfs_match_string(key->values, key->nr_values,
					      value);
		if (choice < 0)
			return choice;
		*field = choice;
		return 0;
	}
	err = kstrtouint(value, 10, field);
	if (!err && (*field < key->min || *field > key->max))
		err = -ERANGE;
	return err;
}

static int rbull_bench_job_word(struct rbull_bench_job *job, char *word)
{
	char *value = strchr(word, '=');
	int i;

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	if (!strcmp(word, "device"))
		return strscpy(job->device, value, sizeof(job->device)) < 0 ?
		       -EINVAL : 0;
	for (i = 0; i < ARRAY_SIZE(rbull_bench_keys); i++)
		if (!strcmp(word, rbull_bench_keys[i].name))
			return rbull_bench_key_set(&rbull_bench_keys[i], job,
						   value);
	return -EINVAL;
}

/**
 * rbull_bench_job_parse() - parse a job
 * @job: filled in
 * @text: the words of the job; modified
 *
 * Context: may sleep.
 * Return: 0, or a negative errno; the log names the wrong word.
 */
int rbull_bench_job_parse(struct rbull_bench_job *job, char *text)
{
	char *word;
	int err;

	*job = (struct rbull_bench_job) {
		.block = SZ_4K,
		.batch = 1,
		.batches = 1,
		.samples = 1000,
		.threads = 1,
	};
	text = strim(text);
	while ((word = strsep(&text, " "))) {
		if (!*word)
			continue;
		err = rbull_bench_job_word(job, word);
		if (err) {
			pr_err("cannot understand %s, or not its value\n", word);
			return err;
		}
	}
	if (job->block % SECTOR_SIZE ||
	    (job->scattered && job->block % PAGE_SIZE)) {
		pr_err("block=%u is not possible\n", job->block);
		return -EINVAL;
	}
	job->target = *job->device ? &rbull_bench_block : &rbull_bench_memory;
	return 0;
}
