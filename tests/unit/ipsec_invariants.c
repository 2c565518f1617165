/* See ipsec_invariants.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_invariants.h"

static void check_places(const struct ipsec_places *places, uint32_t packets)
{
    uint32_t count = 0;
    uint32_t seen = 0;
    bool has_latest = places->first == NULL;
    for (const struct ipsec_place *place = places->first; place != NULL; place = place->next) {
        count++;
        seen += place->packets;
        has_latest = has_latest || place == places->latest;
    }
    g_assert_cmpuint(count, ==, places->count);
    g_assert_cmpuint(count, <=, IPSEC_PLACE_LIMIT);
    g_assert_cmpuint(seen, <=, packets);
    g_assert_true(has_latest);
}

static void check_ike(const struct ipsec_tracker *tracker, uint32_t index)
{
    const struct ike_sa *sa = ipsec_tracker_ike(tracker, index);
    uint32_t messages = 0;
    g_assert_cmpuint(sa->index, ==, index);
    g_assert_cmpuint(sa->messages, ==, sa->messages_from[0] + sa->messages_from[1]);
    g_assert_true(sa->previous == NULL || sa->previous->index < index);
    for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
        g_assert_true(record->sa == sa);
        g_assert_true(ipsec_tracker_message(tracker, record->index) == record);
        g_assert_true(record->next == NULL || record->next->index > record->index);
        g_assert_cmpuint(record->sender, <, 2);
        messages += !record->copy;
        if (record->next == NULL)
            g_assert_true(record == sa->last);
    }
    g_assert_cmpuint(messages, ==, sa->messages);
    for (unsigned i = 0; i < 4; i++)
        check_places(&sa->places[i / 2][i % 2], sa->messages);
    for (unsigned i = 0; i < 2 * IPSEC_RECENT; i++) {
        const struct ike_child *child = &sa->child[i / 2];
        g_assert_true(child->esp[i % 2] == NULL || child->esp[i % 2]->child == child);
    }
}

static void check_esp(const struct ipsec_tracker *tracker, uint32_t index)
{
    const struct esp_sa *sa = ipsec_tracker_esp(tracker, index);
    g_assert_cmpuint(sa->index, ==, index);
    g_assert_cmpuint(sa->packets, >, 0);
    g_assert_cmpuint(sa->window.duplicates + sa->window.out_of_order, <, sa->packets);
    g_assert_true(sa->reverse == NULL || (sa->reverse->reverse == sa && sa->reverse != sa));
    g_assert_true(sa->child == NULL || sa->ike != NULL);
    g_assert_false(sa->ike_ambiguous && sa->ike != NULL);
    check_places(&sa->source, sa->packets);
    check_places(&sa->target, sa->packets);
    g_assert_nonnull(sa->conversation);
}

static void check_conversation(const struct ipsec_tracker *tracker, uint32_t index)
{
    const struct ipsec_conversation *conversation = ipsec_tracker_conversation(tracker, index);
    g_assert_cmpuint(conversation->index, ==, index);
    g_assert_true(conversation->hosts->hosts == conversation->hosts);
    g_assert_true(ipsec_tracker_find_conversation(tracker, conversation->point,
                                                  &conversation->end[1],
                                                  &conversation->end[0]) == conversation);
    for (unsigned way = 0; way < 2; way++) {
        g_assert_cmpuint(conversation->way[way].esp_packets, <=, conversation->way[way].packets);
        g_assert_cmpuint(conversation->way[way].alone_packets, <=,
                         conversation->way[way].esp_packets);
    }
    for (unsigned i = 0; i < IPSEC_RECENT; i++) {
        for (unsigned other = 0; other < i; other++)
            g_assert_true(conversation->ike[i] == NULL ||
                          conversation->ike[i] != conversation->ike[other]);
    }
}

static void check_findings(const struct finding_log *log, bool are_concluded)
{
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        bool is_bound = finding->id == FINDING_LIMIT_REACHED;
        g_assert_true((is_bound || ipsec_finding_is_provisional(finding->id)) == are_concluded);
        g_assert_true((finding->deciding_frame == 0) == are_concluded);
        g_assert_nonnull(finding->text);
        g_assert_true(g_utf8_validate(finding->text, -1, NULL));
    }
}

void ipsec_check_model(const struct ipsec_tracker *tracker, const struct finding_log *log)
{
    for (uint32_t i = 0; i < ipsec_tracker_ike_count(tracker); i++)
        check_ike(tracker, i);
    for (uint32_t i = 0; i < ipsec_tracker_esp_count(tracker); i++)
        check_esp(tracker, i);
    for (uint32_t i = 0; i < ipsec_tracker_conversation_count(tracker); i++)
        check_conversation(tracker, i);
    struct finding_log *concluded = finding_log_new();
    ipsec_conclude(tracker, concluded);
    check_findings(log, false);
    check_findings(concluded, true);
    finding_log_free(concluded);
    g_assert_null(ipsec_tracker_ike(tracker, ipsec_tracker_ike_count(tracker)));
    g_assert_null(ipsec_tracker_esp(tracker, ipsec_tracker_esp_count(tracker)));
    g_assert_null(ipsec_tracker_message(tracker, ipsec_tracker_message_count(tracker)));
    g_assert_null(ipsec_tracker_conversation(tracker, ipsec_tracker_conversation_count(tracker)));
}
