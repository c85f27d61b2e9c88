// SPDX-License-Identifier: GPL-2.0-only
/*
 * Places of files, and checks whether other users can change them.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "files/place.h"
#include "lock.h"
#include "rbullctl.h"

/* Largest number of links to follow, as in the kernel. */
#define PLACE_LINKS	40

/**
 * struct walk - state of resolving a path
 * @whole: the path, for messages
 * @rest: the remaining components
 * @folder: the current folder
 * @links: number of links that were followed
 * @magic: a folder was entered through a magic link, so its path, as this
 *	process sees it, need not lead to it
 */
struct walk {
	const char *whole;
	char rest[PATH_MAX];
	int folder;
	int links;
	bool magic;
};

static bool is_mine(uid_t uid)
{
	return !uid || uid == geteuid();
}

static int walk_failed(const struct walk *walk, int err)
{
	return complain(EXIT_FAILED, "%s: %s", walk->whole, strerror(err));
}

/* Take the next component off the rest; *@last: there is none after it. */
static int walk_next(struct walk *walk, char name[NAME_MAX + 1], bool *last)
{
	char *begin = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(begin, "/");

	if (length > NAME_MAX)
		return walk_failed(walk, ENAMETOOLONG);
	snprintf(name, NAME_MAX + 1, "%.*s", (int)length, begin);
	*last = !begin[length];
	memmove(walk->rest, begin + length, strlen(begin + length) + 1);
	return EXIT_DONE;
}

static int walk_enter(struct walk *walk, int folder)
{
	if (walk->folder >= 0)
		close(walk->folder);
	walk->folder = folder;
	return folder >= 0 ? EXIT_DONE : walk_failed(walk, errno);
}

/*
 * Links of procfs, such as /proc/PID/root or /proc/self/fd/N, lead to an open file.
 * Their text is for people only: it may be the path in another mount namespace, the
 * former path of a removed file, or no path at all. Let the kernel follow them, and
 * only to folders: a file must have a folder where it can be replaced, and where its
 * checksum is.
 */
static int walk_magic(struct walk *walk, const char *name, bool *last)
{
	int folder = openat(walk->folder, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0 && errno == ENOTDIR)
		return complain(EXIT_FAILED,
				"%s: '%s' in this path is a link of the kernel to an open file: write the path of the file itself%s",
				walk->whole, name, *last ?
				", or - for standard input or output" : "");
	*last = false;
	walk->magic = true;
	return walk_enter(walk, folder);
}

static bool is_in_procfs(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && fs.f_type == PROC_SUPER_MAGIC;
}

/*
 * Follow the open link @fd, unless it belongs to another user: that user may have
 * made it for root to follow.
 */
static int walk_link(struct walk *walk, const char *name, int fd,
		     const struct stat *st, bool *last)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t length;

	if (!is_mine(st->st_uid))
		return complain(EXIT_FAILED,
				"%s: '%s' in this path is a link of user %u: links of other users are not followed",
				walk->whole, name, st->st_uid);
	if (++walk->links > PLACE_LINKS)
		return walk_failed(walk, ELOOP);
	if (is_in_procfs(fd))
		return walk_magic(walk, name, last);
	*last = false;
	length = readlinkat(fd, "", target, sizeof(target) - 1);
	if (length < 0)
		return walk_failed(walk, errno);
	target[length] = '\0';
	strcpy(rest, walk->rest);
	if (snprintf(walk->rest, sizeof(walk->rest), "%s%s", target, rest) >=
	    (int)sizeof(walk->rest))
		return walk_failed(walk, ENAMETOOLONG);
	if (*target != '/')
		return EXIT_DONE;
	walk->magic = false;
	return walk_enter(walk, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* Resolve a component that is no folder, or the last one. */
static int walk_file(struct walk *walk, const char *name, bool *last, struct stat *st)
{
	/* Open it first: by its name it may be another file a moment later. */
	int fd = openat(walk->folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int err = EXIT_DONE;

	if (fd < 0)
		return *last && errno == ENOENT ? EXIT_DONE :
			walk_failed(walk, errno);
	if (fstat(fd, st))
		err = walk_failed(walk, errno);
	else if (S_ISLNK(st->st_mode))
		err = walk_link(walk, name, fd, st, last);
	else if (!*last)
		err = walk_failed(walk, ENOTDIR);
	close(fd);
	return err;
}

/*
 * Resolve one component; @st receives the last one, all 0 if it does not exist.
 */
static int walk_step(struct walk *walk, char name[NAME_MAX + 1], bool *last,
		     struct stat *st)
{
	int err = walk_next(walk, name, last);
	int folder;

	memset(st, 0, sizeof(*st));
	if (err)
		return err;
	if (*last)
		return walk_file(walk, name, last, st);
	folder = openat(walk->folder, name,
			O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	/* It may be a link. */
	if (folder < 0 && errno == ENOTDIR)
		return walk_file(walk, name, last, st);
	return walk_enter(walk, folder);
}

static int place_fill(struct place *place, struct walk *walk, const char *name,
		      const struct stat *st)
{
	char real[PATH_MAX], magic[40];
	struct stat folder;
	ssize_t length;

	if (!*name || S_ISDIR(st->st_mode))
		return complain(EXIT_BAD_FILE, "%s is not a regular file, but a folder",
				walk->whole);
	if (fstat(walk->folder, &folder))
		return walk_failed(walk, errno);
	snprintf(magic, sizeof(magic), "/proc/self/fd/%d", walk->folder);
	length = readlink(magic, real, sizeof(real) - 1);
	if (length < 0)
		return walk_failed(walk, errno);
	real[length] = '\0';
	if (asprintf(&place->path, "%s/%s", magic, name) < 0 ||
	    (walk->magic ? asprintf(&place->shown, "%s", walk->whole) :
	     asprintf(&place->shown, "%s/%s", length > 1 ? real : "", name)) < 0)
		return walk_failed(walk, ENOMEM);
	place->folder = walk->folder;
	place->is_there = st->st_mode;
	place->is_regular = S_ISREG(st->st_mode);
	place->is_shared = !is_mine(folder.st_uid) || folder.st_mode & 022;
	return EXIT_DONE;
}

int place_begin(struct place *place, const char *path)
{
	struct walk walk = { .whole = path, .folder = -1 };
	char name[NAME_MAX + 1];
	struct stat st;
	bool last = false;
	int err;

	*place = (struct place) { .given = path, .folder = -1 };
	if (!*path)
		return complain(EXIT_USAGE, "'' is not the name of a file");
	if (strlen(path) >= sizeof(walk.rest))
		return walk_failed(&walk, ENAMETOOLONG);
	strcpy(walk.rest, path);
	err = walk_enter(&walk, open(*path == '/' ? "/" : ".",
				     O_PATH | O_DIRECTORY | O_CLOEXEC));
	while (!err && !last)
		err = walk_step(&walk, name, &last, &st);
	if (!err)
		err = place_fill(place, &walk, name, &st);
	if (err && walk.folder >= 0)
		close(walk.folder);
	return err;
}

/* Check for a pseudo file system, whose files may have no end. */
static bool is_made_up(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs))
		return false;
	switch ((unsigned long)fs.f_type) {
	case PROC_SUPER_MAGIC:
	case SYSFS_MAGIC:
	case DEBUGFS_MAGIC:
	case TRACEFS_MAGIC:
	case CGROUP2_SUPER_MAGIC:
		return true;
	default:
		return false;
	}
}

int place_open(const struct place *place)
{
	struct stat st;
	int fd;

	if (place->is_there && !place->is_regular) {
		complain(EXIT_BAD_FILE, "%s is not a regular file", place->shown);
		return -1;
	}
	fd = open(place->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st)) {
		complain(EXIT_FAILED, "%s: %s", place->shown, strerror(errno));
	} else if (!S_ISREG(st.st_mode) || is_made_up(fd)) {
		complain(EXIT_BAD_FILE, "%s is not a regular file%s", place->shown,
			 S_ISREG(st.st_mode) ? ", but generated by the kernel" : "");
		close(fd);
		fd = -1;
	}
	return fd;
}

bool place_is_trusted(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && is_mine(st.st_uid) && !(st.st_mode & 022);
}

int place_lock(const struct place *place)
{
	char name[48], *what;
	struct stat st;
	int fd;

	if (fstat(place->folder, &st))
		return -errno;
	if (asprintf(&what,
		     "%s: waiting for another rbullctl, which replaces a file in this folder",
		     place->shown) < 0)
		return -ENOMEM;
	snprintf(name, sizeof(name), "folder.%llx.%llx",
		 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	fd = lock_take(name, what);
	free(what);
	return fd;
}

void place_end(struct place *place)
{
	if (place->folder >= 0)
		close(place->folder);
	free(place->path);
	free(place->shown);
	*place = (struct place) { .folder = -1 };
}
