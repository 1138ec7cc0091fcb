// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "out.h"
#include "qos_findings.h"

void qos_found(struct qos_findings *f, enum qos_grade grade, const char *fmt,
	       ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	f->v = mem_resize(f->v, f->n + 1, sizeof(*f->v));
	f->v[f->n++] = (struct qos_finding){
		grade, mem_copy_string(text), NULL
	};
}

void qos_mend(struct qos_findings *f, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	f->v[f->n - 1].mend = mem_copy_string(text);
}

int qos_findings_show(struct out *o, const struct qos_findings *f)
{
	int worst = 0;
	size_t i;

	out_table_begin(o, NULL, NULL);
	for (i = 0; i < f->n; i++) {
		if ((int)f->v[i].grade > worst)
			worst = (int)f->v[i].grade;
		out_row_begin(o);
		out_string(o, "level", "level",
			   f->v[i].grade == QOS_FATAL ? "fatal" : "warning");
		out_string(o, "finding", "finding", f->v[i].what);
		out_string(o, "mend", "mend it", f->v[i].mend);
		out_row_end(o);
	}
	out_table_end(o);
	return worst;
}

void qos_findings_free(struct qos_findings *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		free(f->v[i].what);
		free(f->v[i].mend);
	}
	free(f->v);
}
