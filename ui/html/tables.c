/* The tables of the page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tables.h"

#include <string.h>

#include "call_section.h"
#include "table_cells.h"
#include "markup.h"
#include "part.h"
#include "tunnel_section.h"

#define FINDINGS_LIMIT 600  /* rows */
#define CALLS_LIMIT    5000 /* rows */

static void cell_subject(GString *page, const struct finding *finding)
{
    char *key = finding->path != NULL     ? call_section_key(finding->path)
                : finding->tunnel != NULL ? tunnel_section_key(finding->tunnel)
                                          : NULL;
    if (key == NULL)
        table_text(page, "About", "-");
    else if (finding->path != NULL)
        markup(page, "<td data-label=\"About\"><a href=\"#%s\">call %" G_GINT64_FORMAT "</a></td>",
               key, path_innermost(finding->path)->id);
    else
        markup(page, "<td data-label=\"About\"><a href=\"#%s\">%s</a></td>", key,
               tunnel_address(finding->tunnel, 0, true));
    g_free(key);
}

static void finding_row(GString *page, const struct finding *finding, bool consequence, bool values)
{
    const char *name = severity_name(finding->severity);
    bool wrong = finding->severity >= SEVERITY_WARNING && finding->expected.known;
    markup(page,
           "<tr class=\"%s%s\"><th scope=\"row\"><span class=\"chip %s\">%s</span></th>"
           "<td class=\"words\" data-label=\"What\">%s%s%s%s<br><code>%s</code></td>",
           name, consequence ? " consequence" : "",
           finding->is_cause || finding->severity == SEVERITY_ERROR ? "bad"
           : finding->severity == SEVERITY_WARNING                  ? "odd"
                                                                    : "plain",
           name, consequence ? "↳ " : "", finding->summary, finding->text[0] != '\0' ? ": " : "",
           finding->text, finding->id);
    if (finding->point_frame.known)
        markup(page, "<td data-label=\"Where\">frame %" G_GINT64_FORMAT "%s%s</td>",
               finding->point_frame.value, finding->point != NULL ? " of " : "",
               finding->point != NULL ? finding->point->name : "");
    else
        table_text(page, "Where", "-");
    if (values) {
        table_number(page, "Expected", "", finding->expected);
        table_number(page, "Seen", wrong ? "bad" : "", finding->seen);
    }
    cell_subject(page, finding);
    g_string_append(page, "</tr>\n");
}

/* A cause with what follows from it. */
struct cause {
    const struct finding *finding;
    GPtrArray *consequences; /* NULL: none */
    enum severity worst;
};

static gint by_worst(gconstpointer a, gconstpointer b)
{
    return (gint)((const struct cause *)b)->worst - (gint)((const struct cause *)a)->worst;
}

/* The finding at the bottom of a chain of causes. A report could make a ring of them: then it is
 * the one where the walk ends. */
static guint root_of(const GPtrArray *findings, guint index)
{
    for (guint steps = 0; steps < 8; steps++) {
        const struct finding *finding = g_ptr_array_index(findings, index);
        if (!finding->consequence_of.known)
            return index;
        index = (guint)finding->consequence_of.value;
    }
    return index;
}

static GArray *causes_of(const GPtrArray *findings)
{
    GArray *causes = g_array_new(FALSE, TRUE, sizeof(struct cause));
    g_array_set_size(causes, findings->len);
    for (guint i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        guint root = root_of(findings, i);
        struct cause *cause = &g_array_index(causes, struct cause, root);
        cause->finding = g_ptr_array_index(findings, root);
        cause->worst = MAX(cause->worst, finding->severity);
        if (root == i)
            continue;
        if (cause->consequences == NULL)
            cause->consequences = g_ptr_array_new();
        g_ptr_array_add(cause->consequences, (gpointer)finding);
    }
    g_array_sort(causes, by_worst);
    return causes;
}

void tables_findings(GString *page, const struct document *document)
{
    static const char *const all[] = {"Severity", "What",  "Where", "Expected",
                                      "Seen",     "About", NULL};
    static const char *const few[] = {"Severity", "What", "Where", "About", NULL};
    unsigned rows = 0;
    bool values = false;
    if (document->findings->len == 0) {
        g_string_append(page, "<p>Nothing to report.</p>\n");
        return;
    }
    GArray *causes = causes_of(document->findings);
    for (guint i = 0; i < document->findings->len; i++)
        values =
            values || ((struct finding *)g_ptr_array_index(document->findings, i))->expected.known;
    table_begin(page, "Findings", values ? all : few);
    for (guint i = 0; i < causes->len; i++) {
        struct cause *cause = &g_array_index(causes, struct cause, i);
        if (cause->finding != NULL && rows++ < FINDINGS_LIMIT)
            finding_row(page, cause->finding, false, values);
        for (guint c = 0; cause->consequences != NULL && c < cause->consequences->len; c++) {
            if (rows++ < FINDINGS_LIMIT)
                finding_row(page, g_ptr_array_index(cause->consequences, c), true, values);
        }
        if (cause->consequences != NULL)
            g_ptr_array_unref(cause->consequences);
    }
    table_end(page);
    if (rows > FINDINGS_LIMIT)
        markup(page, "<p>Further findings, only in <code>pptpnat --json</code>: %u.</p>\n",
               rows - FINDINGS_LIMIT);
    g_array_unref(causes);
}

/* "1536 → 33244", once where all points agree. */
static void cell_ids(GString *page, const char *label, const struct path *path, bool pns)
{
    GString *words = g_string_new(NULL);
    struct number previous = {false, 0};
    for (unsigned i = 0; i < path->count; i++) {
        const struct call *call = path->call[i];
        struct number id = {false, 0};
        if (call != NULL)
            id = pns ? call->pns_call_id : call->pac_call_id;
        if (!id.known || (previous.known && previous.value == id.value))
            continue;
        g_string_append_printf(words, "%s%" G_GINT64_FORMAT, previous.known ? " → " : "", id.value);
        previous = id;
    }
    table_value(page, label, words->len != 0 ? words->str : "-");
    g_string_free(words, TRUE);
}

/* Packets at each point, in the order in which they pass, and how many got lost on the way. */
static void cell_gre(GString *page, const char *label, const struct path *path,
                     enum direction direction)
{
    const struct passage *passage = &path->passage[direction];
    bool outwards = (direction == TO_PAC) == path_pns_inside(path);
    int64_t lost = 0;
    GString *words = g_string_new(NULL);
    for (unsigned i = 0; i < path->count; i++) {
        unsigned place = outwards ? i : path->count - 1 - i;
        g_string_append_printf(words, "%s%" G_GINT64_FORMAT, i == 0 ? "" : " → ",
                               passage->seen[place]);
        if (i + 1 < path->count)
            lost += passage->hop[outwards ? i : path->count - 2 - i].lost;
    }
    if (lost != 0)
        g_string_append_printf(words, " (%" G_GINT64_FORMAT " lost)", lost);
    table_value(page, label, words->str);
    g_string_free(words, TRUE);
}

static void call_row(GString *page, const struct path *path, bool linked)
{
    const struct call *call = path_innermost(path);
    char *key = call_section_key(path), *title = call_section_title(path);
    table_row(page, linked ? key : NULL, title);
    cell_ids(page, "PNS's Call ID", path, true);
    cell_ids(page, "PAC's Call ID", path, false);
    cell_gre(page, "GRE to the PAC", path, TO_PAC);
    cell_gre(page, "GRE to the PNS", path, TO_PNS);
    table_text(page, "State", call->state);
    table_text(page, "PPP came to", call->stage);
    table_text(page, "Ended by", call->ended_by[0] != '\0' ? call->ended_by : "-");
    table_text(page, "Problems", path->worst >= SEVERITY_NOTE ? severity_name(path->worst) : "-");
    g_string_append(page, "</tr>\n");
    g_free(key);
    g_free(title);
}

void tables_calls(GString *page, const struct document *document, unsigned pictured)
{
    static const char *const columns[] = {
        "Call",  "PNS's Call ID", "PAC's Call ID", "GRE to the PAC", "GRE to the PNS",
        "State", "PPP came to",   "Ended by",      "Problems",       NULL};
    guint shown = MIN(document->paths->len, CALLS_LIMIT);
    if (shown == 0)
        return;
    g_string_append(page, "<h3>All calls</h3>\n<p>Inside first; numbers of GRE packets in the "
                          "order in which points saw "
                          "them.</p>\n");
    table_begin(page, "All calls", columns);
    for (guint i = 0; i < shown; i++)
        call_row(page, g_ptr_array_index(document->paths, i), document->paths->len <= pictured);
    table_end(page);
    if (document->paths->len > shown)
        markup(page, "<p>Further calls, only in <code>pptpnat --json</code>: %u.</p>\n",
               document->paths->len - shown);
}

void tables_points(GString *page, const struct document *document)
{
    static const char *const columns[] = {"Point", "File", "Side", "Packets", NULL};
    table_begin(page, "Capture points", columns);
    for (guint i = 0; i < document->points->len; i++) {
        const struct point *point = g_ptr_array_index(document->points, i);
        table_row(page, NULL, point->name);
        table_text(page, "File", point->file[0] != '\0' ? point->file : "-");
        table_text(page, "Side", point->role);
        table_number(page, "Packets", "", (struct number){true, point->frames});
        g_string_append(page, "</tr>\n");
    }
    table_end(page);
}

void tables_nats(GString *page, const struct document *document)
{
    static const char *const all[] = {
        "Between", "Translates Call IDs", "Calls", "Faults", "Verdict", NULL};
    static const char *const few[] = {"Between", "Faults", "Verdict", NULL};
    bool calls = false; /* of IPsec alone there is none */
    if (document->nats->len == 0)
        return;
    for (guint i = 0; i < document->nats->len; i++)
        calls = calls || ((struct nat *)g_ptr_array_index(document->nats, i))->calls != 0;
    g_string_append(page, "<h3>NATs</h3>\n");
    table_begin(page, "NATs", calls ? all : few);
    for (guint i = 0; i < document->nats->len; i++) {
        const struct nat *nat = g_ptr_array_index(document->nats, i);
        const char *rest = part_rest(document, nat->text);
        markup(page, "<tr><th scope=\"row\">%s and %s</th>",
               nat->inside != NULL ? nat->inside->name : "?",
               nat->outside != NULL ? nat->outside->name : "?");
        if (calls) {
            table_text(page, "Translates Call IDs", nat->editor);
            table_number(page, "Calls", "", (struct number){true, nat->calls});
        }
        table_number(page, "Faults", "", (struct number){true, nat->faults});
        markup(page, "<td class=\"words\" data-label=\"Verdict\">%s</td></tr>\n",
               rest[0] != '\0' ? rest : "see above");
    }
    table_end(page);
}
