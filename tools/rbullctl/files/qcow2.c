// SPDX-License-Identifier: GPL-2.0-only
/*
 * qcow2 files: reading their header, as in docs/interop/qcow2.rst of QEMU, and
 * converting them with qemu-img. qemu-img gets open files, so that it reads the
 * same file that was checked before.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "files/qcow2.h"
#include "interrupt.h"
#include "rbullctl.h"

/* The header: magic, offsets of big-endian numbers, and its size. Bytes. */
#define QCOW2_MAGIC	"QFI\xfb"
#define QCOW2_VERSION	4
#define QCOW2_BACKING	8
#define QCOW2_SIZE	24
#define QCOW2_INCOMPATIBLE	72	/* from version 3 on, like the next one */
#define QCOW2_LENGTH	100
#define QCOW2_HEADER	104

#define QCOW2_DATA_FILE	4u	/* a bit of the incompatible features */

/* Extensions follow the header in its first cluster; each has a type, a length and data. */
#define QCOW2_EXTENSION	8
#define QCOW2_END	0u
#define QCOW2_SHAPE	0x7262756cu	/* "rbul": programs skip unknown types */
#define QCOW2_CLUSTER	512		/* smallest size of a cluster */

static uint32_t number32(const unsigned char *bytes)
{
	uint32_t number;

	memcpy(&number, bytes, sizeof(number));
	return be32toh(number);
}

static uint64_t number64(const unsigned char *bytes)
{
	return (uint64_t)number32(bytes) << 32 | number32(bytes + 4);
}

bool qcow2_is_one(int fd)
{
	char magic[4];

	return pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
	       !memcmp(magic, QCOW2_MAGIC, sizeof(magic));
}

int qcow2_look(int fd, const char *shown, uint64_t *size)
{
	unsigned char head[QCOW2_HEADER] = "";
	const char *other = NULL;

	if (pread(fd, head, sizeof(head), 0) < 0)
		return complain(EXIT_FAILED, "%s: %s", shown, strerror(errno));
	if (!qcow2_is_one(fd))
		return complain(EXIT_BAD_FILE, "%s is not a qcow2 file", shown);
	if (number64(head + QCOW2_BACKING))
		other = "a backing file";
	else if (number32(head + QCOW2_VERSION) >= 3 &&
		 number64(head + QCOW2_INCOMPATIBLE) & QCOW2_DATA_FILE)
		other = "an external data file";
	if (other)
		return complain(EXIT_BAD_FILE,
				"%s has %s, which is not supported: 'qemu-img convert' makes a single file",
				shown, other);
	*size = number64(head + QCOW2_SIZE);
	return *size ? EXIT_DONE :
		complain(EXIT_BAD_FILE, "%s has a disk of 0 bytes: at least 1 is needed",
			 shown);
}

/* Find an extension in @head, the start of a file. Return: its offset, or 0. */
static size_t qcow2_find(const unsigned char head[QCOW2_CLUSTER], uint32_t type)
{
	size_t pos = number32(head + QCOW2_LENGTH);

	if (memcmp(head, QCOW2_MAGIC, 4) || number32(head + QCOW2_VERSION) < 3)
		return 0;
	while (pos >= QCOW2_HEADER && pos + QCOW2_EXTENSION <= QCOW2_CLUSTER) {
		uint32_t found = number32(head + pos);
		uint32_t length = number32(head + pos + 4);

		if (found == type)
			return pos;
		if (found == QCOW2_END || length > QCOW2_CLUSTER)
			return 0;
		pos += QCOW2_EXTENSION + (length + 7) / 8 * 8;
	}
	return 0;
}

void qcow2_get_shape(int fd, struct shape *shape)
{
	unsigned char head[QCOW2_CLUSTER] = "";
	char text[SHAPE_TEXT];
	size_t pos, length;

	*shape = (struct shape) { };
	if (pread(fd, head, sizeof(head), 0) != sizeof(head))
		return;
	pos = qcow2_find(head, QCOW2_SHAPE);
	length = pos ? number32(head + pos + 4) : 0;
	if (!pos || pos + QCOW2_EXTENSION + length > sizeof(head))
		return;
	snprintf(text, sizeof(text), "%.*s", (int)length, head + pos + QCOW2_EXTENSION);
	shape_parse(shape, text);
}

void qcow2_put_shape(int fd, const struct shape *shape)
{
	unsigned char head[QCOW2_CLUSTER] = "";
	char text[SHAPE_TEXT];
	uint32_t type = htobe32(QCOW2_SHAPE), length;
	size_t pos, room;

	if (pread(fd, head, sizeof(head), 0) != sizeof(head))
		return;
	pos = qcow2_find(head, QCOW2_END);
	length = strlen(shape_format(shape, text));
	room = QCOW2_EXTENSION + (length + 7) / 8 * 8;
	/* There must also be room for the end mark after it, which is zeroes. */
	if (!pos || pos + room + QCOW2_EXTENSION > sizeof(head))
		return;
	memset(head + pos, 0, room + QCOW2_EXTENSION);
	memcpy(head + pos, &type, sizeof(type));
	memcpy(head + pos + QCOW2_EXTENSION, text, length);
	length = htobe32(length);
	memcpy(head + pos + 4, &length, sizeof(length));
	/* Ignore errors: the image is valid without the properties of the disk. */
	if (pwrite(fd, head + pos, room + QCOW2_EXTENSION, pos) < 0)
		return;
}

/* Get a path for an open file, and let qemu-img inherit the file. */
static const char *qcow2_name(int fd, char name[32])
{
	snprintf(name, 32, "/dev/fd/%d", fd);
	fcntl(fd, F_SETFD, 0);
	return name;
}

/* Run qemu-img. If it fails, print its message, without paths in /dev/fd. */
static int qcow2_run(const char *const *words, int code, const char *shown)
{
	char text[400] = "", *line;
	int status, log = memfd_create("qemu-img", MFD_CLOEXEC);

	status = run_program_with(words, -1, -1, log);
	if (log >= 0 && pread(log, text, sizeof(text) - 1, 0) < 0)
		*text = '\0';
	if (log >= 0)
		close(log);
	if (!status || interrupt_came())
		return status ? EXIT_FAILED : EXIT_DONE;
	if (status == 127)
		return complain(EXIT_FAILED, "%s: qemu-img cannot be run (Debian: qemu-utils)",
				shown);
	text[strcspn(text, "\n")] = '\0';
	line = strstr(text, "/dev/fd/");
	line = line ? strstr(line, ": ") : NULL;
	line = line ? line + 2 : text;
	return complain(code, "%s: qemu-img: %s", shown,
			*line ? line : "it failed without a message");
}

int qcow2_read(int fd, const char *shown, int to)
{
	char from_name[32], to_name[32];
	const char *const words[] = { "qemu-img", "convert", "-n",
				      "--target-is-zero", "-f", "qcow2", "-O",
				      "raw", qcow2_name(fd, from_name),
				      qcow2_name(to, to_name), NULL };
	int err = qcow2_run(words, EXIT_BAD_FILE, shown);

	/* qemu-img leaves the written data in the cache. */
	if (!err && fsync(to))
		err = complain(EXIT_FAILED, "%s: %s", shown, strerror(errno));
	return err;
}

int qcow2_write(int from, int fd, const char *shown)
{
	char from_name[32], to_name[32];
	const char *const words[] = { "qemu-img", "convert", "-f", "raw", "-O",
				      "qcow2", qcow2_name(from, from_name),
				      qcow2_name(fd, to_name), NULL };

	return qcow2_run(words, EXIT_FAILED, shown);
}
