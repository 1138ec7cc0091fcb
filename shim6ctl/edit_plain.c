// SPDX-License-Identifier: GPL-2.0
/*
 * A small editor, for systems without readline: characters are added and taken
 * away at the end of the line.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "complete.h"
#include "edit.h"
#include "mem.h"
#include "session.h"
#include "split.h"

#define ESCAPE		'\033'
#define DELETE		0x7f

/* Characters of an escape sequence that are to be skipped */
enum sequence {
	SEQUENCE_NONE,
	SEQUENCE_BEGUN,
	SEQUENCE_PARAMETERS,
};

static struct {
	struct session *s;
	char *prompt;
	struct termios before;
	char line[SPLIT_LINE_MAX];
	size_t len;
	enum sequence sequence;
} edit;

/* Columns of some text: an octet that goes on with a character has none */
static size_t columns(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static size_t width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col;
}

static bool is_utf8_rest(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

void edit_show(void)
{
	printf("%s%s", edit.prompt, edit.line);
	fflush(stdout);
}

/* To where the prompt begins, however many rows above, and clear from there */
void edit_hide(void)
{
	size_t n = columns(edit.prompt) + columns(edit.line);

	putchar('\r');
	if (n > width())
		printf("\033[%zuA", (n - 1) / width());
	fputs("\033[J", stdout);
	fflush(stdout);
}

static void set_line(size_t len)
{
	edit_hide();
	edit.line[len] = '\0';
	edit.len = len;
	edit_show();
}

static void add(const char *text, size_t len)
{
	if (edit.len + len >= sizeof(edit.line))
		return;
	memcpy(edit.line + edit.len, text, len);
	edit.len += len;
	edit.line[edit.len] = '\0';
	fwrite(text, 1, len, stdout);
	fflush(stdout);
}

static void erase_character(void)
{
	size_t len = edit.len;

	while (len && is_utf8_rest(edit.line[len - 1]))
		len--;
	set_line(len ? len - 1 : 0);
}

static void erase_word(void)
{
	size_t len = edit.len;

	while (len && isspace((unsigned char)edit.line[len - 1]))
		len--;
	while (len && !isspace((unsigned char)edit.line[len - 1]))
		len--;
	set_line(len);
}

static void answer(void)
{
	putchar('\n');
	complete_answer(stdout, edit.s, edit.line);
	edit_show();
}

/* As it must stand on a line; @quote is the quote around it, or 0 */
static void add_quoted(const char *text, size_t len, char quote)
{
	for (; len; len--, text++) {
		if (quote ? *text == quote : !!strchr(" \t\"'\\#?", *text))
			add("\\", 1);
		add(text, 1);
	}
}

static char open_quote(void)
{
	struct split words;
	char quote;

	split_line(&words, edit.line);
	quote = words.quote;
	split_free(&words);
	return quote;
}

/* As far as all words agree, with what ends the word when it is the only one */
static void complete(void)
{
	struct complete c;
	size_t common, begin;
	char quote = open_quote();
	const char *word;

	complete_line(&c, edit.s, edit.line);
	complete_add_files(&c);
	begin = strlen(c.begin);
	common = c.n ? complete_common(&c) : 0;
	if (common > begin || c.n == 1) {
		word = c.v[0].text;
		add_quoted(word + begin, common - begin, quote);
		if (c.n == 1 && word[common - 1] != '/') {
			add(&quote, quote ? 1 : 0);
			add(" ", 1);
		}
	} else if (c.n) {
		answer();
	}
	complete_free(&c);
}

/* Return: true when the character belongs to an escape sequence */
static bool skip(char c)
{
	switch (edit.sequence) {
	case SEQUENCE_BEGUN:
		edit.sequence = c == '[' || c == 'O' ? SEQUENCE_PARAMETERS :
						       SEQUENCE_NONE;
		return true;
	case SEQUENCE_PARAMETERS:
		if (c >= '@' && c <= '~')
			edit.sequence = SEQUENCE_NONE;
		return true;
	default:
		if (c == ESCAPE)
			edit.sequence = SEQUENCE_BEGUN;
		return c == ESCAPE;
	}
}

static enum edit_result take(char c)
{
	if (skip(c))
		return EDIT_MORE;
	switch (c) {
	case '\r':
	case '\n':
		putchar('\n');
		return EDIT_LINE;
	case CTRL('D'):
		if (edit.len)
			return EDIT_MORE;
		putchar('\n');
		return EDIT_END;
	case CTRL('H'):
	case DELETE:
		erase_character();
		return EDIT_MORE;
	case CTRL('U'):
		set_line(0);
		return EDIT_MORE;
	case CTRL('W'):
		erase_word();
		return EDIT_MORE;
	case CTRL('L'):
		fputs("\033[H\033[2J", stdout);
		edit_show();
		return EDIT_MORE;
	case '\t':
		complete();
		return EDIT_MORE;
	}
	if (c == '?' && !open_quote())
		answer();
	else if ((unsigned char)c >= ' ')
		add(&c, 1);
	return EDIT_MORE;
}

void edit_open(struct session *s, const char *prompt)
{
	edit.s = s;
	edit.prompt = mem_copy_string(prompt);
}

void edit_close(void)
{
	free(edit.prompt);
	edit.prompt = NULL;
}

static void set_terminal(void)
{
	struct termios raw;

	tcgetattr(STDIN_FILENO, &edit.before);
	raw = edit.before;
	raw.c_lflag &= (tcflag_t)~(ICANON | ECHO | IEXTEN);
	raw.c_iflag &= (tcflag_t)~(ICRNL | INLCR);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

static void reset_terminal(void)
{
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &edit.before);
}

void edit_begin(void)
{
	edit.len = 0;
	edit.line[0] = '\0';
	edit.sequence = SEQUENCE_NONE;
	set_terminal();
	edit_show();
}

enum edit_result edit_read(char **line)
{
	enum edit_result result = EDIT_END;
	char c;
	ssize_t n = read(STDIN_FILENO, &c, 1);

	if (n > 0)
		result = take(c);
	else if (n < 0 && errno == EINTR)
		result = EDIT_MORE;
	if (result != EDIT_MORE)
		reset_terminal();
	*line = result == EDIT_LINE ? mem_copy_string(edit.line) : NULL;
	return result;
}

void edit_cancel(void)
{
	puts("^C");
	reset_terminal();
}

void edit_suspend(void (*stop)(void))
{
	reset_terminal();
	stop();
	set_terminal();
	edit_show();
}

/* The terminal has moved what is there: begin below it */
void edit_resize(void)
{
	putchar('\n');
	edit_show();
}

/* There is no way back to earlier lines here */
void edit_remember(const char *line, bool file)
{
	(void)line;
	(void)file;
}
