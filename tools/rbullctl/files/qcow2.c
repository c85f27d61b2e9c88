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

/* Bits of the incompatible features. */
#define QCOW2_DIRTY	1u
#define QCOW2_CORRUPT	2u
#define QCOW2_DATA_FILE	4u

/* Status of qemu-img check if data is lost; or only space in the file. */
#define QCOW2_DAMAGED	2
#define QCOW2_LEAKS	3

/* Space for messages of qemu-img. */
#define QCOW2_TEXT	400

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

void qcow2_get_shape(int fd, const char *shown, struct shape *shape)
{
	unsigned char head[QCOW2_CLUSTER] = "";
	char text[QCOW2_CLUSTER];
	size_t pos, length;

	*shape = (struct shape) { };
	if (pread(fd, head, sizeof(head), 0) != sizeof(head))
		return;
	pos = qcow2_find(head, QCOW2_SHAPE);
	length = pos ? number32(head + pos + 4) : 0;
	if (!pos || pos + QCOW2_EXTENSION + length > sizeof(head))
		return;
	snprintf(text, sizeof(text), "%.*s", (int)length, head + pos + QCOW2_EXTENSION);
	if (shape_parse(shape, text, shown))
		return;
	*shape = (struct shape) { };
	complain(EXIT_DONE, "%s: the properties of the disk in its header are ignored", shown);
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

/* Run qemu-img; @text receives its messages. Return: its status. */
static int qcow2_status(const char *const *words, char text[QCOW2_TEXT])
{
	int status, log = memfd_create("qemu-img", MFD_CLOEXEC);
	ssize_t length = -1;

	status = run_program_with(words, -1, -1, log);
	if (log >= 0) {
		length = pread(log, text, QCOW2_TEXT - 1, 0);
		close(log);
	}
	text[length < 0 ? 0 : length] = '\0';
	return status;
}

/* The first line of messages of qemu-img, without paths in /dev/fd. */
static const char *qcow2_line(char text[QCOW2_TEXT])
{
	char *line;

	text[strcspn(text, "\n")] = '\0';
	line = strstr(text, "/dev/fd/");
	line = line ? strstr(line, ": ") : NULL;
	line = line ? line + 2 : text;
	return *line ? line : "it failed without a message";
}

/* Run qemu-img. If it fails, print its message, and why there may be no space. */
static int qcow2_run(const char *const *words, int code, const char *shown,
		     const char *full)
{
	char text[QCOW2_TEXT];
	const char *line;
	int status = qcow2_status(words, text);

	if (!status || interrupt_came())
		return status ? EXIT_FAILED : EXIT_DONE;
	if (status == 127)
		return complain(EXIT_FAILED, "%s: qemu-img cannot be run (Debian: qemu-utils)",
				shown);
	line = qcow2_line(text);
	if (full && strstr(line, strerror(ENOSPC)))
		return complain(EXIT_FAILED, "%s: qemu-img: %s%s", shown, line, full);
	return complain(code, "%s: qemu-img: %s", shown, line);
}

int qcow2_check(int fd, const char *shown)
{
	unsigned char head[QCOW2_HEADER] = "";
	char name[32], text[QCOW2_TEXT];
	const char *const words[] = { "qemu-img", "check", "-q", "-f", "qcow2",
				      qcow2_name(fd, name), NULL };
	uint64_t features;
	int status;

	if (pread(fd, head, sizeof(head), 0) < 0)
		return complain(EXIT_FAILED, "%s: %s", shown, strerror(errno));
	features = number32(head + QCOW2_VERSION) < 3 ? 0 :
		number64(head + QCOW2_INCOMPATIBLE);
	if (features & QCOW2_CORRUPT)
		return complain(EXIT_BAD_FILE, "%s is marked as corrupt: 'qemu-img check -r all' may repair it",
				shown);
	if (features & QCOW2_DIRTY)
		return EXIT_DONE;
	status = qcow2_status(words, text);
	if (interrupt_came())
		return EXIT_FAILED;
	if (!status || status == QCOW2_LEAKS)
		return EXIT_DONE;
	if (status == 127)
		return complain(EXIT_FAILED, "%s: qemu-img cannot be run (Debian: qemu-utils)",
				shown);
	if (status == QCOW2_DAMAGED)
		return complain(EXIT_BAD_FILE, "%s: qemu-img: %s: it is truncated or corrupt",
				shown, qcow2_line(text));
	/* It could not look. Only a signal has certainly nothing to do with the file. */
	return complain(status > 128 ? EXIT_FAILED : EXIT_BAD_FILE, "%s: qemu-img: %s", shown,
			qcow2_line(text));
}

int qcow2_read(int fd, const char *shown, int to, const char *full)
{
	char from_name[32], to_name[32];
	/*
	 * Without the page cache: it would report EIO for whatever happened, and take
	 * RAM for a second copy.
	 */
	const char *const words[] = { "qemu-img", "convert", "-n",
				      "--target-is-zero", "-t", "none", "-f",
				      "qcow2", "-O", "raw", qcow2_name(fd, from_name),
				      qcow2_name(to, to_name), NULL };
	int err = qcow2_run(words, EXIT_BAD_FILE, shown, full);

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

	return qcow2_run(words, EXIT_FAILED, shown, NULL);
}
