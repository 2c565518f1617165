/* Draws a ladder: boxes and lanes, a row per message, a bar per direction of GRE.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ladder_svg.h"

#include <string.h>

#include "svg.h"

#define BOX_HALF  70
#define NAME_MOST 22 /* characters that fit a box */

static const char *end_title(const struct ladder *ladder, bool left)
{
    const struct call *call = path_innermost(ladder->path);
    bool pns = left == ladder->pns_left;
    if (!call->roles_known)
        return pns ? "End A" : "End B";
    if (strcmp(call->direction, "incoming") == 0)
        return pns ? "PNS (called)" : "PAC (caller)";
    return pns ? "Client (PNS)" : "Server (PAC)";
}

static char *end_address(const struct end *end)
{
    if (end == NULL || end->address[0] == '\0')
        return g_strdup("address not seen");
    return g_strdup_printf(strchr(end->address, ':') ? "[%s]:%" G_GINT64_FORMAT
                                                     : "%s:%" G_GINT64_FORMAT,
                           end->address, end->port);
}

static void draw_box(GString *page, const struct ladder *ladder, unsigned lane, const char *look,
                     const char *title, const char *line)
{
    double x = ladder->lane[lane];
    svg_box(page, look, x - BOX_HALF, 2, 2 * BOX_HALF, 40, "");
    svg_text(page, "b", SVG_MIDDLE, x, 19, title, NAME_MOST);
    svg_text(page, "s", SVG_MIDDLE, x, 35, line, NAME_MOST + 2);
}

/* The address that the outer side takes the inner end for, and the inner side the outer end. */
static char *nat_line(const struct ladder *ladder, unsigned hop)
{
    const struct end *left_in = ladder_end(ladder, hop, true);
    const struct end *left_out = ladder_end(ladder, hop + 1, true);
    const struct end *right_in = ladder_end(ladder, hop, false);
    const struct end *right_out = ladder_end(ladder, hop + 1, false);
    if (left_in != NULL && left_out != NULL && strcmp(left_in->address, left_out->address) != 0)
        return g_strdup_printf("is %s →", left_out->address);
    if (right_in != NULL && right_out != NULL && strcmp(right_in->address, right_out->address) != 0)
        return g_strdup_printf("← is %s", right_in->address);
    return g_strdup("keeps the addresses");
}

static void draw_lanes(GString *page, const struct ladder *ladder)
{
    unsigned last = ladder->segments;
    for (unsigned i = 0; i <= last; i++) {
        bool end = i == 0 || i == last;
        svg_line(page, end ? "lane" : "lane nat", ladder->lane[i], 42, ladder->lane[i],
                 ladder->height - 2);
        char *line = end ? end_address(ladder_end(ladder, i == 0 ? 0 : last - 1, i == 0))
                         : nat_line(ladder, i - 1);
        const char *title = i == 0                         ? end_title(ladder, true)
                            : i == last                    ? end_title(ladder, false)
                            : ladder_is_nat(ladder, i - 1) ? "NAT"
                                                           : "Hop";
        draw_box(page, ladder, i, end ? "box" : "box nat", title, line);
        g_free(line);
    }
    for (unsigned i = 0; i < ladder->segments; i++) {
        const struct point *point = ladder->path->point[i];
        double x = (ladder->lane[i] + ladder->lane[i + 1]) / 2;
        if (point == NULL)
            continue;
        svg_text(page, "b h", SVG_MIDDLE, x, 62, point->name, 26);
        if (strcmp(point->role, "unknown") != 0)
            svg_text(page, "s h", SVG_MIDDLE, x, 77, point->role, 26);
    }
}

static const char *look_of(const struct finding *finding)
{
    if (finding == NULL)
        return "v";
    return finding->severity >= SEVERITY_WARNING ? "v bad" : "v odd";
}

static const struct finding *worst_of(const struct ladder_cell *cell)
{
    const struct finding *all[] = {cell->wrong_id, cell->wrong_peer, cell->remark};
    const struct finding *worst = NULL;
    for (int i = 0; i < 3; i++) {
        if (all[i] != NULL && (worst == NULL || all[i]->severity > worst->severity))
            worst = all[i];
    }
    return worst;
}

static char *id_words(const struct ladder_cell *cell)
{
    const struct message *message = cell->message;
    char *id = markup_number(message->call_id), *peer = markup_number(message->peer_call_id);
    const char *id_mark = cell->wrong_id != NULL ? "✗ " : "";
    const char *peer_mark = cell->wrong_peer != NULL ? "✗ " : "";
    char *words = NULL;
    if (message->call_id.known && message->peer_call_id.known)
        words = g_strdup_printf("%sCall ID %s, %sPeer's %s", id_mark, id, peer_mark, peer);
    else if (message->call_id.known)
        words = g_strdup_printf("%sCall ID %s", id_mark, id);
    else if (message->peer_call_id.known)
        words = g_strdup_printf("%sPeer's Call ID %s", peer_mark, peer);
    else
        words = g_strdup("");
    g_free(id);
    g_free(peer);
    return words;
}

/* What fits under an arrow, of findings that have no value to expect. */
static const char *short_words(const struct finding *finding)
{
    static const struct {
        const char *id;
        const char *words;
    } shorts[] = {
        {"pptp.nat.setup_untranslated", "not translated"},
        {"pptp.nat.no_editor", "no Call ID is translated"},
        {"pptp.nat.tunnel_ambiguous", "also used by another call"},
        {"pptp.nat.tunnel_maybe_ambiguous", "may also be used by another call"},
        {"pptp.analysis.call_id_in_use", "also used by another call"},
        {"pptp.analysis.unknown_call_id", "no call has this Call ID"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(shorts); i++) {
        if (strcmp(shorts[i].id, finding->id) == 0)
            return shorts[i].words;
    }
    return finding->summary;
}

/* "expected 1536 (untranslated)", or what the finding is. */
static char *right_words(const struct finding *finding)
{
    if (!finding->expected.known)
        return g_strdup(short_words(finding));
    if (finding->mistranslation[0] == '\0')
        return g_strdup_printf("expected %" G_GINT64_FORMAT, finding->expected.value);
    return g_strdup_printf("expected %" G_GINT64_FORMAT " (%s)", finding->expected.value,
                           finding->mistranslation);
}

static char *frame_words(const struct ladder_cell *cell)
{
    if (cell->count > 1)
        return g_strdup_printf("%" G_GINT64_FORMAT " times, first frame %" G_GINT64_FORMAT,
                               cell->count, cell->message->point_frame);
    return g_strdup_printf("frame %" G_GINT64_FORMAT, cell->message->point_frame);
}

static void draw_cell(GString *page, const struct ladder *ladder, const struct ladder_row *row,
                      unsigned place)
{
    const struct ladder_cell *cell = &row->cell[place];
    double left = ladder->lane[place], right = ladder->lane[place + 1];
    double middle = (left + right) / 2, y = row->y + 13;
    bool rightwards = ladder_from_left(ladder, row->from);
    if (cell->message == NULL) {
        if (ladder->path->call[place] != NULL) {
            svg_line(page, "absent", left + 6, row->y + row->height - 22, right - 6,
                     row->y + row->height - 22);
            svg_text(page, "s h", SVG_MIDDLE, middle, row->y + row->height - 9, "not seen here",
                     26);
        }
        return;
    }
    const struct finding *worst = worst_of(cell);
    char *ids = id_words(cell), *frame = frame_words(cell);
    if (ids[0] != '\0') {
        y += 14;
        svg_text(page, look_of(cell->wrong_id != NULL ? cell->wrong_id : cell->wrong_peer),
                 SVG_MIDDLE, middle, y, ids, 36);
    }
    y += 8;
    svg_arrow(page, worst != NULL ? look_of(worst) : "", rightwards ? left + 5 : right - 5,
              rightwards ? right - 5 : left + 5, y);
    svg_text(page, "s", SVG_MIDDLE, middle, y + 13, frame, 40);
    if (worst != NULL) {
        char *words = right_words(worst);
        svg_text(page, worst->severity >= SEVERITY_WARNING ? "v h bad" : "v h odd", SVG_MIDDLE,
                 middle, y + 27, words, 40);
        g_free(words);
    }
    g_free(ids);
    g_free(frame);
}

static void draw_row(GString *page, const struct ladder *ladder, const struct ladder_row *row)
{
    bool from_left = ladder_from_left(ladder, row->from);
    g_string_append(page, row->wrong ? "<g class=\"wrong\">" : "<g>");
    if (row->wrong)
        svg_box(page, "row bad", 2, row->y, ladder->width - 4, row->height - 2, "");
    svg_text(page, row->wrong ? "t bad h" : "t h", from_left ? SVG_START : SVG_END,
             from_left ? ladder->lane[0] + 6 : ladder->lane[ladder->segments] - 6, row->y + 13,
             row->title, 40);
    for (unsigned i = 0; i < ladder->segments; i++)
        draw_cell(page, ladder, row, i);
    g_string_append(page, "</g>\n");
}

/* That the wrong id is `seen` stands above the bar, unless only some of the packets have it. */
static char *wrong_words(const struct ladder_segment *segment)
{
    const struct finding *wrong = segment->wrong;
    char *right = right_words(wrong);
    if (wrong->seen.value == segment->call_id.value)
        return right;
    char *words = g_strdup_printf("✗ also %" G_GINT64_FORMAT ", %s", wrong->seen.value, right);
    g_free(right);
    return words;
}

static char *segment_words(const struct ladder_segment *segment)
{
    char *count = markup_count(segment->seen, "packet", "packets");
    char *words = segment->call_id.known
                      ? g_strdup_printf("%sCall ID %" G_GINT64_FORMAT ", %s",
                                        segment->wrong != NULL &&
                                                segment->wrong->seen.value == segment->call_id.value
                                            ? "✗ "
                                            : "",
                                        segment->call_id.value, count)
                      : g_strdup(count);
    g_free(count);
    return words;
}

/* What is lost on a hop is said where it is missing. */
static void draw_loss(GString *page, const struct ladder_bar *bar,
                      const struct ladder_segment *segment, double from, double to)
{
    double inwards = to > from ? 1 : -1, middle = (from + to) / 2;
    int64_t before = segment->lost_before + segment->seen;
    bool one = segment->lost_before == 1;
    bool bad = segment->seen == 0 || bar->broken != NULL;
    char *words =
        segment->seen == 0
            ? g_strdup_printf(one ? "does not arrive" : "none of %" G_GINT64_FORMAT " arrive",
                              segment->lost_before)
            : g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " lost here",
                              segment->lost_before, before);
    if (segment->seen == 0) {
        svg_line(page, "absent", from + 14 * inwards, bar->y, to - 6 * inwards, bar->y);
        svg_cross(page, "cross", from + 2 * inwards, bar->y, 7);
    }
    svg_text(page, bad ? "v bad" : "v odd", SVG_MIDDLE, middle, bar->y + 21, words, 33);
    g_free(words);
}

static void draw_segment(GString *page, const struct ladder *ladder, const struct ladder_bar *bar,
                         unsigned place)
{
    const struct ladder_segment *segment = &bar->segment[place];
    double left = ladder->lane[place], right = ladder->lane[place + 1];
    double from = bar->rightwards ? left : right, to = bar->rightwards ? right : left;
    if (segment->seen != 0) {
        char *words = segment_words(segment);
        const char *look = segment->wrong != NULL ? "gre bad" : "gre";
        bool last = place == (bar->rightwards ? ladder->segments - 1 : 0);
        double head = last ? 12 : 2; /* out at the other end: room for the wedge */
        svg_box(page, look, bar->rightwards ? left + 2 : left + head,
                bar->y - segment->thickness / 2, right - left - 2 - head, segment->thickness, "");
        if (last)
            svg_wedge(page, look, to - (bar->rightwards ? 12 : -12), to, bar->y, 10);
        svg_text(page, look_of(segment->wrong), SVG_MIDDLE, (left + right) / 2, bar->y - 10, words,
                 36);
        g_free(words);
    }
    if (segment->wrong != NULL) {
        char *words = wrong_words(segment);
        svg_text(page, look_of(segment->wrong), SVG_MIDDLE, (left + right) / 2, bar->y + 21, words,
                 33);
        g_free(words);
    } else if (segment->lost_before != 0) {
        draw_loss(page, bar, segment, from, to);
    } else if (segment->seen == 0 && ladder->path->call[place] != NULL) {
        svg_line(page, "absent", left + 6, bar->y, right - 6, bar->y);
        svg_text(page, "s h", SVG_MIDDLE, (left + right) / 2, bar->y - 10, "no packets", 33);
    }
}

/* The picture in words, for those who do not see it. */
static char *describe(const struct ladder *ladder)
{
    GString *words = g_string_new(NULL);
    for (GList *at = ladder->rows.head; at != NULL; at = at->next) {
        const struct ladder_row *row = at->data;
        g_string_append_printf(words, "%s%s:", at == ladder->rows.head ? "" : ". ", row->title);
        for (unsigned i = 0; i < ladder->segments; i++) {
            const struct ladder_cell *cell = &row->cell[i];
            const struct point *point = ladder->path->point[i];
            if (cell->message == NULL)
                continue;
            char *ids = id_words(cell), *frame = frame_words(cell);
            g_string_append_printf(words, " %s %s %s;", point != NULL ? point->name : "", frame,
                                   ids);
            g_free(ids);
            g_free(frame);
        }
        g_string_truncate(words, words->len - 1);
    }
    for (int d = 0; d < 2; d++) {
        const struct ladder_bar *bar = &ladder->bar[d];
        g_string_append_printf(words, ". GRE %s:", d == TO_PAC ? "to the PAC" : "to the PNS");
        for (unsigned i = 0; i < ladder->segments; i++) {
            const struct point *point = ladder->path->point[i];
            g_string_append_printf(words, " %" G_GINT64_FORMAT " at %s", bar->segment[i].seen,
                                   point != NULL ? point->name : "a point");
        }
    }
    return g_string_free(words, FALSE);
}

void ladder_draw(GString *page, const struct ladder *ladder, const char *key, const char *title)
{
    char *description = describe(ladder);
    svg_begin(page, key, ladder->width, ladder->height, title, description);
    g_free(description);
    draw_lanes(page, ladder);
    for (GList *at = ladder->rows.head; at != NULL; at = at->next)
        draw_row(page, ladder, at->data);
    svg_line(page, "rule", 4, ladder->bars - 18, ladder->width - 4, ladder->bars - 18);
    svg_text(page, "t h", SVG_START, ladder->lane[0] + 6, ladder->bars, "GRE, all packets", 40);
    for (unsigned i = 0; i < 2 * ladder->segments; i++)
        draw_segment(page, ladder, &ladder->bar[i % 2], i / 2);
    svg_end(page);
}

static void table_cell(GString *page, const struct ladder_cell *cell)
{
    const struct finding *worst = worst_of(cell);
    if (cell->message == NULL) {
        g_string_append(page, "<td>not seen</td>");
        return;
    }
    char *ids = id_words(cell), *frame = frame_words(cell);
    markup(page, "<td%s>%s%s%s",
           worst != NULL && worst->severity >= SEVERITY_WARNING ? " class=\"bad\"" : "", frame,
           ids[0] != '\0' ? ": " : "", ids);
    if (worst != NULL) {
        char *words = right_words(worst);
        markup(page, ", %s", words);
        g_free(words);
    }
    g_string_append(page, "</td>");
    g_free(ids);
    g_free(frame);
}

void ladder_table(GString *page, const struct ladder *ladder)
{
    g_string_append(page,
                    "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
                    "aria-label=\"Messages\"><table><thead><tr><th scope=\"col\">Message</th>");
    for (unsigned i = 0; i < ladder->segments; i++) {
        const struct point *point = ladder->path->point[i];
        markup(page, "<th scope=\"col\">%s</th>", point != NULL ? point->name : "point");
    }
    g_string_append(page, "</tr></thead><tbody>\n");
    for (GList *at = ladder->rows.head; at != NULL; at = at->next) {
        const struct ladder_row *row = at->data;
        markup(page, "<tr><th scope=\"row\">%s</th>", row->title);
        for (unsigned i = 0; i < ladder->segments; i++)
            table_cell(page, &row->cell[i]);
        g_string_append(page, "</tr>\n");
    }
    g_string_append(page, "</tbody></table></div>\n");
}
