/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * expat-speed none|elements FILE: parses FILE by the machine's own expat and prints how many elements it has. 'none': no
 * handlers, the parser alone; 'elements': handlers that count.
 */
#include <expat.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 128 << 10 };

static void count(void *arg, const XML_Char *name, const XML_Char **attrs)
{
	(void)name;
	(void)attrs;
	++*(unsigned long *)arg;
}

static void end(void *arg, const XML_Char *name)
{
	(void)arg;
	(void)name;
}

int main(int argc, char **argv)
{
	FILE *f = argc == 3 ? fopen(argv[2], "rb") : NULL;
	XML_Parser parser = XML_ParserCreate(NULL);
	unsigned long elements = 0;
	size_t n;

	if (!f || !parser)
		return 2;
	XML_SetUserData(parser, &elements);
	if (strcmp(argv[1], "elements") == 0)
		XML_SetElementHandler(parser, count, end);
	do {
		void *buf = XML_GetBuffer(parser, CHUNK);

		if (!buf)
			return 1;
		n = fread(buf, 1, CHUNK, f);
		if (XML_ParseBuffer(parser, (int)n, n == 0) != XML_STATUS_OK)
			return 1;
	} while (n > 0);
	printf("%lu\n", elements);
	XML_ParserFree(parser);
	fclose(f);
	return 0;
}
