/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers in the text format of Prometheus ("exposition format" 0.0.4), or the
 * same as JSON: families with a sentence and a type, and their samples.
 */
#ifndef SHIM6CTL_METRICS_H
#define SHIM6CTL_METRICS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "json.h"

#define METRICS_PREFIX	"shim6_"

/**
 * struct metrics - where they go
 * @file: stream
 * @as_json: JSON, else text
 * @js: JSON writer
 * @name: of the family that is open, "": none
 */
struct metrics {
	FILE *file;
	bool as_json;
	struct json js;
	char name[128];
};

enum metrics_type {
	METRICS_GAUGE,		/* goes up and down */
	METRICS_COUNTER,	/* only goes up; its name gets "_total" */
};

/**
 * struct metrics_label - what tells the samples of a family apart
 * @name: name; NULL ends an array
 * @value: any text
 */
struct metrics_label {
	const char *name;
	const char *value;
};

/**
 * metrics_begin() - begin
 * @m: result
 * @file: stream
 * @as_json: JSON, else text
 */
void metrics_begin(struct metrics *m, FILE *file, bool as_json);

/**
 * metrics_end() - all families are there
 * @m: metrics
 */
void metrics_end(struct metrics *m);

/**
 * metrics_family() - begin a family, and end the one before
 * @m: metrics
 * @name: without METRICS_PREFIX; what a name may not have becomes "_"
 * @type: enum metrics_type
 * @help: one sentence
 */
void metrics_family(struct metrics *m, const char *name,
		    enum metrics_type type, const char *help);

/**
 * metrics_number() - a sample
 * @m: metrics
 * @labels: array, or NULL for none
 * @value: its value
 */
void metrics_number(struct metrics *m, const struct metrics_label *labels,
		    uint64_t value);

/**
 * metrics_time() - a sample of a family in seconds
 * @m: metrics
 * @labels: array, or NULL for none
 * @ns: its value, ns; as such in JSON
 */
void metrics_time(struct metrics *m, const struct metrics_label *labels,
		  uint64_t ns);

#endif
