/* What the sections of calls and of tunnels share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "part.h"

#include <string.h>

#include "ladder_svg.h"
#include "markup.h"

void part_begin(GString *page, const char *key, const char *title, enum severity worst,
                const char *status, bool open)
{
    bool fault = worst >= SEVERITY_WARNING;
    if (open)
        markup(page, "<article id=\"%s\" class=\"call\" aria-labelledby=\"%s-h\">\n", key, key);
    else
        markup(page, "<details id=\"%s\" class=\"call\"><summary>", key);
    markup(page, "<h3 id=\"%s-h\">%s <span class=\"chip %s\">%s</span></h3>", key, title,
           fault ? "bad" : "good",
           fault                       ? "fault"
           : strcmp(status, "ok") == 0 ? "fine"
                                       : "nothing wrong seen");
    g_string_append(page, open ? "\n" : "</summary>\n");
}

void part_end(GString *page, bool open)
{
    g_string_append(page, open ? "</article>\n" : "</details>\n");
}

void part_ladder(GString *page, const struct ladder *ladder, const char *key, const char *title,
                 bool with_table)
{
    char *picture = g_strconcat(key, "-ladder", NULL);
    char *name = g_strconcat("Ladder of ", title, NULL);
    markup(page, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n", name);
    ladder_draw(page, ladder, picture, name);
    g_string_append(page, "</div>\n");
    if (ladder->hidden != 0)
        markup(page, "<p class=\"small\">Messages not drawn: %u.</p>\n", ladder->hidden);
    if (with_table && ladder->rows.length != 0) {
        g_string_append(page,
                        "<details class=\"again\"><summary>The messages as a table</summary>\n");
        ladder_table(page, ladder);
        g_string_append(page, "</details>\n");
    }
    g_free(picture);
    g_free(name);
}

/* How far both agree, counted in whole sentences. */
static size_t same_sentences(const char *a, const char *b)
{
    size_t same = 0;
    for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++) {
        bool ends = a[i] == '.' && (a[i + 1] == ' ' || a[i + 1] == '\0') &&
                    (b[i + 1] == ' ' || b[i + 1] == '\0');
        if (ends)
            same = i + 1;
    }
    return same;
}

const char *part_rest(const struct document *document, const char *text)
{
    const char *rest = text + same_sentences(text, document->text);
    while (*rest == ' ')
        rest++;
    return rest;
}

void part_text(GString *page, const struct document *document, const char *text)
{
    const char *rest = part_rest(document, text);
    if (*rest != '\0')
        markup(page, "<p>%s</p>\n", rest);
}

/* What an evidence is, in words; a new one by its name. */
static const char *evidence_words(const char *name)
{
    static const char *const words[][2] = {
        {"isn", "TCP's initial sequence numbers"},
        {"tcp-seq", "TCP sequence numbers"},
        {"messages", "control messages"},
        {"correlation-id", "correlation ID"},
        {"serial", "call serial number"},
        {"echo", "echo identifiers"},
        {"gre", "GRE packets"},
        {"ip-id", "IP identification"},
        {"spi", "SPIs"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i][0], name) == 0)
            return words[i][1];
    }
    return name;
}

void part_evidence(GString *page, const GPtrArray *evidence)
{
    if (evidence->len == 0)
        return;
    g_string_append(page, "<p class=\"small\">Linked by: ");
    for (guint i = 0; i < evidence->len; i++)
        markup(page, "%s%s", i == 0 ? "" : ", ", evidence_words(g_ptr_array_index(evidence, i)));
    g_string_append(page, ".</p>\n");
}
