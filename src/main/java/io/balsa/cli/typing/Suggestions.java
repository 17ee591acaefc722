package io.balsa.cli.typing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The words that may stand next in a line of verbs. */
public final class Suggestions {
    /** How parameters are called for which a member is to be named. */
    private static final Set<String> MEMBERS = Set.of("ID", "OLD");

    private final CommandSpec verbs;
    private final List<String> own;
    private final Supplier<? extends Collection<String>> members;

    /**
     * @param own words that may stand in the place of a verb besides
     * @param members asked only when the name of one may stand at the cursor
     */
    public Suggestions(CommandSpec verbs, List<String> own, Supplier<? extends Collection<String>> members) {
        this.verbs = verbs;
        this.own = List.copyOf(own);
        this.members = members;
    }

    /**
     * @param before the words before the one at the cursor
     * @param word the beginning of that one
     */
    public List<String> at(List<String> before, String word) {
        if (!before.isEmpty() && before.get(0).equals("help")) {
            return at(before.subList(1, before.size()), word);
        }
        int depth = 0;
        CommandSpec at = verbs;
        while (depth < before.size() && at.subcommands().containsKey(before.get(depth))) {
            at = at.subcommands().get(before.get(depth)).getCommandSpec();
            depth++;
        }
        OptionSpec asked = before.isEmpty() ? null : at.optionsMap().get(before.get(before.size() - 1));
        if (asked != null && asked.arity().min() > 0) {
            return values(asked, asked.names()[0].equals("--node"));
        }
        if (word.startsWith("-")) {
            return options(at);
        }
        List<String> words = new ArrayList<>(verbsBelow(at));
        words.addAll(before.isEmpty() ? own : parameters(at, before.subList(depth, before.size())));
        return words;
    }

    private static List<String> options(CommandSpec at) {
        return at.options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::longestName)
                .toList();
    }

    private static Collection<String> verbsBelow(CommandSpec at) {
        Map<String, CommandLine> below = new TreeMap<>(at.subcommands());
        below.values().removeIf(verb -> verb.getCommandSpec().usageMessage().hidden());
        return below.keySet();
    }

    /** What may stand as the parameter behind these words, of which some are options and their values. */
    private List<String> parameters(CommandSpec at, List<String> words) {
        int index = 0;
        OptionSpec open = null;
        for (String word : words) {
            boolean isValue = open != null && open.arity().min() > 0;
            open = isValue ? null : at.optionsMap().get(word);
            index += isValue || word.startsWith("-") ? 0 : 1;
        }
        for (PositionalParamSpec parameter : at.positionalParameters()) {
            if (parameter.index().contains(index)) {
                return values(
                        parameter,
                        MEMBERS.contains(parameter.paramLabel()) && !at.name().equals("add"));
            }
        }
        return List.of();
    }

    private List<String> values(ArgSpec argument, boolean isMember) {
        if (isMember) {
            return List.copyOf(members.get());
        }
        Iterable<String> known = argument.completionCandidates();
        return known == null
                ? List.of()
                : StreamSupport.stream(known.spliterator(), false)
                        .map(value -> value.toLowerCase(Locale.ROOT))
                        .toList();
    }
}
