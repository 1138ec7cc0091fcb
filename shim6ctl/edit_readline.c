// SPDX-License-Identifier: GPL-2.0
/* The only user of readline */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "complete.h"
#include "edit.h"
#include "err.h"
#include "history.h"
#include "mem.h"
#include "session.h"

/* Readline has one line for the whole program, and so has this */
static struct {
	struct session *s;
	char *prompt;
	enum edit_result result;
	char *line;
	struct complete found;
	size_t next;
	bool no_file;
} edit;

static void on_line(char *line)
{
	/* Or the next character would show the prompt once more */
	rl_callback_handler_remove();
	edit.result = line ? EDIT_LINE : EDIT_END;
	edit.line = line;
	if (!line)
		putchar('\n');
}

/* The line up to where the next character goes */
static char *before_point(void)
{
	return rl_copy_text(0, rl_point);
}

static char *next_word(const char *text, int state)
{
	(void)text;
	if (!state)
		edit.next = 0;
	return edit.next < edit.found.n ?
		mem_copy_string(edit.found.v[edit.next++].text) : NULL;
}

static char **complete(const char *text, int start, int end)
{
	char *line = before_point();
	char **words;

	(void)start;
	(void)end;
	/* Nothing else is offered when this finds nothing */
	rl_attempted_completion_over = 1;
	complete_line(&edit.found, edit.s, line);
	complete_add_files(&edit.found);
	rl_filename_completion_desired = edit.found.files;
	words = rl_completion_matches(text, next_word);
	complete_free(&edit.found);
	free(line);
	return words;
}

/* A question, unless it is part of a word in quotes */
static int answer(int count, int key)
{
	char *line = before_point();
	size_t i;
	char quote = 0;

	for (i = 0; line[i]; i++)
		if (!quote && (line[i] == '"' || line[i] == '\''))
			quote = line[i];
		else if (line[i] == quote)
			quote = 0;
	if (quote) {
		rl_insert(count, key);
	} else {
		rl_crlf();
		complete_answer(rl_outstream, edit.s, line);
		fflush(rl_outstream);
		rl_on_new_line();
		rl_forced_update_display();
	}
	free(line);
	return 0;
}

static void load_history(void)
{
	struct history h;
	size_t i;

	using_history();
	stifle_history(HISTORY_LINES);
	history_load(&h);
	for (i = 0; i < h.n; i++)
		add_history(h.v[i]);
	history_free(&h);
}

void edit_open(struct session *s, const char *prompt)
{
	edit.s = s;
	edit.prompt = mem_copy_string(prompt);
	rl_readline_name = "shim6ctl";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_attempted_completion_function = complete;
	rl_basic_word_break_characters = " \t\n";
	rl_completer_word_break_characters = " \t\n";
	rl_completer_quote_characters = "\"'";
	rl_filename_quote_characters = " \t\"'\\#?";
	rl_initialize();
	/* Lines that are pasted are lines that are entered */
	rl_variable_bind("enable-bracketed-paste", "off");
	/* A pager would keep news from being heard */
	rl_variable_bind("page-completions", "off");
	rl_bind_key('?', answer);
	load_history();
}

void edit_close(void)
{
	clear_history();
	free(edit.prompt);
	edit.prompt = NULL;
}

void edit_begin(void)
{
	edit.result = EDIT_MORE;
	rl_callback_handler_install(edit.prompt, on_line);
}

enum edit_result edit_read(char **line)
{
	rl_callback_read_char();
	*line = edit.line;
	edit.line = NULL;
	return edit.result;
}

void edit_cancel(void)
{
	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_callback_handler_remove();
	rl_replace_line("", 0);
	puts("^C");
}

void edit_hide(void)
{
	rl_clear_visible_line();
	fflush(rl_outstream);
}

void edit_show(void)
{
	rl_on_new_line();
	rl_redisplay();
}

void edit_suspend(void (*stop)(void))
{
	rl_deprep_terminal();
	stop();
	rl_prep_terminal(1);
	rl_resize_terminal();
	rl_on_new_line();
	rl_forced_update_display();
}

void edit_resize(void)
{
	rl_resize_terminal();
}

/* Once, the latest last */
static void forget(const char *line)
{
	HIST_ENTRY *entry;
	int i;

	for (i = 0; i < history_length; i++) {
		entry = history_get(history_base + i);
		if (!entry || strcmp(entry->line, line))
			continue;
		free_history_entry(remove_history(i--));
	}
}

void edit_remember(const char *line, bool file)
{
	int ret;

	if (!history_wants(line))
		return;
	forget(line);
	add_history(line);
	if (!file || edit.no_file)
		return;
	ret = history_add(line);
	if (!ret)
		return;
	/* Said once: it will not change while the shell runs */
	edit.no_file = true;
	err_failed("history: %s; what is typed is not kept for the next time",
		   strerror(-ret));
}
