/* What a finding of PPTP says is wrong, in one sentence: every fault has one that names the
 * message, who sent it, and the NAT where one is known.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "core/pptp/verdict_headline.h"
#include "path.h"

static struct message_record link_info_of(uint8_t sender)
{
    return (struct message_record){.type = PPTP_SLI, .sender = sender};
}

static char *headline(const struct linker *linker, const struct finding *finding,
                      const struct message_record *message, const char *nat)
{
    struct verdict_case about = {linker, finding, message, NULL};
    return pptp_headline(&about, nat);
}

static bool has_many_words(const char *text)
{
    return strchr(text, ' ') && strchr(strchr(text, ' ') + 1, ' ');
}

static void every_fault_has_a_sentence_of_its_own(void)
{
    struct path *path = path_new(2, 1);
    struct analysis *analysis = path_feed(path);
    const struct linker *linker = analysis_linker(analysis);
    struct message_record message = link_info_of(1);
    for (int id = 0; id < FINDING_PPTP_COUNT; id++) {
        struct finding finding = finding_init((enum finding_id)id);
        const struct finding_kind *kind = finding_kind(finding.id);
        bool is_of_hop = finding_is_nat(finding.id);
        if (kind->severity < SEVERITY_WARN)
            continue;
        char *text = headline(linker, &finding, &message, is_of_hop ? "the NAT" : NULL);
        g_test_message("%s: %s", kind->filter, text);
        g_assert_cmpstr(text, !=, kind->summary);
        g_assert_true(g_ascii_isupper(text[0]) && has_many_words(text));
        g_assert_null(strpbrk(text, "$."));
        g_free(text);
    }
    path_done(path, analysis);
}

static void the_kind_the_sender_and_the_nat_are_named(void)
{
    static const struct {
        enum mistranslation kind;
        bool is_gre;
        const char *says;
    } script[] = {
        {MISTRANSLATION_UNTRANSLATED, false, "The NAT does not translate Set-Link-Info from "},
        {MISTRANSLATION_ZERO, false, "The NAT sets the Call ID of Set-Link-Info from "},
        {MISTRANSLATION_TCP_PORT, false, "The NAT puts a TCP port into the Call ID of Set-Link"},
        {MISTRANSLATION_BYTE_SWAPPED, false, "The NAT swaps the bytes of the Call ID of Set-Link"},
        {MISTRANSLATION_OTHER_OWNER, false, "The NAT puts the wrong end's Call ID into Set-Link-I"},
        {MISTRANSLATION_OTHER_CALL, false, "The NAT puts another call's Call ID into Set-Link-In"},
        {MISTRANSLATION_EARLIER_CALL, false, "The NAT puts an earlier call's Call ID into Set-Lin"},
        {MISTRANSLATION_UNKNOWN, false, "The NAT puts a wrong Call ID into Set-Link-Info from "},
        {MISTRANSLATION_ZERO, true, "The NAT sets the Call ID of GRE headers from "},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(script); i++) {
        for (int sender = 0; sender < 2; sender++) {
            struct path *path = path_new(2, 1);
            path_set_up(path, 0);
            path_talk(path, 0, 2);
            struct analysis *analysis = path_feed(path);
            const struct linker *linker = analysis_linker(analysis);
            struct message_record message = link_info_of((uint8_t)sender);
            struct finding finding = finding_init(FINDING_CALLID_MISTRANSLATED);
            finding.mistranslation = script[i].kind;
            finding.session = 1;
            if (script[i].is_gre)
                finding.direction = sender == 0 ? DIRECTION_PNS_TO_PAC : DIRECTION_PAC_TO_PNS;
            finding.hop = 0;
            struct verdict_case about = {linker, &finding, script[i].is_gre ? NULL : &message,
                                         linker->links->pdata[0]};
            char *text = pptp_headline(&about, "the NAT");
            g_test_message("%s", text);
            g_assert_true(g_str_has_prefix(text, script[i].says));
            g_assert_nonnull(strstr(text, sender == 0 ? "the client" : "the server"));
            g_free(text);
            path_done(path, analysis);
        }
    }
}

/* Nothing says who is who: GRE without a control connection. */
static void an_end_that_is_not_known_is_one_end(void)
{
    struct path *path = path_new(2, 1);
    struct analysis *analysis = path_feed(path);
    const struct linker *linker = analysis_linker(analysis);
    struct finding finding = finding_init(FINDING_GRE_NOT_FORWARDED);
    finding.direction = DIRECTION_PNS_TO_PAC;
    char *text = headline(linker, &finding, NULL, "the device between the points");
    g_assert_cmpstr(
        text, ==,
        "The device between the points does not forward GRE from one end to the other end");
    g_free(text);
    path_done(path, analysis);
}

void test_verdict_headline(void)
{
    g_test_add_func("/verdict_headline/every", every_fault_has_a_sentence_of_its_own);
    g_test_add_func("/verdict_headline/kinds", the_kind_the_sender_and_the_nat_are_named);
    g_test_add_func("/verdict_headline/nobody", an_end_that_is_not_known_is_one_end);
}
