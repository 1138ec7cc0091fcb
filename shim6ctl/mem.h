/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that is there: a tool of an administrator gains nothing from going
 * on without it, so running out ends the program with one line.
 */
#ifndef SHIM6CTL_MEM_H
#define SHIM6CTL_MEM_H

#include <stddef.h>

/**
 * mem_resize() - (re)allocate an array
 * @p: what to resize, or NULL
 * @n: elements wanted
 * @size: octets of one
 * Return: the array, never NULL; new elements are not initialised.
 */
void *mem_resize(void *p, size_t n, size_t size);

/**
 * mem_copy_string() - duplicate a string
 * @s: string
 * Return: a copy to be freed, never NULL.
 */
char *mem_copy_string(const char *s);

#endif
