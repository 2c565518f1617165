/* See evidence.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence.h"

static const struct {
    unsigned bit;
    const char *name;
} evidence_names[] = {
    {EVIDENCE_ISN, "isn"},           {EVIDENCE_SEQ, "tcp-seq"},
    {EVIDENCE_MESSAGES, "messages"}, {EVIDENCE_UNIQUE, "correlation-id"},
    {EVIDENCE_SERIAL, "serial"},     {EVIDENCE_ECHO, "echo"},
    {EVIDENCE_DATA, "gre"},          {EVIDENCE_IP_ID, "ip-id"},
    {EVIDENCE_TIME, "time"},
};

#define EVIDENCE_TEXT_SIZE 96 /* all names, a comma behind each */

const char *evidence_name(unsigned bit)
{
    for (size_t i = 0; i < G_N_ELEMENTS(evidence_names); i++) {
        if (evidence_names[i].bit == bit)
            return evidence_names[i].name;
    }
    return NULL;
}

char *evidence_text(unsigned evidence)
{
    char text[EVIDENCE_TEXT_SIZE], *end = text;
    *end = '\0';
    for (size_t i = 0; i < G_N_ELEMENTS(evidence_names); i++) {
        if (!(evidence & evidence_names[i].bit))
            continue;
        end = g_stpcpy(end, end > text ? "," : "");
        end = g_stpcpy(end, evidence_names[i].name);
    }
    return g_strdup(text);
}
