/* Writes what the analysis makes of captures of several points, as JSON, for compare_pairs.py.
 *
 *     ipsec_pair [--ask] CAPTURE...
 *
 * Each file, and each interface in a file, is a point. Packets are fed in order of time. With --ask
 * the outcome is asked for after every packet. Frames are written as FILE:NUMBER.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/analysis.h"
#include "pcapng.h"

#define POINTS_OF_FILE 8

struct kept {
    struct ipsec_packet packet;
    uint8_t *octets;
    unsigned file;
    uint32_t number; /* in its file */
};

struct reading {
    GArray *all; /* struct kept */
    unsigned file;
};

static void keep(const struct ipsec_packet *packet, void *user)
{
    struct reading *reading = user;
    struct kept kept = {*packet, g_memdup2(packet->payload, packet->captured), reading->file,
                        packet->packet.frame};
    kept.packet.payload = kept.octets;
    kept.packet.packet.interface += reading->file * POINTS_OF_FILE;
    g_array_append_val(reading->all, kept);
}

static int compare(const void *a, const void *b)
{
    const struct kept *one = a, *other = b;
    if (one->packet.packet.time_ns != other->packet.packet.time_ns)
        return one->packet.packet.time_ns < other->packet.packet.time_ns ? -1 : 1;
    if (one->file != other->file)
        return one->file < other->file ? -1 : 1;
    return one->number < other->number ? -1 : one->number > other->number;
}

static void feed(struct analysis *analysis, struct kept *kept, uint32_t frame, bool ask)
{
    struct ipsec_packet *packet = &kept->packet;
    struct udp_ports ports = {packet->source_port, packet->destination_port};
    packet->packet.frame = frame;
    if (packet->source_port == 0)
        analysis_esp(analysis, packet);
    else if (analysis_wants_udp(analysis, ports, packet->payload, packet->captured))
        analysis_udp(analysis, packet);
    if (ask)
        analysis_finish(analysis);
}

static void write_frame(const GArray *all, const char *name, uint32_t frame)
{
    if (frame == 0)
        g_print("\"%s\": null, ", name);
    else
        g_print("\"%s\": \"%u:%u\", ", name, g_array_index(all, struct kept, frame - 1).file,
                g_array_index(all, struct kept, frame - 1).number);
}

static void write_places(const struct ipsec_places *places)
{
    const char *comma = "";
    g_print("[");
    for (const struct ipsec_place *place = places ? places->first : NULL; place != NULL;
         place = place->next) {
        const uint8_t *o = place->endpoint.address.octets;
        g_print("%s\"%u.%u.%u.%u", comma, o[0], o[1], o[2], o[3]);
        if (place->endpoint.port != 0)
            g_print(":%u", place->endpoint.port);
        g_print("\"");
        comma = ", ";
    }
    g_print("]");
}

static void write_spi(const struct ipsec_link *link)
{
    for (uint32_t i = 0; i < link->count; i++) {
        if (link->ike[i] != NULL) {
            g_print("\"spi\": \"%016" G_GINT64_MODIFIER "x\", ", link->ike[i]->initiator_spi);
            return;
        }
        if (link->esp[i] != NULL) {
            g_print("\"spi\": \"%08x\", ", link->esp[i]->spi);
            return;
        }
    }
}

static void write_link(const struct ipsec_links *links, const struct ipsec_link *link)
{
    const struct ipsec_link *ike = ipsec_links_get(links, link->ike_link);
    char *evidence = ipsec_evidence_text(link->evidence);
    g_print("{\"kind\": \"%s\", ", ipsec_link_kind_name(link->kind));
    write_spi(link);
    g_print("\"ordered\": %s, \"translated_end\": %u, \"evidence\": \"%s\", \"status\": \"%s\", "
            "\"ike\": ",
            link->order_known ? "true" : "false", link->translated_end, evidence,
            verdict_status_name(link->status));
    if (ike != NULL && ike->ike[0] != NULL)
        g_print("\"%016" G_GINT64_MODIFIER "x\", \"positions\": [", ike->ike[0]->initiator_spi);
    else
        g_print("null, \"positions\": [");
    for (uint32_t i = 0; i < link->count; i++) {
        g_print("%s{\"point\": %u, \"seen\": %u, \"map_500\": ", i > 0 ? ", " : "", link->point[i],
                link->seen[i]);
        write_places(link->places[IKE_ON_500][i]);
        g_print(", \"map_4500\": ");
        write_places(link->places[IKE_ON_4500][i]);
        g_print("}");
    }
    g_print("], \"hops\": [");
    for (uint32_t i = 0; i + 1 < link->count; i++)
        g_print("%s{\"passed\": %u, \"lost\": %u, \"elsewhere\": %u, \"duplicated\": %u, "
                "\"reordered\": %u}",
                i > 0 ? ", " : "", link->hop[i].passed, link->hop[i].lost, link->hop[i].elsewhere,
                link->hop[i].duplicated, link->hop[i].reordered);
    g_print("]}");
    g_free(evidence);
}

static void write_findings(const struct finding_log *log, const GArray *all)
{
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        gchar *text = g_strescape(finding->text, NULL);
        g_print("%s\n  {\"id\": \"%s\", \"severity\": \"%s\", ", i > 0 ? "," : "",
                finding_kind(finding->id)->filter,
                finding_severity_name(finding_kind(finding->id)->severity));
        write_frame(all, "frame", finding->judged_frame);
        write_frame(all, "peer", finding->peer_frame);
        g_print("\"cause\": %d, \"text\": \"%s\"}", (int)finding->cause, text);
        g_free(text);
    }
}

static void write_all(struct analysis *analysis, const GArray *all)
{
    const char *text, *cause;
    analysis_finish(analysis);
    const struct ipsec_links *links = analysis_ipsec_links(analysis);
    const struct linker *linker = analysis_linker(analysis);
    enum verdict_status status = linker_verdict(linker, &text, &cause);
    gchar *escaped = g_strescape(text, NULL);
    g_print("{\"status\": \"%s\", \"cause\": \"%s\", \"nats\": %u, \"points\": %u, \"text\": "
            "\"%s\",\n\"links\": [",
            verdict_status_name(status), cause, linker_nat_count(linker),
            linker_point_count(linker), escaped);
    for (uint32_t i = 0; i < ipsec_links_count(links); i++) {
        g_print("%s\n  ", i > 0 ? "," : "");
        write_link(links, ipsec_links_get(links, i));
    }
    g_print("],\n\"findings\": [");
    write_findings(analysis_log(analysis), all);
    g_print("]}\n");
    g_free(escaped);
}

int main(int argc, char **argv)
{
    struct reading reading = {g_array_new(FALSE, FALSE, sizeof(struct kept)), 0};
    bool ask = argc > 1 && g_str_equal(argv[1], "--ask");
    for (int i = ask ? 2 : 1; i < argc; i++, reading.file++) {
        if (!pcapng_read(argv[i], keep, &reading)) {
            g_printerr("%s cannot be read\n", argv[i]);
            return 2;
        }
    }
    g_array_sort(reading.all, compare);
    struct analysis_options options = {.link = true};
    struct analysis *analysis = analysis_new(&options);
    for (guint i = 0; i < reading.all->len; i++)
        feed(analysis, &g_array_index(reading.all, struct kept, i), i + 1, ask);
    write_all(analysis, reading.all);
    analysis_free(analysis);
    for (guint i = 0; i < reading.all->len; i++)
        g_free(g_array_index(reading.all, struct kept, i).octets);
    g_array_free(reading.all, TRUE);
    return 0;
}
