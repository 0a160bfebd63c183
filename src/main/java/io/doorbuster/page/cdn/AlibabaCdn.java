package io.doorbuster.page.cdn;

import io.doorbuster.page.cdn.ProviderApi.Answer;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Alibaba Cloud CDN: takes files in advance and drops them by tasks, which go on by themselves once
 * they are handed in and are asked after until they end.
 */
public final class AlibabaCdn implements CdnProvider {
  public static final URI API = URI.create("https://cdn.aliyuncs.com");

  /** Small files take a few minutes. */
  public static final Duration WAIT = Duration.ofMinutes(10);

  private static final String NAME = "alibaba";
  private static final String VERSION = "2018-05-10";

  /** The service takes 100; so many keep the query, in which they stand, below 8 KB. */
  private static final int FILES_A_CALL = 50;

  private static final int TASKS_A_CALL = 10;
  private static final int NONCE_BYTES = 16;

  /** Codes with which the service asks to try again, whatever their status. */
  private static final Set<String> BUSY = Set.of("ServiceBusy", "PreloadQueueFull");

  private static final Work PUSH = new Work("PushObjectCache", "PushTaskId");
  private static final Work REFRESH = new Work("RefreshObjectCaches", "RefreshTaskId");

  private final CdnSite site;
  private final Account account;
  private final Duration wait;
  private final InstantSource clock;
  private final Patience patience;
  private final ProviderApi api;
  private final SecureRandom random = new SecureRandom();

  /** Who calls: an access key of a RAM user. */
  public record Key(String id, String secret) {
    @Override
    public String toString() {
      return "key " + id;
    }
  }

  /**
   * What is called, and as whom.
   *
   * @param api where the calls go
   * @param area which places are filled: domestic or overseas; empty for all of the domain's
   */
  public record Account(URI api, Key key, String area) {}

  /**
   * A kind of task.
   *
   * @param task the field of the answer that names it
   */
  private record Work(String action, String task) {}

  /**
   * Makes the provider of a site.
   *
   * @param wait how long the tasks are asked after
   * @param clock for the calls' signatures
   */
  public AlibabaCdn(CdnSite site, Account account, Duration wait, InstantSource clock) {
    this(site, account, wait, clock, Patience.USUAL);
  }

  AlibabaCdn(CdnSite site, Account account, Duration wait, InstantSource clock, Patience patience) {
    this.site = site;
    this.account = account;
    this.wait = wait;
    this.clock = clock;
    this.patience = patience;
    this.api = new ProviderApi("Alibaba Cloud", patience);
  }

  @Override
  public int count(Task task, int paths) {
    return paths;
  }

  @Override
  public List<Outcome> prewarm(List<String> paths, Consumer<Outcome> done)
      throws InterruptedException {
    return run(PUSH, account.area.isEmpty() ? Map.of() : Map.of("Area", account.area), paths, done);
  }

  @Override
  public List<Outcome> purge(List<String> paths, Consumer<Outcome> done)
      throws InterruptedException {
    return run(REFRESH, Map.of("ObjectType", "File"), paths, done);
  }

  private List<Outcome> run(
      Work work, Map<String, String> more, List<String> paths, Consumer<Outcome> done)
      throws InterruptedException {
    long startNs = System.nanoTime();
    AlibabaTasks tasks = new AlibabaTasks(NAME, site, done);
    String wrong = "";
    for (int from = 0; from < paths.size(); from += FILES_A_CALL) {
      List<String> some = paths.subList(from, Math.min(paths.size(), from + FILES_A_CALL));
      int tries = 0;
      if (wrong.isEmpty()) {
        Answer answer = handIn(work, more, some);
        tries = answer.tries();
        wrong = tasks.handedIn(some, answer, work.task) ? "" : fault(answer);
      }
      if (!wrong.isEmpty()) {
        tasks.end(some, tries, "is not handed in: " + wrong);
      }
    }
    follow(tasks, startNs);
    return tasks.outcomes(paths);
  }

  private Answer handIn(Work work, Map<String, String> more, List<String> paths)
      throws InterruptedException {
    TreeMap<String, String> query = new TreeMap<>(more);
    query.put("ObjectPath", String.join("\n", paths.stream().map(site::url).toList()));
    return call(work.action, query, patience.busy());
  }

  private void follow(AlibabaTasks tasks, long startNs) throws InterruptedException {
    String fault = "";
    while (tasks.isOpen()) {
      Duration left = wait.minusNanos(System.nanoTime() - startNs);
      if (!left.isPositive()) {
        tasks.giveUp(wait, fault);
        return;
      }
      Thread.sleep(left.compareTo(patience.poll()) < 0 ? left : patience.poll());
      List<String> ids = tasks.open();
      fault = "";
      for (int from = 0; from < ids.size(); from += TASKS_A_CALL) {
        List<String> some = ids.subList(from, Math.min(ids.size(), from + TASKS_A_CALL));
        Answer answer =
            call(
                "DescribeRefreshTaskById",
                new TreeMap<>(Map.of("TaskId", String.join(",", some))),
                patience.poll());
        if (answer.isDone()) {
          tasks.hear(answer.body());
        } else {
          fault = fault(answer);
        }
        if (answer.status() / 100 == 4 && !isBusy(answer)) {
          tasks.endAll("is handed in, but can not be asked after: " + fault);
          return;
        }
      }
    }
  }

  private Answer call(String action, SortedMap<String, String> query, Duration within)
      throws InterruptedException {
    return api.call(
        () -> {
          byte[] nonce = new byte[NONCE_BYTES];
          random.nextBytes(nonce);
          return new AlibabaCall(
                  account.api,
                  action,
                  VERSION,
                  query,
                  clock.instant(),
                  HexFormat.of().formatHex(nonce))
              .sign(account.key);
        },
        AlibabaCdn::isBusy,
        within);
  }

  private static boolean isBusy(Answer answer) {
    String code = answer.text("Code");
    return answer.isBusy() || code.startsWith("Throttling") || BUSY.contains(code);
  }

  private static boolean is(String code, String... beginnings) {
    return Stream.of(beginnings).anyMatch(code::startsWith);
  }

  /** What went wrong, and its mend. */
  private String fault(Answer answer) {
    if (!answer.fault().isEmpty()) {
      return answer.fault();
    }
    String code = answer.text("Code");
    String said = ProviderApi.shown(code + ": " + answer.text("Message"));
    if (is(code, "InvalidAccessKey", "SignatureDoesNotMatch", "IncompleteSignature")) {
      return "the key is not taken; look at --key-id and its secret (" + said + ")";
    }
    if (is(code, "InvalidTimeStamp")) {
      return "this machine's clock is wrong; set it (" + said + ")";
    }
    if (is(code, "QuotaExceeded")) {
      return "the account's limit of a day is reached; have it raised, or wait (" + said + ")";
    }
    if (isBusy(answer)) {
      return "it is too busy; try again in some minutes (" + said + ")";
    }
    if (is(code, "InvalidDomain", "IllegalOperation", "InvalidObjectPath", "InvalidExtensive")) {
      return site.host() + " is no domain of this account's CDN; look at --site (" + said + ")";
    }
    if (is(code, "OperationDenied")) {
      return "the account's CDN is not open; look at the console (" + said + ")";
    }
    if (is(code, "Forbidden", "NoPermission") || answer.status() == 403) {
      return "the key may not do it; allow its RAM user cdn:PushObjectCache,"
          + " cdn:RefreshObjectCaches and cdn:DescribeRefreshTaskById ("
          + said
          + ")";
    }
    return code.isEmpty()
        ? "what answers for the API of Alibaba Cloud is not it (status " + answer.status() + ")"
        : "Alibaba Cloud says " + said + " (status " + answer.status() + ")";
  }

  @Override
  public List<String> limits(Task task) {
    return task == Task.PURGE
        ? List.of()
        : List.of(
            "Alibaba Cloud has filled the layer of its nodes that asks the origin, in the form",
            "that it chose; a node near the buyers asks that layer when its first buyer does.");
  }

  @Override
  public void close() {
    api.close();
  }
}
