/* See outcome.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "outcome.h"

struct outcome {
    struct finding_log *log;
    struct linker *linker; /* NULL: links are off */
};

struct outcome *outcome_new(const struct tracker *tracker, const struct linker *linker,
                            const struct finding_log *log)
{
    struct outcome *outcome = g_new0(struct outcome, 1);
    outcome->log = finding_log_copy(log);
    if (linker) {
        outcome->linker = linker_copy(linker, outcome->log);
        linker_conclude(outcome->linker);
    } else {
        struct tracker_asked asked = {.log = outcome->log, .alone = true};
        tracker_conclude(tracker, &asked);
        tracker_conclude_flows(tracker, &asked);
    }
    return outcome;
}

void outcome_free(struct outcome *outcome)
{
    if (!outcome)
        return;
    linker_free(outcome->linker);
    finding_log_free(outcome->log);
    g_free(outcome);
}

const struct linker *outcome_linker(const struct outcome *outcome)
{
    return outcome->linker;
}

const struct finding_log *outcome_log(const struct outcome *outcome)
{
    return outcome->log;
}
