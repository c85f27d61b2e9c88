// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copying data without its zeroes, and computing its checksum.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/copy.h"
#include "interrupt.h"
#include "rbullctl.h"

/* Size of the buffer, and its alignment to pages, which O_DIRECT needs. Bytes. */
#define COPY_BUFFER	0x100000u
#define COPY_ALIGN	0x10000u

static int copy_read(struct copy *copy, size_t length, uint64_t pos)
{
	size_t have = 0;
	ssize_t part;

	while (have < length) {
		part = pread(copy->from, copy->buffer + have, length - have,
			     pos + have);
		if (part < 0 && errno == EINTR && !interrupt_came())
			continue;
		if (part < 0)
			return complain(EXIT_FAILED, "%s: reading at %llu: %s",
					copy->from_name,
					(unsigned long long)(pos + have),
					strerror(errno));
		if (!part)
			return complain(EXIT_BAD_FILE,
					"%s: the file ends at byte %llu: it was truncated while it was read",
					copy->from_name,
					(unsigned long long)(pos + have));
		have += part;
	}
	return EXIT_DONE;
}

static int copy_write(struct copy *copy, const char *data, size_t length,
		      uint64_t pos)
{
	ssize_t part;

	for (; length; length -= part, data += part, pos += part) {
		part = pwrite(copy->to, data, length, pos);
		if (part < 0 && errno == EINTR && !interrupt_came())
			part = 0;
		if (part < 0)
			return complain(EXIT_FAILED, "%s: writing at %llu: %s%s",
					copy->to_name, (unsigned long long)pos,
					strerror(errno),
					errno == ENOSPC && copy->full ? copy->full : "");
	}
	return EXIT_DONE;
}

/* Write the units of the buffer that are not all zeroes, adjacent ones at once. */
static int copy_out(struct copy *copy, size_t length, uint64_t pos)
{
	size_t begin = 0, end = 0, part;
	int err;

	while (end < length) {
		part = length - end < copy->grain ? length - end : copy->grain;
		if (!checksum_is_zero(copy->buffer + end, part)) {
			end += part;
			continue;
		}
		err = copy_write(copy, copy->buffer + begin, end - begin,
				 pos + begin);
		if (err)
			return err;
		end += part;
		begin = end;
	}
	return copy_write(copy, copy->buffer + begin, end - begin, pos + begin);
}

/* Return: the length after padding: direct I/O needs whole blocks. */
static size_t copy_pad(struct copy *copy, size_t length)
{
	size_t more = copy->block ? -length & (copy->block - 1) : 0;

	memset(copy->buffer + length, 0, more);
	return length + more;
}

int copy_range(struct copy *copy, uint64_t pos, uint64_t length)
{
	size_t part;
	int err = EXIT_DONE;

	if (!copy->buffer &&
	    posix_memalign((void **)&copy->buffer, COPY_ALIGN, COPY_BUFFER))
		return complain(EXIT_FAILED, "there is not enough memory");
	for (; length && !err; length -= part, pos += part) {
		if (interrupt_came())
			return EXIT_FAILED;
		part = length < COPY_BUFFER ? length : COPY_BUFFER;
		err = copy_read(copy, part, pos);
		if (!err && copy->sum)
			checksum_add(copy->sum, copy->buffer, part, pos);
		if (!err && copy->to >= 0)
			err = copy_out(copy, copy_pad(copy, part), pos);
		progress_add(copy->progress, part);
	}
	return err;
}

/*
 * There is no data any more: either the rest is a hole, or the file ends before
 * @size now.
 */
static int copy_end(const struct copy *copy, uint64_t size)
{
	off_t end = lseek(copy->from, 0, SEEK_END);

	if (end < 0)
		return complain(EXIT_FAILED, "%s: %s", copy->from_name, strerror(errno));
	return (uint64_t)end >= size ? EXIT_DONE :
		complain(EXIT_BAD_FILE,
			 "%s: the file ends at byte %lld: it was truncated while it was read",
			 copy->from_name, (long long)end);
}

int copy_file(struct copy *copy, uint64_t size)
{
	uint64_t pos = 0, grain = copy->grain;
	int err = EXIT_DONE;

	while (pos < size && !err) {
		off_t data = lseek(copy->from, pos, SEEK_DATA);
		off_t hole;

		if (data < 0 && errno == ENXIO)
			return copy_end(copy, size);
		/* Not every file system can report its holes: then copy everything. */
		if (data < 0)
			data = pos;
		data -= data % grain;
		hole = lseek(copy->from, data > (off_t)pos ? data : (off_t)pos,
			     SEEK_HOLE);
		if (hole <= data)
			hole = size;
		hole += -(uint64_t)hole % grain;
		if ((uint64_t)hole > size)
			hole = size;
		/* Rounded down: do not add the same data to the checksum twice. */
		if ((uint64_t)data < pos)
			data = pos;
		err = copy_range(copy, data, hole - data);
		pos = hole;
	}
	return err;
}
