/* The linker and the outcome with a protocol made up for them (telex.h): a NAT between two points
 * translates the numbers that the outer clerk chose.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/outcome/outcome.h"
#include "telex.h"

static const struct net_address hosts[2][2] = {
    {{4, {10, 0, 0, 5}}, {4, {203, 0, 113, 9}}},
    {{4, {198, 51, 100, 1}}, {4, {203, 0, 113, 9}}},
};

static struct packet next_packet(struct telex *telex, uint32_t point)
{
    telex->latest_frame++;
    return (struct packet){.frame = telex->latest_frame,
                           .time_ns = telex->latest_frame * G_GINT64_CONSTANT(1000000),
                           .interface = point};
}

static struct telex *telex_new(void)
{
    struct telex *telex = g_new0(struct telex, 1);
    struct linker_options options = {0};
    telex->connections = g_ptr_array_new();
    telex->sessions = g_ptr_array_new();
    telex->flows = g_ptr_array_new_with_free_func(g_free);
    telex->packets = packet_store_new();
    telex->messages = g_ptr_array_new_with_free_func(g_free);
    telex->strays = g_ptr_array_new_with_free_func(g_free);
    telex->log = finding_log_new();
    telex->linker = linker_new((struct facts *)telex, &telex_supplier, telex->log, &options);
    for (uint32_t point = 0; point < 2; point++) {
        struct office *office = &telex->office[point];
        office->connection = (struct connection){
            .index = point,
            .point = point,
            .end = {{hosts[point][CLIENT], (uint16_t)(5000 + point)}, {hosts[point][SERVER], 99}},
            .has_isn = {true, true},
            .isn = {111, 222},
            .ttl = {(uint8_t)(64 - point), (uint8_t)(62 + point)},
            .is_ours = true,
            .segments = {2, 2},
        };
        office->session = (struct session){
            .connection = &office->connection, .roles_known = true, .index = point, .point = point};
        g_ptr_array_add(telex->connections, &office->connection);
        g_ptr_array_add(telex->sessions, &office->session);
        linker_connection(telex->linker, &office->connection);
    }
    return telex;
}

static void telex_free(struct telex *telex)
{
    linker_free(telex->linker);
    finding_log_free(telex->log);
    for (uint32_t point = 0; point < 2; point++)
        pointers_clear(&telex->office[point].connection.messages);
    g_ptr_array_free(telex->connections, TRUE);
    g_ptr_array_free(telex->sessions, TRUE);
    g_ptr_array_free(telex->flows, TRUE);
    g_ptr_array_free(telex->messages, TRUE);
    g_ptr_array_free(telex->strays, TRUE);
    packet_store_free(telex->packets);
    g_free(telex);
}

static void say(struct telex *telex, uint32_t point, uint8_t type, uint16_t number)
{
    struct office *office = &telex->office[point];
    struct packet packet = next_packet(telex, point);
    struct telex_message *message = g_new0(struct telex_message, 1);
    message->connection = &office->connection;
    message->session = &office->session;
    message->time_ns = packet.time_ns;
    message->index = telex->messages->len;
    message->frame = packet.frame;
    message->seq = 500;
    message->masked_hash = type;
    message->type = type;
    message->sender = type == REQUEST ? CLIENT : SERVER;
    message->is_whole = message->sets_up = true;
    message->number = number;
    *(type == REQUEST ? &office->session.setup_frame : &office->session.reply_frame) = packet.frame;
    office->session.established = type == REPLY;
    g_ptr_array_add(telex->messages, message);
    pointers_add(&office->connection.messages, message);
    linker_message(telex->linker, (struct message *)message);
    linker_segment(telex->linker, &office->connection, &packet, message->sender, false);
}

static struct flow *flow_new(struct telex *telex, uint32_t point, uint16_t number,
                             struct session *session)
{
    struct flow *flow = g_new0(struct flow, 1);
    *flow = (struct flow){.source = hosts[point][CLIENT],
                          .destination = hosts[point][SERVER],
                          .id = number,
                          .point = point,
                          .session = session,
                          .index = telex->flows->len,
                          .ttl = (uint8_t)(64 - point),
                          .interface = point};
    session->flow[DIRECTION_A_TO_B] = flow;
    g_ptr_array_add(telex->flows, flow);
    return flow;
}

/* A packet to the server. */
static void send_at(struct telex *telex, uint32_t point, uint32_t seq, uint16_t number)
{
    struct office *office = &telex->office[point];
    bool is_right = number == (point == 0 ? 7 : 9);
    struct flow **flow = is_right ? &office->right : &office->wrong;
    struct packet packet = next_packet(telex, point);
    if (!*flow && !is_right) {
        struct session *stray = g_new0(struct session, 1);
        stray->index = telex->sessions->len;
        stray->point = point;
        g_ptr_array_add(telex->sessions, stray);
        g_ptr_array_add(telex->strays, stray);
        *flow = flow_new(telex, point, number, stray);
    } else if (!*flow) {
        *flow = flow_new(telex, point, number, &office->session);
    }
    (*flow)->packets++;
    (*flow)->data_packets++;
    (*flow)->last_time_ns = packet.time_ns;
    if ((*flow)->first_frame == 0) {
        (*flow)->first_frame = packet.frame;
        (*flow)->first_time_ns = packet.time_ns;
    }
    struct packet_record *record = packet_store_put(telex->packets, packet.frame, (*flow)->index);
    record->seq = seq;
    record->content = 1000 + seq;
    record->length = 40;
    record->flags |= PACKET_DATA;
    record->time_us = (uint32_t)(packet.time_ns / 1000);
    linker_data(telex->linker, *flow, record, &packet);
}

/* Inside, the server's number is 7, outside 9. */
static void agree(struct telex *telex)
{
    say(telex, 0, REQUEST, 3);
    say(telex, 1, REQUEST, 3);
    say(telex, 1, REPLY, 9);
    say(telex, 0, REPLY, 7);
}

static struct outcome *conclude(struct telex *telex)
{
    const struct outcome_member member = {.part = &telex_part};
    const struct outcome_facts of = {
        .facts = (struct facts *)telex,
        .supplier = &telex_supplier,
        .linker = telex->linker,
        .log = telex->log,
        .members = &member,
        .member_count = 1,
    };
    return outcome_new(&of);
}

static void sessions_are_linked_in_order_and_their_packets_counted(void)
{
    struct telex *telex = telex_new();
    agree(telex);
    for (uint32_t seq = 1; seq <= 10; seq++) {
        send_at(telex, 0, seq, 7);
        if (seq != 4)
            send_at(telex, 1, seq, 9);
    }
    struct outcome *outcome = conclude(telex);
    const struct linker *linker = outcome_linker(outcome);
    g_assert_cmpuint(linker_link_count(linker), ==, 1);
    const struct link_view *link = linker_link(linker, 0);
    g_assert_cmpuint(link->count, ==, 2);
    g_assert_true(link->session[0] == &telex->office[0].session);
    g_assert_true(link->session[1] == &telex->office[1].session);
    g_assert_cmpstr(linker_point(linker, link->point[0])->role, ==, "inside");
    g_assert_cmpuint(link->places[0].id[OWNER_B], ==, 7);
    g_assert_cmpuint(link->places[1].id[OWNER_B], ==, 9);
    g_assert_cmpuint(link->hops[0].count[DIRECTION_A_TO_B].passed, ==, 9);
    g_assert_cmpuint(link->hops[0].count[DIRECTION_A_TO_B].lost, ==, 1);
    g_assert_cmpuint(linker_nat_count(linker), ==, 1);
    g_assert_cmpint(linker_nat(linker, 0)->editor, ==, EDITOR_YES);
    g_assert_cmpuint(finding_log_count(outcome_log(outcome)), ==, 0);
    g_assert_cmpstr(linker_verdict_parts(linker)->headline, ==, "All telexes are right.");
    g_assert_cmpstr(linker_nat(linker, 0)->text, ==, "The NAT keeps its word.");
    outcome_free(outcome);
    telex_free(telex);
}

static void a_wrong_number_is_said_in_the_words_of_the_protocol(void)
{
    struct telex *telex = telex_new();
    agree(telex);
    for (uint32_t seq = 1; seq <= 4; seq++) {
        send_at(telex, 0, seq, 7);
        send_at(telex, 1, seq, 7); /* which no clerk outside has */
    }
    struct outcome *outcome = conclude(telex);
    const struct finding_log *log = outcome_log(outcome);
    g_assert_cmpuint(finding_log_count(log), ==, 1);
    const struct finding *finding = finding_log_get(log, 0);
    g_assert_cmpint(finding->id, ==, TELEX_WRONG_NUMBER);
    g_assert_cmpstr(finding->text, ==,
                    "telex header: number is 7, should be 9 (the client sent 7)");
    g_assert_cmpint(finding->mistranslation, ==, MISTRANSLATION_UNTRANSLATED);
    g_assert_cmpuint(finding->judged_frame, ==, 6);
    g_assert_cmpuint(finding->peer_frame, ==, 5);
    const struct linker *linker = outcome_linker(outcome);
    g_assert_cmpuint(linker_nat(linker, 0)->faults, ==, 1);
    g_assert_cmpint(linker_link(linker, 0)->status, ==, VERDICT_FAULT);
    g_assert_cmpstr(linker_verdict_parts(linker)->headline, ==, "The number is wrong.");
    g_assert_cmpstr(linker_verdict_parts(linker)->advice, ==, "Write a letter.");
    outcome_free(outcome);
    telex_free(telex);
}

static void what_follows_from_a_fault_has_it_for_its_cause(void)
{
    struct telex *telex = telex_new();
    agree(telex);
    for (uint32_t seq = 1; seq <= 40; seq++) {
        send_at(telex, 0, seq, 7);
        if (seq % 4 != 0)
            send_at(telex, 1, seq, seq == 1 ? 7 : 9);
    }
    struct outcome *outcome = conclude(telex);
    const struct finding_log *log = outcome_log(outcome);
    g_assert_cmpuint(finding_log_count(log), ==, 2);
    g_assert_cmpint(finding_log_get(log, 1)->id, ==, TELEX_LOST);
    g_assert_cmpstr(finding_log_get(log, 1)->text, ==,
                    "9 of 39 telex packets were lost at the hop");
    g_assert_cmpuint(finding_log_get(log, 1)->cause, ==, 0);
    outcome_free(outcome);
    telex_free(telex);
}

void test_link_supplier(void)
{
    g_test_add_func("/link/supplier/linked and counted",
                    sessions_are_linked_in_order_and_their_packets_counted);
    g_test_add_func("/link/supplier/a wrong number",
                    a_wrong_number_is_said_in_the_words_of_the_protocol);
    g_test_add_func("/link/supplier/cause", what_follows_from_a_fault_has_it_for_its_cause);
}
