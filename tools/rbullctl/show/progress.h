/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_PROGRESS_H
#define RBULLCTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct progress - a bar on stderr, if that is a terminal
 * @what: what is being done
 * @total: how much there is to do, bytes
 * @done: how much of it is done
 * @shown_ns: when the bar was drawn last
 * @begun_ns: when it was begun
 * @visible: whether there is a bar
 */
struct progress {
	const char *what;
	uint64_t total;
	uint64_t done;
	uint64_t shown_ns;
	uint64_t begun_ns;
	bool visible;
};

/**
 * progress_begin() - show a bar
 * @progress: the bar
 * @what: what is being done
 * @total: how much there is to do, bytes
 * @quiet: show none
 */
void progress_begin(struct progress *progress, const char *what, uint64_t total,
		    bool quiet);

/**
 * progress_add() - more is done
 * @progress: the bar
 * @bytes: how much more
 */
void progress_add(struct progress *progress, uint64_t bytes);

/**
 * progress_end() - take the bar away
 * @progress: the bar
 */
void progress_end(struct progress *progress);

#endif /* RBULLCTL_PROGRESS_H */
