/* See menu.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "menu.h"

#include <epan/packet.h>
#include <epan/plugin_if.h>
#include <epan/stat_tap_ui.h>

#include "report/rows.h"
#include "tap_events.h"

#define TITLE    "PPTP and IPsec"
#define PARENT   "Statistics"
#define FINDINGS "pptp.finding.judged"

/* Starts a statistic as the option -z does; Wireshark shows its window. */
static void open_window(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer name)
{
    if (process_stat_cmd_arg(name))
        start_requested_stats();
}

static void show_findings(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer user _U_)
{
    plugin_if_apply_filter(FINDINGS, TRUE);
}

static void go_to_verdict(ext_menubar_gui_type gui _U_, gpointer object _U_, gpointer user _U_)
{
    tap_events_finish();
    const struct analysis *analysis = tap_events_analysis();
    const struct linker *linker = analysis != NULL ? analysis_linker(analysis) : NULL;
    const struct finding *cause = linker != NULL ? linker_verdict_finding(linker) : NULL;
    if (cause != NULL && finding_frame(cause) != 0)
        plugin_if_goto_frame(finding_frame(cause));
}

static void add_windows(ext_menu_t *menu, const struct table_class *const *classes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ext_menubar_add_entry(menu, classes[i]->title, classes[i]->title, open_window,
                              (gpointer)classes[i]->cli_string);
}

void menu_register(void)
{
    static const struct table_class *const of_pptp[] = {&nat_table, &calls_table, &gre_table};
    static const struct table_class *const of_ipsec[] = {&ipsec_nat_table, &sas_table, &esp_table};
    ext_menu_t *menu = ext_menubar_register_menu(proto_get_id_by_filter_name("pptp"), TITLE, TRUE);
    ext_menubar_set_parentmenu(menu, PARENT);
    ext_menubar_add_entry(menu, "Go to the Faulty Packet", "The packet that the verdict is about",
                          go_to_verdict, NULL);
    ext_menubar_add_entry(menu, "Show Packets with Findings", FINDINGS, show_findings, NULL);
    ext_menubar_add_separator(menu);
    add_windows(menu, of_pptp, G_N_ELEMENTS(of_pptp));
    ext_menubar_add_separator(menu);
    add_windows(menu, of_ipsec, G_N_ELEMENTS(of_ipsec));
}
