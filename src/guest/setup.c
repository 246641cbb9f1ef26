/* setup.c - the table of steps; see setup.h. */
#include "guest/setup.h"

#include "base/mem.h"

static const struct {
    const char *doing;
    bool (*run)(struct guest *, struct error *);
} steps[] = {
    {"set up the user",            setup_user       },
    {"hand the volumes over",      setup_volumes    },
    {"prepare the environment",    setup_env        },
    {"read the secrets",           setup_secrets    },
    {"copy the configuration",     setup_config     },
    {"put the credentials there",  setup_credentials},
    {"link plugins and state",     setup_links      },
    {"configure git",              setup_git        },
    {"let the user use the agent", setup_agent      },
    {"prepare the command",        setup_command    },
};

bool setup(struct guest *guest, struct error *err)
{
    for (size_t i = 0; i < array_size(steps); i++)
        if (!steps[i].run(guest, err))
            return error_wrap(err, "%s", steps[i].doing);
    return true;
}
