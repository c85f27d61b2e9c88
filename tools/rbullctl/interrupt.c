// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signals that end programs are recorded, so that cleaning up comes first.
 * Other signals are recorded for callers that wait for them.
 */
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "interrupt.h"
#include "rbullctl.h"

static const int interrupt_signals[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE
};
static volatile sig_atomic_t interrupt_signal;

/* The caught signals; for those of interrupt_notice(), whether they arrived. */
static sigset_t interrupt_caught;
static volatile sig_atomic_t interrupt_notes[NSIG];
static volatile sig_atomic_t interrupt_any_note;

static void interrupt_note_end(int signal)
{
	interrupt_signal = signal;
}

static void interrupt_note(int signal)
{
	interrupt_notes[signal] = 1;
	interrupt_any_note = 1;
}

static void interrupt_handle(int signal, void (*handler)(int signal), int flags)
{
	const struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
	struct sigaction old;

	/* Keep signals ignored that nohup and others ignore. */
	if (sigaction(signal, NULL, &old) || old.sa_handler == SIG_IGN)
		return;
	sigaction(signal, &action, NULL);
	sigaddset(&interrupt_caught, signal);
}

void interrupt_catch(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(interrupt_signals); i++)
		interrupt_handle(interrupt_signals[i], interrupt_note_end, 0);
}

void interrupt_notice(int signal)
{
	interrupt_handle(signal, interrupt_note, SA_RESTART);
}

bool interrupt_noticed(int signal)
{
	bool came = interrupt_notes[signal];

	interrupt_notes[signal] = 0;
	return came;
}

bool interrupt_came(void)
{
	return interrupt_signal;
}

void interrupt_hold(void)
{
	sigprocmask(SIG_BLOCK, &interrupt_caught, NULL);
}

/*
 * Signals that arrive before ppoll() unblocks them interrupt it, so none is
 * missed.
 */
int interrupt_poll(struct pollfd *input, double seconds)
{
	const struct timespec timeout = {
		.tv_sec = seconds,
		.tv_nsec = (seconds - (time_t)seconds) * 1e9,
	};
	sigset_t old;
	int nr = -1;

	sigprocmask(SIG_BLOCK, &interrupt_caught, &old);
	if (!interrupt_signal && !interrupt_any_note)
		nr = ppoll(input, 1, &timeout, &old);
	/* The caller checks each of them with interrupt_noticed(). */
	interrupt_any_note = 0;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return interrupt_signal ? -1 : nr;
}

void interrupt_end(void)
{
	sigset_t one;

	if (!interrupt_signal)
		return;
	signal(interrupt_signal, SIG_DFL);
	/* In case of interrupt_hold(). */
	sigemptyset(&one);
	sigaddset(&one, interrupt_signal);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	raise(interrupt_signal);
}
