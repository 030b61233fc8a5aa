"""Goes through users, reservations, parties and orders, with the servers' own logs as the witness.

Written from the public references of the two APIs with nothing but Python's standard library, so that a program in
another language than ours tries the servers. The URLs, keys and the token are the arguments, as the servers print them.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request


def send(method, url, headers=(), body=None):
    """The status and the JSON of an answer; the body is sent as it is."""
    request = urllib.request.Request(url, data=body, method=method)
    for name, value in dict(headers).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode()
    return status, json.loads(text) if text else None


def check(is_so, what):
    if not is_so:
        sys.exit("not so: " + what)


class Log:
    """What a server has seen since the last look."""

    def __init__(self, base, token):
        self.base, self.headers = base, {"Sandbox-Token": token}

    def take(self):
        status, seen = send("GET", self.base + "/__requests", self.headers)
        check(status == 200, "the log is there")
        status, _ = send("POST", self.base + "/__reset", self.headers)
        check(status == 200, "the log was emptied")
        _, left = send("GET", self.base + "/__requests", self.headers)
        check(left == [], "the log is empty after that")
        return seen

    def took(self):
        """The operations that changed something."""
        return [request["operation"] for request in self.take() if request["took_effect"]]


class Planyo:
    def __init__(self, url, key, token):
        self.url, self.key = url, key
        self.log = Log(url.split("/rest")[0], token)

    def call(self, method, **parameters):
        pairs = dict(parameters, method=method, api_key=self.key)
        body = urllib.parse.urlencode(pairs).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        status, answer = send("POST", self.url, headers, body)
        check(status == 200, method + " answers 200")
        check(answer["response_code"] == 0, "%s succeeds: %s" % (method, answer))
        return answer["data"]


class Billit:
    def __init__(self, url, key, company, token):
        self.url = url
        self.headers = {"ApiKey": key, "PartyID": company, "Content-Type": "application/json"}
        self.log = Log(url, token)

    def call(self, method, path, body=None, **headers):
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body).encode()
        url = path if path.startswith("http") else self.url + path
        return send(method, url, {**self.headers, **more}, data)

    def find(self, condition):
        query = urllib.parse.urlencode({"$filter": condition})
        status, answer = self.call("GET", "/v1/parties?" + query)
        check(status == 200, "the filter is understood: %s" % answer)
        return answer["Items"]


def users(planyo, count):
    seen, page = [], 0
    while True:
        listed = planyo.call("list_users", page=page, page_size=50, list_unconfirmed="true", detail_level=5)["users"]
        seen += [user["id"] for user in listed]
        if not listed:
            break
        page += 1
    check(len(seen) == len(set(seen)), "no user is on two pages")
    check(count * 0.8 < len(seen) <= count, "most of %d users are listed: %d" % (count, len(seen)))
    log = planyo.log.take()
    check(len(log) == page + 1, "one request for each page")
    check({request["operation"] for request in log} == {"list_users"}, "nothing but list_users")
    check(not any(request["took_effect"] for request in log), "reading changes nothing")

    made = planyo.call("add_user", email="py@example.com", first_name="Py", last_name="Thon", city="Gent", country="BE")
    again = planyo.call("add_user", email="PY@example.com", first_name="Py", last_name="Thonissen")
    check(made["user_id"] == again["user_id"], "the same address is the same user")
    whole = planyo.call("get_user_data", user_id=made["user_id"])
    check((whole["last_name"], whole["city"]) == ("Thonissen", "Gent"), "add_user updates what it is sent")
    planyo.call("modify_user", user_id=made["user_id"], city="Brugge")
    check(planyo.call("get_user_data", email="py@example.com")["city"] == "Brugge", "modify_user changes the city")
    check(planyo.log.took() == ["add_user", "add_user", "modify_user"], "three writes")
    return made["user_id"]


def reservations(planyo, user):
    window = {"start_time": "2020-01-01", "end_time": "2035-01-01"}
    listed = planyo.call("list_reservations", detail_level=4, **window)["results"]
    check(len(listed) > 100, "there are reservations")
    check(all(known["user_id"] and known["total_price"] for known in listed), "each has a user and a price")

    resources = planyo.call("list_resources")["resources"]
    made = planyo.call(
        "make_reservation", resource_id=sorted(resources)[0], user_id=user, quantity=1,
        start_time="2034-06-01 14:00:00", end_time="2034-06-04 10:00:00",
    )
    number = made["reservation_id"]
    planyo.call("do_reservation_action", reservation_id=number, action="Confirm")
    planyo.call(
        "add_reservation_payment", reservation_id=number, amount="50.00", currency="EUR", payment_mode=1,
        payment_status=1, transaction_id="py-1",
    )
    known = planyo.call("get_reservation_data", reservation_id=number)
    check(int(known["status"]) & 4, "it is confirmed")
    check(float(known["amount_paid"]) == 50, "50 euros were paid")
    own = planyo.call("list_reservations", user_id=user, **window)["results"]
    check([item["reservation_id"] for item in own] == [number], "the user has this one reservation")
    planyo.call("do_reservation_action", reservation_id=number, action="Cancel")
    wrote = ["make_reservation", "do_reservation_action", "add_reservation_payment", "do_reservation_action"]
    check(planyo.log.took() == wrote, "four writes")


def parties(billit, count):
    seen, target = [], "/v1/parties?" + urllib.parse.urlencode({"$top": 60, "$orderby": "PartyID desc"})
    pages = 0
    while target:
        status, answer = billit.call("GET", target)
        check(status == 200, "a page")
        seen += [party["PartyID"] for party in answer["Items"]]
        target, pages = answer.get("NextPageLink"), pages + 1
    check(len(seen) == count and seen == sorted(set(seen), reverse=True), "all parties, in order, once")
    check(len(billit.log.take()) == pages, "one request for each page")

    body = {
        "Name": "Pythons BV", "PartyType": "Customer", "Email": "bv@example.com", "ExternalProviderID": "planyo:1",
        "Street": "Kerkstraat", "StreetNumber": "1", "Zipcode": "9000", "City": "Gent", "CountryCode": "BE",
    }
    check(billit.find("ExternalProviderID eq 'planyo:1'") == [], "it is not there yet")
    status, made = billit.call("POST", "/v1/parties", body, Idempotency_Key="py-1")
    check(status == 200, "it was made")
    status, answer = billit.call("POST", "/v1/parties", body, Idempotency_Key="py-1")
    check(status == 409 and "errors" in answer, "the key is used up")
    found = billit.find("ExternalProviderID eq 'planyo:1' and PartyType eq 'Customer'")
    check([party["PartyID"] for party in found] == [made], "it is found by its link")
    status, _ = billit.call("PATCH", "/v1/parties/%d" % made, {"City": "Brugge"})
    check(status == 200, "it was changed")
    _, whole = billit.call("GET", "/v1/parties/%d" % made)
    check(whole["City"] == "Brugge" and whole["Name"] == "Pythons BV", "only the city has changed")
    check(billit.log.took() == ["POST /v1/parties", "PATCH /v1/parties/{id}"], "two writes")
    return made


def orders(billit, party):
    order = {
        "OrderType": "Invoice", "OrderDirection": "Income", "OrderNumber": "PY-1", "OrderDate": "2026-06-01",
        "ExpiryDate": "2026-07-01", "CustomerID": party,
        "OrderLines": [{"Quantity": 2, "UnitPriceExcl": 50, "Description": "Camper", "VATPercentage": 21}],
    }
    status, made = billit.call("POST", "/v1/orders", order, Idempotency_Key="py-2")
    check(status == 200, "the invoice was made: %s" % made)
    status, _ = billit.call("POST", "/v1/orders", {"OrderType": "Invoice"})
    check(status == 400, "an order without lines is refused")
    _, whole = billit.call("GET", "/v1/orders/%d" % made)
    check((whole["TotalExcl"], whole["TotalIncl"], whole["ToPay"]) == (100, 121, 121), "the totals are the server's")
    check(whole["CounterParty"]["City"] == "Brugge", "it names the customer")
    status, _ = billit.call("POST", "/v1/orders/%d/payments" % made, {"Amount": 121, "Date": "2026-06-03"})
    check(status == 200, "it was paid")
    query = urllib.parse.urlencode({"$filter": "CounterParty/PartyID eq %d and Paid eq true" % party})
    _, answer = billit.call("GET", "/v1/orders?" + query)
    check([item["OrderID"] for item in answer["Items"]] == [made], "it is listed as paid")
    log = billit.log.take()
    took = [request["operation"] for request in log if request["took_effect"]]
    check(took == ["POST /v1/orders", "POST /v1/orders/{id}/payments"], "two writes")
    check([request["status"] for request in log] == [200, 400, 200, 200, 200], "one refusal")
    check(json.loads(log[0]["body"]) == order, "the log has the body as sent")


def main(planyo_url, planyo_key, billit_url, billit_key, company, token, count_of_users, count_of_parties):
    planyo = Planyo(planyo_url, planyo_key, token)
    billit = Billit(billit_url, billit_key, company, token)
    status, _ = send("GET", billit_url + "/__requests")
    check(status == 401, "the log needs its token")
    user = users(planyo, int(count_of_users))
    reservations(planyo, user)
    party = parties(billit, int(count_of_parties))
    orders(billit, party)
    print("users, reservations, parties and orders: all as the references say")


main(*sys.argv[1:])
