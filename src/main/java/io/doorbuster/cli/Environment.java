package io.doorbuster.cli;

import io.doorbuster.sale.Finding;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of the environment; one that nobody reads is a mistake, as an unknown key is. */
final class Environment {
  static final String ADMIN_TOKEN = "DOORBUSTER_ADMIN_TOKEN";
  static final String PASS_KEYS = "DOORBUSTER_PASS_KEYS";
  static final String ORDER_ID_KEY = "DOORBUSTER_ORDER_ID_KEY";

  /** Ends the name of a variable that names the file of a secret. */
  static final String FILE = "_FILE";

  private static final String PREFIX = "DOORBUSTER_";
  private static final String SOURCE = "the environment";

  /** No settings, but read by other parts. */
  private static final Set<String> SECRETS =
      Set.of(
          "DOORBUSTER_CLOUDFLARE_TOKEN",
          "DOORBUSTER_ALIBABA_KEY_ID",
          "DOORBUSTER_ALIBABA_KEY_SECRET",
          ADMIN_TOKEN,
          ADMIN_TOKEN + FILE,
          PASS_KEYS,
          PASS_KEYS + FILE,
          ORDER_ID_KEY,
          ORDER_ID_KEY + FILE);

  /** More edits than these make another word. */
  private static final int EDITS_MAX = 4;

  /** What Kubernetes tells every container of a service that is called doorbuster. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("DOORBUSTER_(\\w+_)?(SERVICE_(HOST|PORT)|PORT_\\d+_(TCP|UDP|SCTP))(_\\w+)?");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<String, String> variables;
  private final Set<String> asked = new HashSet<>(SECRETS);

  Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  /** The name of a key in the environment: {@code events.perSecond}, EVENTS_PER_SECOND. */
  static String variable(String key) {
    String words = key.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('.', '_');
    return PREFIX + words.toUpperCase(Locale.ROOT);
  }

  @Nullable String find(String key) {
    String name = variable(key);
    asked.add(name);
    return variables.get(name);
  }

  /** Adds a finding for each variable of ours that nobody has asked for. */
  void finish(List<Finding> findings) {
    for (String name : new TreeSet<>(variables.keySet())) {
      if (name.startsWith(PREFIX) && !asked.contains(name) && !isServiceLink(name)) {
        String near = nearest(name).map(n -> "; is " + n + " meant?").orElse("");
        findings.add(new Finding(SOURCE, 0, name, "is no setting" + near));
      }
    }
  }

  private boolean isServiceLink(String name) {
    return SERVICE_LINK.matcher(name).matches()
        || SERVICE_ADDRESS.matcher(variables.getOrDefault(name, "")).matches();
  }

  private Optional<String> nearest(String name) {
    return asked.stream()
        .filter(known -> edits(name, known) <= EDITS_MAX)
        .min(
            Comparator.<String>comparingInt(known -> edits(name, known))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** Characters to insert, delete or exchange (Levenshtein's distance). */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int exchanged = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(exchanged, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
