/* Registration of the statistics, nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "taps.h"

void pptpnat_register_tables(void)
{
    calls_table_register();
    nat_table_register();
    gre_table_register();
    statistics_tree_register();
    response_times_register();
    conversations_register();
}

void pptpnat_register_taps(void)
{
    verdict_register();
    json_report_register();
    status_register();
    conversation_titles_register();
}
