/* Names of numbers of IKE, and of messages as sentences have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/ipsec/ike_names.h"
#include "core/ipsec/ike_wire.h"

static void expect_message_text(uint8_t exchange, unsigned number, const char *expected)
{
    char *text = ike_message_text(exchange, number);
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_messages_have_a_number_or_a_way(void)
{
    expect_message_text(IKE_V1_MAIN, 3, "message 3 of main mode");
    expect_message_text(IKE_V1_QUICK, 0, "a message of quick mode");
    expect_message_text(IKE_V2_AUTH, 1, "the IKE_AUTH request");
    expect_message_text(IKE_V2_INIT, 2, "the IKE_SA_INIT response");
    expect_message_text(IKE_V2_INIT, 0, "a message of IKE_SA_INIT");
}

static void test_names_are_total(void)
{
    for (unsigned value = 0; value < 65536; value++) {
        g_assert_nonnull(ike_exchange_name((uint8_t)value));
        g_assert_nonnull(ike_notify_name(1, (uint16_t)value));
        g_assert_nonnull(ike_notify_name(2, (uint16_t)value));
        g_assert_nonnull(ike_hash_name((uint16_t)value));
    }
    g_assert_cmpstr(ike_exchange_name(IKE_V1_QUICK), ==, "quick");
    g_assert_cmpstr(ike_exchange_name(IKE_V2_INIT), ==, "IKE_SA_INIT");
    g_assert_cmpstr(ike_hash_name(4), ==, "SHA2-256");
    g_assert_cmpstr(ike_hash_name(7), ==, "unknown");
}

void test_ike_names(void)
{
    g_test_add_func("/ike-names/messages have a number or a way",
                    test_messages_have_a_number_or_a_way);
    g_test_add_func("/ike-names/names are total", test_names_are_total);
}
