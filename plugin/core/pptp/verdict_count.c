/* See verdict_count.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict_count.h"

#include "nat_rules.h"

/* Points that show GRE of this direction. */
static uint32_t places_with_gre(const struct link_view *view, int direction)
{
    uint32_t positions = 0;
    for (uint32_t position = 0; position < view->count; position++)
        positions += view->places[position].seen[direction] > 0;
    return positions;
}

bool verdict_has_gre_twice(const struct link_view *view)
{
    return places_with_gre(view, 0) > 1 || places_with_gre(view, 1) > 1;
}

bool verdict_is_whole(const struct link_view *view)
{
    for (uint32_t position = 0; position < view->count; position++) {
        const struct session *call = view->session[position];
        if (!call || !call->setup_frame || !call->reply_frame)
            return false;
    }
    return view->count > 1 && places_with_gre(view, 0) == view->count &&
           places_with_gre(view, 1) == view->count;
}

/* Of the packets that both points of each hop could see. */
struct gre_count {
    uint32_t sent;
    uint32_t lost;
    uint32_t elsewhere; /* came to another host */
};

static struct gre_count count_gre(const struct link_view *view, int direction)
{
    struct gre_count count = {0};
    for (uint32_t i = 0; i + 1 < view->count; i++) {
        const struct link_hop_count *hop = &view->hops[i].count[direction];
        count.sent = MAX(count.sent, hop->passed + hop->lost + hop->elsewhere);
        count.lost += hop->lost;
        count.elsewhere += hop->elsewhere;
    }
    count.lost = MIN(count.lost, count.sent);
    count.elsewhere = MIN(count.elsewhere, count.sent - count.lost);
    return count;
}

enum { TO_SERVER, TO_CLIENT, ONE_WAY, OTHER_WAY, WAYS };

static const char *const way_words[WAYS] = {"to the server", "to the client", "one way",
                                            "the other way"};

static unsigned way_of(const struct linker *linker, const struct link_view *view, int direction)
{
    const char *receiver = link_receiver_name(linker, view, (enum direction)direction);
    return g_str_equal(receiver, "server")   ? TO_SERVER
           : g_str_equal(receiver, "client") ? TO_CLIENT
           : direction == 0                  ? ONE_WAY
                                             : OTHER_WAY;
}

void verdict_append_counts(const struct linker *linker, GString *text, const struct link_view *view)
{
    bool reported = false;
    for (int d = 0; d < 2; d++) {
        struct gre_count count = count_gre(view, d);
        if (count.sent == 0 || (places_with_gre(view, d) < 2 && view->status != VERDICT_FAULT))
            continue;
        g_string_append_printf(text, "%s%u of %u GRE packets %s passed", reported ? ", " : " ",
                               count.sent - count.lost - count.elsewhere, count.sent,
                               way_words[way_of(linker, view, d)]);
        reported = true;
    }
    g_string_append(text, reported ? "." : " No GRE was captured at two points.");
}

/* Scattered loss is no fault of the NAT's PPTP, but whoever asks why the tunnel is slow must see
 * it. */
void verdict_append_loss(const struct linker *linker, GString *text)
{
    bool reported = false;
    struct gre_count all[WAYS] = {{0}};
    for (guint i = 0; i < linker->links->len; i++) {
        const struct link *link = linker->links->pdata[i];
        for (int d = 0; d < 2; d++) {
            struct gre_count count = count_gre(&link->view, d);
            unsigned way = way_of(linker, &link->view, d);
            all[way].sent += count.sent;
            all[way].lost += count.lost;
        }
    }
    for (unsigned way = 0; way < WAYS; way++) {
        if (all[way].lost == 0)
            continue;
        g_string_append_printf(text, "%s%u of %u GRE packets %s", reported ? " and " : " But ",
                               all[way].lost, all[way].sent, way_words[way]);
        reported = true;
    }
    if (reported)
        g_string_append(text, " were lost between the points.");
}
