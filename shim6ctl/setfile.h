/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An HBA set in a file: lines of a key and a value, "#" begins a comment.
 *
 *	shim6-hba 1
 *	parameters <hexadecimal octets of the parameter structure>
 *	address <one line for each address>
 *
 * CGAs begin with "shim6-cga 1" and have one more line:
 *
 *	key <hexadecimal octets of the private key, PKCS#8>
 */
#ifndef SHIM6CTL_SETFILE_H
#define SHIM6CTL_SETFILE_H

#include <stddef.h>
#include <stdint.h>

struct hba_set;

/**
 * enum setfile_kind - what a file has
 * @SETFILE_HBA: a set
 * @SETFILE_CGA: CGAs, or a set, with their private key
 */
enum setfile_kind {
	SETFILE_HBA,
	SETFILE_CGA,
};

/**
 * setfile_check() - could a set be saved under this name
 * @name: file
 * Return: 0, or enum ctl_exit and the reason was reported
 */
int setfile_check(const char *name);

/**
 * setfile_save() - write a set to a new file, readable by its owner only
 * @name: file; it must not be there yet
 * @set: set; with a private key it is SETFILE_CGA
 * Return: 0, or enum ctl_exit and the reason was reported
 */
int setfile_save(const char *name, const struct hba_set *set);

/**
 * setfile_load() - read a set; its addresses are not verified
 * @name: file
 * @kind: what must be in it
 * @set: result
 * Return: 0, or enum ctl_exit and the reason was reported
 */
int setfile_load(const char *name, enum setfile_kind kind,
		 struct hba_set *set);

/**
 * setfile_octets() - read hexadecimal octets
 * @hex: two digits each
 * @raw: result
 * @room: octets of @raw
 * @len: result: how many there are
 * Return: 0, -ERANGE for half an octet or too many, -EINVAL for other digits
 */
int setfile_octets(const char *hex, uint8_t *raw, size_t room, size_t *len);

#endif
