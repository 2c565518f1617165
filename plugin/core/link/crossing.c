/* See crossing.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "crossing.h"

#include <glib.h>

#define TAIL_NS      G_GINT64_CONSTANT(3000000000)
#define SIZE_PACKETS 3
/* The smallest MTU in use (RFC 1191 7.1): what is lost up to it is no matter of size. */
#define SMALLEST_MTU 296

struct by_key {
    uint64_t key;
    uint32_t index;
};

static int compare_keys(const void *a, const void *b)
{
    const struct by_key *one = a, *other = b;
    if (one->key != other->key)
        return one->key < other->key ? -1 : 1;
    return one->index < other->index ? -1 : one->index > other->index;
}

/* Keys that begin with a sequence number nearly always are in order already. */
static struct by_key *sorted(const struct crossing_packet *packets, uint32_t count)
{
    struct by_key *keys = g_new(struct by_key, count + 1);
    bool in_order = true;
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = (struct by_key){packets[i].key, i};
        in_order = in_order && (i == 0 || packets[i - 1].key <= packets[i].key);
    }
    if (!in_order)
        qsort(keys, count, sizeof *keys, compare_keys);
    return keys;
}

static void pair(struct crossing *crossing, uint32_t near, uint32_t far)
{
    crossing->arrived[near] = far;
    crossing->came[far] = near;
    crossing->passed++;
}

/* Of packets that were sent again, which copy is which is not certain: a point may have begun in
 * between. */
static void time_pair(struct crossing *crossing, uint32_t near, uint32_t far)
{
    int64_t delay_ns = crossing->far[far].time_ns - crossing->near[near].time_ns;
    if (!crossing->has_delay || delay_ns < crossing->least_delay_ns)
        crossing->least_delay_ns = delay_ns;
    crossing->has_delay = true;
}

static bool is_alone(const struct by_key *keys, uint32_t count, uint32_t at)
{
    return (at == 0 || keys[at - 1].key != keys[at].key) &&
           (at + 1 == count || keys[at + 1].key != keys[at].key);
}

static void count_reordered(struct crossing *crossing)
{
    uint32_t furthest = 0;
    for (uint32_t i = 0; i < crossing->far_count; i++) {
        if (crossing->came[i] == CROSSING_NONE)
            continue;
        crossing->reordered += crossing->came[i] < furthest;
        furthest = MAX(furthest, crossing->came[i]);
    }
}

struct crossing crossing_match(const struct crossing_packet *near, uint32_t near_count,
                               const struct crossing_packet *far, uint32_t far_count)
{
    struct crossing crossing = {.near = near,
                                .far = far,
                                .near_count = near_count,
                                .far_count = far_count,
                                .arrived = g_new(uint32_t, near_count + 1),
                                .came = g_new(uint32_t, far_count + 1),
                                .end = near_count};
    struct by_key *before = sorted(near, near_count), *behind = sorted(far, far_count);
    for (uint32_t i = 0; i < near_count; i++)
        crossing.arrived[i] = CROSSING_NONE;
    for (uint32_t i = 0; i < far_count; i++)
        crossing.came[i] = CROSSING_NONE;
    uint32_t n = 0, f = 0;
    while (n < near_count && f < far_count) {
        if (before[n].key < behind[f].key) {
            n++;
        } else if (before[n].key > behind[f].key) {
            crossing.duplicated += n > 0 && before[n - 1].key == behind[f].key;
            f++;
        } else {
            if (is_alone(before, near_count, n) && is_alone(behind, far_count, f))
                time_pair(&crossing, before[n].index, behind[f].index);
            pair(&crossing, before[n++].index, behind[f++].index);
        }
    }
    for (; n > 0 && f < far_count && before[n - 1].key == behind[f].key; f++)
        crossing.duplicated++;
    g_free(before);
    g_free(behind);
    count_reordered(&crossing);
    return crossing;
}

void crossing_clear(struct crossing *crossing)
{
    g_free(crossing->arrived);
    g_free(crossing->came);
    crossing->arrived = NULL;
    crossing->came = NULL;
}

void crossing_cover(struct crossing *crossing, const struct crossing_window *window,
                    int64_t slack_ns)
{
    const struct crossing_packet *near = crossing->near;
    while (crossing->first < crossing->end && crossing->arrived[crossing->first] == CROSSING_NONE &&
           near[crossing->first].time_ns + window->ahead_ns < window->first_ns)
        crossing->first++;
    while (crossing->end > crossing->first &&
           crossing->arrived[crossing->end - 1] == CROSSING_NONE &&
           near[crossing->end - 1].time_ns + window->ahead_ns > window->last_ns + slack_ns)
        crossing->end--;
}

void crossing_count(struct crossing_loss *loss, uint32_t index, int64_t time_ns, uint32_t length,
                    bool arrived)
{
    if (arrived) {
        loss->passed++;
        loss->tail = 0;
        loss->longest_passed = MAX(loss->longest_passed, length);
        loss->last_ns = time_ns;
        return;
    }
    if (loss->lost++ == 0) {
        loss->first = index;
        loss->shortest_lost = length;
    }
    loss->shortest_lost = MIN(loss->shortest_lost, length);
    if (loss->tail++ == 0) {
        loss->first_of_tail = index;
        loss->idle_ns = loss->passed > 0 ? time_ns - loss->last_ns : 0;
        loss->tail_from_ns = time_ns;
    }
    loss->tail_ns = time_ns - loss->tail_from_ns;
}

enum crossing_fate crossing_fate(const struct crossing_loss *loss)
{
    if (loss->lost == 0)
        return CROSSING_PASSED;
    if (loss->passed == 0)
        return CROSSING_NONE_CAME;
    if (loss->lost >= SIZE_PACKETS && loss->passed >= SIZE_PACKETS &&
        loss->shortest_lost > SMALLEST_MTU && loss->shortest_lost > loss->longest_passed)
        return CROSSING_BY_SIZE;
    return loss->tail >= CROSSING_TAIL_PACKETS && loss->tail_ns >= TAIL_NS ? CROSSING_CEASED
                                                                           : CROSSING_NOW_AND_THEN;
}

struct crossing_loss crossing_lose(const struct crossing *crossing)
{
    struct crossing_loss loss = {0};
    for (uint32_t i = crossing->first; i < crossing->end; i++)
        crossing_count(&loss, i, crossing->near[i].time_ns, crossing->near[i].length,
                       crossing->arrived[i] != CROSSING_NONE);
    return loss;
}
