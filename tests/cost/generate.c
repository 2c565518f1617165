/* Writes a capture in which one thing grows with N, always the same for the same arguments.
 *
 *   generate MODE N > FILE        generate: lists the modes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traffic.h"

/* Connections whose addresses add up to the same. */
static void equal_sums(uint32_t n)
{
    begin_section(1);
    for (uint32_t i = 0; i < n; i++) {
        struct control control = control_of(0, 1);
        control.client[0] += i;
        control.server -= i;
        control.seq[0] = i * 7;
        send_segment(&control, 0, SYN, NULL, NULL, 0);
    }
}

static void syns_at_points(uint32_t n, uint32_t clients)
{
    begin_section(n);
    for (uint32_t i = 0; i < n; i++) {
        struct control control = control_of(0, 1);
        control.interface[0] = i;
        control.client[0] += i % clients;
        control.seq[0] = i * 7;
        send_segment(&control, 0, SYN, NULL, NULL, 0);
    }
}

static void one_connection_at_points(uint32_t n)
{
    syns_at_points(n, 1);
}

static void connections_at_points(uint32_t n)
{
    syns_at_points(n, n);
}

/* N flows, then interfaces that turn out to show one direction each of one place. */
static void joined_points(uint32_t n)
{
    uint32_t joins = n / 400;
    begin_section(joins + 1);
    for (uint32_t i = 0; i < n; i++)
        gre(0, CLIENT + i / 60000, SERVER, i % 60000, i, 0);
    for (uint32_t i = 1; i <= joins; i++) {
        struct control control = control_of(i, 1);
        control.client[0] += i;
        control.interface[0] = i;
        send_segment(&control, 0, SYN, NULL, NULL, 0);
        control.interface[0] = 0;
        send_segment(&control, 1, SYN | ACK, NULL, NULL, 0);
    }
}

/* GRE in one direction for N ids, adopted by calls in the order in which they came. */
static void one_way_flows(uint32_t n)
{
    begin_section(1);
    struct control control = control_of(0, 1);
    for (uint32_t i = 0; i < n; i++)
        gre(0, CLIENT, SERVER, i, 0, 0);
    open_control(&control);
    for (uint32_t i = 0; i < n; i++)
        open_call(&control, i, i);
}

static struct control one_call(void)
{
    begin_section(2);
    struct control control = control_of(0, 2);
    open_control(&control);
    open_call(&control, 7, 9);
    return control;
}

/* Packets of one call that come to N hosts. */
static void strays(uint32_t n)
{
    one_call();
    for (uint32_t i = 0; i < n; i++) {
        gre(1, SERVER, OUTSIDE, 7, i, 0);
        gre(0, SERVER, 0x0B000000 + i, 7, i, 1);
    }
}

static void stray_ids(uint32_t n)
{
    one_call();
    for (uint32_t i = 0; i < n; i++) {
        gre(1, SERVER, OUTSIDE, 7, i, 0);
        gre(0, SERVER, CLIENT, 1000 + i % 60000, i, 1);
    }
}

/* One call's flow of N packets with one of each of N / 64 other calls in it. */
static void strays_of_calls(uint32_t n)
{
    one_call();
    uint32_t calls = n / 64;
    for (uint32_t i = 1; i <= calls; i++) {
        struct control control = control_of(i, 2);
        control.client[0] += i;
        control.client[1] += i;
        open_control(&control);
        open_call(&control, 7, 9);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (i % 64 == 63 || i < 64)
            gre(1, SERVER, OUTSIDE + 1 + (i < 64 ? i : 63 + i / 64) % calls, 7, i, 0);
        gre(0, SERVER, CLIENT, 7, i, 1);
    }
}

static void wrong_link_infos(struct control *control, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        send_segment(control, 1, PUSH, LINK_INFO(60000 + i % 5000), LINK_INFO(7), 24);
}

/* N connections of the same addresses and ports, then N fields that may mean one of theirs. */
static void earlier_connections(uint32_t n)
{
    begin_section(2);
    struct control control = control_of(0, 2);
    for (uint32_t i = 0; i < n; i++) {
        control.seq[0] = 100 + i * 100000;
        send_segment(&control, 0, SYN, NULL, NULL, 0);
    }
    control = control_of(0, 2);
    open_control(&control);
    open_call(&control, 7, 9);
    wrong_link_infos(&control, n);
}

/* N calls of a connection, and N fields that name none. */
static void ids_of_no_call(uint32_t n)
{
    begin_section(2);
    struct control control = control_of(0, 2);
    open_control(&control);
    for (uint32_t i = 0; i < n; i++)
        open_call(&control, i + 1, i + 1);
    for (uint32_t i = 0; i < n; i++)
        send_segment(&control, 1, PUSH, DISCONNECT(65000 + i % 500), DISCONNECT(i + 1), 148);
}

/* N tunnels with the addresses and id of one that goes on, which any packet could decide. */
static void watched_pairs(uint32_t n)
{
    begin_section(1);
    for (uint32_t i = 0; i <= n; i++) {
        struct control control = control_of(i, 1);
        open_control(&control);
        say(&control, 0, request(7));
        if (i == 0)
            say(&control, 1, reply(9, 7));
        else
            send_segment(&control, 0, RST | ACK, NULL, NULL, 0);
    }
    for (uint32_t i = 0; i < 16 * n; i++)
        gre(0, CLIENT, SERVER, 9, i, 0);
}

static void nats(uint32_t n)
{
    begin_section(2 * n);
    for (uint32_t i = 0; i < n; i++) {
        struct control control = control_of(i, 2);
        for (uint32_t point = 0; point < 2; point++) {
            control.interface[point] = 2 * i + point;
            control.client[point] += i;
        }
        open_control(&control);
        open_call(&control, 7, 9);
    }
}

/* N calls of a connection that was joined late, each of which two fields claim for two ids. */
static void disputed_calls(uint32_t n)
{
    begin_section(2);
    struct control control = control_of(0, 2);
    say(&control, 0, echo(7));
    say(&control, 0, echo(8));
    for (uint32_t i = 0; i < n; i++)
        say(&control, 1, CONNECTED(1000 + 2 * i));
    for (uint32_t i = 0; i < 4 * n; i++) {
        gre(1, SERVER, OUTSIDE, 1000 + i / 4 * 2, i, 0);
        gre(0, SERVER, CLIENT, 1000 + i / 4 * 2, i, 1);
    }
    for (uint32_t i = 0; i < n; i++)
        say(&control, 1, CONNECTED(1001 + 2 * i));
}

static void sections(uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        begin_section(1);
        gre(0, CLIENT, SERVER, 5, i, 0);
    }
}

/* Segments between which others are missing. */
static void holes(uint32_t n)
{
    begin_section(1);
    struct control control = control_of(0, 1);
    open_tcp(&control);
    for (uint32_t i = 0; i < n; i++) {
        control.seq[0] += 4000;
        say(&control, 0, echo(i));
    }
}

/* The last segment comes first. */
static void segments_backwards(uint32_t n)
{
    begin_section(1);
    struct control control = control_of(0, 1);
    open_tcp(&control);
    uint32_t first = control.seq[0];
    for (uint32_t i = n; i-- > 0;) {
        control.seq[0] = first + 16 * i;
        say(&control, 0, echo(i));
    }
}

/* Messages that end at the NAT, most of them sent twice. */
static void sent_again(uint32_t n)
{
    struct control control = one_call();
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t *text = echo(i);
        for (unsigned copies = i < 1500 ? 2 : 1; copies > 0; copies--)
            segment(&control, 0, 0, PUSH, text, 16);
        control.seq[0] += 16;
    }
    say(&control, 0, echo(n));
}

/* Frames of N messages, the second half of them wrong behind the NAT. */
static void messages_of_a_frame(uint32_t n)
{
    static uint8_t inside[65536], outside[65536];
    struct control control = one_call();
    for (uint32_t i = 0; i < n && 24 * (i + 1) < 65000; i++) {
        memcpy(inside + 24 * i, LINK_INFO(i < n / 2 ? 7 : 20000 + i), 24);
        memcpy(outside + 24 * i, LINK_INFO(7), 24);
    }
    for (uint32_t i = 0; i < 40; i++)
        send_segment(&control, 1, PUSH, inside, outside, 24 * n);
}

/* N calls of one client, and GRE between the same hosts that is of none. */
static void calls_of_a_client(uint32_t n)
{
    begin_section(2);
    for (uint32_t i = 0; i < n; i++) {
        struct control control = control_of(i, 2);
        open_control(&control);
        open_call(&control, i, i);
    }
    for (uint32_t i = 0; i < n; i++)
        gre(i & 1, SERVER, i & 1 ? OUTSIDE : CLIENT, 20000 + i, i * 2654435761u, 0);
}

/* One after the other from the same port. */
static void redials(uint32_t n)
{
    begin_section(2);
    for (uint32_t i = 0; i < n; i++) {
        struct control control = control_of(i, 2);
        control.port = PORT;
        open_control(&control);
        open_call(&control, 7 + i, 9 + i);
    }
}

static const struct {
    const char *name;
    void (*write)(uint32_t n);
} modes[] = {
    {"equal_sums", equal_sums},
    {"one_connection_at_points", one_connection_at_points},
    {"connections_at_points", connections_at_points},
    {"joined_points", joined_points},
    {"one_way_flows", one_way_flows},
    {"strays", strays},
    {"stray_ids", stray_ids},
    {"strays_of_calls", strays_of_calls},
    {"earlier_connections", earlier_connections},
    {"ids_of_no_call", ids_of_no_call},
    {"watched_pairs", watched_pairs},
    {"nats", nats},
    {"disputed_calls", disputed_calls},
    {"sections", sections},
    {"holes", holes},
    {"segments_backwards", segments_backwards},
    {"sent_again", sent_again},
    {"messages_of_a_frame", messages_of_a_frame},
    {"calls_of_a_client", calls_of_a_client},
    {"redials", redials},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (argc == 1)
            printf("%s\n", modes[i].name);
        else if (argc == 3 && strcmp(argv[1], modes[i].name) == 0)
            modes[i].write((uint32_t)strtoul(argv[2], NULL, 10));
    }
    return ferror(stdout) ? 1 : 0;
}
