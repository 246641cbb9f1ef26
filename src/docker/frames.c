/* frames.c - see frames.h. */
#include "docker/frames.h"

static bool take_header(struct frames *f)
{
    const unsigned char *h = f->header;
    f->header_len = 0;
    if (h[0] > FRAMES_ENGINE || h[1] || h[2] || h[3]) {
        f->broken = true;
        return false;
    }
    /* 0 is stdin's number; what engines send under it is meant for stdout. */
    f->stream = h[0] ? (enum frames_stream)h[0] : FRAMES_STDOUT;
    f->left = (uint32_t)h[4] << 24 | (uint32_t)h[5] << 16 | (uint32_t)h[6] << 8 | h[7];
    return true;
}

bool frames_feed(struct frames *f, const char *bytes, size_t n)
{
    while (n && !f->broken) {
        if (f->left) {
            size_t len = n < f->left ? n : f->left;
            f->payload(f->user, f->stream, bytes, len);
            f->left -= (uint32_t)len;
            bytes += len;
            n -= len;
            continue;
        }
        f->header[f->header_len++] = (unsigned char)*bytes++;
        n--;
        if (f->header_len == sizeof f->header && !take_header(f))
            f->payload(f->user, FRAMES_ENGINE, (const char *)f->header, sizeof f->header);
    }
    if (n)
        f->payload(f->user, FRAMES_ENGINE, bytes, n);
    return !f->broken;
}
