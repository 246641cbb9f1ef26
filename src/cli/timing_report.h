/* timing_report.h - `--timing[=FILE]`: where the time of a start went, on stderr or in a file.
 *
 *     struct timing_report report;
 *     if (timing_report_begin(&report, args, &err))       // the file is opened now, not too late
 *         options.timing = timing_report_record(&report);
 *     ...
 *     timing_report_end(&report);                         // in any case */
#ifndef CLI_TIMING_REPORT_H
#define CLI_TIMING_REPORT_H

#include "cli/args.h"
#include "loop/timing.h"

struct timing_report {
    struct timing timing;
    bool wanted;
    const char *path; /* NULL: stderr */
    int fd;
};

#define FLAG_TIMING                                                                                \
    {                                                                                              \
        .name = "timing", .kind = FLAG_OPTIONAL, .value = "FILE", .complete = COMPLETE_FILE,       \
        .help = "tell where the time of the start went; with a file, as a Chrome trace"            \
    }

bool timing_report_begin(struct timing_report *, const struct args *, struct error *);

/* For the loop that starts it; NULL: not asked for. */
struct timing *timing_report_record(struct timing_report *);

/* Tells, or writes the file; what goes wrong with that is a warning. */
void timing_report_end(struct timing_report *);

#endif
