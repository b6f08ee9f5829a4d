_clerk__rs() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="clerk__rs"
                ;;
            clerk__rs,add)
                cmd="clerk__rs__subcmd__add"
                ;;
            clerk__rs,completions)
                cmd="clerk__rs__subcmd__completions"
                ;;
            clerk__rs,dev)
                cmd="clerk__rs__subcmd__dev"
                ;;
            clerk__rs,doctor)
                cmd="clerk__rs__subcmd__doctor"
                ;;
            clerk__rs,emulator)
                cmd="clerk__rs__subcmd__emulator"
                ;;
            clerk__rs,env)
                cmd="clerk__rs__subcmd__env"
                ;;
            clerk__rs,init)
                cmd="clerk__rs__subcmd__init"
                ;;
            clerk__rs,keys)
                cmd="clerk__rs__subcmd__keys"
                ;;
            clerk__rs,man)
                cmd="clerk__rs__subcmd__man"
                ;;
            clerk__rs,routes)
                cmd="clerk__rs__subcmd__routes"
                ;;
            clerk__rs,schema)
                cmd="clerk__rs__subcmd__schema"
                ;;
            clerk__rs,token)
                cmd="clerk__rs__subcmd__token"
                ;;
            clerk__rs,update)
                cmd="clerk__rs__subcmd__update"
                ;;
            clerk__rs,webhooks)
                cmd="clerk__rs__subcmd__webhooks"
                ;;
            clerk__rs__subcmd__add,page)
                cmd="clerk__rs__subcmd__add__subcmd__page"
                ;;
            clerk__rs__subcmd__completions,install)
                cmd="clerk__rs__subcmd__completions__subcmd__install"
                ;;
            clerk__rs__subcmd__doctor,explain)
                cmd="clerk__rs__subcmd__doctor__subcmd__explain"
                ;;
            clerk__rs__subcmd__emulator,clock)
                cmd="clerk__rs__subcmd__emulator__subcmd__clock"
                ;;
            clerk__rs__subcmd__emulator,export)
                cmd="clerk__rs__subcmd__emulator__subcmd__export"
                ;;
            clerk__rs__subcmd__emulator,fetch)
                cmd="clerk__rs__subcmd__emulator__subcmd__fetch"
                ;;
            clerk__rs__subcmd__emulator,import)
                cmd="clerk__rs__subcmd__emulator__subcmd__import"
                ;;
            clerk__rs__subcmd__emulator,report)
                cmd="clerk__rs__subcmd__emulator__subcmd__report"
                ;;
            clerk__rs__subcmd__env,check)
                cmd="clerk__rs__subcmd__env__subcmd__check"
                ;;
            clerk__rs__subcmd__env,list)
                cmd="clerk__rs__subcmd__env__subcmd__list"
                ;;
            clerk__rs__subcmd__env,set)
                cmd="clerk__rs__subcmd__env__subcmd__set"
                ;;
            clerk__rs__subcmd__env,unset)
                cmd="clerk__rs__subcmd__env__subcmd__unset"
                ;;
            clerk__rs__subcmd__keys,check)
                cmd="clerk__rs__subcmd__keys__subcmd__check"
                ;;
            clerk__rs__subcmd__keys,verify)
                cmd="clerk__rs__subcmd__keys__subcmd__verify"
                ;;
            clerk__rs__subcmd__token,decode)
                cmd="clerk__rs__subcmd__token__subcmd__decode"
                ;;
            clerk__rs__subcmd__token,mint)
                cmd="clerk__rs__subcmd__token__subcmd__mint"
                ;;
            clerk__rs__subcmd__token,verify)
                cmd="clerk__rs__subcmd__token__subcmd__verify"
                ;;
            clerk__rs__subcmd__webhooks,send)
                cmd="clerk__rs__subcmd__webhooks__subcmd__send"
                ;;
            clerk__rs__subcmd__webhooks,sign)
                cmd="clerk__rs__subcmd__webhooks__subcmd__sign"
                ;;
            clerk__rs__subcmd__webhooks,verify)
                cmd="clerk__rs__subcmd__webhooks__subcmd__verify"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        clerk__rs)
            opts="-q -v -h -V --json --color --quiet --verbose --offline --help --version init add update dev emulator token keys env routes doctor webhooks schema completions man"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__add)
            opts="-q -v -y -h --json --color --quiet --verbose --offline --dry-run --yes --help orgs webhooks machines ws db docker github-actions e2e page"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__add__subcmd__page)
            opts="-y -q -v -h --public --dry-run --yes --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__completions)
            opts="-q -v -h --json --color --quiet --verbose --offline --help bash elvish fish powershell zsh install"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__completions__subcmd__install)
            opts="-q -v -h --json --color --quiet --verbose --offline --help bash elvish fish powershell zsh"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__dev)
            opts="-q -v -h --json --color --quiet --verbose --offline --open --watch --state --fresh --deterministic --seed --app-port --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                --state)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --deterministic)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --seed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --app-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__doctor)
            opts="-q -v -y -h --json --color --quiet --verbose --offline --fix --dry-run --yes --format --timeout --help explain"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                --format)
                    COMPREPLY=($(compgen -W "text sarif github" -- "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__doctor__subcmd__explain)
            opts="-q -v -h --json --color --quiet --verbose --offline --help publishable-key publishable-key-missing publishable-key-malformed publishable-key-padding publishable-key-test-host publishable-key-live-host secret-key secret-key-missing secret-key-malformed secret-key-short secret-key-legacy-form secret-key-old-name machine-secret-key machine-secret-key-malformed jwt-key jwt-key-missing jwt-key-malformed keys-mixed pair-not-compared emulator-address-left emulator-address-missing emulator-addresses-equal value-malformed value-missing reference-unset name-misspelled name-unknown name-of-another-kit name-deprecated prefix-unread prefix-unfit value-conflict twins-differ mode-differs packages-differ file-not-read file-unreadable line-malformed file-mode file-not-ignored file-tracked file-not-tracked git-not-asked folders-skipped leftover switch-unfinished public-secret secret-misplaced secret-in-example secret-built-in secret-tracked secret-not-ignored change-hidden still-set switch-finished file-closed file-stripped file-unlinked white-space-cut claim-link-not-kept address-kept of-another-instance not-asked api-url-bad api-url-missing api-url-not-local address-composed api-url-not-trusted api-version-bad fapi-url-bad fapi-url-missing instance pair pair-of-two-instances pair-other-key jwt-key-of-another-instance secret-key-accepted secret-key-refused secret-key-forbidden secret-key-name-not-resolved secret-key-connection-refused secret-key-no-connection secret-key-timed-out secret-key-tls-failed secret-key-no-ca-certificates secret-key-proxy-failed secret-key-answer-too-large secret-key-answer-broken secret-key-bad-address secret-key-not-clerk secret-key-not-sent secret-key-captive-portal secret-key-redirected secret-key-not-found secret-key-gone secret-key-unprocessable secret-key-rate-limited secret-key-clerk-fault secret-key-unexpected-answer key-server key-server-host-unknown key-server-name-not-resolved key-server-connection-refused key-server-no-connection key-server-timed-out key-server-tls-failed key-server-no-ca-certificates key-server-proxy-failed key-server-answer-too-large key-server-answer-broken key-server-bad-address key-server-not-clerk key-server-not-sent key-server-captive-portal key-server-redirected key-server-not-found key-server-gone key-server-unprocessable key-server-rate-limited key-server-clerk-fault key-server-unexpected-answer clock-off manifest-not-read member-not-looked-at notes-malformed notes-unused gate-missing route-without-gate route-after-layer gate-below-prefix source-not-read pattern-opens-all pattern-opens-more pattern-refused handler-asks-nobody extractor-in-vain programs-get-in user-from-request sign-in-route-missing sign-in-route-protected proxy-route-missing webhook-not-verified webhook-behind-sign-in webhook-secret-missing cors-any-origin cors-behind-gate policy-blocks-clerk signature-not-checked certificates-not-checked headers-logged folder-served key-in-source secret-in-source secret-in-page core-copy core-older core-insecure core-edited core-file-missing core-not-compared core-twice framework-twice http-twice compiler-too-old test-key-in-production emulator-in-production development-host-in-production secret-in-image env-file-in-image secret-in-workflow secret-in-deployment secret-in-history authorized-parties-missing local-party proxy-headers-believed proxy-headers-appended proxy-headers-ignored head-too-long health-check-refused"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__emulator)
            opts="-q -v -h --json --color --quiet --verbose --offline --port --backend-port --all-interfaces --state --fresh --deterministic --seed --for-tests --webhooks --help fetch clock export import report"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                --port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --backend-port)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --state)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --deterministic)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --seed)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --webhooks)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__emulator__subcmd__clock)
            opts="-q -v -h --url --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__emulator__subcmd__export)
            opts="-q -v -h --url --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__emulator__subcmd__fetch)
            opts="-q -v -h --from --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --from)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__emulator__subcmd__import)
            opts="-q -v -h --from-clerk --secret-key-file --api-url --dry-run --url --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --secret-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --api-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__emulator__subcmd__report)
            opts="-q -v -h --clear --url --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__env)
            opts="-q -v -h --json --color --quiet --verbose --offline --help check list set unset"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__env__subcmd__check)
            opts="-q -v -h --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__env__subcmd__list)
            opts="-q -v -h --all --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__env__subcmd__set)
            opts="-q -v -h --keys --publishable-key --secret-key-file --file --dry-run --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --keys)
                    COMPREPLY=($(compgen -W "local paste keyless" -- "${cur}"))
                    return 0
                    ;;
                --publishable-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__env__subcmd__unset)
            opts="-q -v -h --file --dry-run --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__init)
            opts="-q -v -y -h --json --color --quiet --verbose --offline --name --framework --template --keys --publishable-key --secret-key-file --with --core --yes --dry-run --no-git --package --bin --module --public --without-gate --allow-dirty --no-check --undo --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                --name)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --framework)
                    COMPREPLY=($(compgen -W "axum actix-web leptos poem rocket salvo" -- "${cur}"))
                    return 0
                    ;;
                --template)
                    COMPREPLY=($(compgen -W "web api spa" -- "${cur}"))
                    return 0
                    ;;
                --keys)
                    COMPREPLY=($(compgen -W "local paste env keyless" -- "${cur}"))
                    return 0
                    ;;
                --publishable-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --with)
                    COMPREPLY=($(compgen -W "orgs webhooks machines ws db docker github-actions e2e" -- "${cur}"))
                    return 0
                    ;;
                --core)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --package)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --bin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --module)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --public)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --without-gate)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__keys)
            opts="-q -v -h --json --color --quiet --verbose --offline --help check verify"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__keys__subcmd__check)
            opts="-q -v -h --online --publishable-key --secret-key-file --api-url --timeout --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --publishable-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --api-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__keys__subcmd__verify)
            opts="-q -v -h --secret-key-file --api-url --timeout --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --secret-key-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --api-url)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__man)
            opts="-q -v -h --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__routes)
            opts="-q -v -h --json --color --quiet --verbose --offline --unprotected --bin --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                --bin)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__schema)
            opts="-q -v -h --json --color --quiet --verbose --offline --help add add-page completions completions-install dev doctor doctor-explain emulator emulator-clock emulator-export emulator-fetch emulator-import emulator-report env env-check env-list env-set env-unset help init keys keys-check keys-verify man routes schema token token-decode token-decode-batch token-mint token-verify token-verify-batch update usage version webhooks webhooks-send webhooks-sign webhooks-verify"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__token)
            opts="-q -v -h --json --color --quiet --verbose --offline --help decode verify mint"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__token__subcmd__decode)
            opts="-q -v -h --json --color --quiet --verbose --offline --at --batch --field --scan --jobs --summary --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --jobs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__token__subcmd__mint)
            opts="-q -v -h --json --color --quiet --verbose --offline --user --session --session-version --pending --org --org-slug --role --permission --feature --plan --expires-in --at --authorized-party --issuer --claim --key --kid --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                --user)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --session)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --session-version)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --org)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --org-slug)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --role)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --permission)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --feature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --plan)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --expires-in)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --authorized-party)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --issuer)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --claim)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --kid)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__token__subcmd__verify)
            opts="-q -v -h --json --color --quiet --verbose --offline --jwt-key --jwks --authorized-party --audience --issuer --leeway --at --as --batch --field --scan --jobs --summary --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                --jwt-key)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --jwks)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --authorized-party)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --audience)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --issuer)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --leeway)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --as)
                    COMPREPLY=($(compgen -W "session template handshake m2m oauth id-token" -- "${cur}"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --jobs)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__update)
            opts="-q -v -y -h --json --color --quiet --verbose --offline --dry-run --yes --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__webhooks)
            opts="-q -v -h --json --color --quiet --verbose --offline --help verify sign send"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__webhooks__subcmd__send)
            opts="-q -v -h --to --allow-remote --body --dry-run --secret-file --id --at --timeout --json --color --quiet --verbose --offline --help email.created organization.created organization.deleted organization.updated organizationDomain.created organizationDomain.deleted organizationDomain.updated organizationInvitation.accepted organizationInvitation.created organizationInvitation.revoked organizationMembership.created organizationMembership.deleted organizationMembership.updated permission.created permission.deleted permission.updated role.created role.deleted role.updated session.created session.ended session.pending session.removed session.revoked sms.created user.created user.deleted user.updated waitlistEntry.created waitlistEntry.updated paymentAttempt.created paymentAttempt.updated subscription.active subscription.created subscription.pastDue subscription.updated subscriptionItem.abandoned subscriptionItem.active subscriptionItem.canceled subscriptionItem.ended subscriptionItem.freeTrialEnding subscriptionItem.incomplete subscriptionItem.pastDue subscriptionItem.upcoming subscriptionItem.updated"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --to)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --body)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__webhooks__subcmd__sign)
            opts="-q -v -h --secret-file --id --at --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        clerk__rs__subcmd__webhooks__subcmd__verify)
            opts="-q -v -h --headers --body --id --timestamp --signature --secret-file --at --json --color --quiet --verbose --offline --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --headers)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --body)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --id)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --timestamp)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --signature)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --secret-file)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --at)
                    COMPREPLY=($(compgen -f "${cur}"))
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _clerk__rs -o nosort -o bashdefault -o default clerk-rs
else
    complete -F _clerk__rs -o bashdefault -o default clerk-rs
fi
