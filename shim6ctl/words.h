/* SPDX-License-Identifier: GPL-2.0 */
/* The numbers of the ABI in words: the same ones in text and in JSON */
#ifndef SHIM6CTL_WORDS_H
#define SHIM6CTL_WORDS_H

#include <stdint.h>

/**
 * words_state() - state of a context
 * @state: enum shim6_uapi_state
 * Return: word
 */
const char *words_state(uint32_t state);

/**
 * words_reap() - reachability state of a context
 * @reap: enum shim6_uapi_reap
 * Return: word
 */
const char *words_reap(uint32_t reap);

/**
 * words_method() - how a locator is verified
 * @method: as in struct shim6_locator_entry
 * Return: word
 */
const char *words_method(uint32_t method);

/* What a policy rule does, by enum shim6_policy_action; NULL-terminated */
extern const char *const words_actions[];

/* Off and on, for arguments */
extern const char *const words_switch[];

/**
 * words_action() - what a policy rule does
 * @action: enum shim6_policy_action
 * Return: word
 */
const char *words_action(uint32_t action);

/**
 * struct words_reason - why a ULID pair has no context
 * @word: for programs
 * @text: for people
 * @advice: what to do about it, NULL: nothing
 */
struct words_reason {
	const char *word;
	const char *text;
	const char *advice;
};

#define WORDS_REASONS	12

/**
 * words_reason() - why a ULID pair has no context
 * @reason: enum shim6_flow_reason
 * Return: never NULL
 */
const struct words_reason *words_reason(uint32_t reason);

#endif
