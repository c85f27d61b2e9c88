// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raw images that are read from, or written to, another program.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/checksum.h"
#include "files/pipe.h"
#include "interrupt.h"
#include "rbullctl.h"

#define PIPE_BUFFER	0x100000u
#define PIPE_ALIGN	0x1000u

static char *pipe_buffer(void)
{
	void *buffer;

	if (posix_memalign(&buffer, PIPE_ALIGN, PIPE_BUFFER))
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	memset(buffer, 0, PIPE_BUFFER);
	return buffer;
}

static int pipe_write(int to, const char *data, size_t length)
{
	ssize_t part;

	for (; length; length -= part, data += part) {
		part = write(to, data, length);
		if (part < 0 && errno == EINTR && !interrupt_came())
			part = 0;
		if (part < 0)
			return complain(EXIT_FAILED, "-: writing: %s", strerror(errno));
	}
	return EXIT_DONE;
}

static int pipe_read_disk(const struct temporary *disk, char *buffer, uint64_t pos,
			  size_t length)
{
	ssize_t part;

	for (; length; length -= part, buffer += part, pos += part) {
		part = pread(disk->fd, buffer, length, pos);
		if (part <= 0)
			return complain(EXIT_FAILED, "%s: reading at %llu: %s", disk->path,
					(unsigned long long)pos,
					part ? strerror(errno) : "the disk ends there");
	}
	return EXIT_DONE;
}

static int pipe_write_disk(const struct temporary *disk, const char *buffer, uint64_t pos,
			   size_t length, const char *full)
{
	ssize_t part;

	for (; length; length -= part, buffer += part, pos += part) {
		part = pwrite(disk->fd, buffer, length, pos);
		if (part < 0)
			return complain(EXIT_FAILED, "%s: writing at %llu: %s%s", disk->path,
					(unsigned long long)pos, strerror(errno),
					errno == ENOSPC ? full : "");
	}
	return EXIT_DONE;
}

/* A part that takes no RAM is all zeroes, and need not be read. */
static int pipe_save_part(const struct temporary *clone, int to, char *buffer,
			  uint64_t pos, size_t length)
{
	uint64_t start, data;
	int err = rbull_disk_extent(handle(), clone->index, pos, &start, &data);

	if (err)
		return failed(handle(), err);
	if (start >= pos + length)
		memset(buffer, 0, length);
	else
		err = pipe_read_disk(clone, buffer, pos, length);
	if (err)
		return err;
	return interrupt_came() ? EXIT_FAILED : pipe_write(to, buffer, length);
}

int pipe_save(const struct temporary *clone, int to)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	char *buffer = pipe_buffer();
	uint64_t pos;
	int err;

	/* If the reader ends, report an error instead of ending by a signal. */
	signal(SIGPIPE, SIG_IGN);
	err = rbull_disk_info(handle(), clone->index, &info);
	if (err)
		err = failed(handle(), err);
	for (pos = 0; !err && pos < info.disk_size; pos += PIPE_BUFFER)
		err = pipe_save_part(clone, to, buffer, pos,
				     info.disk_size - pos < PIPE_BUFFER ?
				     info.disk_size - pos : PIPE_BUFFER);
	free(buffer);
	return err;
}

/*
 * Read a whole buffer, or less at the end of the input. Return: number of bytes,
 * or -1 after an error message, or after interrupt_came().
 */
static ssize_t pipe_read(int from, char *buffer)
{
	size_t have = 0;
	ssize_t part;

	while (have < PIPE_BUFFER) {
		part = read(from, buffer + have, PIPE_BUFFER - have);
		if (interrupt_came())
			return -1;
		if (part < 0 && errno == EINTR)
			continue;
		if (part < 0)
			complain(EXIT_FAILED, "-: reading: %s", strerror(errno));
		if (part < 0)
			return -1;
		if (!part)
			break;
		have += part;
	}
	return have;
}

static int pipe_resize(const struct temporary *disk, uint64_t size)
{
	int err = rbull_disk_resize(handle(), disk->index, size, NULL);

	return err ? failed(handle(), err) : EXIT_DONE;
}

/*
 * Grow the disk if it ends before @end; not allowed if it is fixed. @size is the
 * current size, and receives the new one.
 */
static int pipe_grow(const struct temporary *disk, uint64_t end, uint64_t *size,
		     bool fixed)
{
	if (end <= *size)
		return EXIT_DONE;
	if (fixed)
		return complain(EXIT_USAGE, "--size: %llu bytes are less than the input on -",
				(unsigned long long)*size);
	while (*size < end)
		*size *= 2;
	return pipe_resize(disk, *size);
}

int pipe_load(int from, const struct temporary *disk, bool fixed, const char *full)
{
	struct rbull_info info = RBULL_INIT(rbull_info);
	char *buffer = pipe_buffer();
	uint64_t pos = 0, block, size;
	ssize_t length = PIPE_BUFFER;
	int err;

	err = rbull_disk_info(handle(), disk->index, &info);
	if (err)
		err = failed(handle(), err);
	size = info.disk_size;
	block = info.logical_block_size;
	while (!err && length == PIPE_BUFFER) {
		length = pipe_read(from, buffer);
		if (length < 0)
			err = EXIT_FAILED;
		if (length <= 0)
			break;
		/* Pad the last block with zeroes. */
		memset(buffer + length, 0, PIPE_BUFFER - length);
		pos += (length + block - 1) / block * block;
		err = pipe_grow(disk, pos, &size, fixed);
		length = (length + block - 1) / block * block;
		if (!err && !checksum_is_zero(buffer, length))
			err = pipe_write_disk(disk, buffer, pos - length, length, full);
	}
	free(buffer);
	if (!err && !pos)
		err = complain(EXIT_BAD_FILE, "-: the input is empty");
	return err || fixed ? err : pipe_resize(disk, pos);
}
