/* The tables of the PPTP control protocol: 49 field identities and where each of the 15 messages of
 * RFC 2637 2 has them. Data only; what reads it is in pptp/pptp_wire.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "pptp_wire.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Where a value goes in struct pptp_message, or nowhere. */
#define TO(name) ((uint16_t)offsetof(struct pptp_message, name))
#define SHOWN    PPTP_NO_MEMBER

/* Labels and filter names are those of Wireshark's built-in dissector. */
static const struct pptp_field fields[PPTP_FIELD_COUNT] = {
    [PPTP_F_LENGTH] = {"Length", "pptp.length", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_TYPE] = {"Message type", "pptp.type", PPTP_KIND_NAMED, names_message_type},
    [PPTP_F_COOKIE] = {"Magic Cookie", "pptp.magic_cookie", PPTP_KIND_HEX, NULL},
    [PPTP_F_CONTROL_TYPE] = {"Control Message Type", "pptp.control_message_type", PPTP_KIND_NAMED,
                             names_control_type},
    [PPTP_F_RESERVED] = {"Reserved", "pptp.reserved", PPTP_KIND_HEX, NULL},
    [PPTP_F_PROTOCOL_VERSION] = {"Protocol version", "pptp.protocol_version", PPTP_KIND_VERSION,
                                 NULL},
    [PPTP_F_CONTROL_RESULT] = {"Result Code", "pptp.control_result", PPTP_KIND_NAMED,
                               names_control_result},
    [PPTP_F_ERROR] = {"Error Code", "pptp.error", PPTP_KIND_NAMED, names_error},
    [PPTP_F_FRAMING_CAPABILITIES] = {"Framing Capabilities", "pptp.framing_capabilities",
                                     PPTP_KIND_BITS, names_framing_bits},
    [PPTP_F_BEARER_CAPABILITIES] = {"Bearer Capabilities", "pptp.bearer_capabilities",
                                    PPTP_KIND_BITS, names_bearer_bits},
    [PPTP_F_MAXIMUM_CHANNELS] = {"Maximum Channels", "pptp.maximum_channels", PPTP_KIND_DECIMAL,
                                 NULL},
    [PPTP_F_FIRMWARE_REVISION] = {"Firmware Revision", "pptp.firmware_revision", PPTP_KIND_DECIMAL,
                                  NULL},
    [PPTP_F_HOST_NAME] = {"Host Name", "pptp.host_name", PPTP_KIND_TEXT, NULL},
    [PPTP_F_VENDOR_NAME] = {"Vendor Name", "pptp.vendor_name", PPTP_KIND_TEXT, NULL},
    [PPTP_F_REASON] = {"Reason", "pptp.reason", PPTP_KIND_NAMED, names_reason},
    [PPTP_F_STOP_RESULT] = {"Result Code", "pptp.stop_result", PPTP_KIND_NAMED, names_stop_result},
    [PPTP_F_IDENTIFIER] = {"Identifier", "pptp.identifier", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_ECHO_RESULT] = {"Result Code", "pptp.echo_result", PPTP_KIND_NAMED, names_echo_result},
    [PPTP_F_CALL_ID] = {"Call ID", "pptp.call_id", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_PEER_CALL_ID] = {"Peer Call ID", "pptp.peer_call_id", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_CALL_SERIAL_NUMBER] = {"Call Serial Number", "pptp.call_serial_number",
                                   PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_MINIMUM_BPS] = {"Minimum BPS", "pptp.minimum_bps", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_MAXIMUM_BPS] = {"Maximum BPS", "pptp.maximum_bps", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_BEARER_TYPE] = {"Bearer Type", "pptp.bearer_type", PPTP_KIND_NAMED, names_bearer},
    [PPTP_F_FRAMING_TYPE] = {"Framing Type", "pptp.framing_type", PPTP_KIND_NAMED, names_framing},
    [PPTP_F_WINDOW] = {"Packet Receive Window Size", "pptp.packet_receive_window_size",
                       PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_PROCESSING_DELAY] = {"Packet Processing Delay", "pptp.packet_processing_delay",
                                 PPTP_KIND_TENTHS, NULL},
    [PPTP_F_PHONE_NUMBER_LENGTH] = {"Phone Number Length", "pptp.phone_number_length",
                                    PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_PHONE_NUMBER] = {"Phone Number", "pptp.phone_number", PPTP_KIND_TEXT, NULL},
    [PPTP_F_SUBADDRESS] = {"Subaddress", "pptp.subaddress", PPTP_KIND_TEXT, NULL},
    [PPTP_F_OUT_RESULT] = {"Result Code", "pptp.out_result", PPTP_KIND_NAMED, names_out_result},
    [PPTP_F_CAUSE] = {"Cause Code", "pptp.cause", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_CONNECT_SPEED] = {"Connect Speed", "pptp.connect_speed", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_PHYSICAL_CHANNEL_ID] = {"Physical Channel ID", "pptp.physical_channel_id",
                                    PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_DIALED_NUMBER_LENGTH] = {"Dialed Number Length", "pptp.dialed_number_length",
                                     PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_DIALING_NUMBER_LENGTH] = {"Dialing Number Length", "pptp.dialing_number_length",
                                      PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_DIALED_NUMBER] = {"Dialed Number", "pptp.dialed_number", PPTP_KIND_TEXT, NULL},
    [PPTP_F_DIALING_NUMBER] = {"Dialing Number", "pptp.dialing_number", PPTP_KIND_TEXT, NULL},
    [PPTP_F_IN_RESULT] = {"Result Code", "pptp.in_result", PPTP_KIND_NAMED, names_in_result},
    [PPTP_F_DISC_RESULT] = {"Result Code", "pptp.disc_result", PPTP_KIND_NAMED, names_disc_result},
    [PPTP_F_CALL_STATISTICS] = {"Call Statistics", "pptp.call_Statistics", PPTP_KIND_TEXT, NULL},
    [PPTP_F_CRC_ERRORS] = {"CRC Errors", "pptp.crc_errors", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_FRAMING_ERRORS] = {"Framing Errors", "pptp.framing_errors", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_HARDWARE_OVERRUNS] = {"Hardware overruns", "pptp.hardware_overruns", PPTP_KIND_DECIMAL,
                                  NULL},
    [PPTP_F_BUFFER_OVERRUNS] = {"Buffer overruns", "pptp.buffer_overruns", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_TIMEOUT_ERRORS] = {"Time-out Errors", "pptp.timeout_errors", PPTP_KIND_DECIMAL, NULL},
    [PPTP_F_ALIGNMENT_ERRORS] = {"Alignment Errors", "pptp.alignment_errors", PPTP_KIND_DECIMAL,
                                 NULL},
    [PPTP_F_SEND_ACCM] = {"Send ACCM", "pptp.send_accm", PPTP_KIND_HEX, NULL},
    [PPTP_F_RECEIVE_ACCM] = {"Receive ACCM", "pptp.receive_accm", PPTP_KIND_HEX, NULL},
};

/* clang-format off */

/* RFC 2637 1.4 and 2: the header that all messages share. */
const struct pptp_cell pptp_header_cells[5] = {
    {PPTP_F_LENGTH, 0, 2, PPTP_OWNER_NONE, TO(length)},
    {PPTP_F_TYPE, 2, 2, PPTP_OWNER_NONE, TO(type)},
    {PPTP_F_COOKIE, 4, 4, PPTP_OWNER_NONE, TO(cookie)},
    {PPTP_F_CONTROL_TYPE, 8, 2, PPTP_OWNER_NONE, TO(control_type)},
    {PPTP_F_RESERVED, 10, 2, PPTP_OWNER_NONE, TO(reserved0)},
};

static const struct pptp_cell sccrq_cells[] = {
    {PPTP_F_PROTOCOL_VERSION, 12, 2, PPTP_OWNER_NONE, TO(protocol_version)},
    {PPTP_F_RESERVED, 14, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_FRAMING_CAPABILITIES, 16, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_BEARER_CAPABILITIES, 20, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_MAXIMUM_CHANNELS, 24, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_FIRMWARE_REVISION, 26, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_HOST_NAME, 28, 64, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_VENDOR_NAME, 92, 64, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell sccrp_cells[] = {
    {PPTP_F_PROTOCOL_VERSION, 12, 2, PPTP_OWNER_NONE, TO(protocol_version)},
    {PPTP_F_CONTROL_RESULT, 14, 1, PPTP_OWNER_NONE, TO(result)},
    {PPTP_F_ERROR, 15, 1, PPTP_OWNER_NONE, TO(error)},
    {PPTP_F_FRAMING_CAPABILITIES, 16, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_BEARER_CAPABILITIES, 20, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_MAXIMUM_CHANNELS, 24, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_FIRMWARE_REVISION, 26, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_HOST_NAME, 28, 64, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_VENDOR_NAME, 92, 64, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell stopccrq_cells[] = {
    {PPTP_F_REASON, 12, 1, PPTP_OWNER_NONE, TO(reason)},
    {PPTP_F_RESERVED, 13, 1, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_RESERVED, 14, 2, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell stopccrp_cells[] = {
    {PPTP_F_STOP_RESULT, 12, 1, PPTP_OWNER_NONE, TO(result)},
    {PPTP_F_ERROR, 13, 1, PPTP_OWNER_NONE, TO(error)},
    {PPTP_F_RESERVED, 14, 2, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell echo_request_cells[] = {
    {PPTP_F_IDENTIFIER, 12, 4, PPTP_OWNER_NONE, TO(identifier)},
};

static const struct pptp_cell echo_reply_cells[] = {
    {PPTP_F_IDENTIFIER, 12, 4, PPTP_OWNER_NONE, TO(identifier)},
    {PPTP_F_ECHO_RESULT, 16, 1, PPTP_OWNER_NONE, TO(result)},
    {PPTP_F_ERROR, 17, 1, PPTP_OWNER_NONE, TO(error)},
    {PPTP_F_RESERVED, 18, 2, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell ocrq_cells[] = {
    {PPTP_F_CALL_ID, 12, 2, PPTP_OWNER_PNS, TO(call_id)},
    {PPTP_F_CALL_SERIAL_NUMBER, 14, 2, PPTP_OWNER_NONE, TO(call_serial_number)},
    {PPTP_F_MINIMUM_BPS, 16, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_MAXIMUM_BPS, 20, 4, PPTP_OWNER_NONE, TO(maximum_bps)},
    {PPTP_F_BEARER_TYPE, 24, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_FRAMING_TYPE, 28, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_WINDOW, 32, 2, PPTP_OWNER_NONE, TO(window)},
    {PPTP_F_PROCESSING_DELAY, 34, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_PHONE_NUMBER_LENGTH, 36, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_RESERVED, 38, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_PHONE_NUMBER, 40, 64, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_SUBADDRESS, 104, 64, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell ocrp_cells[] = {
    {PPTP_F_CALL_ID, 12, 2, PPTP_OWNER_PAC, TO(call_id)},
    {PPTP_F_PEER_CALL_ID, 14, 2, PPTP_OWNER_PNS, TO(peer_call_id)},
    {PPTP_F_OUT_RESULT, 16, 1, PPTP_OWNER_NONE, TO(result)},
    {PPTP_F_ERROR, 17, 1, PPTP_OWNER_NONE, TO(error)},
    {PPTP_F_CAUSE, 18, 2, PPTP_OWNER_NONE, TO(cause)},
    {PPTP_F_CONNECT_SPEED, 20, 4, PPTP_OWNER_NONE, TO(connect_speed)},
    {PPTP_F_WINDOW, 24, 2, PPTP_OWNER_NONE, TO(window)},
    {PPTP_F_PROCESSING_DELAY, 26, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_PHYSICAL_CHANNEL_ID, 28, 4, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell icrq_cells[] = {
    {PPTP_F_CALL_ID, 12, 2, PPTP_OWNER_PAC, TO(call_id)},
    {PPTP_F_CALL_SERIAL_NUMBER, 14, 2, PPTP_OWNER_NONE, TO(call_serial_number)},
    {PPTP_F_BEARER_TYPE, 16, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_PHYSICAL_CHANNEL_ID, 20, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_DIALED_NUMBER_LENGTH, 24, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_DIALING_NUMBER_LENGTH, 26, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_DIALED_NUMBER, 28, 64, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_DIALING_NUMBER, 92, 64, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_SUBADDRESS, 156, 64, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell icrp_cells[] = {
    {PPTP_F_CALL_ID, 12, 2, PPTP_OWNER_PNS, TO(call_id)},
    {PPTP_F_PEER_CALL_ID, 14, 2, PPTP_OWNER_PAC, TO(peer_call_id)},
    {PPTP_F_IN_RESULT, 16, 1, PPTP_OWNER_NONE, TO(result)},
    {PPTP_F_ERROR, 17, 1, PPTP_OWNER_NONE, TO(error)},
    {PPTP_F_WINDOW, 18, 2, PPTP_OWNER_NONE, TO(window)},
    {PPTP_F_PROCESSING_DELAY, 20, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_RESERVED, 22, 2, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell iccn_cells[] = {
    {PPTP_F_PEER_CALL_ID, 12, 2, PPTP_OWNER_PNS, TO(peer_call_id)},
    {PPTP_F_RESERVED, 14, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_CONNECT_SPEED, 16, 4, PPTP_OWNER_NONE, TO(connect_speed)},
    {PPTP_F_WINDOW, 20, 2, PPTP_OWNER_NONE, TO(window)},
    {PPTP_F_PROCESSING_DELAY, 22, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_FRAMING_TYPE, 24, 4, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell ccrq_cells[] = {
    {PPTP_F_CALL_ID, 12, 2, PPTP_OWNER_PNS, TO(call_id)},
    {PPTP_F_RESERVED, 14, 2, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell cdn_cells[] = {
    {PPTP_F_CALL_ID, 12, 2, PPTP_OWNER_PAC, TO(call_id)},
    {PPTP_F_DISC_RESULT, 14, 1, PPTP_OWNER_NONE, TO(result)},
    {PPTP_F_ERROR, 15, 1, PPTP_OWNER_NONE, TO(error)},
    {PPTP_F_CAUSE, 16, 2, PPTP_OWNER_NONE, TO(cause)},
    {PPTP_F_RESERVED, 18, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_CALL_STATISTICS, 20, 128, PPTP_OWNER_NONE, SHOWN},
};

static const struct pptp_cell wen_cells[] = {
    {PPTP_F_PEER_CALL_ID, 12, 2, PPTP_OWNER_PNS, TO(peer_call_id)},
    {PPTP_F_RESERVED, 14, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_CRC_ERRORS, 16, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_FRAMING_ERRORS, 20, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_HARDWARE_OVERRUNS, 24, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_BUFFER_OVERRUNS, 28, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_TIMEOUT_ERRORS, 32, 4, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_ALIGNMENT_ERRORS, 36, 4, PPTP_OWNER_NONE, SHOWN},
};

/* The owner is that of RFC 2637 2.15 (PNS to PAC). A Windows server sends it the other way round
 * with the PNS's id; that is for the reader of the direction to know. */
static const struct pptp_cell sli_cells[] = {
    {PPTP_F_PEER_CALL_ID, 12, 2, PPTP_OWNER_PAC, TO(peer_call_id)},
    {PPTP_F_RESERVED, 14, 2, PPTP_OWNER_NONE, SHOWN},
    {PPTP_F_SEND_ACCM, 16, 4, PPTP_OWNER_NONE, TO(send_accm)},
    {PPTP_F_RECEIVE_ACCM, 20, 4, PPTP_OWNER_NONE, TO(receive_accm)},
};

#define CELLS(array) (uint8_t)ARRAY_LENGTH(array), array

static const struct pptp_layout layouts[PPTP_MESSAGE_TYPES] = {
    {"Start-Control-Connection-Request", "SCCRQ", "RFC 2637 2.1", 156, CELLS(sccrq_cells)},
    {"Start-Control-Connection-Reply", "SCCRP", "RFC 2637 2.2", 156, CELLS(sccrp_cells)},
    {"Stop-Control-Connection-Request", "StopCCRQ", "RFC 2637 2.3", 16, CELLS(stopccrq_cells)},
    {"Stop-Control-Connection-Reply", "StopCCRP", "RFC 2637 2.4", 16, CELLS(stopccrp_cells)},
    {"Echo-Request", "Echo-Request", "RFC 2637 2.5", 16, CELLS(echo_request_cells)},
    {"Echo-Reply", "Echo-Reply", "RFC 2637 2.6", 20, CELLS(echo_reply_cells)},
    {"Outgoing-Call-Request", "OCRQ", "RFC 2637 2.7", 168, CELLS(ocrq_cells)},
    {"Outgoing-Call-Reply", "OCRP", "RFC 2637 2.8", 32, CELLS(ocrp_cells)},
    {"Incoming-Call-Request", "ICRQ", "RFC 2637 2.9", 220, CELLS(icrq_cells)},
    {"Incoming-Call-Reply", "ICRP", "RFC 2637 2.10", 24, CELLS(icrp_cells)},
    {"Incoming-Call-Connected", "ICCN", "RFC 2637 2.11", 28, CELLS(iccn_cells)},
    {"Call-Clear-Request", "CCRQ", "RFC 2637 2.12", 16, CELLS(ccrq_cells)},
    {"Call-Disconnect-Notify", "CDN", "RFC 2637 2.13", 148, CELLS(cdn_cells)},
    {"WAN-Error-Notify", "WEN", "RFC 2637 2.14", 40, CELLS(wen_cells)},
    {"Set-Link-Info", "SLI", "RFC 2637 2.15", 24, CELLS(sli_cells)},
};

/* clang-format on */

const struct pptp_field *pptp_field(enum pptp_field_id id)
{
    return &fields[id];
}

const struct pptp_layout *pptp_layout(unsigned type)
{
    return type >= 1 && type <= PPTP_MESSAGE_TYPES ? &layouts[type - 1] : NULL;
}
