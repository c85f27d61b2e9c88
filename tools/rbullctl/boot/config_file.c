// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a file of /etc/rbull.d. libinih parses its lines. How it treats
 * comments after values, indented lines and long lines depends on how it was
 * built. So it gets only lines that have the same meaning in all builds. Other
 * lines are refused here, where their number is known.
 */
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "boot/config_file.h"

/* Largest size of a file, and of a line without its comment and line feed, bytes. */
#define FILE_MAX	65536
#define LINE_BYTES	198

#define BLANKS		" \t"
#define BYTE_ORDER_MARK	"\xef\xbb\xbf"

/**
 * struct reader - a file that libinih parses
 * @config: receives the values
 * @text: contents of the file
 * @size: size of the file, bytes
 * @pos: start of the next line
 * @line: number of the line that was read last
 */
struct reader {
	struct config *config;
	char *text;
	size_t size;
	size_t pos;
	int line;
};

static bool is_utf8(char *text, size_t size)
{
	/* glibc has these two encodings built in. */
	iconv_t to = iconv_open("UCS-4LE", "UTF-8");
	char out[4 * LINE_BYTES + 8], *end = out;
	size_t space = sizeof(out);
	bool valid;

	if (to == (iconv_t)-1)
		return true;
	valid = iconv(to, &text, &size, &end, &space) != (size_t)-1;
	iconv_close(to);
	return valid;
}

static bool has_control(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (((unsigned char)text[i] < ' ' && text[i] != '\t') ||
		    text[i] == 0x7f)
			return true;
	return false;
}

/* Return: length of a line without a comment and without blanks at its end. */
static size_t line_length(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (strchr("#;", text[i]) && text[i] &&
		    (!i || strchr(BLANKS, text[i - 1])))
			break;
	while (i && strchr(BLANKS "\r", text[i - 1]) && text[i - 1])
		i--;
	return i;
}

/* Check a line without its comment. Return: true if libinih may get it. */
static bool line_judge(struct reader *reader, char *text, size_t size)
{
	struct config *config = reader->config;
	int line = reader->line;

	if (memchr(text, '\0', size))
		config_wrong(config, line, "it has a zero byte");
	else if (has_control(text, size))
		config_wrong(config, line, "it has a control character");
	else if (size > LINE_BYTES)
		config_wrong(config, line, "it is too long: at most %d bytes are allowed",
			     LINE_BYTES);
	else if (!is_utf8(text, size))
		config_wrong(config, line, "it is not UTF-8");
	else if (strchr(BLANKS, *text))
		config_wrong(config, line, "it is indented: begin it with its key");
	else if (text[size - 1] == '\\')
		config_wrong(config, line,
			     "it ends with \\: a line is not continued in the next one");
	else if (*text == '[' && strcmp(text, "[disk]"))
		config_wrong(config, line, "there is no section %s: only [disk] is allowed",
			     text);
	else if (*text != '[' && (!strpbrk(text, "=:") || strchr("=:", *text)))
		config_wrong(config, line, "'%s' is not KEY = VALUE", text);
	else
		return true;
	return false;
}

/*
 * Used by libinih like fgets(). Returns the next line; it is empty if there is
 * only a comment or if the line was refused.
 */
static char *reader_line(char *text, int space, void *context)
{
	struct reader *reader = context;
	char *line = reader->text + reader->pos, *end;
	size_t size = reader->size - reader->pos;

	if (!size)
		return NULL;
	end = memchr(line, '\n', size);
	reader->pos += end ? end - line + 1 : (ssize_t)size;
	if (end)
		size = end - line;
	reader->line++;
	if (reader->line == 1 && size >= 3 && !memcmp(line, BYTE_ORDER_MARK, 3)) {
		line += 3;
		size -= 3;
	}
	size = line_length(line, size);
	/* @text of the reader has a byte more than the largest file. */
	line[size] = '\0';
	if (!size || !line_judge(reader, line, size))
		size = 0;
	snprintf(text, space, "%.*s\n", (int)size, line);
	return text;
}

/* To libinih 0 is an error. Return 1: config_set() has reported errors already. */
static int reader_handle(void *context, const char *section, const char *key,
			 const char *value)
{
	struct reader *reader = context;

	(void)section;
	config_set(reader->config, reader->line, key, value);
	return 1;
}

static bool is_masked(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3);
}

/*
 * Whoever can change a file or its folder determines what root mounts and
 * overwrites.
 */
static void owner_judge(struct config *config, const char *what,
			const struct stat *st)
{
	/* Write permission for the group is allowed if it is group root. */
	bool others = st->st_mode & (st->st_gid ? 0022 : 0002);

	if (st->st_uid)
		config_wrong(config, 0, "%s belongs to user %u: only root may be able to change it",
			     what, st->st_uid);
	else if (others)
		config_wrong(config, 0, "%s has mode %04o: only root may be able to change it",
			     what, st->st_mode & 07777);
}

/* Check the file before opening it: opening a device can have effects, or wait. */
static int file_open(struct config *config)
{
	struct stat st, folder;
	int fd = -1;

	if (!stat(config->path, &st)) {
		config->masked = is_masked(&st);
		if (config->masked)
			return -1;
		owner_judge(config, "it", &st);
		if (stat(CONFIG_FOLDER, &folder))
			config_wrong(config, 0, CONFIG_FOLDER ": %s", strerror(errno));
		else
			owner_judge(config, CONFIG_FOLDER, &folder);
		if (!S_ISREG(st.st_mode))
			config_wrong(config, 0, "it is not a regular file");
		else if (st.st_size > FILE_MAX)
			config_wrong(config, 0, "it has %lld bytes: at most %d are allowed",
				     (long long)st.st_size, FILE_MAX);
		if (config->wrong)
			return -1;
		fd = open(config->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	}
	if (fd < 0)
		config->wrong = complain(EXIT_NO_DISK, "%s: %s", config->path,
					 strerror(errno));
	return fd;
}

void config_file_parse(struct config *config)
{
	struct reader reader = { .config = config };
	int fd = file_open(config);
	ssize_t nr = 1;

	reader.text = malloc(FILE_MAX + 1);
	if (!reader.text)
		config->wrong = complain(EXIT_FAILED, "there is not enough memory");
	while (fd >= 0 && !config->wrong && nr > 0 && reader.size < FILE_MAX) {
		nr = read(fd, reader.text + reader.size, FILE_MAX - reader.size);
		if (nr < 0)
			config->wrong = complain(EXIT_FAILED, "%s: %s",
						 config->path, strerror(errno));
		else
			reader.size += nr;
	}
	if (fd >= 0 && !config->wrong)
		ini_parse_stream(reader_line, &reader, reader_handle, &reader);
	if (fd >= 0)
		close(fd);
	free(reader.text);
}
