# SPDX-License-Identifier: GPL-2.0
"""A peer made of packets: it speaks Shim6 by hand, as right or as wrong as a
script wants. It shares no code with the module.
"""
