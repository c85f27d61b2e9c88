// SPDX-License-Identifier: GPL-2.0-only
/*
 * Snapshots of a disk.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib.h"

static int rbull_snapshot_call(struct rbull *rbull, unsigned long request,
			       int index, const char *name, unsigned int flags,
			       uint64_t *quiesced_ns, const char *what)
{
	struct rbull_snapshot snapshot = RBULL_INIT(rbull_snapshot);
	int err;

	snapshot.call.index = index;
	snapshot.call.flags = flags;
	err = rbull_copy_name(rbull, snapshot.snapshot, name);
	if (err)
		return err;
	err = rbull_call(rbull, request, &snapshot.call, what);
	if (!err && quiesced_ns)
		*quiesced_ns = snapshot.quiesced_ns;
	return err;
}

int rbull_snapshot_create(struct rbull *rbull, int index, const char *snapshot,
			  uint64_t *quiesced_ns)
{
	return rbull_snapshot_call(rbull, RBULL_IOC_SNAPSHOT_CREATE, index,
				   snapshot, 0, quiesced_ns,
				   "make a snapshot of");
}

int rbull_snapshot_rewind(struct rbull *rbull, int index, const char *snapshot,
			  unsigned int flags, uint64_t *quiesced_ns)
{
	return rbull_snapshot_call(rbull, RBULL_IOC_SNAPSHOT_REWIND, index,
				   snapshot, flags, quiesced_ns, "rewind");
}

int rbull_snapshot_remove(struct rbull *rbull, int index, const char *snapshot)
{
	return rbull_snapshot_call(rbull, RBULL_IOC_SNAPSHOT_REMOVE, index,
				   snapshot, 0, NULL, "remove a snapshot of");
}

int rbull_snapshot_list(struct rbull *rbull, int index,
			struct rbull_snapshot_entry **entries,
			size_t entry_size)
{
	struct rbull_snapshot_list list = RBULL_INIT(rbull_snapshot_list);
	void *array = calloc(RBULL_MAX_SNAPSHOTS, entry_size);
	int err;

	if (!array)
		return rbull_fail(rbull, -ENOMEM, "%s", strerror(ENOMEM));
	list.call.index = index;
	list.entries = (uintptr_t)array;
	list.nr = RBULL_MAX_SNAPSHOTS;
	list.entry_size = entry_size;
	err = rbull_call(rbull, RBULL_IOC_SNAPSHOT_LIST, &list.call,
			 "list the snapshots of");
	if (err || !entries)
		free(array);
	else
		*entries = array;
	return err ? err : (int)list.nr;
}
