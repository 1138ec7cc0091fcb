/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The version of everything in this tree: the module's, the tool's, that of
 * the packages. Makefiles and packages read it from here.
 */
#ifndef SHIM6_VERSION_H
#define SHIM6_VERSION_H

#define SHIM6_VERSION	"0.1.0"

#endif
