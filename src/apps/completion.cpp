#include "apps/commands.hpp"

#include <iostream>

namespace enstore::apps
{
namespace
{

constexpr const char* words =
    "up serve work schedule sandbox migrate sync-products admin audit doctor routes demo jobs completion";

} // namespace

int completion(const std::string& shell)
{
    if (shell == "bash") {
        std::cout
            << "_enstore() {\n"
               "    local word=${COMP_WORDS[COMP_CWORD]}\n"
               "    case ${COMP_WORDS[1]} in\n"
               "    admin) COMPREPLY=($(compgen -W 'create --email --name --password-file --data' -- \"$word\")) ;;\n"
               "    demo) COMPREPLY=($(compgen -W 'credit --data' -- \"$word\")) ;;\n"
               "    jobs) COMPREPLY=($(compgen -W 'list retry --data --json' -- \"$word\")) ;;\n"
               "    completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$word\")) ;;\n"
               "    up) COMPREPLY=($(compgen -W '--port --data --sandbox-port --sandbox-url --no-demo --help' -- "
               "\"$word\")) ;;\n"
               "    *) if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W '"
            << words
            << "' -- \"$word\")); else COMPREPLY=($(compgen -W '--data --json --help' -- \"$word\")); fi ;;\n"
               "    esac\n}\ncomplete -F _enstore enstore\n";
    } else if (shell == "zsh") {
        std::cout << "#compdef enstore\n_arguments '1:command:(" << words << ")' '*:option:(--data --json --help)'\n";
    } else {
        std::cout << "complete -c enstore -f -n '__fish_use_subcommand' -a '" << words
                  << "'\ncomplete -c enstore -l data -r -d 'data folder'\ncomplete -c enstore -l json\n";
    }
    return exit_done;
}

} // namespace enstore::apps
