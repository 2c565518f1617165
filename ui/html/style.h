/* style.css as a string; the build makes style.c of it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_STYLE_H
#define PPTPNAT_HTML_STYLE_H

extern const char style_sheet[];

#endif
