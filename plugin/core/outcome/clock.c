/* How far the clocks of two neighbouring points are apart. For packets downward D1 = offset +
 * delay, upward D2 = -offset + delay, and no delay is negative: -min D2 <= offset <= min D1. The
 * estimate is the middle, half the sum the uncertainty (nat-faults, section 7: Paxson 1998). Drift
 * is the change of the estimate between the first and the last third of a long connection.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "at_end.h"

#include <math.h>

#define DRIFT_MIN_SPAN_S 60.0
#define LARGE_OFFSET_S   1.0 /* who compares times by eye is misled */

void clock_bounds_add(struct clock_bounds *bounds, bool downward, int64_t difference_ns)
{
    int64_t *least = downward ? &bounds->down_ns : &bounds->up_ns;
    bool *has = downward ? &bounds->has_down : &bounds->has_up;
    if (!*has || difference_ns < *least)
        *least = difference_ns;
    *has = true;
}

bool clock_bounds_offset(const struct clock_bounds *bounds, double *ret_offset,
                         double *ret_uncertainty)
{
    if (!bounds->has_down || !bounds->has_up)
        return false;
    *ret_offset = (double)(bounds->down_ns - bounds->up_ns) / 2e9;
    /* Clocks that drift, and packets of which one copy is another's, can make it negative. */
    *ret_uncertainty = MAX(0.0, (double)(bounds->down_ns + bounds->up_ns) / 2e9);
    return true;
}

void link_clock_say(struct linker *linker, double offset_s)
{
    if (!linker->end->clocks_differ && fabs(offset_s) >= LARGE_OFFSET_S) {
        linker->end->clocks_differ = true;
        linker->end->clock_offset_s = offset_s;
    }
}

/* The same message at the other side of the hop: equal type, sender, masked octets, and the next of
 * its kind from `*from` on. */
static const struct message *same_message(struct linker *linker, const struct pointers *messages,
                                          guint *from, const struct message *wanted)
{
    for (guint i = *from; i < messages->count; i++) {
        if (!link_spend(linker, LINK_LIMIT_COMPARISONS)) {
            link_limit_reached(linker, LINK_LIMIT_COMPARISONS, wanted->frame);
            break;
        }
        const struct message *message = messages->items[i];
        if (message->type == wanted->type && message->sender == wanted->sender &&
            message->masked_hash == wanted->masked_hash) {
            *from = i + 1;
            return message;
        }
    }
    return NULL;
}

static void clock_at(struct linker *linker, struct link *link, uint32_t hop)
{
    const struct connection *upper = link->path->row[hop]->connection;
    const struct connection *lower = link->path->row[hop + 1]->connection;
    struct clock_bounds all = {0}, thirds[3] = {{0}};
    int64_t first = upper->first_time_ns, span = upper->last_time_ns - first;
    guint from[2] = {0, 0};
    for (guint i = 0; i < upper->messages.count; i++) {
        const struct message *a = upper->messages.items[i];
        const struct message *b = same_message(linker, &lower->messages, &from[a->sender], a);
        if (!b)
            continue;
        bool downward = link_path_downward(link->path, a->sender);
        int64_t difference = downward ? b->time_ns - a->time_ns : a->time_ns - b->time_ns;
        int64_t third = span > 0 ? (a->time_ns - first) * 3 / (span + 1) : 0;
        clock_bounds_add(&all, downward, difference);
        clock_bounds_add(&thirds[CLAMP(third, 0, 2)], downward, difference);
    }
    double early, late, ignored;
    struct link_view *view = &link->view;
    view->hops[hop].has_clock = clock_bounds_offset(&all, &view->hops[hop].clock_offset_s,
                                                    &view->hops[hop].clock_uncertainty_s);
    if (view->hops[hop].has_clock)
        link_clock_say(linker, view->hops[hop].clock_offset_s);
    double span_s = (double)span / 1e9;
    view->hops[hop].has_drift = span_s >= DRIFT_MIN_SPAN_S &&
                                clock_bounds_offset(&thirds[0], &early, &ignored) &&
                                clock_bounds_offset(&thirds[2], &late, &ignored);
    view->hops[hop].clock_drift_ppm =
        view->hops[hop].has_drift ? (late - early) / (span_s * 2 / 3) * 1e6 : 0;
}

void link_clock(struct linker *linker, struct link *link)
{
    if (!link->path)
        return;
    const struct link *first = link->path->first_link;
    if (link != first) {
        /* The connection's clocks are those of all its sessions; the first link is always done
         * first.
         */
        for (uint32_t hop = 0; hop + 1 < link->path->count; hop++) {
            struct link_hop *of = &link->view.hops[hop];
            const struct link_hop *same = &first->view.hops[hop];
            of->has_clock = same->has_clock;
            of->clock_offset_s = same->clock_offset_s;
            of->clock_uncertainty_s = same->clock_uncertainty_s;
            of->has_drift = same->has_drift;
            of->clock_drift_ppm = same->clock_drift_ppm;
        }
        return;
    }
    for (uint32_t hop = 0; hop + 1 < link->path->count; hop++)
        clock_at(linker, link, hop);
}
