/* One tunnel of the page.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_section.h"

#include <string.h>

#include "ladder_svg.h"
#include "markup.h"
#include "part.h"
#include "tunnel_ladder.h"
#include "tunnel_lanes.h"

#define ESP_ROWS 16 /* ESP SAs of one tunnel in the table */

/* A value of an SA at one point; to be freed with g_free, "" if not known. */
typedef char *(*value_of)(const struct tunnel *tunnel, unsigned place, int which);

char *tunnel_section_key(const struct tunnel *tunnel)
{
    return g_strdup_printf("%s-%" G_GINT64_FORMAT, tunnel->kind, tunnel->id);
}

char *tunnel_section_title(const struct tunnel *tunnel)
{
    const struct ike_sa *ike = tunnel_ike(tunnel);
    const char *left = tunnel_address(tunnel, 0, true);
    const char *right = tunnel_address(tunnel, tunnel->count - 1, false);
    return g_strdup_printf("%s %s %s, %s", left[0] != '\0' ? left : "?",
                           tunnel->initiator_inside ? "to" : "from", right[0] != '\0' ? right : "?",
                           ike != NULL ? ike->version : "ESP without IKE");
}

static char *spi_value(const struct tunnel *tunnel, unsigned place, int end)
{
    const struct ike_sa *ike = tunnel->ike[place];
    bool zero = ike == NULL || strspn(ike->spi[end], "0") == strlen(ike->spi[end]);
    return g_strdup(zero ? "" : ike->spi[end]);
}

/* `which`: bit 0 the outer end, bit 1 on 4500. "192.168.1.30 port 4500, then 61316". */
static char *endpoint_value(const struct tunnel *tunnel, unsigned place, int which)
{
    const GArray *places =
        tunnel_places(tunnel, place, (which & 1) == 0, (which & 2) != 0 ? ON_4500 : ON_500);
    GString *words = g_string_new(NULL);
    for (guint i = 0; places != NULL && i < places->len; i++) {
        const struct place *at = &g_array_index(places, struct place, i);
        const struct place *before = i != 0 ? &g_array_index(places, struct place, i - 1) : NULL;
        bool moved = before == NULL || strcmp(before->address, at->address) != 0;
        g_string_append_printf(words, "%s%s%s%" G_GINT64_FORMAT, i != 0 ? ", then " : "",
                               moved ? at->address : "", moved ? " port " : "", at->port);
    }
    return g_string_free(words, FALSE);
}

static char *natt_value(const struct tunnel *tunnel, unsigned place, int which)
{
    static const char *const words[2][2] = {{"by neither end", "by the responder only"},
                                            {"by the initiator only", "by both ends"}};
    const struct ike_sa *ike = tunnel->ike[place];
    (void)which;
    if (ike == NULL || !ike->natt[INITIATOR].known || !ike->natt[RESPONDER].known)
        return g_strdup("");
    return g_strdup(words[ike->natt[INITIATOR].value != 0][ike->natt[RESPONDER].value != 0]);
}

static char *state_value(const struct tunnel *tunnel, unsigned place, int which)
{
    (void)which;
    return g_strdup(tunnel->ike[place] != NULL ? tunnel->ike[place]->state : "");
}

static char *esp_value(const struct tunnel *tunnel, unsigned place, int which)
{
    const struct esp_path *path = g_ptr_array_index(tunnel->esp, which);
    for (unsigned i = 0; i < path->count; i++) {
        if (path->sa[i] != NULL && path->point[i] == tunnel->point[place])
            return g_strdup_printf("%s%s", path->sa[i]->spi, path->sa[i]->native ? ", no UDP" : "");
    }
    return g_strdup("");
}

/* One row; `same`: the points have to agree, and that they do is marked. Nothing if no point knows
 * it. */
static void write_row(GString *page, const struct tunnel *tunnel, const char *title, value_of value,
                      int which, bool same)
{
    char *values[DOCUMENT_POINTS_LIMIT];
    const char *known = NULL;
    unsigned seen = 0, equal = 0;
    for (unsigned i = 0; i < tunnel->count; i++) {
        values[i] = value(tunnel, i, which);
        if (values[i][0] == '\0')
            continue;
        known = known != NULL ? known : values[i];
        seen++;
        equal += strcmp(values[i], known) == 0;
    }
    bool match = same && seen > 1 && equal == seen;
    if (seen != 0)
        markup(page, "<tr><th scope=\"row\">%s</th>", title);
    for (unsigned i = 0; i < tunnel->count; i++) {
        const struct point *point = tunnel->point[i];
        if (seen != 0)
            markup(page, "<td data-label=\"%s\" class=\"%s\">%s%s</td>",
                   point != NULL ? point->name : "point", match ? "match" : "plain",
                   match ? "✓ " : "", values[i][0] != '\0' ? values[i] : "not seen");
    }
    if (seen != 0)
        g_string_append(page, "</tr>\n");
    for (unsigned i = 0; i < tunnel->count; i++)
        g_free(values[i]);
}

static void write_esp_rows(GString *page, const struct tunnel *tunnel)
{
    for (guint i = 0; i < tunnel->esp->len && i < ESP_ROWS; i++) {
        const struct esp_path *path = g_ptr_array_index(tunnel->esp, i);
        write_row(page, tunnel, path->outwards ? "ESP outwards, SPI" : "ESP inwards, SPI",
                  esp_value, (int)i, true);
    }
}

static void write_sas(GString *page, const struct tunnel *tunnel)
{
    const struct ike_sa *ike = tunnel_ike(tunnel);
    bool cookies = ike != NULL && strcmp(ike->version, "IKEv1") == 0;
    const char *left = tunnel->initiator_inside ? "Client" : "Server";
    const char *right = tunnel->initiator_inside ? "Server" : "Client";
    g_string_append(page, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"SAs at "
                          "each point\"><table><thead><tr><th scope=\"col\">SA</th>");
    for (unsigned i = 0; i < tunnel->count; i++)
        markup(page, "<th scope=\"col\">%s</th>",
               tunnel->point[i] != NULL ? tunnel->point[i]->name : "point");
    g_string_append(page, "</tr></thead><tbody>\n");
    write_row(page, tunnel, cookies ? "Initiator's cookie" : "Initiator's SPI", spi_value,
              INITIATOR, true);
    write_row(page, tunnel, cookies ? "Responder's cookie" : "Responder's SPI", spi_value,
              RESPONDER, true);
    for (int family = 0; family < 2; family++) {
        for (int end = 0; end < 2; end++) {
            char *title = g_strdup_printf("%s on UDP %s", end == 0 ? left : right,
                                          family == 0 ? "500" : "4500");
            write_row(page, tunnel, title, endpoint_value, end | family << 1, false);
            g_free(title);
        }
    }
    write_row(page, tunnel, "NAT traversal announced", natt_value, 0, false);
    write_row(page, tunnel, "State at the end", state_value, 0, false);
    write_esp_rows(page, tunnel);
    g_string_append(page, "</tbody></table></div>\n");
}

void tunnel_section_write(GString *page, const struct document *document,
                          const struct tunnel *tunnel, bool open)
{
    char *key = tunnel_section_key(tunnel), *title = tunnel_section_title(tunnel);
    struct ladder *ladder = tunnel_ladder(document, tunnel);
    part_begin(page, key, title, tunnel->worst, tunnel->status, open);
    part_ladder(page, ladder, key, title, open);
    part_text(page, document, tunnel->text);
    write_sas(page, tunnel);
    if (tunnel->esp->len > ESP_ROWS)
        markup(page,
               "<p class=\"small\">Further ESP SAs, only in <code>pptpnat --json</code>: "
               "%u.</p>\n",
               tunnel->esp->len - ESP_ROWS);
    part_evidence(page, tunnel->evidence);
    part_end(page, open);
    ladder_free(ladder);
    g_free(key);
    g_free(title);
}
