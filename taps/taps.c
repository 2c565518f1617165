/* Registration of the statistics, nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "menu.h"
#include "table.h"
#include "taps.h"

void pptpnat_register_tables(void)
{
    table_register(&calls_table);
    table_register(&nat_table);
    table_register(&gre_table);
    table_register(&sas_table);
    table_register(&esp_table);
    table_register(&ipsec_nat_table);
    statistics_tree_register();
    response_times_register();
    conversations_register();
    menu_register();
}

void pptpnat_register_taps(void)
{
    verdict_register();
    json_report_register();
    status_register();
    feed_register();
    conversation_titles_register();
}
