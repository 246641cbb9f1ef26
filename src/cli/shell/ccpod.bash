# Completion of ccpod for bash. ccpod itself knows what may follow; this only asks it.

_ccpod() {
    local IFS=$'\n' line found=()
    COMPREPLY=()
    while read -r line; do
        found+=("${line%%$'\t'*}")
    done < <("$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    case ${found[0]-} in
    :file | :dir)
        local word=${COMP_WORDS[COMP_CWORD]#=} kind=-f
        [ "${found[0]}" = :file ] || kind=-d
        compopt -o filenames
        while read -r line; do
            COMPREPLY+=("$line")
        done < <(compgen "$kind" -- "$word")
        ;;
    *) COMPREPLY=("${found[@]}") ;;
    esac
}
complete -F _ccpod ccpod
