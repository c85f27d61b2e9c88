// SPDX-License-Identifier: GPL-2.0-only
/*
 * Full-screen output on a terminal. Uses escape sequences that all common
 * terminals support.
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

/*
 * Off: cut off lines that are longer than the terminal. On: continue them in the
 * next line.
 */
#define WRAP_OFF	"\033[?7l"
#define WRAP_ON		"\033[?7h"

/* Size of a terminal that does not report its size. */
#define SCREEN_ROWS	24
#define SCREEN_COLUMNS	80

static bool screen_is_taken;

/* Input arrives without Enter; the former settings of the terminal. */
static bool screen_has_letters;
static struct termios screen_termios;

/*
 * In the background, other processes use the terminal. If it is not the
 * controlling terminal, tcgetpgrp() fails, and this process may use it.
 */
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
	/*
	 * If SIGSTOP had stopped the program, screen_end() was not called, and
	 * the terminal may still have the new settings. Do not save those.
	 */
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

/* Restore the terminal, then stop as if the signal were not caught. */
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
		/* Other programs may have changed the terminal meanwhile. */
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
