/* What an analysis is fed, written and read again: the same, and nothing of a stream that is cut.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <string.h>

#include "core/analysis.h"
#include "core/feed_log.h"

static const uint8_t octets[] = {0x00, 0x9C, 0x00, 0x01, 0x1A, 0x2B, 0x3C, 0x4D,
                                 0x00, 0x01, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00};
static const struct net_address client = {4, {192, 168, 11, 20}};
static const struct net_address server = {4, {192, 168, 1, 10}};

static struct packet packet_of(uint32_t frame)
{
    struct packet packet;

    memset(&packet, 0, sizeof packet);
    packet.frame = frame;
    packet.time_ns = frame * INT64_C(1000000);
    packet.source = client;
    packet.destination = server;
    packet.ttl = 64;
    return packet;
}

static void feed_each_kind(struct analysis *analysis)
{
    struct tcp_segment segment = {.packet = packet_of(1),
                                  .source_port = 1234,
                                  .destination_port = 1723,
                                  .flags = TCP_FLAG_ACK,
                                  .length = sizeof octets,
                                  .captured = sizeof octets,
                                  .payload = octets,
                                  .options_length = 4,
                                  .options = octets};
    struct gre_packet gre = {.packet = packet_of(2), .captured = 8, .payload = octets};
    struct icmp_error error = {.packet = packet_of(3), .type = 3, .quoted_protocol = 47};
    struct ip_fragment fragment = {.packet = packet_of(4), .more = true};
    struct ipsec_packet udp = {.packet = packet_of(5),
                               .source_port = 500,
                               .destination_port = 500,
                               .length = sizeof octets,
                               .captured = 3,
                               .payload = octets};
    struct ipsec_packet esp = {
        .packet = packet_of(6), .length = 16, .captured = 16, .payload = octets};

    gre.header.has_seq = true;
    gre.header.seq = 7;
    gre.header.payload_length = 8;
    analysis_tcp(analysis, &segment);
    analysis_gre(analysis, &gre);
    analysis_icmp(analysis, &error);
    analysis_fragment(analysis, &fragment);
    analysis_udp(analysis, &udp);
    analysis_esp(analysis, &esp);
}

static struct analysis *recorded(FILE *file, struct feed_log **ret_log)
{
    struct analysis_options options = {.link = true};
    struct analysis *analysis = analysis_new(&options);

    *ret_log = feed_log_new(file);
    analysis_record(analysis, *ret_log);
    return analysis;
}

static GByteArray *content_of(FILE *file)
{
    GByteArray *content = g_byte_array_new();
    int octet;

    rewind(file);
    while ((octet = getc(file)) != EOF) {
        uint8_t one = (uint8_t)octet;
        g_byte_array_append(content, &one, 1);
    }
    return content;
}

static struct interfaces *two_interfaces(void)
{
    struct interfaces *interfaces = interfaces_new();
    struct interface_id id = {.id = 4, .ifindex = 2};

    interfaces_append(interfaces, NULL, "reserved");
    interfaces_append(interfaces, &id, "any ifindex 2");
    return interfaces;
}

static GByteArray *written(void)
{
    FILE *file = tmpfile();
    struct feed_log *log;
    struct analysis *analysis = recorded(file, &log);
    struct interfaces *interfaces = two_interfaces();
    GByteArray *content;

    feed_each_kind(analysis);
    feed_log_end(log, interfaces);
    content = content_of(file);
    analysis_free(analysis);
    interfaces_free(interfaces);
    feed_log_free(log);
    fclose(file);
    return content;
}

static bool go_on(void *user)
{
    (void)user;
    return true;
}

static bool stop(void *user)
{
    (void)user;
    return false;
}

static void take(void *user, uint32_t number, const struct interface_id *id, const char *name)
{
    struct interfaces *interfaces = user;

    g_assert_cmpuint(number, ==, interfaces_count(interfaces));
    interfaces_append(interfaces, id, name);
}

/* Reads `length` octets of `content` into a recorded analysis; returns what that has written. */
static GByteArray *read_back(const GByteArray *content, guint length, bool (*goes_on)(void *user),
                             enum feed_log_status expected)
{
    FILE *from = tmpfile();
    FILE *to = tmpfile();
    struct interfaces *interfaces = interfaces_new();
    struct feed_log_reader reader = {interfaces, goes_on, take};
    struct feed_log *log;
    struct analysis *analysis = recorded(to, &log);
    GByteArray *again;

    g_assert_cmpuint(fwrite(content->data, 1, length, from), ==, length);
    rewind(from);
    g_assert_cmpint(feed_log_read(from, analysis, &reader), ==, expected);
    feed_log_end(log, interfaces);
    again = content_of(to);
    analysis_free(analysis);
    interfaces_free(interfaces);
    feed_log_free(log);
    fclose(from);
    fclose(to);
    return again;
}

static void test_what_is_read_is_what_was_fed(void)
{
    GByteArray *content = written();
    GByteArray *again = read_back(content, content->len, go_on, FEED_LOG_READ);

    g_assert_cmpmem(content->data, content->len, again->data, again->len);
    g_byte_array_free(again, TRUE);
    g_byte_array_free(content, TRUE);
}

static void test_a_stream_may_end_anywhere(void)
{
    GByteArray *content = written();
    guint head = 36; /* octets */

    for (guint length = 0; length < content->len; length++) {
        enum feed_log_status expected = length < head ? FEED_LOG_FOREIGN : FEED_LOG_CUT;
        GByteArray *again = read_back(content, length, go_on, expected);

        g_byte_array_free(again, TRUE);
    }
    g_byte_array_free(content, TRUE);
}

static void test_another_build_is_told(void)
{
    GByteArray *content = written();
    GByteArray *again;

    content->data[16]++; /* the size of a struct */
    again = read_back(content, content->len, go_on, FEED_LOG_FOREIGN);
    g_byte_array_free(again, TRUE);
    g_byte_array_free(content, TRUE);
}

static void test_lengths_that_cannot_be_are_refused(void)
{
    GByteArray *content = written();
    struct tcp_segment segment;
    GByteArray *again;

    memcpy(&segment, content->data + 37, sizeof segment);
    segment.captured = segment.length = UINT32_MAX;
    memcpy(content->data + 37, &segment, sizeof segment);
    again = read_back(content, content->len, go_on, FEED_LOG_CUT);
    g_byte_array_free(again, TRUE);
    g_byte_array_free(content, TRUE);
}

static void test_reading_can_be_stopped(void)
{
    GByteArray *content = written();
    GByteArray *again = read_back(content, content->len, stop, FEED_LOG_STOPPED);

    g_byte_array_free(again, TRUE);
    g_byte_array_free(content, TRUE);
}

void test_feed_log(void)
{
    g_test_add_func("/feed log/the same", test_what_is_read_is_what_was_fed);
    g_test_add_func("/feed log/cut", test_a_stream_may_end_anywhere);
    g_test_add_func("/feed log/another build", test_another_build_is_told);
    g_test_add_func("/feed log/lengths", test_lengths_that_cannot_be_are_refused);
    g_test_add_func("/feed log/stopped", test_reading_can_be_stopped);
}
