/* Prints core's catalogue of findings as JSON: what every list of findings is made of
 * (tests/support/catalogue.py).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "core/finding/finding.h"

static void print_text(const char *name, const char *text)
{
    printf("\"%s\": \"", name);
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            fputs("\\n", stdout);
        else if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else
            putchar(*text);
    }
    putchar('"');
}

static void print_kind(const struct finding_kind *kind)
{
    static const char *before = "[{";

    fputs(before, stdout);
    before = ",\n{";
    print_text("filter", kind->filter);
    fputs(", ", stdout);
    print_text("severity", finding_severity_name(kind->severity));
    fputs(", ", stdout);
    print_text("section", kind->section);
    fputs(", ", stdout);
    print_text("summary", kind->summary);
    fputs(", ", stdout);
    print_text("set_when", kind->set_when);
    putchar('}');
}

int main(void)
{
    for (int id = 0; id < FINDING_COUNT; id++)
        print_kind(finding_kind((enum finding_id)id));
    puts("]");
    return 0;
}
