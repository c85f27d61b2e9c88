// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checksums of image files, and the files that contain them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/checksum.h"
#include "files/files.h"
#include "rbullctl.h"

#define CHECKSUM_HEAD \
	"# checksum of an image that rbullctl saved: see rbullctl(8)\n"

/* libgcrypt must be initialized with gcry_check_version(). */
gcry_md_hd_t checksum_begin(void)
{
	gcry_md_hd_t sum;

	if (!gcry_check_version(NULL) || gcry_md_open(&sum, GCRY_MD_SHA256, 0))
		exit(complain(EXIT_FAILED, "libgcrypt does not work"));
	return sum;
}

bool checksum_is_zero(const void *data, size_t length)
{
	const unsigned char *bytes = data;

	return !length || (!bytes[0] && !memcmp(bytes, bytes + 1, length - 1));
}

static void checksum_number(gcry_md_hd_t sum, uint64_t number)
{
	unsigned char bytes[8];
	int i;

	for (i = 0; i < 8; i++)
		bytes[i] = number >> 8 * i;
	gcry_md_write(sum, bytes, sizeof(bytes));
}

void checksum_add(gcry_md_hd_t sum, const void *data, size_t length,
		  uint64_t pos)
{
	static const char zeroes[CHECKSUM_BLOCK];
	const char *block = data;
	size_t part;

	for (; length; length -= part, block += part, pos += part) {
		part = length < CHECKSUM_BLOCK ? length : CHECKSUM_BLOCK;
		if (checksum_is_zero(block, part))
			continue;
		checksum_number(sum, pos / CHECKSUM_BLOCK);
		gcry_md_write(sum, block, part);
		gcry_md_write(sum, zeroes, CHECKSUM_BLOCK - part);
	}
}

void checksum_end(gcry_md_hd_t sum, uint64_t size, struct checksum *checksum)
{
	const unsigned char *bytes;
	int i;

	if (!sum)
		return;
	checksum_number(sum, size);
	bytes = gcry_md_read(sum, GCRY_MD_SHA256);
	if (checksum) {
		checksum->size = size;
		for (i = 0; i < 32; i++)
			sprintf(checksum->text + 2 * i, "%02x", bytes[i]);
	}
	gcry_md_close(sum);
}

static char *checksum_path(const char *file)
{
	char *path;

	if (asprintf(&path, "%s" CHECKSUM_SUFFIX, file) < 0)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	return path;
}

/* Open only a regular file. Do not follow a link, and do not wait for a FIFO. */
static FILE *checksum_open(const char *file)
{
	char *path = checksum_path(file);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	FILE *stream = NULL;
	struct stat st;

	free(path);
	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		stream = fdopen(fd, "r");
	else
		errno = EINVAL;
	if (!stream)
		close(fd);
	return stream;
}

int checksum_read(const char *file, const char *shown,
		  struct checksum checksums[CHECKSUMS_MAX])
{
	char *name = shown ? checksum_path(shown) : NULL;
	char line[4096];
	FILE *stream = checksum_open(file);
	int nr = stream ? 0 : -errno;

	while (nr >= 0 && nr < CHECKSUMS_MAX &&
	       fgets(line, sizeof(line), stream)) {
		struct checksum *checksum = &checksums[nr];
		unsigned long long bytes;
		int end = 0;

		/* An editor may have changed the ends of the lines. */
		if (*line == '#' || *line == '\n' || !strcmp(line, "\r\n"))
			continue;
		if (sscanf(line, "rbull-sha256 %llu %64[0-9a-f]%n", &bytes,
			   checksum->text, &end) == 2 &&
		    strlen(checksum->text) == CHECKSUM_TEXT - 1) {
			checksum->size = bytes;
			nr = shape_parse(&checksum->shape, line + end, name) ?
				nr + 1 : -EBADMSG;
		} else {
			nr = -EINVAL;
		}
	}
	if (stream)
		fclose(stream);
	free(name);
	return nr ? nr : -EINVAL;
}

int checksum_judge(const char *file, const char *shown)
{
	char *path = checksum_path(file);
	struct stat st;
	int err = lstat(path, &st) ? errno : 0;

	free(path);
	if (err && err != ENOENT)
		return complain(EXIT_FAILED, "%s" CHECKSUM_SUFFIX ": %s", shown,
				strerror(err));
	return err || !S_ISDIR(st.st_mode) ? EXIT_DONE :
		complain(EXIT_FAILED,
			 "%s" CHECKSUM_SUFFIX " is a folder: the checksum of the image cannot replace it",
			 shown);
}

int checksum_write(const char *file, bool is_shared,
		   const struct checksum *checksums, int nr)
{
	char *path = checksum_path(file);
	char text[sizeof(CHECKSUM_HEAD) +
		  CHECKSUMS_MAX * (CHECKSUM_TEXT + 48 + SHAPE_TEXT)];
	size_t length = sprintf(text, CHECKSUM_HEAD);
	char shape[SHAPE_TEXT];
	int i, err;

	for (i = 0; i < nr; i++)
		length += sprintf(text + length, "rbull-sha256 %llu %s%s%s\n",
				  (unsigned long long)checksums[i].size,
				  checksums[i].text,
				  checksums[i].shape.logical_block_size ? " " : "",
				  shape_format(&checksums[i].shape, shape));
	err = file_write(path, is_shared, text, length);
	free(path);
	return err;
}

void checksum_remove(const char *file)
{
	char *path = checksum_path(file);

	unlink(path);
	free(path);
}
