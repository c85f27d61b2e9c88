/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RBULLCTL_PROGRESS_H
#define RBULLCTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct progress - a progress bar on stderr, if that is a terminal
 * @what: name of the operation
 * @total: amount of work, bytes
 * @done: finished work, bytes
 * @shown_ns: time when the bar was drawn last
 * @begun_ns: time when the operation began
 * @visible: the bar is shown
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
 * @what: name of the operation
 * @total: amount of work, bytes
 * @quiet: show no bar
 */
void progress_begin(struct progress *progress, const char *what, uint64_t total,
		    bool quiet);

/**
 * progress_add() - count finished work, and update the bar
 * @progress: the bar
 * @bytes: finished work since the last call, bytes
 */
void progress_add(struct progress *progress, uint64_t bytes);

/**
 * progress_end() - remove the bar
 * @progress: the bar
 */
void progress_end(struct progress *progress);

#endif /* RBULLCTL_PROGRESS_H */
