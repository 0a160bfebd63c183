package io.doorbuster;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Who may know whom: the rooms, their edges, and the few rooms with a special right. */
final class ArchitectureTest {

  /** A room on the left may use the rooms on its right and no other; this is the design's table. */
  private static final String EDGES =
      """
      sale       ->
      metrics    ->
      http       -> metrics
      outbox     -> sale
      page       -> sale metrics http
      gate       -> sale metrics http
      inventory  -> sale metrics
      order      -> sale gate inventory outbox metrics http
      payment    -> sale inventory order outbox metrics http
      settlement -> sale inventory order outbox metrics
      console    -> sale page gate inventory order payment settlement outbox metrics http
      drill      -> sale metrics http
      cli        -> all
      """;

  private static final String[] JDBC = {
    "java.sql..",
    "javax.sql..",
    "org.sqlite..",
    "org.postgresql..",
    "com.zaxxer..",
    "org.flywaydb.."
  };
  private static final String[] JDBC_ROOMS = packages("sale order outbox settlement drill");

  /** The one class of the drill that may do more than read: it holds the lock of an outage. */
  private static final String FAULTS = "io.doorbuster.drill.Faults";

  private static final Set<String> WRITING_JDBC =
      Set.of(
          "execute",
          "executeUpdate",
          "executeLargeUpdate",
          "executeBatch",
          "executeLargeBatch",
          "addBatch");

  private static final Map<String, Set<String>> ROOMS =
      EDGES
          .lines()
          .map(line -> line.split("->", -1))
          .collect(toMap(side -> side[0].strip(), side -> words(side[1])));

  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.doorbuster");

  @Test
  void rooms_onDisk_areThoseOfTheTable() {
    Set<String> seen =
        PROGRAM.stream().map(ArchitectureTest::room).collect(toCollection(TreeSet::new));
    assertThat(seen).isEqualTo(new TreeSet<>(ROOMS.keySet()));
  }

  @Test
  void edges_inTheCode_areThoseOfTheTable() {
    List<String> foreign =
        PROGRAM.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(edge -> edge.getTargetClass().getPackageName().startsWith("io.doorbuster"))
            .filter(
                edge -> {
                  String from = room(edge.getOriginClass());
                  String to = room(edge.getTargetClass());
                  Set<String> allowed = ROOMS.getOrDefault(from, Set.of());
                  return !from.equals(to) && !allowed.contains(to) && !allowed.contains("all");
                })
            .map(
                edge ->
                    "%s -> %s: %s"
                        .formatted(
                            room(edge.getOriginClass()),
                            room(edge.getTargetClass()),
                            edge.getDescription()))
            .distinct()
            .toList();
    assertThat(foreign).isEmpty();
  }

  @Test
  void edges_followed_neverComeBack() {
    slices()
        .matching("io.doorbuster.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(PROGRAM);
  }

  @Test
  void jdbc_outsideTheStores_isNotUsed() {
    noClasses()
        .that()
        .resideOutsideOfPackages(JDBC_ROOMS)
        .should()
        .dependOnClassesThat(resideInAnyPackage(JDBC))
        .check(PROGRAM);
  }

  @Test
  void jdbc_inTheDrill_onlyReads() {
    noClasses()
        .that()
        .resideInAPackage("io.doorbuster.drill..")
        .and(describe("are not " + FAULTS, type -> !type.getName().startsWith(FAULTS)))
        .should(
            use(
                "write by JDBC",
                call ->
                    resideInAnyPackage(JDBC).test(call.getTargetOwner())
                        && WRITING_JDBC.contains(call.getName())))
        .check(PROGRAM);
  }

  @Test
  void wallClock_outsideCli_isNotRead() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.doorbuster.cli..")
        .should(use("read the wall clock", ArchitectureTest::readsWallClock))
        .check(PROGRAM);
  }

  @Test
  void redis_outsideItsEngine_isNotUsed() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.doorbuster.inventory.redis")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("redis.clients..", "io.lettuce..", "io.vertx.redis..")
        .check(PROGRAM);
  }

  /** System.nanoTime is no wall clock: it only measures spans. */
  private static boolean readsWallClock(JavaCodeUnitAccess<?> call) {
    String owner = call.getTargetOwner().getName();
    boolean noArguments = call.getTarget().getRawParameterTypes().isEmpty();
    return switch (call.getName()) {
      case "currentTimeMillis" -> owner.equals("java.lang.System");
      case "now" -> owner.startsWith("java.time.") && noArguments;
      case "<init>" -> owner.equals("java.util.Date") && noArguments;
      case "system" -> owner.equals("java.time.InstantSource") || owner.equals("java.time.Clock");
      default -> owner.equals("java.time.Clock") && call.getName().startsWith("system");
    };
  }

  /** A condition on calls and on method references alike. */
  private static ArchCondition<JavaClass> use(
      String what, Predicate<JavaCodeUnitAccess<?>> unwanted) {
    return new ArchCondition<>(what) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getCodeUnitAccessesFromSelf().stream()
            .filter(unwanted)
            .forEach(
                call -> events.add(SimpleConditionEvent.satisfied(call, call.getDescription())));
      }
    };
  }

  private static String room(JavaClass type) {
    String[] parts = type.getPackageName().split("\\.", -1);
    return parts.length > 2 ? parts[2] : "";
  }

  private static Set<String> words(String text) {
    return Arrays.stream(text.strip().split(" +", -1))
        .filter(Predicate.not(String::isEmpty))
        .collect(toCollection(TreeSet::new));
  }

  private static String[] packages(String rooms) {
    return words(rooms).stream().map(room -> "io.doorbuster." + room + "..").toArray(String[]::new);
  }
}
