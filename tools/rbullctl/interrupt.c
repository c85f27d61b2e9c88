// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals that end programs, put off until all is cleaned up.
 */
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "interrupt.h"
#include "rbullctl.h"

static const int interrupt_signals[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE };
static volatile sig_atomic_t interrupt_signal;

static void interrupt_note(int signal)
{
	interrupt_signal = signal;
}

void interrupt_catch(void)
{
	const struct sigaction action = { .sa_handler = interrupt_note };
	struct sigaction old;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(interrupt_signals); i++) {
		/* nohup and others want some to be ignored. */
		if (!sigaction(interrupt_signals[i], NULL, &old) &&
		    old.sa_handler != SIG_IGN)
			sigaction(interrupt_signals[i], &action, NULL);
	}
}

bool interrupt_came(void)
{
	return interrupt_signal;
}

/* Those that come before ppoll() lets them in are noticed by it. */
int interrupt_poll(struct pollfd *input, double seconds)
{
	const struct timespec timeout = {
		.tv_sec = seconds,
		.tv_nsec = (seconds - (time_t)seconds) * 1e9,
	};
	sigset_t signals, old;
	int nr = -1;
	size_t i;

	sigemptyset(&signals);
	for (i = 0; i < ARRAY_SIZE(interrupt_signals); i++)
		sigaddset(&signals, interrupt_signals[i]);
	sigprocmask(SIG_BLOCK, &signals, &old);
	if (!interrupt_signal)
		nr = ppoll(input, 1, &timeout, &old);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return interrupt_signal ? -1 : nr;
}

void interrupt_end(void)
{
	if (!interrupt_signal)
		return;
	signal(interrupt_signal, SIG_DFL);
	raise(interrupt_signal);
}
