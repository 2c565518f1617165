/* IKE SAs: of which SA a message is, who sent it, its number, repetitions, and how far the SA came.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_script.h"

static struct ike_record *record_of(const struct ipsec_script *script,
                                    const struct ipsec_record *record)
{
    g_assert_nonnull(record);
    g_assert_cmpint(record->kind, ==, IPSEC_IKE);
    return ipsec_tracker_message(script->tracker, record->index);
}

/* RFC2409-5: six messages, each known by what it carries. */
static void test_main_mode_floats_and_is_established(void)
{
    static const struct {
        unsigned number;
        enum ike_progress progress;
        enum ike_family family;
    } lines[] = {
        {1, IKE_PROGRESS_STARTED, IKE_ON_500},         {2, IKE_PROGRESS_NEGOTIATING, IKE_ON_500},
        {3, IKE_PROGRESS_NEGOTIATING, IKE_ON_500},     {4, IKE_PROGRESS_NEGOTIATING, IKE_ON_500},
        {5, IKE_PROGRESS_AUTHENTICATING, IKE_ON_4500}, {6, IKE_PROGRESS_ESTABLISHED, IKE_ON_4500},
    };
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 157, 62636, 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        struct ike_record *record =
            record_of(script, ipsec_say_main(&peers, lines[i].number, true));
        g_assert_cmpuint(record->number, ==, lines[i].number);
        g_assert_cmpuint(record->family, ==, lines[i].family);
        g_assert_cmpuint(record->sender, ==, lines[i].number % 2 == 0);
        g_assert_cmpuint(record->sa->progress, ==, lines[i].progress);
    }
    const struct ike_sa *sa = ipsec_tracker_ike(script->tracker, 0);
    struct endpoint on_500 = {peers.client, 157};
    struct endpoint on_4500 = {peers.client, 62636};
    g_assert_cmpuint(ipsec_tracker_ike_count(script->tracker), ==, 1);
    g_assert_cmphex(sa->responder_spi, ==, peers.responder_spi);
    g_assert_true(sa->roles_known);
    g_assert_cmpint(sa->origin, ==, IKE_ORIGIN_NEW);
    g_assert_true(endpoint_equal(&sa->places[0][IKE_ON_500].latest->endpoint, &on_500));
    g_assert_true(endpoint_equal(&sa->places[0][IKE_ON_4500].latest->endpoint, &on_4500));
    g_assert_cmpuint(sa->places[1][IKE_ON_4500].latest->endpoint.port, ==, 4500);
    g_assert_cmpint(sa->natt[0], ==, IKE_NATT_ANNOUNCED);
    g_assert_cmpint(sa->natt[1], ==, IKE_NATT_ANNOUNCED);
    g_assert_cmpuint(sa->hash, ==, 2);
    g_assert_true(sa->natd[0].source_fits && sa->natd[0].destination_fits);
    g_assert_cmpuint(sa->messages, ==, 6);
    ipsec_expect_no_finding(script);
    ipsec_script_free(script);
}

/* RFC7296-1.2, 2.23: IKE_SA_INIT on 500, the rest floated. */
static void test_ikev2_is_told_by_flags(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 49, 54559, 1);
    static const struct {
        uint8_t exchange;
        bool response;
        uint32_t id;
        enum ike_progress progress;
    } lines[] = {
        {IKE_V2_INIT, false, 0, IKE_PROGRESS_STARTED},
        {IKE_V2_INIT, true, 0, IKE_PROGRESS_NEGOTIATING},
        {IKE_V2_AUTH, false, 1, IKE_PROGRESS_AUTHENTICATING},
        {IKE_V2_AUTH, true, 1, IKE_PROGRESS_ESTABLISHED},
        {IKE_V2_AUTH, false, 2, IKE_PROGRESS_AUTHENTICATING}, /* EAP */
        {IKE_V2_AUTH, true, 2, IKE_PROGRESS_ESTABLISHED},
        {IKE_V2_CREATE_CHILD, false, 3, IKE_PROGRESS_ESTABLISHED},
        {IKE_V2_CREATE_CHILD, true, 3, IKE_PROGRESS_ESTABLISHED},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        uint8_t body[40] = {(uint8_t)i};
        bool is_init = lines[i].exchange == IKE_V2_INIT;
        uint8_t flags = lines[i].response ? IKE_FLAG_RESPONSE : IKE_FLAG_INITIATOR;
        struct ike_builder message =
            ike_begin(2, lines[i].exchange, flags, peers.initiator_spi,
                      is_init && !lines[i].response ? 0 : peers.responder_spi, lines[i].id);
        ike_add(&message, is_init ? IKE_V2_SA : IKE_V2_ENCRYPTED, body, sizeof body);
        if (is_init)
            ike_add_notify(&message, IKE_NOTIFY_NATD_SOURCE, body, 20);
        struct ike_record *record =
            record_of(script, ipsec_say(&peers, lines[i].response ? IPSEC_SERVER : IPSEC_CLIENT,
                                        is_init ? IKE_ON_500 : IKE_ON_4500, &message));
        g_test_message("line %u", i);
        g_assert_cmpuint(record->sa->progress, ==, lines[i].progress);
        g_assert_cmpuint(record->number, ==, lines[i].response ? 2 : 1);
        g_assert_cmpuint(record->sender, ==, lines[i].response);
        g_assert_cmpuint(record->sa->major, ==, 2);
    }
    g_assert_cmpuint(ipsec_tracker_ike_count(script->tracker), ==, 1);
    g_assert_cmpuint(ipsec_tracker_ike(script->tracker, 0)->children, ==, 3);
    ipsec_expect_no_finding(script);
    ipsec_script_free(script);
}

static void test_repetitions_are_equal_octets_and_copies_equal_packets(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    ipsec_say_main(&peers, 1, true);
    ipsec_say_main(&peers, 2, true);
    struct ike_record *first = record_of(script, ipsec_say_main(&peers, 3, true));
    struct ike_record *again = record_of(script, ipsec_say_main(&peers, 3, true));
    g_assert_cmpuint(again->repeats_frame, ==, first->frame);
    g_assert_cmpuint(first->repeats, ==, 1);
    g_assert_cmpuint(first->repeats_frame, ==, 0);
    g_assert_cmpuint(again->number, ==, 3);
    script->ip_id = (uint16_t)(first->ip_id - 1);
    struct ipsec_record *copied = ipsec_say_main(&peers, 3, true);
    g_assert_true(record_of(script, copied)->copy);
    g_assert_cmpuint(copied->flags & IPSEC_RECORD_COPY, !=, 0);
    g_assert_cmpuint(first->repeats, ==, 1);
    g_assert_cmpuint(first->sa->messages, ==, 4);
    ipsec_script_free(script);
}

/* RFC2409-5.5: three messages with one ID; the second is the other end's. */
static void test_quick_modes_are_numbered_and_make_children(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    ipsec_establish(&peers, true);
    const struct ike_sa *sa = ipsec_tracker_ike(script->tracker, 0);
    g_assert_cmpuint(sa->last->number, ==, 3);
    g_assert_cmpuint(sa->children, ==, 1);
    g_assert_cmpuint(sa->child[0].frame, ==, script->frame);
    for (unsigned i = 0; i < 2 * IPSEC_RECENT; i++)
        ipsec_say_quick(&peers, IKE_ON_4500);
    g_assert_cmpuint(sa->children, ==, 2 * IPSEC_RECENT + 1);
    g_assert_cmphex(sa->child[0].message_id, ==, peers.message_id);
    ipsec_script_free(script);
}

/* The answer to a first message completes its SA, not that of another client with other hosts. */
static void test_first_messages_wait_for_the_answer_of_their_hosts(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers one = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    struct ipsec_peers other = ipsec_peers_at(script, "192.168.11.22", 500, 4500, 1);
    other.responder_spi++; /* the same initiator SPI at another host */
    ipsec_say_main(&one, 1, true);
    ipsec_say_main(&other, 1, true);
    ipsec_say_main(&one, 1, true); /* again, before the answer */
    ipsec_say_main(&other, 2, true);
    ipsec_say_main(&one, 2, true);
    ipsec_say_main(&one, 1, true); /* again, after it */
    g_assert_cmpuint(ipsec_tracker_ike_count(script->tracker), ==, 2);
    g_assert_cmphex(ipsec_tracker_ike(script->tracker, 0)->responder_spi, ==, one.responder_spi);
    g_assert_cmphex(ipsec_tracker_ike(script->tracker, 1)->responder_spi, ==, other.responder_spi);
    g_assert_cmpuint(ipsec_tracker_ike(script->tracker, 0)->messages, ==, 4);
    ipsec_script_free(script);
}

static void test_points_are_apart(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers inside = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    struct ipsec_peers same = inside;
    same.point = 1;
    ipsec_establish(&inside, true);
    ipsec_establish(&same, true);
    ipsec_esp(&inside, IPSEC_CLIENT, 0x1000, 1);
    ipsec_esp(&same, IPSEC_CLIENT, 0x1000, 1);
    g_assert_cmpuint(ipsec_tracker_ike_count(script->tracker), ==, 2);
    g_assert_cmpuint(ipsec_tracker_esp_count(script->tracker), ==, 2);
    g_assert_true(ipsec_tracker_esp(script->tracker, 1)->ike ==
                  ipsec_tracker_ike(script->tracker, 1));
    ipsec_script_free(script);
}

/* A NAT that lost its entry: the same SA from another port. */
static void test_an_endpoint_that_moves_is_one_more_place(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    ipsec_establish(&peers, true);
    peers.port_4500 = 61316;
    struct ike_builder alive = ipsec_secret(&peers, IKE_V1_INFORMATIONAL, 77, 64, 1);
    struct ike_record *record =
        record_of(script, ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_4500, &alive));
    const struct ipsec_places *places = &record->sa->places[0][IKE_ON_4500];
    g_assert_cmpuint(record->sender, ==, 0);
    g_assert_cmpuint(places->count, ==, 2);
    g_assert_cmpuint(places->moves, ==, 1);
    g_assert_cmpuint(places->latest->first_frame, ==, record->frame);
    g_assert_cmpuint(places->first->last_frame, ==, record->frame - 1);
    g_assert_cmpuint(record->sa->places[1][IKE_ON_4500].count, ==, 1);
    g_assert_cmpuint(ipsec_tracker_ike_count(script->tracker), ==, 1);
    ipsec_script_free(script);
}

/* Where an SA that was not the first on its endpoints comes from. */
static void test_rekey_restart_and_a_late_start_are_told_apart(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 1);
    struct ike_builder alive = ipsec_secret(&peers, IKE_V1_INFORMATIONAL, 77, 64, 1);
    ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_4500, &alive);

    struct ipsec_peers anew = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 2);
    struct ike_builder first = ipsec_main(&anew, 1, true);
    ipsec_say(&anew, IPSEC_CLIENT, IKE_ON_4500, &first);

    struct ipsec_peers start = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 3);
    ipsec_say_main(&start, 1, true);
    struct ipsec_peers restart = ipsec_peers_at(script, "192.168.1.30", 500, 4500, 4);
    ipsec_say_main(&restart, 1, true);

    /* RFC7296-2.8: the new pair of SPIs appears with message ID 0. */
    uint8_t body[40] = {0};
    struct ike_builder rekeyed =
        ike_begin(2, IKE_V2_INFORMATIONAL, IKE_FLAG_INITIATOR, 0x5555, 0x6666, 0);
    ike_add(&rekeyed, IKE_V2_ENCRYPTED, body, sizeof body);
    ipsec_say(&restart, IPSEC_CLIENT, IKE_ON_4500, &rekeyed);

    static const enum ike_origin origins[] = {IKE_ORIGIN_MIDDLE, IKE_ORIGIN_REKEY, IKE_ORIGIN_NEW,
                                              IKE_ORIGIN_RESTART, IKE_ORIGIN_REKEY};
    static const int previous[] = {-1, 0, -1, 2, 1};
    for (unsigned i = 0; i < G_N_ELEMENTS(origins); i++) {
        const struct ike_sa *sa = ipsec_tracker_ike(script->tracker, i);
        g_test_message("SA %u: %s", i, ike_origin_name(sa->origin));
        g_assert_cmpint(sa->origin, ==, origins[i]);
        g_assert_cmpint(sa->previous != NULL ? (int)sa->previous->index : -1, ==, previous[i]);
    }
    ipsec_script_free(script);
}

/* RFC2408-3.1 has no flag for who is who: in mid-call it is the port that a NAT changed. */
static void test_in_mid_call_the_changed_port_is_the_initiators(void)
{
    for (unsigned who = 0; who < 2; who++) {
        struct ipsec_script *script = ipsec_script_new();
        struct ipsec_peers peers = ipsec_peers_at(script, "192.168.1.30", 157, 62636, 1);
        struct ike_builder message = ipsec_secret(&peers, IKE_V1_QUICK, 5, 100, 1);
        struct ike_record *record =
            record_of(script, ipsec_say(&peers, (enum ipsec_who)who, IKE_ON_4500, &message));
        g_assert_cmpuint(record->sender, ==, who);
        g_assert_false(record->sa->roles_known);
        g_assert_cmpuint(record->sa->places[1][IKE_ON_4500].first->endpoint.port, ==, 4500);
        ipsec_script_free(script);
    }
}

/* RFC3947-3.2 seen from outside: the client's own hash does not fit, the server's both do. */
static void test_address_hashes_are_judged_for_this_point(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers inside = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    struct ipsec_peers outside = ipsec_peers_at(script, "192.168.1.30", 157, 62636, 1);
    outside.point = 1;
    for (unsigned number = 1; number <= 4; number++) {
        bool from_client = number % 2 == 1;
        struct ike_builder message = ipsec_main(from_client ? &inside : &outside, number, true);
        ipsec_say(&inside, from_client ? IPSEC_CLIENT : IPSEC_SERVER, IKE_ON_500, &message);
        ipsec_say(&outside, from_client ? IPSEC_CLIENT : IPSEC_SERVER, IKE_ON_500, &message);
    }
    const struct ike_sa *in = ipsec_tracker_ike(script->tracker, 0);
    const struct ike_sa *out = ipsec_tracker_ike(script->tracker, 1);
    g_assert_true(in->natd[0].seen && in->natd[0].destination_fits && in->natd[0].source_fits);
    g_assert_true(out->natd[0].seen && out->natd[0].destination_fits);
    g_assert_false(out->natd[0].source_fits);
    g_assert_false(in->natd[1].destination_fits);
    g_assert_true(in->natd[1].source_fits && out->natd[1].source_fits);
    g_assert_true(out->natd[1].destination_fits);
    ipsec_script_free(script);
}

/* RFC2409-5: what the initiator offers first is not yet the algorithm. */
static void test_the_responder_chooses_the_hash(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    struct ike_builder offer = ike_begin(1, IKE_V1_MAIN, 0, peers.initiator_spi, 0, 0);
    ike_add_sa(&offer, 4);
    ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_500, &offer);
    struct ike_record *record = record_of(script, ipsec_say_main(&peers, 3, true));
    g_assert_cmpuint(record->sa->hash, ==, 0); /* the answer was not captured: by length */
    g_assert_cmpuint(record->natd[0].fit, ==, NATD_FITS_DESTINATION);
    ipsec_script_free(script);
}

/* [MS-IKEE] 2.2.3: large messages are those with certificates, 5 and 6. */
static void test_a_fragment_of_main_mode_is_of_message_5(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    uint8_t body[60] = {0, 1, 1, 0};
    struct ike_builder message =
        ike_begin(1, IKE_V1_MAIN, 0, peers.initiator_spi, peers.responder_spi, 0);
    ike_add(&message, IKE_V1_FRAGMENT, body, sizeof body);
    struct ike_record *record =
        record_of(script, ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_4500, &message));
    g_assert_true(record->has_fragment);
    g_assert_cmpuint(record->fragment, ==, 1);
    g_assert_cmpuint(record->number, ==, 5);
    ipsec_script_free(script);
}

/* A client that takes the same SPI again: its first message is of the latest SA. */
static void test_an_initiator_spi_used_again_is_the_latest_sas(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    ipsec_say_main(&peers, 1, true);
    ipsec_say_main(&peers, 2, true);
    peers.responder_spi++;
    ipsec_say_main(&peers, 2, true);
    struct ike_record *record = record_of(script, ipsec_say_main(&peers, 1, true));
    g_assert_cmpuint(ipsec_tracker_ike_count(script->tracker), ==, 2);
    g_assert_cmpuint(record->sa->index, ==, 1);
    ipsec_script_free(script);
}

static void test_progress_has_names(void)
{
    g_assert_cmpstr(ike_progress_name(IKE_PROGRESS_UNKNOWN), ==, "unknown");
    g_assert_cmpstr(ike_progress_name(IKE_PROGRESS_STARTED), ==, "started");
    g_assert_cmpstr(ike_progress_name(IKE_PROGRESS_NEGOTIATING), ==, "negotiating");
    g_assert_cmpstr(ike_progress_name(IKE_PROGRESS_AUTHENTICATING), ==, "authenticating");
    g_assert_cmpstr(ike_progress_name(IKE_PROGRESS_ESTABLISHED), ==, "established");
    g_assert_cmpstr(ike_progress_name((enum ike_progress)9), ==, "unknown");
    g_assert_cmpstr(ike_origin_name(IKE_ORIGIN_RESTART), ==, "restart");
    g_assert_nonnull(ike_origin_name((enum ike_origin)9));
}

/* RFC2409-5.4: aggressive mode's third message may be encrypted, and is the initiator's. */
static void test_aggressive_mode(void)
{
    struct ipsec_script *script = ipsec_script_new();
    struct ipsec_peers peers = ipsec_peers_at(script, "192.168.11.20", 500, 4500, 1);
    struct ike_builder message = ike_begin(1, IKE_V1_AGGRESSIVE, 0, peers.initiator_spi, 0, 0);
    ike_add_sa(&message, 4);
    ike_add_vendor(&message, "RFC 3947");
    struct ike_record *record =
        record_of(script, ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_500, &message));
    g_assert_cmpuint(record->number, ==, 1);
    message = ike_begin(1, IKE_V1_AGGRESSIVE, 0, peers.initiator_spi, peers.responder_spi, 0);
    struct endpoint client = ipsec_end(&peers, IPSEC_CLIENT, IKE_ON_500);
    ike_add_sa(&message, 4);
    ike_add_vendor(&message, "RFC 3947");
    ike_add_natd(&message, IKE_V1_NATD, 32, &client);
    record = record_of(script, ipsec_say(&peers, IPSEC_SERVER, IKE_ON_500, &message));
    g_assert_cmpuint(record->number, ==, 2);
    g_assert_cmpuint(record->sa->hash, ==, 4);
    g_assert_cmpuint(record->natd[0].fit, ==, NATD_FITS_DESTINATION);
    message = ipsec_secret(&peers, IKE_V1_AGGRESSIVE, 0, 100, 3);
    record = record_of(script, ipsec_say(&peers, IPSEC_CLIENT, IKE_ON_4500, &message));
    g_assert_cmpuint(record->number, ==, 3);
    g_assert_cmpuint(record->sa->progress, ==, IKE_PROGRESS_ESTABLISHED);
    ipsec_expect_no_finding(script);
    ipsec_script_free(script);
}

void test_ike_tracker(void)
{
    g_test_add_func("/ike-tracker/main mode floats and is established",
                    test_main_mode_floats_and_is_established);
    g_test_add_func("/ike-tracker/IKEv2 is told by flags", test_ikev2_is_told_by_flags);
    g_test_add_func("/ike-tracker/aggressive mode", test_aggressive_mode);
    g_test_add_func("/ike-tracker/repetitions are equal octets and copies equal packets",
                    test_repetitions_are_equal_octets_and_copies_equal_packets);
    g_test_add_func("/ike-tracker/quick modes are numbered and make children",
                    test_quick_modes_are_numbered_and_make_children);
    g_test_add_func("/ike-tracker/first messages wait for the answer of their hosts",
                    test_first_messages_wait_for_the_answer_of_their_hosts);
    g_test_add_func("/ike-tracker/points are apart", test_points_are_apart);
    g_test_add_func("/ike-tracker/an endpoint that moves is one more place",
                    test_an_endpoint_that_moves_is_one_more_place);
    g_test_add_func("/ike-tracker/re-key, restart and a late start are told apart",
                    test_rekey_restart_and_a_late_start_are_told_apart);
    g_test_add_func("/ike-tracker/in mid-call the changed port is the initiator's",
                    test_in_mid_call_the_changed_port_is_the_initiators);
    g_test_add_func("/ike-tracker/address hashes are judged for this point",
                    test_address_hashes_are_judged_for_this_point);
    g_test_add_func("/ike-tracker/the responder chooses the hash",
                    test_the_responder_chooses_the_hash);
    g_test_add_func("/ike-tracker/a fragment of main mode is of message 5",
                    test_a_fragment_of_main_mode_is_of_message_5);
    g_test_add_func("/ike-tracker/an initiator SPI used again is the latest SA's",
                    test_an_initiator_spi_used_again_is_the_latest_sas);
    g_test_add_func("/ike-tracker/progress has names", test_progress_has_names);
}
