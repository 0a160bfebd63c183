package io.doorbuster.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.doorbuster.drill.servers.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole sale with the stock in a Redis that dies, and a server that dies. */
@Tag("redis")
final class RedisDrillIT {
  private static final Pattern PAID = Pattern.compile("(\\d+) of \\d+ units paid");
  private static final Duration AWAY = Duration.ofSeconds(2);

  @TempDir private Path folder;

  /** Runs a drill to its end; tells how many units are paid whenever it says so. */
  private static List<String> drill(RedisServer redis, IntConsumer paid, String... options)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.doorbuster.cli.Main",
                "drill"));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DOORBUSTER_REDIS_NODES", "127.0.0.1:" + redis.port());
    Process drill = builder.start();
    List<String> printed = new ArrayList<>();
    try (BufferedReader lines = drill.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        printed.add(line);
        Matcher units = PAID.matcher(line);
        if (units.find()) {
          paid.accept(Integer.parseInt(units.group(1)));
        }
      }
    }
    assertThat(drill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(drill.exitValue()).as(String.join("\n", printed)).isZero();
    return printed;
  }

  @Test
  void sale_onARedisThatIsKilledAndComesBackEmpty_keepsAllPromises() throws Exception {
    try (RedisServer redis = RedisServer.start(folder)) {
      List<Integer> faults = new ArrayList<>();
      List<String> printed =
          drill(
              redis,
              paid -> {
                if (faults.isEmpty() && paid > 20) {
                  redis.killFor(AWAY, () -> {});
                  faults.add(paid);
                } else if (faults.size() == 1 && paid > 80) {
                  redis.killFor(AWAY, this::empty);
                  faults.add(paid);
                }
              },
              "--buyers",
              "2000",
              "--kill",
              "1",
              "--seed",
              "51");
      assertThat(faults).as(String.join("\n", printed)).hasSize(2);
      assertThat(printed).contains("All promises kept.");
    }
  }

  private void empty() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("append")).toList()) {
        new ProcessBuilder("rm", "-r", file.toString()).start().waitFor();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
