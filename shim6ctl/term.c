// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "term.h"

/* Plain escape sequences of ECMA-48, and of every emulator since xterm */
#define PAGE_OWN	"\033[?1049h\033[?25l"
#define PAGE_BACK	"\033[?25h\033[?1049l"
#define HOME		"\033[H"
#define REVERSE		"\033[7m"
#define NORMAL		"\033[m"
#define END_OF_LINE	"\033[K"
#define REST_OF_PAGE	"\033[J"

bool term_usable(void)
{
	const char *name = getenv("TERM");

	return name && *name && strcmp(name, "dumb") &&
	       isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

void term_take(struct term *t)
{
	struct termios now;

	tcgetattr(STDIN_FILENO, &t->old);
	now = t->old;
	now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &now);
	fputs(PAGE_OWN, stdout);
	fflush(stdout);
}

void term_give(const struct term *t)
{
	fputs(PAGE_BACK, stdout);
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t->old);
}

void term_size(unsigned int *columns, unsigned int *lines)
{
	struct winsize size = {};

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	*columns = size.ws_col ? size.ws_col : 80;
	*lines = size.ws_row ? size.ws_row : 24;
}

void term_draw(const char *text, unsigned int head)
{
	unsigned int columns, lines, line;
	int len;

	term_size(&columns, &lines);
	fputs(HOME, stdout);
	for (line = 0; *text && line < lines; line++) {
		/* A newline behind the last line would scroll */
		if (line)
			putchar('\n');
		len = (int)strcspn(text, "\n");
		printf("%s%.*s%s", line == head ? REVERSE : "",
		       len < (int)columns ? len : (int)columns, text,
		       line == head ? NORMAL END_OF_LINE : END_OF_LINE);
		text += len + (text[len] == '\n');
	}
	fputs(REST_OF_PAGE, stdout);
	fflush(stdout);
}

int term_key(void)
{
	unsigned char key;

	return read(STDIN_FILENO, &key, 1) == 1 ? key : 'q';
}
