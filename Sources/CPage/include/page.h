// The parts of a report that are the same in all: the library of charts, style and script.
#ifndef STROMA_PAGE_H
#define STROMA_PAGE_H

#include <stddef.h>

// Bytes of a part.
struct page_part {
  const unsigned char *bytes;
  size_t count;
};

// Vega, Vega-Lite and Vega-Embed, packed by gzip.
struct page_part page_charts(void);
// Licences of these.
struct page_part page_licences(void);
// The page, as a template of Mustache.
struct page_part page_template(void);
// Style of the page.
struct page_part page_style(void);
// Script of the page.
struct page_part page_script(void);
// Draws a chart with Node.
struct page_part page_drawing(void);
// Draws a chart with Python.
struct page_part page_drawing_python(void);

#endif
