/* How far PPP gets in a call, frame by frame. Each script is one tunnel: who sends what, and the
 * stage after it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#define P 0x0600
#define A 0x1000

struct frame {
    enum script_who who;
    const char *octets; /* hexadecimal, spaces between the parts */
    enum ppp_stage stage;
};

static uint16_t octets_of(const char *text, uint8_t *octets)
{
    uint16_t length = 0;
    for (; *text != '\0'; text += 2) {
        if (*text == ' ')
            text++;
        octets[length++] =
            (uint8_t)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
    }
    return length;
}

static struct script *run(const struct frame *frames, unsigned count)
{
    struct script *script = script_new();
    struct wire wire = wire_at(script, 0, "192.168.11.20", 42060, "192.168.1.10");
    wire_start(&wire);
    const struct call *call = wire_call(&wire, P, A);
    uint32_t seq[2] = {0};
    for (unsigned i = 0; i < count; i++) {
        const struct frame *frame = &frames[i];
        uint8_t octets[64];
        uint16_t length = octets_of(frame->octets, octets);
        uint16_t id = frame->who == CLIENT ? A : P;
        wire_gre(&wire, frame->who, id, seq[frame->who]++, NO_NUMBER, octets, length);
        g_test_message("frame %u: %s", i, frame->octets);
        g_assert_cmpstr(ppp_stage_name(call->stage), ==, ppp_stage_name(frame->stage));
    }
    return script;
}

#define LCP_REQUEST "ff03 c021 01 01 0004"
#define LCP_ACK     "ff03 c021 02 01 0004"

/* RFC1661-3.2: a stage is reached when both ends agreed, or when traffic of a later one proves it.
 * RFC3078-3: encrypted traffic is compressed datagrams; RFC1661-6.5: told by one octet. */
static void test_a_call_goes_through_the_stages(void)
{
    static const struct frame frames[] = {
        {CLIENT, LCP_REQUEST, PPP_STAGE_NONE},
        {SERVER, LCP_ACK, PPP_STAGE_NONE},
        {SERVER, LCP_REQUEST, PPP_STAGE_NONE},
        {CLIENT, "ff03 c021 03 01 0004", PPP_STAGE_NONE}, /* Nak: still talking */
        {SERVER, LCP_REQUEST, PPP_STAGE_NONE},
        {CLIENT, LCP_ACK, PPP_STAGE_LCP},
        {SERVER, "c223 01 01 0004", PPP_STAGE_LCP},
        {CLIENT, "c223 02 01 0004", PPP_STAGE_LCP},
        {SERVER, "c223 03 01 0004", PPP_STAGE_AUTHENTICATION},
        {CLIENT, "80fd 01 01 0004", PPP_STAGE_AUTHENTICATION}, /* CCP is no NCP */
        {SERVER, "80fd 02 01 0004", PPP_STAGE_AUTHENTICATION},
        {CLIENT, "8053 01 01 0004", PPP_STAGE_AUTHENTICATION}, /* ECP neither */
        {CLIENT, "8021 01 01 0004", PPP_STAGE_AUTHENTICATION},
        {SERVER, "8021 02 01 0004", PPP_STAGE_AUTHENTICATION}, /* one of two */
        {SERVER, "8021 01 01 0004", PPP_STAGE_AUTHENTICATION},
        {CLIENT, "8021 02 01 0004", PPP_STAGE_NETWORK},
        {CLIENT, "21 4500", PPP_STAGE_OPEN},
        {CLIENT, "21 4500", PPP_STAGE_OPEN},
        {CLIENT, "ff03 c021 09 01 0008 00000000", PPP_STAGE_OPEN}, /* Echo-Request */
        {SERVER, "fd 9000", PPP_STAGE_ENCRYPTED},
        {SERVER, "fd 9001", PPP_STAGE_ENCRYPTED},
        {CLIENT, "21 4500", PPP_STAGE_ENCRYPTED},
        {CLIENT, "8021 01 02 0004", PPP_STAGE_ENCRYPTED},
    };
    script_free(run(frames, G_N_ELEMENTS(frames)));
}

/* RFC1334-2, RFC3748-4: other protocols than CHAP go the same way. */
static void test_other_ways_of_authentication(void)
{
    static const struct frame pap[] = {
        {CLIENT, "c023 01 01 0004", PPP_STAGE_LCP},
        {SERVER, "c023 02 01 0004", PPP_STAGE_AUTHENTICATION},
    };
    static const struct frame eap[] = {
        {SERVER, "c227 01 01 0004", PPP_STAGE_LCP},
        {CLIENT, "c227 02 01 0004", PPP_STAGE_LCP},
        {SERVER, "c227 03 01 0004", PPP_STAGE_AUTHENTICATION},
    };
    script_free(run(pap, G_N_ELEMENTS(pap)));
    script_free(run(eap, G_N_ELEMENTS(eap)));
}

/* What cannot be read, or is none of PPP's known protocols, proves nothing. */
static void test_unreadable_frames_prove_nothing(void)
{
    static const struct frame frames[] = {
        {CLIENT, "ff", PPP_STAGE_NONE},
        {CLIENT, "ff03", PPP_STAGE_NONE},
        {CLIENT, "ff03 c0", PPP_STAGE_NONE},
        {CLIENT, "00", PPP_STAGE_NONE},
    };
    script_free(run(frames, G_N_ELEMENTS(frames)));
}

struct stall {
    const char *request;
    const char *answer; /* from the other side; ends the wait */
    const char *said;
};

/* F09: three requests of one kind and no answer stall their stage; an answer starts it anew. */
static void test_each_kind_of_request_stalls_by_itself(void)
{
    static const struct stall stalls[] = {
        {LCP_REQUEST, LCP_ACK, "stage LCP: LCP Configure-Request"},
        {"c223 01 01 0004", "c223 02 01 0004", "stage authentication: CHAP Challenge"},
        {"c227 01 01 0004", "c227 02 01 0004", "stage authentication: EAP Request"},
        {"8021 01 01 0004", "8021 04 01 0004", "stage network: IPCP Configure-Request"},
        {"80fd 01 01 0004", "ff03 c021 08 01 000a 80fd 0101 0004",
         "stage network: CCP Configure-Request"},
        {"8053 01 01 0004", "ff03 c021 08 01 000a 8053 0101 0004",
         "stage network: ECP Configure-Request"},
        {"8057 01 01 0004", "ff03 c021 08 01 000a 8057 0101 0004",
         "stage network: IPV6CP Configure-Request"},
    };
    for (unsigned i = 0; i < G_N_ELEMENTS(stalls); i++) {
        const struct frame frames[] = {
            {SERVER, stalls[i].request, PPP_STAGE_NONE},
            {SERVER, stalls[i].request, PPP_STAGE_NONE},
            {CLIENT, stalls[i].answer, PPP_STAGE_NONE},
            {SERVER, stalls[i].request, PPP_STAGE_NONE},
            {SERVER, stalls[i].request, PPP_STAGE_NONE},
            {SERVER, stalls[i].request, PPP_STAGE_NONE},
        };
        for (unsigned answered = 0; answered < 2; answered++) {
            struct script *script = script_new();
            struct wire wire = wire_at(script, 0, "192.168.11.20", 42060, "192.168.1.10");
            wire_start(&wire);
            wire_call(&wire, P, A);
            uint8_t octets[64];
            for (unsigned k = 0; k < G_N_ELEMENTS(frames) - answered; k++) {
                uint16_t length = octets_of(frames[k].octets, octets);
                wire_gre(&wire, frames[k].who, frames[k].who == CLIENT ? A : P, k, NO_NUMBER,
                         octets, length);
            }
            wire_reset(&wire, SERVER);
            script_conclude(script);
            const struct finding *finding = script_find(script, FINDING_PPP_STALLED);
            g_test_message("%s: %s", stalls[i].request, finding ? finding->text : "nothing");
            g_assert_true((finding == NULL) == (answered == 1));
            if (finding)
                g_assert_true(g_str_has_prefix(finding->text, stalls[i].said));
            script_free(script);
        }
    }
}

static void both_ask(struct script *script, struct wire *wire)
{
    for (int i = 0; i < 3; i++) {
        wire_lcp(wire, CLIENT, A, i, NO_NUMBER, 1, 7);
        wire_lcp(wire, SERVER, P, i, NO_NUMBER, 1, 8);
        script_wait(script, 2);
    }
}

/* Whichever end's requests go unanswered, and whether a frame decides or the end of the file. */
static void test_a_stage_stalls_once(void)
{
    for (int closed = 0; closed < 2; closed++) {
        struct script *script = script_new();
        struct wire wire = wire_established(script, P, A);
        both_ask(script, &wire);
        if (closed)
            wire_close(&wire, CLIENT);
        script_conclude(script);
        g_assert_cmpuint(script_count(script, FINDING_PPP_STALLED), ==, 1);
        script_free(script);
    }
}

static void eap(struct wire *wire, enum script_who who, int64_t seq, uint8_t code,
                uint8_t identifier)
{
    const uint8_t octets[] = {0xC2, 0x27, code, identifier, 0, 6, 13, 0};
    wire_gre(wire, who, who == CLIENT ? A : P, seq, NO_NUMBER, octets, sizeof octets);
}

/* RFC3748-4.1: a Request with another identifier answers the Response before it; the same Request
 * again does not. */
static void test_each_round_of_EAP_answers_the_one_before(void)
{
    for (int repeated = 0; repeated < 2; repeated++) {
        struct script *script = script_new();
        struct wire wire = wire_established(script, P, A);
        for (uint8_t round = 0; round < 6; round++) {
            uint8_t identifier = repeated ? 1 : (uint8_t)(round + 1);
            eap(&wire, SERVER, round, 1, identifier);
            eap(&wire, CLIENT, round, 2, identifier);
            script_wait(script, 0.1);
        }
        if (!repeated)
            eap(&wire, SERVER, 6, 1, 7);
        wire_say(&wire, CLIENT, (struct said)SAY(PPTP_CCRQ, .call_id = P));
        wire_say(&wire, SERVER, (struct said)SAY(PPTP_CDN, .call_id = A));
        script_conclude(script);
        g_assert_cmpuint(script_count(script, FINDING_PPP_STALLED), ==, repeated);
        script_free(script);
    }
}

void test_tracker_ppp(void)
{
    g_test_add_func("/tracker/ppp/stages", test_a_call_goes_through_the_stages);
    g_test_add_func("/tracker/ppp/authentication", test_other_ways_of_authentication);
    g_test_add_func("/tracker/ppp/unreadable", test_unreadable_frames_prove_nothing);
    g_test_add_func("/tracker/ppp/stalls", test_each_kind_of_request_stalls_by_itself);
    g_test_add_func("/tracker/ppp/once", test_a_stage_stalls_once);
    g_test_add_func("/tracker/ppp/eap", test_each_round_of_EAP_answers_the_one_before);
}
