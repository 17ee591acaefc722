package io.balsa.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.balsa.Applied;
import io.balsa.Consistency;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rooms of the house and the doors between them: imports run one way, and no room is overcrowded. */
@AnalyzeClasses(packages = "io.balsa", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    /**
     * Room → the rooms it may import, besides itself, {@code model}, the nouns that all speak in, and the two nouns of
     * the plain-Java entry point. A room within a room has doors of its own: the verbs for the folder of a stopped node
     * see no cluster, and alone of all verbs they see the storage.
     */
    private static final Map<String, List<String>> DOORS = Map.ofEntries(
            Map.entry("model", List.of()),
            Map.entry("protocol", List.of()),
            Map.entry("storage", List.of()),
            Map.entry("config", List.of()),
            Map.entry("trace", List.of("protocol")),
            Map.entry("tls", List.of("protocol", "config")),
            Map.entry("measure", List.of()),
            Map.entry("journal", List.of("storage", "protocol", "measure")),
            Map.entry("machine", List.of("storage", "protocol", "config")),
            Map.entry(
                    "role", List.of("journal", "machine", "storage", "protocol", "config", "trace", "tls", "measure")),
            Map.entry("client", List.of("protocol", "config")),
            Map.entry("kv", List.of("machine")),
            Map.entry("rehearsal", List.of("client", "config", "kv", "protocol", "role", "storage", "trace")),
            Map.entry("show", List.of("client", "config", "kv", "protocol")),
            Map.entry("cli", List.of("client", "role", "config", "kv", "protocol", "show", "tls", "measure")),
            Map.entry("cli.offline", List.of("cli.show", "config", "kv", "storage", "show")),
            Map.entry(
                    "http", List.of("client", "role", "config", "kv", "protocol", "show", "trace", "tls", "measure")));

    /** The entry points, which put the whole together and may see everything. */
    private static final List<String> ENTRANCES = List.of("io.balsa", "io.balsa.launcher..");

    private static final int CLASSES_PER_PACKAGE = 16;
    private static final Map<String, Integer> LARGER_PACKAGES = Map.of("io.balsa.role", 28);

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.balsa.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyClassHasARoom = classes()
            .should()
            .resideInAnyPackage(
                    Stream.concat(ENTRANCES.stream(), DOORS.keySet().stream().map(ArchitectureTest::room))
                            .toArray(String[]::new));

    @ArchTest
    static final ArchRule modelIsPlainJava = classes()
            .that()
            .resideInAPackage("io.balsa.model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "io.balsa.model..");

    @ArchTest
    static final ArchRule modelAndStorageNeverSeePekko = noClasses()
            .that()
            .resideInAnyPackage("io.balsa.model..", "io.balsa.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.pekko..");

    @ArchTest
    static final ArchRule clientNeverSeesRole = noClasses()
            .that()
            .resideInAPackage("io.balsa.client..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.balsa.role..");

    @ArchTest
    static void importsRunOneWay(JavaClasses balsa) {
        assertAll(DOORS.entrySet().stream()
                .map(room -> () -> wall(room.getKey(), room.getValue()).check(balsa)));
    }

    @ArchTest
    static void noPackageIsOvercrowded(JavaClasses balsa) {
        Map<String, Long> sizes = balsa.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));

        assertThat(sizes).allSatisfy((name, size) -> assertThat(size)
                .as("top-level classes in %s", name)
                .isLessThanOrEqualTo(LARGER_PACKAGES.getOrDefault(name, CLASSES_PER_PACKAGE)));
    }

    private static ArchRule wall(String room, List<String> doors) {
        String[] open = Stream.concat(Stream.of(room, "model"), doors.stream())
                .map(ArchitectureTest::room)
                .toArray(String[]::new);
        return noClasses()
                .that(resideInAPackage(room(room)).and(not(resideInAnyPackage(within(room)))))
                .should()
                .dependOnClassesThat(resideInAPackage("io.balsa..")
                        .and(not(resideInAnyPackage(open)))
                        .and(not(belongToAnyOf(Applied.class, Consistency.class))))
                .as(room + " imports only itself, model and " + doors);
    }

    private static String[] within(String room) {
        return DOORS.keySet().stream()
                .filter(other -> other.startsWith(room + "."))
                .map(ArchitectureTest::room)
                .toArray(String[]::new);
    }

    private static String room(String name) {
        return "io.balsa." + name + "..";
    }
}
