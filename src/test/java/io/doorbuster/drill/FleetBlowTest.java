package io.doorbuster.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.drill.checker.Scene;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a fault strikes, and what a run that was broken off still has to do; starts no server. */
final class FleetBlowTest {
  private static final Duration SELLING = Duration.ofSeconds(10);
  private static final Setup.Cluster OWN =
      new Setup.Cluster(List.of(), Optional.empty(), Optional.empty(), Optional.empty());

  @TempDir private Path folder;

  private static Duration moment(long seed) {
    return FleetBlow.moment(SELLING, new SplittableRandom(seed));
  }

  @Test
  void moment_anySeed_leavesTimeToSellBeforeAndAfter() {
    for (long seed = 0; seed < 50; seed++) {
      assertThat(moment(seed)).isBetween(Duration.ofMillis(1_500), Duration.ofMillis(5_000));
    }
  }

  @Test
  void moment_sameSeed_isTheSameAndItsNeighboursLieApart() {
    assertThat(moment(3)).isEqualTo(moment(3));
    List<Duration> neighbours = LongStream.range(0, 20).mapToObj(FleetBlowTest::moment).toList();
    assertThat(Collections.max(neighbours).minus(Collections.min(neighbours)))
        .isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void harms_serversOfOthers_areLeftAlone() {
    Setup.Cluster others =
        new Setup.Cluster(
            List.of("10.0.0.1:6379"),
            Optional.of("jdbc:postgresql://db/shop"),
            Optional.empty(),
            Optional.empty());
    assertThat(Fault.values()).noneMatch(fault -> fault.harms(OWN));
    assertThat(List.of(Fault.values()).stream().filter(fault -> fault.harms(others)))
        .hasSize(9)
        .doesNotContain(Fault.KAFKA_DOWN, Fault.GATE_KILLED);
  }

  @Test
  void run_allRoundsInTheFile_startsNothingAndPrintsTheTable() throws Exception {
    Path results = folder.resolve("rounds.jsonl");
    Path markdown = folder.resolve("table.md");
    Round known = new Round("gate-killed", 1, 7, 0, 0, 800, List.of());
    Round foreign = new Round("gate-killed", 1, 8, 5, 0, 800, List.of("of another seed"));
    Files.writeString(results, known.toJson() + "\n" + foreign.toJson() + "\n");
    FaultRounds.Options options =
        new FaultRounds.Options(
            List.of(Fault.GATE_KILLED), 1, Optional.of(results), Optional.of(markdown));
    PrintStream out = new PrintStream(Files.newOutputStream(folder.resolve("printed")));
    FaultRounds rounds = new FaultRounds(out, InstantSource.system(), setup(7), options);
    assertThat(rounds.run()).isTrue();
    assertThat(FaultRounds.findSeed(results)).contains(7L);
    assertThat(FaultRounds.findSeed(folder.resolve("none"))).isEmpty();
    assertThat(Files.readString(markdown)).contains("`gate-killed`").contains("| 1 | 0 | 0 | 0 |");
    assertThat(Files.readAllLines(results)).hasSize(2);
  }

  private static Setup setup(long seed) {
    return new Setup(
        Scene.clean().evidence().plan().seeded(seed),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.of(OWN),
        false,
        Optional.empty(),
        false);
  }
}
