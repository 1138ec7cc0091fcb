/* SPDX-License-Identifier: GPL-2.0 */
/* What "qos check" has found, and what would mend it */
#ifndef SHIM6CTL_QOS_FINDINGS_H
#define SHIM6CTL_QOS_FINDINGS_H

#include <stddef.h>

#include "macros.h"

struct out;

/**
 * enum qos_grade - how bad it is; the exit status
 * @QOS_WARNING: it works otherwise than one thinks
 * @QOS_FATAL: it does not work
 */
enum qos_grade { QOS_WARNING = 1, QOS_FATAL };

/**
 * struct qos_finding - one of them
 * @grade: how bad it is
 * @what: what is so
 * @mend: the command that changes it, or what to do
 */
struct qos_finding {
	enum qos_grade grade;
	char *what;
	char *mend;
};

/**
 * struct qos_findings - all of them
 * @v: in the order in which they were found
 * @n: how many
 */
struct qos_findings {
	struct qos_finding *v;
	size_t n;
};

/**
 * qos_found() - add one
 * @f: findings
 * @grade: how bad it is
 * @fmt: what is so, as of printf
 */
void qos_found(struct qos_findings *f, enum qos_grade grade, const char *fmt,
	       ...) __printf(3, 4);

/**
 * qos_mend() - say what mends the last one
 * @f: findings, not none
 * @fmt: that, as of printf
 */
void qos_mend(struct qos_findings *f, const char *fmt, ...) __printf(2, 3);

/**
 * qos_findings_show() - write all of them
 * @o: output
 * @f: findings
 * Return: grade of the worst; 0 when there are none.
 */
int qos_findings_show(struct out *o, const struct qos_findings *f);

/**
 * qos_findings_free() - forget them
 * @f: findings
 */
void qos_findings_free(struct qos_findings *f);

#endif
