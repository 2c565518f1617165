/* The value lists of RFC 2637 2 and the one way to look a value up.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "names.h"

#include <stddef.h>

const char *name_of(const struct name_entry *list, uint32_t value, const char *otherwise)
{
    for (; list != NULL && list->text != NULL; list++) {
        if (list->value == value)
            return list->text;
    }
    return otherwise;
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
