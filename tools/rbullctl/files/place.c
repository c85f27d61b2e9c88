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
 */
struct walk {
	const char *whole;
	char rest[PATH_MAX];
	int folder;
	int links;
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

static int walk_link(struct walk *walk, const char *name, const struct stat *st)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t length;

	if (!is_mine(st->st_uid))
		return complain(EXIT_FAILED,
				"%s: '%s' in this path is a link of user %u: links of other users are not followed",
				walk->whole, name, st->st_uid);
	if (++walk->links > PLACE_LINKS)
		return walk_failed(walk, ELOOP);
	length = readlinkat(walk->folder, name, target, sizeof(target) - 1);
	if (length < 0)
		return walk_failed(walk, errno);
	target[length] = '\0';
	strcpy(rest, walk->rest);
	if (snprintf(walk->rest, sizeof(walk->rest), "%s%s", target, rest) >=
	    (int)sizeof(walk->rest))
		return walk_failed(walk, ENAMETOOLONG);
	return *target == '/' ?
		walk_enter(walk, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)) :
		EXIT_DONE;
}

/*
 * Resolve one component; @st receives the last one, all 0 if it does not exist.
 */
static int walk_step(struct walk *walk, char name[NAME_MAX + 1], bool *last,
		     struct stat *st)
{
	int err = walk_next(walk, name, last);

	memset(st, 0, sizeof(*st));
	if (err)
		return err;
	if (fstatat(walk->folder, name, st, AT_SYMLINK_NOFOLLOW))
		return *last && errno == ENOENT ? EXIT_DONE :
			walk_failed(walk, errno);
	if (S_ISLNK(st->st_mode)) {
		*last = false;
		return walk_link(walk, name, st);
	}
	return *last ? EXIT_DONE :
		walk_enter(walk, openat(walk->folder, name, O_PATH | O_DIRECTORY |
					O_NOFOLLOW | O_CLOEXEC));
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
	    asprintf(&place->shown, "%s/%s", length > 1 ? real : "", name) < 0)
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

	*place = (struct place) { .folder = -1 };
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
