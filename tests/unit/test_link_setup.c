/* Did the NAT miss a call request? What shows that it had to translate the id, and what does not.
 * The client's id is 256 inside, 10001 outside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#define INSIDE  0
#define OUTSIDE 1

/* The PAC calls: Incoming-Call-Request, -Reply, -Connected. */
static guint set_up_incoming(struct path *path, uint32_t client)
{
    path_shake(path, client);
    guint request = path_say(path, client, SERVER, PPTP_ICRQ);
    path_say(path, client, CLIENT, PPTP_ICRP);
    path_say(path, client, SERVER, PPTP_ICCN);
    return request;
}

/* A request that leaves with its id unchanged, and a clear request that leaves with `seen`. */
static struct path *request_kept(uint16_t seen, guint *ret_request, guint *ret_clear)
{
    struct path *path = path_new(2, 1);
    path->client[0].at[INSIDE].pac = path->client[0].at[OUTSIDE].pac = 640;
    path_shake(path, 0);
    guint request = path_say(path, 0, CLIENT, PPTP_OCRQ);
    guint reply = path_say(path, 0, SERVER, PPTP_OCRP);
    path_set_id(path, request, OUTSIDE, false, 256);
    path_set_id(path, reply, OUTSIDE, true, 256);
    guint clear = path_say(path, 0, CLIENT, PPTP_CCRQ);
    path_set_id(path, clear, OUTSIDE, false, seen);
    *ret_request = request;
    *ret_clear = clear;
    return path;
}

/* The editor missed the request: another id of the call stands in a later field of its owner. */
static void a_contradicted_identity_is_setup_untranslated(void)
{
    guint request, clear;
    struct path *path = request_kept(640, &request, &clear);
    struct analysis *analysis = path_feed(path);
    const struct finding *setup =
        path_expect(analysis, FINDING_SETUP_UNTRANSLATED, path_frame(path, request, OUTSIDE));
    const struct finding *field =
        path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE));
    g_assert_cmpuint(field->cause, ==, setup->index);
    path_done(path, analysis);
}

/* Swapped octets, a TCP port or any other number: the field is wrong, and says nothing of the
 * request. */
static void garbage_does_not_contradict_the_request(void)
{
    static const uint16_t values[] = {1, 10001, 40000};
    for (unsigned i = 0; i < G_N_ELEMENTS(values); i++) {
        guint request, clear;
        struct path *path = request_kept(values[i], &request, &clear);
        struct analysis *analysis = path_feed(path);
        path_expect_none(analysis, FINDING_SETUP_UNTRANSLATED);
        const struct finding *field =
            path_expect(analysis, FINDING_CALLID_MISTRANSLATED, path_frame(path, clear, OUTSIDE));
        g_assert_cmpuint(field->cause, ==, FINDING_NONE);
        path_done(path, analysis);
    }
}

/* RRAS leaves the first client's id as it is: an unchanged id alone is no fault. */
static void an_unchanged_id_alone_is_fine(void)
{
    struct path *path = path_new(2, 2);
    path->client[0].at[OUTSIDE].pns = path->client[0].at[INSIDE].pns;
    path_set_up(path, 1);
    path_set_up(path, 0);
    path_talk(path, 0, 3);
    path_tear_down(path, 0);
    struct analysis *analysis = path_feed(path);
    path_expect_fine(analysis);
    path_expect_none(analysis, FINDING_SETUP_UNTRANSLATED);
    path_done(path, analysis);
}

/* With an editor that translates others, the reason why it missed this one shows: the request does
 * not start its segment, spans two, or is an incoming call. */
static void the_reason_shows_in_the_request(void)
{
    enum { PIPELINED, SPLIT, INCOMING };
    static const char *const words[] = {"does not start", "spans", "incoming"};
    for (int reason = PIPELINED; reason <= INCOMING; reason++) {
        for (int others = 0; others < 2; others++) {
            g_test_message("%s, others %d", words[reason], others);
            struct path *path = path_new(2, 2);
            guint request;
            /* A requester whose address stays is not behind the NAT: its id may stay too. */
            for (uint32_t i = 0; reason == INCOMING && i < 2; i++)
                path->client[i].at[INSIDE].address[SERVER] = path_ip(198, 51, 100, 99);
            if (others)
                path_set_up(path, 0);
            path->client[1].at[OUTSIDE].pns = path->client[1].at[INSIDE].pns;
            if (others && reason == INCOMING) {
                path->client[1].at[OUTSIDE].pac = path->client[1].at[INSIDE].pac;
                request = set_up_incoming(path, 1);
            } else if (reason == INCOMING) {
                request = set_up_incoming(path, 1);
            } else {
                path_shake(path, 1);
                guint echo = reason == PIPELINED ? path_say(path, 1, CLIENT, PPTP_ECHO_REQUEST) : 0;
                request = path_say(path, 1, CLIENT, PPTP_OCRQ);
                for (uint32_t place = 0; place < 2; place++) {
                    struct path_packet *packet = path_packet(path, request, place);
                    if (reason == PIPELINED) {
                        /* One segment of both, on the request's frame. */
                        struct path_packet *before = path_packet(path, echo, place);
                        memmove(packet->octets + before->length, packet->octets, packet->length);
                        memcpy(packet->octets, before->octets, before->length);
                        packet->length += before->length;
                        packet->seq = before->seq;
                        before->lost = true;
                    }
                }
                if (reason == SPLIT) {
                    guint rest = path_again(path, request, false);
                    for (uint32_t place = 0; place < 2; place++) {
                        struct path_packet *head = path_packet(path, request, place);
                        struct path_packet *tail = path_packet(path, rest, place);
                        tail->length -= 20;
                        tail->seq += 20;
                        memmove(tail->octets, tail->octets + 20, tail->length);
                        head->length = 20;
                    }
                    request = rest;
                }
                path_say(path, 1, SERVER, PPTP_OCRP);
            }
            struct analysis *analysis = path_feed(path);
            const struct finding *finding = path_finding(analysis, FINDING_SETUP_UNTRANSLATED, 0);
            if (others) {
                uint32_t far = reason == INCOMING ? INSIDE : OUTSIDE;
                g_assert_nonnull(finding);
                g_assert_cmpuint(finding->judged_frame, ==, path_frame(path, request, far));
                g_assert_nonnull(strstr(finding->text, words[reason]));
            } else {
                g_assert_null(finding);
            }
            path_done(path, analysis);
        }
    }
}

void test_link_setup(void)
{
    g_test_add_func("/link_setup/a contradicted identity is setup_untranslated",
                    a_contradicted_identity_is_setup_untranslated);
    g_test_add_func("/link_setup/garbage does not contradict the request",
                    garbage_does_not_contradict_the_request);
    g_test_add_func("/link_setup/an unchanged id alone is fine", an_unchanged_id_alone_is_fine);
    g_test_add_func("/link_setup/the reason shows in the request", the_reason_shows_in_the_request);
}
