// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conflicts between files of /etc/rbull.d, in names, numbers, images and mount
 * points. Two disks with one image would overwrite each other's image, and of
 * two disks with one mount point, one would hide the other; so both files are
 * refused.
 */
#include <errno.h>
#include <mntent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "boot/claims.h"
#include "boot/paths.h"
#include "boot/units.h"
#include "files/format.h"

/* All files without errors of their own. */
static struct config *claims;
static int nr_claims = -1;

/* Do not print the errors of other files here: each file gets its own check. */
static void claims_read(void)
{
	char **names;
	int nr, i;

	if (nr_claims >= 0)
		return;
	nr_claims = 0;
	complain_hush(true);
	nr = config_names(&names);
	claims = calloc(nr > 0 ? nr : 1, sizeof(*claims));
	if (!claims)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	for (i = 0; i < nr; i++) {
		struct config *config = &claims[nr_claims];

		if (config_read(config, names[i]) || config->masked)
			config_free(config);
		else
			nr_claims++;
		free(names[i]);
	}
	free(names);
	complain_hush(false);
}

/* Several disks may use one image if none of them saves to it. */
static bool claims_image(const struct config *a, const struct config *b)
{
	const char *image_a = a->values[CONFIG_IMAGE];
	const char *image_b = b->values[CONFIG_IMAGE];

	return image_a && image_b && (config_saves(a) || config_saves(b)) &&
	       path_is_same(image_a, image_b);
}

static void judge_other(struct config *config, const struct config *other)
{
	const char *mount = config->values[CONFIG_MOUNT];
	const char *index = "index";

	if (!strcmp(config->add.call.name, other->add.call.name))
		config_wrong(config, config_line(config, "name"), "name: %s has the same name, '%s'",
			     other->path, other->add.call.name);
	if (config_line(config, index) && config_line(other, index) &&
	    config->add.call.index >= 0 &&
	    config->add.call.index == other->add.call.index)
		config_wrong(config, config_line(config, index), "index: %s has the same index, %d",
			     other->path, other->add.call.index);
	if (claims_image(config, other))
		config_wrong(config, config->lines[CONFIG_IMAGE],
			     "image: %s has the same image, %s: this is allowed only if neither disk is saved to it",
			     other->path, other->values[CONFIG_IMAGE]);
	if (mount && other->values[CONFIG_MOUNT] &&
	    path_is_same(mount, other->values[CONFIG_MOUNT]))
		config_wrong(config, config->lines[CONFIG_MOUNT], "mount: %s has the same mount point, %s",
			     other->path, other->values[CONFIG_MOUNT]);
}

/* Return: true if @b must be mounted before @a can be started. */
static bool claims_need(const struct config *a, const struct config *b)
{
	const char *mount = b->values[CONFIG_MOUNT];

	return path_is_below(a->values[CONFIG_IMAGE], mount) ||
	       path_is_below(a->values[CONFIG_MOUNT], mount);
}

/*
 * Check whether @from depends on @to, directly or through at most @depth
 * others.
 */
static const struct config *needs_at_last(const struct config *from,
					  const struct config *to, int depth)
{
	int i;

	if (claims_need(from, to))
		return from;
	for (i = 0; depth && i < nr_claims; i++) {
		const struct config *next = &claims[i];

		if (next != from && claims_need(from, next) &&
		    needs_at_last(next, to, depth - 1))
			return next;
	}
	return NULL;
}

static void judge_order(struct config *config)
{
	int i;

	if (path_is_below(config->values[CONFIG_IMAGE],
			  config->values[CONFIG_MOUNT])) {
		config_wrong(config, config->lines[CONFIG_IMAGE],
			     "image: %s is in %s, where the disk itself is mounted",
			     config->values[CONFIG_IMAGE],
			     config->values[CONFIG_MOUNT]);
		return;
	}
	for (i = 0; i < nr_claims; i++) {
		const struct config *other = &claims[i];

		if (!strcmp(other->name, config->name) ||
		    !claims_need(config, other) ||
		    !needs_at_last(other, config, nr_claims))
			continue;
		config_wrong(config, 0,
			     "this disk needs the mount of %s on %s, and that disk needs the mount of this one",
			     other->path, other->values[CONFIG_MOUNT]);
		return;
	}
}

/* Refuse mount points of the system itself. Return: true if @mount is one. */
static bool judge_system(struct config *config, const char *mount)
{
	static const char *const places[] = {
		"/", "/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/run",
		"/sbin", "/sys", "/usr",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (!strcmp(mount, places[i]))
			break;
	if (i == ARRAY_SIZE(places) && !path_is_below(mount, "/dev") &&
	    !path_is_below(mount, "/proc") && !path_is_below(mount, "/sys"))
		return false;
	config_wrong(config, config->lines[CONFIG_MOUNT], "mount: %s is a place of the system itself: choose another mount point",
		     mount);
	return true;
}

static bool judge_fstab(struct config *config, const char *mount)
{
	FILE *file = setmntent(_PATH_MNTTAB, "re");
	struct mntent *entry;
	bool found = false;

	if (!file && errno != ENOENT) {
		config_wrong(config, config->lines[CONFIG_MOUNT],
			     "mount: " _PATH_MNTTAB ", which may have %s too: %s",
			     mount, strerror(errno));
		return true;
	}
	while (file && !found && (entry = getmntent(file))) {
		path_simplify(entry->mnt_dir);
		found = !strcmp(entry->mnt_dir, mount);
		if (found)
			config_wrong(config, config->lines[CONFIG_MOUNT],
				     "mount: %s is also in " _PATH_MNTTAB ", for %s",
				     mount, entry->mnt_fsname);
	}
	if (file)
		endmntent(file);
	return found;
}

/*
 * @suffix: kind of unit. A masked mount unit hides the one that is generated; a
 * masked automount unit does nothing.
 */
static void judge_unit(struct config *config, const char *mount, const char *suffix)
{
	char *name = unit_name(mount, suffix);
	char *path = unit_find(name, config->path);
	int err = path ? path_error(path) : 0;
	struct stat st;

	if (path && !strcmp(suffix, UNIT_AUTOMOUNT) && !stat(path, &st) &&
	    S_ISCHR(st.st_mode))
		err = 0;
	else if (err)
		config_wrong(config, config->lines[CONFIG_MOUNT],
			     "mount: %s, which may be another unit for %s: %s",
			     path, mount, strerror(err));
	else if (path)
		config_wrong(config, config->lines[CONFIG_MOUNT],
			     "mount: %s has another unit, %s, which mounts there or is masked",
			     mount, path);
	free(name);
	free(path);
}

/*
 * systemd does not mount over links. Folders that do not exist yet are made, so check
 * the part of the path that exists: a link in it may be a user's, or lead to nothing.
 */
static void judge_link(struct config *config, const char *mount)
{
	char *path = strdup(mount), *real = NULL, *slash = path;
	int line = config->lines[CONFIG_MOUNT];
	struct stat st;

	if (!path)
		exit(complain(EXIT_FAILED, "there is not enough memory"));
	while (slash && !(real = realpath(path, NULL)) && errno == ENOENT &&
	       lstat(path, &st) && errno == ENOENT) {
		slash = strrchr(path, '/');
		*slash = '\0';
		/* Nothing of it exists. */
		if (slash == path)
			slash = NULL;
	}
	if (real && strcmp(real, path))
		config_wrong(config, line, "mount: %s has a symbolic link in it: write %s%s",
			     mount, real, mount + strlen(path));
	else if (slash && !real)
		config_wrong(config, line, "mount: %s: %s: %s", mount, path,
			     errno == ENOENT ? "it is a link to a file that is not there" :
			     strerror(errno));
	free(real);
	free(path);
}

/*
 * An older version of rbullctl saved to a link in the format that its name says; start
 * would take the file for what its own name says.
 */
static void judge_format(struct config *config, const char *image)
{
	char *real = path_real(image);
	const char *foreign = format_foreign(real), *says, *is;
	int line = config->lines[CONFIG_IMAGE];

	if (foreign)
		config_wrong(config, line,
			     "image: %s leads to %s: the format %s is not supported, only raw and qcow2",
			     image, real, foreign);
	else if (format_clash(image, real, &says, &is))
		config_wrong(config, line,
			     "image: %s is %s by its name, but leads to %s, which is %s by its name: write the path of that file",
			     image, says, real, is);
	free(real);
}

/* It must be known what the paths lead to, also to compare them with others. */
static bool judge_paths(struct config *config)
{
	const char *image = config->values[CONFIG_IMAGE];
	const char *mount = config->values[CONFIG_MOUNT];
	int err = mount ? path_error(mount) : 0;

	if (err)
		config_wrong(config, config->lines[CONFIG_MOUNT], "mount: %s: %s",
			     mount, strerror(err));
	err = image ? path_error(image) : 0;
	if (err)
		config->wrong = complain(EXIT_FAILED, "%s: line %d: image: %s: %s",
					 config->path, config->lines[CONFIG_IMAGE],
					 image, strerror(err));
	return !config->wrong;
}

int claims_judge(struct config *config)
{
	const char *mount = config->values[CONFIG_MOUNT];
	int i;

	if (!judge_paths(config))
		return config->wrong;
	if (config->values[CONFIG_IMAGE])
		judge_format(config, config->values[CONFIG_IMAGE]);
	claims_read();
	for (i = 0; i < nr_claims; i++)
		if (strcmp(claims[i].name, config->name))
			judge_other(config, &claims[i]);
	judge_order(config);
	if (!mount || judge_system(config, mount))
		return config->wrong;
	judge_link(config, mount);
	if (!judge_fstab(config, mount)) {
		judge_unit(config, mount, UNIT_MOUNT);
		judge_unit(config, mount, UNIT_AUTOMOUNT);
	}
	return config->wrong;
}
