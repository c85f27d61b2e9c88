// SPDX-License-Identifier: GPL-2.0-only
/*
 * The terminal as a screen. The sequences are those that terminals of this
 * century share.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "interrupt.h"
#include "show/screen.h"

#define SCREEN_OTHER	"\033[?1049h"
#define SCREEN_FORMER	"\033[?1049l"
#define HOME_AND_CLEAR	"\033[H\033[2J"

/* Whether lines that are longer than the terminal go on in the next line. */
#define WRAP_OFF	"\033[?7l"
#define WRAP_ON		"\033[?7h"

/* What a terminal has that does not know how large it is. */
#define SCREEN_ROWS	24
#define SCREEN_COLUMNS	80

static bool screen_is_taken;

/* Whether letters come without Enter, and the settings from before. */
static bool screen_has_letters;
static struct termios screen_termios;

/* Others use it while we are in the background. One that does not control us is ours. */
static bool terminal_is_ours(int fd)
{
	pid_t group;

	if (!isatty(fd))
		return false;
	group = tcgetpgrp(fd);
	return group < 0 || group == getpgrp();
}

static void screen_letters(void)
{
	struct termios new;

	if (!terminal_is_ours(STDIN_FILENO))
		return;
	/* Continued by a signal only, the terminal may be as it was left. */
	if (!screen_has_letters && tcgetattr(STDIN_FILENO, &screen_termios))
		return;
	new = screen_termios;
	new.c_lflag &= ~(ICANON | ECHO);
	screen_has_letters = !tcsetattr(STDIN_FILENO, TCSANOW, &new);
}

void screen_begin(void)
{
	if (screen_is_taken)
		return;
	interrupt_notice(SIGTSTP);
	interrupt_notice(SIGCONT);
	interrupt_notice(SIGWINCH);
	screen_letters();
	screen_is_taken = terminal_is_ours(STDOUT_FILENO);
	if (screen_is_taken)
		fputs(SCREEN_OTHER WRAP_OFF, stdout);
}

void screen_end(void)
{
	if (screen_is_taken) {
		fputs(WRAP_ON SCREEN_FORMER, stdout);
		fflush(stdout);
	}
	if (screen_has_letters && terminal_is_ours(STDIN_FILENO))
		tcsetattr(STDIN_FILENO, TCSANOW, &screen_termios);
	screen_is_taken = false;
	screen_has_letters = false;
}

static void terminal_size(int *rows, int *columns)
{
	struct winsize window = { };

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &window);
	*rows = window.ws_row ? window.ws_row : SCREEN_ROWS;
	*columns = window.ws_col ? window.ws_col : SCREEN_COLUMNS;
}

bool screen_size(int *rows, int *columns)
{
	if (screen_is_taken)
		terminal_size(rows, columns);
	return screen_is_taken;
}

void screen_clear(void)
{
	if (screen_is_taken)
		fputs(HOME_AND_CLEAR, stdout);
}

/* Stop as if nobody had caught the signal, with the terminal as it was. */
static void screen_stop(void)
{
	screen_end();
	signal(SIGTSTP, SIG_DFL);
	raise(SIGTSTP);
}

bool screen_changed(void)
{
	bool stop = interrupt_noticed(SIGTSTP);
	bool go_on, resized;

	if (stop)
		screen_stop();
	go_on = interrupt_noticed(SIGCONT) || stop;
	resized = interrupt_noticed(SIGWINCH);
	if (go_on) {
		/* Whoever had the terminal meanwhile has changed it. */
		screen_is_taken = false;
		screen_begin();
	}
	return go_on || resized;
}

int terminal_columns(void)
{
	int rows, columns = 0;

	if (isatty(STDOUT_FILENO))
		terminal_size(&rows, &columns);
	return columns;
}
