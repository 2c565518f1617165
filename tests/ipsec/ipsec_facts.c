/* Writes what the IPsec tracker makes of one capture, as JSON with the names of the report, for
 * compare.py.
 *
 *     ipsec_facts CAPTURE
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ipsec/ike_names.h"
#include "core/ipsec/ipsec_conclusion.h"
#include "pcapng.h"

static void feed(const struct ipsec_packet *packet, void *user)
{
    struct udp_ports ports = {packet->source_port, packet->destination_port};
    if (packet->source_port == 0)
        ipsec_tracker_feed_esp(user, packet);
    else if (ipsec_tracker_wants(user, ports, packet->payload, packet->captured))
        ipsec_tracker_feed_udp(user, packet);
}

static void write_endpoint(const struct endpoint *endpoint)
{
    const uint8_t *octets = endpoint->address.octets;
    g_print("\"%u.%u.%u.%u", octets[0], octets[1], octets[2], octets[3]);
    if (endpoint->port != 0)
        g_print(":%u", endpoint->port);
    g_print("\"");
}

static void write_places(const char *name, const struct ipsec_places *places)
{
    const char *comma = "";
    g_print("\"%s\": [", name);
    for (const struct ipsec_place *place = places->first; place != NULL; place = place->next) {
        g_print("%s", comma);
        write_endpoint(&place->endpoint);
        comma = ", ";
    }
    g_print("]");
}

static void write_vendors(uint32_t vendors)
{
    const char *comma = "";
    g_print("\"vendors\": [");
    for (unsigned i = 0; i < ike_vendor_count(); i++) {
        if ((vendors >> i & 1) == 0 || !ike_vendor(i)->natt)
            continue;
        gchar *label = g_strescape(ike_vendor(i)->label, NULL);
        g_print("%s\"%s\"", comma, label);
        g_free(label);
        comma = ", ";
    }
    g_print("]");
}

static void write_end(const char *name, const struct ike_sa *sa, unsigned end)
{
    g_print("\"%s\": {", name);
    write_places("p500", &sa->places[end][IKE_ON_500]);
    g_print(", ");
    write_places("p4500", &sa->places[end][IKE_ON_4500]);
    g_print(", ");
    write_vendors(sa->vendors[end]);
    g_print(", \"announced\": %s}, ", sa->natt[end] == IKE_NATT_ANNOUNCED ? "true" : "false");
}

static void write_message(const struct ike_record *record)
{
    g_print("{\"frame\": %u, \"from\": \"%s\", \"exchange\": \"%s\", \"message_id\": \"%08x\", "
            "\"length\": %u, \"encrypted\": %s, \"repeats_frame\": %u, \"number\": %u, \"natd\": [",
            record->frame, record->sender == 0 ? "initiator" : "responder",
            ike_exchange_name(record->exchange), record->message_id, record->length,
            record->encrypted ? "true" : "false", record->repeats_frame, record->number);
    for (unsigned i = 0; i < record->natd_count; i++)
        g_print("%s\"%s\"", i > 0 ? ", " : "", natd_fit_name(record->natd[i].fit));
    g_print("]}");
}

static void write_ike(const struct ike_sa *sa)
{
    g_print("{\"id\": %u, \"version\": \"IKEv%u\", \"initiator_spi\": \"%016" G_GINT64_MODIFIER
            "x\", \"responder_spi\": \"%016" G_GINT64_MODIFIER "x\", \"state\": \"%s\", "
            "\"origin\": \"%s\", \"ended\": %s, \"children\": %u, \"first_frame\": %u, "
            "\"last_frame\": %u, ",
            sa->index, sa->major, sa->initiator_spi, sa->responder_spi,
            ike_progress_name(sa->progress), ike_origin_name(sa->origin),
            ipsec_ike_seems_ended(sa) ? "true" : "false", sa->children, sa->first->frame,
            sa->last->frame);
    write_end("initiator", sa, 0);
    write_end("responder", sa, 1);
    g_print("\"timeline\": [");
    for (const struct ike_record *record = sa->first; record != NULL; record = record->next) {
        g_print("%s\n    ", record != sa->first ? "," : "");
        write_message(record);
    }
    g_print("]}");
}

static void write_esp(const struct esp_sa *sa)
{
    g_print("{\"spi\": \"%08x\", \"encapsulation\": \"%s\", ", sa->spi,
            sa->encapsulation == ESP_NATIVE ? "native" : "udp");
    write_places("source", &sa->source);
    g_print(", ");
    write_places("destination", &sa->target);
    g_print(", \"packets\": %u, \"first_seq\": %u, \"last_seq\": %u, \"lost\": %u, "
            "\"out_of_order\": %u, \"duplicates\": %u, \"first_frame\": %u, \"last_frame\": %u, ",
            sa->packets, sa->first_seq, sa->last_seq, sa->window.lost, sa->window.out_of_order,
            sa->window.duplicates, sa->first_frame, sa->last_frame);
    if (sa->ike != NULL)
        g_print("\"ike_sa\": %u, ", sa->ike->index);
    else
        g_print("\"ike_sa\": null, ");
    if (sa->reverse != NULL)
        g_print("\"reverse\": \"%08x\"}", sa->reverse->spi);
    else
        g_print("\"reverse\": null}");
}

static void write_keepalives(const struct ipsec_conversation *conversation, const char **comma)
{
    for (unsigned end = 0; end < 2; end++) {
        const struct ipsec_way *way = &conversation->way[end];
        if (way->keepalives == 0)
            continue;
        g_print("%s\n  {\"source\": ", *comma);
        write_endpoint(&conversation->end[end]);
        g_print(", \"destination\": ");
        write_endpoint(&conversation->end[1 - end]);
        g_print(", \"packets\": %u, \"first\": %u, \"last\": %u}", way->keepalives,
                way->keepalive_first_frame, way->keepalive_last_frame);
        *comma = ",";
    }
}

static void write_findings(const struct finding_log *log)
{
    const char *comma = "";
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        gchar *text = g_strescape(finding->text, NULL);
        g_print("%s\n  {\"id\": \"%s\", \"frame\": %u, \"text\": \"%s\"}", comma,
                finding_kind(finding->id)->filter, finding->judged_frame, text);
        g_free(text);
        comma = ",";
    }
}

static void write_all(const struct ipsec_tracker *tracker, struct finding_log *log)
{
    g_print("{\"ike_sas\": [");
    for (uint32_t i = 0; i < ipsec_tracker_ike_count(tracker); i++) {
        g_print("%s\n  ", i > 0 ? "," : "");
        write_ike(ipsec_tracker_ike(tracker, i));
    }
    g_print("],\n\"esp_sas\": [");
    for (uint32_t i = 0; i < ipsec_tracker_esp_count(tracker); i++) {
        g_print("%s\n  ", i > 0 ? "," : "");
        write_esp(ipsec_tracker_esp(tracker, i));
    }
    const char *comma = "";
    g_print("],\n\"keepalives\": [");
    for (uint32_t i = 0; i < ipsec_tracker_conversation_count(tracker); i++)
        write_keepalives(ipsec_tracker_conversation(tracker, i), &comma);
    ipsec_conclude(tracker, log);
    g_print("],\n\"findings\": [");
    write_findings(log);
    g_print("]}\n");
}

int main(int argc, char **argv)
{
    struct finding_log *log = finding_log_new();
    struct ipsec_tracker *tracker = ipsec_tracker_new(log);
    bool is_read = argc == 2 && pcapng_read(argv[1], feed, tracker);
    if (is_read)
        write_all(tracker, log);
    else
        g_printerr("usage: ipsec_facts CAPTURE\n");
    ipsec_tracker_free(tracker);
    finding_log_free(log);
    return is_read ? 0 : 2;
}
