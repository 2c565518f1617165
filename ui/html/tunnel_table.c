/* The table of all tunnels.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_table.h"

#include "table_cells.h"
#include "tunnel_section.h"

#define ROWS_LIMIT 5000

/* "4500 → 54559", once where all points agree; the port of the inner end. */
static void cell_ports(GString *page, const char *column, const struct tunnel *tunnel,
                       enum family family)
{
    GString *words = g_string_new(NULL);
    int64_t previous = 0;
    for (unsigned i = 0; i < tunnel->count; i++) {
        const GArray *places = tunnel_places(tunnel, i, true, family);
        for (guint p = 0; places != NULL && p < places->len; p++) {
            int64_t port = g_array_index(places, struct place, p).port;
            if (port == 0 || port == previous)
                continue;
            g_string_append_printf(words, "%s%" G_GINT64_FORMAT,
                                   previous == 0 ? ""
                                   : p != 0      ? ", "
                                                 : " → ",
                                   port);
            previous = port;
        }
    }
    table_value(page, column, words->len != 0 ? words->str : "-");
    g_string_free(words, TRUE);
}

/* Packets at each point of the tunnel, in the order in which they pass. */
static void cell_esp(GString *page, const char *column, const struct tunnel *tunnel, bool outwards)
{
    int64_t seen[DOCUMENT_POINTS_LIMIT] = {0};
    GString *words = g_string_new(NULL);
    for (guint e = 0; e < tunnel->esp->len; e++) {
        const struct esp_path *path = g_ptr_array_index(tunnel->esp, e);
        for (unsigned p = 0; path->outwards == outwards && p < path->count; p++) {
            for (unsigned i = 0; i < tunnel->count; i++)
                seen[i] += tunnel->point[i] == path->point[p] ? path->seen[p] : 0;
        }
    }
    for (unsigned i = 0; i < tunnel->count; i++)
        g_string_append_printf(words, "%s%" G_GINT64_FORMAT, i == 0 ? "" : " → ",
                               seen[outwards ? i : tunnel->count - 1 - i]);
    table_value(page, column, words->str);
    g_string_free(words, TRUE);
}

static void write_row(GString *page, const struct tunnel *tunnel, bool linked)
{
    const struct ike_sa *ike = tunnel_ike(tunnel);
    char *key = tunnel_section_key(tunnel), *title = tunnel_section_title(tunnel);
    table_row(page, linked ? key : NULL, title);
    cell_ports(page, "Port on 500", tunnel, ON_500);
    cell_ports(page, "Port on 4500", tunnel, ON_4500);
    cell_esp(page, "ESP outwards", tunnel, true);
    cell_esp(page, "ESP inwards", tunnel, false);
    table_text(page, "State", ike != NULL ? ike->state : "-");
    table_text(page, "Problems",
               tunnel->worst >= SEVERITY_NOTE ? severity_name(tunnel->worst) : "-");
    g_string_append(page, "</tr>\n");
    g_free(key);
    g_free(title);
}

void tunnel_table(GString *page, const struct document *document, unsigned pictured)
{
    static const char *const columns[] = {"Tunnel",       "Port on 500", "Port on 4500",
                                          "ESP outwards", "ESP inwards", "State",
                                          "Problems",     NULL};
    const GPtrArray *tunnels = document->ipsec->tunnels;
    guint shown = MIN(tunnels->len, ROWS_LIMIT);
    if (shown == 0)
        return;
    g_string_append(page, "<h3>All tunnels</h3>\n<p>The inner end's ports, and ESP packets in the "
                          "order in which points saw them; inside first.</p>\n");
    table_begin(page, "All tunnels", columns);
    for (guint i = 0; i < shown; i++)
        write_row(page, g_ptr_array_index(tunnels, i), tunnels->len <= pictured);
    table_end(page);
    if (tunnels->len > shown)
        markup(page, "<p>Further tunnels, only in <code>pptpnat --json</code>: %u.</p>\n",
               tunnels->len - shown);
}
