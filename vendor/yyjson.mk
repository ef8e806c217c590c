# SPDX-License-Identifier: LGPL-2.1-or-later
archive := libyyjson.a
srcs := src/src/yyjson.c
headers := src/src/yyjson.h
