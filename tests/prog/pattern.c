// SPDX-License-Identifier: GPL-2.0-only
/*
 * pattern write|check|zero DEVICE OFFSET LENGTH [SEED [BLOCK [BASE]]]
 *
 * Write a pattern that depends on seed and place, check it, or check that the
 * range reads as zeroes. Uses direct I/O in pieces of BLOCK bytes. Places count
 * from BASE, so that data in a partition can be checked through the whole disk.
 * Prints how many bytes were good and what stopped it ("ok" if nothing did).
 * Exits with 0 only if all bytes were good.
 */
#include "prog.h"

struct job {
	int fd;
	uint64_t offset, len, seed, base;
	size_t block;
	bool zero;
	char *buf, *want;
};

static int report(uint64_t good, const char *why)
{
	printf("%llu %s\n", (unsigned long long)good, why);
	return strcmp(why, "ok") != 0;
}

static const char *errno_name(void)
{
	switch (errno) {
	case ENOSPC:
		return "ENOSPC";
	case EIO:
		return "EIO";
	case EINVAL:
		return "EINVAL";
	case EPERM:
		return "EPERM";
	case EROFS:
		return "EROFS";
	case EBADF:
		return "EBADF";
	default:
		return strerror(errno);
	}
}

static size_t chunk(const struct job *job, uint64_t done)
{
	return job->len - done < job->block ? job->len - done : job->block;
}

static void fill_chunk(const struct job *job, char *buf, size_t len,
		       uint64_t done)
{
	fill(buf, len, job->offset + done - job->base, job->seed);
}

static int write_pattern(struct job *job)
{
	uint64_t done = 0;
	ssize_t n;

	while (done < job->len) {
		fill_chunk(job, job->buf, chunk(job, done), done);
		n = pwrite(job->fd, job->buf, chunk(job, done),
			   job->offset + done);
		if (n < 0)
			return report(done, errno_name());
		if (n == 0)
			return report(done, "end");
		done += n;
	}
	return report(done, "ok");
}

static int check_pattern(struct job *job)
{
	uint64_t done = 0;
	size_t same;
	ssize_t n;

	while (done < job->len) {
		n = pread(job->fd, job->buf, chunk(job, done),
			  job->offset + done);
		if (n < 0)
			return report(done, errno_name());
		if (n == 0)
			return report(done, "end");
		if (!job->zero)
			fill_chunk(job, job->want, n, done);
		same = first_difference(job->buf, job->want, n);
		done += same;
		if (same < (size_t)n)
			return report(done, "differs");
	}
	return report(done, "ok");
}

int main(int argc, char **argv)
{
	struct job job = { .block = 1 << 20 };
	bool writing;

	if (argc < 5)
		die("usage: pattern write|check|zero DEVICE OFFSET LENGTH [SEED [BLOCK [BASE]]]");
	writing = !strcmp(argv[1], "write");
	job.zero = !strcmp(argv[1], "zero");
	job.fd = open(argv[2], (writing ? O_RDWR : O_RDONLY) | O_DIRECT);
	if (job.fd < 0)
		return report(0, errno_name());
	job.offset = number_or_die(argv[3]);
	job.len = number_or_die(argv[4]);
	if (argc > 5)
		job.seed = number_or_die(argv[5]);
	if (argc > 6)
		job.block = number_or_die(argv[6]);
	if (argc > 7)
		job.base = number_or_die(argv[7]);
	job.buf = job.block < HUGE_PAGE / 2 ? alloc_or_die(job.block) :
					      alloc_huge_or_die(job.block);
	job.want = alloc_or_die(job.block);
	return writing ? write_pattern(&job) : check_pattern(&job);
}
