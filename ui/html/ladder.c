/* Where the parts of a ladder stand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ladder.h"

#include <math.h>

#include "markup.h"

#define FIRST_LANE    11.0 /* per cent: room for the times before it */
#define LAST_LANE     95.5
#define HEAD          84
#define HEAD_ADDRESS  28 /* more, for the addresses on each side */
#define ROW_PLAIN     37
#define ROW_VALUES    53
#define ROW_REMARK    17 /* more, for each */
#define ROW_FOLDED    13 /* more, for values in two lines */
#define ROW_CHANGE    26
#define BAR_HEADING   24
#define BAR_PITCH     54
#define BAR_TITLE     10 /* more, for the line above what is seen */
#define BAR_THICKNESS 12.0

struct ladder *ladder_new(unsigned segments)
{
    struct ladder *ladder = g_new0(struct ladder, 1);
    ladder->segments = segments;
    ladder->narrow = segments > 2;
    ladder->bars = g_array_new(FALSE, TRUE, sizeof(struct ladder_bar));
    ladder->texts = g_string_chunk_new(1024);
    ladder->bars_title = "";
    g_queue_init(&ladder->rows);
    for (unsigned i = 0; i <= segments; i++)
        ladder->lane[i] = (struct ladder_lane){FIRST_LANE + (LAST_LANE - FIRST_LANE) * i / segments,
                                               "", "", NULL};
    for (unsigned i = 0; i < segments; i++)
        ladder->side[i] = (struct ladder_side){"", "", "", ""};
    return ladder;
}

void ladder_free(struct ladder *ladder)
{
    g_queue_clear_full(&ladder->rows, g_free);
    g_array_unref(ladder->bars);
    g_string_chunk_free(ladder->texts);
    g_free(ladder);
}

struct ladder_row *ladder_add_row(struct ladder *ladder)
{
    struct ladder_row *row = g_new0(struct ladder_row, 1);
    row->title = row->time = "";
    for (unsigned i = 0; i < ladder->segments; i++) {
        struct ladder_cell *cell = &row->cell[i];
        cell->left = cell->right = cell->values = cell->where = cell->remark = "";
    }
    g_queue_push_tail(&ladder->rows, row);
    return row;
}

struct ladder_bar *ladder_add_bar(struct ladder *ladder)
{
    if (ladder->bars->len == LADDER_BARS_LIMIT)
        return NULL;
    g_array_set_size(ladder->bars, ladder->bars->len + 1);
    struct ladder_bar *bar = &g_array_index(ladder->bars, struct ladder_bar, ladder->bars->len - 1);
    bar->title = "";
    for (unsigned i = 0; i < ladder->segments; i++)
        bar->segment[i].words = bar->segment[i].remark = "";
    return bar;
}

const char *ladder_hop(struct ladder *ladder, unsigned lane, bool is_nat)
{
    const char *name = is_nat ? "NAT" : "Hop";
    return ladder->segments > 2 ? markup_keep(ladder->texts, "%s %u", name, lane) : name;
}

void ladder_bars_last(struct ladder *ladder, struct moment time)
{
    if (time.known && (!ladder->bars_at.known || time.seconds > ladder->bars_at.seconds))
        ladder->bars_at = time;
}

void ladder_time(struct ladder *ladder, struct ladder_row *row, struct moment time,
                 struct moment start)
{
    row->at = time;
    if (!time.known || !start.known)
        return;
    double seconds = fmax(0, time.seconds - start.seconds);
    int digits = seconds < 10 ? 3 : seconds < 1000 ? 1 : 0;
    row->time = markup_keep(ladder->texts, "%.*f", digits, seconds);
}

static void drop_surplus(struct ladder *ladder)
{
    unsigned shown = 0, faults = 0;
    for (GList *at = ladder->rows.head, *next; at != NULL; at = next) {
        struct ladder_row *row = at->data;
        next = at->next;
        if (row->wrong ? faults++ < LADDER_FAULTS_LIMIT : shown++ < LADDER_ROWS_LIMIT)
            continue;
        g_queue_delete_link(&ladder->rows, at);
        g_free(row);
        ladder->hidden++;
    }
}

static double row_height(const struct ladder *ladder, const struct ladder_row *row)
{
    bool values = false;
    unsigned remarks = 0;
    for (unsigned i = 0; i < ladder->segments; i++) {
        const struct ladder_cell *cell = &row->cell[i];
        values = values || cell->left[0] != '\0' || cell->values[0] != '\0';
        remarks += cell->remark[0] != '\0';
    }
    if (row->is_change)
        return ROW_CHANGE;
    double height = values ? ROW_VALUES + (ladder->narrow ? ROW_FOLDED : 0) : ROW_PLAIN;
    return height + ROW_REMARK * remarks;
}

/* A direction that thins out shows it: the thickest is where most packets were seen. */
static void set_thickness(const struct ladder *ladder, struct ladder_bar *bar)
{
    int64_t most = 1;
    for (unsigned i = 0; i < ladder->segments; i++)
        most = MAX(most, bar->segment[i].seen);
    for (unsigned i = 0; i < ladder->segments; i++) {
        struct ladder_segment *segment = &bar->segment[i];
        if (segment->seen != 0)
            segment->thickness = MAX(3.0, BAR_THICKNESS * (double)segment->seen / (double)most);
    }
}

/* The last row that is not later than the last packet of the bars, which stand below it. */
static const GList *row_before_bars(const struct ladder *ladder)
{
    const GList *at = ladder->rows.tail;
    for (; at != NULL && ladder->bars_at.known; at = at->prev) {
        const struct ladder_row *row = at->data;
        if (!row->at.known || row->at.seconds <= ladder->bars_at.seconds)
            break;
    }
    return at;
}

/* Returns where they end. */
static double arrange_bars(struct ladder *ladder, double y)
{
    ladder->foot = y + BAR_HEADING;
    if (ladder->bars->len == 0)
        return ladder->foot;
    y = ladder->foot + 36 + (ladder->narrow ? ROW_FOLDED : 0);
    for (guint i = 0; i < ladder->bars->len; i++) {
        struct ladder_bar *bar = &g_array_index(ladder->bars, struct ladder_bar, i);
        set_thickness(ladder, bar);
        y += bar->title[0] != '\0' ? BAR_TITLE : 0;
        bar->y = y;
        y += BAR_PITCH + (ladder->narrow ? ROW_FOLDED : 0);
    }
    return y - 14;
}

void ladder_arrange(struct ladder *ladder)
{
    bool addresses = false;
    drop_surplus(ladder);
    for (unsigned i = 0; i < ladder->segments; i++)
        addresses = addresses || ladder->side[i].left[0] != '\0';
    double y = ladder->head = HEAD + (addresses ? HEAD_ADDRESS : 0);
    const GList *last = row_before_bars(ladder);
    if (last == NULL)
        y = arrange_bars(ladder, y);
    for (const GList *at = ladder->rows.head; at != NULL; at = at->next) {
        struct ladder_row *row = at->data;
        row->y = y;
        row->height = row_height(ladder, row);
        y += row->height;
        if (at == last)
            y = arrange_bars(ladder, y);
    }
    ladder->height = y;
}
