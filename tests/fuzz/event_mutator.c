/* Mutates whole events, besides octets: what a linker has to bear is packets that are lost, come
 * twice, late, hours later or at another point, and octets changed at random seldom make that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "events.h"

/* Octets from the start of an event that has a head: what, hosts, place, step. */
#define PLACE_AT 2
#define STEP_AT  3
#define HEAD     5

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

struct span {
    size_t start;
    size_t length;
};

static struct span pick(const struct events *events, size_t size, GRand *random)
{
    guint count = events->starts->len;
    guint i = (guint)g_rand_int_range(random, 0, (gint32)count);
    size_t start = g_array_index(events->starts, size_t, i);
    size_t end = i + 1 < count ? g_array_index(events->starts, size_t, i + 1) : size;
    return (struct span){start, end - start};
}

static size_t cut(uint8_t *data, size_t size, struct span span)
{
    memmove(data + span.start, data + span.start + span.length, size - span.start - span.length);
    return size - span.length;
}

static size_t insert(uint8_t *data, size_t size, size_t max_size, size_t at, const uint8_t *octets,
                     size_t length)
{
    if (length > max_size - size)
        return size;
    memmove(data + at + length, data + at, size - at);
    memcpy(data + at, octets, length);
    return size + length;
}

/* The event again at another one's place; `move`: and no more where it was. */
static size_t repeat(uint8_t *data, size_t size, size_t max_size, struct span event, size_t at,
                     bool move)
{
    uint8_t *copy = g_memdup2(data + event.start, event.length);
    size_t made = size;
    if (move) {
        made = cut(data, size, event);
        at = at > event.start ? at - event.length : at;
    }
    made = insert(data, made, max_size, at, copy, event.length);
    g_free(copy);
    return made;
}

/* Seconds, minutes, or back in time; or at another point. */
static void shift(uint8_t *data, struct span event, GRand *random)
{
    static const uint16_t steps[] = {0x0000, 0x000A, 0x2710, 0x801E,
                                     0x80FF, 0xAFFF, 0x4064, 0xC01E};
    if (event.length < HEAD)
        return;
    uint16_t step = steps[g_rand_int_range(random, 0, G_N_ELEMENTS(steps))];
    if (g_rand_boolean(random)) {
        data[event.start + STEP_AT] = (uint8_t)(step >> 8);
        data[event.start + STEP_AT + 1] = (uint8_t)step;
    } else {
        data[event.start + PLACE_AT] ^= (uint8_t)g_rand_int_range(random, 1, EVENT_INTERFACES);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    struct events *events = events_read(data, size);
    int what = events->starts->len > 1 ? g_rand_int_range(random, 0, 8) : 0;
    struct span event = {0, 0}, other = {0, 0};
    if (what != 0) {
        event = pick(events, size, random);
        other = pick(events, size, random);
    }
    events_free(events);
    switch (what) {
    case 1:
    case 2:
        size = cut(data, size, event);
        break;
    case 3:
        size = repeat(data, size, max_size, event, other.start, false);
        break;
    case 4:
        size = repeat(data, size, max_size, event, other.start, true);
        break;
    case 5:
        shift(data, event, random);
        break;
    default:
        size = LLVMFuzzerMutate(data, size, max_size);
    }
    g_rand_free(random);
    return size;
}
