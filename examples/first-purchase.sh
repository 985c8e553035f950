#!/usr/bin/env bash
# Two first purchases from a store that `make run` has started: one that the supplier delivers after a while, and one that
# it cannot deliver, whose price comes back.
#
#   examples/first-purchase.sh        (STORE=http://localhost:8000, DATA=data)
set -euo pipefail

store=${STORE:-http://localhost:8000}
data=${DATA:-data}

for tool in curl jq; do
    command -v "$tool" >/dev/null || { echo "This example needs $tool: apt-get install $tool" >&2; exit 1; }
done
if [ ! -r "$data/demo-login.txt" ]; then
    echo "There is no $data/demo-login.txt. Start the store with \`make run\` first, or say DATA=its folder." >&2
    exit 1
fi
email=$(sed -n 's/^email=//p' "$data/demo-login.txt")
password=$(sed -n 's/^password=//p' "$data/demo-login.txt")

# api METHOD PATH [JSON] [HEADER…]: the answer's body; says what the store said when it refuses.
api() {
    local method=$1 path=$2 body=${3:-}
    shift 2; [ $# -gt 0 ] && shift
    local headers=(-H "Accept-Language: en" -H "Content-Type: application/json")
    [ -n "${token:-}" ] && headers+=(-H "Authorization: Bearer $token")
    for header in "$@"; do headers+=(-H "$header"); done
    [ -n "$body" ] && headers+=(--data "$body")
    local answer
    answer=$(curl -sS -X "$method" "${headers[@]}" "$store$path")
    if [ "$(jq -r .success <<<"$answer")" != true ]; then
        echo "$method $path: $(jq -c . <<<"$answer")" >&2
        return 1
    fi
    printf '%s' "$answer"
}
balance() { api GET /api/customer/balance | jq .data.balance; }

token=$(api POST /api/auth/login "$(jq -n --arg e "$email" --arg p "$password" '{identifier: $e, password: $p}')" | jq -r .data.access_token)
echo "Signed in as $email, balance Rp $(balance)"

item=$(api GET '/api/products?search=dana10&with_items=1' |
    jq '[.data.data[].items[] | select(.digiflazz_code == "dana10")][0] | {id, name, price}')
echo "Buying: $(jq -r '"\(.name) for Rp \(.price)"' <<<"$item")"

# purchase NUMBER: buys for that number, follows the order to its end, prints the way it went.
purchase() {
    local number=$1 code status way="" last=""
    # One key per checkout: were the answer lost, the same request again would not buy twice.
    code=$(api POST /api/customer/transactions/purchase-balance \
        "$(jq -n --argjson id "$(jq .id <<<"$item")" --arg n "$number" '{product_item_id: $id, customer_data: {phone: $n}}')" \
        "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" | jq -r .data.transaction_code)
    for _ in $(seq 1 150); do
        status=$(api GET "/api/transactions/status/$code" | jq -r .data.status)
        if [ "$status" != "$last" ]; then
            way+="${way:+ → }$status"
            last=$status
        fi
        [ "$status" = processing ] || break
        sleep 0.2
    done
    api GET "/api/customer/transactions/$code" | jq -r --arg way "$way" '.data |
        "\(.transaction_code)  \($way)\n    goods: \(.sn // "none")\(if .failed_reason then "\n    reason: " + .failed_reason else "" end)"'
    [ "$status" = "$2" ] || { echo "expected it to end $2" >&2; exit 1; }
    echo "    balance now: Rp $(balance)"
}

# The sandbox's test numbers: the first is pending, then delivered by webhook; the second pending, then refused.
purchase 087800001233 success
purchase 087800001234 refunded
