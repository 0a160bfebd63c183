package bench;

import static bench.Machine.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The order writer on a PostgreSQL that keeps its commits, against the fastest bare loop of the
 * same rows over one connection, at two sizes of a commit. The loops alone say which way of a batch
 * is the fastest; docs/decisions/orders-into-postgresql.md.
 */
final class OrdersIntoPostgres implements Race {
  private static final double GOAL = 0.8;
  private static final List<String> SIZES = List.of("100", "1000");
  private static final int ROWS = 50_000;

  /** What one way made of one size, in one round; or its median. */
  private record Rate(String way, String size, double perSecond) {
    static Rate read(String line) {
      String[] words = line.split(" ", -1);
      return new Rate(words[1], words[2], Double.parseDouble(words[3]));
    }
  }

  @Override
  public List<String> lines() {
    return SIZES.stream().map(size -> "postgresql-" + size).toList();
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Path log = lab.newFolder("postgresql").resolve("log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                PostgresLoop.class.getName(),
                Integer.toString(ROWS),
                Integer.toString(lab.pairs())));
    command.addAll(SIZES);
    Process process =
        lab.start(
            Lab.BOTH_CORES,
            new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()));
    process.waitFor();
    lab.end(process);
    List<Rate> rates =
        Files.readAllLines(log).stream()
            .filter(line -> line.startsWith("rate "))
            .map(Rate::read)
            .toList();
    if (rates.isEmpty()) {
      throw new IOException("the loops say " + Files.readString(log));
    }
    return SIZES.stream().map(size -> result(size, rates)).toList();
  }

  /** Ratios are of one round each: ours against the best of the same minute. */
  private static Result result(String size, List<Rate> all) {
    List<Rate> rates = all.stream().filter(rate -> rate.size.equals(size)).toList();
    int ways = PostgresLoop.LOOPS.size() + 1;
    List<Double> ratios = new ArrayList<>();
    List<Double> writers = new ArrayList<>();
    List<String> details = new ArrayList<>();
    for (int i = 0; i + ways <= rates.size(); i += ways) {
      List<Rate> round = rates.subList(i, i + ways);
      double best =
          round.stream()
              .filter(rate -> !rate.way.equals(PostgresLoop.WRITER))
              .mapToDouble(Rate::perSecond)
              .max()
              .orElseThrow();
      writers.add(round.getLast().perSecond);
      ratios.add(round.getLast().perSecond / best);
      details.add(
          round.stream()
              .map(rate -> text("%s %,.0f/s", rate.way, rate.perSecond))
              .collect(Collectors.joining(", ")));
    }
    Result result = new Result("postgresql-" + size, Lab.median(ratios), GOAL, details);
    return size.equals(SIZES.getFirst())
        ? result.with(Map.of("ordersPerSecond", Lab.median(writers)))
        : result;
  }
}
