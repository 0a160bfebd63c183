package io.doorbuster.cli.edge;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A firewall for the edge's host, as nftables reads it. */
@Command(
    name = "nftables",
    mixinStandardHelpOptions = true,
    description = "A firewall for the edge's host; load it with nft -f.")
final class FirewallCommand implements Callable<Integer> {
  private static final Pattern NETWORK =
      Pattern.compile(
          "\\d{1,3}(\\.\\d{1,3}){3}(/\\d{1,2})?|[0-9a-fA-F:]*:[0-9a-fA-F:]*(/\\d{1,3})?");

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      split = ",",
      defaultValue = "80,443",
      description = "Where buyers come in; default 80,443.")
  private List<Integer> ports;

  @Option(
      names = "--operators",
      split = ",",
      paramLabel = "NETWORK",
      description = "Who may come in by SSH, such as 10.1.0.0/16; without it nobody may.")
  private List<String> operators = List.of();

  @Option(
      names = "--rate",
      defaultValue = "500",
      description = "New connections a second and address; default 500: a campus shares one.")
  private int rate;

  @Option(names = "--burst", defaultValue = "5000", description = "At once; default 5000.")
  private int burst;

  @Override
  public Integer call() {
    for (int port : ports) {
      check(port >= 1 && port <= 65_535, "--port is from 1 to 65535.");
    }
    for (String network : operators) {
      check(
          NETWORK.matcher(network).matches(),
          "--operators: `" + network + "` is no network such as 10.1.0.0/16.");
    }
    check(rate >= 1 && burst >= 1, "--rate and --burst are at least 1.");
    List<String> ip4 = operators.stream().filter(one -> !one.contains(":")).toList();
    List<String> ip6 = operators.stream().filter(one -> one.contains(":")).toList();
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        EdgeText.fill(
            "firewall.nft",
            Map.of(
                "command",
                EdgeCommand.typed(spec),
                "operators",
                set("operators4", "ipv4_addr", ip4) + set("operators6", "ipv6_addr", ip6),
                "ssh",
                ssh(!ip4.isEmpty(), !ip6.isEmpty()),
                "ports",
                String.join(", ", ports.stream().map(String::valueOf).toList()),
                "rate",
                Integer.toString(rate),
                "burst",
                Integer.toString(burst))));
    out.flush();
    return 0;
  }

  private void check(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private static String set(String name, String type, List<String> networks) {
    return networks.isEmpty()
        ? ""
        : """
              set %s {
                  type %s
                  flags interval
                  elements = { %s }
              }
          """
            .formatted(name, type, String.join(", ", networks));
  }

  private static String ssh(boolean ip4, boolean ip6) {
    if (!ip4 && !ip6) {
      return "        # Nobody comes in by SSH: --operators says who may.\n";
    }
    return (ip4 ? "        tcp dport 22 ip saddr @operators4 accept\n" : "")
        + (ip6 ? "        tcp dport 22 ip6 saddr @operators6 accept\n" : "");
  }
}
