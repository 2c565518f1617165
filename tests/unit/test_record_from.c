/* Where to capture, as users write it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "record_from.h"

static void test_what_is_meant(void)
{
    static const struct {
        const char *word, *host, *interface, *file;
    } words[] = {
        {"lan0", NULL, "lan0", "lan0.pcap"},
        {"any", NULL, "any", "any.pcap"},
        {"router:eth1", "router", "eth1", "router-eth1.pcap"},
        {"root@192.168.1.1:br-lan", "root@192.168.1.1", "br-lan", "root-192.168.1.1-br-lan.pcap"},
        {"router:eth1:2", "router", "eth1:2", "router-eth1-2.pcap"}, /* an alias, there */
        {"[fe80::1]:eth0", "fe80::1", "eth0", "-fe80--1--eth0.pcap"},
        {"root@[fe80::1%3]:eth0", "root@fe80::1%3", "eth0", "root--fe80--1-3--eth0.pcap"},
        {"../../etc", NULL, "../../etc", "-.-..-etc.pcap"},
        {"a b;$(c)'\"", NULL, "a b;$(c)'\"", "a-b---c---.pcap"},
        {"r\xc3\xa9seau:eth0", "r\xc3\xa9seau", "eth0", "r--seau-eth0.pcap"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        struct record_from from;
        GError *error = NULL;

        g_assert_true(record_from_read(&from, words[i].word, &error));
        g_assert_no_error(error);
        g_assert_cmpstr(from.host, ==, words[i].host);
        g_assert_cmpstr(from.interface, ==, words[i].interface);
        g_assert_cmpstr(from.file, ==, words[i].file);
        record_from_clear(&from);
    }
}

static void test_what_is_refused(void)
{
    static const struct {
        const char *word, *reason;
    } words[] = {
        {"-i", "begin with"},
        {"-oProxyCommand=x:eth0", "begin with"},
        {"root@-oProxyCommand=x:eth0", "begin with"},
        {"router:-i", "begin with"},
        {"[-v]:eth0", "begin with"},
        {":eth0", "host is missing"},
        {"[]:eth0", "host is missing"},
        {"router:", "interface is missing"},
        {"", "interface is missing"},
        {"two hosts:eth0", "no name"},
        {"router:eth0\nid", "no name"},
        {"eth\x1b[2J", "no name"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        struct record_from from;
        GError *error = NULL;

        g_assert_false(record_from_read(&from, words[i].word, &error));
        g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
        g_assert_nonnull(strstr(error->message, words[i].reason));
        g_assert_null(strchr(error->message, '\x1b'));
        g_clear_error(&error);
        record_from_clear(&from);
    }
}

void test_record_from(void)
{
    g_test_add_func("/record from/meant", test_what_is_meant);
    g_test_add_func("/record from/refused", test_what_is_refused);
}
