/* pptpnat-html: draws the report of `pptpnat --json` as one HTML page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"

#define COULD_NOT 2

static const char usage[] =
    "usage: pptpnat-html [REPORT]\n"
    "\n"
    "Writes one self-contained HTML page with pictures of the calls in\n"
    "REPORT, the JSON document of `pptpnat --json`, to the standard output.\n"
    "Without REPORT, or with `-`, it is the standard input.\n";

static GString *read_all(FILE *file)
{
    GString *text = g_string_new(NULL);
    char block[65536];
    size_t got;
    while ((got = fread(block, 1, sizeof(block), file)) > 0)
        g_string_append_len(text, block, (gssize)got);
    if (ferror(file)) {
        g_string_free(text, TRUE);
        return NULL;
    }
    return text;
}

static GString *read_report(const char *name)
{
    if (strcmp(name, "-") == 0)
        return read_all(stdin);
    FILE *file = fopen(name, "rb");
    if (file == NULL)
        return NULL;
    GString *text = read_all(file);
    fclose(file);
    return text;
}

/* Frees the page. */
static int write_page(GString *page)
{
    bool written = fwrite(page->str, 1, page->len, stdout) == page->len && fflush(stdout) == 0;
    g_string_free(page, TRUE);
    if (!written)
        fprintf(stderr, "pptpnat-html: the page cannot be written: %s\n", g_strerror(errno));
    return written ? 0 : COULD_NOT;
}

int main(int count, char **arguments)
{
    const char *name = count > 1 ? arguments[1] : "-";
    bool help = strcmp(name, "--help") == 0;
    if (help || count > 2 || (name[0] == '-' && name[1] != '\0')) {
        fputs(usage, help ? stdout : stderr);
        return help ? 0 : COULD_NOT;
    }
    GString *text = read_report(name);
    if (text == NULL) {
        fprintf(stderr, "pptpnat-html: %s cannot be read: %s\n", name, g_strerror(errno));
        return COULD_NOT;
    }
    GError *error = NULL;
    GString *page = html_draw(text->str, text->len, &error);
    g_string_free(text, TRUE);
    if (page == NULL) {
        fprintf(stderr, "pptpnat-html: %s: %s\n", name, error->message);
        g_error_free(error);
        return COULD_NOT;
    }
    return write_page(page);
}
