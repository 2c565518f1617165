/* Drawing. A coordinate is one decimal at most: pages of a thousand calls consist of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "svg.h"

#include <math.h>
#include <string.h>

void svg_begin(GString *page, const char *key, double width, double height, const char *title,
               const char *description)
{
    markup(page,
           "<svg role=\"img\" aria-labelledby=\"%s-t %s-d\" width=\"%.0f\" height=\"%.0f\" "
           "viewBox=\"0 0 %.0f %.0f\" style=\"min-width:%.0fpx\"><title "
           "id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>\n",
           key, key, ceil(width), ceil(height), ceil(width), ceil(height), 0.85 * width, key, title,
           key, description);
}

void svg_end(GString *page)
{
    g_string_append(page, "</svg>\n");
}

void svg_line(GString *page, const char *look, double x1, double y1, double x2, double y2)
{
    markup(page, "<path class=\"%s\" d=\"M%.5g %.5gL%.5g %.5g\"/>\n", look, x1, y1, x2, y2);
}

void svg_box(GString *page, const char *look, double x, double y, double width, double height,
             const char *title)
{
    markup(page, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"", look, x,
           y, width, height);
    if (title[0] == '\0')
        g_string_append(page, "/>\n");
    else
        markup(page, "><title>%s</title></rect>\n", title);
}

void svg_arrow(GString *page, const char *look, double x1, double x2, double y)
{
    double back = x2 > x1 ? -8 : 8;
    markup(page, "<path class=\"arrow %s\" d=\"M%.5g %.5gH%.5gm%.5g -4l%.5g 4l%.5g 4\"/>\n", look,
           x1, y, x2, back, -back, back);
}

void svg_wedge(GString *page, const char *look, double x1, double x2, double y, double half)
{
    markup(page, "<path class=\"%s\" d=\"M%.5g %.5gL%.5g %.5gL%.5g %.5gz\"/>\n", look, x1, y - half,
           x2, y, x1, y + half);
}

void svg_cross(GString *page, const char *look, double x, double y, double size)
{
    markup(page, "<path class=\"%s\" d=\"M%.5g %.5gl%.5g %.5gm0 %.5gl%.5g %.5g\"/>\n", look,
           x - size, y - size, 2 * size, 2 * size, -2 * size, -2 * size, 2 * size);
}

void svg_text(GString *page, const char *look, enum svg_anchor anchor, double x, double y,
              const char *text, size_t limit)
{
    static const char *const anchors[] = {"", " m", " e"};
    char *visible = markup_short(text, limit);
    markup(page, "<text class=\"%s%s\" x=\"%.5g\" y=\"%.5g\">%s", look, anchors[anchor], x, y,
           visible);
    if (strcmp(visible, text) != 0)
        markup(page, "<title>%s</title>", text);
    g_string_append(page, "</text>\n");
    g_free(visible);
}
