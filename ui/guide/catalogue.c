/* Prints core's catalogue of findings as JSON, for ui/guide/make.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "core/finding/finding.h"

static const char *const severities[] = {
    [SEVERITY_CHAT] = "chat",
    [SEVERITY_NOTE] = "note",
    [SEVERITY_WARN] = "warning",
    [SEVERITY_ERROR] = "error",
};

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

int main(void)
{
    for (int id = 0; id < FINDING_COUNT; id++) {
        const struct finding_kind *kind = finding_kind((enum finding_id)id);
        fputs(id == 0 ? "[{" : ",\n{", stdout);
        print_text("filter", kind->filter);
        printf(", \"severity\": \"%s\", ", severities[kind->severity]);
        print_text("section", kind->section);
        fputs(", ", stdout);
        print_text("summary", kind->summary);
        fputs(", ", stdout);
        print_text("set_when", kind->set_when);
        putchar('}');
    }
    puts("]");
    return 0;
}
