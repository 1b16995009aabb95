#include "page.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char charts[] = {
#embed "parts/vega.js.gz"
};
static const unsigned char licences[] = {
#embed "parts/licences.txt"
};
static const unsigned char template[] = {
#embed "parts/page.mustache"
};
static const unsigned char style[] = {
#embed "parts/page.css"
};
static const unsigned char script[] = {
#embed "parts/page.js"
};
static const unsigned char drawing[] = {
#embed "parts/draw.js"
};
static const unsigned char drawing_python[] = {
#embed "parts/draw.py"
};

struct page_part page_charts(void) { return (struct page_part){charts, sizeof charts}; }
struct page_part page_licences(void) { return (struct page_part){licences, sizeof licences}; }
struct page_part page_template(void) { return (struct page_part){template, sizeof template}; }
struct page_part page_style(void) { return (struct page_part){style, sizeof style}; }
struct page_part page_script(void) { return (struct page_part){script, sizeof script}; }
struct page_part page_drawing(void) { return (struct page_part){drawing, sizeof drawing}; }
struct page_part page_drawing_python(void) {
  return (struct page_part){drawing_python, sizeof drawing_python};
}
