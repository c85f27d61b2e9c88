# SPDX-License-Identifier: GPL-2.0-only
# Completion of rbullctl for fish. rbullctl itself prints the candidates.

function __rbullctl_complete
    set -l typed (commandline --tokenize --current-process --cut-at-cursor) (commandline --current-token)
    # The PATH of most users other than root lacks the sbin folders.
    set -lx PATH $PATH /usr/local/sbin /usr/sbin /sbin
    command --query rbullctl
    or return
    for line in (rbullctl --complete $typed[2..-1] 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path (commandline --current-token)
            case :nospace
            case '*'
                echo $line
        end
    end
end

complete --command rbullctl --no-files --arguments '(__rbullctl_complete)'
