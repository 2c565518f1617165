/* Drawing. A coordinate has one or two decimals at most: pages of a thousand calls consist of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "svg.h"

#include <math.h>
#include <string.h>

#define DESK  140.0 /* characters across a page at a desk */
#define PHONE 62.0  /* and on a phone, where letters are smaller */

#define FOLDED_MOST 40 /* characters of a text that is folded where it is too long */

static const char *const anchors[] = {"", " m", " e"};

void svg_shapes(GString *page)
{
    g_string_append(page, "<svg width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>"
                          "<path id=\"to-right\" d=\"M-8 -4l8 4l-8 4\"/>"
                          "<path id=\"to-left\" d=\"M8 -4l-8 4l8 4\"/>"
                          "<path id=\"wedge-right\" d=\"M-12 -10L0 0L-12 10z\"/>"
                          "<path id=\"wedge-left\" d=\"M12 -10L0 0L12 10z\"/>"
                          "<path id=\"cross\" d=\"M-7 -7l14 14m0 -14l-14 14\"/>"
                          "</defs></svg>\n");
}

void svg_begin(GString *page, const char *key, double least, double height, const char *title,
               const char *description)
{
    markup(page,
           "<svg role=\"img\" aria-labelledby=\"%s-t %s-d\" width=\"100%%\" height=\"%.0f\" "
           "style=\"min-width:%.0fpx\"><title "
           "id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>\n",
           key, key, ceil(height), ceil(least), key, title, key, description);
}

void svg_end(GString *page)
{
    g_string_append(page, "</svg>\n");
}

void svg_line(GString *page, const char *look, double x1, double y1, double x2, double y2)
{
    markup(page, "<line class=\"%s\" x1=\"%.4g%%\" y1=\"%.5g\" x2=\"%.4g%%\" y2=\"%.5g\"/>\n", look,
           x1, y1, x2, y2);
}

void svg_box(GString *page, const char *look, double x, double y, double width, double height,
             const char *title)
{
    markup(page, "<rect class=\"%s\" x=\"%.4g%%\" y=\"%.5g\" width=\"%.4g%%\" height=\"%.5g\"",
           look, x, y, width, height);
    if (title[0] == '\0')
        g_string_append(page, "/>\n");
    else
        markup(page, "><title>%s</title></rect>\n", title);
}

static void use(GString *page, const char *shape, const char *look, double x, double y)
{
    markup(page, "<use href=\"#%s\" class=\"%s\" x=\"%.4g%%\" y=\"%.5g\"/>\n", shape, look, x, y);
}

void svg_arrow(GString *page, const char *look, double x1, double x2, double y)
{
    char *arrow = g_strconcat("arrow ", look, NULL);
    svg_line(page, arrow, x1, y, x2, y);
    use(page, x2 > x1 ? "to-right" : "to-left", arrow, x2, y);
    g_free(arrow);
}

void svg_wedge(GString *page, const char *look, double x, double y, bool rightwards)
{
    use(page, rightwards ? "wedge-right" : "wedge-left", look, x, y);
}

void svg_cross(GString *page, double x, double y)
{
    use(page, "cross", "cross", x, y);
}

void svg_text(GString *page, const char *look, enum svg_anchor anchor, double x, double y,
              const char *text, size_t limit)
{
    char *visible = markup_short(text, limit);
    markup(page, "<text class=\"%s%s\" x=\"%.4g%%\" y=\"%.5g\">%s", look, anchors[anchor], x, y,
           visible);
    if (strcmp(visible, text) != 0)
        markup(page, "<title>%s</title>", text);
    g_string_append(page, "</text>\n");
    g_free(visible);
}

void svg_text_fitting(GString *page, const char *look, enum svg_anchor anchor, double x, double y,
                      double width, const char *text, const char *brief)
{
    size_t desk = (size_t)MAX(1, width * DESK / 100), phone = (size_t)MAX(1, width * PHONE / 100);
    char *wide = g_strconcat("desk ", look, NULL), *narrow = g_strconcat("phone ", look, NULL);
    svg_text(page, wide, anchor, x, y, text, desk);
    bool fits = brief == NULL || (size_t)g_utf8_strlen(text, -1) <= phone;
    svg_text(page, narrow, anchor, x, y, fits ? text : brief, phone);
    g_free(wide);
    g_free(narrow);
}

/* The space at which both halves are most alike in length; NULL: there is none. */
static const char *middle_space(const char *text)
{
    const char *best = NULL;
    size_t length = strlen(text), least = length + 1;
    for (const char *at = strchr(text, ' '); at != NULL; at = strchr(at + 1, ' ')) {
        size_t before = (size_t)(at - text), behind = length - before;
        if (MAX(before, behind) < least) {
            least = MAX(before, behind);
            best = at;
        }
    }
    return best;
}

void svg_text_folded(GString *page, const char *look, enum svg_anchor anchor, double x, double y,
                     double width, const char *text)
{
    const char *fold = NULL;
    if (g_utf8_strlen(text, -1) > (glong)(width * PHONE / 100))
        fold = middle_space(text);
    if (fold == NULL) {
        svg_text(page, look, anchor, x, y, text, FOLDED_MOST);
        return;
    }
    char *first = g_strndup(text, (gsize)(fold + 1 - text));
    markup(page, "<text class=\"%s%s\" x=\"%.4g%%\" y=\"%.5g\"><tspan>%s</tspan>", look,
           anchors[anchor], x, y - SVG_LINE, first);
    markup(page, "<tspan x=\"%.4g%%\" dy=\"%d\">%s</tspan></text>\n", x, SVG_LINE, fold + 1);
    g_free(first);
}
