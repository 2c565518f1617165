/* Findings sorted by call and by link.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/base/hash.h"
#include "cells.h"
#include "problems.h"

struct problems {
    GHashTable *of_call; /* index -> GPtrArray of const struct finding * */
    GHashTable *of_link;
    GHashTable *of_ike; /* index -> GPtrArray of const struct finding * */
    GHashTable *of_esp;
    GHashTable *of_ipsec_link;
};

static void list_free(gpointer list)
{
    g_ptr_array_free(list, TRUE);
}

static void sort_in(GHashTable *table, uint32_t index, const void *finding)
{
    if (index == FINDING_NONE)
        return;
    GPtrArray *list = g_hash_table_lookup(table, GUINT_TO_POINTER(index));
    if (list == NULL) {
        list = g_ptr_array_new();
        g_hash_table_insert(table, GUINT_TO_POINTER(index), list);
    }
    g_ptr_array_add(list, (gpointer)finding);
}

static GHashTable *lists_new(void)
{
    return g_hash_table_new_full(hash_of_pointer, NULL, NULL, list_free);
}

struct problems *problems_new(const struct analysis *analysis)
{
    const struct finding_log *log = outcome_log(analysis_outcome(analysis));
    const struct tracker *tracker = analysis_tracker(analysis);
    struct problems *problems = g_new0(struct problems, 1);
    problems->of_call = lists_new();
    problems->of_link = lists_new();
    problems->of_ike = lists_new();
    problems->of_esp = lists_new();
    problems->of_ipsec_link = lists_new();
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        const struct call *call = call_final(tracker_call(tracker, finding->session));
        sort_in(problems->of_call, call != NULL ? call->index : FINDING_NONE, finding);
        sort_in(problems->of_link, finding->link, finding);
        sort_in(problems->of_ike, finding->ike_sa, finding);
        sort_in(problems->of_esp, finding->esp_sa, finding);
        sort_in(problems->of_ipsec_link, finding->ipsec_link, finding);
    }
    return problems;
}

void problems_free(struct problems *problems)
{
    if (problems == NULL)
        return;
    g_hash_table_destroy(problems->of_call);
    g_hash_table_destroy(problems->of_link);
    g_hash_table_destroy(problems->of_ike);
    g_hash_table_destroy(problems->of_esp);
    g_hash_table_destroy(problems->of_ipsec_link);
    g_free(problems);
}

const char *problem_word(const struct finding_kind *kind)
{
    const char *dot = strrchr(kind->filter, '.');
    return dot != NULL ? dot + 1 : kind->filter;
}

static void append_kind(GString *text, const struct finding_kind *kind, guint count)
{
    if (text->len > 0)
        g_string_append(text, ", ");
    g_string_append(text, problem_word(kind));
    if (count > 1)
        g_string_append_printf(text, " x%u", count);
}

/* `wanted` is DIRECTION_NONE for all. */
static char *words_of(const GPtrArray *list, enum direction wanted)
{
    if (list == NULL)
        return g_strdup("");
    guint count[FINDING_COUNT] = {0};
    for (guint i = 0; i < list->len; i++) {
        const struct finding *finding = g_ptr_array_index(list, i);
        if (wanted == DIRECTION_NONE || finding->direction == wanted)
            count[finding->id]++;
    }
    GString *text = g_string_new(NULL);
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_CHAT; severity--) {
        for (int id = 0; id < FINDING_COUNT; id++) {
            const struct finding_kind *kind = finding_kind((enum finding_id)id);
            if (count[id] > 0 && (int)kind->severity == severity)
                append_kind(text, kind, count[id]);
        }
    }
    return g_string_free(text, FALSE);
}

static char *look_up(GHashTable *table, uint32_t index, enum direction wanted)
{
    return words_of(g_hash_table_lookup(table, GUINT_TO_POINTER(index)), wanted);
}

char *problems_of_call(const struct problems *problems, uint32_t call)
{
    return look_up(problems->of_call, call, DIRECTION_NONE);
}

char *problems_of_link(const struct problems *problems, uint32_t link)
{
    return look_up(problems->of_link, link, DIRECTION_NONE);
}

char *problems_of_flow(const struct problems *problems, uint32_t call, enum direction direction)
{
    return look_up(problems->of_call, call, direction);
}

char *problems_of_ike(const struct problems *problems, uint32_t ike)
{
    return look_up(problems->of_ike, ike, DIRECTION_NONE);
}

char *problems_of_esp(const struct problems *problems, uint32_t esp)
{
    return look_up(problems->of_esp, esp, DIRECTION_NONE);
}

char *problems_of_ipsec_link(const struct problems *problems, uint32_t link)
{
    return look_up(problems->of_ipsec_link, link, DIRECTION_NONE);
}
