package io.doorbuster.cli.operator;

import io.doorbuster.cli.Unreadable;
import io.doorbuster.cli.preflight.BandwidthCheck;
import io.doorbuster.cli.preflight.CertificateChecks;
import io.doorbuster.cli.preflight.CheckList;
import io.doorbuster.cli.preflight.ClockChecks;
import io.doorbuster.cli.preflight.ClockChecks.TimeServer;
import io.doorbuster.cli.preflight.EdgeChecks;
import io.doorbuster.cli.preflight.GateChecks;
import io.doorbuster.cli.preflight.Trust;
import io.doorbuster.console.preflight.Check;
import io.doorbuster.page.PagePublisher;
import io.doorbuster.page.PageWeight;
import io.doorbuster.page.cdn.CdnEdge;
import io.doorbuster.sale.ClockOffset;
import io.doorbuster.sale.Sale;
import io.doorbuster.sale.SaleFile;
import io.vertx.core.json.JsonObject;
import java.io.Console;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Looks, before a sale opens, at what usually goes wrong. */
@Command(
    name = "preflight",
    description = {
      "Looks before the start at the page, edges, certificates, bandwidth, clocks, gates, stock,",
      "stores, payment and events: a line each. Changes nothing. Exit 1 where one is red."
    })
final class PreflightCommand implements Callable<Integer> {
  private static final int CLOCK_SAMPLES = 5;

  @Spec private CommandSpec spec;
  @ParentCommand private SaleCommand parent;
  @Mixin private EdgeOptions edges;

  @Parameters(paramLabel = "ID", description = "The sale's id.")
  private String sale;

  @Option(
      names = "--gate",
      paramLabel = "URL",
      description = "A gate's admin port: http://gate-1:8081. Once for each.")
  private List<URI> gates = List.of();

  @Option(
      names = "--ntp",
      paramLabel = "HOST[:PORT]",
      description = "A time server, to hold this machine's and the server's clock against.")
  private @Nullable String ntp;

  @Option(
      names = "--days",
      defaultValue = "14",
      description = "With fewer days left a certificate is red; default 14.")
  private int days;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Certificates (PEM) that may sign besides those that the JDK trusts.")
  private @Nullable Path ca;

  @Option(
      names = "--photo-kb",
      description = "Of the photo, as for plan; default: as it is published.")
  private @Nullable Double photoKb;

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Override
  public Integer call() {
    List<CdnEdge> named = edges.named(spec);
    check(days >= 0 && (photoKb == null || photoKb >= 0), "--days and --photo-kb are at least 0.");
    for (URI gate : gates) {
      boolean isAddress = "http".equals(gate.getScheme()) || "https".equals(gate.getScheme());
      check(
          isAddress && gate.getHost() != null,
          "--gate is an address such as http://gate-1:8081, not " + gate);
    }
    Optional<TimeServer> time = Optional.ofNullable(ntp).flatMap(TimeServer::parse);
    check(ntp == null || time.isPresent(), "--ntp is HOST or HOST:PORT, not " + ntp);
    Trust trust = trust();
    return parent
        .admin()
        .call(
            spec,
            (client, out) -> {
              CheckList list = new CheckList(sale, look(client, named, time, trust));
              if (json) {
                out.println(list.toJson().encodePrettily());
              } else {
                list.print(out, isColoured());
              }
              return list.isGood() ? 0 : 1;
            });
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private Trust trust() {
    try {
      return Trust.with(Optional.ofNullable(ca));
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "--ca: " + ca + " can not be read: " + Unreadable.reason(e), e);
    } catch (CertificateException e) {
      throw new ParameterException(
          spec.commandLine(), "--ca: " + ca + " holds no certificates in PEM", e);
    }
  }

  private List<Check> look(
      AdminClient client, List<CdnEdge> named, Optional<TimeServer> time, Trust trust)
      throws CallFailed, InterruptedException {
    InstantSource clock = InstantSource.system();
    Instant asked = clock.instant();
    JsonObject server = client.get(SaleCommand.path(sale) + "/preflight");
    ClockOffset first = ClockOffset.of(asked, now(server), clock.instant());
    List<Check> checks = new ArrayList<>();
    SaleText.objects(server.getJsonArray("checks")).forEach(c -> checks.add(Check.fromJson(c)));
    checks.addAll(ClockChecks.run(time, serverClock(client, clock, first), clock));
    Optional<JsonObject> page = findPage(client);
    List<String> paths = page.map(CdnOptions::paths).orElse(List.of());
    checks.addAll(EdgeChecks.run(sale, named, paths));
    checks.addAll(
        new CertificateChecks(trust, days, clock).run(server.getString("publicUrl"), named));
    checks.add(BandwidthCheck.run(definition(server), page.map(PreflightCommand::weight), photoKb));
    checks.addAll(GateChecks.run(gates));
    if (gates.isEmpty() && server.getBoolean("manyGates")) {
      checks.add(
          Check.notChecked(
              "gate", "none was named", "--gate http://gate-1:8081, once for each gate"));
    }
    return checks;
  }

  private static Instant now(JsonObject answer) {
    return Instant.parse(answer.getString("now"));
  }

  /** By the shortest of some round trips; where a store is away, by the one that there was. */
  private static ClockOffset serverClock(AdminClient client, InstantSource clock, ClockOffset first)
      throws InterruptedException {
    ClockOffset best = first;
    try {
      for (int i = 0; i < CLOCK_SAMPLES; i++) {
        Instant asked = clock.instant();
        Instant told = now(client.get("/admin/api/sales"));
        best = best.better(ClockOffset.of(asked, told, clock.instant()));
      }
    } catch (CallFailed e) {
      // Its checks tell what is wrong.
    }
    return best;
  }

  private Optional<JsonObject> findPage(AdminClient client)
      throws CallFailed, InterruptedException {
    try {
      return Optional.of(client.get(SaleCommand.path(sale) + "/page"));
    } catch (CallFailed e) {
      if (e.isUnreachable()) {
        throw e;
      }
      return Optional.empty(); // a check of the server's says that it is not published
    }
  }

  private Sale definition(JsonObject server) {
    String text = server.getJsonObject("definition").encode();
    return SaleFile.parse(sale, text).sale().orElseThrow();
  }

  private static PageWeight weight(JsonObject page) {
    return PageWeight.of(
        SaleText.objects(page.getJsonArray("files")).stream()
            .map(
                file ->
                    new PagePublisher.Published(
                        file.getString("path"),
                        file.getInteger("bytes"),
                        file.getInteger("gzip"),
                        file.getInteger("brotli"),
                        file.getBoolean("immutable"),
                        file.getBoolean("firstView")))
            .toList());
  }

  /** As <a href="https://no-color.org">no-color.org</a> has it. */
  private static boolean isColoured() {
    String no = System.getenv("NO_COLOR");
    return (no == null || no.isEmpty())
        && Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }
}
