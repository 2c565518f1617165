/* Data: names of numbers, and the Vendor IDs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ike_names.h"

#include <glib.h>
#include <string.h>

#include "core/base/names.h"
#include "ike_wire.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct name_entry exchanges[] = {
    {IKE_V1_BASE, "base"},
    {IKE_V1_MAIN, "main"},
    {IKE_V1_AUTHENTICATION_ONLY, "authentication-only"},
    {IKE_V1_AGGRESSIVE, "aggressive"},
    {IKE_V1_INFORMATIONAL, "informational-v1"},
    {IKE_V1_TRANSACTION, "transaction"},
    {IKE_V1_QUICK, "quick"},
    {IKE_V1_NEW_GROUP, "new-group"},
    {IKE_V2_INIT, "IKE_SA_INIT"},
    {IKE_V2_AUTH, "IKE_AUTH"},
    {IKE_V2_CREATE_CHILD, "CREATE_CHILD_SA"},
    {IKE_V2_INFORMATIONAL, "INFORMATIONAL"},
    {IKE_V2_SESSION_RESUME, "IKE_SESSION_RESUME"},
    {IKE_V2_INTERMEDIATE, "IKE_INTERMEDIATE"},
    {IKE_V2_FOLLOWUP_KE, "IKE_FOLLOWUP_KE"},
    {0, NULL},
};

static const struct name_entry notifies_v1[] = {
    {1, "INVALID-PAYLOAD-TYPE"},
    {2, "DOI-NOT-SUPPORTED"},
    {3, "SITUATION-NOT-SUPPORTED"},
    {4, "INVALID-COOKIE"},
    {5, "INVALID-MAJOR-VERSION"},
    {6, "INVALID-MINOR-VERSION"},
    {7, "INVALID-EXCHANGE-TYPE"},
    {8, "INVALID-FLAGS"},
    {9, "INVALID-MESSAGE-ID"},
    {10, "INVALID-PROTOCOL-ID"},
    {11, "INVALID-SPI"},
    {12, "INVALID-TRANSFORM-ID"},
    {13, "ATTRIBUTES-NOT-SUPPORTED"},
    {14, "NO-PROPOSAL-CHOSEN"},
    {15, "BAD-PROPOSAL-SYNTAX"},
    {16, "PAYLOAD-MALFORMED"},
    {17, "INVALID-KEY-INFORMATION"},
    {18, "INVALID-ID-INFORMATION"},
    {19, "INVALID-CERT-ENCODING"},
    {20, "INVALID-CERTIFICATE"},
    {21, "CERT-TYPE-UNSUPPORTED"},
    {22, "INVALID-CERT-AUTHORITY"},
    {23, "INVALID-HASH-INFORMATION"},
    {24, "AUTHENTICATION-FAILED"},
    {25, "INVALID-SIGNATURE"},
    {26, "ADDRESS-NOTIFICATION"},
    {27, "NOTIFY-SA-LIFETIME"},
    {28, "CERTIFICATE-UNAVAILABLE"},
    {29, "UNSUPPORTED-EXCHANGE-TYPE"},
    {30, "UNEQUAL-PAYLOAD-LENGTHS"},
    {24576, "RESPONDER-LIFETIME"},
    {24577, "REPLAY-STATUS"},
    {24578, "INITIAL-CONTACT"},
    {36136, "R-U-THERE"},
    {36137, "R-U-THERE-ACK"},
    {0, NULL},
};

static const struct name_entry notifies_v2[] = {
    {1, "UNSUPPORTED_CRITICAL_PAYLOAD"},
    {4, "INVALID_IKE_SPI"},
    {5, "INVALID_MAJOR_VERSION"},
    {7, "INVALID_SYNTAX"},
    {9, "INVALID_MESSAGE_ID"},
    {11, "INVALID_SPI"},
    {14, "NO_PROPOSAL_CHOSEN"},
    {IKE_NOTIFY_INVALID_KE, "INVALID_KE_PAYLOAD"},
    {24, "AUTHENTICATION_FAILED"},
    {34, "SINGLE_PAIR_REQUIRED"},
    {35, "NO_ADDITIONAL_SAS"},
    {36, "INTERNAL_ADDRESS_FAILURE"},
    {37, "FAILED_CP_REQUIRED"},
    {38, "TS_UNACCEPTABLE"},
    {39, "INVALID_SELECTORS"},
    {43, "TEMPORARY_FAILURE"},
    {44, "CHILD_SA_NOT_FOUND"},
    {IKE_NOTIFY_NATD_SOURCE, "NAT_DETECTION_SOURCE_IP"},
    {IKE_NOTIFY_NATD_DESTINATION, "NAT_DETECTION_DESTINATION_IP"},
    {IKE_NOTIFY_COOKIE, "COOKIE"},
    {16404, "MULTIPLE_AUTH_SUPPORTED"},
    {16406, "REDIRECT_SUPPORTED"},
    {16407, "REDIRECT"},
    {16418, "CHILDLESS_IKEV2_SUPPORTED"},
    {16430, "IKEV2_FRAGMENTATION_SUPPORTED"},
    {16431, "SIGNATURE_HASH_ALGORITHMS"},
    {0, NULL},
};

static const struct name_entry hashes[] = {
    {1, "MD5"},      {2, "SHA-1"},    {3, "Tiger"}, {4, "SHA2-256"},
    {5, "SHA2-384"}, {6, "SHA2-512"}, {0, NULL},
};

/* Each is the MD5 sum of its text (a test computes them). */
static const struct ike_vendor vendors[] = {
    /* clang-format off */
    {"RFC 3947", "RFC 3947",
     {0x4A, 0x13, 0x1C, 0x81, 0x07, 0x03, 0x58, 0x45,
      0x5C, 0x57, 0x28, 0xF2, 0x0E, 0x95, 0x45, 0x2F}, true},
    {"draft-ietf-ipsec-nat-t-ike-00", "draft-00",
     {0x44, 0x85, 0x15, 0x2D, 0x18, 0xB6, 0xBB, 0xCD,
      0x0B, 0xE8, 0xA8, 0x46, 0x95, 0x79, 0xDD, 0xCC}, true},
    {"draft-ietf-ipsec-nat-t-ike-01", "draft-01",
     {0x16, 0xF6, 0xCA, 0x16, 0xE4, 0xA4, 0x06, 0x6D,
      0x83, 0x82, 0x1A, 0x0F, 0x0A, 0xEA, 0xA8, 0x62}, true},
    {"draft-ietf-ipsec-nat-t-ike-02", "draft-02",
     {0xCD, 0x60, 0x46, 0x43, 0x35, 0xDF, 0x21, 0xF8,
      0x7C, 0xFD, 0xB2, 0xFC, 0x68, 0xB6, 0xA4, 0x48}, true},
    {"draft-ietf-ipsec-nat-t-ike-02\n", "draft-02\\n",
     {0x90, 0xCB, 0x80, 0x91, 0x3E, 0xBB, 0x69, 0x6E,
      0x08, 0x63, 0x81, 0xB5, 0xEC, 0x42, 0x7B, 0x1F}, true},
    {"draft-ietf-ipsec-nat-t-ike-03", "draft-03",
     {0x7D, 0x94, 0x19, 0xA6, 0x53, 0x10, 0xCA, 0x6F,
      0x2C, 0x17, 0x9D, 0x92, 0x15, 0x52, 0x9D, 0x56}, true},
    {"draft-ietf-ipsec-nat-t-ike-04", "draft-04",
     {0x99, 0x09, 0xB6, 0x4E, 0xED, 0x93, 0x7C, 0x65,
      0x73, 0xDE, 0x52, 0xAC, 0xE9, 0x52, 0xFA, 0x6B}, true},
    {"draft-ietf-ipsec-nat-t-ike-05", "draft-05",
     {0x80, 0xD0, 0xBB, 0x3D, 0xEF, 0x54, 0x56, 0x5E,
      0xE8, 0x46, 0x45, 0xD4, 0xC8, 0x5C, 0xE3, 0xEE}, true},
    {"draft-ietf-ipsec-nat-t-ike-06", "draft-06",
     {0x4D, 0x1E, 0x0E, 0x13, 0x6D, 0xEA, 0xFA, 0x34,
      0xC4, 0xF3, 0xEA, 0x9F, 0x02, 0xEC, 0x72, 0x85}, true},
    {"draft-ietf-ipsec-nat-t-ike-07", "draft-07",
     {0x43, 0x9B, 0x59, 0xF8, 0xBA, 0x67, 0x6C, 0x4C,
      0x77, 0x37, 0xAE, 0x22, 0xEA, 0xB8, 0xF5, 0x82}, true},
    {"draft-ietf-ipsec-nat-t-ike-08", "draft-08",
     {0x8F, 0x8D, 0x83, 0x82, 0x6D, 0x24, 0x6B, 0x6F,
      0xC7, 0xA8, 0xA6, 0xA4, 0x28, 0xC1, 0x1D, 0xE8}, true},
    {"draft-ietf-ipsec-nat-t-ike-09", "draft-09",
     {0x42, 0xEA, 0x5B, 0x6F, 0x89, 0x8D, 0x97, 0x73,
      0xA5, 0x75, 0xDF, 0x26, 0xE7, 0xDD, 0x19, 0xE1}, true},
    {"MS NT5 ISAKMPOAKLEY", "MS NT5 ISAKMPOAKLEY",
     {0x1E, 0x2B, 0x51, 0x69, 0x05, 0x99, 0x1C, 0x7D,
      0x7C, 0x96, 0xFC, 0xBF, 0xB5, 0x87, 0xE4, 0x61}, false},
    {"FRAGMENTATION", "FRAGMENTATION",
     {0x40, 0x48, 0xB7, 0xD5, 0x6E, 0xBC, 0xE8, 0x85,
      0x25, 0xE7, 0xDE, 0x7F, 0x00, 0xD6, 0xC2, 0xD3}, false},
    {"MS-Negotiation Discovery Capable", "MS-Negotiation Discovery Capable",
     {0xFB, 0x1D, 0xE3, 0xCD, 0xF3, 0x41, 0xB7, 0xEA,
      0x16, 0xB7, 0xE5, 0xBE, 0x08, 0x55, 0xF1, 0x20}, false},
    {"Vid-Initial-Contact", "Vid-Initial-Contact",
     {0x26, 0x24, 0x4D, 0x38, 0xED, 0xDB, 0x61, 0xB3,
      0x17, 0x2A, 0x36, 0xE3, 0xD0, 0xCF, 0xB8, 0x19}, false},
    {"IKE CGA version 1", "IKE CGA version 1",
     {0xE3, 0xA5, 0x96, 0x6A, 0x76, 0x37, 0x9F, 0xE7,
      0x07, 0x22, 0x82, 0x31, 0xE5, 0xCE, 0x86, 0x52}, false},
    /* clang-format on */
};

static const struct name_entry payloads[] = {
    {1, "SA"},         {4, "KE"},       {5, "ID"},         {6, "CERT"},
    {7, "CERTREQ"},    {8, "HASH"},     {9, "SIG"},        {10, "Nonce"},
    {11, "Notify"},    {12, "Delete"},  {13, "Vendor ID"}, {20, "NAT-D"},
    {21, "NAT-OA"},    {33, "SA"},      {34, "KE"},        {35, "IDi"},
    {36, "IDr"},       {37, "CERT"},    {38, "CERTREQ"},   {39, "AUTH"},
    {40, "Nonce"},     {41, "Notify"},  {42, "Delete"},    {43, "Vendor ID"},
    {46, "Encrypted"}, {47, "CP"},      {48, "EAP"},       {53, "Encrypted Fragment"},
    {130, "NAT-D"},    {131, "NAT-OA"}, {132, "Fragment"}, {0, NULL},
};

const char *ike_exchange_name(uint8_t exchange)
{
    return name_of(exchanges, exchange, "unknown");
}

/* IKEv1's as sentences call them; IKEv2 has names of its own. */
static const struct name_entry exchange_words[] = {
    {IKE_V1_BASE, "base mode"},
    {IKE_V1_MAIN, "main mode"},
    {IKE_V1_AUTHENTICATION_ONLY, "authentication only"},
    {IKE_V1_AGGRESSIVE, "aggressive mode"},
    {IKE_V1_INFORMATIONAL, "the informational exchange"},
    {IKE_V1_TRANSACTION, "the transaction exchange"},
    {IKE_V1_QUICK, "quick mode"},
    {IKE_V1_NEW_GROUP, "new group mode"},
    {0, NULL},
};

char *ike_message_text(uint8_t exchange, unsigned number)
{
    const char *words = name_of(exchange_words, exchange, NULL);
    if (words != NULL)
        return number > 0 ? g_strdup_printf("message %u of %s", number, words)
                          : g_strdup_printf("a message of %s", words);
    const char *name = ike_exchange_name(exchange);
    return number == 1   ? g_strdup_printf("the %s request", name)
           : number == 2 ? g_strdup_printf("the %s response", name)
                         : g_strdup_printf("a message of %s", name);
}

const char *ike_payload_name(uint8_t type)
{
    return name_of(payloads, type, "unknown");
}

const char *ike_notify_name(uint8_t major, uint16_t type)
{
    return name_of(major == 1 ? notifies_v1 : notifies_v2, type, "unknown");
}

const char *ike_hash_name(uint16_t hash)
{
    return name_of(hashes, hash, "unknown");
}

unsigned ike_vendor_count(void)
{
    return ARRAY_LENGTH(vendors);
}

const struct ike_vendor *ike_vendor(unsigned index)
{
    return &vendors[index];
}

uint32_t ike_vendor_bit(const uint8_t *data, uint32_t length)
{
    for (unsigned i = 0; length >= IKE_VENDOR_OCTETS && i < ARRAY_LENGTH(vendors); i++) {
        if (memcmp(vendors[i].octets, data, IKE_VENDOR_OCTETS) == 0)
            return 1u << i;
    }
    return 0;
}

bool ike_vendors_have_natt(uint32_t set)
{
    for (unsigned i = 0; i < ARRAY_LENGTH(vendors); i++) {
        if ((set >> i & 1) != 0 && vendors[i].natt)
            return true;
    }
    return false;
}
