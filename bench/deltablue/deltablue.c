/* DeltaBlue, an incremental solver of constraints with strengths (Freeman-Benson, Maloney, Borning, 1990): a chain of
 * equalities and a projection, whose ends are edited. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { REQUIRED = 0, PREFERRED = 2, STRONG_DEFAULT = 3, NORMAL = 4, WEAKEST = 6 };
enum direction { NONE, FORWARD, BACKWARD };

struct list {
    void **items;
    size_t count, capacity;
};

static void push(struct list *list, void *item) {
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 4;
        list->items = realloc(list->items, list->capacity * sizeof *list->items);
    }
    list->items[list->count++] = item;
}

static void *pop(struct list *list) {
    return list->items[--list->count];
}

static void remove_from(struct list *list, void *item) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] != item)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

struct variable {
    int64_t value;
    struct list constraints;
    struct constraint *determined_by;
    int mark, walk_strength;
    bool stay;
};

struct planner {
    int mark;
    struct list variables, constraints; /* all of them, to be freed */
};

struct methods {
    bool (*is_satisfied)(struct constraint *);
    bool (*is_input)(struct constraint *);
    struct variable *(*output)(struct constraint *);
    void (*add_to_graph)(struct constraint *);
    void (*remove_from_graph)(struct constraint *);
    void (*choose_method)(struct constraint *, int mark);
    void (*mark_inputs)(struct constraint *, int mark);
    bool (*inputs_known)(struct constraint *, int mark);
    void (*mark_unsatisfied)(struct constraint *);
    void (*recalculate)(struct constraint *);
    bool (*inputs_stay)(struct constraint *);
    void (*execute)(struct constraint *);
};

struct constraint {
    const struct methods *methods;
    int strength;
};

static struct variable *new_variable(struct planner *planner, int64_t value) {
    struct variable *variable = calloc(1, sizeof *variable);
    variable->value = value;
    variable->walk_strength = WEAKEST;
    variable->stay = true;
    push(&planner->variables, variable);
    return variable;
}

/* ---- A constraint on one variable. */

struct unary {
    struct constraint base;
    struct variable *variable;
    bool editing, satisfied;
};

static bool unary_is_satisfied(struct constraint *self) {
    return ((struct unary *)self)->satisfied;
}

static bool unary_is_input(struct constraint *self) {
    return ((struct unary *)self)->editing;
}

static struct variable *unary_output(struct constraint *self) {
    return ((struct unary *)self)->variable;
}

static void unary_add_to_graph(struct constraint *self) {
    struct unary *unary = (struct unary *)self;
    push(&unary->variable->constraints, self);
    unary->satisfied = false;
}

static void unary_remove_from_graph(struct constraint *self) {
    struct unary *unary = (struct unary *)self;
    remove_from(&unary->variable->constraints, self);
    unary->satisfied = false;
}

static void unary_choose_method(struct constraint *self, int mark) {
    struct unary *unary = (struct unary *)self;
    unary->satisfied = unary->variable->mark != mark && self->strength < unary->variable->walk_strength;
}

static void unary_mark_inputs(struct constraint *self, int mark) {
    (void)self, (void)mark;
}

static bool unary_inputs_known(struct constraint *self, int mark) {
    (void)self, (void)mark;
    return true;
}

static void unary_mark_unsatisfied(struct constraint *self) {
    ((struct unary *)self)->satisfied = false;
}

static void unary_recalculate(struct constraint *self) {
    struct unary *unary = (struct unary *)self;
    unary->variable->walk_strength = self->strength;
    unary->variable->stay = !unary->editing;
}

static void unary_execute(struct constraint *self) {
    (void)self;
}

static const struct methods unary_methods = {
    unary_is_satisfied,
    unary_is_input,
    unary_output,
    unary_add_to_graph,
    unary_remove_from_graph,
    unary_choose_method,
    unary_mark_inputs,
    unary_inputs_known,
    unary_mark_unsatisfied,
    unary_recalculate,
    NULL,
    unary_execute,
};

static struct constraint *new_unary(struct planner *planner, struct variable *variable, int strength,
                                    bool editing) {
    struct unary *unary = malloc(sizeof *unary);
    *unary = (struct unary){{&unary_methods, strength}, variable, editing, false};
    push(&planner->constraints, unary);
    return &unary->base;
}

/* ---- An equality of two variables. */

struct binary {
    struct constraint base;
    struct variable *first, *second;
    enum direction direction;
};

static bool binary_is_satisfied(struct constraint *self) {
    return ((struct binary *)self)->direction != NONE;
}

static bool binary_is_input(struct constraint *self) {
    (void)self;
    return false;
}

static struct variable *binary_output(struct constraint *self) {
    struct binary *binary = (struct binary *)self;
    return binary->direction == FORWARD ? binary->second : binary->first;
}

static struct variable *binary_input(struct constraint *self) {
    struct binary *binary = (struct binary *)self;
    return binary->direction == FORWARD ? binary->first : binary->second;
}

static void binary_add_to_graph(struct constraint *self) {
    struct binary *binary = (struct binary *)self;
    push(&binary->first->constraints, self);
    push(&binary->second->constraints, self);
    binary->direction = NONE;
}

static void binary_remove_from_graph(struct constraint *self) {
    struct binary *binary = (struct binary *)self;
    remove_from(&binary->first->constraints, self);
    remove_from(&binary->second->constraints, self);
    binary->direction = NONE;
}

static void binary_choose_method(struct constraint *self, int mark) {
    struct binary *binary = (struct binary *)self;
    struct variable *first = binary->first, *second = binary->second;
    int strength = self->strength;
    if (first->mark == mark)
        binary->direction = second->mark != mark && strength < second->walk_strength ? FORWARD : NONE;
    else if (second->mark == mark)
        binary->direction = strength < first->walk_strength ? BACKWARD : NONE;
    else if (first->walk_strength > second->walk_strength)
        binary->direction = strength < first->walk_strength ? BACKWARD : NONE;
    else
        binary->direction = strength < second->walk_strength ? FORWARD : NONE;
}

static void binary_mark_inputs(struct constraint *self, int mark) {
    binary_input(self)->mark = mark;
}

static bool binary_inputs_known(struct constraint *self, int mark) {
    struct variable *input = binary_input(self);
    return input->mark == mark || input->stay || !input->determined_by;
}

static void binary_mark_unsatisfied(struct constraint *self) {
    ((struct binary *)self)->direction = NONE;
}

static void binary_recalculate(struct constraint *self) {
    struct variable *input = binary_input(self), *out = binary_output(self);
    out->walk_strength = self->strength > input->walk_strength ? self->strength : input->walk_strength;
    out->stay = self->methods->inputs_stay(self);
    if (out->stay)
        self->methods->execute(self);
}

static bool binary_inputs_stay(struct constraint *self) {
    return binary_input(self)->stay;
}

static void binary_execute(struct constraint *self) {
    binary_output(self)->value = binary_input(self)->value;
}

static const struct methods binary_methods = {
    binary_is_satisfied,      binary_is_input,      binary_output,      binary_add_to_graph,
    binary_remove_from_graph, binary_choose_method, binary_mark_inputs, binary_inputs_known,
    binary_mark_unsatisfied,  binary_recalculate,   binary_inputs_stay, binary_execute,
};

static struct constraint *new_binary(struct planner *planner, struct variable *first, struct variable *second,
                                     int strength) {
    struct binary *binary = malloc(sizeof *binary);
    *binary = (struct binary){{&binary_methods, strength}, first, second, NONE};
    push(&planner->constraints, binary);
    return &binary->base;
}

/* ---- second = first * scale + offset */

struct scaling {
    struct binary base;
    struct variable *scale, *offset;
};

static void scaling_add_to_graph(struct constraint *self) {
    struct scaling *scaling = (struct scaling *)self;
    binary_add_to_graph(self);
    push(&scaling->scale->constraints, self);
    push(&scaling->offset->constraints, self);
}

static void scaling_remove_from_graph(struct constraint *self) {
    struct scaling *scaling = (struct scaling *)self;
    binary_remove_from_graph(self);
    remove_from(&scaling->scale->constraints, self);
    remove_from(&scaling->offset->constraints, self);
}

static void scaling_mark_inputs(struct constraint *self, int mark) {
    struct scaling *scaling = (struct scaling *)self;
    binary_mark_inputs(self, mark);
    scaling->scale->mark = mark;
    scaling->offset->mark = mark;
}

static bool scaling_inputs_stay(struct constraint *self) {
    struct scaling *scaling = (struct scaling *)self;
    return binary_inputs_stay(self) && scaling->scale->stay && scaling->offset->stay;
}

static void scaling_execute(struct constraint *self) {
    struct scaling *scaling = (struct scaling *)self;
    struct variable *first = scaling->base.first, *second = scaling->base.second;
    if (scaling->base.direction == FORWARD)
        second->value = first->value * scaling->scale->value + scaling->offset->value;
    else
        first->value = (second->value - scaling->offset->value) / scaling->scale->value;
}

static const struct methods scaling_methods = {
    binary_is_satisfied,       binary_is_input,      binary_output,       scaling_add_to_graph,
    scaling_remove_from_graph, binary_choose_method, scaling_mark_inputs, binary_inputs_known,
    binary_mark_unsatisfied,   binary_recalculate,   scaling_inputs_stay, scaling_execute,
};

static struct constraint *new_scaling(struct planner *planner, struct variable *first, struct variable *scale,
                                      struct variable *offset, struct variable *second, int strength) {
    struct scaling *scaling = malloc(sizeof *scaling);
    *scaling = (struct scaling){{{&scaling_methods, strength}, first, second, NONE}, scale, offset};
    push(&planner->constraints, scaling);
    return &scaling->base.base;
}

/* ---- The planner. */

static void add_consumers(const struct variable *variable, struct list *list) {
    for (size_t i = 0; i < variable->constraints.count; i++) {
        struct constraint *constraint = variable->constraints.items[i];
        if (constraint != variable->determined_by && constraint->methods->is_satisfied(constraint))
            push(list, constraint);
    }
}

static void incremental_remove(struct planner *planner, struct constraint *constraint);

static bool add_propagate(struct planner *planner, struct constraint *constraint, int mark) {
    struct list todo = {0};
    bool good = true;
    push(&todo, constraint);
    while (todo.count > 0) {
        struct constraint *next = pop(&todo);
        struct variable *out = next->methods->output(next);
        if (out->mark == mark) {
            incremental_remove(planner, constraint);
            good = false;
            break;
        }
        next->methods->recalculate(next);
        add_consumers(out, &todo);
    }
    free(todo.items);
    return good;
}

/* Satisfies the constraint if it can; the constraint that it overrides. */
static struct constraint *satisfy(struct planner *planner, struct constraint *constraint, int mark) {
    const struct methods *methods = constraint->methods;
    methods->choose_method(constraint, mark);
    if (!methods->is_satisfied(constraint)) {
        if (constraint->strength == REQUIRED)
            exit(1);
        return NULL;
    }
    methods->mark_inputs(constraint, mark);
    struct variable *out = methods->output(constraint);
    struct constraint *overridden = out->determined_by;
    if (overridden)
        overridden->methods->mark_unsatisfied(overridden);
    out->determined_by = constraint;
    if (!add_propagate(planner, constraint, mark))
        exit(1);
    out->mark = mark;
    return overridden;
}

static void incremental_add(struct planner *planner, struct constraint *constraint) {
    int mark = ++planner->mark;
    struct constraint *overridden = satisfy(planner, constraint, mark);
    while (overridden)
        overridden = satisfy(planner, overridden, mark);
}

static struct list remove_propagate_from(struct variable *out) {
    out->determined_by = NULL;
    out->walk_strength = WEAKEST;
    out->stay = true;
    struct list unsatisfied = {0}, todo = {0};
    push(&todo, out);
    while (todo.count > 0) {
        struct variable *variable = pop(&todo);
        for (size_t i = 0; i < variable->constraints.count; i++) {
            struct constraint *constraint = variable->constraints.items[i];
            if (!constraint->methods->is_satisfied(constraint)) {
                push(&unsatisfied, constraint);
            } else if (constraint != variable->determined_by) {
                constraint->methods->recalculate(constraint);
                push(&todo, constraint->methods->output(constraint));
            }
        }
    }
    free(todo.items);
    return unsatisfied;
}

static void incremental_remove(struct planner *planner, struct constraint *constraint) {
    struct variable *out = constraint->methods->output(constraint);
    constraint->methods->mark_unsatisfied(constraint);
    constraint->methods->remove_from_graph(constraint);
    struct list unsatisfied = remove_propagate_from(out);
    for (int strength = REQUIRED; strength <= WEAKEST; strength++)
        for (size_t i = 0; i < unsatisfied.count; i++)
            if (((struct constraint *)unsatisfied.items[i])->strength == strength)
                incremental_add(planner, unsatisfied.items[i]);
    free(unsatisfied.items);
}

static struct constraint *add(struct planner *planner, struct constraint *constraint) {
    constraint->methods->add_to_graph(constraint);
    incremental_add(planner, constraint);
    return constraint;
}

static void destroy(struct planner *planner, struct constraint *constraint) {
    if (constraint->methods->is_satisfied(constraint))
        incremental_remove(planner, constraint);
    else
        constraint->methods->remove_from_graph(constraint);
}

/* The constraints that compute what the sources determine, in an order in which they can run. */
static struct list make_plan(struct planner *planner, struct constraint *edit) {
    int mark = ++planner->mark;
    struct list plan = {0}, todo = {0};
    if (edit->methods->is_input(edit) && edit->methods->is_satisfied(edit))
        push(&todo, edit);
    while (todo.count > 0) {
        struct constraint *constraint = pop(&todo);
        struct variable *out = constraint->methods->output(constraint);
        if (out->mark != mark && constraint->methods->inputs_known(constraint, mark)) {
            push(&plan, constraint);
            out->mark = mark;
            add_consumers(out, &todo);
        }
    }
    free(todo.items);
    return plan;
}

static void execute(const struct list *plan) {
    for (size_t i = 0; i < plan->count; i++) {
        struct constraint *constraint = plan->items[i];
        constraint->methods->execute(constraint);
    }
}

static void change(struct planner *planner, struct variable *variable, int64_t value) {
    struct constraint *edit = add(planner, new_unary(planner, variable, PREFERRED, true));
    struct list plan = make_plan(planner, edit);
    for (int i = 0; i < 10; i++) {
        variable->value = value;
        execute(&plan);
    }
    free(plan.items);
    destroy(planner, edit);
}

static void free_all(struct planner *planner) {
    for (size_t i = 0; i < planner->variables.count; i++) {
        free(((struct variable *)planner->variables.items[i])->constraints.items);
        free(planner->variables.items[i]);
    }
    for (size_t i = 0; i < planner->constraints.count; i++)
        free(planner->constraints.items[i]);
    free(planner->variables.items);
    free(planner->constraints.items);
}

/* A chain of equalities, from an edited end to one that would rather stay. */
static int64_t chain(int length) {
    struct planner planner = {0};
    struct variable *first = new_variable(&planner, 0), *last = first;
    for (int i = 0; i < length; i++) {
        struct variable *next = new_variable(&planner, 0);
        add(&planner, new_binary(&planner, last, next, REQUIRED));
        last = next;
    }
    add(&planner, new_unary(&planner, last, STRONG_DEFAULT, false));
    struct constraint *edit = add(&planner, new_unary(&planner, first, PREFERRED, true));
    struct list plan = make_plan(&planner, edit);
    int64_t sum = 0;
    for (int i = 0; i < 100; i++) {
        first->value = i;
        execute(&plan);
        sum += last->value;
    }
    free(plan.items);
    destroy(&planner, edit);
    free_all(&planner);
    return sum;
}

/* Many variables with the same scale and offset, of which each part is edited. */
static int64_t projection(int count) {
    struct planner planner = {0};
    struct variable *scale = new_variable(&planner, 10), *offset = new_variable(&planner, 1000);
    struct variable *source = offset, *output = offset;
    struct list outputs = {0};
    for (int i = 0; i < count; i++) {
        source = new_variable(&planner, i);
        output = new_variable(&planner, i);
        push(&outputs, output);
        add(&planner, new_unary(&planner, source, NORMAL, false));
        add(&planner, new_scaling(&planner, source, scale, offset, output, REQUIRED));
    }
    int64_t sum = 0;
    change(&planner, source, 17);
    sum += output->value;
    change(&planner, output, 1050);
    sum += source->value;
    change(&planner, scale, 5);
    for (size_t i = 0; i < outputs.count; i++)
        sum += ((struct variable *)outputs.items[i])->value;
    change(&planner, offset, 2000);
    for (size_t i = 0; i < outputs.count; i++)
        sum += ((struct variable *)outputs.items[i])->value;
    free(outputs.items);
    free_all(&planner);
    return sum;
}

int main(int argc, char **argv) {
    int size = argc > 1 ? atoi(argv[1]) : 0;
    int64_t chains = 0, projections = 0;
    for (int i = argc > 2 ? atoi(argv[2]) : 0; i > 0; i--) {
        chains += chain(size);
        projections += projection(size);
    }
    printf("%" PRId64 " %" PRId64 "\n", chains, projections);
    return 0;
}
