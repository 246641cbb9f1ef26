/* query.h - text as a value in a request's query (RFC 3986). */
#ifndef DOCKER_QUERY_H
#define DOCKER_QUERY_H

#include <jansson.h>

/* Everything but unreserved characters escaped; the caller frees. At most LIMIT_HTTP_HEAD bytes
 * may come out: values are our own or checked ones. */
char *query_escape(const char *text);

/* The same of a JSON value on one line: the filters of lists and of the event stream. */
char *query_json(const json_t *);

#endif
