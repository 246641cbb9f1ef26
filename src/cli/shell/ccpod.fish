# Completion of ccpod for fish. ccpod itself knows what may follow; this only asks it.

function __ccpod_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] complete -- $words[2..-1] 2>/dev/null)
    switch "$found[1]"
        case :file
            __fish_complete_path (string replace -r '^--[^=]*=' '' -- $words[-1])
        case :dir
            __fish_complete_directories (string replace -r '^--[^=]*=' '' -- $words[-1])
        case '*'
            printf '%s\n' $found
    end
end
complete -c ccpod -f -a '(__ccpod_complete)'
