/* The value lists of RFC 2637 2 and the one way to look a value up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "names.h"

#include <stddef.h>
#include <string.h>

#include "digits.h"

const char *name_of(const struct name_entry *list, uint32_t value, const char *otherwise)
{
    for (; list != NULL && list->text != NULL; list++) {
        if (list->value == value)
            return list->text;
    }
    return otherwise;
}

#define WORDS 8 /* of an IPv6 address */

static unsigned word_of(const struct net_address *address, unsigned i)
{
    return (unsigned)address->octets[2 * i] << 8 | address->octets[2 * i + 1];
}

/* The longest run of words that are 0, at least two of them, the first of several (RFC 5952 4.2).
 */
static unsigned find_zeros(const struct net_address *address, unsigned *ret_length)
{
    unsigned first = WORDS, length = 1;
    for (unsigned i = 0; i < WORDS; i++) {
        unsigned end = i;
        while (end < WORDS && word_of(address, end) == 0)
            end++;
        if (end - i > length) {
            first = i;
            length = end - i;
        }
    }
    *ret_length = length;
    return first;
}

#define IPV4_SIZE (sizeof "255.255.255.255" - 1)

const char *names_address(const struct net_address *address, char text[NAMES_ADDRESS_SIZE])
{
    const uint8_t *o = address->octets;
    if (address->length != 16) {
        char *at = text + IPV4_SIZE;
        *at = '\0';
        for (int i = 3; i >= 0; i--) {
            at = digits_before(at, o[i]);
            if (i > 0)
                *--at = '.';
        }
        return memmove(text, at, (size_t)(text + IPV4_SIZE + 1 - at));
    }
    unsigned length, zeros = find_zeros(address, &length), used = 0;
    for (unsigned i = 0; i < WORDS; i++) {
        bool skip = i >= zeros && i < zeros + length;
        if (skip && i > zeros)
            continue;
        bool colon = i > 0 && i != zeros + length;
        used += (unsigned)g_snprintf(text + used, NAMES_ADDRESS_SIZE - used,
                                     skip    ? "::"
                                     : colon ? ":%x"
                                             : "%x",
                                     word_of(address, i));
    }
    return text;
}

/* RFC 2637 1.4 */
const struct name_entry names_message_type[] = {
    {1, "Control Message"},
    {2, "Management Message"},
    {0, NULL},
};

/* RFC 2637 2 */
const struct name_entry names_control_type[] = {
    {1, "Start-Control-Connection-Request"},
    {2, "Start-Control-Connection-Reply"},
    {3, "Stop-Control-Connection-Request"},
    {4, "Stop-Control-Connection-Reply"},
    {5, "Echo-Request"},
    {6, "Echo-Reply"},
    {7, "Outgoing-Call-Request"},
    {8, "Outgoing-Call-Reply"},
    {9, "Incoming-Call-Request"},
    {10, "Incoming-Call-Reply"},
    {11, "Incoming-Call-Connected"},
    {12, "Call-Clear-Request"},
    {13, "Call-Disconnect-Notify"},
    {14, "WAN-Error-Notify"},
    {15, "Set-Link-Info"},
    {0, NULL},
};

/* RFC 2637 2.2 */
const struct name_entry names_control_result[] = {
    {1, "Successful channel establishment"}, {2, "General error"},
    {3, "Command channel already exists"},   {4, "Requester not authorized"},
    {5, "Protocol version not supported"},   {0, NULL},
};

/* RFC 2637 2.16 */
const struct name_entry names_error[] = {
    {0, "None"},        {1, "Not-Connected"}, {2, "Bad-Format"}, {3, "Bad-Value"},
    {4, "No-Resource"}, {5, "Bad-Call ID"},   {6, "PAC-Error"},  {0, NULL},
};

/* RFC 2637 2.1 (capabilities), 2.7 and 2.11 (type) */
const struct name_entry names_framing[] = {
    {1, "Asynchronous Framing supported"},
    {2, "Synchronous Framing supported"},
    {3, "Either Framing supported"},
    {0, NULL},
};

const struct name_entry names_framing_bits[] = {
    {1, "Asynchronous Framing supported"},
    {2, "Synchronous Framing supported"},
    {0, NULL},
};

/* RFC 2637 2.1 (capabilities), 2.7 and 2.9 (type) */
const struct name_entry names_bearer[] = {
    {1, "Analog access supported"},
    {2, "Digital access supported"},
    {3, "Either access supported"},
    {0, NULL},
};

const struct name_entry names_bearer_bits[] = {
    {1, "Analog access supported"},
    {2, "Digital access supported"},
    {0, NULL},
};

/* RFC 2637 2.3 */
const struct name_entry names_reason[] = {
    {1, "None"},
    {2, "Stop-Protocol"},
    {3, "Stop-Local-Shutdown"},
    {0, NULL},
};

/* RFC 2637 2.4 */
const struct name_entry names_stop_result[] = {
    {1, "OK"},
    {2, "General error"},
    {0, NULL},
};

/* RFC 2637 2.6 */
const struct name_entry names_echo_result[] = {
    {1, "OK"},
    {2, "General error"},
    {0, NULL},
};

/* RFC 2637 2.8 */
const struct name_entry names_out_result[] = {
    {1, "Connected"},    {2, "General Error"}, {3, "No Carrier"},    {4, "Busy"},
    {5, "No Dial Tone"}, {6, "Time-out"},      {7, "Do Not Accept"}, {0, NULL},
};

/* RFC 2637 2.10 */
const struct name_entry names_in_result[] = {
    {1, "Connect"},
    {2, "General error"},
    {3, "Do Not Accept"},
    {0, NULL},
};

/* RFC 2637 2.13; Windows sends 0, which has no name ([MS-PTPT] 3.2.5.5) */
const struct name_entry names_disc_result[] = {
    {1, "Lost Carrier"}, {2, "General Error"}, {3, "Admin Shutdown"}, {4, "Request"}, {0, NULL},
};
