package io.doorbuster.sale;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * The keys of one mapping in a YAML (or JSON) text, read one by one. Every mistake becomes a {@link
 * Finding} and reading goes on with the fallback, so that an operator sees all of them at once.
 *
 * <h2>Design</h2>
 *
 * The text is composed to nodes and no further: nodes know their lines, and a value is read as the
 * text that stands there, so that a price never passes through a floating-point number and a time
 * never loses its zone. JSON is read by the same way, since it is YAML too. Whoever reads asks for
 * each key by name; what nobody asked for is a mistake ({@link #finish}). A value from outside the
 * text (an environment variable) wins over the text's, and its mistakes name no line.
 */
public final class Fields {
  private final String source;
  private final String path;
  private final int line;
  private final Map<String, Node> nodes;
  private final Set<String> asked = new LinkedHashSet<>();
  private final Map<String, Fields> inner = new HashMap<>();
  private final Account account;

  /** What all mappings of one text share: where mistakes go, and values from outside it. */
  private record Account(List<Finding> findings, Function<String, @Nullable String> overrides) {}

  private Fields(String source, String path, int line, Map<String, Node> nodes, Account account) {
    this.source = source;
    this.path = path;
    this.line = line;
    this.nodes = nodes;
    this.account = account;
  }

  /**
   * The top level of a text; an empty one has no keys.
   *
   * @param source the file's name, for the findings
   */
  public static Fields parse(String source, String text, List<Finding> findings) {
    return parse(source, text, findings, key -> null);
  }

  /**
   * As {@link #parse(String, String, List)}, with values that win over the text's.
   *
   * @param overrides by full key ({@code http.port}); null where there is none
   */
  public static Fields parse(
      String source,
      String text,
      List<Finding> findings,
      Function<String, @Nullable String> overrides) {
    Account account = new Account(findings, overrides);
    LoadSettings settings =
        LoadSettings.builder().setLabel(source).setCodePointLimit(1 << 20).build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      return root.map(node -> mapping(source, "", node, account))
          .orElseGet(() -> new Fields(source, "", 1, Map.of(), account));
    } catch (MarkedYamlEngineException e) {
      int at = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      String problem = e.getProblem() == null ? "not readable as YAML" : e.getProblem();
      findings.add(new Finding(source, at, "", "not readable as YAML or JSON: " + problem));
    } catch (YamlEngineException e) {
      findings.add(new Finding(source, 0, "", "not readable as YAML or JSON: " + e.getMessage()));
    } catch (StackOverflowError e) {
      findings.add(new Finding(source, 0, "", "not readable as YAML or JSON: nested too deeply"));
    }
    return new Fields(source, "", 0, Map.of(), account);
  }

  private static Fields mapping(String source, String path, Node node, Account account) {
    int at = lineOf(node);
    Map<String, Node> nodes = new LinkedHashMap<>();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        String key =
            tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "(no text)";
        if (nodes.put(key, tuple.getValueNode()) != null) {
          Finding twice =
              new Finding(source, lineOf(tuple.getKeyNode()), join(path, key), "stands twice");
          account.findings.add(twice);
        }
      }
    } else if (!node.getTag().equals(Tag.NULL)) {
      account.findings.add(new Finding(source, at, path, "write keys and values here"));
    }
    return new Fields(source, path, at, nodes, account);
  }

  private static int lineOf(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** The line on which a key's value stands, or the mapping's own where the key is missing. */
  public int lineOf(String key) {
    Node node = nodes.get(key);
    return node == null ? line : lineOf(node);
  }

  /** Whether there are no keys at all. */
  public boolean isEmpty() {
    return nodes.isEmpty();
  }

  /** Whether a mistake was found in the value of a key, or inside it. */
  public boolean isWrong(String key) {
    String full = join(path, key);
    return account.findings.stream().anyMatch(finding -> finding.key().startsWith(full));
  }

  /** Whether a key has a value, here or from outside the text. */
  public boolean has(String key) {
    Node node = nodes.get(key);
    return override(key) != null || (node != null && !node.getTag().equals(Tag.NULL));
  }

  private @Nullable String override(String key) {
    return account.overrides.apply(join(path, key));
  }

  /** Records a mistake at a key's line; at none where its value is not from the text. */
  public void reject(String key, String message) {
    int at = override(key) == null ? lineOf(key) : 0;
    account.findings.add(new Finding(source, at, join(path, key), message));
  }

  /** A scalar, or null where the key is missing or empty. */
  public @Nullable String findText(String key) {
    asked.add(key);
    String override = override(key);
    if (override != null) {
      return override;
    }
    Node node = nodes.get(key);
    if (node == null || node.getTag().equals(Tag.NULL)) {
      return null;
    }
    if (!(node instanceof ScalarNode scalar)) {
      reject(key, "write one value here, not a list or a mapping");
      return null;
    }
    if (!isPrintable(scalar.getValue())) {
      reject(key, "holds a character that can not be printed; take it out");
    }
    return scalar.getValue();
  }

  /** Whether JSON and YAML can both carry a text unchanged. */
  static boolean isPrintable(String text) {
    return text.codePoints().allMatch(StreamReader::isPrintable);
  }

  /** A scalar that must be there; the fallback only keeps the reading going. */
  public String text(String key, String fallback) {
    String value = findText(key);
    if (value == null || value.isBlank()) {
      String wrong = value == null ? "is missing: add" : "is empty: write";
      reject(key, wrong + " `" + key + ": " + fallback + "`, or what is right for you");
      return fallback;
    }
    return value;
  }

  /** Reads a scalar by a parser that answers empty for what it can not read. */
  public <T> T parsed(String key, T fallback, String form, Function<String, Optional<T>> parser) {
    String value = findText(key);
    if (value == null) {
      return fallback;
    }
    Optional<T> result = parser.apply(value);
    if (result.isEmpty()) {
      reject(key, "`" + value + "` is not " + form);
    }
    return result.orElse(fallback);
  }

  /** A whole number within bounds, both included. */
  public long number(String key, long fallback, long least, long most) {
    String form = "a whole number from " + least + " to " + most;
    return parsed(
        key,
        fallback,
        form,
        value -> {
          try {
            long number = Long.parseLong(value);
            return number < least || number > most ? Optional.empty() : Optional.of(number);
          } catch (NumberFormatException e) {
            return Optional.empty();
          }
        });
  }

  /** A number within bounds, both included. */
  public double decimal(String key, double fallback, double least, double most) {
    String form = "a number from %.0f to %.0f".formatted(least, most);
    return parsed(
        key,
        fallback,
        form,
        value -> {
          try {
            double number = Double.parseDouble(value);
            return number >= least && number <= most ? Optional.of(number) : Optional.empty();
          } catch (NumberFormatException e) {
            return Optional.empty();
          }
        });
  }

  public boolean flag(String key, boolean fallback) {
    return parsed(
        key,
        fallback,
        "true or false",
        value ->
            switch (value) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** A duration within bounds, both included. */
  public Duration duration(String key, Duration fallback, Duration least, Duration most) {
    String form =
        "a duration such as 500ms, 5s, 10m, 24h, from %s to %s"
            .formatted(Durations.format(least), Durations.format(most));
    return parsed(
        key,
        fallback,
        form,
        value ->
            Durations.parse(value).filter(d -> d.compareTo(least) >= 0 && d.compareTo(most) <= 0));
  }

  /** A point in time that names its zone. */
  public Instant instant(String key, Instant fallback) {
    if (!has(key)) {
      reject(key, "is missing: add `" + key + ": 2026-11-27T10:00:00+01:00`, with its zone");
    }
    String form = "a time with its zone, such as 2026-11-27T10:00:00Z or ...+01:00";
    return parsed(
        key,
        fallback,
        form,
        value ->
            parseInstant(value)
                .filter(time -> !time.isBefore(Instant.EPOCH) && time.isBefore(INSTANT_END)));
  }

  /** Later times are slips of the hand, and too far from now to reckon with in milliseconds. */
  private static final Instant INSTANT_END = Instant.parse("9999-01-01T00:00:00Z");

  private static Optional<Instant> parseInstant(String value) {
    String iso = value.strip().replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) +", "$1T");
    try {
      return Optional.of(OffsetDateTime.parse(iso).toInstant());
    } catch (DateTimeException e) {
      try {
        return Optional.of(ZonedDateTime.parse(iso).toInstant());
      } catch (DateTimeException e2) {
        return Optional.empty();
      }
    }
  }

  /**
   * A price in the minor unit.
   *
   * @param digits how many the currency has behind the point
   */
  public long price(String key, long fallback, int digits) {
    String form =
        "a price from 0 to %s with at most %d digits behind the point"
            .formatted(PRICE_MINOR_MAX.movePointLeft(digits).toPlainString(), digits);
    return parsed(
        key,
        fallback,
        form,
        value -> {
          try {
            BigDecimal minor = new BigDecimal(value).movePointRight(digits);
            boolean inBounds = minor.signum() >= 0 && minor.compareTo(PRICE_MINOR_MAX) <= 0;
            return inBounds ? Optional.of(minor.longValueExact()) : Optional.empty();
          } catch (ArithmeticException | NumberFormatException e) {
            return Optional.empty();
          }
        });
  }

  private static final BigDecimal PRICE_MINOR_MAX = BigDecimal.valueOf(1_000_000_000_000L);

  /** The mapping under a key; without keys where it is missing. */
  public Fields fields(String key) {
    asked.add(key);
    Fields known = inner.get(key);
    if (known != null) {
      return known;
    }
    Node node = nodes.get(key);
    Fields read =
        node == null
            ? new Fields(source, join(path, key), line, Map.of(), account)
            : mapping(source, join(path, key), node, account);
    inner.put(key, read);
    return read;
  }

  /** The mappings of the list under a key. */
  public List<Fields> list(String key) {
    asked.add(key);
    Node node = nodes.get(key);
    if (!(node instanceof SequenceNode sequence)) {
      if (node != null && !node.getTag().equals(Tag.NULL)) {
        reject(key, "write a list here, each item behind a `-`");
      }
      return List.of();
    }
    List<Fields> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      String itemPath = join(path, key) + "[" + items.size() + "]";
      items.add(mapping(source, itemPath, item, account));
    }
    return items;
  }

  /** The scalars of the list under a key; one scalar is a list of one. */
  public List<String> texts(String key) {
    Node node = nodes.get(key);
    if (override(key) != null || !(node instanceof SequenceNode sequence)) {
      String all = Optional.ofNullable(findText(key)).orElse("");
      return Arrays.stream(all.split(",", -1))
          .map(String::strip)
          .filter(s -> !s.isEmpty())
          .toList();
    }
    asked.add(key);
    List<String> values = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      if (item instanceof ScalarNode scalar) {
        values.add(scalar.getValue());
      } else {
        reject(key, "write plain values in this list");
      }
    }
    return values;
  }

  /** Reports every key that nobody asked for, naming those that there are. */
  public void finish() {
    for (String key : nodes.keySet()) {
      if (!asked.contains(key)) {
        reject(key, "is no key here; there are " + String.join(", ", asked));
      }
    }
  }
}
