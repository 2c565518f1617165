/* The rows, one a diagnosis. A summary never changes and holds no number.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_finding.h"

/* clang-format off */

static const struct {
    struct finding_kind kind;
    bool is_provisional;
} rows[IPSEC_FINDING_COUNT] = {
    [IPSEC_NATT_NOT_ANNOUNCED] = {{
        "ipsec.analysis.natt_not_announced", SEVERITY_NOTE, GROUP_PROTOCOL,
        "One end does not announce NAT traversal", "",
        "the first message of an end was captured whole\n"
        "it is on port 500: main mode 1 or 2, aggressive mode 1 or 2, IKE_SA_INIT with a proposal\n"
        "it has neither a Vendor ID of NAT traversal that we know (IKEv1) nor a NAT_DETECTION "
        "notify (IKEv2)"},
        false},
    [IPSEC_NO_REPLY] = {{
        "ipsec.analysis.no_reply", SEVERITY_WARN, GROUP_RESPONSE,
        "IKE request has no reply", "",
        "a message was sent 3 times with the same bytes\n"
        "nothing of this IKE SA came back since, on any port\n"
        "the point shows packets of both directions between some two hosts"},
        true},
    [IPSEC_IKE_REFUSED] = {{
        "ipsec.analysis.ike_refused", SEVERITY_WARN, GROUP_RESPONSE,
        "IKE was refused by the other end (not the NAT)", "",
        "a message has an error notify in clear\n"
        "it is not INVALID_KE_PAYLOAD, which asks for a second try"},
        false},
    [IPSEC_ESP_ONE_WAY] = {{
        "ipsec.analysis.esp_one_way", SEVERITY_WARN, GROUP_SEQUENCE,
        "ESP of the tunnel goes one way only", "",
        "the exchange that agreed on both ESP SAs of a tunnel was seen to its end\n"
        "at least 3 packets over at least 5 s go in one direction\n"
        "none was ever seen in the other"},
        true},
    [IPSEC_L2TP_IN_CLEAR] = {{
        "ipsec.analysis.l2tp_in_clear", SEVERITY_NOTE, GROUP_PROTOCOL,
        "L2TP is not protected by IPsec", "",
        "packets on UDP port 1701 have an L2TP header\n"
        "one is a control message, or 3 are data"},
        false},
    [IPSEC_SA_SILENT] = {{
        "ipsec.analysis.sa_silent", SEVERITY_NOTE, GROUP_SEQUENCE,
        "The server serves only one of two tunnels (its policies clash; not the NAT)", "",
        "two tunnels go from one address, on different ports, to one server\n"
        "both had ESP of the client, the later one has come up\n"
        "since then the server sends ESP to one of them (3 packets in all) and none to the other\n"
        "the other's client sends at least 3 packets over at least 5 s in that time\n"
        "no ESP SA moved from one of the ports to the other"},
        true},
};

/* clang-format on */

const struct finding_kind *ipsec_finding_kind(enum ipsec_finding_id id)
{
    return &rows[id].kind;
}

bool ipsec_finding_is_provisional(enum ipsec_finding_id id)
{
    return rows[id].is_provisional;
}

struct ipsec_finding *ipsec_finding_new(enum ipsec_finding_id id, uint32_t judged_frame,
                                        uint32_t deciding_frame, uint32_t point, const char *format,
                                        ...)
{
    struct ipsec_finding *finding = g_new0(struct ipsec_finding, 1);
    finding->id = id;
    finding->judged_frame = judged_frame;
    finding->deciding_frame = deciding_frame;
    finding->point = point;
    va_list arguments;
    va_start(arguments, format);
    finding->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return finding;
}

void ipsec_finding_free(void *finding)
{
    if (finding != NULL)
        g_free(((struct ipsec_finding *)finding)->text);
    g_free(finding);
}
