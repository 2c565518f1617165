/* Names that somebody else chose (of interfaces, files, hosts), as they may be shown: in a terminal
 * they can neither move the cursor nor begin a line, and what is seen is what is there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PRINTABLE_H
#define PPTPNAT_PRINTABLE_H

/* A copy of `text` (UTF-8 by intent, any bytes; NULL is ""), to be freed with g_free, always valid
 * UTF-8. Escaped are control characters and line ends ("\x1b", "\x0a"), bytes that are no UTF-8
 * ("\xff"), and all that is not seen or changes the order of what is seen: directions, characters
 * without width, separators of lines and paragraphs, byte order marks, fillers, variation
 * selectors, private and unassigned characters ("\u202e", "\U000e0001"). Everything else stays,
 * backslashes and combining accents, too. */
char *printable_text(const char *text);

/* The same, but line ends stay: for texts of several lines. */
char *printable_lines(const char *text);

#endif
