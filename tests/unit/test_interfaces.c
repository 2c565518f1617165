/* The numbers of capture interfaces: by first packet, one for an interface merged twice, and kept
 * in advance for names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>

#include "core/base/interfaces.h"

static const char *names[] = {"lan0", "wan0", NULL};

static const char *name_it(void *user, const struct interface_id *id)
{
    (*(unsigned *)user)++;
    return names[id->id % G_N_ELEMENTS(names)];
}

static struct packet packet_at(int64_t time_ns)
{
    return (struct packet){.time_ns = time_ns, .ttl = 64, .ip_id = 7};
}

static uint32_t number_of(struct interfaces *interfaces, struct interface_id id, int64_t time_ns)
{
    unsigned asked = 0;
    struct packet packet = packet_at(time_ns);

    return interfaces_number(interfaces, &id, name_it, &asked, &packet, 60);
}

static void test_each_interface_gets_the_next_number_once(void)
{
    struct interfaces *interfaces = interfaces_new();
    struct interface_id lan = {.id = 0}, wan = {.id = 1}, other = {.id = 1, .section = 1};
    struct interface_id any = {.id = 0, .ifindex = 3}, nameless = {.id = 2, .file = 9};

    g_assert_cmpuint(number_of(interfaces, wan, 1), ==, 0);
    g_assert_cmpuint(number_of(interfaces, lan, 2), ==, 1);
    g_assert_cmpuint(number_of(interfaces, wan, 3), ==, 0);
    g_assert_cmpuint(number_of(interfaces, other, 4), ==, 2);
    g_assert_cmpuint(number_of(interfaces, any, 5), ==, 3);
    g_assert_cmpuint(number_of(interfaces, nameless, 6), ==, 4);
    g_assert_cmpuint(interfaces_count(interfaces), ==, 5);
    g_assert_cmpstr(interfaces_name(interfaces, 0), ==, "wan0");
    g_assert_cmpstr(interfaces_name(interfaces, 3), ==, "lan0 ifindex 3");
    g_assert_cmpstr(interfaces_name(interfaces, 4), ==, "unknown");
    g_assert_cmpstr(interfaces_name(interfaces, 99), ==, "unknown");
    g_assert_cmpuint(interfaces_id(interfaces, 4)->file, ==, 9);
    g_assert_null(interfaces_id(interfaces, 99));
    interfaces_free(interfaces);
}

static const char *call_it_unknown(void *user, const struct interface_id *id)
{
    (void)user;
    (void)id;
    return "unknown";
}

/* A pcap file of `any`: Wireshark has no name for it, and `ip link` tells which one it is. */
static void test_an_interface_of_any_without_a_name_is_its_number(void)
{
    struct interfaces *interfaces = interfaces_new();
    struct interface_id nameless = {.id = 2, .ifindex = 4}, unknown = {.ifindex = 5};
    struct packet packet = packet_at(2);

    number_of(interfaces, nameless, 1);
    interfaces_number(interfaces, &unknown, call_it_unknown, NULL, &packet, 60);
    g_assert_cmpstr(interfaces_name(interfaces, 0), ==, "interface 4");
    g_assert_cmpstr(interfaces_name(interfaces, 1), ==, "interface 5");
    interfaces_free(interfaces);
}

static void test_an_interface_that_begins_alike_is_the_same(void)
{
    struct interfaces *interfaces = interfaces_new();
    struct interface_id one = {.file = 0}, again = {.file = 1}, later = {.file = 2};

    g_assert_cmpuint(number_of(interfaces, one, 5), ==, 0);
    g_assert_cmpuint(number_of(interfaces, again, 5), ==, 0);
    g_assert_cmpuint(number_of(interfaces, later, 6), ==, 1);
    g_assert_cmpuint(number_of(interfaces, again, 8), ==, 0);
    interfaces_free(interfaces);
}

static void test_numbers_are_kept_for_names(void)
{
    struct interfaces *interfaces = interfaces_new();
    GPtrArray *wanted = g_ptr_array_new();
    struct interface_id lan = {.id = 0}, wan = {.id = 1};
    GArray *numbers;

    g_ptr_array_add(wanted, "lan0");
    numbers = interfaces_reserve(interfaces, wanted);
    g_assert_cmpuint(numbers->len, ==, INTERFACES_PER_NAME);
    g_assert_cmpuint(number_of(interfaces, wan, 1), ==, INTERFACES_PER_NAME);
    g_assert_cmpuint(number_of(interfaces, lan, 2), ==, 0);
    g_assert_null(interfaces_id(interfaces, 1));
    g_array_free(numbers, TRUE);
    g_ptr_array_free(wanted, TRUE);
    interfaces_free(interfaces);
}

static void test_what_others_have_numbered_is_taken(void)
{
    struct interfaces *interfaces = interfaces_new();
    struct interface_id wan = {.file = 3};

    interfaces_append(interfaces, NULL, "lan0");
    interfaces_append(interfaces, &wan, "wan\x1b");
    g_assert_null(interfaces_id(interfaces, 0));
    g_assert_cmpuint(interfaces_id(interfaces, 1)->file, ==, 3);
    g_assert_cmpstr(interfaces_name(interfaces, 1), ==, "wan\\x1b");
    interfaces_free(interfaces);
}

void test_interfaces(void)
{
    g_test_add_func("/interfaces/next number", test_each_interface_gets_the_next_number_once);
    g_test_add_func("/interfaces/any without a name",
                    test_an_interface_of_any_without_a_name_is_its_number);
    g_test_add_func("/interfaces/begins alike", test_an_interface_that_begins_alike_is_the_same);
    g_test_add_func("/interfaces/names", test_numbers_are_kept_for_names);
    g_test_add_func("/interfaces/taken", test_what_others_have_numbered_is_taken);
}
