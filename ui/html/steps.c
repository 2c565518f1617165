/* How far a call came. The control messages are looked for at every point, since one may have begun
 * to capture too late; the stages of PPP are those of the call that came furthest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "steps.h"

#include <string.h>

static bool has(const GArray *messages, const char *title, enum sender from)
{
    for (guint i = 0; i < messages->len; i++) {
        const struct message *message = &g_array_index(messages, struct message, i);
        if ((from == SENDER_UNKNOWN || message->from == from) && strcmp(message->title, title) == 0)
            return true;
    }
    return false;
}

static bool call_has(const struct path *path, const char *title, enum sender from)
{
    for (unsigned i = 0; i < path->count; i++) {
        if (path->call[i] != NULL && has(path->call[i]->messages, title, from))
            return true;
    }
    return false;
}

/* What the control connection shows, by any point. */
enum sign { STARTED, START_ANSWERED, ECHOED, CLOSED };

static bool shows(const struct connection *connection, enum sign sign)
{
    switch (sign) {
    case STARTED:
        return connection->started[0];
    case START_ANSWERED:
        return connection->started[1];
    case ECHOED:
        return connection->echo[0].count != 0 && connection->echo[1].count != 0;
    case CLOSED:
        return strcmp(connection->state, "closed") == 0;
    }
    return false;
}

static bool connection_has(const struct path *path, enum sign sign)
{
    for (unsigned i = 0; i < path->count; i++) {
        const struct call *call = path->call[i];
        if (call != NULL && call->connection != NULL && shows(call->connection, sign))
            return true;
    }
    return false;
}

/* The highest stage of PPP that any point saw, as a place in this list. */
static int stage_of(const struct path *path)
{
    static const char *const names[] = {"LCP", "authentication", "network", "open", "encrypted"};
    int highest = 0;
    for (unsigned i = 0; i < path->count; i++) {
        for (int s = 0; path->call[i] != NULL && s < (int)G_N_ELEMENTS(names); s++) {
            if (g_ascii_strcasecmp(path->call[i]->stage, names[s]) == 0)
                highest = MAX(highest, s + 1);
        }
    }
    return highest;
}

void steps_of(const struct path *path, struct step steps[STEPS_COUNT])
{
    int stage = stage_of(path);
    bool requested = call_has(path, "Outgoing-Call-Request", SENDER_UNKNOWN) ||
                     call_has(path, "Incoming-Call-Request", SENDER_UNKNOWN);
    bool replied = call_has(path, "Outgoing-Call-Reply", SENDER_UNKNOWN) ||
                   call_has(path, "Incoming-Call-Reply", SENDER_UNKNOWN);
    bool cleared = call_has(path, "Call-Clear-Request", SENDER_UNKNOWN);
    bool disconnected = call_has(path, "Call-Disconnect-Notify", SENDER_UNKNOWN);
    const char *unseen = "not seen", *ahead = "not reached";
    const struct step all[STEPS_COUNT] = {
        {"Creation", "Start request", unseen, connection_has(path, STARTED), true},
        {NULL, "Start reply", unseen, connection_has(path, START_ANSWERED), true},
        {NULL, "Call request", unseen, requested, true},
        {NULL, "Call reply", unseen, replied, true},
        {"Link info", "from the PNS", unseen, call_has(path, "Set-Link-Info", SENDER_PNS), false},
        {NULL, "from the PAC", unseen, call_has(path, "Set-Link-Info", SENDER_PAC), false},
        {"PPP", "LCP", ahead, stage >= 1, true},
        {NULL, "authentication, if asked", ahead, stage >= 2, true},
        {NULL, "network", ahead, stage >= 3, true},
        {NULL, stage >= 5 ? "encrypted data" : "data", ahead, stage >= 4, true},
        {"Keep-alive", "echo", unseen, connection_has(path, ECHOED), false},
        {"Termination", "clear request", unseen, cleared, false},
        {NULL, "disconnect", unseen, disconnected, false},
        {NULL, "closed", unseen, connection_has(path, CLOSED), false},
    };
    memcpy(steps, all, sizeof(all));
}
