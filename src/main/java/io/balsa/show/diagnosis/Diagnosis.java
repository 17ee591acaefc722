package io.balsa.show.diagnosis;

import io.balsa.protocol.reply.AdminReply.Status;
import io.balsa.show.Answer;
import io.balsa.show.ClusterView;
import io.balsa.show.Table;
import io.balsa.show.diagnosis.Finding.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What looks wrong with a cluster.
 *
 * @param view of those that answered; empty when nobody did
 * @param findings the worst first
 */
public record Diagnosis(Optional<ClusterView> view, List<Finding> findings) {
    /** Puts together what came back. */
    static Diagnosis of(SortedMap<String, String> asked, SortedMap<String, Heard> heard, Limits limits) {
        Map<String, Status> answers = new TreeMap<>();
        heard.values().forEach(one -> one.status().ifPresent(status -> answers.put(one.address(), status)));
        List<Finding> findings = new ArrayList<>(Entries.check(asked, heard));
        Optional<ClusterView> view = Optional.empty();
        if (answers.isEmpty()) {
            findings.addAll(silence(asked, heard));
        } else {
            ClusterView seen = ClusterView.of(asked, answers);
            findings.addAll(new Members(seen, heard, limits).check());
            view = Optional.of(seen);
        }
        findings.addAll(new Machines(heard.values(), limits).check());
        findings.sort(Comparator.comparing(Finding::kind).thenComparing(Finding::where));
        return new Diagnosis(view, List.copyOf(findings));
    }

    private static List<Finding> silence(Map<String, String> asked, Map<String, Heard> heard) {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.of(
                Kind.NO_QUORUM,
                "cluster",
                "nobody answers",
                "start the nodes, or name others: --endpoints HOST:PORT,…"));
        asked.forEach((id, address) -> {
            if (heard.get(address).refusal().isEmpty()) {
                findings.add(Members.down(id, address));
            }
        });
        return findings;
    }

    /** The same without findings of some kinds. */
    public Diagnosis without(Collection<Kind> kinds) {
        return new Diagnosis(
                view,
                findings.stream()
                        .filter(finding -> !kinds.contains(finding.kind()))
                        .toList());
    }

    public Answer toAnswer() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("clusterId", view.map(ClusterView::cluster).orElse(null));
        json.put("group", view.map(ClusterView::group).orElse(null));
        json.put("ok", findings.isEmpty());
        json.put("findings", findings.stream().map(Finding::fields).toList());
        if (findings.isEmpty()) {
            return Answer.of(json, "ok", "nothing looks wrong: " + whole());
        }
        Table table = new Table("FINDING", "WHERE", "SINCE", "WHAT", "NEXT");
        findings.forEach(one -> table.row(one.kind(), one.where(), one.age(), one.what(), one.next()));
        return Answer.of(json, table);
    }

    private String whole() {
        return view.map(seen -> answering(seen) + " of " + seen.nodes().size() + " members answer, and "
                        + seen.leader().orElse("nobody") + " leads in term " + seen.term())
                .orElse("nobody answers");
    }

    private static long answering(ClusterView seen) {
        return seen.nodes().values().stream()
                .filter(node -> node.status().isPresent())
                .count();
    }
}
