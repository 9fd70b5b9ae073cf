/* A rule engine: what a shop does with an order is written in Cora.
 *
 *     gcc rules.c $(pkg-config --cflags --libs coracle) -o rules
 *
 * Reads lines from standard input.  `rule NAME: CONDITION -> ACTION` adds a rule, which is compiled at once: a mistake shows now, and
 * not when an order comes.  `order CUSTOMER TOTAL ITEMS` is an order, to which all rules are applied.  An order is an object of the
 * host, of its class `shop.Order`: rules read its properties, call its methods and may keep it in a variable, while its memory is the
 * host's.  All rules run in one isolate, each application with so much fuel. */
#include <coracle.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_RULES = 100, FUEL = 100000 };

typedef struct Order {
    char customer[32];
    double total, discount; /* in percent */
    long long items;
    char notes[200];
} Order;

typedef struct Rule {
    char name[32];
    CoracleFunction *apply; /* apply(order: shop.Order): bool */
} Rule;

typedef struct Shop {
    CoracleEngine *engine;
    CoracleIsolate *isolate;
    Rule rules[MOST_RULES];
    size_t rule_count;
} Shop;

/* ---- The class --------------------------------------------------------------------------------- */

static const char declarations[] = "extern \"host\" {\n"
                                   "    pub class Order {\n"
                                   "        get customer: string\n"
                                   "        get total: float\n"
                                   "        get items: int\n"
                                   "        get discount: float\n"
                                   "        set discount(percent: float)\n"
                                   "        fn note(text: string)\n"
                                   "    }\n"
                                   "}\n";

/* The compiler and the VM have seen to it that the first argument is an order. */
static Order *self(const CoracleValue *arguments) {
    return coracle_object_host(arguments[0].object, "shop.Order");
}

static CoracleStatus order_customer(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                    CoracleValue *result) {
    const Order *order = self(arguments);
    (void)context, (void)isolate;
    *result = (CoracleValue){.kind = CORACLE_STRING, .string = {order->customer, strlen(order->customer)}};
    return CORACLE_OK;
}

static CoracleStatus order_total(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                 CoracleValue *result) {
    (void)context, (void)isolate;
    *result = (CoracleValue){.kind = CORACLE_FLOAT, .number = self(arguments)->total};
    return CORACLE_OK;
}

static CoracleStatus order_items(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                 CoracleValue *result) {
    (void)context, (void)isolate;
    *result = (CoracleValue){.kind = CORACLE_INT, .integer = self(arguments)->items};
    return CORACLE_OK;
}

static CoracleStatus order_discount(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                    CoracleValue *result) {
    (void)context, (void)isolate;
    *result = (CoracleValue){.kind = CORACLE_FLOAT, .number = self(arguments)->discount};
    return CORACLE_OK;
}

static CoracleStatus order_set_discount(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                        CoracleValue *result) {
    (void)context, (void)result;
    if (!(arguments[1].number >= 0 && arguments[1].number <= 50))
        return coracle_isolate_throw(isolate, "ValueError", "a discount is from 0 to 50 percent");
    self(arguments)->discount = arguments[1].number;
    return CORACLE_OK;
}

static CoracleStatus order_note(void *context, CoracleIsolate *isolate, const CoracleValue *arguments,
                                CoracleValue *result) {
    Order *order = self(arguments);
    size_t length = strlen(order->notes);
    (void)context, (void)isolate, (void)result;
    snprintf(order->notes + length, sizeof order->notes - length, "  %s\n", arguments[1].string.bytes);
    return CORACLE_OK;
}

static CoracleStatus declare(Shop *shop, CoracleMessage *message) {
    const CoracleNativeFunction functions[] = {
        {"Order.customer", order_customer, NULL}, {"Order.total", order_total, NULL},
        {"Order.items", order_items, NULL},       {"Order.discount", order_discount, NULL},
        {"Order.note", order_note, NULL},         {"Order.discount=", order_set_discount, NULL},
    };
    return coracle_engine_add_module(shop->engine, "shop", declarations, functions,
                                     sizeof functions / sizeof *functions, NULL, message);
}

/* ---- Rules ------------------------------------------------------------------------------------- */

static void add_rule(Shop *shop, char *text) {
    char *colon = strstr(text, ": "), *arrow = strstr(text, " -> ");
    if (!colon || !arrow || arrow < colon || shop->rule_count == MOST_RULES) {
        printf("? rule %s\n", text);
        return;
    }
    *colon = *arrow = '\0';
    char source[1000];
    snprintf(source, sizeof source,
             "import shop\n"
             "pub fn apply(order: shop.Order): bool {\n"
             "    guard %s else { return false }\n"
             "    %s\n"
             "    return true\n"
             "}\n",
             colon + 2, arrow + 4);
    Rule *rule = &shop->rules[shop->rule_count];
    CoracleModule *module;
    CoracleMessage message;
    snprintf(rule->name, sizeof rule->name, "%s", text);
    if (coracle_engine_compile(shop->engine, rule->name, source, strlen(source), &module, &message) !=
        CORACLE_OK)
        printf("rule %s: %.*s\n", rule->name, (int)strcspn(message.text, "\n"), message.text);
    else if (coracle_isolate_function(shop->isolate, module, "apply", &rule->apply) != CORACLE_OK)
        printf("rule %s: %s\n", rule->name, coracle_isolate_message(shop->isolate));
    else
        shop->rule_count++;
}

static void apply_rule(Shop *shop, const Rule *rule, CoracleObject *order) {
    const CoracleValue argument = {.kind = CORACLE_OBJECT, .object = order};
    CoracleValue applies;
    coracle_isolate_add_fuel(shop->isolate, FUEL - coracle_isolate_fuel(shop->isolate));
    CoracleStatus status = coracle_function_call(rule->apply, &argument, 1, &applies);
    if (status == CORACLE_THROWN)
        printf("  rule %s: %s\n", rule->name, coracle_isolate_error(shop->isolate)->message);
    else if (status != CORACLE_OK)
        printf("  rule %s: %s\n", rule->name,
               status == CORACLE_OUT_OF_FUEL ? "it takes too long" : coracle_isolate_message(shop->isolate));
    else if (applies.boolean)
        printf("  rule %s applies\n", rule->name);
}

static void handle_order(Shop *shop, const char *text) {
    Order *order = calloc(1, sizeof *order);
    CoracleObject *object;
    if (!order || sscanf(text, "%31s %lf %lld", order->customer, &order->total, &order->items) != 3) {
        printf("? order %s\n", text);
        free(order);
        return;
    }
    printf("%s:\n", order->customer);
    if (coracle_object_new_host(shop->isolate, "shop.Order", order, sizeof *order, free, &object) !=
        CORACLE_OK) {
        printf("  out of memory\n"); /* and the order is freed */
        return;
    }
    for (size_t i = 0; i < shop->rule_count; i++)
        apply_rule(shop, &shop->rules[i], object);
    printf("%s  pays %.2f\n", order->notes, order->total * (1 - order->discount / 100));
    coracle_object_release(object); /* and the order is freed when no rule has it either */
}

int main(void) {
    Shop shop = {.engine = coracle_engine_new(NULL)};
    CoracleMessage message = {"out of memory"};
    if (!shop.engine || declare(&shop, &message) != CORACLE_OK ||
        !(shop.isolate = coracle_isolate_new(
              shop.engine, &(CoracleIsolateOptions){.fuel = FUEL, .heap_bytes = 16 << 20}))) {
        fprintf(stderr, "%s\n", message.text);
        return 1;
    }
    char line[500];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (strncmp(line, "rule ", 5) == 0)
            add_rule(&shop, line + 5);
        else if (strncmp(line, "order ", 6) == 0)
            handle_order(&shop, line + 6);
        else if (line[0])
            printf("? %s\n", line);
    }
    coracle_isolate_free(shop.isolate);
    coracle_engine_free(shop.engine);
    return 0;
}
