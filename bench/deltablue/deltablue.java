import java.util.ArrayList;

/**
 * DeltaBlue, an incremental solver of constraints with strengths (Freeman-Benson, Maloney, Borning, 1990): a chain of
 * equalities and a projection, whose ends are edited.
 */
public class deltablue {
    static final int REQUIRED = 0, PREFERRED = 2, STRONG_DEFAULT = 3, NORMAL = 4, WEAKEST = 6;

    enum Direction { NONE, FORWARD, BACKWARD }

    static final class Variable {
        long value;
        final ArrayList<Constraint> constraints = new ArrayList<>();
        Constraint determinedBy;
        int mark;
        int walkStrength = WEAKEST;
        boolean stay = true;

        Variable(long value) {
            this.value = value;
        }
    }

    abstract static class Constraint {
        final int strength;

        Constraint(int strength) {
            this.strength = strength;
        }

        abstract boolean isSatisfied();
        boolean isInput() {
            return false;
        }
        abstract Variable output();
        abstract void addToGraph();
        abstract void removeFromGraph();
        abstract void chooseMethod(int mark);
        abstract void markInputs(int mark);
        abstract boolean inputsKnown(int mark);
        abstract void markUnsatisfied();
        abstract void recalculate();
        abstract void execute();

        void add(Planner planner) {
            addToGraph();
            planner.incrementalAdd(this);
        }

        void destroy(Planner planner) {
            if (isSatisfied()) planner.incrementalRemove(this);
            else removeFromGraph();
        }

        /** Satisfies the constraint if it can; the constraint that it overrides. */
        Constraint satisfy(int mark, Planner planner) {
            chooseMethod(mark);
            if (!isSatisfied()) {
                if (strength == REQUIRED) throw new IllegalStateException("a required constraint cannot be satisfied");
                return null;
            }
            markInputs(mark);
            Variable out = output();
            Constraint overridden = out.determinedBy;
            if (overridden != null) overridden.markUnsatisfied();
            out.determinedBy = this;
            if (!planner.addPropagate(this, mark)) throw new IllegalStateException("a cycle of constraints");
            out.mark = mark;
            return overridden;
        }
    }

    /** A constraint on one variable. */
    static final class Unary extends Constraint {
        final Variable variable;
        final boolean editing;
        boolean satisfied;

        Unary(Variable variable, int strength, boolean editing) {
            super(strength);
            this.variable = variable;
            this.editing = editing;
        }

        @Override boolean isSatisfied() {
            return satisfied;
        }
        @Override boolean isInput() {
            return editing;
        }
        @Override Variable output() {
            return variable;
        }
        @Override void addToGraph() {
            variable.constraints.add(this);
            satisfied = false;
        }
        @Override void removeFromGraph() {
            removeFrom(variable.constraints, this);
            satisfied = false;
        }
        @Override void chooseMethod(int mark) {
            satisfied = variable.mark != mark && strength < variable.walkStrength;
        }
        @Override void markInputs(int mark) {}
        @Override boolean inputsKnown(int mark) {
            return true;
        }
        @Override void markUnsatisfied() {
            satisfied = false;
        }
        @Override void recalculate() {
            variable.walkStrength = strength;
            variable.stay = !editing;
        }
        @Override void execute() {}
    }

    /** An equality of two variables. */
    static class Binary extends Constraint {
        final Variable first, second;
        Direction direction = Direction.NONE;

        Binary(Variable first, Variable second, int strength) {
            super(strength);
            this.first = first;
            this.second = second;
        }

        @Override boolean isSatisfied() {
            return direction != Direction.NONE;
        }
        @Override Variable output() {
            return direction == Direction.FORWARD ? second : first;
        }
        Variable input() {
            return direction == Direction.FORWARD ? first : second;
        }
        @Override void addToGraph() {
            first.constraints.add(this);
            second.constraints.add(this);
            direction = Direction.NONE;
        }
        @Override void removeFromGraph() {
            removeFrom(first.constraints, this);
            removeFrom(second.constraints, this);
            direction = Direction.NONE;
        }
        @Override void chooseMethod(int mark) {
            if (first.mark == mark) {
                direction = second.mark != mark && strength < second.walkStrength ? Direction.FORWARD : Direction.NONE;
            } else if (second.mark == mark) {
                direction = strength < first.walkStrength ? Direction.BACKWARD : Direction.NONE;
            } else if (first.walkStrength > second.walkStrength) {
                direction = strength < first.walkStrength ? Direction.BACKWARD : Direction.NONE;
            } else {
                direction = strength < second.walkStrength ? Direction.FORWARD : Direction.NONE;
            }
        }
        @Override void markInputs(int mark) {
            input().mark = mark;
        }
        @Override boolean inputsKnown(int mark) {
            Variable input = input();
            return input.mark == mark || input.stay || input.determinedBy == null;
        }
        @Override void markUnsatisfied() {
            direction = Direction.NONE;
        }
        @Override void recalculate() {
            Variable input = input(), out = output();
            out.walkStrength = Math.max(strength, input.walkStrength);
            out.stay = inputsStay();
            if (out.stay) execute();
        }
        boolean inputsStay() {
            return input().stay;
        }
        @Override void execute() {
            output().value = input().value;
        }
    }

    /** second = first * scale + offset */
    static final class Scale extends Binary {
        final Variable scale, offset;

        Scale(Variable first, Variable scale, Variable offset, Variable second, int strength) {
            super(first, second, strength);
            this.scale = scale;
            this.offset = offset;
        }

        @Override void addToGraph() {
            super.addToGraph();
            scale.constraints.add(this);
            offset.constraints.add(this);
        }
        @Override void removeFromGraph() {
            super.removeFromGraph();
            removeFrom(scale.constraints, this);
            removeFrom(offset.constraints, this);
        }
        @Override void markInputs(int mark) {
            super.markInputs(mark);
            scale.mark = mark;
            offset.mark = mark;
        }
        @Override boolean inputsStay() {
            return super.inputsStay() && scale.stay && offset.stay;
        }
        @Override void execute() {
            if (direction == Direction.FORWARD) second.value = first.value * scale.value + offset.value;
            else first.value = (second.value - offset.value) / scale.value;
        }
    }

    static void removeFrom(ArrayList<Constraint> list, Constraint item) {
        int kept = 0;
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) != item) list.set(kept++, list.get(i));
        }
        while (list.size() > kept) list.remove(list.size() - 1);
    }

    static final class Planner {
        int mark;

        int newMark() {
            return ++mark;
        }

        void incrementalAdd(Constraint constraint) {
            int mark = newMark();
            Constraint overridden = constraint.satisfy(mark, this);
            while (overridden != null) overridden = overridden.satisfy(mark, this);
        }

        void incrementalRemove(Constraint constraint) {
            Variable out = constraint.output();
            constraint.markUnsatisfied();
            constraint.removeFromGraph();
            ArrayList<Constraint> unsatisfied = removePropagateFrom(out);
            for (int strength = REQUIRED; strength <= WEAKEST; strength++) {
                for (Constraint other : unsatisfied) {
                    if (other.strength == strength) incrementalAdd(other);
                }
            }
        }

        /** The constraints that compute what the sources determine, in an order in which they can run. */
        ArrayList<Constraint> plan(Constraint edit) {
            int mark = newMark();
            ArrayList<Constraint> plan = new ArrayList<>(), todo = new ArrayList<>();
            if (edit.isInput() && edit.isSatisfied()) todo.add(edit);
            while (!todo.isEmpty()) {
                Constraint constraint = todo.remove(todo.size() - 1);
                Variable out = constraint.output();
                if (out.mark != mark && constraint.inputsKnown(mark)) {
                    plan.add(constraint);
                    out.mark = mark;
                    addConsumers(out, todo);
                }
            }
            return plan;
        }

        boolean addPropagate(Constraint constraint, int mark) {
            ArrayList<Constraint> todo = new ArrayList<>();
            todo.add(constraint);
            while (!todo.isEmpty()) {
                Constraint next = todo.remove(todo.size() - 1);
                Variable out = next.output();
                if (out.mark == mark) {
                    incrementalRemove(constraint);
                    return false;
                }
                next.recalculate();
                addConsumers(out, todo);
            }
            return true;
        }

        ArrayList<Constraint> removePropagateFrom(Variable out) {
            out.determinedBy = null;
            out.walkStrength = WEAKEST;
            out.stay = true;
            ArrayList<Constraint> unsatisfied = new ArrayList<>();
            ArrayList<Variable> todo = new ArrayList<>();
            todo.add(out);
            while (!todo.isEmpty()) {
                Variable variable = todo.remove(todo.size() - 1);
                Constraint determining = variable.determinedBy;
                for (Constraint constraint : variable.constraints) {
                    if (!constraint.isSatisfied()) {
                        unsatisfied.add(constraint);
                    } else if (constraint != determining) {
                        constraint.recalculate();
                        todo.add(constraint.output());
                    }
                }
            }
            return unsatisfied;
        }

        void addConsumers(Variable variable, ArrayList<Constraint> list) {
            Constraint determining = variable.determinedBy;
            for (Constraint constraint : variable.constraints) {
                if (constraint != determining && constraint.isSatisfied()) list.add(constraint);
            }
        }

        void change(Variable variable, long value) {
            Unary edit = new Unary(variable, PREFERRED, true);
            edit.add(this);
            ArrayList<Constraint> plan = plan(edit);
            for (int i = 0; i < 10; i++) {
                variable.value = value;
                execute(plan);
            }
            edit.destroy(this);
        }
    }

    static void execute(ArrayList<Constraint> plan) {
        for (Constraint constraint : plan) constraint.execute();
    }

    /** A chain of equalities, from an edited end to one that would rather stay. */
    static long chain(int length) {
        Planner planner = new Planner();
        Variable first = new Variable(0);
        Variable last = first;
        for (int i = 0; i < length; i++) {
            Variable next = new Variable(0);
            new Binary(last, next, REQUIRED).add(planner);
            last = next;
        }
        new Unary(last, STRONG_DEFAULT, false).add(planner);
        Unary edit = new Unary(first, PREFERRED, true);
        edit.add(planner);
        ArrayList<Constraint> plan = planner.plan(edit);
        long sum = 0;
        for (int i = 0; i < 100; i++) {
            first.value = i;
            execute(plan);
            sum += last.value;
        }
        edit.destroy(planner);
        return sum;
    }

    /** Many variables with the same scale and offset, of which each part is edited. */
    static long projection(int count) {
        Planner planner = new Planner();
        Variable scale = new Variable(10), offset = new Variable(1000);
        ArrayList<Variable> outputs = new ArrayList<>();
        Variable source = offset, output = offset;
        for (int i = 0; i < count; i++) {
            source = new Variable(i);
            output = new Variable(i);
            outputs.add(output);
            new Unary(source, NORMAL, false).add(planner);
            new Scale(source, scale, offset, output, REQUIRED).add(planner);
        }
        long sum = 0;
        planner.change(source, 17);
        sum += output.value;
        planner.change(output, 1050);
        sum += source.value;
        planner.change(scale, 5);
        for (Variable each : outputs) sum += each.value;
        planner.change(offset, 2000);
        for (Variable each : outputs) sum += each.value;
        return sum;
    }

    public static void main(String[] args) {
        int size = Integer.parseInt(args[0]);
        long chains = 0, projections = 0;
        for (int i = Integer.parseInt(args[1]); i > 0; i--) {
            chains += chain(size);
            projections += projection(size);
        }
        System.out.println(chains + " " + projections);
    }
}
