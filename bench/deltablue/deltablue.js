// DeltaBlue, an incremental solver of constraints with strengths (Freeman-Benson, Maloney, Borning, 1990): a chain of
// equalities and a projection, whose ends are edited.
const REQUIRED = 0, PREFERRED = 2, STRONG_DEFAULT = 3, NORMAL = 4, WEAKEST = 6;
const NONE = 0, FORWARD = 1, BACKWARD = 2;

class Variable {
    constructor(value) {
        this.value = value;
        this.constraints = [];
        this.determinedBy = null;
        this.mark = 0;
        this.walkStrength = WEAKEST;
        this.stay = true;
    }
}

class Constraint {
    constructor(strength) {
        this.strength = strength;
    }

    get isInput() {
        return false;
    }

    add(planner) {
        this.addToGraph();
        planner.incrementalAdd(this);
    }

    destroy(planner) {
        if (this.isSatisfied) planner.incrementalRemove(this);
        else this.removeFromGraph();
    }

    // Satisfies the constraint if it can; the constraint that it overrides.
    satisfy(mark, planner) {
        this.chooseMethod(mark);
        if (!this.isSatisfied) {
            if (this.strength === REQUIRED) throw new Error("a required constraint cannot be satisfied");
            return null;
        }
        this.markInputs(mark);
        const out = this.output;
        const overridden = out.determinedBy;
        if (overridden !== null) overridden.markUnsatisfied();
        out.determinedBy = this;
        if (!planner.addPropagate(this, mark)) throw new Error("a cycle of constraints");
        out.mark = mark;
        return overridden;
    }
}

// A constraint on one variable.
class Unary extends Constraint {
    constructor(variable, strength, editing) {
        super(strength);
        this.variable = variable;
        this.editing = editing;
        this.satisfied = false;
    }

    get isSatisfied() {
        return this.satisfied;
    }

    get isInput() {
        return this.editing;
    }

    get output() {
        return this.variable;
    }

    addToGraph() {
        this.variable.constraints.push(this);
        this.satisfied = false;
    }

    removeFromGraph() {
        removeFrom(this.variable.constraints, this);
        this.satisfied = false;
    }

    chooseMethod(mark) {
        this.satisfied = this.variable.mark !== mark && this.strength < this.variable.walkStrength;
    }

    markInputs(mark) {}

    inputsKnown(mark) {
        return true;
    }

    markUnsatisfied() {
        this.satisfied = false;
    }

    recalculate() {
        this.variable.walkStrength = this.strength;
        this.variable.stay = !this.editing;
    }

    execute() {}
}

// An equality of two variables.
class Binary extends Constraint {
    constructor(first, second, strength) {
        super(strength);
        this.first = first;
        this.second = second;
        this.direction = NONE;
    }

    get isSatisfied() {
        return this.direction !== NONE;
    }

    get output() {
        return this.direction === FORWARD ? this.second : this.first;
    }

    get input() {
        return this.direction === FORWARD ? this.first : this.second;
    }

    addToGraph() {
        this.first.constraints.push(this);
        this.second.constraints.push(this);
        this.direction = NONE;
    }

    removeFromGraph() {
        removeFrom(this.first.constraints, this);
        removeFrom(this.second.constraints, this);
        this.direction = NONE;
    }

    chooseMethod(mark) {
        const first = this.first, second = this.second;
        if (first.mark === mark) {
            this.direction = second.mark !== mark && this.strength < second.walkStrength ? FORWARD : NONE;
        } else if (second.mark === mark) {
            this.direction = this.strength < first.walkStrength ? BACKWARD : NONE;
        } else if (first.walkStrength > second.walkStrength) {
            this.direction = this.strength < first.walkStrength ? BACKWARD : NONE;
        } else {
            this.direction = this.strength < second.walkStrength ? FORWARD : NONE;
        }
    }

    markInputs(mark) {
        this.input.mark = mark;
    }

    inputsKnown(mark) {
        const input = this.input;
        return input.mark === mark || input.stay || input.determinedBy === null;
    }

    markUnsatisfied() {
        this.direction = NONE;
    }

    recalculate() {
        const input = this.input, out = this.output;
        out.walkStrength = Math.max(this.strength, input.walkStrength);
        out.stay = this.inputsStay();
        if (out.stay) this.execute();
    }

    inputsStay() {
        return this.input.stay;
    }

    execute() {
        this.output.value = this.input.value;
    }
}

// second = first * scale + offset
class Scale extends Binary {
    constructor(first, scale, offset, second, strength) {
        super(first, second, strength);
        this.scale = scale;
        this.offset = offset;
    }

    addToGraph() {
        super.addToGraph();
        this.scale.constraints.push(this);
        this.offset.constraints.push(this);
    }

    removeFromGraph() {
        super.removeFromGraph();
        removeFrom(this.scale.constraints, this);
        removeFrom(this.offset.constraints, this);
    }

    markInputs(mark) {
        super.markInputs(mark);
        this.scale.mark = mark;
        this.offset.mark = mark;
    }

    inputsStay() {
        return super.inputsStay() && this.scale.stay && this.offset.stay;
    }

    execute() {
        if (this.direction === FORWARD) {
            this.second.value = this.first.value * this.scale.value + this.offset.value;
        } else {
            this.first.value = Math.trunc((this.second.value - this.offset.value) / this.scale.value);
        }
    }
}

function removeFrom(list, item) {
    let kept = 0;
    for (let i = 0; i < list.length; i++) {
        if (list[i] !== item) list[kept++] = list[i];
    }
    list.length = kept;
}

class Planner {
    constructor() {
        this.mark = 0;
    }

    newMark() {
        return ++this.mark;
    }

    incrementalAdd(constraint) {
        const mark = this.newMark();
        let overridden = constraint.satisfy(mark, this);
        while (overridden !== null) overridden = overridden.satisfy(mark, this);
    }

    incrementalRemove(constraint) {
        const out = constraint.output;
        constraint.markUnsatisfied();
        constraint.removeFromGraph();
        const unsatisfied = this.removePropagateFrom(out);
        for (let strength = REQUIRED; strength <= WEAKEST; strength++) {
            for (const other of unsatisfied) {
                if (other.strength === strength) this.incrementalAdd(other);
            }
        }
    }

    // The constraints that compute what the sources determine, in an order in which they can run.
    plan(edit) {
        const mark = this.newMark();
        const plan = [], todo = [];
        if (edit.isInput && edit.isSatisfied) todo.push(edit);
        while (todo.length > 0) {
            const constraint = todo.pop();
            const out = constraint.output;
            if (out.mark !== mark && constraint.inputsKnown(mark)) {
                plan.push(constraint);
                out.mark = mark;
                this.addConsumers(out, todo);
            }
        }
        return plan;
    }

    addPropagate(constraint, mark) {
        const todo = [constraint];
        while (todo.length > 0) {
            const next = todo.pop();
            const out = next.output;
            if (out.mark === mark) {
                this.incrementalRemove(constraint);
                return false;
            }
            next.recalculate();
            this.addConsumers(out, todo);
        }
        return true;
    }

    removePropagateFrom(out) {
        out.determinedBy = null;
        out.walkStrength = WEAKEST;
        out.stay = true;
        const unsatisfied = [], todo = [out];
        while (todo.length > 0) {
            const variable = todo.pop();
            const determining = variable.determinedBy;
            for (const constraint of variable.constraints) {
                if (!constraint.isSatisfied) {
                    unsatisfied.push(constraint);
                } else if (constraint !== determining) {
                    constraint.recalculate();
                    todo.push(constraint.output);
                }
            }
        }
        return unsatisfied;
    }

    addConsumers(variable, list) {
        const determining = variable.determinedBy;
        for (const constraint of variable.constraints) {
            if (constraint !== determining && constraint.isSatisfied) list.push(constraint);
        }
    }

    change(variable, value) {
        const edit = new Unary(variable, PREFERRED, true);
        edit.add(this);
        const plan = this.plan(edit);
        for (let i = 0; i < 10; i++) {
            variable.value = value;
            execute(plan);
        }
        edit.destroy(this);
    }
}

function execute(plan) {
    for (const constraint of plan) constraint.execute();
}

// A chain of equalities, from an edited end to one that would rather stay.
function chain(length) {
    const planner = new Planner();
    const first = new Variable(0);
    let last = first;
    for (let i = 0; i < length; i++) {
        const next = new Variable(0);
        new Binary(last, next, REQUIRED).add(planner);
        last = next;
    }
    new Unary(last, STRONG_DEFAULT, false).add(planner);
    const edit = new Unary(first, PREFERRED, true);
    edit.add(planner);
    const plan = planner.plan(edit);
    let sum = 0;
    for (let i = 0; i < 100; i++) {
        first.value = i;
        execute(plan);
        sum += last.value;
    }
    edit.destroy(planner);
    return sum;
}

// Many variables with the same scale and offset, of which each part is edited.
function projection(count) {
    const planner = new Planner();
    const scale = new Variable(10), offset = new Variable(1000);
    const outputs = [];
    let source = offset, output = offset;
    for (let i = 0; i < count; i++) {
        source = new Variable(i);
        output = new Variable(i);
        outputs.push(output);
        new Unary(source, NORMAL, false).add(planner);
        new Scale(source, scale, offset, output, REQUIRED).add(planner);
    }
    let sum = 0;
    planner.change(source, 17);
    sum += output.value;
    planner.change(output, 1050);
    sum += source.value;
    planner.change(scale, 5);
    for (const each of outputs) sum += each.value;
    planner.change(offset, 2000);
    for (const each of outputs) sum += each.value;
    return sum;
}

const size = Number(process.argv[2]);
let chains = 0, projections = 0;
for (let i = Number(process.argv[3]); i > 0; i--) {
    chains += chain(size);
    projections += projection(size);
}
console.log(chains + " " + projections);
