/* A protocol made up for the linker and the outcome: its messages have a type and a number, its
 * packets a number. Two clerks agree by REQUEST and REPLY which number the packets of each carry.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEST_TELEX_H
#define PPTPNAT_TEST_TELEX_H

#include "core/link/supplier.h"
#include "core/outcome/part.h"

enum { REQUEST = 1, REPLY };
enum { CLIENT, SERVER };

struct telex_message {
    struct message;
    uint16_t number; /* that its sender chose */
};

/* One point, with one connection and its session. */
struct office {
    struct connection connection;
    struct session session;
    struct flow *right; /* packets to the server that carry the right number */
    struct flow *wrong; /* and another one */
};

struct telex {
    struct facts;
    GPtrArray *messages; /* struct telex_message *, in order of capture */
    GPtrArray *strays;   /* struct session *: of packets that nobody agreed on */
    struct office office[2];
    struct linker *linker;
    struct finding_log *log;
};

/* Which finding is whose, only the protocol knows; it borrows them from another one. */
#define TELEX_WRONG_NUMBER FINDING_PAYLOAD_ALTERED
#define TELEX_LOST         FINDING_GRE_LOSS

extern const struct supplier telex_supplier;
extern const struct outcome_part telex_part; /* its share of the verdict: the linker's own links */

#endif
