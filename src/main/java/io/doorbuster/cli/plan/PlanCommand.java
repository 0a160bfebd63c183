package io.doorbuster.cli.plan;

import io.doorbuster.cli.DurationText;
import io.doorbuster.page.PageWeight;
import io.doorbuster.sale.Pick;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.doorbuster.sale.Sku;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tells what a crowd needs before it is there. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Computes requests, bandwidth, machines and waiting for a crowd, with each formula.",
      "Give the crowd, or a sale's file whose expect says it. Exit 1 where a limit is crossed."
    })
public final class PlanCommand implements Callable<Integer> {
  /** Of a page with one SKU and no sale's file to weigh. */
  private static final PageWeight USUAL_PAGE = new PageWeight(2_600, 11_500, 3, 0);

  @Spec private CommandSpec spec;

  @Option(names = "--sale", paramLabel = "FILE", description = "The sale's file.")
  private @Nullable Path sale;

  @Option(names = "--buyers", description = "Who wait for the start.")
  private @Nullable Long buyers;

  @Option(names = "--units", description = "Of all SKUs together.")
  private @Nullable Long units;

  @Option(
      names = "--peak",
      converter = DurationText.class,
      description = "In which all of them click for the first time; default 10s.")
  private @Nullable Duration peak;

  @Option(
      names = "--arrive",
      converter = DurationText.class,
      defaultValue = "5m",
      description = "Over which they come and sign in before; default 5m.")
  private Duration arrive;

  @Option(names = "--wave", description = "Places a wave and SKU; default 10.")
  private @Nullable Long wave;

  @Option(
      names = "--every",
      converter = DurationText.class,
      description = "From wave to wave; default 5s.")
  private @Nullable Duration every;

  @Option(
      names = "--try-every",
      converter = DurationText.class,
      description = "Between two tries of a buyer; default 5s.")
  private @Nullable Duration tryEvery;

  @Option(names = "--pick", description = "fair (default) or first.")
  private @Nullable String pick;

  @Option(
      names = "--photo-kb",
      description =
          "Of the photo; default: the largest width of the one beside the sale's file, 120 where it"
              + " is elsewhere.")
  private @Nullable Double photoKb;

  @Option(
      names = "--load",
      defaultValue = "0.5",
      description = "The part of a core that is planned for, up to 1; default 0.5.")
  private double load;

  @Option(names = "--gate-cores", defaultValue = "4", description = "Of one gate; default 4.")
  private int gateCores;

  @Option(names = "--edges", defaultValue = "50", description = "Of the CDN; default 50.")
  private int edges;

  @Option(names = "--buyers-max", defaultValue = "200000", description = "gate.buyersMax.")
  private long buyersMax;

  @Option(names = "--reserved", description = "Gbit/s that are reserved at the CDN.")
  private @Nullable Double reserved;

  @Option(
      names = "--figures",
      paramLabel = "FILE",
      description = "What ./bench --json measured on your machine; else the documented figures.")
  private @Nullable Path figures;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    check(load > 0 && load <= 1, "--load is above 0 and at most 1.");
    check(gateCores > 0 && edges > 0 && buyersMax > 0, "--gate-cores, --edges, --buyers-max >= 1.");
    check(photoKb == null || photoKb >= 0, "--photo-kb is at least 0.");
    Optional<SaleFile.Result> read = readSale();
    Optional<Sale> known = read.flatMap(SaleFile.Result::sale);
    Crowd crowd = crowd(known);
    PlanSheet plan = CapacityPlan.of(crowd, weights(read, crowd.skus()), site(known), perCore());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(PlanText.toJson(plan).encodePrettily());
    } else {
      PlanText.print(plan, out);
    }
    out.flush();
    return plan.warnings().isEmpty() ? 0 : 1;
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private Optional<SaleFile.Result> readSale() throws IOException {
    Path file = sale;
    if (file == null) {
      return Optional.empty();
    }
    SaleFile.Result read = SaleFile.parse(file.toString(), text(file));
    check(
        read.sale().isPresent(),
        String.join("\n", read.errors().stream().map(String::valueOf).toList()));
    return Optional.of(read);
  }

  private String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ParameterException(spec.commandLine(), "There is no file " + file + ".", e);
    }
  }

  private Crowd crowd(Optional<Sale> known) {
    Optional<Sale.Expected> expected = known.flatMap(Sale::findExpected);
    long come =
        need(
            buyers,
            expected.map(Sale.Expected::buyers),
            "--buyers is missing, or `expect: {buyers: 100000}` in the sale's file.");
    long sell =
        need(
            units,
            known.map(one -> one.skus().stream().mapToLong(Sku::units).sum()),
            "--units is missing, or --sale.");
    check(come >= 1 && sell >= 1, "--buyers and --units are at least 1.");
    Crowd crowd =
        new Crowd(
            come,
            sell,
            known.map(one -> one.skus().size()).orElse(1),
            or(peak, expected.map(Sale.Expected::peak), Duration.ofSeconds(10)),
            arrive,
            or(tryEvery, known.map(one -> one.limits().tryEvery()), Duration.ofSeconds(5)),
            or(wave, known.map(one -> (long) one.release().wave()), 10L),
            or(every, known.map(one -> one.release().every()), Duration.ofSeconds(5)),
            isFair(known));
    for (Duration time : List.of(crowd.peak(), arrive, crowd.tryEvery(), crowd.every())) {
      check(time.toMillis() > 0, "--peak, --arrive, --try-every and --every are above 0.");
    }
    check(crowd.wave() >= 1, "--wave is at least 1.");
    return crowd;
  }

  private boolean isFair(Optional<Sale> known) {
    if (pick != null) {
      check(pick.equals("fair") || pick.equals("first"), "--pick is fair or first.");
      return pick.equals("fair");
    }
    return known.map(one -> one.release().pick() == Pick.FAIR).orElse(true);
  }

  private long need(@Nullable Long given, Optional<Long> known, String missing) {
    if (given != null) {
      return given;
    }
    return known.orElseThrow(() -> new ParameterException(spec.commandLine(), missing));
  }

  private static <T> T or(@Nullable T given, Optional<T> known, T usual) {
    return given != null ? given : known.orElse(usual);
  }

  private Weights weights(Optional<SaleFile.Result> read, int skus) {
    if (read.isEmpty()) {
      return Weights.of(USUAL_PAGE, photoKb, true, skus);
    }
    Path file = Objects.requireNonNull(sale);
    List<String> mistakes = new ArrayList<>();
    Weights weights = Weights.of(read.get(), file, photoKb, one -> mistakes.add(one.toString()));
    check(mistakes.isEmpty(), String.join("\n", mistakes));
    return weights;
  }

  private Site site(Optional<Sale> known) {
    double gbps =
        or(reserved, known.flatMap(Sale::findExpected).map(Sale.Expected::reservedGbps), 0.0);
    return new Site(load, gateCores, edges, buyersMax, gbps);
  }

  private PerCore perCore() throws IOException {
    Path file = figures;
    if (file == null) {
      return PerCore.DOCUMENTED;
    }
    try {
      PerCore.Read read = PerCore.read(new JsonObject(text(file)));
      if (!read.documented().isEmpty()) {
        spec.commandLine()
            .getErr()
            .println(
                "plan: " + file + " has no " + read.documented() + "; the documented figures do");
      }
      return read.figures();
    } catch (DecodeException | ClassCastException | IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), file + " is no file of ./bench --json: " + e.getMessage(), e);
    }
  }
}
