package io.doorbuster.cli.edge;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A whole configuration for nginx, from 1.22 on, with no part that is not in Debian's. */
@Command(
    name = "nginx",
    mixinStandardHelpOptions = true,
    description = {
      "A whole, commented configuration for nginx on a host of its own.",
      "Try what it prints by nginx -t -c FILE; docs/edge.md tells why each part is there."
    })
final class NginxCommand implements Callable<Integer> {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})");
  private static final Pattern GATE =
      Pattern.compile("([A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+]):\\d{1,5}");
  private static final Pattern ORIGIN = Pattern.compile("https?://[a-z0-9.-]{1,253}(:\\d{1,5})?");
  private static final Pattern NETWORK = Pattern.compile("[0-9a-fA-F.:]+(/\\d{1,3})?");

  /** What would end nginx' word, or begin another. */
  private static final Pattern PLAIN_PATH = Pattern.compile("[^\\s;{}\"'$#\\\\]+");

  @Spec private CommandSpec spec;

  @Option(names = "--host", required = true, description = "The sale's own name.")
  private String host;

  @Option(
      names = "--gate",
      required = true,
      split = ",",
      paramLabel = "HOST:PORT",
      description = "A gate's buyers' side; once for each.")
  private List<String> gates;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "Serves the published pages from there; without it they are cached.")
  private @Nullable Path root;

  @Option(
      names = "--bucket",
      paramLabel = "URL",
      description = "Caches the pages of a bucket: its public address with the prefix.")
  private @Nullable String bucket;

  @Option(names = "--certificate", paramLabel = "FILE", description = "With its chain, PEM.")
  private @Nullable Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "The certificate's, PEM.")
  private @Nullable Path key;

  @Option(
      names = "--no-tls",
      description = "Speaks plain HTTP: something in front of it ends the TLS.")
  private boolean plain;

  @Option(names = "--port", description = "Default: 443, without TLS 80.")
  private @Nullable Integer port;

  @Option(
      names = "--cdn",
      paramLabel = "FILE",
      description = "The CDN's networks, a line each: its word is taken for the buyer's address.")
  private @Nullable Path cdn;

  @Option(
      names = "--operators",
      split = ",",
      paramLabel = "NETWORK",
      description = "Who may drop what is cached (`sale purge`); without it nobody may.")
  private List<String> operators = List.of();

  @Option(
      names = "--allow-origin",
      split = ",",
      paramLabel = "ORIGIN",
      description = "The shop's own pages with the sale's script, such as https://shop.example.")
  private List<String> origins = List.of();

  @Option(names = "--cache", defaultValue = "/var/cache/nginx/doorbuster", paramLabel = "DIR")
  private Path cache;

  @Option(names = "--access-log", defaultValue = "/var/log/nginx/sale.log", description = "Or off.")
  private String accessLog;

  @Option(
      names = "--buyer-rate",
      defaultValue = "5",
      description = "Calls a second of a buyer, his polls included; default 5.")
  private int buyerRate;

  @Option(
      names = "--address-rate",
      defaultValue = "10",
      description = "Calls a second of an address without a pass; default 10.")
  private int addressRate;

  @Option(
      names = "--flood-rate",
      defaultValue = "5000",
      description = "Requests a second of an address, with a pass or without; default 5000.")
  private int floodRate;

  @Option(
      names = "--total",
      defaultValue = "20000",
      description =
          "Calls a second that are passed on, and as many looks at orders; default 20000.")
  private int total;

  @Option(
      names = "--connections",
      defaultValue = "20000",
      description = "Of a worker, to clients and gates; default 20000.")
  private int connections;

  @Option(
      names = "--address-connections",
      defaultValue = "10000",
      description = "Open at a time of an address; default 10000: a campus shares one.")
  private int addressConnections;

  @Option(names = "--brotli", description = "nginx has the module brotli_static.")
  private boolean brotli;

  @Option(names = "--test-payments", description = "Passes the payment page of test sales on.")
  private boolean testPayments;

  @Override
  public Integer call() {
    check(HOST.matcher(host).matches(), "--host is a name such as sale.shop.example.");
    for (String gate : gates) {
      check(GATE.matcher(gate).matches(), "--gate: `" + gate + "` is no host:port.");
    }
    check(
        plain ? certificate == null && key == null : certificate != null && key != null,
        "Give --certificate and --key, or --no-tls.");
    for (int rate : List.of(buyerRate, addressRate, floodRate, total)) {
      check(rate >= 1 && rate <= 10_000_000, "A rate is from 1 to 10000000.");
    }
    check(connections >= 64 && addressConnections >= 1, "--connections is at least 64.");
    int listens = port == null ? (plain ? 80 : 443) : port;
    check(listens >= 1 && listens <= 65_535, "--port is from 1 to 65535.");
    for (String network : operators) {
      checkNetwork("--operators", network);
    }
    for (String one : origins) {
      check(
          ORIGIN.matcher(one).matches(),
          "--allow-origin: `" + one + "` is no origin such as https://shop.example.");
    }
    checkPath("--root", root);
    check(root == null || bucket == null, "Give --root or --bucket: the page comes from one.");
    Optional<BucketOrigin> origin = Optional.ofNullable(bucket).flatMap(BucketOrigin::parse);
    check(
        bucket == null || origin.isPresent(),
        "--bucket: `" + bucket + "` is no address such as https://pages.example/sales.");
    checkPath("--certificate", certificate);
    checkPath("--key", key);
    checkPath("--cache", cache);
    checkPath("--access-log", Path.of(accessLog));
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        new NginxConf(
                host,
                gates,
                listens,
                plain ? null : new NginxConf.Tls(absolute(certificate), absolute(key)),
                root == null ? null : absolute(root),
                origin.orElse(null),
                cache,
                accessLog,
                networks(),
                operators,
                origins.stream().distinct().toList(),
                new NginxConf.Rates(buyerRate, addressRate, floodRate, total),
                connections,
                addressConnections,
                brotli,
                testPayments)
            .text(EdgeCommand.typed(spec)));
    out.flush();
    return 0;
  }

  private static Path absolute(@Nullable Path given) {
    if (given == null) {
      throw new IllegalStateException("it was checked before");
    }
    return given.toAbsolutePath();
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private void checkPath(String option, @Nullable Path path) {
    check(
        path == null || PLAIN_PATH.matcher(path.toString()).matches(),
        option + ": nginx can not read `" + path + "`.");
  }

  private void checkNetwork(String where, String network) {
    check(
        NETWORK.matcher(network).matches(),
        where + ": `" + network + "` is no network such as 203.0.113.0/24.");
  }

  /** A network a line. */
  private List<String> networks() {
    Path file = cdn;
    if (file == null) {
      return List.of();
    }
    List<String> networks = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String network = line.replaceFirst("#.*", "").strip();
        if (!network.isEmpty()) {
          checkNetwork("--cdn: in " + file, network);
          networks.add(network);
        }
      }
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "--cdn: " + file + " can not be read: " + e.getMessage(), e);
    }
    return networks;
  }
}
