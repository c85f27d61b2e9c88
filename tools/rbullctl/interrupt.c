// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals that end programs, put off until all is cleaned up.
 */
#include <signal.h>

#include "interrupt.h"
#include "rbullctl.h"

static volatile sig_atomic_t interrupt_signal;

static void interrupt_note(int signal)
{
	interrupt_signal = signal;
}

void interrupt_catch(void)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE };
	const struct sigaction action = { .sa_handler = interrupt_note };
	struct sigaction old;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		/* nohup and others want some to be ignored. */
		if (!sigaction(signals[i], NULL, &old) &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

bool interrupt_came(void)
{
	return interrupt_signal;
}

void interrupt_end(void)
{
	if (!interrupt_signal)
		return;
	signal(interrupt_signal, SIG_DFL);
	raise(interrupt_signal);
}
