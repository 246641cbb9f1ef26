#compdef ccpod
# Completion of ccpod for zsh. ccpod itself knows what may follow; this only asks it.

_ccpod() {
    local line
    local -a found
    while IFS= read -r line; do
        case $line in
        (:file) compset -P '*='; _files; return ;;
        (:dir) compset -P '*='; _files -/; return ;;
        esac
        # _describe wants WORD:TEXT, with colons in the word escaped.
        if [[ $line == *$'\t'* ]]; then
            found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
        else
            found+=("${line//:/\\:}")
        fi
    done < <("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
    _describe ccpod found
}

# Loaded from $fpath this file is the function's body; read with `source` it only defines it.
if [[ ${funcstack[1]-} == _ccpod ]]; then
    _ccpod "$@"
else
    compdef _ccpod ccpod
fi
