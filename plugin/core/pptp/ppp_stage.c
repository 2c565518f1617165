/* The progress of PPP, read from the first octets of each frame (RFC 1661, 1994, 2759, 1962). One
 * table says what a code of a protocol means; the readers below it pick the few values needed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ppp_stage.h"

#include <stddef.h>
#include <string.h>

#include "core/base/bytes.h"
#include "ppp_wire.h"

/* Code 0 stands for every code without a row of its own, and for data. */
struct meaning {
    uint16_t protocol;
    uint8_t code;
    enum ppp_stage stage;
    enum ppp_act act;
    const char *name;
};

/* clang-format off */

#define CONFIGURE(protocol, stage, name)                                        \
    {protocol, 1, stage, PPP_ACT_REQUEST, name " Configure-Request"},           \
    {protocol, 2, stage, PPP_ACT_ACK, name " Configure-Ack"},                   \
    {protocol, 3, stage, PPP_ACT_NAK, name " Configure-Nak"},                   \
    {protocol, 4, stage, PPP_ACT_NAK, name " Configure-Reject"},                \
    {protocol, 5, stage, PPP_ACT_TERMINATE, name " Terminate-Request"},         \
    {protocol, 6, stage, PPP_ACT_TERMINATE, name " Terminate-Ack"},             \
    {protocol, 7, stage, PPP_ACT_NONE, name " Code-Reject"},                    \
    {protocol, 0, stage, PPP_ACT_NONE, name}

static const struct meaning meanings[] = {
    /* Data first: nearly every packet is found in the first rows. */
    {PPP_COMPRESSED, 0, PPP_STAGE_ENCRYPTED, PPP_ACT_DATA, "MPPE"},
    {PPP_IPV4, 0, PPP_STAGE_OPEN, PPP_ACT_DATA, "IPv4"},
    {0x0029, 0, PPP_STAGE_OPEN, PPP_ACT_DATA, "AppleTalk"},
    {0x002B, 0, PPP_STAGE_OPEN, PPP_ACT_DATA, "IPX"},
    {0x002D, 0, PPP_STAGE_OPEN, PPP_ACT_DATA, "VJ compressed TCP"},
    {0x002F, 0, PPP_STAGE_OPEN, PPP_ACT_DATA, "VJ uncompressed TCP"},
    {0x0031, 0, PPP_STAGE_OPEN, PPP_ACT_DATA, "bridged frame"},
    {0x003D, 0, PPP_STAGE_OPEN, PPP_ACT_DATA, "Multilink"},
    {0x003F, 0, PPP_STAGE_OPEN, PPP_ACT_DATA, "NetBIOS frame"},
    {0x0057, 0, PPP_STAGE_OPEN, PPP_ACT_DATA, "IPv6"},
    {0x0053, 0, PPP_STAGE_ENCRYPTED, PPP_ACT_DATA, "encrypted"},
    {0x00FB, 0, PPP_STAGE_ENCRYPTED, PPP_ACT_DATA, "link compressed"},
    CONFIGURE(PPP_LCP, PPP_STAGE_LCP, "LCP"),
    {PPP_LCP, LCP_PROTOCOL_REJECT, PPP_STAGE_LCP, PPP_ACT_REFUSE, "LCP Protocol-Reject"},
    {PPP_LCP, LCP_ECHO_REQUEST, PPP_STAGE_LCP, PPP_ACT_ECHO, "LCP Echo-Request"},
    {PPP_LCP, LCP_ECHO_REPLY, PPP_STAGE_LCP, PPP_ACT_ECHO, "LCP Echo-Reply"},
    {PPP_LCP, LCP_DISCARD_REQUEST, PPP_STAGE_LCP, PPP_ACT_ECHO, "LCP Discard-Request"},
    {PPP_LCP, 12, PPP_STAGE_LCP, PPP_ACT_NONE, "LCP Identification"},
    {PPP_LCP, 13, PPP_STAGE_LCP, PPP_ACT_NONE, "LCP Time-Remaining"},
    {PPP_PAP, 1, PPP_STAGE_AUTHENTICATION, PPP_ACT_REQUEST, "PAP Authenticate-Request"},
    {PPP_PAP, 2, PPP_STAGE_AUTHENTICATION, PPP_ACT_ACK, "PAP Authenticate-Ack"},
    {PPP_PAP, 3, PPP_STAGE_AUTHENTICATION, PPP_ACT_REFUSE, "PAP Authenticate-Nak"},
    {PPP_PAP, 0, PPP_STAGE_AUTHENTICATION, PPP_ACT_NONE, "PAP"},
    {0xC025, 0, PPP_STAGE_LCP, PPP_ACT_NONE, "LQR"},
    {0xC029, 1, PPP_STAGE_AUTHENTICATION, PPP_ACT_REQUEST, "CBCP Callback-Request"},
    {0xC029, 2, PPP_STAGE_AUTHENTICATION, PPP_ACT_REQUEST, "CBCP Callback-Response"},
    {0xC029, 3, PPP_STAGE_AUTHENTICATION, PPP_ACT_ACK, "CBCP Callback-Ack"},
    {0xC029, 0, PPP_STAGE_AUTHENTICATION, PPP_ACT_NONE, "CBCP"},
    {PPP_CHAP, 1, PPP_STAGE_AUTHENTICATION, PPP_ACT_REQUEST, "CHAP Challenge"},
    {PPP_CHAP, 2, PPP_STAGE_AUTHENTICATION, PPP_ACT_REQUEST, "CHAP Response"},
    {PPP_CHAP, 3, PPP_STAGE_AUTHENTICATION, PPP_ACT_ACK, "CHAP Success"},
    {PPP_CHAP, CHAP_FAILURE, PPP_STAGE_AUTHENTICATION, PPP_ACT_REFUSE, "CHAP Failure"},
    {PPP_CHAP, 0, PPP_STAGE_AUTHENTICATION, PPP_ACT_NONE, "CHAP"},
    {PPP_EAP, 1, PPP_STAGE_AUTHENTICATION, PPP_ACT_REQUEST, "EAP Request"},
    {PPP_EAP, 2, PPP_STAGE_AUTHENTICATION, PPP_ACT_REQUEST, "EAP Response"},
    {PPP_EAP, 3, PPP_STAGE_AUTHENTICATION, PPP_ACT_ACK, "EAP Success"},
    {PPP_EAP, 4, PPP_STAGE_AUTHENTICATION, PPP_ACT_REFUSE, "EAP Failure"},
    {PPP_EAP, 0, PPP_STAGE_AUTHENTICATION, PPP_ACT_NONE, "EAP"},
    CONFIGURE(PPP_IPCP, PPP_STAGE_NETWORK, "IPCP"),
    CONFIGURE(0x802B, PPP_STAGE_NETWORK, "IPXCP"),
    CONFIGURE(0x803F, PPP_STAGE_NETWORK, "NBFCP"),
    CONFIGURE(PPP_ECP, PPP_STAGE_NETWORK, "ECP"),
    CONFIGURE(PPP_IPV6CP, PPP_STAGE_NETWORK, "IPV6CP"),
    CONFIGURE(0x80FB, PPP_STAGE_NETWORK, "link CCP"),
    CONFIGURE(PPP_CCP, PPP_STAGE_NETWORK, "CCP"),
    {PPP_CCP, 14, PPP_STAGE_NETWORK, PPP_ACT_NONE, "CCP Reset-Request"},
    {PPP_CCP, 15, PPP_STAGE_NETWORK, PPP_ACT_NONE, "CCP Reset-Ack"},
};

/* clang-format on */

static const struct meaning *find_meaning(uint16_t protocol, uint8_t code)
{
    const struct meaning *whole = NULL;

    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (meanings[i].protocol != protocol)
            continue;
        if (meanings[i].code == code)
            return &meanings[i];
        if (meanings[i].code == 0)
            whole = &meanings[i];
    }
    return whole;
}

/* Reads address, control and protocol (RFC 1661 2, 6.5, 6.6); returns how many octets they take, 0
 * if there is no protocol number. */
static uint32_t read_protocol(const uint8_t *data, uint32_t captured, uint16_t *ret_protocol)
{
    uint32_t offset = captured >= 2 && data[0] == 0xFF && data[1] == 0x03 ? 2 : 0;

    if (captured < offset + 1 || data[offset] == 0xFF)
        return 0; /* 0x00FF is not a protocol: the number is all ones (RFC 1661 6.5) */
    if ((data[offset] & 1) != 0) {
        *ret_protocol = data[offset];
        return offset + 1;
    }
    /* The last octet of a protocol number is odd, every octet before it is even (RFC 1661 2). */
    if (captured < offset + 2 || (data[offset + 1] & 1) == 0)
        return 0;
    *ret_protocol = bytes_u16(data + offset);
    return offset + 2;
}

/* The option of this type and size among `length` octets of options; NULL: none. `size` 0: any. */
static const uint8_t *find_option(const uint8_t *options, uint32_t length, uint8_t type,
                                  uint8_t wanted)
{
    uint32_t offset = 0;

    while (length - offset >= PPP_OPTION_HEADER) {
        uint8_t size = options[offset + 1];

        if (size < PPP_OPTION_HEADER || size > length - offset)
            return NULL;
        if (options[offset] == type && (wanted == 0 || size == wanted))
            return options + offset;
        offset += size;
    }
    return NULL;
}

/* The Magic-Number option (RFC 1661 6.4); 0, which is not a number, if there is none. */
static uint32_t read_magic_option(const uint8_t *options, uint32_t length)
{
    const uint8_t *option = find_option(options, length, LCP_OPTION_MAGIC, 6);

    return option != NULL ? bytes_u32(option + PPP_OPTION_HEADER) : 0;
}

static void read_lcp(const uint8_t *body, uint32_t length, struct ppp_frame *ret)
{
    switch (ret->code) {
    case LCP_CONFIGURE_REQUEST:
        ret->magic = read_magic_option(body, length);
        ret->has_magic = ret->magic != 0;
        break;
    case LCP_CONFIGURE_ACK:
    case LCP_CONFIGURE_NAK:
    case LCP_CONFIGURE_REJECT:
        ret->peer_magic = read_magic_option(body, length);
        ret->has_peer_magic = ret->peer_magic != 0;
        ret->rejects_authentication =
            ret->act == PPP_ACT_NAK && find_option(body, length, LCP_OPTION_AUTH, 0) != NULL;
        break;
    case LCP_PROTOCOL_REJECT:
        if (length >= 2)
            ret->rejected = bytes_u16(body);
        break;
    case LCP_ECHO_REQUEST:
    case LCP_ECHO_REPLY:
    case LCP_DISCARD_REQUEST:
        if (length >= 4) {
            ret->magic = bytes_u32(body);
            ret->has_magic = ret->magic != 0; /* 0: not negotiated (RFC 1661 5.8) */
        }
        break;
    default:
        break;
    }
}

/* "E=691 R=1 C=... V=3 M=..." (RFC 2759 6): a word "E=" and up to ten digits. */
static void read_chap_failure(const uint8_t *text, uint32_t length, struct ppp_frame *ret)
{
    for (uint32_t i = 0; i + 2 < length; i++) {
        uint64_t number = 0;
        uint32_t digit = i + 2;

        if (text[i] != 'E' || text[i + 1] != '=' || (i > 0 && text[i - 1] != ' '))
            continue;
        while (digit < length && digit < i + 12 && text[digit] >= '0' && text[digit] <= '9')
            number = number * 10 + (uint64_t)(text[digit++] - '0');
        if (digit > i + 2 && number <= UINT32_MAX) {
            ret->has_error = true;
            ret->error = (uint32_t)number;
        }
        return;
    }
}

uint16_t ppp_data_protocol(const uint8_t *data, uint32_t captured)
{
    uint16_t protocol = 0;

    read_protocol(data, captured, &protocol);
    return protocol == PPP_IPV4 || protocol == PPP_COMPRESSED ? protocol : 0;
}

void ppp_frame_read(const uint8_t *data, uint32_t captured, struct ppp_frame *ret)
{
    const struct meaning *meaning;
    uint32_t offset;
    uint32_t length;

    memset(ret, 0, sizeof *ret);
    offset = read_protocol(data, captured, &ret->protocol);
    ret->header = (uint8_t)offset;
    meaning = offset != 0 ? find_meaning(ret->protocol, 0) : NULL;
    if (meaning == NULL)
        return;
    ret->stage = meaning->stage;
    ret->act = meaning->act;
    length = captured - offset;
    if (meaning->act == PPP_ACT_DATA || length < PPP_PACKET_HEADER)
        return;
    data += offset;
    ret->code = data[0];
    ret->identifier = data[1];
    ret->act = find_meaning(ret->protocol, ret->code)->act;
    if (bytes_u16(data + 2) < length) /* the rest is padding (RFC 1661 5) */
        length = bytes_u16(data + 2);
    if (length < PPP_PACKET_HEADER)
        return;
    if (ret->protocol == PPP_LCP)
        read_lcp(data + PPP_PACKET_HEADER, length - PPP_PACKET_HEADER, ret);
    if (ret->protocol == PPP_CCP && ret->act == PPP_ACT_NAK)
        ret->rejects_mppe = find_option(data + PPP_PACKET_HEADER, length - PPP_PACKET_HEADER,
                                        CCP_OPTION_MPPE, 0) != NULL;
    if (ret->protocol == PPP_CHAP && ret->code == CHAP_FAILURE)
        read_chap_failure(data + PPP_PACKET_HEADER, length - PPP_PACKET_HEADER, ret);
}

const char *ppp_stage_name(enum ppp_stage stage)
{
    switch (stage) {
    case PPP_STAGE_NONE:
        return "none";
    case PPP_STAGE_LCP:
        return "LCP";
    case PPP_STAGE_AUTHENTICATION:
        return "authentication";
    case PPP_STAGE_NETWORK:
        return "network";
    case PPP_STAGE_OPEN:
        return "open";
    case PPP_STAGE_ENCRYPTED:
        return "encrypted";
    }
    return "none";
}

const char *ppp_frame_name(const struct ppp_frame *frame)
{
    const struct meaning *meaning = find_meaning(frame->protocol, frame->code);

    return meaning != NULL ? meaning->name : "PPP";
}

const char *ppp_protocol_name(uint16_t protocol)
{
    const struct meaning *meaning = find_meaning(protocol, 0);

    return meaning != NULL ? meaning->name : "PPP";
}
