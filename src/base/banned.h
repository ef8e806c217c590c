/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes functions that cannot be used safely a compile error. Included by the build for every file. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef strcpy
#undef strcat
#undef sprintf
#undef vsprintf
#undef strncpy
#undef strtok
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok atoi atol atoll gets
