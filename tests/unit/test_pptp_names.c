/* What numbers in a control message mean: which results are failures, which words they have.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/pptp/pptp_wire.h"

#define LENGTH_OF(array) (sizeof(array) / sizeof((array)[0]))

static void test_which_results_are_failures(void)
{
    static const struct {
        unsigned type;
        uint8_t result;
        bool failure;
    } rows[] = {
        {PPTP_SCCRP, 1, false},
        {PPTP_SCCRP, 2, true},
        {PPTP_SCCRP, 5, true},
        {PPTP_SCCRP, 0, true},
        {PPTP_STOPCCRP, 1, false},
        {PPTP_STOPCCRP, 2, true},
        {PPTP_ECHO_REPLY, 1, false},
        {PPTP_ECHO_REPLY, 2, true},
        {PPTP_OCRP, 1, false},
        {PPTP_OCRP, 4, true},
        {PPTP_ICRP, 1, false},
        {PPTP_ICRP, 3, true},
        {PPTP_CDN, 0, false}, /* Windows: [MS-PTPT] 3.2.5.5 */
        {PPTP_CDN, 1, false},
        {PPTP_CDN, 2, true},
        {PPTP_CDN, 3, false},
        {PPTP_CDN, 4, false},
        {PPTP_CDN, 5, true},
        {PPTP_OCRQ, 0, false},
        {PPTP_SLI, 0, false},
        {0, 9, false},
        {99, 9, false},
    };

    for (unsigned i = 0; i < LENGTH_OF(rows); i++)
        g_assert_true(pptp_result_is_failure(rows[i].type, rows[i].result) == rows[i].failure);
}

static void test_names_are_total(void)
{
    g_assert_cmpstr(name_of(names_error, 5, "?"), ==, "Bad-Call ID");
    g_assert_cmpstr(name_of(names_error, 0, "?"), ==, "None");
    g_assert_cmpstr(name_of(names_error, 7, "?"), ==, "?");
    g_assert_cmpstr(name_of(names_disc_result, 0, "?"), ==, "?");
    g_assert_cmpstr(name_of(names_framing, 3, "?"), ==, "Either Framing supported");
    g_assert_cmpstr(name_of(names_framing_bits, 3, "?"), ==, "?");
    g_assert_cmpstr(name_of(names_reason, 0, NULL), ==, NULL);
    g_assert_cmpstr(name_of(NULL, 1, "?"), ==, "?");
}

void test_pptp_names(void)
{
    g_test_add_func("/pptp-names/which results are failures", test_which_results_are_failures);
    g_test_add_func("/pptp-names/names are total", test_names_are_total);
}
