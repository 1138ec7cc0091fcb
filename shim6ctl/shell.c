// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "ctl.h"
#include "edit.h"
#include "err.h"
#include "interrupt.h"
#include "macros.h"
#include "mem.h"
#include "session.h"
#include "shell.h"

/**
 * struct shell - the shell
 * @s: its session
 * @sources: what has news now and then
 * @nsources: how many
 * @waiting: signals while it waits for input, a command has them too
 */
struct shell {
	struct session *s;
	struct shell_source *sources;
	size_t nsources;
	sigset_t waiting;
};

/* Signals that concern the line being edited. A command has its own way. */
static const int line_signals[] = { SIGTERM, SIGHUP, SIGTSTP, SIGQUIT };

static atomic_bool resized;
static atomic_bool stopped;
static atomic_int ended;

/* The terminal showed control characters before there was a shell */
static bool shown;

static void note(int signal)
{
	if (signal == SIGWINCH)
		resized = true;
	else if (signal == SIGTSTP)
		stopped = true;
	else if (signal != SIGQUIT)
		ended = signal;
}

static void set_handler(int signal, void (*handler)(int))
{
	struct sigaction act = { .sa_handler = handler };

	sigemptyset(&act.sa_mask);
	sigaction(signal, &act, NULL);
}

/* Those that come while nobody waits for them are seen by the next ppoll() */
static void begin_line(void)
{
	sigset_t blocked;
	size_t i;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGWINCH);
	for (i = 0; i < ARRAY_SIZE(line_signals); i++)
		sigaddset(&blocked, line_signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	for (i = 0; i < ARRAY_SIZE(line_signals); i++)
		set_handler(line_signals[i], note);
	edit_begin();
}

static void end_line(struct shell *sh)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(line_signals); i++)
		set_handler(line_signals[i], SIG_DFL);
	interrupt_clear();
	sigprocmask(SIG_SETMASK, &sh->waiting, NULL);
}

void shell_add(struct shell *sh, struct shell_source *source)
{
	source->next = sh->sources;
	sh->sources = source;
	sh->nsources++;
}

void shell_remove(struct shell *sh, struct shell_source *source)
{
	struct shell_source **at;

	for (at = &sh->sources; *at; at = &(*at)->next) {
		if (*at != source)
			continue;
		*at = source->next;
		sh->nsources--;
		return;
	}
}

/* The text first, all of it: the line is off the screen no longer than needed */
static void listen_to(struct shell *sh, struct shell_source *source)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return;
	if (!source->ready(source, out))
		shell_remove(sh, source);
	fclose(out);
	if (len) {
		edit_hide();
		fwrite(text, 1, len, stdout);
		fflush(stdout);
		edit_show();
	}
	free(text);
}

/*
 * Does the terminal show a Ctrl-C as "^C"? It would stand where the prompt or a
 * message goes next. The terminal does so after it sent the signal, which may
 * be when the command has ended already: so it is not to for as long as there
 * is a shell. Return: what it did before.
 */
static bool show_controls(bool on)
{
	struct termios mode;
	bool before;

	if (tcgetattr(STDIN_FILENO, &mode))
		return false;
	before = mode.c_lflag & ECHOCTL;
	mode.c_lflag &= ~(tcflag_t)ECHOCTL;
	if (on)
		mode.c_lflag |= ECHOCTL;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
	return before;
}

static void stop(void)
{
	show_controls(shown);
	raise(SIGSTOP);
	shown = show_controls(false);
}

static void run_line(struct shell *sh, char *line)
{
	int ret;

	end_line(sh);
	ret = session_line(sh->s, line);
	fflush(stdout);
	interrupt_clear();
	/* What made no sense may have been meant for another window */
	edit_remember(line, ret != CTL_USAGE);
	free(line);
}

/* Return: false when the shell must end */
static bool handle_signals(struct shell *sh)
{
	if (ended) {
		edit_cancel();
		end_line(sh);
		edit_close();
		show_controls(shown);
		raise(ended);
		return false;
	}
	if (interrupt_pending()) {
		edit_cancel();
		interrupt_clear();
		edit_begin();
	}
	if (stopped) {
		stopped = false;
		edit_suspend(stop);
	}
	if (resized) {
		resized = false;
		edit_resize();
	}
	return true;
}

/* Return: false when the shell must end */
static bool read_terminal(struct shell *sh)
{
	char *line = NULL;

	switch (edit_read(&line)) {
	case EDIT_MORE:
		return true;
	case EDIT_LINE:
		run_line(sh, line);
		if (sh->s->ended)
			return false;
		begin_line();
		return true;
	default:
		end_line(sh);
		return false;
	}
}

/* The terminal is the first one */
static size_t fill(const struct shell *sh, struct pollfd *v)
{
	const struct shell_source *source;
	size_t n = 0;

	v[n++] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	for (source = sh->sources; source; source = source->next)
		v[n++] = (struct pollfd){ .fd = source->fd, .events = POLLIN };
	return n;
}

static void hear_sources(struct shell *sh, const struct pollfd *v, size_t n)
{
	struct shell_source *source, *next;
	size_t i;

	/* A source may remove itself, so the next one is looked at first */
	for (source = sh->sources, i = 1; source && i < n; source = next, i++) {
		next = source->next;
		if (v[i].revents && v[i].fd == source->fd)
			listen_to(sh, source);
	}
}

static bool turn(struct shell *sh)
{
	struct pollfd *v = mem_resize(NULL, sh->nsources + 1, sizeof(*v));
	size_t n = fill(sh, v);
	bool go_on = true;
	int ready = ppoll(v, n, NULL, &sh->waiting);

	if (ready < 0)
		go_on = errno == EINTR;
	go_on = go_on && handle_signals(sh);
	/* News first: a command may change who listens */
	if (go_on && ready > 0) {
		hear_sources(sh, v, n);
		if (v[0].revents)
			go_on = read_terminal(sh);
	}
	free(v);
	return go_on;
}

static void make_prompt(const struct session *s, char *prompt, size_t room)
{
	char *p;

	if (s->opt.netns)
		snprintf(prompt, room, "shim6[%.64s]> ", s->opt.netns);
	else
		snprintf(prompt, room, "shim6> ");
	for (p = prompt; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
}

int shell_run(struct session *s)
{
	struct shell sh = { .s = s };
	char prompt[96];
	int ret;

	s->shell = &sh;
	ret = session_begin(s);
	if (ret)
		return ret;
	err_prefix("%s", "");
	interrupt_catch();
	set_handler(SIGWINCH, note);
	sigprocmask(SIG_SETMASK, NULL, &sh.waiting);
	make_prompt(s, prompt, sizeof(prompt));
	edit_open(s, prompt);
	shown = show_controls(false);
	if (!s->opt.quiet)
		printf("shim6ctl %s: \"?\" says what may follow, Tab completes it, Ctrl-D ends\n",
		       SHIM6_VERSION);
	fflush(stdout);
	if (s->sys->sources)
		s->sys->sources(&sh);
	begin_line();
	while (turn(&sh))
		;
	edit_close();
	show_controls(shown);
	session_end(s);
	return CTL_OK;
}
