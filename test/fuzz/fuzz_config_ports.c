/* Port specifications: in range, written back to what parses to the same, and never open to the
 * network once confined. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/ports.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_free char *text = mem_strndup((const char *)data, size);
    cleanup_free char *why = NULL;
    struct port port, again;

    if (!port_parse(text, &port, &why)) {
        assert(why);
        return 0;
    }
    assert(port.host >= 1 && port.host <= 65535 && port.container >= 1 && port.container <= 65535);
    cleanup_free char *written = port_text(&port);
    bool ok = port_parse(written, &again, &why);
    assert(ok && again.host == port.host && again.container == port.container &&
           again.udp == port.udp && !again.host_ip == !port.host_ip);
    free(again.host_ip);
    if (port_confine_service(&port, &why))
        assert(ip_is_loopback(port.host_ip) && !ip_is_any(port.host_ip));
    port_confine_main(&port);
    assert(ip_is_loopback(port.host_ip));
    free(port.host_ip);
    return 0;
}
