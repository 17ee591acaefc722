package io.balsa.history;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for an order of the operations on one register in which each takes effect at once, between the time it was
 * asked for and the time it was answered, and in which every answer is the right one. The register is empty at first.
 *
 * <p>The search is that of Wing and Gong: whatever was invoked before the first outstanding answer may come next. As
 * Lowe found, it is enough to go once through each pair of operations done and value reached.
 */
public final class Linearizability {
    private final List<Operation> operations;
    private final int answered;
    private final Set<Point> visited = new HashSet<>();
    private final BitSet done = new BitSet();

    /** Somewhere in the search. */
    private record Point(BitSet done, Optional<String> value) {}

    private Linearizability(List<Operation> history) {
        operations = history.stream()
                .sorted(Comparator.comparingLong(Operation::invoked))
                .toList();
        answered = (int) history.stream().filter(Operation::isAnswered).count();
    }

    /** Whether there is such an order; every operation that was answered is in it, one that was not may be. */
    public static boolean holds(List<Operation> history) {
        return new Linearizability(history).canFinish(Optional.empty(), 0);
    }

    /** {@code settled} operations of those that were answered have been done, and the register holds {@code value}. */
    private boolean canFinish(Optional<String> value, int settled) {
        if (settled == answered) {
            return true;
        }
        if (!visited.add(new Point((BitSet) done.clone(), value))) {
            return false;
        }
        long firstAnswer = firstAnswer();
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            Operation next = operations.get(i);
            if (next.invoked() > firstAnswer) {
                return false;
            }
            if (next.action().fits(value) && canDo(i, value, settled)) {
                return true;
            }
        }
        return false;
    }

    private boolean canDo(int i, Optional<String> value, int settled) {
        Operation next = operations.get(i);
        done.set(i);
        boolean can = canFinish(next.action().after(value), settled + (next.isAnswered() ? 1 : 0));
        done.clear(i);
        return can;
    }

    private long firstAnswer() {
        long first = Operation.NEVER;
        for (int i = done.nextClearBit(0); i < operations.size(); i = done.nextClearBit(i + 1)) {
            first = Math.min(first, operations.get(i).answered());
        }
        return first;
    }
}
