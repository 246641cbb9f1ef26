/* .mcp.json: whatever it holds, at most 32 ports come out, all unprivileged and on 127.0.0.1. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "config/mcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ports ports = {0};
    cleanup_strv struct strv warnings = {0};

    mcp_add_ports((const char *)data, size, ".mcp.json", &ports, &warnings);
    assert(ports.n <= LIMIT_MCP_PORTS);
    for (size_t i = 0; i < ports.n; i++)
        assert(ports.items[i].host >= 1024 && ports.items[i].host <= 65535 &&
               strcmp(ports.items[i].host_ip, "127.0.0.1") == 0);
    ports_release(&ports);
    return 0;
}
