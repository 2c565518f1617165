/* A sliding array of octets and a short list of the runs they came in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "control_octets.h"

#include <glib.h>
#include <string.h>

#include "core/base/zero_runs.h"

/* What is not packed has memory for the next multiple of these. */
#define OCTETS_STEP 64
#define RUNS_STEP   4
#define USUAL_ROOM  2048

static uint32_t round_up(uint32_t count, uint32_t step)
{
    return (count + step - 1) / step * step;
}

void octet_window_reset(struct octet_window *window, uint32_t seq)
{
    g_free(window->octets);
    g_free(window->runs);
    *window = (struct octet_window){.start = seq};
}

void octet_window_pack(struct octet_window *window)
{
    size_t runs_size = window->run_count * sizeof *window->runs;
    size_t room = zero_runs_room(runs_size) + zero_runs_room(window->count);
    uint8_t usual[USUAL_ROOM], *packed = usual;
    size_t size;

    if (window->runs == NULL)
        return;
    if (room > sizeof usual)
        packed = g_malloc(room);
    size = zero_runs_pack((const uint8_t *)window->runs, runs_size, packed);
    size += zero_runs_pack(window->octets, window->count, packed + size);
    g_free(window->runs);
    g_free(window->octets);
    window->octets = g_memdup2(packed, size);
    window->runs = NULL;
    if (packed != usual)
        g_free(packed);
}

void octet_window_unpack(struct octet_window *window)
{
    uint8_t *packed = window->octets;
    size_t used;

    if (packed == NULL || window->runs != NULL)
        return;
    window->octets = g_malloc(round_up(window->count, OCTETS_STEP));
    window->runs = g_new(struct octet_run, round_up(window->run_count, RUNS_STEP));
    used =
        zero_runs_unpack(packed, window->run_count * sizeof *window->runs, (uint8_t *)window->runs);
    zero_runs_unpack(packed + used, window->count, window->octets);
    g_free(packed);
}

uint32_t octet_window_end(const struct octet_window *window)
{
    return window->start + window->count;
}

void octet_window_append(struct octet_window *window, const struct octet_run *run,
                         const uint8_t *octets, uint32_t count)
{
    if (count == 0)
        return;
    if (window->count + count > round_up(window->count, OCTETS_STEP))
        window->octets = g_realloc(window->octets, round_up(window->count + count, OCTETS_STEP));
    if (octets != NULL)
        memcpy(window->octets + window->count, octets, count);
    else
        memset(window->octets + window->count, 0, count);
    window->count += count;
    if (window->run_count % RUNS_STEP == 0)
        window->runs = g_renew(struct octet_run, window->runs, window->run_count + RUNS_STEP);
    window->runs[window->run_count++] = *run;
}

/* The index of the run that holds the octet `offset` octets behind the start. */
static uint32_t run_index(const struct octet_window *window, uint32_t offset)
{
    uint32_t low = 0;
    uint32_t high = window->run_count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (window->runs[middle].seq - window->start <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The offset behind the last octet of run `index`. */
static uint32_t run_end(const struct octet_window *window, uint32_t index)
{
    return index + 1 < window->run_count ? window->runs[index + 1].seq - window->start
                                         : window->count;
}

void octet_window_trim(struct octet_window *window, uint32_t keep)
{
    uint32_t drop;
    uint32_t runs;

    if (window->count <= keep)
        return;
    if (keep == 0) {
        octet_window_reset(window, octet_window_end(window));
        return;
    }
    drop = window->count - keep;
    runs = run_index(window, drop);
    memmove(window->octets, window->octets + drop, keep);
    memmove(window->runs, window->runs + runs, (window->run_count - runs) * sizeof *window->runs);
    window->run_count -= runs;
    window->start += drop;
    window->count = keep;
    window->runs[0].seq = window->start;
    window->octets = g_realloc(window->octets, round_up(keep, OCTETS_STEP));
    window->runs = g_renew(struct octet_run, window->runs, round_up(window->run_count, RUNS_STEP));
}

const uint8_t *octet_window_at(const struct octet_window *window, uint32_t seq)
{
    return window->octets + (seq - window->start);
}

const struct octet_run *octet_window_run(const struct octet_window *window, uint32_t seq)
{
    return &window->runs[run_index(window, seq - window->start)];
}

uint32_t octet_window_known(const struct octet_window *window, uint32_t seq, uint32_t most)
{
    uint32_t offset = seq - window->start;
    uint32_t known = 0;

    if (offset >= window->count)
        return 0;
    for (uint32_t i = run_index(window, offset); i < window->run_count && known < most; i++) {
        if (window->runs[i].kind != OCTET_KNOWN)
            break;
        known = run_end(window, i) - offset;
    }
    return known < most ? known : most;
}

uint32_t octet_window_skip_unknown(const struct octet_window *window, uint32_t seq)
{
    uint32_t offset = seq - window->start;

    if (offset >= window->count)
        return octet_window_end(window);
    for (uint32_t i = run_index(window, offset);
         i < window->run_count && window->runs[i].kind != OCTET_KNOWN; i++)
        offset = run_end(window, i);
    return window->start + offset;
}

/* Cuts [seq, seq + count) to what lies in the window: offsets *ret_from to *ret_to. */
static bool overlap(const struct octet_window *window, uint32_t seq, uint32_t count,
                    uint32_t *ret_from, uint32_t *ret_to)
{
    int64_t from = (int32_t)(seq - window->start);
    int64_t to = from + count;

    if (from < 0)
        from = 0;
    if (to > window->count)
        to = window->count;
    if (from >= to)
        return false;
    *ret_from = (uint32_t)from;
    *ret_to = (uint32_t)to;
    return true;
}

const struct octet_run *octet_window_differs(const struct octet_window *window, uint32_t seq,
                                             const uint8_t *octets, uint32_t count)
{
    uint32_t from;
    uint32_t to;

    if (count <= 1 || !overlap(window, seq, count, &from, &to))
        return NULL;
    for (uint32_t i = run_index(window, from); i < window->run_count && from < to; i++) {
        uint32_t end = run_end(window, i) < to ? run_end(window, i) : to;
        bool single = run_end(window, i) - (window->runs[i].seq - window->start) == 1;
        const uint8_t *copy = octets + (from + window->start - seq);

        if (window->runs[i].kind == OCTET_KNOWN && !single &&
            memcmp(window->octets + from, copy, end - from) != 0)
            return &window->runs[i];
        from = end;
    }
    return NULL;
}

bool octet_window_has_hole(const struct octet_window *window, uint32_t seq, uint32_t count)
{
    uint32_t from;
    uint32_t to;

    if (!overlap(window, seq, count, &from, &to))
        return false;
    for (uint32_t i = run_index(window, from); i < window->run_count; i++) {
        if (window->runs[i].seq - window->start >= to)
            break;
        if (window->runs[i].kind == OCTET_HOLE)
            return true;
    }
    return false;
}
